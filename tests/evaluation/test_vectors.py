"""Every scoring vector, to the last decimal: the contract of the award arithmetic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from procure_ai.evaluation import Method, Outcome, Refusal, Tender, as_expected, derive, evaluate, without

VECTORS = yaml.safe_load((Path(__file__).parent / "scoring-vectors.yaml").read_text(encoding="utf-8"))
CASES = {case["id"]: case for case in VECTORS["cases"]}
DERIVED = {case["id"]: case for case in VECTORS["derived_cases"]}


def as_text(value: Any) -> Any:
    """The same data with every number and yes/no as text, as the house reads YAML."""
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(as_text(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def run(case: dict[str, Any]) -> Outcome | Refusal:
    method = Method.model_validate(case["method"])
    tenders = [Tender.model_validate(tender) for tender in case["tenders"]]
    try:
        return evaluate(method, tenders, case.get("recorded_draw", ()))
    except Refusal as refusal:
        return refusal


def test_the_file_is_complete() -> None:
    assert list(CASES) == [f"V{number:02}" for number in range(1, 49)]
    assert list(DERIVED) == [f"S{number:02}" for number in range(1, 9)]


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    assert as_expected(run(CASES[name])) == CASES[name]["expected"]


@pytest.mark.parametrize("name", CASES)
def test_case_read_as_text(name: str) -> None:
    text = as_text({key: value for key, value in CASES[name].items() if key != "expected"})
    assert as_expected(run(text)) == CASES[name]["expected"]


REMOVALS = [
    (name, rule)
    for name, case in CASES.items()
    for rule in ("freeze", "recalculate")
    if rule in case.get("expected_after_removal", {})
]


@pytest.mark.parametrize(("name", "rule"), REMOVALS)
def test_case_after_removal(name: str, rule: str) -> None:
    case = CASES[name]
    after = case["expected_after_removal"]
    method = Method.model_validate(case["method"])
    tenders = [Tender.model_validate(tender) for tender in case["tenders"]]
    outcome = without(method, tenders, {after["removed"]}, rule)
    if rule == "freeze":
        assert {"winner": outcome.winner, "order": list(outcome.order)} == after["freeze"]
    else:
        assert as_expected(outcome) == after["recalculate"]


@pytest.mark.parametrize("name", DERIVED)
@pytest.mark.parametrize("read", [lambda case: case, as_text], ids=["typed", "text"])
def test_derived_case(name: str, read: Any) -> None:
    assert derive(read(DERIVED[name])) == DERIVED[name]["expected"]


@pytest.mark.parametrize("name", CASES)
def test_method_survives_freezing_as_json(name: str) -> None:
    method = Method.model_validate(CASES[name]["method"])
    assert Method.model_validate_json(method.model_dump_json(exclude_defaults=True)) == method
