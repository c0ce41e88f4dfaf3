"""What is wrong with a library: every broken link between its files, found without drafting a contract."""

from __future__ import annotations

from collections.abc import Iterator

from procure_ai.documents.tree import Value, walk_members
from procure_ai.findings import Finding, Place
from procure_ai.findings.messages import meant
from procure_ai.library.check_data import check_data
from procure_ai.library.check_ladders import check_ladders, ladder_file
from procure_ai.library.check_references import check_references
from procure_ai.library.check_terms import check_terms
from procure_ai.library.coverage import coverage
from procure_ai.library.messages import found_as, unknown
from procure_ai.library.models import Clause, Item, Leaf, Library
from procure_ai.library.parameters import Parameter, WrongValue, read_value
from procure_ai.library.passages import passages


def check_library(library: Library) -> tuple[Finding, ...]:
    """Every finding (C201 to C269), sorted by place. An empty answer means that all of it hangs together."""
    return tuple(
        sorted(
            {
                *_clauses(library),
                *check_references(library),
                *_unused_parameters(library),
                *check_terms(library),
                *check_data(library),
                *_sets(library),
                *check_ladders(library),
                *coverage(library).findings,
                *_sources(library),
            }
        )
    )


# --- clauses -------------------------------------------------------------------------------------


def _clauses(library: Library) -> Iterator[Finding]:
    topics = library.topics()
    for clause in library.clauses.values():
        header = clause.header
        for code, key, names, known, otherwise in (
            ("C201", "topic", (header.topic,), topics, "Neem het op in clauses/outline.yaml."),
            ("C202", "meets", header.meets, library.demands, "Kies een eis uit clauses/demands.yaml."),
            ("C218", "deviates", header.deviates, library.base_topics, "Kies uit clauses/base-topics.yaml."),
        ):
            yield from unknown(code, Place(clause.file, key=key), names, known, otherwise)
        for name, parameter in header.parameters.items():
            yield from _parameter(clause, name, parameter)
        yield from _positions(clause)
        yield from _parts(library, clause)


def _parameter(clause: Clause, name: str, parameter: Parameter) -> Iterator[Finding]:
    if parameter.type == "choice" and not parameter.options:
        yield found_as("C217", Place(clause.file, key=f"parameters/{name}/options"), name=name)
        return
    bare = parameter.model_copy(update={"min": None, "max": None})
    bounds = [
        finding
        for key, text in (("min", parameter.min), ("max", parameter.max))
        if text is not None
        for finding in _wrong(clause, f"parameters/{name}/{key}", bare, text)
    ]
    yield from bounds
    if parameter.default is not None and not bounds:
        yield from _wrong(clause, f"parameters/{name}/default", parameter, parameter.default)


def _wrong(clause: Clause, key: str, parameter: Parameter, text: str) -> Iterator[Finding]:
    try:
        read_value(parameter, text)
    except WrongValue as wrong:
        yield Finding(Place(clause.file, key=key), "C213", wrong.message, wrong.remedy)


def _positions(clause: Clause) -> Iterator[Finding]:
    parameters = clause.header.parameters
    for position, other in clause.header.positions.items():
        for name, text in other.values.items():
            key = f"positions/{position}/values/{name}"
            if name not in parameters:
                otherwise = "Noem een parameter van deze bepaling."
                yield from unknown("C216", Place(clause.file, key=key), (name,), parameters, otherwise)
            elif parameters[name].type != "choice" or parameters[name].options:  # else C217 says it
                yield from _wrong(clause, key, parameters[name], text)


def _parts(library: Library, clause: Clause) -> Iterator[Finding]:
    labels = {member.label for member in walk_members(clause.members + clause.deviation)}
    both = (*library.clauses, *library.annexes)
    parameters = clause.header.parameters
    for label, part in clause.parts.items():
        place = Place(clause.file, key=f"parts/{label}")
        otherwise = "Zet {{#{name}}} vooraan in het lid, of haal het deel weg."
        yield from unknown("C214", place, (label,), labels, otherwise)
        for name, options in part.choice.items():
            parameter = parameters.get(name)
            if parameter is None or parameter.type != "choice":
                hint = meant(name, parameters, "Noem een parameter van het type choice.")
                yield found_as("C215", place, name=name, hint=hint)
                continue
            known = parameter.options or {}
            otherwise = "Noem een van de keuzes bij `options`."
            yield from unknown("C215/option", place, options, known, otherwise, choice=name)
        yield from unknown("C205", place, part.with_, both, "Noem een bestaande bepaling of bijlage.")


def _unused_parameters(library: Library) -> Iterator[Finding]:
    used: set[str] = set()
    for passage in passages(library):
        for inline in passage.inlines:
            if isinstance(inline, Value):
                own = passage.owner.id if passage.owner else ""
                used.add(inline.name if "." in inline.name else f"{own}.{inline.name}")
    for clause in library.clauses.values():
        chosen = {name for part in clause.parts.values() for name in part.choice}
        for name in clause.header.parameters:
            if f"{clause.id}.{name}" not in used and name not in chosen:
                yield found_as("C212", Place(clause.file, key=f"parameters/{name}"), name=name)


# --- scorecards, demands, sources ----------------------------------------------------------------


def _items(library: Library) -> Iterator[Item]:
    for scorecards in library.sets.values():
        yield from (*scorecards.requirements.values(), *scorecards.criteria.values())


def _leaves(tree: tuple[Leaf, ...]) -> Iterator[str]:
    for leaf in tree:
        if leaf.criteria:
            yield from _leaves(leaf.criteria)
        else:
            yield leaf.id


def _sets(library: Library) -> Iterator[Finding]:
    for item in _items(library):
        for code, key, names, known, otherwise in (
            ("C202", "demands", item.header.demands, library.demands, "Kies een eis uit clauses/demands.yaml."),
            ("C230", "clauses", item.header.clauses, library.clauses, "Noem een bestaande bepaling."),
        ):
            yield from unknown(code, Place(item.file, key=key), names, known, otherwise)
        if item.scale and item.scale[0].grade != 0:
            yield found_as("C233", Place(item.file, key="Schaal"), grade=item.scale[0].grade)
    for name, chosen in library.sets.items():
        for folder, key, named, items in (
            (
                "requirements",
                "requirements",
                (*chosen.file.requirements, *chosen.file.building_blocks),
                chosen.requirements,
            ),
            ("criteria", "tree", tuple(_leaves(chosen.file.tree)), chosen.criteria),
        ):
            place = Place(f"scorecards/{name}/set.yaml", key=key)
            yield from unknown("C231", place, named, items, f"Maak {folder}/{{name}}.md of haal de regel weg.")
            for entry, item in items.items():
                if entry not in named:
                    yield found_as("C232", Place(item.file, key="id"), name=entry)


def _sources(library: Library) -> Iterator[Finding]:
    cited: list[tuple[Place, tuple[str, ...]]] = [
        *((Place(clause.file, key="sources"), clause.header.sources) for clause in library.clauses.values()),
        *((Place(item.file, key="sources"), item.header.sources) for item in _items(library)),
        *(
            (Place("clauses/definitions.yaml", key=f"definitions/{name}/sources"), item.sources)
            for name, item in library.definitions.items()
        ),
        *(
            (Place("clauses/demands.yaml", key=f"demands/{name}/sources"), demand.sources)
            for name, demand in library.demands.items()
        ),
        *((Place(ladder_file(name), key="source"), (item.source,)) for name, item in library.ladders.items()),
        *(
            (Place(ladder_file(name), key=f"weight_sets/{version}/source"), (weights.source,))
            for name, item in library.ladders.items()
            for version, weights in item.weight_sets.items()
        ),
        *((Place("clauses/law.yaml", key=f"law/{name}/source"), (fact.source,)) for name, fact in library.law.items()),
        *(
            (Place(f"clauses/regimes/{regime.id}.yaml", key=f"articles/{topic}/source"), (article.source,))
            for regime in library.regimes.values()
            for topic, article in regime.articles.items()
        ),
    ]
    for place, sources in cited:
        names = [source.partition(",")[0].strip() for source in sources]
        yield from unknown("C203", place, names, library.sources, "Neem de bron op in clauses/sources.yaml.")
