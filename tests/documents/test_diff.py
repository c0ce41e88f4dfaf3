"""A redline: nothing lost on either side, and read as a lawyer would mark it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procure_ai.documents import tree
from procure_ai.documents.console import marked, to_text
from procure_ai.documents.dialect import read_clause, read_page
from procure_ai.documents.diff import diff_blocks, diff_inlines, diff_members, is_changed
from procure_ai.documents.html import to_html
from procure_ai.documents.tree import (
    Article,
    Block,
    Blocks,
    Deleted,
    Document,
    Heading,
    Inline,
    Inlines,
    Inserted,
    ListBlock,
    Member,
    Paragraph,
    Table,
    Text,
    plain,
)

# --- nothing is lost ---------------------------------------------------------------------------------

_WORDS = st.lists(
    st.sampled_from(["de", "leverancier", "meldt", "binnen", "14", "dagen,", "niet.", "é", "[x]"]),
    min_size=1,
    max_size=9,
)
_inline = st.one_of(
    st.builds(Text, _WORDS.map(" ".join), st.booleans(), st.booleans()),
    st.builds(Text, st.text("ab -.", min_size=1, max_size=6)),
    st.builds(tree.Value, st.sampled_from(["supplier", "end"]), st.integers(0, 9)),
    st.builds(tree.Reference, st.sampled_from(["exit", "#live"]), st.just(""), st.integers(0, 9)),
    st.just(tree.Break()),
)
_inlines = st.lists(_inline, min_size=1, max_size=5).map(tuple)
_label = st.sampled_from(["", "", "live", "end", "proof"])
_members = st.lists(
    st.recursive(
        st.builds(Member, _inlines, st.just(()), _label),
        lambda inner: st.builds(Member, _inlines, st.lists(inner, max_size=3).map(tuple), _label),
        max_leaves=4,
    ),
    max_size=6,
).map(tuple)
_rows = st.lists(st.tuples(_inlines, _inlines), max_size=4).map(tuple)
_block = st.one_of(
    st.builds(Paragraph, _inlines),
    st.builds(Heading, st.integers(1, 3), _inlines),
    st.builds(Table, st.tuples(_inlines, _inlines), _rows),
    st.builds(ListBlock, st.lists(st.tuples(st.builds(Paragraph, _inlines)), max_size=3).map(tuple), st.booleans()),
    st.builds(Article, st.sampled_from(["a", "b", "c"]), st.just("Titel"), _members),
)
_blocks = st.lists(_block, max_size=5).map(tuple)


def side(inlines: Inlines, dropped: type[Inline]) -> str:
    """The words when one kind of change is dropped and the other is taken over."""
    kept = (Text(item.text) if isinstance(item, Inserted | Deleted) else item for item in inlines)
    return plain(tuple(new for item, new in zip(inlines, kept, strict=True) if not isinstance(item, dropped)))


def accepted(inlines: Inlines) -> str:
    return side(inlines, Deleted)


def rejected(inlines: Inlines) -> str:
    return side(inlines, Inserted)


Outline = list[tuple[str, "Outline"]]


def outline(members: tuple[Member, ...], words: Callable[[Inlines], str]) -> Outline:
    """The members that are left, with their words."""
    found = ((words(item.inlines), outline(item.items, words)) for item in members)
    return [(text, items) for text, items in found if text or items]


def lines(blocks: Blocks, words: Callable[[Inlines], str]) -> list[str]:
    """The words of every cell, member and paragraph that is left, in reading order."""

    def one(block: Block) -> list[str]:
        match block:
            case Heading() | Paragraph():
                return [words(block.inlines)]
            case Table():
                return [words(cell) for row in (block.header, *block.rows) for cell in row]
            case ListBlock():
                return [text for item in block.items for text in lines(item, words)]
            case Article():
                return [words(member.inlines) for member in tree.walk_members(block.members)]
            case _:
                return []

    return [text for block in blocks for text in one(block) if text]


@given(_inlines, _inlines)
def test_words_are_never_lost(old: Inlines, new: Inlines) -> None:
    redline = diff_inlines(old, new)
    assert rejected(redline) == plain(old)
    assert accepted(redline) == plain(new)


@given(_members, _members)
def test_members_are_never_lost(old: tuple[Member, ...], new: tuple[Member, ...]) -> None:
    redline = diff_members(old, new)
    assert outline(redline, rejected) == outline(old, plain)
    assert outline(redline, accepted) == outline(new, plain)


@given(_blocks, _blocks)
def test_blocks_are_never_lost(old: Blocks, new: Blocks) -> None:
    redline = diff_blocks(old, new)
    assert lines(redline, rejected) == lines(old, plain)
    assert lines(redline, accepted) == lines(new, plain)
    assert not is_changed(diff_blocks(new, new))


# --- it reads well -----------------------------------------------------------------------------------


def words(old: str, new: str) -> str:
    return marked(diff_inlines(read_page(old, "")[0][0].inlines, read_page(new, "")[0][0].inlines))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("De leverancier meldt dit.", "De leverancier meldt dit.", "De leverancier meldt dit."),
        ("Zij meldt dit binnen 14 dagen.", "Zij meldt dit binnen 30 dagen.",
         "Zij meldt dit binnen [-14-]{+30+} dagen."),
        ("Binnen {{end}} na het einde.", "Binnen {{start}} na het einde.",
         "Binnen [-{{end}}-]{+{{start}}+} na het einde."),
        ("Zie daarvoor [[exit]].", "Zie daarvoor [[exit#live]].", "Zie daarvoor [-[[exit]]-]{+[[exit#live]]+}."),
        ("De {{supplier}} meldt elk incident.", "De {{supplier}} meldt elk incident, met de reden.",
         "De {{supplier}} meldt elk incident{+, met de reden+}."),
        # One small word in common does not make a patchwork, and nearly nothing in common is a new text.
        ("Zij meldt wijzigingen en verstoringen tijdig aan ons.", "Zij meldt storingen en incidenten tijdig aan ons.",
         "Zij meldt [-wijzigingen en verstoringen-]{+storingen en incidenten+} tijdig aan ons."),
        ("De koper betaalt de prijs.", "Gegevens blijven in Nederland.",
         "[-De koper betaalt de prijs.-]{+Gegevens blijven in Nederland.+}"),
        ("Dit is **vet** in de tekst.", "Dit is vet in de tekst.", "Dit is [-vet-]{+vet+} in de tekst."),
    ],
)  # fmt: skip
def test_changes_are_marked_by_the_word(old: str, new: str, shown: str) -> None:
    assert words(old, new) == shown


def test_a_value_that_stays_is_still_a_value() -> None:
    old = (Text("Binnen "), tree.Value("end", 3), Text(" meldt de leverancier dit aan ons."))
    new = (Text("Binnen "), tree.Value("end", 8), Text(" meldt de leverancier het aan ons."))
    assert tree.Value("end", 8) in diff_inlines(old, new)


TEN = [f"De leverancier doet zaak nummer {number} voor onderwerp{number} van de koper." for number in range(1, 11)]


def clause(sentences: list[str]) -> tuple[Member, ...]:
    members, findings = read_clause("\n".join(f"{at}. {text}" for at, text in enumerate(sentences, start=1)), "x.md")
    assert findings == ()
    return members


def shown(old: list[str], new: list[str]) -> list[str]:
    return [marked(member.inlines) for member in diff_members(clause(old), clause(new))]


def test_one_inserted_member_leaves_those_after_it_alone() -> None:
    added = "Kosten hiervan komen nooit voor rekening van de koper."
    assert shown(TEN, [*TEN[:2], added, *TEN[2:]]) == [*TEN[:2], f"{{+{added}+}}", *TEN[2:]]


def test_one_struck_member_leaves_those_after_it_alone() -> None:
    assert shown(TEN, [*TEN[:4], *TEN[5:]]) == [*TEN[:4], f"[-{TEN[4]}-]", *TEN[5:]]


def test_a_member_that_moved_goes_and_comes_and_the_rest_stays() -> None:
    assert shown(TEN, [TEN[7], *TEN[:7], *TEN[8:]]) == [f"{{+{TEN[7]}+}}", *TEN[:7], f"[-{TEN[7]}-]", *TEN[8:]]


def test_a_label_holds_a_member_whose_words_changed() -> None:
    old = clause([TEN[0], "{#end} Dit duurt tot het einde van de maand."])
    new = clause(["{#end} Dit duurt een jaar vanaf het begin van de maand.", TEN[1], TEN[0]])
    (end,) = (member for member in diff_members(old[1:], new) if member.label)
    assert marked(end.inlines) == "Dit duurt [-tot het einde-]{+een jaar vanaf het begin+} van de maand."


def test_what_was_struck_has_no_label_and_no_number() -> None:
    """Else a reference could point at text that is gone, and Word would count it."""
    old = Article("a", "Titel", (Member((Text("Weg."),), label="live", number="1.1", full="artikel 1.1"),), number="1")
    (gone,) = diff_blocks((old,), ())
    assert gone == Article("a", "Titel", (Member((Deleted("Weg."),)),))


def test_a_row_is_known_by_its_first_cell() -> None:
    def table(*rows: str) -> Blocks:
        return read_page("| Cijfer | Oordeel |\n|---|---|\n" + "\n".join(rows), "")[0]

    (redline,) = diff_blocks(
        table("| 0 | Niets |", "| 6 | Goed |"), table("| 0 | Geen |", "| 4 | Matig |", "| 6 | Goed |")
    )
    assert isinstance(redline, Table)
    assert [[marked(cell) for cell in row] for row in redline.rows] == [
        ["0", "[-Niets-]{+Geen+}"], ["{+4+}", "{+Matig+}"], ["6", "Goed"],
    ]  # fmt: skip


def test_the_redline_shows_in_html_and_as_text() -> None:
    blocks = diff_blocks(
        (Paragraph((Text("Zij meldt dit niet aan ons."),)),), (Paragraph((Text("Zij meldt dit aan ons."),)),)
    )
    document = Document("Proef", blocks)
    assert "<del>niet </del>" in to_html(document)
    assert to_text(document) == "Zij meldt dit [-niet -]aan ons.\n"


def test_text_for_a_terminal_keeps_its_columns() -> None:
    row = ((Text("langekopzonderspatie"),), (Text("woord " * 60),))
    text = to_text(Document("", (Table(((Text("Wat"),), (Text("Tekst"),)), (row, row)),)), 60)
    assert max(map(len, text.splitlines())) <= 60
    starts = {line.index("woord") for line in text.splitlines() if "woord" in line}
    assert len(starts) == 1


def test_a_thousand_clauses_are_quick() -> None:
    def contract(extra: str) -> Blocks:
        return tuple(
            Article(f"c{number}", "Titel", tuple(Member((Text(f"{text} {number} {extra}"),)) for text in TEN[:3]))
            for number in range(1000)
        )

    start = time.perf_counter()
    redline = diff_blocks(contract("hiervan"), contract("daarvan"))
    assert time.perf_counter() - start < 20
    assert len(redline) == 1000
    assert re.search(r"\[-hiervan-\]\{\+daarvan\+\}", marked(redline[500].members[2].inlines))  # type: ignore[union-attr]
