"""What changed between two texts, as the same tree with inserted and deleted text.

Members and blocks are paired by their label or id, then by equal words, then by likeness; so one inserted
member leaves those after it alone. Within a pair words are compared; a value or a reference is one word.
Dropping all insertions gives the old words back, dropping all deletions the new ones. Two things no inline
can show: the title of an article or annex (the new one stands), and a reference that only prints another
number. A paragraph that moved is deleted in one place and inserted in the other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby
from typing import Generic, Literal, TypeVar

from procure_ai.documents.tree import (
    Annex,
    Article,
    Block,
    Blocks,
    Deleted,
    Field,
    Heading,
    Inline,
    Inlines,
    Inserted,
    ListBlock,
    Member,
    Paragraph,
    Reference,
    Table,
    Text,
    plain,
    walk_inlines,
    walk_members,
)

T = TypeVar("T")
Change = type[Inserted] | type[Deleted]
Words = tuple[str, ...]

LIKE = 0.5  # from this share of common words on, two texts are versions of each other
_LOOSE = 0.3  # below this share of common text, a text is shown as replaced: not a patchwork of words
_NEAR = 40  # how far around its own place a text is looked for by likeness, so that work stays linear
_TOKEN = re.compile(r"\s+|[^\W_]+(?:[-'’.,:/][^\W_]+)*|.", re.S)


# --- words ---------------------------------------------------------------------------------------


def diff_inlines(old: Inlines, new: Inlines) -> Inlines:
    """The new inlines with what was struck and added, word by word."""
    before, after = list(_tokens(old)), list(_tokens(new))
    keys, others = [key for key, _ in before], [key for key, _ in after]
    if keys == others:
        return _joined(after)
    matcher = SequenceMatcher(lambda key: key[1].isspace(), keys, others, autojunk=len(others) > 2000)
    runs = [_Run(tag == "equal", before[a:b], after[c:d]) for tag, a, b, c, d in matcher.get_opcodes()]
    runs = _readable(runs)
    common = sum(len(run.text) for run in runs if run.same)
    if 2 * common < _LOOSE * (len(plain(old)) + len(plain(new))):
        runs = [_Run(False, before, after)]
    result: list[Inline] = []
    for run in runs:
        if run.same:
            result.extend(_joined(run.new))
        else:
            result.extend((*whole(_joined(run.old), Deleted), *whole(_joined(run.new), Inserted)))
    return tuple(result)


def whole(inlines: Inlines, change: Change) -> Inlines:
    """All of the inlines as one insertion or deletion."""
    text = plain(inlines)
    return (change(text),) if text else ()


Token = tuple[tuple[str, str, bool, bool], Inline]


def _tokens(inlines: Inlines) -> Iterator[Token]:
    """Words, spaces and marks, each with what makes it equal to another. Earlier changes count as accepted."""
    for inline in inlines:
        match inline:
            case Text() | Inserted():
                bold, italic = (inline.bold, inline.italic) if isinstance(inline, Text) else (False, False)
                for word in _TOKEN.findall(inline.text):
                    yield ("", word, bold, italic), Text(word, bold, italic)
            case Deleted():
                pass
            case Reference():
                yield ("reference", inline.target, False, False), inline
            case Field():
                yield (f"field {inline.key}", plain((inline,)), False, False), inline
            case _:
                yield (type(inline).__name__, plain((inline,)), False, False), inline


def _joined(tokens: Sequence[Token]) -> Inlines:
    """The inlines of these tokens, neighbouring words of one look together again."""
    result: list[Inline] = []
    for (kind, _, bold, italic), group in groupby(tokens, key=lambda token: (token[0][0], "", *token[0][2:])):
        inlines = tuple(inline for _, inline in group)
        result.extend(inlines if kind else [Text(plain(inlines), bold, italic)])
    return tuple(result)


@dataclass(slots=True)
class _Run:
    """Tokens that are the same in both texts, or that take each other's place."""

    same: bool
    old: list[Token]
    new: list[Token]

    @property
    def text(self) -> str:
        return "".join(key[1] for key, _ in self.new)

    @property
    def size(self) -> int:
        return max(sum(len(key[1]) for key, _ in side) for side in (self.old, self.new))

    def is_island(self, before: _Run, after: _Run) -> bool:
        """Whether this equal text between two changes reads better as part of the change."""
        if any(key[0] for key, _ in self.new):
            return False  # a value or a reference
        return not re.search(r"\w", self.text) or len(self.text) <= min(before.size, after.size)


def _readable(runs: list[_Run]) -> list[_Run]:
    """The runs with islands of a mark or a short word between two changes taken into the change."""
    result: list[_Run] = []
    for index, run in enumerate(runs):
        last = result[-1] if result else None
        joins = not run.same or (index + 1 < len(runs) and last and run.is_island(last, runs[index + 1]))
        if last and not last.same and joins:
            last.old += run.old
            last.new += run.new
        else:
            result.append(_Run(run.same, [*run.old], [*run.new]))
    return result


# --- pairing -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """One step through two lists in reading order. What moved comes by twice: where it `left` and `arrived`."""

    kind: Literal["kept", "removed", "added", "left", "arrived"]
    old: T | None
    new: T | None

    @property
    def pair(self) -> tuple[T, T]:
        """Both sides of what is in both lists."""
        assert self.old is not None and self.new is not None
        return self.old, self.new


def align(
    old: Sequence[T],
    new: Sequence[T],
    identity: Callable[[T], Hashable],
    words: Callable[[T], Words],
    like: float = LIKE,
) -> Iterator[Step[T]]:
    """How one list became the other. A falsy identity is none; only things of one type are paired."""
    partner = _partners(old, new, identity, words, like)
    kept = _rising([partner[place] for place in sorted(partner)])
    gone = dict(zip(partner.values(), partner.keys(), strict=True))
    waiting = deque(range(len(old)))

    def leaving(until: int) -> Iterator[Step[T]]:
        while waiting and waiting[0] < until:
            place = waiting.popleft()
            if place in gone:
                yield Step("left", old[place], new[gone[place]])
            else:
                yield Step("removed", old[place], None)

    for place, item in enumerate(new):
        source = partner.get(place)
        if source is None:
            yield Step("added", None, item)
        elif source in kept:
            yield from leaving(source)
            waiting.popleft()
            yield Step("kept", old[source], item)
        else:
            yield Step("arrived", old[source], item)
    yield from leaving(len(old))


def _partners(
    old: Sequence[T], new: Sequence[T], identity: Callable[[T], Hashable], words: Callable[[T], Words], like: float
) -> dict[int, int]:
    """The place of each new thing and that of its older version."""
    partner: dict[int, int] = {}
    texts, others = [words(item) for item in old], [words(item) for item in new]

    def pair_equal(names: list[Hashable], wanted: list[Hashable]) -> None:
        taken = set(partner.values())
        places: dict[Hashable, deque[int]] = {}
        for place, name in enumerate(names):
            if name and place not in taken:
                places.setdefault((type(old[place]), name), deque()).append(place)
        for place, name in enumerate(wanted):
            if place not in partner and (queue := places.get((type(new[place]), name))):
                partner[place] = queue.popleft()

    pair_equal([identity(item) for item in old], [identity(item) for item in new])
    pair_equal([("", *text) for text in texts], [("", *text) for text in others])
    taken = set(partner.values())
    left = [(place, Counter(texts[place])) for place in range(len(old)) if place not in taken]
    open_ = [(place, Counter(others[place])) for place in range(len(new)) if place not in partner]
    scores: list[tuple[float, int, int, int]] = []
    for rank, (place, bag) in enumerate(open_):
        for other in range(max(0, rank - _NEAR), min(len(left), rank + _NEAR + 1)):
            source, known = left[other]
            share = _share(known, bag) if type(old[source]) is type(new[place]) else 0.0
            if share >= like:
                scores.append((-share, abs(rank - other), place, source))
    used: set[int] = set()
    for _, _, place, source in sorted(scores):
        if place not in partner and source not in used:
            partner[place] = source
            used.add(source)
    return partner


def _share(one: Counter[str], other: Counter[str]) -> float:
    """The share of their words that two texts have in common (Dice)."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _rising(places: list[int]) -> frozenset[int]:
    """The longest run of places in rising order: what stayed where it was while the rest moved."""
    ends: list[int] = []
    chain: dict[int, int | None] = {}
    for place in places:
        at = bisect_left(ends, place)
        chain[place] = ends[at - 1] if at else None
        ends[at : at + 1] = [place]
    kept: list[int] = []
    last = ends[-1] if ends else None
    while last is not None:
        kept.append(last)
        last = chain[last]
    return frozenset(kept)


def words_of(text: str) -> Words:
    """The words of a text, for likeness."""
    return tuple(re.findall(r"\w+", text.lower()))


# --- members -------------------------------------------------------------------------------------


def align_members(old: Sequence[Member], new: Sequence[Member]) -> Iterator[Step[Member]]:
    """How the members of a clause, or the items of a member, became the new ones."""

    def words(member: Member) -> Words:
        return words_of(" ".join(plain(item.inlines) for item in walk_members((member,))))

    return align(old, new, lambda member: member.label, words)


def diff_members(old: Sequence[Member], new: Sequence[Member]) -> tuple[Member, ...]:
    """The new members with what was struck and added. What was struck has no number and no label."""
    result: list[Member] = []
    for step in align_members(old, new):
        if step.kind == "kept":
            was, now = step.pair
            result.append(
                replace(now, inlines=diff_inlines(was.inlines, now.inlines), items=diff_members(was.items, now.items))
            )
        elif step.old and step.kind in ("removed", "left"):
            result.append(_whole_member(step.old, Deleted))
        elif step.new:
            result.append(_whole_member(step.new, Inserted))
    return tuple(result)


def _whole_member(member: Member, change: Change) -> Member:
    marked = replace(
        member, inlines=whole(member.inlines, change), items=tuple(_whole_member(item, change) for item in member.items)
    )
    return replace(marked, label="", number="", full="") if change is Deleted else marked


# --- blocks --------------------------------------------------------------------------------------


def diff_blocks(old: Blocks, new: Blocks) -> Blocks:
    """The new blocks with what was struck and added."""
    result: list[Block] = []
    for step in align(old, new, lambda block: getattr(block, "id", ""), lambda block: _block_words((block,))):
        if step.kind == "kept":
            result.extend(_diff_pair(*step.pair))
        elif step.old and step.kind in ("removed", "left"):
            result.extend(_whole_block(step.old, Deleted))
        elif step.new:
            result.extend(_whole_block(step.new, Inserted))
    return tuple(result)


def is_changed(blocks: Blocks) -> bool:
    """Whether a redline shows any change."""
    return any(isinstance(inline, Inserted | Deleted) for inline in walk_inlines(blocks))


def _block_words(blocks: Blocks) -> Words:
    return words_of(" ".join(plain((inline,)) for inline in walk_inlines(blocks)))


def _diff_pair(old: Block, new: Block) -> Blocks:
    match old, new:
        case Heading(), Heading():
            return (replace(new, inlines=diff_inlines(old.inlines, new.inlines)),)
        case Paragraph(), Paragraph():
            return (replace(new, inlines=diff_inlines(old.inlines, new.inlines)),)
        case Article(), Article():
            return (replace(new, members=diff_members(old.members, new.members)),)
        case Annex(), Annex():
            return (replace(new, blocks=diff_blocks(old.blocks, new.blocks)),)
        case ListBlock(), ListBlock() if old.ordered == new.ordered:
            return (replace(new, items=tuple(_diff_items(old.items, new.items))),)
        case Table(), Table() if len(old.header) == len(new.header):
            header = tuple(map(diff_inlines, old.header, new.header))
            return (replace(new, header=header, rows=tuple(_diff_rows(old.rows, new.rows))),)
        case (ListBlock(), ListBlock()) | (Table(), Table()):
            return (*_whole_block(old, Deleted), *_whole_block(new, Inserted))
        case _:
            return (new,)


def _diff_items(old: Sequence[Blocks], new: Sequence[Blocks]) -> Iterator[Blocks]:
    for step in align(old, new, lambda item: "", _block_words):
        if step.kind == "kept":
            yield diff_blocks(*step.pair)
        else:
            gone = step.kind in ("removed", "left")
            change: Change = Deleted if gone else Inserted
            yield tuple(
                marked for block in (step.old if gone else step.new) or () for marked in _whole_block(block, change)
            )


def _diff_rows(old: Sequence[tuple[Inlines, ...]], new: Sequence[tuple[Inlines, ...]]) -> Iterator[tuple[Inlines, ...]]:
    """Rows are known by their first cell."""
    for step in align(
        old, new, lambda row: plain(row[0]) if row else "", lambda row: words_of(" ".join(plain(cell) for cell in row))
    ):
        if step.kind == "kept":
            was, now = step.pair
            yield tuple(map(diff_inlines, was, now))
        elif step.old and step.kind in ("removed", "left"):
            yield tuple(whole(cell, Deleted) for cell in step.old)
        elif step.new:
            yield tuple(whole(cell, Inserted) for cell in step.new)


def _whole_block(block: Block, change: Change) -> Blocks:
    """A block that is new or struck as a whole; page breaks and contents that were struck are left out."""
    match block:
        case Heading() | Paragraph():
            return (replace(block, inlines=whole(block.inlines, change)),)
        case ListBlock():
            return (replace(block, items=tuple(_whole_blocks(item, change) for item in block.items)),)
        case Table():
            header, *rows = (tuple(whole(cell, change) for cell in row) for row in (block.header, *block.rows))
            return (replace(block, header=header, rows=tuple(rows)),)
        case Article():
            members = tuple(_whole_member(member, change) for member in block.members)
            return (replace(block, members=members, number="" if change is Deleted else block.number),)
        case Annex():
            blocks = _whole_blocks(block.blocks, change)
            return (replace(block, blocks=blocks, number="" if change is Deleted else block.number),)
        case _:
            return () if change is Deleted else (block,)


def _whole_blocks(blocks: Blocks, change: Change) -> Blocks:
    return tuple(marked for block in blocks for marked in _whole_block(block, change))
