"""Why the contract is as it is: reasons for the tenderers, and the full account for the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from procure_ai.documents.fill import Filling, fill_blocks
from procure_ai.documents.numbering import map_inlines
from procure_ai.documents.page import Page
from procure_ai.documents.tree import Article, Block, Blocks, Document, Inline, Reference, Text, walk_members
from procure_ai.drafting.contract import Contract
from procure_ai.drafting.select import Selected
from procure_ai.drafting.values import Resolved, base_reference, regime_values
from procure_ai.forms.blocks import document, heading, labelled, listed_in, paragraph, table
from procure_ai.forms.context import Context
from procure_ai.forms.wording import with_capital
from procure_ai.library.models import Clause, Library
from procure_ai.procedure.case import Case

_ORIGINS = {
    "case": "gekozen in deze zaak",
    "strict": "strenge keuze",
    "fallback": "terugvalkeuze",
    "default": "standaard van de bepaling",
    "open": "nog open",
}
_POSITIONS = {"strict": "streng", "fallback": "soepeler"}
_NONE = "Er zijn er geen."
_FILLERS = {"buyer": "opdrachtgever", "tenderer": "inschrijver", "award": "bij gunning"}


@dataclass(frozen=True, slots=True)
class Deviation:
    """A clause that deviates from the base terms, with the reason from the library."""

    title: str
    reason: Blocks


@dataclass(frozen=True, slots=True)
class ChosenPosition:
    """A clause for which the buyer chose another position, and what that gives up."""

    title: str
    position: str
    values: tuple[tuple[str, str], ...]
    gives_up: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A clause, requirement or criterion that the buyer left out, with the reason."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Motivation:
    """Everything that the motivation tells the tenderers."""

    deviations: tuple[Deviation, ...] = ()
    positions: tuple[ChosenPosition, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def motivation_of(contract: Contract, case: Case, library: Library, items: Sequence[LeftOut] = ()) -> Motivation:
    """The motivation of a drafted contract; `items` are requirements and criteria that were left out.

    What a position gives up is told to tenderers only for a strict one: what a fallback costs the buyer
    is nobody else's business.
    """
    choices, values = case.contract, contract.values
    clauses = {item.id: item.clause for item in contract.selected}
    present = {item.id for item in contract.selected if item.state == "in"}
    words, places = _words(contract, case, library), _places(contract)
    deviations = tuple(Deviation(clause.title, _reason(clause, words, places)) for clause in contract.drafted.deviating)
    positions = tuple(
        _position(clause, name, values)
        for clause_id, name in choices.positions.items()
        if clause_id in present and isinstance(clause := clauses[clause_id], Clause) and name in clause.header.positions
    )
    left_out = (
        LeftOut(clauses[item.clause].title, item.reason) for item in choices.leave_out if item.clause in clauses
    )
    return Motivation(deviations, positions, (*left_out, *items))


def _words(contract: Contract, case: Case, library: Library) -> dict[str, Filling]:
    """The values that the prose of a clause may use: words of the regime, base terms, parameters."""
    regime = library.regimes[case.procedure.base_terms]
    words: dict[str, Filling] = dict(regime_values(library, regime))
    words |= {key: value.text for key, value in contract.values.items() if value.text}
    for topic, title in library.base_topics.items():
        words[f"base.{topic}"] = base_reference(topic, title, regime, case.contract)
    return words


def _places(contract: Contract) -> dict[str, str]:
    """How the contract prints each article and member: *artikel 7.2*. Targets as in a reference."""
    places: dict[str, str] = {}
    for block in contract.drafted.articles:
        if isinstance(block, Article):
            places[block.id] = f"artikel {block.number}"
            places |= {f"{block.id}#{member.label}": member.full for member in walk_members(block.members)}
    return places


def _reason(clause: Clause, words: Mapping[str, Filling], places: Mapping[str, str]) -> Blocks:
    """The motivation of a clause; a reference to the contract cannot be live here and becomes its words."""
    own = {key.removeprefix(f"{clause.id}."): text for key, text in words.items()}

    def one(inline: Inline) -> Inline:
        if not isinstance(inline, Reference):
            return inline
        target = f"{clause.id}{inline.target}" if inline.target.startswith("#") else inline.target
        return Text(places.get(target, "die bepaling"))

    return map_inlines(fill_blocks(clause.motivation, {**words, **own}), one)


def _position(clause: Clause, name: str, values: Mapping[str, Resolved]) -> ChosenPosition:
    found = clause.header.positions[name]  # type: ignore[index]
    chosen = tuple(
        (clause.header.parameters[parameter].ask, values[key].text)
        for parameter in found.values
        if (key := f"{clause.id}.{parameter}") in values and values[key].origin == name
    )
    return ChosenPosition(clause.title, name, chosen, found.gives_up if name == "strict" else "")


def motivation_document(context: Context, page: Page, data: Motivation) -> Document:
    """The motivation for tenderers (`templates/motivation.md`). Raises `Refused` (D121)."""
    none = (paragraph(_NONE),)
    rows = [(item.title, item.reason) for item in data.left_out]
    values: dict[str, Filling] = {
        "deviations": tuple(block for item in data.deviations for block in (heading(2, item.title), *item.reason))
        or none,
        "positions": tuple(block for item in data.positions for block in _told(item)) or none,
        "left-out": listed_in(("Onderdeel", "Reden"), rows, (35, 65), "Weggelaten onderdelen met de reden", _NONE),
    }
    return document(context, page, values)


def _told(item: ChosenPosition) -> Iterator[Block]:
    yield heading(2, f"{item.title} ({_POSITIONS[item.position]})")
    if item.values:
        yield table(("Vraag", "Keuze"), item.values, (68, 32), f"Gekozen waarden bij {item.title}")
    if item.gives_up:
        yield labelled("Wat dit betekent", item.gives_up)


# --- for the file -------------------------------------------------------------------------------


def justification_document(context: Context, page: Page, contract: Contract) -> Document:
    """The internal account (`templates/justification.md`): each clause with its reason, each value with
    its origin. Never part of the package. Raises `Refused` (D121) for a page with an unknown hole.
    """
    states = {state: [item for item in contract.selected if item.state == state] for state in ("in", "open", "out")}
    summary = (
        f"Er staan {len(states['in'])} bepalingen en bijlagen in het contract. {len(states['out'])} zijn niet nodig of "
        f"weggelaten. Van {len(states['open'])} is nog niet bekend of zij nodig zijn."
    )
    values: dict[str, Filling] = {
        "summary": (paragraph(summary),),
        "in": _clauses(states["in"], "Bepalingen in het contract"),
        "open": _clauses(states["open"], "Bepalingen waarvan nog niet bekend is of zij nodig zijn"),
        "out": _clauses(states["out"], "Bepalingen die niet in het contract staan"),
        "values": _values(contract),
    }
    return document(context, page, values)


def _clauses(found: Sequence[Selected], description: str) -> Blocks:
    rows = [(item.clause.title, with_capital(item.reason)) for item in found]
    return listed_in(("Bepaling", "Reden"), rows, (36, 64), description, _NONE)


def _values(contract: Contract) -> Blocks:
    titles = {item.id: item.clause.title for item in contract.selected}
    rows = [
        (
            titles.get(key.split(".")[0], key),
            value.parameter.ask,
            value.text or f"door {_FILLERS[value.parameter.fill]}",
            _ORIGINS[value.origin],
        )
        for key, value in contract.values.items()
    ]
    header = ("Bepaling", "Vraag", "Waarde", "Herkomst")
    return listed_in(header, rows, (24, 38, 20, 18), "Waarden en hun herkomst", _NONE)
