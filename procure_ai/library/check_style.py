"""What may be better, apart from what is wrong: vague words, and members that send the reader in a circle."""

from __future__ import annotations

import re
from collections.abc import Iterator

from procure_ai.documents.dutch import listed
from procure_ai.documents.tree import Reference, Text, Value
from procure_ai.findings import Finding, Place
from procure_ai.library.check_terms import way_back
from procure_ai.library.messages import found_as
from procure_ai.library.models import Library
from procure_ai.library.passages import Passage, clause_passages, passages
from procure_ai.library.written import VagueWords

_UNITS = {
    "hours": ("hours", "minutes"),
    "period": ("hours", "minutes", "days", "working-days", "months", "years", "date"),
    "measure": (),
}


def check_style(library: Library) -> tuple[Finding, ...]:
    """The style list, none of it an error: vague words (C226) by `clauses/style.yaml`, circles of members (C227)."""
    patterns = [
        (group, re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, group.words))})(?!\w)", re.IGNORECASE))
        for group in library.vague
    ]
    vague = (finding for passage in passages(library) for finding in _vague(library, passage, patterns))
    return tuple(sorted({*vague, *_circles(library)}))


def _vague(library: Library, passage: Passage, patterns: list[tuple[VagueWords, re.Pattern[str]]]) -> Iterator[Finding]:
    """Vague words; one that asks for a period is fine in a sentence with such a period."""
    for sentence in re.split(r"(?<=[.;:])\s+", _with_periods(library, passage)):
        for group, pattern in patterns:
            if not any(f"<{unit}>" in sentence for unit in _UNITS[group.needs]):
                for match in pattern.finditer(sentence):
                    yield found_as("C226", passage.place, word=match[0], advice=group.advice)


def _with_periods(library: Library, passage: Passage) -> str:
    """The text with each value of time shown by its unit, such as `<hours>`."""
    parts: list[str] = []
    for inline in passage.inlines:
        match inline:
            case Text(text=text):
                parts.append(re.sub(r"\b(\d+|een|twee|drie) (uur|minuten)\b", "<hours>", text))
            case Value(name=name):
                clause = passage.owner
                owner, _, own = name.rpartition(".")
                if owner:
                    clause = library.clauses.get(owner)
                parameter = clause.header.parameters.get(own) if clause else None
                parts.append(f"<{parameter.type}>" if parameter else "x")
            case Reference():
                parts.append("x")
            case _:
                pass
    return "".join(parts)


def _circles(library: Library) -> Iterator[Finding]:
    """Members that refer to each other, directly or through others."""
    targets: dict[str, list[str]] = {}
    places: dict[str, Place] = {}
    for clause in library.in_order():
        label = ""
        for passage in clause_passages(library, clause):
            if passage.depth == 1:
                label = passage.label
            if not label:
                continue
            name = f"{clause.id}#{label}"
            places.setdefault(name, passage.place)
            for inline in passage.inlines:
                if isinstance(inline, Reference) and "#" in inline.target:
                    target = inline.target if inline.target[0] != "#" else clause.id + inline.target
                    if target != name:
                        targets.setdefault(name, []).append(target)
    for name in targets:
        if circle := way_back(name, targets, once=True):
            yield found_as("C227", places[name], members=listed([f"`{member}`" for member in circle]))
