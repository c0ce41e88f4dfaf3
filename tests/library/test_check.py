"""Every fault that `library check` knows, planted one at a time in a tiny library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from procure_ai.findings import Finding, Refused, Severity
from procure_ai.library.check import check_library
from procure_ai.library.check_style import check_style
from procure_ai.library.coverage import coverage
from procure_ai.library.load import load_library
from procure_ai.library.models import Library

ROOT = Path(__file__).parents[2]

FILES: dict[str, str] = {
    "clauses/facts.yaml": """\
format: 1
facts:
  agents:
    title: Zelf handelen
    ask: Handelt het?
    explain: Uitleg.
    many: no
    answers:
      no: Nee
      yes: Ja
  users:
    title: Gebruikers
    ask: Wie?
    explain: Uitleg.
    many: yes
    answers:
      staff: Medewerkers
      citizens: Inwoners
""",
    "clauses/outline.yaml": """\
format: 1
chapters:
  - id: general
    title: Algemeen
    topics:
      - id: scope
        title: Toepassing
      - id: definitions
        title: Begrippen
      - id: data
        title: Gegevens
""",
    "clauses/definitions.yaml": """\
format: 1
definitions:
  input:
    term: Invoer
    forms:
      - Invoeren
    text: >-
      alles wat aan de dienst wordt aangeboden.
    sources:
      - avg, 4
proper_names:
  - AVG
  - Nederland
""",
    "clauses/base-topics.yaml": "format: 1\ntopics:\n  exit: exit en overdracht\n",
    "clauses/law.yaml": """\
format: 1
law:
  gdpr:
    title: AVG
    value: Van kracht
    source: avg
    certainty: confirmed
    checked: 2026-01-01
""",
    "clauses/sources.yaml": "format: 1\nsources:\n  avg:\n    title: Verordening (EU) 2016/679\n",
    "clauses/demands.yaml": """\
format: 1
demands:
  kept:
    title: Gegevens blijven bewaard
    kind: must
    addressed_to: supplier
    home:
      - clause
    stands_for:
      - avg-kept
    sources:
      - avg, 5
  own-list:
    title: Wat de opdrachtgever zelf nagaat
    kind: may
    addressed_to: buyer
    home:
      - checklist
    sources:
      - avg, 5
set_aside:
  avg-other: Gaat niet over inkoop.
""",
    "clauses/entries.yaml": """\
format: 1
commit: a
registry_commit: b
entries:
  avg-kept:
    source: avg
    place: artikel 5
    topic: retention
    kind: must
    addressed_to: supplier
  avg-other:
    source: avg
    place: artikel 6
    topic: other
    kind: may
    addressed_to: buyer
""",
    "clauses/checklist.yaml": """\
format: 1
checklist:
  look:
    title: Nagaan
    phase: prepare
    what: Ga het na.
    who: opdrachtgever
    evidence: Een verslag
    meets:
      - own-list
    law:
      - gdpr
    sources:
      - avg, 5
""",
    "clauses/landscape.yaml": """\
format: 1
landscape:
  keeping:
    number: 1
    title: Bewaren
    clauses:
      - data
    elsewhere:
      gibit: no
""",
    "clauses/style.yaml": """\
format: 1
vague:
  - words:
      - onverwijld
    needs: hours
    advice: Noem uren.
  - words:
      - tijdig
    needs: period
    advice: Noem een termijn.
  - words:
      - passende
    needs: measure
    advice: Noem een maatstaf.
""",
    "clauses/kinds/annex.yaml": """\
format: 1
id: annex
title: Bijlage
name: AI-bijlage
page: contract.md
values:
  data.notice: 20
""",
    "clauses/processing/own.yaml": """\
format: 1
id: own
title: Eigen verwerkersovereenkomst
edition: 1
source: avg, 28
note: Lees haar na.
base_terms:
  - gibit
terms:
  notice:
    title: Termijn
    unit: days
    ours:
      - data.notice
    must: same
annexes:
  - id: flows
    title: Stromen
    intro: Hier staan ze.
    tables:
      - annex-flows
""",
    "clauses/regimes/gibit.yaml": """\
format: 1
id: gibit
title: Voorwaarden
short: GIBIT
words:
  supplier: Leverancier
  buyer: Opdrachtgever
  performance: Prestatie
  agreement: Overeenkomst
  base-terms: GIBIT
terms:
  - Leverancier
precedence:
  - de {{agreement}};
articles:
  exit:
    number: unknown
    source: avg
    certainty: pending
    checked: 2026-01-01
""",
    "clauses/regimes/none.yaml": """\
format: 1
id: none
title: Geen voorwaarden
short: geen
words:
  supplier: Leverancier
  buyer: Opdrachtgever
  performance: Prestatie
  agreement: Overeenkomst
  base-terms: inkoopvoorwaarden
terms:
  - Leverancier
precedence:
  - de {{agreement}};
""",
    "clauses/annexes/annex-flows.md": """\
---
id: annex-flows
title: Stromen
fill: tenderer
---
Deze tabel hoort bij [[data]].

| Soort | Termijn |
|---|---|
| Invoer | {{data.notice}} |
""",
    "scorecards/set/set.yaml": """\
format: 1
id: set
title: Beoordeling
version: 1.0
description: Een kleine set.
requirements:
  - req-kept
tree:
  - id: quality
    title: Kwaliteit
    criteria:
      - id: clear
        points: 10
""",
    "scorecards/set/requirements/req-kept.md": """\
---
id: req-kept
title: Bewaren
kind: requirement
clauses:
  - data
demands:
  - kept
evidence: none
limit: 100
---
## Vraag

Bewaart u dat?

## Verband

Het hoort erbij.
""",
    "scorecards/set/criteria/clear.md": """\
---
id: clear
title: Duidelijk
kind: graded
clauses:
  - data
demands:
  - kept
evidence: none
limit: 100
---
## Vraag

Hoe duidelijk is het?

## Schaal

| Cijfer | Oordeel | Wanneer |
|---|---|---|
| 0 | Niet | Er staat niets. |
| 10 | Goed | Alles staat er. |

## Verband

Het hoort erbij.
""",
}

PARAMETERS = """\
parameters:
  notice:
    type: days
    ask: Hoeveel dagen?
    default: 30
    min: 14
  mode:
    type: choice
    ask: Hoe?
    options:
      soft: zacht
      hard: hard
    default: soft
"""
AGENTS = "when:\n  agents:\n    - yes\n"


def clause(name: str, text: str, header: str = "", *, topic: str = "data", level: str = "mandatory", meets: str = "",
           after: str = "") -> dict[str, str]:  # fmt: skip
    """One clause file; `header` is extra YAML."""
    head = f"id: {name}\ntitle: Gegevens\ntopic: {topic}\nlevel: {level}\n"
    demands = meets or "meets:\n  - kept\n"
    return {
        f"clauses/general/{name}.md": (
            f"---\n{head}{demands}{header}sources:\n  - avg, 5\n---\n## Tekst\n\n{text}\n\n"
            f"## Toelichting\n\nUitleg.\n{after}"
        )
    }


DATA = clause("data", "1. {#first} De {{supplier}} bewaart Invoer {{notice}} op een {{mode}} manier.", PARAMETERS)


def tiny(folder: Path, *changes: Mapping[str, str], organisation: Mapping[str, str] | None = None) -> Library:
    """Write the tiny library with these files added or replaced (and an organisation's on top), and load it."""
    files = {**FILES, **DATA}
    for change in changes:
        files.update(change)
    files.update({f"house/{name}": text for name, text in (organisation or {}).items()})
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_library(folder, folder / "house" if organisation else None)[0]


def check(
    folder: Path, *changes: Mapping[str, str], organisation: Mapping[str, str] | None = None
) -> tuple[Finding, ...]:
    """What is wrong with the tiny library after these changes."""
    return check_library(tiny(folder, *changes, organisation=organisation))


def changed(name: str, old: str, new: str) -> dict[str, str]:
    """One file of the tiny library with a text replaced."""
    text = {**FILES, **DATA}[name]
    assert old in text
    return {name: text.replace(old, new)}


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [item.code for item in findings]


DATA_FILE, OTHER_FILE = "clauses/general/data.md", "clauses/general/other.md"


def other(text: str, header: str = "", **more: str) -> dict[str, str]:
    return clause("other", text, header, **more)


def in_data(old: str, new: str) -> dict[str, str]:
    return changed(DATA_FILE, old, new)


def test_a_sound_library_has_no_findings(tmp_path: Path) -> None:
    library = tiny(tmp_path)
    assert check_library(library) == check_style(library) == ()


def test_a_sound_proof_has_no_findings(tmp_path: Path) -> None:
    assert check(tmp_path, proof("member: one")) == ()


def proof(line: str) -> dict[str, str]:
    """A clause that asks for a report, with one line of that proof in place of the right one."""
    lines = {"within": "within: data.notice", "every": "every: each-time", "member": "member: one"}
    lines[line.partition(":")[0]] = line
    days = "".join(f"  {name}:\n    type: {kind}\n    ask: Hoe vaak?\n    default: 3\n"
                   for name, kind in (("each-time", "months"), ("in-days", "days")))  # fmt: skip
    right = "".join(f"    {text}\n" for text in lines.values())
    header = f"parameters:\n{days}proof:\n  report:\n    what: Verslag\n    by: supplier\n    first: signing\n{right}"
    return other("1. {#one} Elke {{each-time}} binnen {{in-days}}.", header)


def demand(kind: str, home: str) -> dict[str, str]:
    """One more demand, which nothing meets."""
    return changed(
        "clauses/demands.yaml", "  own-list:", f"  lost:\n    title: Iets\n    kind: {kind}\n"
        f"    addressed_to: both\n    home:\n      - {home}\n    sources:\n      - avg\n  own-list:",
    )  # fmt: skip


FAULTS = {
    "topic": ("C201", DATA_FILE, "topic", in_data("topic: data", "topic: dta")),
    "demand": ("C202", DATA_FILE, "meets", in_data("  - kept", "  - kept\n  - keptt")),
    "demand of a criterion": (
        "C202", "scorecards/set/criteria/clear.md", "demands",
        changed("scorecards/set/criteria/clear.md", "  - kept", "  - nothing"),
    ),
    "source": ("C203", DATA_FILE, "sources", in_data("  - avg, 5", "  - avgg, 5")),
    "source of a definition": (
        "C203", "clauses/definitions.yaml", "definitions/input/sources",
        changed("clauses/definitions.yaml", "avg, 4", "gdpr, 4"),
    ),
    "clause": ("C205", OTHER_FILE, 13, other("1. Zie [[dta]].")),
    "label": ("C205", OTHER_FILE, 13, other("1. Zie [[data#second]].")),
    "annex": ("C205", OTHER_FILE, 13, other("1. Zie [[annex-floes]].")),
    "label of an annex": ("C205", OTHER_FILE, 13, other("1. Zie [[annex-flows#a]].")),
    "reference in an annex": (
        "C205", "clauses/annexes/annex-flows.md", 6,
        changed("clauses/annexes/annex-flows.md", "[[data]]", "[[dada]]"),
    ),
    "clause in with": (
        "C205", OTHER_FILE, "parts/one",
        other("1. {#one} Hier.", "parts:\n  one:\n    with:\n      - dta\n"),
    ),
    "value": ("C209", OTHER_FILE, 13, other("1. Binnen {{notice}} klaar.")),
    "value of another clause": ("C209", OTHER_FILE, 13, other("1. Binnen {{data.notie}} klaar.")),
    "topic of base terms in a value": ("C209", OTHER_FILE, 13, other("1. Zie {{base.exti}}.")),
    "list outside its clause": ("C211", OTHER_FILE, 13, other("1. {{definitions}}")),
    "list inside a sentence": ("C211", OTHER_FILE, 13, other("1. Zie {{precedence}} hier.", topic="scope")),
    "unused parameter": (
        "C212", OTHER_FILE, "parameters/days",
        other("1. Tekst.", "parameters:\n  days:\n    type: days\n    ask: Hoeveel?\n    default: 3\n"),
    ),
    "default of another type": ("C213", DATA_FILE, "parameters/notice/default", in_data("default: 30", "default: 3.5")),
    "default out of bounds": ("C213", DATA_FILE, "parameters/notice/default", in_data("default: 30", "default: 13")),
    "default that is no option": ("C213", DATA_FILE, "parameters/mode/default", in_data("default: soft", "default: x")),
    "bound": ("C213", DATA_FILE, "parameters/notice/min", in_data("min: 14", "min: few")),
    "value of a position": (
        "C213", DATA_FILE, "positions/strict/values/notice",
        in_data("sources:", "positions:\n  strict:\n    values:\n      notice: 3\n    gives_up: Tijd.\nsources:"),
    ),
    "label of a part": (
        "C214", OTHER_FILE, "parts/two",
        other("1. {#one} Hier.", f"parts:\n  two:\n    {AGENTS.replace(chr(10), chr(10) + '    ').rstrip()}\n"),
    ),
    "option of a part": (
        "C215", DATA_FILE, "parts/first",
        in_data("sources:", "parts:\n  first:\n    choice:\n      mode:\n        - loud\nsources:"),
    ),
    "choice of a part": (
        "C215", DATA_FILE, "parts/first",
        in_data("sources:", "parts:\n  first:\n    choice:\n      notice:\n        - 30\nsources:"),
    ),
    "parameter of a position": (
        "C216", DATA_FILE, "positions/strict/values/notic",
        in_data("sources:", "positions:\n  strict:\n    values:\n      notic: 30\n    gives_up: Tijd.\nsources:"),
    ),
    "choice without options": (
        "C217", DATA_FILE, "parameters/mode/options",
        in_data("    options:\n      soft: zacht\n      hard: hard\n", ""),
    ),
    "topic of a deviation": (
        "C218", OTHER_FILE, "deviates",
        other("1. Tekst.", "deviates:\n  - exi\n",
              after="\n## Afwijking\n\n1. Anders dan {{base.exit}}.\n\n## Motivering\n\nDaarom.\n"),
    ),
    "undefined term": ("C220", OTHER_FILE, 13, other("1. De {{supplier}} bewaart Uitvoer.")),
    "undefined term in a title": ("C220", DATA_FILE, "title", in_data("title: Gegevens", "title: De Gegevens")),
    "unused term": (
        "C221", "clauses/definitions.yaml", "definitions/output",
        changed("clauses/definitions.yaml", "proper_names:",
                "  output:\n    term: Uitvoer\n    text: wat het maakt.\nproper_names:"),
    ),
    "term used in its own definition only": (
        "C221", "clauses/definitions.yaml", "definitions/output",
        changed("clauses/definitions.yaml", "proper_names:",
                "  output:\n    term: Uitvoer\n    text: alle Uitvoer.\nproper_names:"),
    ),
    "word of one regime": ("C224", OTHER_FILE, 13, other("1. De Leverancier bewaart Invoer.")),
    "typed member": ("C225", OTHER_FILE, 13, other("1. Zie het tweede lid.")),
    "typed article": ("C225", OTHER_FILE, 13, other("1. Zie artikel 7.")),
    "clause of a criterion": (
        "C230", "scorecards/set/criteria/clear.md", "clauses",
        changed("scorecards/set/criteria/clear.md", "  - data", "  - dta"),
    ),
    "scale": (
        "C233", "scorecards/set/criteria/clear.md", "Schaal",
        changed("scorecards/set/criteria/clear.md", "| 0 |", "| 2 |"),
    ),
    "law of a clause": ("C240", OTHER_FILE, "law", other("1. Tekst.", "law:\n  - gdprr\n")),
    "law of a part": (
        "C240", OTHER_FILE, "parts/one/law",
        other("1. {#one} Hier.", "parts:\n  one:\n    with:\n      - data\n    law:\n      - gdprr\n"),
    ),
    "law of an annex": (
        "C240", "clauses/annexes/annex-flows.md", "law",
        changed("clauses/annexes/annex-flows.md", "fill:", "law:\n  - gdprr\nfill:"),
    ),
    "law of a duty": (
        "C240", "clauses/checklist.yaml", "checklist/look/law",
        changed("clauses/checklist.yaml", "- gdpr", "- gdprr"),
    ),
    "demand of a duty": (
        "C202", "clauses/checklist.yaml", "checklist/look/meets",
        changed("clauses/checklist.yaml", "- own-list", "- own-list\n      - own"),
    ),
    "period of a proof": ("C241", OTHER_FILE, "proof/report/within", proof("within: days")),
    "interval of a proof": ("C241", OTHER_FILE, "proof/report/every", proof("every: weekly")),
    "interval in days": ("C241", OTHER_FILE, "proof/report/every", proof("every: in-days")),
    "interval in days of another clause": (
        "C241", OTHER_FILE, "proof/report/every", proof("every: data.notice"),
    ),
    "member of a proof": ("C241", OTHER_FILE, "proof/report/member", proof("member: two")),
    "clause of the field": (
        "C242", "clauses/landscape.yaml", "landscape/keeping/clauses",
        changed("clauses/landscape.yaml", "- data", "- data\n      - dta"),
    ),
    "value of a kind": (
        "C242", "clauses/kinds/annex.yaml", "values/data.notic",
        changed("clauses/kinds/annex.yaml", "data.notice", "data.notic"),
    ),
    "position of a kind": (
        "C242", "clauses/kinds/annex.yaml", "positions/data",
        changed("clauses/kinds/annex.yaml", "values:", "positions:\n  data: strict\nvalues:"),
    ),
    "base terms of a processing agreement": (
        "C242", "clauses/processing/own.yaml", "base_terms",
        changed("clauses/processing/own.yaml", "- gibit", "- gibid"),
    ),
    "source of a processing agreement": (
        "C242", "clauses/processing/own.yaml", "source",
        changed("clauses/processing/own.yaml", "source: avg", "source: avgg"),
    ),
    "number of a processing agreement": (
        "C242", "clauses/processing/own.yaml", "terms/notice/ours",
        changed("clauses/processing/own.yaml", "data.notice", "data.notic"),
    ),
    "table of a processing agreement": (
        "C242", "clauses/processing/own.yaml", "annexes/0/tables",
        changed("clauses/processing/own.yaml", "annex-flows", "annex-floes"),
    ),
    "topic of the field without a clause": (
        "C243", "clauses/landscape.yaml", "landscape/keeping/clauses",
        changed("clauses/landscape.yaml", "    clauses:\n      - data\n", ""),
    ),
    "value of a kind out of bounds": (
        "C246", "clauses/kinds/annex.yaml", "values/data.notice",
        changed("clauses/kinds/annex.yaml", "data.notice: 20", "data.notice: 13"),
    ),
    "wish that nothing meets": ("C234", "clauses/demands.yaml", "demands/lost", demand("may", "clause")),
    "duty that nothing meets": ("C250", "clauses/demands.yaml", "demands/lost", demand("must", "clause")),
    "duty that nothing meets at its home": (
        "C251", "clauses/demands.yaml", "demands/own-list",
        changed("clauses/demands.yaml", "- checklist", "- checklist\n      - criterion"),
    ),
    "entry of a demand": (
        "C253", "clauses/demands.yaml", "demands/kept/stands_for",
        changed("clauses/demands.yaml", "- avg-kept", "- avg-kept\n      - avg-keptt"),
    ),
    "entry that is set aside": (
        "C253", "clauses/demands.yaml", "set_aside",
        changed("clauses/demands.yaml", "  avg-other:", "  avg-nothing: Bestaat niet.\n  avg-other:"),
    ),
    "entry that is nowhere": (
        "C254", "clauses/entries.yaml", "entries/avg-other",
        changed("clauses/demands.yaml", "set_aside:\n  avg-other: Gaat niet over inkoop.\n", ""),
    ),
    "entry that is in two places": (
        "C255", "clauses/entries.yaml", "entries/avg-kept",
        changed("clauses/demands.yaml", "  avg-other:", "  avg-kept: Toch niet.\n  avg-other:"),
    ),
}  # fmt: skip

WARNINGS = {"C212", "C221", "C225", "C234", "C251", "C255"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_in_its_place(name: str, tmp_path: Path) -> None:
    code, file, where, change = FAULTS[name]
    found = [item for item in check(tmp_path, change) if item.code == code]
    assert len(found) == 1, found
    place = found[0].place
    assert (place.file, place.line if isinstance(where, int) else place.key) == (file, where)
    assert found[0].severity is (Severity.WARNING if code in WARNINGS else Severity.ERROR)
    assert found[0].message.endswith(".") and found[0].remedy


def test_what_meets_nothing_is_told_wherever_it_is(tmp_path: Path) -> None:
    """The files cannot say so (see below); the matrix does not depend on that."""
    library = tiny(tmp_path)
    clause, (duty, when) = library.clauses["data"], library.checklist["look"]
    criterion = library.sets["set"].criteria["clear"]
    chosen = replace(library.sets["set"], criteria={"clear": replace(
        criterion, header=criterion.header.model_copy(update={"demands": ()}))})  # fmt: skip
    changed = replace(
        library, sets={"set": chosen}, checklist={"look": (duty.model_copy(update={"meets": ()}), when)},
        clauses={"data": replace(clause, header=clause.header.model_copy(update={"meets": ()}))},
    )  # fmt: skip
    found = [item.place.file for item in coverage(changed).findings if item.code == "C252"]
    assert found == ["clauses/checklist.yaml", DATA_FILE, "scorecards/set/criteria/clear.md"]


def test_the_matrix_shows_who_meets_a_demand_and_where_an_entry_is(tmp_path: Path) -> None:
    matrix = coverage(tiny(tmp_path))
    kept, own = matrix.demands
    assert [kept.at(home) for home in ("clause", "requirement", "criterion", "checklist")] == [
        ("data",), ("req-kept",), ("clear",), (),
    ]  # fmt: skip
    assert (own.id, own.at("checklist"), own.at("clause")) == ("own-list", ("look",), ())
    assert matrix.entries == (("avg-kept", ("kept",), ""), ("avg-other", (), "Gaat niet over inkoop."))
    assert matrix.findings == ()


@pytest.mark.parametrize("meets", ["", "meets:\n"])
def test_a_clause_that_meets_nothing_is_not_read_at_all(meets: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        check(tmp_path, in_data("meets:\n  - kept\n", meets))
    assert {item.place.file for item in caught.value.findings} == {DATA_FILE}


def test_entries_and_files_of_a_set_belong_together(tmp_path: Path) -> None:
    findings = check(tmp_path, changed("scorecards/set/set.yaml", "- req-kept", "- req-kpt"))
    assert [(item.code, item.place.file) for item in findings] == [
        ("C232", "scorecards/set/requirements/req-kept.md"),
        ("C231", "scorecards/set/set.yaml"),
    ]
    assert "req-kept" in findings[1].remedy


def test_forms_and_circles_of_definitions(tmp_path: Path) -> None:
    more = (
        "  output:\n    term: Uitvoer\n    forms:\n      - Invoeren\n    text: wat uit Invoer komt.\n"
        "  trace:\n    term: Spoor\n    text: wat met Uitvoer gebeurt.\nproper_names:"
    )
    files = changed("clauses/definitions.yaml", "proper_names:", more)
    files["clauses/definitions.yaml"] = files["clauses/definitions.yaml"].replace("wordt aangeboden", "als Spoor ligt")
    findings = check(tmp_path, files)
    assert codes(findings) == ["C223", "C222"]
    assert findings[0].place.key == "definitions/input"


# --- references that can lose their target --------------------------------------------------------


def part(label: str, body: str) -> str:
    return f"parts:\n  {label}:\n" + "".join(f"    {line}\n" for line in body.rstrip().split("\n"))


ONLY_AGENTS = clause("agents", "1. {#stop} De {{supplier}} stopt.", AGENTS)


def test_a_target_that_can_be_absent_is_found_with_the_facts(tmp_path: Path) -> None:
    (finding,) = check(tmp_path, ONLY_AGENTS, other("1. Zie [[agents]]."))
    assert (finding.code, finding.place.file, finding.place.line) == ("C206", OTHER_FILE, 13)
    assert "Zelf handelen: Nee" in finding.message


@pytest.mark.parametrize(
    "header",
    [
        AGENTS,
        part("one", AGENTS),
        part("one", "with:\n  - agents"),
        "when:\n  all:\n    - users:\n        - staff\n    - not:\n        agents:\n          - no\n",
    ],
)
def test_a_guarded_reference_is_safe(header: str, tmp_path: Path) -> None:
    assert check(tmp_path, ONLY_AGENTS, other("1. {#one} Zie [[agents#stop]].", header)) == ()


def test_a_condition_of_the_member_above_guards_its_items(tmp_path: Path) -> None:
    text = "1. {#one} Dan geldt:\n   1. [[agents]];\n   2. {{data.notice}}."
    assert check(tmp_path, ONLY_AGENTS, other(text, part("one", AGENTS))) == ()
    assert codes(check(tmp_path, other(text, part("one", "when:\n  users:\n    - staff")))) == ["C206"]


def test_a_fact_with_several_answers_guards_nothing_it_does_not_exclude(tmp_path: Path) -> None:
    target = clause("staff", "1. Alleen medewerkers.", "when:\n  not:\n    users:\n      - citizens\n")
    (finding,) = check(tmp_path, target, other("1. Zie [[staff]].", "when:\n  users:\n    - staff\n"))
    assert finding.code == "C206"
    assert "Gebruikers: Medewerkers, Inwoners" in finding.message


def test_a_label_that_is_a_part_must_follow_too(tmp_path: Path) -> None:
    target = clause("agents", "1. Altijd.\n2. {#stop} De {{supplier}} stopt.", part("stop", AGENTS))
    assert codes(check(tmp_path, target, other("1. Zie [[agents#stop]]."))) == ["C206"]
    assert codes(check(tmp_path, target, other("1. {#x} Zie [[agents#stop]].", part("x", "with:\n  - agents")))) == [
        "C206"
    ]
    assert check(tmp_path, target, other("1. Zie [[agents]] en [[agents]].")) == ()
    assert check(tmp_path, target, other("1. {#x} Zie [[agents#stop]].", part("x", AGENTS))) == ()


def test_a_label_of_the_own_clause_must_follow_too(tmp_path: Path) -> None:
    text = "1. {#one} Eerst.\n2. Zie [[#one]]."
    assert codes(check(tmp_path, other(text, part("one", AGENTS)))) == ["C206"]
    both = part("one", AGENTS) + part("two", AGENTS).removeprefix("parts:\n")
    assert check(tmp_path, other("1. {#one} Eerst.\n2. {#two} Zie [[#one]].", both)) == ()


@pytest.mark.parametrize(("options", "code"), [("", ["C207"]), ("hard", []), ("soft", ["C207"])])
def test_a_choice_of_the_own_clause_must_be_shared(options: str, code: list[str], tmp_path: Path) -> None:
    def choice(name: str, option: str) -> str:
        return f"  {name}:\n    choice:\n      mode:\n        - {option}\n"

    parts = "parts:\n" + choice("one", "hard") + (choice("two", options) if options else "")
    text = "1. {#one} Eerst {{notice}} en {{mode}}.\n2. {#two} Zie [[#one]]."
    assert codes(check(tmp_path, other(text, PARAMETERS + parts))) == code


def test_a_choice_of_another_clause_is_never_safe(tmp_path: Path) -> None:
    header = PARAMETERS + "parts:\n  one:\n    choice:\n      mode:\n        - hard\n"
    target = clause("agents", "1. Altijd {{notice}}.\n2. {#one} Hard.", header)
    assert codes(check(tmp_path, target, other("1. Zie [[agents#one]]."))) == ["C207"]


def test_an_optional_target_needs_with(tmp_path: Path) -> None:
    target = clause("extra", "1. {#one} Naar keuze, zie [[#two]].\n2. {#two} Meer.", level="optional")
    assert codes(check(tmp_path, target, other("1. Zie [[extra#one]]."))) == ["C208"]
    assert check(tmp_path, target, other("1. {#x} Zie [[extra#one]].", part("x", "with:\n  - extra"))) == ()


def test_a_value_of_a_clause_that_can_be_absent(tmp_path: Path) -> None:
    target = clause("agents", "1. Binnen {{notice}} {{mode}}.", PARAMETERS + AGENTS)
    (finding,) = check(tmp_path, target, other("1. Binnen {{agents.notice}}."))
    assert (finding.code, finding.place.line) == ("C210", 13)
    assert "Zelf handelen: Nee" in finding.message


def test_a_deviation_is_printed_only_with_base_terms(tmp_path: Path) -> None:
    target = clause("based", "1. Met voorwaarden.", "when:\n  base-terms:\n    - gibit\n")
    after = "\n## Afwijking\n\n1. Anders dan {{base.exit}}: [[based]].\n\n## Motivering\n\nDaarom.\n"
    deviating = other("1. Tekst.", "deviates:\n  - exit\n", after=after)
    assert check(tmp_path, target, deviating) == ()
    (finding,) = check(tmp_path, target, other("1. Zie [[based]]."))
    assert "Inkoopvoorwaarden: geen" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "Zie artikel 4 van de AVG.",
        "Zie artikel 4, tweede lid, van de AVG.",
        "Zie dit lid.",
        "Het vorige lid geldt niet.",
        "De {{supplier}} meldt dat onverwijld, en uiterlijk binnen 24 uur.",
        "De {{supplier}} meldt dat tijdig, en ten minste {{data.notice}} vooraf.",
        "In Nederland geldt:",
    ],
)
def test_plain_words_are_left_alone(text: str, tmp_path: Path) -> None:
    assert check(tmp_path, other(f"1. {text}")) == ()


# --- the style list ---------------------------------------------------------------------------------

VAGUE = {
    "a word that always needs a measure": ("passende", "De {{supplier}} neemt passende maatregelen, binnen 24 uur."),
    "at once, in days": ("onverwijld", "De {{supplier}} meldt dat onverwijld en binnen {{data.notice}}."),
    "at once, with hours in another sentence": ("onverwijld", "De {{supplier}} meldt dat onverwijld. Binnen 3 uur."),
    "in time, without a period": ("Tijdig", "Tijdig meldt de {{supplier}} dat."),
}


@pytest.mark.parametrize("name", VAGUE)
def test_a_vague_word_is_in_the_style_list_and_no_fault(name: str, tmp_path: Path) -> None:
    word, text = VAGUE[name]
    library = tiny(tmp_path, other(f"1. {text}"))
    assert check_library(library) == ()
    (finding,) = check_style(library)
    assert (finding.code, finding.place.file, finding.place.line) == ("C226", OTHER_FILE, 13)
    assert (finding.severity, finding.remedy[:4]) == (Severity.WARNING, "Noem")
    assert f"`{word}`" in finding.message


CIRCLES = {
    "two members of one clause": ("1. {#one} Zie [[#two]].\n2. {#two} Zie [[#one]].", {}, "`other#one` en `other#two`"),
    "through another clause": (
        "1. {#one} Zie [[agents#stop]].", clause("agents", "1. {#stop} Zie [[other#one]]."),
        "`agents#stop` en `other#one`",
    ),
    "from an item": (
        "1. {#one} Dan:\n   1. [[#two]].\n2. {#two} Zie [[#three]].\n3. {#three} Zie [[#one]].", {},
        "`other#one`, `other#two` en `other#three`",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CIRCLES)
def test_members_that_refer_in_a_circle_are_told_once(name: str, tmp_path: Path) -> None:
    text, more, members = CIRCLES[name]
    library = tiny(tmp_path, more, other(text))
    assert check_library(library) == ()
    (finding,) = check_style(library)
    assert (finding.code, finding.severity) == ("C227", Severity.WARNING)
    assert members in finding.message


@pytest.mark.parametrize("text", ["1. {#one} Zie [[#two]].\n2. {#two} Tekst.", "1. {#one} Als in [[#one]].",
                                  "1. {#one} Zie [[data]].\n2. {#two} Zie [[other]]."])  # fmt: skip
def test_members_that_refer_onward_are_no_circle(text: str, tmp_path: Path) -> None:
    assert check_style(tiny(tmp_path, other(text))) == ()


# --- an organisation's folder -----------------------------------------------------------------------

HEAD = "format: 1\nid: house\nname: Het huis\n"
CONFLICT = """\
conflicts:
  - id: long-or-short
    title: Lang of kort
    one: Het ene.
    other: Het andere.
    clauses:
      - data
"""
OWN = "clauses/own.md"


def own_clause(name: str, header: str = "") -> dict[str, str]:
    """A clause of the organisation."""
    return {OWN.replace("own", name): next(iter(clause(name, "1. Tekst, na {{data.notice}}.", header).values()))}


def test_a_sound_folder_of_an_organisation_has_no_findings(tmp_path: Path) -> None:
    own = {
        "organisation.yaml": f"{HEAD}values:\n  data.notice: 60\n{CONFLICT}    choice: Lang.\n",
        "clauses/sources.yaml": "format: 1\nsources:\n  policy:\n    title: Beleid\n",
        **own_clause("own"),
    }
    library = tiny(tmp_path, organisation=own)
    assert check_library(library) == ()
    assert library.clauses["own"].file == "house/clauses/own.md"
    assert {"avg", "policy"} <= set(library.sources)
    assert library.organisation is not None and library.organisation.name == "Het huis"


ORGANISATION = {
    "a value that nobody asks": ("C242", "values/data.notic", "values:\n  data.notic: 60\n"),
    "a value of a clause that is not there": ("C242", "values/dta.notice", "values:\n  dta.notice: 60\n"),
    "a value out of bounds": ("C246", "values/data.notice", "values:\n  data.notice: 13\n"),
    "a value that is no option": ("C246", "values/data.mode", "values:\n  data.mode: loud\n"),
    "a position that the clause lacks": ("C242", "positions/data", "positions:\n  data: strict\n"),
    "a position of a clause that is not there": ("C242", "positions/dta", "positions:\n  dta: strict\n"),
    "a conflict over a clause that is not there": (
        "C242", "conflicts/0/clauses", CONFLICT.replace("- data", "- dta") + "    choice: Lang.\n",
    ),
    "a conflict that nobody decided": ("C245", "conflicts/0", CONFLICT),
}  # fmt: skip


@pytest.mark.parametrize("name", ORGANISATION)
def test_a_fault_of_an_organisation_is_found_in_its_place(name: str, tmp_path: Path) -> None:
    code, key, lines = ORGANISATION[name]
    (finding,) = check(tmp_path, organisation={"organisation.yaml": HEAD + lines})
    assert (finding.code, finding.place.file, finding.place.key) == (code, "organisation.yaml", key)
    assert finding.is_error is (code != "C245")
    assert finding.remedy


REFUSED = {
    "a source again": (
        "C123", "house/clauses/sources.yaml", {"clauses/sources.yaml": "format: 1\nsources:\n  avg:\n    title: X\n"}
    ),
    "a fact of law again": (
        "C123", "house/clauses/law.yaml",
        {"clauses/law.yaml": FILES["clauses/law.yaml"].replace("Van kracht", "Niet van kracht")},
    ),
    "a clause again": ("C114", "house/clauses/data.md", own_clause("data")),
    "a replacement of nothing": ("C125", "house/clauses/own.md", own_clause("own", "replaces: abc\n")),
    "numbers for other base terms": (
        "C126", "house/clauses/regimes/arbit.yaml",
        {"clauses/regimes/arbit.yaml": "format: 1\nid: arbit\narticles:\n  exit:\n    number: 9\n"
         "    source: avg\n    certainty: confirmed\n    checked: 2026-01-01\n"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_folder_that_does_not_fit_the_library_is_refused(name: str, tmp_path: Path) -> None:
    code, file, files = REFUSED[name]
    with pytest.raises(Refused) as caught:
        tiny(tmp_path, organisation={"organisation.yaml": HEAD, **files})
    assert [(item.code, item.place.file) for item in caught.value.findings] == [(code, file)]


def test_numbers_that_were_looked_up_take_the_place_of_unknown_ones(tmp_path: Path) -> None:
    found = FILES["clauses/regimes/gibit.yaml"].partition("articles:")[2].replace("unknown", "12.3")
    own = {"organisation.yaml": HEAD, "clauses/regimes/gibit.yaml": f"format: 1\nid: gibit\narticles:{found}"}
    regime = tiny(tmp_path, organisation=own).regimes["gibit"]
    assert regime.articles["exit"].number == "12.3"
    assert regime.short == "GIBIT"


def test_a_replacement_is_taken_and_warns_when_the_text_below_it_has_changed(tmp_path: Path) -> None:
    old = tiny(tmp_path).clauses["data"].fingerprint
    text = DATA[DATA_FILE].replace("bewaart", "wist").replace("meets:", f"replaces: {old}\nmeets:")
    own = {"organisation.yaml": HEAD, "clauses/data.md": text}
    library = tiny(tmp_path, organisation=own)
    assert library.clauses["data"].file == "house/clauses/data.md"
    assert check_library(library) == ()
    tiny(tmp_path, in_data("Invoer {{notice}}", "alle Invoer {{notice}}"), organisation=own)
    _, (warning,) = load_library(tmp_path, tmp_path / "house")
    line = text[: text.index("replaces:")].count("\n") + 1
    assert (warning.code, warning.place.file, warning.place.line) == ("C124", "house/clauses/data.md", line)
    assert warning.severity is Severity.WARNING
    assert load_library(tmp_path)[0].clauses["data"].fingerprint in warning.remedy


# --- what is shipped --------------------------------------------------------------------------------


@pytest.mark.parametrize("house", [None, "organisatie-datahuis"])
def test_what_is_shipped_has_no_errors(house: str | None) -> None:
    library, _ = load_library(ROOT, ROOT / "examples" / house if house else None)
    assert [item for item in check_library(library) if item.is_error] == []


def test_the_field_has_63_topics_each_with_clauses_that_exist(library: Library) -> None:
    rows = library.landscape.values()
    assert [row.number for row in rows] == list(range(1, 64))
    for row in rows:
        assert row.clauses and set(row.clauses) <= set(library.texts()), row.title
        assert set(row.sure) <= set(row.elsewhere) <= set(library.sources), row.title


def test_all_429_entries_of_the_sources_are_accounted_for(library: Library) -> None:
    matrix = coverage(library)
    assert len(matrix.entries) == len(library.entries.entries) == 429
    for name, demands, reason in matrix.entries:
        assert bool(demands) != bool(reason), name
    assert {name for demand in matrix.demands for name in demand.stands_for} | set(library.set_aside) == set(
        library.entries.entries
    )
    assert {entry.source for entry in library.entries.entries.values()} <= set(library.sources)


def test_every_demand_is_met_at_each_of_its_homes(library: Library) -> None:
    demands = coverage(library).demands
    assert len([demand for demand in demands if demand.kind == "must"]) > 80
    for demand in demands:
        assert demand.home, demand.id
        for home in demand.home:
            assert demand.at(home), (demand.id, home)
