"""The body of a document: blocks as paragraphs, articles in their controls, tables and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from procure_ai.documents import tree
from procure_ai.documents.numbering import SCHEME
from procure_ai.documents.tree import Inlines, plain, walk_members
from procure_ai.word.contents import Entry, write_contents
from procure_ai.word.inlines import InlineWriter
from procure_ai.word.lists import ANNEX_TEXT, LIST_LEVELS, LIST_STEP, Lists
from procure_ai.word.names import Identifiers, article_tag, bookmark_name, member_name, region_name
from procure_ai.word.tables import write_table
from procure_ai.word.xml import control, paragraph

_STYLES = frozenset({"body", "title", "subtitle", "note", "small", "warning", "caption"})
_OWN_SPACE = frozenset({"heading-1", "heading-2", "heading-2-plain", "heading-3", "annex"})
_MEMBER_ROLES = ("member", "item", "subitem")
_BREAK = "<w:pageBreakBefore/>"
_AFTER_TABLE = '<w:spacing w:before="200"/>'
_GAP = '<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>'


class BodyWriter:
    """Writes the blocks of one document, in order, once."""

    def __init__(
        self,
        document: tree.Document,
        styles: Mapping[str, str],
        lists: Lists,
        width: int,
        pages: Mapping[str, str],
        *,
        live: bool,
    ) -> None:
        self._document = document
        self._styles, self._lists, self._width, self._pages = styles, lists, width, pages
        self._identifiers = Identifiers()
        self._inlines = InlineWriter(document, self._identifiers, styles["open"], live=live)
        self._out: list[str] = []
        self._entries: list[Entry] = []
        self._contents: list[tuple[int, tree.Contents]] = []  # with the number of entries before them
        self._headings = 0
        self._break = self._after_table = False

    def write(self) -> str:
        """The XML of the body. Contents are filled in last, when what follows them is known."""
        self._blocks(self._document.blocks)
        self._flush()
        body = "".join(self._out)
        for index, (first, block) in enumerate(self._contents):
            entries = self._entries[first:]
            filled = write_contents(block, entries, self._styles, self._identifiers, self._width, self._pages)
            body = body.replace(_place(index), filled)
        return body

    # --- blocks ----------------------------------------------------------------------------------

    def _blocks(self, blocks: tree.Blocks, *, in_annex: bool = False) -> None:
        for block in blocks:
            match block:
                case tree.Heading():
                    # An annex is a heading of level 1 itself, so what stands in it goes one deeper.
                    self._heading(block, min(max(block.level + in_annex, 1), 3))
                case tree.Paragraph():
                    # A line that leads in what follows (*Met vriendelijke groet,*) stays with it.
                    leads = plain(block.inlines).endswith((",", ":"))
                    self._paragraph(block.style if block.style in _STYLES else "body", block.inlines, keep=leads)
                case tree.ListBlock():
                    self._list(block, 0)
                case tree.Table():
                    self._table(block, 0)
                case tree.Contents():
                    self._flush()
                    self._out.append(_place(len(self._contents)))
                    self._contents.append((len(self._entries), block))
                case tree.PageBreak():
                    self._break = True
                case tree.Article() | tree.Annex():
                    self._numbered(block)

    def _paragraph(
        self,
        role: str,
        inlines: Inlines,
        *,
        bookmark: str = "",
        keep: bool = False,
        numbering: str = "",
        indent: str = "",
        struck: int | None = None,
    ) -> None:
        """Append one paragraph. The order of its properties is that of the schema.

        `struck` is the level of a paragraph of the article list that counts no longer: rejecting the
        change gives it its number back.
        """
        style = "" if role == "body" else self._styles[role]
        change, mark = _change(inlines), ""
        if change:
            kind = "ins" if change is tree.Inserted else "del"
            mark = f"<w:rPr><{self._inlines.change_mark(kind)}/></w:rPr>"
        if struck is not None:
            numbering = _list_level(self._lists.unnumbered, struck)
            old = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
            mark += f"<{self._inlines.change_mark('pPrChange')}>{old}</w:pPrChange>"
        before = _AFTER_TABLE if self._after_table and role not in _OWN_SPACE else ""
        start = ("<w:keepNext/>" if keep else "") + (_BREAK if self._break else "")
        self._break = self._after_table = False
        runs = self._inlines.write(inlines)
        if bookmark:
            runs = self._identifiers.bookmark(bookmark, runs)
        self._out.append(paragraph(style, runs, start + numbering + before + indent + mark))

    def _heading(self, block: tree.Heading, level: int) -> None:
        self._headings += 1
        name = bookmark_name(block.id) if block.id else f"_h_{self._headings}"
        if level <= 2:
            self._entries.append(Entry(level, "", plain(block.inlines), name))
        # Where there are articles, the style heading 2 is theirs.
        role = "heading-2-plain" if level == 2 and self._lists.articles else f"heading-{level}"
        self._paragraph(role, block.inlines, bookmark=name)

    def _table(self, table: tree.Table, indent: int) -> None:
        self._flush()
        self._out.append(write_table(table, self._styles, self._width, self._inlines.write_cell, indent))
        self._after_table = True

    def _flush(self) -> None:
        """An empty paragraph where one is needed: two tables that touch would become one."""
        if self._break or self._after_table:
            self._out.append(paragraph("", "", (_BREAK if self._break else "") + _GAP))
        self._break = self._after_table = False

    def _list(self, block: tree.ListBlock, depth: int) -> None:
        depth = min(depth, LIST_LEVELS - 1)
        numbering = _list_level(self._lists.open_list(ordered=block.ordered), depth)
        left = LIST_STEP * (depth + 1)
        # The indent stands at the paragraph: a house style may have one of its own for one level only.
        hanging, flat = (f'<w:ind w:left="{left}" w:{kind}/>' for kind in (f'hanging="{LIST_STEP}"', 'firstLine="0"'))
        for item in block.items:
            first, *rest = item if item and isinstance(item[0], tree.Paragraph) else (tree.Paragraph(()), *item)
            assert isinstance(first, tree.Paragraph)
            role = "number" if block.ordered else "bullet"
            self._paragraph(role, first.inlines, numbering=numbering, indent=hanging)
            for inner in rest:
                match inner:
                    case tree.ListBlock():
                        self._list(inner, depth + 1)
                    case tree.Table():
                        self._table(inner, left)
                    case tree.Paragraph():
                        self._paragraph("continue", inner.inlines, indent=flat)
                    case _:
                        self._blocks((inner,))

    # --- articles and annexes --------------------------------------------------------------------

    def _numbered(self, block: tree.Article | tree.Annex) -> None:
        """An article or annex between hidden bookmarks, in a content control."""
        start = len(self._out)
        role, level, text, change = "annex", 1, ANNEX_TEXT, None
        if isinstance(block, tree.Article):
            role, level, text = "heading-2", 2, SCHEME[0].text
            # A title is new or struck when all of its article is.
            change = _change([inline for member in walk_members(block.members) for inline in member.inlines])
        else:
            self._break = False  # the style of an annex starts a new page itself
        label = text.replace("%1", block.number) if block.number else ""
        name = bookmark_name(block.id)
        if change is not tree.Deleted:
            self._entries.append(Entry(level, label, block.title, name))
        title = change(block.title) if change else tree.Text(block.title)
        self._paragraph(
            role, (title,), bookmark=name, struck=0 if change is tree.Deleted and not block.number else None
        )
        if isinstance(block, tree.Article):
            self._members(block.id, block.members, 0, "")
        else:
            self._blocks(block.blocks, in_annex=True)
        inner = self._identifiers.bookmark(region_name(block.id), "".join(self._out[start:]))
        number = self._identifiers.control(f"block:{block.id}")
        tagged = article_tag(block.id, block.fingerprint)
        self._out[start:] = [control(tagged, f"{label} {block.title}".strip(), number, inner)]

    def _members(self, article: str, members: tuple[tree.Member, ...], depth: int, path: str) -> None:
        for index, member in enumerate(members, start=1):
            here = f"{path}{index}"
            struck = not member.number and _change(member.inlines) is tree.Deleted
            self._paragraph(
                _MEMBER_ROLES[min(depth, 2)],
                member.inlines,
                bookmark=member_name(article, member, here),
                keep=bool(member.items),
                struck=min(depth + 1, 3) if struck else None,
            )
            self._members(article, member.items, depth + 1, f"{here}.")


def _place(index: int) -> str:
    """Where contents come; no text can hold this, since control characters are stripped."""
    return f"\0{index}\0"


def _list_level(number: int, level: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def _change(inlines: Sequence[tree.Inline]) -> type[tree.Inserted] | type[tree.Deleted] | None:
    """Whether a text is new or struck as a whole."""
    for kind in (tree.Inserted, tree.Deleted):
        if inlines and all(isinstance(inline, kind) for inline in inlines):
            return kind
    return None
