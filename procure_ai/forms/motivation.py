"""Why the contract is as it is: reasons for the tenderers, and the full account for the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from procure_ai.documents.fill import Filling, fill_blocks
from procure_ai.documents.numbering import map_inlines
from procure_ai.documents.page import Page
from procure_ai.documents.tree import Article, Block, Blocks, Document, Inline, Reference, Text, Value, walk_members
from procure_ai.drafting.contract import Contract
from procure_ai.drafting.select import Selected
from procure_ai.drafting.values import Resolved, base_reference, regime_values
from procure_ai.forms.blocks import bullets, document, heading, listed_in, paragraph
from procure_ai.forms.context import Context
from procure_ai.forms.wording import sentence, with_capital
from procure_ai.library.approvals import STATES
from procure_ai.library.models import Clause, Library
from procure_ai.library.parameters import print_value, read_value
from procure_ai.library.written import PositionId
from procure_ai.procedure.case import Case

_ORIGINS = {
    "case": "gekozen in deze zaak",
    "strict": "strenge keuze",
    "fallback": "terugvalkeuze",
    "organisation": "vaste keuze van de organisatie",
    "kind": "hoort bij deze soort contract",
    "default": "standaard van de bepaling",
    "open": "nog open",
}
_POSITIONS = {"strict": "strenger dan de standaard", "fallback": "soepeler dan de standaard"}
_STRICT_REASON = (
    "De reden van een strengere keuze staat in het aanbestedingsdossier; vraag ernaar in de nota van inlichtingen."
)
_PRIVATE_REASON = "De reden van een strengere keuze staat in ons dossier; u kunt ons ernaar vragen."
_NONE = "Er zijn er geen."
_FILLERS = {"buyer": "opdrachtgever", "tenderer": "inschrijver", "award": "bij gunning"}


@dataclass(frozen=True, slots=True)
class Deviation:
    """A clause that deviates from the base terms, with the reason from the library."""

    title: str
    reason: Blocks


@dataclass(frozen=True, slots=True)
class ChosenPosition:
    """A clause for which the buyer chose another position: per value that differs its place in the
    contract, the value and the standard, both empty where the contract has other words instead.

    What the position costs the buyer is nobody else's business; the justification tells it.
    """

    title: str
    position: str
    values: tuple[tuple[str, str, str], ...]


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
    """The motivation of a drafted contract; `items` are requirements and criteria that were left out."""
    choices, values = case.contract, contract.values
    clauses = {item.id: item.clause for item in contract.selected}
    present = {item.id for item in contract.selected if item.state == "in"}
    words, places = _words(contract, case, library), _places(contract)
    deviations = tuple(Deviation(clause.title, _reason(clause, words, places)) for clause in contract.drafted.deviating)
    positions = tuple(
        found
        for clause_id, name in choices.positions.items()
        if name != "standard" and clause_id in present
        if isinstance(clause := clauses[clause_id], Clause) and name in clause.header.positions
        if (found := _position(clause, name, values, places)).values
    )
    left_out = (
        LeftOut(clauses[item.clause].title, item.reason) for item in choices.leave_out if item.clause in clauses
    )
    return Motivation(deviations, positions, (*left_out, *items))


def _words(contract: Contract, case: Case, library: Library) -> dict[str, Filling]:
    """The values that the prose of a clause may use: words of the regime, base terms, parameters."""
    regime = library.regimes[case.procedure.base_terms]
    words: dict[str, Filling] = dict(regime_values(library, regime, case.contract.kind))
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


def _position(
    clause: Clause, name: PositionId, values: Mapping[str, Resolved], places: Mapping[str, str]
) -> ChosenPosition:
    chosen = []
    for parameter in clause.header.positions[name].values:
        value, standard = values.get(f"{clause.id}.{parameter}"), clause.header.parameters[parameter]
        if not value or value.origin != name or value.value == standard.default:
            continue
        usual = print_value(standard, read_value(standard, standard.default)) if standard.default else ""
        printed = [
            member.label
            for member in walk_members(clause.members)
            if any(isinstance(inline, Value) and inline.name == parameter for inline in member.inlines)
        ]
        # A choice that the contract does not print selects members; its words are an answer to the buyer.
        labels = printed or [label for label, part in clause.header.parts.items() if parameter in part.choice]
        found = (places[target] for label in labels if (target := f"{clause.id}#{label}") in places)
        place = with_capital(next(found, places.get(clause.id, clause.title)))
        chosen.append((place, value.text, usual) if printed else (place, "", ""))
    return ChosenPosition(clause.title, name, tuple(chosen))


def motivation_document(context: Context, page: Page, data: Motivation) -> Document:
    """The motivation for tenderers (`templates/motivation.md`). Raises `Refused` (D121)."""
    none = (paragraph(_NONE),)
    rows = [(item.title, item.reason) for item in data.left_out]
    values: dict[str, Filling] = {
        "deviations": tuple(block for item in data.deviations for block in (heading(2, item.title), *item.reason))
        or none,
        "positions": tuple(_positions(context, data.positions)) or none,
        "left-out": listed_in(("Onderdeel", "Reden"), rows, (35, 65), "Weggelaten onderdelen met de reden", _NONE),
    }
    return document(context, page, values)


def _positions(context: Context, found: Sequence[ChosenPosition]) -> Iterator[Block]:
    """The values that differ from the standard, and where the reason of a strict one can be asked for."""
    for item in found:
        yield heading(2, f"{item.title}: {_POSITIONS[item.position]}")
        yield bullets(f"{place}: {_told(value, standard)}." for place, value, standard in item.values)
    if any(item.position == "strict" for item in found):
        yield paragraph(_PRIVATE_REASON if context.procedure.regime == "private" else _STRICT_REASON)


def _told(value: str, standard: str) -> str:
    if not value:
        return "een andere tekst dan de standaard"
    return f"{value} in plaats van {standard}" if standard else f"{value} (de standaardtekst noemt geen waarde)"


# --- for the file -------------------------------------------------------------------------------


def justification_document(context: Context, page: Page, contract: Contract) -> Document:
    """The internal account (`templates/justification.md`): each clause with its reason, each value with
    its origin. Never part of the package. Raises `Refused` (D121) for a page with an unknown hole.
    """
    states = {state: [item for item in contract.selected if item.state == state] for state in ("in", "open", "out")}
    summary = (
        f"Er staan {len(states['in'])} bepalingen en bijlagen in het contract. {len(states['out'])} zijn niet nodig of "
        "weggelaten."
    )
    if count := len(states["open"]):
        summary += f" Van {count} is nog niet bekend of {'zij nodig is' if count == 1 else 'zij nodig zijn'}."
    values: dict[str, Filling] = {
        "summary": (paragraph(summary),),
        "in": _chosen(states["in"], contract),
        "open": _clauses(states["open"], "Bepalingen waarvan nog niet bekend is of zij nodig zijn"),
        "out": _clauses(states["out"], "Bepalingen die niet in het contract staan"),
        "positions": _costs(contract),
        "values": _values(contract),
    }
    return document(context, page, values)


def _clauses(found: Sequence[Selected], description: str) -> Blocks:
    rows = [(item.clause.title, _because(item.reason)) for item in found]
    return listed_in(("Bepaling", "Reden"), rows, (36, 64), description, _NONE)


def _chosen(found: Sequence[Selected], contract: Contract) -> Blocks:
    """What is in, with how each text stands: who approved it in the organisation."""
    stands = contract.standings
    rows = [
        (item.clause.title, _because(item.reason), stands[item.id].label if item.id in stands else STATES["concept"])
        for item in found
    ]
    return listed_in(("Bepaling", "Reden", "Stand"), rows, (32, 50, 18), "Bepalingen in het contract", _NONE)


def _because(reason: str) -> str:
    """The reason of the selection as a sentence; the facts in it read *title: answer* and are quoted."""
    for start, words in (("omdat ", "Nodig"), ("niet nodig, want ", "Niet nodig")):
        if reason.startswith(start):
            return f"{words}, want in deze zaak geldt “{reason.removeprefix(start)}”."
    return sentence(with_capital(reason))


def _costs(contract: Contract) -> Blocks:
    """What each chosen position costs the buyer, in the words of the library."""
    rows = []
    for clause in (item.clause for item in contract.selected if item.state == "in"):
        origins = {value.origin for key, value in contract.values.items() if key.split(".")[0] == clause.id}
        if isinstance(clause, Clause):
            chosen = (name for name in clause.header.positions if name in origins)
            rows += [(clause.title, _ORIGINS[name], clause.header.positions[name].gives_up) for name in chosen]
    header = ("Bepaling", "Keuze", "Wat dit kost")
    return listed_in(header, rows, (28, 18, 54), "Gekozen posities met wat zij kosten", _NONE)


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
