"""The parts of which every form is laid out: sheets row by row, inputs, counts, names, the instruction."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from procure_ai.documents.dutch import day_text
from procure_ai.documents.fill import Filling
from procure_ai.documents.page import Page, fill_page
from procure_ai.documents.tables import Cell, Chart, Choice, Length, Row, Sheet, Style, Workbook, cell_name, cells_of
from procure_ai.documents.tree import Block, Heading, ListBlock, Paragraph, Table, plain
from procure_ai.forms.blocks import table
from procure_ai.forms.context import Context, cell_key, with_identity
from procure_ai.forms.text import blocks_text, chunks
from procure_ai.procedure.case import Assessor, Tenderer

READ_ME = "Lees mij"
OVERVIEW = "Overzicht"
CARD = (26.0, 104.0)  # widths of a sheet with one block per criterion

_READ_ME_WIDTHS = (30.0, 80.0, 14.0, 16.0)
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")


# --- cells ----------------------------------------------------------------------------------------


def label(text: str) -> Cell:
    """A label: the header of its row."""
    return Cell(text, Style.LABEL)


def entry(*key: str, most: int, style: Style = Style.INPUT) -> Cell:
    """A cell for text of at most so many characters."""
    return Cell(None, style, check=Length(most), name=cell_key(*key))


def choose(options: Mapping[str, str], *key: str) -> Cell:
    """A cell with a drop-down of these options."""
    return Cell(None, Style.INPUT_CHOICE, check=Choice(tuple(options.values())), name=cell_key(*key))


def stacked(cells: Sequence[Cell | None], widths: Sequence[float]) -> list[Row]:
    """One row of a table, or more where a locked text is longer than a row can show.

    Inputs stand in the first row. The first cell of a next row says that it continues.
    """
    parts = [
        chunks(cell.value, width)
        if cell and isinstance(cell.value, str) and not cell.formula and not cell.style.is_input
        else ()
        for cell, width in zip(cells, widths, strict=False)
    ]

    def piece(number: int, column: int, cell: Cell | None) -> Cell | None:
        if cell is None or (number == 0 and not parts[column]):
            return cell
        if number < len(parts[column]):
            return replace(cell, value=parts[column][number])
        return Cell("vervolg" if column == 0 else None)

    count = max((len(part) for part in parts), default=0)
    return [
        Row(tuple(piece(number, column, cell) for column, cell in enumerate(cells))) for number in range(max(1, count))
    ]


# --- sheets ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class SheetRows:
    """A sheet while it is laid out. Rows count from zero; `add` gives the place of the new row."""

    name: str
    widths: tuple[float, ...]
    rows: list[Row] = field(default_factory=list)
    top: int | None = None

    @property
    def next(self) -> int:
        """The place of the next row."""
        return len(self.rows)

    def add(self, *cells: Cell | str | None, height: float | None = None) -> int:
        """A row; plain text becomes a text cell."""
        self.rows.append(Row(tuple(Cell(cell) if isinstance(cell, str) else cell for cell in cells), height))
        return len(self.rows) - 1

    def stack(self, *cells: Cell) -> None:
        """A row of a table that goes on in next rows where a text is long."""
        self.rows += stacked(cells, self.widths)

    def part(self, title: str, content: str | Cell) -> None:
        """One part of a block: a label with a text that may be long."""
        self.stack(label(title), Cell(content) if isinstance(content, str) else content)

    def heading(self, text: str, columns: int = 0) -> None:
        """A heading with its rule across the table."""
        self.add(Cell(text, Style.HEADING), *[Cell(None, Style.HEADING)] * ((columns or len(self.widths)) - 1))

    def header(self, *titles: str) -> int:
        """The header row of a table."""
        return self.add(*(Cell(title, Style.HEADER) for title in titles))

    def columns(self, *titles: str) -> int:
        """The header row of the main table: it stays in view and repeats in print."""
        self.top = self.header(*titles)
        return self.top

    def lines(self, text: str, most: float = 200, style: Style = Style.TEXT) -> None:
        """A text across the sheet, on lines of its own that run on over the empty cells."""
        room = int(min(sum(self.widths), most)) - 4
        for part in text.split("\n"):
            self.rows += (Row((Cell(line, style),)) for line in _even_lines(part, room))

    def notes(self, *texts: str) -> None:
        """Guidance above a table."""
        for text in texts:
            self.lines(text, 150, Style.NOTE)

    def sheet(self, *, freeze_columns: int = 0, landscape: bool = True, charts: tuple[Chart, ...] = ()) -> Sheet:
        """The sheet as it stands."""
        frozen = 0 if self.top is None else self.top + 1
        return Sheet(
            self.name, tuple(self.rows), self.widths, frozen, freeze_columns, self.top, landscape, charts=charts
        )


def opened(context: Context, title: str, widths: Sequence[float], *guidance: str, name: str = "") -> SheetRows:
    """A sheet with its first rows: title, procedure, guidance, and a blank row."""
    rows = SheetRows(name or title, tuple(widths))
    rows.add(Cell(title, Style.TITLE))
    rows.add(Cell(context.caption, Style.SUBTITLE))
    rows.notes(*guidance)
    rows.add()
    return rows


def shared_out(columns: int) -> list[float]:
    """The widths of so many columns of an overview, one per tenderer."""
    return [max(20.0, 60.0 / max(1, columns))] * columns


def sheet_names(titles: Iterable[str], used: Iterable[str] = (READ_ME, OVERVIEW)) -> tuple[str, ...]:
    """Sheet names that Excel accepts, in this order: at most 31 characters, without `[]:*?/\\'`, each once."""
    taken = {name.casefold() for name in used}
    names: list[str] = []
    for title in titles:
        clean = _NOT_IN_SHEET_NAME.sub(" ", title).strip() or "Blad"
        name, number = clean[:31].strip(), 2
        while name.casefold() in taken:
            name, number = f"{clean[:28].strip()} {number}", number + 1
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def workbook(
    context: Context, page: Page, form: str, sheets: Iterable[Sheet], person: Assessor | Tenderer | None = None
) -> Workbook:
    """The form with its title and identity; `person` is whom it is for, if it is for one."""
    made = Workbook(
        title=f"{page.header['title']} {person.name if person else context.procedure.name}",
        sheets=tuple(sheets),
        date=context.date,
        subject=page.header["subject"],
    )
    return with_identity(made, form, context, person.id if person else "")


# --- formulas -------------------------------------------------------------------------------------


def quoted(sheet: str) -> str:
    """The name of a sheet as a formula on another sheet writes it, with its exclamation mark."""
    return "'" + sheet.replace("'", "''") + "'!"


def ranges(places: Iterable[tuple[str, int, int]]) -> list[str]:
    """Cells (sheet as `quoted`, row, column) as names; those straight below one another as one range."""
    runs: list[tuple[str, int, int, int]] = []
    for sheet, row, column in places:
        if runs and runs[-1][:2] == (sheet, column) and runs[-1][3] == row - 1:
            runs[-1] = (*runs[-1][:3], row)
        else:
            runs.append((sheet, column, row, row))
    return [
        sheet + cell_name(first, column) + (f":{cell_name(last, column)}" if last > first else "")
        for sheet, column, first, last in runs
    ]


def named_cells(sheets: Iterable[Sheet]) -> dict[str, tuple[str, int, int]]:
    """The input cells of these sheets by name: sheet as `quoted`, row and column."""
    return {
        cell.name: (quoted(sheet.name), row, column)
        for sheet in sheets
        for row, column, cell in cells_of(sheet)
        if cell.name
    }


def filled_count(places: Mapping[str, tuple[str, int, int]], names: Iterable[str]) -> str:
    """A formula that counts how many of these cells (see `named_cells`) hold something."""
    areas = ranges(places[name] for name in names)
    groups = [areas[start : start + 25] for start in range(0, len(areas), 25)]
    return "=" + ("+".join(f"COUNTA({','.join(group)})" for group in groups) or "0")


# --- the instruction sheet ------------------------------------------------------------------------


def read_me(context: Context, page: Page, values: Mapping[str, Filling], name: str = READ_ME) -> SheetRows:
    """The instruction sheet: the page text with its values, the procedure below its title.

    Every page may use `facts` (a table), `title`, `number`, `buyer`, `contact`, `deadline` and `version`.
    Raises `Refused` (D121) when the page asks for another.
    """
    procedure, dates = context.procedure, context.procedure.dates
    time = f", {dates.tender_deadline_time} uur" if dates.tender_deadline_time else ""
    known: dict[str, Filling] = {
        "title": procedure.name,
        "number": procedure.number,
        "buyer": context.buyer.name,
        "contact": context.buyer.contact,
        "deadline": day_text(dates.tender_deadline) + time,
        "version": context.version,
    }
    titles = (("Aanbesteding", "title"), ("Kenmerk", "number"), ("Opdrachtgever", "buyer"), ("Contact", "contact"))
    facts = [(title, str(known[key])) for title, key in (*titles, ("Versie van de stukken", "version"))]
    known["facts"] = (table(("Gegeven", "Inhoud"), facts),)
    rows = SheetRows(name, _READ_ME_WIDTHS)
    for block in fill_page(page, {**known, **values}):
        _add_block(rows, block)
        if isinstance(block, Paragraph) and block.style == "title":
            rows.add(Cell(context.caption, Style.SUBTITLE))
            rows.add()
    return rows


def _add_block(rows: SheetRows, block: Block) -> None:
    match block:
        case Paragraph(style="title"):
            rows.add(Cell(plain(block.inlines), Style.TITLE))
            return
        case Heading():
            rows.heading(plain(block.inlines), 2)
            return
        case Paragraph():
            rows.lines(" ".join(plain(block.inlines).split("\n")))
        case ListBlock():
            for number, item in enumerate(block.items, start=1):
                rows.add(label(f"{'Stap' if block.ordered else 'Punt'} {number}"), blocks_text(item))
        case Table():
            rows.header(*(plain(cell) for cell in block.header))
            for first, *others in block.rows:
                rows.add(label(plain(first)), *(plain(cell) for cell in others))
        case _:
            return
    rows.add()


def _even_lines(text: str, room: int) -> list[str]:
    """The text in as few lines as the room allows, about equally long: a short last line would not run on."""
    lines = textwrap.wrap(text, room)
    for narrower in range(max(1, len(text) // max(1, len(lines))), room):
        even = textwrap.wrap(text, narrower)
        if len(even) == len(lines):
            return even
    return lines
