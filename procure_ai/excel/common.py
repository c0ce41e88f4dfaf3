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


def is_blank(value: CellValue) -> bool:
    """Whether nothing of this value is stored: no value, or a text without a printable character."""
    return value is None or (isinstance(value, str) and not clean_text(value).rstrip())


def text_length(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def number(value: float | int | Decimal) -> Decimal:
    """A number as a workbook keeps it: 15 significant digits, written out without an exponent."""
    if isinstance(value, int):
        value = Decimal(value)
    text = format(value, ".15g")
    if "e" in text or "E" in text:
        text = format(Decimal(text), "f")
    return Decimal(text)


def number_text(value: Decimal) -> str:
    """A number as people read it in a message: decimal comma, no needless zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def same_value(sent: CellValue, found: str | Decimal | bool | None) -> bool:
    """Whether a cell still holds what was sent; spaces at the end of a text do not count."""
    if sent is None:
        sent = ""
    if found is None:
        found = ""
    if isinstance(sent, str):
        if sent == found:
            return True
        return isinstance(found, str) and clean_text(sent).rstrip() == clean_text(found).rstrip()
    if isinstance(sent, bool) or isinstance(found, bool):
        return sent is found
    return isinstance(found, Decimal) and number(sent) == number(found)


def short(value: object, most: int = 60) -> str:
    """A value for in a message: one line, not too long."""
    text = number_text(value) if isinstance(value, Decimal) else " ".join(str(value).split())
    return text if len(text) <= most else text[: most - 1] + "…"
