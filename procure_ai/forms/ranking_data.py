"""What the ranking workbook is made from, and the small tools that its sheets share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from procure_ai.documents.tables import Cell, Row, Style, cell_name
from procure_ai.evaluation import Outcome, PriceResult, Result, Tender
from procure_ai.evaluation.method import Method
from procure_ai.evaluation.tenders import PanelGrade
from procure_ai.evaluation.values import Figure
from procure_ai.forms.context import Context
from procure_ai.forms.layout import head, heading, notes
from procure_ai.forms.wording import decimals_at, stored

NONE = "–"
FREE_DECIMALS = 10  # the total is ranked at this many decimals when no rounding was announced


@dataclass(frozen=True, slots=True)
class Ranking:
    """The tenders in the order of the ranking, the invalid ones last, with all that their figures rest on."""

    context: Context
    tenders: Mapping[str, Tender]
    names: Mapping[str, str]
    unit_prices: Mapping[str, Mapping[str, Decimal]]
    prices: Mapping[str, PriceResult]
    outcome: Outcome

    @property
    def method(self) -> Method:
        return self.context.model.method

    @property
    def valid(self) -> tuple[str, ...]:
        """The ids of the ranked tenders, in order of rank."""
        return self.outcome.order

    @property
    def order(self) -> tuple[str, ...]:
        """All ids: the ranked tenders first."""
        return (*self.valid, *(result.id for result in self.outcome.tenders if result.status == "invalid"))

    def result(self, tender: str) -> Result:
        """The result of one tender."""
        return self.outcome.tender(tender)

    def price(self, tender: str) -> Fraction:
        """The exact price that counts of a tender that is ranked."""
        found = self.result(tender).price
        assert found is not None
        return found.exact

    def grade(self, tender: str, criterion: str) -> tuple[Fraction, str]:
        """The exact grade that counts, and `=AVERAGE(…)` where it is the mean of the assessors."""
        grade = self.tenders[tender].grades.get(criterion, Decimal(0))
        panel = self.method.panel
        if isinstance(grade, PanelGrade):
            if panel and panel.rule == "mean":
                formula = f"=AVERAGE({','.join(f'{each:f}' for each in grade.individual)})"
                return sum(map(Fraction, grade.individual), Fraction(0)) / len(grade.individual), formula
            return Fraction(grade.consensus or 0), ""
        assert isinstance(grade, Decimal)
        return Fraction(grade), ""


@dataclass(slots=True)
class Rows:
    """The rows of a sheet while it is being made; `add` gives the place of the new row."""

    widths: tuple[float, ...]
    rows: list[Row] = field(default_factory=list)

    def add(self, *cells: Cell | None, height: float | None = None) -> int:
        """Add a row of a table and give its number, from zero; an empty cell gets its borders too."""
        self.rows.append(Row(tuple(cell or Cell(None) for cell in cells), height))
        return len(self.rows) - 1

    def opening(self, context: Context, title: str, *texts: str) -> None:
        """The first rows of a sheet: title, procedure, what the reader sees here, an empty row."""
        self.rows.extend(head(context, title, self.widths, *texts))

    def heading(self, text: str) -> None:
        """A heading inside the sheet, after an empty row."""
        self.rows.append(Row(()))
        self.rows.append(heading(text, len(self.widths)))

    def notes(self, *texts: str) -> None:
        """Guidance on lines of its own."""
        self.rows.extend(notes(self.widths, *texts))

    def header(self, *texts: str) -> int:
        """Add a header row."""
        return self.add(*(Cell(text, Style.HEADER) for text in texts))


def total_of(cells: Sequence[tuple[int, int]]) -> str:
    """`=SUM(…)` over cells of one column; neighbours become a range."""
    runs: list[list[tuple[int, int]]] = []
    for row, column in sorted(cells):
        if runs and runs[-1][-1] == (row - 1, column):
            runs[-1].append((row, column))
        else:
            runs.append([(row, column)])
    parts = (cell_name(*run[0]) if len(run) == 1 else f"{cell_name(*run[0])}:{cell_name(*run[-1])}" for run in runs)
    return f"=SUM({','.join(parts)})"


def fixed(row: int, column: int) -> str:
    """The name of a cell that stays put: `$B$7`."""
    letters = cell_name(row, column).rstrip("0123456789")
    return f"${letters}${row + 1}"


def rounded(method: Method, stage: str, formula: str) -> str:
    """The formula with the announced rounding of this stage around it; `formula` has no equals sign.

    Empty when the rounding cannot be written with ROUND (halves to the even digit): then the figure
    stands in the cell without a formula.
    """
    rule = method.rounding
    if rule is None or rule.stage != stage:
        return f"={formula}"
    return f"=ROUND({formula},{rule.decimals})" if rule.mode == "half_up" else ""


def points_style(method: Method, stage: str, *, total: bool = False) -> Style:
    """Two decimals where that shows all there is, else a general number."""
    decimals = decimals_at(method, stage)
    if decimals is None or decimals > 2:
        return Style.NUMBER
    return Style.POINTS_TOTAL if total else Style.POINTS


def figure_cell(figure: Figure, style: Style, formula: str = "") -> Cell:
    """A cell with an exact figure and the formula that yields it."""
    return Cell(stored(figure.exact), style, formula)
