"""The answer form and the price sheet."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from forms_case import FIELDS, PRICES, TITLES, all_text, beside, codes, context, page

from procure_ai.documents.tables import Bounds, Length, Style, input_cells
from procure_ai.documents.tree import Field, FilledBy
from procure_ai.evaluation import Refusal, comparison_price
from procure_ai.findings import Severity
from procure_ai.forms import answer_form, price_sheet
from procure_ai.forms.context import CellInput, cell_key
from procure_ai.forms.reading import located
from procure_ai.forms.records import CriterionAnswer, RequirementAnswer

FORM = answer_form.build(context(), page("answer-form"), FIELDS, TITLES)


def filled() -> dict[str, CellInput]:
    """A form in which everything is answered."""
    values: dict[str, CellInput] = {cell.name: "tekst" for _, _, _, cell in input_cells(FORM)}
    values |= {name: "Ja" for name in values if (".answer" in name and "requirement" in name) or "agreed" in name}
    values[cell_key("signed", "date")] = "2027-01-11"
    return values


def test_the_form_asks_everything_that_was_announced() -> None:
    assert [sheet.name for sheet in FORM.sheets] == [
        "Lees mij", "Inschrijver", "Minimumeisen", "Gunningscriteria", "Contractgegevens", "Akkoord",
    ]  # fmt: skip
    text = all_text(FORM)
    for part in ("hoogstens 30 van de 100 punten", "Cijfer 2,5 – Trede 1", "Gelijkwaardig telt.", "18 januari 2027"):
        assert part in text
    limits = {cell.name: cell.check for _, _, _, cell in input_cells(FORM)}
    assert limits[cell_key("criterion", "dutch", "answer")] == Length(1000)


def test_no_price_and_no_weight_in_a_formula() -> None:
    formulas = [
        cell.formula for sheet in FORM.sheets for row in sheet.rows for cell in row.cells if cell and cell.formula
    ]
    assert formulas
    assert all(formula.startswith(("=COUNTA(", "=IF(")) for formula in formulas)
    assert not any(cell.style is Style.INPUT_MONEY for _, _, _, cell in input_cells(FORM))


def test_progress_counts_every_part() -> None:
    first = FORM.sheets[0]
    totals = {
        part: beside(first, part, 3).value for part in ("Inschrijver", "Minimumeisen", "Gunningscriteria", "Akkoord")
    }
    assert totals == {"Inschrijver": 7, "Minimumeisen": 2, "Gunningscriteria": 3, "Akkoord": 6}
    assert beside(first, "Contractgegevens", 3).value == 1
    assert beside(first, "Minimumeisen", 2).formula.startswith("=COUNTA('Minimumeisen'!")


def test_contract_fields_stand_under_their_annex() -> None:
    sheet = next(sheet for sheet in FORM.sheets if sheet.name == "Contractgegevens")
    rows = [tuple(cell.value for cell in row.cells if cell) for row in sheet.rows]
    assert ("Bijlage 2: Modelblad", None, None, None) in rows
    assert ("Model", "Naam van het Model", "uiterlijk bij de gunning", None) in rows
    assert ("Licentie", "Gegevens", "uiterlijk bij de gunning", None) in rows
    assert ("Keten 1", "Naam\nMaximum: 30 dagen", "alleen als die er is", None) in rows
    assert ("Keten 2", "Naam", "alleen als die er is", None) in rows
    assert ("Bewaren", "Hoe lang: in dagen?", "bij uw inschrijving", None) in rows
    names = {cell.name for _, _, _, cell in input_cells(FORM)}
    assert cell_key("field", "annex-sub.2.1") in names
    assert not names & {cell_key("field", "notice.days"), cell_key("field", "supplier.name")}


def test_what_a_requirement_is_judged_by_is_needed_with_the_tender_and_only_that_counts() -> None:
    plain = context()
    first, *others = plain.model.requirements
    judged = first.model_copy(update={"clauses": ("model-identity",)})
    changed = replace(plain, model=plain.model.model_copy(update={"requirements": (judged, *others)}))
    form = answer_form.build(changed, page("answer-form"), FIELDS, TITLES)
    fields = next(sheet for sheet in form.sheets if sheet.name == "Contractgegevens")
    assert beside(fields, "Model", 2).value == "bij uw inschrijving"
    assert beside(form.sheets[0], "Contractgegevens", 3).value == 3
    assert beside(form.sheets[0], "Contractgegevens", 2).formula.count("D") == 3
    told = all_text(form)
    assert "wanneer wij haar nodig hebben" in told and "vragen wij later alsnog" not in told


def test_lines_without_a_name_are_named_by_their_table() -> None:
    lines = [Field(f"annex-sub-processors.{row}.2", f"{row - 1}: Rol", FilledBy.TENDERER) for row in (2, 3)]
    own = [Field("annex-data-flows.9.1", "Grondslag", FilledBy.TENDERER)]
    form = answer_form.build(context(), page("answer-form"), (*lines, *own), TITLES)
    text = all_text(form)
    assert "Ketenpartij 1" in text and "Ketenpartij 2" in text and "Verwerking voor een eigen doel 1" in text
    assert "Regel" not in text


def test_each_document_is_agreed_in_its_own_version() -> None:
    rows = {found.key: found for found in answer_form.documents(context(), processing=True)}
    assert list(rows) == ["annex", "requirements", "processing", "base-terms"]
    assert rows["annex"].version == "in versie 1 van dit pakket"
    assert (rows["base-terms"].title, rows["base-terms"].version) == (
        "Inkoopvoorwaarden GIBIT",
        "in de uitgave van 2023",
    )
    form = answer_form.build(context(), page("answer-form"), FIELDS, TITLES, processing=True)
    assert beside(form.sheets[-1], "Verwerkersovereenkomst", 2).name == cell_key("agreed", "processing")
    assert "versie 1" not in str(beside(form.sheets[-1], "Inkoopvoorwaarden GIBIT").value)
    assert beside(form.sheets[0], "Akkoord", 3).value == 7
    assert "Verwerkersovereenkomst" not in all_text(FORM)
    told = answer_form.read(context(), "parlando", filled(), FIELDS, "x.xlsx", processing=True)[1]
    assert [(item.code, item.place.key) for item in told] == [("A305", cell_key("agreed", "processing"))]


def test_each_criterion_starts_a_page_of_its_own_in_print() -> None:
    sheet = next(sheet for sheet in FORM.sheets if sheet.name == "Gunningscriteria")
    starts = [row.cells[0].value for place, row in enumerate(sheet.rows) if place in sheet.breaks and row.cells[0]]
    assert starts == ["K2 Ondersteuning: hulp/uitleg", "K3 Openheid"]
    assert not sheet.landscape


def test_tenderers_see_numbers_and_no_ids() -> None:
    text = all_text(FORM)
    assert beside(FORM.sheets[2], "E1").value == "De AI kan uit"
    assert "K1 Nederlands" in text
    assert "Een inschrijving die niet aan elke eis voldoet, is ongeldig en doet niet verder mee." in text
    assert not any(name in text for name in ("req-stop", "annex-sub.2.1", "Kenmerk:"))


def test_no_sheet_for_contract_fields_when_there_are_none() -> None:
    form = answer_form.build(context(), page("answer-form"), FIELDS[-2:], TITLES)
    assert "Contractgegevens" not in [sheet.name for sheet in form.sheets]


def test_a_full_form_is_read_without_findings() -> None:
    found, findings = answer_form.read(context(), "parlando", filled(), FIELDS, "x.xlsx")
    assert findings == ()
    assert found.stated_name == "tekst"
    assert found.requirements["req-stop"] == RequirementAnswer("yes", "tekst", "tekst", "tekst")
    assert found.criteria["open"] == CriterionAnswer("tekst", "tekst", "tekst")
    assert found.fields["annex-sub.3.1"] == "tekst"
    assert found.fields["supplier.address"] == "tekst, tekst"
    assert found.signed_by == "tekst, tekst"


def test_an_empty_form_gives_a_finding_for_each_gap() -> None:
    found, findings = answer_form.read(context(), "parlando", {}, FIELDS, "x.xlsx")
    assert codes(findings) == ["A301", *["A302"] * 2, *["A303"] * 3, *["A305"] * 3, "A308", *["A309"] * 2]
    assert [item.code for item in findings if item.is_error] == ["A301"]
    assert found.requirements["req-stop"].answer == ""
    placed = located(findings, FORM)
    assert all(item.place.cell for item in placed)
    assert placed[0].place.sheet == "Inschrijver"


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        (("requirement", "req-stop", "answer"), "misschien", "A306"),
        (("requirement", "req-stop", "evidence"), "", "A304"),
        (("criterion", "dutch", "evidence"), " ", "A304"),
        (("criterion", "dutch", "answer"), "x" * 1001, "A307"),
        (("agreed", "base-terms"), "nee", "A305"),
        (("signed", "date"), "", "A308"),
        (("field", "annex-model-sheet.1.3"), "", "A309"),
    ],
)
def test_each_gap_is_a_warning(key: tuple[str, ...], value: str, code: str) -> None:
    _, findings = answer_form.read(context(), "parlando", filled() | {cell_key(*key): value}, FIELDS, "x.xlsx")
    assert codes(findings) == [code]
    assert findings[0].severity is Severity.WARNING


def test_no_evidence_is_asked_where_none_is_needed_or_the_answer_is_no() -> None:
    changed = filled() | {
        cell_key("requirement", "req-stop", "answer"): "nee",
        cell_key("requirement", "req-stop", "evidence"): "",
        cell_key("requirement", "req-terms", "evidence"): "",
        cell_key("criterion", "help", "evidence"): "",
    }
    found, findings = answer_form.read(context(), "parlando", changed, FIELDS, "x.xlsx")
    assert findings == ()
    assert found.requirements["req-stop"].answer == "no"


# --- price sheet ---------------------------------------------------------------------------------

SHEET = price_sheet.build(context(), page("price-sheet"))


def prices(**changes: CellInput) -> dict[str, CellInput]:
    values: dict[str, CellInput] = {cell_key("price", line): price for line, price in PRICES.items()}
    return {**values, cell_key("tenderer", "name"): "Parlando", **{cell_key("price", k): v for k, v in changes.items()}}


def test_an_empty_price_sheet_claims_no_price() -> None:
    sheet = SHEET.sheets[1]
    assert beside(sheet, "Vergelijkingsprijs", 6).value == "nog niet volledig"
    assert beside(sheet, "Totaal per scenario", 6).value == Decimal(500)
    assert beside(sheet, "Gebruik", 6).formula == "=F11*D11*$B$7"
    assert beside(sheet, "Inrichting", 6).formula == "=F10*D10"
    assert beside(sheet, "Uren", 5).check == Bounds(Decimal(50), Decimal(150))
    assert beside(sheet, "Spraak", 8).value == "Optie: de opdrachtgever mag dit afnemen. Hoger dan nul."


def test_a_filled_price_sheet_stores_our_results_and_keeps_its_identity() -> None:
    book = price_sheet.filled(context(), page("price-sheet"), PRICES, "Parlando")
    result = comparison_price(context().model.price_sheet, PRICES)
    sheet = book.sheets[1]
    assert beside(sheet, "Vergelijkingsprijs", 6).value == result.comparison_price == Decimal("11577.06")
    assert beside(sheet, "Totaal per scenario", 7).value == Decimal("13496.1")
    assert beside(sheet, "Spraak", 6).value == Decimal(28)
    assert book.identity == SHEET.identity
    with pytest.raises(Refusal):
        price_sheet.filled(context(), page("price-sheet"), {**PRICES, "hours": Decimal(1)})


def test_full_prices_are_read() -> None:
    found, findings = price_sheet.read(context(), "parlando", prices(), "p.xlsx")
    assert findings == ()
    assert found is not None
    assert (found.tenderer, found.stated_name, dict(found.unit_prices)) == ("parlando", "Parlando", PRICES)
    assert price_sheet.read(context(), "parlando", prices(use=Decimal(0)), "p.xlsx")[1] == ()


@pytest.mark.parametrize(
    ("line", "value", "code"),
    [
        ("setup", "", "A320"),
        ("setup", "duizend", "A321"),
        ("setup", True, "A321"),
        ("setup", Decimal(-1), "A322"),
        ("setup", Decimal(0), "A323"),
        ("hours", Decimal("49.99"), "A324"),
        ("hours", Decimal("150.01"), "A325"),
    ],
)
def test_a_price_that_cannot_be_used_is_found_at_its_line(line: str, value: CellInput, code: str) -> None:
    found, findings = price_sheet.read(context(), "parlando", prices(**{line: value}), "p.xlsx")
    assert found is None
    assert codes(findings) == [code]
    assert located(findings, SHEET)[0].place.sheet == "Prijzen"


def test_a_price_sheet_without_name_is_a_warning() -> None:
    values = prices()
    del values[cell_key("tenderer", "name")]
    found, findings = price_sheet.read(context(), "parlando", values, "p.xlsx")
    assert found is not None
    assert codes(findings) == ["A326"]
