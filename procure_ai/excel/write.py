"""A workbook description becomes an .xlsx: the same description gives the same bytes.

XlsxWriter does the writing. What we add: the looks, heights (Excel does not make rows grow around text
that a program wrote), validation with Dutch messages, protection, print set-up, and care that text from
others stays text.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.packager import Packager

from procure_ai.documents.tables import Bounds, Cell, Chart, Choice, Length, Sheet, Style, Workbook, cell_name
from procure_ai.excel import styles
from procure_ai.excel.common import (
    IDENTITY_SHEET,
    LISTS_SHEET,
    MOST_CHARACTERS,
    clean_text,
    number_text,
    text_length,
)
from procure_ai.findings import Place, refuse

_A4 = 9
_MOST_INLINE = 200
_HIGHEST_ROW = 409.0
_NUMERIC = frozenset({Style.INPUT_NUMBER, Style.INPUT_MONEY})
_ANY_NUMBER = Bounds(Decimal("-999999999999"), Decimal("999999999999"))
_NOT_IN_NAME = re.compile(r"[^\w.]")
_LIKE_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[rRcC]\d*|[rR]\d*[cC]\d*")
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(workbook: Workbook) -> bytes:
    """The workbook as an .xlsx file. Raises `Refused` for a text or sheet name that Excel cannot hold."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    book._get_packager = _DutchPackager  # the one hook XlsxWriter offers on its parts
    book.set_properties(
        {
            "title": clean_text(workbook.title),
            "subject": clean_text(workbook.subject),
            "author": "procure-ai",
            "created": datetime.combine(date.fromisoformat(workbook.date), datetime.min.time()),
        }
    )
    writer = _Writer(book)
    try:
        for sheet in workbook.sheets:
            writer.sheet(sheet)
        writer.hidden_sheets(workbook.identity)
        visible = [sheet.name for sheet in workbook.sheets if not sheet.hidden]
        if visible:
            first = book.get_worksheet_by_name(visible[0])
            first.activate()
            first.set_first_sheet()
        book.close()
    except XlsxWriterException as error:
        remedy = "Kies een naam van hoogstens 31 tekens zonder [ ] : * ? / \\ en gebruik elke naam een keer."
        raise refuse("A302", f"Een blad kan niet worden gemaakt: {error}", remedy) from None
    return buffer.getvalue()


def defined_name(name: str) -> str:
    """The name that Excel accepts for a cell name: `no-training` becomes `no_training`."""
    changed = _NOT_IN_NAME.sub("_", name)
    return "_" + changed if not changed[:1].isalpha() or _LIKE_CELL.fullmatch(changed) else changed


class _DutchPackager(Packager):  # type: ignore[misc]
    """XlsxWriter marks charts as English and the document as nothing; ours are Dutch."""

    def _create_package(self) -> list[tuple[Any, str, bool]]:
        files: list[tuple[Any, str, bool]] = super()._create_package()
        for stream, name, _ in files:
            if name.startswith("xl/charts/"):
                old, new = 'lang="en-US"', 'lang="nl-NL"'
            elif name == "docProps/core.xml":
                old, new = "</cp:coreProperties>", "<dc:language>nl-NL</dc:language></cp:coreProperties>"
            else:
                continue
            text = stream.getvalue().replace(old, new)
            stream.seek(0)
            stream.truncate()
            stream.write(text)
        return files


class _Writer:
    """The state of one workbook: formats, names and long lists are shared by its sheets."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.formats: dict[tuple[Style, str], Any] = {}
        self.names: dict[str, str] = {}
        self.lists: dict[tuple[str, ...], str] = {}

    def format(self, style: Style, variant: str = "") -> Any:
        key = (style, variant)
        if key not in self.formats:
            self.formats[key] = self.book.add_format(styles.properties(style, variant))
        return self.formats[key]

    # --- sheets -------------------------------------------------------------------------------------

    def sheet(self, sheet: Sheet) -> None:
        page = self.book.add_worksheet(sheet.name)
        for column, width in enumerate(sheet.widths):
            page.set_column(column, column, width)
        checks: dict[tuple[object, str, Style], list[tuple[int, int]]] = defaultdict(list)
        widest = 0
        for row_number, row in enumerate(sheet.rows):
            widest = max(widest, len(row.cells))
            alone = sum(cell is not None for cell in row.cells) == 1
            height = 0.0
            for column, cell in enumerate(row.cells):
                if cell is None:
                    continue
                spill = alone and _spills(cell, sheet.widths, column)
                self.cell(page, sheet.name, row_number, column, cell, "spill" if spill else "")
                if row.height is None:
                    height = max(height, _height(cell, sheet.widths, column, spill))
                style = cell.style
                if cell.check or cell.hint or style in _NUMERIC or style is Style.INPUT_DATE:
                    checks[cell.check, cell.hint, style].append((row_number, column))
            if row.height is not None or height:
                page.set_row(row_number, min(row.height or height, _HIGHEST_ROW))
        for (check, hint, style), places in checks.items():
            self.validation(page, check, hint, style, places)
        for chart in sheet.charts:
            self.chart(page, sheet, chart)
        if sheet.rows and widest:
            everywhere = f"A1:{cell_name(len(sheet.rows) - 1, widest - 1)}"
            page.ignore_errors({"number_stored_as_text": everywhere})
        self.page_setup(page, sheet)

    def page_setup(self, page: Any, sheet: Sheet) -> None:
        page.hide_gridlines(2)
        page.set_paper(_A4)
        if sheet.landscape:
            page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        page.set_footer("&L&8&A&R&8Pagina &P van &N")
        if sheet.header_row is not None:
            page.repeat_rows(sheet.header_row)
        if sheet.freeze_rows or sheet.freeze_columns:
            page.freeze_panes(sheet.freeze_rows, sheet.freeze_columns)
        if sheet.protected:
            # No password: protection helps people, the comparison on return is what guards the form.
            page.protect("", {"format_columns": True, "format_rows": True})
        if sheet.hidden:
            page.hide()

    def hidden_sheets(self, identity: Iterable[tuple[str, str]]) -> None:
        """Long lists, and what this workbook is."""
        if self.lists:
            page = self.book.add_worksheet(LISTS_SHEET)
            for column, options in enumerate(self.lists):
                for row, option in enumerate(options):
                    self.text(page, LISTS_SHEET, row, column, option, None)
            page.protect()
            page.very_hidden()
        page = self.book.add_worksheet(IDENTITY_SHEET)
        for row, pair in enumerate(identity):
            for column, text in enumerate(pair):
                self.text(page, IDENTITY_SHEET, row, column, text, None)
        page.protect()
        page.very_hidden()

    # --- cells --------------------------------------------------------------------------------------

    def cell(self, page: Any, sheet: str, row: int, column: int, cell: Cell, variant: str) -> None:
        look = self.format(cell.style, variant or variant_of(cell))
        value = cell.value
        if cell.formula:
            if isinstance(value, str):
                value = clean_text(value)
            page.write_formula(row, column, cell.formula, look, "" if value is None else value)
        elif value is None or value == "":
            page.write_blank(row, column, None, look)
        elif isinstance(value, str):
            day = _date(value) if cell.style is Style.INPUT_DATE else None
            if day:
                page.write_datetime(row, column, day, look)
            else:
                self.text(page, sheet, row, column, value, look)
        elif isinstance(value, bool):
            page.write_boolean(row, column, value, look)
        else:
            page.write_number(row, column, value, look)
        if cell.name:
            self.name(cell.name, sheet, row, column)

    def text(self, page: Any, sheet: str, row: int, column: int, value: str, look: Any) -> None:
        text = clean_text(value)
        if len(text) > MOST_CHARACTERS // 2 and text_length(text) > MOST_CHARACTERS:
            message = f"De tekst is {text_length(text)} tekens lang; in een cel passen er {MOST_CHARACTERS}."
            place = Place(sheet=sheet, cell=cell_name(row, column))
            raise refuse("A301", message, "Maak de tekst korter of verdeel hem over meer cellen.", place=place)
        if text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter takes such a text for its own mark-up and would write it raw into the file.
            plain = self.book.formats[0]
            page.write_rich_string(row, column, text[:1], plain, text[1:], look or plain)
        else:
            page.write_string(row, column, text, look)

    def name(self, name: str, sheet: str, row: int, column: int) -> None:
        changed = defined_name(name)
        if self.names.setdefault(changed.lower(), name) != name:
            raise ValueError(f"two cell names give {changed}: {name}, {self.names[changed.lower()]}")
        letters = re.sub(r"(\d+)", r"$\1", cell_name(row, column))
        self.book.define_name(changed, f"={_quoted(sheet)}!${letters}")

    # --- checks and charts --------------------------------------------------------------------------

    def validation(self, page: Any, check: object, hint: str, style: Style, places: list[tuple[int, int]]) -> None:
        rule: dict[str, Any] = {"validate": "any"}
        if check is None and style in _NUMERIC:
            check = _ANY_NUMBER
        if isinstance(check, Choice):
            rule = {"validate": "list", "source": self.source(check.options)}
            message = "Kies een van de antwoorden uit de lijst."
        elif isinstance(check, Length):
            rule = {"validate": "length", "criteria": "<=", "value": str(check.high)}
            message = f"Gebruik hoogstens {check.high} tekens."
            hint = hint or f"Hoogstens {check.high} tekens."
        elif isinstance(check, Bounds):
            rule, message = _between(check)
        elif style is Style.INPUT_DATE:
            rule = {"validate": "date", "criteria": ">=", "value": date(1950, 1, 1)}
            message = "Vul een datum in, bijvoorbeeld 31-12-2026."
        if len(rule) > 1:
            rule |= {"error_title": "Dit past hier niet", "error_message": message}
        if hint:
            rule |= {"input_title": "Toelichting", "input_message": _cut(hint, 255)}
        if len(rule) == 1:
            return
        first, *others = _runs(places)
        page.data_validation(*first, rule | {"other_cells": [list(area) for area in others]})

    def source(self, options: tuple[str, ...]) -> list[str] | str:
        """Short plain lists stand in the cell; a comma or a long list needs a range of its own."""
        texts = [clean_text(option) for option in options]
        plain = all(text == text.strip() and not set(text) & set(',"\n') for text in texts)
        if plain and sum(map(len, texts)) + len(texts) < _MOST_INLINE:
            return texts
        if options not in self.lists:
            column = re.sub(r"\d", "", cell_name(0, len(self.lists)))
            self.lists[options] = f"_keuzes_{len(self.lists) + 1}"
            area = f"={LISTS_SHEET}!${column}$1:${column}${len(options)}"
            self.book.define_name(self.lists[options], area)
        return f"={self.lists[options]}"

    def chart(self, page: Any, sheet: Sheet, chart: Chart) -> None:
        kind = {"type": "bar", "subtype": "stacked"} if chart.stacked else {"type": "bar"}
        drawing = self.book.add_chart(kind)
        font = {"name": styles.FONT, "size": 9, "color": styles.GREY}
        for index, (name, area) in enumerate(chart.series):
            drawing.add_series(
                {
                    "name": clean_text(name),
                    "categories": _range(sheet.name, chart.categories),
                    "values": _range(sheet.name, area),
                    "fill": {"color": styles.CHART_COLOURS[index % len(styles.CHART_COLOURS)]},
                    "gap": 60,
                    "data_labels": {"value": True, "font": font} if len(chart.series) == 1 else None,
                }
            )
        title = {"name": styles.FONT, "size": 12, "color": styles.ACCENT, "bold": True}
        drawing.set_title({"name": clean_text(chart.title), "name_font": title, "overlay": False})
        drawing.set_y_axis({"reverse": True, "num_font": font})
        drawing.set_x_axis(
            {"num_font": font, "min": 0, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
        )
        drawing.set_legend({"none": True} if len(chart.series) == 1 else {"position": "bottom", "font": font})
        rows = [int(number) for number in re.findall(r"\d+", chart.categories.rpartition("!")[2])]
        bars = max(rows) - min(rows) + 1 if rows else 5
        drawing.set_size({"width": 720, "height": min(600, 110 + 34 * bars)})
        page.insert_chart(chart.row + 1, 0, drawing, {"description": chart.description, "object_position": 2})


def variant_of(cell: Cell) -> str:
    """The number format that this value needs, when it is not the one of its style."""
    return styles.variant_of(cell) if cell.style is Style.PERCENT else ""


def _spills(cell: Cell, widths: tuple[float, ...], column: int) -> bool:
    """Text alone in its row may run on over the empty cells beside it; merged cells we do not use."""
    if cell.style not in (Style.NOTE, Style.TEXT) or not isinstance(cell.value, str) or "\n" in cell.value:
        return False
    room = sum(widths[column:])
    return widths[column : column + 1] < (len(cell.value),) and len(cell.value) < room


def _height(cell: Cell, widths: tuple[float, ...], column: int, spill: bool) -> float:
    """The height in points that this cell needs: lines are estimated from the width of the column."""
    style, value = cell.style, cell.value
    line = styles.LINE_HEIGHTS.get(style, styles.LINE_HEIGHT)
    lines = 1
    if isinstance(value, str) and style in styles.WRAPPED and not spill:
        width = widths[column] if column < len(widths) else 8.43
        room = max(1.0, width * (1.0 if style in styles.WIDE or style is Style.ID else 1.1))
        if len(value) > room or "\n" in value:
            # A line loses on average half a word at its end, and more in a narrow column.
            room = max(1.0, room - 3.0) if room > 12 else room
            lines = sum(-int(-len(part) // room) or 1 for part in value.split("\n"))
    return max(styles.LEAST_HEIGHT.get(style, 0.0), lines * line + 4.0)


def _runs(places: list[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Cells below one another as one range."""
    areas: list[tuple[int, int, int, int]] = []
    for row, column in sorted(places, key=lambda place: (place[1], place[0])):
        if areas and areas[-1][3] == column and areas[-1][2] == row - 1:
            areas[-1] = (areas[-1][0], column, row, column)
        else:
            areas.append((row, column, row, column))
    return areas


def _between(check: Bounds) -> tuple[dict[str, Any], str]:
    low, high = check.low, check.high
    rule: dict[str, Any] = {"validate": "decimal"}
    if low is not None and high is not None:
        rule |= {"criteria": "between", "minimum": format(low, "f"), "maximum": format(high, "f")}
        if check is _ANY_NUMBER:
            return rule, "Vul een getal in, zonder punten voor duizendtallen."
        return rule, f"Vul een getal in van {number_text(low)} tot en met {number_text(high)}."
    if low is not None:
        return rule | {"criteria": ">=", "value": format(low, "f")}, f"Vul een getal in vanaf {number_text(low)}."
    if high is not None:
        message = f"Vul een getal in tot en met {number_text(high)}."
        return rule | {"criteria": "<=", "value": format(high, "f")}, message
    return _between(_ANY_NUMBER)


def _date(text: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time())
    except ValueError:
        return None


def _range(sheet: str, area: str) -> str:
    """`A2:A9` of this sheet as a chart wants it: with the sheet and fixed."""
    if "!" in area:
        return "=" + area.lstrip("=")
    return f"={_quoted(sheet)}!" + re.sub(r"\$?([A-Z]+)\$?(\d+)", r"$\1$\2", area.lstrip("="))


def _quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"


def _cut(text: str, most: int) -> str:
    text = clean_text(text)
    return text if text_length(text) <= most else text[: most - 4] + "…"
