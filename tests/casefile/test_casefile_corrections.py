"""What people may still put right, and what stays shut: corrections, draws, members, closed prices, no award."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from casefile_support import (
    ASSESSORS,
    NAMES,
    OPENERS,
    RANKED,
    Demo,
    Ran,
    answers_in,
    change_case,
    fine,
    paragraphs,
    refused,
    retyped,
    run,
    snapshot,
    typed,
)
from openpyxl import load_workbook

from procure_ai.casefile import completed, deciding, judged, pricing, tenders
from procure_ai.casefile.folder import Folder
from procure_ai.casefile.package import Package
from procure_ai.documents.dutch import number_text
from procure_ai.findings import Refused
from procure_ai.procedure.case import Planning

WHO = ("--by", "A. de Wit", "--reason", "Zo besproken op 12 februari 2027.")
NOBODY = ("--no-award", "De raad heeft het geld teruggetrokken.", "--by", "A. de Wit")
_BY = [part for name in OPENERS for part in ("--by", name)]


def open_prices(case: Path, sheets: list[Path]) -> Ran:
    return run("open-prices", *sheets, *_BY, "--folder", case, at="2027-02-22T10:00")


def adopt(case: Path, demo: Demo, values: dict[str, object]) -> Ran:
    """The committee adopts what the story says, with these changes."""
    demo.reply("consensus-read", case)
    path = case / "received/consensus.xlsx"
    path.write_bytes(typed(path.read_bytes(), values))
    return run("consensus", case, "--read", at="2027-02-12T15:00")


# --- corrections --------------------------------------------------------------------------------------


def test_the_consensus_is_corrected_by_decision_until_the_prices_are_open(final: Path, demo: Demo) -> None:
    path = final / "received/consensus.xlsx"
    better = typed(path.read_bytes(), {"v_strong.openstad.service": "De helpdesk is ook op zaterdag bereikbaar."})
    path.write_bytes(better)
    assert "decide correction --outcome consensus" in refused(run("consensus", final, "--read"), "R132")
    fine("decide", final, "correction", "--outcome", "consensus", *WHO)
    refused(open_prices(final, demo.vault()), "R136")
    assert "Volgende stap: procure-ai consensus --read" in run("status", final).out
    fine("consensus", final, "--read")
    refused(run("consensus", final, "--read"), "R132")
    assert open_prices(final, demo.vault()).code == 0
    assert "prijzen zijn al geopend" in refused(
        run("decide", final, "correction", "--outcome", "consensus", *WHO), "R132"
    )
    fine("rank", final)
    fine("award", final)
    assert "ook op zaterdag" in "\n".join(paragraphs((final / "award/letters/openstad.docx").read_bytes()))
    report = "\n".join(paragraphs((final / "award/award-report.docx").read_bytes()))
    assert "Correctie van een vastgelegd oordeel, overleg (Zo besproken op 12 februari 2027), door A. de Wit" in report


def test_the_judgement_is_corrected_by_decision_until_the_committee_stands(judged: Path) -> None:
    path = judged / "received/requirements.xlsx"
    better = {"v_verdict.cirrus.req_no_training": "voldoet", "v_reason.cirrus.req_no_training": "Toch uit te zetten."}
    path.write_bytes(typed(path.read_bytes(), better))
    refused(run("requirements", judged, "--read"), "R132")
    fine("decide", judged, "correction", "--outcome", "requirements", *WHO)
    refused(run("scorecards", judged, "--declare"), "R131")
    assert "Voldoet niet: niemand" in fine("requirements", judged, "--read").out
    fine("scorecards", judged, "--declare")
    refused(run("decide", judged, "correction", "--outcome", "requirements", *WHO), "R132")


def test_nothing_to_correct_before_it_was_read(discussed: Path) -> None:
    before = snapshot(discussed)
    refused(run("decide", discussed, "correction", "--outcome", "consensus", *WHO), "R131")
    assert snapshot(discussed) == before


def test_another_step_between_reading_and_writing_a_decision(received: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people decide at the same time: the second is told to look again, and nothing of it is written."""
    first = ("withdrawal", "--tenderer", "cirrus", *WHO)
    write = deciding.as_yaml

    def meanwhile(lines: object) -> bytes:
        monkeypatch.setattr(deciding, "as_yaml", write)
        fine("decide", received, *first)
        return write(lines)  # type: ignore[arg-type]

    monkeypatch.setattr(deciding, "as_yaml", meanwhile)
    refused(run("decide", received, "withdrawal", "--tenderer", "openstad", *WHO), "R114")
    assert [item["tenderer"] for item in fine("status", received, "--json").json["decisions"]] == ["cirrus"]
    assert "openstad" not in (received / "decisions.yaml").read_text("utf-8")


# --- the meeting --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "code", "words"),
    [
        ({"v_grade.openstad.service": 2}, "A362", "ligt buiten wat de leden gaven: 6 en 8"),
        ({"v_strong.openstad.service": "De helpdesk is de goedkoopste van allemaal."}, "A359", "goedkoopste"),
    ],
)
def test_what_the_committee_must_look_at(
    values: dict[str, object], code: str, words: str, discussed: Path, demo: Demo
) -> None:
    ran = adopt(discussed, demo, values)
    assert ran.code == 0
    assert f"let op {code}" in ran.said
    assert words in ran.said


def test_the_story_itself_gives_nothing_to_look_at(discussed: Path, demo: Demo) -> None:
    assert "let op" not in adopt(discussed, demo, {}).said


def test_confidential_words_in_an_adopted_reason_are_told_while_it_can_change(final: Path) -> None:
    """Should OpenStad win, its strong points go to the others."""
    package = Package.of(Folder(final))
    (adopted,) = [one for one in judged.consensus(package) if (one.tenderer, one.criterion) == ("openstad", "service")]
    assert completed.quoted(package, [adopted]) == ()
    sent = tenders.accepted(package)
    tenderer, answers = sent["openstad"]
    secret = replace(answers.criteria["service"], confidential="Bedrijfsgeheim.")
    sent["openstad"] = (tenderer, replace(answers, criteria={**answers.criteria, "service": secret}))
    said = " ".join(secret.text.split()[:12])
    (found,) = completed.quoted(package, [replace(adopted, strong=f"{said}, en dat is sterk.")])
    assert (found.code, found.is_error) == ("E136", False)
    assert NAMES["openstad"] in found.message


def test_a_tenderer_that_is_out_is_not_named_either(discussed: Path, demo: Demo) -> None:
    """Found while the words can be changed, and not only when the award is refused."""
    before = snapshot(discussed)
    told = adopt(discussed, demo, {"v_missing.openstad.service": "Cirrus Cloud Solutions biedt meer uren."})
    assert "Cirrus Cloud Solutions N.V." in refused(told, "A357")
    assert snapshot(discussed)["record.jsonl"] == before["record.jsonl"]


# --- prices -------------------------------------------------------------------------------------------


def test_prices_under_the_minimum_for_quality_stay_closed(discussed: Path, demo: Demo) -> None:
    """QuickChat has 35.40 points of quality and 35 is the minimum: with two grades lower it is out."""
    filled = answers_in((demo.case / "received/consensus.xlsx").read_bytes())
    names = sorted(name for name in filled if name.startswith("v_grade.quickchat.") and float(filled[name]) >= 2)
    assert adopt(discussed, demo, {names[0]: 0, names[1]: 0}).code == 0
    sheets = dict(zip(RANKED, demo.vault(), strict=True))
    before = snapshot(discussed)
    assert "quickchat" in refused(open_prices(discussed, demo.vault()), "A315")
    assert snapshot(discussed) == before
    assert open_prices(discussed, [sheets["openstad"], sheets["parlando"]]).code == 0
    assert not (discussed / "tenders/quickchat/price-sheet.xlsx").exists()
    out = fine("rank", discussed).out
    assert "QuickChat Europe Ltd.: doet niet mee (kwaliteit onder het minimum)" in out
    assert "1. Coöperatie OpenStad U.A.: 67,61 punten" in out
    fine("award", discussed)
    letter = "\n".join(paragraphs((discussed / "award/letters/quickchat.docx").read_bytes()))
    assert "de kwaliteit ligt onder het minimum van 35 punten" in letter.casefold()
    assert "Prijs" not in letter


def test_a_price_is_not_rejected_before_an_explanation_was_asked(ranked: Path) -> None:
    """Aanbestedingswet 2012, art. 2.116: first ask, then decide."""
    before = snapshot(ranked)
    reject = ("decide", ranked, "abnormally-low", "--tenderer", "openstad", "--outcome", "rejected", *WHO)
    assert "--outcome asked" in refused(run(*reject), "R197")
    assert snapshot(ranked) == before
    fine("decide", ranked, "abnormally-low", "--tenderer", "openstad", "--outcome", "asked", *WHO)
    fine(*reject)
    fine("rank", ranked)
    fine("award", ranked)
    letter = "\n".join(paragraphs((ranked / "award/letters/openstad.docx").read_bytes()))
    assert "Onderwerp: Afgewezen inschrijving" in letter
    assert "omdat wij de prijs abnormaal laag vinden" in letter
    assert "ongeldig" not in letter
    report = "\n".join(paragraphs((ranked / "award/award-report.docx").read_bytes()))
    told = (
        f"Besluit: Abnormaal lage prijs, {NAMES['openstad']}, gevraagd (Zo besproken op 12 februari 2027), door A. de"
    )
    assert told in report


def test_frozen_points_after_a_withdrawal_are_left_to_people(ranked: Path) -> None:
    """A relative price formula with the rule that points stand: a workbook with formulas cannot show that."""
    fine("decide", ranked, "withdrawal", "--tenderer", "quickchat", *WHO)
    package = Package.of(Folder(ranked))
    method = package.model.method
    assert method.price is not None
    lowest = {"formula": "lowest_ratio", "floor": None, "ceiling": None, "ceiling_reject": None, "removal": "freeze"}
    relative = method.model_copy(update={"price": method.price.model_copy(update=lowest)})
    package.model = package.model.model_copy(update={"method": relative})
    with pytest.raises(Refused) as found:
        pricing._ranked(package, ())
    assert [item.code for item in found.value.findings] == ["R196"]
    assert "quickchat" in found.value.findings[0].message
    again = method.price.model_copy(update={**lowest, "removal": "recalculate"})
    package.model = package.model.model_copy(update={"method": method.model_copy(update={"price": again})})
    assert {item.id for item in pricing._ranked(package, ()).outcome.tenders} == {"cirrus", "openstad", "parlando"}


def test_prices_that_came_early_stand_in_status_and_report(published: Path, demo: Demo, tmp_path: Path) -> None:
    form, sheet = tmp_path / "answer-form.xlsx", tmp_path / "price-sheet.xlsx"
    form.write_bytes(demo.form("openstad"))
    sheet.write_bytes(demo.vault()[0].read_bytes())
    at = "2027-01-15T14:00"
    fine("receive", form, sheet, "--tenderer", "openstad", "--folder", published, at=at)
    assert "openstad (aangenomen; prijsblad te vroeg)" in fine("status", published).out
    fine("award", published, *NOBODY)
    report = "\n".join(paragraphs((published / "award/no-award-report.docx").read_bytes()))
    assert f"Prijsblad van {NAMES['openstad']} ontvangen voordat de kwaliteit definitief was" in report


# --- lots ---------------------------------------------------------------------------------------------


def _level(case: Path, demo: Demo, tmp_path: Path) -> None:
    """Parlando gets the grades and the prices of OpenStad."""
    filled = answers_in((demo.case / "received/consensus.xlsx").read_bytes())
    grades = {name: value for name, value in filled.items() if name.startswith("v_grade.openstad.")}
    same = {name.replace("openstad", "parlando"): value for name, value in grades.items()}
    missing = {name.replace("v_grade.", "v_missing."): "Dit ontbreekt voor een hoger cijfer." for name in same}
    assert adopt(case, demo, same | missing).code == 0
    prices = answers_in(demo.vault()[0].read_bytes())
    prices.pop("v_tenderer.name")
    sheet = tmp_path / "parlando" / "price-sheet.xlsx"
    sheet.parent.mkdir()
    sheet.write_bytes(typed(demo.vault()[1].read_bytes(), prices))
    assert open_prices(case, [demo.vault()[0], sheet, demo.vault()[2]]).code == 0


def test_lots_are_drawn_once(discussed: Path, demo: Demo, tmp_path: Path) -> None:
    _level(discussed, demo, tmp_path)
    assert "Mensen loten" in fine("rank", discussed).out
    status = fine("status", discussed).out
    assert "Mensen moeten beslissen: openstad, parlando eindigden gelijk: mensen loten." in status
    assert "Volgende stap: procure-ai rank" in status
    refused(run("award", discussed), "E301")
    out = fine("rank", discussed, "--draw", "parlando", "--draw", "openstad").out
    assert "volgens de aangekondigde regel wint parlando" in out
    before = snapshot(discussed)
    again = ("rank", discussed, "--draw", "openstad", "--draw", "parlando")
    assert "parlando, openstad" in refused(run(*again), "R141")
    assert snapshot(discussed) == before
    fine("rank", discussed, "--draw", "parlando", "--draw", "openstad")  # the same draw again is recovery
    fine("decide", discussed, "draw", *WHO)
    fine(*again)
    fine("award", discussed)
    for name in ("openstad", "parlando"):
        letter = "\n".join(paragraphs((discussed / f"award/letters/{name}.docx").read_bytes()))
        assert "De punten voor kwaliteit waren ook gelijk." in letter
        assert "geldt dan: het lot gaf de doorslag." in letter
        assert "beste prijs-kwaliteitverhouding" not in letter
    assert "OpenStad U.A. gaat voor volgens de regel bij een gelijke stand." in letter


# --- a member of the committee ------------------------------------------------------------------------


def test_a_member_is_replaced_after_the_scorecards_went_out(carded: Path, demo: Demo) -> None:
    """The new member declares, scores every tender alone, and only then the meeting begins."""
    demo.reply("scorecard-read", carded)
    fine("scorecards", carded, "--read")
    change_case(carded, "    - id: bakker\n      name: Jan Bakker", "    - id: dekker\n      name: Ineke Dekker")
    swap = ("decide", carded, "member-replaced", "--member", "bakker", "--replacement", "dekker", *WHO)
    fine(*swap)
    refused(run("consensus", carded), "R135")
    assert "Volgende stap: procure-ai scorecards --declare --read" in fine("status", carded).out

    told = {"v_declaration.free": "nee", "v_declaration.remark": "Ik twijfel.", "v_declaration.name": "Ineke Dekker"}
    declaration = carded / "received/declaration-dekker.xlsx"
    sent = (carded / "sent/declaration-dekker.xlsx").read_bytes()
    declaration.write_bytes(typed(sent, {**told, "v_declaration.date": "2027-02-03"}))
    fine("scorecards", carded, "--declare", "--read")
    assert not (carded / "sent/scorecard-dekker.xlsx").exists()
    assert "dekker meldt een belang" in fine("status", carded).out
    declaration.write_bytes(typed(declaration.read_bytes(), {"v_declaration.free": "ja"}))
    fine("scorecards", carded, "--declare", "--read")

    card = retyped(
        (carded / "sent/scorecard-dekker.xlsx").read_bytes(), (carded / "received/scorecard-bakker.xlsx").read_bytes()
    )
    (carded / "received/scorecard-dekker.xlsx").write_bytes(card)
    fine("scorecards", carded, "--read", "--file", carded / "received/scorecard-dekker.xlsx")
    fine("consensus", carded)
    assessors = {score.assessor for score in judged.scores(Package.of(Folder(carded)))}
    assert assessors == {"dekker", *ASSESSORS[1:]}
    before = snapshot(carded)
    late = ("member-replaced", "--member", "visser", "--replacement", "bakker", *WHO)
    assert "bevroren" in refused(run("decide", carded, *late), "R194")
    assert snapshot(carded) == before


def test_a_declaration_that_somebody_else_signed(demo: Demo, case: Path) -> None:
    demo.at("declarations", case)
    demo.reply("declaration-read", case)
    path = case / "received/declaration-bakker.xlsx"
    path.write_bytes(typed(path.read_bytes(), {"v_declaration.name": "Mila Visser"}))
    assert (
        "let op A313: De verklaring van Jan Bakker is ondertekend door `Mila Visser`"
        in fine("scorecards", case, "--declare", "--read").said
    )


# --- receiving ----------------------------------------------------------------------------------------


def test_what_counts_is_when_the_platform_received_it(published: Path, demo: Demo) -> None:
    """The vault opens after the deadline of 18 January; the tender came in before."""
    from datetime import UTC, datetime

    opened, files = datetime(2027, 1, 20, 9, tzinfo=UTC), (demo.path / "inbox/openstad/answer-form.xlsx",)
    folder = Folder(published)
    done = tenders.receive(folder, "openstad", files, opened, datetime(2027, 1, 18, 11, 58, tzinfo=UTC))
    assert not any(item.code == "A312" for item in done.findings)
    line = folder.record().last("receive")
    assert line is not None
    assert (line.data["late"], line.data["arrived"]) == (False, "2027-01-18T11:58+00:00")
    late = tenders.receive(folder, "openstad", files, opened)
    assert [item.code for item in late.findings] == ["A312"]


def test_a_planning_changed_after_publication_is_told_and_changes_nothing(published: Path, demo: Demo) -> None:
    change_case(published, "tender_deadline: 2027-01-18", "tender_deadline: 2027-02-18")
    form = demo.path / "inbox/openstad/answer-form.xlsx"
    ran = fine("receive", form, "--tenderer", "openstad", "--folder", published, at="2027-01-20T09:00")
    assert "let op P123" in ran.said
    assert "let op A312" in ran.said


# --- nobody gets the contract -------------------------------------------------------------------------

ENDED = {
    "publish": ("receive", "--tenderer", "openstad"),
    "consensus": ("consensus", "--read"),
    "open-prices": ("rank",),
}


@pytest.mark.parametrize("step", ENDED)
def test_after_no_award_only_decisions_follow(step: str, demo: Demo, case: Path) -> None:
    demo.at(step, case)
    if step == "consensus":
        demo.reply("consensus-read", case)
    fine("award", case, *NOBODY)
    before = snapshot(case)
    command, *more = ENDED[step]
    files = [demo.path / "inbox/openstad/answer-form.xlsx"] if command == "receive" else []
    place = ("--folder", case) if files else (case,)
    refused(run(command, *files, *more, *place, at="2027-01-15T14:00"), "R186")
    assert snapshot(case) == before
    fine("decide", case, "court-order", "--outcome", "followed", *WHO)


def test_an_altered_ranking_stops_the_award(ranked: Path) -> None:
    path = ranked / "award/ranking.xlsx"
    path.write_bytes(path.read_bytes() + b" ")
    before = snapshot(ranked)
    refused(run("award", ranked), "R111")
    assert snapshot(ranked) == before


# --- evidence per rung --------------------------------------------------------------------------------


def test_how_far_verified_evidence_reaches_is_shown_in_meeting_and_report(carded: Path, demo: Demo) -> None:
    """Bakker verified the evidence on the application's openness; the others looked at none of it."""
    demo.reply("scorecard-read", carded)
    path = carded / "received/scorecard-bakker.xlsx"
    shown = [name for name in load_workbook(path).defined_names if name.startswith("v_shown.")]
    for card in sorted((carded / "received").glob("scorecard-*.xlsx")):
        card.write_bytes(typed(card.read_bytes(), dict.fromkeys(shown)))
    rows = [name for name in shown if name.startswith("v_shown.openstad.application_open")]
    path.write_bytes(typed(path.read_bytes(), dict.fromkeys(rows, "geverifieerd")))
    fine("scorecards", carded, "--read")
    fine("consensus", carded)
    reach = judged.verified(Package.of(Folder(carded)))
    assert set(reach) == {("openstad", "application-openness", "bakker")}
    grade = reach["openstad", "application-openness", "bakker"]
    assert grade > Decimal(0)
    book = load_workbook(carded / "sent/consensus.xlsx")
    sheet = next(item for item in book.worksheets if "Openheid van de toe" in item.title)
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    top = next(number for number, row in enumerate(found) if row[0] == "Geverifieerd bewijs reikt tot cijfer")
    assert found[top + 1][:3] == ["Jan Bakker", grade, "niet nagegaan"]
    assert found[top + 3][1] == "niet nagegaan"
    back = retyped((carded / "sent/consensus.xlsx").read_bytes(), (demo.case / "received/consensus.xlsx").read_bytes())
    (carded / "received/consensus.xlsx").write_bytes(back)
    fine("consensus", carded, "--read")
    fine("award", carded, *NOBODY)
    lines = paragraphs((carded / "award/no-award-report.docx").read_bytes())
    assert f"{number_text(grade)} (Jan Bakker)" in lines
    assert lines.count("niet per trede nagegaan") == 11  # four criteria with evidence, three tenders, one looked into


@pytest.mark.parametrize(
    ("came", "time", "late"),
    [
        ("2027-01-18 12:00", "12:00", False),
        ("2027-01-18 12:01", "12:00", True),
        ("2027-01-18 23:59", None, False),
        ("2027-01-19 00:00", None, True),
        ("2027-01-17 23:00", "12:00", False),
    ],
)
def test_late_is_after_the_time_that_was_announced(came: str, time: str | None, late: bool) -> None:
    from datetime import datetime

    day = {"publication": "2026-12-01", "questions_until": "2026-12-15", "tender_deadline": "2027-01-18",
           "award_decision": "2027-03-01", "contract_start": "2027-04-01"}  # fmt: skip
    dates = Planning.model_validate({**day, "tender_deadline_time": time} if time else day)
    assert tenders._late(dates, datetime.fromisoformat(came)) is late


def test_the_platform_says_when_it_came(published: Path, demo: Demo) -> None:
    form = demo.path / "inbox/openstad/answer-form.xlsx"
    asked = ("receive", form, "--tenderer", "openstad", "--folder", published)
    said = run(*asked, "--arrived", "2027-01-18 11:58", at="2027-01-20T09:00").said
    assert "A312" not in said
    assert "A312" in run(*asked, "--arrived", "2027-01-19 00:01", at="2027-01-20T09:00").said
