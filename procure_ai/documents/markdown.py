"""A document tree as plain Markdown text: for reading, for golden files, for comparison."""

from __future__ import annotations

import re

from procure_ai.documents.tree import (
    Annex,
    Article,
    Block,
    Blocks,
    Break,
    Deleted,
    Document,
    Field,
    Heading,
    Inlines,
    Inserted,
    ListBlock,
    Member,
    Paragraph,
    Reference,
    Table,
    Text,
    Value,
    as_cell,
)


def to_markdown(document: Document) -> str:
    """The document as text, with the same numbers as every other format."""
    parts = [f"# {document.title}"]
    if document.draft:
        parts.append("**CONCEPT**")
    parts.extend(_blocks(document.blocks))
    return "\n\n".join(part for part in parts if part) + "\n"


def members_text(article: Article) -> str:
    """The members of an article as numbered lines."""
    return "\n\n".join(_member(member, 0) for member in article.members)


def _blocks(blocks: Blocks) -> list[str]:
    return [text for block in blocks if (text := _block(block))]


def _block(block: Block) -> str:
    match block:
        case Heading():
            return "#" * (block.level + 1) + " " + _inlines(block.inlines)
        case Paragraph():
            return _plain_start(_inlines(block.inlines))
        case ListBlock():
            return "\n".join(_item(index, item, block.ordered) for index, item in enumerate(block.items, start=1))
        case Table():
            return _table(block)
        case Article():
            return "\n\n".join([f"### Artikel {block.number} {block.title}", *(_member(m, 0) for m in block.members)])
        case Annex():
            return "\n\n".join([f"## Bijlage {block.number} {block.title}", *_blocks(block.blocks)])
        case _:
            return ""


def _plain_start(text: str) -> str:
    """Text that opens like a heading, list, quote or table stays text."""
    return re.sub(r"^(\s*)(#|>|\||[-+*]\s|\d+[.)]\s)", r"\1\\\2", text, flags=re.M)


def _item(index: int, item: Blocks, ordered: bool) -> str:
    mark = f"{index}." if ordered else "-"
    text = "\n".join(_blocks(item))
    indent = " " * (len(mark) + 1)
    return f"{mark} " + text.replace("\n", f"\n{indent}")


def _member(member: Member, depth: int) -> str:
    mark = member.number + ("." if depth == 1 else "")
    lines = ["   " * depth + f"{mark} {_inlines(member.inlines)}"]
    lines.extend(_member(item, depth + 1) for item in member.items)
    return "\n".join(lines)


def _table(table: Table) -> str:
    def row(cells: tuple[Inlines, ...]) -> str:
        return (
            "| " + " | ".join(_inlines(as_cell(cell)).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
        )

    rule = "|" + "---|" * len(table.header)
    return "\n".join([row(table.header), rule, *(row(cells) for cells in table.rows)])


def _inlines(inlines: Inlines) -> str:
    parts: list[str] = []
    for inline in inlines:
        match inline:
            case Text(text=text, bold=bold, italic=italic):
                mark = "**" * bold + "*" * italic
                parts.append(f"{mark}{text}{mark[::-1]}" if text.strip() else text)
            case Reference():
                parts.append(inline.text or f"[[{inline.target}]]")
            case Field():
                parts.append(inline.value or f"[{inline.label}]")
            case Value():
                parts.append(f"{{{{{inline.name}}}}}")
            case Inserted(text=text):
                parts.append(f"<ins>{text}</ins>")
            case Deleted(text=text):
                parts.append(f"<del>{text}</del>")
            case Break():
                parts.append("\n")
    return "".join(parts)
