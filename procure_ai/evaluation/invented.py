"""Invented tenders: what could come in, so that an award model shows before publication what it chooses.

No chance is involved: the same award model gives the same tenders. Every invented tender meets the
published minima, as a serious tenderer who has read them would. Source: `reference/evaluation.md` section 5
(simulation on invented bids before publication).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from procure_ai.evaluation.method import Criterion, Method, leaves
from procure_ai.evaluation.points import on_scale
from procure_ai.evaluation.tenders import Tender
from procure_ai.evaluation.values import round_to

_USUAL_RANGE = Fraction(60_000), Fraction(140_000)  # when the award model names no amounts


@dataclass(frozen=True)
class Profile:
    """A kind of tender. `price` is its place in the range of prices (0 lowest, 1 highest).

    The others are parts of the scale: on the ordinary criteria, on those of them with the heaviest third of their
    points, and on the preference criteria for openness and for autonomy.
    """

    id: str
    title: str
    price: Fraction
    quality: Fraction
    heaviest: Fraction
    openness: Fraction
    autonomy: Fraction

    def share(self, kind: str, *, heavy: bool) -> Fraction:
        """The part of the scale on a criterion: a preference criterion of this kind, or (empty) an ordinary one."""
        if kind:
            return self.openness if kind == "openness" else self.autonomy
        return self.heaviest if heavy else self.quality


def _profile(name: str, title: str, *percent: int) -> Profile:
    return Profile(name, title, *(Fraction(part, 100) for part in percent))


# Price, ordinary quality, the heaviest of it, openness, autonomy. Every ordinary criterion runs from 40 to 100 and
# each preference from 0 to 100, so that no part weighs less than announced because of the choice of tenders.
PROFILES = (
    _profile("cheap-and-thin", "Goedkoop en mager", 15, 40, 40, 40, 40),
    _profile("dear-and-excellent", "Duur en uitstekend", 85, 100, 100, 60, 60),
    _profile("middle", "Midden", 50, 60, 60, 60, 60),
    _profile("open-and-european", "Open en Europees", 60, 80, 80, 100, 100),
    _profile("open-not-european", "Open, niet Europees", 50, 80, 80, 100, 0),
    _profile("european-not-open", "Europees, niet open", 55, 80, 80, 0, 100),
    _profile("strong-but-closed", "Sterk, gesloten, niet Europees", 45, 80, 80, 0, 0),
    _profile("one-sided", "Eenzijdig, sterk op het zwaarste", 40, 40, 100, 40, 40),
    _profile("one-sided-reversed", "Eenzijdig, zwak op het zwaarste", 40, 80, 40, 40, 40),
    _profile("at-the-floor", "Op de laagste prijs", 0, 60, 60, 40, 40),
    _profile("at-the-ceiling", "Op de hoogste prijs", 100, 80, 80, 60, 60),
)
STRAW_MEN = {"straw-man:dear": "Stroman, duur en leeg", "straw-man:cheap": "Stroman, goedkoop en leeg"}


def price_range(method: Method, prices: Collection[Fraction] = ()) -> tuple[Fraction, Fraction]:
    """Lowest and highest price to reckon with: the published bandwidth, else that of `prices`, else what is usual.

    Never above the amount over which a tender is invalid; without bandwidth and prices from half that amount on.
    """
    rule = method.price
    reject = Fraction(rule.ceiling_reject) if rule and rule.ceiling_reject is not None else None
    if rule and rule.floor is not None and rule.ceiling is not None:
        low, high = Fraction(rule.floor), Fraction(rule.ceiling)
    elif prices:
        low, high = min(prices), max(prices)
    else:
        low, high = _USUAL_RANGE if reject is None else (reject / 2, reject)
    high = high if reject is None else min(high, reject)
    return (low, high) if low < high else (high / 2, high)


def invented_tenders(method: Method, preferences: Mapping[str, str] = MappingProxyType({})) -> tuple[Tender, ...]:
    """One tender per profile; `preferences` are the preference criteria: id to kind (openness, autonomy)."""
    low, high = price_range(method)
    ordinary = [leaf for leaf in leaves(method) if leaf.id not in preferences]
    heaviest = _heaviest(ordinary)

    def grade(profile: Profile, leaf: Criterion) -> Decimal:
        share = profile.share(preferences.get(leaf.id, ""), heavy=leaf.id in heaviest)
        near = share * leaf.top_grade  # the nearest published grade counts, the lower of two
        return min(grades_of(leaf), key=lambda found: (abs(Fraction(found) - near), found))

    return tuple(
        _tender(
            method,
            profile.id,
            low + (high - low) * profile.price,
            {leaf.id: grade(profile, leaf) for leaf in leaves(method)},
            {leaf.id for leaf in ordinary},
        )
        for profile in PROFILES
    )


def straw_men(method: Method, prices: Collection[Fraction]) -> tuple[Tender, ...]:
    """Tenders with the lowest grades that are valid: one dearer than all others, one at half the lowest price."""
    ceiling = method.price.ceiling_reject if method.price else None
    dear = max(prices) * 3 / 2
    dear = dear if ceiling is None else min(dear, Fraction(ceiling))
    lowest = {leaf.id: grades_of(leaf)[0] for leaf in leaves(method)}
    return tuple(
        _tender(method, name, price, lowest, lowest)
        for name, price in zip(STRAW_MEN, (dear, min(prices) / 2), strict=True)
    )


def grades_of(leaf: Criterion) -> tuple[Decimal, ...]:
    """The grades of the published scale from low to high; whole ones when every grade in between is allowed."""
    if leaf.allowed:
        return tuple(sorted(leaf.allowed))
    top = int(leaf.top_grade)
    whole = [Decimal(grade) for grade in range(-top if leaf.signed else 0, top + 1)]
    exact = round_to(leaf.top_grade, 4)
    return tuple(whole if whole[-1] == exact or not on_scale(leaf, exact) else [*whole, exact])


def _heaviest(ordinary: Iterable[Criterion]) -> frozenset[str]:
    """The heaviest criteria that together have at least a third of the points."""
    found = sorted(ordinary, key=lambda leaf: (-leaf.maximum, leaf.id))
    third = sum((leaf.maximum for leaf in found), Fraction(0)) / 3
    chosen: list[Criterion] = []
    while found and sum((leaf.maximum for leaf in chosen), Fraction(0)) < third:
        chosen.append(found.pop(0))
    return frozenset(leaf.id for leaf in chosen)


def _tender(
    method: Method, name: str, price: Fraction, grades: Mapping[str, Decimal], first: Collection[str]
) -> Tender:
    return Tender(
        id=name,
        price=round_to(price, 2),
        knock_outs=dict.fromkeys(method.knock_outs, "pass"),
        grades=_at_the_minima(method, grades, first),
    )


def _at_the_minima(method: Method, grades: Mapping[str, Decimal], first: Collection[str]) -> dict[str, Decimal]:
    """The grades, raised where they miss a minimum.

    Per criterion, then for the total: all criteria of `first` go up a step together, so that none of them is the
    one that happened to be raised; when they are at the top, the others.
    """
    raised: dict[str, Decimal] = {}
    for leaf in leaves(method):
        enough = [grade for grade in grades_of(leaf) if leaf.min_grade is None or grade >= leaf.min_grade]
        raised[leaf.id] = max(grades[leaf.id], enough[0]) if enough else grades[leaf.id]
    wanted = Fraction((method.quality and method.quality.total_min) or 0)
    while _points(method, raised) < wanted:
        higher = {
            leaf.id: grade for leaf in leaves(method) for grade in grades_of(leaf)[::-1] if grade > raised[leaf.id]
        }
        if not higher:
            break
        raised |= {name: grade for name, grade in higher.items() if name in first} or higher
    return raised


def _points(method: Method, grades: Mapping[str, Decimal]) -> Fraction:
    found = (leaf.maximum * Fraction(grades[leaf.id]) / leaf.top_grade for leaf in leaves(method))
    return sum(found, Fraction(0))
