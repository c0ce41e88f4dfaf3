"""What a workbook holds, apart from how Excel stores it.

Forms and reports describe a workbook with these types; `excel` writes it. Rows and columns count from
zero; cell names (`C14`) are made by `cell_name`. A formula always carries its result, computed by us.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal, NamedTuple

CellValue = str | Decimal | int | bool | None


class Style(StrEnum):
    """The closed list of looks. `INPUT*` cells are unlocked; every other cell is locked."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    HEADING = "heading"  # a heading inside a sheet
    HEADER = "header"  # header row of a table
    LABEL = "label"
    TEXT = "text"  # wrapped text
    NOTE = "note"  # small grey guidance
    ID = "id"  # identifiers, monospaced, small
    WARNING = "warning"
    GOOD = "good"
    BAD = "bad"
    NUMBER = "number"  # general number, up to 4 decimals
    POINTS = "points"  # two decimals
    POINTS_TOTAL = "points-total"
    MONEY = "money"
    MONEY_TOTAL = "money-total"
    PERCENT = "percent"  # a share such as 0.25 shown as 25%
    RANK = "rank"
    INPUT = "input"  # text to be filled in
    INPUT_LONG = "input-long"  # wrapped text to be filled in
    INPUT_NUMBER = "input-number"
    INPUT_MONEY = "input-money"
    INPUT_CHOICE = "input-choice"
    INPUT_DATE = "input-date"

    @property
    def is_input(self) -> bool:
        return self.startswith("input")


@dataclass(frozen=True, slots=True)
class Choice:
    """A drop-down list. Short lists (under 200 characters together) go inline, longer ones in a range."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number that must lie within bounds (either side may be open)."""

    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """Text of at most `high` characters."""

    high: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a value, or a formula with its stored result in `value`.

    `name` makes it a defined name of the workbook. `check` is validation on input. `hint` is shown
    when the cell is selected.
    """

    value: CellValue = None
    style: Style = Style.TEXT
    formula: str = ""
    check: Choice | Bounds | Length | None = None
    name: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Cells from column A on; `None` leaves a cell empty. `height` in points, or None for a height
    computed from the longest wrapped text (rows do not grow by themselves)."""

    cells: tuple[Cell | None, ...]
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart over ranges of the same sheet, drawn below row `row`."""

    title: str
    description: str
    categories: str
    series: tuple[tuple[str, str], ...]  # (name, range)
    row: int
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `widths` in characters per column; `freeze_rows`/`freeze_columns` stay in view;
    `header_row` repeats in print."""

    name: str
    rows: tuple[Row, ...]
    widths: tuple[float, ...]
    freeze_rows: int = 0
    freeze_columns: int = 0
    header_row: int | None = None
    landscape: bool = True
    charts: tuple[Chart, ...] = ()
    breaks: tuple[int, ...] = ()  # rows that start a new page in print


@dataclass(frozen=True, slots=True)
class Workbook:
    """A whole workbook. `identity` is stored in a hidden sheet and read back: what this form is, of
    which case and package, for whom, with the fingerprint of its locked content."""

    title: str
    sheets: tuple[Sheet, ...]
    identity: tuple[tuple[str, str], ...] = ()
    date: str = "2026-01-01"
    subject: str = ""


def column_name(column: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """The name of a cell as users see it: (13, 2) is C14."""
    return f"{column_name(column)}{row + 1}"


def cells_of(sheet: Sheet) -> Iterator[tuple[int, int, Cell]]:
    """Every cell of a sheet with its row and column."""
    for row_number, row in enumerate(sheet.rows):
        for column, cell in enumerate(row.cells):
            if cell is not None:
                yield row_number, column, cell


def input_cells(workbook: Workbook) -> Iterator[tuple[Sheet, int, int, Cell]]:
    """Every cell that a person fills in."""
    for sheet in workbook.sheets:
        for row, column, cell in cells_of(sheet):
            if cell.style.is_input:
                yield sheet, row, column, cell


class ReadCell(NamedTuple):
    """One cell of a workbook that came back. Numbers are Decimals made from their shortest 15-digit
    text; dates are ISO text; an empty cell is not listed. A named tuple, because there are so many."""

    value: str | Decimal | bool
    formula: bool = False
    kind: Literal["", "error", "percent"] = ""  # an error such as #N/A; a number shown times a hundred


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """The cells of one sheet that came back, by (row, column) from zero."""

    name: str
    cells: dict[tuple[int, int], ReadCell]


@dataclass(frozen=True, slots=True)
class ReadWorkbook:
    """A workbook that came back: sheets in order and the identity that was found in it."""

    file: str
    sheets: tuple[ReadSheet, ...]
    identity: dict[str, str]

    def sheet(self, name: str) -> ReadSheet | None:
        """The sheet with this name, or None."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)
