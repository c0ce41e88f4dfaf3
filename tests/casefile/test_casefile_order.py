"""The order of the procedure: what comes too early or twice is refused, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from casefile_support import ASSESSORS, EXAMPLE, OPENERS, Demo, Ran, fine, refused, run, snapshot

Act = Callable[[Path, Demo], Ran]


def _receive(case: Path, demo: Demo) -> Ran:
    return run("receive", *demo.inbox("openstad"), "--tenderer", "openstad", "--folder", case)


def _prices(case: Path, demo: Demo) -> Ran:
    return _prices_by(*OPENERS)(case, demo)


def _prices_by(*people: str) -> Act:
    def act(case: Path, demo: Demo) -> Ran:
        by = [part for name in people for part in ("--by", name)]
        return run("open-prices", *demo.vault(), *by, "--folder", case)

    return act


def _command(*arguments: str) -> Act:
    return lambda case, demo: run(*arguments[:1], case, *arguments[1:])


_publish = _command("publish", "--concept-reason", "Een jurist keurt de teksten later goed.")

# Which stage, what is tried there, and the code that refuses it.
TOO_EARLY_OR_TWICE: dict[str, tuple[str, Act, str]] = {
    "receive before publication": ("start", _receive, "R120"),
    "requirements before publication": ("start", _command("requirements"), "R120"),
    "scorecards before publication": ("start", _command("scorecards"), "R120"),
    "consensus before publication": ("start", _command("consensus"), "R120"),
    "prices before publication": ("start", _prices, "R120"),
    "rank before publication": ("start", _command("rank"), "R120"),
    "award before publication": ("start", _command("award"), "R120"),
    "annex of the winner before publication": ("start", _command("contract", "--award", "openstad"), "R120"),
    "publish twice": ("publish", _publish, "R122"),
    "publish after the award": ("award", _publish, "R122"),
    "requirements before any tender": ("publish", _command("requirements"), "R131"),
    "read requirements that were not sent": ("receive", _command("requirements", "--read"), "R131"),
    "requirements twice": ("requirements", _command("requirements"), "R132"),
    "receive after requirements": ("requirements", _receive, "R130"),
    "receive after the award": ("award", _receive, "R130"),
    "declarations before the judgement": ("requirements", _command("scorecards", "--declare"), "R131"),
    "judgement read twice": ("requirements-read", _command("requirements", "--read"), "R132"),
    "scorecards before declarations are sent": ("requirements-read", _command("scorecards"), "R131"),
    "declarations twice": ("declarations", _command("scorecards", "--declare"), "R132"),
    "scorecards before declarations are in": ("declarations", _command("scorecards"), "R133"),
    "read scorecards that were not sent": ("declaration-read", _command("scorecards", "--read"), "R131"),
    "declarations after scorecards": ("scorecards", _command("scorecards", "--declare", "--read"), "R132"),
    "scorecards twice": ("scorecards", _command("scorecards"), "R132"),
    "consensus before scorecards": ("declaration-read", _command("consensus"), "R131"),
    "consensus before all scores are in": ("scorecards", _command("consensus"), "R135"),
    "read a consensus that was not sent": ("scorecard-read", _command("consensus", "--read"), "R131"),
    "scores after the consensus": ("consensus", _command("scorecards", "--read"), "R132"),
    "consensus twice": ("consensus", _command("consensus"), "R132"),
    "consensus read twice": ("consensus-read", _command("consensus", "--read"), "R132"),
    "prices before scores": ("scorecards", _prices, "R136"),
    "prices before the consensus is read": ("consensus", _prices, "R136"),
    "rank before the judgement": ("receive", _command("rank"), "R131"),
    "rank before the consensus": ("scorecard-read", _command("rank"), "R131"),
    "rank before prices": ("consensus-read", _command("rank"), "R138"),
    "recalculate before the ranking": ("open-prices", _command("rank", "--check"), "R139"),
    "prices by one person": ("consensus-read", _prices_by(OPENERS[0]), "R137"),
    "prices by the same person twice": ("consensus-read", _prices_by(OPENERS[0], OPENERS[0]), "R137"),
    "prices by somebody else": ("consensus-read", _prices_by(OPENERS[0], "Jan Bakker"), "R137"),
    "prices by two and a stranger": ("consensus-read", _prices_by(*OPENERS, "Jan Bakker"), "R137"),
    "prices twice": ("open-prices", _prices, "R132"),
    "award before the ranking": ("open-prices", _command("award"), "R139"),
}


@pytest.mark.parametrize("name", TOO_EARLY_OR_TWICE)
def test_refused_and_nothing_changed(name: str, demo: Demo, case: Path) -> None:
    step, act, code = TOO_EARLY_OR_TWICE[name]
    demo.at(step, case)
    before = snapshot(case)
    said = refused(act(case, demo), code)
    assert snapshot(case) == before
    assert "\n    " in said, "what to do next"


def test_one_scorecard_missing(carded: Path, demo: Demo) -> None:
    """Two of three are in: the consensus names who is missing; a correction before it is welcome."""
    for name in ASSESSORS[:2]:
        fine("scorecards", carded, "--read", "--file", demo.case / f"received/scorecard-{name}.xlsx")
    before = snapshot(carded)
    said = refused(run("consensus", carded), "R135")
    assert "De scorekaart van Omar Jansen ontbreekt." in said
    assert snapshot(carded) == before
    fine("scorecards", carded, "--read", "--file", demo.case / "received/scorecard-bakker.xlsx")


def test_one_declaration_missing(demo: Demo, case: Path) -> None:
    demo.at("declarations", case)
    fine("scorecards", case, "--declare", "--read", "--file", demo.case / "received/declaration-visser.xlsx")
    assert "Jan Bakker, Omar Jansen" in refused(run("scorecards", case), "R133")


def test_a_file_that_was_not_asked(carded: Path, demo: Demo) -> None:
    before = snapshot(carded)
    said = refused(run("scorecards", carded, "--read", "--file", demo.case / "received/consensus.xlsx"), "A314")
    assert "consensus.xlsx" in said
    assert snapshot(carded) == before


@pytest.mark.parametrize("step", ["requirements", "consensus", "scorecards"])
def test_nothing_came_back(demo: Demo, case: Path, step: str) -> None:
    demo.at(step, case)
    before = snapshot(case)
    assert "received/" in refused(run(step, case, "--read"), "F040")
    assert snapshot(case) == before


def test_price_sheets_must_be_all_and_of_those_still_in(final: Path, demo: Demo) -> None:
    by = ("--by", OPENERS[0], "--by", OPENERS[1], "--folder", final)
    before = snapshot(final)
    assert "`quickchat` ontbreekt" in refused(run("open-prices", *demo.vault()[:2], *by), "A317")
    sheets = [*demo.vault(), demo.inbox("cirrus")[0]]
    assert "cirrus" in refused(run("open-prices", *sheets, *by), "A315")
    sheets = [*demo.vault(), demo.case / "tenders/openstad/price-sheet.xlsx"]
    refused(run("open-prices", *sheets, *by), "A316")
    assert snapshot(final) == before


def test_a_late_tender_is_kept_and_told(published: Path, demo: Demo) -> None:
    ran = fine(
        "receive", *demo.inbox("parlando"), "--tenderer", "parlando", "--folder", published, at="2027-01-19T00:30"
    )
    assert "let op A312" in ran.said
    assert "Mensen beslissen" in ran.said


def test_a_second_tender_of_the_same_party_keeps_the_first(received: Path, demo: Demo, tmp_path: Path) -> None:
    first = snapshot(received / "tenders/openstad")
    other = tmp_path / "answer-form.xlsx"
    other.write_bytes(demo.form("openstad"))
    fine("receive", other, "--tenderer", "openstad", "--folder", received, at="2027-01-16T09:00")
    kept = snapshot(received / "tenders/openstad/earlier/1")
    assert kept == first
    assert fine("status", received, "--json").json["changed"] == []


def test_who_decides_is_frozen(demo: Demo, case: Path) -> None:
    """What is changed in procedure.yaml after publication changes nothing that was announced."""
    demo.at("consensus-read", case)
    path = case / "procedure.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("- Peter Smit", "- Jan Bakker").replace("points: 30", "points: 90"), "utf-8")
    refused(_prices_by(OPENERS[0], "Jan Bakker")(case, demo), "R137")
    assert _prices(case, demo).code == 0
    assert "67,61 punten" in fine("rank", case).out
    fine("award", case)


def test_a_fully_run_case_may_be_ranked_and_awarded_again(awarded: Path) -> None:
    """Repeating a step is recovery, as long as nobody edited the letters."""
    fine("rank", awarded, at="2027-03-02T09:00")
    fine("award", awarded, "--date", "2027-03-02", at="2027-03-02T10:00")
    steps = [stage["done"] != "" for stage in fine("status", awarded, "--json").json["stages"]]
    assert all(steps)


def test_the_example_can_be_started_again_elsewhere(tmp_path: Path) -> None:
    fine("init", tmp_path / "a", "--example", EXAMPLE)
    before = snapshot(tmp_path)
    refused(run("init", tmp_path / "a"), "F046")
    refused(run("init", tmp_path / "b", "--example", "chatbot-gemente"), "F047")
    assert snapshot(tmp_path) == before
