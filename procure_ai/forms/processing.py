"""The annexes of the data-processing agreement, filled from the tables of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import dropwhile

from procure_ai.documents.dutch import day_text, listed
from procure_ai.documents.fill import Filling
from procure_ai.documents.numbering import map_inlines
from procure_ai.documents.page import Page
from procure_ai.documents.tree import Annex, Block, Blocks, Document, Inline, Reference, Table, Text
from procure_ai.drafting.contract import Contract
from procure_ai.drafting.processing import shared_terms
from procure_ai.forms.blocks import document, heading, listed_in, paragraph, table
from procure_ai.forms.context import Cover
from procure_ai.forms.wording import with_capital
from procure_ai.library.models import Library
from procure_ai.library.written import ProcessingAnnex, ProcessingFile
from procure_ai.procedure.case import Case, DataProcessing

_ROLES = {
    "processor": "verwerker",
    "controller": "zelf verwerkingsverantwoordelijke",
    "joint-controllers": "samen met de opdrachtgever verwerkingsverantwoordelijke",
}
_MUST = {"same": "{}", "at-most": "hoogstens {}"}
_NO_TABLE = "In dit contract staat hierover geen tabel. Vul deze bijlage samen met de andere partij in."
_NO_TERMS = "Het contract en deze verwerkersovereenkomst hebben geen getallen gemeen."


def processing_document(
    cover: Cover, page: Page, case: Case, choice: DataProcessing, library: Library, contract: Contract
) -> Document:
    """The annexes (`templates/processing.md`) of the agreement that the case chose: same rows, same open fields."""
    agreement, name = library.processing[choice.agreement], library.kinds[case.contract.kind].name
    about = (("Model", agreement.title), ("Uitgave", with_capital(agreement.edition)))
    values: dict[str, Filling] = {
        "annex-name": name,
        "agreement": (table(("Gegeven", "Inhoud"), about, (22, 78), "De verwerkersovereenkomst"),),
        "note": agreement.note,
        "roles": _roles(choice, library.regimes[case.procedure.base_terms].words["supplier"].lower()),
        "decided": f"Vastgesteld op {day_text(choice.decided_on)} door {choice.decided_by}.",
        "terms": _terms(choice, agreement, contract),
        "annexes": tuple(
            block for annex in agreement.annexes for block in _annex(annex, name, choice, contract)
        ),
    }  # fmt: skip
    return replace(document(cover, page, values), draft=contract.document.draft)


def _roles(choice: DataProcessing, supplier: str) -> Blocks:
    rows = [(with_capital(role.processing), with_capital(_ROLES[role.role]), role.reason) for role in choice.roles]
    header = ("Verwerking", f"De {supplier} is", "Reden")
    return listed_in(header, rows, (34, 24, 42), "Rollen per verwerking", "Over de rollen is nog niets beslist.")


def _terms(choice: DataProcessing, agreement: ProcessingFile, contract: Contract) -> Blocks:
    rows = [
        (item.term.title, item.theirs or _MUST[item.term.must].format(item.ours), item.ours, with_capital(item.place))
        for item in shared_terms(choice, agreement, contract)
    ]
    header = ("Onderwerp", "Verwerkersovereenkomst", "Contract", "Plaats")
    return listed_in(header, rows, (38, 29, 18, 15), "Getallen die in beide stukken staan", _NO_TERMS)


def _annex(annex: ProcessingAnnex, name: str, choice: DataProcessing, contract: Contract) -> Iterator[Block]:
    """One annex of the agreement: what it is for, and our tables with the text between them."""
    yield heading(1, f"Bijlage: {annex.title[0].lower()}{annex.title[1:]}")
    yield paragraph(annex.intro)
    if "annex-sub-processors" in annex.tables and choice.sub_processors:
        yield paragraph(f"De verwerkersovereenkomst noemt: {listed(list(choice.sub_processors))}.")
    ours = {item.id: item for item in contract.drafted.annexes if isinstance(item, Annex)}
    found = [ours[table] for table in annex.tables if table in ours]
    if not found:
        yield paragraph(_NO_TABLE)
    for item in found:
        yield paragraph(f"Uit bijlage {item.number} van de {name}: {item.title}.", "note")
        # What stands before the first table introduces our annex, not theirs.
        yield from map_inlines(tuple(dropwhile(lambda block: not isinstance(block, Table), item.blocks)), _words)


def _words(inline: Inline) -> Inline:
    """A reference to the contract cannot be live in another document and becomes its words."""
    return Text(inline.text) if isinstance(inline, Reference) else inline
