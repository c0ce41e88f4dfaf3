"""Decisions are people's: they are kept with who, when and why, and a step goes on only where one was recorded."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from casefile_support import NAMES, OPENERS, Demo, Ran, change_case, fine, paragraphs, refused, run, snapshot, typed

from procure_ai.casefile import judged, pricing
from procure_ai.casefile.decisions import for_letters
from procure_ai.casefile.folder import Folder, begin
from procure_ai.casefile.package import Package
from procure_ai.casefile.tenders import accepted, accepted_lines
from procure_ai.findings import Refused
from procure_ai.forms.scorecard import own_order

WHO = ("--by", "A. de Wit", "--reason", 'Besproken met de jurist: zie "nota 3".')
LATE = "2027-01-19T00:30"


def decide(case: Path, kind: str, *options: str, at: str = "2027-01-19T08:00") -> Ran:
    return fine("decide", case, kind, *options, *WHO, at=at)


def receive(case: Path, tenderer: str, files: list[Path], at: str = "2027-01-15T14:00") -> Ran:
    return run("receive", *files, "--tenderer", tenderer, "--folder", case, at=at)


def counts(case: Path) -> list[str]:
    return list(accepted(Package.of(Folder(case))))


# --- the register ---------------------------------------------------------------------------------


def test_decisions_are_kept_in_order_with_who_when_and_why(received: Path) -> None:
    decide(received, "clarification", "--tenderer", "openstad", "--outcome", "asked")
    said = decide(received, "withdrawal", "--tenderer", "cirrus", at="2027-01-19T09:00").out
    assert "Intrekking door de inschrijver, cirrus, ingetrokken; A. de Wit: Besproken" in said
    kept = yaml.safe_load((received / "decisions.yaml").read_text("utf-8"))["decisions"]
    assert [(item["number"], item["kind"], item["tenderer"], item["outcome"]) for item in kept] == [
        (1, "clarification", "openstad", "asked"),
        (2, "withdrawal", "cirrus", "withdrawn"),
    ]
    assert kept[0]["by"] == "A. de Wit"
    assert kept[0]["reason"] == WHO[3]
    assert kept[1]["moment"].startswith("2027-01-19T09:00")
    status = fine("status", received, "--json").json
    assert [item["kind"] for item in status["decisions"]] == ["clarification", "withdrawal"]
    assert status["changed"] == []
    assert "Besluit 2, 2027-01-19: Intrekking" in fine("status", received).out


def test_a_register_changed_by_hand_is_seen_and_not_overwritten(received: Path) -> None:
    decide(received, "withdrawal", "--tenderer", "cirrus")
    path = received / "decisions.yaml"
    path.write_text(path.read_text("utf-8").replace("A. de Wit", "Iemand anders"), "utf-8")
    assert run("status", received, "--json").json["changed"] == ["decisions.yaml"]
    refused(run("decide", received, "draw", *WHO), "R113")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("withdrawal", "--tenderer", "cirrus", "--by", "A", "--reason", "kort"), "R191", "--reason"),
        (("withdrawal", "--tenderer", "cirrus", "--by", " ", "--reason", "Lang genoeg."), "R191", "--by"),
        (("uitsluiting", *WHO), "R192", "exclusion"),
        (("exclusion", "--tenderer", "cirrus", *WHO), "R192", "excluded (uitgesloten), kept"),
        (("exclusion", "--tenderer", "cirrus", "--outcome", "late", *WHO), "R192", "`late`"),
        (("draw", "--outcome", "openstad", *WHO), "R192", "laat --outcome weg"),
        (("withdrawal", "--tenderer", "cirus", *WHO), "R193", "Bedoelde u `cirrus`?"),
        (("court-order", "--outcome", "admitted", *WHO), "R193", "--tenderer"),
        (("late", "--tenderer", "cirrus", "--outcome", "admitted", *WHO), "R193", "geen te late"),
        (("draw", "--member", "bakker", *WHO), "R194", "member-replaced"),
        (("member-replaced", "--member", "bakker", "--replacement", "dekker", *WHO), "R131", "--declare"),
    ],
)
def test_a_decision_that_cannot_be_kept(received: Path, arguments: tuple[str, ...], code: str, words: str) -> None:
    before = snapshot(received)
    assert words in refused(run("decide", received, *arguments), code)
    assert snapshot(received) == before


# --- late -----------------------------------------------------------------------------------------


def test_a_late_tender_waits_for_people(published: Path, demo: Demo) -> None:
    receive(published, "openstad", demo.inbox("openstad"))
    assert "decide late --tenderer parlando" in receive(published, "parlando", demo.inbox("parlando"), LATE).said
    before = snapshot(published)
    assert "parlando" in refused(run("requirements", published), "R190")
    assert snapshot(published) == before
    out = fine("status", published).out
    assert "parlando (te laat: besluit nodig)" in out
    assert "Mensen moeten beslissen: De inschrijving van parlando kwam te laat." in out
    decide(published, "late", "--tenderer", "parlando", "--outcome", "refused")
    assert fine("status", published, "--json").json["waiting"] == []
    fine("requirements", published)
    assert [item.id for item, _ in judged.taking_part(Package.of(Folder(published)))] == ["openstad"]
    refused(run("decide", published, "late", "--tenderer", "parlando", "--outcome", "admitted", *WHO), "R130")


def test_a_late_tender_that_people_admit_takes_part(published: Path, demo: Demo) -> None:
    receive(published, "parlando", demo.inbox("parlando"), LATE)
    refused(run("requirements", published), "R190")
    decide(published, "late", "--tenderer", "parlando", "--outcome", "admitted")
    fine("requirements", published)
    assert judged.taking_part(Package.of(Folder(published)))[0][0].id == "parlando"


# --- a second tender ------------------------------------------------------------------------------


def test_a_second_tender_with_defects_replaces_nothing(received: Path, demo: Demo, tmp_path: Path) -> None:
    first = snapshot(received / "tenders/openstad")
    broken = tmp_path / "answer-form.xlsx"
    broken.write_bytes(b"%PDF-1.4 geen werkmap")
    said = receive(received, "openstad", [broken], "2027-01-16T09:00")
    assert said.code == 1
    assert "De eerdere inschrijving blijft gelden" in said.out
    assert str(received / "tenders/openstad/later/2/answer-form.xlsx") in said.out
    now = snapshot(received / "tenders/openstad")
    assert {name: now[name] for name in first} == first
    assert (received / "tenders/openstad/later/2/answer-form.xlsx").read_bytes() == broken.read_bytes()
    assert "openstad" in counts(received)
    assert "openstad (aangenomen; een latere telt niet)" in fine("status", received).out

    form = tmp_path / "goed" / "answer-form.xlsx"  # the third is accepted: it does replace the first
    form.parent.mkdir()
    form.write_bytes(typed(demo.form("openstad"), {"v_criterion.service.answer": "Een nieuw antwoord."}))
    assert receive(received, "openstad", [form], "2027-01-17T09:00").code == 0
    assert (received / "tenders/openstad/earlier/1/answer-form.xlsx").read_bytes() == demo.form("openstad")
    answers = accepted(Package.of(Folder(received)))["openstad"][1]
    assert answers.criteria["service"].text == "Een nieuw antwoord."
    assert fine("status", received, "--json").json["changed"] == []
    assert "LET OP" not in fine("requirements", received).err


def test_a_second_tender_that_is_late_counts_only_when_people_admit_it(
    received: Path, demo: Demo, tmp_path: Path
) -> None:
    form = tmp_path / "answer-form.xlsx"
    form.write_bytes(typed(demo.form("openstad"), {"v_criterion.service.answer": "Een laat antwoord."}))
    receive(received, "openstad", [form], LATE)
    refused(run("requirements", received), "R190")

    def answer() -> str:
        return accepted(Package.of(Folder(received)))["openstad"][1].criteria["service"].text

    decide(received, "late", "--tenderer", "openstad", "--outcome", "refused")
    assert answer() != "Een laat antwoord."
    assert "openstad" in [item.id for item, _ in judged.taking_part(Package.of(Folder(received)))]
    decide(received, "late", "--tenderer", "openstad", "--outcome", "admitted", at="2027-01-19T09:00")
    assert answer() == "Een laat antwoord."
    assert accepted_lines(Package.of(Folder(received)))["openstad"].data["late"]


# --- taking part ----------------------------------------------------------------------------------


def _open(case: Path, demo: Demo, *names: str) -> Ran:
    sheets = [demo.path / "kluis" / name / "price-sheet.xlsx" for name in names]
    by = [part for name in OPENERS for part in ("--by", name)]
    return run("open-prices", *sheets, *by, "--folder", case, at="2027-02-22T10:00")


@pytest.mark.parametrize(
    ("kind", "options"),
    [("withdrawal", ()), ("exclusion", ("--outcome", "excluded")), ("invalid", ("--outcome", "invalid"))],
)
def test_a_tender_that_is_out_before_the_prices_is_not_ranked(
    kind: str, options: tuple[str, ...], final: Path, demo: Demo
) -> None:
    decide(final, kind, "--tenderer", "openstad", *options, at="2027-02-20T09:00")
    assert "openstad" in refused(_open(final, demo, "openstad", "parlando", "quickchat"), "A315")
    assert _open(final, demo, "parlando", "quickchat").code == 0
    out = fine("rank", final).out
    assert NAMES["openstad"] not in out
    assert "1. Parlando" in out
    (aside,) = for_letters(Folder(final).record())
    assert (aside.tenderer, aside.by, aside.date.isoformat()) == ("openstad", "A. de Wit", "2027-02-20")


def test_workbooks_that_were_sent_before_a_withdrawal_are_still_read(demo: Demo, case: Path) -> None:
    """The sheet of the tender that left is ignored; that of the others counts."""
    demo.at("consensus", case)
    demo.reply("consensus-read", case)
    decide(case, "withdrawal", "--tenderer", "quickchat", at="2027-02-10T09:00")
    path = case / "received/consensus.xlsx"
    path.write_bytes(typed(path.read_bytes(), {"v_grade.quickchat.service": None}))
    fine("consensus", case, "--read")
    assert {item.tenderer for item in judged.consensus(Package.of(Folder(case)))} == {"openstad", "parlando"}


def test_kept_or_put_back_by_the_court_is_in_again(final: Path) -> None:
    def names() -> set[str]:
        return {item.id for item in judged.tenderers(Package.of(Folder(final)))}

    decide(final, "exclusion", "--tenderer", "openstad", "--outcome", "excluded")
    decide(final, "invalid", "--tenderer", "quickchat", "--outcome", "invalid")
    assert names() == {"parlando"}
    decide(final, "invalid", "--tenderer", "openstad", "--outcome", "valid")
    assert names() == {"parlando"}, "another kind does not undo the exclusion"
    decide(final, "court-order", "--tenderer", "openstad", "--outcome", "admitted")
    decide(final, "invalid", "--tenderer", "quickchat", "--outcome", "valid")
    assert names() == {"openstad", "parlando", "quickchat"}


def test_nobody_left(final: Path, demo: Demo) -> None:
    for name in ("openstad", "parlando", "quickchat"):
        decide(final, "withdrawal", "--tenderer", name)
    refused(_open(final, demo, "parlando"), "R140")


def test_out_after_the_ranking_asks_for_a_new_ranking(ranked: Path) -> None:
    decide(ranked, "withdrawal", "--tenderer", "openstad", at="2027-02-24T09:00")
    before = snapshot(ranked)
    assert "procure-ai rank" in refused(run("award", ranked), "R195")
    assert snapshot(ranked) == before
    assert "1. Parlando" in fine("rank", ranked).out
    assert pricing.compute(Package.of(Folder(ranked))).outcome.winner == "parlando"
    fine("award", ranked, "--date", "2027-03-01")
    letter = "\n".join(paragraphs((ranked / "award/letters/openstad.docx").read_bytes()))
    assert WHO[3] in letter
    assert NAMES["parlando"] in letter


# --- a member of the committee --------------------------------------------------------------------


def test_a_member_with_an_interest_is_replaced(demo: Demo, case: Path) -> None:
    demo.at("declarations", case)
    demo.reply("declaration-read", case)
    path = case / "received/declaration-bakker.xlsx"
    told = {"v_declaration.free": "nee", "v_declaration.remark": "Mijn zus werkt bij Parlando."}
    path.write_bytes(typed(path.read_bytes(), told))
    fine("scorecards", case, "--declare", "--read")
    assert "decide member-replaced --member bakker" in refused(run("scorecards", case), "R134")
    assert "bakker meldt een belang" in fine("status", case).out
    options = ("--member", "bakker", "--replacement", "dekker")
    refused(run("decide", case, "member-replaced", *options, *WHO), "R194")
    change_case(case, "    - id: bakker\n      name: Jan Bakker", "    - id: dekker\n      name: Ineke Dekker")
    refused(run("decide", case, "member-replaced", "--member", "smit", "--replacement", "dekker", *WHO), "R194")
    refused(run("decide", case, "member-replaced", "--member", "visser", "--replacement", "jansen", *WHO), "R194")
    decide(case, "member-replaced", *options)
    assert fine("status", case, "--json").json["waiting"] == []
    assert "Ineke Dekker" in refused(run("scorecards", case), "R133")

    sent = (case / "sent/declaration-dekker.xlsx").read_bytes()
    values = {"v_declaration.free": "ja", "v_declaration.name": "Ineke Dekker", "v_declaration.date": "2027-01-26"}
    (case / "received/declaration-dekker.xlsx").write_bytes(typed(sent, values))
    fine("scorecards", case, "--declare", "--read")
    fine("scorecards", case)
    sheets = sorted(path.name for path in (case / "sent").glob("scorecard-*.xlsx"))
    assert sheets == ["scorecard-dekker.xlsx", "scorecard-jansen.xlsx", "scorecard-visser.xlsx"]
    refused(run("decide", case, "member-replaced", "--member", "dekker", "--replacement", "bakker", *WHO), "R194")


def test_the_order_of_each_assessor_is_recorded(demo: Demo) -> None:
    package = Package.of(Folder(demo.case))
    line = package.record.last("scorecards")
    assert line is not None
    number, tenders = package.contract.procedure.number, judged.qualified(package)
    for assessor in judged.panel_of(package).assessors:
        assert line.data["order"][assessor.id] == [item.id for item, _ in own_order(number, assessor, tenders)]
    assert len({tuple(order) for order in line.data["order"].values()}) > 1


# --- abnormally low -------------------------------------------------------------------------------


def _suspected(case: Path) -> None:
    """The ranking as it is recorded when one price is far below the others."""
    folder = Folder(case)
    record = folder.record()
    line = record.last("rank")
    assert line is not None
    data = {**line.data, "flags": ["abnormally_low_suspect:openstad"]}
    begin(folder, "rank", datetime.fromisoformat(line.moment), record, data).finish()


def test_no_award_while_a_price_may_be_abnormally_low(ranked: Path, tmp_path: Path) -> None:
    _suspected(ranked)
    with pytest.raises(Refused) as found:
        pricing.settled(Package.of(Folder(ranked)))
    assert [item.code for item in found.value.findings] == ["R197"]
    assert "decide abnormally-low" in fine("status", ranked).out
    options = ("abnormally-low", "--tenderer", "openstad", "--outcome")
    decide(ranked, *options, "asked")
    refused(run("award", ranked), "R197")
    other = Path(shutil.copytree(ranked, tmp_path / "other"))
    decide(ranked, *options, "accepted")
    fine("award", ranked)
    decide(other, *options, "rejected")
    assert "1. Parlando" in fine("rank", other).out
