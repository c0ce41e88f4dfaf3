"""One sheet of the consensus workbook: a criterion, with the tenders side by side.

From top to bottom: the announced scale, what assessors gave and how far apart, their reasons, what the
committee adopts, the answers, and the question. Each block repeats the names of the tenderers, so that no
text stands under a name that it does not belong to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from procure_ai.documents.tables import Cell, CellValue, Sheet, Style, cell_name
from procure_ai.evaluation.model import Announced
from procure_ai.evaluation.values import round_to
from procure_ai.forms import layout
from procure_ai.forms.context import Context, cell_key
from procure_ai.forms.layout import SheetRows, entry, label, opened
from procure_ai.forms.reading import grade_input, grading, minutes_input
from procure_ai.forms.records import CriterionAnswer, Score, TenderAnswers
from procure_ai.forms.text import cell_text, scale_text
from procure_ai.procedure.case import Assessor, Tenderer

WIDE_SPREAD = 2  # rungs between lowest and highest grade from which the group must talk
DISCUSS = "bespreken"
WORDS = (("strong", "Sterk"), ("missing", "Ontbreekt voor het volgende cijfer"), ("place", "Plaats in de inschrijving"))
_MEAN_DECIMALS = 12

Given = Mapping[tuple[str, str, str], Score]
"""The frozen scores by tenderer, criterion and assessor."""

Verified = Mapping[tuple[str, str, str], Decimal]
"""The grade to which verified evidence reaches, by tenderer, criterion and assessor who judged it."""


Known = Mapping[tuple[str, str], Decimal]
"""What is known before the meeting, by tenderer and criterion: the result in percent of a blind rating, or the grade of
what the tenderer chose itself."""


def is_mean(context: Context) -> bool:
    """Whether the mean of the individual grades counts, as announced; else the committee adopts one grade."""
    panel = context.model.method.panel
    return panel is not None and panel.rule == "mean"


def mean_grade(grades: Sequence[Decimal], decimals: int = _MEAN_DECIMALS) -> Decimal:
    """The mean of at least one grade, half up, for showing; the ranking works with the exact fraction."""
    mean = sum((Fraction(grade) for grade in grades), Fraction(0)) / len(grades)
    return Decimal(f"{round_to(mean, decimals).normalize():f}")


def rungs_apart(scale: Sequence[Decimal], grades: Sequence[Decimal]) -> int:
    """How many rungs of the scale lie between the lowest and the highest of these grades.

    A grade that is on no rung (a scale without fixed grades) counts as no distance.
    """
    places = [scale.index(grade) for grade in grades if grade in scale]
    return max(places) - min(places) if places else 0


@dataclass(frozen=True, slots=True)
class CriterionSheet:
    """A made sheet with, per tender, where the overview finds the adopted grade and the mark."""

    title: str
    criterion: Announced
    sheet: Sheet
    adopted_row: int
    mark_row: int

    def found(self, row: int, tender: int) -> tuple[str, CellValue]:
        """A cell of one tender: as a formula on another sheet writes it, and what is stored in it."""
        cell = self.sheet.rows[row].cells[1 + tender]
        return f"{layout.quoted(self.sheet.name)}{cell_name(row, 1 + tender)}", cell.value if cell else None


def criterion_sheet(
    context: Context,
    name: str,
    title: str,
    item: Announced,
    assessors: Sequence[Assessor],
    tenders: Sequence[tuple[Tenderer, TenderAnswers]],
    given: Given,
    known: Known,
    verified: Verified,
) -> CriterionSheet:
    """The sheet `name` for one criterion; `title` is its number and title."""
    names = tuple(tenderer.name for tenderer, _ in tenders)
    scores = [[given.get((tenderer.id, item.id, assessor.id)) for assessor in assessors] for tenderer, _ in tenders]
    rows = opened(
        context,
        title,
        (30.0, *(46.0 for _ in tenders)),
        "Bovenaan staat de schaal, dan wat de leden gaven. In de gele vakken legt de commissie vast.",
        name=name,
    )
    rows.heading("Schaal")
    rows.lines(scale_text(item))
    rows.add()
    rows.header("Cijfers van de leden", *names)
    first, last = rows.next, rows.next + len(assessors) - 1
    areas = [f"{cell_name(first, column)}:{cell_name(last, column)}" for column in range(1, 1 + len(tenders))]
    for place, assessor in enumerate(assessors):
        row = [found[place] for found in scores]
        none = Cell("geen cijfer", Style.WARNING)
        rows.add(label(assessor.name), *(Cell(score.grade, Style.NUMBER) if score else none for score in row))
    grades = [[score.grade for score in found if score] for found in scores]
    scale = sorted(grading(context.model)[item.id].allowed)
    columns = [
        _differences(column, found, area, rows.next, scale)
        for column, (found, area) in enumerate(zip(grades, areas, strict=True), start=1)
    ]
    titles = ("Laagste cijfer", "Hoogste cijfer", "Verschil in treden", f"{WIDE_SPREAD} treden of meer verschil?")
    for line, text in enumerate(titles):
        rows.add(label(text), *(found[line] for found in columns))
    mark_row = rows.next - 1
    rows.add()
    if item.evidence_rows:
        rows.header("Geverifieerd bewijs reikt tot cijfer", *names)
        for assessor in assessors:
            found = (verified.get((tenderer.id, item.id, assessor.id)) for tenderer, _ in tenders)
            cells = (
                Cell("niet nagegaan", Style.NOTE) if grade is None else Cell(grade, Style.NUMBER) for grade in found
            )
            rows.add(label(assessor.name), *cells)
        rows.add()
    rows.header("Redenen van de leden", *names)
    for place, assessor in enumerate(assessors):
        reasons = (score.reason if (score := found[place]) and score.reason else "geen reden" for found in scores)
        rows.stack(label(assessor.name), *map(Cell, reasons))
    rows.add()
    adopted_row = rows.header("Vastgesteld door de commissie", *names) + 1
    _adopted(context, rows, item, [tenderer for tenderer, _ in tenders], grades, areas, known)
    rows.add()
    rows.header("Uit de inschrijving", *names)
    _answers(rows, [answers.criteria.get(item.id, CriterionAnswer("")) for _, answers in tenders])
    rows.add()
    rows.heading("Vraag")
    rows.lines(cell_text(item.question))
    return CriterionSheet(title, item, rows.sheet(freeze_columns=1), adopted_row, mark_row)


def _differences(
    column: int, grades: Sequence[Decimal], area: str, row: int, scale: Sequence[Decimal]
) -> tuple[Cell, ...]:
    """Live cells, from this row on: lowest, highest, rungs between them, and whether the group must talk."""
    low, high, distance = (cell_name(row + line, column) for line in range(3))
    ladder = "{" + ",".join(f"{grade:f}" for grade in scale) + "}"
    apart = rungs_apart(scale, grades)
    wide = apart >= WIDE_SPREAD
    results: tuple[CellValue, ...] = (min(grades), max(grades), Decimal(apart)) if grades else ("", "", "")
    between = f"MATCH({high},{ladder},0)-MATCH({low},{ladder},0)" if scale else "0"
    formulas = (f"MIN({area})", f"MAX({area})", f"IFERROR({between},0)")
    return (
        *(
            Cell(result, Style.NUMBER, formula=f'=IF(COUNT({area})=0,"",{formula})')
            for result, formula in zip(results, formulas, strict=True)
        ),
        Cell(
            DISCUSS if wide else "nee",
            Style.WARNING if wide else Style.TEXT,
            formula=f'=IF(AND(COUNT({distance})=1,{distance}>={WIDE_SPREAD}),"{DISCUSS}","nee")',
        ),
    )


def _adopted(
    context: Context,
    rows: SheetRows,
    item: Announced,
    tenderers: Sequence[Tenderer],
    grades: Sequence[Sequence[Decimal]],
    areas: Sequence[str],
    known: Known,
) -> None:
    """The grade that counts (to be chosen, known before the meeting, or the live mean where that is announced),
    reasons and names."""
    if is_mean(context):
        means = (
            Cell(mean_grade(found) if found else "", Style.POINTS_TOTAL, f'=IF(COUNT({area})=0,"",AVERAGE({area}))')
            for found, area in zip(grades, areas, strict=True)
        )
        rows.add(label("Gemiddelde"), *means)
    else:
        leaf = grading(context.model)[item.id]
        cells = (
            Cell(known[one.id, item.id], Style.POINTS_TOTAL)
            if (one.id, item.id) in known
            else grade_input(leaf, cell_key("grade", one.id, item.id), item.measured)
            for one in tenderers
        )
        rows.add(label("Gemeten resultaat in %" if item.measured else "Cijfer"), *cells)
    if item.session:
        title = f"Duur van de sessie in minuten (aangekondigd: {item.session.minutes})"
        rows.add(label(title), *(minutes_input(cell_key("minutes", one.id, item.id)) for one in tenderers))
    for key, title in (*WORDS, ("adopted", "Andere namen dan op Overzicht")):
        long = key in ("strong", "missing")
        most, style = (2000, Style.INPUT_LONG) if long else (500, Style.INPUT)
        cells = (entry(key, tenderer.id, item.id, most=most, style=style) for tenderer in tenderers)
        rows.add(label(title), *cells, height=96.0 if long else 30.0)


def _answers(rows: SheetRows, answers: Sequence[CriterionAnswer]) -> None:
    """What each tenderer answered, for looking up during the meeting."""
    if any(answer.choice for answer in answers):
        rows.stack(label("Gekozen"), *(Cell(answer.choice or "niets gekozen") for answer in answers))
    rows.stack(label("Antwoord"), *(Cell(answer.text or "niet beantwoord") for answer in answers))
    rows.stack(label("Genoemd bewijs"), *(Cell(answer.evidence or "geen bewijs genoemd") for answer in answers))
    if any(answer.confidential for answer in answers):
        told = (Cell(answer.confidential or "niets genoemd") for answer in answers)
        rows.stack(label("Vertrouwelijk: neem dit niet over"), *told)
