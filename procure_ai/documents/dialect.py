"""The one prose dialect: CommonMark with values, references and labels, read into the document tree.

Two profiles. *Clause* text is a numbered list of members, nothing else. *Page* text has free
headings, paragraphs, lists and tables. What Markdown would swallow silently (a wrong number, a badly
indented item, HTML, a left-over brace) is a finding with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from procure_ai.documents.tree import (
    Block,
    Blocks,
    Break,
    Heading,
    Inline,
    Inlines,
    ListBlock,
    Member,
    Paragraph,
    Reference,
    Table,
    Text,
    Value,
)
from procure_ai.findings import Finding, Place
from procure_ai.findings.messages import Messages

MAX_LEVELS = 3  # member, item, item below it

_VALUE = re.compile(r"\{\{([a-z][a-z0-9]*(?:[.-][a-z0-9]+)*)\}\}")
_REFERENCE = re.compile(r"\[\[([a-z0-9-]*(?:#[a-z0-9-]+)?)\]\]")
_LABEL = re.compile(r"\{#([a-z0-9]+(?:-[a-z0-9]+)*)\}")
_LEFTOVER = re.compile(r"\{\{|\}\}|\[\[|\]\]|\{#")
_TRAP_LINE = re.compile(r"(?:[a-z]|[ivx]+|\d+)[.)](?:\s|$)|\|")
_MESSAGES = Messages({
    "C101": ("Hier staat {what}; dat is niet toegestaan.", "Gebruik koppen, alinea's, lijsten of tabellen."),
    "C101/code": ("Code tussen ` is hier niet toegestaan.", "Schrijf gewone tekst."),
    "C101/heading": ("Een regel `---` of `===` maakt van de tekst erboven een kop.",
                     "Haal die regel weg, of schrijf de kop met `#`."),
    "C101/html": ("HTML zoals `{html}` is niet toegestaan.", "Schrijf gewone tekst."),
    "C101/link": ("Een afbeelding of koppeling is hier niet toegestaan.", "Schrijf het adres voluit."),
    "C102": ("Hier staat {what}, maar een bepaling bestaat alleen uit genummerde leden.",
             "Begin de regel met 1., 2., 3. enzovoort."),
    "C102/inside": ("Hier staat {what}, maar dat mag niet in een lid.", "Gebruik alleen genummerde onderdelen."),
    "C102/second": ("Dit lid heeft een tweede alinea.",
                    "Maak er een eigen lid van, of spring de regel in als onderdeel."),
    "C103": ("Hier staat nummer {found}, maar het is onderdeel {expected}.",
             "Nummer 1, 2, 3 door; spring onderdelen van een lid drie spaties in."),
    "C103/mark": ("Schrijf `{expected}.` met een punt, niet met `{mark}`.",
                  "Gebruik overal een punt achter het nummer."),
    "C104": ("Er staat een verborgen koppeling (`[naam]: adres`) in de tekst.", "Haal die regel weg."),
    "C105": ("Er staat een lege verwijzing `[[]]`.", "Noem de bepaling, zoals `[[retention]]`."),
    "C106": ("Het label `{{#{label}}}` staat niet vooraan.", "Zet een label als eerste in het lid of onderdeel."),
    "C107": ("Er staat een los `{mark}` dat niet is herkend.",
             "Schrijf {{{{naam}}}}, [[bepaling]] of {{#label}} met kleine letters, cijfers en streepjes."),
    "C108": ("Deze vervolgregel begint met `{start}` en wordt geen eigen onderdeel.",
             "Spring het onderdeel drie spaties in en nummer het 1., 2., of breek de regel ergens anders af."),
    "C109": ("Hier begint een nieuwe lijst in plaats van een volgend lid.",
             "Nummer door en laat tussen de leden alleen een lege regel staan."),
    "C110": ("Deze bepaling heeft geen leden.", "Begin met `1. ` onder het kopje `## Tekst`."),
    "C110/member": ("Dit lid is leeg.", "Vul het in of haal het nummer weg."),
    "C111": ("Het label `{label}` komt twee keer voor.", "Geef elk lid een eigen label."),
    "C112": ("Dit onderdeel is te diep genest.", "Gebruik hooguit twee niveaus onder een lid."),
    "C112/list": ("Dit onderdeel is te diep genest.", "Gebruik hooguit {most} niveaus."),
    "C117": ("Deze rij heeft {written} cellen, maar de kop van de tabel heeft er {expected}.",
             "Geef elke rij evenveel cellen; laat na de tabel een regel leeg."),
})  # fmt: skip


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    # Before `link` and `emphasis`, so that nothing inside the marks is read as Markdown.
    parser.inline.ruler.before("escape", "own_marks", _own_marks)
    return parser


def _own_marks(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "{[":
        return False
    for kind, pattern in (("own_value", _VALUE), ("own_reference", _REFERENCE), ("own_label", _LABEL)):
        match = pattern.match(state.src, state.pos)
        if match:
            if not silent:
                state.push(kind, "", 0).content = match[1]
            state.pos = match.end()
            return True
    return False


class _Reading:
    """One text being read: where it stands, and what was found wrong."""

    def __init__(self, text: str, file: str, first_line: int) -> None:
        self.file, self.first_line = file, first_line
        self.findings: list[Finding] = []
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        environment: dict[str, Any] = {}
        self.tokens = _parser().parse(text, environment)
        self.lines = text.split("\n")
        for definition in (*environment.get("references", {}).values(), *environment.get("duplicate_refs", ())):
            self.find(definition["map"][0], "C104")

    def find(self, line: int, code: str, **words: object) -> None:
        self.findings.append(_MESSAGES.finding(code, Place(self.file, line + self.first_line), **words))

    def inlines(self, token: Token, *, label_allowed: bool = False) -> tuple[Inlines, str]:
        """The inlines of an inline token, and the label at its start if there is one."""
        start = token.map[0] if token.map else 0
        result: list[Inline] = []
        label = ""
        strong = emphasis = 0
        line = start
        for child in token.children or []:
            bold, italic = strong > 0, emphasis > 0
            match child.type:
                case "text":
                    self._check_text(child.content, line)
                    if child.content:
                        result.append(Text(child.content, bold, italic))
                case "softbreak":
                    line += 1
                    self._check_continuation(line)
                    result.append(Text(" ", bold, italic))
                case "hardbreak":
                    line += 1
                    self._check_continuation(line)
                    result.append(Break())
                case "strong_open" | "strong_close":
                    strong += child.nesting
                case "em_open" | "em_close":
                    emphasis += child.nesting
                case "own_value":
                    result.append(Value(child.content, line + self.first_line))
                case "own_reference":
                    if not child.content:
                        self.find(line, "C105")
                    result.append(Reference(child.content, line=line + self.first_line))
                case "own_label":
                    if label_allowed and not label and not _words(result):
                        label = child.content
                    else:
                        self.find(line, "C106", label=child.content)
                case "code_inline":
                    self.find(line, "C101/code")
                case "html_inline":
                    self.find(line, "C101/html", html=child.content)
                case "image" | "link_open":
                    self.find(line, "C101/link")
                case _:
                    pass
        return _merged(result), label

    def _check_text(self, text: str, line: int) -> None:
        match = _LEFTOVER.search(text)
        if match:
            self.find(line, "C107", mark=match[0])

    def _check_continuation(self, line: int) -> None:
        text = self.lines[line].strip() if line < len(self.lines) else ""
        if _TRAP_LINE.match(text):
            self.find(line, "C108", start=text[:3].strip())


def _words(inlines: list[Inline]) -> bool:
    return any(not isinstance(item, Text) or item.text.strip() for item in inlines)


def _merged(inlines: list[Inline]) -> Inlines:
    """Neighbouring texts with the same look joined, and the outer spaces cut off."""
    result: list[Inline] = []
    for inline in inlines:
        last = result[-1] if result else None
        if (
            isinstance(inline, Text)
            and isinstance(last, Text)
            and (last.bold, last.italic) == (inline.bold, inline.italic)
        ):
            result[-1] = Text(last.text + inline.text, last.bold, last.italic)
        else:
            result.append(inline)
    if result and isinstance(result[0], Text):
        result[0] = Text(result[0].text.lstrip(), result[0].bold, result[0].italic)
    if result and isinstance(result[-1], Text):
        result[-1] = Text(result[-1].text.rstrip(), result[-1].bold, result[-1].italic)
    return tuple(item for item in result if not (isinstance(item, Text) and not item.text))


@lru_cache(maxsize=2048)  # one library is read more than once: under an organisation's folder, in a comparison
def read_clause(text: str, file: str, first_line: int = 1) -> tuple[tuple[Member, ...], tuple[Finding, ...]]:
    """The members of clause text, and the findings (C101 to C112). Lines count from `first_line`."""
    reading = _Reading(text, file, first_line)
    cursor = _Cursor(reading.tokens)
    members: tuple[Member, ...] = ()
    seen_list = False
    while (token := cursor.next()) is not None:
        line = token.map[0] if token.map else 0
        if token.type == "ordered_list_open":
            if seen_list:
                reading.find(line, "C109")
            seen_list = True
            members += _members(reading, cursor, token, 1)
        else:
            reading.find(line, "C102", what=_name_of(token))
            cursor.skip(token)
    if not members and not reading.findings:
        reading.find(0, "C110")
    seen: set[str] = set()
    for label, line in _labels(members):
        if label in seen:
            reading.find(line - first_line, "C111", label=label)
        seen.add(label)
    return members, tuple(reading.findings)


def _labels(members: tuple[Member, ...]) -> Iterator[tuple[str, int]]:
    for member in members:
        if member.label:
            yield member.label, member.line
        yield from _labels(member.items)


def _members(reading: _Reading, cursor: _Cursor, opened: Token, level: int) -> tuple[Member, ...]:
    result: list[Member] = []
    while (token := cursor.next()) is not None and token.type != "ordered_list_close":
        line = token.map[0] if token.map else 0
        expected = len(result) + 1
        _check_number(reading, token, expected)
        if token.markup != ".":
            reading.find(line, "C103/mark", expected=expected, mark=token.markup)
        result.append(_member(reading, cursor, line, level))
    if level > MAX_LEVELS:
        line = opened.map[0] if opened.map else 0
        reading.find(line, "C112")
    return tuple(result)


def _check_number(reading: _Reading, item: Token, expected: int) -> None:
    if item.info != str(expected):
        reading.find(item.map[0] if item.map else 0, "C103", found=item.info, expected=expected)


def _member(reading: _Reading, cursor: _Cursor, line: int, level: int) -> Member:
    inlines: Inlines = ()
    label = ""
    items: tuple[Member, ...] = ()
    paragraphs = 0
    while (token := cursor.next()) is not None and token.type != "list_item_close":
        here = token.map[0] if token.map else line
        if token.type == "paragraph_open":
            content = cursor.next()
            cursor.next()
            paragraphs += 1
            if paragraphs > 1 or items:
                reading.find(here, "C102/second")
            elif content is not None:
                inlines, label = reading.inlines(content, label_allowed=True)
        elif token.type == "ordered_list_open":
            items += _members(reading, cursor, token, level + 1)
        else:
            reading.find(here, "C102/inside", what=_name_of(token))
            cursor.skip(token)
    if not inlines:
        reading.find(line, "C110/member")
    return Member(inlines, items, label, line + reading.first_line)


@lru_cache(maxsize=2048)
def read_page(text: str, file: str, first_line: int = 1) -> tuple[Blocks, tuple[Finding, ...]]:
    """The blocks of page text, and the findings (C101 to C117). Lines count from `first_line`."""
    reading = _Reading(text, file, first_line)
    cursor = _Cursor(reading.tokens)
    return tuple(_page_blocks(reading, cursor, lambda token: False, 1)), tuple(reading.findings)


def _page_blocks(reading: _Reading, cursor: _Cursor, at_end: Callable[[Token], bool], level: int) -> Iterator[Block]:
    while (token := cursor.next()) is not None and not at_end(token):
        line = token.map[0] if token.map else 0
        if token.type == "heading_open":
            content = cursor.next()
            cursor.next()
            if not token.markup.startswith("#"):
                reading.find(line, "C101/heading")
            if content is not None:
                inlines, label = reading.inlines(content, label_allowed=True)
                yield Heading(min(int(token.tag[1]), 3), inlines, label)
        elif token.type == "paragraph_open":
            content = cursor.next()
            cursor.next()
            if content is not None:
                yield Paragraph(reading.inlines(content)[0])
        elif token.type in ("ordered_list_open", "bullet_list_open"):
            yield _list(reading, cursor, token, level)
        elif token.type == "table_open":
            yield _table(reading, cursor)
        else:
            reading.find(line, "C101", what=_name_of(token))
            cursor.skip(token)


def _list(reading: _Reading, cursor: _Cursor, opened: Token, level: int) -> ListBlock:
    ordered = opened.type == "ordered_list_open"
    if level == MAX_LEVELS + 1:
        line = opened.map[0] if opened.map else 0
        reading.find(line, "C112/list", most=MAX_LEVELS)
    items: list[tuple[Block, ...]] = []
    while (token := cursor.next()) is not None and token.type not in ("ordered_list_close", "bullet_list_close"):
        if ordered:
            _check_number(reading, token, len(items) + 1)
        items.append(tuple(_page_blocks(reading, cursor, lambda found: found.type == "list_item_close", level + 1)))
    return ListBlock(tuple(items), ordered)


def _table(reading: _Reading, cursor: _Cursor) -> Table:
    rows: list[tuple[Inlines, ...]] = []
    cells: list[Inlines] = []
    line = 0
    while (token := cursor.next()) is not None and token.type != "table_close":
        if token.type == "tr_open":
            line = token.map[0] if token.map else line
        elif token.type == "inline":
            cells.append(reading.inlines(token)[0])
        elif token.type == "tr_close":
            written = _cells_written(reading.lines[line])
            if rows and written != len(rows[0]):
                reading.find(line, "C117", written=written, expected=len(rows[0]))
            rows.append(tuple(cells))
            cells = []
    return Table(rows[0], tuple(rows[1:])) if rows else Table((), ())


def _cells_written(line: str) -> int:
    """How many cells a row of a table has in the source; Markdown drops or adds cells silently."""
    cells = escapedSplit(line.strip())
    return len(cells) - (cells[0] == "") - (len(cells) > 1 and cells[-1] == "")


class _Cursor:
    """A walk over the flat token list of markdown-it."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._position = tokens, 0

    def next(self) -> Token | None:
        if self._position >= len(self._tokens):
            return None
        self._position += 1
        return self._tokens[self._position - 1]

    def skip(self, opened: Token) -> None:
        """Pass over everything inside a block that was opened."""
        depth: int = opened.nesting
        while depth > 0 and (token := self.next()) is not None:
            depth += token.nesting


def _name_of(token: Token) -> str:
    return {
        "heading_open": "een kop",
        "bullet_list_open": "een lijst met streepjes",
        "blockquote_open": "een citaat",
        "table_open": "een tabel",
        "fence": "een codeblok",
        "code_block": "een regel die te ver is ingesprongen",
        "html_block": "HTML",
        "hr": "een scheidingslijn",
        "paragraph_open": "een losse alinea",
    }.get(token.type, "iets anders")


def split_sections(body: str, first_line: int) -> dict[str, tuple[str, int]]:
    """The `## ` sections of a Markdown body: title to text and the line on which the text starts."""
    sections: dict[str, tuple[str, int]] = {}
    title, start, lines = "", first_line, list[str]()
    for number, line in enumerate(body.split("\n")):
        if line.startswith("## "):
            if title or any(item.strip() for item in lines):
                sections[title] = ("\n".join(lines), start)
            title, start, lines = line[3:].strip(), first_line + number + 1, []
        else:
            lines.append(line)
    if title or any(item.strip() for item in lines):
        sections[title] = ("\n".join(lines), start)
    return sections
