"""Numbers and printed references, computed once for every format.

The scheme is data: `word` builds its native list from the same levels, so Word shows the numbers that
stand here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from procure_ai.documents.tree import (
    Annex,
    Article,
    Block,
    Blocks,
    Inline,
    Member,
    Reference,
    map_runs,
    walk_blocks,
    walk_inlines,
    walk_members,
)


@dataclass(frozen=True, slots=True)
class Level:
    """One level: how it counts (`decimal` or `lowerLetter`) and its text with `%1` to `%4`."""

    format: str
    text: str


SCHEME: tuple[Level, ...] = (
    Level("decimal", "Artikel %1"),
    Level("decimal", "%1.%2"),
    Level("lowerLetter", "%3."),
    Level("decimal", "%4°"),
)


def letter(number: int) -> str:
    """The letter of an item: 1 is a, 26 is z, 27 is aa (as Word counts)."""
    return chr(96 + (number - 1) % 26 + 1) * ((number - 1) // 26 + 1)


def number_blocks(blocks: Blocks) -> Blocks:
    """The same blocks with every number and every reference text filled in.

    A reference without a target keeps an empty text; `dangling` lists those.
    """
    numbered = _number(blocks)
    printed = printed_forms(numbered)

    def filled(inline: Inline) -> Inline:
        return replace(inline, text=printed.get(inline.target, "")) if isinstance(inline, Reference) else inline

    return map_inlines(numbered, filled)


def printed_forms(blocks: Blocks) -> dict[str, str]:
    """The printed form of every target: `retention` gives *artikel 7*, `retention#live` *artikel 7.2*."""
    printed: dict[str, str] = {}
    for block in walk_blocks(blocks):
        if isinstance(block, Article):
            printed[block.id] = f"artikel {block.number}"
            for member in walk_members(block.members):
                if member.label:
                    printed[f"{block.id}#{member.label}"] = member.full
        elif isinstance(block, Annex):
            printed[block.id] = f"bijlage {block.number}"
    return printed


def dangling(blocks: Blocks) -> tuple[Reference, ...]:
    """References whose target is not in the document."""
    targets = printed_forms(blocks)
    return tuple(
        inline for inline in walk_inlines(blocks) if isinstance(inline, Reference) and inline.target not in targets
    )


def _number(blocks: Blocks) -> Blocks:
    articles = annexes = 0
    result: list[Block] = []
    for block in blocks:
        if isinstance(block, Article):
            articles += 1
            number = str(articles)
            members = tuple(
                _member(member, f"{number}.{index}", f"artikel {number}.{index}", 2)
                for index, member in enumerate(block.members, start=1)
            )
            result.append(replace(block, number=number, members=members))
        elif isinstance(block, Annex):
            annexes += 1
            result.append(replace(block, number=str(annexes)))
        else:
            result.append(block)
    return tuple(result)


def _member(member: Member, number: str, full: str, level: int) -> Member:
    items: list[Member] = []
    for index, item in enumerate(member.items, start=1):
        if level == 2:
            items.append(_member(item, letter(index), f"{full}, onder {letter(index)}", 3))
        else:
            items.append(_member(item, f"{index}°", f"{full}, {index}°", 4))
    return replace(member, number=number, full=full, items=tuple(items))


def map_inlines(blocks: Blocks, change: Callable[[Inline], Inline]) -> Blocks:
    """The same blocks with every inline passed through `change`."""
    return map_runs(blocks, lambda inlines: tuple(map(change, inlines)))
