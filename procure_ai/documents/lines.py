"""A document as lines of words: what our own tree says, and what came back in a file.

A line is a paragraph, or a row of a table with its cells apart. Lines without words are left out, so
that the lines of a tree and those of the file made from it are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from procure_ai.documents.tree import Blocks, Heading, Paragraph, Table, plain, walk_blocks

CELLS = " | "


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line of a file that came back. `marks`: *changed* (a tracked change), *comment*, *hidden*, *picture*."""

    text: str
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReadText:
    """The lines of a document that came back; `aside` is the text of headers, footers and comments."""

    file: str
    lines: tuple[ReadLine, ...]
    aside: str = ""


def one_line(text: str) -> str:
    """The text with each run of white space as one space."""
    return " ".join(text.split())


def row_line(cells: Iterator[str]) -> str:
    """The line of a table row; empty when all cells are."""
    texts = [one_line(cell) for cell in cells]
    return CELLS.join(texts) if any(texts) else ""


def tree_lines(blocks: Blocks) -> tuple[str, ...]:
    """The lines of headings, paragraphs, lists and tables."""
    found: list[str] = []
    for block in walk_blocks(blocks):
        if isinstance(block, Heading | Paragraph):
            found.append(one_line(plain(block.inlines)))
        elif isinstance(block, Table):
            found.extend(row_line(plain(cell) for cell in row) for row in (block.header, *block.rows))
    return tuple(line for line in found if line)
