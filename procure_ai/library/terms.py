"""Defined terms: recognised in prose by their capital.

A capitalised word inside a sentence is a defined term (or one of its other forms), a term of the
regime, or a proper name; anything else is undefined. At the start of a sentence a capital says
nothing, so there only known terms are recognised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from procure_ai.documents.tree import Inlines, Reference, Text, Value

_WORD = re.compile(r"[^\W\d_][\w'’.-]*[\w]|[^\W\d_]")
_SENTENCE_END = re.compile(r"(?:^|[.!?;:]\s+|^[“\"(]|\n)[“\"(]*$")


@dataclass(frozen=True, slots=True)
class Found:
    """What a text uses: ids of defined terms, and capitalised words that nobody knows."""

    terms: frozenset[str]
    unknown: tuple[str, ...]


class TermIndex:
    """Recognises terms. `forms` maps each written form to a definition id, `known` needs no definition."""

    def __init__(self, forms: Mapping[str, str], known: Iterable[str]) -> None:
        self.forms = dict(forms)
        self.find = lru_cache(maxsize=8192)(self._find)  # the same definitions are looked through for every text
        every = sorted({*self.forms, *known}, key=lambda form: (-len(form), form))
        self._pattern = (
            re.compile(r"(?<![\w-])(?:" + "|".join(re.escape(form) for form in every) + r")(?![\w]|-\w)")
            if every
            else re.compile(r"(?!)")
        )

    def _find(self, text: str) -> Found:
        """The terms and the unknown capitalised words of a text."""
        terms: set[str] = set()

        def take(match: re.Match[str]) -> str:
            if match[0] in self.forms:
                terms.add(self.forms[match[0]])
            return match[0].lower()

        rest = self._pattern.sub(take, text)
        unknown = [
            match[0]
            for match in _WORD.finditer(rest)
            if match[0][0].isupper() and not _SENTENCE_END.search(rest[: match.start()])
        ]
        return Found(frozenset(terms), tuple(dict.fromkeys(unknown)))


@lru_cache(maxsize=16)
def index_of(forms: tuple[tuple[str, str], ...], known: tuple[str, ...]) -> TermIndex:
    """The index of these terms, made once."""
    return TermIndex(dict(forms), known)


def prose(inlines: Inlines) -> str:
    """The words of inlines with holes and references made neutral, for recognising terms."""
    parts: list[str] = []
    for inline in inlines:
        match inline:
            case Text(text=text):
                parts.append(text)
            case Value() | Reference():
                parts.append("x" if parts else "X")
            case _:
                pass
    return "".join(parts)
