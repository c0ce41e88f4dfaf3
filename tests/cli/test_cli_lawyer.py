"""The lawyers' room: an organisation's folder, its ledger of approvals, its secrets, and the contract that follows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from casefile_support import EXAMPLE, change_case, fine, paragraphs, refused, run, snapshot, zipped_text

from procure_ai.casefile import approving, data
from procure_ai.casefile.organisation import playbook
from procure_ai.casefile.record import Record, write_line
from procure_ai.library.approvals import Approval

LEDGER = "approvals.jsonl"
OWN = """\
---
id: own-rule
title: Eigen regel
topic: training
level: recommended
meets:
  - prompts-not-for-training
sources:
  - avg, 5
---
## Tekst

1. De {{supplier}} bewaart het Gemeentestuk niet.

## Toelichting

Zo wil de gemeente het.
"""
TERMS = """\
format: 1
definitions:
  own-term:
    term: Gemeentestuk
    text: elk stuk van de gemeente.
proper_names:
  - Voorbeeld
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The folder of an organisation with a text and a term of its own."""
    folder = tmp_path / "de gemeente"
    fine("library", "init", folder, "--name", "Gemeente 's-Voorbeeld")
    (folder / "clauses/own-rule.md").write_text(OWN, "utf-8")
    (folder / "clauses/definitions.yaml").write_text(TERMS, "utf-8")
    return folder


@pytest.fixture(autouse=True)
def sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the check finds in the shipped texts is not the business of these tests."""
    monkeypatch.setattr(approving, "check_library", lambda _: ())


def approve(house: Path, *words: str | Path, role: str = "legal", approver: str = "B. Bos") -> tuple[str | Path, ...]:
    names = ("--role", role, "--author", "A. Wit", "--approver", approver)
    return ("library", "approve", *words, *names, "--organisation", house)


def standing(house: Path, name: str = "own-rule") -> str:
    rows = fine("library", "list", "--organisation", house, "--json").json
    return next(row["standing"] for row in rows if row["id"] == name)


# --- the folder -----------------------------------------------------------------------------------------


def test_a_new_folder_is_read_and_is_never_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "Één organisatie"
    fine("library", "init", folder, "--name", "Gemeente 's-Voorbeeld")
    library, warnings = data.library(folder)
    assert warnings == data.library()[1]
    assert library.organisation is not None
    assert (library.organisation.id, library.organisation.name) == ("een-organisatie", "Gemeente 's-Voorbeeld")
    assert set(playbook(folder, library)) <= set(library.clauses)
    assert "{{" not in "".join(path.read_text("utf-8") for path in folder.rglob("*.*"))
    assert "Gemeente 's-Voorbeeld" in (folder / "README.md").read_text("utf-8")
    (folder / "README.md").write_text("van mij", "utf-8")
    (folder / "organisation.yaml").unlink()
    before = snapshot(folder)
    refused(run("library", "init", folder), "R163")
    assert snapshot(folder) == before
    refused(run("library", "init", folder / "README.md"), "F049")


def test_a_folder_that_is_no_organisation(tmp_path: Path) -> None:
    refused(run("library", "list", "--organisation", tmp_path), "F040")


# --- approving --------------------------------------------------------------------------------------------


def test_an_approval_says_exactly_what_was_approved(house: Path) -> None:
    library, _ = data.library(house)
    said = fine(*approve(house, "own-rule", "--date", "2027-03-01", "--note", "In overleg"), at="2027-03-02T09:00").out
    text, term = library.clauses["own-rule"], library.definitions["own-term"]
    assert f"Eigen regel  [own-rule]  vingerafdruk {text.fingerprint[:12]}" in said
    assert "goedgekeurd door B. Bos (jurist, 1 maart 2027); geschreven door A. Wit" in said
    assert f"met begrippen: {term.id} " in said
    line = json.loads((house / LEDGER).read_text("utf-8"))
    assert (line["number"], line["previous"], line["moment"][:10]) == (1, "", "2027-03-02")
    kept = line["data"]
    assert (kept["clause"], kept["fingerprint"], kept["role"]) == ("own-rule", text.fingerprint, "legal")
    assert (kept["author"], kept["approver"], kept["note"]) == ("A. Wit", "B. Bos", "In overleg")
    assert set(kept["depends"]["definitions"]) == {"own-term"}
    assert (
        "goedgekeurd door B. Bos (jurist, 1 maart 2027)"
        in fine("library", "show", "own-rule", "--organisation", house).out
    )
    assert standing(house) == "approved"
    assert "[goedgekeurd]" in fine("library", "list", "--organisation", house).out
    assert "goedgekeurd" not in fine("library", "list").out


def test_all_of_a_topic_is_what_this_role_still_has_to_approve(house: Path) -> None:
    library, _ = data.library(house)
    asked = [
        item.id for item in library.in_order() if item.header.topic == "training" and "privacy" in item.header.approval
    ]
    assert asked
    fine(*approve(house, asked[0], role="privacy", approver="C. Smit"))
    fine(*approve(house, "--all-of", "training", role="privacy", approver="C. Smit"))
    lines = [json.loads(line) for line in (house / LEDGER).read_text("utf-8").splitlines()]
    assert [line["data"]["clause"] for line in lines] == asked
    refused(run(*approve(house, "--all-of", "training", role="privacy", approver="C. Smit")), "R165")


WRONG: Mapping[str, tuple[Callable[[Path], tuple[str | Path, ...]], str]] = {
    "the same person": (lambda house: approve(house, "own-rule", approver="a. wit"), "C311"),
    "an unknown text": (lambda house: approve(house, "own-rul"), "D101"),
    "one unknown text among others": (lambda house: approve(house, "own-rule", "weg"), "D101"),
    "an unknown topic": (lambda house: approve(house, "--all-of", "trainin"), "R164"),
    "a role that is not asked": (lambda house: approve(house, "own-rule", role="finance"), "C315"),
    "no author": (lambda house: ("library", "approve", "own-rule", "--role", "legal", "--approver", "B. Bos",
                                 "--organisation", house), "C314"),
    "a day that is not there": (lambda house: approve(house, "own-rule", "--date", "2027-02-30"), "P122"),
    "nothing to withdraw": (lambda house: approve(house, "own-rule", "--withdraw", "Vergist"), "C316"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_and_writes_nothing(name: str, house: Path) -> None:
    words, code = WRONG[name]
    before = snapshot(house)
    refused(run(*words(house)), code)
    assert snapshot(house) == before


@pytest.mark.parametrize(
    "words",
    [(), ("own-rule", "--all-of", "training"), ("own-rule", "--withdraw", " "), ("--all-of", "x", "--withdraw", "y")],
)
def test_wrong_use(words: tuple[str, ...], house: Path) -> None:
    assert run(*approve(house, *words)).code == 2
    assert run(*approve(house, "own-rule", role="chef")).code == 2
    assert not (house / LEDGER).exists()


def test_a_library_with_errors_is_not_approved(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    (house / "clauses/own-rule.md").write_text(OWN.replace("Gemeentestuk", "Gemeentestukje"), "utf-8")
    assert "C220" in run(*approve(house, "own-rule")).err
    assert not (house / LEDGER).exists()


def test_an_installed_program_keeps_no_approvals(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(data, "data_root", lambda: tmp_path)
    refused(run("library", "approve", "a", "--role", "legal", "--author", "A", "--approver", "B"), "R162")


def test_changed_suspect_restored_and_withdrawn(house: Path) -> None:
    fine(*approve(house, "own-rule"))
    own, terms = house / "clauses/own-rule.md", house / "clauses/definitions.yaml"
    own.write_text(OWN.replace("bewaart het", "bewaart nooit het"), "utf-8")
    assert standing(house) == "changed"
    own.write_text(OWN, "utf-8")
    assert standing(house) == "approved"
    terms.write_text(TERMS.replace("elk stuk", "elk papier"), "utf-8")
    assert standing(house) == "suspect"
    assert (
        "own-rule: opnieuw beoordelen; gewijzigd: het begrip Gemeentestuk (was "
        in run("library", "check", "--organisation", house).out
    )
    terms.write_text(TERMS, "utf-8")
    assert standing(house) == "approved"
    said = fine(*approve(house, "own-rule", "--withdraw", "Nieuw beleid", approver="D. Vos")).out
    assert "ingetrokken door D. Vos" in said
    assert standing(house) == "concept"
    refused(run(*approve(house, "own-rule", "--withdraw", "Nog eens")), "C316")


# --- the ledger -------------------------------------------------------------------------------------------

BROKEN: Mapping[str, tuple[Callable[[list[bytes]], list[bytes]], str, int]] = {
    "a name changed": (lambda rows: [rows[0], rows[1].replace(b"B. Bos", b"B. Vos"), rows[2]], "R103", 2),
    "a line removed": (lambda rows: [rows[0], rows[2]], "R102", 2),
    "two lines swapped": (lambda rows: [rows[1], rows[0], rows[2]], "R102", 1),
    "no JSON": (lambda rows: [rows[0], b"hallo", rows[2]], "R101", 2),
    "cut off": (lambda rows: [rows[0], rows[1], rows[2][:-30]], "R101", 3),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_ledger_is_found_at_its_line_and_left_alone(name: str, house: Path) -> None:
    for clause in ("own-rule", "retention", "purpose"):
        fine(*approve(house, clause))
    change, code, line = BROKEN[name]
    path = house / LEDGER
    rows = change(path.read_bytes().splitlines())
    path.write_bytes(b"\n".join(rows) + (b"" if name == "cut off" else b"\n"))
    before = snapshot(house)
    for words in (approve(house, "own-rule"), ("library", "list", "--organisation", house),
                  ("library", "check", "--organisation", house)):  # fmt: skip
        assert f"de gemeente/{LEDGER}:{line}: fout {code}" in refused(run(*words), code)
    assert snapshot(house) == before


def _line(house: Path, **other: object) -> bytes:
    """A line with a right hash that no command would have written."""
    library, _ = data.library(house)
    text = library.clauses["own-rule"]
    kept = Approval(
        clause="own-rule", fingerprint=text.fingerprint, depends=approving.approvals.dependencies(library, text),
        role="legal", author="A. Wit", approver="B. Bos", date=date(2027, 3, 1),
    ).model_dump(mode="json")  # fmt: skip
    return write_line(Record().next("approve", datetime(2027, 3, 1, tzinfo=UTC), "1", {**kept, **other}, {}, {}))


def test_a_line_that_was_typed_with_a_right_hash_still_obeys_the_rules(house: Path) -> None:
    (house / LEDGER).write_bytes(_line(house))
    assert standing(house) == "approved"
    (house / LEDGER).write_bytes(_line(house, approver="A. Wit"))
    assert f"{LEDGER}:1: fout C311" in refused(run("library", "list", "--organisation", house), "C311")
    (house / LEDGER).write_bytes(_line(house, role="chef"))
    refused(run("library", "list", "--organisation", house), "R161")


# --- reading and secrets ------------------------------------------------------------------------------------

SECRET = "Alleen de burgemeester weet dit"


def _with_secret(house: Path) -> None:
    (house / "secret/playbook.yaml").write_text(
        f"format: 1\nplaybook:\n  own-rule:\n    walk_away: {SECRET}\n    may_concede:\n      fallback: wethouder\n"
        "    objections:\n      - objection: Te duur.\n        answer: Dat valt mee.\n",
        "utf-8",
    )


def test_only_show_with_an_organisation_shows_the_secret_part(house: Path) -> None:
    _with_secret(house)
    shown = fine("library", "show", "own-rule", "--organisation", house).out
    before, intern, after = shown.partition("INTERN")
    assert intern
    assert SECRET not in before
    assert all(word in after for word in (SECRET, "fallback: wethouder", "Te duur.", "Dat valt mee."))
    assert SECRET not in fine("library", "show", "no-training", "--organisation", house).out


def test_a_playbook_for_an_unknown_text(house: Path) -> None:
    (house / "secret/playbook.yaml").write_text("format: 1\nplaybook:\n  own-rul:\n    walk_away: x\n", "utf-8")
    said = refused(run("library", "show", "own-rule", "--organisation", house), "D101")
    assert "secret/playbook.yaml:4: fout D101" in said
    assert "own-rule" in said


def test_show_tells_all_that_belongs_to_a_text(house: Path) -> None:
    shown = fine("library", "show", "no-training").out
    for title in ("Toelichting", "Gegevens", "Waarden", "Wat een andere keuze kost", "Bewijs", "Bronnen",
                  "Voldoet aan", "Verwijst hierheen", "Gevraagd in"):  # fmt: skip
        assert f"\n\n{title}\n" in shown
    assert data.library()[0].clauses["no-training"].fingerprint in shown
    assert "{{" not in shown
    assert "[[" not in shown
    assert "Vingerafdruk" in fine("library", "show", "annex-retention").out


@pytest.mark.parametrize("kind", ["docx", "html", "md"])
def test_an_export_holds_the_texts_and_nothing_secret(kind: str, house: Path, tmp_path: Path) -> None:
    _with_secret(house)
    fine(*approve(house, "own-rule"))
    target = tmp_path / f"stuk.{kind}"
    words = ("library", "export", "--topic", "training", "--organisation", house, "--format", kind, "-o", target)
    fine(*words)
    content = target.read_bytes()
    text = zipped_text(content) if kind == "docx" else content.decode()
    for word in ("bewaart het Gemeentestuk niet", "elk stuk van de gemeente", "Zo wil de gemeente het",
                 "goedgekeurd door B. Bos", "Opmerking", "Akkoord", "Open punten"):  # fmt: skip
        assert word in text, word
    assert SECRET not in text
    assert "{{" not in text
    assert "CONCEPT" in text
    refused(run(*words), "F045")
    assert target.read_bytes() == content
    fine(*words, "--force")


def test_an_export_of_approved_texts_bears_no_concept_mark(house: Path, tmp_path: Path) -> None:
    terms = [item for item in data.library(house)[0].in_order() if item.header.topic == "training"]
    for role, who in (("legal", "B. Bos"), ("privacy", "C. Smit"), ("security", "D. Vos"), ("records", "E. Kok"),
                      ("finance", "F. Mol")):  # fmt: skip
        names = [item.id for item in terms if role == "legal" or role in item.header.approval]
        if names:
            fine(*approve(house, *names, role=role, approver=who))
    target = tmp_path / "stuk.docx"
    fine("library", "export", "--topic", "training", "--organisation", house, "-o", target)
    assert "CONCEPT" not in zipped_text(target.read_bytes())
    assert any("Artikel" in line or line for line in paragraphs(target.read_bytes()))


# --- the contract -------------------------------------------------------------------------------------------


@pytest.fixture
def approved(house: Path, case: Path) -> Path:
    """The example as a case of the organisation, with every text approved by all its roles."""
    _with_secret(house)
    fine("init", case, "--example", EXAMPLE)
    path = case / "procedure.yaml"
    path.write_text(path.read_text("utf-8") + f"\norganisation: '{house}'\n", "utf-8")
    library, _ = data.library(house)
    for role, who in (("legal", "B. Bos"), ("privacy", "C. Smit"), ("security", "D. Vos"), ("records", "E. Kok"),
                      ("finance", "F. Mol")):  # fmt: skip
        names = [name for name, text in library.texts().items() if role in approving.approvals.roles_of(text)]
        if names:
            approving.approve(
                house, names, role=role, author="A. Wit", approver=who, moment=datetime(2026, 11, 1, tzinfo=UTC)
            )  # type: ignore[arg-type]
    return case


def test_a_contract_of_approved_texts_is_no_concept(approved: Path, house: Path) -> None:
    fine("contract", approved, "--format", "md")
    text = (approved / "AI-bijlage.md").read_text("utf-8")
    assert "CONCEPT" not in text
    assert "| Status | Goedgekeurd bij de aanbestedingsstukken; door jurist" in text
    assert "goedgekeurd." in fine("plan", approved).out
    fine("publish", approved, at="2026-12-01T09:00")
    manifest = json.loads((approved / "package/v1/manifest.json").read_text("utf-8"))
    assert set(manifest["standings"].values()) == {"approved"}
    assert "own-rule" in manifest["standings"]
    for path in approved.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            told = zipped_text(content) if content.startswith(b"PK") else content.decode("utf-8", "replace")
            assert SECRET not in told, path


def test_one_text_that_is_not_approved_makes_it_a_concept_again(approved: Path, house: Path) -> None:
    fine(*approve(house, "own-rule", "--withdraw", "Nieuw beleid"))
    fine("contract", approved, "--format", "md")
    text = (approved / "AI-bijlage.md").read_text("utf-8")
    assert "**CONCEPT**" in text
    assert "| Status | Concept bij de aanbestedingsstukken; 1 tekst is nog niet goedgekeurd, van de " in text
    assert "1 concept" in fine("plan", approved).out
    assert "Niet goedgekeurd: 1 van de " in refused(run("publish", approved), "D142")
    assert "`ja` is te kort" in refused(run("publish", approved, "--concept-reason", "ja"), "D142")
    fine("publish", approved, "--concept-reason", "De jurist is er morgen weer.", at="2026-12-01T09:00")
    manifest = json.loads((approved / "package/v1/manifest.json").read_text("utf-8"))
    assert [name for name, state in manifest["standings"].items() if state != "approved"] == ["own-rule"]


def test_a_broken_ledger_stops_the_case(approved: Path, house: Path) -> None:
    path = house / LEDGER
    path.write_bytes(path.read_bytes().replace(b"B. Bos", b"B. Vos", 1))
    for command in ("check", "contract", "publish"):
        refused(run(command, approved), "R103")


def test_a_change_of_the_case_is_no_change_of_the_texts(approved: Path) -> None:
    change_case(approved, "    retention.live: 30", "    retention.live: 31")
    fine("contract", approved, "--format", "md")
    assert "CONCEPT" not in (approved / "AI-bijlage.md").read_text("utf-8")
