"""Derived figures: where they refuse to guess."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from procure_ai.casefile.simulation import simulate
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
        (
            lambda: derive({"kind": "sovereignty", "inputs": {"objectives": {}, "offers": {}}}),
            "framework_version_missing",
        ),
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


@pytest.mark.parametrize("kind", ["sovereignty_score", "seal_gate", "sovereignty", "mof_class", "openness_index"])
def test_inputs_of_the_wrong_form(kind: str) -> None:
    with pytest.raises(ValidationError):
        derive({"kind": kind, "inputs": ["x"]})


def test_an_optional_component_changes_no_class() -> None:
    assert mof_class({"sample_outputs", "metadata", "supporting_libraries"}).name == "unclassified"


FRAMEWORK = """
derived_cases:
  - id: aanbod
    kind: sovereignty
    inputs:
      version: 1.2.1, rekenhulp van 1 juni 2026
      minimum: 2
      objectives:
        sov-2: {weight: 60, questions: [sov-2-1, sov-2-2], minimum: 3}
        sov-3: {weight: 40, questions: [sov-3-1]}
      offers:
        P: {sov-2-1: {points: 500, level: 3}, sov-2-2: {points: 300, level: 4}, sov-3-1: {points: 500, level: 2}}
        Q: {sov-2-1: {points: 500, level: 4}, sov-2-2: {points: 500, level: 2}, sov-3-1: {points: 900, level: 4}}
        R: {sov-2-1: {points: 500, level: 4}, sov-3-1: {points: 1000, level: 4}}
        S: {sov-2-1: {points: 450, level: 3}, sov-2-2: {points: 450, level: 3}, sov-3-1: {points: 600, level: 3}}
"""


def test_simulate_works_out_score_and_gate_of_the_framework_from_a_file(tmp_path: Path) -> None:
    """P: 0.6 x 800 + 0.4 x 500 = 680 of 1000. Q has the best score, one objective is under its minimum; R has a gap."""
    path = tmp_path / "aanbod.yaml"
    path.write_text(FRAMEWORK, "utf-8")
    assert simulate(path)["aanbod"] == {
        "version": "1.2.1, rekenhulp van 1 juni 2026",
        "percent": {"P": "68.0000", "Q": "96.0000", "R": "70.0000", "S": "78.0000"},
        "level": {"P": 2, "Q": 2, "R": 4, "S": 3},
        "gaps": {"P": [], "Q": [], "R": ["sov-2-2"], "S": []},
        "below": {"P": [], "Q": ["sov-2"], "R": [], "S": []},
        "passes": {"P": True, "Q": False, "R": False, "S": True},
        "order": ["S", "P"],
    }
