"""Two versions of the library from folders and from git, through the command."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from casefile_support import fine, refused, run

from procure_ai.casefile import data, versions
from procure_ai.findings import Refused

CLAUSE = """---
id: deletion
title: Verwijdering
---
## Tekst

1. De {{supplier}} verwijdert gegevens binnen 30 dagen na het einde.
"""


def git(folder: Path, *arguments: str) -> None:
    names = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose library changed once: no clauses, 30 days (tag v1), 45 days, and 60 days not committed."""
    if not shutil.which("git"):
        pytest.skip("git is not there")
    root = tmp_path / "een map" / "repo"
    clause = root / "clauses" / "data" / "deletion.md"
    clause.parent.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    (root / "README.md").write_text("Leeg.", "utf-8")
    git(root, "add", "README.md")
    git(root, "commit", "-q", "-m", "empty")
    git(root, "tag", "v0")
    for days, tag in (("30", "v1"), ("45", "v2")):
        clause.write_text(CLAUSE.replace("30", days), "utf-8")
        git(root, "add", ".")
        git(root, "commit", "-q", "-m", tag)
        git(root, "tag", tag)
    clause.write_text(CLAUSE.replace("30", "60"), "utf-8")
    monkeypatch.setattr(data, "data_root", lambda: root)
    return root


def test_a_revision_against_the_present_library(checkout: Path) -> None:
    before = sorted(path for path in checkout.rglob("*") if ".git" not in path.parts)
    told = fine("library", "diff", "v1").out
    assert "binnen [-30-]{+60+} dagen" in told
    assert "de huidige bibliotheek" in told
    assert sorted(path for path in checkout.rglob("*") if ".git" not in path.parts) == before


def test_two_revisions_and_a_folder(checkout: Path, tmp_path: Path) -> None:
    assert "binnen [-30-]{+45+} dagen" in fine("library", "diff", "HEAD~1", "v2").out
    folder = tmp_path / "kopie"
    shutil.copytree(checkout / "clauses", folder / "clauses")
    assert "binnen [-45-]{+60+} dagen" in fine("library", "diff", "v2", folder).out
    assert "Geen verschillen." in fine("library", "diff", folder).out


def test_surroundings_do_not_point_git_elsewhere(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nergens"))
    assert "[-30-]{+45+}" in fine("library", "diff", "v1", "v2").out


@pytest.mark.parametrize("name", ["v9", "", "--output=gemaakt", "-h", "v1 --output=gemaakt", "HEAD:clauses", "v1\nv2"])
def test_what_is_no_revision_is_refused_and_never_an_option(checkout: Path, name: str) -> None:
    with pytest.raises(Refused) as caught:
        versions.difference(name)
    assert [item.code for item in caught.value.findings] == ["R154"]
    assert not list(checkout.rglob("gemaakt"))


def test_what_cannot_be_compared_is_told(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(run("library", "diff", "v0"), "R155")
    (tmp_path / "leeg").mkdir()
    refused(run("library", "diff", tmp_path / "leeg"), "R151")
    monkeypatch.setattr(data, "data_root", lambda: tmp_path / "leeg")
    refused(run("library", "diff", "v1", checkout), "R153")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    refused(run("library", "diff", "v1", checkout), "R152")


def test_an_old_revision_with_a_fault_is_still_compared(checkout: Path) -> None:
    broken = checkout / "clauses" / "law.yaml"
    broken.write_text("law: [a, b]\n", "utf-8")
    git(checkout, "add", ".")
    git(checkout, "commit", "-q", "-m", "broken")
    broken.write_text("format: 1\nlaw:\n  a:\n    title: b\n", "utf-8")
    done = fine("library", "diff", "HEAD")
    assert "law:[- [a, b]-]" in done.out
    assert "C301" in done.err


def test_the_secret_of_an_organisation_stays_out(checkout: Path, tmp_path: Path) -> None:
    own = tmp_path / "stad"
    (own / "secret").mkdir(parents=True)
    (own / "organisation.yaml").write_text("format: 1\nid: stad\nname: Stad\n", "utf-8")
    (own / "secret" / "playbook.yaml").write_text("walk_away: nooit\n", "utf-8")
    told = fine("library", "diff", "v2", own).out
    assert "Stad" in told
    assert "nooit" not in told


def test_the_page_stands_alone_and_nothing_is_overwritten(checkout: Path, tmp_path: Path) -> None:
    page = tmp_path / "wijzigingen.html"
    fine("library", "diff", "v1", "v2", "--format", "html", "-o", page)
    text = page.read_text("utf-8")
    assert "<del>30</del><ins>45</ins>" in text
    assert 'content:" [toegevoegd: "' in text
    assert "http" not in text
    page.write_text("van mij", "utf-8")
    refused(run("library", "diff", "v1", "v2", "-o", page), "F045")
    assert page.read_text("utf-8") == "van mij"
    fine("library", "diff", "v1", "v2", "-o", page, "--force")
    assert "[-30-]{+45+}" in page.read_text("utf-8")


def test_json_tells_the_same(checkout: Path) -> None:
    told = json.loads(fine("library", "diff", "v1", "v2", "--json").out)
    (change,) = told["changes"]
    assert (change["group"], change["id"], change["state"], change["brief"]) == (
        "clauses", "deletion", "changed", "tekst: 1 gewijzigd",
    )  # fmt: skip
    assert "[-30-]{+45+}" in change["sections"][0]["text"]
    assert told["findings"] == []
