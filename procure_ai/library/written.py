"""The files of the clause library as written: headers of Markdown files, and data files."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from procure_ai.files.typed import Day, Id, Number, Percent, Strict, Whole, YesNo, wrong
from procure_ai.library.parameters import Filler, Parameter

RawCondition = dict[str, object]
Level = Literal["mandatory", "recommended", "optional"]
Certainty = Literal["confirmed", "reported", "pending"]
Strength = Literal["must", "should", "may"]
KindId = Literal["annex", "addendum", "module"]
"""Kinds of contract: annex to a new contract, addendum to a running one, module for a service."""
Role = Literal["legal", "privacy", "security", "records", "finance"]
Due = Literal["tender", "signing", "before-use", "start-of-use", "change", "incident", "request", "end"]
PositionId = Literal["strict", "fallback"]
PreferenceKind = Literal["openness", "autonomy"]


class _File(Strict):
    format: Literal["1"]


class PartHeader(Strict):
    """The condition of a labelled member or item: facts, own choices, other clauses present.

    `law` are the facts of law on which only this part of the text rests.
    """

    when: RawCondition | None = None
    choice: dict[Id, tuple[str, ...]] = {}
    with_: tuple[Id, ...] = Field(default=(), alias="with")
    law: tuple[Id, ...] = ()


class Position(Strict):
    """Other values of the parameters, and what choosing them costs."""

    values: dict[Id, str]
    gives_up: str


class Proof(Strict):
    """One proof that the text asks for: what, by whom, when first, how often.

    `within` names the parameter that says how long after `first` (before it, for `before-use`);
    `every` is a word or a parameter of months.
    """

    what: str
    by: Literal["supplier", "buyer", "third-party"]
    first: Due
    within: str | None = None
    every: str
    member: Id | None = None


class _TextHeader(Strict):
    """What clauses and annexes both say. `replaces` is for a text of an organisation (see `OrganisationFile`)."""

    id: Id
    title: str
    order: Whole = 50
    kinds: tuple[KindId, ...] = ("annex", "addendum")
    replaces: str | None = None
    when: RawCondition | None = None
    law: tuple[Id, ...] = ()
    approval: tuple[Role, ...] = ("legal",)


class ClauseHeader(_TextHeader):
    """The header of a clause file."""

    topic: Id
    level: Level
    meets: tuple[Id, ...]
    parameters: dict[Id, Parameter] = {}
    parts: dict[Id, PartHeader] = {}
    positions: dict[PositionId, Position] = {}
    deviates: tuple[Id, ...] = ()
    proof: dict[Id, Proof] = {}
    sources: tuple[str, ...]


class AnnexHeader(_TextHeader):
    """The header of an annex file."""

    fill: Filler


class Band(Strict):
    """One row of the table of a measured criterion: the grade from this result on, in percent."""

    at_least: Percent
    grade: Number


class ItemHeader(Strict):
    """The header of a requirement or criterion file.

    `table` turns a measured result into a grade; `minutes` and `form` say how every session is held.
    """

    id: Id
    title: str
    kind: Literal["requirement", "graded", "answer", "measured", "session"]
    clauses: tuple[Id, ...] = Field(min_length=1)
    demands: tuple[Id, ...] = Field(min_length=1)
    when: RawCondition | None = None
    evidence: Literal["none", "optional", "required"]
    limit: Whole
    preference: PreferenceKind | None = None
    ladder: Id | None = None
    table: tuple[Band, ...] = ()
    minutes: Whole | None = Field(default=None, gt=0)
    form: str = ""
    sources: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _of_its_kind(self) -> ItemHeader:
        if self.kind == "measured" and self.ladder:
            raise wrong("een gemeten criterium heeft geen trap.", "Haal `ladder` weg; de tabel geeft het cijfer.")
        if self.kind != "measured" and self.table:
            raise wrong("`table` hoort bij een gemeten criterium.", "Schrijf `kind: measured`, of haal `table` weg.")
        if self.kind != "session" and (self.minutes or self.form):
            raise wrong("`minutes` en `form` horen bij een sessie.", "Schrijf `kind: session`, of haal ze weg.")
        return self


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
    proper_names: tuple[str, ...] = ()


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
    """The demands, and why the other entries of the source list are not for procurement."""

    demands: dict[Id, Demand]
    set_aside: dict[Id, str] = {}


class Entry(Strict):
    """One thing that a source asks, as the source list names it."""

    source: Id
    place: str
    topic: Id
    kind: Strength
    addressed_to: Literal["supplier", "buyer", "both"]
    slug: str | None = None
    urn: str | None = None
    registry_urn: str | None = None


class EntriesFile(_File):
    """What the sources ask. A slug of the Algoritmekader goes with the commit; its numbers have moved."""

    commit: str
    registry_commit: str
    entries: dict[Id, Entry]


class Row(Strict):
    """One topic of the field: the clauses that settle it, and which known sets of clauses treat it."""

    number: Whole
    title: str
    clauses: tuple[Id, ...] = ()
    elsewhere: dict[Id, Literal["yes", "partly", "no", "unknown"]]
    sure: tuple[Id, ...] = ()


class LandscapeFile(_File):
    landscape: dict[Id, Row]


class Duty(Strict):
    """One duty of the buyer itself, with what shows that it was done."""

    title: str
    phase: Literal["prepare", "tender", "award", "use", "end"]
    what: str
    who: str
    evidence: str
    when: RawCondition | None = None
    meets: tuple[Id, ...]
    law: tuple[Id, ...] = ()
    sources: tuple[str, ...]


class ChecklistFile(_File):
    checklist: dict[Id, Duty]


class VagueWords(Strict):
    """Words that say too little, what a sentence needs beside them to be exact, and the advice."""

    words: tuple[str, ...]
    needs: Literal["hours", "period", "measure"]
    advice: str


class StyleFile(_File):
    vague: tuple[VagueWords, ...]


class Question(Strict):
    """One question of the check on a substantial change; `substantial` is the answer that points to one."""

    ask: str
    explain: str
    substantial: Literal["yes", "no"]
    source: str


class Ground(Strict):
    """A ground in law for changing a running contract without a new procedure."""

    title: str
    explain: str
    source: str


class KindFile(_File):
    """A kind of contract: its name in the text, its front matter, and the values it sets."""

    id: KindId
    title: str
    name: str
    page: str
    values: dict[str, str] = {}
    positions: dict[Id, PositionId] = {}
    questions: dict[Id, Question] = {}
    grounds: dict[Id, Ground] = {}


class Term(Strict):
    """A number that the data-processing agreement has too, and the parameter of ours it must agree with.

    `ours` are alternatives for different kinds of contract: the first that the contract has, counts.
    """

    title: str
    unit: Literal["hours", "days", "working-days"]
    ours: tuple[str, ...] = Field(min_length=1)
    must: Literal["same", "at-most"]


class ProcessingAnnex(Strict):
    """An annex of the data-processing agreement that is filled from tables of ours."""

    id: Id
    title: str
    intro: str
    tables: tuple[Id, ...] = ()


class ProcessingFile(_File):
    """A model data-processing agreement: what it is, which terms it shares with us, which annexes to fill.

    `note` says what people should know and check; `required_for` are the kinds of buyer that must use it.
    """

    id: Id
    title: str
    edition: str
    source: str
    note: str
    base_terms: tuple[Id, ...]
    required_for: tuple[Id, ...] = ()
    terms: dict[Id, Term]
    annexes: tuple[ProcessingAnnex, ...]


class Conflict(Strict):
    """Two rules of an organisation that do not agree, and what somebody chose (empty: nobody has)."""

    id: Id
    title: str
    one: str
    other: str
    clauses: tuple[Id, ...] = ()
    choice: str = ""


class OrganisationFile(_File):
    """The head of an organisation's folder."""

    id: Id
    name: str
    values: dict[str, str] = {}
    positions: dict[Id, PositionId] = {}
    conflicts: tuple[Conflict, ...] = ()


class Objection(Strict):
    """What the other side may say about a clause, and what to answer."""

    objection: str
    answer: str


class Play(Strict):
    """What stays secret about one clause: when to stop, who may concede what, answers to objections."""

    walk_away: str = ""
    may_concede: dict[str, str] = {}
    objections: tuple[Objection, ...] = ()


class PlaybookFile(_File):
    """The secret part of an organisation's folder. Never part of the library in memory."""

    playbook: dict[Id, Play]


NO_ENTRIES = EntriesFile(format="1", commit="", registry_commit="", entries={})
NO_LANDSCAPE = LandscapeFile(format="1", landscape={})
NO_STYLE = StyleFile(format="1", vague=())
NO_CHECKLIST = ChecklistFile(format="1", checklist={})


class RegimeNumbers(_File):
    """Article numbers that an organisation has looked up."""

    id: Id
    articles: dict[Id, ArticleNumber]


class RungEvidence(Strict):
    """One thing that shows a rung: what it is, of which kind, and how it is verified."""

    kind: Literal["document", "licence", "code", "data", "component-list", "test", "contract", "settings"]
    what: str
    verify: str


class LadderRung(Strict):
    """A grade with what shows it.

    With the full list of components, `available` and `open` are those it adds, `or_open` may take the place of
    `open`, and `beside` is the evidence that is still asked.
    """

    grade: Number
    name: str
    when: str
    evidence: dict[Id, RungEvidence] = {}
    available: tuple[Id, ...] = ()
    open: tuple[Id, ...] = ()
    or_open: tuple[Id, ...] = ()
    beside: tuple[Id, ...] = ()


class Component(Strict):
    """A part of a model, in the class of its framework that first asks for it. `instead` may stand in for it."""

    title: str
    kind: Literal["code", "data", "document"]
    group: Literal["III", "II", "I", "optional", "other"]
    licences: str
    instead: Id | None = None


class ComponentSheet(Strict):
    """When the full list of components is asked: from this share of all points; a house rule with its reason."""

    from_share: Percent
    reason: str


class FrameworkQuestion(Strict):
    """A question of a framework; one that is not `usable` looks at more than the offer and needs a basis in law."""

    about: str
    usable: YesNo
    why: str = ""


class Objective(Strict):
    title: str
    questions: dict[Id, FrameworkQuestion]


class WeightSet(Strict):
    """The weights of the objectives in percent, in one version of the framework."""

    title: str
    version: str = ""
    date: str
    source: str
    weights: dict[Id, Percent]


class LadderFile(_File):
    """A ladder: the rungs of a criterion, from a framework with a name and a version.

    `date` is as exact as the source is (`2025-10`). `counts` are the questions of the framework that the rungs
    rest on, and other properties by name: what counts on one ladder, counts on no other.
    """

    id: Id
    title: str
    framework: str
    version: str = ""
    source: str
    date: str
    checked: Day
    preference: PreferenceKind | None = None
    note: str
    lawful: tuple[str, ...] = Field(min_length=1)
    counts: tuple[Id, ...] = Field(min_length=1)
    rungs: tuple[LadderRung, ...] = Field(min_length=2)
    sheet: ComponentSheet | None = None
    components: dict[Id, Component] = {}
    objectives: dict[Id, Objective] = {}
    weight_sets: dict[Id, WeightSet] = {}


class Leaf(Strict):
    """One criterion in the tree with its points, or a group of them."""

    id: Id
    title: str | None = None
    points: Number | None = None
    criteria: tuple[Leaf, ...] = ()


class SetFile(_File):
    """A set. `building_blocks` are requirements that a case uses only when it names them."""

    id: Id
    title: str
    version: str
    description: str
    requirements: tuple[Id, ...]
    building_blocks: tuple[Id, ...] = ()
    tree: tuple[Leaf, ...]
