"""How high a row must be, and which text may run on over the empty cells beside it.

Excel does not make rows grow around text that a program wrote, so lines are estimated from the width of
the column. Too high is better than text that cannot be seen.
"""

from __future__ import annotations

from collections.abc import Sequence

from procure_ai.documents.tables import Cell, Style
from procure_ai.excel.styles import LEAST_HEIGHT, LINE_HEIGHT, LINE_HEIGHTS, WIDE, WRAPPED

HIGHEST = 409.0  # Excel's own limit
_USUAL_WIDTH = 8.43
_PADDING = 4.0


def runs_on(cell: Cell, widths: Sequence[float], column: int) -> bool:
    """Whether text that is alone in its row does not fit its own column but does fit the sheet.

    It then stands on one line over the empty cells; merged cells we do not use.
    """
    if cell.style not in (Style.NOTE, Style.TEXT) or not isinstance(cell.value, str):
        return False
    own, whole = sum(widths[column : column + 1]), sum(widths[column:])
    return own < len(cell.value) < whole and "\n" not in cell.value


def one_line(style: Style) -> float:
    """The height in points of a row with one line of text."""
    return max(LEAST_HEIGHT.get(style, 0.0), LINE_HEIGHTS.get(style, LINE_HEIGHT) + _PADDING)


def characters(style: Style, widths: Sequence[float], column: int) -> float:
    """How many characters fit on one line of a column; endless where text is not wrapped."""
    if style not in WRAPPED:
        return float("inf")
    width = widths[column] if column < len(widths) else _USUAL_WIDTH
    # Widths count digits of 11 points; body text is 10 points and mostly narrower than digits. Two for the indent.
    return max(1.0, (width - 2.0) * (1.1 if style in WIDE else 1.25))


def wrapped(text: str, style: Style, room: float) -> float:
    """The height in points of wrapped text with `room` characters on a line."""
    room = max(room - 2.5, room * 0.75, 1.0)  # a line loses about half a word at its end
    lines = sum(int(-(-len(part) // room)) or 1 for part in text.split("\n"))
    return max(one_line(style), lines * LINE_HEIGHTS.get(style, LINE_HEIGHT) + _PADDING)
