"""Strict YAML: what people write comes back as text, and every silent trap is a finding at its line."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procure_ai.files.strict_yaml import MAX_BYTES, MAX_DEPTH, decode, line_of, parse, raw, split_header
from procure_ai.findings import Refused

FILE = "map/procedure.yaml"


def read(text: str) -> object:
    return raw(parse(text, FILE))


def faults(text: str) -> list[tuple[str, int]]:
    """The code and line of every finding; the file must always be named."""
    with pytest.raises(Refused) as refused:
        parse(text, FILE)
    assert {item.place.file for item in refused.value.findings} == {FILE}
    assert all(item.message and item.remedy for item in refused.value.findings)
    return [(item.code, item.place.line) for item in refused.value.findings]


TRAPS: dict[str, tuple[str, list[tuple[str, int]]]] = {
    "a double key": ("a: 1\nb: 2\na: 3\n", [("F016", 3)]),
    "a double key deeper down": ("a:\n  b: 1\n  c: 2\n  b: 3\n", [("F016", 4)]),
    "an anchor and its alias": ("a: &same x\nb: *same\n", [("F018", 1), ("F018", 2)]),
    "an anchor on a group": ("a: &same\n  b: c\n", [("F018", 1)]),
    "an anchor on a key": ("&same a: b\n", [("F018", 1)]),
    "an alias as the whole file": ("*same\n", [("F018", 1)]),
    "a merge key": ("a: 1\n<<: *other\n", [("F018", 2)]),
    "a tag on a text": ("a: 1\nb: !!int 2\n", [("F018", 2)]),
    "a tag on a group": ("a: !own\n  b: c\n", [("F018", 1)]),
    "a flow list": ("a: 1\nb: [x, y]\n", [("F013", 2)]),
    "a flow map": ("a: {b: c}\n", [("F013", 1)]),
    "a flow map as the whole file": ("{a: b}", [("F013", 1)]),
    "a comment behind plain text": ("a: 1\nb: tekst # later nog nakijken\n", [("F017", 2)]),
    "a comment behind quoted text": ("a: 'tekst' # later\n", [("F017", 1)]),
    "a comment behind a text of two lines": ('a: "een\n  twee" # later\n', [("F017", 2)]),
    "a comment behind the key of a group": ("a: # later\n  b: c\n", [("F017", 1)]),
    "a comment behind a key without a value": ("a: # later\nb: c\n", [("F017", 1)]),
    "a comment behind the sign of a folded text": ("a: >- # later\n  tekst\n", [("F017", 1)]),
    "a comment behind the sign of a literal text": ("a: | # later\n  tekst\n", [("F017", 1)]),
    "a comment below a text with a Unicode line end": ("a: 'x\u2028  y'\nb: c # later\n", [("F017", 3)]),
    "a tab as indentation": ("a:\n\tb: c\n", [("F010", 2)]),
    "two documents": ("a: 1\n---\nb: 2\n", [("F012", 2)]),
    "an empty file": ("", [("F011", 1)]),
    "only comments": ("# niets\n# hier\n", [("F011", 1)]),
    "a list instead of keys": ("- a\n- b\n", [("F011", 1)]),
    "a text instead of keys": ("zomaar tekst\n", [("F011", 1)]),
    "an empty list item": ("a:\n  - x\n  -\n  - y\n", [("F015", 3)]),
    "a list as key": ("? - x\n: y\n", [("F010", 1)]),
    "an empty key": ("'': y\n", [("F010", 1)]),
    "a colon in plain text": ("a: 1\nb: let op: dit kan niet\n", [("F010", 2)]),
    "wrong indentation": ("a:\n   b: 1\n  c: 2\n", [("F010", 3)]),
    "a quote that is never closed": ("a: 1\nb: 'tekst\n", [("F010", 2)]),
    "a control character": ("a: x\x00y\n", [("F010", 1)]),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_each_trap_is_a_finding_with_file_and_line(trap: str) -> None:
    text, expected = TRAPS[trap]
    assert faults(text) == expected


def test_several_traps_are_reported_together() -> None:
    assert faults("a: &x 1\nb: *x\na: 2\nc: d # e\n") == [("F018", 1), ("F018", 2), ("F016", 3), ("F017", 4)]


@pytest.mark.parametrize(
    "written", ["no", "yes", "1.10", "012", "12:30", "0x1F", "1e3", "~", "null", "2026-02-30", "1_0"]
)
def test_nothing_is_taken_for_a_number_a_truth_or_a_date(written: str) -> None:
    assert read(f"a: {written}\nb:\n  - {written}\n") == {"a": written, "b": (written,)}


def test_a_hash_inside_text_is_text() -> None:
    text = "a: nummer#3\nb: '# geen opmerking'\nc: |\n  # ook tekst\nd: \"x # y\"\n"
    assert read(text) == {"a": "nummer#3", "b": "# geen opmerking", "c": "# ook tekst\n", "d": "x # y"}


def test_comments_on_their_own_line_are_left_out() -> None:
    assert read("# boven\na: 1\n  # ingesprongen\nb:\n  # hierin\n  - x\n# onder\n") == {"a": "1", "b": ("x",)}


def test_a_key_without_a_value_is_left_out_but_an_empty_text_stays() -> None:
    assert read("a:\nb: ''\nc: 1\n") == {"b": "", "c": "1"}


def test_a_folded_text_is_one_line() -> None:
    assert read("a: >-\n  een\n  twee\nb: 3\n") == {"a": "een twee", "b": "3"}


def test_flow_style_is_read_only_when_asked_for() -> None:
    assert raw(parse('{"a": [1, "x"]}', FILE, flow=True)) == {"a": ("1", "x")}


@pytest.mark.parametrize("flow", [True, False])
@pytest.mark.parametrize(
    "text",
    ["[" * 10_000, "a: " + "[" * 10_000 + "]" * 10_000, "a: " + "{b: " * 10_000, "a:\n  " + "- " * 10_000 + "x",
     "? " * 10_000, "- " * 10_000],
)  # fmt: skip
def test_ten_thousand_levels_on_one_line_are_refused(text: str, flow: bool) -> None:
    with pytest.raises(Refused) as refused:
        parse(text, FILE, flow=flow)
    assert {item.code for item in refused.value.findings} <= {"F010", "F013", "F014"}


def test_deep_block_nesting_is_refused_at_the_line_where_it_becomes_too_deep() -> None:
    assert faults("".join(" " * level + "a:\n" for level in range(1_500))) == [("F014", MAX_DEPTH + 1)]


def test_the_deepest_nesting_that_is_allowed_is_read() -> None:
    text = "".join(" " * level + "a:\n" for level in range(MAX_DEPTH - 1)) + " " * MAX_DEPTH + "a: x"
    node: Any = read(text)
    for _ in range(MAX_DEPTH):
        node = node["a"]
    assert node == "x"


def test_lines_count_from_where_the_header_begins() -> None:
    with pytest.raises(Refused) as refused:
        parse("a: 1\na: 2\n", FILE, 2)
    assert [item.place.line for item in refused.value.findings] == [3]


def test_the_line_of_a_key_path() -> None:
    node = parse("a: 1\nb:\n  - c: 2\n    d: 3\n  - e: 4\n", FILE)
    assert line_of(node, ("a",)) == 1
    assert line_of(node, ("b", 0, "d")) == 4
    assert line_of(node, ("b", 1, "e")) == 5
    assert line_of(node, ("b", 1, "nothing", "below")) == 5  # the deepest part that exists


# --- bytes -----------------------------------------------------------------------------------------


def refused_bytes(data: bytes) -> tuple[str, int]:
    with pytest.raises(Refused) as refused:
        decode(data, FILE)
    (finding,) = refused.value.findings
    assert finding.place.file == FILE
    return finding.code, finding.place.line


def test_byte_order_mark_and_windows_line_ends_are_accepted() -> None:
    assert read(decode("a: één\nb: 2\n".replace("\n", "\r\n").encode("utf-8-sig"), FILE)) == {"a": "één", "b": "2"}


def test_old_mac_line_ends_are_accepted() -> None:
    assert read(decode(b"a: 1\rb: 2\r", FILE)) == {"a": "1", "b": "2"}


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_another_encoding_than_utf8_is_refused(encoding: str) -> None:
    code, _ = refused_bytes("a: 1\nb: één\n".encode(encoding))
    assert code == "F002"


def test_the_line_with_the_wrong_byte_is_named() -> None:
    assert refused_bytes("a: 1\nb: 2\nc: één\n".encode("cp1252")) == ("F002", 3)


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    assert refused_bytes(b"\xff" * (MAX_BYTES + 1)) == ("F001", 0)
    assert len(decode(b"a" * MAX_BYTES, FILE)) == MAX_BYTES


# --- headers of Markdown files ---------------------------------------------------------------------


def test_header_and_body_are_split_with_the_line_of_the_body() -> None:
    assert split_header("---\na: 1\n---\n## Tekst\n", FILE) == ("a: 1", "## Tekst\n", 4)


@pytest.mark.parametrize("text", ["", "## Tekst\n", "---\na: 1\n", "a: 1\n---\n", "--\na: 1\n--\n"])
def test_a_missing_or_unclosed_header_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        split_header(text, FILE)
    assert [(item.code, item.place.file, item.place.line) for item in refused.value.findings] == [("F020", FILE, 1)]


# --- properties ------------------------------------------------------------------------------------

_PLAIN = re.compile(r"[A-Za-z0-9]+([ .:/-][A-Za-z0-9]+)*")


def _scalar(text: str) -> str:
    """A text as a person would write it: bare where that is safe, quoted otherwise."""
    if _PLAIN.fullmatch(text):
        return text
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(char if char.isalnum() and char.isascii() else f"\\U{ord(char):08x}" for char in text) + '"'


def _written(tree: Any, indent: int) -> list[str]:
    space = "  " * indent
    lines: list[str] = []
    pairs = [(f"{_scalar(key)}:", value) for key, value in tree.items()] if isinstance(tree, dict) else [
        ("-", value) for value in tree
    ]  # fmt: skip
    for mark, value in pairs:
        if isinstance(value, str):
            lines.append(f"{space}{mark} {_scalar(value)}")
        else:
            lines += [f"{space}{mark}", *_written(value, indent + 1)]
    return lines


def _expected(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _expected(value) for key, value in tree.items()}
    return tuple(_expected(item) for item in tree) if isinstance(tree, list) else tree


_UNSEEN = "".join(
    map(chr, [*range(9), *range(0x0B, 0x20), 0x7F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFFFE, 0xFFFF])
)
_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=_UNSEEN), max_size=12) | st.from_regex(
    _PLAIN, fullmatch=True
)
_keys = _texts.filter(bool)
_trees = st.dictionaries(
    _keys,
    st.recursive(
        _texts,
        lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(_keys, inner, min_size=1, max_size=3),
        max_leaves=12,
    ),
    min_size=1,
    max_size=4,
)


@settings(deadline=None)
@given(_trees)
def test_a_tree_written_as_block_yaml_reads_back_the_same(tree: Any) -> None:
    assert read("\n".join(_written(tree, 0)) + "\n") == _expected(tree)


_PIECES = ["a", "b: ", ":", "- ", "\n", "  ", "'", '"', "#", " # x", "&x ", "*x", "!t ", "[", "]", "{", "}", "|",
           ">-", "?",
           "---", "...", "%", "\t", "é", "\u2028", "\x85", "\ufeff", "<<", "\\"]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join) | st.text(max_size=40))
def test_any_text_is_read_or_refused_with_lines_that_exist(text: str) -> None:
    clean = decode(text.encode("utf-8", "replace"), FILE)
    try:
        parse(clean, FILE)
    except Refused as refused:
        assert refused.findings
        assert all(1 <= item.place.line <= len(re.split("[\n\x85\u2028\u2029]", clean)) for item in refused.findings)


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        assert "\r" not in decode(data, FILE)
    except Refused as refused:
        assert [item.code for item in refused.findings] == ["F002"]


@pytest.mark.parametrize("character", ["\x07", "\x1b", "\x7f", "\u202e", "\u2066"])
def test_a_character_that_nobody_sees_is_found(character: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(f'a: x\nname: "Gem\\u{ord(character):04x}eente"\n', "procedure.yaml")
    assert [(item.code, item.place.line) for item in refused.value.findings] == [("F019", 2)]
