"""The files of the clause library as written: headers of Markdown files, and data files."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from procure_ai.files.typed import Day, Id, Number, Strict, Whole, YesNo
from procure_ai.library.parameters import Filler, Parameter

RawCondition = dict[str, object]
Level = Literal["mandatory", "recommended", "optional"]
Certainty = Literal["confirmed", "reported", "pending"]
Strength = Literal["must", "should", "may"]


class _File(Strict):
    format: Literal["1"]


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


class FactsFile(_File):
    facts: dict[Id, Fact]


class Topic(Strict):
    id: Id
    title: str


class Chapter(Strict):
    id: Id
    title: str
    topics: tuple[Topic, ...]


class OutlineFile(_File):
    chapters: tuple[Chapter, ...]


class DefinitionEntry(Strict):
    term: str
    forms: tuple[str, ...] = ()
    text: str
    sources: tuple[str, ...] = ()


class DefinitionsFile(_File):
    definitions: dict[Id, DefinitionEntry]
    proper_names: tuple[str, ...]


class ArticleNumber(Strict):
    """Where the base terms treat a topic; `unknown` until somebody has looked it up."""

    number: str
    source: str
    certainty: Certainty
    checked: Day


class RegimeFile(_File):
    """The words and order of one set of base terms."""

    id: Id
    title: str
    short: str
    words: dict[Literal["supplier", "buyer", "performance", "agreement", "base-terms"], str]
    terms: tuple[str, ...]
    precedence: tuple[str, ...]
    articles: dict[Id, ArticleNumber] = {}


class BaseTopicsFile(_File):
    """Topics of base terms as a reference names them."""

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


class LawFile(_File):
    law: dict[Id, LawFact]


class Source(Strict):
    title: str
    date: Day | None = None
    url: str | None = None
    note: str | None = None


class SourcesFile(_File):
    sources: dict[Id, Source]


class Demand(Strict):
    """One thing that policy or law asks."""

    title: str
    kind: Strength
    addressed_to: Literal["supplier", "buyer", "both"]
    home: tuple[Literal["clause", "requirement", "criterion", "checklist"], ...]
    stands_for: tuple[str, ...] = ()
    sources: tuple[str, ...]


class DemandsFile(_File):
    demands: dict[Id, Demand]


class Leaf(Strict):
    """One criterion in the tree with its points, or a group of them."""

    id: Id
    title: str | None = None
    points: Number | None = None
    criteria: tuple[Leaf, ...] = ()


class SetFile(_File):
    id: Id
    title: str
    version: str
    description: str
    requirements: tuple[Id, ...]
    tree: tuple[Leaf, ...]
