"""A procedure.yaml with faults: each a finding with code and line, from every command, and nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest
from casefile_support import ROOT, change_case, fine, refused, run, snapshot

# What is changed: the old text, the new one, the code, and words that the message must hold.
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "unknown key": ("  kind: municipality", "  kin: municipality", "F031 F032", "Bedoelde u `kind`?"),
    "unknown key at the top": ("reference_date:", "referencedate:", "F031 F032", "Bedoelde u `reference_date`?"),
    "unknown fact": ("  fine-tuning: no", "  finetuning: no", "P101", "Bedoelde u `fine-tuning`?"),
    "unknown answer": ("  delivery: saas", "  delivery: sas", "P102", "Bedoelde u `saas`?"),
    "a list where one answer belongs": ("  delivery: saas", "  delivery:\n    - saas\n    - api", "P103", "delivery"),
    "a group where an answer belongs": ("  delivery: saas", "  delivery:\n    saas: yes", "F030", "delivery"),
    "groups in a list of answers": ("    - staff", "    - staff: yes", "F030", "users"),
    "missing value": ("  place: Waterrijk", "  place:", "F031", "`place`"),
    "open value of the contract": ("    annex-test-set.1.3: 60\n", "", "D140", "annex-test-set.1.3"),
    "text where a group belongs": ("  planning:\n", "  planning: morgen\n  other:\n", "F032 F034", "planning"),
    "wrong choice": ("  regime: eu", "  regime: europe", "F033", "Kies uit `eu`"),
    "wrong number": ("    points: 30\n", "    points: dertig\n", "F030", "`dertig` is geen getal"),
    "number with an exponent": ("    points: 30\n", "    points: 3e1\n", "F030", "geen getal"),
    "number without an end": ("    points: 30\n", f"    points: {'9' * 400}\n", "F030", "te lang"),
    "amount with thousands": ("    floor: 150000.00", "    floor: 150.000,00", "F030", "250000.00"),
    "impossible date": ("    publication: 2026-12-01", "    publication: 2026-02-30", "F030", "geen bestaande datum"),
    "date the other way round": ("    publication: 2026-12-01", "    publication: 1-12-2026", "F030", "jaar-maand-dag"),
    "dates out of order": ("    award_decision: 2027-03-01", "    award_decision: 2027-01-01", "P110", "ligt niet na"),
    "double key": ("  number: 2026-0417", "  number: 2026-0417\n  number: 2026-0418", "F016", "twee keer"),
    "comment behind text": ("  place: Waterrijk", "  place: Waterrijk # of niet", "F017", "eigen regel"),
    "anchor": ("  place: Waterrijk", "  place: &p Waterrijk", "F018", "anker"),
    "type": ("  place: Waterrijk", "  place: !!str Waterrijk", "F018", "type-aanduiding"),
    "brackets": ("    - staff\n    - citizens", "    [staff, citizens]", "F013", "haken"),
    "tab": ("  place: Waterrijk", "\tplace: Waterrijk", "F010", "geen tabs"),
    "two documents": ("procedure:\n  number", "---\nprocedure:\n  number", "F012", "---"),
    "unsupported price formula": ("    formula: bandwidth", "    formula: lowest-wins", "E110", "lowest-wins"),
    "formula with settings it does not use": ("    formula: bandwidth", "    formula: lowest_ratio", "E110", "floor"),
    "empty bandwidth": ("    floor: 150000.00", "    floor: 450000.00", "E110", "bandbreedte is leeg"),
    "points that do not sum": ("  total: 100\n", "  total: 90\n", "E106", "samen 100 punten, niet 90"),
    "points to a criterion that is not there": (
        "  set: generatieve-ai\n", "  set: generatieve-ai\n  points:\n    dutch-qualty: 10\n", "E102",
        "Bedoelde u `dutch-quality`?",
    ),
    "unknown set": ("  set: generatieve-ai", "  set: generatief", "E101", "generatieve-ai"),
    "scenarios that do not sum": ("        weight: 60", "        weight: 50", "F030", "geen 100"),
    "no quantity for a scenario": ("          growth: 150\n", "", "F030", "conversations"),
    "a line twice": ("      - id: training", "      - id: platform", "F030", "platform"),
    "a term of zero years": ("    years: 4\n", "    years: 0\n", "F034", "years"),
    "assessor twice": ("    - id: visser", "    - id: bakker", "P111", "bakker"),
    "one price opener": ("    - Peter Smit\n", "", "P115", "minstens twee"),
    "tenderer twice": ("  - id: quickchat", "  - id: cirrus", "P111", "cirrus"),
    "an id that is a path": ("  - id: quickchat", "  - id: ../quickchat", "F030", "kenmerk"),
    "unknown clause left out": (
        "contract:\n  kind: annex\n",
        "contract:\n  kind: annex\n  leave_out:\n    - clause: retentoin\n      reason: Dat is niet nodig.\n",
        "D101", "Bedoelde u `retention`?",
    ),
    "clause left out without a reason": (
        "contract:\n  kind: annex\n",
        "contract:\n  kind: annex\n  leave_out:\n    - clause: accessibility\n      reason: nee\n",
        "D104", "te kort",
    ),
    "unknown position": ("    no-training: strict", "    no-training: streng", "F033", "`strict`"),
    "unknown value": ("    retention.live: 30", "    retention.lief: 30", "D112", "retention.l"),
    "value out of bounds": ("    retention.live: 30", "    retention.live: 4000", "D110", "retention.live"),
    "value of the wrong type": ("    retention.live: 30", "    retention.live: dertig", "D110", "retention.live"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_with_its_line(name: str, started: Path) -> None:
    old, new, codes, words = FAULTS[name]
    line = change_case(started, old, new)
    before = snapshot(started)
    ran = run("check", started)
    said = refused(ran, *codes.split())
    assert words in said
    findings = run("check", started, "--json").json["findings"]
    lines = [item["line"] for item in findings if item["code"] in codes.split()]
    assert all(lines), findings
    of_a_group = {"P111", "D140"} & set(codes.split()) or "price_sheet" in said
    assert min(abs(found - line) for found in lines) <= (40 if of_a_group else 4), (line, lines)
    planned = run("plan", started)
    assert planned.code == 1
    assert "Onverwachte fout" not in planned.said
    refused(run("publish", started, "--concept-reason", "Een jurist keurt dit later goed."), *codes.split())
    assert snapshot(started) == before


def test_a_clause_that_another_refers_to_cannot_be_left_out(started: Path) -> None:
    reason = "      reason: Deze bepaling is hier volgens ons niet nodig.\n"
    change_case(started, "  kind: annex\n", f"  kind: annex\n  leave_out:\n    - clause: retention\n{reason}")
    before = snapshot(started)
    said = refused(run("check", started), "D111", "D120", "D121")
    lines = (ROOT / "clauses/data/deletion.md").read_text("utf-8").split("\n")
    referring = [number for number, line in enumerate(lines, start=1) if "[[retention]]" in line]
    assert referring
    for number in referring:
        assert f"clauses/data/deletion.md:{number}: fout D120: Deze tekst verwijst naar `retention`" in said
    assert snapshot(started) == before


DEEP = {
    "mappings": "".join(f"{' ' * depth}a:\n" for depth in range(5000)),
    "lists": f"{'- ' * 5000}x\n",
    "brackets": f"a: {'[' * 5000}{']' * 5000}\n",
    "braces": f"a: {'{b: ' * 5000}",
    "keys": f"{'? ' * 5000}x\n",
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_is_a_finding(name: str, started: Path) -> None:
    path = started / "procedure.yaml"
    path.write_text(DEEP[name], "utf-8")
    before = snapshot(started)
    for command in ("check", "plan", "publish", "contract"):
        ran = run(command, started)
        assert ran.code == 1, ran
        assert "Onverwachte fout" not in ran.said
        assert " fout F0" in ran.said
    assert snapshot(started) == before


RAW = {
    "empty": (b"", "F011"),
    "only a comment": (b"# niets\n", "F011"),
    "a list": (b"- a\n- b\n", "F011"),
    "a word": (b"hallo\n", "F011"),
    "Windows-1252": ("buyer:\n  name: Coöperatie\n".encode("cp1252"), "F002"),
    "UTF-16": ("format: 1\n".encode("utf-16"), "F002"),
    "a workbook": (b"PK\x03\x04" + bytes(range(256)), "F002"),
    "too large": (b"a: " + b"x" * 2_100_000, "F001"),
    "a null character": (b"format: 1\nbuyer: a\x00b\n", "F010"),
    "an open quote": (b"format: '1\n", "F010"),
    "a lone surrogate": (b'format: "\\ud800"\n', None),
    "an alias bomb": (b"a: &a\n  - x\nb: &b\n  - *a\n  - *a\n", "F018"),
}


@pytest.mark.parametrize("name", RAW)
def test_what_is_no_procedure_at_all(name: str, started: Path) -> None:
    content, code = RAW[name]
    (started / "procedure.yaml").write_bytes(content)
    before = snapshot(started)
    for command in ("check", "plan", "publish", "contract"):
        ran = run(command, started)
        assert ran.code == 1, ran
        assert "Onverwachte fout" not in ran.said
        assert code is None or f" fout {code}: " in ran.said, ran.said
    assert snapshot(started) == before


def test_windows_line_ends_and_a_byte_order_mark_are_welcome(started: Path) -> None:
    path = started / "procedure.yaml"
    plain = fine("plan", started, "--values").out
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert fine("plan", started, "--values").out == plain
    change_case(started, "  delivery: saas", "  delivery: sas")
    line = (started / "procedure.yaml").read_text("utf-8-sig").split("\n").index("  delivery: sas") + 1
    assert f"procedure.yaml:{line}: fout P102" in run("check", started).said


def test_no_case_in_the_folder(tmp_path: Path) -> None:
    for command in ("plan", "check", "contract", "publish", "status"):
        refused(run(command, tmp_path), "F044")
    for command in ("requirements", "scorecards", "consensus", "rank", "award"):
        refused(run(command, tmp_path), "R120")
    assert list(tmp_path.iterdir()) == []


def test_publishing_concept_texts_takes_a_reason(started: Path) -> None:
    before = snapshot(started)
    refused(run("publish", started), "D142")
    refused(run("publish", started, "--concept-reason", "   ja     "), "D142")
    assert snapshot(started) == before


def test_an_open_fact_blocks_publication_and_is_named(started: Path) -> None:
    change_case(started, "  agents: no\n", "")
    before = snapshot(started)
    planned = run("plan", started)
    assert planned.code == 1
    assert "Nog open" in planned.out
    assert "beantwoord `agents`" in planned.out
    said = refused(run("publish", started, "--concept-reason", "Een jurist keurt dit later goed."), "D141")
    assert "let op P104" in said
    assert snapshot(started) == before


def test_a_reason_of_many_kinds_of_line_ends_keeps_the_record_whole(started: Path) -> None:
    """Text pasted from Word or a chat may hold unusual line ends; the record has one line per step."""
    reason = "Een jurist\u2028keurt de teksten\x85later goed,\u2029echt\x0bwaar."
    fine("publish", started, "--concept-reason", reason, at="2026-12-01T09:00")
    status = fine("status", started, "--json").json
    assert status["stages"][0]["done"]
