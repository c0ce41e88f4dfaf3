"""Personal data: the data-processing agreement beside the contract, and what must be the same in both.

AVG, article 28. People choose the agreement and decide on the roles; this compares what they wrote with the contract.
The text of the agreement itself is never read or made here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from procure_ai.documents.dutch import listed
from procure_ai.documents.tree import Annex, Article, Field, Table, plain
from procure_ai.drafting.contract import Contract
from procure_ai.drafting.messages import found_as
from procure_ai.findings import Finding, Place
from procure_ai.findings.messages import meant
from procure_ai.library.models import Library
from procure_ai.library.parameters import print_value
from procure_ai.library.written import ProcessingFile, Term
from procure_ai.procedure.case import Case, DataProcessing

_FILE = "procedure.yaml"
_DEMAND = "processor-agreement"
_CHAIN = "annex-sub-processors"


@dataclass(frozen=True, slots=True)
class Shared:
    """A number that both texts have: the key and the place in the contract, and how each of the two prints it.

    `theirs` is empty while the case does not say what stands in the agreement; `agrees` is then true.
    """

    name: str
    term: Term
    key: str
    place: str
    ours: str
    theirs: str
    agrees: bool


def needs_agreement(case: Case) -> bool:
    """Whether the purchase has personal data in it; an unanswered question is reported elsewhere."""
    return bool(case.circumstances().get("personal-data", frozenset()) - {"none"})


def shared_terms(choice: DataProcessing, agreement: ProcessingFile, contract: Contract) -> Iterator[Shared]:
    """The terms of the agreement of which the contract has the number too."""
    articles = {item.id: f"artikel {item.number}" for item in contract.drafted.articles if isinstance(item, Article)}
    for name, term in agreement.terms.items():
        key = next((key for key in term.ours if key in contract.values), "")
        if not key or not contract.values[key].value.isdecimal():
            continue
        ours, given = contract.values[key], choice.terms.get(name)
        number = int(ours.value)
        agrees = given is None or given == number or (term.must == "at-most" and given < number)
        theirs = "" if given is None else print_value(ours.parameter, given)
        yield Shared(name, term, key, articles.get(key.partition(".")[0], ""), ours.text, theirs, agrees)


def check_processing(case: Case, library: Library, contract: Contract) -> Iterator[Finding]:
    """What is missing (D160 to D162), does not fit (D163), or differs between the two texts (D164 to D167)."""
    choice = case.data_processing
    if choice is None:
        if needs_agreement(case):
            yield found_as("D160", Place(_FILE))
        return
    if not choice.roles:
        yield found_as("D162", _place("roles"))
    if any(role.role == "processor" for role in choice.roles):
        for index, left in enumerate(case.contract.leave_out):
            clause = library.clauses.get(left.clause)
            if clause and _DEMAND in clause.header.meets:
                place = Place(_FILE, key=f"contract/leave_out/{index}")
                yield found_as("D167", place, clause=clause.id, title=clause.title)
    yield from _chain(choice, contract)
    agreement = library.processing.get(choice.agreement)
    if agreement is None:
        hint = meant(choice.agreement, library.processing, f"Kies uit {', '.join(library.processing)}.")
        yield found_as("D161", _place("agreement"), name=choice.agreement, hint=hint)
        return
    terms, buyer = case.procedure.base_terms, case.buyer.kind
    if terms not in agreement.base_terms:
        yield found_as("D163", _place("agreement"), title=agreement.title, terms=library.regimes[terms].short)
    for other in library.processing.values():
        if buyer in other.required_for and agreement is not other:
            yield found_as("D163/buyer", _place("agreement"), title=agreement.title, other=other.title, name=other.id)
    for name in choice.terms:
        if name not in agreement.terms:
            hint = meant(name, agreement.terms, f"Kies uit {', '.join(agreement.terms)}.")
            yield found_as("D165", _place(f"terms/{name}"), name=name, title=agreement.title, hint=hint)
    for item in shared_terms(choice, agreement, contract):
        if not item.agrees:
            code = "D164/at-most" if item.term.must == "at-most" else "D164"
            yield found_as(
                code, _place(f"terms/{item.name}"), title=item.term.title, name=item.name, theirs=item.theirs,
                ours=item.ours, place=item.place, key=item.key,
            )  # fmt: skip


def _place(key: str) -> Place:
    return Place(_FILE, key=f"data_processing/{key}")


def _chain(choice: DataProcessing, contract: Contract) -> Iterator[Finding]:
    """The sub-processors of the agreement against the rows of our annex that the case has filled in (D166)."""
    annexes = [item for item in contract.drafted.annexes if isinstance(item, Annex) and item.id == _CHAIN]
    tables = [block for annex in annexes for block in annex.blocks if isinstance(block, Table)]
    rows = [
        (plain(who), plain(role))
        for table in tables
        for _, who, role, *_ in table.rows[1:]  # the first row is the supplier itself
        if not any(isinstance(inline, Field) for inline in who)
    ]
    if not rows or not choice.sub_processors:
        return
    place = _place("sub_processors")
    absent = [name for name in choice.sub_processors if not any(_in(name, who) for who, _ in rows)]
    if absent:
        yield found_as("D166", place, names=listed([f"`{name}`" for name in absent]))
    for who, role in rows:
        processes = re.search(r"(?<!geen )\bsubverwerker", role, re.IGNORECASE)
        if processes and not any(_in(name, who) for name in choice.sub_processors):
            yield found_as("D166/annex", place, who=who)


def _in(name: str, text: str) -> bool:
    return name.strip().casefold() in text.casefold()
