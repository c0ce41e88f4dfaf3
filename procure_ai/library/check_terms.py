"""The words of the library: defined terms, words of one regime, typed references."""

from __future__ import annotations

import re
from collections.abc import Iterator

from procure_ai.documents.dutch import listed
from procure_ai.documents.tree import Inlines, Text
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
    titles = [(item.title, item.file) for item in library.clauses.values()]
    titles += [(item.title, item.file) for item in library.annexes.values()]
    headings = [Passage((Text(title),), Place(file, key="title")) for title, file in titles]
    for passage in (*headings, *texts):
        found = index.find(prose(passage.inlines))
        key = passage.place.key.split("/")
        used |= found.terms - ({key[1]} if key[0] == "definitions" else set())
        for word in found.unknown:
            near = nearest(word, index.forms)
            hint = f"Bedoelde u `{near}`? Anders: schrijf het klein" if near else "Schrijf het klein"
            yield found_as("C220", passage.place, word=word, hint=hint)
        if match := regime_words.search(_typed_text(passage.inlines)):
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
    uses = {name: index.find(prose(item.inlines)).terms for name, item in library.definitions.items()}
    reported: set[frozenset[str]] = set()
    for name in library.definitions:
        circle = _circle(name, uses)
        if circle and frozenset(circle) not in reported:
            reported.add(frozenset(circle))
            terms = listed([f"`{library.definitions[item].term}`" for item in circle])
            yield found_as("C223", Place(DEFINITIONS, key=f"definitions/{name}"), terms=terms)


def _circle(start: str, uses: dict[str, frozenset[str]]) -> tuple[str, ...]:
    """The shortest way from a definition back to itself through other definitions, or nothing."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for way in ways:
        for step in sorted(uses.get(way[-1], ())):
            if step == start:
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


def _typed_text(inlines: Inlines) -> str:
    return " ".join(inline.text for inline in inlines if isinstance(inline, Text))


def _typed_references(passage: Passage) -> Iterator[Finding]:
    text = prose(passage.inlines)
    for match in _TYPED.finditer(text):
        sentence_end = re.search(r"[.;](?:\s|$)", text[match.end() :])
        after = text[match.end() :][: sentence_end.start() if sentence_end else None][:80]
        before = text[max(0, match.start() - 40) : match.start()]
        if not _LAW.search(after) and not (_LAW.search(before) and match[0].lower().endswith("lid")):
            yield found_as("C225", passage.place, word=match[0])
