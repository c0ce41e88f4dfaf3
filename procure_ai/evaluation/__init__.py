"""Award arithmetic: price model, points, ranking and derived figures, exact and without side effects."""

from procure_ai.evaluation.check import check_method
from procure_ai.evaluation.derived import derive
from procure_ai.evaluation.method import Criterion, Method, leaves
from procure_ai.evaluation.outcome import Outcome, Result, as_expected
from procure_ai.evaluation.price import PriceResult, comparison_price, price_problems
from procure_ai.evaluation.rank import evaluate, without
from procure_ai.evaluation.tenders import Tender
from procure_ai.evaluation.values import Figure, Refusal

__all__ = [
    "Criterion",
    "Figure",
    "Method",
    "Outcome",
    "PriceResult",
    "Refusal",
    "Result",
    "Tender",
    "as_expected",
    "check_method",
    "comparison_price",
    "derive",
    "evaluate",
    "leaves",
    "price_problems",
    "without",
]
