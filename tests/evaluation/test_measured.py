"""Measured criteria and sessions: what must be announced, and from a result to points."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from measured_case import HASH, PARTS, PROTOCOL, SESSION, TABLE, case, small

from procure_ai.casefile import data
from procure_ai.evaluation import Tender, evaluate
from procure_ai.evaluation.lint import lint
from procure_ai.evaluation.measured import grade_of, points_of, table_fault
from procure_ai.evaluation.model import AwardModel, build_award_model
from procure_ai.evaluation.values import Refusal
from procure_ai.findings import Refused
from procure_ai.library.written import Band
from procure_ai.procedure.case import Case


def band(at_least: str, grade: str) -> Band:
    return Band(at_least=Decimal(at_least), grade=Decimal(grade))


BANDS = (band("0", "0"), band("60", "4"), band("75.5", "8"), band("90", "12"))


def built(folder: Path, own: Case | None = None, **parts: str) -> tuple[AwardModel | None, list[tuple[str, str]]]:
    library = small(folder, **parts)
    model, findings = build_award_model(own or case(), library, frozenset(library.texts()))
    return model, [(item.code, str(item.place)) for item in findings]


def test_what_is_announced_of_a_measured_criterion_and_of_a_session(tmp_path: Path) -> None:
    model, findings = built(tmp_path)
    assert model is not None
    assert findings == []
    measured, session = model.criterion("measured"), model.criterion("session")
    assert measured.measured is not None
    assert (measured.measured.test_set, measured.measured.protocol) == (HASH, PROTOCOL.strip())
    assert [(rung.grade, rung.name) for rung in measured.scale] == [
        (0, "0% tot 60%"), (4, "60% tot 75,5%"), (8, "75,5% tot 90%"), (12, "90% tot en met 100%"),
    ]  # fmt: skip
    assert session.session is not None
    assert (session.session.minutes, session.measured, measured.session) == (45, None, None)
    assert AwardModel.model_validate_json(model.model_dump_json()) == model


def test_the_small_set_has_nothing_to_remark(tmp_path: Path) -> None:
    library, own = small(tmp_path), case()
    model, _ = build_award_model(own, library, frozenset(library.texts()))
    assert model is not None
    assert own.award_model is not None
    assert lint(model, own.award_model, library.sets["klein"], data.lint_words()) == ()


def test_grades_of_a_measurement_may_lie_at_unequal_steps(tmp_path: Path) -> None:
    library, own = small(tmp_path, table=TABLE.replace("grade: 8", "grade: 10")), case()
    model, _ = build_award_model(own, library, frozenset(library.texts()))
    assert model is not None
    assert own.award_model is not None
    assert lint(model, own.award_model, library.sets["klein"], data.lint_words()) == ()


MEASURED, SESSION_FILE = "scorecards/klein/criteria/measured.md", "scorecards/klein/criteria/session.md"
_LATER = TABLE.replace("at_least: 0\n", "at_least: 10\n")
FAULTS: dict[str, tuple[dict[str, str], dict[str, Any], str, str]] = {
    "no protocol": ({"protocol": ""}, {}, "E160", MEASURED),
    "a row missing": ({"protocol": PROTOCOL.replace("Herhalingen", "Vaak")}, {}, "E160", MEASURED),
    "a row empty": ({"protocol": PROTOCOL.replace("3 per taak", " ")}, {}, "E160", MEASURED),
    "no hash": ({}, {"measured": {}}, "E160", "procedure.yaml"),
    "a mean": ({}, {"panel_rule": "mean"}, "E160", "procedure.yaml"),
    "a hash too many": ({}, {"measured": {"measured": HASH, "session": HASH}}, "E160", "procedure.yaml"),
    "a hash of nothing": ({}, {"measured": {"measured": HASH, "mesured": HASH}}, "E102", "procedure.yaml"),
    "no script": ({"script": ""}, {}, "E161", SESSION_FILE),
    "no time": ({"session": SESSION.replace("minutes: 45\n", "")}, {}, "E161", SESSION_FILE),
    "no form": ({"session": "minutes: 45\n"}, {}, "E161", SESSION_FILE),
    "no table": ({"table": ""}, {}, "E162", MEASURED),
    "a gap below": ({"table": _LATER}, {}, "E162", MEASURED),
    "results fall": ({"table": TABLE.replace("75.5", "55")}, {}, "E162", MEASURED),
    "grades fall": ({"table": TABLE.replace("grade: 8", "grade: 3")}, {}, "E162", MEASURED),
}


@pytest.mark.parametrize(("parts", "choices", "code", "file"), FAULTS.values(), ids=FAULTS)
def test_what_is_not_announced_is_refused(
    tmp_path: Path, parts: dict[str, str], choices: dict[str, Any], code: str, file: str
) -> None:
    model, findings = built(tmp_path, case(**choices), **parts)
    assert model is None
    assert [found for found, _ in findings] == [code]
    assert findings[0][1].startswith(file)


def test_a_missing_part_of_the_protocol_is_named(tmp_path: Path) -> None:
    library = small(tmp_path, protocol=PROTOCOL.replace("Aandeel Nederlands", "Taal"))
    _, (finding,) = build_award_model(case(), library, frozenset(library.texts()))
    assert "ontbreekt: Aandeel Nederlands." in finding.message
    assert len(PARTS) == 9


@pytest.mark.parametrize(
    "parts",
    [{"table": f"{TABLE}ladder: exit\n"}, {"table": f"{TABLE}minutes: 5\n"}, {"session": f"{SESSION}{TABLE}"},
     {"session": "minutes: 0\nform: Hier.\n"}, {"table": TABLE.replace("at_least: 60", "at_least: 101")}],
)  # fmt: skip
def test_keys_of_another_kind_are_refused(tmp_path: Path, parts: dict[str, str]) -> None:
    with pytest.raises(Refused):
        small(tmp_path, **parts)


def test_a_hash_is_64_characters() -> None:
    for wrong in ("AB" * 32, "ab" * 31, "g" * 64):
        with pytest.raises(ValueError, match="SHA-256"):
            case(measured={"measured": wrong})


# --- from result to points ------------------------------------------------------------------------

WORKED = [("0", 0, 0), ("59.9999", 0, 0), ("60", 4, 10), ("75.4999", 4, 10), ("75.5", 8, 20), ("89.99", 8, 20),
          ("90", 12, 30), ("100", 12, 30)]  # fmt: skip


@pytest.mark.parametrize(("result", "grade", "points"), WORKED)
def test_points_of_a_result(result: str, grade: int, points: int) -> None:
    found = grade_of(BANDS, Decimal(result))
    assert found == grade
    assert points_of(found, Decimal(12), Decimal(30)) == points


def test_points_are_exact() -> None:
    assert points_of(Decimal(1), Decimal(3), Decimal(10)) == Fraction(10, 3)


@pytest.mark.parametrize("result", ["-0.01", "100.01"])
def test_a_result_beyond_the_table_is_refused(result: str) -> None:
    with pytest.raises(Refusal, match="out_of_range"):
        grade_of(BANDS, Decimal(result))


def test_a_better_result_never_earns_less() -> None:
    results = [Decimal(tenth) / 10 for tenth in range(1001)]
    grades = [grade_of(BANDS, result) for result in results]
    assert grades == sorted(grades)


def test_faults_of_a_table() -> None:
    assert table_fault(BANDS) == ""
    assert table_fault(BANDS[:1]) == "E162"
    assert table_fault(BANDS[1:]) == "E162/start"
    assert table_fault((band("0", "1"), band("50", "2"))) == "E162/start"
    assert table_fault((*BANDS[:2], band("60", "5"))) == "E162/order"
    assert table_fault((*BANDS[:2], band("70", "4"))) == "E162/order"


def test_the_engine_counts_the_same_points(tmp_path: Path) -> None:
    model, _ = built(tmp_path)
    assert model is not None
    for result, _, points in WORKED:
        grades = {"measured": grade_of(BANDS, Decimal(result)), "session": Decimal(10)}
        tender = Tender.model_validate(
            {"id": "a", "price": "300000", "knock_outs": {"req-stop": "pass"},
             "grades": {name: {"consensus": str(grade)} for name, grade in grades.items()}}
        )  # fmt: skip
        outcome = evaluate(model.method, [tender])
        assert outcome.tenders[0].criterion_points["measured"].exact == points
