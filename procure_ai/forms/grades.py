"""Grades: the announced drop-down, and reading a grade back against the announced scale."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from procure_ai.documents.dutch import number_text
from procure_ai.documents.tables import Bounds, Cell, Choice, Style
from procure_ai.evaluation.method import Criterion, leaves
from procure_ai.evaluation.model import AwardModel
from procure_ai.evaluation.points import on_scale
from procure_ai.forms.context import CellInput
from procure_ai.forms.reading import Reader

_GRADE = re.compile(r"-?\d{1,6}([.,]\d{1,6})?")


def grading(model: AwardModel) -> Mapping[str, Criterion]:
    """The graded criteria of the announced method by id."""
    return {leaf.id: leaf for leaf in leaves(model.method)}


def grade_input(leaf: Criterion, name: str) -> Cell:
    """The cell for a grade: a drop-down of the announced grades, or a number within the scale."""
    if leaf.allowed:
        return Cell(
            None, Style.INPUT_CHOICE, check=Choice(_options(leaf)), name=name, hint="Kies een cijfer van de schaal."
        )
    top = Decimal(leaf.top_grade.numerator) / Decimal(leaf.top_grade.denominator)
    return Cell(None, Style.INPUT_NUMBER, check=Bounds(-top if leaf.signed else Decimal(0), top), name=name)


def _options(leaf: Criterion) -> tuple[str, ...]:
    return tuple(number_text(grade) for grade in sorted(leaf.allowed))


def read_grade(leaf: Criterion, value: CellInput) -> Decimal | None:
    """The grade, or None when it is no grade of the announced scale."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        if not _GRADE.fullmatch(value.strip()):
            return None
        value = Decimal(value.strip().replace(",", "."))
    return value if value.is_finite() and on_scale(leaf, value) else None


def form_grade(form: Reader, leaf: Criterion, what: str, codes: tuple[str, str], *key: str) -> Decimal | None:
    """The grade in the cell `grade` of this key; without one, a finding (missing, or off the scale)."""
    given = form.raw("grade", *key)
    grade = None if given is None else read_grade(leaf, given)
    if grade is None:
        options = ", ".join(_options(leaf))
        scale = f"Kies uit {options}." if options else "Geef een cijfer binnen de bekendgemaakte schaal."
        shown = form.text("grade", *key)[:40]
        form.find(codes[given is not None], "grade", *key, what=what, given=shown, scale=scale)
    return grade
