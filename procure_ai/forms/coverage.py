"""The matrix of what policy and law ask as a workbook: demands, source entries, and the field of known sets."""

from __future__ import annotations

from procure_ai.documents.tables import Cell, Style, Workbook
from procure_ai.forms.layout import SheetRows
from procure_ai.library.coverage import HOMES, Coverage
from procure_ai.library.models import Library

HOME = {"clause": "Bepaling", "requirement": "Minimumeis", "criterion": "Criterium", "checklist": "Checklist"}
KIND = {"must": "moet", "should": "hoort", "may": "mag"}
ADDRESSED = {"supplier": "leverancier", "buyer": "opdrachtgever", "both": "beide"}
_TREATS = {"yes": "ja", "partly": "deels", "no": "nee", "unknown": "onbekend"}


def build(library: Library, matrix: Coverage, date: str) -> Workbook:
    """The workbook with three sheets. `date` (ISO) is the date in its properties."""
    title = "Dekking van beleid en wet"
    demands = _sheet("Eisen", title, 26, 44, 10, 14, *[24] * 4, 40, 30)
    demands.columns("Eis", "Wat", "Kracht", "Voor", *(HOME[home] for home in HOMES), "Staat voor", "Bronnen")
    for row in matrix.demands:
        _add(
            demands, row.id, row.title, KIND[row.kind], ADDRESSED[row.addressed_to],
            *("\n".join(row.at(home)) for home in HOMES), ", ".join(row.stands_for), "\n".join(row.sources),
        )  # fmt: skip
    entries = _sheet("Bronnen", "Elke regel uit de bronnen", 34, 24, 34, 10, 14, 44, 60)
    entries.columns("Regel", "Bron", "Plaats", "Kracht", "Voor", "Eisen", "Waarom niet voor de inkoop")
    for name, standing, reason in matrix.entries:
        entry = library.entries.entries[name]
        _add(
            entries, name, entry.source, entry.place, KIND[entry.kind], ADDRESSED[entry.addressed_to],
            "\n".join(standing), reason,
        )  # fmt: skip
    sets = list(dict.fromkeys(known for row in library.landscape.values() for known in row.elsewhere))
    field = _sheet("Onderwerpen", "De onderwerpen, en welke bekende sets ze regelen", 6, 44, 36, *[14] * len(sets))
    field.notes("Een uitkomst zonder sterretje is een verwachting; met * is de tekst van die set ingezien.")
    field.columns("Nr.", "Onderwerp", "Bepalingen", *sets)
    for topic in library.landscape.values():
        _add(
            field, str(topic.number), topic.title, "\n".join(topic.clauses),
            *(_TREATS[topic.elsewhere[one]] + ("*" if one in topic.sure else "") if one in topic.elsewhere else ""
              for one in sets),
        )  # fmt: skip
    sheets = tuple(sheet.sheet(freeze_columns=1) for sheet in (demands, entries, field))
    return Workbook(title, sheets, date=date, subject="Bibliotheek")


def _sheet(name: str, title: str, *widths: float) -> SheetRows:
    rows = SheetRows(name, tuple(float(width) for width in widths))
    rows.add(Cell(title, Style.TITLE))
    return rows


def _add(rows: SheetRows, *texts: str) -> None:
    first, *rest = texts
    rows.add(Cell(first, Style.ID), *(Cell(text) for text in rest))
