"""The ladders, and the criteria that are graded by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations

from procure_ai.documents.dutch import listed, number_text
from procure_ai.findings import Finding, Place
from procure_ai.library.messages import found_as, unknown
from procure_ai.library.models import Item, Library
from procure_ai.library.written import FrameworkQuestion, LadderFile

_WHOLE = 100


def check_ladders(library: Library) -> Iterator[Finding]:
    """Findings C260 to C269."""
    asked = {name: found for ladder in library.ladders.values() for name, found in questions(ladder).items()}
    for ladder in library.ladders.values():
        yield from _ladder(ladder, asked)
        yield from _components(ladder)
        yield from _weights(ladder)
    for chosen in library.sets.values():
        yield from _items([*chosen.requirements.values(), *chosen.criteria.values()], library)


def ladder_file(name: str) -> str:
    """The file of a ladder."""
    return f"scorecards/ladders/{name}.yaml"


def questions(ladder: LadderFile) -> dict[str, FrameworkQuestion]:
    """The questions of the framework by id, in the order of its objectives."""
    return {name: asked for part in ladder.objectives.values() for name, asked in part.questions.items()}


def _items(items: list[Item], library: Library) -> Iterator[Finding]:
    for item in items:
        place = Place(item.file, key="ladder")
        named = (item.header.ladder,) if item.header.ladder else ()
        yield from unknown("C260", place, named, library.ladders, "Maak scorecards/ladders/{name}.yaml.")
        if item.ladder and item.ladder.preference != item.header.preference:
            yield found_as("C264", place, ladder=item.ladder.id, preference=item.ladder.preference or "geen")
    for one, other in combinations([item for item in items if item.ladder], 2):
        shared = _counted(one) & _counted(other)
        if shared and (one.header.preference or other.header.preference):
            what = listed([f"`{name}`" for name in sorted(shared)])
            yield found_as("C265", Place(other.file, key="ladder"), other=one.id, what=what)


def _counted(item: Item) -> set[str]:
    return {*item.ladder.counts, *item.ladder.components} if item.ladder else set()


def _ladder(ladder: LadderFile, asked: Mapping[str, FrameworkQuestion]) -> Iterator[Finding]:
    """`asked` are the questions of every framework: a ladder may count a question that another one keeps."""
    file = ladder_file(ladder.id)
    versions = [("version", ladder.version)]
    versions += [(f"weight_sets/{name}/version", weights.version) for name, weights in ladder.weight_sets.items()]
    for key, version in versions:
        if not version.strip():
            yield found_as("C261", Place(file, key=key))
    grades = [rung.grade for rung in ladder.rungs]
    if grades != sorted(set(grades)) or grades[0] != 0:
        yield found_as("C266", Place(file, key="rungs"))
    for index, rung in enumerate(ladder.rungs):
        if index and not rung.evidence:
            yield found_as("C262", Place(file, key=f"rungs/{index}/evidence"), grade=number_text(rung.grade))
    names = [name for rung in ladder.rungs for name in rung.evidence]
    for name in sorted({name for name in names if names.count(name) > 1 or name in ladder.components}):
        yield found_as("C266/evidence", Place(file, key="rungs"), name=name)
    for name in ladder.counts:
        if name in asked and not asked[name].usable:
            yield found_as("C267", Place(file, key="counts"), name=name, why=asked[name].why)
    for objective, part in ladder.objectives.items():
        for name, question in part.questions.items():
            if not question.usable and not question.why.strip():
                place = Place(file, key=f"objectives/{objective}/questions/{name}")
                yield found_as("C267/reason", place, name=name)


def _components(ladder: LadderFile) -> Iterator[Finding]:
    """Rungs name components that exist; a full list has every component on some rung, or none counts for nothing."""
    file, otherwise = ladder_file(ladder.id), "Neem het op bij `components`, of haal het weg."
    for index, rung in enumerate(ladder.rungs):
        names = (*rung.available, *rung.open, *rung.or_open)
        yield from unknown("C268", Place(file, key=f"rungs/{index}"), names, ladder.components, otherwise)
        place = Place(file, key=f"rungs/{index}/beside")
        yield from unknown("C268", place, rung.beside, rung.evidence, "Noem bewijs van deze trede.")
        if ladder.sheet and index and not names:
            yield found_as("C262/components", Place(file, key=f"rungs/{index}"), grade=number_text(rung.grade))
    for name, component in ladder.components.items():
        given = (component.instead,) if component.instead else ()
        yield from unknown("C268", Place(file, key=f"components/{name}/instead"), given, ladder.components, otherwise)


def _weights(ladder: LadderFile) -> Iterator[Finding]:
    for name, weights in ladder.weight_sets.items():
        total = sum(weights.weights.values(), Decimal(0))
        if total != _WHOLE or set(weights.weights) != set(ladder.objectives):
            place = Place(ladder_file(ladder.id), key=f"weight_sets/{name}/weights")
            yield found_as("C269", place, name=name, total=number_text(total))
