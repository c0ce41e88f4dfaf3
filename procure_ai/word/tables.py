"""Tables in the house look: a repeating header row, rows that stay whole, alternative text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from procure_ai.documents.tree import Field, Inlines, Table, as_cell, plain
from procure_ai.word.xml import attribute, paragraph

_SHORTEST, _LONGEST = 8, 48  # bounds on the characters that a column asks room for
_CHARACTER, _SMALL_CHARACTER, _PADDING = 105, 95, 230  # twips: a character of table text, and a cell without text
_LONGEST_WORD = 24
_OPEN = 30  # the characters for which a cell with an open field asks room
_SHORT = 6  # the rows of a table that is not split over pages
_FIRST = 2  # the rows of a longer table that keep with the next
_KEEP = "<w:keepNext/>"
_MANY = 6  # columns from which the text is one size smaller


def write_table(
    table: Table, styles: Mapping[str, str], width: int, write: Callable[[Inlines], str], indent: int
) -> str:
    """The XML of a table as wide as the text; `write` makes the runs of a cell."""
    columns = _columns(table, width - indent)
    size = "-small" if len(columns) >= _MANY else ""

    def row(cells: tuple[Inlines, ...], style: str, repeat: str = "", keep: str = "") -> str:
        # A short row is filled up: Word refuses a table whose rows do not fit the grid.
        filled = (*cells, *((),) * (len(columns) - len(cells)))
        look = styles[style + size]
        inner = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{column}" w:type="dxa"/></w:tcPr>{paragraph(look, write(cell), keep)}</w:tc>'
            for column, cell in zip(columns, filled, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{inner}</w:tr>"

    rows = [row(table.header, "cell-head", "<w:tblHeader/>", _KEEP)] if table.header else []
    # A short table stays on one page; of a longer one no single row is left alone below its header.
    kept = len(table.rows) - 1 if len(table.rows) <= _SHORT else _FIRST
    rows += [row(cells, "cell", keep=_KEEP if n < kept else "") for n, cells in enumerate(table.rows)]
    first = 1 if table.header else 0
    names = ", ".join(name for cell in table.header if (name := plain(cell).strip()))
    description = table.description or f"Tabel met de kolommen {names}."
    place = f'<w:tblInd w:w="{indent}" w:type="dxa"/>' if indent else ""
    grid = "".join(f'<w:gridCol w:w="{column}"/>' for column in columns)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{styles["table"]}"/>'
        f'<w:tblW w:w="{sum(columns)}" w:type="dxa"/>{place}<w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{"0620" if first else "0600"}" w:firstRow="{first}" w:lastRow="0" w:firstColumn="0"'
        f' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblDescription w:val="{attribute(description)}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _columns(table: Table, width: int) -> list[int]:
    """Column widths in twips that add up to the text width, by given shares or by what the cells hold.

    Each column first gets room for its longest word, so that no word is broken; the rest goes by the
    length of the texts.
    """
    count = max(len(table.header), *(len(row) for row in table.rows), 1)
    character = _SMALL_CHARACTER if count >= _MANY else _CHARACTER
    shares = [max(share, 0) for share in table.widths]
    least = [0] * count
    if len(shares) != count or not sum(shares):
        shares = [_SHORTEST] * count
        for row in (table.header, *table.rows):
            for index, cell in enumerate(row):
                text = plain(as_cell(cell))
                longest = max(map(len, text.split()), default=0)
                least[index] = max(least[index], _PADDING + character * min(longest, _LONGEST_WORD))
                is_open = any(isinstance(item, Field) and not item.value for item in cell)
                shares[index] = max(shares[index], min(len(text), _LONGEST), _OPEN if is_open else 0)
        least = [room * width // max(sum(least), width) for room in least]
    rest, total = width - sum(least), sum(shares)
    columns = [max(room + rest * share // total, 1) for room, share in zip(least, shares, strict=True)]
    columns[-1] += width - sum(columns)
    return columns
