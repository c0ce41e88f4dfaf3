"""The scorecard: one workbook per assessor, with the answers and the announced scale.

No prices, no scores of colleagues and no weights: an assessor grades each tender against the scale alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from procure_ai.documents.page import Page
from procure_ai.documents.tables import Cell, Sheet, Style, Workbook, cell_name
from procure_ai.evaluation.method import Criterion
from procure_ai.evaluation.model import Announced
from procure_ai.findings import Finding
from procure_ai.forms import ladder_sheet, layout
from procure_ai.forms.context import CellInput, Context, cell_key
from procure_ai.forms.layout import OVERVIEW, SheetRows, entry, label, opened
from procure_ai.forms.reading import Reader, form_grade, grade_input, grading
from procure_ai.forms.records import CriterionAnswer, Score, TenderAnswers
from procure_ai.forms.text import cell_text, criterion_numbers, rungs
from procure_ai.procedure.case import Assessor, Tenderer

FORM = "scorecard"
_MEASURED = "Dit criterium wordt gemeten volgens het protocol. U geeft geen cijfer; het resultaat komt in het overleg."
_CHOSEN = "De keuze van de inschrijver geeft het cijfer, volgens de bekendgemaakte tabel. U geeft geen cijfer."
SHORTEST_REASON = 10  # characters; less than this explains nothing


def build(
    context: Context, page: Page, assessor: Assessor, tenders: Sequence[tuple[Tenderer, TenderAnswers]]
) -> Workbook:
    """The scorecard of one assessor for these tenders, see `own_order`. `page` is `templates/scorecard.md`."""
    ordered = own_order(context.procedure.number, assessor, tenders)
    names = layout.sheet_names(tenderer.name for tenderer, _ in ordered)
    sheets = [_tender(context, name, *tender) for name, tender in zip(names, ordered, strict=True)]
    first = layout.read_me(context, page, {"assessor": assessor.name, "function": assessor.function})
    overview = _overview(context, sheets, [tenderer for tenderer, _ in ordered])
    return layout.workbook(context, page, FORM, [first.sheet(landscape=False), overview, *sheets], assessor)


def own_order(
    number: str, assessor: Assessor, tenders: Sequence[tuple[Tenderer, TenderAnswers]]
) -> list[tuple[Tenderer, TenderAnswers]]:
    """The tenders in an order of this assessor's own, which follows from the number of the procedure and both ids.

    Anybody can work it out again; the record keeps it.
    """

    def place(tender: tuple[Tenderer, TenderAnswers]) -> str:
        return hashlib.sha256(f"{number}:{assessor.id}:{tender[0].id}".encode()).hexdigest()

    return sorted(tenders, key=place)


def _tender(context: Context, name: str, tenderer: Tenderer, answers: TenderAnswers) -> Sheet:
    rows = opened(
        context,
        tenderer.name,
        ladder_sheet.card(context),
        "Elk criterium is een blok: vraag, bewijs, antwoord en schaal. Daaronder geeft u uw cijfer en reden.",
        "Kies het hoogste cijfer waarvan de hele omschrijving is aangetoond. Beoordeel alleen deze inschrijving.",
        name=name,
    )
    rows.columns("Onderdeel", "Inhoud")
    leaves = grading(context.model)
    for number, item in criterion_numbers(context.model.criteria):
        rows.add()
        rows.heading(f"{number} {item.title}")
        answer = answers.criteria.get(item.id, CriterionAnswer(""))
        _criterion(rows, item, leaves[item.id], answer, (tenderer.id, item.id))
    return rows.sheet()


def _criterion(
    rows: SheetRows, item: Announced, leaf: Criterion, answer: CriterionAnswer, key: tuple[str, str]
) -> None:
    rows.part("Vraag", cell_text(item.question))
    rows.part("Gevraagd bewijs", cell_text(item.evidence))
    if item.equivalent.strip():
        rows.part("Gelijkwaardig", cell_text(item.equivalent))
    if item.session:
        rows.part("Sessie", f"{item.session.form} Voor elke inschrijver {item.session.minutes} minuten.")
        rows.part("Verloop", cell_text(item.session.script))
    rows.part("Antwoord van de inschrijver", answer.text or Cell("niet beantwoord", Style.WARNING))
    rows.part("Genoemd bewijs", answer.evidence or "geen bewijs genoemd")
    if answer.confidential:
        rows.part(
            "Vertrouwelijk volgens de inschrijver", f"{answer.confidential}\nNeem hier niets van over in uw reden."
        )
    for rung, when in rungs(item):
        rows.add(label(f"Cijfer {rung}"), when)
    if item.choice:
        rows.part("Keuze van de inschrijver", answer.choice or Cell("niets gekozen", Style.WARNING))
    if item.measured or item.choice:
        rows.part("Uw cijfer", _MEASURED if item.measured else _CHOSEN)
        return
    ladder_sheet.add_judging(rows, item, answer, key)
    rows.add(label("Uw cijfer"), grade_input(leaf, cell_key("grade", *key)))
    reason = entry("reason", *key, most=3000, style=Style.INPUT_LONG)
    rows.add(label("Uw reden: sterk, ontbreekt, plaats"), reason, height=110.0)


def _graded(context: Context) -> tuple[Announced, ...]:
    """The criteria that assessors grade: of a measured one the result counts, of a choice what was chosen."""
    return tuple(item for item in context.model.criteria if not item.measured and not item.choice)


def _overview(context: Context, sheets: Sequence[Sheet], tenderers: Sequence[Tenderer]) -> Sheet:
    """A live count of what is filled in, per tender in the assessor's order. No grades: tenders stand side by side
    only in the meeting."""
    criteria = _graded(context)
    rows = opened(
        context,
        OVERVIEW,
        (44.0, 18.0, 18.0),
        "U vult hier niets in. De tabel telt mee terwijl u cijfers geeft.",
        "Beoordeel de inschrijvingen een voor een, in deze volgorde. Vergelijken doet de commissie in het overleg.",
    )
    rows.columns("Inschrijver", *(f"{part} (van de {len(criteria)})" for part in ("Cijfers", "Redenen")))
    first, asked = rows.next, layout.named_cells(sheets)
    for tenderer in tenderers:
        counts = (
            layout.filled_count(asked, [cell_key(part, tenderer.id, item.id) for item in criteria])
            for part in ("grade", "reason")
        )
        rows.add(label(tenderer.name), *(Cell(0, Style.NUMBER, formula=count) for count in counts))
    both = f"{cell_name(first, 1)}:{cell_name(rows.next - 1, 2)}" if tenderers else "A1"
    needed = 2 * len(criteria) * len(tenderers)
    rows.add()
    formula = f'=IF(SUM({both})<{needed},"nog niet klaar","klaar om te versturen")'
    rows.add(label("Stand"), Cell("nog niet klaar", formula=formula))
    return rows.sheet(freeze_columns=1)


def read(
    context: Context, assessor: Assessor, tenderers: Sequence[Tenderer], values: Mapping[str, CellInput], file: str
) -> tuple[tuple[Score, ...], tuple[Finding, ...]]:
    """The scores of one assessor; a grade that is missing or off the scale gives no score. Findings A340 to A343;
    a grade above the verified evidence of a ladder is a warning (A358)."""
    form = Reader(values, file)
    scores: list[Score] = []
    leaves = grading(context.model)
    for tenderer in tenderers:
        for item in _graded(context):
            key = (tenderer.id, item.id)
            what = f"'{item.title}' van {tenderer.name}"
            grade = form_grade(form, leaves[item.id], what, ("A340", "A341"), *key)
            reason = form.text("reason", *key)
            if len(reason) < SHORTEST_REASON:
                form.find("A343" if reason else "A342", "reason", *key, what=what)
            if grade is not None:
                ladder_sheet.check_grade(form, item, grade, what, key)
                scores.append(Score(assessor.id, tenderer.id, item.id, grade, reason))
    return tuple(scores), form.found
