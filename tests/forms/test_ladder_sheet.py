"""Evidence per rung: the tenderer's list, the assessor's columns, and the grade that verified evidence reaches."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from forms_case import ASSESSORS, FIELDS, TENDERERS, TITLES, all_text, announced, answers, beside, codes, context, page

from procure_ai.documents.tables import Choice, Workbook, input_cells
from procure_ai.evaluation.model import Announced, EvidenceRow, Grade, LadderUsed
from procure_ai.forms import answer_form, ladder_sheet, scorecard
from procure_ai.forms.context import CellInput, Context, cell_key, prefilled
from procure_ai.forms.records import CriterionAnswer, EvidenceGiven

VERSION = "arXiv 2403.13784 versie 6"


def case(asked: str = "full") -> Context:
    """The tiny procedure in which openness is graded by a ladder of five rungs."""
    grades = (
        Grade(grade=Decimal(0), name="Dicht", when="Niets."),
        Grade(grade=Decimal("2.5"), name="Kaart", when="Een kaart.", needs=("card",)),
        Grade(grade=Decimal(5), name="Parameters", when="Te krijgen.", needs=("weights", "run")),
        Grade(grade=Decimal("7.5"), name="Open", when="Open.", open=("weights", "report")),
        Grade(grade=Decimal(10), name="Alles", when="Alles.", open=("data",), or_open=("recipe",)),
    )
    rows = (
        EvidenceRow(id="card", what="Modelkaart", licences="CC BY 4.0"),
        EvidenceRow(id="weights", what="Parameters", licences="Apache-2.0"),
        EvidenceRow(id="report", what="Rapport", licences="CC BY 4.0", instead="paper"),
        EvidenceRow(id="paper", what="Artikel", licences="CC BY 4.0"),
        EvidenceRow(id="data", what="Data", licences="CC BY 4.0"),
        EvidenceRow(id="recipe", what="Recept", licences="CC BY 4.0"),
        EvidenceRow(id="run", what="Draait het elders?", verify="Lees het verslag."),
    )
    used = LadderUsed.model_validate(
        {"id": "x", "framework": "MOF", "version": VERSION, "asked": asked, "rule": "Vanaf 5% van de punten."}
    )
    item: Announced = announced(
        "open", "Openheid", points=Decimal(10), group="Dienst", scale=grades, ladder=used, evidence_rows=rows
    )
    plain = context()
    criteria = tuple(item if known.id == "open" else known for known in plain.model.criteria)
    return replace(plain, model=plain.model.model_copy(update={"criteria": criteria}))


CASE = case()
FORM = answer_form.build(CASE, page("answer-form"), FIELDS, TITLES)
TOLD = {"weights": EvidenceGiven("yes", "MIT", "https://example.org/w", "ab12"), "data": EvidenceGiven("no")}
TENDER = answers("parlando", criteria={"open": CriterionAnswer("Zie lijst.", "b.pdf", rows=TOLD)})


def card(tenderer: str = "parlando") -> Workbook:
    return scorecard.build(CASE, page("scorecard"), ASSESSORS[0], [(TENDERERS[0], TENDER)])


def cell(part: str, row: str) -> str:
    return cell_key("criterion", "open", f"{part}-{row}")


def test_the_list_is_asked_on_a_sheet_of_its_own_only_where_the_ladder_asks_it() -> None:
    names = [sheet.name for sheet in FORM.sheets]
    assert names.index(ladder_sheet.TITLE) == names.index("Gunningscriteria") + 1
    sheet = FORM.sheets[names.index(ladder_sheet.TITLE)]
    asked = [cell.name for row in sheet.rows for cell in row.cells if cell and cell.name]
    assert len(asked) == 7 * 4
    assert beside(sheet, "Parameters", 2).check == Choice(("ja", "nee"))
    assert "Vanaf 5% van de punten." in all_text(FORM)
    assert beside(FORM.sheets[0], ladder_sheet.TITLE, 3).value == 7
    other = answer_form.build(case("no"), page("answer-form"), FIELDS, TITLES)
    assert ladder_sheet.TITLE not in [sheet.name for sheet in other.sheets]


def test_what_the_tenderer_filled_in_is_read_and_a_yes_without_a_place_is_told_once() -> None:
    values: dict[str, CellInput] = {
        cell("given", "weights"): "Ja", cell("licence", "weights"): "MIT", cell("given", "card"): "ja",
        cell("place", "card"): "b.pdf, blz. 1", cell("given", "data"): "nee", cell("given", "paper"): "ja",
    }  # fmt: skip
    found, findings = answer_form.read(CASE, "parlando", values, FIELDS, "a.xlsx")
    rows = found.criteria["open"].rows
    assert (rows["weights"], rows["data"], rows["run"]) == (
        EvidenceGiven("yes", "MIT"), EvidenceGiven("no"), EvidenceGiven(""),
    )  # fmt: skip
    told = [item for item in findings if ladder_sheet.TITLE in item.message]
    assert [(item.code, item.is_error, item.place.key) for item in told] == [("A304", False, cell("place", "weights"))]


def test_the_assessor_sees_what_is_claimed_and_says_what_is_shown_or_verified() -> None:
    book = card()
    text = all_text(book)
    assert "Parameters\nGesteld: ja; licentie: MIT; plaats: https://example.org/w; controlegetal: ab12" in text
    assert "Data\nGesteld: nee" in text
    assert "Draait het elders?\nGesteld: niet ingevuld\nNagaan: Lees het verslag." in text
    checks = {cell.name: cell.check for _, _, _, cell in input_cells(book)}
    assert checks[cell_key("shown", "parlando", "open", "weights")] == Choice(("gesteld", "getoond", "geverifieerd"))
    assert cell_key("open", "parlando", "open", "run") not in checks
    assert cell_key("shown", "parlando", "dutch", "card") not in checks
    assert "gesteld" not in str([cell.value for _, _, _, cell in input_cells(book)])


VERIFIED: dict[tuple[tuple[str, ...], tuple[str, ...]], str] = {
    ((), ()): "0",
    (("weights", "run"), ("weights",)): "0",
    (("card",), ()): "2.5",
    (("card", "weights", "run"), ()): "5",
    (("card", "weights", "run", "paper"), ("weights", "paper")): "7.5",
    (("card", "weights", "run", "report", "recipe"), ("weights", "report", "recipe")): "10",
    (("card", "weights", "run", "report", "data"), ("weights", "report")): "7.5",
}


def judged(verified: tuple[str, ...], free: tuple[str, ...]) -> dict[str, CellInput]:
    values: dict[str, CellInput] = {}
    for row in CASE.model.criterion("open").evidence_rows:
        status = "geverifieerd" if row.id in verified else "getoond"
        values[cell_key("shown", "parlando", "open", row.id)] = status
        if row.licences:
            values[cell_key("open", "parlando", "open", row.id)] = "ja" if row.id in free else "nee"
    return values


@pytest.mark.parametrize(("given", "grade"), VERIFIED.items())
def test_a_grade_above_the_verified_evidence_is_a_warning(
    given: tuple[tuple[str, ...], tuple[str, ...]], grade: str
) -> None:
    values = judged(*given)
    for criterion in ("dutch", "help", "open"):
        values[cell_key("grade", "parlando", criterion)] = Decimal(grade)
        values[cell_key("reason", "parlando", criterion)] = "Sterk, zie blz. 2."
    scores, findings = scorecard.read(CASE, ASSESSORS[0], TENDERERS[:1], values, "s.xlsx")
    assert (findings, len(scores)) == ((), 3)
    if grade != "10":
        values[cell_key("grade", "parlando", "open")] = Decimal(grade) + Decimal("2.5")
        scores, findings = scorecard.read(CASE, ASSESSORS[0], TENDERERS[:1], values, "s.xlsx")
        assert (codes(findings), findings[0].is_error, len(scores)) == (["A358"], False, 3)


def test_an_assessor_who_judges_no_evidence_hears_nothing() -> None:
    values: dict[str, CellInput] = {}
    for criterion in ("dutch", "help", "open"):
        values[cell_key("grade", "parlando", criterion)] = "10"
        values[cell_key("reason", "parlando", criterion)] = "Sterk, zie blz. 2."
    assert scorecard.read(CASE, ASSESSORS[0], TENDERERS[:1], values, "s.xlsx")[1] == ()


# --- levels per objective --------------------------------------------------------------------------

TABLE = """- een tabel.

| Doel | Onderwerp | Gewicht oktober 2025 | Gewicht juni 2026 | Telt hier | Telt hier niet |
|---|---|---|---|---|---|
| SOV-1 | Strategie | 15% | 20% | vraag 8 | Bezit. |
| SOV-2 | Recht | 10% | 10% | vragen 1 en 2 | Zetel. |
| SOV-8 | Milieu | 5% | 5% | geen | Telt elders. |
"""


def levelled() -> Context:
    """The same case in which the ladder rests on a framework with levels, and tenderers fill in no rows."""
    found = case("no")
    (item,) = (item.model_copy(update={"evidence": TABLE}) for item in found.model.criteria if item.id == "open")
    criteria = tuple(item if known.id == "open" else known for known in found.model.criteria)
    return replace(found, model=found.model.model_copy(update={"criteria": criteria}))


def test_the_levels_of_the_objectives_that_count_are_asked_and_the_others_shown_with_the_reason() -> None:
    form = answer_form.build(levelled(), page("answer-form"), FIELDS, TITLES)
    names = [sheet.name for sheet in form.sheets]
    assert ladder_sheet.TITLE not in names
    sheet = form.sheets[names.index(ladder_sheet.LEVELS_TITLE)]
    assert [beside(sheet, "SOV-1 Strategie", column).value for column in range(1, 5)] == [
        "15%",
        "20%",
        "vraag 8",
        "Bezit.",
    ]
    assert beside(sheet, "SOV-2 Recht", 5).check == Choice(("SEAL-0", "SEAL-1", "SEAL-2", "SEAL-3", "SEAL-4"))
    assert (beside(sheet, "SOV-8 Milieu", 4).value, beside(sheet, "SOV-8 Milieu", 5).value) == (
        "Telt elders.", "niet gevraagd",
    )  # fmt: skip
    assert [cell.name for row in sheet.rows for cell in row.cells if cell and cell.name] == [
        cell(part, name) for name in ("sov-1", "sov-2") for part in ("level", "place")
    ]
    assert beside(form.sheets[0], ladder_sheet.LEVELS_TITLE, 3).value == 2


def test_a_stated_level_reaches_the_assessor_as_a_statement_with_what_is_missing() -> None:
    values: dict[str, CellInput] = {cell("level", "sov-1"): "seal-3", cell("place", "sov-1"): "c.pdf, blz. 2"}
    found, findings = answer_form.read(levelled(), "parlando", values, FIELDS, "a.xlsx")
    assert not [item for item in findings if ladder_sheet.LEVELS_TITLE in item.message]
    book = scorecard.build(levelled(), page("scorecard"), ASSESSORS[0], [(TENDERERS[0], found)])
    sheet = book.sheets[-1]
    assert beside(sheet, "SOV-1 Strategie").value == "SEAL-3; plaats: c.pdf, blz. 2"
    assert beside(sheet, "SOV-2 Recht").value == "geen niveau"
    assert beside(sheet, "Laagste opgegeven niveau").value == "SEAL-3. Zonder niveau: SOV-2 Recht."
    both = values | {cell("level", "sov-2"): "SEAL-1"}
    found, findings = answer_form.read(levelled(), "parlando", both, FIELDS, "a.xlsx")
    told = [item.place.key for item in findings if ladder_sheet.LEVELS_TITLE in item.message]
    assert told == [cell("place", "sov-2")]
    book = scorecard.build(levelled(), page("scorecard"), ASSESSORS[0], [(TENDERERS[0], found)])
    assert beside(book.sheets[-1], "Laagste opgegeven niveau").value == "SEAL-1"


@pytest.mark.office
def test_libreoffice_reaches_the_same_grade() -> None:
    """One scorecard with a tender for each case, recalculated at once."""
    from procure_ai.excel import read, write
    from procure_ai.files.office import convert

    cases = list(VERIFIED.items())
    tenderers = [
        TENDERERS[0].model_copy(update={"id": f"t-{index}", "name": f"T{index}"}) for index in range(len(cases))
    ]
    book = scorecard.build(CASE, page("scorecard"), ASSESSORS[0], [(tenderer, TENDER) for tenderer in tenderers])
    values = {
        name.replace("parlando", f"t_{index}"): value
        for index, (given, _) in enumerate(cases)
        for name, value in judged(*given).items()
    }
    back = read(convert(write(prefilled(book, values.items())), ".xlsx", "xlsx", recalculate=True), "s.xlsx")
    for index, (_, grade) in enumerate(cases):
        sheet = back.sheet(f"T{index}")
        assert sheet is not None
        row = next(
            row for (row, column), cell in sheet.cells.items() if column == 0 and cell.value == ladder_sheet._REACHED
        )
        assert sheet.cells[row, 1].value == Decimal(grade), index
