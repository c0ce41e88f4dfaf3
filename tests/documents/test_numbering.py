"""Numbers and printed references are computed once, for every format."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from procure_ai.documents.dialect import read_clause, read_page
from procure_ai.documents.numbering import dangling, letter, map_inlines, number_blocks, printed_forms
from procure_ai.documents.tree import (
    Annex,
    Article,
    Blocks,
    Heading,
    Inline,
    ListBlock,
    Member,
    Paragraph,
    Reference,
    Table,
    Text,
    Value,
    walk_inlines,
    walk_members,
)


def article(name: str, text: str) -> Article:
    members, findings = read_clause(text, f"{name}.md")
    assert findings == ()
    return Article(name, name.title(), members)


def annex(name: str, text: str) -> Annex:
    blocks, findings = read_page(text, f"{name}.md")
    assert findings == ()
    return Annex(name, name, blocks)


CONTRACT: Blocks = (
    Heading(1, (Text("Hoofdstuk"),), "chapter-one"),
    article("scope", "1. Een, zie [[retention#live]].\n2. Twee.\n"),
    article(
        "retention",
        "1. {#first} Eerst.\n2. {#live} Dan:\n   1. {#a} a;\n   2. {#b} b:\n"
        "      1. {#b-one} diep;\n      2. {#b-two} dieper.\n",
    ),
    annex("annex-x", "Zie [[retention#b-two]].\n"),
    annex("annex-y", "Zie [[annex-x]].\n"),
)


def test_articles_and_annexes_count_apart_and_headings_do_not_count() -> None:
    numbered = number_blocks(CONTRACT)
    assert [block.number for block in numbered if isinstance(block, Article)] == ["1", "2"]
    assert [block.number for block in numbered if isinstance(block, Annex)] == ["1", "2"]


def test_the_printed_form_of_every_target() -> None:
    assert printed_forms(number_blocks(CONTRACT)) == {
        "scope": "artikel 1",
        "retention": "artikel 2",
        "retention#first": "artikel 2.1",
        "retention#live": "artikel 2.2",
        "retention#a": "artikel 2.2, onder a",
        "retention#b": "artikel 2.2, onder b",
        "retention#b-one": "artikel 2.2, onder b, 1°",
        "retention#b-two": "artikel 2.2, onder b, 2°",
        "annex-x": "bijlage 1",
        "annex-y": "bijlage 2",
    }


def test_the_numbers_of_members_items_and_what_lies_below() -> None:
    block = number_blocks(CONTRACT)[2]
    assert isinstance(block, Article)
    assert [member.number for member in walk_members(block.members)] == ["2.1", "2.2", "a", "b", "1°", "2°"]


def test_references_get_their_text_also_forward_and_from_annexes() -> None:
    texts = [inline.text for inline in walk_inlines(number_blocks(CONTRACT)) if isinstance(inline, Reference)]
    assert texts == ["artikel 2.2", "artikel 2.2, onder b, 2°", "bijlage 1"]


def test_references_inside_tables_lists_and_headings_are_numbered() -> None:
    reference = Reference("scope")
    blocks: Blocks = (
        *CONTRACT,
        Table(((reference,),), (((reference,),),)),
        ListBlock(((Paragraph((reference,)), ListBlock(((Paragraph((reference,)),),))),)),
        Heading(2, (reference,)),
        Annex("annex-z", "Z", (Table(((Text("a"),),), (((reference,),),)),)),
    )
    found = [inline for inline in walk_inlines(number_blocks(blocks)) if inline == Reference("scope", "artikel 1")]
    assert len(found) == 6


def test_the_letters_go_on_after_z_as_word_counts_them() -> None:
    assert [letter(number) for number in (1, 2, 26, 27, 28, 52, 53)] == ["a", "b", "z", "aa", "bb", "zz", "aaa"]
    items = tuple(Member((Text("x"),), label=f"l{number}") for number in range(1, 29))
    printed = printed_forms(number_blocks((Article("a", "A", (Member((Text("x"),), items),)),)))
    assert [printed["a#l26"], printed["a#l27"]] == ["artikel 1.1, onder z", "artikel 1.1, onder aa"]


def test_a_reference_without_a_target_stays_empty_and_is_listed() -> None:
    table = annex("annex-x", "| a |\n|---|\n| [[annex-y]] |\n")
    blocks = (article("a", "1. Zie [[b]], [[a#nergens]] en [[a]].\n"), table)
    assert [reference.target for reference in dangling(blocks)] == ["b", "a#nergens", "annex-y"]
    found = [inline for inline in walk_inlines(number_blocks(blocks)) if isinstance(inline, Reference)]
    assert [reference.text for reference in found] == ["", "", "artikel 1", ""]


def test_numbering_again_changes_nothing() -> None:
    once = number_blocks(CONTRACT)
    assert number_blocks(once) == once


def test_removing_an_article_renumbers_the_rest_and_its_references() -> None:
    blocks = number_blocks(tuple(block for block in number_blocks(CONTRACT) if getattr(block, "id", "") != "scope"))
    assert printed_forms(blocks)["retention#live"] == "artikel 1.2"
    first = next(inline for inline in walk_inlines(blocks) if isinstance(inline, Reference))
    assert first.text == "artikel 1.2, onder b, 2°"


def test_every_inline_passes_through_a_change_once() -> None:
    seen: list[Inline] = []

    def note(inline: Inline) -> Inline:
        seen.append(inline)
        return Value("x") if isinstance(inline, Reference) else inline

    changed = map_inlines(CONTRACT, note)
    assert seen == list(walk_inlines(CONTRACT))
    assert not [inline for inline in walk_inlines(changed) if isinstance(inline, Reference)]


_members = st.recursive(
    st.just(()),
    lambda inner: st.lists(inner, max_size=30).map(lambda items: tuple(Member((Text("x"),), item) for item in items)),
    max_leaves=40,
)


@settings(deadline=None)
@given(st.lists(_members, max_size=4))
def test_no_two_members_have_the_same_printed_form(articles: list[tuple[Member, ...]]) -> None:
    numbered = number_blocks(tuple(Article(f"a{i}", "A", members) for i, members in enumerate(articles)))
    forms = [member.full for block in numbered if isinstance(block, Article) for member in walk_members(block.members)]
    assert len(set(forms)) == len(forms)
    assert all(form.startswith("artikel ") for form in forms)
