"""Tables in the house look: a repeating header row, rows that stay whole, alternative text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from procure_ai.documents.tree import Inlines, Table, plain
from procure_ai.word.xml import attribute, paragraph

_SHORTEST, _LONGEST = 8, 48  # bounds on the characters that a column asks room for
_CHARACTER, _PADDING, _LONGEST_WORD = 105, 230, 20  # twips at the size of table text


def write_table(
    table: Table, styles: Mapping[str, str], width: int, write: Callable[[Inlines], str], indent: int = 0
) -> str:
    """The XML of a table as wide as the text; `write` makes the runs of a cell."""
    count = max(len(table.header), *(len(row) for row in table.rows), 1)
    columns = _columns(table, count, width - indent)
    grid = "".join(f'<w:gridCol w:w="{column}"/>' for column in columns)
    place = f'<w:tblInd w:w="{indent}" w:type="dxa"/>' if indent else ""
    rows = [_row(table.header, columns, styles["cell-head"], write, header=True)] if table.header else []
    rows.extend(_row(row, columns, styles["cell"], write) for row in table.rows)
    first = 1 if table.header else 0
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{styles["table"]}"/>'
        f'<w:tblW w:w="{sum(columns)}" w:type="dxa"/>{place}<w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{"0620" if first else "0600"}" w:firstRow="{first}" w:lastRow="0" w:firstColumn="0"'
        f' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblDescription w:val="{attribute(describe(table))}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def describe(table: Table) -> str:
    """The alternative text of a table: its own, or else its columns."""
    if table.description:
        return table.description
    names = [plain(cell).strip() for cell in table.header]
    return "Tabel met de kolommen " + ", ".join(name for name in names if name) + "."


def _row(
    cells: Sequence[Inlines],
    columns: Sequence[int],
    style: str,
    write: Callable[[Inlines], str],
    *,
    header: bool = False,
) -> str:
    repeat = "<w:tblHeader/>" if header else ""
    # A short row is filled up: Word refuses a table whose rows do not fit the grid.
    filled = [*cells, *((),) * (len(columns) - len(cells))]
    inner = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{column}" w:type="dxa"/></w:tcPr>{paragraph(style, write(cell))}</w:tc>'
        for column, cell in zip(columns, filled, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{inner}</w:tr>"


def _columns(table: Table, count: int, width: int) -> list[int]:
    """Column widths in twips that add up to the text width, by given shares or by what the cells hold.

    Each column first gets room for its longest word, so that no word is broken; the rest goes by the
    length of the texts.
    """
    shares = [max(share, 0) for share in table.widths]
    least = [0] * count
    if len(shares) != count or not sum(shares):
        shares = [_SHORTEST] * count
        for row in (table.header, *table.rows):
            for index, cell in enumerate(row):
                text = plain(cell)
                longest = max(map(len, text.split()), default=0)
                least[index] = max(least[index], _PADDING + _CHARACTER * min(longest, _LONGEST_WORD))
                shares[index] = max(shares[index], min(len(text), _LONGEST))
        least = [room * width // max(sum(least), width) for room in least]
    rest, total = width - sum(least), sum(shares)
    columns = [max(room + rest * share // total, 1) for room, share in zip(least, shares, strict=True)]
    columns[-1] += width - sum(columns)
    return columns
