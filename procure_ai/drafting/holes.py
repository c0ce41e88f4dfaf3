"""Small steps on members: is it a hole, fill it with a list, resolve own references, begin with a capital."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from procure_ai.documents.tree import Article, Blocks, Inlines, Member, Reference, Value, map_member, walk_members
from procure_ai.library.models import Clause


def is_hole(member: Member, name: str) -> bool:
    """Whether a member is only the hole `{{name}}`."""
    first = member.inlines[0] if len(member.inlines) == 1 else None
    return isinstance(first, Value) and first.name == name


def with_list(article: Article, name: str, members: tuple[Member, ...]) -> Article:
    """The article with the member `{{name}}` replaced by these members."""
    filled = (members if is_hole(member, name) else (member,) for member in article.members)
    return replace(article, members=tuple(chain.from_iterable(filled)))


def uses_list(clause: Clause, name: str) -> bool:
    """Whether the clause holds this list."""
    return any(
        isinstance(inline, Value) and inline.name == name
        for member in walk_members(clause.members)
        for inline in member.inlines
    )


def resolve_own(member: Member, clause: str) -> Member:
    """`[[#label]]` becomes a reference to a member of this clause."""

    def one(inlines: Inlines) -> Inlines:
        return tuple(
            replace(item, target=f"{clause}{item.target}")
            if isinstance(item, Reference) and item.target.startswith("#")
            else item
            for item in inlines
        )

    return map_member(member, one)


def opened(blocks: Blocks) -> Blocks:
    """References at the start of a member begin with a capital; an item goes on in lower case."""

    def member(item: Member) -> Member:
        first = item.inlines[0] if item.inlines else None
        if isinstance(first, Reference) and first.text:
            opened = replace(first, text=first.text[0].upper() + first.text[1:])
            return replace(item, inlines=(opened, *item.inlines[1:]))
        return item

    return tuple(
        replace(block, members=tuple(member(item) for item in block.members)) if isinstance(block, Article) else block
        for block in blocks
    )
