"""The workbook in which people judge the minimum requirements, one sheet per tenderer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast

from procure_ai.documents.page import Page
from procure_ai.documents.tables import Cell, Sheet, Style, Workbook, cell_name, column_name
from procure_ai.evaluation.model import Announced
from procure_ai.findings import Finding
from procure_ai.forms import layout
from procure_ai.forms.context import CellInput, Context, cell_key
from procure_ai.forms.layout import OVERVIEW, choose, entry, label, opened
from procure_ai.forms.reading import Reader
from procure_ai.forms.records import EVIDENCE, VERDICTS, YES_NO, RequirementAnswer, TenderAnswers, Verdict
from procure_ai.forms.text import cell_text, requirement_numbers
from procure_ai.procedure.case import Tenderer

FORM = "requirements"
_COLUMNS = (
    ("Eis", 22.0), ("Wat is gevraagd", 58.0), ("Antwoord", 12.0), ("Toelichting van de inschrijver", 44.0),
    ("Genoemd bewijs", 22.0), ("Oordeel", 14.0), ("Bewijs is", 14.0), ("Reden, met plaats", 38.0),
    ("Andere beoordelaar", 18.0),
)  # fmt: skip
_VERDICT = column_name(5)


def build(context: Context, page: Page, tenders: Sequence[tuple[Tenderer, TenderAnswers]]) -> Workbook:
    """The workbook for judging these tenders. `page` is the instruction (`templates/requirements-form.md`)."""
    names = layout.sheet_names(tenderer.id for tenderer, _ in tenders)
    sheets = [_tender(context, name, *tender) for name, tender in zip(names, tenders, strict=True)]
    first = layout.read_me(context, page, {}).sheet(landscape=False)
    overview = _overview(context, sheets, [tenderer for tenderer, _ in tenders])
    return layout.workbook(context, page, FORM, [first, overview, *sheets])


def _tender(context: Context, name: str, tenderer: Tenderer, answers: TenderAnswers) -> Sheet:
    rows = opened(
        context,
        f"Minimumeisen: {tenderer.name}",
        [width for _, width in _COLUMNS],
        "Kies per eis een oordeel en hoe zeker het bewijs is, en schrijf de reden met de plaats in de inschrijving.",
        "Beoordeeld door geldt voor elke eis op dit blad, tenzij u bij een eis een andere naam invult.",
        name=name,
    )
    rows.add(label("Beoordeeld door"), entry("judge", tenderer.id, most=250))
    rows.add()
    rows.columns(*(title for title, _ in _COLUMNS))
    for number, item in requirement_numbers(context.model.requirements):
        answer, key = answers.requirements.get(item.id, RequirementAnswer("")), (tenderer.id, item.id)
        told = answer.explanation or "geen toelichting"
        if answer.confidential:
            told += f"\n\nVertrouwelijk volgens de inschrijver: {answer.confidential}"
        rows.stack(
            label(f"{number} {item.title}"),
            Cell(f"{cell_text(item.question)}\n\nGevraagd bewijs:\n{cell_text(item.evidence)}"),
            Cell(YES_NO.get(answer.answer, "niet beantwoord"), Style.TEXT if answer.answer == "yes" else Style.WARNING),
            Cell(told),
            Cell(answer.evidence or "geen bewijs genoemd"),
            choose(VERDICTS, "verdict", *key),
            choose(EVIDENCE, "evidence", *key),
            entry("reason", *key, most=2000, style=Style.INPUT_LONG),
            entry("by", *key, most=250),
        )
    return rows.sheet(freeze_columns=1)


def _overview(context: Context, sheets: Sequence[Sheet], tenderers: Sequence[Tenderer]) -> Sheet:
    rows = opened(
        context,
        "Overzicht van de minimumeisen",
        (44.0, 12.0, 16.0, 16.0, 16.0, 16.0, 20.0),
        "Deze tabel telt mee terwijl u op de andere bladen kiest.",
        name=OVERVIEW,
    )
    rows.columns("Inschrijver", "Eisen", *(text.capitalize() for text in VERDICTS.values()), "Nog open", "Stand")
    total = len(context.model.requirements)
    for tenderer, sheet in zip(tenderers, sheets, strict=True):
        area = f"{layout.quoted(sheet.name)}{_VERDICT}1:{_VERDICT}{len(sheet.rows)}"
        asked, first, unclear, open_ = (cell_name(rows.next, column) for column in (1, 2, 4, 5))
        rows.add(
            label(tenderer.name),
            Cell(total, Style.NUMBER),
            *(Cell(0, Style.NUMBER, formula=f'=COUNTIF({area},"{text}")') for text in VERDICTS.values()),
            Cell(total, Style.NUMBER, formula=f"={asked}-SUM({first}:{unclear})"),
            Cell("nog niet klaar" if total else "klaar", formula=f'=IF({open_}+{unclear}>0,"nog niet klaar","klaar")'),
        )
    return rows.sheet()


def read(
    context: Context, tenders: Sequence[tuple[Tenderer, TenderAnswers]], values: Mapping[str, CellInput], file: str
) -> tuple[tuple[Verdict, ...], tuple[Finding, ...]]:
    """The verdicts of people, without those that miss a verdict or the status of the evidence. Findings A330 to
    A335; A335 (lint L27) is a warning."""
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
        form.find("A330", "verdict", *key, what=what, options=", ".join(VERDICTS.values()))
    if not evidence:
        form.find("A333", "evidence", *key, what=what, options=", ".join(EVIDENCE.values()))
    if not reason:
        form.find("A331", "reason", *key, what=what)
    judge = cell_key("judge", tenderer.id)
    if not by and not any(finding.place.key == judge for finding in form.findings):
        form.find("A332", "judge", tenderer.id, name=tenderer.name)
    if verdict == "unclear":
        form.find("A334", "verdict", *key, what=what)
    if verdict == "pass" and evidence == "claimed" and item.evidence_needed == "required":
        form.find("A335", "evidence", *key, what=what)
    if not verdict or not evidence:
        return None
    return Verdict(
        *key,
        verdict=cast(Literal["pass", "fail", "unclear"], verdict),
        evidence=cast(Literal["claimed", "shown", "verified"], evidence),
        reason=reason,
        by=by,
    )
