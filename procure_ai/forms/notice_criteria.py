"""The award criteria as the forms for a notice ask them, to be typed over.

Source: eForms SDK 1.16, fields BT-539 (type), BT-734 (name), BT-540 (description), BT-541 with BT-5421
(number and kind of weight) and BT-5423 (threshold). The form knows one level: groups go into descriptions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from procure_ai.documents.dutch import number_text
from procure_ai.documents.page import Page
from procure_ai.documents.tables import Cell, Sheet, Style, Workbook
from procure_ai.evaluation import leaves
from procure_ai.evaluation.model import AwardModel
from procure_ai.evaluation.values import round_to
from procure_ai.findings import Finding, Place
from procure_ai.findings.messages import Messages
from procure_ai.forms import layout, wording
from procure_ai.forms.context import Context
from procure_ai.forms.layout import label, opened
from procure_ai.forms.text import cell_text, criterion_numbers

FORM = "notice-criteria"
NAME_LIMIT, DESCRIPTION_LIMIT = 400, 6000  # characters: BT-734 and BT-540
TYPES = {"cost": "kosten", "price": "prijs", "quality": "kwaliteit"}
WEIGHT = "poi-exa"
_WIDTHS = (6.0, 12.0, 12.0, 34.0, 80.0, 10.0, 12.0, 18.0, 14.0, 12.0, 12.0)
_MESSAGES = Messages({
    "E140": ("De naam van `{id}` is {length} tekens; het formulier voor de aankondiging neemt er {most}.",
             "Kort de titel in."),
    "E141": ("De omschrijving van `{id}` is {length} tekens; het formulier voor de aankondiging neemt er {most}.",
             "Kort de vraag in, of vat haar in de aankondiging samen."),
}, warnings={"E141"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One award criterion of the notice. `least` is the threshold in points, if there is one."""

    id: str
    type: str
    name: str
    description: str
    number: Decimal
    least: Decimal | None = None


def needed(context: Context) -> bool:
    """Whether there is a notice to fill in: a call for competition that is announced."""
    return context.procedure.regime in ("eu", "national")


def rows(model: AwardModel) -> tuple[Row, ...]:
    """The criteria in announced order, the price last."""
    return tuple(_rows(model))


def _rows(model: AwardModel) -> Iterator[Row]:
    announced = {item.id: (number, item) for number, item in criterion_numbers(model.criteria)}
    for leaf in leaves(model.method):
        number, item = announced[leaf.id]
        parts = [f"{number}, onderdeel van {item.group}." if item.group else f"{number}.", cell_text(item.question)]
        least = None
        if leaf.min_grade is not None:
            least = round_to(leaf.maximum * Fraction(leaf.min_grade) / leaf.top_grade, 4)
            parts.append(f"Het laagste geldige cijfer is {number_text(leaf.min_grade)}.")
        top = number_text(round_to(leaf.top_grade, 4))
        parts.append(f"Punten = maximum × cijfer / {top}. De schaal staat in het gunningsmodel bij de stukken.")
        yield Row(leaf.id, "quality", item.title, "\n\n".join(parts), leaf.max_points or Decimal(0), least)
    price = model.method.weights.price
    if price is not None:
        own = bool(model.price_sheet.buyer_costs)
        text = " ".join(wording.price_formula(model.method))
        basis = "De vergelijkingsprijs is de gewogen som van de prijzen op het prijsblad"
        basis += " en de kosten van de opdrachtgever zelf." if own else "."
        title = "Kosten (vergelijkingsprijs)" if own else "Prijs (vergelijkingsprijs)"
        yield Row("price", "cost" if own else "price", title, f"{basis}\n\n{wording.with_capital(text)}", price)


def check(model: AwardModel) -> tuple[Finding, ...]:
    """Names and descriptions that the form does not take: E140 and E141."""
    found: list[Finding] = []
    for row in rows(model):
        for code, text, most in (("E140", row.name, NAME_LIMIT), ("E141", row.description, DESCRIPTION_LIMIT)):
            if len(text) > most:
                place = Place(key=f"award_model/{row.id}")
                found.append(_MESSAGES.finding(code, place, id=row.id, length=len(text), most=most))
    return tuple(found)


def build(context: Context, page: Page) -> Workbook:
    """The sheet to type over; `page` explains the fields (`templates/notice-criteria.md`)."""
    model = context.model
    first = layout.read_me(context, page, {"total": number_text(model.total), "minimum": wording.minimum_text(model)})
    return layout.workbook(context, page, FORM, [first.sheet(landscape=False), _lot(context)])


def _lot(context: Context) -> Sheet:
    number = context.procedure.lot.number if context.procedure.lot else 1
    code = f"LOT-{number:04d}"
    sheet = opened(
        context, f"Perceel {number} ({code})", _WIDTHS,
        "Elke regel is een gunningscriterium. Neem de regels in deze volgorde over. Bij elke code staat de betekenis.",
    )  # fmt: skip
    sheet.columns(
        "Nr.", "Soort (BT-539)", "Betekenis", "Naam (BT-734)", "Omschrijving (BT-540)", "Getal (BT-541)",
        "Code gewicht (BT-5421)", "Betekenis van de code", "Drempel (BT-5423)", "Tekens naam", "Tekens omschrijving",
    )  # fmt: skip
    found = rows(context.model)
    for number, row in enumerate(found, start=1):
        sheet.add(
            Cell(Decimal(number), Style.NUMBER),
            Cell(row.type, Style.ID),
            TYPES[row.type],
            label(row.name),
            row.description,
            Cell(row.number, Style.NUMBER),
            Cell(WEIGHT, Style.ID),
            "gewicht in punten, precies",
            f"min-score {number_text(row.least)}" if row.least is not None else "geen",
            _length(row.name, NAME_LIMIT),
            _length(row.description, DESCRIPTION_LIMIT),
        )
    total = sum((row.number for row in found), Decimal(0))
    sheet.add(None, None, None, label("Samen"), None, Cell(total, Style.NUMBER))
    return sheet.sheet(freeze_columns=1)


def _length(text: str, most: int) -> Cell:
    if len(text) > most:
        return Cell(f"{len(text)}: te lang, hoogstens {most}", Style.BAD)
    return Cell(f"{len(text)} van {most}", Style.NOTE)
