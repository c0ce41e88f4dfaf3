"""What a lawyer sees between two versions of the library."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from procure_ai.documents.console import to_text
from procure_ai.documents.html import to_html
from procure_ai.documents.tree import Heading, Reference, walk_blocks, walk_inlines
from procure_ai.library.compare import Change, Files, compare
from procure_ai.library.compare_document import as_document

CLAUSE = """---
id: deletion
title: Verwijdering
topic: retention
level: mandatory
parameters:
  end:
    type: days
    ask: Binnen hoeveel dagen?
    default: 30
    min: 7
parts:
  expiry:
    when:
      delivery:
        - saas
positions:
  strict:
    values:
      end: 14
    gives_up: Tempo.
sources:
  - avg, 28.3.g
---
## Tekst

1. De {{supplier}} verwijdert Overheidsgegevens binnen {{end}} na het einde van de {{agreement}}.
2. {#expiry} De {{supplier}} toont de verwijdering aan met een verslag, zie [[retention]]:
   1. per laag waarin de gegevens stonden;
   2. per Ketenpartij die de gegevens had.
3. Een reservekopie telt mee zodra zij is teruggezet.

## Toelichting

Dit is moeilijker dan een bestand weggooien.

Controleer het verslag.
"""
LAW = """format: 1
law:
  ai-act-start:
    title: Start van de AI-verordening
    value: 2 augustus 2026
    certainty: pending
  woo:
    title: Woo
    value: 1 mei 2022
    certainty: confirmed
"""
SET = """format: 1
id: ai
title: AI
tree:
  - id: quality
    title: Kwaliteit
    criteria:
      - id: dutch
        points: 10
      - id: speed
        points: 5
"""
ANNEX = "---\nid: annex-x\ntitle: Tabel\nfill: buyer\n---\nInleiding.\n\n| A | B |\n|---|---|\n| 1 | |\n"
REGIME = "format: 1\nid: arbit\nwords:\n  supplier: Wederpartij\narticles:\n  ip:\n    number: 8\n"
FILES = {
    "clauses/data/deletion.md": CLAUSE,
    "clauses/annexes/annex-x.md": ANNEX,
    "clauses/law.yaml": LAW,
    "clauses/regimes/arbit.yaml": REGIME,
    "scorecards/ai/set.yaml": SET,
}


def changed(*edits: tuple[str, str], file: str = "clauses/data/deletion.md", **more: str) -> Files:
    """The files with words replaced in one of them; each replacement must have something to replace."""
    text = FILES[file]
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return {**FILES, file: text, **more}


def only(old: Files, new: Files) -> Change:
    comparison = compare(old, new)
    assert comparison.findings == ()
    (change,) = comparison.changes
    return change


def values(change: Change) -> dict[str, tuple[str, str]]:
    return {value.name: (value.old, value.new) for value in change.values}


def text(old: Files, new: Files) -> str:
    return to_text(as_document(compare(old, new), "v1", "v2"))


def rows(shown: str) -> list[str]:
    return [re.sub(r"  +", " | ", line.strip()) for line in shown.splitlines()]


# --- clauses -----------------------------------------------------------------------------------------


def test_equal_libraries_have_no_changes() -> None:
    assert compare(FILES, FILES).changes == ()
    assert "Geen verschillen." in text(FILES, FILES)


def test_wrapping_and_order_of_keys_are_no_change() -> None:
    rewrapped = CLAUSE.replace("binnen {{end}} na", "binnen {{end}}\n   na")
    rewrapped = rewrapped.replace("id: deletion\ntitle: Verwijdering\n", "title: Verwijdering\nid: deletion\n")
    assert rewrapped != CLAUSE
    assert compare(FILES, {**FILES, "clauses/data/deletion.md": rewrapped}).changes == ()


def test_a_changed_clause_is_told_in_a_few_words() -> None:
    new = changed(("na het einde", "na afloop"), ("default: 30", "default: 45"), ("Controleer", "Lees"))
    change = only(FILES, new)
    assert (change.group, change.id, change.state) == ("clauses", "deletion", "changed")
    assert change.brief == "tekst: 1 gewijzigd; toelichting; parameter end"
    assert values(change) == {"parameter end, standaard": ("30", "45")}
    shown = text(FILES, new)
    assert "Verwijdering (deletion): gewijzigd" in shown
    assert "[-het einde-]{+afloop+}" in shown
    assert "parameter end, standaard | [-30-] | {+45+}" in rows(shown)
    assert "Dit is moeilijker" not in shown  # what did not change is not repeated


def test_an_inserted_member_only_renumbers_those_after_it() -> None:
    added = "2. {#new} De {{supplier}} meldt elke mislukking.\n3. {#expiry}"
    new = changed(("2. {#expiry}", added), ("\n3. Een reserve", "\n4. Een reserve"))
    change = only(FILES, new)
    assert change.brief == "tekst: 1 nieuw"
    shown = rows(text(FILES, new))
    assert "2 (nieuw) | {+De {{supplier}} meldt elke mislukking.+}" in shown
    assert "3-4 (was 2-3) | ongewijzigd" in shown


def test_a_member_that_moved_is_shown_as_moved() -> None:
    one = "1. De {{supplier}} verwijdert Overheidsgegevens binnen {{end}} na het einde van de {{agreement}}.\n"
    new = changed(
        (one, ""),
        ("2. {#expiry}", "1. {#expiry}"),
        ("3. Een", "2. Een"),
        ("gezet.\n", f"gezet.\n{one.replace('1.', '3.')}"),
    )
    assert only(FILES, new).brief == "tekst: 1 verplaatst"
    shown = rows(text(FILES, new))
    assert "was 1 (nu 3) | verplaatst" in shown
    assert any(line.startswith("3 (was 1) | De {{supplier}} verwijdert") for line in shown)


def test_the_lead_of_a_changed_item_is_shown_with_it() -> None:
    shown = rows(text(FILES, changed(("per laag", "per systeem"))))
    assert any(line.startswith("2 | De {{supplier}} toont de verwijdering") for line in shown)
    assert "2a | per [-laag-]{+systeem+} waarin de gegevens stonden;" in shown
    assert "2b-3 | ongewijzigd" in shown


@pytest.mark.parametrize(
    ("edit", "name", "old", "new"),
    [
        (("title: Verwijdering", "title: Wissen"), "titel", "Verwijdering", "Wissen"),
        (("level: mandatory", "level: optional"), "niveau", "mandatory", "optional"),
        (("    min: 7\n", ""), "parameter end, minimum", "7", ""),
        (("        - saas", "        - saas\n        - api"), "deel expiry, geldt als, delivery", "saas", "saas, api"),
        (("      end: 14", "      end: 10"), "positie streng, waarden, end", "14", "10"),
        (("sources:", "law:\n  - woo\nsources:"), "wet", "", "woo"),
        (("sources:", "brand_new:\n  deep:\n    key: x\nsources:"), "brand_new deep", "", "key: x"),
        (("sources:", "proof:\n  report:\n    what: Verslag\n    by: supplier\nsources:"), "bewijs report", "",
         "wat: Verslag; door: supplier"),
    ],
)  # fmt: skip
def test_every_key_of_the_header_counts_known_or_not(edit: tuple[str, str], name: str, old: str, new: str) -> None:
    assert values(only(FILES, changed(edit)))[name] == (old, new)
    assert values(only(changed(edit), FILES))[name] == (new, old)


def test_a_label_that_came_is_shown() -> None:
    assert "1 | {+{#ban} +}De {{supplier}} verwijdert" in "\n".join(
        rows(text(FILES, changed(("1. De", "1. {#ban} De"))))
    )


def test_new_and_gone_clauses_are_shown_whole() -> None:
    without = {path: content for path, content in FILES.items() if "deletion" not in path}
    added, removed = only(without, FILES), only(FILES, without)
    assert (added.state, removed.state) == ("added", "removed")
    shown = text(without, FILES)
    assert "{+Controleer het verslag.+}" in shown
    assert "[-" not in shown.replace("[-vervallen-]", "")
    assert "[-Controleer het verslag.-]" in text(FILES, without)


def test_a_clause_in_another_folder_did_not_change_and_one_with_another_id_was_renamed() -> None:
    rest = {path: content for path, content in FILES.items() if "deletion" not in path}
    assert compare(FILES, {**rest, "clauses/ending/deletion.md": CLAUSE}).changes == ()
    renamed = CLAUSE.replace("id: deletion", "id: erasure").replace("Controleer", "Lees")
    change = only(FILES, {**rest, "clauses/data/erasure.md": renamed})
    assert (change.id, change.was, change.brief) == ("erasure", "deletion", "heette deletion; toelichting")


# --- annexes and data --------------------------------------------------------------------------------


def test_the_cell_of_an_annex_is_marked() -> None:
    new = changed(("| 1 | |", "| 1 | {{deletion.end}} |"), file="clauses/annexes/annex-x.md")
    assert only(FILES, new).group == "clauses/annexes"
    assert "1 | {+{{deletion.end}}+}" in rows(text(FILES, new))


@pytest.mark.parametrize(
    ("file", "edit", "id_", "row"),
    [
        ("clauses/law.yaml", ("pending", "confirmed"), "ai-act-start",
         "ai-act-start, zekerheid | [-pending-] | {+confirmed+}"),
        ("clauses/regimes/arbit.yaml", ("number: 8", "number: 9"), "", "artikel ip, nummer | [-8-] | {+9+}"),
        ("scorecards/ai/set.yaml", ("points: 10", "points: 15"), "",
         "boom quality, criterium, dutch, punten | [-10-] | {+15+}"),
    ],
)  # fmt: skip
def test_data_is_compared_key_by_key(file: str, edit: tuple[str, str], id_: str, row: str) -> None:
    new = changed(edit, file=file)
    assert (only(FILES, new).group, only(FILES, new).id) == (file, id_)
    assert row in rows(text(FILES, new))


def test_a_thing_that_goes_and_one_that_comes_are_two_things() -> None:
    changes = compare(
        FILES, changed(("  woo:", "  avg:"), ("title: Woo", "title: Avg"), file="clauses/law.yaml")
    ).changes
    assert {change.id: change.state for change in changes} == {"woo": "removed", "avg": "added"}


def test_the_order_of_criteria_counts() -> None:
    dutch, speed = "id: dutch\n        points: 10", "id: speed\n        points: 5"
    new = changed((dutch, "id: x"), (speed, dutch), ("id: x", speed), file="scorecards/ai/set.yaml")
    assert values(only(FILES, new)) == {"boom quality, criterium": ("dutch, speed", "speed, dutch")}


def test_a_file_that_the_old_version_lacks_is_new_and_no_fault() -> None:
    new = {**FILES, "clauses/checklist.yaml": "format: 1\nduties:\n  dpia:\n    title: DPIA\n    phase: prepare\n"}
    change = only(FILES, new)
    assert (change.group, change.id, change.state) == ("clauses/checklist.yaml", "dpia", "added")
    assert "titel: DPIA; fase: prepare" in text(FILES, new)


@pytest.mark.parametrize(
    ("file", "broken"),
    [
        ("clauses/data/deletion.md", CLAUSE.replace("level: mandatory", "level: [a, b]")),
        ("clauses/data/deletion.md", CLAUSE.removeprefix("---\n")),
        ("clauses/law.yaml", LAW + "  woo:\n    title: dubbel\n"),
    ],
)
def test_a_file_that_cannot_be_read_is_compared_by_the_line(file: str, broken: str) -> None:
    for old, new in (({**FILES, file: broken}, FILES), (FILES, {**FILES, file: broken})):
        comparison = compare(old, new)
        assert [(item.code, item.place.file, item.is_error) for item in comparison.findings] == [("C301", file, False)]
        assert len(comparison.changes) == 1
        shown = text(old, new)
        assert "ongewijzigd" in shown


def test_clause_text_with_a_fault_hides_nothing() -> None:
    new = changed(("3. Een reservekopie", "7) Een los geval"))
    assert "[-3.-]{+7)+} Een [-reservekopie-]{+los geval+} telt mee" in text(FILES, new)


# --- an organisation ---------------------------------------------------------------------------------


def test_an_organisation_lies_on_top_of_the_library() -> None:
    own = {
        "organisation.yaml": "format: 1\nid: stad\nname: Stad\nvalues:\n  deletion.end: 20\n",
        "clauses/eigen/deletion.md": CLAUSE.replace("default: 30", "default: 20"),
        "clauses/regimes/arbit.yaml": "format: 1\nid: arbit\narticles:\n  audit:\n    number: 12\n",
    }
    found = {(change.group, change.id): change for change in compare(FILES, own).changes}
    assert {key: change.state for key, change in found.items()} == {
        ("clauses", "deletion"): "changed",
        ("clauses/regimes/arbit.yaml", ""): "changed",
        ("organisation.yaml", ""): "added",
    }
    assert values(found["clauses/regimes/arbit.yaml", ""]) == {"artikel audit": ("", "nummer: 12")}


# --- the whole library -------------------------------------------------------------------------------


def shipped(root: Path) -> dict[str, str]:
    paths = (path for folder in ("clauses", "scorecards") for path in (root / folder).rglob("*"))
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in paths
        if path.suffix in (".md", ".yaml") and path.name != "README.md"
    }


def test_every_text_of_the_shipped_library_is_read(root: Path) -> None:
    """Each file turned around: nothing is unreadable, and no file escapes the comparison."""
    files = shipped(root)
    start = time.perf_counter()
    comparison = compare({}, files)
    assert comparison.findings == ()
    assert compare(files, files).changes == ()
    clauses = {path for path in files if path.startswith("clauses/") and path.endswith(".md")}
    assert len([change for change in comparison.changes if change.group.startswith("clauses")
                and not change.group.endswith(".yaml")]) == len(clauses)  # fmt: skip
    assert {path for path in files if path.endswith(".yaml")} <= {change.group for change in comparison.changes}
    assert time.perf_counter() - start < 20


def test_each_changed_clause_is_one_row_of_the_overview_that_leads_to_it(root: Path) -> None:
    files = shipped(root)
    edited = {path: content.replace("De {{supplier}}", "Een {{supplier}}", 1) for path, content in files.items()}
    document = as_document(compare(files, edited), "v1", "v2")
    anchors = [block.id for block in walk_blocks(document.blocks) if isinstance(block, Heading) and block.id]
    links = [inline.target for inline in walk_inlines(document.blocks) if isinstance(inline, Reference)]
    assert len(links) > 20
    assert len(set(anchors)) == len(anchors)
    assert set(links) <= set(anchors)
    page = to_html(document)
    assert page.count("<ins>Een</ins>") == len(links)
