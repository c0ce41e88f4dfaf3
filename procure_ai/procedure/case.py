"""The case: one purchase as its adviser describes it in `procedure.yaml`.

Names follow the eProcurement Ontology and eForms: Buyer, Procedure, Lot, Tenderer, AwardCriterion.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator

from procure_ai.files.typed import Clock, Day, Id, Money, Number, Percent, Sha256, Strict, TextOrList, Whole, wrong
from procure_ai.library.written import KindId
from procure_ai.procedure.price_sheet import PriceSheet

Regime = Literal["eu", "national", "private", "call-off"]
ProcedureType = Literal[
    "open", "restricted", "neg-w-call", "neg-wo-call", "comp-dial", "innovation", "oth-single", "oth-mult"
]
BaseTerms = Literal["gibit-2023", "arbit-2022", "arvodi-2018", "none"]


class Buyer(Strict):
    """The public body that buys."""

    name: str
    kind: Literal["municipality", "province", "water-authority", "state", "other"]
    address: str
    place: str
    registration: str
    representative: str
    representative_function: str
    contact: str
    """Name or team, and e-mail, to which tenderers and the supplier turn."""


class Planning(Strict):
    """The dates of the procedure."""

    publication: Day
    questions_until: Day
    tender_deadline: Day
    tender_deadline_time: Clock | None = None
    award_decision: Day
    contract_start: Day
    standstill_days: Whole = Field(default=20, ge=0, le=365)
    """Calendar days between the award letters and the contract, as announced (EU: at least 20)."""


class Lot(Strict):
    """The part that is awarded in this folder, as the notice numbers it (2 is LOT-0002)."""

    number: Whole = Field(gt=0, lt=10_000)
    title: str


class Procedure(Strict):
    """The procedure: its rules, kind, dates and base terms. `type` is the eForms procedure type.

    Each lot has a folder of its own (docs/decisions/0017-lots.md); `lot` is absent when there is one.
    """

    number: str
    title: str
    lot: Lot | None = None
    description: str
    regime: Regime
    type: ProcedureType
    base_terms: BaseTerms
    planning: Planning | None = None

    @property
    def name(self) -> str:
        """The title, with the lot when there are more."""
        return f"{self.title}, perceel {self.lot.number}: {self.lot.title}" if self.lot else self.title

    @property
    def dates(self) -> Planning:
        """The dates of a procedure that is published; only a change or a module goes without."""
        assert self.planning is not None
        return self.planning


class LeaveOut(Strict):
    """A clause that the buyer leaves out, with the reason."""

    clause: Id
    reason: str


class RunningContract(Strict):
    """The contract that an addendum changes. Values in euro without VAT."""

    number: str
    title: str
    date: Day
    supplier: str
    value: Money
    added_value: Money


class Change(Strict):
    """The check on a substantial change of a running contract: answers and ground are a person's."""

    answers: dict[Id, Literal["yes", "no"]] = {}
    ground: Id
    reason: str
    decided_by: str
    decided_on: Day


class ContractChoices(Strict):
    """What kind of contract, which clauses by choice, which positions and values."""

    kind: KindId
    extent: Literal["full", "core"] = "full"
    """Core: the mandatory clauses, with those that they refer to."""
    running: RunningContract | None = None
    change: Change | None = None
    add: tuple[Id, ...] = ()
    leave_out: tuple[LeaveOut, ...] = ()
    positions: dict[Id, Literal["standard", "strict", "fallback"]] = {}
    values: dict[str, str] = {}


class PriceMethod(Strict):
    """How the comparison price earns points."""

    points: Number
    formula: str
    floor: Money | None = None
    ceiling: Money | None = None
    exponent: Number | None = None
    zero_at: Number | None = None
    clamp: Literal["none", "zero", "zero_to_max"] = "zero_to_max"
    ceiling_reject: Money | None = None
    removal: Literal["freeze", "recalculate"] | None = None
    """What happens to the points when a tender drops out afterwards; needed when they depend on other tenders."""


class Rounding(Strict):
    """Where and how points are rounded."""

    stage: Literal["criterion", "total"]
    decimals: Whole = Field(ge=0, le=10)
    mode: Literal["half_up", "half_even"]


class Preference(Strict):
    """The buyer's house rule on the weight of preference criteria, with its source."""

    cap: Percent
    source: str


class LeftOutItem(Strict):
    """A requirement or criterion that is not used, with the reason."""

    item: Id
    reason: str

    @field_validator("reason")
    @classmethod
    def _said(cls, reason: str) -> str:
        if not reason.strip():
            raise wrong("er staat geen reden.", "Schrijf in een zin waarom u dit weglaat.")
        return reason


class LegalBasis(Strict):
    """Why the origin of tenderers may count in this item, as a person decided for this procedure (L04, L05)."""

    item: Id
    basis: str
    decided_by: str
    decided_on: Day


class MeasuredTest(Strict):
    """How a criterion is measured: the SHA-256 of the hidden test set, published before anybody offers, and the
    protocol. `tasks` are put `runs` times each; `raters` people judge every answer (0: no people judge)."""

    test_set: Sha256
    task_types: str = Field(min_length=1)
    examples: str = Field(min_length=1)
    tasks: Whole = Field(gt=0)
    dutch_share: Percent
    raters: Whole
    runs: Whole = Field(gt=0)
    settings: str = Field(min_length=1)
    run_by: str = Field(min_length=1)


class AwardModelChoices(Strict):
    """The announced award model: set, points, price, minimum quality, rounding, ties, panel rule."""

    set: Id
    total: Number
    price: PriceMethod
    price_sheet: PriceSheet
    points: dict[Id, Number] = {}
    leave_out: tuple[LeftOutItem, ...] = ()
    requirements: tuple[Id, ...] = ()
    """Building blocks of the set that this case asks as minimum requirements."""
    minimum_quality: Number | None = None
    minimum_grades: dict[Id, Number] = {}
    measured: dict[Id, MeasuredTest] = {}
    missing: Literal["refuse", "zero"] = "refuse"
    rounding: Rounding
    tie_break: tuple[str, ...]
    panel_rule: Literal["consensus", "mean"]
    alert_low_share: Number | None = None
    preference: Preference | None = None
    legal_basis: tuple[LegalBasis, ...] = ()


class Assessor(Strict):
    """A member of the evaluation committee."""

    id: Id
    name: str
    function: str


class Panel(Strict):
    """The committee: a chair who does not score, assessors who do, and two who open the prices.

    `raters` judge the answers of a measured criterion; without them the assessors do.
    """

    chair: str
    assessors: tuple[Assessor, ...] = Field(min_length=1)
    price_openers: tuple[str, ...]
    raters: tuple[Assessor, ...] = ()

    @property
    def everyone(self) -> tuple[Assessor, ...]:
        """Who must declare to have no interest: assessors and raters, each once."""
        return tuple({person.id: person for person in (*self.raters, *self.assessors)}.values())


class Tenderer(Strict):
    """A party that offers."""

    id: Id
    name: str
    registration: str = ""
    address: str = ""
    place: str = ""
    contact: str = ""


class ProcessingRole(Strict):
    """Who decides about one processing of personal data, as the buyer's people judged."""

    processing: str
    role: Literal["processor", "controller", "joint-controllers"]
    reason: str


class DataProcessing(Strict):
    """The data-processing agreement that is used, the roles, and the numbers as they stand in it."""

    agreement: Id
    roles: tuple[ProcessingRole, ...] = ()
    decided_by: str
    decided_on: Day
    terms: dict[Id, Whole] = {}
    sub_processors: tuple[str, ...] = ()


class Case(Strict):
    """The whole of `procedure.yaml`. `organisation` is a folder, relative to the case folder.

    Planning and award model are absent where nothing is put out to tender (addendum, module).
    """

    format: Literal["1"]
    reference_date: Day
    organisation: str | None = None
    buyer: Buyer
    procedure: Procedure
    facts: dict[Id, TextOrList] = {}
    contract: ContractChoices
    data_processing: DataProcessing | None = None
    award_model: AwardModelChoices | None = None
    panel: Panel | None = None
    tenderers: tuple[Tenderer, ...] = ()

    def circumstances(self) -> Mapping[str, frozenset[str]]:
        """The answered facts, with the base terms and the kind of contract among them."""
        known = {
            fact: frozenset({answer} if isinstance(answer, str) else answer) for fact, answer in self.facts.items()
        }
        known["base-terms"] = frozenset({self.procedure.base_terms})
        known["kind"] = frozenset({self.contract.kind})
        return known
