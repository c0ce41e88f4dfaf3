"""Page documents of the tender package: the requirements and the award model, from the frozen model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from procure_ai.documents.dutch import listed, money_text, number_text
from procure_ai.documents.fill import Filling
from procure_ai.documents.page import Page
from procure_ai.documents.tree import Block, Blocks, Document, Paragraph, Table, Text
from procure_ai.evaluation import leaves
from procure_ai.evaluation.measured import points_of
from procure_ai.evaluation.model import Announced, AwardModel
from procure_ai.evaluation.values import SHOWN_DECIMALS, round_to
from procure_ai.forms import wording
from procure_ai.forms.blocks import (
    announced,
    announced_line,
    bullets,
    cell,
    document,
    heading,
    labelled,
    paragraph,
    table,
    under_label,
    with_total,
)  # fmt: skip
from procure_ai.forms.context import Context
from procure_ai.forms.days import term_days
from procure_ai.forms.text import criterion_numbers, requirement_numbers
from procure_ai.forms.worked_example import example
from procure_ai.procedure.case import MeasuredTest
from procure_ai.procedure.price_sheet import PriceSheet, SheetLine

_EXTENDED = (
    "Eindigt de termijn in een weekend of op een feestdag, dan loopt hij door tot en met de eerstvolgende werkdag."
)
_CHOICE = (
    "u kiest zelf een rij van de tabel hierboven. De keuze geeft het cijfer; de commissie geeft hier geen oordeel. "
    "Wat bij Wanneer staat, wordt een verplichting in de overeenkomst."
)
_RESULT = (
    "elk oordeel is een waarde van 0 tot en met 100. Het resultaat is het gemiddelde van alle oordelen, van elke "
    "beoordelaar over elke herhaling van elke taak, op twee decimalen, half naar boven. Er wordt niets weggelaten."
)
_EVIDENCE = {"none": "geen", "optional": "mag", "required": "verplicht"}


def requirements_document(context: Context, page: Page, clause_titles: Mapping[str, str]) -> Document:
    """The requirements (`templates/requirements.md`), each with question, evidence, link and clauses.

    `clause_titles` names the clauses that this contract has, by id, as a reader sees them (*artikel 7,
    Bewaartermijnen*); a clause that is not in it is not mentioned. Raises `Refused` (D121).
    """
    found = requirement_numbers(context.model.requirements)
    overview = table(
        ("Nr.", "Eis", "Bewijs"),
        ((number, item.title, _EVIDENCE[item.evidence_needed]) for number, item in found),
        (10, 70, 20),
        "De minimumeisen met nummer en of bewijs nodig is",
    )
    blocks = (block for number, item in found for block in _item(item, f"{number} {item.title}", clause_titles))
    values: dict[str, Filling] = {
        "count": f"{len(found)} {'minimumeis' if len(found) == 1 else 'minimumeisen'}",
        "overview": (overview,),
        "requirements": tuple(blocks),
    }
    return document(context, page, values)


def _item(item: Announced, title: str, clause_titles: Mapping[str, str]) -> Iterator[Block]:
    """A requirement or criterion: question, scale, evidence, equivalents, link with the contract and clauses."""
    yield heading(2, title)
    yield from announced(item.question)
    if item.scale:
        yield _scale(item)
    if item.ladder:
        yield labelled("Raamwerk van de trap", f"{item.ladder.framework}; versie {item.ladder.version}.")
    if item.ladder and item.ladder.asked != "no":
        count = f"{len(item.evidence_rows)} {'onderdelen' if item.ladder.asked == 'full' else 'vragen'}"
        text = f"in het antwoordformulier vult u bij dit criterium een lijst van {count} in. {item.ladder.rule}"
        yield labelled("Lijst", text)
    yield from _kind(item)
    yield from _part("Bewijs", item.evidence)
    yield from _part("Gelijkwaardig", item.equivalent)
    yield from _part("Verband met de opdracht", item.link)
    names = [clause_titles[name] for name in item.clauses if name in clause_titles]
    if names:
        yield labelled("Hoort in de AI-bijlage bij", f"{listed(names)}.")
    yield labelled("Omvang", f"hoogstens {number_text(Decimal(item.limit))} tekens.")


def _kind(item: Announced) -> Iterator[Block]:
    """How a criterion is measured, or how its session goes."""
    if item.measured:
        text = "de commissie geeft hier geen cijfer. Het gemeten resultaat valt in één rij van de tabel hierboven."
        yield labelled("Van resultaat naar punten", text)
        yield table(("Protocol", "Afspraak"), _protocol(item.measured.test), (30, 70), f"Protocol van {item.title}")
        yield from _part("Oordeel over een antwoord", item.measured.rating)
        if item.measured.ratings:
            yield labelled("Resultaat", _RESULT)
    if item.choice:
        yield labelled("Uw keuze", _CHOICE)
    if item.session:
        yield labelled("Vorm van de sessie", item.session.form)
        yield labelled("Tijd", f"voor elke inschrijver {item.session.minutes} minuten.")
        yield from _part("Verloop", item.session.script)


def _protocol(test: MeasuredTest) -> Iterator[tuple[str, str]]:
    """What a tenderer must know of a test before it offers."""
    yield "Soorten taken", test.task_types
    yield "Voorbeeldtaken", test.examples
    yield "Aantal taken", number_text(Decimal(test.tasks))
    yield "Aandeel Nederlands", f"{number_text(test.dutch_share)}%"
    yield "Herhalingen", f"elke taak {test.runs} keer"
    if test.raters:
        yield "Beoordelaars", f"{test.raters} per antwoord, ieder apart; zij weten niet van wie het antwoord is"
    yield "Instellingen", test.settings
    yield "Uitvoering", test.run_by
    yield "Controlewaarde (SHA-256) van de verborgen testset", test.test_set


def _part(title: str, markdown: str) -> Blocks:
    """A part under a bold label: in the first paragraph when there is one, else on its own line."""
    blocks = announced(markdown)
    if blocks and isinstance(blocks[0], Paragraph):
        return (Paragraph(under_label(title, blocks[0].inlines)), *blocks[1:])
    return (Paragraph((Text(f"{title}:", bold=True),)), *blocks) if blocks else ()


def _scale(item: Announced) -> Table:
    rungs = sorted(item.scale, key=lambda rung: rung.grade)
    rows = tuple((cell(number_text(rung.grade)), cell(rung.name), announced_line(rung.when)) for rung in rungs)
    if item.measured:
        top, most = rungs[-1].grade, item.points or Decimal(0)
        points = (number_text(round_to(points_of(rung.grade, top, most), SHOWN_DECIMALS)) for rung in rungs)
        rows = tuple((row[0], cell(earned), row[2]) for row, earned in zip(rows, points, strict=True))
    header = (cell("Cijfer"), cell("Punten" if item.measured else "Oordeel"), cell("Wanneer"))
    return Table(header, rows, (11, 25, 64), f"Schaal van het criterium {item.title}")


# --- award model --------------------------------------------------------------------------------


def award_model_document(context: Context, page: Page, clause_titles: Mapping[str, str]) -> Document:
    """The award model in words (`templates/award-model.md`), with a worked example on invented prices.

    Everything printed comes from the frozen model; the example is computed by the engine. Raises D121.
    """
    model = context.model
    method, sheet = model.method, model.price_sheet
    price = method.weights.price or Decimal(0)
    blank = method.quality.missing if method.quality else "refuse"
    formula, *remarks = wording.price_formula(method) or ("De prijs levert geen punten op.",)
    minima = [
        f"Voor “{wording.leaf_title(leaf)}” is een {number_text(leaf.min_grade)} het laagste geldige cijfer. "
        "Met een lager cijfer is de inschrijving ongeldig."
        for leaf in leaves(method)
        if leaf.min_grade is not None
    ]
    criteria = (
        block
        for number, item in criterion_numbers(model.criteria)
        for block in _item(
            item,
            f"{number} {item.title} ({_points(item.points)} {'punt' if item.points == 1 else 'punten'})",
            clause_titles,
        )
    )
    values: dict[str, Filling] = {
        "total": number_text(model.total),
        "quality-points": number_text(model.total - price),
        "price-points": number_text(price),
        "weights": (_weights(model),),
        "panel": wording.panel_text(method),
        "criteria": tuple(criteria),
        "minimum": tuple(paragraph(text) for text in (wording.minimum_text(model), *minima)),
        "missing": "Een criterium dat u niet beantwoordt, krijgt cijfer 0."
        if blank == "zero"
        else "Een criterium dat u niet beantwoordt, wordt niet vanzelf een 0: de opdrachtgever beslist dan of de "
        "inschrijving geldig is.",
        "vat": wording.VAT[sheet.vat],
        "years": str(sheet.years),
        "price-lines": (_price_lines(sheet),),
        "scenario-sum": " + ".join(f"{number_text(item.weight)}% × {item.title}" for item in sheet.scenarios),
        "decimals": "hele euro's" if sheet.decimals == 0 else f"{sheet.decimals} decimalen",
        "buyer-costs": _buyer_costs(sheet),
        "price-formula": (Paragraph((Text(wording.with_capital(formula), bold=True),)), *map(paragraph, remarks)),
        "example": example(sheet, method),
        "rounding": wording.rounding_text(method.rounding),
        "tie": wording.tie_text(method.tie_break),
        "alert": wording.alert_text(method),
        "low-price-law": " (Aanbestedingswet 2012, artikel 2.116)" if context.procedure.regime == "eu" else "",
        "standstill": _standstill(context),
        "preference": tuple(_preference(model)),
    }
    return document(context, page, values)


def _standstill(context: Context) -> str:
    """The term after the decision, as `award.term` counts it for report and letters; empty without days."""
    legal = context.procedure.regime == "eu"
    days = term_days(context.procedure.dates.standstill_days, legal=legal)
    if days < 1:
        return ""
    if legal:
        return (
            f"Voordat wij de overeenkomst sluiten, wachten wij. De wettelijke opschortende termijn is {days} "
            "kalenderdagen (Aanbestedingswet 2012, artikel 2.127). Begint iemand in die tijd een kort geding, dan "
            "sluiten wij de overeenkomst niet voordat de rechter in kort geding heeft beslist (artikel 2.131). "
            f"{_EXTENDED}"
        )
    text = f"Na het bericht sluiten wij {days} kalenderdagen lang geen overeenkomst."
    if context.procedure.regime == "private":
        return f"{text} {_EXTENDED} In die tijd kunt u ons laten weten dat u het niet eens bent met de keuze."
    return (
        f"{text} Begint iemand in die tijd een kort geding, dan sluiten wij de overeenkomst niet voordat de rechter in "
        f"kort geding heeft beslist. {_EXTENDED} De wettelijke opschortende termijn geldt voor deze procedure niet."
    )


def _points(points: Decimal | None) -> str:
    return number_text(points or Decimal(0))


def _weights(model: AwardModel) -> Table:
    groups: dict[str, Decimal] = {}
    for item in model.criteria:
        groups[item.group] = groups.get(item.group, Decimal(0)) + (item.points or 0)
    rows = [
        (f"{item.group} ({_points(groups[item.group])})", item.title, _points(item.points)) for item in model.criteria
    ]
    price = model.method.weights.price
    if price:
        rows.append((f"Prijs ({number_text(price)})", "Vergelijkingsprijs", number_text(price)))
    rows.append(("Samen", "", number_text(model.total)))
    return with_total(table(("Onderdeel", "Criterium", "Punten"), rows, (36, 50, 14), "Punten per onderdeel"))


def _price_lines(sheet: PriceSheet) -> Table:
    header = (
        "Regel",
        "Eenheid",
        "Soort",
        *(f"Aantal {item.title} ({number_text(item.weight)}%)" for item in sheet.scenarios),
        "Bijzonderheden",
    )
    rows = [
        (
            line.title,
            line.unit,
            wording.KINDS[line.kind],
            *(number_text(line.quantities[item.id]) for item in sheet.scenarios),
            "; ".join(_remarks(line)),
        )
        for line in sheet.lines
    ]
    widths = (30, 16, 12, *(13 for _ in sheet.scenarios), 22)
    return table(header, rows, widths, "De regels van het prijsblad met de aantallen per scenario")


def _remarks(line: SheetLine) -> Iterator[str]:
    if line.optional:
        yield "optie: u geeft een prijs, de opdrachtgever kan afnemen"
    if not line.counted:
        yield "telt niet mee in de vergelijkingsprijs"
    if line.min is not None:
        yield f"minstens {money_text(line.min)}"
    if line.max is not None:
        yield f"hoogstens {money_text(line.max)}"
    if line.zero_allowed:
        yield "€ 0 is toegestaan"
    if rule := line.measured:
        yield (
            f"u vult een prijs in voor {rule.price_per} {rule.counts} en het aantal over {rule.questions} vragen "
            f"({rule.reference}); de prijs per eenheid is prijs × aantal × {rule.per} / "
            f"({rule.price_per} × {rule.questions})"
        )


def _buyer_costs(sheet: PriceSheet) -> Blocks:
    if not sheet.buyer_costs:
        return (paragraph("De opdrachtgever rekent geen eigen kosten mee."),)
    lead = paragraph("De opdrachtgever telt bij elke inschrijving deze eigen kosten op, over de hele looptijd:")
    return (lead, bullets(f"{item.title}: {money_text(item.amount)}" for item in sheet.buyer_costs))


def _preference(model: AwardModel) -> Iterator[Block]:
    rule = model.preference
    names = [f"“{item.title}”" for item in model.criteria if item.preference]
    if not names:
        yield paragraph("Dit gunningsmodel heeft geen criteria met een voorkeur voor open of Europese oplossingen.")
        return
    share = number_text(round_to(Fraction(rule.share), 2))
    yield paragraph(
        f"De criteria {listed(names)} geven een voorkeur aan open oplossingen en aan Europese autonomie. Zij tellen "
        f"samen voor {share}% van alle punten."
    )
    if rule.cap is not None:
        yield paragraph(f"De opdrachtgever houdt als eigen grens {number_text(rule.cap)}% aan. Bron: {rule.source}.")
    yield paragraph(
        "Wij beoordelen eigenschappen van het aanbod, zoals rechten, licenties, plaats en overdraagbaarheid. De "
        "nationaliteit, de vestigingsplaats en de aandeelhouders van een inschrijver tellen niet mee. Gelijkwaardig "
        "bewijs telt ook."
    )
