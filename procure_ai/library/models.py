"""The clause library as data: clauses, annexes, definitions, regimes, facts, law, demands, criteria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from pydantic import Field

from procure_ai.documents.tree import Blocks, Inlines, Member
from procure_ai.files.typed import Day, Id, Number, Strict, Whole, YesNo
from procure_ai.library.conditions import ALWAYS, Condition, Vocabulary
from procure_ai.library.parameters import Filler, Parameter
from procure_ai.library.terms import TermIndex

RawCondition = dict[str, object]
Level = Literal["mandatory", "recommended", "optional"]
Certainty = Literal["confirmed", "reported", "pending"]
Strength = Literal["must", "should", "may"]


# --- headers and data files, as written ----------------------------------------------------------


class PartHeader(Strict):
    """The condition of a labelled member or item: facts, own choices, other clauses present."""

    when: RawCondition | None = None
    choice: dict[Id, tuple[str, ...]] = {}
    with_: tuple[Id, ...] = Field(default=(), alias="with")


class Position(Strict):
    """Other values of the parameters, and what choosing them costs."""

    values: dict[Id, str]
    gives_up: str


class ClauseHeader(Strict):
    """The header of a clause file."""

    id: Id
    title: str
    topic: Id
    level: Level
    order: Whole = 50
    meets: tuple[Id, ...]
    when: RawCondition | None = None
    parameters: dict[Id, Parameter] = {}
    parts: dict[Id, PartHeader] = {}
    positions: dict[Literal["strict", "fallback"], Position] = {}
    deviates: tuple[Id, ...] = ()
    sources: tuple[str, ...]


class AnnexHeader(Strict):
    """The header of an annex file."""

    id: Id
    title: str
    order: Whole = 50
    when: RawCondition | None = None
    fill: Filler


class ItemHeader(Strict):
    """The header of a requirement or criterion file."""

    id: Id
    title: str
    kind: Literal["requirement", "graded"]
    clauses: tuple[Id, ...] = Field(min_length=1)
    demands: tuple[Id, ...] = Field(min_length=1)
    when: RawCondition | None = None
    evidence: Literal["none", "optional", "required"]
    limit: Whole
    preference: Literal["openness", "autonomy"] | None = None
    sources: tuple[str, ...] = ()


class Fact(Strict):
    """One fact about a purchase: its question, explanation and closed list of answers."""

    title: str
    ask: str
    explain: str
    many: YesNo
    answers: dict[Id, str]


class FactsFile(Strict):
    format: Literal["1"]
    facts: dict[Id, Fact]


class Topic(Strict):
    id: Id
    title: str


class Chapter(Strict):
    id: Id
    title: str
    topics: tuple[Topic, ...]


class OutlineFile(Strict):
    format: Literal["1"]
    chapters: tuple[Chapter, ...]


class DefinitionEntry(Strict):
    term: str
    forms: tuple[str, ...] = ()
    text: str
    sources: tuple[str, ...] = ()


class DefinitionsFile(Strict):
    format: Literal["1"]
    definitions: dict[Id, DefinitionEntry]
    proper_names: tuple[str, ...]


class ArticleNumber(Strict):
    """Where the base terms treat a topic; `unknown` until somebody has looked it up."""

    number: str
    source: str
    certainty: Certainty
    checked: Day


class RegimeFile(Strict):
    """The words and order of one set of base terms."""

    format: Literal["1"]
    id: Id
    title: str
    short: str
    words: dict[Literal["supplier", "buyer", "performance", "agreement", "base-terms"], str]
    terms: tuple[str, ...]
    precedence: tuple[str, ...]
    articles: dict[Id, ArticleNumber] = {}


class BaseTopicsFile(Strict):
    """Topics of base terms as a reference names them."""

    format: Literal["1"]
    topics: dict[Id, str]


class LawFact(Strict):
    """One dated legal fact."""

    title: str
    value: str
    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    source: str
    certainty: Certainty
    checked: Day


class LawFile(Strict):
    format: Literal["1"]
    law: dict[Id, LawFact]


class Source(Strict):
    title: str
    date: Day | None = None
    url: str | None = None
    note: str | None = None


class SourcesFile(Strict):
    format: Literal["1"]
    sources: dict[Id, Source]


class Demand(Strict):
    """One thing that policy or law asks."""

    title: str
    kind: Strength
    addressed_to: Literal["supplier", "buyer", "both"]
    home: tuple[Literal["clause", "requirement", "criterion", "checklist"], ...]
    stands_for: tuple[str, ...] = ()
    sources: tuple[str, ...]


class DemandsFile(Strict):
    format: Literal["1"]
    demands: dict[Id, Demand]


class Leaf(Strict):
    """One criterion in the tree with its points, or a group of them."""

    id: Id
    title: str | None = None
    points: Number | None = None
    criteria: tuple[Leaf, ...] = ()


class SetFile(Strict):
    format: Literal["1"]
    id: Id
    title: str
    version: str
    description: str
    requirements: tuple[Id, ...]
    tree: tuple[Leaf, ...]


# --- the library in memory -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A labelled member's condition, ready to judge."""

    when: Condition = ALWAYS
    choice: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    with_: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
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
    def id(self) -> str:
        return self.header.id

    @property
    def title(self) -> str:
        return self.header.title


@dataclass(frozen=True, slots=True)
class AnnexClause:
    """One annex of the library."""

    header: AnnexHeader
    when: Condition
    blocks: Blocks
    file: str
    fingerprint: str

    @property
    def id(self) -> str:
        return self.header.id

    @property
    def title(self) -> str:
        return self.header.title


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
class Item:
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

    @property
    def id(self) -> str:
        return self.header.id

    @property
    def title(self) -> str:
        return self.header.title


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

    def topics(self) -> dict[str, int]:
        """Topic id to its place in the outline."""
        names = [topic.id for chapter in self.chapters for topic in chapter.topics]
        return {name: place for place, name in enumerate(names)}

    def in_order(self) -> list[Clause]:
        """The clauses in the order of the contract."""
        place = self.topics()
        return sorted(
            self.clauses.values(),
            key=lambda clause: (place.get(clause.header.topic, 999), clause.header.order, clause.id),
        )

    def term_index(self, regime: Regime | None = None) -> TermIndex:
        """The terms of the library, with the own terms of one regime (or of all of them)."""
        forms = {
            form: definition.id
            for definition in self.definitions.values()
            for form in (definition.term, *definition.forms)
        }
        regimes = [regime] if regime else list(self.regimes.values())
        return TermIndex(forms, [*self.proper_names, *(term for item in regimes for term in item.terms)])


def fact_label(library: Library, fact: str, answers: frozenset[str]) -> str:
    """A fact with its answers as a reader sees it: *Leveringsvorm: Dienst van de leverancier (SaaS)*."""
    known = library.facts.get(fact)
    if known is None:
        return f"{fact}: {', '.join(sorted(answers))}"
    return f"{known.title}: {', '.join(known.answers[a] for a in known.answers if a in answers)}"
