"""Page texts (letters, reports, front matter): Markdown with a header, filled into a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from procure_ai.documents.dialect import read_page
from procure_ai.documents.fill import Filling, fill_blocks
from procure_ai.documents.tree import Block, Blocks, Heading, Paragraph, Value, walk_inlines
from procure_ai.files.strict_yaml import decode, parse, raw, split_header
from procure_ai.findings import Finding, Place, Refused


@dataclass(frozen=True, slots=True)
class Page:
    """A page text: its header (plain strings) and its blocks with holes."""

    file: str
    header: Mapping[str, str]
    blocks: Blocks


def read_template(data: bytes, file: str) -> Page:
    """A page text from its bytes. Raises `Refused` with every finding."""
    head, body, line = split_header(decode(data, file), file)
    header = raw(parse(head, file, 2))
    blocks, findings = read_page(body, file, line)
    if findings:
        raise Refused(findings)
    assert isinstance(header, dict)
    return Page(file, {str(key): str(value) for key, value in header.items()}, _titled(blocks))


def _titled(blocks: Blocks) -> Blocks:
    """The one `#` heading is the title, the paragraph right under it the subtitle; `##` and `###` are
    headings of level 1 and 2."""
    result: list[Block] = []
    for block in blocks:
        under_title = bool(result) and isinstance(result[-1], Paragraph) and result[-1].style == "title"
        if isinstance(block, Heading) and block.level == 1:
            result.append(Paragraph(block.inlines, "title"))
        elif isinstance(block, Heading):
            result.append(Heading(block.level - 1, block.inlines, block.id))
        elif isinstance(block, Paragraph) and under_title:
            result.append(Paragraph(block.inlines, "subtitle"))
        else:
            result.append(block)
    return tuple(result)


def fill_page(page: Page, values: Mapping[str, Filling]) -> Blocks:
    """The page with its values. Raises `Refused` (D121) when a hole has no value."""
    blocks = fill_blocks(page.blocks, values)
    missing = [inline for inline in walk_inlines(blocks) if isinstance(inline, Value)]
    if missing:
        raise Refused(
            Finding(
                Place(page.file, hole.line),
                "D121",
                f"De waarde `{{{{{hole.name}}}}}` bestaat niet.",
                f"Kies uit {', '.join(sorted(values))}.",
            )
            for hole in missing
        )
    return blocks
