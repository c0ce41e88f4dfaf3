"""What stands beside the contract: the annexes of the data-processing agreement, and the buyer's checklist."""

from __future__ import annotations

from pathlib import Path

from casefile_support import Demo, change_case, fine, paragraphs, refused, run

ANNEXES = "package/v1/processing-annexes.docx"


def test_publishing_writes_both(demo: Demo) -> None:
    annexes = "\n".join(paragraphs((demo.case / ANNEXES).read_bytes()))
    assert "Standaard verwerkersovereenkomst gemeenten" in annexes
    checklist = "\n".join(paragraphs((demo.case / "file/checklist.docx").read_bytes()))
    assert "Niet publiceren en niet aan inschrijvers geven" in checklist
    assert not list((demo.case / "package").rglob("checklist*"))


def test_personal_data_without_an_agreement_stop_publication_and_not_the_draft(started: Path) -> None:
    text = (started / "procedure.yaml").read_text("utf-8")
    start, end = text.index("data_processing:"), text.index("award_model:")
    (started / "procedure.yaml").write_text(text[:start] + text[end:], "utf-8")
    refused(run("publish", started, "--concept-reason", "Oefening met het voorbeeld"), "D160")
    fine("contract", started)
    refused(run("contract", started, "--processing"), "D160")


def test_a_number_that_differs_is_found_on_its_line(started: Path) -> None:
    line = change_case(started, "    breach: 24", "    breach: 36")
    said = refused(run("check", started), "D164")
    assert f"procedure.yaml:{line}: fout D164" in said
    refused(run("contract", started, "--processing"), "D164")
    fine("contract", started, "--processing", "--draft")


def test_the_annexes_are_filled_from_the_frozen_package(received: Path) -> None:
    (received / "procedure.yaml").write_text("niets", "utf-8")  # only the package counts
    target = received / "bijlagen.docx"
    fine("contract", received, "--processing", "--award", "openstad", "-o", target)
    before = "\n".join(paragraphs((received / ANNEXES).read_bytes()))
    after = "\n".join(paragraphs(target.read_bytes()))
    assert before.count("in te vullen]") > after.count("in te vullen]")
    assert "gevuld voor Coöperatie OpenStad U.A." not in before


def test_the_checklist_is_never_overwritten_in_silence(started: Path) -> None:
    fine("checklist", started)
    refused(run("checklist", started), "F045")
    fine("checklist", started, "--force")
    assert "Voorbereiden" in paragraphs((started / "checklist.docx").read_bytes())


def test_the_annexes_of_an_addendum(tmp_path: Path) -> None:
    fine("init", tmp_path / "a", "--example", "addendum-zaaksysteem")
    fine("contract", tmp_path / "a", "--processing", "--format", "md")
    text = (tmp_path / "a" / "Verwerkersovereenkomst-bijlagen.md").read_text("utf-8")
    assert "AI-aanvulling" in text
    assert "[in te vullen]" in text
