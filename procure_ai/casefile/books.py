"""Workbooks out and in: written, and read back against what was sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from procure_ai.documents.tables import Workbook
from procure_ai.findings import Finding, Refused, raise_errors
from procure_ai.forms.context import CellInput
from procure_ai.forms.reading import located

Findings = tuple[Finding, ...]
T = TypeVar("T")
K = TypeVar("K")


def write_book(workbook: Workbook) -> bytes:
    """The bytes of a workbook."""
    from procure_ai import excel

    return excel.write(workbook)


_WHOSE = ("form", "procedure", "version", "subject")


def read_book(sent: Workbook, content: bytes, name: str) -> tuple[Mapping[str, CellInput], tuple[Finding, ...]]:
    """The filled-in values of a returned workbook. Raises `Refused` when it is not the one that was sent."""
    from procure_ai import excel

    returned = excel.read(content, name)
    differences = excel.compare(sent, returned, content)
    # Another form, version or person: what else differs says nothing.
    other = [item for item in differences if item.code == "A101" or (item.code == "A102" and item.place.key in _WHOSE)]
    changed = raise_errors(other or differences)
    values, wrong = excel.inputs(sent, returned)
    return values, (*changed, *raise_errors(wrong))


def together(contents: Mapping[K, bytes], read: Callable[[K, bytes], T]) -> dict[K, T]:
    """What each returned workbook says. Raises `Refused` with the faults of all of them together."""
    made: dict[K, T] = {}
    errors: list[Finding] = []
    for key, content in contents.items():
        try:
            made[key] = read(key, content)
        except Refused as refused:
            errors.extend(refused.findings)
    if errors:
        raise Refused(errors)
    return made


def read_form(
    sent: Workbook, content: bytes, name: str, read: Callable[[Mapping[str, CellInput]], tuple[T, Findings]]
) -> tuple[T, Findings]:
    """What a returned workbook says, with the warnings. Raises `Refused` on errors, each with its cell."""
    values, first = read_book(sent, content, name)
    made, more = read(values)
    return made, (*first, *raise_errors(located(more, sent)))
