"""The body of a document: blocks as paragraphs, articles in their controls, tables and lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from procure_ai.documents.numbering import Level
from procure_ai.documents.tree import (
    Annex,
    Article,
    Block,
    Blocks,
    Contents,
    Deleted,
    Document,
    Heading,
    Inlines,
    Inserted,
    ListBlock,
    Member,
    PageBreak,
    Paragraph,
    Table,
    Text,
    plain,
    walk_blocks,
    walk_members,
)
from procure_ai.word.contents import Entry, write_contents
from procure_ai.word.inlines import InlineWriter, find_targets, member_bookmark
from procure_ai.word.lists import ANNEX_TEXT, LIST_LEVELS, Lists, list_indent
from procure_ai.word.names import Identifiers, article_tag, bookmark_name, heading_name, region_name
from procure_ai.word.tables import write_table
from procure_ai.word.xml import control, paragraph

_STYLES = frozenset({"body", "title", "subtitle", "note", "small", "warning", "caption"})
_OWN_SPACE = frozenset({"heading-1", "heading-2", "heading-2-plain", "heading-3", "annex"})
_MEMBER_ROLES = ("member", "item", "subitem")
_BREAK = "<w:pageBreakBefore/>"
_AFTER_TABLE = '<w:spacing w:before="200"/>'
_GAP = '<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>'


def _place(index: int) -> str:
    """Where contents come; no text can hold this, since control characters are stripped."""
    return f"\0{index}\0"


class BodyWriter:
    """Writes the blocks of one document, in order, once."""

    def __init__(
        self,
        document: Document,
        styles: Mapping[str, str],
        lists: Lists,
        scheme: Sequence[Level],
        *,
        width: int,
        pages: Mapping[str, str] | None,
        live: bool,
    ) -> None:
        self._styles, self._lists, self._scheme = styles, lists, scheme
        self._width, self._pages = width, pages
        self._identifiers = Identifiers()
        targets = find_targets(document.blocks)
        self._inlines = InlineWriter(targets, self._identifiers, styles, document.date, live=live)
        # Where there are articles, the style heading 2 is theirs.
        self._numbered = any(isinstance(block, Article) for block in walk_blocks(document.blocks))
        self._out: list[str] = []
        self._entries: list[Entry] = []
        self._contents: list[tuple[int, Contents]] = []
        self._headings = 0
        self._break = self._after_table = False

    def write(self, blocks: Blocks) -> str:
        """The XML of these blocks. Contents are filled in last, when what follows them is known."""
        self._blocks(blocks)
        self._flush()
        body = "".join(self._out)
        for index, (first, block) in enumerate(self._contents):
            body = body.replace(
                _place(index),
                write_contents(block, self._entries[first:], self._styles, self._identifiers, self._width, self._pages),
            )
        return body

    # --- blocks ----------------------------------------------------------------------------------

    def _blocks(self, blocks: Blocks, annex: bool = False) -> None:
        for block in blocks:
            self._block(block, annex)

    def _block(self, block: Block, annex: bool) -> None:
        match block:
            case Heading():
                self._heading(block, annex)
            case Paragraph():
                style = block.style if block.style in _STYLES else "body"
                self._paragraph(style, block.inlines)
            case ListBlock():
                self._list(block, 0)
            case Table():
                self._table(block, 0)
            case Contents():
                self._flush()
                self._out.append(_place(len(self._contents)))
                self._contents.append((len(self._entries), block))
            case PageBreak():
                self._break = True
            case Article():
                self._article(block)
            case Annex():
                self._annex(block)

    def _paragraph(
        self,
        role: str,
        inlines: Inlines,
        *,
        keep: bool = False,
        numbering: str = "",
        indent: str = "",
        struck: int | None = None,
        wrap: Callable[[str], str] | None = None,
    ) -> None:
        """Append one paragraph. Property order is that of the schema; `wrap` may add a bookmark.

        `struck` is the level of a paragraph of the article list that counts no longer: rejecting the
        change gives it its number back.
        """
        before = _AFTER_TABLE if self._after_table and role not in _OWN_SPACE else ""
        mark = self._change_mark(inlines)
        style = "" if role == "body" else self._styles[role]
        if struck is not None:
            numbering = f'<w:numPr><w:ilvl w:val="{struck}"/><w:numId w:val="{self._lists.unnumbered}"/></w:numPr>'
            old = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
            mark += f"<{self._inlines.change_mark('pPrChange')}>{old}</w:pPrChange>"
        properties = (
            ("<w:keepNext/>" if keep else "") + (_BREAK if self._break else "") + numbering + before + indent + mark
        )
        self._break = self._after_table = False
        runs = self._inlines.write(inlines)
        self._out.append(paragraph(style, wrap(runs) if wrap else runs, properties))

    def _change_mark(self, inlines: Inlines) -> str:
        """The tracked mark of a paragraph that is new or struck as a whole."""
        for kind, mark in ((Inserted, "ins"), (Deleted, "del")):
            if inlines and all(isinstance(inline, kind) for inline in inlines):
                return f"<w:rPr><{self._inlines.change_mark(mark)}/></w:rPr>"
        return ""

    def _bookmarked(self, name: str) -> Callable[[str], str]:
        return lambda runs: self._identifiers.bookmark(name, runs)

    def _heading(self, block: Heading, annex: bool) -> None:
        # An annex is a heading of level 1 itself, so what stands in it goes one deeper.
        level = min(max(block.level + (1 if annex else 0), 1), 3)
        self._headings += 1
        name = bookmark_name(block.id) if block.id else heading_name(self._headings)
        if level <= 2:
            self._entries.append(Entry(level, "", plain(block.inlines), name))
        self._paragraph(
            "heading-2-plain" if level == 2 and self._numbered else f"heading-{level}",
            block.inlines,
            wrap=self._bookmarked(name),
        )

    def _table(self, table: Table, indent: int) -> None:
        self._flush()
        self._out.append(write_table(table, self._styles, self._width, self._inlines.write, indent))
        self._after_table = True

    def _flush(self) -> None:
        """An empty paragraph where one is needed: two tables that touch would become one."""
        if self._break or self._after_table:
            self._out.append(paragraph("", "", (_BREAK if self._break else "") + _GAP))
        self._break = self._after_table = False

    def _list(self, block: ListBlock, depth: int) -> None:
        depth = min(depth, LIST_LEVELS - 1)
        number = self._lists.open_list(ordered=block.ordered)
        numbering = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
        left = list_indent(depth)
        role = "number" if block.ordered else "bullet"
        # The indent stands at the paragraph: a house style may have one of its own for one level only.
        hanging = f'<w:ind w:left="{left}" w:hanging="{left - (list_indent(depth - 1) if depth else 0)}"/>'
        for item in block.items:
            first = item[0] if item and isinstance(item[0], Paragraph) else Paragraph(())
            self._paragraph(role, first.inlines, numbering=numbering, indent=hanging)
            for inner in item[1:] if item and isinstance(item[0], Paragraph) else item:
                if isinstance(inner, ListBlock):
                    self._list(inner, depth + 1)
                elif isinstance(inner, Table):
                    self._table(inner, left)
                elif isinstance(inner, Paragraph):
                    indent = f'<w:ind w:left="{left}" w:firstLine="0"/>'
                    self._paragraph("continue", inner.inlines, indent=indent)
                else:
                    self._block(inner, annex=False)

    # --- articles and annexes --------------------------------------------------------------------

    def _article(self, article: Article) -> None:
        start = len(self._out)
        self._title(article, "heading-2", self._scheme[0].text, 2)
        self._members(article, article.members, 0, "")
        self._wrap(article, start, self._scheme[0].text)

    def _title(self, block: Article | Annex, role: str, scheme: str, level: int) -> None:
        """The numbered heading of an article or annex; struck or added when all of its text is."""
        change = _whole_change(block)
        inlines: Inlines = (change(block.title),) if change else (Text(block.title),)
        name = bookmark_name(block.id)
        if change is not Deleted:
            self._entries.append(Entry(level, _label(scheme, block.number), block.title, name))
        struck = 0 if change is Deleted and not block.number else None
        self._paragraph(role, inlines, struck=struck, wrap=self._bookmarked(name))

    def _members(self, article: Article, members: tuple[Member, ...], depth: int, path: str) -> None:
        role = _MEMBER_ROLES[min(depth, len(_MEMBER_ROLES) - 1)]
        for index, member in enumerate(members, start=1):
            here = f"{path}.{index}" if path else str(index)
            struck = not member.number and all(isinstance(inline, Deleted) for inline in member.inlines)
            self._paragraph(
                role,
                member.inlines,
                keep=bool(member.items),
                struck=min(depth + 1, len(_MEMBER_ROLES)) if struck else None,
                wrap=self._bookmarked(member_bookmark(article.id, member, here)),
            )
            self._members(article, member.items, depth + 1, here)

    def _annex(self, annex: Annex) -> None:
        start = len(self._out)
        self._break = False  # the style of an annex starts a new page itself
        self._title(annex, "annex", ANNEX_TEXT, 1)
        self._blocks(annex.blocks, annex=True)
        self._wrap(annex, start, ANNEX_TEXT)

    def _wrap(self, block: Article | Annex, start: int, scheme: str) -> None:
        """Put what was written since `start` between a hidden bookmark, in a content control."""
        inner = self._identifiers.bookmark(region_name(block.id), "".join(self._out[start:]))
        del self._out[start:]
        name = article_tag(block.id, block.fingerprint)
        title = f"{_label(scheme, block.number)} {block.title}".strip()
        self._out.append(control(name, title, self._identifiers.control(f"block:{block.id}"), inner))


def _label(text: str, number: str) -> str:
    """The number as it is printed before a heading: *Artikel 7*."""
    return text.replace("%1", number) if number else ""


def _whole_change(block: Article | Annex) -> type[Inserted] | type[Deleted] | None:
    """Whether an article is new or struck as a whole: then so is its title."""
    if isinstance(block, Annex):
        return None
    inlines = [inline for member in walk_members(block.members) for inline in member.inlines]
    for kind in (Inserted, Deleted):
        if inlines and all(isinstance(inline, kind) for inline in inlines):
            return kind
    return None
