"""A small form, and ways to return it filled in or spoiled."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from procure_ai.documents.tables import Bounds, Cell, Chart, Choice, Length, Row, Sheet, Style, Workbook

YES_NO = Choice(("Ja", "Nee", "Gedeeltelijk, zie toelichting"))


def form(questions: int = 4, **changes: Any) -> Workbook:
    """Two sheets: questions with a choice and an answer; prices with formulas and a chart."""
    head = (
        Row((Cell("Vragen aan de inschrijver", Style.TITLE),)),
        Row(()),
        Row(tuple(Cell(text, Style.HEADER) for text in ("Nr.", "Vraag", "Keuze", "Antwoord"))),
    )
    body = tuple(
        Row(
            (
                Cell(f"V{number}", Style.ID),
                Cell(f"Vraag {number}: hoe toont u dit aan?", Style.LABEL),
                Cell(None, Style.INPUT_CHOICE, check=YES_NO, name=f"choice-{number}"),
                Cell(None, Style.INPUT_LONG, check=Length(200), name=f"answer-{number}"),
            )
        )
        for number in range(1, questions + 1)
    )
    amounts = tuple(
        Row(
            (
                Cell(text, Style.LABEL),
                Cell(Decimal(price), Style.INPUT_MONEY, check=Bounds(Decimal(0), Decimal(5000)), name=f"price-{n}"),
                Cell(None, Style.INPUT_DATE, name=f"date-{n}"),
                Cell(Decimal(price) * 3, Style.MONEY, formula=f"B{n + 2}*3"),
            )
        )
        for n, (text, price) in enumerate((("Licentie", "100.25"), ("Beheer", "250")))
    )
    total = Row(
        (Cell("Totaal", Style.LABEL), None, None, Cell(Decimal("1050.75"), Style.MONEY_TOTAL, formula="SUM(D2:D3)"))
    )
    chart = Chart("Prijs", "Staafdiagram van de prijs per regel", "A2:A3", (("Prijs", "D2:D3"),), 5)
    prices = Sheet(
        "Prijzen & co's",
        (Row(tuple(Cell(text, Style.HEADER) for text in ("Regel", "Prijs", "Datum", "Drie jaar"))), *amounts, total),
        (20, 14, 14, 14),
        charts=(chart,),
    )
    sheet = Sheet("Vragen", (*head, *body), (6, 40, 14, 60), freeze_rows=3, freeze_columns=2, header_row=2)
    identity = (("form", "answer-form"), ("case", "2026-1"), ("tenderer", "acme"))
    return replace(Workbook("Antwoordformulier", (sheet, prices), identity, date="2026-03-01"), **changes)


def single(*cells: Cell | None, **changes: Any) -> Workbook:
    """A workbook with one row."""
    return replace(Workbook("Proef", (Sheet("Blad", (Row(cells),), (20,) * len(cells)),)), **changes)


def edited(data: bytes, change: Callable[[Any], None]) -> bytes:
    """The workbook after somebody edited it (openpyxl plays the tenderer's program)."""
    book = load_workbook(io.BytesIO(data))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
