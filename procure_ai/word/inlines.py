"""Text inside paragraphs: runs, live references, fill-in fields and tracked changes."""

from __future__ import annotations

from typing import NamedTuple

from procure_ai.documents import tree
from procure_ai.documents.tree import OPEN_CELL, Inlines, plain, walk_blocks
from procure_ai.word.names import Identifiers, bookmark_name, member_name, shorten
from procure_ai.word.xml import AUTHOR, control, field, link, run

_FILLS = {
    tree.FilledBy.BUYER: "Opdrachtgever vult in",
    tree.FilledBy.TENDERER: "Inschrijver vult in",
    tree.FilledBy.AWARD: "Bij gunning",
}  # short, because Word shows only the first 64 characters of a title
_BEFORE = ("artikel ", ", onder ", ", ")  # the words before the number of a member, item or subitem


class _Piece(NamedTuple):
    """One field of a reference: the words before it, its bookmark, switches and stored text."""

    before: str
    bookmark: str
    switches: str
    text: str


_Targets = dict[str, tuple[_Piece, ...]]


def _find_targets(blocks: tree.Blocks) -> _Targets:
    """For every target how its printed form is put together from fields.

    *artikel 7.2, onder b* has two fields, because Word and LibreOffice agree on the own number of a
    paragraph (`\\n`) but not on its number in context (`\\w`, `\\r`).
    """
    targets: _Targets = {}
    for block in walk_blocks(blocks):
        if isinstance(block, tree.Article | tree.Annex):
            # LibreOffice ignores the lower-case switch and prints *Artikel 7*; Word obeys it.
            kind = "artikel" if isinstance(block, tree.Article) else "bijlage"
            text = f"{kind} {block.number}"
            targets[block.id] = (_Piece("", bookmark_name(block.id), r"\n \h \* Lower", text),)
            if isinstance(block, tree.Article):
                _add_members(targets, block.id, block.members, (), "")
        elif isinstance(block, tree.Heading) and block.id:
            targets[block.id] = (_Piece("", bookmark_name(block.id), r"\h", plain(block.inlines)),)
    return targets


def _add_members(
    targets: _Targets, article: str, members: tuple[tree.Member, ...], chain: tuple[_Piece, ...], path: str
) -> None:
    before = _BEFORE[min(len(chain), 2)]
    for index, member in enumerate(members, start=1):
        here = f"{path}{index}"
        pieces = (*chain, _Piece(before, member_name(article, member, here), r"\n \h", member.number))
        if member.label:
            targets[f"{article}#{member.label}"] = pieces
        _add_members(targets, article, member.items, pieces, f"{here}.")


class InlineWriter:
    """Writes inlines as runs; remembers how often a field came by, so that each control is unique."""

    def __init__(self, document: tree.Document, identifiers: Identifiers, open_style: str, *, live: bool) -> None:
        self._targets = _find_targets(document.blocks)
        self._identifiers = identifiers
        self._open = f'<w:rStyle w:val="{open_style}"/>'
        self._changed = f'w:author="{AUTHOR}" w:date="{document.date}T00:00:00Z"'
        self._fields = 0
        self._live = live

    def write(self, inlines: Inlines) -> str:
        """The runs of these inlines."""
        return "".join([self._one(inline) for inline in inlines])

    def write_cell(self, inlines: Inlines) -> str:
        """The runs of a table cell, where an open field shows no label: its control has it as a title."""
        return "".join(
            [self._field(item, OPEN_CELL) if isinstance(item, tree.Field) else self._one(item) for item in inlines]
        )

    def change_mark(self, kind: str) -> str:
        """The start of a tracked change (`ins` or `del`) with its number, author and date."""
        return f'w:{kind} w:id="{self._identifiers.annotation()}" {self._changed}'

    def _one(self, inline: tree.Inline) -> str:
        match inline:
            case tree.Text():
                emphasis = ("<w:b/>" if inline.bold else "") + ("<w:i/>" if inline.italic else "")
                return run(inline.text, emphasis) if inline.text else ""
            case tree.Reference():
                return self._reference(inline)
            case tree.Field():
                return self._field(inline)
            case tree.Break():
                return "<w:r><w:br/></w:r>"
            case tree.Inserted():
                return f"<{self.change_mark('ins')}>{run(inline.text)}</w:ins>"
            case tree.Deleted():
                return f"<{self.change_mark('del')}>{run(inline.text, element='delText')}</w:del>"
            case tree.Value():
                return run(plain((inline,)), self._open)  # a hole nobody filled: visible, never blank

    def _reference(self, reference: tree.Reference) -> str:
        pieces = self._targets.get(reference.target)
        text = plain((reference,))
        if pieces is None or not reference.text:
            return run(text)
        if not self._live or "".join(piece.before + piece.text for piece in pieces) != text:
            return link(pieces[-1].bookmark, run(text))
        return "".join(
            (run(piece.before) if piece.before else "") + field(f"REF {piece.bookmark} {piece.switches}", piece.text)
            for piece in pieces
        )

    def _field(self, item: tree.Field, shown: str = "") -> str:
        self._fields += 1
        number = self._identifiers.control(f"field:{item.key}:{self._fields}")
        name, title = shorten(f"veld:{item.key}"), f"{_FILLS[item.filled_by]}: {item.label}"
        if item.value:
            return control(name, title, number, run(item.value))
        # Shown as a placeholder: one click selects all of it, and what is typed is plain text again.
        # No `w:text`: LibreOffice turns such a control into a field that loses its look.
        return control(name, title, number, run(f"[{shown or item.label}]", self._open), "<w:showingPlcHdr/>")
