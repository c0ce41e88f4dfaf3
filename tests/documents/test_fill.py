"""Values enter the tree, never text that is parsed again."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procure_ai.documents.dialect import read_clause, read_page
from procure_ai.documents.fill import fill_blocks, fill_inlines, fill_member
from procure_ai.documents.html import to_html
from procure_ai.documents.page import fill_page, read_template
from procure_ai.documents.tree import (
    Annex,
    Article,
    Blocks,
    Document,
    Field,
    FilledBy,
    Heading,
    ListBlock,
    Paragraph,
    Table,
    Text,
    Value,
    inlines_of,
    plain,
    walk_blocks,
    walk_inlines,
)
from procure_ai.findings import Refused

LETTER = """\
# Brief

Beste {{answer}},

{{answer}}

- punt {{answer}}

| kop | {{answer}} |
|---|---|
| cel | **{{answer}}** |
"""

HOSTILE = ["# Kop", "## Kop\n\ntekst", "1. lid", "- punt", "| a | b |\n|---|---|\n| c | d |", "**vet**", "<b>vet</b>",
           "<script>alert(1)</script>", "{{other}}", "{{answer}}", "[[retention]]", "{#label}", "[x](http://y)",
           "```\nx\n```",
           "---", "> citaat", "a\n\n# b", "&lt;b&gt;", "\\# x", "", " ", "\u202e# x"]  # fmt: skip


def blocks_of(text: str) -> Blocks:
    blocks, findings = read_page(text, "letter.md")
    assert findings == ()
    return blocks


def shape(blocks: Blocks) -> list[str]:
    return [type(block).__name__ for block in walk_blocks(blocks)]


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


def tags(blocks: Blocks) -> list[str]:
    return Tags(to_html(Document("Brief", blocks))).tags


@pytest.mark.parametrize("answer", HOSTILE)
def test_an_answer_that_holds_markdown_stays_text(answer: str) -> None:
    empty = blocks_of(LETTER)
    filled = fill_blocks(empty, {"answer": answer, "other": "mag niet verschijnen"})
    assert shape(filled) == shape(empty)
    assert [inline for inline in walk_inlines(filled) if isinstance(inline, Text) and inline.text == answer]
    assert plain(filled[1].inlines) == f"Beste {answer},"  # type: ignore[union-attr]
    assert tags(filled) == tags(fill_blocks(empty, {"answer": "gewoon"}))


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_text_at_all_changes_the_shape_of_a_letter(answer: str) -> None:
    empty = blocks_of(LETTER)
    filled = fill_blocks(empty, {"answer": answer})
    assert shape(filled) == shape(empty)
    assert not [inline for inline in walk_inlines(filled) if isinstance(inline, Value)]
    assert [plain(tuple(inlines_of(block))) for block in walk_blocks(filled)] == [
        plain(tuple(inlines_of(block))).replace("{{answer}}", answer) for block in walk_blocks(empty)
    ]


def test_a_value_alone_in_its_paragraph_may_be_blocks() -> None:
    table = Table((((Text("a")),),), ())
    value = (table, Paragraph((Text("x"),)))
    filled = fill_blocks(blocks_of("Vooraf.\n\n{{parties}}\n\nDaarna.\n"), {"parties": value})
    assert [type(block) for block in filled] == [Paragraph, Table, Paragraph, Paragraph]


def test_blocks_in_the_middle_of_a_sentence_never_become_blocks() -> None:
    value = (Heading(1, (Text("Kop"),)), Paragraph((Text("tekst"),)))
    filled = fill_blocks(blocks_of("Zie {{x}} hier.\n"), {"x": value})
    assert [type(block) for block in filled] == [Paragraph]
    assert plain(filled[0].inlines) == "Zie tekst hier."  # type: ignore[union-attr]


def test_a_field_is_put_in_as_a_field() -> None:
    field = Field("supplier.name", "Naam", FilledBy.AWARD)
    assert fill_inlines((Text("De "), Value("name"), Text(".")), {"name": field}) == (Text("De "), field, Text("."))


def test_several_inlines_take_the_place_of_one_value() -> None:
    assert fill_inlines((Value("a"),), {"a": (Text("x"), Text("y", bold=True))}) == (Text("x"), Text("y", bold=True))


def test_an_unknown_value_stays_to_be_reported() -> None:
    assert fill_inlines((Value("a"), Value("b")), {"b": "x"}) == (Value("a"), Text("x"))


def test_members_items_and_annexes_are_filled() -> None:
    members, _ = read_clause("1. {#l} De {{x}}:\n   1. de {{x}}.\n", "x.md")
    annex = Annex("annex-a", "A", (ListBlock(((Paragraph((Value("x"),)),),)),))
    article, filled = fill_blocks((Article("a", "A", members), annex), {"x": "# y"})
    assert isinstance(article, Article)
    assert [plain(article.members[0].inlines), plain(article.members[0].items[0].inlines)] == ["De # y:", "de # y."]
    assert fill_member(members[0], {"x": "z"}).label == "l"
    assert list(walk_inlines((filled,))) == [Text("# y")]


# --- page templates --------------------------------------------------------------------------------

TEMPLATE = "---\ntitle: Brief\n---\n# Brief aan {{name}}\n\n## Kop\n\n### Onderkop\n\nDank, {{name}}.\n"


def test_the_title_and_headings_of_a_page_template() -> None:
    page = read_template(TEMPLATE.encode(), "templates/x.md")
    assert page.header == {"title": "Brief"}
    filled = fill_page(page, {"name": "Jan"})
    assert [(type(block).__name__, getattr(block, "style", getattr(block, "level", ""))) for block in filled] == [
        ("Paragraph", "title"),
        ("Heading", 1),
        ("Heading", 2),
        ("Paragraph", "body"),
    ]
    assert plain(filled[0].inlines) == "Brief aan Jan"  # type: ignore[union-attr]


def test_every_hole_without_a_value_is_refused_with_its_line() -> None:
    page = read_template(TEMPLATE.encode(), "templates/x.md")
    with pytest.raises(Refused) as refused:
        fill_page(page, {"naam": "Jan"})
    assert [(item.code, item.place.file, item.place.line) for item in refused.value.findings] == [
        ("D121", "templates/x.md", 4),
        ("D121", "templates/x.md", 10),
    ]
    assert "naam" in refused.value.findings[0].remedy


def test_a_template_with_a_trap_is_refused_at_the_line_of_the_file() -> None:
    with pytest.raises(Refused) as refused:
        read_template(b"---\ntitle: x\n---\nEen.\n\nTwee <b>.\n", "templates/x.md")
    assert [(item.code, item.place.line) for item in refused.value.findings] == [("C101", 6)]
