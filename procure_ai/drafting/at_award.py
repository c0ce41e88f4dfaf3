"""What the award adds to the contract: results of measured criteria, and what the supplier chose to promise.

The tender contract announces both, with fields that are filled in at the award.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from procure_ai.documents.page import Page
from procure_ai.documents.tree import Blocks, Field, FilledBy, Heading, Inline, Paragraph, Table, Text
from procure_ai.library.conditions import judge
from procure_ai.library.models import Leaf, Library
from procure_ai.procedure.case import AwardModelChoices, Case

_BY = FilledBy.AWARD


def at_award(case: Case, library: Library, page: Page) -> Blocks:
    """The sections, each with the words that the header of `page` has for it; nothing without such criteria.

    Fields: `measured.<criterion>` is the result in percent, `promise.<criterion>` what was chosen.
    """
    choices = case.award_model
    chosen = library.sets.get(choices.set) if choices else None
    if not choices or not chosen:
        return ()
    left = {item.item for item in choices.leave_out}
    items = [
        item
        for name in _used(chosen.file.tree, choices)
        if (item := chosen.criteria.get(name)) and name not in left
        if judge(item.when, case.circumstances()).holds is True
    ]
    measured = [
        (
            item.title,
            choices.measured[item.id].test_set,
            Field(f"measured.{item.id}", f"Resultaat van {item.title}", _BY),
        )
        for item in items
        if item.header.kind == "measured" and item.id in choices.measured
    ]
    promised = [
        (item.title, Field(f"promise.{item.id}", f"Toezegging: {item.title}", _BY))
        for item in items
        if item.header.kind == "answer"
    ]
    return (
        *_section(page, "measured", ("Gemeten criterium", "Controlewaarde (SHA-256) van de testset", "Resultaat"),
                  measured, (30, 50, 20)),
        *_section(page, "promised", ("Criterium", "Toezegging"), promised, (35, 65)),
    )  # fmt: skip


def _used(tree: Sequence[Leaf], choices: AwardModelChoices) -> Iterator[str]:
    """The criteria that have points, in the order of the set."""
    for leaf in tree:
        yield from _used(leaf.criteria, choices)
        if choices.points.get(leaf.id, leaf.points) is not None:
            yield leaf.id


def _section(
    page: Page, name: str, header: Sequence[str], rows: Sequence[Sequence[Inline | str]], widths: Sequence[int]
) -> Blocks:
    if not rows or f"{name}-text" not in page.header:
        return ()
    title = page.header[f"{name}-title"]
    cells = tuple(tuple((Text(one) if isinstance(one, str) else one,) for one in row) for row in rows)
    table = Table(tuple((Text(one),) for one in header), cells, tuple(widths), title)
    return (Heading(1, (Text(title),)), Paragraph((Text(page.header[f"{name}-text"]),)), table)
