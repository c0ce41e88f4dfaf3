"""What an evaluation yields: per tender the points and the rank, and who wins or why nobody does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from procure_ai.evaluation.values import Figure, Refusal
from procure_ai.files.typed import Strict


class Result(Strict):
    """One tender in the outcome. Figures are those that count: rounded where the method rounds.

    `price` is the price that counted, `assessed_price` the same where it was summed from price
    lines. `quality_value` (money) stands in for `quality_points` under `fictional_price`. `total` is
    in points, in money (`fictional_price`) or without unit (`ratio`, `utility_index`). A leaf that is
    not applicable has no entry in `criterion_points`. An invalid tender has `reasons` and no points,
    except that one under a minimum keeps the unrounded criterion points that were compared with it.
    """

    id: str
    status: Literal["ranked", "invalid"]
    reasons: tuple[str, ...] = ()
    criterion_points: Mapping[str, Figure] = {}
    price: Figure | None = None
    assessed_price: Figure | None = None
    price_points: Figure | None = None
    quality_points: Figure | None = None
    quality_value: Figure | None = None
    total: Figure | None = None
    rank: int | None = None

    @property
    def reason(self) -> str | None:
        """The first reason for which the tender is invalid, in the order of the published steps."""
        return self.reasons[0] if self.reasons else None


class Outcome(Strict):
    """The result of an evaluation; tenders stand in order of their id.

    `winner` is None when nobody may be named: no valid tender, a tie without a rule that decides it
    (`tied`), or a tie that people must settle by drawing lots (`needs_draw`). Flags never change
    points; they ask a person to look.
    """

    tenders: tuple[Result, ...]
    winner: str | None = None
    tied: tuple[str, ...] = ()
    needs_draw: tuple[str, ...] = ()
    tie_break_steps: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    def tender(self, name: str) -> Result:
        """The result of this tender. Raises KeyError when it is not in the outcome."""
        for result in self.tenders:
            if result.id == name:
                return result
        raise KeyError(name)

    @property
    def order(self) -> tuple[str, ...]:
        """The ranked tenders by rank, the winner before those it ties with, further ties by id."""
        ranked = [(result.rank, result.id != self.winner, result.id) for result in self.tenders if result.rank]
        return tuple(name for _, _, name in sorted(ranked))


_SHOWN = ("assessed_price", "price_points", "quality_points", "quality_value", "total")


def as_expected(result: Outcome | Refusal) -> dict[str, Any]:
    """The result in the shape of `expected` in the scoring vectors, figures as text at 4 decimals."""
    if isinstance(result, Refusal):
        return {"refused": result.code, "winner": None}
    shown: dict[str, Any] = {
        "tenders": {tender.id: _as_expected(tender) for tender in result.tenders},
        "winner": result.winner,
    }
    for name in ("tied", "needs_draw", "tie_break_steps", "flags"):
        if getattr(result, name):
            shown[name] = list(getattr(result, name))
    return shown


def _as_expected(result: Result) -> dict[str, Any]:
    if result.status == "invalid":
        return {"status": "invalid", "reason": result.reason}
    figures = {name: getattr(result, name) for name in _SHOWN}
    shown = {name: str(value.shown) for name, value in figures.items() if value is not None}
    return {"status": "ranked", **shown, "rank": result.rank}
