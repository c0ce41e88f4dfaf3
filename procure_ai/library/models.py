"""The clause library in memory: clauses, annexes, definitions, regimes, and the sets of requirements and criteria."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from procure_ai.documents.tree import Blocks, Inlines, Member
from procure_ai.library.conditions import ALWAYS, All, Condition, Is, Not, Vocabulary
from procure_ai.library.conditions import Any as AnyOf
from procure_ai.library.terms import TermIndex, index_of, prose
from procure_ai.library.written import (
    AnnexHeader,
    ArticleNumber,
    Chapter,
    ClauseHeader,
    Demand,
    Duty,
    EntriesFile,
    Fact,
    ItemHeader,
    KindFile,
    LadderFile,
    LawFact,
    Leaf,
    OrganisationFile,
    ProcessingFile,
    Row,
    SetFile,
    Source,
    VagueWords,
)

__all__ = [
    "AnnexClause", "Clause", "Definition", "Item", "Leaf", "Library", "Part", "Regime",
    "Rung", "ScorecardSet", "condition_text", "fact_label",
]  # fmt: skip


class _Headed:
    """What has a header: its id and title are those of the header."""

    __slots__ = ()
    header: ClauseHeader | AnnexHeader | ItemHeader

    @property
    def id(self) -> str:
        return self.header.id

    @property
    def title(self) -> str:
        return self.header.title


@dataclass(frozen=True, slots=True)
class Part:
    """A labelled member's condition, ready to judge."""

    when: Condition = ALWAYS
    choice: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    with_: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause(_Headed):
    """One clause of the library. `fingerprint` covers its normalised source text."""

    header: ClauseHeader
    when: Condition
    parts: Mapping[str, Part]
    members: tuple[Member, ...]
    deviation: tuple[Member, ...]
    explanation: Blocks
    motivation: Blocks
    file: str
    fingerprint: str

    @property
    def law(self) -> tuple[str, ...]:
        """The facts of law on which it rests, its parts included."""
        return (*self.header.law, *(name for part in self.header.parts.values() for name in part.law))


@dataclass(frozen=True, slots=True)
class AnnexClause(_Headed):
    """One annex of the library."""

    header: AnnexHeader
    when: Condition
    blocks: Blocks
    file: str
    fingerprint: str

    @property
    def law(self) -> tuple[str, ...]:
        """The facts of law on which it rests."""
        return self.header.law


@dataclass(frozen=True, slots=True)
class Definition:
    """One defined term with its text as inlines."""

    id: str
    term: str
    forms: tuple[str, ...]
    inlines: Inlines
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Regime:
    """Base terms: words, order of precedence and the article numbers that are known."""

    id: str
    title: str
    short: str
    words: Mapping[str, str]
    terms: tuple[str, ...]
    precedence: tuple[Inlines, ...]
    articles: Mapping[str, ArticleNumber]


@dataclass(frozen=True, slots=True)
class Rung:
    """One grade of an anchored scale: the grade, its short name, and when it is given."""

    grade: Decimal
    name: str
    when: str


@dataclass(frozen=True, slots=True)
class Item(_Headed):
    """One requirement or award criterion; its texts are page Markdown that has been checked."""

    header: ItemHeader
    when: Condition
    question: str
    evidence: str
    scale: tuple[Rung, ...]
    link: str
    equivalent: str
    file: str
    fingerprint: str
    ladder: LadderFile | None = None
    rating: str = ""
    ratings: tuple[Rung, ...] = ()
    script: str = ""


@dataclass(frozen=True, slots=True)
class ScorecardSet:
    """A set of requirements and criteria with the default points."""

    file: SetFile
    requirements: Mapping[str, Item]
    criteria: Mapping[str, Item]


@dataclass(frozen=True, slots=True)
class Library:
    """Everything the lawyers and advisers keep as files."""

    clauses: Mapping[str, Clause]
    annexes: Mapping[str, AnnexClause]
    definitions: Mapping[str, Definition]
    proper_names: tuple[str, ...]
    regimes: Mapping[str, Regime]
    base_topics: Mapping[str, str]
    facts: Mapping[str, Fact]
    chapters: tuple[Chapter, ...]
    law: Mapping[str, LawFact]
    sources: Mapping[str, Source]
    demands: Mapping[str, Demand]
    sets: Mapping[str, ScorecardSet]
    vocabulary: Vocabulary
    kinds: Mapping[str, KindFile]
    entries: EntriesFile
    set_aside: Mapping[str, str]
    landscape: Mapping[str, Row]
    checklist: Mapping[str, tuple[Duty, Condition]]
    processing: Mapping[str, ProcessingFile]
    vague: tuple[VagueWords, ...]
    ladders: Mapping[str, LadderFile] = field(default_factory=dict)
    organisation: OrganisationFile | None = None

    def cited(self, source: str) -> str:
        """A source with its place as a reader sees it: *Auteurswet, 15n*."""
        name, _, place = source.partition(",")
        title = self.sources[name].title if name in self.sources else name
        return f"{title}, {place.strip()}" if place.strip() else title

    def topics(self) -> dict[str, int]:
        """Topic id to its place in the outline."""
        names = [topic.id for chapter in self.chapters for topic in chapter.topics]
        return {name: place for place, name in enumerate(names)}

    def texts(self) -> dict[str, Clause | AnnexClause]:
        """The clauses in the order of the contract, then the annexes."""
        annexes = sorted(self.annexes.values(), key=lambda annex: (annex.header.order, annex.id))
        texts: list[Clause | AnnexClause] = [*self.in_order(), *annexes]
        return {text.id: text for text in texts}

    def in_order(self) -> list[Clause]:
        """The clauses in the order of the contract."""
        place = self.topics()
        return sorted(
            self.clauses.values(),
            key=lambda clause: (place.get(clause.header.topic, 999), clause.header.order, clause.id),
        )

    def term_index(self, regime: Regime | None = None) -> TermIndex:
        """The terms of the library, with the own terms of one regime (or of all of them)."""
        forms = tuple(
            (form, definition.id)
            for definition in self.definitions.values()
            for form in (definition.term, *definition.forms)
        )
        regimes = [regime] if regime else list(self.regimes.values())
        return index_of(forms, (*self.proper_names, *(term for item in regimes for term in item.terms)))

    def terms_in(self, texts: Iterable[str], regime: Regime | None = None) -> frozenset[str]:
        """The ids of exactly the defined terms that these texts use, also through other definitions."""
        index = self.term_index(regime)
        found: set[str] = set()
        todo = {name for text in texts for name in index.find(text).terms}
        while todo:
            found |= todo
            inner = (index.find(prose(self.definitions[name].inlines)).terms for name in todo)
            todo = set().union(*inner) - found
        return frozenset(found)


def fact_label(library: Library, fact: str, answers: frozenset[str]) -> str:
    """A fact with its answers as a reader sees it: *Leveringsvorm: Dienst van de leverancier (SaaS)*."""
    if fact == "base-terms":
        title, names = "Inkoopvoorwaarden", {name: regime.short for name, regime in library.regimes.items()}
    elif fact == "kind":
        title, names = "Soort contract", {name: kind.title for name, kind in library.kinds.items()}
    elif fact in library.facts:
        title, names = library.facts[fact].title, dict(library.facts[fact].answers)
    else:
        title, names = fact, {}
    return f"{title}: {', '.join([names[a] for a in names if a in answers] or sorted(answers))}"


def condition_text(library: Library, condition: Condition) -> str:
    """A condition in words: *Leveringsvorm: SaaS of API, en niet (Doel: …)*; empty when it always holds."""
    match condition:
        case Is(fact=fact, answers=answers):
            return fact_label(library, fact, frozenset(answers))
        case Not(part=part):
            return f"niet ({condition_text(library, part)})"
        case All(parts=parts):
            return " en ".join(text for part in parts if (text := condition_text(library, part)))
        case AnyOf(parts=parts):
            return f"({' of '.join(condition_text(library, part) for part in parts)})"
