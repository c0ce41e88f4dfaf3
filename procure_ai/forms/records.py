"""What people wrote in the forms, as values. Nothing is filled in that they did not write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

VERDICTS = {"pass": "voldoet", "fail": "voldoet niet", "unclear": "onduidelijk"}
EVIDENCE = {"claimed": "gesteld", "shown": "getoond", "verified": "geverifieerd"}
YES_NO = {"yes": "ja", "no": "nee"}


@dataclass(frozen=True, slots=True)
class RequirementAnswer:
    """A tenderer's answer to a minimum requirement. `answer` is empty when it was left open."""

    answer: Literal["yes", "no", ""]
    explanation: str = ""
    evidence: str = ""
    confidential: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceGiven:
    """What a tenderer says about one piece of evidence of a ladder. `given` is empty when it was left open."""

    given: Literal["yes", "no", ""]
    licence: str = ""
    place: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class CriterionAnswer:
    """A tenderer's answer to an award criterion. `text` is empty when it was left open.

    `confidential` names what is confidential and why; that never goes to others. `rows` is what was filled
    in per piece of evidence of a ladder. `choice` is the name of the rung that the tenderer chose itself.
    """

    text: str
    evidence: str = ""
    confidential: str = ""
    rows: Mapping[str, EvidenceGiven] = field(default_factory=dict)
    choice: str = ""


@dataclass(frozen=True, slots=True)
class TenderAnswers:
    """One filled answer form. `fields` are contract fields by key (`annex-model-sheet.1.2`)."""

    tenderer: str
    stated_name: str
    requirements: Mapping[str, RequirementAnswer]
    criteria: Mapping[str, CriterionAnswer]
    fields: Mapping[str, str] = field(default_factory=dict)
    signed_by: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of people on one requirement of one tender."""

    tenderer: str
    requirement: str
    verdict: Literal["pass", "fail", "unclear"]
    evidence: Literal["claimed", "shown", "verified"]
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """An assessor's declaration of no conflict of interest for the tenderers of this procedure."""

    assessor: str
    free: bool
    remark: str
    signed_by: str
    date: str


@dataclass(frozen=True, slots=True)
class Score:
    """One grade by one assessor on one criterion of one tender, with the reason."""

    assessor: str
    tenderer: str
    criterion: str
    grade: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Consensus:
    """What the committee adopted on one criterion of one tender.

    `strong` and `missing` are the committee's own words; `missing` is against the next rung; `place`
    says where in the tender. `result` is what was measured, in percent; the published table gave its grade.
    """

    tenderer: str
    criterion: str
    grade: Decimal
    strong: str
    missing: str
    place: str
    adopted_by: str
    result: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OpenedPrices:
    """The unit prices of one tender, by line id."""

    tenderer: str
    stated_name: str
    unit_prices: Mapping[str, Decimal]
