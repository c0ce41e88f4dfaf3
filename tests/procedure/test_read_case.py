"""Reading a case: the shipped examples are sound, and each fault is a finding at its line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from procure_ai.findings import Finding, Refused, Severity
from procure_ai.library.models import Library
from procure_ai.procedure.case import Case
from procure_ai.procedure.read import FILE, read_case

EXAMPLES = ("chatbot-gemeente", "assistent-provincie", "anonimiseren-woo")
SOURCE = (Path(__file__).parents[2] / "examples/chatbot-gemeente/procedure.yaml").read_text(encoding="utf-8")


def line_of(text: str, source: str = SOURCE) -> int:
    """The line on which a text begins; it must stand there once."""
    assert source.count(text) == 1, text
    return source[: source.index(text)].count("\n") + 1


def changed(*changes: tuple[str, str]) -> str:
    source = SOURCE
    for old, new in changes:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


def read(source: str, library: Library) -> tuple[Case, tuple[Finding, ...]]:
    return read_case(source.encode(), library)


def refused(source: str, library: Library) -> tuple[Finding, ...]:
    with pytest.raises(Refused) as caught:
        read(source, library)
    assert all(item.place.file == FILE and item.message and item.remedy for item in caught.value.findings)
    return caught.value.findings


# --- what is right ---------------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_shipped_example_has_no_findings(example: str, root: Path, library: Library) -> None:
    case, findings = read_case((root / "examples" / example / "procedure.yaml").read_bytes(), library)
    assert findings == ()
    assert set(case.facts) == set(library.facts)


def test_what_was_written_is_what_is_read(library: Library) -> None:
    case, _ = read(SOURCE, library)
    assert case.buyer.name == "Gemeente Waterrijk"
    assert case.buyer.registration == "00000001"
    assert case.procedure.dates.tender_deadline == date(2027, 1, 18)
    assert case.facts["agents"] == "no"
    assert case.facts["users"] == ("staff", "citizens")
    assert case.contract.values["retention.live"] == "30"
    assert case.award_model.price.floor == Decimal("150000.00")
    assert case.award_model.price_sheet.lines[2].zero_allowed is True


def test_the_circumstances_hold_the_facts_the_base_terms_and_the_kind(library: Library) -> None:
    known = read(SOURCE, library)[0].circumstances()
    assert known["users"] == {"staff", "citizens"}
    assert known["agents"] == {"no"}
    assert known["base-terms"] == {"gibit-2023"}
    assert known["kind"] == {"annex"}


def test_windows_line_ends_and_a_byte_order_mark_make_no_difference(library: Library) -> None:
    windows = read_case(SOURCE.replace("\n", "\r\n").encode("utf-8-sig"), library)
    assert windows == read(SOURCE, library)


# --- what is wrong ---------------------------------------------------------------------------------

FAULTS: dict[str, tuple[str, str, str, str]] = {
    # fault: code, the text that is replaced, by what, the text on whose line the finding stands
    "unknown key": ("F032", "panel_rule: consensus", "panel_rule: consensus\n  panel_rul: mean", "  panel_rul:"),
    "unknown key at the top": ("F032", "format: 1", "format: 1\nlot: x", "lot: x"),
    "unknown fact": ("P101", "fine-tuning: no", "fine-tuning: no\n  finetuning: no", "  finetuning:"),
    "fact that is no id": ("F030", "fine-tuning: no", "fine-tuning: no\n  Agents: no", "  Agents:"),
    "unknown answer": ("P102", "delivery: saas", "delivery: sas", "  delivery:"),
    "unknown answer among several": ("P102", "    - citizens", "    - citizen", "    - staff"),
    "a list where one answer is asked": ("P103", "agents: no", "agents:\n    - no", "    - no"),
    "a group where an answer is asked": ("F030", "agents: no", "agents:\n    no: yes", "    no: yes"),
    "missing value": ("F031", "number: 2026-0417", "number:", "  number:"),
    "missing key": ("F031", "  place: Waterrijk\n", "", "  name: Gemeente Waterrijk"),
    "text for a number": ("F030", "years: 4", "years: vier", "    years:"),
    "amount with a comma": ("F030", "ceiling_reject: 450000.00", "ceiling_reject: 450.000,00", "    ceiling_reject:"),
    "amount with a point between thousands": ("F030", "floor: 150000.00", "floor: 150.000", "    floor:"),
    "percentage above 100": ("F030", "weight: 60", "weight: 160", "        weight: 160"),
    "date that is no date": ("F030", "publication: 2026-12-01", "publication: 2026-02-30", "    publication:"),
    "date in Dutch order": ("F030", "reference_date: 2026-11-21", "reference_date: 21-11-2026", "reference_date:"),
    "yes or no in Dutch": ("F030", "counted: no", "counted: nee", "        counted:"),
    "id with a capital": ("F030", "id: openstad", "id: OpenStad", "  - id: OpenStad"),
    "wrong literal": ("F033", "vat: excluded", "vat: exclusief", "    vat:"),
    "unknown position": ("F033", "no-training: strict", "no-training: streng", "    no-training:"),
    "text where a list is asked": (
        "F034",
        "tie_break:\n    - quality\n    - draw",
        "tie_break: quality",
        "  tie_break:",
    ),
    "dates out of order": ("P110", "award_decision: 2027-03-01", "award_decision: 2027-01-18", "    award_decision:"),
    "start before the award": (
        "P110",
        "contract_start: 2027-04-01",
        "contract_start: 2027-02-01",
        "    contract_start:",
    ),
    "duplicate tenderer": ("P111", "id: openstad", "id: parlando", "  - id: parlando\n    name: Parlando"),
    "duplicate name of a tenderer": (
        "P111",
        "name: Coöperatie OpenStad U.A.",
        "name: Parlando Taaltechniek B.V.",
        "  - id: parlando",
    ),
    "duplicate price line": ("F030", "id: consultancy", "id: training", "    years:"),
    "duplicate scenario": ("F030", "id: growth\n", "id: expected\n", "    years:"),
    "duplicate assessor": ("P111", "id: visser", "id: bakker", "    - id: bakker\n      name: Jan"),
    "scenario weights that are not 100": ("F030", "weight: 60", "weight: 59.9", "    years:"),
    "price line without a quantity": ("F030", "expected: 60\n          growth: 150", "expected: 60", "    years:"),
    "quantity for another scenario": ("F030", "growth: 150", "groei: 150", "    years:"),
    "term of no years": ("F034", "years: 4", "years: 0", "    years:"),
    "negative quantity": ("F030", "expected: 80", "expected: -80", "          expected: -80"),
    "bounds of a price the wrong way round": (
        "F030",
        "max: 175.00",
        "min: 180.00\n        max: 175.00",
        "      - id: consultancy",
    ),
    "one price opener": ("P115", "    - Peter Smit\n", "", "    - Yasmin el Amrani"),
    "the same price opener twice": ("P115", "    - Peter Smit", "    - Yasmin el Amrani  ", "  price_openers:\n    - "),
    "a comment behind a value": ("F017", "agents: no", "agents: no # voorlopig", "  agents:"),
    "a double key": ("F016", "agents: no", "agents: no\n  agents: yes", "  agents: yes"),
}

AFTER_THE_KEY = {"the same price opener twice"}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_a_finding_at_its_line(fault: str, library: Library) -> None:
    code, old, new, where = FAULTS[fault]
    source = changed((old, new))
    found = refused(source, library)
    line = line_of(where, source) + (fault in AFTER_THE_KEY)
    assert (code, line) in [(item.code, item.place.line) for item in found]
    assert {item.code for item in found if item.is_error} == {code}


@pytest.mark.parametrize(
    ("old", "new", "advice"),
    [
        ("  contact: team", "  contakt: team", "Bedoelde u `contact`?"),
        ("fine-tuning: no", "fine-tunning: no", "Bedoelde u `fine-tuning`?"),
        ("solution: chatbot", "solution: chatbott", "Bedoelde u `chatbot`?"),
        ("vat: excluded", "vat: exclude", "Bedoelde u `excluded`?"),
        ("years: 4", "years: 0", "Kies minstens 1."),
        ("years: 4", "years: 100", "Kies hoogstens 99."),
    ],
)
def test_the_advice_names_the_nearest_word_or_the_bound(old: str, new: str, advice: str, library: Library) -> None:
    assert any(item.remedy.endswith(advice) for item in refused(changed((old, new)), library))


def test_faults_of_one_kind_are_all_reported_at_once(library: Library) -> None:
    found = refused(
        changed(
            ("award_decision: 2027-03-01", "award_decision: 2027-01-01"),
            ("    - Peter Smit\n", ""),
            ("agents: no", "agents: nee"),
            ("id: visser", "id: bakker"),
        ),
        library,
    )
    assert sorted(item.code for item in found) == ["P102", "P110", "P111", "P115"]
    assert [item.place.line for item in found] == sorted(item.place.line for item in found)


def test_wrong_types_are_all_reported_at_once(library: Library) -> None:
    source = changed(("years: 4", "years: vier"), ("regime: eu", "regime: EU"), ("  place: Waterrijk\n", ""))
    assert sorted(item.code for item in refused(source, library)) == ["F030", "F031", "F033"]


def test_an_unanswered_fact_is_a_warning_with_its_question(library: Library) -> None:
    _, (finding,) = read(changed(("  agents: no\n", "")), library)
    assert (finding.code, finding.severity, finding.place.line) == ("P104", Severity.WARNING, line_of("  solution:"))
    assert library.facts["agents"].ask in finding.message
    assert "no, yes" in finding.remedy


def test_a_lot_has_a_folder_of_its_own_and_is_named_everywhere(library: Library) -> None:
    case, _ = read(SOURCE, library)
    assert case.procedure.name == case.procedure.title
    lot = "procedure:\n  lot:\n    number: 2\n    title: Vertaalhulp\n"
    case, _ = read(changed(("procedure:\n", lot)), library)
    assert case.procedure.name == f"{case.procedure.title}, perceel 2: Vertaalhulp"
    for wrong in ("0", "10000", "LOT-0002"):
        assert refused(changed(("procedure:\n", lot.replace("2\n", f"{wrong}\n"))), library)


def test_a_key_of_digits_that_are_no_ascii_is_no_crash(library: Library) -> None:
    case, _ = read(changed(("retention.live: 30", "²: 30")), library)
    assert case.contract.values["²"] == "30"


@pytest.mark.parametrize(
    "data", [b"", b"x", b"- a\n", b"format: 1\n", b"\xff\xfe", b"format: [1]\n", b"buyer:\n  - x\n"]
)
def test_a_file_that_is_no_case_is_refused(data: bytes, library: Library) -> None:
    with pytest.raises(Refused) as caught:
        read_case(data, library)
    assert caught.value.findings


@pytest.mark.parametrize("part", range(12))
def test_a_case_that_was_cut_off_is_read_or_refused(part: int, library: Library) -> None:
    """A half-written file never gives anything but findings."""
    with pytest.raises(Refused):
        read_case(SOURCE.encode()[: len(SOURCE) * part // 14], library)


@pytest.mark.parametrize("time", ["24:00", "9:00", "12.00", "twaalf"])
def test_a_deadline_has_a_real_time(time: str, library: Library) -> None:
    day = next(line for line in SOURCE.split("\n") if "tender_deadline:" in line)
    assert refused(changed((day, f"{day}\n    tender_deadline_time: '{time}'")), library)
    case, _ = read(changed((day, f"{day}\n    tender_deadline_time: '12:00'")), library)
    assert case.procedure.dates.tender_deadline_time == "12:00"
