"""The annex as a whole: front matter, articles, signatures, annexes; and the plan that explains it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from procure_ai.documents.dutch import day_text
from procure_ai.documents.fill import Filling
from procure_ai.documents.numbering import map_inlines
from procure_ai.documents.page import Page, fill_page
from procure_ai.documents.tree import (
    Annex,
    Block,
    Blocks,
    Break,
    Contents,
    Document,
    Field,
    FilledBy,
    Heading,
    Inline,
    Inlines,
    PageBreak,
    Table,
    Text,
    walk_inlines,
)
from procure_ai.drafting.assemble import Assembler, Drafted
from procure_ai.drafting.messages import found_as
from procure_ai.drafting.running import change_check, check_running, running_table
from procure_ai.drafting.select import Selected, select
from procure_ai.drafting.values import Resolved, resolve
from procure_ai.findings import Finding, Place
from procure_ai.library.models import Clause, Library
from procure_ai.procedure.case import Case

_FILLED_BY = {
    FilledBy.BUYER: "opdrachtgever, vóór publicatie",
    FilledBy.TENDERER: "inschrijver, in de inschrijving",
    FilledBy.AWARD: "bij gunning",
}


_STATUS = "Concept bij de aanbestedingsstukken; de teksten zijn nog niet juridisch goedgekeurd"


@dataclass(frozen=True, slots=True)
class Contract:
    """A drafted annex: the document, what was selected and why, and where each value came from."""

    document: Document
    selected: tuple[Selected, ...]
    values: Mapping[str, Resolved]
    drafted: Drafted
    findings: tuple[Finding, ...]

    def open_fields(self) -> tuple[Field, ...]:
        """The open fields, each once."""
        return fields_of((*self.drafted.articles, *self.drafted.annexes))


def fields_of(blocks: Blocks) -> tuple[Field, ...]:
    """The open fields in these blocks, each key once, in reading order."""
    found: dict[str, Field] = {}
    for inline in walk_inlines(blocks):
        if isinstance(inline, Field) and not inline.value:
            found.setdefault(inline.key, inline)
    return tuple(found.values())


def draft(case: Case, library: Library, page: Page, *, version: str = "concept") -> Contract:
    """The annex for a case. Findings of every kind are collected, not raised; the caller decides.

    `version` is printed in the version table; `page` is the front matter of this kind of contract.
    """
    known = case.circumstances()
    selected, findings = select(library, known, case.contract)
    regime = library.regimes[case.procedure.base_terms]
    chosen = {item.id: item.clause for item in selected if item.state == "in" and isinstance(item.clause, Clause)}
    values, more = resolve(library, chosen, regime, case.contract)
    drafted, third = Assembler(library, regime, known, case.contract, selected, values).draft()
    warnings = tuple(
        found_as("D130", Place("procedure.yaml", key="facts"), id=item.id, title=item.clause.title, reason=item.reason)
        for item in selected
        if item.state == "open"
    )
    document = _document(case, library, page, drafted, version)
    every = (*findings, *more, *third, *warnings, *check_running(case, library))
    return Contract(document, selected, values, drafted, every)


def _document(case: Case, library: Library, page: Page, drafted: Drafted, version: str) -> Document:
    words = library.regimes[case.procedure.base_terms].words
    body = (*drafted.articles, *drafted.annexes)
    values: dict[str, Filling] = {
        "title": page.header["title"],
        "subtitle": f"{page.header['subject']} bij {case.procedure.title} ({case.procedure.number})",
        "description": case.procedure.description.rstrip(".") + ".",
        "parties": (_parties(case, words),),
        "running": running_table(case),
        "change-check": change_check(case, library),
        "versions": (_versions(case, version),),
        "open-fields": open_field_blocks(body),
        "contents": (PageBreak(), Contents()),
        "articles": (PageBreak(), *drafted.articles),
        "annexes": tuple(block for annex in drafted.annexes for block in (PageBreak(), annex)),
        "signatures": _signatures(case, words),
    }
    blocks = fill_page(page, values)
    return Document(
        title=f"{page.header['title']} {case.procedure.title}",
        subject=page.header["subject"],
        blocks=blocks,
        header=f"{page.header['title']} · {case.procedure.title}",
        footer=f"{case.buyer.name} · kenmerk {case.procedure.number} · versie {version}",
        draft=True,
        date=case.reference_date.isoformat(),
    )


def _cell(*inlines: Inline | str) -> Inlines:
    return tuple(Text(item) if isinstance(item, str) else item for item in inlines)


def _parties(case: Case, words: Mapping[str, str]) -> Table:
    role, buyer = words["supplier"].lower(), case.buyer
    known = {"name": case.contract.running.supplier} if case.contract.running else {}

    def supplier(key: str, label: str) -> Inlines:
        return (Text(known[key]) if key in known else Field(f"supplier.{key}", label, FilledBy.AWARD),)

    rows = (
        (_cell("Naam"), _cell(buyer.name), supplier("name", f"Naam {role}")),
        (_cell("Adres"), _cell(f"{buyer.address}, {buyer.place}"), supplier("address", f"Adres {role}")),
        (_cell("KvK-nummer"), _cell(buyer.registration), supplier("registration", f"KvK-nummer {role}")),
        (
            _cell("Vertegenwoordigd door"),
            _cell(f"{buyer.representative}, {buyer.representative_function}"),
            supplier("representative", f"Vertegenwoordiger {role}"),
        ),
        (_cell("Contact"), _cell(buyer.contact), supplier("contact", f"Contact {role}")),
    )
    header = (_cell(""), _cell(words["buyer"]), _cell(words["supplier"]))
    return Table(header, rows, (22, 39, 39), "De partijen bij deze bijlage")


def _versions(case: Case, version: str) -> Table:
    rows = (
        (_cell("Aanbesteding"), _cell(f"{case.procedure.title}, kenmerk {case.procedure.number}")),
        (_cell("Versie"), _cell(version)),
        (_cell("Peildatum"), _cell(day_text(case.reference_date))),
        (_cell("Status"), _cell(_STATUS)),
    )
    return Table((_cell("Gegeven"), _cell("Inhoud")), rows, (22, 78), "Gegevens van dit stuk")


def open_field_blocks(body: Blocks) -> Blocks:
    """The list of open fields as a table; fields in an annex table count as one line per annex."""
    annexes = {block.id: block for block in body if isinstance(block, Annex)}
    rows: list[tuple[Inlines, ...]] = []
    seen: set[str] = set()
    for field in fields_of(body):
        annex = annexes.get(field.key.split(".")[0])
        if annex:
            if annex.id in seen:
                continue
            seen.add(annex.id)
            what = f"Bijlage {annex.number}: {annex.title}"
        else:
            what = field.label
        rows.append((_cell(what), _cell(_FILLED_BY[field.filled_by])))
    if not rows:
        return ()
    table = Table((_cell("Nog in te vullen"), _cell("Door")), tuple(rows), (70, 30), "Open velden")
    return (Heading(1, (Text("Nog in te vullen"),)), table)


def _signatures(case: Case, words: Mapping[str, str]) -> Blocks:
    def row(label: str) -> tuple[Inlines, ...]:
        space: Inlines = (Break(), Break(), Break()) if label == "Handtekening" else ()
        return (_cell(label), space, space)

    header = (_cell(""), _cell(f"Namens {case.buyer.name}"), _cell(f"Namens de {words['supplier'].lower()}"))
    table = Table(
        header, tuple(row(label) for label in ("Naam", "Functie", "Plaats", "Datum", "Handtekening")),
        (22, 39, 39), "Ondertekening door beide partijen",
    )  # fmt: skip
    return (Heading(1, (Text("Ondertekening"),)), table)


def award(document: Document, values: Mapping[str, str], *, version: str) -> Document:
    """The frozen annex filled with the winner's data: each field whose key has a value is filled.

    Fields without a value stay visible and open.
    """

    def one(inline: Inline) -> Inline:
        if isinstance(inline, Field) and values.get(inline.key):
            return replace(inline, value=values[inline.key])
        if inline == Text(_STATUS):
            return Text(
                "Concept, gevuld met de gegevens van de inschrijver; de teksten zijn nog niet juridisch goedgekeurd"
            )
        return inline

    blocks = map_inlines(document.blocks, one)
    body = tuple(blocks)
    result: list[Block] = []
    skip = False
    for block in blocks:
        if isinstance(block, Heading) and block.inlines == (Text("Nog in te vullen"),):
            result.extend(open_field_blocks(body))
            skip = True
        elif skip and isinstance(block, Table):
            skip = False
        else:
            result.append(block)
    footer = document.footer.rsplit(" · ", 1)[0] + f" · versie {version}"
    return replace(document, blocks=tuple(result), footer=footer)
