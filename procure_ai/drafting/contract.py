"""The annex as a whole: front matter, articles, signatures, annexes; and the plan that explains it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace

from procure_ai.documents.dutch import day_text, listed
from procure_ai.documents.fill import Filling
from procure_ai.documents.numbering import map_inlines
from procure_ai.documents.page import Page, fill_page
from procure_ai.documents.tree import (
    Annex,
    Article,
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
    open_fields,
    walk_members,
)
from procure_ai.drafting.assemble import Assembler, Drafted
from procure_ai.drafting.at_award import at_award
from procure_ai.drafting.messages import found_as
from procure_ai.drafting.running import change_check, check_running, running_table
from procure_ai.drafting.select import Selected, select
from procure_ai.drafting.values import Resolved, resolve
from procure_ai.findings import Finding, Place
from procure_ai.library.approvals import ROLES, Standing
from procure_ai.library.models import Clause, Library
from procure_ai.procedure.case import Case

_FILLED_BY = {
    FilledBy.BUYER: "opdrachtgever, vóór publicatie",
    FilledBy.TENDERER: "inschrijver, in de inschrijving",
    FilledBy.AWARD: "bij gunning",
}
_FILLED_BY_WITHOUT_TENDER = {
    FilledBy.BUYER: "opdrachtgever, vóór ondertekening",
    FilledBy.TENDERER: "leverancier, vóór ondertekening",
    FilledBy.AWARD: "bij ondertekening",
}


_TENDER, _FILLED = " bij de aanbestedingsstukken; ", ", gevuld met de gegevens van de inschrijver; "
"""How the status of a document goes on, before and after the award: *Concept bij de …*."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A drafted annex: the document, what was selected and why, and where each value came from."""

    document: Document
    selected: tuple[Selected, ...]
    values: Mapping[str, Resolved]
    drafted: Drafted
    findings: tuple[Finding, ...]
    standings: Mapping[str, Standing] = dataclasses.field(default_factory=dict)

    def unapproved(self) -> tuple[str, ...]:
        """The ids of the texts in it that are not approved as they are now."""
        return _unapproved(self.selected, self.standings)

    def law_of(self, item: Selected) -> tuple[str, ...]:
        """The facts of law on which a text of this contract rests, also through the parts that are printed."""
        if item.state != "in":
            return ()
        if not isinstance(item.clause, Clause):
            return item.clause.header.law
        article = next((one for one in self.drafted.articles if isinstance(one, Article) and one.id == item.id), None)
        printed = {member.label for member in walk_members(article.members)} if article else set()
        parts = item.clause.header.parts
        return (*item.clause.header.law, *(name for label in parts if label in printed for name in parts[label].law))

    def open_fields(self) -> tuple[Field, ...]:
        """The open fields, each once."""
        return open_fields((*self.drafted.articles, *self.drafted.annexes))


def _unapproved(selected: tuple[Selected, ...], standings: Mapping[str, Standing]) -> tuple[str, ...]:
    chosen = (item.id for item in selected if item.state == "in")
    return tuple(name for name in chosen if name not in standings or standings[name].state != "approved")


def draft(
    case: Case,
    library: Library,
    page: Page,
    *,
    version: str = "concept",
    standings: Mapping[str, Standing] | None = None,
) -> Contract:
    """The annex for a case. Findings of every kind are collected, not raised; the caller decides.

    `version` is printed in the version table; `page` is the front matter of this kind of contract. A text without
    a standing counts as not approved, and one such text makes the document a concept.
    """
    stands = standings or {}
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
    status = _status(selected, stands)
    if case.procedure.planning is None:  # nothing is put out to tender
        status = status.replace(_TENDER, "; ", 1)
    document = _document(case, library, page, drafted, version, status)
    every = (*findings, *more, *third, *warnings, *check_running(case, library))
    return Contract(document, selected, values, drafted, every, stands)


def _status(selected: tuple[Selected, ...], standings: Mapping[str, Standing]) -> str:
    """What the version table says of the texts: not approved, in part, or approved and in which roles."""
    count, missing = sum(item.state == "in" for item in selected), len(_unapproved(selected, standings))
    if missing == count:
        return f"Concept{_TENDER}de teksten zijn nog niet juridisch goedgekeurd"
    if missing:
        are = "tekst is" if missing == 1 else "teksten zijn"
        return f"Concept{_TENDER}{missing} {are} nog niet goedgekeurd, van de {count}"
    given = {role for item in selected if item.state == "in" for role in standings[item.id].approved}
    return f"Goedgekeurd{_TENDER}door {listed([label for role, label in ROLES.items() if role in given])}"


def _document(case: Case, library: Library, page: Page, drafted: Drafted, version: str, status: str) -> Document:
    words = library.regimes[case.procedure.base_terms].words
    added = at_award(case, library, page)
    body = (*drafted.articles, *drafted.annexes, *added)
    values: dict[str, Filling] = {
        "title": page.header["title"],
        "subtitle": f"{page.header['subject']} bij {case.procedure.name} ({case.procedure.number})",
        "description": case.procedure.description.rstrip(".") + ".",
        "parties": (_parties(case, words),),
        "running": running_table(case),
        "change-check": change_check(case, library),
        "versions": (_versions(case, version, status),),
        "open-fields": open_field_blocks(body, tender=case.procedure.planning is not None),
        "contents": (PageBreak(), Contents()),
        "articles": (PageBreak(), *drafted.articles),
        "annexes": tuple(block for annex in drafted.annexes for block in (PageBreak(), annex)),
        "at-award": added,
        "signatures": _signatures(case, words),
    }
    blocks = fill_page(page, values)
    return Document(
        title=f"{page.header['title']} {case.procedure.name}",
        subject=page.header["subject"],
        blocks=blocks,
        header=f"{page.header['title']} · {case.procedure.name}",
        footer=f"{case.buyer.name} · kenmerk {case.procedure.number} · versie {version}",
        draft=status.startswith("Concept"),
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


def _versions(case: Case, version: str, status: str) -> Table:
    rows = (
        (
            _cell("Aanbesteding" if case.procedure.planning else "Opdracht"),
            _cell(f"{case.procedure.name}, kenmerk {case.procedure.number}"),
        ),
        (_cell("Versie"), _cell(version)),
        (_cell("Peildatum"), _cell(day_text(case.reference_date))),
        (_cell("Status"), _cell(status)),
    )
    return Table((_cell("Gegeven"), _cell("Inhoud")), rows, (22, 78), "Gegevens van dit stuk")


def open_field_blocks(body: Blocks, *, tender: bool = True) -> Blocks:
    """The list of open fields as a table; fields in an annex table count as one line per annex.

    Without a `tender` there is no tenderer and no award: the supplier fills, and the rest is filled at signing.
    """
    filled_by = _FILLED_BY if tender else _FILLED_BY_WITHOUT_TENDER
    annexes = {block.id: block for block in body if isinstance(block, Annex)}
    rows: list[tuple[Inlines, ...]] = []
    seen: set[str] = set()
    for field in open_fields(body):
        annex = annexes.get(field.key.split(".")[0])
        if annex:
            if annex.id in seen:
                continue
            seen.add(annex.id)
            what = f"Bijlage {annex.number}: {annex.title}"
        else:
            what = field.label
        rows.append((_cell(what), _cell(filled_by[field.filled_by])))
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
        if isinstance(inline, Text) and inline.text.startswith((f"Concept{_TENDER}", f"Goedgekeurd{_TENDER}")):
            return Text(inline.text.replace(_TENDER, _FILLED, 1))
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
