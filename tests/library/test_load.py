"""Reading the library: the shipped one is whole, and every fault of a broken one is reported at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from procure_ai.documents.tree import plain, walk_inlines
from procure_ai.findings import Refused
from procure_ai.library.load import load_library
from procure_ai.library.models import Library

# --- the shipped library ---------------------------------------------------------------------------


def test_the_shipped_library_has_its_clauses_regimes_annexes_and_criteria(library: Library) -> None:
    assert len(library.clauses) >= 24
    assert {"gibit-2023", "arbit-2022", "arvodi-2018", "none"} <= set(library.regimes)
    assert len(library.annexes) >= 5
    assert library.sets
    assert library.demands


def test_every_clause_has_members_sources_a_demand_and_an_explanation(library: Library) -> None:
    for clause in library.clauses.values():
        assert clause.members, clause.id
        assert clause.header.sources, clause.id
        assert clause.header.meets, clause.id
        assert len("".join(plain((inline,)) for inline in walk_inlines(clause.explanation))) > 100, clause.id


def test_every_fact_has_a_question_and_at_least_two_answers(library: Library) -> None:
    for name, fact in library.facts.items():
        assert fact.ask.endswith("?"), name
        assert fact.explain, name
        assert len(fact.answers) >= 2, name


def test_every_criterion_has_a_scale_from_zero_to_ten(library: Library) -> None:
    for scorecards in library.sets.values():
        assert scorecards.criteria
        for item in scorecards.criteria.values():
            assert [item.scale[0].grade, item.scale[-1].grade] == [0, 10], item.id
            assert len({rung.when for rung in item.scale}) == len(item.scale), item.id


def test_clauses_stand_in_the_order_of_the_outline(library: Library) -> None:
    topics = [topic.id for chapter in library.chapters for topic in chapter.topics]
    places = [topics.index(clause.header.topic) for clause in library.in_order()]
    assert places == sorted(places)
    assert len(places) == len(library.clauses)


def test_loading_twice_gives_the_same_fingerprints(library: Library, root: Path) -> None:
    again, _ = load_library(root)
    first = {clause.id: clause.fingerprint for clause in library.clauses.values()}
    assert {clause.id: clause.fingerprint for clause in again.clauses.values()} == first
    assert len(set(first.values())) == len(first)


# --- a tiny library --------------------------------------------------------------------------------

CLAUSE = """\
---
id: kept
title: Bewaren
topic: data
level: mandatory
meets:
  - kept
when:
  agents:
    - yes
parameters:
  notice:
    type: days
    ask: Hoeveel dagen?
    default: 30
sources:
  - avg, 5
---
## Tekst

1. De {{supplier}} bewaart dit {{notice}}.

## Toelichting

Uitleg.
"""

CRITERION = """\
---
id: clear
title: Duidelijk
kind: graded
clauses:
  - kept
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
| 0 | Niet | Niets. |
| 10 | Goed | Alles. |

## Verband

Het hoort erbij.
"""

REGIME = """\
format: 1
id: own
title: Eigen voorwaarden
short: EIGEN
words:
  supplier: Leverancier
  buyer: Opdrachtgever
  performance: Prestatie
  agreement: Overeenkomst
  base-terms: EIGEN
terms:
  - Leverancier
precedence:
  - de {{agreement}}.
"""

FILES = {
    "clauses/data/kept.md": CLAUSE,
    "clauses/annexes/annex-list.md": (
        "---\nid: annex-list\ntitle: Lijst\nfill: buyer\n---\nEen lijst.\n\n| a |\n|---|\n| |\n"
    ),
    "clauses/facts.yaml": (
        "format: 1\nfacts:\n  agents:\n    title: Handelen\n    ask: Handelt het?\n    explain: Uitleg.\n    many: no\n"
        "    answers:\n      no: Nee\n      yes: Ja\n"
    ),
    "clauses/outline.yaml": (
        "format: 1\nchapters:\n  - id: all\n    title: Alles\n    topics:\n      - id: data\n        title: Gegevens\n"
    ),
    "clauses/definitions.yaml": (
        "format: 1\ndefinitions:\n  input:\n    term: Invoer\n    text: alles.\nproper_names:\n  - AVG\n"
    ),
    "clauses/base-topics.yaml": "format: 1\ntopics:\n  exit: exit\n",
    "clauses/law.yaml": (
        "format: 1\nlaw:\n  gdpr:\n    title: AVG\n    value: geldt\n    source: avg\n    certainty: confirmed\n"
        "    checked: 2026-01-01\n"
    ),
    "clauses/sources.yaml": "format: 1\nsources:\n  avg:\n    title: AVG\n",
    "clauses/demands.yaml": (
        "format: 1\ndemands:\n  kept:\n    title: Bewaard\n    kind: must\n    addressed_to: supplier\n"
        "    home:\n      - clause\n    sources:\n      - avg, 5\n"
    ),
    "clauses/regimes/own.yaml": REGIME,
    "scorecards/set/set.yaml": (
        "format: 1\nid: set\ntitle: Set\nversion: 1.10\ndescription: Klein.\nrequirements:\n  - none\n"
        "tree:\n  - id: clear\n    points: 10\n"
    ),
    "scorecards/set/criteria/clear.md": CRITERION,
}

CLAUSE_FILE, CRITERION_FILE = "clauses/data/kept.md", "scorecards/set/criteria/clear.md"


def write(folder: Path, **files: str | None) -> Path:
    for name, text in {**FILES, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            path.write_bytes(text.encode())
    return folder


def changed(name: str, old: str, new: str) -> dict[str, str | None]:
    assert old in FILES[name]
    return {name: FILES[name].replace(old, new)}


def faults(folder: Path, *changes: dict[str, str | None]) -> list[tuple[str, str, int]]:
    files = {name: text for change in changes for name, text in change.items()}
    with pytest.raises(Refused) as refused:
        load_library(write(folder, **files))
    assert all(item.message and item.remedy for item in refused.value.findings)
    return [(item.code, item.place.file, item.place.line) for item in refused.value.findings]


def test_the_tiny_library_is_read(tmp_path: Path) -> None:
    library, warnings = load_library(write(tmp_path))
    assert warnings == ()
    assert list(library.clauses) == ["kept"]
    assert list(library.annexes) == ["annex-list"]
    assert library.sets["set"].file.version == "1.10"
    assert library.clauses["kept"].file == CLAUSE_FILE


BROKEN: dict[str, tuple[dict[str, str | None], list[tuple[str, str, int]]]] = {
    "the id differs from the file name": (changed(CLAUSE_FILE, "id: kept", "id: keeps"), [("C113", CLAUSE_FILE, 2)]),
    "one id in two folders": ({"clauses/other/kept.md": CLAUSE}, [("C114", "clauses/other/kept.md", 2)]),
    "the text is missing": (
        changed(CLAUSE_FILE, "## Tekst\n", ""),
        [("C115", CLAUSE_FILE, 1), ("C116", CLAUSE_FILE, 19)],
    ),
    "the explanation is missing": (changed(CLAUSE_FILE, "## Toelichting\n\nUitleg.\n", ""), [("C115", CLAUSE_FILE, 1)]),
    "the explanation is empty": (changed(CLAUSE_FILE, "Uitleg.\n", ""), [("C115", CLAUSE_FILE, 1)]),
    "an unknown section": (
        changed(CLAUSE_FILE, "Uitleg.\n", "Uitleg.\n\n## Uitleg\n\nX.\n"),
        [("C116", CLAUSE_FILE, 27)],
    ),
    "text above the first section": (changed(CLAUSE_FILE, "## Tekst", "Los.\n\n## Tekst"), [("C116", CLAUSE_FILE, 19)]),
    "a section that stands there twice": (
        changed(CLAUSE_FILE, "Uitleg.\n", "Uitleg.\n\n## Tekst\n\n1. Anders.\n"),
        [("C118", CLAUSE_FILE, 27)],
    ),
    "a deviation without its sections": (
        changed(CLAUSE_FILE, "sources:", "deviates:\n  - exit\nsources:"),
        [("C115", CLAUSE_FILE, 1), ("C115", CLAUSE_FILE, 1)],
    ),
    "an unknown fact": (changed(CLAUSE_FILE, "  agents:", "  agent:"), [("C121", CLAUSE_FILE, 9)]),
    "an unknown answer": (changed(CLAUSE_FILE, "    - yes", "    - ja"), [("C122", CLAUSE_FILE, 9)]),
    "a trap in the text": (changed(CLAUSE_FILE, "1. De", "2. De"), [("C103", CLAUSE_FILE, 21)]),
    "a trap in the explanation": (changed(CLAUSE_FILE, "Uitleg.", "Zie <b>dit</b>."), [("C101", CLAUSE_FILE, 25)] * 2),
    "an unknown key": (changed(CLAUSE_FILE, "title:", "titel:"), [("F031", CLAUSE_FILE, 2), ("F032", CLAUSE_FILE, 3)]),
    "an unknown level": (changed(CLAUSE_FILE, "mandatory", "verplicht"), [("F033", CLAUSE_FILE, 5)]),
    "an unknown parameter type": (changed(CLAUSE_FILE, "type: days", "type: day"), [("F033", CLAUSE_FILE, 13)]),
    "no header": ({CLAUSE_FILE: "## Tekst\n\n1. X.\n"}, [("F020", CLAUSE_FILE, 1)]),
    "a comment behind text in a header": (
        changed(CLAUSE_FILE, "level: mandatory", "level: mandatory # altijd"),
        [("F017", CLAUSE_FILE, 5)],
    ),
    "a grade that is no number": (
        changed(CRITERION_FILE, "| 0 |", "| nul |"),
        [("S101", CRITERION_FILE, 17), ("S102", CRITERION_FILE, 17)],
    ),
    "a grade twice": (changed(CRITERION_FILE, "| 10 |", "| 0 |"), [("S102", CRITERION_FILE, 17)]),
    "a scale without a table": (
        changed(CRITERION_FILE, CRITERION[CRITERION.index("| Cijfer") : CRITERION.index("\n## Verband")], "Goed.\n"),
        [("S102", CRITERION_FILE, 17)],
    ),
    "no scale": (
        changed(CRITERION_FILE, "## Schaal\n", ""),
        [("C115", CRITERION_FILE, 1), ("S102", CRITERION_FILE, 1)],
    ),
    "a criterion without a clause": (
        changed(CRITERION_FILE, "clauses:\n  - kept\n", ""),
        [("F031", CRITERION_FILE, 2)],
    ),
    "a word that the base terms lack": (
        changed("clauses/regimes/own.yaml", "  agreement: Overeenkomst\n", ""),
        [("C119", "clauses/regimes/own.yaml", 0)],
    ),
    "an unknown word of the base terms": (
        changed("clauses/regimes/own.yaml", "  buyer:", "  koper:"),
        [("F033", "clauses/regimes/own.yaml", 7)],
    ),
    "a trap in a definition": (
        changed("clauses/definitions.yaml", "text: alles.", "text: alles <b>."),
        [("C101", "clauses/definitions.yaml", 1)],
    ),
    "a date that is none": (changed("clauses/law.yaml", "2026-01-01", "2026-02-30"), [("F030", "clauses/law.yaml", 8)]),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_each_fault_is_a_finding_with_file_and_line(fault: str, tmp_path: Path) -> None:
    change, expected = BROKEN[fault]
    assert faults(tmp_path, change) == expected


NEEDED = [name for name in FILES if name.startswith("clauses/") and name.count("/") == 1]


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_data_file_is_named(name: str, tmp_path: Path) -> None:
    assert faults(tmp_path, {name: None}) == [("F040", name, 0)]


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / CLAUSE_FILE).write_bytes(CLAUSE.replace("Uitleg", "Één").encode("cp1252"))
    with pytest.raises(Refused) as refused:
        load_library(tmp_path)
    (finding,) = refused.value.findings
    assert (finding.code, finding.place.file, finding.place.line) == ("F002", CLAUSE_FILE, 25)


def test_faults_in_several_files_are_reported_together(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        changed(CLAUSE_FILE, "1. De", "3. De"),
        changed(CRITERION_FILE, "| 10 |", "| tien |"),
        changed("clauses/annexes/annex-list.md", "Een lijst.", "Een `lijst`."),
        {"clauses/data/empty.md": ""},
    )
    assert found == [
        ("C101", "clauses/annexes/annex-list.md", 6),
        ("F020", "clauses/data/empty.md", 1),
        ("C103", CLAUSE_FILE, 21),
        ("S101", CRITERION_FILE, 17),
        ("S102", CRITERION_FILE, 17),
    ]


def test_faults_in_several_data_files_are_reported_together(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        changed("clauses/facts.yaml", "many: no", "many: nee"),
        changed("clauses/law.yaml", "confirmed", "zeker"),
    )
    assert [(code, file) for code, file, _ in found] == [("F030", "clauses/facts.yaml"), ("F033", "clauses/law.yaml")]


def test_a_readme_among_the_clauses_is_left_alone(tmp_path: Path) -> None:
    library, _ = load_library(write(tmp_path, **{"clauses/data/README.md": "# Uitleg\n\n<b>mag</b>\n"}))
    assert list(library.clauses) == ["kept"]


# --- fingerprints ----------------------------------------------------------------------------------


def fingerprint(folder: Path, text: str) -> str:
    return load_library(write(folder, **{CLAUSE_FILE: text}))[0].clauses["kept"].fingerprint


def test_line_ends_wrapping_comments_and_order_do_not_change_a_fingerprint(tmp_path: Path) -> None:
    same = fingerprint(tmp_path, CLAUSE)
    assert fingerprint(tmp_path, CLAUSE.replace("\n", "\r\n")) == same
    assert fingerprint(tmp_path, CLAUSE.replace("De {{supplier}} bewaart", "De {{supplier}}\n   bewaart")) == same
    assert fingerprint(tmp_path, CLAUSE.replace("level:", "# opmerking\nlevel:")) == same
    assert fingerprint(tmp_path, CLAUSE.replace("level:", "order: 10\nlevel:")) == same


@pytest.mark.parametrize(
    ("old", "new"),
    [("bewaart", "wist"), ("default: 30", "default: 31"), ("Uitleg.", "Toelichting."), ("    - yes", "    - no"),
     ("avg, 5", "avg, 6"), ("title: Bewaren", "title: Wissen"), ("\nUitleg.", "\nUitleg. Meer.")],
)  # fmt: skip
def test_every_word_changes_a_fingerprint(old: str, new: str, tmp_path: Path) -> None:
    assert fingerprint(tmp_path, CLAUSE) != fingerprint(tmp_path, CLAUSE.replace(old, new))
