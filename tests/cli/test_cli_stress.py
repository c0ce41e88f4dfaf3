"""`simulate` on a case: the stress report as text, JSON and workbook; on invented tenders unless asked otherwise."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from casefile_support import EXAMPLE, Demo, change_case, fine, refused, run, snapshot
from openpyxl import load_workbook

from procure_ai.casefile.simulation import in_words, simulate

PROFILES = {"cheap-and-thin", "dear-and-excellent", "middle", "open-and-european", "strong-but-closed", "one-sided",
            "one-sided-reversed", "at-the-floor", "at-the-ceiling", "open-not-european",
            "european-not-open"}  # fmt: skip
QUESTIONS = ["field", "winner", "weights", "money", "rungs", "preference", "order", "flips", "grades", "without"]
KEYS = [
    "invented", "tenders", "outcome", "field", "ties", "parts", "money", "rungs", "preferences", "reversals", "weights",
    "grades", "left_out", "tried", "conclusions",
]  # fmt: skip


def test_a_case_without_tenders_is_tried_on_invented_ones(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fine("init", case, "--example", EXAMPLE)
    before = snapshot(case)
    text = fine("simulate", case).out
    monkeypatch.chdir(case)
    assert fine("simulate").out == text  # the current folder, and the same again
    assert snapshot(case) == before
    for heading in (
        "Wie er meedoet",
        "Wie wint",
        "Wat er echt beslist",
        "Wat een punt kost",
        "Wat een trede waard is",
        "Eén cijfer anders",
    ):
        assert f"\n{heading}\n{'=' * len(heading)}\n" in text
    assert text.count("Wat dit betekent.") == len(QUESTIONS)
    assert "kost één punt €\u00a010.000" in text  # 30 points between 150,000 and 450,000
    assert "{" not in text


def test_the_figures_as_json(case: Path) -> None:
    fine("init", case, "--example", EXAMPLE)
    found = fine("simulate", case, "--json").json
    assert list(found) == KEYS
    assert found["invented"] is True
    assert {item["id"] for item in found["tenders"]} == PROFILES == set(found["outcome"]["tenders"])
    assert {result["status"] for result in found["outcome"]["tenders"].values()} == {"ranked"}
    assert list(found["conclusions"]) == QUESTIONS
    assert found["money"]["per_point"] == "10000.0000"
    assert found["reversals"] == []
    assert found["tried"]["reversals"] == 11 + 55 + 2
    (closed,) = [item for item in found["field"] if item["id"] == "open-not-european"]
    assert closed == {"id": "open-not-european", "price": "50.0000", "quality": "80.0000", "openness": "100.0000",
                      "autonomy": "0.0000"}  # fmt: skip
    assert {item["name"]: item["points"] for item in found["preferences"]} == {
        "autonomy": "5.0000", "openness": "7.0000", "all": "12.0000",
    }  # fmt: skip
    assert sum(float(part["effective"]) for part in found["parts"]) == pytest.approx(100, abs=0.01)


def test_the_workbook_is_the_same_each_time_and_never_overwritten(case: Path, tmp_path: Path) -> None:
    fine("init", case, "--example", EXAMPLE)
    first, second = tmp_path / "proef een.xlsx", tmp_path / "proef-twee.xlsx"
    assert f"Geschreven: {first}" in fine("simulate", case, "-o", first).out
    assert fine("simulate", case, "-o", second, "--json").json["invented"] is True
    assert first.read_bytes() == second.read_bytes()
    refused(run("simulate", case, "-o", first), "F045")
    fine("simulate", case, "-o", first, "--force")
    book = load_workbook(io.BytesIO(first.read_bytes()))
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert [sheet.title for sheet in shown][:3] == ["Conclusies", "Wie er meedoet", "Wie wint"]
    assert len(shown) == 1 + len(QUESTIONS)
    assert sum(len(sheet._charts) for sheet in shown) == 4
    fine("doctor", first)


def test_a_relative_formula_shows_who_decides(case: Path) -> None:
    fine("init", case, "--example", EXAMPLE)
    change_case(case, "    formula: bandwidth\n    floor: 150000.00\n    ceiling: 450000.00\n    clamp: zero_to_max\n"
                      "    ceiling_reject: 450000.00\n", "    formula: min_max\n")  # fmt: skip
    found = fine("simulate", case, "--json").json
    assert found["money"]["relative"] is True
    assert {tuple(item["tenders"]) for item in found["reversals"]} >= {("at-the-ceiling",), ("straw-man:dear",)}
    assert "naar andere inschrijvers" in found["conclusions"]["money"]


def test_faults_in_the_award_model_are_shown_and_others_do_not_matter(case: Path) -> None:
    fine("init", case, "--example", EXAMPLE)
    change_case(case, "  delivery: saas\n", "")  # an open question, which has nothing to do with the points
    fine("simulate", case)
    change_case(case, "    points: 30\n", "    points: 31\n")
    assert "procedure.yaml:" in refused(run("simulate", case), "E106")


def test_a_case_without_an_award_model(case: Path) -> None:
    fine("init", case, "--example", "addendum-zaaksysteem")
    refused(run("simulate", case), "E121")


def test_a_folder_that_is_no_case(tmp_path: Path) -> None:
    refused(run("simulate", tmp_path), "F044")


def test_a_minimum_that_nobody_reaches(case: Path) -> None:
    fine("init", case, "--example", EXAMPLE)
    change_case(case, "  minimum_quality: 35\n", "  minimum_quality: 71\n")
    refused(run("simulate", case), "E110")
    refused(run("check", case), "E110")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("gevallen.yaml", "-o", "proef.xlsx"), "horen bij een map"),
        (("gevallen.yaml", "--internal", "omdat het moet"), "horen bij een map"),
        ((".", "--internal", "omdat het moet", "-o", "proef.xlsx"), "stress-internal.xlsx"),
        ((".", "-o", "proef.docx"), ".xlsx"),
        (("weg.yaml",), "bestaat niet"),
    ],
)
def test_wrong_use(words: tuple[str, ...], hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gevallen.yaml").write_text("a: b\n", "utf-8")
    ran = run("simulate", *words)
    assert (ran.code, ran.out) == (2, "")
    assert hint in ran.err


def test_real_tenders_do_not_make_it_run_on_them(demo: Demo, case: Path) -> None:
    demo.at("rank", case)
    change_case(case, "    points: 30\n", "    points: 31\n")  # the published award model counts, not the file
    found = fine("simulate", case, "--json").json
    assert found["invented"] is True
    assert {item["id"] for item in found["tenders"]} == PROFILES
    advice = "pas dan de punten of de prijsformule aan"
    assert advice in " ".join(fine("simulate", case).out.split())
    said = fine("simulate", case, "--internal", "Vraag van de accountant over de uitslag").out
    assert "Dit model kiest" in said
    assert advice not in " ".join(said.split())


# --- a file with cases --------------------------------------------------------------------------------

VECTORS = Path(__file__).parents[1] / "evaluation" / "scoring-vectors.yaml"
GIVEN = yaml.safe_load(VECTORS.read_text("utf-8"))
METHOD = {"combine": "points_sum", "quality": {"criteria": [{"id": "q", "max_points": "10"}]}}
LEVEL = {"id": "gelijk", "method": METHOD, "tenders": [{"id": name, "grades": {"q": "5"}} for name in "AB"]}


def written(path: Path, **content: Any) -> Path:
    path = path / "gevallen.json"
    path.write_text(json.dumps(content), "utf-8")
    return path


AFTER = [
    (case, rule)
    for case in GIVEN["cases"]
    for rule in ("freeze", "recalculate")
    if rule in case.get("expected_after_removal", {})
]


@pytest.mark.parametrize(("case", "rule"), AFTER, ids=[f"{case['id']}-{rule}" for case, rule in AFTER])
def test_who_wins_after_somebody_drops_out(case: dict[str, Any], rule: str, tmp_path: Path) -> None:
    """V37 to V39, with who drops out and the announced rule as part of the question."""
    expected = case["expected_after_removal"]
    method = {**case["method"], "price": {**case["method"]["price"], "removal": rule}}
    asked = {"method": method, "tenders": case["tenders"], "removed": [expected["removed"]]}
    (found,) = fine("simulate", written(tmp_path, **asked), "--json").json.values()
    if rule == "recalculate":
        assert found == expected[rule]
    else:
        order = sorted(found["tenders"], key=lambda name: found["tenders"][name]["rank"])
        assert {"winner": found["winner"], "order": order} == expected[rule]


def test_without_an_announced_rule_nobody_drops_out(tmp_path: Path) -> None:
    (found,) = simulate(written(tmp_path, **{**LEVEL, "removed": ["A"]})).values()
    assert found == {"refused": "missing:price.removal", "winner": None}


def test_the_results_in_words() -> None:
    found = simulate(VECTORS)
    said = "\n".join(in_words(found))
    assert "V05: geen winnaar; gelijk eindigen A en E\n  1. A: 40.0000" in said
    assert "  Let op, prijs onder de bodem: E" in said
    assert "V26: geen winnaar; er moet worden geloot tussen A en B" in said
    assert "S01:\n  percent: P 74.2500; Q 70.7500\n  order: P, Q" in said
    assert "passes: P nee; Q ja" in said
    assert "V22: geweigerd (incomplete_dossier)" in said
    assert "None" not in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"cases": [LEVEL, LEVEL]}, "Geval gelijk is niet te lezen: dit kenmerk staat er twee keer."),
        (
            {"cases": [{**LEVEL, "recorded_drw": ["A"]}]},
            "Geval gelijk is niet te lezen: De sleutel `recorded_drw` bestaat hier niet. Bedoelde u `recorded_draw`?",
        ),
        ({**LEVEL, "id": "x", "tendrs": []}, "De sleutel `tendrs` bestaat hier niet. Bedoelde u `tenders`?"),
        ({"cases": [{**LEVEL, "tenders": "A"}]}, "Bij `tenders`: hier hoort een lijst"),
        ({"cases": "A"}, "Geval gevallen.json is niet te lezen: Bij `cases`: hier hoort een lijst"),
        ({"cases": [{**LEVEL, "method": {**METHOD, "colour": "x"}}]}, "De sleutel `colour` bestaat hier niet."),
        ({"cases": [{**LEVEL, "tenders": [{"id": "A", "grades": {"q": "x"}}]}]}, "bij `q` hoort een cijfer"),
        (
            {"derived_cases": [{"id": "S", "kind": "seal_gate", "inputs": {"minimum": "3"}}]},
            "Geval S is niet te lezen: de sleutel `levels` ontbreekt.",
        ),
        ({"cases": []}, "bevat geen `method`"),
    ],
)
def test_a_file_that_cannot_be_read_says_in_dutch_where(content: dict[str, Any], said: str, tmp_path: Path) -> None:
    found = refused(run("simulate", written(tmp_path, **content)), "E130")
    assert said in " ".join(found.split())
    assert not re.search(r"\b(indices|permitted|required|should be|Input)\b", found)
