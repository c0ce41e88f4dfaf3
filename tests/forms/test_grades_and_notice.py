"""The CSV of all grades, and the sheet to type over in a notice."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal

from award_case import TENDERERS, award_data, consensus, context, method, model, page

from procure_ai.documents.tables import cells_of
from procure_ai.forms.grades import grades_csv
from procure_ai.forms.notice_criteria import build, check, needed, rows
from procure_ai.forms.records import Score
from procure_ai.procedure.case import Assessor, Lot

ASSESSOR = Assessor(id="bakker", name="@SUM(A1)", function="inkoper")


def table(name: str = "Alfa B.V.", grade: str = "7.5") -> list[dict[str, str]]:
    tenderers = [item.model_copy(update={"name": name}) if item.id == "alfa" else item for item in TENDERERS]
    given = [Score("bakker", item.id, "dutch", Decimal(grade), "Omdat.") for item in TENDERERS]
    adopted = [replace(item, adopted_by="+31 6\nde commissie") for item in consensus()]
    data = grades_csv(method(), tenderers, [ASSESSOR], given, adopted, award_data().outcome)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == 4
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_grades_and_points_as_dutch_excel_reads_them() -> None:
    one, other, under = table()
    assert one == {
        "inschrijver": "Alfa B.V.", "criterium": "dutch", "titel": "Nederlands", "beoordelaar": "'@SUM(A1)",
        "cijfer": "7,5", "vastgesteld cijfer": "7", "punten": "24,50", "vastgesteld door": "'+31 6 de commissie",
    }  # fmt: skip
    assert other["punten"] == "35,00"
    assert under["punten"] == "14"  # under the minimum: unrounded, as it was compared


def test_text_that_looks_like_a_formula_stays_text() -> None:
    for name in ("=1+1", "+1", "-1", "@x", " =1", "\t=1", '=HYPERLINK("a";"b")'):
        assert table(name)[0]["inschrijver"] == f"'{' '.join(name.split())}"
    assert table('A;"B"')[0]["inschrijver"] == 'A;"B"'


def test_a_negative_grade_is_a_number() -> None:
    assert table(grade="-2")[0]["cijfer"] == "-2"


def test_the_notice_has_the_criteria_the_price_and_the_thresholds() -> None:
    content = method().model_dump(exclude_defaults=True)
    content["quality"]["criteria"][1]["min_grade"] = Decimal(4)
    found = rows(model(method(quality=content["quality"])))
    assert [(row.type, row.name, row.number, row.least) for row in found] == [
        ("quality", "Nederlands", Decimal(35), None),
        ("quality", "Ondersteuning", Decimal(10), None),
        ("quality", "Openheid", Decimal(15), Decimal(6)),
        ("cost", "Kosten (vergelijkingsprijs)", Decimal(40), None),
    ]
    assert found[0].description.startswith("K1, onderdeel van Dienstverlening.\n\nHoe zit het met nederlands?")
    assert "– punt twee" in found[0].description
    assert "*" not in found[0].description
    assert "laagste geldige cijfer is 4" in found[2].description
    assert "€" in found[3].description


def test_without_own_costs_of_the_buyer_the_criterion_is_the_price() -> None:
    bare = model()
    sheet = bare.price_sheet.model_copy(update={"buyer_costs": ()})
    assert rows(bare.model_copy(update={"price_sheet": sheet}))[-1].type == "price"


def test_what_the_form_does_not_take_is_found() -> None:
    assert check(model()) == ()
    first, *others = model().criteria
    long = first.model_copy(update={"title": "N" * 401, "question": "woord " * 1100})
    found = check(model().model_copy(update={"criteria": (long, *others)}))
    assert [(item.code, item.is_error) for item in found] == [("E140", True), ("E141", False)]
    assert "401 tekens" in found[0].message


def test_the_sheet_says_what_codes_mean_and_adds_up() -> None:
    book = build(context(), page("notice-criteria.md"))
    values = [cell.value for _, _, cell in cells_of(book.sheets[1])]
    assert {"quality", "kwaliteit", "cost", "kosten", "poi-exa", "gewicht in punten, precies"} <= set(values)
    assert values[-1] == Decimal(100)
    assert not any(cell.style.is_input for sheet in book.sheets for _, _, cell in cells_of(sheet))


def test_a_lot_is_named_by_its_number_in_the_notice_and_on_every_sheet() -> None:
    assert build(context(), page("notice-criteria.md")).sheets[1].name == "Perceel 1 (LOT-0001)"
    one = context()
    lot = one.procedure.model_copy(update={"lot": Lot(number="2", title="Vertaalhulp")})
    book = build(replace(one, procedure=lot), page("notice-criteria.md"))
    assert book.sheets[1].name == "Perceel 2 (LOT-0002)"
    for sheet in book.sheets:
        assert any("perceel 2: Vertaalhulp" in str(cell.value) for *_, cell in cells_of(sheet))


def test_only_an_announced_procedure_has_a_notice() -> None:
    assert [needed(context(regime=name)) for name in ("eu", "national", "call-off", "private")] == [
        True, True, False, False,
    ]  # fmt: skip
