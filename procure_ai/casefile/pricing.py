"""Prices after quality is final, opened by two people; then the ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from procure_ai.casefile.books import read_book
from procure_ai.casefile.folder import Folder, begin
from procure_ai.casefile.judging import consensus, panel_of, qualified, scores, verdicts
from procure_ai.casefile.package import Package, once
from procure_ai.casefile.record import Line
from procure_ai.casefile.tenders import accepted
from procure_ai.documents.tables import Workbook
from procure_ai.evaluation.model import refusal_text
from procure_ai.evaluation.outcome import Outcome, Result
from procure_ai.evaluation.price import PriceResult, comparison_price
from procure_ai.evaluation.rank import evaluate
from procure_ai.evaluation.tenders import PanelGrade, Tender
from procure_ai.evaluation.values import Refusal
from procure_ai.files.disk import read_bytes
from procure_ai.findings import Finding, Place, Refused, Severity, raise_errors, refuse
from procure_ai.forms import price_sheet, ranking
from procure_ai.forms.reading import located
from procure_ai.forms.records import OpenedPrices
from procure_ai.procedure.case import Tenderer

SHEET = "price-sheet.xlsx"


def open_prices(
    folder: Folder, files: Sequence[Path], by: Sequence[str], moment: datetime
) -> tuple[Line, tuple[Finding, ...]]:
    """Take in the price sheets of all tenders that are still in, opened by two named people.

    Files are recognised by folder or file name: `parlando/price-sheet.xlsx` or `parlando.xlsx`.
    Raises `Refused` while the quality is not final (R136), when the two people are not the two that
    were announced (R137), or when a sheet is missing or wrong.
    """
    package = Package(folder, folder.record())
    if not package.record.last("consensus-read"):
        raise refuse(
            "R136",
            "De kwaliteit is nog niet definitief; prijzen blijven dicht.",
            "Rond eerst het overleg af met `procure-ai consensus --read`.",
        )
    if package.record.last("open-prices"):
        raise refuse(
            "R132",
            "De prijzen zijn al geopend.",
            "Een correctie is een nieuwe, vastgelegde beslissing van de commissie.",
        )
    _two_people(package, by)
    tenderers = [item for item, _ in qualified(package)]
    contents = _by_tenderer(files, tenderers)
    findings: list[Finding] = []
    step = begin(folder, "open-prices", moment, {"by": list(by), "tenderers": sorted(contents)})
    for tenderer in tenderers:
        try:
            findings.extend(_prices(package, tenderer, contents[tenderer.id])[1])
        except Refused as refused:
            findings.extend(refused.findings)
        step.put(f"tenders/{tenderer.id}/{SHEET}", contents[tenderer.id])
    warnings = raise_errors(findings)
    return step.finish(), warnings


def sent_sheet(package: Package) -> Workbook:
    """The price sheet as it was published, rebuilt from the package."""
    line = package.record.last("publish")
    assert line is not None
    return price_sheet.build(package.context(line.previous, line.date), package.page("price-sheet.md"))


def _two_people(package: Package, by: Sequence[str]) -> None:
    announced = panel_of(package).price_openers
    if len(set(by)) < 2 or not set(by) <= set(announced):
        raise refuse(
            "R137",
            "De prijzen worden geopend door twee mensen die als opener zijn aangewezen.",
            f"Noem met --by twee verschillende namen uit: {', '.join(announced)}.",
        )


def _by_tenderer(files: Sequence[Path], tenderers: Sequence[Tenderer]) -> dict[str, bytes]:
    known = {item.id for item in tenderers}
    found: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path in files:
        name = next((part for part in (path.resolve().parent.name, path.stem) if part in known), "")
        if not name:
            findings.append(
                Finding(
                    Place(str(path)),
                    "A315",
                    "Van dit bestand is niet duidelijk van wie het is, of die inschrijver doet niet meer mee.",
                    f"Zet het in een map met de naam van de inschrijver: {', '.join(sorted(known))}.",
                )
            )
        elif name in found:
            findings.append(
                Finding(Place(str(path)), "A316", f"Van `{name}` zijn twee prijsbladen gegeven.", "Geef er één.")
            )
        else:
            found[name] = read_bytes(path, str(path))
    for name in sorted(known - set(found)):
        findings.append(
            Finding(Place(), "A317", f"Het prijsblad van `{name}` ontbreekt.", "Geef alle prijsbladen tegelijk.")
        )
    raise_errors(findings)
    return found


def _prices(package: Package, tenderer: Tenderer, content: bytes) -> tuple[OpenedPrices, tuple[Finding, ...]]:
    sent, name = sent_sheet(package), f"tenders/{tenderer.id}/{SHEET}"
    values, first = read_book(sent, content, name)
    opened, more = price_sheet.read(package.context(), tenderer.id, values, name)
    warnings = [*first, *raise_errors(located(more, sent))]
    assert opened is not None
    if opened.stated_name.strip() != tenderer.name:
        warnings.append(
            Finding(
                Place(name),
                "A313",
                f"In het prijsblad staat de naam `{opened.stated_name}`, niet `{tenderer.name}`.",
                "Controleer of dit het prijsblad van deze inschrijver is.",
                Severity.WARNING,
            )
        )
    return opened, tuple(warnings)


@once
def prices(package: Package) -> dict[str, PriceResult]:
    """The comparison price of every tender that is still in. Refused while the prices are closed."""
    if not package.record.last("open-prices"):
        raise refuse("R138", "De prijzen zijn nog niet geopend.", "Open ze met `procure-ai open-prices`.")
    return {
        tenderer.id: comparison_price(package.model.price_sheet, unit_prices(package, tenderer))
        for tenderer, _ in qualified(package)
    }


def unit_prices(package: Package, tenderer: Tenderer) -> Mapping[str, Decimal]:
    """The recorded unit prices of one tender."""
    content = package.folder.recorded(f"tenders/{tenderer.id}/{SHEET}", package.record)
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
    """The ranking of the recorded verdicts, grades and prices. Raises `Refused` (E120) when the award
    model refuses them."""
    judged = verdicts(package)
    adopted = consensus(package)
    individual = scores(package)
    opened = prices(package)
    everyone = tuple(item for item, _ in accepted(package).values())
    tenders = tuple(
        Tender(
            id=tenderer.id,
            price=opened[tenderer.id].comparison_price if tenderer.id in opened else None,
            knock_outs={
                item.requirement: item.verdict
                for item in judged
                if item.tenderer == tenderer.id and item.verdict != "unclear"
            },
            grades={
                item.criterion: PanelGrade(
                    individual=tuple(
                        score.grade
                        for score in individual
                        if (score.tenderer, score.criterion) == (item.tenderer, item.criterion)
                    ),
                    consensus=item.grade,
                )
                for item in adopted
                if item.tenderer == tenderer.id
            },
        )
        for tenderer in everyone
    )
    try:
        outcome = evaluate(package.model.method, tenders)
    except Refusal as refusal:
        message, remedy = refusal_text(refusal.code)
        raise refuse("E120", message, remedy) from None
    by_id = {item.id: item for item in everyone}
    return Ranked(everyone, tenders, opened, {name: unit_prices(package, by_id[name]) for name in opened}, outcome)


def rank(folder: Folder, moment: datetime) -> tuple[Line, Ranked]:
    """Compute the ranking and write award/ranking.xlsx with live formulas and stored results."""
    from procure_ai import excel

    package = Package(folder, folder.record())
    ranked = compute(package)
    context = package.context(package.record.head, moment.date().isoformat())
    book = ranking.build(context, ranked.tenderers, ranked.tenders, ranked.unit_prices, ranked.outcome)
    outcome = ranked.outcome
    step = begin(
        folder, "rank", moment,
        {
            "winner": outcome.winner, "order": list(outcome.order), "needs_draw": list(outcome.needs_draw),
            "tied": list(outcome.tied), "flags": list(outcome.flags),
        },
    )  # fmt: skip
    step.put("award/ranking.xlsx", excel.write(book))
    return step.finish(), ranked


def recalculate(folder: Folder) -> tuple[Finding, ...]:
    """Cells of award/ranking.xlsx that LibreOffice computes otherwise than we do.

    Raises `Refused`: R139 no ranking yet, W120 no LibreOffice.
    """
    from procure_ai import excel
    from procure_ai.files import office

    package = Package(folder, folder.record())
    line = package.record.last("rank")
    if line is None:
        raise refuse("R139", "Er is nog geen rangorde.", "Bereken hem met `procure-ai rank`.")
    if not office.available():
        raise refuse("W120", "Voor het narekenen is LibreOffice nodig.", "Installeer LibreOffice.")
    ranked = compute(package)
    context = package.context(line.previous, line.date)
    book = ranking.build(context, ranked.tenderers, ranked.tenders, ranked.unit_prices, ranked.outcome)
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


def notes(ranked: Ranked) -> tuple[str, ...]:
    """What people must look at: a tie, a draw, a suspiciously low price. The tool decides nothing."""
    outcome = ranked.outcome
    result: list[str] = []
    if outcome.needs_draw:
        result.append(
            f"Gelijk geëindigd: {', '.join(outcome.needs_draw)}. Mensen loten, met alle betrokkenen uitgenodigd."
        )
    elif outcome.tied:
        result.append(f"Gelijk geëindigd: {', '.join(outcome.tied)}. Geen regel bekendgemaakt, dus geen winnaar.")
    words = {
        "abnormally_low_suspect": "Mogelijk abnormaal laag: {}. Vraag om uitleg; de punten veranderen niet.",
        "price_below_floor": "Prijs onder de bodem van de bandbreedte: {}.",
        "zero_price": "Prijs is nul: {}.",
        "missing_scored_zero": "Ontbrekend antwoord telt als nul: {}.",
    }
    for flag in outcome.flags:
        kind, _, what = flag.partition(":")
        result.append(words.get(kind, kind + ": {}").format(what))
    return tuple(result)
