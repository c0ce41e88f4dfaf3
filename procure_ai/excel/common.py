"""What writing, reading and comparing must do alike: names of hidden sheets, text and numbers."""

from __future__ import annotations

import re
from decimal import Decimal

from procure_ai.documents.tables import CellValue

IDENTITY_SHEET = "_procure_ai"
LISTS_SHEET = "_procure_ai_keuzes"
MOST_CHARACTERS = 32_767  # in UTF-16 units; Excel cuts longer text without a word

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Text as a workbook can hold it: lines end in a line feed, control characters are gone."""
    if text.isprintable():
        return text
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def text_length(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def number(value: float | int | Decimal) -> Decimal:
    """A number as a workbook keeps it: 15 significant digits, written out without an exponent."""
    text = format(Decimal(value) if isinstance(value, int) else value, ".15g")
    return Decimal(format(Decimal(text), "f") if "e" in text.lower() else text)


def number_text(value: Decimal) -> str:
    """A number as people read it in a message: decimal comma, no needless zeros."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def plain(value: CellValue) -> str | Decimal | bool:
    """A value for comparing: as a workbook keeps it, without spaces at the end; no value is an empty text."""
    if isinstance(value, bool):
        return value
    return number(value) if isinstance(value, int | Decimal) else clean_text(value or "").rstrip()


def same_value(sent: CellValue, found: CellValue) -> bool:
    """Whether a cell still holds what was sent."""
    one, other = plain(sent), plain(found)
    return one == other and isinstance(one, bool) is isinstance(other, bool)


def short(value: object, most: int = 60) -> str:
    """A value for in a message: one line, not too long, and nothing that steers a screen."""
    text = number_text(value) if isinstance(value, Decimal) else " ".join(str(value).split())
    text = text if text.isprintable() else "".join(char if char.isprintable() else "\ufffd" for char in text)
    return text if len(text) <= most else text[: most - 1] + "…"
