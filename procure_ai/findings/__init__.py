"""What is wrong, where, and what to do next.

Every room reports through these three types. They are plain dataclasses, so that starting the
program stays light. A message is one Dutch sentence; a remedy says what the user does next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Severity(StrEnum):
    """How serious a finding is: an error refuses the step, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a finding is: a file with a line, or a sheet with a cell.

    `key` is the key path in a data file (`contract/values/retention.live`); pure code names places
    by key and the line is looked up when the finding is printed.
    """

    file: str = ""
    line: int = 0
    sheet: str = ""
    cell: str = ""
    key: str = ""

    def __str__(self) -> str:
        parts = [f"{self.file}:{self.line}" if self.line else self.file]
        if self.sheet:
            parts.append(f"blad {self.sheet}")
        if self.cell:
            parts.append(f"cel {self.cell}")
        if self.key and not self.line and not self.cell:
            parts.append(self.key)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault or remark: a code that `check --explain` knows, a place, a sentence and a remedy."""

    place: Place
    code: str
    message: str
    remedy: str = ""
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def in_file(self, file: str) -> Finding:
        """The same finding with its file filled in where it has none."""
        return self if self.place.file else replace(self, place=replace(self.place, file=file))

    def as_dict(self) -> dict[str, str | int]:
        """The finding for `--json`: only what is known of the place."""
        place: dict[str, str | int] = {
            "file": self.place.file,
            "line": self.place.line,
            "sheet": self.place.sheet,
            "cell": self.place.cell,
            "key": self.place.key,
        }
        return {
            "code": self.code,
            "severity": self.severity.value,
            **{name: value for name, value in place.items() if value},
            "message": self.message,
            "remedy": self.remedy,
        }


class Refused(Exception):
    """A step that cannot go on, with every finding that says why."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("; ".join(f"{item.code} {item.message}" for item in self.findings))


def refuse(code: str, message: str, remedy: str = "", *, place: Place | None = None) -> Refused:
    """A refusal with one finding, to be raised by the caller."""
    return Refused([Finding(place or Place(), code, message, remedy)])


def raise_errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Raise `Refused` with all findings when one of them is an error; else give the warnings back."""
    found = tuple(sorted(findings))
    if any(item.is_error for item in found):
        raise Refused(found)
    return found


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, or an empty string when none is near."""
    from difflib import get_close_matches

    matches = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else ""
