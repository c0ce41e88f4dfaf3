"""Text inside paragraphs: runs, live references, fill-in fields and tracked changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from procure_ai.documents.tree import (
    Annex,
    Article,
    Blocks,
    Break,
    Deleted,
    Field,
    FilledBy,
    Heading,
    Inline,
    Inlines,
    Inserted,
    Member,
    Reference,
    Text,
    Value,
    plain,
    walk_blocks,
)
from procure_ai.word.names import TAG_LIMIT, Identifiers, bookmark_name, place_name, shorten
from procure_ai.word.xml import AUTHOR, control, field, link, run

FIELD_TAG = "veld:"
"""Tags of fill-in controls begin with this, then the key of the field."""

_FILLS = {
    FilledBy.BUYER: "In te vullen door de opdrachtgever",
    FilledBy.TENDERER: "In te vullen door de inschrijver",
    FilledBy.AWARD: "In te vullen bij gunning",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One field of a reference: the words before it, its bookmark, switches and stored text."""

    before: str
    bookmark: str
    switches: str
    text: str


def find_targets(blocks: Blocks) -> dict[str, tuple[Piece, ...]]:
    """For every target how its printed form is put together from fields.

    *artikel 7.2, onder b* has two fields, because Word and LibreOffice agree on the own number of a
    paragraph (`\\n`) but not on its number in context (`\\w`, `\\r`).
    """
    targets: dict[str, tuple[Piece, ...]] = {}
    for block in walk_blocks(blocks):
        match block:
            case Article():
                # LibreOffice ignores the lower-case switch and prints *Artikel 7*; Word obeys it.
                name = bookmark_name(block.id)
                targets[block.id] = (Piece("", name, r"\n \h \* Lower", f"artikel {block.number}"),)
                _add_members(targets, block.id, block.members, (), "")
            case Annex():
                name = bookmark_name(block.id)
                targets[block.id] = (Piece("", name, r"\n \h \* Lower", f"bijlage {block.number}"),)
            case Heading(id=id_) if id_:
                targets[id_] = (Piece("", bookmark_name(id_), r"\h", plain(block.inlines)),)
            case _:
                pass
    return targets


_BEFORE = ("artikel ", ", onder ")


def _add_members(
    targets: dict[str, tuple[Piece, ...]],
    article: str,
    members: tuple[Member, ...],
    chain: tuple[Piece, ...],
    path: str,
) -> None:
    before = _BEFORE[len(chain)] if len(chain) < len(_BEFORE) else ", "
    for index, member in enumerate(members, start=1):
        here = f"{path}.{index}" if path else str(index)
        pieces = (*chain, Piece(before, member_bookmark(article, member, here), r"\n \h", member.number))
        if member.label:
            targets[f"{article}#{member.label}"] = pieces
        _add_members(targets, article, member.items, pieces, here)


def member_bookmark(article: str, member: Member, path: str) -> str:
    """The bookmark of a member: by its label, or by its place when it has none."""
    return bookmark_name(f"{article}#{member.label}") if member.label else place_name(article, path)


class InlineWriter:
    """Writes inlines as runs; remembers how often a field came by, so that each control is unique."""

    def __init__(
        self,
        targets: Mapping[str, tuple[Piece, ...]],
        identifiers: Identifiers,
        styles: Mapping[str, str],
        date: str,
        *,
        live: bool,
    ) -> None:
        self._targets = targets
        self._identifiers = identifiers
        self._open = f'<w:rStyle w:val="{styles["open"]}"/>'
        self._changed = f'w:author="{AUTHOR}" w:date="{date}T00:00:00Z"'
        self._fields = 0
        self._live = live

    def write(self, inlines: Inlines) -> str:
        """The runs of these inlines."""
        return "".join([self._one(inline) for inline in inlines])

    def change_mark(self, kind: str) -> str:
        """The start of a tracked change (`ins` or `del`) with its number, author and date."""
        return f'w:{kind} w:id="{self._identifiers.annotation()}" {self._changed}'

    def deleted(self, text: str) -> str:
        """Struck text, tracked."""
        return f"<{self.change_mark('del')}>{run(text, element='delText')}</w:del>"

    def inserted(self, text: str) -> str:
        """Added text, tracked."""
        return f"<{self.change_mark('ins')}>{run(text)}</w:ins>"

    def _one(self, inline: Inline) -> str:
        match inline:
            case Text():
                emphasis = ("<w:b/>" if inline.bold else "") + ("<w:i/>" if inline.italic else "")
                return run(inline.text, emphasis) if inline.text else ""
            case Reference():
                return self._reference(inline)
            case Field():
                return self._field(inline)
            case Break():
                return "<w:r><w:br/></w:r>"
            case Inserted():
                return self.inserted(inline.text)
            case Deleted():
                return self.deleted(inline.text)
            case Value():
                return run(plain((inline,)), self._open)  # a hole nobody filled: visible, never blank

    def _reference(self, reference: Reference) -> str:
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

    def _field(self, item: Field) -> str:
        self._fields += 1
        number = self._identifiers.control(f"field:{item.key}:{self._fields}")
        name = shorten(FIELD_TAG + item.key, TAG_LIMIT)
        title = f"{_FILLS[item.filled_by]}: {item.label}"
        if item.value:
            return control(name, title, number, run(item.value))
        # Shown as a placeholder: one click selects all of it, and what is typed is plain text again.
        # No `w:text`: LibreOffice turns such a control into a field that loses its look.
        inner = run(f"[{item.label}]", self._open)
        return control(name, title, number, inner, properties="<w:showingPlcHdr/>")
