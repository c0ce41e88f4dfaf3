"""Filling a document tree: values enter as inlines or blocks, never as text that is parsed again."""

from __future__ import annotations

from collections.abc import Mapping

from procure_ai.documents.tree import (
    Annex,
    Block,
    Blocks,
    Inline,
    Inlines,
    ListBlock,
    Member,
    Paragraph,
    Text,
    Value,
    changed,
    map_member,
    map_runs,
)

Filling = str | Inline | Inlines | Blocks
"""What may stand in a hole: text, inlines, or (for a hole alone in its paragraph) blocks."""


def fill_inlines(inlines: Inlines, values: Mapping[str, Filling]) -> Inlines:
    """The inlines with every known value put in. An unknown hole stays, for the caller to report."""
    result: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, Value) and inline.name in values:
            result.extend(_as_inlines(values[inline.name]))
        else:
            result.append(inline)
    return tuple(result)


def _as_inlines(value: Filling) -> Inlines:
    if isinstance(value, str):
        return (Text(value),)
    if not isinstance(value, tuple):
        return (value,)
    inlines: list[Inline] = []
    for item in value:
        if isinstance(item, Paragraph):
            inlines.extend(item.inlines)
        elif isinstance(item, Inline):
            inlines.append(item)
    return tuple(inlines)


def fill_blocks(blocks: Blocks, values: Mapping[str, Filling]) -> Blocks:
    """The blocks with every known value put in.

    A value alone in its paragraph may be blocks (a table, a list); anywhere else it is inline.
    """
    result: list[Block] = []
    for block in blocks:
        match block:
            case Paragraph(inlines=(Value(name=name),)) if _is_blocks(values.get(name)):
                result.extend(values[name])  # type: ignore[arg-type]
            case ListBlock():
                result.append(changed(block, items=tuple(fill_blocks(item, values) for item in block.items)))
            case Annex():
                result.append(changed(block, blocks=fill_blocks(block.blocks, values)))
            case _:
                result.extend(map_runs((block,), lambda inlines: fill_inlines(inlines, values)))
    return tuple(result)


def fill_member(member: Member, values: Mapping[str, Filling]) -> Member:
    """A member and its items with every known value put in."""
    return map_member(member, lambda inlines: fill_inlines(inlines, values))


def _is_blocks(value: Filling | None) -> bool:
    return isinstance(value, tuple) and not all(isinstance(item, Inline) for item in value)
