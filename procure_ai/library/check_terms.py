"""The words of the library: defined terms, words of one regime, typed references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from procure_ai.documents.dutch import listed
from procure_ai.documents.tree import Text
from procure_ai.findings import Finding, Place, nearest
from procure_ai.library.messages import found_as
from procure_ai.library.models import Library
from procure_ai.library.passages import Passage, passages
from procure_ai.library.terms import prose

DEFINITIONS = "clauses/definitions.yaml"

_ORDINAL = (
    "eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|elfde|twaalfde|dertiende|veertiende|laatste"
)
_TYPED = re.compile(
    rf"\b(?:(?:artikel(?:en)?|lid|leden|bijlage|onderdeel)\s+\d+(?:\.\d+)*|(?:{_ORDINAL})\s+lid)", re.IGNORECASE
)
_LAW = re.compile(
    r"AVG|verordening|richtlijn|AI Act|[Ww]etboek|\bBW\b|Awb|Woo\b|[Ww]et\b|[A-Za-z]+wet\b|[Bb]esluit|[Vv]erdrag"
)


def check_terms(library: Library) -> Iterator[Finding]:
    """Findings C220 to C227."""
    texts = tuple(passages(library))
    yield from _definitions(library)
    index = library.term_index(None)
    used: set[str] = set()
    regime_words = _regime_words(library)
    headings = [Passage((Text(item.title),), Place(item.file, key="title")) for item in library.texts().values()]
    for passage in (*headings, *texts):
        found = index.find(prose(passage.inlines))
        key = passage.place.key.split("/")
        used |= found.terms - ({key[1]} if key[0] == "definitions" else set())
        for word in found.unknown:
            near = nearest(word, index.forms)
            hint = f"Bedoelde u `{near}`? Anders: schrijf het klein" if near else "Schrijf het klein"
            yield found_as("C220", passage.place, word=word, hint=hint)
        typed = " ".join(inline.text for inline in passage.inlines if isinstance(inline, Text))
        if match := regime_words.search(typed):
            yield found_as("C224", passage.place, word=match[0])
    for name, definition in library.definitions.items():
        if name not in used:
            yield found_as("C221", Place(DEFINITIONS, key=f"definitions/{name}"), term=definition.term)
    for passage in texts:
        yield from _typed_references(passage)


def _definitions(library: Library) -> Iterator[Finding]:
    claimed: dict[str, str] = {}
    for name, definition in library.definitions.items():
        for form in (definition.term, *definition.forms):
            other = claimed.setdefault(form, name)
            if other != name:
                yield found_as(
                    "C222",
                    Place(DEFINITIONS, key=f"definitions/{name}"),
                    form=form,
                    term=library.definitions[other].term,
                )
    index = library.term_index(None)
    uses = {name: sorted(index.find(prose(item.inlines)).terms) for name, item in library.definitions.items()}
    reported: set[frozenset[str]] = set()
    for name in library.definitions:
        circle = way_back(name, uses)
        if circle and frozenset(circle) not in reported:
            reported.add(frozenset(circle))
            terms = listed([f"`{library.definitions[item].term}`" for item in circle])
            yield found_as("C223", Place(DEFINITIONS, key=f"definitions/{name}"), terms=terms)


def way_back(start: str, steps: Mapping[str, Sequence[str]], *, once: bool = False) -> tuple[str, ...]:
    """The shortest way from something back to itself, or nothing; `once`: told only at the first of the circle."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        for step in steps.get(way[-1], ()):
            if step == start and (min(way) == start or not once):
                return way
            if step not in seen:
                seen.add(step)
                ways.append((*way, step))
    return ()


def _regime_words(library: Library) -> re.Pattern[str]:
    words = {
        word for regime in library.regimes.values() for word in (*regime.words.values(), regime.short, *regime.terms)
    }
    capitals = sorted((word for word in words if word[:1].isupper()), key=lambda word: (-len(word), word))
    return re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, capitals)) + r")(?![\w-])" if capitals else r"(?!)")


def _typed_references(passage: Passage) -> Iterator[Finding]:
    text = prose(passage.inlines)
    for match in _TYPED.finditer(text):
        sentence_end = re.search(r"[.;](?:\s|$)", text[match.end() :])
        after = text[match.end() :][: sentence_end.start() if sentence_end else None][:80]
        before = text[max(0, match.start() - 40) : match.start()]
        if not _LAW.search(after) and not (_LAW.search(before) and match[0].lower().endswith("lid")):
            yield found_as("C225", passage.place, word=match[0])
