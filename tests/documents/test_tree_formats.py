"""The tree as JSON and back, as HTML, as Markdown, and the hash of an article's words."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procure_ai.documents import tree
from procure_ai.documents.dialect import read_clause, read_page
from procure_ai.documents.html import to_html
from procure_ai.documents.markdown import to_markdown
from procure_ai.documents.numbering import number_blocks
from procure_ai.documents.serial import document_from_json, from_json, to_json
from procure_ai.documents.texthash import text_hash
from procure_ai.documents.tree import (
    Annex,
    Article,
    Contents,
    Deleted,
    Document,
    Field,
    FilledBy,
    Heading,
    Inserted,
    ListBlock,
    Member,
    Paragraph,
    Reference,
    Table,
    Text,
    open_fields,
    plain,
)

# --- generated documents -----------------------------------------------------------------------------

_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_line = st.integers(0, 99)
_inline = st.one_of(
    st.builds(tree.Text, _text, st.booleans(), st.booleans()),
    st.builds(tree.Value, _text, _line),
    st.builds(tree.Reference, _text, _text, _line),
    st.builds(tree.Field, _text, _text, st.sampled_from(FilledBy), _text),
    st.just(tree.Break()),
    st.builds(tree.Inserted, _text),
    st.builds(tree.Deleted, _text),
)
_inlines = st.lists(_inline, max_size=3).map(tuple)
_cells = st.lists(_inlines, max_size=3).map(tuple)
_members = st.recursive(
    st.builds(tree.Member, _inlines, st.just(()), _text, _line, _text, _text),
    lambda inner: st.builds(tree.Member, _inlines, st.lists(inner, max_size=3).map(tuple), _text),
    max_leaves=5,
)
_simple = st.one_of(
    st.builds(tree.Heading, st.integers(1, 3), _inlines, _text),
    st.builds(tree.Paragraph, _inlines, st.sampled_from(["body", "title", "note"])),
    st.builds(
        tree.Table, _cells, st.lists(_cells, max_size=2).map(tuple), st.lists(_line, max_size=2).map(tuple), _text
    ),
    st.builds(tree.Contents, _text),
    st.just(tree.PageBreak()),
)
_inner = st.recursive(
    _simple,
    lambda block: st.builds(
        tree.ListBlock, st.lists(st.lists(block, max_size=2).map(tuple), max_size=2).map(tuple), st.booleans()
    ),
    max_leaves=4,
)
_block = st.one_of(
    _inner,
    st.builds(tree.Article, _text, _text, st.lists(_members, max_size=2).map(tuple), _text, _text),
    st.builds(tree.Annex, _text, _text, st.lists(_inner, max_size=2).map(tuple), _text, _text),
)
_documents = st.builds(
    tree.Document,
    title=_text,
    blocks=st.lists(_block, max_size=3).map(tuple),
    subject=_text,
    header=_text,
    footer=_text,
    draft=st.booleans(),
    date=st.just("2026-12-01"),
    keywords=st.lists(_text, max_size=2).map(tuple),
)


@settings(deadline=None)
@given(_documents)
def test_a_document_survives_the_way_to_json_and_back(document: Document) -> None:
    again = document_from_json(json.loads(json.dumps(to_json(document))))
    assert again == document
    fields = [inline for inline in tree.walk_inlines(again.blocks) if isinstance(inline, Field)]
    assert all(isinstance(field.filled_by, FilledBy) for field in fields)


@settings(deadline=None)
@given(_documents)
def test_every_document_can_be_written_as_html_and_markdown(document: Document) -> None:
    assert to_html(document).startswith("<!DOCTYPE html>")
    assert to_markdown(document).startswith("# ")


@pytest.mark.parametrize("value", [{"node": "Paragraph", "inlines": []}, [], "x", 1, None, {}])
def test_something_else_than_a_document_is_refused(value: Any) -> None:
    with pytest.raises((TypeError, KeyError)):
        document_from_json(value)


def test_an_unknown_node_or_field_is_refused() -> None:
    with pytest.raises(KeyError):
        from_json({"node": "Script"})
    with pytest.raises(TypeError):
        from_json({"node": "Text", "text": "x", "colour": "red"})


# --- HTML --------------------------------------------------------------------------------------------


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.targets: set[str] = set()
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            if name == "id":
                self.targets.add(value or "")
            elif name == "href":
                self.links.add(value or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def hostile(text: str) -> Document:
    """The same text in every place that a text can take."""
    inlines = (
        Text(text), Text(text, bold=True), Field("k", text, FilledBy.BUYER), Field("k", "l", FilledBy.BUYER, text),
        Inserted(text), Deleted(text), tree.Value(text), Reference(text, text), Reference("x", text),
    )  # fmt: skip
    return Document(
        text,
        (
            Paragraph(inlines, "title"),
            Heading(1, inlines, text),
            Contents(text),
            Table((inlines,), ((inlines,),), (), text),
            ListBlock(((Paragraph(inlines),),)),
            Article(text, text, (Member(inlines, (Member(inlines),), text),), text, "1"),
            Annex(text, text, (Paragraph(inlines),), text, "1"),
        ),
        draft=True,
    )


@pytest.mark.parametrize("text", ["<b>x</b>", "<script>alert(1)</script>", '" onclick="x', "' onclick='x", "&amp;",
                                  "</html>", "<!--",
                                  "]]>", "<img src=x onerror=y>"])  # fmt: skip
def test_text_never_becomes_a_tag_or_an_attribute(text: str) -> None:
    page, plain_page = Page(to_html(hostile(text))), Page(to_html(hostile("gewoon")))
    assert page.tags == plain_page.tags
    assert "".join(page.words).count(text) == "".join(plain_page.words).count("gewoon")


def test_links_lead_to_something_on_the_page() -> None:
    members, _ = read_clause("1. {#a} Zie [[other#b]], [[annex-x]] en [[other]].\n   1. {#c} Zie [[#a]].\n", "x.md")
    others, _ = read_clause("1. Een:\n   1. {#b} twee [[one#c]].\n", "x.md")
    own = replace(members[0], items=(replace(members[0].items[0], inlines=(Reference("one#a"),)),))
    articles = (Article("one", "Een", (own,)), Article("other", "Ander", others))
    blocks = number_blocks((Contents(), *articles, Annex("annex-x", "X", ())))
    page = Page(to_html(Document("x", blocks)))
    assert {link.removeprefix("#") for link in page.links} <= page.targets
    assert len(page.links) >= 5


def test_an_article_in_html_has_the_same_numbers_as_in_markdown() -> None:
    members, _ = read_clause("1. Een.\n2. Twee:\n   1. a;\n   2. b.\n", "x.md")
    document = Document("Titel", number_blocks((Article("x", "Naam", members),)))
    assert to_markdown(document) == "# Titel\n\n### Artikel 1 Naam\n\n1.1 Een.\n\n1.2 Twee:\n   a. a;\n   b. b.\n"
    words = re.sub(r"[\s.]+", "", "".join(Page(to_html(document)).words))
    assert words.endswith("Artikel1Naam11Een12Twee:aa;bb")


# --- Markdown ----------------------------------------------------------------------------------------


def test_a_document_as_markdown() -> None:
    table = "| x | y |\n|---|---|\n| 1 \\| 2 | |\n"
    blocks, _ = read_page(f"## Kop\n\nEen **vet** en *schuin*.\n\n- a\n- b\n\n{table}", "x.md")
    field = Paragraph((Text("Naam: "), Field("k", "Naam", FilledBy.AWARD)))
    redline = Paragraph((Inserted("nieuw"), Deleted("oud")))
    assert to_markdown(Document("Titel", (*blocks, field, redline), draft=True)) == (
        "# Titel\n\n**CONCEPT**\n\n### Kop\n\nEen **vet** en *schuin*.\n\n- a\n- b\n\n"
        "| x | y |\n|---|---|\n| 1 \\| 2 |  |\n\n"
        "Naam: [Naam]\n\n<ins>nieuw</ins><del>oud</del>\n"
    )


# --- fields and words --------------------------------------------------------------------------------


def test_open_fields_are_listed_once_in_reading_order() -> None:
    one, two = Field("a", "A", FilledBy.BUYER), Field("b", "B", FilledBy.AWARD)
    filled = Field("c", "C", FilledBy.AWARD, "klaar")
    annex = Annex("annex-x", "X", (Paragraph((filled, two)),))
    document = Document("x", (Paragraph((two, one)), Table(((one,),), ()), annex))
    assert open_fields(document.blocks) == (two, one)


def test_plain_words_leave_out_what_was_struck() -> None:
    field = Field("k", "Naam", FilledBy.AWARD)
    inlines = (Text("a "), Deleted("weg"), Inserted("bij"), Text(" "), field, Reference("x#y"))
    assert plain(inlines) == "a bij [Naam][[x#y]]"


def an_article(text: str) -> Article:
    members, _ = read_clause(text, "x.md")
    return Article("x", "Titel", members)


BASE = an_article("1. De termijn is lang, zie [[a]].\n2. Twee.\n")


def test_renumbering_filling_a_field_and_emphasis_do_not_change_the_hash() -> None:
    numbered = number_blocks((Article("a", "A", ()), BASE))[1]
    assert isinstance(numbered, Article)
    assert text_hash(numbered) == text_hash(BASE)
    open_field = replace(BASE, members=(Member((Text("Naam: "), Field("k", "Naam", FilledBy.AWARD))),))
    filled = replace(BASE, members=(Member((Text("Naam: "), Field("k", "Naam", FilledBy.AWARD, "Jan"))),))
    assert text_hash(open_field) == text_hash(filled)
    assert text_hash(an_article("1. De **termijn** is\n   lang, zie [[a]].\n2. Twee.\n")) == text_hash(BASE)


@pytest.mark.parametrize(
    "text",
    ["1. De termijn is kort, zie [[a]].\n2. Twee.\n", "1. De termijn is lang.\n2. Twee.\n",
     "1. De termijn is lang, zie [[a]].\n",
     "1. De termijn is lang, zie [[a]]. Twee.\n"],
)  # fmt: skip
def test_any_other_word_changes_the_hash(text: str) -> None:
    assert text_hash(an_article(text)) != text_hash(BASE)


def test_another_title_changes_the_hash() -> None:
    assert text_hash(replace(BASE, title="Anders")) != text_hash(BASE)
