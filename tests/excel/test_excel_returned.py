"""Every way in which a form comes back spoiled is a finding at its sheet and cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from excel_support import edited, form, single

from procure_ai.documents.tables import Bounds, Cell, Choice, Length, ReadCell, ReadSheet, ReadWorkbook, Style
from procure_ai.excel import compare, inputs, read, read_many, write
from procure_ai.excel import read as read_function
from procure_ai.findings import Finding, Refused, Severity

Found = list[tuple[str, str, str]]


def compared(change: Callable[[Any], None]) -> Found:
    data = edited(write(form()), change)
    return told(compare(form(), read(data, "bod.xlsx"), data))


def told(findings: tuple[Finding, ...]) -> Found:
    assert all(item.place.file == "bod.xlsx" and item.remedy.endswith(".") for item in findings)
    return [(item.code, item.place.sheet, item.place.cell) for item in findings]


def test_removed_row_is_named_once() -> None:
    def change(book: Any) -> None:
        book["Vragen"].delete_rows(5)

    assert compared(change) == [("A105", "Vragen", "A5")]


def test_removed_last_row() -> None:
    assert compared(lambda book: book["Vragen"].delete_rows(7)) == [("A105", "Vragen", "A7")]


def test_moved_row() -> None:
    def change(book: Any) -> None:
        page = book["Vragen"]
        kept = [page.cell(4, column).value for column in range(1, 5)]
        page.delete_rows(4)
        for column, value in enumerate(kept, 1):
            page.cell(7, column).value = value

    assert compared(change) == [("A106", "Vragen", "A7")]


def test_added_row() -> None:
    def change(book: Any) -> None:
        book["Vragen"].insert_rows(5)
        book["Vragen"]["B5"] = "Een extra vraag"

    assert compared(change) == [("A112", "Vragen", "A5")]


def test_changed_question() -> None:
    def change(book: Any) -> None:
        book["Vragen"]["B6"] = "Vraag 3: hoeft u niets aan te tonen?"

    data = edited(write(form()), change)
    (finding,) = compare(form(), read(data, "bod.xlsx"))
    assert (finding.code, finding.place.cell) == ("A107", "B6")
    assert finding.message == (
        "De vaste tekst 'Vraag 3: hoe toont u dit aan?' is gewijzigd in 'Vraag 3: hoeft u niets aan te tonen?'."
    )


def test_emptied_question_and_changed_number() -> None:
    def change(book: Any) -> None:
        book["Vragen"]["B6"] = None
        book["Vragen"]["A4"] = "=1+1"

    assert compared(change) == [("A107", "Vragen", "A4"), ("A107", "Vragen", "B6")]


def test_whole_row_rewritten() -> None:
    def change(book: Any) -> None:
        book["Vragen"]["A5"], book["Vragen"]["B5"] = "X", "Iets heel anders"

    assert compared(change) == [("A107", "Vragen", "A5"), ("A107", "Vragen", "B5")]


def test_calculation_replaced_by_a_number() -> None:
    def change(book: Any) -> None:
        book["Prijzen & co's"]["D3"] = 12

    assert compared(change) == [("A108", "Prijzen & co's", "D3")]


def test_hidden_and_merged_are_named_when_something_differs() -> None:
    def change(book: Any) -> None:
        page = book["Vragen"]
        page.row_dimensions[5].hidden = True
        page.column_dimensions["B"].hidden = True
        page.merge_cells("B6:B7")

    found = compared(change)
    assert ("A110", "Vragen", "A5") in found
    assert ("A110", "Vragen", "B1") in found
    assert ("A111", "Vragen", "B6") in found
    assert ("A107", "Vragen", "B7") in found


def test_extra_and_missing_sheet() -> None:
    def change(book: Any) -> None:
        del book["Prijzen & co's"]
        book.create_sheet("Voorbehoud")

    assert compared(change) == [("A103", "Prijzen & co's", ""), ("A104", "Voorbehoud", "")]


def test_text_beside_the_form_is_a_warning() -> None:
    def change(book: Any) -> None:
        book["Vragen"]["F5"] = "Onder voorbehoud van onze voorwaarden"

    data = edited(write(form()), change)
    (finding,) = compare(form(), read(data, "bod.xlsx"))
    assert (finding.code, finding.place.cell, finding.severity) == ("A109", "F5", Severity.WARNING)


def test_wrong_file() -> None:
    other = replace(form(), identity=(("form", "answer-form"), ("case", "2026-1"), ("tenderer", "bolt")))
    (finding,) = compare(form(), read(write(other), "bod.xlsx"))
    assert (finding.code, finding.place.key) == ("A102", "tenderer")
    assert "'bolt'" in finding.message
    strange = read(write(single(Cell("iets anders"))), "bod.xlsx")
    assert told(compare(form(), strange)) == [("A101", "", "")]


def test_many_differences_are_summed_up() -> None:
    big = form(200)

    def change(book: Any) -> None:
        for row in range(4, 204):
            book["Vragen"].cell(row, 2).value = f"anders {row}"

    data = edited(write(big), change)
    found = compare(big, read(data, "bod.xlsx"))
    assert len(found) == 26
    assert any("175 andere" in item.message for item in found)


def filled(cell: Cell, value: str | Decimal | bool, *, formula: bool = False) -> tuple[object, str]:
    """What `inputs` makes of one cell: the value, or the code of the finding."""
    sent = single(replace(cell, name="x"))
    back = ReadWorkbook("bod.xlsx", (ReadSheet("Blad", {(0, 0): ReadCell(value, formula)}),), {})
    values, found = inputs(sent, back)
    if found:
        ((code, sheet, name),) = told(found)
        assert (sheet, name, values) == ("Blad", "A1", {})
        return None, code
    return values.get("x"), ""


NUMBER = Cell(None, Style.INPUT_NUMBER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234,50", "1234.50"),
        ("1234.50", "1234.50"),
        (" 12 ", "12"),
        ("-3,5", "-3.5"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        ("1234,567", "1234.567"),
        ("+7", "7"),
    ],
)
def test_numbers_typed_as_text(text: str, expected: str) -> None:
    assert filled(NUMBER, text) == (Decimal(expected), "")


@pytest.mark.parametrize(
    "text", ["1.234", "1,234", "1.234,5", "1,234.5", "1.234.567", "12 345", "1'000", "123.456", "-1.234"]
)
def test_ambiguous_numbers(text: str) -> None:
    assert filled(NUMBER, text) == (None, "A123")


@pytest.mark.parametrize("text", ["nvt", "12 euro", "€ 5", "1e3", "--1", "1,", "٣", "NaN"])
def test_no_numbers(text: str) -> None:
    assert filled(NUMBER, text) == (None, "A122")


def test_bounds() -> None:
    cell = Cell(None, Style.INPUT_MONEY, check=Bounds(Decimal(0), Decimal("0.3")))
    assert filled(cell, Decimal("0.3")) == (Decimal("0.3"), "")
    assert filled(cell, Decimal("0.31")) == filled(cell, Decimal("-1")) == (None, "A124")
    assert filled(NUMBER, True) == (None, "A122")


def test_choices() -> None:
    cell = Cell(None, Style.INPUT_CHOICE, check=Choice(("Ja", "Nee", "5")))
    assert filled(cell, "ja ") == ("Ja", "")
    assert filled(cell, Decimal(5)) == ("5", "")
    assert filled(cell, "Misschien") == filled(cell, True) == (None, "A125")


def test_texts() -> None:
    cell = Cell(None, Style.INPUT_LONG, check=Length(10))
    assert filled(cell, "=1+1") == ("=1+1", "")
    assert filled(cell, "a\r\nb  ") == ("a\nb", "")
    assert filled(cell, "x" * 11) == (None, "A126")
    assert filled(cell, Decimal("1.10")) == ("1.10", "")
    assert filled(cell, "   ") == (None, "")
    assert filled(cell, "12", formula=True) == (None, "A121")


def test_dates() -> None:
    cell = Cell(None, Style.INPUT_DATE)
    for text in ("2026-12-31", "31-12-2026", "31/12/2026", "2026-12-31T10:00:00"):
        assert filled(cell, text) == ("2026-12-31", "")
    for text in ("31-02-2026", "morgen", "12-2026"):
        assert filled(cell, text) == (None, "A127")
    assert filled(cell, Decimal(46000)) == (None, "A127")


def test_formula_in_an_answer_cell() -> None:
    def change(book: Any) -> None:
        book["Vragen"]["D4"] = '="Ja, "&B4'
        book["Prijzen & co's"]["B2"] = "=100+1"

    data = edited(write(form()), change)
    returned = read(data, "bod.xlsx")
    assert compare(form(), returned) == ()
    values, found = inputs(form(), returned)
    assert told(found) == [("A121", "Prijzen & co's", "B2"), ("A121", "Vragen", "D4")]
    assert "answer-1" not in values


def test_formulas_hidden_in_unusual_xml_are_seen() -> None:
    """Prefixes, array formulas over several cells, and attributes in another order."""
    sheet = '<x:row r="2"><x:c t="n" r="A2"><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row>'
    cells = changed_sheet(f"<x:sheetData>{sheet}</x:sheetData>")
    assert cells[1, 0] == ReadCell(Decimal(2), formula=True)
    array = (
        '<row r="1"><c r="A1"><f t="array" ref="A1:B1">{1,2}</f><v>1</v></c><c r="B1"><v>2</v></c>'
        '<c r="C1"><v>3</v></c></row>'
    )
    cells = changed_sheet(f"<sheetData>{array}</sheetData>")
    assert [cells[0, column].formula for column in range(3)] == [True, True, False]
    odd = '<row r="1"><c t="e" r="A1"><v>#REF!</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    cells = changed_sheet(f"<sheetData>{odd}</sheetData>")
    assert cells[0, 1] == ReadCell("#DIV/0!", formula=True)


def changed_sheet(body: str) -> dict[tuple[int, int], ReadCell]:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = f'<worksheet xmlns="{main}" xmlns:x="{main}">{body}</worksheet>'
    with zipfile.ZipFile(io.BytesIO(write(single(Cell("x"))))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = xml.encode()
    return read(zipped(parts), "bod.xlsx").sheets[0].cells


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_one_bad_file_does_not_stop_the_others() -> None:
    good = write(form())
    results = read_many([("a", good), ("b", b"geen zip"), ("c", good[:-30]), ("d", good)] * 20)
    assert len(results) == 80
    for number, result in enumerate(results):
        if number % 4 in (0, 3):
            assert isinstance(result, ReadWorkbook)
            assert result.file == "ad"[number % 4 == 3]
        else:
            assert isinstance(result, Refused)
            assert result.findings[0].place.file == "bc"[number % 4 - 1]


def test_no_files() -> None:
    assert read_many([]) == []


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_missing_or_broken_parts_are_findings(part: str) -> None:
    with zipfile.ZipFile(io.BytesIO(write(form()))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for content in (None, b"<a/>", b"<worksheet><sheetData>", parts[part][:-40]):
        changed = {name: data for name, data in parts.items() if name != part}
        if content is not None:
            changed[part] = content
        try:
            read(zipped(changed), "bod.xlsx")
        except Refused as refused:
            assert refused.findings[0].code in ("A001", "A013")


def test_one_sheet_part_used_many_times() -> None:
    with zipfile.ZipFile(io.BytesIO(write(single(Cell("x"))))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    again = "".join(f'<sheet name="s{number}" sheetId="{number + 9}" r:id="rId1"/>' for number in range(500))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</sheets>", again.encode() + b"</sheets>")
    with pytest.raises(Refused) as refused:
        read(zipped(parts), "bod.xlsx")
    assert refused.value.findings[0].code == "A013"


def test_numbers_that_are_no_numbers() -> None:
    cells = changed_sheet('<sheetData><row r="1"><c r="A1"><v>NaN</v></c><c r="B1"><v>1e999</v></c></row></sheetData>')
    assert all(isinstance(cell.value, str) for cell in cells.values())


def test_reader_that_hangs_or_dies_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    module = sys.modules[read_function.__module__]
    data = write(form())
    module._child.stop()
    for start in ("import time; time.sleep(60)", "import os; os.abort()"):
        with monkeypatch.context() as patch:
            patch.setattr(module, "_START", start)
            patch.setattr(module, "TIME_LIMIT", 0.2)
            results = read_many([("bod.xlsx", data), ("bod.xlsx", data)])
        assert [item.findings[0].code for item in results if isinstance(item, Refused)] == ["A014", "A014"]
    assert read(data, "bod.xlsx").identity["case"] == "2026-1"
