"""Who approved which exact text, in which role, and whether that still stands.

An approval holds for a text and everything the text leans on, each by its fingerprint. A text that goes back to
what was approved is approved again; so nothing is ever struck from the ledger, it is withdrawn by a later line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from procure_ai.documents.dutch import day_text, listed
from procure_ai.documents.tree import plain, walk_members
from procure_ai.files.disk import canonical_json, sha256
from procure_ai.files.names import same_name
from procure_ai.files.typed import Day, Id, Strict
from procure_ai.findings import Finding
from procure_ai.library.messages import found_as
from procure_ai.library.models import AnnexClause, Clause, Definition, Library
from procure_ai.library.passages import inlines_in, named_in, runs
from procure_ai.library.terms import prose
from procure_ai.library.written import LawFact, Role

State = Literal["concept", "changed", "suspect", "partly", "approved"]
STATES: Mapping[State, str] = {
    "concept": "concept",
    "changed": "gewijzigd na goedkeuring",
    "suspect": "opnieuw beoordelen",
    "partly": "deels goedgekeurd",
    "approved": "goedgekeurd",
}
ROLES: Mapping[Role, str] = {
    "legal": "jurist",
    "privacy": "functionaris gegevensbescherming",
    "security": "CISO",
    "records": "archief en Woo",
    "finance": "financiën",
}
Lean = Literal["definitions", "clauses", "law"]
_LEANS: Mapping[Lean, str] = {"definitions": "het begrip", "clauses": "de tekst", "law": "het feit uit de wet"}


class Depends(Strict):
    """What a text leans on, by id with the fingerprint it had; `clauses` holds annexes too."""

    definitions: dict[Id, str] = {}
    clauses: dict[Id, str] = {}
    law: dict[Id, str] = {}

    def of(self, kind: Lean) -> Mapping[str, str]:
        """The fingerprints of one kind."""
        return {"definitions": self.definitions, "clauses": self.clauses, "law": self.law}[kind]


class Approval(Strict):
    """One line of the ledger: this person, in this role, approves this text by this author.

    With `withdrawn` (the reason) the line takes back the earlier approvals of the same text in the same role.
    """

    clause: Id
    fingerprint: str
    depends: Depends
    role: Role
    author: str
    approver: str
    date: Day
    note: str = ""
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Something a text leans on that is no longer what it was: its name and fingerprints (empty: not there)."""

    kind: Lean
    id: str
    name: str
    old: str
    new: str

    def __str__(self) -> str:
        was, now = (value[:12] or "afwezig" for value in (self.old, self.new))
        return f"{_LEANS[self.kind]} {self.name} (was {was}, nu {now})"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a text stands: the approvals that count by role, the roles that lack, and what changed since."""

    state: State
    approved: Mapping[Role, Approval]
    lacking: tuple[Role, ...] = ()
    last: Approval | None = None
    changes: tuple[Change, ...] = ()

    @property
    def label(self) -> str:
        return STATES[self.state]

    def __str__(self) -> str:
        """The standing in one line: who approved, who still has to, what changed."""
        by = listed([signed(item) for item in self.approved.values()])
        parts = [f"{self.label} door {by}" if self.state == "approved" else self.label]
        if self.state == "changed" and self.last:
            parts.append(f"de vorige tekst ({self.last.fingerprint[:12]}) is goedgekeurd door {signed(self.last)}")
        if self.changes:
            parts.append(f"gewijzigd: {listed([str(change) for change in self.changes])}")
        if self.state != "approved" and by:
            parts.append(f"wel door {by}")
        if self.lacking:
            parts.append(f"nog nodig: {listed([ROLES[role] for role in self.lacking])}")
        return "; ".join(parts)


def signed(approval: Approval) -> str:
    """Who approved, in which role and when: *A. de Wit (jurist, 3 maart 2027)*."""
    return f"{approval.approver} ({ROLES[approval.role]}, {day_text(approval.date)})"


def roles_of(text: Clause | AnnexClause) -> tuple[Role, ...]:
    """The roles that must approve a text; a lawyer always."""
    return tuple(role for role in get_args(Role) if role == "legal" or role in text.header.approval)


# --- what a text leans on -------------------------------------------------------------------------


def dependencies(library: Library, text: Clause | AnnexClause) -> Depends:
    """The definitions, clauses, annexes and law facts that a text leans on, as they are now.

    Definitions through other definitions count; of other texts only those that are named in it.
    """
    names = named_in(inlines_in(text))
    if isinstance(text, Clause):
        names |= {(proof.within or "").rpartition(".")[0] for proof in text.header.proof.values()}
    terms = library.terms_in(_texts(text))
    known: dict[str, Clause | AnnexClause] = {**library.clauses, **library.annexes}
    return Depends(
        definitions={name: _definition(library.definitions[name]) for name in sorted(terms)},
        clauses={name: known[name].fingerprint for name in sorted((names & set(known)) - {text.id})},
        law={name: _law(library.law[name]) for name in sorted(text.law) if name in library.law},
    )


def _texts(text: Clause | AnnexClause) -> Iterator[str]:
    yield text.title
    if isinstance(text, AnnexClause):
        yield from map(prose, runs(text.blocks))
        return
    yield from (prose(member.inlines) for member in walk_members(text.members + text.deviation))
    for parameter in text.header.parameters.values():
        yield from (parameter.options or {}).values()


@lru_cache(maxsize=1024)  # most texts lean on the same few
def _definition(definition: Definition) -> str:
    return sha256(canonical_json([definition.term, definition.forms, plain(definition.inlines)]))


@lru_cache(maxsize=1024)
def _law(fact: LawFact) -> str:
    """How sure we are of it and when it was checked are no part of the fact."""
    return sha256(canonical_json([fact.title, fact.value, str(fact.from_), str(fact.until), fact.source]))


# --- how a text stands ----------------------------------------------------------------------------


def standing(library: Library, approvals: Sequence[Approval]) -> dict[str, Standing]:
    """How every clause and annex stands, in the order of the contract."""
    live = in_force(approvals)
    return {
        name: _standing(library, text, [item for item in live if item.clause == name])
        for name, text in library.texts().items()
    }


def in_force(approvals: Sequence[Approval]) -> list[Approval]:
    """The approvals that no later line withdraws, in their order."""
    live: list[Approval] = []
    for item in approvals:
        if item.withdrawn:
            live = [other for other in live if not _same_text(item, other) or item.role != other.role]
        else:
            live.append(item)
    return live


def _same_text(one: Approval, other: Approval) -> bool:
    return (one.clause, one.fingerprint) == (other.clause, other.fingerprint)


def _standing(library: Library, text: Clause | AnnexClause, live: Sequence[Approval]) -> Standing:
    now = dependencies(library, text)
    approved: dict[Role, Approval] = {}
    stale: list[Approval] = []
    lacking: list[Role] = []
    for role in roles_of(text):
        mine = [item for item in reversed(live) if item.role == role and item.fingerprint == text.fingerprint]
        counts = next((item for item in mine if item.depends == now), None)
        if counts:
            approved[role] = counts
        elif mine:
            stale.append(mine[0])
            lacking.append(role)
        else:
            lacking.append(role)
    if stale:
        changes = dict.fromkeys(change for item in stale for change in _changes(library, item.depends, now))
        return Standing("suspect", approved, tuple(lacking), stale[0], tuple(changes))
    if not lacking:
        return Standing("approved", approved)
    if approved:
        return Standing("partly", approved, tuple(lacking))
    last = live[-1] if live else None
    return Standing("changed" if last else "concept", {}, tuple(lacking), last)


def _changes(library: Library, old: Depends, new: Depends) -> Iterator[Change]:
    texts = library.texts()
    for kind in get_args(Lean):
        before, after = old.of(kind), new.of(kind)
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                shown = {
                    "definitions": library.definitions[name].term if name in library.definitions else name,
                    "clauses": texts[name].title if name in texts else name,
                    "law": library.law[name].title if name in library.law else name,
                }[kind]
                yield Change(kind, name, shown, before.get(name, ""), after.get(name, ""))


# --- four eyes ------------------------------------------------------------------------------------


def objections(earlier: Sequence[Approval], new: Approval) -> Iterator[Finding]:
    """Why this line may not follow the earlier ones (C311 to C314).

    Author and approver are two people, over all lines about one text: nobody approves what he wrote by having
    somebody else named as author for another role. And each role is another person, or the second look is no look.
    """
    people = {"approver": new.approver} if new.withdrawn else {"author": new.author, "approver": new.approver}
    for name in people.values():
        if not same_name(name):
            yield found_as("C314")
            return
    if new.withdrawn:
        return
    approver = same_name(new.approver)
    if same_name(new.author) == approver:
        yield found_as("C311", name=new.approver)
        return
    for other in in_force(earlier):
        if not _same_text(other, new):
            continue
        if approver == same_name(other.approver) and new.role != other.role:
            yield found_as("C312", name=new.approver, role=ROLES[other.role], clause=new.clause)
        if approver == same_name(other.author):
            yield found_as("C313", name=new.approver, clause=new.clause)
        if same_name(new.author) == same_name(other.approver):
            yield found_as("C313/author", name=new.author, clause=new.clause)
