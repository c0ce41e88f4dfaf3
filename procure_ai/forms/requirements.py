"""The workbook in which people judge the minimum requirements, one sheet per tenderer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast

from procure_ai.documents.page import Page
from procure_ai.documents.tables import Cell, Choice, Length, Row, Sheet, Style, Workbook, cell_name
from procure_ai.evaluation.model import Announced
from procure_ai.findings import Finding
from procure_ai.forms import layout
from procure_ai.forms.context import CellInput, Context, cell_key, with_identity
from procure_ai.forms.layout import READ_ME, READ_ME_WIDTHS, head, header, label, row, stacked
from procure_ai.forms.reading import Reader
from procure_ai.forms.records import EVIDENCE, VERDICTS, YES_NO, RequirementAnswer, TenderAnswers, Verdict
from procure_ai.forms.text import cell_text
from procure_ai.procedure.case import Tenderer

FORM = "requirements"
_WIDTHS = (22.0, 58.0, 12.0, 44.0, 22.0, 14.0, 14.0, 38.0, 18.0)
_VERDICT = Choice(tuple(VERDICTS.values()))
_EVIDENCE = Choice(tuple(EVIDENCE.values()))
_VERDICT_COLUMN = 5


def build(context: Context, page: Page, tenders: Sequence[tuple[Tenderer, TenderAnswers]]) -> Workbook:
    """The workbook for judging the minimum requirements of these tenders.

    `page` is the instruction (`templates/requirements-form.md`); the overview with live counts follows it.
    """
    names = layout.sheet_names((tenderer.id for tenderer, _ in tenders), (READ_ME, "Overzicht"))
    sheets = [_sheet(context, name, *tender) for name, tender in zip(names, tenders, strict=True)]
    first = Sheet(READ_ME, tuple(layout.read_me(context, page, {})), READ_ME_WIDTHS, landscape=False)
    workbook = Workbook(
        title=f"{page.header['title']} {context.procedure.title}",
        sheets=(first, _overview(context, sheets, tenders), *sheets),
        date=context.date,
        subject=page.header["subject"],
    )
    return with_identity(workbook, FORM, context)


def _sheet(context: Context, name: str, tenderer: Tenderer, answers: TenderAnswers) -> Sheet:
    rows = head(
        context,
        f"Minimumeisen: {tenderer.name}",
        _WIDTHS,
        "Kies per eis een oordeel en hoe zeker het bewijs is, en schrijf de reden met de plaats in de inschrijving.",
        "Beoordeeld door geldt voor elke eis op dit blad, tenzij u bij een eis een andere naam invult.",
    )
    rows += [
        row(label("Beoordeeld door"), Cell(None, Style.INPUT, check=Length(250), name=cell_key("judge", tenderer.id))),
        Row(()),
    ]
    top = len(rows)
    rows.append(
        header(
            "Eis", "Wat is gevraagd", "Antwoord", "Toelichting van de inschrijver", "Genoemd bewijs",
            "Oordeel", "Bewijs is", "Reden, met plaats", "Andere beoordelaar",
        )
    )  # fmt: skip
    for item in context.model.requirements:
        answer = answers.requirements.get(item.id, RequirementAnswer(""))
        rows += stacked(_cells(item, answer, tenderer.id), _WIDTHS)
    return Sheet(name, tuple(rows), _WIDTHS, freeze_rows=top + 1, freeze_columns=1, header_row=top)


def _cells(item: Announced, answer: RequirementAnswer, tenderer: str) -> tuple[Cell, ...]:
    asked = cell_text(item.question) + "\n\nGevraagd bewijs:\n" + cell_text(item.evidence)
    shown = YES_NO.get(answer.answer, "niet beantwoord")
    return (
        label(f"{item.title}\n({item.id})"),
        Cell(asked),
        Cell(shown, Style.TEXT if answer.answer == "yes" else Style.WARNING),
        Cell(_with_confidential(answer.explanation, answer.confidential)),
        Cell(answer.evidence or "geen bewijs genoemd"),
        Cell(None, Style.INPUT_CHOICE, check=_VERDICT, name=cell_key("verdict", tenderer, item.id)),
        Cell(None, Style.INPUT_CHOICE, check=_EVIDENCE, name=cell_key("evidence", tenderer, item.id)),
        Cell(None, Style.INPUT_LONG, check=Length(2000), name=cell_key("reason", tenderer, item.id)),
        Cell(None, Style.INPUT, check=Length(250), name=cell_key("by", tenderer, item.id)),
    )


def _with_confidential(text: str, confidential: str) -> str:
    parts = [text or "geen toelichting"]
    if confidential:
        parts.append(f"Vertrouwelijk volgens de inschrijver: {confidential}")
    return "\n\n".join(parts)


def _overview(context: Context, sheets: Sequence[Sheet], tenders: Sequence[tuple[Tenderer, TenderAnswers]]) -> Sheet:
    widths = (44.0, 12.0, *(16.0 for _ in VERDICTS), 16.0, 20.0)
    rows = head(
        context, "Overzicht van de minimumeisen", widths, "Deze tabel telt mee terwijl u op de andere bladen kiest."
    )
    top = len(rows)
    rows.append(header("Inschrijver", "Eisen", *(text.capitalize() for text in VERDICTS.values()), "Nog open", "Stand"))
    total = len(context.model.requirements)
    for line, ((tenderer, _), sheet) in enumerate(zip(tenders, sheets, strict=True), start=top + 1):
        column = cell_name(0, _VERDICT_COLUMN)[:-1]
        area = f"'{sheet.name}'!{column}1:{column}{len(sheet.rows)}"
        counts = [Cell(0, Style.NUMBER, formula=f'=COUNTIF({area},"{text}")') for text in VERDICTS.values()]
        first, last = cell_name(line, 2), cell_name(line, 1 + len(VERDICTS))
        open_, unclear = cell_name(line, 2 + len(VERDICTS)), cell_name(line, 4)
        state = "nog niet klaar" if total else "klaar"
        rows.append(
            row(
                label(tenderer.name),
                Cell(total, Style.NUMBER),
                *counts,
                Cell(total, Style.NUMBER, formula=f"={cell_name(line, 1)}-SUM({first}:{last})"),
                Cell(state, formula=f'=IF({open_}+{unclear}>0,"nog niet klaar","klaar")'),
            )
        )
    return Sheet("Overzicht", tuple(rows), widths, freeze_rows=top + 1, header_row=top)


def read(
    context: Context, tenders: Sequence[tuple[Tenderer, TenderAnswers]], values: Mapping[str, CellInput], file: str
) -> tuple[tuple[Verdict, ...], tuple[Finding, ...]]:
    """The verdicts of people; one without verdict or status of evidence is left out and found.

    Errors: A330 no verdict, A331 no reason, A332 no judge, A333 no status of the evidence, A334 unclear (people
    must resolve it first). Warning A335: passed on a claim alone although evidence was asked (lint L27).
    """
    form = Reader(values, file)
    found = (_verdict(form, tenderer, item) for tenderer, _ in tenders for item in context.model.requirements)
    return tuple(verdict for verdict in found if verdict), form.found


def _verdict(form: Reader, tenderer: Tenderer, item: Announced) -> Verdict | None:
    key = (tenderer.id, item.id)
    what = f"eis '{item.title}' van {tenderer.name}"
    verdict = form.choice(VERDICTS, "verdict", *key)
    evidence = form.choice(EVIDENCE, "evidence", *key)
    reason = form.text("reason", *key)
    by = form.text("by", *key) or form.text("judge", tenderer.id)
    if not verdict:
        options = ", ".join(VERDICTS.values())
        form.find("A330", f"Het oordeel over {what} ontbreekt.", f"Kies uit {options}.", "verdict", *key)
    if not evidence:
        options = ", ".join(EVIDENCE.values())
        form.find("A333", f"Hoe zeker het bewijs is bij {what} ontbreekt.", f"Kies uit {options}.", "evidence", *key)
    if not reason:
        form.find("A331", f"De reden bij {what} ontbreekt.", "Schrijf waarop het oordeel rust.", "reason", *key)
    judge = cell_key("judge", tenderer.id)
    if not by and not any(finding.place.key == judge for finding in form.findings):
        form.find(
            "A332", f"Wie de eisen van {tenderer.name} beoordeelde ontbreekt.", "Vul de naam in boven aan het blad.",
            "judge", tenderer.id,
        )  # fmt: skip
    if verdict == "unclear":
        form.find(
            "A334", f"Het oordeel over {what} is onduidelijk.",
            "Los dat eerst op, bijvoorbeeld met een vraag aan de inschrijver, en oordeel dan.", "verdict", *key,
        )  # fmt: skip
    if verdict == "pass" and evidence == "claimed" and item.evidence_needed == "required":
        form.warn(
            "A335", f"Bij {what} is bewijs gevraagd, maar het oordeel rust alleen op wat de inschrijver stelt.",
            "Ga het bewijs na, of schrijf in de reden waarom dat niet nodig is.", "evidence", *key,
        )  # fmt: skip
    if not verdict or not evidence:
        return None
    return Verdict(
        tenderer=tenderer.id,
        requirement=item.id,
        verdict=cast(Literal["pass", "fail", "unclear"], verdict),
        evidence=cast(Literal["claimed", "shown", "verified"], evidence),
        reason=reason,
        by=by,
    )
