"""The answer form: what a tenderer fills in. No prices, no weights in formulas, no macros."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from procure_ai.documents.dutch import number_text
from procure_ai.documents.page import Page
from procure_ai.documents.tables import Cell, Length, Row, Sheet, Style, Workbook
from procure_ai.documents.tree import Field
from procure_ai.evaluation.model import Announced
from procure_ai.forms import layout
from procure_ai.forms.answer_reading import IDENTITY, asked_fields, documents, read
from procure_ai.forms.context import Context, cell_key, with_identity
from procure_ai.forms.layout import READ_ME, READ_ME_WIDTHS, YES_OR_NO, head, header, label, row, stacked
from procure_ai.forms.text import cell_text, points_text, rung_text

__all__ = ["FORM", "asked_fields", "build", "documents", "read"]

FORM = "answer-form"
_SHORT, _LONG = Length(250), Length(2000)
_CARD = (26.0, 104.0)
_SIGNED = (
    ("name", "Naam", "Degene die namens de inschrijver akkoord gaat."),
    ("function", "Functie", ""),
    ("date", "Datum", "Zoals 31-12-2026."),
)


def build(context: Context, page: Page, fields: Sequence[Field], annex_titles: Mapping[str, str]) -> Workbook:
    """The answer form of this procedure, the same for every tenderer.

    `page` is the instruction (`templates/answer-form.md`). `fields` are the open fields of the contract;
    those of the tenderer are asked. `annex_titles` names the annex or clause by the first part of a key.
    """
    asked = asked_fields(fields)
    sheets = [
        _identity(context),
        _requirements(context),
        _criteria(context),
        *([_fields(context, asked, annex_titles)] if asked else []),
        _agreement(context),
    ]
    first = Sheet(READ_ME, tuple(_read_me(context, page, sheets, asked)), READ_ME_WIDTHS, landscape=False)
    workbook = Workbook(
        title=f"{page.header['title']} {context.procedure.title}",
        sheets=(first, *sheets),
        date=context.date,
        subject=page.header["subject"],
    )
    return with_identity(workbook, FORM, context)


def _read_me(context: Context, page: Page, sheets: Sequence[Sheet], asked: Sequence[Field]) -> list[Row]:
    rows = layout.read_me(context, page, {})
    model = context.model
    parts = [
        ("Inschrijver", [cell_key("tenderer", key) for key, _, _ in IDENTITY]),
        ("Minimumeisen", [cell_key("requirement", item.id, "answer") for item in model.requirements]),
        ("Gunningscriteria", [cell_key("criterion", item.id, "answer") for item in model.criteria]),
        ("Contractgegevens", [cell_key("field", field.key) for field in asked]),
        (
            "Akkoord",
            [
                *(cell_key("agreed", key) for key, _ in documents(context)),
                *(cell_key("signed", key) for key, _, _ in _SIGNED),
            ],
        ),
    ]
    counts = [(title, layout.filled_count(sheets, names), len(names)) for title, names in parts if names]
    return [*rows, *layout.progress(len(rows), counts)]


def _identity(context: Context) -> Sheet:
    widths = (34.0, 60.0, 60.0)
    rows = [
        *head(context, "Inschrijver", widths, "Vul in wie de inschrijving doet."),
        header("Gegeven", "Invullen", "Toelichting"),
        *(
            row(
                label(title),
                Cell(None, Style.INPUT, check=_SHORT, name=cell_key("tenderer", key)),
                Cell(hint, Style.NOTE),
            )
            for key, title, hint in IDENTITY
        ),
    ]
    return Sheet("Inschrijver", tuple(rows), widths)


def _requirements(context: Context) -> Sheet:
    widths = (13.0, 20.0, 48.0, 42.0, 11.0, 46.0, 24.0, 24.0)
    rows = head(
        context,
        "Minimumeisen",
        widths,
        "Een inschrijving die niet aan elke eis voldoet, kan worden afgewezen. Kies ja of nee en licht dat toe.",
        "Noem bij Bewijs het bestand en de bladzijde. Noem bij Vertrouwelijk welk deel vertrouwelijk is, en waarom.",
    )
    top = len(rows)
    rows.append(
        header(
            "Kenmerk", "Eis", "Wat wij vragen", "Gevraagd bewijs", "Voldoet u?", "Toelichting",
            "Bewijs: bestand en bladzijde", "Vertrouwelijk, en waarom",
        )
    )  # fmt: skip
    for item in context.model.requirements:
        rows += stacked(
            (
                Cell(item.id, Style.ID),
                label(item.title),
                Cell(_question(item)),
                Cell(cell_text(item.evidence)),
                Cell(None, Style.INPUT_CHOICE, check=YES_OR_NO, name=cell_key("requirement", item.id, "answer")),
                Cell(None, Style.INPUT_LONG, check=Length(item.limit), name=cell_key("requirement", item.id, "text")),
                Cell(None, Style.INPUT, check=_LONG, name=cell_key("requirement", item.id, "evidence")),
                Cell(None, Style.INPUT, check=_LONG, name=cell_key("requirement", item.id, "confidential")),
            ),
            widths,
        )
    return Sheet("Minimumeisen", tuple(rows), widths, freeze_rows=top + 1, freeze_columns=2, header_row=top)


def _question(item: Announced) -> str:
    equal = f"\n\nGelijkwaardig: {cell_text(item.equivalent)}" if item.equivalent.strip() else ""
    return cell_text(item.question) + equal


def _criteria(context: Context) -> Sheet:
    rows = head(
        context,
        "Gunningscriteria",
        _CARD,
        "Elk criterium is een blok: de vraag, het bewijs, de schaal, en daaronder uw antwoord in de gele vakken.",
        "De commissie geeft een cijfer van de schaal. Bij elk cijfer staat wanneer u het krijgt.",
    )
    top = len(rows)
    rows.append(header("Onderdeel", "Inhoud"))
    for number, item in enumerate(context.model.criteria, start=1):
        rows += [Row(()), *_criterion(context, number, item)]
    return Sheet("Gunningscriteria", tuple(rows), _CARD, freeze_rows=top + 1, header_row=top)


def _criterion(context: Context, number: int, item: Announced) -> Iterator[Row]:
    yield layout.heading(f"{number}. {item.title}", 2)
    weight = points_text(item.points, context.model.total)
    group = f"Onderdeel van: {item.group}. " if item.group else ""
    yield row(label("Plaats en punten"), f"{group}Dit criterium levert {weight} op. Kenmerk: {item.id}.")
    yield from stacked((label("Vraag"), Cell(cell_text(item.question))), _CARD)
    yield from stacked((label("Gevraagd bewijs"), Cell(cell_text(item.evidence))), _CARD)
    for rung in sorted(item.scale, key=lambda found: found.grade):
        yield row(label(f"Cijfer {rung_text(rung)}"), rung.when)
    if item.equivalent.strip():
        yield from stacked((label("Gelijkwaardig"), Cell(cell_text(item.equivalent))), _CARD)
    lines = min(20, 2 + item.limit // 110)
    yield replace(
        row(
            label(f"Uw antwoord (hoogstens {number_text(Decimal(item.limit))} tekens)"),
            Cell(None, Style.INPUT_LONG, check=Length(item.limit), name=cell_key("criterion", item.id, "answer")),
        ),
        height=lines * 13.2 + 6,
    )
    for key, title in (("evidence", "Bewijs: bestand en bladzijde"), ("confidential", "Vertrouwelijk, en waarom")):
        yield replace(
            row(label(title), Cell(None, Style.INPUT, check=_LONG, name=cell_key("criterion", item.id, key))),
            height=45.0,
        )


def _fields(context: Context, asked: Sequence[Field], titles: Mapping[str, str]) -> Sheet:
    widths = (34.0, 40.0, 70.0, 24.0)
    rows = head(
        context,
        "Contractgegevens",
        widths,
        "Deze gegevens komen in de bijlagen van de overeenkomst. Wat elk gegeven inhoudt, staat in de bijlage zelf.",
        "Is een regel niet nodig, schrijf dan: niet van toepassing. Wat u leeg laat, vragen wij later alsnog.",
    )
    top = len(rows)
    rows.append(header("Onderdeel", "Gegeven", "Invullen", "Kenmerk"))
    for title, part, what, field in _placed(asked, titles):
        if title:
            rows += [Row(()), layout.heading(title, 4)]
        given = Cell(None, Style.INPUT, check=_LONG, name=cell_key("field", field.key))
        rows.append(replace(row(label(part), what, given, Cell(field.key, Style.ID)), height=30.0))
    return Sheet("Contractgegevens", tuple(rows), widths, freeze_rows=top + 1, header_row=top)


def _placed(fields: Sequence[Field], titles: Mapping[str, str]) -> Iterator[tuple[str, str, str, Field]]:
    """Each field with the heading that starts before it (or none), its row and its column in the annex."""
    group = ""
    unnamed: dict[str, int] = {}
    for field in fields:
        parts = field.key.split(".")
        start = parts[0] if parts[0] != group else ""
        group = parts[0]
        title = titles.get(start, start) if start else ""
        if len(parts) < 3 or not parts[-1].isdigit():
            yield title, titles.get(group, group), field.label, field
            continue
        part, _, what = field.label.rpartition(": ")
        line = ".".join(parts[:-1])
        if not part:
            unnamed.setdefault(line, 1 + sum(known.split(".")[0] == group for known in unnamed))
            part = f"Regel {unnamed[line]}"
        yield title, f"Regel {part}" if part.isdigit() else part, what, field


def _agreement(context: Context) -> Sheet:
    widths = (44.0, 70.0, 22.0)
    rows = [
        *head(
            context,
            "Akkoord",
            widths,
            "Kies per stuk ja of nee. Een voorbehoud kan betekenen dat de opdrachtgever uw inschrijving afwijst.",
        ),
        header("Stuk", "Verklaring", "Akkoord?"),
        *(
            row(
                label(title),
                f"De inschrijver gaat zonder voorbehoud akkoord met dit stuk, in versie {context.version}.",
                Cell(None, Style.INPUT_CHOICE, check=YES_OR_NO, name=cell_key("agreed", key)),
            )
            for key, title in documents(context)
        ),
        Row(()),
        header("Ondertekening", "Invullen", "Toelichting"),
        *(
            row(
                label(title),
                Cell(
                    None,
                    Style.INPUT_DATE if key == "date" else Style.INPUT,
                    check=None if key == "date" else _SHORT,
                    name=cell_key("signed", key),
                ),
                Cell(hint, Style.NOTE),
            )
            for key, title, hint in _SIGNED
        ),
    ]
    return Sheet("Akkoord", tuple(rows), widths)
