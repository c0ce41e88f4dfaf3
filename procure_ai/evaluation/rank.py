"""The award model applied to tenders: configuration check, points, competition ranks, tie-break.

Source: conventions of the scoring vectors; `reference/evaluation.md` sections 4 and 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction

from procure_ai.evaluation.check import REMOVALS, check_method
from procure_ai.evaluation.method import Method
from procure_ai.evaluation.outcome import Outcome, Result
from procure_ai.evaluation.score import Flag, scored
from procure_ai.evaluation.tenders import Tender
from procure_ai.evaluation.values import Refusal


def evaluate(method: Method, tenders: Iterable[Tender], recorded_draw: Sequence[str] = ()) -> Outcome:
    """Apply the award model to the tenders. The order in which tenders are given has no effect.

    `recorded_draw` is the order in which people drew lots among the tied tenders, all of them; the
    first wins. It has no effect where no draw is needed. Software never draws. Raises `Refusal` for a
    method that `check_method` refuses, and with `duplicate_id:TENDER`,
    `unknown_knock_out:TENDER:ID`, `unknown_criterion:TENDER:ID`, `incomplete_dossier` (a verdict,
    grade or price that people have not recorded: V22, V23), `grade_off_scale:TENDER:LEAF` (V46),
    `missing:panel.rule`, `nothing_applicable:TENDER`, `negative_price:TENDER`,
    `reference_price_zero` (V31), `reference_quality_zero`, or `draw_does_not_match`.
    """
    check_method(method)
    results, flags = scored(method, tenders)
    return _decide(method, results, flags, recorded_draw)


def without(
    method: Method, tenders: Iterable[Tender], removed: AbstractSet[str], rule: str, recorded_draw: Sequence[str] = ()
) -> Outcome:
    """The outcome after tenders dropped out or turned out invalid, by the rule that was announced.

    `freeze`: the points stand as they were given and the others move up (Supreme Court 9 May 2014,
    ECLI:NL:HR:2014:1078). `recalculate`: reference prices and points are worked out anew. They can
    name different winners (V39), so there is no default. Raises `Refusal` as `evaluate` does, and
    with `unknown_tender:ID` or `unsupported:removal:NAME`.
    """
    if rule not in REMOVALS:
        raise Refusal("unsupported", "removal", rule)
    tenders = tuple(tenders)
    for name in sorted(removed - {tender.id for tender in tenders}):
        raise Refusal("unknown_tender", name)
    draw = tuple(name for name in recorded_draw if name not in removed)
    draw = draw if len(draw) > 1 else ()
    if rule == "recalculate":
        return evaluate(method, (tender for tender in tenders if tender.id not in removed), draw)
    check_method(method)
    results, flags = scored(method, tenders)
    kept = tuple(result for result in results if result.id not in removed)
    return _decide(method, kept, tuple(flag for flag in flags if flag.tender not in removed), draw)


def _decide(method: Method, results: Sequence[Result], flags: Sequence[Flag], recorded_draw: Sequence[str]) -> Outcome:
    """Competition ranks (1, 1, 3) by total, and the winner by the announced tie-break."""
    sign = -1 if method.combine == "fictional_price" else 1
    scores = {result.id: sign * result.total.exact for result in results if result.total}
    ordered = sorted(scores.values(), reverse=True)
    first: dict[Fraction, int] = {}
    for position, score in enumerate(ordered, start=1):
        first.setdefault(score, position)
    ranked = tuple(
        result.model_copy(update={"rank": first[scores[result.id]]}) if result.id in scores else result
        for result in results
    )
    tied = tuple(result for result in ranked if result.rank == 1)
    outcome = Outcome(tenders=ranked, flags=tuple(str(flag) for flag in flags))
    return outcome.model_copy(update=_winner(method.tie_break, tied, tuple(recorded_draw)))


def _winner(tie_break: Sequence[str], tied: Sequence[Result], recorded_draw: tuple[str, ...]) -> dict[str, object]:
    """The fields of the outcome that say who wins. A small difference is not a tie (V28)."""
    steps: list[str] = []
    if len(tied) > 1:
        for step in tie_break:
            if step == "quality":
                best = max(map(_quality, tied))
                tied = [result for result in tied if _quality(result) == best]
                steps.append("quality")
                if len(tied) == 1:
                    break
            else:
                return _drawn(steps, tuple(result.id for result in tied), recorded_draw)
    names = tuple(result.id for result in tied)
    if len(names) == 1:
        return {"winner": names[0], "tie_break_steps": tuple(steps)}
    return {"tied": names, "tie_break_steps": tuple(steps)}


def _drawn(steps: list[str], names: tuple[str, ...], recorded_draw: tuple[str, ...]) -> dict[str, object]:
    if not recorded_draw:
        return {"needs_draw": names, "tie_break_steps": (*steps, "draw_needed")}
    if sorted(recorded_draw) != sorted(names):
        raise Refusal("draw_does_not_match")
    return {"winner": recorded_draw[0], "tie_break_steps": (*steps, "draw_recorded")}


def _quality(result: Result) -> Fraction:
    found = result.quality_value or result.quality_points
    return found.exact if found else Fraction(0)
