"""Every grade of the procedure as one CSV file, for people who want to count for themselves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from procure_ai.evaluation import Outcome, leaves
from procure_ai.evaluation.method import Method
from procure_ai.forms.records import Consensus, Score
from procure_ai.forms.text import csv_bytes
from procure_ai.forms.wording import earned_text, leaf_title
from procure_ai.procedure.case import Assessor, Tenderer

_HEADER = (
    "inschrijver", "criterium", "titel", "beoordelaar", "cijfer", "vastgesteld cijfer", "punten", "vastgesteld door",
)  # fmt: skip


def grades_csv(
    method: Method,
    tenderers: Sequence[Tenderer],
    assessors: Sequence[Assessor],
    scores: Sequence[Score],
    consensus: Sequence[Consensus],
    outcome: Outcome,
    ungraded: Collection[str] = (),
) -> bytes:
    """One row per grade of an assessor, with what the committee adopted beside it; one row for a
    criterion that assessors leave `ungraded` (measured, or chosen by the tenderer).

    As Dutch Excel opens it: UTF-8 with a byte order mark, semicolons, a decimal comma. Points are empty for
    a tender that has none.
    """
    given = {(item.tenderer, item.criterion, item.assessor): item.grade for item in scores}
    adopted = {(item.tenderer, item.criterion): item for item in consensus}
    results = {item.id: item for item in outcome.tenders}
    rows: list[Sequence[str | Decimal]] = [_HEADER]
    for tenderer in tenderers:
        for leaf in leaves(method):
            found = adopted.get((tenderer.id, leaf.id))
            points = earned_text(method, results.get(tenderer.id), leaf)
            after = (
                found.grade if found else "", "" if points == "–" else points.replace(".", ""),
                found.adopted_by if found else "",
            )  # fmt: skip
            one = [(each.name, given.get((tenderer.id, leaf.id, each.id))) for each in assessors]
            graded: list[tuple[str, str | Decimal]] = [(name, grade) for name, grade in one if grade is not None]
            for name, shown in graded or ([("", "")] if found and leaf.id in ungraded else []):
                rows.append((tenderer.name, leaf.id, leaf_title(leaf), name, shown, *after))
    return csv_bytes(rows)
