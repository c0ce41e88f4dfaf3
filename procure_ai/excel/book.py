"""Writing with XlsxWriter: sheets, cells, names, lists, charts. Imported only when something is written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from xlsxwriter.packager import Packager

from procure_ai.documents.tables import Cell, Chart, Sheet, Style, cell_name, column_name
from procure_ai.excel import checks, styles
from procure_ai.excel.common import IDENTITY_SHEET, LISTS_SHEET, MOST_CHARACTERS, clean_text, text_length
from procure_ai.excel.styles import HIGHEST, characters, one_line, runs_on, wrapped
from procure_ai.excel.write import defined_name
from procure_ai.findings import Place, refuse

_A4 = 9
_FUNCTION = re.compile(r"[A-Za-z_.0-9]+(?=\()|[{}]")
_OLD = (
    "SUM SUMPRODUCT SUMIF ROUND AVERAGE AVERAGEIFS COUNT COUNTA COUNTIF COUNTIFS MIN MAX MEDIAN LARGE SMALL RANK "
    "INDEX MATCH IF AND OR NOT IFERROR ISNUMBER ISBLANK ABS LEN"
)
_OLD_FUNCTIONS = frozenset(_OLD.split())


class DutchPackager(Packager):  # type: ignore[misc]
    """XlsxWriter marks charts as English and names no language for the document; ours are Dutch."""

    def _create_package(self) -> list[tuple[Any, str, bool]]:
        files: list[tuple[Any, str, bool]] = super()._create_package()
        for stream, name, _ in files:
            if name.startswith(("xl/charts/", "docProps/core")):
                text = re.sub(r'(<c:lang val|\blang)="en-US"', r'\1="nl-NL"', stream.getvalue())
                stream.seek(0)
                stream.truncate()
                stream.write(text.replace("</cp:core", "<dc:language>nl-NL</dc:language></cp:core"))
        return files


class Book:
    """One workbook while it is written: formats, names and long lists are shared by its sheets."""

    def __init__(self, target: Any) -> None:
        self.target = target
        self.formats: dict[tuple[Style, str], Any] = {}
        self.names: dict[str, str] = {}
        self.opened = False
        self.lists: dict[tuple[str, ...], str] = {}

    def add(self, sheet: Sheet) -> None:
        """Write one sheet."""
        page = self.target.add_worksheet(sheet.name)
        usual = page._prepare_formula
        page._prepare_formula = lambda formula, *more: _prepared(formula) or usual(formula, *more)
        for column, width in enumerate(sheet.widths):
            page.set_column(column, column, width)
        rules: dict[tuple[checks.Check, str, Style], list[tuple[int, int]]] = defaultdict(list)
        # What a style means in one column: format, height of a line, room on it. Looked up once for many cells.
        looks: dict[tuple[Style, int], tuple[Any, float, float]] = {}
        widest = 0
        for row_number, row in enumerate(sheet.rows):
            cells = row.cells
            widest = max(widest, len(cells))
            alone = len(cells) - cells.count(None) == 1
            needed = 0.0
            for column, cell in enumerate(cells):
                if cell is None:
                    continue
                style, value = cell.style, cell.value
                look = looks.get((style, column))
                if look is None:
                    room = characters(style, sheet.widths, column)
                    look = looks[style, column] = (self._format(style, ""), one_line(style), room)
                shape, high, room = look
                if alone and runs_on(cell, sheet.widths, column):
                    shape = self._format(style, styles.ALONE)
                elif style is Style.NOTE and not alone:
                    shape = self._format(style, styles.IN_TABLE)
                elif style is Style.PERCENT:
                    shape = self._format(style, styles.percent_format(cell))
                elif type(value) is str and (len(value) > room or "\n" in value):
                    high = wrapped(value, style, room)
                needed = max(needed, high)
                self._cell(page, sheet.name, row_number, column, cell, shape)
                if style in checks.ALWAYS or cell.check is not None or cell.hint:
                    rules[cell.check, cell.hint, style].append((row_number, column))
            if row.height or needed:
                page.set_row(row_number, min(row.height or needed, HIGHEST))
        for (check, hint, style), places in rules.items():
            first, *others = checks.areas(places)
            found = checks.rule(check, hint, style, self._list_source)
            page.data_validation(*first, found | {"other_cells": [list(area) for area in others]})
        for chart in sheet.charts:
            self._chart(page, sheet.name, chart)
        if not self.opened:
            self.opened = True  # the sheet that is shown when the workbook is opened
            page.activate()
            page.set_first_sheet()
        if widest:
            page.ignore_errors({"number_stored_as_text": f"A1:{cell_name(len(sheet.rows) - 1, widest - 1)}"})
        _page_setup(page, sheet)

    def add_hidden(self, identity: Iterable[tuple[str, str]]) -> None:
        """The sheets that people do not see: long lists in columns, and what this workbook is."""
        lists = [(row, column, text) for column, options in enumerate(self.lists) for row, text in enumerate(options)]
        keys = [(row, column, text) for row, pair in enumerate(identity) for column, text in enumerate(pair)]
        for name, texts in ((LISTS_SHEET, lists), (IDENTITY_SHEET, keys)):
            if lists or name is IDENTITY_SHEET:
                page = self.target.add_worksheet(name)
                for row, column, text in texts:
                    self._text(page, name, row, column, text, None)
                page.protect()
                page.very_hidden()

    def _format(self, style: Style, variant: str) -> Any:
        if (style, variant) not in self.formats:
            self.formats[style, variant] = self.target.add_format(styles.properties(style, variant))
        return self.formats[style, variant]

    def _cell(self, page: Any, sheet: str, row: int, column: int, cell: Cell, look: Any) -> None:
        value = cell.value
        if cell.formula:
            stored = clean_text(value) if isinstance(value, str) else "" if value is None else value
            page.write_formula(row, column, cell.formula, look, stored)
        elif value is None or value == "":
            page.write_blank(row, column, None, look)
        elif isinstance(value, str):
            day = _day(value) if cell.style is Style.INPUT_DATE else None
            if day:
                page.write_datetime(row, column, day, look)
            else:
                self._text(page, sheet, row, column, value, look)
        elif isinstance(value, bool):
            page.write_boolean(row, column, value, look)
        else:
            page.write_number(row, column, value, look)
        if cell.name:
            self._name(cell.name, sheet, row, column)

    def _text(self, page: Any, sheet: str, row: int, column: int, value: str, look: Any) -> None:
        text = clean_text(value)
        if len(text) > MOST_CHARACTERS // 2 and text_length(text) > MOST_CHARACTERS:
            raise refuse(
                "A202",
                f"De tekst telt {text_length(text)} tekens; in een cel passen er {MOST_CHARACTERS}.",
                "Maak de tekst korter of verdeel hem over meer cellen.",
                place=Place(sheet=sheet, cell=cell_name(row, column)),
            )
        if text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter takes such a text for its own mark-up and would write it into the file as it is.
            plain = self.target.formats[0]
            page.write_rich_string(row, column, text[:1], plain, text[1:], look or plain)
        else:
            page.write_string(row, column, text, look)

    def _name(self, name: str, sheet: str, row: int, column: int) -> None:
        changed = defined_name(name)
        if changed.lower() in self.names:
            raise ValueError(f"two cells want the name {changed}: {self.names[changed.lower()]} and {name}")
        self.names[changed.lower()] = name
        self.target.define_name(changed, f"={_quoted(sheet)}!${column_name(column)}${row + 1}")

    def _list_source(self, options: tuple[str, ...]) -> list[str] | str:
        texts = checks.inline(options)
        if texts is not None:
            return texts
        if options not in self.lists:
            column = column_name(len(self.lists))
            self.lists[options] = f"_keuzes_{len(self.lists) + 1}"
            self.target.define_name(self.lists[options], f"={LISTS_SHEET}!${column}$1:${column}${len(options)}")
        return f"={self.lists[options]}"

    def _chart(self, page: Any, sheet: str, chart: Chart) -> None:
        drawing = self.target.add_chart({"type": "bar"} | ({"subtype": "stacked"} if chart.stacked else {}))
        font = {"name": styles.FONT, "size": 9, "color": styles.GREY}
        single = len(chart.series) == 1
        for index, (name, area) in enumerate(chart.series):
            series = {
                "name": clean_text(name),
                "categories": _area(sheet, chart.categories),
                "values": _area(sheet, area),
                "fill": {"color": styles.CHART_COLOURS[index % len(styles.CHART_COLOURS)]},
                "gap": 60,
            }
            if single or chart.stacked:
                inside = {"color": "#FFFFFF"} if chart.stacked else {}
                series["data_labels"] = {"value": True, "font": font | inside}
            drawing.add_series(series)
        heading = {"name": styles.FONT, "size": 12, "color": styles.ACCENT, "bold": True}
        drawing.set_title({"name": clean_text(chart.title), "name_font": heading})
        drawing.set_y_axis({"reverse": True, "crossing": "max", "num_font": font, "line": {"color": styles.LINE}})
        grid = {"visible": True, "line": {"color": "#D9D9D9"}}
        drawing.set_x_axis({"num_font": font, "min": 0, "major_gridlines": grid, "line": {"none": True}})
        drawing.set_legend({"none": True} if single else {"position": "bottom", "font": font})
        first, last = map(int, re.findall(r"\d+", chart.categories))
        drawing.set_size({"width": 720, "height": min(620, 120 + 36 * (last - first + 1))})
        page.insert_chart(chart.row + 1, 0, drawing, {"description": chart.description, "object_position": 2})


def _prepared(formula: str) -> str:
    """The formula as the file wants it when all its functions are old ones, else an empty string.

    XlsxWriter looks for thirty new functions in every formula, which takes a sixth of all time.
    """
    return formula.removeprefix("=") if _OLD_FUNCTIONS.issuperset(_FUNCTION.findall(formula)) else ""


def _page_setup(page: Any, sheet: Sheet) -> None:
    page.hide_gridlines(2)
    page.set_paper(_A4)
    if sheet.landscape:
        page.set_landscape()
    if sheet.breaks:
        # A sheet that is made to fit ignores breaks: its scale is worked out here instead.
        page.set_print_scale(styles.print_scale(sheet.widths, landscape=sheet.landscape))
        page.set_h_pagebreaks(list(sheet.breaks))
    else:
        page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.set_footer("&L&8&A&R&8Pagina &P van &N")
    if sheet.header_row is not None:
        page.repeat_rows(sheet.header_row)
    if sheet.freeze_rows or sheet.freeze_columns:
        page.freeze_panes(sheet.freeze_rows, sheet.freeze_columns)
    # No password: protection helps people; what guards the form is the comparison on return.
    page.protect("", {"format_columns": True, "format_rows": True})


def _day(text: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time())
    except ValueError:
        return None


def _area(sheet: str, area: str) -> str:
    """`A2:A9` of this sheet as a chart wants it: with the sheet, and fixed."""
    return f"={_quoted(sheet)}!" + re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", area)


def _quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"
