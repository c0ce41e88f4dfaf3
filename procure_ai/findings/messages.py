"""Findings from a table: by code the sentence and the remedy, with holes for what differs.

A word after a slash in a key marks another wording of the same finding (`F042/open`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from procure_ai.findings import Finding, Place, Refused, Severity, nearest

_NOWHERE = Place()


class Messages:
    """The findings of one room. Those with a code or a key in `warnings` are warnings."""

    def __init__(self, texts: Mapping[str, tuple[str, str]], warnings: Iterable[str] = ()) -> None:
        self.texts, self.warnings = texts, frozenset(warnings)

    def finding(self, key: str, place: Place = _NOWHERE, /, **words: object) -> Finding:
        """The finding with this key; `words` fill the holes."""
        message, remedy = (text.format(**words) for text in self.texts[key])
        code = key.partition("/")[0]
        severity = Severity.WARNING if {code, key} & self.warnings else Severity.ERROR
        return Finding(place, code, message, remedy, severity)

    def refusal(self, key: str, place: Place = _NOWHERE, /, **words: object) -> Refused:
        """A refusal with this one finding, to be raised by the caller."""
        return Refused([self.finding(key, place, **words)])


def meant(word: str, known: Iterable[str], otherwise: str) -> str:
    """The known word that was probably meant, as a question; else what to do."""
    near = nearest(word, known)
    return f"Bedoelde u `{near}`?" if near else otherwise
