"""The stress report on real tenders: only with a reason, after the quality is final, and only in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from casefile_support import NAMES, RANKED, fine, paragraphs, refused, run, snapshot, zipped_text

REASON = "Vraag van de accountant van 3 maart 2027"


def lines(case: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (case / "record.jsonl").read_text("utf-8").splitlines()]


def test_not_before_the_quality_is_final(discussed: Path) -> None:
    before = snapshot(discussed)
    refused(run("simulate", discussed, "--internal", REASON), "R180")
    assert snapshot(discussed) == before


def test_not_while_the_prices_are_closed(final: Path) -> None:
    refused(run("simulate", final, "--internal", REASON), "R138")


@pytest.mark.parametrize("reason", ["", "zomaar", "   kort   "])
def test_not_without_a_reason(opened: Path, reason: str) -> None:
    refused(run("simulate", opened, "--internal", reason), "R181")


def test_not_before_publication(started: Path) -> None:
    refused(run("simulate", started, "--internal", REASON), "R120")


def test_it_is_written_to_the_file_and_recorded_with_its_reason(ranked: Path) -> None:
    before = snapshot(ranked)
    said = fine("simulate", ranked, "--internal", REASON).out
    after = snapshot(ranked)
    new = {"file/stress-internal.json", "file/stress-internal.xlsx"}
    assert set(after) - set(before) == new
    assert {name for name in before if after[name] != before[name]} == {"record.jsonl"}
    line = lines(ranked)[-1]
    assert (line["step"], line["data"]) == ("stress", {"reason": REASON})
    assert line["out"] == {name: after[name] for name in sorted(new)}
    assert f"Vastgelegde reden: {REASON}" in " ".join(said.split())
    assert "alleen voor het dossier" in " ".join(said.split())
    found = json.loads((ranked / "file/stress-internal.json").read_text("utf-8"))
    assert (found["invented"], found["reason"]) == (False, REASON)
    ranks = {name: result.get("rank") for name, result in found["outcome"]["tenders"].items()}
    assert sorted(ranks, key=lambda name: ranks[name] or 9)[: len(RANKED)] == list(RANKED)
    assert {item["name"] for item in found["tenders"]} == set(NAMES.values())
    assert fine("status", ranked).out  # the files are recorded, and the steps of the procedure stand as they stood


def test_it_may_be_done_again(ranked: Path) -> None:
    fine("simulate", ranked, "--internal", REASON)
    fine("simulate", ranked, "--internal", f"{REASON}, aangevuld")
    assert [line["step"] for line in lines(ranked)][-2:] == ["stress", "stress"]


def test_nothing_of_it_is_in_the_ranking_the_report_or_the_letters(opened: Path) -> None:
    fine("simulate", opened, "--internal", REASON)
    fine("rank", opened)
    fine("award", opened)
    for path in sorted((opened / "award").rglob("*")):
        if path.suffix == ".xlsx":
            assert REASON not in zipped_text(path.read_bytes())
        elif path.suffix == ".docx":
            text = "\n".join(paragraphs(path.read_bytes()))
            assert REASON not in text
            assert "Wat uw gunningsmodel kiest" not in text
