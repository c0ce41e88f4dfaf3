"""What cannot be left out of a contract, and what a finding then tells the adviser to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from procure_ai.casefile import drafts, start
from procure_ai.casefile.folder import CASE, Folder
from procure_ai.findings import Finding


def without(clause: str, folder: Path) -> tuple[Finding, ...]:
    start.init(folder, "chatbot-gemeente")
    path = folder / CASE
    left = f"  kind: annex\n  leave_out:\n    - clause: {clause}\n      reason: Dit is voor de proef weggelaten."
    path.write_text(path.read_text(encoding="utf-8").replace("  kind: annex", left, 1), encoding="utf-8")
    return drafts.check(Folder(folder))


@pytest.mark.parametrize("clause", ["definitions", "deviations"])
def test_the_articles_that_collect_from_others_cannot_be_left_out(clause: str, tmp_path: Path) -> None:
    found = [item for item in without(clause, tmp_path / "proef") if item.code == "D124"]
    assert len(found) == 1
    assert clause in found[0].message
    assert found[0].place.file == CASE and found[0].place.line > 0


def test_a_reference_to_a_left_out_clause_names_both_ways_out(tmp_path: Path) -> None:
    found = [item for item in without("retention", tmp_path / "proef") if item.code == "D120"]
    deletion = [item for item in found if item.place.file == "clauses/data/deletion.md"]
    assert deletion
    assert all("uit leave_out" in item.remedy and "`deletion`" in item.remedy for item in deletion)
