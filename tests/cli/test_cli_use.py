"""The commands as people and other programs use them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from casefile_support import EXAMPLE, ROOT, Demo, change_case, fine, paragraphs, refused, run, snapshot

from procure_ai.casefile import planning

VECTORS = ROOT / "tests" / "evaluation" / "scoring-vectors.yaml"
EXAMPLES = ("anonimiseren-woo", "assistent-provincie", "chatbot-gemeente")


def shell(*arguments: str | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own."""
    command = [sys.executable, "-c", "from procure_ai.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, check=False)


# --- the examples and the starter ------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_complete_and_writes_its_annex(name: str, case: Path) -> None:
    fine("init", case, "--example", name)
    before = snapshot(case)
    findings = fine("check", case, "--json").json["findings"]
    assert {item["severity"] for item in findings} <= {"warning"}
    told = fine("plan", case).out
    assert "Nog open" not in told
    fine("plan", case, "--values")
    assert snapshot(case) == before
    fine("contract", case, "--format", "md,html")
    assert set(snapshot(case)) == {*before, "AI-bijlage.md", "AI-bijlage.html"}
    text = (case / "AI-bijlage.md").read_text("utf-8")
    assert "{{" not in text
    assert "[[" not in text


@pytest.mark.office
def test_with_libreoffice_the_contents_have_pages_and_there_is_a_pdf(
    case: Path, pdf_text: Callable[[bytes], str]
) -> None:
    fine("init", case, "--example", "module-vertaaldienst")
    assert "LibreOffice" not in fine("contract", case, "--format", "docx,pdf").out
    lines = paragraphs((case / "AI-module.docx").read_bytes())
    listed = [re.fullmatch(r"Artikel \d+(\D+)(\d+)", line) for line in lines]
    found = {match[1]: int(match[2]) for match in listed if match}
    pages = pdf_text((case / "AI-module.pdf").read_bytes()).split("\f")
    assert len(found) == 12
    for title, number in found.items():
        assert title.split(" in ")[0] in pages[number - 1], title


def test_without_libreoffice_that_is_told(case: Path) -> None:
    fine("init", case, "--example", "module-vertaaldienst")
    refused(run("contract", case, "--format", "pdf"), "W120")
    assert "LibreOffice ontbreekt: de inhoudsopgave heeft daarom geen paginanummers." in fine("contract", case).out


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_published_form_is_the_form_that_is_expected_back(name: str, case: Path) -> None:
    """What stands in the package and what later steps rebuild from it are one and the same workbook."""
    from procure_ai import excel
    from procure_ai.casefile import pricing
    from procure_ai.casefile.folder import Folder
    from procure_ai.casefile.package import Package

    fine("init", case, "--example", name)
    fine("publish", case, "--concept-reason", "Een jurist keurt dit later goed.", at="2026-12-01T09:00")
    package = Package(Folder(case), Folder(case).record())
    for sent, file in ((package.answer_form, "answer-form.xlsx"), (pricing.sent_sheet(package), pricing.SHEET)):
        data = (case / "package/v1" / file).read_bytes()
        assert excel.compare(sent, excel.read(data, file), data) == ()


ANSWERS: dict[str, str] = {
    "reference_date": "2026-11-21", "name": "Gemeente Waterrijk", "kind": "municipality", "address": "Plein 1",
    "place": "Waterrijk", "registration": "'00000001'", "representative": "mevrouw A. de Wit",
    "representative_function": "gemeentesecretaris", "contact": "team Inkoop, inkoop@waterrijk.example",
    "number": "2026-1", "title": "Chatbot", "description": "een chatbot op de website", "regime": "national",
    "type": "open", "base_terms": "gibit-2023", "publication": "2026-12-01", "questions_until": "2026-12-15",
    "tender_deadline": "2027-01-18", "award_decision": "2027-03-01", "contract_start": "2027-04-01",
    "solution": "chatbot", "delivery": "saas", "users": "\n    - staff", "personal-data": "ordinary",
    "ai-act-role": "deployer", "risk-class": "transparency", "decision-influence": "none",
    "output-media": "\n    - text", "output-published": "no", "agents": "no", "fine-tuning": "no", "retrieval": "yes",
    "data-classification": "internal", "state-devices": "no", "contract-status": "new",
    "purpose.purpose": "vragen van medewerkers over werkinstructies beantwoorden", "floor": "150000.00",
    "ceiling": "450000.00", "ceiling_reject": "450000.00", "source": "Inkoopbeleid 2026",
}  # fmt: skip


def _fill(path: Path) -> set[str]:
    """Write a value behind every key that is still empty and has an answer; give the keys that were filled."""
    lines = path.read_text("utf-8").split("\n")
    filled = set()
    for index, line in enumerate(lines):
        match = re.fullmatch(r"( *)([a-z._-]+):", line)
        following = next(
            (item for item in lines[index + 1 :] if item.strip() and not item.lstrip().startswith("#")), ""
        )
        deeper = match and len(following) - len(following.lstrip()) > len(match[1])
        if match and not deeper and not following.lstrip().startswith("- "):
            lines[index] = f"{line} {ANSWERS[match[2]]}"
            filled.add(match[2])
    path.write_text("\n".join(lines), "utf-8")
    return filled


def test_the_starter_asks_and_once_filled_in_is_clean(case: Path) -> None:
    fine("init", case)
    planned = run("plan", case)
    assert planned.code == 1
    assert "Nog open" in planned.out
    assert "beantwoord `users`" in planned.out
    assert "fout F031: Bij `buyer`: `name` is nog leeg." in planned.err
    assert "In het contract" in planned.out
    assert run("check", case).code == 1

    path = case / "procedure.yaml"
    assert _fill(path) == set(ANSWERS)
    findings = run("check", case, "--json").json["findings"]
    errors = [item for item in findings if item["severity"] == "error"]
    assert {item["code"] for item in errors} <= {"D140", "D160"}, errors
    open_values = [re.match(r"`([^`]+)` is nog leeg", item["message"]) for item in errors]
    rows = "".join(f"    {match[1]}: {'60' if '.3' in match[1] else 'in overleg'}\n" for match in open_values if match)
    text = path.read_text("utf-8")
    # There are personal data, so the agreement that stands ready as an explanation is needed.
    start = text.index("# data_processing:")
    end = text.index("\n\n", start)
    agreement = "\n".join(line.removeprefix("# ") for line in text[start:end].split("\n"))
    text = text[:start] + agreement + text[end:]
    path.write_text(text.replace("    purpose.purpose:", f"{rows}    purpose.purpose:"), "utf-8")
    ran = fine("check", case)
    assert "fout" not in ran.out.replace("0 fouten", "").replace("Geen fouten", "")
    fine("publish", case, "--concept-reason", "Een jurist keurt dit later goed.", at="2026-12-01T09:00")


def test_every_question_of_the_vocabulary_is_in_the_starter(case: Path) -> None:
    fine("init", case)
    text = (case / "procedure.yaml").read_text("utf-8")
    facts = yaml.safe_load((ROOT / "clauses" / "facts.yaml").read_text("utf-8"))
    names = facts.get("facts", facts)
    for name in names:
        if name not in ("format", "facts"):
            assert f"\n  {name}:\n" in text, name
    assert "{{" not in text


# --- for other programs ------------------------------------------------------------------------------


def test_json_keeps_its_keys(demo: Demo) -> None:
    case = demo.case
    plan = fine("plan", case, "--json").json
    assert list(plan) == ["clauses", "values", "findings"]
    assert set(plan["clauses"][0]) == {"id", "title", "state", "reason", "facts", "standing"}
    assert set(plan["values"][0]) == {"key", "text", "origin", "question"}
    for finding in plan["findings"]:
        assert {"code", "severity", "message", "remedy"} <= set(finding)
        assert set(finding) <= {"code", "severity", "message", "remedy", "file", "line", "sheet", "cell", "key"}
    assert {item["state"] for item in plan["clauses"]} <= {"in", "out", "open"}
    assert list(fine("check", case, "--json").json) == ["findings"]
    status = fine("status", case, "--json").json
    assert list(status) == ["head", "stages", "decisions", "waiting", "changed"]
    assert set(status["stages"][0]) == {"step", "done", "detail"}
    assert list(fine("library", "check", "--json").json) == ["findings"]
    assert {"id", "title", "topic", "level", "file"} <= set(fine("library", "list", "--json").json[0])
    names = {result["id"] for result in fine("library", "list", "--json").json}
    assert {"no-training", "retention"} <= names


def test_json_goes_to_standard_output_also_with_errors(case: Path) -> None:
    fine("init", case, "--example", EXAMPLE)
    change_case(case, "  delivery: saas", "  delivery: sas")
    for command in ("check", "plan"):
        ran = run(command, case, "--json")
        assert ran.code == 1
        assert ran.err == ""
        assert [item["code"] for item in ran.json["findings"]] == ["P102"]


def test_simulate_gives_every_expected_result() -> None:
    vectors = yaml.safe_load(VECTORS.read_text("utf-8"))
    results = fine("simulate", VECTORS, "--json").json
    cases = [*vectors["cases"], *vectors["derived_cases"]]
    assert list(results) == [item["id"] for item in cases]
    assert len(cases) == 56
    for item in cases:
        assert results[item["id"]] == json.loads(json.dumps(item["expected"])), item["id"]


def test_simulate_reads_one_case_and_json(tmp_path: Path) -> None:
    vector = yaml.safe_load(VECTORS.read_text("utf-8"))["cases"][0]
    path = tmp_path / "geval een.json"
    text = {key: vector[key] for key in ("method", "tenders")}
    path.write_text(json.dumps(_as_text(text), indent=2), "utf-8")
    assert fine("simulate", path, "--json").json == {"geval een": vector["expected"]}
    assert "winnaar" in fine("simulate", path).out


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


NO_CASES = {
    "nothing in it": ("a: b\n", "E130"),
    "cases that are text": ("cases: hallo\n", "E130"),
    "cases that are a group": ("cases:\n  a: b\n", "E130"),
    "a case without a method": ("cases:\n  - id: V1\n", "E130"),
    "a method that is text": ("method: hallo\ntenders:\n  - id: a\n", "E130"),
    "tenders that are text": ("method:\n  combine: points_sum\ntenders: hallo\n", "E130"),
    "a list": ("- a\n", "F011"),
    "nested deeply": ("cases: " + "[" * 5000 + "]" * 5000, "F014"),
    "no text": (b"\xff\xfe\x00", "F002"),
}


@pytest.mark.parametrize("name", NO_CASES)
def test_simulate_on_what_holds_no_cases(name: str, tmp_path: Path) -> None:
    content, code = NO_CASES[name]
    path = tmp_path / "gevallen.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    refused(run("simulate", path), code)
    refused(run("simulate", path, "--json"), code)


# --- the annex as a file ------------------------------------------------------------------------------


def test_an_existing_file_is_not_overwritten(case: Path) -> None:
    fine("init", case, "--example", EXAMPLE)
    own = case / "AI-bijlage.md"
    own.write_text("van mij", "utf-8")
    refused(run("contract", case, "--format", "md"), "F045")
    assert own.read_text("utf-8") == "van mij"
    fine("contract", case, "--format", "md", "--force")
    assert own.read_text("utf-8") != "van mij"
    fine("contract", case, "--format", "md", "-o", case / "nieuwe map" / "bijlage.md")
    assert (case / "nieuwe map" / "bijlage.md").read_text("utf-8") == own.read_text("utf-8")


def test_a_case_with_errors_gives_an_annex_only_as_draft(case: Path) -> None:
    fine("init", case, "--example", EXAMPLE)
    change_case(case, "    retention.live: 30", "    retention.live: 4000")
    before = snapshot(case)
    refused(run("contract", case, "--format", "md"), "D110")
    assert snapshot(case) == before
    fine("contract", case, "--format", "md", "--draft")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"geen Word"])
def test_a_template_that_is_no_word_file(case: Path, tmp_path: Path, content: bytes) -> None:
    fine("init", case, "--example", EXAMPLE)
    template = tmp_path / "huisstijl.dotx"
    template.write_bytes(content)
    before = snapshot(case)
    refused(run("contract", case, "--template", template), "A001")
    assert snapshot(case) == before


# --- the other commands ---------------------------------------------------------------------------------


def test_explanations_of_codes() -> None:
    assert fine("check", "--explain", "D120").out.startswith("D120")
    assert fine("check", "--explain", "d120").out.startswith("D120")
    refused(run("check", "--explain", "Q999"), "F048")


def test_every_code_that_a_test_or_the_code_names_is_explained() -> None:
    from procure_ai.casefile.codes import codes

    named: set[str] = set()
    for path in (ROOT / "procure_ai").rglob("*.py"):
        named |= set(re.findall(r'"([A-Z]\d{3})"', path.read_text("utf-8")))
    assert named - set(codes()) == set()


def test_the_room_of_the_lawyer() -> None:
    assert "no-training" in fine("library", "list").out
    shown = fine("library", "show", "no-training").out
    assert "Toelichting" in shown
    assert "no-training" in refused(run("library", "show", "no-trainin"), "D101")
    fine("library", "check")


def test_the_doctor(demo: Demo, tmp_path: Path) -> None:
    told = fine("doctor").out
    for word in ("procure-ai", "Python", "Teksten", "Bepalingen", "LibreOffice", "Scherm"):
        assert word in told
    for name in ("award/award-report.docx", "package/v1/contract.docx", "award/ranking.xlsx"):
        fine("doctor", demo.case / name)
    for name, content, code in (("a.docx", b"PK", "A001"), ("a.xlsx", b"", "A001"), ("a.docx", b"%PDF-1.4", "A001")):
        (tmp_path / name).write_bytes(content)
        refused(run("doctor", tmp_path / name), code)
    (tmp_path / "a.txt").write_text("hallo", "utf-8")
    assert "let op F050" in fine("doctor", tmp_path / "a.txt").out


def test_the_demonstration_replaces_only_itself(tmp_path: Path) -> None:
    own = tmp_path / "van mij"
    own.mkdir()
    (own / "brief.txt").write_text("belangrijk", "utf-8")
    for words in ((own,), (own, "--force"), (own / "brief.txt",), (own / "brief.txt", "--force")):
        refused(run("demo", *words), "F049")
    assert (own / "brief.txt").read_text("utf-8") == "belangrijk"
    earlier = tmp_path / "demo"
    earlier.mkdir()
    (earlier / ".procure-ai-demo").touch()
    refused(run("demo", earlier), "F049")


def test_init_where_a_file_stands(tmp_path: Path) -> None:
    (tmp_path / "bezet").write_text("x", "utf-8")
    ran = run("init", tmp_path / "bezet")
    assert ran.code in (1, 2)
    assert "Onverwachte fout" not in ran.said
    assert (tmp_path / "bezet").read_text("utf-8") == "x"


def test_the_current_folder_is_the_default(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fine("init", case, "--example", EXAMPLE)
    elsewhere = fine("plan", case).out
    monkeypatch.chdir(case)
    assert fine("plan").out == elsewhere
    assert "Geen fouten" in fine("check").out or "0 fouten" in fine("check").out
    fine("contract", "--format", "md")
    assert (case / "AI-bijlage.md").is_file()


# --- consoles, pipes and crashes --------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
def test_a_console_that_lacks_characters(encoding: str, demo: Demo, tmp_path: Path) -> None:
    """An old console shows a question mark for what it does not have, and no crash. (To a console that claims to
    know no accents at all, click writes UTF-8.)"""
    code = (
        "import sys\nfrom procure_ai.cli import main\n"
        "for words in eval(sys.argv[1]):\n"
        "    try:\n        main(words)\n"
        "    except SystemExit as end:\n        print('uitgang', end.code)\n"
    )
    case = str(demo.case)
    words = [["status", case], ["plan", case, "--values"], ["library", "show", "no-training"], ["rank", "nergens"]]
    ran = subprocess.run(
        [sys.executable, "-c", code, repr(words)], cwd=tmp_path, capture_output=True, check=False,
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )  # fmt: skip
    written = "utf-8" if encoding == "ascii" else encoding
    out, err = ran.stdout.decode(written), ran.stderr.decode(written)
    assert re.findall(r"uitgang (\d)", out) == ["0", "0", "0", "1"], out[-500:] + err
    assert "Traceback" not in err
    assert " · " in out


def test_a_reader_that_stops_early(tmp_path: Path) -> None:
    ran = subprocess.run(
        f'"{sys.executable}" -c "from procure_ai.cli import main; main()" library list | head -n 1',
        shell=True, cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    assert ran.stderr == b""


def test_a_fault_of_the_program_is_no_traceback(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("dit hoort niet")

    monkeypatch.setattr(planning, "plan", broken)
    ran = run("plan", case)
    assert ran.code == 2
    assert ran.err.startswith("Onverwachte fout in procure-ai (RuntimeError: dit hoort niet).")
    monkeypatch.setenv("PROCURE_AI_DEBUG", "1")
    with pytest.raises(RuntimeError):
        run("plan", case)


def test_stopping_by_hand(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(planning, "plan", stopped)
    ran = run("plan", case)
    assert (ran.code, ran.err.strip()) == (2, "Afgebroken.")


def test_the_program_in_a_process_of_its_own(case: Path, tmp_path: Path) -> None:
    """The exit code reaches the shell, from any folder, and nothing is left behind there."""
    fine("init", case, "--example", EXAMPLE)
    relative = os.path.relpath(case, tmp_path)
    assert shell("check", relative, folder=tmp_path).returncode == 0
    assert shell("rank", relative, folder=tmp_path).returncode == 1
    assert shell("rang", folder=tmp_path).returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mijn dossiers"]
