"""One sheet of the consensus workbook: a criterion, with the tenders side by side.

From top to bottom: the announced scale, what assessors gave and how far apart, their reasons, what the
committee adopts, the answers, and the question. Columns: labels, then one column per tender. Each block
repeats the names of the tenderers, so that no text stands under a name that it does not belong to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from procure_ai.documents.tables import Cell, CellValue, Length, Row, Sheet, Style, cell_name, column_name
from procure_ai.evaluation.method import Criterion
from procure_ai.evaluation.model import Announced
from procure_ai.evaluation.values import round_to
from procure_ai.forms import layout
from procure_ai.forms.context import Context, cell_key
from procure_ai.forms.grades import grade_input, grading
from procure_ai.forms.layout import head, header, label, row, stacked
from procure_ai.forms.records import CriterionAnswer, Score, TenderAnswers
from procure_ai.forms.text import cell_text, scale_text
from procure_ai.procedure.case import Assessor, Tenderer

WIDE_SPREAD = 2  # rungs between lowest and highest grade from which the group must talk
DISCUSS = "bespreken"
WORDS = (("strong", "Sterk"), ("missing", "Ontbreekt voor het volgende cijfer"), ("place", "Plaats in de inschrijving"))
_MEAN_DECIMALS = 12

Given = Mapping[tuple[str, str, str], Score]
"""The frozen scores by tenderer, criterion and assessor."""


def panel_rule(context: Context) -> str:
    """How individual grades become one, as announced: `consensus` or `mean`."""
    return context.model.method.panel.rule if context.model.method.panel else "consensus"


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

    criterion: Announced
    sheet: Sheet
    adopted_row: int
    mark_row: int
    adopted: tuple[Cell, ...]
    marks: tuple[Cell, ...]

    def place(self, row: int, tender: int) -> str:
        """A cell of this sheet as a formula on another sheet writes it."""
        return f"'{self.sheet.name}'!{cell_name(row, 1 + tender)}"


def criterion_sheet(
    context: Context,
    name: str,
    item: Announced,
    assessors: Sequence[Assessor],
    tenders: Sequence[tuple[Tenderer, TenderAnswers]],
    given: Given,
) -> CriterionSheet:
    """The sheet `name` for one criterion."""
    widths = (30.0, *(46.0 for _ in tenders))
    names = tuple(tenderer.name for tenderer, _ in tenders)
    leaf = grading(context.model)[item.id]
    grades = [[_score(given, tenderer, item, assessor) for assessor in assessors] for tenderer, _ in tenders]
    rows = head(
        context,
        item.title,
        widths,
        "Bovenaan staat de schaal, dan wat de leden gaven. In de gele vakken legt de commissie vast.",
    )
    rows += [layout.heading("Schaal", len(widths)), *layout.lines(scale_text(item), widths), Row(())]
    rows.append(header("Cijfers van de leden", *names))
    first = len(rows)
    rows += (
        row(label(assessor.name), *(_given_grade(found[place]) for found in grades))
        for place, assessor in enumerate(assessors)
    )
    differences = _differences(grades, first, len(rows) - 1, sorted(leaf.allowed))
    rows += differences
    mark_row = len(rows) - 1
    rows += [Row(()), header("Redenen van de leden", *names)]
    rows += _reasons(item, assessors, tenders, given, widths)
    rows += [Row(()), header("Vastgesteld door de commissie", *names)]
    last = first + len(assessors) - 1
    adopted = tuple(
        _adopted(context, leaf, item, tenderer, found, f"{cell_name(first, column)}:{cell_name(last, column)}")
        for column, ((tenderer, _), found) in enumerate(zip(tenders, grades, strict=True), start=1)
    )
    adopted_row = len(rows)
    rows += [
        row(label("Gemiddelde" if panel_rule(context) == "mean" else "Cijfer"), *adopted),
        *(_words(key, title, item, tenders) for key, title in WORDS),
        _words("adopted", "Andere namen dan op Overzicht", item, tenders),
        Row(()),
        header("Uit de inschrijving", *names),
        *_answers(item, tenders, widths),
        Row(()),
        layout.heading("Vraag", len(widths)),
        *layout.lines(cell_text(item.question), widths),
    ]
    sheet = Sheet(name, tuple(rows), widths, freeze_columns=1)
    marks = tuple(cell for cell in differences[-1].cells[1:] if cell is not None)
    return CriterionSheet(item, sheet, adopted_row, mark_row, adopted, marks)


def _score(given: Given, tenderer: Tenderer, item: Announced, assessor: Assessor) -> Decimal | None:
    score = given.get((tenderer.id, item.id, assessor.id))
    return score.grade if score else None


def _given_grade(grade: Decimal | None) -> Cell:
    return Cell("geen cijfer", Style.WARNING) if grade is None else Cell(grade, Style.NUMBER)


def _reasons(
    item: Announced,
    assessors: Sequence[Assessor],
    tenders: Sequence[tuple[Tenderer, TenderAnswers]],
    given: Given,
    widths: Sequence[float],
) -> list[Row]:
    rows: list[Row] = []
    for assessor in assessors:
        scores = [given.get((tenderer.id, item.id, assessor.id)) for tenderer, _ in tenders]
        cells = [Cell(score.reason if score and score.reason else "geen reden") for score in scores]
        rows += stacked((label(assessor.name), *cells), widths)
    return rows


def _differences(
    grades: Sequence[Sequence[Decimal | None]], first: int, last: int, scale: Sequence[Decimal]
) -> list[Row]:
    """Live rows for lowest, highest, difference, and whether the group must talk."""
    ladder = "{" + ",".join(f"{grade:f}" for grade in scale) + "}"
    columns: list[tuple[Cell, ...]] = []
    for column, found in enumerate(grades, start=1):
        letter = column_name(column)
        area = f"{letter}{first + 1}:{letter}{last + 1}"
        low, high = f"{letter}{last + 2}", f"{letter}{last + 3}"
        known = [grade for grade in found if grade is not None]
        wide = rungs_apart(scale, known) >= WIDE_SPREAD
        distance = f"MATCH({high},{ladder},0)-MATCH({low},{ladder},0)"
        results: tuple[CellValue, ...] = (min(known), max(known), max(known) - min(known)) if known else ("", "", "")
        columns.append(
            (
                Cell(results[0], Style.NUMBER, formula=f'=IF(COUNT({area})=0,"",MIN({area}))'),
                Cell(results[1], Style.NUMBER, formula=f'=IF(COUNT({area})=0,"",MAX({area}))'),
                Cell(results[2], Style.NUMBER, formula=f'=IF(COUNT({area})=0,"",{high}-{low})'),
                Cell(
                    DISCUSS if wide else "nee",
                    Style.WARNING if wide else Style.TEXT,
                    formula=f'=IFERROR(IF({distance}>={WIDE_SPREAD},"{DISCUSS}","nee"),"nee")' if scale else "",
                ),
            )
        )
    titles = ("Laagste cijfer", "Hoogste cijfer", "Verschil", f"{WIDE_SPREAD} treden of meer verschil?")
    return [row(label(title), *(cells[line] for cells in columns)) for line, title in enumerate(titles)]


def _adopted(
    context: Context, leaf: Criterion, item: Announced, tenderer: Tenderer, found: Sequence[Decimal | None], area: str
) -> Cell:
    """The cell for the grade that counts: to be chosen, or the live mean where that is announced."""
    if panel_rule(context) != "mean":
        return grade_input(leaf, cell_key("grade", tenderer.id, item.id))
    known = [grade for grade in found if grade is not None]
    result: CellValue = mean_grade(known) if known else ""
    return Cell(result, Style.POINTS_TOTAL, formula=f'=IF(COUNT({area})=0,"",AVERAGE({area}))')


def _words(key: str, title: str, item: Announced, tenders: Sequence[tuple[Tenderer, TenderAnswers]]) -> Row:
    long = key in ("strong", "missing")
    style, most = (Style.INPUT_LONG, Length(2000)) if long else (Style.INPUT, Length(500))
    cells = (Cell(None, style, check=most, name=cell_key(key, tenderer.id, item.id)) for tenderer, _ in tenders)
    return replace(row(label(title), *cells), height=96.0 if long else 30.0)


def _answers(item: Announced, tenders: Sequence[tuple[Tenderer, TenderAnswers]], widths: Sequence[float]) -> list[Row]:
    """What each tenderer answered, for looking up during the meeting."""
    answers = [found.criteria.get(item.id, CriterionAnswer("")) for _, found in tenders]
    rows = stacked((label("Antwoord"), *(Cell(answer.text or "niet beantwoord") for answer in answers)), widths)
    rows += stacked(
        (label("Genoemd bewijs"), *(Cell(answer.evidence or "geen bewijs genoemd") for answer in answers)), widths
    )
    if any(answer.confidential for answer in answers):
        title = label("Vertrouwelijk: neem dit niet over")
        rows += stacked((title, *(Cell(answer.confidential or "niets genoemd") for answer in answers)), widths)
    return rows
