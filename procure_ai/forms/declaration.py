"""The declaration of an assessor: no conflict of interest with the tenderers of this procedure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from procure_ai.documents.page import Page
from procure_ai.documents.tables import Cell, Length, Sheet, Style, Workbook
from procure_ai.documents.tree import Table, Text
from procure_ai.findings import Finding
from procure_ai.forms import layout
from procure_ai.forms.context import CellInput, Context, cell_key, with_identity
from procure_ai.forms.layout import READ_ME_WIDTHS, YES_OR_NO, header, label, row
from procure_ai.forms.reading import Reader
from procure_ai.forms.records import YES_NO, Declaration
from procure_ai.procedure.case import Assessor, Tenderer

FORM = "declaration"
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


def build(context: Context, page: Page, assessor: Assessor, tenderers: Sequence[Tenderer]) -> Workbook:
    """The declaration form of one assessor. `page` is what is declared (`templates/declaration.md`)."""
    table = Table(
        tuple((Text(title),) for title in ("Inschrijver", "Registratienummer en plaats")),
        tuple(
            (
                (Text(tenderer.name),),
                (Text(", ".join(part for part in (tenderer.registration, tenderer.place) if part)),),
            )
            for tenderer in tenderers
        ),
    )
    rows = layout.read_me(
        context, page, {"assessor": assessor.name, "function": assessor.function, "tenderers": (table,)}
    )
    rows += [
        layout.heading("Uw verklaring", 2),
        header("Vraag", "Antwoord"),
        row(
            label("Verklaart u dit alles?"),
            Cell(None, Style.INPUT_CHOICE, check=YES_OR_NO, name=cell_key("declaration", "free")),
        ),
        row(
            label("Toelichting (verplicht bij nee)"),
            Cell(None, Style.INPUT_LONG, check=Length(2000), name=cell_key("declaration", "remark")),
        ),
        row(label("Naam"), Cell(None, Style.INPUT, check=Length(250), name=cell_key("declaration", "name"))),
        row(label("Datum"), Cell(None, Style.INPUT_DATE, name=cell_key("declaration", "date"))),
    ]
    workbook = Workbook(
        title=f"{page.header['title']} {assessor.name}",
        sheets=(Sheet("Verklaring", tuple(rows), READ_ME_WIDTHS, landscape=False),),
        date=context.date,
        subject=page.header["subject"],
    )
    return with_identity(workbook, FORM, context, assessor.id)


def read(
    context: Context, assessor: Assessor, values: Mapping[str, CellInput], file: str
) -> tuple[Declaration | None, tuple[Finding, ...]]:
    """The declaration, or None when its answer, name or date is missing.

    Errors: A336 a nee without remark, A337 no answer, A338 not signed with name and date. Warning A339: the
    assessor declares an interest; people decide what follows.
    """
    form = Reader(values, file)
    key = "declaration"
    answer = form.choice(YES_NO, key, "free")
    remark, name, date = (form.text(key, part) for part in ("remark", "name", "date"))
    if not answer:
        form.find("A337", f"{assessor.name} heeft niet verklaard of er een belang is.", "Kies ja of nee.", key, "free")
    if answer == "no":
        form.warn(
            "A339", f"{assessor.name} verklaart een belang of twijfelt daarover.",
            "Besluit of dit lid meedoet en leg dat vast met `procure-ai decide`.", key, "free",
        )  # fmt: skip
        if not remark:
            form.find("A336", "Bij nee ontbreekt de toelichting.", "Schrijf op wat er speelt.", key, "remark")
    if not name or not _ISO.fullmatch(date):
        form.find(
            "A338", f"De verklaring van {assessor.name} is niet ondertekend met naam en datum.",
            "Vul naam en datum in, de datum als 31-12-2026.", key, "date" if name else "name",
        )  # fmt: skip
    if any(finding.is_error for finding in form.findings):
        return None, form.found
    return Declaration(assessor.id, answer == "yes", remark, name, date), form.found
