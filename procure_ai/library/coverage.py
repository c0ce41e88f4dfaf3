"""What policy and law ask, and where it is met: demands against clauses, requirements, criteria and checklist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from procure_ai.findings import Finding, Place
from procure_ai.library.messages import found_as, unknown
from procure_ai.library.models import Library

HOMES = ("clause", "requirement", "criterion", "checklist")
_FILE = "clauses/demands.yaml"


@dataclass(frozen=True, slots=True)
class Covered:
    """One demand with what meets it, by home, and the entries of the sources that it stands for."""

    id: str
    title: str
    kind: str
    addressed_to: str
    home: tuple[str, ...]
    met_by: tuple[tuple[str, tuple[str, ...]], ...]
    stands_for: tuple[str, ...]
    sources: tuple[str, ...]

    def at(self, home: str) -> tuple[str, ...]:
        """The ids that meet the demand at one home."""
        return dict(self.met_by)[home]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The matrix: every demand, and every entry of the sources with its demands or the reason it has none."""

    demands: tuple[Covered, ...]
    entries: tuple[tuple[str, tuple[str, ...], str], ...]
    findings: tuple[Finding, ...]


def coverage(library: Library) -> Coverage:
    """The matrix with its findings: C250 to C255 and, for a demand that nobody meets, C234."""
    meeting = _meeting(library)
    demands = tuple(
        Covered(
            name, demand.title, demand.kind, demand.addressed_to, demand.home,
            tuple((home, tuple(item for item, met in meeting[home].items() if name in met)) for home in HOMES),
            demand.stands_for, demand.sources,
        )
        for name, demand in library.demands.items()
    )  # fmt: skip
    standing: dict[str, list[str]] = {}
    for demand in demands:
        for entry in demand.stands_for:
            standing.setdefault(entry, []).append(demand.id)
    entries = tuple(
        (name, tuple(standing.get(name, ())), library.set_aside.get(name, "")) for name in library.entries.entries
    )
    return Coverage(demands, entries, tuple(sorted(_findings(library, demands, entries))))


def _meeting(library: Library) -> dict[str, dict[str, tuple[str, ...]]]:
    """Per home: what is there, and the demands that it says it meets."""
    sets = library.sets.values()
    return {
        "clause": {clause.id: clause.header.meets for clause in library.in_order()},
        "requirement": {item.id: item.header.demands for chosen in sets for item in chosen.requirements.values()},
        "criterion": {item.id: item.header.demands for chosen in sets for item in chosen.criteria.values()},
        "checklist": {name: duty.meets for name, (duty, _) in library.checklist.items()},
    }


def _findings(
    library: Library, demands: tuple[Covered, ...], entries: tuple[tuple[str, tuple[str, ...], str], ...]
) -> Iterator[Finding]:
    for demand in demands:
        place = Place(_FILE, key=f"demands/{demand.id}")
        if not any(ids for _, ids in demand.met_by):
            code = "C250" if demand.kind == "must" else "C234"
            yield found_as(code, place, name=demand.id, title=demand.title)
        else:
            for home in demand.home:
                if not demand.at(home):
                    yield found_as("C251", place, name=demand.id, home=home)
        known, otherwise = library.entries.entries, "Kies uit clauses/entries.yaml."
        yield from unknown(
            "C253", Place(_FILE, key=f"demands/{demand.id}/stands_for"), demand.stands_for, known, otherwise
        )
    yield from unknown("C253", Place(_FILE, key="set_aside"), library.set_aside, library.entries.entries, otherwise)
    for home, items in _meeting(library).items():
        for name, met in items.items():
            if not met:
                yield found_as("C252", Place(_file(library, home, name), key="id"), name=name)
    for name, standing, reason in entries:
        place = Place("clauses/entries.yaml", key=f"entries/{name}")
        if not standing and not reason:
            yield found_as("C254", place, name=name)
        elif standing and reason:
            yield found_as("C255", place, name=name)


def _file(library: Library, home: str, name: str) -> str:
    if home == "clause":
        return library.clauses[name].file
    for chosen in library.sets.values():
        for items in (chosen.requirements, chosen.criteria):
            if name in items:
                return items[name].file
    return "clauses/checklist.yaml"
