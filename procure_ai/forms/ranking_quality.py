"""The sheet *Kwaliteit*: grades and points per criterion, subtotals, and the announced minima."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial

from procure_ai.documents.dutch import number_text
from procure_ai.documents.tables import Cell, Row, Sheet, Style, cell_name
from procure_ai.evaluation.method import Criterion, leaves
from procure_ai.evaluation.values import figure
from procure_ai.forms.layout import opened
from procure_ai.forms.ranking_data import BLANK, NONE, Ranking, figure_cell, fixed, points_style, rounded, total_of
from procure_ai.forms.wording import leaf_title, minimum_text, panel_text, rounding_text, stored

NAME = "Kwaliteit"
_FIRST = 3  # column of the first tender: grade, and points beside it


class QualitySheet:
    """The sheet and where its totals stand."""

    def __init__(self, ranking: Ranking) -> None:
        self.ranking, self.method = ranking, ranking.method
        self.columns = {tender: _FIRST + 2 * number for number, tender in enumerate(ranking.order)}
        self.place: dict[str, int] = {}
        self.total = 0
        self.rows = opened(
            ranking.context,
            NAME,
            (46.0, 10.0, 10.0, *(width for _ in ranking.order for width in (12.0, 13.0))),
            f"Punten = maximum × cijfer / hoogste cijfer van de schaal. {rounding_text(self.method.rounding)}",
            panel_text(self.method),
        )

    def build(self) -> Sheet:
        """The sheet, with a formula in every cell of points."""
        names = (self.ranking.names[tender] for tender in self.ranking.order)
        columns = (f"{name}: {what}" for name in names for what in ("cijfer", "punten"))
        self.rows.columns("Criterium", "Maximum", "Hoogste cijfer", *columns)
        criteria = self.method.quality.criteria if self.method.quality else ()
        parts = [self._criterion(criterion, 0) for criterion in criteria]
        self.total = self.rows.add(*self._sums("Totaal kwaliteit", parts, criteria, Style.POINTS_TOTAL))
        self._minima()
        return self.rows.sheet(freeze_columns=1)

    def points_place(self, tender: str) -> str:
        """The cell of a tender's total for quality, as a reference from another sheet."""
        return f"{NAME}!{fixed(self.total, self.columns[tender] + 1)}"

    def _criterion(self, criterion: Criterion, level: int) -> int:
        place = self.rows.next
        title = "    " * level + leaf_title(criterion)
        if criterion.criteria:
            self.rows.add()  # filled in once the parts are known
            parts = [self._criterion(part, level + 1) for part in criterion.criteria]
            self.rows.rows[place] = Row(tuple(self._sums(title, parts, (criterion,), Style.POINTS)))
            return place
        self.place[criterion.id] = place
        figures = (Cell(stored(value), Style.NUMBER) for value in (criterion.maximum, criterion.top_grade))
        graded = (cell for tender in self.ranking.order for cell in self._graded(tender, criterion, place))
        return self.rows.add(title, *figures, *graded)

    def _graded(self, tender: str, criterion: Criterion, row: int) -> tuple[Cell, Cell]:
        result = self.ranking.result(tender)
        points = result.criterion_points.get(criterion.id)
        if points is None:
            return NONE, NONE
        grade, average = self.ranking.grade(tender, criterion.id)
        plain = self._plain(row, tender)
        if result.status == "invalid":  # compared with the minimum, so unrounded
            counted = figure_cell(points, Style.NUMBER, f"={plain}")
        else:
            style = points_style(self.method, "criterion")
            counted = figure_cell(points, style, rounded(self.method, "criterion", plain))
        return Cell(stored(grade), Style.NUMBER, average), counted

    def _plain(self, row: int, tender: str) -> str:
        """The points in the row of a criterion, without rounding."""
        return f"$B{row + 1}*{cell_name(row, self.columns[tender])}/$C{row + 1}"

    def _sums(self, title: str, parts: Sequence[int], criteria: Sequence[Criterion], style: Style) -> Iterator[Cell]:
        """The cells of a row of sums over the rows of the parts; `criteria` say which leaves those are."""
        maximum = sum((criterion.maximum for criterion in criteria), Fraction(0))
        yield Cell(title, Style.LABEL)
        yield Cell(stored(maximum), Style.NUMBER, total_of(parts, 1))
        yield BLANK
        names = {leaf.id for criterion in criteria for leaf in _leaves(criterion)}
        shown = style if points_style(self.method, "criterion") is Style.POINTS else Style.NUMBER
        for tender, column in self.columns.items():
            result = self.ranking.result(tender)
            yield BLANK
            if result.criterion_points:
                exact = (points.exact for name, points in result.criterion_points.items() if name in names)
                look = Style.NUMBER if result.status == "invalid" else shown
                yield figure_cell(figure(sum(exact, Fraction(0))), look, total_of(parts, column + 1))
            else:
                yield NONE

    # --- the announced minima, tested on figures before rounding ------------------------------------

    def _minima(self) -> None:
        quality = self.method.quality
        bounded = [(leaf, leaf.min_grade) for leaf in leaves(self.method) if leaf.min_grade is not None]
        if not quality or (quality.total_min is None and not bounded):
            return
        self.rows.add()
        self.rows.heading("Toets aan het minimum")
        self.rows.notes(minimum_text(self.ranking.context.model))
        for leaf, low in bounded:
            title = f"{leaf_title(leaf)}: minstens cijfer {number_text(low)}"
            self._test(title, low, self.place[leaf.id], 0, partial(self._grade, leaf))
        if quality.total_min is not None:
            row = self._row("Kwaliteit vóór afronding", BLANK, self._unrounded)
            title = f"Kwaliteit: minstens {number_text(quality.total_min)} punten"
            self._test(title, quality.total_min, row, 1, self._exact)

    def _row(self, title: str, third: Cell, make: Callable[[str], Cell]) -> int:
        """A row with a cell for every tender that has grades."""
        graded = (
            make(tender) if self.ranking.result(tender).criterion_points else NONE for tender in self.ranking.order
        )
        return self.rows.add(title, BLANK, third, *(cell for found in graded for cell in (BLANK, found)))

    def _test(self, title: str, low: Decimal, tested: int, beside: int, exact: Callable[[str], Fraction]) -> None:
        """A row that tests the figures in the row `tested`, so many columns beside the grades, against a minimum."""
        row = self.rows.next

        def verdict(tender: str) -> Cell:
            enough = exact(tender) >= Fraction(low)
            place = cell_name(tested, self.columns[tender] + beside)
            formula = f'=IF(ROUND({place},10)>=$C${row + 1},"voldoet","voldoet niet")'
            return Cell("voldoet" if enough else "voldoet niet", Style.GOOD if enough else Style.BAD, formula)

        self._row(title, Cell(low, Style.NUMBER), verdict)

    def _grade(self, leaf: Criterion, tender: str) -> Fraction:
        return self.ranking.grade(tender, leaf.id)[0]

    def _unrounded(self, tender: str) -> Cell:
        formula = "=" + "+".join(self._plain(row, tender) for row in self.place.values())
        return figure_cell(figure(self._exact(tender)), Style.NUMBER, formula)

    def _exact(self, tender: str) -> Fraction:
        """The quality of a tender before any rounding."""
        found = leaves(self.method)
        return sum((leaf.maximum * self._grade(leaf, tender) / leaf.top_grade for leaf in found), Fraction(0))


def _leaves(criterion: Criterion) -> Iterator[Criterion]:
    if not criterion.criteria:
        yield criterion
    for part in criterion.criteria:
        yield from _leaves(part)
