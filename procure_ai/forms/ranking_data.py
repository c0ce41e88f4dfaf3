"""What the ranking workbook is made from, and the small tools that its sheets share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from procure_ai.documents.tables import Cell, Style, column_name
from procure_ai.evaluation import Outcome, PriceResult, Result, Tender
from procure_ai.evaluation.method import Method
from procure_ai.evaluation.tenders import PanelGrade
from procure_ai.evaluation.values import Figure
from procure_ai.forms.context import Context
from procure_ai.forms.layout import ranges
from procure_ai.forms.wording import decimals_at, stored

NONE = Cell("–")
BLANK = Cell(None)  # an empty cell of a table, with its borders
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
        if not isinstance(grade, PanelGrade):
            assert isinstance(grade, Decimal)
            return Fraction(grade), ""
        panel = self.method.panel
        if not panel or panel.rule != "mean":
            return Fraction(grade.consensus or 0), ""
        formula = f"=AVERAGE({','.join(f'{each:f}' for each in grade.individual)})"
        return sum(map(Fraction, grade.individual), Fraction(0)) / len(grade.individual), formula


def total_of(rows: Sequence[int], column: int) -> str:
    """`=SUM(…)` over cells of one column; neighbours become a range."""
    return f"=SUM({','.join(ranges(('', row, column) for row in sorted(rows)))})"


def fixed(row: int, column: int) -> str:
    """The name of a cell that stays put: `$B$7`."""
    return f"${column_name(column)}${row + 1}"


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
