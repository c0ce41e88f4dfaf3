"""The looks of the closed list of styles: sober, readable, one dark-blue accent as in our Word documents.

Colours hold to a contrast of at least 4,5 to 1, and no meaning rests on colour alone: the text in the
cell says the same.

Excel does not make rows grow around text that a program wrote, so lines are estimated from the width of
the column. Too high is better than text that cannot be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from procure_ai.documents.tables import Cell, Style

FONT = "Calibri"
ACCENT = "#1F3864"
GREY = "#595959"
LINE = "#BFBFBF"
TOTAL = "#E3E9F4"
PAPER = "#FFF9DB"  # an input: light yellow with a clear border
INPUT_LINE = "#A68A2A"
CHART_COLOURS = (ACCENT, "#2E75B6", "#6B6B6B", "#7F6000", "#48702C", "#8A4A0F")  # white text reads on each

EURO = "[$€-413] #,##0.00;[$€-413] -#,##0.00"
UNIT = "[$€-413] #,##0.00##;[$€-413] -#,##0.00##"  # unit prices may have four decimals
DATE = "dd-mm-yyyy"

_WRAP = {"text_wrap": True, "align": "left", "valign": "top", "indent": 1}
ALONE = "alone"  # text alone in its row, running on over the empty cells beside it
IN_TABLE = "in-table"  # a note beside other cells: it then takes part in the grid
_ONLY_IN_TABLE = frozenset({"text_wrap", "border", "border_color", "align", "indent"})
_GRID = {"border": 1, "border_color": LINE}
_FIGURE = {**_GRID, "align": "right", "valign": "top", "indent": 1}
_SUM = {**_FIGURE, "bold": True, "bg_color": TOTAL, "font_color": ACCENT}
_INPUT = {**_WRAP, "bg_color": PAPER, "border": 1, "border_color": INPUT_LINE, "locked": False}
_NUMERIC_INPUT = {**_INPUT, "align": "right", "text_wrap": False}
_HEADER = {**_WRAP, "bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "valign": "vcenter"}
_HEADER |= {"border": 1, "border_color": ACCENT}

LOOKS: dict[Style, dict[str, Any]] = {
    Style.TITLE: {"bold": True, "font_size": 16, "font_color": ACCENT, "valign": "vcenter"},
    Style.SUBTITLE: {"font_size": 11, "font_color": GREY, "valign": "vcenter"},
    Style.HEADING: {"bold": True, "font_size": 12, "font_color": ACCENT, "bottom": 1, "bottom_color": ACCENT},
    Style.HEADER: _HEADER,
    Style.LABEL: {**_WRAP, **_GRID, "bold": True},
    Style.TEXT: {**_WRAP, **_GRID},
    Style.NOTE: {**_WRAP, "font_size": 9, "font_color": GREY},
    Style.ID: {**_WRAP, **_GRID, "font_name": "Consolas", "font_size": 9, "font_color": GREY},
    Style.WARNING: {**_WRAP, **_GRID, "bold": True, "font_color": "#6B4E00", "bg_color": "#FFE8A3"},
    Style.GOOD: {**_WRAP, **_GRID, "font_color": "#22521F", "bg_color": "#E2F0D9"},
    Style.BAD: {**_WRAP, **_GRID, "bold": True, "font_color": "#8A1010", "bg_color": "#FBE3E1"},
    Style.NUMBER: _FIGURE,
    Style.POINTS: {**_FIGURE, "num_format": "#,##0.00"},
    Style.POINTS_TOTAL: {**_SUM, "num_format": "#,##0.00"},
    Style.MONEY: {**_FIGURE, "num_format": UNIT},
    Style.MONEY_TOTAL: {**_SUM, "num_format": EURO},
    Style.PERCENT: {**_FIGURE, "num_format": "0%"},
    Style.RANK: {**_SUM, "align": "center", "indent": 0, "num_format": "0"},
    # Text format: what is typed stays as typed, also `=…`, `1.10` and `1-2`.
    Style.INPUT: {**_INPUT, "num_format": "@"},
    Style.INPUT_LONG: {**_INPUT, "num_format": "@"},
    Style.INPUT_NUMBER: _NUMERIC_INPUT,
    Style.INPUT_MONEY: {**_NUMERIC_INPUT, "num_format": UNIT},
    Style.INPUT_CHOICE: {**_INPUT, "num_format": "@"},
    Style.INPUT_DATE: {**_NUMERIC_INPUT, "num_format": DATE},
}

# Height of one line in points, for styles that differ from ordinary text; and of the least row.
_LINE_HEIGHT = 13.2
_LINE_HEIGHTS = {Style.TITLE: 24.0, Style.SUBTITLE: 16.0, Style.HEADING: 18.0, Style.NOTE: 12.0, Style.ID: 12.0}
_LEAST_HEIGHT = {Style.TITLE: 30.0, Style.HEADING: 24.0, Style.HEADER: 22.0, Style.INPUT_LONG: 58.0}
_WRAPPED = frozenset(style for style, look in LOOKS.items() if look.get("text_wrap"))
_WIDE = frozenset({Style.LABEL, Style.HEADER, Style.WARNING, Style.BAD})  # bold text takes more room
HIGHEST = 409.0  # Excel's own limit
_USUAL_WIDTH = 8.43
_PADDING = 4.0


def properties(style: Style, variant: str = "") -> dict[str, Any]:
    """What XlsxWriter needs for a style. A variant is ALONE, IN_TABLE or a number format."""
    look = {"font_name": FONT, "font_size": 10, "font_scheme": "none", **LOOKS[style]}
    if variant == ALONE:
        return {key: value for key, value in look.items() if key not in _ONLY_IN_TABLE}
    if variant == IN_TABLE:
        return look | _GRID
    return look | ({"num_format": variant} if variant else {})


def percent_format(cell: Cell) -> str:
    """A share such as 0.125 must not be shown as 13%: it gets the decimals it needs."""
    if cell.style is Style.PERCENT and isinstance(cell.value, Decimal) and cell.value.is_finite():
        decimals = max(0, -int(cell.value.normalize().as_tuple().exponent) - 2)
        return f"0.{'0' * min(decimals, 4)}%" if decimals else ""
    return ""


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
    return max(_LEAST_HEIGHT.get(style, 0.0), _LINE_HEIGHTS.get(style, _LINE_HEIGHT) + _PADDING)


def characters(style: Style, widths: Sequence[float], column: int) -> float:
    """How many characters fit on one line of a column; endless where text is not wrapped."""
    if style not in _WRAPPED:
        return float("inf")
    width = widths[column] if column < len(widths) else _USUAL_WIDTH
    # Widths count digits of 11 points; body text is 10 points and mostly narrower than digits. Two for the indent.
    return max(1.0, (width - 2.0) * (1.1 if style in _WIDE else 1.25))


def wrapped(text: str, style: Style, room: float) -> float:
    """The height in points of wrapped text with `room` characters on a line."""
    room = max(room - 2.5, room * 0.75, 1.0)  # a line loses about half a word at its end
    lines = sum(int(-(-len(part) // room)) or 1 for part in text.split("\n"))
    return max(one_line(style), lines * _LINE_HEIGHTS.get(style, _LINE_HEIGHT) + _PADDING)


def print_scale(widths: Sequence[float], *, landscape: bool) -> int:
    """The scale in percent at which these columns fit the width of an A4 page with our margins of half an inch."""
    room = (297 if landscape else 210) / 25.4 - 1.0
    needed = sum(int(width * 7 + 5) for width in widths) / 96  # Excel: seven pixels a character and five beside it
    return max(10, min(100, int(94 * room / needed)))  # six percent less: programs differ in how wide they draw
