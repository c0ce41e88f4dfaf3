"""Announced Markdown as the plain text of a cell, and long text cut to rows that a screen can show."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from procure_ai.documents.dialect import read_page
from procure_ai.documents.dutch import number_text
from procure_ai.documents.tree import Block, Blocks, Heading, ListBlock, Paragraph, Table, plain
from procure_ai.evaluation.model import Announced
from procure_ai.evaluation.values import SHOWN_DECIMALS, round_to

MOST_LINES = 28  # of one row: Excel stops at 409 points, about 30 lines


def csv_bytes(rows: Iterable[Sequence[str | Decimal]]) -> bytes:
    """Rows as Dutch Excel opens them: UTF-8 with a byte order mark, semicolons, one line per row. A number has a
    decimal comma, at most four decimals and no dots. Text stays text: an apostrophe goes before what looks like a
    formula."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerows(map(_csv_cell, row) for row in rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")


def _csv_cell(value: str | Decimal) -> str:
    if isinstance(value, Decimal):
        return number_text(round_to(Fraction(value), SHOWN_DECIMALS)).replace(".", "")
    line = " ".join(value.split())
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line


def requirement_numbers(requirements: Sequence[Announced]) -> list[tuple[str, Announced]]:
    """The requirements with their numbers *E1, E2, …*, as the tender documents print them."""
    return [(f"E{number}", item) for number, item in enumerate(requirements, start=1)]


def criterion_numbers(criteria: Sequence[Announced]) -> list[tuple[str, Announced]]:
    """The criteria with their numbers *K1, K2, …*, as the tender documents print them."""
    return [(f"K{number}", item) for number, item in enumerate(criteria, start=1)]


@lru_cache(maxsize=512)
def cell_text(markdown: str) -> str:
    """The words of page Markdown for one cell: paragraphs apart, lists with dashes or numbers, no emphasis.

    What the dialect does not allow is left out here; the library check reports it.
    """
    blocks, _ = read_page(markdown, "")
    return blocks_text(blocks)


def blocks_text(blocks: Blocks) -> str:
    """The words of these blocks, with a blank line between paragraphs and none between list items."""
    text = ""
    lead = False  # whether the paragraph above announces a list
    for block in blocks:
        text += ("\n" if lead and isinstance(block, ListBlock) else "\n\n" if text else "") + _block_text(block)
        lead = isinstance(block, Heading | Paragraph) and text.endswith(":")
    return text


def _block_text(block: Block) -> str:
    if isinstance(block, ListBlock):
        marks = (f"{number}. " if block.ordered else "– " for number in range(1, 1 + len(block.items)))
        return "\n".join(_item_text(*found) for found in zip(marks, block.items, strict=True))
    if isinstance(block, Table):
        return "\n".join(" | ".join(map(plain, row)) for row in (block.header, *block.rows))
    return plain(block.inlines) if isinstance(block, Heading | Paragraph) else ""


def _item_text(mark: str, blocks: Blocks) -> str:
    text = "\n".join(map(_block_text, blocks))
    return mark + text.replace("\n", "\n" + " " * (len(mark) + 1))


def rungs(criterion: Announced) -> list[tuple[str, str]]:
    """The announced scale, lowest grade first: *4 – Uitvoer na te lezen*, and when it is earned."""
    found = sorted(criterion.scale, key=lambda rung: rung.grade)
    return [(f"{number_text(rung.grade)} – {rung.name}", rung.when) for rung in found]


def scale_text(criterion: Announced) -> str:
    """The announced scale as lines."""
    return "\n".join(f"{rung}: {when}" for rung, when in rungs(criterion))


def lines_of(text: str, width: float) -> int:
    """The number of lines that a text takes in a column of this width (in characters), with some room."""
    room = max(1.0, width * 1.1 - 3.0)
    return sum(-int(-len(part) // room) or 1 for part in text.split("\n"))


def chunks(text: str, width: float, most: int = MOST_LINES) -> tuple[str, ...]:
    """The text in pieces of at most `most` lines in a column of this width, cut between lines or words.

    Together the pieces hold every word of the text.
    """
    if lines_of(text, width) <= most:
        return (text,)
    room = int(max(1.0, width * 1.1 - 3.0)) * most
    pieces: list[str] = []
    current: list[str] = []
    for line in text.split("\n"):
        for part in _cut(line, room):
            if current and lines_of("\n".join([*current, part]), width) > most:
                pieces.append("\n".join(current).strip("\n"))
                current = []
            current.append(part)
    pieces.append("\n".join(current).strip("\n"))
    return tuple(piece for piece in pieces if piece)


def _cut(line: str, room: int) -> list[str]:
    """One line in parts of at most `room` characters, cut at the end of a sentence or else of a word."""
    parts: list[str] = []
    while len(line) > room:
        cut = max(line.rfind(". ", 0, room) + 1, 0)
        if cut < room // 2:
            cut = line.rfind(" ", 0, room)
        cut = cut if cut > 0 else room
        parts.append(line[:cut].rstrip())
        line = line[cut:].lstrip()
    return [*parts, line]
