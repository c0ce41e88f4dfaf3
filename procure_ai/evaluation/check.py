"""The configuration check: what an award model must satisfy before any tender is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from procure_ai.evaluation.method import Method, PriceRule, all_criteria, leaves
from procure_ai.evaluation.points import CLAMPS, FORMULAS, on_scale, quality_maximum
from procure_ai.evaluation.values import ROUNDING_MODES, Refusal

COMBINES = ("points_sum", "fictional_price", "ratio", "utility_index")
TIE_BREAKS = ("quality", "draw")
PANEL_RULES = ("consensus", "mean")
STAGES = ("criterion", "total")
MISSING = ("refuse", "zero")
NOT_APPLICABLE = ("rescale",)
NORMALISE = ("highest_gets_max",)
REMOVALS = ("freeze", "recalculate")
EXPONENTS = Fraction(1, 10), Fraction(10)
"""Beyond these, different prices get the same points: the curve lies flat at one end of the bandwidth."""


def check_method(method: Method) -> None:
    """Refuse an award model that cannot be applied exactly as published.

    Raises `Refusal` with one of: `unsupported:FIELD:NAME`, `missing:FIELD` (a setting without which
    the method is undefined), `unused:FIELD` (a published setting that would have no effect),
    `out_of_range:FIELD` (a value that means nothing, or with which nobody could win), `duplicate_id:ID`,
    `bandwidth_empty` (V33), `weights_do_not_sum` (V34, art. 2.115 Aanbestedingswet 2012: weights exactly as
    published).
    """
    _check_names(method)
    _check_criteria(method)
    if method.price:
        _check_price(method.price)
    _check_parts(method)
    _check_weights(method)


def _check_names(method: Method) -> None:
    quality, rounding = method.quality, method.rounding
    _known("combine", method.combine, COMBINES)
    if method.price:
        _known("price.formula", method.price.formula, tuple(FORMULAS))
        _known("price.clamp", method.price.clamp, CLAMPS)
        _known("price.removal", method.price.removal, REMOVALS)
    if quality:
        _known("quality.missing", quality.missing, MISSING)
        _known("quality.not_applicable", quality.not_applicable, NOT_APPLICABLE)
        _known("quality.normalise", quality.normalise, NORMALISE)
    if method.panel:
        _known("panel.rule", method.panel.rule, PANEL_RULES)
    if rounding:
        _known("rounding.stage", rounding.stage, STAGES)
        _known("rounding.mode", rounding.mode, ROUNDING_MODES)
    for step in method.tie_break:
        _known("tie_break", step, TIE_BREAKS)


def _check_criteria(method: Method) -> None:
    refuse_duplicates(criterion.id for criterion in all_criteria(method))
    refuse_duplicates(method.knock_outs)
    for leaf in leaves(method):
        _in_range(f"max_points:{leaf.id}", leaf.maximum >= 0)
        _in_range(f"scale_max:{leaf.id}", leaf.top_grade > 0)
        full_scale = leaf.model_copy(update={"allowed": ()})
        _in_range(f"allowed:{leaf.id}", all(on_scale(full_scale, grade) for grade in leaf.allowed))
        scale = full_scale if method.panel and method.panel.rule == "mean" else leaf  # a mean may lie in between
        _in_range(f"min_grade:{leaf.id}", leaf.min_grade is None or on_scale(scale, leaf.min_grade))
    total_min = method.quality.total_min if method.quality else None
    _in_range("quality.total_min", total_min is None or 0 <= total_min <= quality_maximum(method))


def _check_price(rule: PriceRule) -> None:
    needs = FORMULAS[rule.formula].needs if rule.formula else ()
    for name in ("zero_at", "floor", "ceiling", "exponent"):
        present = getattr(rule, name) is not None
        if name in needs and not present:
            raise Refusal("missing", f"price.{name}")
        if present and name not in needs:
            raise Refusal("unused", f"price.{name}")
    _in_range("price.zero_at", rule.zero_at is None or rule.zero_at > 1)
    _in_range("price.exponent", rule.exponent is None or EXPONENTS[0] <= rule.exponent <= EXPONENTS[1])
    _in_range("price.floor", rule.floor is None or rule.floor >= 0)
    if rule.floor is not None and rule.ceiling is not None and rule.floor >= rule.ceiling:
        raise Refusal("bandwidth_empty")
    _in_range("price.ceiling_reject", rule.ceiling_reject is None or rule.ceiling_reject > (rule.floor or 0))


def _check_parts(method: Method) -> None:
    """Every part the method needs is there, and no part is there without effect."""
    formula = method.price.formula if method.price else None
    share = method.alert_low.below_share_of_mean if method.alert_low else None
    _in_range("alert_low.below_share_of_mean", share is None or share > 0)
    if method.combine == "points_sum":
        if not method.quality and not formula:
            raise Refusal("missing", "quality")
        if formula and method.weights.price is None:
            raise Refusal("missing", "weights.price")
        if method.weights.price and not formula:
            raise Refusal("missing", "price.formula")
    elif formula:
        raise Refusal("unused", "price.formula")
    if not method.quality and (method.combine != "points_sum" or "quality" in method.tie_break):
        raise Refusal("missing", "quality")
    if method.combine == "ratio" and method.constant is None:
        raise Refusal("missing", "constant")
    if method.combine != "ratio" and method.constant is not None:
        raise Refusal("unused", "constant")
    _in_range("constant", method.constant is None or method.constant > 0)
    if method.combine in ("ratio", "utility_index"):
        _in_range("max_points", quality_maximum(method) > 0)
    if method.combine == "utility_index":
        for name, weight in (("price", method.weights.price), ("quality", method.weights.quality)):
            if weight is None:
                raise Refusal("missing", f"weights.{name}")
            _in_range(f"weights.{name}", weight > 0)


def _check_weights(method: Method) -> None:
    weights = method.weights
    for name, weight in (("price", weights.price), ("quality", weights.quality)):
        _in_range(f"weights.{name}", weight is None or weight >= 0)
    quality = Fraction(weights.quality or 0)
    if method.combine == "points_sum":
        quality = quality_maximum(method)
        if weights.quality is not None and Fraction(weights.quality) != quality:
            raise Refusal("weights_do_not_sum")
    total = Fraction(weights.price or 0) + quality
    if method.weights_total is not None and Fraction(method.weights_total) != total:
        raise Refusal("weights_do_not_sum")


def refuse_duplicates(ids: Iterable[str]) -> None:
    """Raise `Refusal` `duplicate_id:ID` for the first id that occurs twice."""
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise Refusal("duplicate_id", name)
        seen.add(name)


def _known(field: str, name: str | None, supported: tuple[str, ...]) -> None:
    if name is not None and name not in supported:
        raise Refusal("unsupported", field, name)


def _in_range(field: str, holds: bool) -> None:
    if not holds:
        raise Refusal("out_of_range", field)
