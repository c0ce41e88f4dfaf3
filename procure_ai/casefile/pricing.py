"""Prices after quality is final, opened by two people; then the ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from procure_ai.casefile import decisions
from procure_ai.casefile.books import read_form
from procure_ai.casefile.folder import Folder, begin
from procure_ai.casefile.judged import consensus, need, panel_of, qualified, scores, some_left, verdicts
from procure_ai.casefile.messages import found_as, refuse_as
from procure_ai.casefile.package import Package, once
from procure_ai.casefile.record import Line
from procure_ai.casefile.tenders import accepted
from procure_ai.documents.tables import Workbook
from procure_ai.evaluation.model import refusal_text
from procure_ai.evaluation.outcome import Outcome, Result
from procure_ai.evaluation.points import judge
from procure_ai.evaluation.price import PriceResult, comparison_price
from procure_ai.evaluation.rank import evaluate, without
from procure_ai.evaluation.tenders import PanelGrade, Tender
from procure_ai.evaluation.values import Refusal
from procure_ai.files.disk import read_bytes
from procure_ai.files.names import same_name
from procure_ai.findings import Finding, Place, Refused, raise_errors, refuse
from procure_ai.forms import price_sheet, ranking
from procure_ai.forms.context import Context
from procure_ai.forms.records import OpenedPrices
from procure_ai.procedure.case import Tenderer

SHEET = "price-sheet.xlsx"
_OPENED = "open-prices"


def open_prices(
    folder: Folder, files: Sequence[Path], by: Sequence[str], moment: datetime
) -> tuple[Line, tuple[Finding, ...]]:
    """Take in the price sheets of all tenders that are still in, opened by two named people.

    Those of tenders under a minimum for quality stay closed: no price can change that they are out
    (C-546/16, Montte). Files are recognised by folder or file name: `parlando/price-sheet.xlsx` or `parlando.xlsx`.
    Raises `Refused` while the quality is not final (R136), when the two people are not the two that
    were announced (R137), or when a sheet is missing or wrong.
    """
    package = Package.of(folder)
    if not package.record.last("consensus-read") or decisions.reopened(package.record, "consensus-read"):
        raise refuse_as("R136")
    if package.record.last("open-prices"):
        raise refuse_as("R132", closed="De prijzen zijn al geopend.")
    some_left(package)
    announced = panel_of(package).price_openers
    if len({same_name(name) for name in by}) < 2 or not set(by) <= set(announced):
        raise refuse_as("R137", announced=", ".join(announced))
    tenderers = priced(package)
    if not tenderers:
        raise refuse_as("R140/quality")
    contents = _by_tenderer(files, tenderers, set(accepted(package)))
    findings: list[Finding] = []
    step = begin(folder, "open-prices", moment, package.record, {"by": list(by), "tenderers": sorted(contents)})
    for tenderer in tenderers:
        try:
            findings.extend(_prices(package, tenderer, contents[tenderer.id])[1])
        except Refused as refused:
            findings.extend(refused.findings)
        step.put(f"tenders/{tenderer.id}/{SHEET}", contents[tenderer.id])
    warnings = raise_errors(findings)
    return step.finish(), warnings


def priced(package: Package, step: str = "") -> list[Tenderer]:
    """The tenderers of `qualified` that reach every minimum for quality."""
    method = package.model.method
    everyone = [item for item, _ in qualified(package, step)]
    return [item for item in everyone if not judge(method, _tender(package, item.id, None)).below]


def sent_sheet(package: Package) -> Workbook:
    """The price sheet as it was published, rebuilt from the package."""
    return price_sheet.build(package.context(package.before), package.page("price-sheet.md"))


def _by_tenderer(files: Sequence[Path], tenderers: Sequence[Tenderer], everyone: set[str]) -> dict[str, bytes]:
    known = {item.id for item in tenderers}
    found: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path in files:
        named = {part for part in (path.resolve().parent.name, path.stem) if part in everyone}
        name = named.pop() if len(named) == 1 else ""
        if name and name not in known:
            findings.append(found_as("A315/out", Place(str(path)), name=name, known=", ".join(sorted(known))))
        elif not name:
            findings.append(found_as("A315", Place(str(path)), known=", ".join(sorted(known))))
        elif name in found:
            findings.append(found_as("A316", Place(str(path)), name=name))
        else:
            found[name] = read_bytes(path, str(path))
    for name in sorted(known - set(found)):
        findings.append(found_as("A317", name=name))
    raise_errors(findings)
    return found


def _prices(package: Package, tenderer: Tenderer, content: bytes) -> tuple[OpenedPrices, tuple[Finding, ...]]:
    name = f"tenders/{tenderer.id}/{SHEET}"
    opened, warnings = read_form(
        sent_sheet(package), content, name,
        lambda values: price_sheet.read(package.context(), tenderer.id, values, name),
    )  # fmt: skip
    assert opened is not None
    others = {same_name(item.name) for item, _ in qualified(package, _OPENED)} - {same_name(tenderer.name)}
    if same_name(opened.stated_name) in others:
        raise Refused([found_as("A319", Place(name), stated_name=opened.stated_name, name=tenderer.name)])
    if same_name(opened.stated_name) != same_name(tenderer.name):
        named = found_as("A313/price", Place(name), stated_name=opened.stated_name, name=tenderer.name)
        return opened, (*warnings, named)
    return opened, warnings


@once
def prices(package: Package) -> dict[str, PriceResult]:
    """The comparison price of every tender that is still in. Refused while the prices are closed."""
    if not package.record.last(_OPENED):
        raise refuse_as("R138")
    return {
        tenderer.id: comparison_price(package.model.price_sheet, unit_prices(package, tenderer))
        for tenderer in priced(package, _OPENED)
    }


def unit_prices(package: Package, tenderer: Tenderer) -> Mapping[str, Decimal]:
    """The recorded unit prices of one tender."""
    content = package.recorded(f"tenders/{tenderer.id}/{SHEET}")
    return _prices(package, tenderer, content)[0].unit_prices


@dataclass(frozen=True)
class Ranked:
    """The ranking with what it was computed from."""

    tenderers: tuple[Tenderer, ...]
    tenders: tuple[Tender, ...]
    prices: Mapping[str, PriceResult]
    unit_prices: Mapping[str, Mapping[str, Decimal]]
    outcome: Outcome


@once
def compute(package: Package) -> Ranked:
    """The ranking of the recorded verdicts, grades and prices, with the draw that was recorded with it.

    Raises `Refused` (R195) when people set a tender aside, or back, after the ranking was made.
    """
    record = package.record
    now, then = decisions.set_aside(record), decisions.set_aside(record, "rank")
    if record.last("rank") and set(now) != set(then):
        raise refuse_as("R195", names=", ".join(sorted(set(now) ^ set(then))))
    return _ranked(package, _recorded_draw(package))


def _draw_stands(package: Package, draw: tuple[str, ...]) -> None:
    """Refuse (R141) another outcome of the same draw of lots, unless people decided since to draw again."""
    drawn, last = _recorded_draw(package), package.record.last("rank")
    decided = decisions.decided(package.record, "draw")
    again = bool(decided and last and decided[-1].number > last.number)
    if drawn != draw and sorted(drawn) == sorted(draw) and not again:
        raise refuse_as("R141/again", drawn=", ".join(drawn))


def _recorded_draw(package: Package) -> tuple[str, ...]:
    line = package.record.last("rank")
    return tuple(line.data.get("draw", ())) if line else ()


def _ranked(package: Package, draw: tuple[str, ...]) -> Ranked:
    """The ranking of the tenders that take part; those set aside after the prices were opened leave it by the
    announced rule. Raises `Refused` (E120, R196) when the award model refuses what was recorded."""
    need(package, "requirements-read")
    need(package, "consensus-read")
    opened = prices(package)
    everyone = tuple(item for item, _ in accepted(package).values())
    before = decisions.set_aside(package.record, _OPENED)
    after = frozenset(decisions.set_aside(package.record)) - frozenset(before)
    tenders = tuple(
        _tender(package, tenderer.id, opened[tenderer.id].comparison_price if tenderer.id in opened else None)
        for tenderer in everyone
        if tenderer.id not in before
    )
    try:
        outcome = _outcome(package, tenders, after, draw)
    except Refusal as refusal:
        message, remedy = refusal_text(refusal.code)
        raise refuse("E120", message, remedy) from None
    by_id = {item.id: item for item in everyone}
    kept = tuple(item for item in tenders if item.id not in after)
    left = {name: price for name, price in opened.items() if name not in after}
    return Ranked(everyone, kept, left, {name: unit_prices(package, by_id[name]) for name in left}, outcome)


def _tender(package: Package, name: str, price: Decimal | None) -> Tender:
    """What was recorded of one tender, as the evaluation sees it."""
    individual = [score for score in scores(package) if score.tenderer == name]
    return Tender(
        id=name,
        price=price,
        knock_outs={
            item.requirement: item.verdict
            for item in verdicts(package)
            if item.tenderer == name and item.verdict != "unclear"
        },
        grades={
            item.criterion: PanelGrade(
                individual=tuple(score.grade for score in individual if score.criterion == item.criterion),
                consensus=item.grade,
            )
            for item in consensus(package)
            if item.tenderer == name
        },
    )


def _outcome(package: Package, tenders: Sequence[Tender], after: frozenset[str], draw: tuple[str, ...]) -> Outcome:
    """The outcome without the tenders that people set aside after the prices were opened.

    A tender under a minimum for quality has no price: any price gives the same outcome.
    """
    method = package.model.method
    tenders = [item if item.price is not None else item.model_copy(update={"price": Decimal(0)}) for item in tenders]
    after &= {item.id for item in tenders}
    if not after:
        return evaluate(method, tenders, draw)
    rule = method.price.removal if method.price else None
    outcome = without(method, tenders, after, rule or "recalculate", draw)
    if outcome.tenders != without(method, tenders, after, "recalculate", draw).tenders:
        raise refuse_as("R196", names=", ".join(sorted(after)))
    return outcome


def rank(folder: Folder, moment: datetime, draw: tuple[str, ...] = ()) -> tuple[Line, Ranked]:
    """Compute the ranking and write award/ranking.xlsx with live formulas and stored results.

    `draw` is the outcome of a draw of lots by people, in order. Raises `Refused` (R141) when it does not
    name exactly the tenders that must draw, or differs from an earlier draw that stands.
    """
    from procure_ai import excel

    package = Package.of(folder)
    ranked = _ranked(package, () if draw else _recorded_draw(package))
    if draw:
        if sorted(draw) != sorted(ranked.outcome.needs_draw):
            raise refuse_as("R141", tied=", ".join(ranked.outcome.needs_draw) or "niemand")
        _draw_stands(package, draw)
        ranked = _ranked(package, draw)
    context = package.context(package.record.head, moment.date().isoformat())
    outcome = ranked.outcome
    step = begin(folder, "rank", moment, package.record,
        {
            "winner": outcome.winner, "order": list(outcome.order), "needs_draw": list(outcome.needs_draw),
            "tied": list(outcome.tied), "flags": list(outcome.flags),
        },
    )  # fmt: skip
    kept = draw or _recorded_draw(package)
    if kept:
        step.data["draw"] = list(kept)
    step.put("award/ranking.xlsx", excel.write(_book(context, ranked)))
    return step.finish(), ranked


def _book(context: Context, ranked: Ranked) -> Workbook:
    return ranking.build(context, ranked.tenderers, ranked.tenders, ranked.unit_prices, ranked.outcome)


def recalculate(folder: Folder) -> tuple[Finding, ...]:
    """Cells of award/ranking.xlsx that LibreOffice computes otherwise than we do.

    Raises `Refused`: R139 no ranking yet, W120 no LibreOffice.
    """
    from procure_ai import excel
    from procure_ai.files import office

    package = Package.of(folder)
    line = package.record.last("rank")
    if line is None:
        raise refuse_as("R139")
    if not office.available():
        raise refuse_as("W120/check")
    book = _book(package.context(line.previous, line.date), compute(package))
    content = office.convert(folder.read("award/ranking.xlsx"), ".xlsx", "xlsx", recalculate=True)
    rounding = package.model.method.rounding
    return excel.differences(book, content, rounding.decimals if rounding else 4)


def reason_text(ranked: Ranked, result: Result) -> str:
    """Why a tender is not ranked, in words."""
    kind, _, what = (result.reason or "").partition(":")
    words = {
        "knock_out": f"voldoet niet aan minimumeis {what}",
        "price_above_ceiling": "prijs boven het plafond",
        "quality_below_minimum": "kwaliteit onder het minimum",
        "below_minimum": f"cijfer onder het minimum bij {what}",
    }
    return words.get(kind, kind)


def settled(package: Package) -> None:
    """Refuse (R197) while people did not accept or reject a price that may be abnormally low.

    Source: Aanbestedingswet 2012, art. 2.116.
    """
    if names := decisions.suspects(package.record):
        raise refuse_as("R197", names=", ".join(names), tenderer=names[0])


def notes(ranked: Ranked) -> tuple[str, ...]:
    """What people must look at: a tie, a draw, a suspiciously low price. The tool decides nothing."""
    outcome = ranked.outcome
    result: list[str] = []
    if outcome.needs_draw:
        result.append(
            f"Gelijk geëindigd: {', '.join(outcome.needs_draw)}. Mensen loten, met alle betrokkenen uitgenodigd."
        )
    elif outcome.winner and outcome.tie_break_steps:
        result.append(f"Het hoogste totaal was gelijk; volgens de aangekondigde regel wint {outcome.winner}.")
    elif outcome.tied:
        result.append(f"Gelijk geëindigd: {', '.join(outcome.tied)}. Geen regel bekendgemaakt, dus geen winnaar.")
    words = {
        "abnormally_low_suspect": "Mogelijk abnormaal laag: {}. Vraag om uitleg en leg het besluit vast met"
        " `procure-ai decide abnormally-low`; de punten veranderen niet.",
        "price_below_floor": "Prijs onder de bodem van de bandbreedte: {}.",
        "zero_price": "Prijs is nul: {}.",
        "missing_scored_zero": "Ontbrekend antwoord telt als nul: {}.",
    }
    for flag in outcome.flags:
        kind, _, what = flag.partition(":")
        result.append(words.get(kind, kind + ": {}").format(what))
    return tuple(result)
