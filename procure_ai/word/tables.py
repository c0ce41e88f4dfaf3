"""Tables in the house look: a repeating header row, rows that stay whole, alternative text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from procure_ai.documents.tree import Inlines, Table, plain
from procure_ai.word.xml import attribute, paragraph

_SHORTEST, _LONGEST = 8, 48  # bounds on the characters that a column asks room for


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
    """Column widths in twips that add up to the text width, by given shares or by the longest text."""
    shares = [max(share, 0) for share in table.widths]
    if len(shares) != count or not sum(shares):
        shares = [_SHORTEST] * count
        for row in (table.header, *table.rows):
            for index, cell in enumerate(row):
                shares[index] = max(shares[index], min(len(plain(cell)), _LONGEST))
    total = sum(shares)
    columns = [max(width * share // total, 1) for share in shares]
    columns[-1] += width - sum(columns)
    return columns
