"""The parts of which every form is laid out: heads, notes, rows of a table, counts, sheet names."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from procure_ai.documents.dutch import day_text
from procure_ai.documents.fill import Filling
from procure_ai.documents.page import Page, fill_page
from procure_ai.documents.tables import Cell, Choice, Row, Sheet, Style, cell_name, cells_of
from procure_ai.documents.tree import Block, Heading, ListBlock, Paragraph, Table, Text, plain
from procure_ai.forms.context import Context
from procure_ai.forms.records import YES_NO
from procure_ai.forms.text import blocks_text, chunks

READ_ME = "Lees mij"
READ_ME_WIDTHS = (30.0, 80.0, 14.0, 16.0)
YES_OR_NO = Choice(tuple(YES_NO.values()))

_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")


def header(*titles: str) -> Row:
    """The header row of a table."""
    return Row(tuple(Cell(title, Style.HEADER) for title in titles))


def row(*cells: Cell | str | None) -> Row:
    """A row; plain text becomes a text cell."""
    return Row(tuple(Cell(cell) if isinstance(cell, str) else cell for cell in cells))


def label(text: str) -> Cell:
    """A label: the header of its row."""
    return Cell(text, Style.LABEL)


def heading(text: str, columns: int) -> Row:
    """A heading inside a sheet, with its rule across the table."""
    return Row((Cell(text, Style.HEADING), *(Cell(None, Style.HEADING) for _ in range(columns - 1))))


def lines(text: str, widths: Sequence[float]) -> list[Row]:
    """A text across the whole sheet, on lines of its own that run on over the empty cells."""
    room = int(min(sum(widths), 200)) - 4
    return [Row((Cell(line),)) for part in text.split("\n") for line in _even_lines(part, room)]


def notes(widths: Sequence[float], *texts: str) -> list[Row]:
    """Guidance above a table: each text on lines of its own that run on over the empty cells."""
    room = int(min(sum(widths), 150)) - 4
    return [Row((Cell(line, Style.NOTE),)) for text in texts for line in _even_lines(text, room)]


def head(context: Context, title: str, widths: Sequence[float], *texts: str) -> list[Row]:
    """The first rows of every sheet: title, procedure, instructions, and a blank row."""
    return [
        Row((Cell(title, Style.TITLE),)),
        Row((Cell(context.caption, Style.SUBTITLE),)),
        *notes(widths, *texts),
        Row(()),
    ]


def stacked(cells: Sequence[Cell | None], widths: Sequence[float]) -> list[Row]:
    """One row of a table, or more where a locked text is longer than a row can show.

    Inputs stand in the first row. The first cell of a next row says that it continues.
    """
    parts = [
        chunks(cell.value, widths[column])
        if cell is not None and isinstance(cell.value, str) and not cell.formula and not cell.style.is_input
        else ()
        for column, cell in enumerate(cells)
    ]
    rows = [
        Row(
            tuple(
                replace(cell, value=parts[column][0]) if cell is not None and parts[column] else cell
                for column, cell in enumerate(cells)
            )
        )
    ]
    for number in range(1, max((len(part) for part in parts), default=0)):
        following: list[Cell | None] = []
        for column, cell in enumerate(cells):
            if cell is None:
                following.append(None)
            elif number < len(parts[column]):
                following.append(Cell(parts[column][number], cell.style))
            else:
                following.append(Cell("vervolg" if column == 0 else None))
        rows.append(Row(tuple(following)))
    return rows


def sheet_names(titles: Iterable[str], used: Iterable[str] = ()) -> tuple[str, ...]:
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


def named_cells(sheet: Sheet) -> dict[str, str]:
    """The input cells of a sheet by name, as a formula on another sheet writes them."""
    quoted = "'" + sheet.name.replace("'", "''") + "'"
    return {cell.name: f"{quoted}!{cell_name(line, column)}" for line, column, cell in cells_of(sheet) if cell.name}


def filled_count(sheets: Iterable[Sheet], names: Iterable[str]) -> str:
    """A formula that counts how many of these named cells hold something."""
    places = {name: place for sheet in sheets for name, place in named_cells(sheet).items()}
    areas = _areas([places[name] for name in names])
    if not areas:
        return "=0"
    groups = [areas[start : start + 25] for start in range(0, len(areas), 25)]
    return "=" + "+".join(f"COUNTA({','.join(group)})" for group in groups)


_PLACE = re.compile(r"(.*!)([A-Z]+)(\d+)")


def _areas(places: Sequence[str]) -> list[str]:
    """Cells straight below one another as one range, so that formulas stay short."""
    areas: list[tuple[str, str, int, int]] = []
    for place in places:
        match = _PLACE.fullmatch(place)
        assert match
        sheet, column, line = match[1], match[2], int(match[3])
        if areas and areas[-1][:2] == (sheet, column) and areas[-1][3] == line - 1:
            areas[-1] = (sheet, column, areas[-1][2], line)
        else:
            areas.append((sheet, column, line, line))
    return [
        f"{sheet}{column}{top}" if top == bottom else f"{sheet}{column}{top}:{column}{bottom}"
        for sheet, column, top, bottom in areas
    ]


def progress(first_row: int, parts: Sequence[tuple[str, str, int]]) -> list[Row]:
    """A live table of what is filled in: per part a title, a counting formula and the number asked.

    `first_row` counts from zero; the results stand for a form with nothing filled in.
    """
    rows = [header("Onderdeel", "Stand", "Ingevuld", "Van de")]
    for line, (title, formula, total) in enumerate(parts, start=first_row + 1):
        done, of = cell_name(line, 2), cell_name(line, 3)
        rows.append(
            Row(
                (
                    label(title),
                    Cell(
                        "klaar" if not total else "nog niet klaar",
                        formula=f'=IF({done}>={of},"klaar","nog niet klaar")',
                    ),
                    Cell(0, Style.NUMBER, formula=formula),
                    Cell(total, Style.NUMBER),
                )
            )
        )
    return rows


def read_me(context: Context, page: Page, values: Mapping[str, Filling], extra: Sequence[str] = ()) -> list[Row]:
    """The rows of the instruction sheet: the page text with its values, below the title of the form.

    Values that every page may use: `facts` (a table), `title`, `number`, `buyer`, `contact`, `deadline`
    and `version`. Raises `Refused` (D121) when the page asks for another.
    """
    procedure = context.procedure
    deadline = day_text(procedure.planning.tender_deadline)
    facts = [
        ("Aanbesteding", procedure.title),
        ("Kenmerk", procedure.number),
        ("Opdrachtgever", context.buyer.name),
        ("Contact", context.buyer.contact),
        ("Versie van de stukken", context.version),
    ]
    known: dict[str, Filling] = {
        "title": procedure.title,
        "number": procedure.number,
        "buyer": context.buyer.name,
        "contact": context.buyer.contact,
        "deadline": deadline,
        "version": context.version,
        "facts": (_table(("Gegeven", "Inhoud"), facts),),
    }
    rows: list[Row] = []
    for block in fill_page(page, {**known, **values}):
        rows.extend(_block_rows(block))
        if isinstance(block, Paragraph) and block.style == "title":
            rows.append(Row((Cell(context.caption, Style.SUBTITLE),)))
            rows.append(Row(()))
    return rows


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    return Table(
        tuple((Text(title),) for title in titles), tuple(tuple((Text(cell),) for cell in cells) for cells in rows)
    )


def _block_rows(block: Block) -> list[Row]:
    match block:
        case Paragraph(style="title"):
            return [Row((Cell(plain(block.inlines), Style.TITLE),))]
        case Heading():
            return [heading(plain(block.inlines), 2)]
        case Paragraph():
            room = int(sum(READ_ME_WIDTHS)) - 4
            return [Row((Cell(line),)) for line in _even_lines(plain(block.inlines), room)] + [Row(())]
        case ListBlock():
            return [
                Row((label(f"{'Stap' if block.ordered else 'Punt'} {number}"), Cell(blocks_text(item))))
                for number, item in enumerate(block.items, start=1)
            ] + [Row(())]
        case Table():
            body = [Row((label(plain(cells[0])), *(Cell(plain(cell)) for cell in cells[1:]))) for cells in block.rows]
            return [header(*(plain(cell) for cell in block.header)), *body, Row(())]
        case _:
            return []


def _even_lines(text: str, room: int) -> list[str]:
    """The text in as few lines as the room allows, about equally long: a short last line would not run on."""
    lines = textwrap.wrap(text, room)
    for narrower in range(max(1, len(text) // max(1, len(lines))), room):
        even = textwrap.wrap(text, narrower)
        if len(even) == len(lines):
            return even
    return lines
