"""The award model in Dutch sentences: the same words in the tender package, the ranking and the letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction

from procure_ai.documents.dutch import listed, money_text, number_text
from procure_ai.evaluation.method import Criterion, Method, PriceRule, Rounding
from procure_ai.evaluation.model import AwardModel
from procure_ai.evaluation.outcome import Outcome, Result
from procure_ai.evaluation.price import PriceResult
from procure_ai.evaluation.values import SHOWN_DECIMALS, Figure, round_to
from procure_ai.procedure.price_sheet import PriceSheet, SheetLine

_STORED = Context(prec=17)

KINDS = {"one-off": "eenmalig", "recurring": "per jaar"}
VAT = {"excluded": "zonder btw", "included": "met btw"}
TIE_STEPS = {
    "quality": "de hoogste punten voor kwaliteit gaven de doorslag",
    "draw_recorded": "het lot gaf de doorslag",
    "draw_needed": "er moet nog worden geloot",
}


def stored(value: Fraction | Decimal) -> Decimal:
    """An exact figure as a workbook can store it: 17 significant digits, written out."""
    if isinstance(value, Decimal):
        return Decimal(f"{value:f}")
    return Decimal(f"{_STORED.divide(Decimal(value.numerator), Decimal(value.denominator)):f}")


def decimals_at(method: Method, stage: str) -> int | None:
    """The announced decimals of figures at this stage (`criterion` or `total`); None when unrounded.

    Totals of figures that are rounded per criterion have the same decimals.
    """
    rule = method.rounding
    if rule is None or (stage == "criterion" and rule.stage == "total"):
        return None
    return rule.decimals


def points_text(figure: Figure, method: Method, stage: str = "criterion") -> str:
    """A figure in points as announced: at its decimals, or at four when nothing is rounded."""
    decimals = decimals_at(method, stage)
    if decimals is None:
        return number_text(figure.shown, SHOWN_DECIMALS)
    mode = method.rounding.mode if method.rounding else "half_up"
    return number_text(figure.rounded(decimals, mode), decimals)


def earned_text(method: Method, result: Result | None, leaf: Criterion) -> str:
    """The points of a tender on a criterion; of an invalid one unrounded, as compared with the minimum."""
    points = result.criterion_points.get(leaf.id) if result else None
    if result is None or points is None:
        return "–"
    return points_text(points, method) if result.status == "ranked" else fraction_text(points.exact)


def leaf_title(leaf: Criterion) -> str:
    """The title of a criterion of the method, or its id when it has none."""
    return leaf.title or leaf.id


def line_title(line: SheetLine) -> str:
    """The title of a price line, and whether it counts."""
    return line.title if line.counted else f"{line.title} (telt niet mee)"


def with_capital(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text with one full stop at its end, also after a name such as *Alfa B.V.*"""
    return text if text.endswith(".") else f"{text}."


def amount_text(value: Fraction | Decimal) -> str:
    """An amount of money, to the cent, for reading."""
    return money_text(round_to(Fraction(value), 2))


def fraction_text(value: Fraction, decimals: int = SHOWN_DECIMALS) -> str:
    """A figure for reading, without needless zeros."""
    return number_text(round_to(value, decimals))


# --- the rules as announced ---------------------------------------------------------------------


_FORMULAS = {
    "lowest_ratio": "{most} × {low} / {own}",
    "linear_from_lowest": "{most} × ({times} × {low} − {own}) / (({times} − 1) × {low})",
    "min_max": "{most} × ({high} − {own}) / ({high} − {low})",
    "bandwidth": "{most} × ({ceiling} − {own}) / ({ceiling} − {floor})",
    "power_bandwidth": "{most} × (1 − (({own} − {floor}) / ({ceiling} − {floor})) ^ {power})",
    "log_lowest": "{most} × (1 − ln({own} / {low}) / ln({times}))",
}
_IN_WORDS = _FORMULAS | {
    "lowest_ratio": "{most} × ({low} / {own})",
    "power_bandwidth": "{most} × (1 − (({own} − {floor}) / ({ceiling} − {floor})) tot de macht {power})",
}
_ENDS = {
    "lowest_ratio": "De laagste geldige prijs krijgt {most} punten.",
    "linear_from_lowest": "De laagste geldige prijs krijgt {most} punten; {times} keer de laagste prijs krijgt 0 "
    "punten.",
    "min_max": "Zijn alle geldige prijzen gelijk, dan krijgt iedereen {most} punten.",
    "bandwidth": "Een vergelijkingsprijs van {floor} krijgt {most} punten, een van {ceiling} krijgt 0 punten.",
    "power_bandwidth": "Tot en met {floor} krijgt een prijs {most} punten, vanaf {ceiling} krijgt hij 0 punten.",
    "log_lowest": "De laagste geldige prijs krijgt {most} punten; {times} keer de laagste prijs krijgt 0 punten.",
}
_CLAMPS = {
    "zero": "Minder dan 0 punten is niet mogelijk.",
    "zero_to_max": "Minder dan 0 punten en meer dan {most} punten zijn niet mogelijk.",
}
_REMOVALS = {
    "freeze": "Valt een inschrijving na de berekening weg of blijkt zij ongeldig, dan veranderen de punten van de "
    "anderen niet. Wie lager staat, schuift op.",
    "recalculate": "Valt een inschrijving na de berekening weg of blijkt zij ongeldig, dan berekenen wij de punten en "
    "de rangorde opnieuw over de inschrijvingen die overblijven.",
}
_PRICES_IN_WORDS = {
    "low": "laagste vergelijkingsprijs",
    "high": "hoogste vergelijkingsprijs",
    "own": "eigen vergelijkingsprijs",
}


def _announced_figures(method: Method, rule: PriceRule) -> dict[str, str]:
    return {
        "most": number_text(method.weights.price or Decimal(0)),
        "floor": _money(rule.floor),
        "ceiling": _money(rule.ceiling),
        "times": number_text(rule.zero_at or Decimal(1)),
        "power": number_text(rule.exponent or Decimal(1)),
    }


def price_formula(method: Method) -> tuple[str, ...]:
    """The price formula as sentences. Empty when prices earn no points."""
    rule = method.price
    if rule is None or rule.formula is None:
        return ()
    words = _announced_figures(method, rule) | _PRICES_IN_WORDS
    clamp = _CLAMPS.get(rule.clamp, "De uitkomst wordt niet begrensd: zij kan onder 0 of boven het maximum komen.")
    formula = f"punten = {_IN_WORDS[rule.formula]}."
    found = [text.format_map(words) for text in (formula, _ENDS[rule.formula], clamp)]
    if rule.ceiling_reject is not None:
        found.append(f"Een inschrijving met een vergelijkingsprijs boven {_money(rule.ceiling_reject)} is ongeldig.")
    relative = "Alleen geldige inschrijvingen tellen mee voor de laagste en de hoogste prijs."
    found.append(relative if rule.floor is None else "De punten hangen niet af van de prijzen van anderen.")
    return (*found, *([_REMOVALS[rule.removal]] if rule.removal else []))


def price_sum(method: Method, price: Fraction, lowest: Fraction, highest: Fraction) -> str:
    """The price formula with the figures of one tender filled in, up to the equals sign."""
    rule = method.price
    if rule is None or rule.formula is None:
        return ""
    figures = _announced_figures(method, rule)
    figures |= {"own": amount_text(price), "low": amount_text(lowest), "high": amount_text(highest)}
    if rule.formula == "min_max" and figures["low"] == figures["high"]:
        return f"alle prijzen zijn gelijk: {figures['most']}"
    return _FORMULAS[rule.formula].format_map(figures)


def weighed_sum(sheet: PriceSheet, result: PriceResult) -> str:
    """How the totals per scenario make the comparison price: *60% × € 100 + 40% × € 200 = € 140.*"""
    parts = (f"{number_text(item.weight)}% × {amount_text(result.totals[item.id].exact)}" for item in sheet.scenarios)
    return f"{' + '.join(parts)} = {money_text(result.comparison_price)}."


def rounding_text(rule: Rounding | None) -> str:
    """Where and how points are rounded, as one or two sentences."""
    if rule is None:
        return (
            "De punten worden niet afgerond. Getoonde cijfers hebben vier decimalen; gerekend wordt met alle decimalen."
        )
    where = (
        "De punten per criterium en de punten voor de prijs worden afgerond"
        if rule.stage == "criterion"
        else "Alleen het totaal wordt afgerond"
    )
    how = "een half naar boven" if rule.mode == "half_up" else "een half naar het even cijfer"
    decimals = {0: "hele punten", 1: "1 decimaal"}.get(rule.decimals, f"{rule.decimals} decimalen")
    return f"{where} op {decimals}, {how}. Verder wordt niets afgerond."


def tie_text(steps: Sequence[str]) -> str:
    """What happens when the first places have equal points, as sentences."""
    words = {
        "quality": "wint de inschrijving met de meeste punten voor kwaliteit",
        "draw": "beslist het lot; de betrokken inschrijvers mogen bij de loting zijn",
    }
    if not steps:
        return "Er is geen regel voor een gelijk puntentotaal op de eerste plaats."
    first, *others = [words[step] for step in steps]
    text = f"Hebben twee of meer inschrijvingen samen het hoogste totaal, dan {first}."
    return text + "".join(f" Is het dan nog gelijk, dan {other}." for other in others)


def panel_text(method: Method) -> str:
    """How the grades of the assessors become one grade, as sentences."""
    rule = method.panel.rule if method.panel else ""
    if rule == "consensus":
        return (
            "De beoordelaars geven eerst ieder voor zich een cijfer met een reden. Daarna bespreken zij de verschillen "
            "en stellen zij samen één cijfer vast, met één motivering. Dat cijfer telt."
        )
    if rule == "mean":
        return (
            "De beoordelaars geven ieder voor zich een cijfer met een reden. Het gemiddelde van die cijfers telt; het "
            "gemiddelde zelf wordt niet afgerond. De commissie stelt samen de motivering vast."
        )
    return "Per criterium telt één cijfer."


def minimum_text(model: AwardModel) -> str:
    """The minimum quality as a sentence."""
    quality = model.method.quality
    minimum = quality.total_min if quality else None
    if minimum is None:
        return "Er is geen minimum voor de kwaliteit als geheel."
    return (
        f"Een inschrijving met minder dan {number_text(minimum)} punten voor kwaliteit is ongeldig en krijgt geen "
        f"rang. Precies {number_text(minimum)} punten is genoeg. Vergeleken wordt vóór afronding."
    )


def alert_text(method: Method) -> str:
    """When a price is looked into as possibly abnormally low, as a sentence."""
    if method.alert_low is None:
        return "Er is geen vast grensbedrag waarbij de opdrachtgever navraag doet."
    share = number_text(method.alert_low.below_share_of_mean * 100)
    return (
        f"Ligt een vergelijkingsprijs onder {share}% van het gemiddelde van de geldige prijzen, dan doet de "
        "opdrachtgever navraag."
    )


# --- what came out ------------------------------------------------------------------------------


def reason_text(model: AwardModel, reason: str) -> str:
    """A reason for which a tender is invalid, as a clause that starts in lower case."""
    name, _, what = reason.partition(":")
    if name == "knock_out":
        return f"voldoet niet aan de minimumeis “{_title(model, what)}”"
    if name == "below_minimum":
        return f"het cijfer voor “{_title(model, what)}” ligt onder het minimum"
    if name == "quality_below_minimum":
        minimum = model.method.quality.total_min if model.method.quality else None
        return f"de kwaliteit ligt onder het minimum van {number_text(minimum or Decimal(0))} punten"
    if name == "price_above_ceiling":
        limit = model.method.price.ceiling_reject if model.method.price else None
        return f"de vergelijkingsprijs ligt boven {_money(limit)}"
    return reason


def flag_text(model: AwardModel, flag: str) -> tuple[str, str]:
    """A flag of the outcome as (tender id, Dutch sentence)."""
    name, tender, *rest = flag.split(":")
    text = {
        "zero_price": "De vergelijkingsprijs is nul: vraag uitleg.",
        "price_below_floor": "De vergelijkingsprijs ligt onder de bodem van de bandbreedte.",
        "abnormally_low_suspect": "De prijs kan abnormaal laag zijn: vraag uitleg en besluit daarna.",
        "missing_scored_zero": f"Op “{_title(model, ''.join(rest))}” is niet geantwoord; dat telt als cijfer 0.",
    }
    return tender, text.get(name, flag)


def winner_text(outcome: Outcome, names: Mapping[str, str]) -> str:
    """Who wins, or why nobody does yet, as a sentence; `names` is by tender id."""
    if outcome.winner:
        how = [TIE_STEPS[step] for step in outcome.tie_break_steps[-1:] if step in TIE_STEPS]  # the last one decided
        text = sentence(f"Voorgenomen winnaar: {names.get(outcome.winner, outcome.winner)}")
        return text + (f" Het totaal was gelijk; {listed(how)}." if how else "")
    if outcome.needs_draw:
        who = listed([names.get(name, name) for name in outcome.needs_draw])
        return f"Nog geen winnaar: {who} eindigen gelijk en er moet worden geloot."
    if outcome.tied:
        who = listed([names.get(name, name) for name in outcome.tied])
        return f"Nog geen winnaar: {who} eindigen gelijk en geen regel beslist."
    return "Er is geen geldige inschrijving, dus geen winnaar."


def _title(model: AwardModel, name: str) -> str:
    return next((item.title for item in (*model.requirements, *model.criteria) if item.id == name), name)


def _money(value: Decimal | None) -> str:
    return money_text(value) if value is not None else ""
