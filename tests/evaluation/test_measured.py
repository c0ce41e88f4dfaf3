"""Measured criteria and sessions: what must be announced, and from a result to points."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from measured_case import HASH, OTHERWISE, RATING, ROOT, SESSION, TABLE, TEST, case, small
from pydantic import ValidationError

from procure_ai.casefile import data
from procure_ai.evaluation import Tender, evaluate
from procure_ai.evaluation.lint import lint
from procure_ai.evaluation.measured import grade_of, points_of, result_of, table_fault
from procure_ai.evaluation.model import AwardModel, build_award_model
from procure_ai.evaluation.values import Refusal
from procure_ai.files.strict_yaml import parse, raw
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
    assert (measured.measured.test.test_set, measured.measured.rating) == (HASH, RATING.strip())
    assert [(one.grade, one.name) for one in measured.measured.ratings] == [
        (0, "Fout"),
        (50, "Zonder bron"),
        (100, "Goed"),
    ]
    assert model.rated == (measured,)
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
    "no protocol and no hash": ({}, {"measured": {}}, "E160", "procedure.yaml"),
    "nobody rates": ({}, {"measured": {"measured": {**TEST, "raters": "0"}}}, "E160", "procedure.yaml"),
    "nothing to rate": ({"rating": OTHERWISE}, {}, "E160", "procedure.yaml"),
    "a mean": ({}, {"panel_rule": "mean"}, "E160", "procedure.yaml"),
    "a hash too many": ({}, {"measured": {"measured": TEST, "session": TEST}}, "E160", "procedure.yaml"),
    "a hash of nothing": ({}, {"measured": {"measured": TEST, "mesured": TEST}}, "E102", "procedure.yaml"),
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


@pytest.mark.parametrize("part", TEST)
def test_every_part_of_the_protocol_must_be_there(part: str) -> None:
    for test in ({name: text for name, text in TEST.items() if name != part}, {**TEST, part: ""}):
        with pytest.raises(ValidationError) as caught:
            case(measured={"measured": test})
        assert part in str(caught.value)


def test_a_criterion_measured_otherwise_has_no_raters(tmp_path: Path) -> None:
    model, findings = built(tmp_path, case(measured={"measured": {**TEST, "raters": "0"}}), rating=OTHERWISE)
    assert findings == []
    assert model is not None
    assert model.rated == ()


@pytest.mark.parametrize(
    ("old", "new"), [("| 0 | Fout", "| 10 | Fout"), ("| 100 | Goed", "| 90 | Goed"), ("Zonder bron |", "fout |")]
)
def test_ratings_run_from_0_to_100_by_their_own_names(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(Refused, match="S103") as caught:
        small(tmp_path, rating=RATING.replace(old, new))
    assert [finding.code for finding in caught.value.findings] == ["S103"]


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
            case(measured={"measured": {**TEST, "test_set": wrong}})


# --- from ratings to a result ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ratings", "result"),
    [("100 100 0", "66.67"), ("100 0", "50.00"), ("50 0 0", "16.67"), ("0", "0.00"), ("100 100 50", "83.33"),
     ("100 " * 199 + "99", "100.00"), ("100 " * 99 + "98.5", "99.99"), ("0 " * 7 + "100", "12.50"), ("0.05", "0.05"),
     ("0.05 0.06", "0.06")],
)  # fmt: skip
def test_the_result_is_the_mean_of_every_rating_half_up(ratings: str, result: str) -> None:
    assert str(result_of([Decimal(one) for one in ratings.split()])) == result


def test_no_ratings_give_no_result() -> None:
    with pytest.raises(Refusal, match="incomplete_dossier"):
        result_of([])


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


def test_a_choice_of_the_tenderer_leaves_no_mean_of_members() -> None:
    library, _ = data.library()
    path = ROOT / "examples" / "chatbot-gemeente" / "procedure.yaml"
    content: Any = raw(parse(path.read_text("utf-8"), path.name))
    content["award_model"] |= {"points": {"shorter-retention": "5", "service": "0.5"}, "panel_rule": "mean"}
    _, findings = build_award_model(Case.model_validate(content), library, frozenset(library.texts()))
    assert ("E160", "award_model/panel_rule") in [(item.code, item.place.key) for item in findings]
    assert any("`shorter-retention`" in item.message for item in findings if item.code == "E160")


def test_a_test_without_points_is_found() -> None:
    library, _ = data.library()
    path = ROOT / "examples" / "chatbot-gemeente" / "procedure.yaml"
    content: Any = raw(parse(path.read_text("utf-8"), path.name))
    content["award_model"] |= {"measured": {"measured-answers": TEST}}
    model, findings = build_award_model(Case.model_validate(content), library, frozenset(library.texts()))
    assert model is None
    assert [(item.code, item.place.key) for item in findings] == [("E160", "award_model/measured/measured-answers")]


def test_a_building_block_is_a_requirement_only_where_the_case_names_it() -> None:
    library, _ = data.library()
    path = ROOT / "examples" / "chatbot-gemeente" / "procedure.yaml"
    content: Any = raw(parse(path.read_text("utf-8"), path.name))

    def asked(names: list[str]) -> tuple[list[str] | None, list[str]]:
        content["award_model"] |= {"requirements": tuple(names)}
        model, findings = build_award_model(Case.model_validate(content), library, frozenset(library.texts()))
        return model and [item.id for item in model.requirements], [item.code for item in findings]

    without, _ = asked([])
    assert without is not None
    assert "req-autonomy-level" not in without
    assert asked(["req-autonomy-level"]) == ([*without, "req-autonomy-level"], [])
    assert asked(["req-location"]) == (None, ["E102"])
