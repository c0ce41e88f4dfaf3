"""From tenders to totals, in the one lawful order of steps.

Completeness, knock-outs, price ceiling, quality minima; then reference prices over the tenders still
valid, points, rounding, totals. A tender that is invalid never sets a reference price (V17, V19).
Source: conventions of the scoring vectors; `reference/evaluation.md` sections 4 and 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from procure_ai.evaluation.check import refuse_duplicates
from procure_ai.evaluation.method import Method, leaves
from procure_ai.evaluation.outcome import Result
from procure_ai.evaluation.points import Judged, judge, price_points, quality_maximum, reference_prices
from procure_ai.evaluation.tenders import Tender
from procure_ai.evaluation.values import Figure, Refusal, figure, figures, round_to


@dataclass(frozen=True, order=True)
class Flag:
    """Something a person must look at, about one tender; it never changes points."""

    name: str
    tender: str
    leaf: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in (self.name, self.tender, self.leaf) if part)


def scored(method: Method, given: Iterable[Tender]) -> tuple[tuple[Result, ...], tuple[Flag, ...]]:
    """Every tender with its points and total, without rank, in order of id, and the flags.

    The method must have passed `check_method`. Raises `Refusal` as listed at `rank.evaluate`.
    """
    tenders = sorted(given, key=lambda tender: tender.id)
    _check_dossier(method, tenders)
    invalid = _knocked_out(method, tenders)
    needed = method.price is not None or method.alert_low is not None or method.combine != "points_sum"
    prices = {t.id: _price(t) for t in tenders if t.id not in invalid} if needed else {}
    invalid |= _above_ceiling(method, prices)
    judged = {t.id: judge(method, t) for t in tenders if t.id not in invalid}
    invalid |= _below_minimum(judged)
    zeroed = {Flag("missing_scored_zero", name, leaf) for name in judged for leaf in judged[name].zeroed}
    valid = [tender for tender in tenders if tender.id not in invalid]
    prices = {t.id: prices[t.id] for t in valid if t.id in prices}
    ranked = _points(method, valid, prices, {t.id: judged[t.id] for t in valid})
    results = tuple(invalid.get(tender.id) or ranked[tender.id] for tender in tenders)
    return results, tuple(sorted(zeroed | _price_flags(method, prices)))


def _knocked_out(method: Method, tenders: Iterable[Tender]) -> dict[str, Result]:
    """Every verdict but a pass is a fail, also what the tenderer left unanswered (V20)."""
    failed = {t.id: [name for name in method.knock_outs if t.knock_outs[name] != "pass"] for t in tenders}
    return {
        tender: Result(id=tender, status="invalid", reasons=tuple(f"knock_out:{name}" for name in names))
        for tender, names in failed.items()
        if names
    }


def _above_ceiling(method: Method, prices: Mapping[str, Fraction]) -> dict[str, Result]:
    """A price exactly on the ceiling is valid, one cent above is not (V05)."""
    if method.price is None or method.price.ceiling_reject is None:
        return {}
    return {
        name: Result(id=name, status="invalid", reasons=("price_above_ceiling",), price=figure(price))
        for name, price in prices.items()
        if price > Fraction(method.price.ceiling_reject)
    }


def _below_minimum(judged: Mapping[str, Judged]) -> dict[str, Result]:
    return {
        name: Result(id=name, status="invalid", reasons=item.below, criterion_points=figures(item.points))
        for name, item in judged.items()
        if item.below
    }


def _check_dossier(method: Method, tenders: Sequence[Tender]) -> None:
    """Names are known, and every knock-out has a verdict for every tender (V22)."""
    refuse_duplicates(tender.id for tender in tenders)
    criteria = {leaf.id for leaf in leaves(method)}
    for tender in tenders:
        for name in sorted(set(tender.knock_outs) - set(method.knock_outs)):
            raise Refusal("unknown_knock_out", tender.id, name)
        for name in sorted(set(tender.grades) - criteria):
            raise Refusal("unknown_criterion", tender.id, name)
        if not set(method.knock_outs) <= set(tender.knock_outs):
            raise Refusal("incomplete_dossier")


def _price(tender: Tender) -> Fraction:
    price = tender.assessed_price
    if price is None:
        raise Refusal("incomplete_dossier")
    if price < 0:
        raise Refusal("negative_price", tender.id)
    return price


def _price_flags(method: Method, prices: Mapping[str, Fraction]) -> set[Flag]:
    """What a person must look at. An alert starts a request for explanation (art. 2.116)."""
    flags = {Flag("zero_price", name) for name, price in prices.items() if price == 0}
    floor = method.price.floor if method.price else None
    if floor is not None:
        flags |= {Flag("price_below_floor", name) for name, price in prices.items() if price < floor}
    if method.alert_low and prices:
        alert = reference_prices(prices.values()).mean * Fraction(method.alert_low.below_share_of_mean)
        flags |= {Flag("abnormally_low_suspect", name) for name, price in prices.items() if price < alert}
    return flags


def _points(
    method: Method, tenders: Sequence[Tender], prices: Mapping[str, Fraction], judged: Mapping[str, Judged]
) -> dict[str, Result]:
    """Points and totals of the valid tenders, rounded at the stage that the method names."""
    if not tenders:
        return {}
    factor = _normalising(method, judged.values())
    leaf_points = {
        name: {leaf: _rounded(method, "criterion", value * factor) for leaf, value in item.points.items()}
        for name, item in judged.items()
    }
    quality = {name: sum(points.values(), Fraction(0)) for name, points in leaf_points.items()}
    awarded = _price_points(method, prices)
    totals = _totals(method, quality, awarded, prices)
    fictional = method.combine == "fictional_price"
    return {
        name: Result(
            id=name,
            status="ranked",
            criterion_points=figures(leaf_points[name]),
            price=_figure(prices.get(name)),
            assessed_price=_figure(prices.get(name)) if tender.price_lines else None,
            price_points=_figure(awarded.get(name)),
            quality_points=figure(quality[name]) if method.quality and not fictional else None,
            quality_value=figure(quality[name]) if fictional else None,
            total=figure(_rounded(method, "total", totals[name])),
        )
        for name, tender in ((tender.id, tender) for tender in tenders)
    }


def _normalising(method: Method, judged: Iterable[Judged]) -> Fraction:
    """The factor on all quality points; `highest_gets_max` lifts the best tender to the maximum (V16)."""
    if method.quality is None or method.quality.normalise is None:
        return Fraction(1)
    highest = max(item.total for item in judged)
    if highest <= 0:
        raise Refusal("reference_quality_zero")
    return quality_maximum(method) / highest


def _price_points(method: Method, prices: Mapping[str, Fraction]) -> dict[str, Fraction]:
    rule, weight = method.price, Fraction(method.weights.price or 0)
    if rule is None or rule.formula is None:
        return {}
    reference = reference_prices(prices.values())
    points = {name: price_points(rule, weight, price, reference) for name, price in prices.items()}
    return {name: _rounded(method, "criterion", value) for name, value in points.items()}


def _totals(
    method: Method, quality: Mapping[str, Fraction], awarded: Mapping[str, Fraction], prices: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    """Totals by the announced way to combine, before the rounding of totals.

    Sources: V02 (points), V12 (award on value), V10 (value for money: quality share / price *
    constant), V11 (utility index: (1 - (Qbest - Q) * WQ / WP) / P * Plowest).
    """
    if method.combine == "points_sum":
        return {name: value + awarded.get(name, 0) for name, value in quality.items()}
    if method.combine == "fictional_price":
        return {name: prices[name] - value for name, value in quality.items()}
    lowest = min(prices.values())
    if lowest == 0:
        raise Refusal("reference_price_zero")
    maximum = quality_maximum(method)
    shares = {name: value / maximum for name, value in quality.items()}
    if method.combine == "ratio":
        constant = Fraction(method.constant or 0)
        return {name: share / prices[name] * constant for name, share in shares.items()}
    weight = Fraction(method.weights.quality or 0) / Fraction(method.weights.price or 1)
    best = max(shares.values())
    return {name: (1 - (best - share) * weight) / prices[name] * lowest for name, share in shares.items()}


def _rounded(method: Method, stage: str, value: Fraction) -> Fraction:
    rule = method.rounding
    if rule is None or rule.stage != stage:
        return value
    return Fraction(round_to(value, rule.decimals, rule.mode))


def _figure(value: Fraction | None) -> Figure | None:
    return None if value is None else figure(value)
