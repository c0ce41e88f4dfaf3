"""What changed between two versions of the library, read from its files.

Files are compared as written, not as the loader understands them: so an old version that lacks a file, or
knows other keys, compares as well as any other, and a new key comes along by itself. What is known about
the files: a Markdown file has a header and sections, `clauses/*.yaml` holds things by id, and every other
data file is one thing. A file that cannot be read is compared line by line, with a warning (C301).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any, Literal

from procure_ai.documents.console import lines_of
from procure_ai.documents.dialect import read_clause, read_page, split_sections
from procure_ai.documents.diff import align, diff_blocks, is_changed, words_of
from procure_ai.documents.tree import Blocks, Paragraph, Text
from procure_ai.files.strict_yaml import parse, raw, split_header
from procure_ai.findings import Finding, Place, Refused
from procure_ai.library.compare_members import member_table
from procure_ai.library.messages import found_as

Files = Mapping[str, str]
"""The text files of a library by path: everything under `clauses/` and `scorecards/`."""

KeyPath = tuple[str, ...]
State = Literal["added", "removed", "changed"]

ORGANISATION = "organisation.yaml"
_CLAUSE_TEXT = ("Tekst", "Afwijking")
_NAMED = 4  # so many of a kind are named in the overview
_SAME_TEXT = 0.75  # from this share of common words on, a file with another name is the same thing renamed
STATES: dict[State, str] = {"changed": "gewijzigd", "added": "nieuw", "removed": "vervallen"}
KINDS = {
    "clauses": ("Bepaling", "Bepalingen"),
    "clauses/annexes": ("Bijlage", "Bijlagen"),
    "requirements": ("Minimumeis", "Minimumeisen"),
    "criteria": ("Criterium", "Criteria"),
}
_FILES = {
    "clauses/definitions.yaml": "Begrippen",
    "clauses/law.yaml": "Gegevens over de wet",
    "clauses/facts.yaml": "Feiten over de inkoop",
    "clauses/demands.yaml": "Eisen uit beleid en wet",
    "clauses/entries.yaml": "Onderdelen van de bronnen",
    "clauses/sources.yaml": "Bronnen",
    "clauses/checklist.yaml": "Checklist van de opdrachtgever",
    "clauses/landscape.yaml": "Onderwerpen van het veld",
    "clauses/outline.yaml": "Indeling",
    "clauses/base-topics.yaml": "Onderwerpen van de inkoopvoorwaarden",
    "clauses/style.yaml": "Vage woorden",
    ORGANISATION: "Organisatie",
}
_FOLDERS = {
    "clauses/regimes": "Inkoopvoorwaarden",
    "clauses/kinds": "Soort contract",
    "clauses/processing": "Verwerkersovereenkomst",
    "scorecards": "Set",
    "scorecards/ladders": "Trap",
}
_KEYS = {
    "title": "titel", "topic": "onderwerp", "order": "volgorde", "level": "niveau", "kinds": "soort contract",
    "meets": "voldoet aan", "when": "geldt als", "parameters": "parameter", "parts": "deel", "positions": "positie",
    "strict": "streng", "fallback": "terugval", "values": "waarden", "gives_up": "kost", "default": "standaard",
    "min": "minimum", "max": "maximum", "ask": "vraag", "options": "keuzes", "fill": "invuller", "choice": "bij keuze",
    "with": "samen met", "deviates": "wijkt af van", "law": "wet", "approval": "goedkeuring", "proof": "bewijs",
    "sources": "bronnen", "term": "begrip", "forms": "vormen", "text": "tekst", "value": "waarde", "from": "vanaf",
    "until": "tot", "source": "bron", "certainty": "zekerheid", "checked": "gecontroleerd", "answers": "antwoorden",
    "explain": "uitleg", "words": "woorden", "precedence": "rangorde", "articles": "artikel", "number": "nummer",
    "clauses": "bepalingen", "demands": "eisen", "evidence": "bewijsstuk", "limit": "lengte", "tree": "boom",
    "points": "punten", "url": "adres", "date": "datum", "note": "opmerking", "chapters": "hoofdstuk",
    "topics": "onderwerp", "type": "soort", "what": "wat", "who": "wie", "kind": "soort", "criteria": "criterium",
    "requirements": "minimumeisen", "version": "versie", "description": "omschrijving", "home": "plaats",
    "addressed_to": "gericht aan", "stands_for": "staat voor", "phase": "fase", "place": "plaats", "by": "door",
    "first": "eerste keer", "every": "hoe vaak", "within": "binnen", "member": "lid",
}  # fmt: skip
_HOLD_IDS = frozenset((
    "parameters", "parts", "proof", "values", "articles", "topics", "options", "answers", "chapters", "criteria",
    "requirements", "tree", "when", "choice", "words", "questions", "grounds", "annexes", "terms", "elsewhere",
))  # fmt: skip
"""Keys with ids under them, which are never translated."""


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value of a header or data file. Empty is absent."""

    path: KeyPath
    old: str
    new: str

    @property
    def name(self) -> str:
        """The key path as a reader sees it: *parameter notice, standaard*."""
        words = _names(self.path)
        return ", ".join(filter(None, (" ".join(words[:2]), *words[2:])))


@dataclass(frozen=True, slots=True)
class SectionChange:
    """One section of a Markdown file: in a few words, and as a redline."""

    title: str
    brief: str
    blocks: Blocks


@dataclass(frozen=True)
class Change:
    """One clause, annex, requirement, criterion or thing in a data file that differs.

    `group` is a folder of Markdown files or the path of a data file; `was` is the id before it was renamed.
    """

    group: str
    id: str
    title: str
    state: State
    was: str = ""
    values: tuple[ValueChange, ...] = ()
    sections: tuple[SectionChange, ...] = ()

    @property
    def target(self) -> str:
        """The id of its heading in the document."""
        return f"{self.group}-{self.id}".replace("/", "-")

    @cached_property
    def brief(self) -> str:
        """What changed, in a few words."""
        if self.state != "changed":
            return STATES[self.state]
        keys: dict[str, dict[str, None]] = {}
        for value in self.values:
            first, *rest = _names(value.path)
            keys.setdefault(first, {}).update(dict.fromkeys(rest[:1]))
        renamed = (f"heette {self.was}",) if self.was else ()
        values = (f"{first} {some(list(rest))}".strip() for first, rest in keys.items())
        return "; ".join((*renamed, *(section.brief for section in self.sections), *values))

    def as_dict(self) -> dict[str, Any]:
        """The change for `--json`."""
        return {
            "group": self.group, "id": self.id, "title": self.title, "state": self.state, "was": self.was,
            "brief": self.brief,
            "values": [{"key": "/".join(item.path), "old": item.old, "new": item.new} for item in self.values],
            "sections": [
                {"title": item.title, "brief": item.brief, "text": "\n".join(lines_of(item.blocks)).strip()}
                for item in self.sections
            ],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between two versions, in the order of the folders."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


def compare(old: Files, new: Files) -> Comparison:
    """The differences. When one of the two is an organisation's folder, it lies on top of the other."""
    written = (item for files in (old, new) for item in files.items())
    unreadable = {path: detail for path, text in written if (detail := _fault(path, text))}
    before, after = _units(old, unreadable), _units(new, unreadable)
    if ORGANISATION in new and ORGANISATION not in old:
        after = _laid_over(before, after)
    elif ORGANISATION in old and ORGANISATION not in new:
        before = _laid_over(after, before)
    changes: list[Change] = []
    for group in sorted({unit.group for unit in (*before.values(), *after.values())}, key=_rank):
        changes.extend(_group(*([unit for unit in side.values() if unit.group == group] for side in (before, after))))
    findings = tuple(found_as("C301", Place(path), detail=detail) for path, detail in sorted(unreadable.items()))
    return Comparison(tuple(changes), findings)


# --- reading -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Unit:
    """One thing of the library as written."""

    group: str
    id: str
    title: str
    values: dict[KeyPath, str]
    sections: dict[str, str] = field(default_factory=dict)


def _fault(path: str, text: str) -> str:
    """Why this file cannot be read, or nothing."""
    try:
        parse(split_header(text, path)[0] if path.endswith(".md") else text, path)
    except Refused as refused:
        return refused.findings[0].message
    return ""


def _units(files: Files, unreadable: Mapping[str, str]) -> dict[tuple[str, str], _Unit]:
    units: dict[tuple[str, str], _Unit] = {}
    for path, text in sorted(files.items()):
        for unit in _read(PurePosixPath(path), text, readable=path not in unreadable):
            # The second thing with the same id keeps its path, so that none is lost.
            key = (unit.group, unit.id)
            made = replace(unit, id=path) if key in units else unit
            units[made.group, made.id] = made
    return units


def _read(path: PurePosixPath, text: str, *, readable: bool) -> Iterator[_Unit]:
    name, title = path.as_posix(), name_of(path)
    if path.suffix == ".md":
        folder = path.parent.as_posix()
        group = "clauses" if folder.startswith("clauses") and path.parent.name != "annexes" else folder
        if not readable:
            yield _Unit(group, path.stem, path.stem, {}, {"": text})
            return
        written, body, _ = split_header(text, name)
        header = _mapping(raw(parse(written, name)))
        parts = {"Tekst": (body, 1)} if group.endswith("annexes") else split_sections(body, 1)
        sections = {key: part for key, (part, _) in parts.items()}
        values = dict(_flat({key: header[key] for key in header if key != "id"}))
        yield _Unit(group, path.stem, str(header.get("title", path.stem)), values, sections)
    elif not readable:
        yield _Unit(name, "", title, {}, {"": text})
    else:
        content = _mapping(raw(parse(text, name)))
        by_id = path.parent.as_posix() == "clauses"
        things = {key: value for key, value in content.items() if by_id and _holds_things(value)}
        for value in things.values():
            for id_, thing in value.items():
                shown = next((str(thing[key]) for key in ("title", "term") if key in thing), id_)
                yield _Unit(name, id_, shown, dict(_flat(thing)))
        if values := dict(_flat({key: content[key] for key in content if key not in (*things, "format")})):
            yield _Unit(name, "", title, values)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _holds_things(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and all(isinstance(item, dict) for item in value.values())


def _flat(value: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Every value of a tree by its key path; things with an id in a list by that id, and their order."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, (*path, str(key)))
    elif isinstance(value, tuple) and value and all(isinstance(item, dict) and "id" in item for item in value):
        yield path, _said(tuple(item["id"] for item in value))
        for item in value:
            yield from _flat({key: part for key, part in item.items() if key != "id"}, (*path, item["id"]))
    else:
        yield path, _said(value)


def _said(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_said(item)}" for key, item in value.items())
    if isinstance(value, tuple):
        simple = all(isinstance(item, str) and "," not in item for item in value)
        return (", " if simple else "; ").join(map(_said, value))
    return str(value)


def _laid_over(base: dict[tuple[str, str], _Unit], top: dict[tuple[str, str], _Unit]) -> dict[tuple[str, str], _Unit]:
    """The library with an organisation's folder on it: a clause replaces, data files add."""
    result = dict(base)
    for key, unit in top.items():
        under = base.get(key)
        result[key] = replace(under, values={**under.values, **unit.values}) if under and not unit.sections else unit
    return result


def _rank(group: str) -> tuple[int, int, str]:
    """Clauses first, then annexes, requirements and criteria, then the data files."""
    kinds = list(KINDS)
    name = group if group in kinds else PurePosixPath(group).name
    return (0, kinds.index(name), group) if name in kinds else (1, 0, group)


def name_of(path: PurePosixPath) -> str:
    name = path.as_posix()
    folder = next((text for folder, text in _FOLDERS.items() if path.is_relative_to(folder)), "")
    known = path.parent.name if path.name == "set.yaml" else path.stem
    return _FILES.get(name) or (f"{folder} {known}" if folder else name)


# --- comparing -----------------------------------------------------------------------------------


def _group(old: list[_Unit], new: list[_Unit]) -> Iterator[Change]:
    """The differences within one group; a Markdown file with another name and nearly the same text is renamed."""
    for step in align(old, new, lambda unit: unit.id or "-", _unit_words, _SAME_TEXT):
        if step.kind in ("kept", "arrived"):
            was, now = step.pair
            if change := _changed(was, now):
                yield change
        elif step.kind == "removed" and step.old:
            yield _one_sided(step.old, "removed")
        elif step.kind == "added" and step.new:
            yield _one_sided(step.new, "added")


def _unit_words(unit: _Unit) -> tuple[str, ...]:
    return words_of(" ".join(unit.sections.values())) if unit.sections else (unit.id,)


def _one_sided(unit: _Unit, state: State) -> Change:
    empty = replace(unit, values={}, sections={})
    change = _changed(empty, unit) if state == "added" else _changed(unit, empty)
    return replace(change, state=state) if change else Change(unit.group, unit.id, unit.title, state)


def _changed(old: _Unit, new: _Unit) -> Change | None:
    """What differs between two versions of one thing, if anything."""
    values = tuple(_value_changes(old.values, new.values))
    sections = tuple(
        section
        for title in dict.fromkeys((*new.sections, *old.sections))
        if (section := _section(title, old, new)) is not None
    )
    was = old.id if old.id != new.id else ""
    if not (values or sections or was):
        return None
    return Change(new.group, new.id, new.title, "changed", was, values, sections)


def _value_changes(old: dict[KeyPath, str], new: dict[KeyPath, str]) -> Iterator[ValueChange]:
    """The values that differ; a parameter, part or proof that is new or gone as a whole is one value."""
    sides = [{path[:2] for path in side if len(path) > 2} for side in (old, new)]
    seen: set[KeyPath] = set()
    for path in dict.fromkeys((*new, *old)):
        if old.get(path, "") == new.get(path, ""):
            continue
        entry = path[:2]
        if len(path) > 2 and not all(entry in side for side in sides):
            if entry not in seen:
                seen.add(entry)
                yield ValueChange(entry, told(old, entry), told(new, entry))
        else:
            yield ValueChange(path, old.get(path, ""), new.get(path, ""))


def told(values: dict[KeyPath, str], entry: KeyPath) -> str:
    """Everything below one key in a line."""
    names = ((_names(path)[len(entry) :], value) for path, value in values.items() if path[: len(entry)] == entry)
    return "; ".join(f"{' '.join(name)}: {value}".removeprefix(": ") for name, value in names if value)


def _section(title: str, old: _Unit, new: _Unit) -> SectionChange | None:
    texts = old.sections.get(title, ""), new.sections.get(title, "")
    if texts[0].split() == texts[1].split():
        return None
    shown = title or "Tekst"
    if new.group == "clauses" and title in _CLAUSE_TEXT:
        was, now = (read_clause(text, "") if text.strip() else ((), ()) for text in texts)
        if not was[1] and not now[1]:
            table, brief = member_table(was[0], now[0])
            return SectionChange(shown, f"{shown.lower()}: {brief}", (table,)) if brief else None
    elif title:
        before, after = (read_page(text, "") for text in texts)
        if not before[1] and not after[1]:
            blocks = diff_blocks(before[0], after[0])
            return SectionChange(shown, shown.lower(), _quiet(blocks)) if is_changed(blocks) else None
    first, second = (
        tuple(Paragraph((Text(line.strip()),)) for line in text.splitlines() if line.strip()) for text in texts
    )
    return SectionChange(shown, shown.lower(), _quiet(diff_blocks(first, second)))


def _quiet(blocks: Blocks) -> Blocks:
    """The blocks with each run that did not change as one word."""
    same = Paragraph((Text("ongewijzigd", italic=True),))
    return tuple(
        block
        for changed, run in groupby(blocks, key=lambda block: is_changed((block,)))
        for block in (run if changed else (same,))
    )


def _names(path: KeyPath) -> list[str]:
    """The steps of a key path as a reader knows them; an id stays as it is."""
    names: list[str] = []
    is_id = False
    for key in path:
        names.append(key if is_id else _KEYS.get(key, key))
        is_id = not is_id and key in _HOLD_IDS
    return names or [""]


def some(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" en {more} meer" if more > 0 else "")
