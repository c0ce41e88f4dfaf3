"""An award model on invented tenders: cases in the form of the scoring vectors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from procure_ai.casefile.messages import found_as, refuse_as
from procure_ai.evaluation.derived import derive
from procure_ai.evaluation.method import Method
from procure_ai.evaluation.outcome import as_expected
from procure_ai.evaluation.rank import evaluate
from procure_ai.evaluation.tenders import Tender
from procure_ai.evaluation.values import Refusal
from procure_ai.files.disk import read_bytes
from procure_ai.files.strict_yaml import decode, parse, raw
from procure_ai.findings import Finding, Place, Refused

_TENDERS = TypeAdapter(tuple[Tender, ...])


def simulate(path: Path) -> dict[str, Any]:
    """Case id to result, in the shape of `expected`; a refusal is `{"refused": CODE, "winner": None}`.

    Raises `Refused` (E130) when the file does not hold cases, with a finding per faulty case.
    """
    content = raw(parse(decode(read_bytes(path, str(path)), str(path)), str(path), flow=True))
    assert isinstance(content, dict)
    if "method" in content:
        cases: list[Any] = [{"id": path.stem, **content}]
        derived: list[Any] = []
    else:
        cases, derived = list(content.get("cases", ())), list(content.get("derived_cases", ()))
    if not cases and not derived:
        raise refuse_as("E130", Place(str(path)))
    results: dict[str, Any] = {}
    findings: list[Finding] = []
    work: list[tuple[Any, Callable[[Any], dict[str, Any]]]] = [(case, _run) for case in cases]
    work.extend((case, derive) for case in derived)
    for number, (case, run) in enumerate(work, start=1):
        name = str(case.get("id", number)) if isinstance(case, dict) else str(number)
        try:
            results[name] = run(case)
        except Refusal as refusal:
            results[name] = as_expected(refusal)
        except (ValidationError, KeyError, TypeError, AttributeError) as error:
            detail = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            findings.append(found_as("E130/case", Place(str(path)), name=name, detail=detail))
    if findings:
        raise Refused(findings)
    return results


def _run(case: dict[str, Any]) -> dict[str, Any]:
    method = Method.model_validate(case["method"])
    tenders = _TENDERS.validate_python(tuple(case["tenders"]))
    draw = tuple(str(name) for name in case.get("recorded_draw", ()))
    return as_expected(evaluate(method, tenders, draw))
