"""What the committee fills in: requirements, declarations, scorecards and consensus."""

from __future__ import annotations

from decimal import Decimal

import pytest
from forms_case import ASSESSORS, TENDERERS, TENDERS, all_text, answers, beside, codes, context, page, scores

from procure_ai.documents.tables import Choice, Style, input_cells
from procure_ai.forms import consensus, declaration, requirements, scorecard
from procure_ai.forms.consensus_sheet import mean_grade, rungs_apart
from procure_ai.forms.context import CellInput, cell_key
from procure_ai.forms.reading import located
from procure_ai.forms.records import CriterionAnswer, Declaration, RequirementAnswer

Values = dict[str, CellInput]

# --- requirements --------------------------------------------------------------------------------

VERDICTS = requirements.build(context(), page("requirements-form"), TENDERS)


def judged(**changes: CellInput) -> Values:
    values: Values = {cell_key("judge", tenderer.id): "Yasmin" for tenderer in TENDERERS}
    for tenderer in TENDERERS:
        for name in ("req-stop", "req-terms"):
            values[cell_key("verdict", tenderer.id, name)] = "voldoet"
            values[cell_key("evidence", tenderer.id, name)] = "getoond"
            values[cell_key("reason", tenderer.id, name)] = "Zie b.pdf, blz. 1."
    return values | changes


def test_each_tenderer_has_a_sheet_and_a_line_with_live_counts() -> None:
    assert [sheet.name for sheet in VERDICTS.sheets] == ["Lees mij", "Overzicht", "parlando", "openstad", "cirrus"]
    overview = VERDICTS.sheets[1]
    name = TENDERERS[0].name
    assert beside(overview, name, 2).formula.startswith("=COUNTIF('parlando'!F1:F")
    assert beside(overview, name, 5).value == 2
    assert beside(overview, name, 6).value == "nog niet klaar"


def test_an_open_answer_and_a_secret_are_shown_as_such() -> None:
    given = {"req-stop": RequirementAnswer("", confidential="recept")}
    book = requirements.build(
        context(), page("requirements-form"), [(TENDERERS[0], answers("parlando", requirements=given))]
    )
    text = all_text(book)
    assert "niet beantwoord" in text
    assert "Vertrouwelijk volgens de inschrijver: recept" in text


def test_verdicts_are_read_with_their_judge() -> None:
    found, findings = requirements.read(
        context(), TENDERS, judged(**{cell_key("by", "cirrus", "req-stop"): "Peter"}), "r.xlsx"
    )
    assert findings == ()
    assert len(found) == 6
    assert {(item.tenderer, item.requirement): item.by for item in found}["cirrus", "req-stop"] == "Peter"
    assert found[0].verdict == "pass"
    assert found[0].evidence == "shown"


@pytest.mark.parametrize(
    ("part", "value", "expected", "left"),
    [
        ("verdict", "", ["A330"], 5),
        ("verdict", "goed", ["A330"], 5),
        ("verdict", "onduidelijk", ["A334"], 6),
        ("verdict", "voldoet niet", [], 6),
        ("reason", "", ["A331"], 6),
        ("evidence", "", ["A333"], 5),
        ("evidence", "gesteld", ["A335"], 6),
    ],
)
def test_each_gap_in_a_verdict_is_found(part: str, value: str, expected: list[str], left: int) -> None:
    changed = judged(**{cell_key(part, "parlando", "req-stop"): value})
    found, findings = requirements.read(context(), TENDERS, changed, "r.xlsx")
    assert codes(findings) == expected
    assert len(found) == left
    assert all(item.is_error is (item.code != "A335") and item.place.cell for item in located(findings, VERDICTS))


def test_a_claim_is_enough_where_no_evidence_was_asked() -> None:
    changed = judged(**{cell_key("evidence", "parlando", "req-terms"): "gesteld"})
    assert requirements.read(context(), TENDERS, changed, "r.xlsx")[1] == ()


def test_a_missing_judge_is_named_once_per_tenderer() -> None:
    changed = judged(**{cell_key("judge", "parlando"): ""})
    assert codes(requirements.read(context(), TENDERS, changed, "r.xlsx")[1]) == ["A332"]


# --- declaration ---------------------------------------------------------------------------------


def declared(**changes: CellInput) -> Values:
    given: Values = {"free": "ja", "name": "J. Bakker", "date": "2027-01-20", **changes}
    return {cell_key("declaration", part): value for part, value in given.items()}


def test_a_declaration_names_the_tenderers_and_is_read() -> None:
    book = declaration.build(context(), page("declaration"), ASSESSORS[0], TENDERERS)
    assert dict(book.identity)["subject"] == "bakker"
    assert "Coöperatie OpenStad U.A." in all_text(book)
    found, findings = declaration.read(context(), ASSESSORS[0], declared(), "d.xlsx")
    assert findings == ()
    assert found == Declaration("bakker", True, "", "J. Bakker", "2027-01-20")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"free": ""}, ["A337"]),
        ({"free": "nee"}, ["A336", "A339"]),
        ({"name": ""}, ["A338"]),
        ({"date": "vandaag"}, ["A338"]),
    ],
)
def test_a_declaration_that_says_too_little_is_none(changes: Values, expected: list[str]) -> None:
    found, findings = declaration.read(context(), ASSESSORS[0], declared(**changes), "d.xlsx")
    assert found is None
    assert codes(findings) == expected


def test_an_interest_with_remark_is_read_for_people_to_decide() -> None:
    found, findings = declaration.read(context(), ASSESSORS[0], declared(free="Nee", remark="Mijn zus."), "d.xlsx")
    assert found is not None
    assert not found.free
    assert codes(findings) == ["A339"]
    assert not findings[0].is_error


# --- scorecard -----------------------------------------------------------------------------------

CARD = scorecard.build(context(), page("scorecard"), ASSESSORS[0], TENDERS)


def graded(**changes: CellInput) -> Values:
    values: Values = {}
    for tenderer in TENDERERS:
        for name in ("dutch", "help", "open"):
            values[cell_key("grade", tenderer.id, name)] = "7,5"
            values[cell_key("reason", tenderer.id, name)] = "Sterk op blz. 2; toezegging ontbreekt."
    return values | changes


def test_a_scorecard_shows_answers_and_scale_and_nothing_of_price_or_weight() -> None:
    text = all_text(CARD)
    assert "Antwoord op dutch." in text
    assert "Cijfer 2,5 – Trede 1" in text
    assert "€" not in text
    assert "Inrichting" not in text  # a price line
    assert "punten" not in text
    assert not any(item.reason in text for item in scores())
    grade = next(cell for _, _, _, cell in input_cells(CARD) if cell.name == cell_key("grade", "cirrus", "open"))
    assert grade.check == Choice(("0", "2,5", "5", "7,5", "10"))


def test_the_order_is_the_assessors_own_and_always_the_same() -> None:
    orders = {
        assessor: [
            tenderer.id
            for tenderer, _ in scorecard.own_order("2026-1", ASSESSORS[0].model_copy(update={"id": assessor}), TENDERS)
        ]
        for assessor in map(str, range(20))
    }
    assert {tuple(sorted(order)) for order in orders.values()} == {("cirrus", "openstad", "parlando")}
    assert len({tuple(order) for order in orders.values()}) == 6
    order = [scorecard.own_order(str(number), ASSESSORS[0], TENDERS) for number in range(20)]
    assert len({tuple(tenderer.id for tenderer, _ in one) for one in order}) == 6, "another case, another order"
    assert scorecard.own_order("1", ASSESSORS[0], list(reversed(TENDERS))) == order[1]
    assert scorecard.own_order("1", ASSESSORS[0], []) == []


def test_an_answer_left_open_and_a_secret_are_shown() -> None:
    given = {"dutch": CriterionAnswer("", confidential="klantnamen")}
    book = scorecard.build(
        context(), page("scorecard"), ASSESSORS[0], [(TENDERERS[0], answers("parlando", criteria=given))]
    )
    assert "niet beantwoord" in all_text(book)
    assert "klantnamen\nNeem hier niets van over in uw reden." in all_text(book)


def test_the_count_of_grades_is_live() -> None:
    overview = CARD.sheets[1]
    assert beside(overview, TENDERERS[2].name).formula.count("!") == 3
    assert beside(overview, TENDERERS[2].name, 2).formula.count("!") == 3
    assert beside(overview, "Stand").value == "nog niet klaar"
    assert "<18" in beside(overview, "Stand").formula


def test_a_scorecard_shows_no_grades_side_by_side() -> None:
    """One tender per sheet; the overview counts and never refers to a grade itself."""
    formulas = [cell.formula for row in CARD.sheets[1].rows for cell in row.cells if cell and cell.formula]
    assert formulas
    assert all("SUM(" in formula or "COUNT" in formula for formula in formulas)
    per_sheet = [
        {cell.name.split(".")[1] for row in sheet.rows for cell in row.cells if cell and cell.name}
        for sheet in CARD.sheets[2:]
    ]
    assert [len(tenderers) for tenderers in per_sheet] == [1, 1, 1]


def test_scores_are_read() -> None:
    found, findings = scorecard.read(context(), ASSESSORS[0], TENDERERS, graded(), "s.xlsx")
    assert findings == ()
    assert len(found) == 9
    assert found[0].grade == Decimal("7.5")


@pytest.mark.parametrize(
    ("part", "value", "code", "left"),
    [
        ("grade", "", "A340", 8),
        ("grade", "8", "A341", 8),
        ("grade", Decimal(8), "A341", 8),
        ("grade", Decimal("7.5"), "", 9),
        ("reason", "", "A342", 9),
        ("reason", "goed", "A343", 9),
    ],
)
def test_each_gap_in_a_score_is_found(part: str, value: CellInput, code: str, left: int) -> None:
    changed = graded(**{cell_key(part, "cirrus", "help"): value})
    found, findings = scorecard.read(context(), ASSESSORS[0], TENDERERS, changed, "s.xlsx")
    assert codes(findings) == ([code] if code else [])
    assert len(found) == left


# --- consensus -----------------------------------------------------------------------------------

BOOK = consensus.build(context(), page("consensus"), ASSESSORS, TENDERS, scores())
MEAN = consensus.build(context("mean"), page("consensus"), ASSESSORS, TENDERS, scores())


def adopted(**changes: CellInput) -> Values:
    values: Values = {cell_key("adopted"): "de commissie"}
    for number, tenderer in enumerate(TENDERERS):
        for name in ("dutch", "help", "open"):
            values[cell_key("grade", tenderer.id, name)] = ("5", "7,5", "10")[number]
            values[cell_key("strong", tenderer.id, name)] = f"De test is volledig ({number})."
            values[cell_key("missing", tenderer.id, name)] = f"Een toezegging ({number})."
            values[cell_key("place", tenderer.id, name)] = "b.pdf, blz. 2"
    return values | changes


def test_assessors_who_differ_by_two_rungs_are_marked() -> None:
    sheet = BOOK.sheets[2]
    assert sheet.name == "K1 Nederlands"
    label = "2 treden of meer verschil?"
    assert beside(sheet, label, 1).value == "bespreken"
    assert beside(sheet, label, 1).style is Style.WARNING
    assert beside(sheet, label, 2).value == "nee"
    assert beside(sheet, "Verschil in treden", 1).value == Decimal(2)
    assert beside(sheet, "Mila Visser", 1).value == Decimal("2.5")
    assert "Reden van Jan Bakker." in all_text(BOOK)
    overview = BOOK.sheets[1]
    assert beside(overview, "K1 Nederlands", 4).value == "bespreken"
    assert beside(overview, "K3 Openheid", 4).value == "klein"
    assert beside(overview, "Vakken die nog leeg zijn", 1).value == 12


def test_distance_is_in_rungs_and_not_in_points() -> None:
    scale = [Decimal(grade) for grade in (0, 4, 5, 10)]
    assert rungs_apart(scale, [Decimal(5), Decimal(10)]) == 1
    assert rungs_apart(scale, [Decimal(0), Decimal(5), Decimal(4)]) == 2
    assert rungs_apart(scale, []) == 0


def test_missing_scores_are_shown_as_missing() -> None:
    book = consensus.build(context(), page("consensus"), ASSESSORS, TENDERS, [])
    sheet = book.sheets[2]
    assert beside(sheet, "Jan Bakker").value == "geen cijfer"
    assert beside(sheet, "Laagste cijfer").value == ""
    assert beside(sheet, "2 treden of meer verschil?").value == "nee"


def test_consensus_is_read() -> None:
    found, findings = consensus.read(context(), TENDERERS, adopted(), "c.xlsx")
    assert findings == ()
    assert len(found) == 9
    assert found[0].grade == Decimal(5)
    assert {item.adopted_by for item in found} == {"de commissie"}


@pytest.mark.parametrize(
    ("part", "value", "code", "left"),
    [
        ("grade", "", "A350", 8),
        ("grade", "6", "A351", 8),
        ("strong", "", "A352", 9),
        ("missing", "", "A353", 9),
        ("place", "", "A354", 9),
        ("strong", "Beter dan Coöperatie OpenStad U.A. op dit punt.", "A357", 9),
        ("missing", "Anders dan bij cirrus: geen plan.", "A357", 9),
        ("strong", "Parlando Taaltechniek B.V. toont dit zelf.", "", 9),
        ("strong", "Zij werken in een open stad met cirruswolken.", "", 9),
        ("adopted", "Jan en Mila", "", 9),
    ],
)
def test_each_gap_in_what_was_adopted_is_found(part: str, value: str, code: str, left: int) -> None:
    changed = adopted(**{cell_key(part, "parlando", "dutch"): value})
    found, findings = consensus.read(context(), TENDERERS, changed, "c.xlsx")
    assert codes(findings) == ([code] if code else [])
    assert len(found) == left
    assert all(item.is_error and item.place.cell for item in located(findings, BOOK))


def test_nothing_can_be_missing_at_the_highest_grade() -> None:
    changed = adopted(**{cell_key("missing", "cirrus", "dutch"): ""})
    assert consensus.read(context(), TENDERERS, changed, "c.xlsx")[1] == ()


def test_nobody_who_adopts_is_named_once() -> None:
    assert codes(consensus.read(context(), TENDERERS, adopted(**{cell_key("adopted"): ""}), "c.xlsx")[1]) == ["A355"]


def test_the_same_reasons_for_different_grades_are_a_warning() -> None:
    changed = adopted(
        **{
            cell_key("strong", "openstad", "dutch"): "De test is  volledig (0).",
            cell_key("missing", "openstad", "dutch"): "een toezegging (0).",
        }
    )
    findings = consensus.read(context(), TENDERERS, changed, "c.xlsx")[1]
    assert codes(findings) == ["A356"]
    assert not findings[0].is_error
    same = changed | {cell_key("grade", "openstad", "dutch"): "5"}
    assert consensus.read(context(), TENDERERS, same, "c.xlsx")[1] == ()


@pytest.mark.parametrize(
    ("part", "text", "code", "words"),
    [
        ("strong", "De openheid is groot.", "A359", "Openheid"),
        ("missing", "Een lagere prijs.", "A359", "prijs"),
        ("strong", "Voor € 200 per maand volledig.", "A359", "€"),
        ("strong", "Het Nederlands is foutloos.", "", ""),
        ("missing", "Een prijswinnend opstel met openheidsclaims.", "", ""),
    ],
)
def test_a_reason_beyond_the_published_criterion_is_a_warning(part: str, text: str, code: str, words: str) -> None:
    changed = adopted(**{cell_key(part, "parlando", "dutch"): text})
    found, findings = consensus.read(context(), TENDERERS, changed, "c.xlsx")
    assert codes(findings) == ([code] if code else [])
    assert all(words in item.message and not item.is_error for item in findings)
    assert len(found) == 9


def test_under_the_mean_no_grade_is_asked() -> None:
    names = {cell.name for _, _, _, cell in input_cells(MEAN)}
    assert not any(name.startswith("v_grade") for name in names)
    mean = beside(MEAN.sheets[2], "Gemiddelde")
    assert mean.value == Decimal(5)
    assert "AVERAGE(" in mean.formula
    assert beside(MEAN.sheets[1], "K1 Nederlands", 1).value == Decimal(5)
    values = {name: value for name, value in adopted().items() if not name.startswith("v_grade")}
    found, findings = consensus.read(context("mean"), TENDERERS, values, "c.xlsx", scores())
    assert findings == ()
    assert [item.grade for item in found][:2] == [Decimal(5), Decimal("7.5")]
    assert codes(consensus.read(context("mean"), TENDERERS, values, "c.xlsx")[1]) == ["A350"] * 9


def test_a_mean_is_exact_to_the_shown_decimals() -> None:
    assert mean_grade([Decimal(7), Decimal(8), Decimal(8)], 4) == Decimal("7.6667")
    assert str(mean_grade([Decimal(10), Decimal(10)])) == "10"
