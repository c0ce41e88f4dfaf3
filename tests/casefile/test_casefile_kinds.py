"""What goes with the kind of contract, the organisation, and the law on which the chosen texts rest."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from casefile_support import ROOT, change_case, fine, refused, run, snapshot

ADDENDUM, MODULE, NEW = "addendum-zaaksysteem", "module-vertaaldienst", "chatbot-gemeente"
BASE = {"annex": NEW, "addendum": ADDENDUM, "module": MODULE}


def example(name: str, folder: Path) -> Path:
    """A copy of an example: its procedure.yaml only."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy2(ROOT / "examples" / name / "procedure.yaml", folder / "procedure.yaml")
    return folder


def without(folder: Path, first: str, last: str) -> None:
    """Take the lines from the one that begins with `first` up to the one that begins with `last` out of the case."""
    text = (folder / "procedure.yaml").read_text("utf-8")
    start = text.index(f"\n{first}") + 1
    end = text.index(f"\n{last}", start) + 1
    (folder / "procedure.yaml").write_text(text[:start] + text[end:], "utf-8")


def findings(folder: Path, code: str) -> list[dict[str, Any]]:
    return [item for item in run("check", folder, "--json").json["findings"] if item["code"] == code]


# --- addendum and module ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BASE.values())
def test_an_example_of_each_kind_is_checked_and_written(name: str, case: Path) -> None:
    example(name, case)
    assert run("check", case, "--json").json["findings"] == [
        item for code in ("L101", "D163") for item in findings(case, code)
    ]
    fine("plan", case)
    fine("contract", case)


@pytest.mark.parametrize("kind", BASE)
def test_a_case_that_is_not_complete_gets_the_plan_of_its_own_kind(kind: str, case: Path) -> None:
    whole = run("plan", example(BASE[kind], case), "--json").json["clauses"]
    change_case(case, "  representative_function: ", "  functie: ")
    planned = run("plan", case, "--json")
    assert planned.code == 1
    assert [item["id"] for item in planned.json["clauses"]] == [item["id"] for item in whole]


STATUS = {
    "a new contract, said to run already": (NEW, "contract-status: new", "contract-status: running"),
    "an addendum to a contract that is new": (ADDENDUM, "contract-status: running", "contract-status: new"),
}


@pytest.mark.parametrize("name", STATUS)
def test_the_status_of_the_contract_goes_with_its_kind(name: str, case: Path) -> None:
    kind, old, new = STATUS[name]
    line = change_case(example(kind, case), f"  {old}", f"  {new}")
    said = refused(run("check", case), "D150")
    assert f"procedure.yaml:{line}: fout D150" in said


@pytest.mark.parametrize("status", ["new", "running"])
def test_a_module_goes_with_a_new_and_with_a_running_contract(status: str, case: Path) -> None:
    change_case(example(MODULE, case), "  contract-status: new", f"  contract-status: {status}")
    fine("check", case)


@pytest.mark.parametrize(
    ("first", "last", "name"), [("  running:", "  # De toets", "running"), ("  change:", "  # Strenger", "change")]
)
def test_an_addendum_names_the_running_contract_and_holds_the_check(
    first: str, last: str, name: str, case: Path
) -> None:
    without(example(ADDENDUM, case), first, last)
    said = refused(run("check", case), "D151")
    assert f"`{name}` ontbreekt" in said


FIRST = "      general-nature: no"
CHANGE = {
    # the code, the old text, the new one, words of the message, the severity, the line that is pointed at
    "an answer that is missing": ("D152", "      wider-scope: no\n", "", "Wordt de omvang", "error", FIRST),
    "a question that is not asked": (
        "D153", "      wider-scope: no", "      wider-scope: no\n      wider: no", "`wider`", "error",
        "      wider: no",
    ),
    "a ground that does not exist": (
        "D154", "    ground: small", "    ground: smal", "`smal`", "error", "    ground: smal",
    ),
    "an answer that points to a substantial change": (
        "D155", "      wider-scope: no", "      wider-scope: yes", "`wider-scope`", "warning", FIRST,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGE)
def test_the_check_on_a_substantial_change_is_whole(name: str, case: Path) -> None:
    code, old, new, words, severity, line = CHANGE[name]
    change_case(example(ADDENDUM, case), old, new)
    (found,) = findings(case, code)
    assert words in found["message"] and found["severity"] == severity
    source = (case / "procedure.yaml").read_text("utf-8").split("\n")
    assert source[found["line"] - 1] == line
    assert run("check", case).code == (1 if severity == "error" else 0)


def test_the_advice_names_the_question_or_the_ground_that_was_meant(case: Path) -> None:
    change_case(example(ADDENDUM, case), "wider-scope: no", "wider-scop: no")
    change_case(case, "ground: small", "ground: smal")
    assert "Bedoelde u `wider-scope`?" in findings(case, "D153")[0]["remedy"]
    assert "Bedoelde u `small`?" in findings(case, "D154")[0]["remedy"]
    assert len(findings(case, "D152")) == 1


@pytest.mark.parametrize(
    ("first", "last", "name"), [("  planning:", "facts:", "planning"), ("award_model:", "panel:", "award_model")]
)
def test_a_new_contract_needs_a_planning_and_an_award_model(first: str, last: str, name: str, started: Path) -> None:
    without(started, first, last)
    assert f"`{name}` ontbreekt" in refused(run("check", started), "P117")


@pytest.mark.parametrize("name", [ADDENDUM, MODULE])
def test_what_is_not_tendered_is_not_published(name: str, case: Path) -> None:
    example(name, case)
    before = snapshot(case)
    line = (case / "procedure.yaml").read_text("utf-8").split("\n").index("contract:") + 2
    said = refused(run("publish", case, "--concept-reason", "Een jurist keurt dit later goed."), "R171")
    assert f"procedure.yaml:{line}: fout R171" in said
    assert snapshot(case) == before


# --- an organisation's folder ---------------------------------------------------------------------------

HEAD = "format: 1\nid: house\nname: Het huis\nvalues:\n  retention.backup: 21\n"
LAW = """\
format: 1
law:
  own-rule:
    title: Eigen verordening
    value: Geldt
    until: {until}
    source: avg
    certainty: confirmed
    checked: {checked}
"""
CLAUSE = """\
---
id: own-clause
title: Eigen regel
topic: retention
level: recommended
kinds:
  - annex
meets:
  - purpose-bound
parameters:
  how:
    type: choice
    ask: Hoe?
    options:
      light: licht
      heavy: zwaar
    default: light
parts:
  extra:
    choice:
      how:
        - heavy
{part}{law}sources:
  - avg, 5
---
## Tekst

1. De {{{{supplier}}}} houdt zich aan de eigen regel, op een {{{{how}}}} manier.
2. {{#extra}} De {{{{supplier}}}} doet dat ook 's nachts.

## Toelichting

Uitleg.
"""


def house(case: Path, *, until: str = "2030-01-01", checked: str = "2026-11-21", in_part: bool = False) -> Path:
    """An organisation next to the case, with a clause that rests on a fact of law; the case names it."""
    folder = case.parent / "het huis"
    (folder / "clauses").mkdir(parents=True, exist_ok=True)
    law = {"part": "    law:\n      - own-rule\n" if in_part else "", "law": "" if in_part else "law:\n  - own-rule\n"}
    (folder / "organisation.yaml").write_text(HEAD, "utf-8")
    (folder / "clauses/law.yaml").write_text(LAW.format(until=until, checked=checked), "utf-8")
    (folder / "clauses/own-clause.md").write_text(CLAUSE.format(**law), "utf-8")
    change_case(case, "\nbuyer:\n", "\norganisation: ../het huis\nbuyer:\n")
    return folder


def test_a_case_takes_the_texts_and_choices_of_its_organisation(started: Path) -> None:
    assert "own-clause" not in fine("plan", started).out
    house(started)
    planned = run("plan", started, "--json").json
    assert {item["id"]: item["state"] for item in planned["clauses"]}["own-clause"] == "in"
    (value,) = [item for item in planned["values"] if item["key"] == "retention.backup"]
    assert (value["text"], value["origin"]) == ("21 dagen", "organisation")


@pytest.mark.parametrize("lost", ["folder", "head"])
def test_a_folder_of_an_organisation_that_is_not_there(lost: str, started: Path) -> None:
    folder = house(started)
    if lost == "folder":
        shutil.rmtree(folder)
    else:
        (folder / "organisation.yaml").unlink()
    line = (started / "procedure.yaml").read_text("utf-8").split("\n").index("organisation: ../het huis") + 1
    for command in ("check", "plan", "contract"):
        assert f"procedure.yaml:{line}: fout R170" in refused(run(command, started), "R170")


# --- the law on which the chosen texts rest -----------------------------------------------------------------


def about(folder: Path, code: str, fact: str) -> list[str]:
    """The clauses that the findings with this code about one fact of law name."""
    return [
        re.sub(r".*Hierop rust ", "", item["message"])
        for item in findings(folder, code)
        if item["key"] == f"law/{fact}"
    ]


def test_an_unconfirmed_fact_is_told_with_the_texts_that_rest_on_it_and_only_then(started: Path) -> None:
    (told,) = about(started, "L101", "ai-act-bias-data")
    assert told == "`bias-testing`."
    reason = "Er wordt niet op vertekening getoetst."
    change_case(
        started, "  kind: annex\n",
        f"  kind: annex\n  leave_out:\n    - clause: bias-testing\n      reason: {reason}\n",
    )  # fmt: skip
    assert about(started, "L101", "ai-act-bias-data") == []


def test_a_fact_that_no_text_rests_on_is_not_told(started: Path) -> None:
    """The thresholds are for addenda, by the people; no clause rests on them."""
    change_case(started, "reference_date: 2026-11-21", "reference_date: 2029-01-01")
    for code in ("L101", "L102", "L103"):
        assert about(started, code, "eu-threshold-other") == []


@pytest.mark.parametrize(("checked", "old"), [("2026-05-22", False), ("2026-05-21", True)])
def test_after_half_a_year_a_fact_is_checked_again(checked: str, old: bool, started: Path) -> None:
    house(started, checked=checked)
    assert about(started, "L102", "own-rule") == (["`own-clause`."] if old else [])
    assert about(started, "L101", "own-rule") == about(started, "L103", "own-rule") == []


@pytest.mark.parametrize(("until", "ended"), [("2026-11-21", False), ("2026-11-20", True)])
def test_a_fact_that_has_ended_is_told(until: str, ended: bool, started: Path) -> None:
    house(started, until=until)
    assert about(started, "L103", "own-rule") == (["`own-clause`."] if ended else [])


@pytest.mark.parametrize(("how", "told"), [("light", []), ("heavy", ["`own-clause`."])])
def test_a_part_rests_on_its_law_only_when_it_is_printed(how: str, told: list[str], started: Path) -> None:
    house(started, until="2026-01-01", in_part=True)
    change_case(started, "    retention.live: 30\n", f"    retention.live: 30\n    own-clause.how: {how}\n")
    assert about(started, "L103", "own-rule") == told
