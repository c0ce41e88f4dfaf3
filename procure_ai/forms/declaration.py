"""The declaration of an assessor: no conflict of interest with the tenderers of this procedure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from procure_ai.documents.fill import Filling
from procure_ai.documents.page import Page
from procure_ai.documents.tables import Cell, Style, Workbook
from procure_ai.findings import Finding
from procure_ai.forms import layout
from procure_ai.forms.blocks import table
from procure_ai.forms.context import CellInput, Context, cell_key
from procure_ai.forms.layout import choose, entry, label
from procure_ai.forms.reading import Reader
from procure_ai.forms.records import YES_NO, Declaration
from procure_ai.procedure.case import Assessor, Tenderer

FORM = "declaration"
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


def build(context: Context, page: Page, assessor: Assessor, tenderers: Sequence[Tenderer]) -> Workbook:
    """The declaration form of one assessor. `page` is what is declared (`templates/declaration.md`)."""
    found = ((item.name, ", ".join(part for part in (item.registration, item.place) if part)) for item in tenderers)
    tenders = table(("Inschrijver", "Registratienummer en plaats"), found)
    known: dict[str, Filling] = {"assessor": assessor.name, "function": assessor.function, "tenderers": (tenders,)}
    rows = layout.read_me(context, page, known, "Verklaring")
    rows.heading("Uw verklaring", 2)
    rows.header("Vraag", "Antwoord")
    rows.add(label("Verklaart u dit alles?"), choose(YES_NO, FORM, "free"))
    rows.add(label("Toelichting (verplicht bij nee)"), entry(FORM, "remark", most=2000, style=Style.INPUT_LONG))
    rows.add(label("Naam"), entry(FORM, "name", most=250))
    rows.add(label("Datum"), Cell(None, Style.INPUT_DATE, name=cell_key(FORM, "date")))
    return layout.workbook(context, page, FORM, [rows.sheet(landscape=False)], assessor)


def read(
    context: Context, assessor: Assessor, values: Mapping[str, CellInput], file: str
) -> tuple[Declaration | None, tuple[Finding, ...]]:
    """The declaration, or None when its answer, name or date is missing. Findings A336 to A339."""
    form = Reader(values, file)
    answer = form.choice(YES_NO, FORM, "free")
    remark, name, date = (form.text(FORM, part) for part in ("remark", "name", "date"))
    if not answer:
        form.find("A337", FORM, "free", name=assessor.name)
    if answer == "no":
        form.find("A339", FORM, "free", name=assessor.name)
        if not remark:
            form.find("A336", FORM, "remark")
    if not name or not _ISO.fullmatch(date):
        form.find("A338", FORM, "date" if name else "name", name=assessor.name)
    if form.refused:
        return None, form.found
    return Declaration(assessor.id, answer == "yes", remark, name, date), form.found
