"""What is written is what is read, whatever the text; the same description gives the same bytes."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from excel_support import edited, form, single
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from procure_ai.documents.tables import Bounds, Cell, Choice, Row, Sheet, Style, Workbook
from procure_ai.excel import compare, defined_name, inputs, read, write
from procure_ai.excel.common import clean_text, number
from procure_ai.findings import Refused

NASTY = [
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "+31 6",
    "-",
    "@x",
    "'aanhaling",
    '"',
    "<r>ruw</r>",
    "<r><t>x</t></r>",
    "_x0041_",
    "a\nb\n\nc",
    "\ttab",
    "  randen  ",
    "1.234,5",
    "007",
    "TRUE",
    "#N/A",
    "http://example.org",
    "é😀\u00a0\u2028x",
    "]]>",
    "&amp;<b>",
    "x" * 32_767,
]


def first_cell(workbook: Workbook) -> object:
    cell = read(write(workbook), "proef.xlsx").sheets[0].cells.get((0, 0))
    return cell.value if cell else None


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_text_stays_text(text: str) -> None:
    workbook = single(Cell(text), Cell(text, Style.INPUT_LONG, name="a"))
    returned = read(write(workbook), "proef.xlsx")
    assert returned.sheets[0].cells[0, 0].value == text
    assert not returned.sheets[0].cells[0, 0].formula
    assert compare(workbook, returned) == ()
    assert inputs(workbook, returned) == ({"a": text.strip()}, ())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=40), st.sampled_from(NASTY[:-1])), min_size=1, max_size=12))
def test_any_text_comes_back(texts: list[str]) -> None:
    workbook = single(*(Cell(text) for text in texts), identity=(("sleutel", texts[0]),))
    returned = read(write(workbook), "proef.xlsx")
    for column, text in enumerate(texts):
        cell = returned.sheets[0].cells.get((0, column))
        assert (cell.value if cell else "") == clean_text(text)
    assert compare(workbook, returned) == ()


@settings(max_examples=60, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**8), max_value=10**8))
def test_any_decimal_comes_back(value: Decimal) -> None:
    """Fifteen significant digits is what a workbook can hold; not one of those is lost."""
    found = first_cell(single(Cell(value, Style.NUMBER)))
    assert found == number(value)
    assert "E" not in str(found)


@pytest.mark.parametrize(
    "value", ["0.1", "1.10", "123456789012345", "0.000001", "1E+3", "-0.05", "8.41", "999999999999999"]
)
def test_decimals_keep_their_value(value: str) -> None:
    assert first_cell(single(Cell(Decimal(value), Style.MONEY))) == Decimal(value)


def test_kinds_of_values() -> None:
    workbook = single(
        Cell(True), Cell(7), Cell("2026-03-01", Style.INPUT_DATE), Cell(Decimal("0.125"), Style.PERCENT), Cell(""), None
    )
    cells = read(write(workbook), "proef.xlsx").sheets[0].cells
    assert [cells[0, column].value for column in range(4)] == [True, Decimal(7), "2026-03-01", Decimal("0.125")]
    assert len(cells) == 4


def test_formulas_keep_their_result_and_are_seen() -> None:
    workbook = single(
        Cell(Decimal("2.50"), Style.POINTS, formula="=1.25*2"),
        Cell("goed", formula='IF(A1>1,"goed","fout")'),
        Cell("", formula='""'),
        Cell(True, formula="A1>1"),
        Cell("#N/A", formula="NA()"),
    )
    cells = read(write(workbook), "proef.xlsx").sheets[0].cells
    assert all(cell.formula for cell in cells.values())
    assert [cells[0, column].value for column in range(5)] == [Decimal("2.5"), "goed", "", True, "#N/A"]


def test_the_form_comes_back_as_it_was_sent() -> None:
    data = write(form())
    returned = read(data, "bod.xlsx")
    assert [sheet.name for sheet in returned.sheets] == ["Vragen", "Prijzen & co's"]
    assert returned.identity == {"form": "answer-form", "case": "2026-1", "tenderer": "acme"}
    assert compare(form(), returned, data) == ()


def test_same_description_same_bytes() -> None:
    data = write(form())
    assert data == write(form())
    program = (
        "import sys; sys.path[:] = sys.argv[1:]; from excel_support import form; from procure_ai.excel import write; "
        "sys.stdout.buffer.write(write(form()))"
    )
    other = subprocess.run(
        [sys.executable, "-c", program, *sys.path],
        capture_output=True,
        check=True,
        env={"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "LC_ALL": "C"},
    )
    assert other.stdout == data


def test_control_characters_go_and_too_long_is_refused() -> None:
    assert first_cell(single(Cell("a\x00b\x1fc\r\nd\ud800"))) == "abc\nd"
    with pytest.raises(Refused) as refused:
        write(single(None, Cell("😀" * 16_384)))
    assert refused.value.findings[0].code == "A202"
    assert refused.value.findings[0].place.cell == "B1"


@pytest.mark.parametrize("name", ["a/b", "x" * 32, "Blad"])
def test_impossible_sheet_names(name: str) -> None:
    sheets = (Sheet("Blad", (), ()), Sheet(name, (), ()))
    with pytest.raises(Refused) as refused:
        write(Workbook("Proef", sheets))
    assert refused.value.findings[0].code == "A203"


def test_defined_names() -> None:
    assert defined_name("no-training") == "no_training"
    assert [defined_name(name) for name in ("A1", "R1C1", "c", "1x", "été.2")] == ["_A1", "_R1C1", "_c", "_1x", "été.2"]
    book = load_workbook(io.BytesIO(write(form())))
    assert book.defined_names["answer_2"].attr_text == "'Vragen'!$D$5"
    with pytest.raises(ValueError, match="a_b"):
        write(single(Cell(None, Style.INPUT, name="a-b"), Cell(None, Style.INPUT, name="a_b")))


def test_locks_validation_and_print_set_up() -> None:
    options = tuple(f"Antwoord nummer {number}" for number in range(30))
    workbook = form(sheets=(*form().sheets, single(Cell(None, Style.INPUT_CHOICE, check=Choice(options))).sheets[0]))
    book = load_workbook(io.BytesIO(write(workbook)))
    page = book["Vragen"]
    assert page.protection.sheet
    assert not page.protection.password
    assert page["B4"].protection.locked
    assert not page["D4"].protection.locked
    assert page["D4"].fill.fgColor.rgb == "FFFFF9DB"
    assert page.freeze_panes == "C4"
    assert page.print_title_rows == "$3:$3"
    assert (page.page_setup.paperSize, page.page_setup.orientation, page.page_setup.fitToHeight) == (9, "landscape", 0)
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    # A comma inside an option would split an inline list.
    assert rules["C4:C7"].formula1 == "_keuzes_1"
    assert rules["D4:D7"].error == "Gebruik hoogstens 200 tekens."
    assert book["Blad"].data_validations.dataValidation[0].formula1 == "_keuzes_2"
    assert book["_procure_ai"].sheet_state == book["_procure_ai_keuzes"].sheet_state == "veryHidden"
    assert book.active.title == "Vragen"
    assert page.row_dimensions[4].height > 57
    assert book["Prijzen & co's"]._charts


def test_document_properties_are_fixed_and_dutch() -> None:
    with zipfile.ZipFile(io.BytesIO(write(form()))) as archive:
        core = ElementTree.fromstring(archive.read("docProps/core.xml"))
        chart = archive.read("xl/charts/chart1.xml").decode()
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    found = {element.tag.rpartition("}")[2]: element.text for element in core}
    assert found["title"] == "Antwoordformulier"
    assert found["language"] == "nl-NL"
    assert found["created"] == found["modified"] == "2026-03-01T00:00:00Z"
    assert "en-US" not in chart
    assert 'descr="Staafdiagram van de prijs per regel"' in drawing


def test_rows_are_high_enough() -> None:
    long = "Dit is een zin van gewone lengte die een paar keer terugkomt. " * 6
    rows = (
        Row((Cell(long, Style.TEXT),)),
        Row((Cell("kort"),)),
        Row((Cell(long),), height=33),
        Row((Cell("n " * 9999),)),
    )
    page = load_workbook(io.BytesIO(write(Workbook("Proef", (Sheet("Blad", rows, (40,)),)))))["Blad"]
    heights = [page.row_dimensions[row].height for row in range(1, 5)]
    assert heights[0] >= 8 * 13
    assert heights[1] < 20
    assert heights[2] == 33
    assert heights[3] > 400


def test_bounds_with_one_side() -> None:
    workbook = single(
        Cell(None, Style.INPUT_NUMBER, check=Bounds(low=Decimal(1))),
        Cell(None, Style.INPUT_NUMBER, check=Bounds(high=Decimal("2.5"))),
        Cell(None, Style.INPUT_NUMBER, check=Bounds()),
        Cell(None, Style.INPUT, hint="h" * 300),
    )
    page = load_workbook(io.BytesIO(write(workbook)))["Blad"]
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    assert rules["A1"].operator == "greaterThanOrEqual"
    assert (rules["B1"].operator, rules["B1"].formula1) == ("lessThanOrEqual", "2.5")
    assert rules["B1"].error == "Vul een getal in tot en met 2,5."
    assert len(rules["D1"].prompt) <= 255


def test_saved_by_another_program() -> None:
    def fill(book: object) -> None:
        page = book["Vragen"]  # type: ignore[index]
        page["C4"], page["D4"] = "Ja", "Zie bijlage A. "

    data = edited(write(form()), fill)
    returned = read(data, "bod.xlsx")
    assert [item for item in compare(form(), returned) if item.is_error] == []
    values, found = inputs(form(), returned)
    assert (values["choice-1"], values["answer-1"], found) == ("Ja", "Zie bijlage A.", ())
