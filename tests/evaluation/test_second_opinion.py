"""Totals worked out again by scikit-criteria, where its methods say the same as ours.

SPOTIS with fixed bounds is a sum of points with a bandwidth: the total is 100 times one minus the distance. The
weighted sum after its ratio inverter has the lowest price divided by the price; that inverter divides each grade by
the highest one given, so a yardstick with every top grade and a high price takes part. It uses binary floats, so
figures are compared at nine decimals; ranks, ties, zero prices and knock-outs are not compared (there it differs:
`reference/evaluation.md` section 5). It is slow to load, so it is imported in the tests that need it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from procure_ai.evaluation import Method, Tender, evaluate, leaves
from procure_ai.evaluation.invented import invented_tenders
from procure_ai.evaluation.values import round_to

VECTORS = yaml.safe_load((Path(__file__).parent / "scoring-vectors.yaml").read_text("utf-8"))
CASES = {item["id"]: item for item in VECTORS["cases"]}
LADDER = {"scale_max": "10", "allowed": ["0", "2", "4", "6", "8", "10"]}


def case(name: str) -> tuple[Method, tuple[Tender, ...]]:
    found = CASES[name]
    return Method.model_validate(found["method"]), tuple(map(Tender.model_validate, found["tenders"]))


def published(rule: dict[str, str]) -> Method:
    """Price 40, three criteria of 60 together."""
    return Method.model_validate(
        {
            "combine": "points_sum",
            "weights": {"price": "40"},
            "price": rule,
            "quality": {
                "criteria": [
                    {"id": "main", "max_points": "35", **LADDER},
                    {"id": "side", "max_points": "15", **LADDER},
                    {"id": "open", "max_points": "10", **LADDER},
                ]
            },
        }
    )


def matrix(method: Method, tenders: Sequence[Tender]) -> Any:
    """Grades and the price, with the points (shares of 1) as weights, as scikit-criteria wants them."""
    import skcriteria

    criteria = leaves(method)
    points = [*(leaf.maximum for leaf in criteria), Fraction(method.weights.price or 0)]
    return skcriteria.mkdm(
        [[*(grade(tender, leaf.id) for leaf in criteria), float(tender.price or 0)] for tender in tenders],
        [*(max for _ in criteria), min],
        weights=[float(each / sum(points)) for each in points],
        alternatives=[tender.id for tender in tenders],
        criteria=[*(leaf.id for leaf in criteria), "price"],
    )


def grade(tender: Tender, name: str) -> float:
    found = tender.grades[name]
    assert isinstance(found, Decimal)
    return float(found)


def yardstick(method: Method) -> Tender:
    """A tender with every top grade; its price is never the lowest."""
    return Tender(
        id="yardstick", price=Decimal(10**9), grades={leaf.id: round_to(leaf.top_grade, 0) for leaf in leaves(method)}
    )


def ours(method: Method, tenders: Sequence[Tender]) -> dict[str, Fraction]:
    outcome = evaluate(method, tenders)
    return {result.id: result.total.exact for result in outcome.tenders if result.total}


@pytest.mark.parametrize("name", ["V15", "invented"])
def test_a_bandwidth_is_a_distance_between_fixed_bounds(name: str) -> None:
    pytest.importorskip("skcriteria")
    from skcriteria.agg.spotis import SPOTIS

    if name == "invented":
        method = published({"formula": "bandwidth", "floor": "100000", "ceiling": "200000", "clamp": "zero_to_max"})
        tenders: Sequence[Tender] = invented_tenders(method, {"open": "openness"})
    else:
        method, tenders = case(name)
    assert method.price
    bounds = [[0.0, float(leaf.top_grade)] for leaf in leaves(method)]
    bounds.append([float(method.price.floor or 0), float(method.price.ceiling or 0)])
    result = SPOTIS().evaluate(matrix(method, tenders), bounds=bounds)
    theirs = dict(zip(result.alternatives, 100 * (1 - result.e_.score), strict=True))
    assert theirs == pytest.approx({key: float(value) for key, value in ours(method, tenders).items()}, abs=1e-9)


@pytest.mark.parametrize("name", ["V35", "V36", "invented"])
def test_the_lowest_price_by_the_price_is_the_ratio_inverter(name: str) -> None:
    pytest.importorskip("skcriteria")
    from skcriteria.agg.simple import WeightedSumModel
    from skcriteria.preprocessing.invert_objectives import BenefitCostInverter

    if name == "invented":
        method = published({"formula": "lowest_ratio"})
        tenders: Sequence[Tender] = invented_tenders(method, {"open": "openness"})
    else:
        method, tenders = case(name)
    found = matrix(method, (*tenders, yardstick(method)))
    result = WeightedSumModel().evaluate(BenefitCostInverter().transform(found))
    theirs = dict(zip(result.alternatives, 100 * result.e_.score, strict=True))
    del theirs["yardstick"]
    assert theirs == pytest.approx({key: float(value) for key, value in ours(method, tenders).items()}, abs=1e-9)
