"""The answer form: what a tenderer fills in. No prices, no weights in formulas, no macros."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from procure_ai.documents.dutch import number_text
from procure_ai.documents.page import Page
from procure_ai.documents.tables import Cell, Sheet, Style, Workbook, cell_name
from procure_ai.documents.tree import Field
from procure_ai.evaluation.model import Announced
from procure_ai.forms import ladder_sheet, layout
from procure_ai.forms.answer_reading import IDENTITY, Due, asked_fields, documents, due, nameless, read
from procure_ai.forms.context import Context, cell_key
from procure_ai.forms.layout import SheetRows, choose, entry, label, opened
from procure_ai.forms.records import YES_NO
from procure_ai.forms.text import cell_text, criterion_numbers, lines_of, requirement_numbers, rungs

__all__ = ["FORM", "asked_fields", "build", "documents", "read"]

FORM = "answer-form"
_SIGNED = (
    ("name", "Naam", "Degene die namens de inschrijver akkoord gaat."),
    ("function", "Functie", ""),
    ("date", "Datum", "Zoals 31-12-2026."),
)
_REQUIREMENT = (
    ("Nr.", 9.0), ("Eis", 24.0), ("Wat wij vragen", 48.0), ("Gevraagd bewijs", 42.0), ("Voldoet u?", 11.0),
    ("Toelichting", 46.0), ("Bewijs: bestand en bladzijde", 24.0), ("Vertrouwelijk, en waarom", 24.0),
)  # fmt: skip
_FIELD_WIDTHS = (40.0, 54.0, 18.0, 74.0)
_DUE: dict[Due, str] = {
    "tender": "bij uw inschrijving",
    "award": "uiterlijk bij de gunning",
    "if-any": "alleen als die er is",
}
_LINES = {"annex-sub-processors": "Ketenpartij", "annex-data-flows": "Verwerking voor een eigen doel"}


def build(
    context: Context, page: Page, fields: Sequence[Field], annex_titles: Mapping[str, str], *, processing: bool = False
) -> Workbook:
    """The answer form of this procedure, the same for every tenderer.

    `page` is the instruction (`templates/answer-form.md`). `fields` are the open fields of the contract;
    those of the tenderer are asked. `annex_titles` names the annex or clause by the first part of a key.
    `processing` says that the package has annexes of a data-processing agreement.
    """
    asked = asked_fields(fields)
    sheets = [
        _identity(context),
        _requirements(context),
        _criteria(context),
        *ladder_sheet.asked_sheets(context),
        *([_fields(context, asked, annex_titles)] if asked else []),
        _agreement(context, processing),
    ]
    first = layout.read_me(context, page, {})
    _progress(context, first, sheets, asked, processing)
    return layout.workbook(context, page, FORM, [first.sheet(landscape=False), *sheets])


def _progress(
    context: Context, rows: SheetRows, sheets: Sequence[Sheet], asked: Sequence[Field], processing: bool
) -> None:
    """A live table of what is filled in; the results stand for a form with nothing filled in."""
    model = context.model
    parts: dict[str, list[tuple[str, ...]]] = {
        "Inschrijver": [("tenderer", key) for key, _, _ in IDENTITY],
        "Minimumeisen": [("requirement", item.id, "answer") for item in model.requirements],
        "Gunningscriteria": [("criterion", item.id, "choice" if item.choice else "answer") for item in model.criteria],
        **ladder_sheet.asked_keys(context),
        "Contractgegevens": [("field", field.key) for field in asked if due(context, field) == "tender"],
        "Akkoord": [
            *(("agreed", found.key) for found in documents(context, processing=processing)),
            *(("signed", key) for key, *_ in _SIGNED),
        ],
    }
    places = layout.named_cells(sheets)
    rows.header("Onderdeel", "Stand", "Ingevuld", "Van de")
    for title, keys in parts.items():
        if keys:
            done, total = cell_name(rows.next, 2), cell_name(rows.next, 3)
            rows.add(
                label(title),
                Cell("nog niet klaar", formula=f'=IF({done}>={total},"klaar","nog niet klaar")'),
                Cell(0, Style.NUMBER, formula=layout.filled_count(places, [cell_key(*key) for key in keys])),
                Cell(len(keys), Style.NUMBER),
            )


def _identity(context: Context) -> Sheet:
    rows = opened(context, "Inschrijver", (34.0, 60.0, 60.0), "Vul in wie de inschrijving doet.")
    rows.header("Gegeven", "Invullen", "Toelichting")
    for key, title, hint in IDENTITY:
        rows.add(label(title), entry("tenderer", key, most=250), Cell(hint, Style.NOTE))
    return rows.sheet()


def _requirements(context: Context) -> Sheet:
    rows = opened(
        context,
        "Minimumeisen",
        [width for _, width in _REQUIREMENT],
        "Een inschrijving die niet aan elke eis voldoet, is ongeldig en doet niet verder mee. Licht uw keuze toe.",
        "Noem bij Bewijs het bestand en de bladzijde. Noem bij Vertrouwelijk welk deel vertrouwelijk is, en waarom.",
    )
    rows.columns(*(title for title, _ in _REQUIREMENT))
    for number, item in requirement_numbers(context.model.requirements):
        equal = f"\n\nGelijkwaardig: {cell_text(item.equivalent)}" if item.equivalent.strip() else ""
        rows.stack(
            label(number),
            label(item.title),
            Cell(cell_text(item.question) + equal),
            Cell(cell_text(item.evidence)),
            choose(YES_NO, "requirement", item.id, "answer"),
            entry("requirement", item.id, "text", most=item.limit, style=Style.INPUT_LONG),
            entry("requirement", item.id, "evidence", most=2000),
            entry("requirement", item.id, "confidential", most=2000),
        )
    return rows.sheet(freeze_columns=2)


def _criteria(context: Context) -> Sheet:
    rows = opened(
        context,
        "Gunningscriteria",
        layout.CARD,
        "Elk criterium is een blok: de vraag, het bewijs, de schaal, en daaronder uw antwoord in de gele vakken.",
        "De commissie geeft een cijfer van de schaal. Bij elk cijfer staat wanneer u het krijgt.",
    )
    rows.columns("Onderdeel", "Inhoud")
    breaks = []
    for number, item in criterion_numbers(context.model.criteria):
        rows.add()
        breaks.append(rows.next)
        rows.heading(f"{number} {item.title}")
        _criterion(rows, item, context.model.total)
    return replace(rows.sheet(landscape=False), breaks=tuple(breaks[1:]))  # question and answer on one page


def _criterion(rows: SheetRows, item: Announced, total: Decimal) -> None:
    group = f"Onderdeel van: {item.group}. " if item.group else ""
    points = f"hoogstens {number_text(item.points or Decimal(0))} van de {number_text(total)} punten"
    rows.add(label("Plaats en punten"), f"{group}Dit criterium levert {points} op.")
    rows.part("Vraag", cell_text(item.question))
    rows.part("Gevraagd bewijs", cell_text(item.evidence))
    for rung, when in rungs(item):
        rows.add(label(f"Cijfer {rung}"), when)
    if item.equivalent.strip():
        rows.part("Gelijkwaardig", cell_text(item.equivalent))
    if item.choice:
        names = [rung.name for rung in sorted(item.scale, key=lambda rung: rung.grade)]
        options = dict(zip(names, names, strict=True))
        rows.add(label("Uw keuze: zij wordt een plicht"), choose(options, "criterion", item.id, "choice"))
    answer = entry("criterion", item.id, "answer", most=item.limit, style=Style.INPUT_LONG)
    title = f"Uw antwoord (hoogstens {number_text(Decimal(item.limit))} tekens)"
    rows.add(label(title), answer, height=min(20, 2 + item.limit // 110) * 13.2 + 6)
    for key, title in (("evidence", "Bewijs: bestand en bladzijde"), ("confidential", "Vertrouwelijk, en waarom")):
        rows.add(label(title), entry("criterion", item.id, key, most=2000), height=45.0)


def _fields(context: Context, asked: Sequence[Field], titles: Mapping[str, str]) -> Sheet:
    rows = opened(
        context,
        "Contractgegevens",
        _FIELD_WIDTHS,
        "Deze gegevens komen in de bijlagen van de overeenkomst. Boven aan elke bijlage staat hoe u haar invult.",
        "Wat hier bij uw inschrijving hoort, telt mee voor de stand op het blad Lees mij. De rest mag u nu leeg laten.",
        "Komt iets niet voor, schrijf dan bij wat nu nodig is: niet van toepassing.",
    )
    rows.columns("Onderdeel", "Wat wij vragen", "Wanneer", "Invullen")
    for title, part, what, field in _placed(asked, titles):
        if title:
            rows.add()
            rows.heading(title)
        # A column *Gegevens* alone says nothing: then the fixed cells of the row do.
        asked_text = field.hint if field.hint and what == "Gegevens" else "\n".join(filter(None, (what, field.hint)))
        lines = max(map(lines_of, (part, asked_text), _FIELD_WIDTHS))
        answer = entry("field", field.key, most=2000)
        rows.add(label(part), asked_text, _DUE[due(context, field)], answer, height=max(30.0, lines * 13.2 + 6))
    return rows.sheet()


def _placed(fields: Sequence[Field], titles: Mapping[str, str]) -> Iterator[tuple[str, str, str, Field]]:
    """Each field with the heading that starts before it (or none), its row and its column in the annex."""
    group = ""
    unnamed: dict[str, int] = {}
    for field in fields:
        parts = field.key.split(".")
        title = titles.get(parts[0], parts[0]) if parts[0] != group else ""
        group = parts[0]
        if len(parts) < 3 or not parts[-1].isdigit():
            yield title, titles.get(group, group), field.label, field
            continue
        part, _, what = field.label.rpartition(": ")
        if nameless(field):
            number = unnamed.setdefault(
                ".".join(parts[:-1]), 1 + sum(known.split(".")[0] == group for known in unnamed)
            )
            part = f"{_LINES.get(group) or titles.get(group, group).rpartition(': ')[2]} {number}"
        yield title, part, what, field


def _agreement(context: Context, processing: bool) -> Sheet:
    rows = opened(
        context,
        "Akkoord",
        (44.0, 70.0, 22.0),
        "Kies per stuk ja of nee. Een voorbehoud kan betekenen dat de opdrachtgever uw inschrijving afwijst.",
    )
    rows.header("Stuk", "Verklaring", "Akkoord?")
    for found in documents(context, processing=processing):
        text = f"De inschrijver gaat zonder voorbehoud akkoord met dit stuk, {found.version}."
        rows.add(label(found.title), text, choose(YES_NO, "agreed", found.key))
    rows.add()
    rows.header("Ondertekening", "Invullen", "Toelichting")
    for key, title, hint in _SIGNED:
        day = Cell(None, Style.INPUT_DATE, name=cell_key("signed", key))
        rows.add(label(title), day if key == "date" else entry("signed", key, most=250), Cell(hint, Style.NOTE))
    return rows.sheet()
