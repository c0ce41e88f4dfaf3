"""What the buyer does itself: the duties of a case by phase, with room to show that they were done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from procure_ai.documents.dutch import listed
from procure_ai.documents.fill import Filling
from procure_ai.documents.page import Page
from procure_ai.documents.tree import Block, Document, Field, FilledBy, Inlines, Table
from procure_ai.forms.blocks import cell, document, heading, on_lines, spoken, table, under_label
from procure_ai.forms.context import Cover
from procure_ai.library.conditions import Circumstances, judge
from procure_ai.library.models import Library
from procure_ai.library.written import Duty

_PHASES = {
    "prepare": "Voorbereiden",
    "tender": "Aanbesteden",
    "award": "Gunnen",
    "use": "Gebruiken",
    "end": "Beëindigen",
}
_FILLED = (("done", "Gedaan op"), ("by", "Door"), ("evidence", "Bewijs staat in"))
_HEADER = (cell("Wat u doet"), cell("Waarom"), cell("In te vullen"))
_WIDTHS = (43, 34, 23)


@dataclass(frozen=True, slots=True)
class Due:
    """A duty in this case: its number, and the questions that must be answered to know whether it applies."""

    number: int
    id: str
    duty: Duty
    open: tuple[str, ...]


def duties_of(library: Library, known: Circumstances) -> tuple[Due, ...]:
    """The duties that hold or are open under these facts, by phase and in the order of the file."""
    judged = ((name, duty, judge(when, known)) for name, (duty, when) in library.checklist.items())
    chosen = [
        (name, duty, () if found.holds else found.because) for name, duty, found in judged if found.holds is not False
    ]
    chosen.sort(key=lambda item: tuple(_PHASES).index(item[1].phase))
    return tuple(Due(number, *item) for number, item in enumerate(chosen, start=1))


def checklist_document(cover: Cover, page: Page, library: Library, known: Circumstances) -> Document:
    """The checklist of a case (`templates/checklist.md`). Raises `Refused` (D121).

    A duty that waits for a fact stands among the others and names that fact.
    """
    duties = duties_of(library, known)
    values: dict[str, Filling] = {"overview": (_overview(duties),), "duties": tuple(_phases(library, duties))}
    return document(cover, page, values)


def _overview(duties: Sequence[Due]) -> Table:
    rows = []
    for phase, title in _PHASES.items():
        found = [item for item in duties if item.duty.phase == phase]
        rows.append((title, str(len(found)), str(sum(bool(item.open) for item in found))))
    return table(("Fase", "Punten", "Nog niet zeker"), rows, (60, 18, 22), "Aantal punten per fase")


def _phases(library: Library, duties: Sequence[Due]) -> Iterator[Block]:
    for phase, title in _PHASES.items():
        rows = tuple(_row(library, item) for item in duties if item.duty.phase == phase)
        if rows:
            yield heading(1, title)
            yield Table(_HEADER, rows, _WIDTHS, f"Wat u doet in de fase {title.lower()}")


def _row(library: Library, item: Due) -> tuple[Inlines, ...]:
    duty = item.duty
    what = [
        cell(f"{item.number}. {duty.title}", bold=True), spoken(duty.what), under_label("Wie", spoken(duty.who)),
        under_label("Bewijs", spoken(duty.evidence)),
    ]  # fmt: skip
    if item.open:
        names = listed([f"{library.facts[name].title} (feit {name})" for name in item.open if name in library.facts])
        what.insert(1, under_label("Nog niet zeker", spoken(f"beantwoord eerst {names}")))
    met = "; ".join(library.demands[name].title for name in duty.meets if name in library.demands)
    sources = "; ".join(_sources(library, duty.sources))
    why = [under_label("Gevraagd", spoken(met)), under_label("Bronnen", spoken(sources))]
    fields = [
        line
        for key, label in _FILLED
        for line in (
            cell(f"{label}:", bold=True),
            (Field(f"checklist.{item.id}.{key}", f"{duty.title}: {label.lower()}", FilledBy.BUYER),),
        )
    ]
    return on_lines(what), on_lines(why), on_lines(fields)


def _sources(library: Library, cited: Sequence[str]) -> Iterator[str]:
    """Each source once by its title, with the places in it."""
    places: dict[str, list[str]] = {}
    for source in cited:
        name, _, place = source.partition(",")
        places.setdefault(name, []).extend([place.strip()] if place.strip() else [])
    for name, found in places.items():
        title = library.sources[name].title if name in library.sources else name
        yield f"{title} ({', '.join(found)})" if found else title
