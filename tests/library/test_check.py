"""Every fault that `library check` knows, planted one at a time in a tiny library."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from procure_ai.findings import Finding, Refused, Severity
from procure_ai.library.check import check_library
from procure_ai.library.load import load_library

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


def check(folder: Path, *changes: Mapping[str, str]) -> tuple[Finding, ...]:
    """Write the tiny library with these files added or replaced, load it, and check it."""
    files = {**FILES, **DATA}
    for change in changes:
        files.update(change)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    library, _ = load_library(folder)
    return check_library(library)


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
    assert check(tmp_path) == ()


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
    "vague word": ("C226", OTHER_FILE, 13, other("1. De {{supplier}} neemt passende maatregelen.")),
    "at once": ("C226", OTHER_FILE, 13, other("1. De {{supplier}} meldt dat onverwijld en binnen {{data.notice}}.")),
    "clause of a criterion": (
        "C230", "scorecards/set/criteria/clear.md", "clauses",
        changed("scorecards/set/criteria/clear.md", "  - data", "  - dta"),
    ),
    "scale": (
        "C233", "scorecards/set/criteria/clear.md", "Schaal",
        changed("scorecards/set/criteria/clear.md", "| 0 |", "| 2 |"),
    ),
    "demand that nobody meets": (
        "C234", "clauses/demands.yaml", "demands/lost",
        changed("clauses/demands.yaml", "  own-list:", "  lost:\n    title: Iets\n    kind: may\n"
                "    addressed_to: both\n    home:\n      - clause\n    sources:\n      - avg\n  own-list:"),
    ),
}  # fmt: skip

WARNINGS = {"C212", "C221", "C225", "C226", "C234"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_in_its_place(name: str, tmp_path: Path) -> None:
    code, file, where, change = FAULTS[name]
    found = [item for item in check(tmp_path, change) if item.code == code]
    assert len(found) == 1, found
    place = found[0].place
    assert (place.file, place.line if isinstance(where, int) else place.key) == (file, where)
    assert found[0].severity is (Severity.WARNING if code in WARNINGS else Severity.ERROR)
    assert found[0].message.endswith(".") and found[0].remedy


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


def test_the_shipped_library_has_no_errors() -> None:
    library, _ = load_library(ROOT)
    assert [item for item in check_library(library) if item.is_error] == []
