"""Derived figures: where they refuse to guess."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from procure_ai.evaluation import Refusal, derive
from procure_ai.evaluation.derived import effective_weight
from procure_ai.evaluation.ladders import mof_class, openness_index, seal_level, sovereignty_score

DEFICIT = {
    "weight_price": "30",
    "floor": "100000",
    "ceiling": "200000",
    "leader_total": "75.6",
    "runner_up_total": "69.4",
    "runner_up_price": "150000",
}


@pytest.mark.parametrize(
    ("calculate", "code"),
    [
        (lambda: derive({"kind": "horoscope"}), "unsupported:kind:horoscope"),
        (lambda: sovereignty_score(Decimal(1000), [Decimal("0.9")], [Decimal(1)]), "weights_do_not_sum"),
        (lambda: sovereignty_score(Decimal(1000), [Decimal(1)], []), "scores_do_not_match"),
        (lambda: sovereignty_score(Decimal(0), [Decimal(1)], [Decimal(1)]), "out_of_range:objective_max"),
        (lambda: seal_level([]), "out_of_range:levels"),
        (lambda: seal_level([3, 5]), "out_of_range:levels"),
        (lambda: mof_class({"weights"}), "unknown_component:weights"),
        (lambda: openness_index(6, 5, 2, Decimal(20)), "dimensions_do_not_match"),
        (lambda: effective_weight({"price": [Decimal(3)] * 2, "quality": []}), "no_spread"),
        (lambda: derive({"kind": "mof_class", "inputs": {"a": {"not_open_licence": ["x"]}}}), "unknown_component:x"),
        (lambda: derive({"kind": "price_deficit", "inputs": {**DEFICIT, "ceiling": "1"}}), "bandwidth_empty"),
        (
            lambda: derive({"kind": "price_deficit", "inputs": {**DEFICIT, "weight_price": "0"}}),
            "out_of_range:weight_price",
        ),
        (
            # 99 - 69.4 = 29.6 points is 98666.67 in money: 51333.33 lies under the floor
            lambda: derive({"kind": "price_deficit", "inputs": {**DEFICIT, "leader_total": "99"}}),
            "outside_bandwidth",
        ),
    ],
)
def test_refused(calculate: Any, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        calculate()
    assert caught.value.code == code


@pytest.mark.parametrize("kind", ["sovereignty_score", "seal_gate", "mof_class", "openness_index"])
def test_inputs_of_the_wrong_form(kind: str) -> None:
    with pytest.raises(ValidationError):
        derive({"kind": kind, "inputs": ["x"]})


def test_an_optional_component_changes_no_class() -> None:
    assert mof_class({"sample_outputs", "metadata", "supporting_libraries"}).name == "unclassified"
