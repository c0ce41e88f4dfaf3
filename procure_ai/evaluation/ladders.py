"""Openness and sovereignty: classes, scores and the rung that evidence reaches. Pure and exact.

Nothing here grades: people do. Sources are named per function; worked cases S01-S06 are in the scoring vectors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from procure_ai.evaluation.model import Announced
from procure_ai.evaluation.values import Figure, Refusal, figure

MOF_CLASSES: Mapping[str, frozenset[str]] = {
    "III": frozenset(
        ("architecture", "final_parameters", "technical_report", "evaluation_results", "model_card", "data_card")
    ),
    "II": frozenset(("training_code", "inference_code", "evaluation_code", "evaluation_data")),
    "I": frozenset(("datasets", "data_preprocessing_code", "intermediate_parameters", "research_paper")),
}
"""What each class adds to the one before. The ladder holds the same components; a test compares them."""
_OPTIONAL = frozenset(("sample_outputs", "supporting_libraries", "metadata"))
COMPONENTS = frozenset().union(*MOF_CLASSES.values()) | _OPTIONAL
OPENNESS_DIMENSIONS = 14
HIGHEST_SEAL = 4
OBJECTIVE_MAX = Decimal(1000)


class MofClass(NamedTuple):
    """`name` is `I`, `II`, `III` or `unclassified`. By class: `progress` in percent, and what is `missing`."""

    name: str
    progress: Mapping[str, Figure]
    missing: Mapping[str, tuple[str, ...]]


def mof_class(open_components: AbstractSet[str]) -> MofClass:
    """The class in the Model Openness Framework (S05).

    `open_components` are those released under an open licence; hyphens count as underscores. Classes are
    cumulative: progress is 0 until the class below is complete, so `missing` says more than the class.
    A research paper may stand in for the technical report. Raises `Refusal` `unknown_component:NAME`.
    Source: lfai/model_openness_tool, mof.settings.yml and ModelEvaluator.php.
    """
    counted = {name.replace("-", "_") for name in open_components}
    for name in sorted(counted - COMPONENTS):
        raise Refusal("unknown_component", name)
    if "research_paper" in counted:
        counted.add("technical_report")
    reached, complete = "unclassified", True
    progress: dict[str, Figure] = {}
    missing: dict[str, tuple[str, ...]] = {}
    for name, required in MOF_CLASSES.items():
        missing[name] = tuple(sorted(required - counted))
        progress[name] = figure(Fraction(100 * len(required & counted), len(required)) if complete else Fraction(0))
        complete = complete and not missing[name]
        reached = name if complete else reached
    return MofClass(reached, progress, missing)


class OpennessIndex(NamedTuple):
    """`sum` of 14, the same as `percent`, and in `points` of the criterion."""

    sum: Figure
    percent: Figure
    points: Figure


def openness_index(opened: int, partial: int, closed: int, max_points: Decimal) -> OpennessIndex:
    """Fourteen equal dimensions: open counts 1, partial one half, closed 0 (S06).

    Raises `Refusal` `dimensions_do_not_match` when the counts are not of fourteen dimensions.
    Source: European Open Source AI Index (opening-up-chatgpt).
    """
    if min(opened, partial, closed) < 0 or opened + partial + closed != OPENNESS_DIMENSIONS:
        raise Refusal("dimensions_do_not_match")
    total = opened + Fraction(partial, 2)
    share = total / OPENNESS_DIMENSIONS
    return OpennessIndex(figure(total), figure(100 * share), figure(share * Fraction(max_points)))


# --- sovereignty ----------------------------------------------------------------------------------


def sovereignty_score(objective_max: Decimal, weights: Sequence[Decimal], scores: Sequence[Decimal]) -> Figure:
    """Percentage of one offer: 100 times the sum of weight times score over `objective_max`.

    Weights are fractions of 1, one per objective. Not clamped: rounded answer values can exceed 100
    (S03). Raises `Refusal` `weights_do_not_sum` or `scores_do_not_match`. Source: Commission Cloud
    Sovereignty Framework; store the version with the score, its weights differ (S01, S02).
    """
    if sum(map(Fraction, weights)) != 1:
        raise Refusal("weights_do_not_sum")
    if len(scores) != len(weights):
        raise Refusal("scores_do_not_match")
    if objective_max <= 0:
        raise Refusal("out_of_range", "objective_max")
    total = sum((Fraction(w) * Fraction(s) for w, s in zip(weights, scores, strict=True)), Fraction(0))
    return figure(100 * total / Fraction(objective_max))


def seal_level(levels: Sequence[int]) -> int:
    """The overall SEAL of an offer: the lowest level over its objectives (0 to 4; S04).

    The gate comes before the score: an offer under the published minimum is not compared. Raises
    `Refusal` `out_of_range:levels`.
    """
    if not levels or not all(0 <= level <= HIGHEST_SEAL for level in levels):
        raise Refusal("out_of_range", "levels")
    return min(levels)


class Answer(NamedTuple):
    """What one answer is worth: the same answer gives points and a level."""

    points: Decimal
    level: int


class Weighted(NamedTuple):
    """An objective with its weight (a fraction of 1), its questions, and its own published minimum level."""

    weight: Decimal
    questions: tuple[str, ...]
    minimum: int = 0


class Sovereignty(NamedTuple):
    """Two readings of the same answers, and the questions without an answer. No level without an answer; `below`
    are the objectives under their own minimum."""

    score: Figure
    level: int | None
    gaps: tuple[str, ...]
    below: tuple[str, ...] = ()

    def passes(self, minimum: int) -> bool:
        """Whether every published minimum level is shown: a gap shows nothing."""
        return not self.gaps and not self.below and self.level is not None and self.level >= minimum


def sovereignty(answers: Mapping[str, Answer], weights: Mapping[str, Weighted]) -> Sovereignty:
    """Score, level and gaps of one offer, from its answers by question.

    The score of an objective is the sum of its points, of nominally 1000; an unanswered question adds
    nothing and is a gap. The level is the lowest over all answers. Raises `Refusal`
    `unknown_question:NAME`, `out_of_range:levels` or `weights_do_not_sum`.
    """
    asked = [name for objective in weights.values() for name in objective.questions]
    for name in sorted(answers.keys() - set(asked)):
        raise Refusal("unknown_question", name)
    scores = [
        sum((answers[name].points for name in objective.questions if name in answers), Decimal(0))
        for objective in weights.values()
    ]
    score = sovereignty_score(OBJECTIVE_MAX, [objective.weight for objective in weights.values()], scores)
    level = seal_level([answer.level for answer in answers.values()]) if answers else None
    below = tuple(
        name
        for name, objective in weights.items()
        if any(answers[asked].level < objective.minimum for asked in objective.questions if asked in answers)
    )
    return Sovereignty(score, level, tuple(name for name in asked if name not in answers), below)


# --- rungs ----------------------------------------------------------------------------------------


def reached(item: Announced, verified: AbstractSet[str], opened: AbstractSet[str] = frozenset()) -> Decimal:
    """The highest grade of which this rung and every rung below are shown; no grade for a tender.

    `verified` are the pieces of evidence that people verified, `opened` the components whose licence they
    found open. A component that may stand in for another counts for it.
    """
    instead = {row.id: row.instead for row in item.evidence_rows if row.instead}

    def shown(names: Sequence[str], found: AbstractSet[str]) -> bool:
        return all(name in found or instead.get(name) in found for name in names)

    free, best = verified & opened, Decimal(0)
    for rung in sorted(item.scale, key=lambda rung: rung.grade):
        either = shown(rung.open, free) or bool(rung.or_open and shown(rung.or_open, free))
        if not (shown(rung.needs, verified) and either):
            break
        best = rung.grade
    return best
