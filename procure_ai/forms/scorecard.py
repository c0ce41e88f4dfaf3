"""The scorecard: one workbook per assessor, with the answers and the announced scale.

No prices, no scores of colleagues and no weights: an assessor grades each tender against the scale alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from procure_ai.documents.page import Page
from procure_ai.documents.tables import Cell, Length, Row, Sheet, Style, Workbook, cell_name
from procure_ai.evaluation.method import Criterion
from procure_ai.evaluation.model import Announced
from procure_ai.findings import Finding
from procure_ai.forms import layout
from procure_ai.forms.context import CellInput, Context, cell_key, with_identity
from procure_ai.forms.grades import form_grade, grade_input, grading
from procure_ai.forms.layout import READ_ME, READ_ME_WIDTHS, head, header, label, row, stacked
from procure_ai.forms.reading import Reader
from procure_ai.forms.records import CriterionAnswer, Score, TenderAnswers
from procure_ai.forms.text import cell_text, rung_text
from procure_ai.procedure.case import Assessor, Tenderer

FORM = "scorecard"
SHORTEST_REASON = 10  # characters; less than this explains nothing
OVERVIEW = "Overzicht"
_CARD = (26.0, 104.0)


def build(
    context: Context, page: Page, assessor: Assessor, tenders: Sequence[tuple[Tenderer, TenderAnswers]]
) -> Workbook:
    """The scorecard of one assessor for the tenders that passed the minimum requirements.

    `page` is the instruction (`templates/scorecard.md`). The sheets stand in an order of the assessor's own,
    see `own_order`.
    """
    ordered = own_order(assessor, tenders)
    names = layout.sheet_names((tenderer.name for tenderer, _ in ordered), (READ_ME, OVERVIEW))
    sheets = [_tender(context, name, *tender) for name, tender in zip(names, ordered, strict=True)]
    texts = layout.read_me(context, page, {"assessor": assessor.name, "function": assessor.function})
    workbook = Workbook(
        title=f"{page.header['title']} {assessor.name}",
        sheets=(
            Sheet(READ_ME, tuple(texts), READ_ME_WIDTHS, landscape=False),
            _overview(context, sheets, [tenderer for tenderer, _ in ordered]),
            *sheets,
        ),
        date=context.date,
        subject=page.header["subject"],
    )
    return with_identity(workbook, FORM, context, assessor.id)


def own_order(
    assessor: Assessor, tenders: Sequence[tuple[Tenderer, TenderAnswers]]
) -> list[tuple[Tenderer, TenderAnswers]]:
    """The tenders by id, turned by a number from the assessor's id, so that not everybody starts with the same."""
    by_id = sorted(tenders, key=lambda tender: tender[0].id)
    if not by_id:
        return []
    start = int(hashlib.sha256(assessor.id.encode()).hexdigest(), 16) % len(by_id)
    return [*by_id[start:], *by_id[:start]]


def _tender(context: Context, name: str, tenderer: Tenderer, answers: TenderAnswers) -> Sheet:
    rows = head(
        context,
        tenderer.name,
        _CARD,
        "Elk criterium is een blok: vraag, bewijs, antwoord en schaal. Daaronder geeft u uw cijfer en reden.",
        "Kies het hoogste cijfer waarvan de hele omschrijving is aangetoond. Beoordeel alleen deze inschrijving.",
    )
    top = len(rows)
    rows.append(header("Onderdeel", "Inhoud"))
    leaves = grading(context.model)
    for number, item in enumerate(context.model.criteria, start=1):
        answer = answers.criteria.get(item.id, CriterionAnswer(""))
        rows += [Row(()), *_criterion(number, item, leaves[item.id], answer, tenderer)]
    return Sheet(name, tuple(rows), _CARD, freeze_rows=top + 1, header_row=top)


def _criterion(
    number: int, item: Announced, leaf: Criterion, answer: CriterionAnswer, tenderer: Tenderer
) -> Iterator[Row]:
    yield layout.heading(f"{number}. {item.title}", 2)
    yield from stacked((label("Vraag"), Cell(cell_text(item.question))), _CARD)
    yield from stacked((label("Gevraagd bewijs"), Cell(cell_text(item.evidence))), _CARD)
    if item.equivalent.strip():
        yield from stacked((label("Gelijkwaardig"), Cell(cell_text(item.equivalent))), _CARD)
    answered = Cell(answer.text) if answer.text else Cell("niet beantwoord", Style.WARNING)
    yield from stacked((label("Antwoord van de inschrijver"), answered), _CARD)
    yield from stacked((label("Genoemd bewijs"), Cell(answer.evidence or "geen bewijs genoemd")), _CARD)
    if answer.confidential:
        text = f"{answer.confidential}\nNeem hier niets van over in uw reden."
        yield from stacked((label("Vertrouwelijk volgens de inschrijver"), Cell(text)), _CARD)
    for rung in sorted(item.scale, key=lambda found: found.grade):
        yield row(label(f"Cijfer {rung_text(rung)}"), rung.when)
    yield row(label("Uw cijfer"), grade_input(leaf, cell_key("grade", tenderer.id, item.id)))
    reason = Cell(None, Style.INPUT_LONG, check=Length(3000), name=cell_key("reason", tenderer.id, item.id))
    yield replace(row(label("Uw reden: sterk, ontbreekt, plaats"), reason), height=110.0)


def _overview(context: Context, sheets: Sequence[Sheet], tenderers: Sequence[Tenderer]) -> Sheet:
    """What is filled in so far: a live count, and the assessor's own grades side by side."""
    criteria = context.model.criteria
    widths = (44.0, *(max(20.0, 60.0 / max(1, len(tenderers))) for _ in tenderers))
    rows = head(context, "Overzicht", widths, "U vult hier niets in. De tabel telt mee terwijl u cijfers geeft.")
    top = len(rows)
    rows.append(header("Criterium", *(tenderer.name for tenderer in tenderers)))
    places = {name: place for sheet in sheets for name, place in layout.named_cells(sheet).items()}
    for item in criteria:
        cells = [places[cell_key("grade", tenderer.id, item.id)] for tenderer in tenderers]
        rows.append(
            row(label(item.title), *(Cell("open", formula=f'=IF({place}="","open",{place})') for place in cells))
        )
    for title, part in (("Aantal cijfers", "grade"), ("Aantal redenen", "reason")):
        counts = [
            Cell(
                0,
                Style.NUMBER,
                formula=layout.filled_count(sheets, [cell_key(part, tenderer.id, item.id) for item in criteria]),
            )
            for tenderer in tenderers
        ]
        rows.append(row(label(f"{title} (van de {len(criteria)})"), *counts))
    last = len(rows) - 1
    both = f"{cell_name(last - 1, 1)}:{cell_name(last, len(tenderers))}" if tenderers else "A1"
    needed = 2 * len(criteria) * len(tenderers)
    done = Cell("nog niet klaar", formula=f'=IF(SUM({both})<{needed},"nog niet klaar","klaar om te versturen")')
    rows += [Row(()), row(label("Stand"), done)]
    return Sheet(OVERVIEW, tuple(rows), widths, freeze_rows=top + 1, freeze_columns=1, header_row=top)


def read(
    context: Context, assessor: Assessor, tenderers: Sequence[Tenderer], values: Mapping[str, CellInput], file: str
) -> tuple[tuple[Score, ...], tuple[Finding, ...]]:
    """The scores of one assessor; a grade that is missing or off the scale gives no score.

    Errors: A340 no grade, A341 grade off the announced scale, A342 no reason, A343 reason too short.
    """
    form = Reader(values, file)
    scores: list[Score] = []
    leaves = grading(context.model)
    for tenderer in tenderers:
        for item in context.model.criteria:
            key = (tenderer.id, item.id)
            what = f"'{item.title}' van {tenderer.name}"
            grade = form_grade(form, leaves[item.id], what, ("A340", "A341"), *key)
            reason = form.text("reason", *key)
            if not reason:
                form.find("A342", f"De reden bij {what} ontbreekt.", "Schrijf waarom dit cijfer past.", "reason", *key)
            elif len(reason) < SHORTEST_REASON:
                form.find(
                    "A343", f"De reden bij {what} is te kort.",
                    "Schrijf wat sterk is, wat ontbreekt en waar dat staat.", "reason", *key,
                )  # fmt: skip
            if grade is not None:
                scores.append(Score(assessor.id, tenderer.id, item.id, grade, reason))
    return tuple(scores), form.found
