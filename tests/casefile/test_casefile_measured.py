"""A whole procedure with a measured criterion, rated blind, and a session: from the test set to letter and contract."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from casefile_support import (
    ASSESSORS,
    RANKED,
    ROOT,
    cell_of,
    change_case,
    dump,
    fine,
    paragraphs,
    refused,
    run,
    snapshot,
    typed,
    zipped_text,
)

from procure_ai.casefile import demo, drafts, judged
from procure_ai.casefile.folder import Folder
from procure_ai.casefile.package import Package
from procure_ai.documents.tables import Workbook, input_cells
from procure_ai.files import office
from procure_ai.files.disk import sha256
from procure_ai.files.strict_yaml import parse, raw
from procure_ai.findings import Refused
from procure_ai.forms.context import CellInput, cell_key
from procure_ai.procedure.case import Tenderer

TASKS = (
    "Taak;Soort;Vraag;Goed antwoord\r\n"
    "t1;afval;Wanneer wordt papier opgehaald?;Elke tweede dinsdag van de maand.\r\n"
    't2;afval;"Mag verf bij het restafval; en waarom?";Nee, verf is chemisch afval.\r\n'
    "t3;paspoort;Wat kost een spoedaanvraag voor mijn hond?;Zegt dat daar niets over bekend is.\r\n"
).encode("utf-8-sig")
WORTH = {"Fout": 0, "Onvolledig": 50, "Goed": 100}
# What people say of the answers: by tenderer and task, the ratings of Bakker, Visser and Jansen; each run alike.
SAID = {
    "openstad": {"t1": "Goed Goed Goed", "t2": "Goed Onvolledig Goed", "t3": "Fout Fout Onvolledig"},
    "parlando": {"t1": "Goed Goed Goed", "t2": "Goed Goed Goed", "t3": "Goed Goed Onvolledig"},
    "quickchat": {"t1": "Fout Fout Fout", "t2": "Goed Goed Goed", "t3": "Onvolledig Fout Fout"},
}
RESULTS = {"openstad": "66.67", "parlando": "94.44", "quickchat": "38.89"}  # 600/9, 850/9 and 350/9, half up
GRADES = {"openstad": 2, "parlando": 8, "quickchat": 0}  # from 60, from 90 (not 95), under 60
TEST = {
    "test_set": sha256(TASKS), "task_types": "Afval en paspoort.", "examples": "Zie bijlage 3.", "tasks": "3",
    "dutch_share": "100", "raters": "3", "runs": "2", "settings": "Zoals geleverd.", "run_by": "De gemeente.",
}  # fmt: skip


def changed(text: str) -> str:
    """The example with eight points for the measurement, two for the session and one for a choice."""
    content: Any = raw(parse(text, "procedure.yaml"))
    content["award_model"]["points"] = {
        "dutch-quality": "2",
        "service": "2",
        "shorter-retention": "1",
        "measured-answers": "8",
        "demonstration": "2",
    }
    content["award_model"]["measured"] = {"measured-answers": TEST}
    return dump(content)


CHOSEN = {"openstad": "Niet bewaren", "parlando": "Hoogstens een dag"}  # quickchat chose nothing


def answers(bid: Any, tenderer: Tenderer, fields: set[str]) -> dict[str, CellInput]:
    """The answers of the story, with what a tenderer chose itself."""
    chosen = {
        cell_key("criterion", "shorter-retention", "choice"): text
        for name, text in CHOSEN.items()
        if name == tenderer.id
    }
    return {**ANSWERS(bid, tenderer, fields), **chosen}


ANSWERS = demo._answers


class Story(demo._Story):
    """The people of the story, who also judge the session and give reasons for the measurement."""

    def _reply(self, name: str, workbook: Workbook, values: Mapping[str, CellInput]) -> None:
        asked = {cell.name for *_, cell in input_cells(workbook)}
        more: dict[str, CellInput] = {}
        for one in RANKED:
            for item in ("measured-answers", "demonstration", "shorter-retention"):
                more |= {
                    cell_key(part, one, item): f"{part} van {item} in het verslag."
                    for part in ("reason", "strong", "missing", "place")
                }
            more |= {
                cell_key("grade", one, "shorter-retention"): Decimal(0),
                cell_key("grade", one, "demonstration"): Decimal(6),
                cell_key("minutes", one, "demonstration"): Decimal(60),
            }
        super()._reply(name, workbook, {**values, **{key: value for key, value in more.items() if key in asked}})


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case when every scorecard is back; the measurement is still to come."""
    folder = Folder(tmp_path_factory.mktemp("measured") / "case")
    folder.path.mkdir()
    text = (ROOT / "examples" / demo.EXAMPLE / "procedure.yaml").read_text("utf-8")
    (folder.path / "procedure.yaml").write_text(changed(text), "utf-8")
    story = Story(folder)
    with patch.object(office, "soffice", lambda: None), patch.object(demo, "_answers", answers):
        drafts.publish(folder, demo._at("2026-12-01T09:00"), "Voorbeeld; een jurist keurt de teksten goed.")
        for part in (story._tenders, story._requirements, story._declarations, story._scores):
            list(part())
    return folder.path


@pytest.fixture
def case(base: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(base, tmp_path / "case"))


@pytest.fixture
def test_set(tmp_path: Path) -> Path:
    path = tmp_path / "taken.csv"
    path.write_bytes(TASKS)
    return path


def answer(case: Path, tenderer: str, **change: Any) -> None:
    """Put in received/ what the solution of this tenderer answered."""
    name = f"test-answers-measured-answers-{tenderer}.xlsx"
    given: dict[str, Any] = {cell_key("run", "by"): "R. Tester", cell_key("run", "date"): "2027-01-26"}
    for task in range(1, 4):
        for run_ in (1, 2):
            given[cell_key("text", str(task), str(run_))] = f"Antwoord {task}.{run_} van =de {tenderer}-machine"
    content = typed((case / "sent" / name).read_bytes(), {**given, **change})
    (case / "received" / name).write_bytes(content)


def key_of(case: Path) -> dict[str, dict[str, str]]:
    text = (case / "file/measured/measured-answers/key.csv").read_bytes().decode("utf-8-sig")
    return {row["code"]: row for row in csv.DictReader(io.StringIO(text), delimiter=";")}


def rate(case: Path, rater: str, **change: Any) -> None:
    """Put in received/ what this rater says, who knows the story; the workbook itself does not tell."""
    name, place = f"rating-measured-answers-{rater}.xlsx", ASSESSORS.index(rater)
    said = {
        cell_key("rating", code): SAID[row["inschrijver"]][row["taak"]].split()[place]
        for code, row in key_of(case).items()
    }
    content = typed((case / "sent" / name).read_bytes(), {**said, **change})
    (case / "received" / name).write_bytes(content)


def measured(case: Path, test_set: Path) -> str:
    """The three steps, as people do them. Gives what the last one said."""
    fine("measure", case, "--test-set", test_set, at="2027-01-25T10:00")
    for tenderer in RANKED:
        answer(case, tenderer)
    fine("measure", case, "--rate", at="2027-01-28T10:00")
    for rater in ASSESSORS:
        rate(case, rater)
    return fine("measure", case, "--read", at="2027-02-04T10:00").out


def test_from_the_test_set_to_letter_and_contract(case: Path, test_set: Path) -> None:
    assert [stage["step"] for stage in fine("status", case, "--json").json["stages"] if not stage["done"]][:3] == [
        "measure", "measure-rate", "measure-read",
    ]  # fmt: skip
    refused(run("consensus", case), "R131")
    said = measured(case, test_set)
    assert "openstad: 66,67%\nparlando: 94,44%\nquickchat: 38,89%\n" in said
    assert "Alle beoordelaars zeiden hetzelfde bij 10 van de 18 antwoorden." in said
    assert {name: str(found) for (name, _), found in judged.results(Package.of(Folder(case))).items()} == RESULTS
    story = Story(Folder(case))
    list(story._consensus())
    adopted = {(one.tenderer, one.criterion): one for one in judged.consensus(Package.of(Folder(case)))}
    for tenderer, grade in GRADES.items():
        one = adopted[tenderer, "measured-answers"]
        assert (str(one.result), one.grade) == (RESULTS[tenderer], grade)
    assert {name: adopted[name, "shorter-retention"].grade for name in RANKED} == {
        "openstad": 10,
        "parlando": 5,
        "quickchat": 0,
    }
    story._prices()
    fine("rank", case, at="2027-02-22T11:00")
    fine("award", case, at="2027-03-01T10:00")
    winner = "parlando"
    letter = "\n".join(paragraphs((case / f"award/letters/{winner}.docx").read_bytes()))
    assert "Antwoorden op de testset" in letter
    with patch.object(office, "soffice", lambda: None):  # no page numbers; that takes seconds
        fine("contract", case, "--award", winner, "-o", case / "gevuld", at="2027-03-01T11:00")
    contract = zipped_text((case / "gevuld.docx").read_bytes())
    assert "94,44%" in contract
    assert "De leverancier wist Invoer en Uitvoer uiterlijk 24 uur nadat zij zijn verwerkt" in contract
    published = zipped_text((case / "package/v1/contract.docx").read_bytes())
    assert "Toegezegd bij de inschrijving" in published
    assert "uiterlijk 24 uur nadat zij zijn verwerkt" not in published


def test_a_choice_is_shown_and_not_judged(case: Path) -> None:
    card = zipped_text((case / "sent/scorecard-bakker.xlsx").read_bytes())
    assert "Hoogstens een dag" in card
    assert "De keuze van de inschrijver geeft het cijfer" in card
    assert "v_grade.parlando.shorter_retention" not in card
    announced = "\n".join(paragraphs((case / "package/v1/award-model.docx").read_bytes()))
    assert "Wat bij Wanneer staat, wordt een verplichting in de overeenkomst." in announced
    (line,) = [
        one for one in Package.of(Folder(case)).record.of("receive") if one.data["tenderer"]["id"] == "quickchat"
    ]
    assert [one["message"] for one in line.data["findings"] if "Korter bewaren" in one["message"]] == [
        "Bij het criterium 'Korter bewaren' is geen antwoord uit de lijst gekozen."
    ]


def test_a_rater_sees_no_name_and_has_an_order_of_its_own(case: Path, test_set: Path) -> None:
    fine("measure", case, "--test-set", test_set)
    for tenderer in RANKED:
        answer(case, tenderer)
    name = cell_key("text", "1", "1")
    answer(case, "parlando", **{name: "Ik ben de assistent van Parlando  Taaltechniek B.V., dinsdag."})
    answer(case, "openstad", **{cell_key("run", "names"): "Waterbot; Model 3 ", cell_key("text", "3", "1"): "model 3."})
    said = fine("measure", case, "--rate").said
    assert said.count("A377") == 3  # one for each tenderer, however many answers name it
    assert "Parlando Taaltechniek B.V., net als 5 van de andere." in said
    orders = []
    for rater in ASSESSORS:
        content = (case / f"sent/rating-measured-answers-{rater}.xlsx").read_bytes()
        text = zipped_text(content).casefold()
        for hidden in ("taaltechniek", "openstad", "quickchat", "parlando", "key.csv", "model 3"):
            assert hidden not in text
        assert "ik ben de assistent van [naam van de inschrijver], dinsdag." in text
        assert "antwoord 3.2 van =de [naam van de inschrijver]-machine" in text
        sheet, _ = cell_of(content, cell_key("rating", "01"))
        places = sorted((int(cell_of(content, cell_key("rating", code))[1][1:]), code) for code in key_of(case))
        assert sheet == "Antwoorden"
        orders.append([code for _, code in places])
    assert sorted(orders[0]) == sorted(orders[1]) == [f"{number:02d}" for number in range(1, 19)]
    assert len({tuple(order) for order in orders}) == 3
    owners = [row["inschrijver"] for row in key_of(case).values()]
    assert owners != sorted(owners)  # shuffled over the tenderers


def test_the_same_input_gives_the_same_key_and_another_answer_another(case: Path, test_set: Path) -> None:
    def made() -> dict[str, str]:
        fine("measure", case, "--rate")
        return {code: row["inschrijver"] + row["taak"] + row["herhaling"] for code, row in key_of(case).items()}

    fine("measure", case, "--test-set", test_set)
    for tenderer in RANKED:
        answer(case, tenderer)
    first = made()
    assert made() == first
    answer(case, "openstad", **{cell_key("text", "2", "2"): "Een ander antwoord."})
    assert made() != first


BY = ("--by", "Yasmin el Amrani", "--reason", "Mensen besloten dit.")


def test_who_is_set_aside_after_the_answers_went_out_stays_among_them(case: Path, test_set: Path) -> None:
    fine("measure", case, "--test-set", test_set)
    for tenderer in RANKED:
        answer(case, tenderer)
    fine("measure", case, "--rate")
    for rater in ASSESSORS:
        rate(case, rater)
    fine("decide", case, "withdrawal", "--tenderer", "quickchat", *BY)
    said = fine("measure", case, "--read").out
    assert "openstad: 66,67%\nparlando: 94,44%\nquickchat: 38,89%\n" in said
    refused(run("measure", case, "--read"), "R132")
    fine("consensus", case)
    assert cell_key("adopted", "quickchat", "measured-answers") not in zipped_text(
        (case / "sent/consensus.xlsx").read_bytes()
    )


def test_who_takes_part_again_is_measured_with_the_others(case: Path, test_set: Path) -> None:
    fine("decide", case, "invalid", "--tenderer", "quickchat", "--outcome", "invalid", *BY)
    fine("measure", case, "--test-set", test_set)
    fine("decide", case, "invalid", "--tenderer", "quickchat", "--outcome", "valid", *BY)
    for tenderer in ("openstad", "parlando"):
        answer(case, tenderer)
    refused(run("measure", case, "--rate"), "R131")
    fine("measure", case, "--test-set", test_set)
    answer(case, "quickchat")  # what the others returned before is still good
    fine("measure", case, "--rate")
    assert {row["inschrijver"] for row in key_of(case).values()} == set(RANKED)


def test_a_rater_in_somebodys_place_leaves_the_others_as_they_were(case: Path, test_set: Path) -> None:
    measured(case, test_set)
    change_case(
        case, "  price_openers:", "  - id: dekker\n    name: Eva Dekker\n    function: redacteur\n  price_openers:"
    )
    fine("decide", case, "member-replaced", "--member", "jansen", "--replacement", "dekker", *BY)
    refused(run("measure", case, "--read"), "R131")
    refused(run("measure", case, "--rate"), "R133")
    name = "declaration-dekker.xlsx"
    (case / "received" / name).write_bytes(
        typed((case / "sent" / name).read_bytes(), demo.declared("Eva Dekker", "2027-02-10"))
    )
    fine("scorecards", case, "--declare", "--read")
    fine("measure", case, "--rate")
    (case / "received/rating-measured-answers-dekker.xlsx").write_bytes(
        typed(
            (case / "sent/rating-measured-answers-dekker.xlsx").read_bytes(),
            {cell_key("rating", code): "Fout" for code in key_of(case)},
        )
    )
    said = fine(
        "measure", case, "--read"
    ).out  # Bakker and Visser as before: 700, 1200 and 500 of 18; the new one nothing
    assert "openstad: 38,89%\nparlando: 66,67%\nquickchat: 27,78%\n" in said


def test_only_the_published_test_set_is_used(case: Path, test_set: Path) -> None:
    before = snapshot(case)
    test_set.write_bytes(TASKS.replace(b"verf", b"lijm"))
    said = refused(run("measure", case, "--test-set", test_set), "R199")
    assert TEST["test_set"] in said
    assert snapshot(case) == before


def test_the_steps_have_an_order(case: Path, test_set: Path) -> None:
    refused(run("measure", case, "--rate"), "R131")
    refused(run("measure", case, "--read"), "R131")
    refused(run("measure", case, "--test-set", test_set, "--criterion", "service"), "R198")
    measured(case, test_set)
    for again in (("--test-set", test_set), ("--rate",), ("--read",)):
        refused(run("measure", case, *again), "R132")


def test_what_comes_back_must_be_whole(case: Path, test_set: Path) -> None:
    fine("measure", case, "--test-set", test_set)
    answer(case, "openstad")
    refused(run("measure", case, "--rate"), "R198")
    answer(case, "parlando", **{cell_key("text", "2", "1"): None})
    answer(case, "quickchat", **{cell_key("run", "by"): None})
    said = refused(run("measure", case, "--rate"), "A374", "A375")
    assert "test-answers-measured-answers-parlando.xlsx, blad Antwoorden, cel E" in said
    answer(case, "parlando")
    answer(case, "quickchat")
    fine("measure", case, "--rate")
    rate(case, "bakker", **{cell_key("rating", "05"): None, cell_key("rating", "06"): None})
    rate(case, "visser")
    refused(run("measure", case, "--read"), "R198")
    rate(case, "jansen")
    before = snapshot(case)
    said = refused(run("measure", case, "--read"), "A376")
    assert "Het oordeel over antwoord 05" in said
    assert "Het oordeel over antwoord 06" in said
    assert snapshot(case) == before


def test_the_ratings_are_kept_for_who_counts_again(case: Path, test_set: Path) -> None:
    measured(case, test_set)
    text = (case / "file/measured/measured-answers/ratings.csv").read_bytes().decode("utf-8-sig")
    found: dict[str, list[int]] = {}
    for row in csv.DictReader(io.StringIO(text), delimiter=";"):
        found.setdefault(row["inschrijver"], []).extend(
            WORTH[row[name]] for name in ("Jan Bakker", "Mila Visser", "Omar Jansen")
        )
    for tenderer, result in RESULTS.items():
        assert len(found[tenderer]) == 18
        assert abs(Decimal(sum(found[tenderer])) / 18 - Decimal(result)) <= Decimal("0.005")


def test_the_committee_has_the_announced_number_of_raters(base: Path, tmp_path: Path) -> None:
    panel, item = judged.panel_of(package := Package.of(Folder(base))), package.model.rated[0]
    assert judged.raters(panel, item) == panel.assessors
    people = panel.model_copy(update={"raters": panel.assessors[:2]})
    with pytest.raises(Refused) as caught:
        judged.raters(people, item)
    assert caught.value.findings[0].code == "R198"
    assert [one.id for one in people.everyone] == list(ASSESSORS)


def test_text_beyond_the_last_column_is_not_lost(test_set: Path) -> None:
    test_set.write_bytes(TASKS + b"t4;afval;Waarheen met glas?;De glasbak; of de milieustraat\r\n")
    assert "`of de milieustraat`" in refused(run("measure", "--hash", test_set), "A371")


def test_before_publication_the_hash_is_shown(test_set: Path) -> None:
    said = fine("measure", "--hash", test_set).out
    assert TEST["test_set"] in said
    assert "tasks: 3" in said
