"""The sheet *Kwaliteit*: grades and points per criterion, subtotals, and the announced minima."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from procure_ai.documents.dutch import number_text
from procure_ai.documents.tables import Cell, Row, Sheet, Style, cell_name
from procure_ai.evaluation.method import Criterion, leaves
from procure_ai.evaluation.values import Figure, figure
from procure_ai.forms.ranking_data import NONE, Ranking, Rows, figure_cell, fixed, points_style, rounded, total_of
from procure_ai.forms.wording import minimum_text, panel_text, rounding_text, stored

NAME = "Kwaliteit"
_FIRST = 3  # column of the first tender: grade, and points beside it


@dataclass(slots=True)
class QualitySheet:
    """The sheet and where its totals stand."""

    ranking: Ranking
    rows: Rows = field(init=False)
    place: dict[str, int] = field(default_factory=dict)
    total: int = 0

    def build(self) -> Sheet:
        """The sheet, with a formula in every cell of points."""
        ranking, method = self.ranking, self.ranking.method
        widths = (46.0, 10.0, 10.0, *(width for _ in ranking.order for width in (12.0, 13.0)))
        self.rows = Rows(widths)
        self.rows.opening(
            ranking.context,
            "Kwaliteit",
            f"Punten = maximum × cijfer / hoogste cijfer van de schaal. {rounding_text(method.rounding)}",
            panel_text(method),
        )
        header = self.rows.header(
            "Criterium",
            "Maximum",
            "Hoogste cijfer",
            *(f"{ranking.names[name]}: {what}" for name in ranking.order for what in ("cijfer", "punten")),
        )
        criteria = method.quality.criteria if method.quality else ()
        tops = [self._criterion(criterion, 0) for criterion in criteria]
        self.total = self._sum_row("Totaal kwaliteit", tops, criteria, Style.LABEL)
        self._minima()
        return Sheet(NAME, tuple(self.rows.rows), widths, freeze_rows=header + 1, freeze_columns=1, header_row=header)

    def points_place(self, tender: str) -> str:
        """The cell of a tender's total for quality, as a reference from another sheet."""
        return f"{NAME}!{fixed(self.total, self._column(tender) + 1)}"

    def _column(self, tender: str) -> int:
        return _FIRST + 2 * self.ranking.order.index(tender)

    def _criterion(self, criterion: Criterion, level: int) -> int:
        if criterion.criteria:
            place = len(self.rows.rows)
            self.rows.add(None)  # filled in once the parts are known
            parts = [self._criterion(part, level + 1) for part in criterion.criteria]
            row = self._sum_cells(criterion.title or criterion.id, parts, (criterion,), level)
            self.rows.rows[place] = Row(row)
            return place
        row_number = len(self.rows.rows)
        self.place[criterion.id] = row_number
        cells: list[Cell | None] = [
            Cell("    " * level + (criterion.title or criterion.id), Style.TEXT),
            Cell(stored(criterion.maximum), Style.NUMBER),
            Cell(stored(criterion.top_grade), Style.NUMBER),
        ]
        for tender in self.ranking.order:
            cells.extend(self._graded(tender, criterion, row_number))
        return self.rows.add(*cells)

    def _graded(self, tender: str, criterion: Criterion, row: int) -> Iterator[Cell]:
        points = self.ranking.result(tender).criterion_points.get(criterion.id)
        if points is None:
            yield from (Cell(NONE, Style.TEXT), Cell(NONE, Style.TEXT))
            return
        grade, average = self.ranking.grade(tender, criterion.id)
        yield Cell(stored(grade), Style.NUMBER, average)
        place = cell_name(row, self._column(tender))
        plain = f"$B{row + 1}*{place}/$C{row + 1}"
        invalid = self.ranking.result(tender).status == "invalid"  # compared with the minimum, so unrounded
        method = self.ranking.method
        stage = "total" if invalid else "criterion"
        formula = f"={plain}" if invalid else rounded(method, stage, plain)
        yield figure_cell(points, Style.NUMBER if invalid else points_style(method, stage), formula)

    def _sum_row(self, label: str, parts: list[int], criteria: tuple[Criterion, ...], style: Style) -> int:
        cells = self._sum_cells(label, parts, criteria, 0)
        first = cells[0]
        assert first is not None
        look = Style.POINTS_TOTAL
        return self.rows.add(
            replace(first, style=style),
            *(replace(cell, style=look) if cell and cell.style is Style.POINTS else cell for cell in cells[1:]),
        )

    def _sum_cells(
        self, label: str, parts: list[int], criteria: tuple[Criterion, ...], level: int
    ) -> tuple[Cell | None, ...]:
        """A row of sums over the rows of the parts; `criteria` say which leaves those are."""
        maximum = sum((criterion.maximum for criterion in criteria), Fraction(0))
        cells: list[Cell | None] = [
            Cell("    " * level + label, Style.LABEL),
            Cell(stored(maximum), Style.NUMBER, total_of([(row, 1) for row in parts])),
            Cell(None, Style.TEXT),
        ]
        names = {leaf.id for criterion in criteria for leaf in _leaves(criterion)}
        for tender in self.ranking.order:
            column = self._column(tender) + 1
            points = self.ranking.result(tender).criterion_points
            cells.append(Cell(None, Style.TEXT))
            if points:
                amount = figure(sum((points[name].exact for name in points if name in names), Fraction(0)))
                invalid = self.ranking.result(tender).status == "invalid"
                style = Style.NUMBER if invalid else points_style(self.ranking.method, "criterion")
                cells.append(figure_cell(amount, style, total_of([(row, column) for row in parts])))
            else:
                cells.append(Cell(NONE, Style.TEXT))
        return tuple(cells)

    def _minima(self) -> None:
        """The announced minima, tested on figures before rounding."""
        method = self.ranking.method
        quality = method.quality
        bounded = [leaf for leaf in leaves(method) if leaf.min_grade is not None]
        if not quality or (quality.total_min is None and not bounded):
            return
        self.rows.heading("Toets aan het minimum")
        self.rows.notes(minimum_text(self.ranking.context.model))
        for leaf in bounded:
            assert leaf.min_grade is not None
            low = leaf.min_grade
            self._test(
                f"{leaf.title or leaf.id}: minstens cijfer {number_text(low)}",
                low,
                {
                    tender: (cell_name(self.place[leaf.id], self._column(tender)), leaf)
                    for tender in self._graded_ones()
                },
            )
        if quality.total_min is not None:
            before = self._unrounded()
            self._test(
                f"Kwaliteit: minstens {number_text(quality.total_min)} punten",
                quality.total_min,
                {tender: (cell_name(before, self._column(tender) + 1), None) for tender in self._graded_ones()},
            )

    def _graded_ones(self) -> list[str]:
        return [tender for tender in self.ranking.order if self.ranking.result(tender).criterion_points]

    def _unrounded(self) -> int:
        cells: list[Cell | None] = [Cell("Kwaliteit vóór afronding", Style.TEXT), None, None]
        for tender in self.ranking.order:
            cells.append(None)
            if tender not in self._graded_ones():
                cells.append(Cell(NONE, Style.TEXT))
                continue
            column = self._column(tender)
            parts = (f"$B{row + 1}*{cell_name(row, column)}/$C{row + 1}" for row in self.place.values())
            cells.append(figure_cell(self._exact(tender), Style.NUMBER, "=" + "+".join(parts)))
        return self.rows.add(*cells)

    def _exact(self, tender: str) -> Figure:
        """The quality of a tender before any rounding."""
        parts = (
            leaf.maximum * self.ranking.grade(tender, leaf.id)[0] / leaf.top_grade
            for leaf in leaves(self.ranking.method)
        )
        return figure(sum(parts, Fraction(0)))

    def _test(self, label: str, low: Decimal, places: Mapping[str, tuple[str, Criterion | None]]) -> None:
        cells: list[Cell | None] = [Cell(label, Style.TEXT), None, Cell(low, Style.NUMBER)]
        row = len(self.rows.rows)
        for tender in self.ranking.order:
            cells.append(None)
            if tender not in places:
                cells.append(Cell(NONE, Style.TEXT))
                continue
            place, leaf = places[tender]
            value = self.ranking.grade(tender, leaf.id)[0] if leaf else self._exact(tender).exact
            enough = value >= Fraction(low)
            cells.append(
                Cell(
                    "voldoet" if enough else "voldoet niet",
                    Style.GOOD if enough else Style.BAD,
                    f'=IF(ROUND({place},10)>=$C${row + 1},"voldoet","voldoet niet")',
                )
            )
        self.rows.add(*cells)


def _leaves(criterion: Criterion) -> Iterator[Criterion]:
    if not criterion.criteria:
        yield criterion
    for part in criterion.criteria:
        yield from _leaves(part)
