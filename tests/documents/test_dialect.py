"""The prose dialect: what is read, and every trap that Markdown would swallow silently."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from procure_ai.documents.dialect import read_clause, read_page, split_sections
from procure_ai.documents.tree import (
    Article,
    Break,
    Heading,
    ListBlock,
    Member,
    Paragraph,
    Reference,
    Table,
    Text,
    Value,
    inlines_of,
    plain,
    walk_blocks,
    walk_members,
)

FILE, FIRST = "clauses/data/x.md", 20


def clause_faults(text: str) -> list[tuple[str, int]]:
    """Code and line (1 is the first line of the text) of every finding."""
    _, findings = read_clause(text, FILE, FIRST)
    assert all(item.place.file == FILE and item.message and item.remedy for item in findings)
    return [(item.code, item.place.line - FIRST + 1) for item in findings]


def page_faults(text: str) -> list[tuple[str, int]]:
    _, findings = read_page(text, FILE, FIRST)
    assert all(item.place.file == FILE and item.message and item.remedy for item in findings)
    return [(item.code, item.place.line - FIRST + 1) for item in findings]


def members(text: str) -> tuple[Member, ...]:
    found, findings = read_clause(text, FILE, 1)
    assert findings == ()
    return found


def words(member: Member) -> str:
    return plain(member.inlines)


# --- clauses: what is read -------------------------------------------------------------------------


def test_members_and_items_with_labels_and_lines() -> None:
    found = members("1. {#a} Een.\n2. Twee:\n   1. eerst;\n   2. {#b} dan:\n      1. diep.\n")
    assert [(words(m), m.label, m.line) for m in walk_members(found)] == [
        ("Een.", "a", 1),
        ("Twee:", "", 2),
        ("eerst;", "", 3),
        ("dan:", "b", 4),
        ("diep.", "", 5),
    ]
    assert [len(found), len(found[1].items), len(found[1].items[1].items)] == [2, 2, 1]


def test_a_wrapped_line_is_one_sentence() -> None:
    (member,) = members("1. Een zin die\n   doorloopt.\n")
    assert words(member) == "Een zin die doorloopt."


def test_empty_lines_between_members_do_not_matter() -> None:
    loose = members("1. Een.\n\n2. Twee:\n\n   1. eerst;\n\n   2. dan.\n")
    tight = members("1. Een.\n2. Twee:\n   1. eerst;\n   2. dan.\n")
    assert [words(m) for m in walk_members(loose)] == [words(m) for m in walk_members(tight)]
    assert len(loose[1].items) == len(tight[1].items) == 2


def test_the_tenth_member_takes_items_that_are_indented_to_its_text() -> None:
    text = "".join(f"{number}. Lid.\n" for number in range(1, 10)) + "10. Lid:\n    1. een;\n    2. twee.\n"
    found = members(text)
    assert [len(found), len(found[9].items)] == [10, 2]


def test_values_references_and_bold_keep_their_place_in_the_sentence() -> None:
    (member,) = members("1. De {{supplier}} doet **dit** volgens [[x]], [[x#y]] en [[#z]]; binnen {{x.notice}}.\n")
    assert member.inlines == (
        Text("De "), Value("supplier", 1), Text(" doet "), Text("dit", bold=True), Text(" volgens "),
        Reference("x", line=1), Text(", "), Reference("x#y", line=1), Text(" en "), Reference("#z", line=1),
        Text("; binnen "), Value("x.notice", 1), Text("."),
    )  # fmt: skip


MARKS = ["{{supplier}}", "[[x]]", "[[x#y]]", "[[#y]]"]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("around", ["({})", "“{}”", "“{}, en”", "a{}b", "{}.", "{}'s", "**{}**", "*a {}*",
                                    "**a *{}* b**",
                                    "en/of {}/x", "-{}-", "{}{}", "\\*{}", "a_{}_b", "{}:", "1.{}"])  # fmt: skip
def test_values_and_references_are_recognised_next_to_punctuation_and_inside_bold(mark: str, around: str) -> None:
    expected = around.count("{}")
    (member,) = members(f"1. Tekst {around.replace('{}', mark)} tekst.\n")
    found = [item for item in member.inlines if isinstance(item, Value | Reference)]
    assert len(found) == expected
    assert {getattr(item, "name", "") or getattr(item, "target", "") for item in found} == {mark.strip("{}[]")}


def test_nothing_inside_the_marks_is_read_as_emphasis() -> None:
    (member,) = members("1. *x {{a-b}} y* en _[[c-d#e-f]]_.\n")
    marks = [item for item in member.inlines if not isinstance(item, Text)]
    assert marks == [Value("a-b", 1), Reference("c-d#e-f", line=1)]


def test_a_label_may_stand_first_inside_bold() -> None:
    (member,) = members("1. **{#kern} Kern** van de zaak.\n")
    assert (member.label, words(member)) == ("kern", "Kern van de zaak.")


def test_bold_goes_on_after_bold_inside_it() -> None:
    (member,) = members("1. **een __twee__ drie** vier\n")
    assert member.inlines == (Text("een twee drie", bold=True), Text(" vier"))


def test_a_line_break_that_is_asked_for_stays() -> None:
    (member,) = members("1. Een\\\n   twee.\n")
    assert member.inlines == (Text("Een"), Break(), Text("twee."))


# --- clauses: the traps ----------------------------------------------------------------------------

TRAPS: dict[str, tuple[str, list[tuple[str, int]]]] = {
    "a wrong number": ("1. Een.\n3. Drie.\n", [("C103", 2)]),
    "the same number twice": ("1. Een.\n1. Twee.\n", [("C103", 2)]),
    "a number with a zero": ("01. Een.\n", [("C103", 1)]),
    "a bracket instead of a point": ("1) Een.\n", [("C103", 1)]),
    "an item number that is wrong": ("1. Een:\n   1. a;\n   3. b.\n", [("C103", 3)]),
    "an item indented two spaces": ("1. Een:\n  1. onderdeel.\n", [("C103", 2)]),
    "an item indented too far": ("1. Een:\n       1. onderdeel.\n", [("C108", 2)]),
    "an item indented too far after an empty line": ("1. Een:\n\n       1. onderdeel.\n", [("C102", 3)]),
    "a list of items that starts at two": ("1. Een:\n   2. onderdeel.\n", [("C108", 2)]),
    "a lettered item": ("1. Een:\n   a. onderdeel.\n", [("C108", 2)]),
    "a roman item": ("1. Een:\n   ii) onderdeel.\n", [("C108", 2)]),
    "a continuation line that starts with a number": ("1. Zie de\n   6. bepaling.\n", [("C108", 2)]),
    "a continuation line that is only a number": ("1. Zie artikel\n   6.\n", [("C108", 2)]),
    "a continuation line after a line break": ("1. Zie\\\n   b. dit.\n", [("C108", 2)]),
    "a continuation line that starts with a bar": ("1. Een\n   | twee |\n", [("C108", 2)]),
    "a table": ("1. Een\n\n   | a | b |\n   |---|---|\n   | c | d |\n", [("C102", 3)]),
    "inline HTML": ("1. Een <b>twee</b>.\n", [("C101", 1), ("C101", 1)]),
    "a block of HTML": ("1. Een\n\n   <div>twee</div>\n", [("C102", 3)]),
    "a comment in HTML": ("1. Een.\n\n<!-- later -->\n", [("C102", 3)]),
    "a link definition": ("1. Een.\n2. Twee.\n\n[naam]: http://adres\n", [("C104", 4)]),
    "two link definitions with one name": ("1. Een.\n\n[a]: b\n[a]: c\n", [("C104", 3), ("C104", 4)]),
    "a link": ("1. Zie [hier](http://adres).\n", [("C101", 1)]),
    "an address between brackets": ("1. Zie <http://adres>.\n", [("C101", 1)]),
    "an image": ("1. Een ![x](y) twee.\n", [("C101", 1)]),
    "code": ("1. Een `twee`.\n", [("C101", 1)]),
    "a value with a capital": ("1. De {{Supplier}} doet dit.\n", [("C107", 1)]),
    "a value with a space": ("1. De {{ supplier }} doet dit.\n", [("C107", 1)]),
    "a value that is not closed": ("1. De {{supplier} doet\n   dit.\n", [("C107", 1)]),
    "closing braces alone": ("1. De\n   supplier}} doet dit.\n", [("C107", 2)]),
    "a reference with a capital": ("1. Zie [[Retention]].\n", [("C107", 1)]),
    "a reference that is not closed": ("1. Zie [[retention].\n", [("C107", 1)]),
    "a label with a capital": ("1. {#Label} Een.\n", [("C107", 1)]),
    "braces made with entities": ("1. &#123;&#123;x}}\n", [("C107", 1)]),
    "braces behind a backslash": ("1. \\{{x}}\n", [("C107", 1)]),
    "an empty reference": ("1. Zie [[]].\n", [("C105", 1)]),
    "a second paragraph": ("1. Een.\n\n   Nog iets.\n", [("C102", 3)]),
    "a paragraph after the items": ("1. Een:\n   1. a.\n\n   Nog iets.\n", [("C102", 4)]),
    "a loose paragraph": ("Vooraf.\n\n1. Een.\n", [("C102", 1)]),
    "bullets": ("- Een.\n- Twee.\n", [("C102", 1)]),
    "bullets in a member": ("1. Een:\n   - twee.\n", [("C102", 2)]),
    "a heading": ("1. Een.\n\n### Kop\n", [("C102", 3)]),
    "a line that makes a heading of a member": ("1. Een.\n   ---\n", [("C102", 1), ("C110", 1)]),
    "a rule": ("1. Een.\n\n---\n", [("C102", 3)]),
    "a quote": ("1. Een.\n   > twee\n", [("C102", 2)]),
    "a list that starts again": ("1. Een.\n\n<!-- x -->\n\n2. Twee.\n", [("C102", 3), ("C109", 5), ("C103", 5)]),
    "a duplicate label": ("1. {#a} Een:\n   1. b;\n   2. {#a} c.\n", [("C111", 3)]),
    "a label that is not first": ("1. Een.\n2. Een {#a} twee.\n", [("C106", 2)]),
    "a second label": ("1. {#a} {#b} Een.\n", [("C106", 1)]),
    "too deep": ("1. Een:\n   1. a:\n      1. b:\n         1. c.\n", [("C112", 4)]),
    "an empty member": ("1. Een.\n2.\n3. Drie.\n", [("C110", 2)]),
    "a member with only a label": ("1. {#a}\n", [("C110", 1)]),
    "no text at all": ("\n\n", [("C110", 1)]),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_each_trap_in_a_clause_is_a_finding_at_its_line(trap: str) -> None:
    text, expected = TRAPS[trap]
    assert clause_faults(text) == expected


def test_several_traps_are_all_reported() -> None:
    found = clause_faults("1. Een <b>.\n3. {{X}}\n\n   Nog iets.\n")
    assert found == [("C101", 1), ("C103", 2), ("C107", 2), ("C102", 4)]


@pytest.mark.parametrize("text", ["1. Zie artikel\n   6 van de AVG.\n", "1. Een\n   a b c.\n",
                                  "1. Bedrag:\n   1.250 euro.\n",
                                  "1. Volgens\n   J. de Wit.\n", "1. Een {enkele} accolade [en] haak.\n",
                                  "1. 5 < 6 & 7.\n"])  # fmt: skip
def test_ordinary_sentences_are_no_trap(text: str) -> None:
    assert clause_faults(text) == []


# --- pages -----------------------------------------------------------------------------------------


def test_a_page_has_headings_paragraphs_lists_and_tables() -> None:
    text = "# Titel\n\nEen **alinea** met {{x}}.\n\n- een\n- twee\n\n1. drie\n2. vier\n\n"
    blocks, findings = read_page(text + "| a | b |\n|---|---|\n| [[y]] | |\n", FILE)
    assert findings == ()
    assert [type(block) for block in blocks] == [Heading, Paragraph, ListBlock, ListBlock, Table]
    assert [block.ordered for block in blocks if isinstance(block, ListBlock)] == [False, True]
    table = blocks[4]
    assert isinstance(table, Table)
    assert table.header == ((Text("a"),), (Text("b"),))
    assert table.rows == (((Reference("y", line=13),), ()),)


PAGE_TRAPS: dict[str, tuple[str, list[tuple[str, int]]]] = {
    "HTML": ("Een.\n\n<p>twee</p>\n", [("C101", 3)]),
    "inline HTML in a table": ("| a |\n|---|\n| <b>x</b> |\n", [("C101", 3), ("C101", 3)]),
    "code": ("Een.\n\n    twee\n", [("C101", 3)]),
    "a fence": ("```\nx\n```\n", [("C101", 1)]),
    "a quote": ("Een.\n> twee\n", [("C101", 2)]),
    "a rule": ("Een.\n\n***\n", [("C101", 3)]),
    "text that a line below turns into a heading": ("Een.\n\nTwee\n---\n", [("C101", 3)]),
    "a link definition": ("Een.\n\n[x]: y\n", [("C104", 3)]),
    "a leftover brace": ("Een.\n\n- {{Twee}}\n", [("C107", 3)]),
    "a leftover brace in a table": ("| a |\n|---|\n| b |\n| {{B}} |\n", [("C107", 4)]),
    "a label in a paragraph": ("{#a} Een.\n", [("C106", 1)]),
    "a continuation line like an item": ("Wij vragen:\na. dit;\nb. dat.\n", [("C108", 2), ("C108", 3)]),
    "a table that is not recognised": ("| a | b |\n|---|\n| c | d |\n", [("C108", 2), ("C108", 3)]),
    "a list that does not start at one": ("5. een\n6. twee\n", [("C103", 1), ("C103", 2)]),
    "a number skipped": ("1. een\n3. drie\n", [("C103", 2)]),
    "a cell too many": ("| a | b |\n|---|---|\n| c | d | weg |\n", [("C117", 3)]),
    "a cell too few": ("| a | b |\n|---|---|\n| c |\n", [("C117", 3)]),
    "text right below a table": ("| a | b |\n|---|---|\n| c | d |\nVerder.\n", [("C117", 4)]),
    "a list that is too deep": ("- a\n  - b\n    - c\n      - d\n", [("C112", 4)]),
}  # fmt: skip


@pytest.mark.parametrize("trap", PAGE_TRAPS)
def test_each_trap_in_a_page_is_a_finding_at_its_line(trap: str) -> None:
    text, expected = PAGE_TRAPS[trap]
    assert page_faults(text) == expected


def test_a_bar_inside_a_cell_is_written_with_a_backslash() -> None:
    blocks, findings = read_page("| a | b |\n|---|---|\n| x \\| y | z |\n", FILE)
    assert findings == ()
    assert isinstance(blocks[0], Table)
    assert plain(blocks[0].rows[0][0]) == "x | y"


def test_a_heading_may_have_a_label() -> None:
    blocks, _ = read_page("## {#start} Begin\n", FILE)
    assert blocks == (Heading(2, (Text("Begin"),), "start"),)


# --- sections --------------------------------------------------------------------------------------


def test_sections_know_the_line_on_which_their_text_starts() -> None:
    assert split_sections("Vooraf.\n## Een\nx\n## Twee\n\ny\n", 5) == {
        "": ("Vooraf.", 5),
        "Een": ("x", 7),
        "Twee": ("\ny\n", 9),
    }


def test_a_body_without_text_above_the_first_heading_has_no_nameless_section() -> None:
    assert list(split_sections("\n\n## Een\nx\n", 1)) == ["Een"]


# --- properties ------------------------------------------------------------------------------------

_PIECES = ["woord", "zin", "regel", "x", " ", "\n", "\n\n", "   ", "      ", "\t", "1. ", "2. ", "3. ", "1) ", "- ",
           "* ", "# ", "## ",
           "| ", " |", "|---|", "---", "===", "**", "*", "_", "`", "```", "[", "]", "](", ")", "<", ">", "<b>",
           "<!--", "-->", "!",
           "{{", "}}", "{{x}}", "[[", "]]", "[[x#y]]", "{#", "{#z}", "[a]: ", "&", ";", "&amp;", "\\", "  \n", "~~~",
           "a. ", "+ "]  # fmt: skip
_markdown = st.lists(st.sampled_from(_PIECES), max_size=30).map("".join)
_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(deadline=None)
@given(_markdown | _text)
@example("\r|a|\r|-|\r|b|c|")
@example("- " * 40 + "diep")
@example("1. " * 40 + "diep")
@example("> " * 200 + "diep")
@example("[" * 3000)
@example("**" * 3000)
def test_any_text_is_read_with_findings_at_lines_that_exist(text: str) -> None:
    last = len(re.split("\r\n|\r|\n", text))
    assert all(1 <= line <= last for _, line in [*clause_faults(text), *page_faults(text)])


@settings(max_examples=300, deadline=None)
@given(_markdown)
def test_a_page_without_findings_has_lost_no_word(text: str) -> None:
    blocks, findings = read_page(text, FILE)
    if not findings:
        shown = "\n".join(plain(tuple(inlines_of(block))) for block in walk_blocks(blocks))
        assert len(re.findall("woord|zin|regel", shown)) == len(re.findall("woord|zin|regel", text))
        assert len(re.findall(r"\{\{x\}\}", shown)) == text.count("{{x}}")


@settings(max_examples=300, deadline=None)
@given(_markdown)
def test_a_clause_without_findings_has_lost_no_word(text: str) -> None:
    found, findings = read_clause(text, FILE)
    if not findings:
        shown = "\n".join(words(member) for member in walk_members(found))
        assert len(re.findall("woord|zin|regel", shown)) == len(re.findall("woord|zin|regel", text))


_sentence = st.lists(
    st.sampled_from(["Woord", "de {{supplier}}", "zie [[x#y]]", "**vet**", "5,5%", "(haakje)", "AI-functie"]),
    min_size=1,
    max_size=4,
).map(" ".join)


def _tree(depth: int) -> st.SearchStrategy[list[tuple[str, list]]]:  # type: ignore[type-arg]
    inner = _tree(depth - 1) if depth > 1 else st.just([])
    return st.lists(st.tuples(_sentence, inner), min_size=1, max_size=3)


def _source(tree: list, indent: str = "") -> str:  # type: ignore[type-arg]
    return "".join(
        f"{indent}{number}. {text}\n" + _source(items, indent + "   ")
        for number, (text, items) in enumerate(tree, start=1)
    )


def _shape(found: tuple[Member, ...]) -> list:  # type: ignore[type-arg]
    return [(plain(tuple(item for item in member.inlines)), _shape(member.items)) for member in found]


@settings(deadline=None)
@given(_tree(3))
def test_members_written_by_the_rules_are_read_as_written(tree: list) -> None:  # type: ignore[type-arg]
    expected = [_clean(item) for item in tree]
    assert _shape(members(_source(tree))) == expected
    assert len(Article("x", "X", members(_source(tree))).members) == len(tree)


def _clean(item: tuple[str, list]) -> tuple[str, list]:  # type: ignore[type-arg]
    text, items = item
    return text.replace("**", ""), [_clean(child) for child in items]
