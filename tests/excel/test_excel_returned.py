"""Every way in which a form comes back spoiled is a finding at its sheet and cell."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from excel_support import edited, form, single
from openpyxl.comments import Comment

from procure_ai.documents.tables import Bounds, Cell, Choice, Length, ReadCell, ReadSheet, ReadWorkbook, Style
from procure_ai.excel import compare, inputs, read, read_many, write
from procure_ai.excel import read as read_function
from procure_ai.findings import Finding, Refused, Severity

Found = list[tuple[str, str, str]]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


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


def test_hidden_merged_and_remarks_are_named_also_when_all_is_as_sent() -> None:
    """What people who open the file see differently from what is read; openpyxl writes remarks as Excel does."""

    def change(book: Any) -> None:
        page = book["Vragen"]
        page.row_dimensions[5].hidden = True
        page.column_dimensions["D"].hidden = True
        page.merge_cells("C6:D6")
        page["B4"].comment = Comment("Alleen op werkdagen", "bolt")
        book["Prijzen & co's"].sheet_state = "hidden"

    data = edited(write(form()), change)
    found = compare(form(), read(data, "bod.xlsx"), data)
    assert told(found) == [
        ("A110", "Prijzen & co's", ""), ("A110", "Vragen", "A5"), ("A109", "Vragen", "B4"),
        ("A111", "Vragen", "C6"), ("A110", "Vragen", "D1"),
    ]  # fmt: skip
    assert all(item.severity is Severity.WARNING for item in found)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("d.xml", b"<wsDr><oneCellAnchor/></wsDr>", [("A109", "Vragen", "")]),
        ("d.xml", b"<wsDr/>", []),  # what LibreOffice leaves behind when somebody filtered a sheet
        ("d.vml", b"<xml><Anchor/></xml>", []),  # how Excel draws a remark, which is named by its cell
    ],
)
def test_a_text_box_is_named(name: str, content: bytes, expected: Found) -> None:
    target = f'<Relationships><Relationship Id="a" Type="x" Target="../drawings/{name}"/></Relationships>'
    drawn = {"xl/worksheets/_rels/sheet1.xml.rels": target.encode(), f"xl/drawings/{name}": content}
    data = zipped(parts_of(write(form())) | drawn)
    assert told(compare(form(), read(data, "bod.xlsx"), data)) == expected


def test_a_change_far_into_a_long_text_is_shown() -> None:
    long = "Hoe gaat u om met de gegevens van de opdrachtgever, en wanneer u die gegevens verwijdert, binnen 24 uur."
    sent = single(Cell(long))
    back = ReadWorkbook("bod.xlsx", (ReadSheet("Blad", {(0, 0): ReadCell(long.replace("uur", "werkdagen"))}),), {})
    (finding,) = compare(sent, back)
    assert "'…rwijdert, binnen 24 uur.' is gewijzigd in '…rwijdert, binnen 24 werkdagen.'" in finding.message


def test_nothing_of_a_file_steers_the_screen() -> None:
    """Excel keeps a control character as `_x001B_`; a name of a sheet may turn the writing direction."""
    parts = parts_of(write(form()))
    for name in ("xl/sharedStrings.xml", "xl/workbook.xml"):
        parts[name] = (
            parts[name]
            .replace(b"Vragen aan", b"_x001B_[31mVragen")
            .replace(b'name="Vragen"', 'name="\u202eVragen&#10;fout"'.encode())
        )
    data = zipped(parts)
    found = compare(form(), read(data, "bod.xlsx"), data)
    assert [item.code for item in found] == ["A103", "A104"]
    assert all(f"{item.place}{item.message}".isprintable() for item in found)
    sheet = ReadSheet("Blad", {(0, 0): ReadCell("\x1b[31m\u202eanders")})
    (finding,) = compare(single(Cell("tekst")), ReadWorkbook("bod.xlsx", (sheet,), {}))
    assert finding.message == "De vaste tekst 'tekst' is gewijzigd in '\ufffd[31m\ufffdanders'."


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


def test_error_values_and_percentages() -> None:
    """`#N/B` is no answer; 50% is stored as 0.5, so for a number nobody knows which of the two was meant."""
    number, text = single(replace(NUMBER, name="x")), single(Cell(None, Style.INPUT_LONG, name="x"))

    def of(sent: Any, value: str | Decimal, kind: Any) -> tuple[dict[str, Any], tuple[Finding, ...]]:
        return inputs(sent, ReadWorkbook("bod.xlsx", (ReadSheet("Blad", {(0, 0): ReadCell(value, kind=kind)}),), {}))

    assert of(text, "#N/A", "") == ({"x": "#N/A"}, ())
    (finding,) = of(text, "#N/A", "error")[1]
    assert (finding.code, finding.place.cell) == ("A121", "A1")
    assert "'#N/A'" in finding.message
    (finding,) = of(number, Decimal("0.825"), "percent")[1]
    assert (finding.code, finding.place.cell) == ("A123", "A1")
    assert "0,825 of 82,5" in finding.message
    assert of(text, Decimal("0.825"), "percent") == ({"x": "82,5%"}, ())


def test_error_values_and_percentages_in_a_file() -> None:
    """Error values without a formula, and every way in which a format shows a percentage (or does not)."""
    formats = '<xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="170"/><xf numFmtId="171"/>'
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="0.0 %"/><numFmt numFmtId="171" '
        'formatCode="0.0&quot;%&quot;"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        f"<cellXfs>{formats}</cellXfs></styleSheet>"
    )
    cells = "".join(f'<c r="{name}1" s="{number}"><v>0.5</v></c>' for number, name in enumerate("ABCD"))
    found = changed_sheet(f'<sheetData><row r="1">{cells}</row></sheetData>', styles=styles)
    assert [found[0, column].kind for column in range(4)] == ["", "percent", "percent", ""]
    for cell in (
        '<c r="A1" t="e"><v>#N/A</v></c>',
        '<c t="e" r="A1"><v>#N/A</v></c>',
        "<c r='A1' t='e'><v>#N/A</v></c>",
    ):
        found = changed_sheet(f'<sheetData><row r="1">{cell}</row></sheetData>')
        assert found[0, 0] == ReadCell("#N/A", kind="error")


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


def changed_sheet(body: str, styles: str = "") -> dict[tuple[int, int], ReadCell]:
    xml = f'<worksheet xmlns="{MAIN}" xmlns:x="{MAIN}">{body}</worksheet>'
    parts = parts_of(write(single(Cell("x")))) | {"xl/worksheets/sheet1.xml": xml.encode()}
    if styles:
        parts["xl/styles.xml"] = styles.encode()
    return read(zipped(parts), "bod.xlsx").sheets[0].cells


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


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
    parts = parts_of(write(form()))
    for content in (None, b"<a/>", b"<worksheet><sheetData>", parts[part][:-40]):
        changed = {name: data for name, data in parts.items() if name != part}
        if content is not None:
            changed[part] = content
        try:
            compare(form(), read(zipped(changed), "bod.xlsx"), zipped(changed))
        except Refused as refused:
            assert refused.findings[0].code in ("A001", "A013")


def test_a_sheet_that_points_nowhere_is_missing() -> None:
    parts = parts_of(write(form()))
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(b"sheet1.xml", b"nergens.xml")
    data = zipped(parts)
    assert told(compare(form(), read(data, "bod.xlsx"), data)) == [("A103", "Vragen", "")]


def test_a_sheet_that_is_broken_after_its_cells() -> None:
    parts = parts_of(write(form()))
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>", b"</sheetData><oeps>"
    )
    data = zipped(parts)
    assert told(compare(form(), read(data, "bod.xlsx"), data)) == [("A013", "Vragen", "")]


def code_of(parts: dict[str, bytes]) -> str:
    with pytest.raises(Refused) as refused:
        read(zipped(parts), "bod.xlsx")
    return refused.value.findings[0].code


@pytest.mark.parametrize(
    ("part", "was", "other"),
    [
        ("_rels/.rels", b"xl/workbook.xml", b"xl/other.xml"),
        ("xl/_rels/workbook.xml.rels", b'"sharedStrings.xml', b'"other.xml'),
        ("xl/_rels/workbook.xml.rels", b'"styles.xml', b'"/xl/other.xml'),
        ("xl/workbook.xml", b'name="Vragen"', b'name="_Procure_AI"'),
    ],
)
def test_two_programs_may_not_see_two_contents(part: str, was: bytes, other: bytes) -> None:
    """Excel follows the relation, our reader knows the part by its name; two sheets may not have one name."""
    parts = parts_of(write(form()))
    assert was in parts[part]
    assert code_of(parts | {part: parts[part].replace(was, other)}) == "A013"


def test_a_hidden_sheet_may_not_borrow_the_name_of_ours() -> None:
    def change(book: Any) -> None:
        book.create_sheet("_procure_ai_extra").sheet_state = "veryHidden"

    assert compared(change) == [("A104", "_procure_ai_extra", "")]


def test_many_sheets_of_their_own_are_summed_up() -> None:
    found = compared(lambda book: [book.create_sheet(f"Blad {number}") for number in range(60)])
    assert len(found) == 25


def test_one_formula_over_many_cells_many_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of 2,000 formulas fills the same 40,000 cells: what that takes is bounded, and the reader is stopped."""
    formula = '<c><f t="array" ref="A1:GR200">1</f><v>1</v></c>'
    rows = (formula * 10 + "".join(f"<c><v>{row * column}</v></c>" for column in range(190)) for row in range(200))
    parts = parts_of(write(single(Cell("x"))))
    body = "".join(f"<row>{row}</row>" for row in rows)
    parts["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'.encode()
    monkeypatch.setattr(sys.modules[read_function.__module__], "TIME_LIMIT", 0.5)
    assert code_of(parts) == "A014"


def test_one_sheet_part_used_many_times() -> None:
    parts = parts_of(write(single(Cell("x"))))
    again = "".join(f'<sheet name="s{number}" sheetId="{number + 9}" r:id="rId1"/>' for number in range(500))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</sheets>", again.encode() + b"</sheets>")
    with pytest.raises(Refused) as refused:
        read(zipped(parts), "bod.xlsx")
    assert refused.value.findings[0].code == "A013"


def test_numbers_that_are_no_numbers() -> None:
    cells = changed_sheet('<sheetData><row r="1"><c r="A1"><v>NaN</v></c><c r="B1"><v>1e999</v></c></row></sheetData>')
    assert all(isinstance(cell.value, str) for cell in cells.values())


def test_reader_that_hangs_or_dies_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
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
