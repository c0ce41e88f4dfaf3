"""What is wrong with a library: every broken link between its files, found without drafting a contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from procure_ai.documents.tree import Value, walk_members
from procure_ai.findings import Finding, Place, Severity, nearest
from procure_ai.library.check_references import check_references
from procure_ai.library.check_terms import check_terms
from procure_ai.library.models import Clause, Item, Leaf, Library
from procure_ai.library.parameters import Parameter, WrongValue, read_value
from procure_ai.library.passages import passages


def check_library(library: Library) -> tuple[Finding, ...]:
    """Every finding (C201 to C234), sorted by place. An empty answer means that all of it hangs together."""
    return tuple(
        sorted(
            {
                *_clauses(library),
                *check_references(library),
                *_unused_parameters(library),
                *check_terms(library),
                *_sets(library),
                *_demands(library),
                *_sources(library),
            }
        )
    )


def _hint(word: str, known: Iterable[str], otherwise: str) -> str:
    near = nearest(word, known)
    return f"Bedoelde u `{near}`?" if near else otherwise


# --- clauses -------------------------------------------------------------------------------------


def _clauses(library: Library) -> Iterator[Finding]:
    topics = library.topics()
    for clause in library.clauses.values():
        header = clause.header
        if header.topic not in topics:
            yield Finding(
                Place(clause.file, key="topic"),
                "C201",
                f"Het onderwerp `{header.topic}` staat niet in de indeling.",
                _hint(header.topic, topics, "Neem het op in clauses/outline.yaml."),
            )
        yield from _known_demands(library, clause.file, "meets", header.meets)
        for topic in header.deviates:
            if topic not in library.base_topics:
                yield Finding(
                    Place(clause.file, key="deviates"),
                    "C218",
                    f"`{topic}` is geen onderwerp van de inkoopvoorwaarden.",
                    _hint(topic, library.base_topics, "Kies uit clauses/base-topics.yaml."),
                )
        for name, parameter in header.parameters.items():
            yield from _parameter(clause, name, parameter)
        yield from _positions(clause)
        yield from _parts(library, clause)


def _known_demands(library: Library, file: str, key: str, names: Iterable[str]) -> Iterator[Finding]:
    for name in names:
        if name not in library.demands:
            yield Finding(
                Place(file, key=key),
                "C202",
                f"De eis `{name}` bestaat niet.",
                _hint(name, library.demands, "Kies een eis uit clauses/demands.yaml."),
            )


def _parameter(clause: Clause, name: str, parameter: Parameter) -> Iterator[Finding]:
    if parameter.type == "choice" and not parameter.options:
        yield Finding(
            Place(clause.file, key=f"parameters/{name}/options"),
            "C217",
            f"De keuze `{name}` heeft geen mogelijkheden.",
            "Noem bij `options` elke keuze met haar tekst.",
        )
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
                hint = _hint(name, parameters, "Noem een parameter van deze bepaling.")
                yield Finding(Place(clause.file, key=key), "C216", f"De parameter `{name}` bestaat niet.", hint)
            elif parameters[name].type != "choice" or parameters[name].options:  # else C217 says it
                yield from _wrong(clause, key, parameters[name], text)


def _parts(library: Library, clause: Clause) -> Iterator[Finding]:
    labels = {member.label for member in walk_members(clause.members + clause.deviation)}
    for label, part in clause.parts.items():
        place = Place(clause.file, key=f"parts/{label}")
        if label not in labels:
            hint = _hint(label, labels, f"Zet {{#{label}}} vooraan in het lid, of haal het deel weg.")
            yield Finding(place, "C214", f"Het label `{label}` komt in de tekst niet voor.", hint)
        for name, options in part.choice.items():
            parameter = clause.header.parameters.get(name)
            if parameter is None or parameter.type != "choice":
                hint = _hint(name, clause.header.parameters, "Noem een parameter van het type choice.")
                yield Finding(place, "C215", f"`{name}` is geen keuze van deze bepaling.", hint)
                continue
            for option in options:
                if option not in (parameter.options or {}):
                    hint = _hint(option, parameter.options or {}, "Noem een van de keuzes bij `options`.")
                    yield Finding(place, "C215", f"`{option}` is geen mogelijkheid van de keuze `{name}`.", hint)
        for name in part.with_:
            if name not in library.clauses and name not in library.annexes:
                hint = _hint(name, (*library.clauses, *library.annexes), "Noem een bestaande bepaling of bijlage.")
                yield Finding(place, "C205", f"De bepaling of bijlage `{name}` bestaat niet.", hint)


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
                yield Finding(
                    Place(clause.file, key=f"parameters/{name}"),
                    "C212",
                    f"De parameter `{name}` wordt nergens gebruikt.",
                    f"Gebruik {{{{{name}}}}} in de tekst, of haal de parameter weg.",
                    Severity.WARNING,
                )


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
        yield from _known_demands(library, item.file, "demands", item.header.demands)
        for name in item.header.clauses:
            if name not in library.clauses:
                yield Finding(
                    Place(item.file, key="clauses"),
                    "C230",
                    f"De bepaling `{name}` bestaat niet.",
                    _hint(name, library.clauses, "Noem een bestaande bepaling."),
                )
        if item.scale and item.scale[0].grade != 0:
            yield Finding(
                Place(item.file, key="Schaal"),
                "C233",
                f"De schaal begint bij {item.scale[0].grade} in plaats van bij 0.",
                "Voeg een rij met cijfer 0 toe voor een antwoord zonder waarde.",
            )
    for name, scorecards in library.sets.items():
        named = {"requirements": scorecards.file.requirements, "criteria": tuple(_leaves(scorecards.file.tree))}
        for folder, items in (("requirements", scorecards.requirements), ("criteria", scorecards.criteria)):
            place = Place(f"scorecards/{name}/set.yaml", key="requirements" if folder == "requirements" else "tree")
            for entry in named[folder]:
                if entry not in items:
                    hint = _hint(entry, items, f"Maak {folder}/{entry}.md of haal de regel weg.")
                    yield Finding(place, "C231", f"Bij `{entry}` hoort geen bestand.", hint)
            for entry, item in items.items():
                if entry not in named[folder]:
                    hint = f"Neem `{entry}` op in set.yaml, of haal het bestand weg."
                    yield Finding(Place(item.file, key="id"), "C232", "Dit onderdeel staat niet in set.yaml.", hint)


def _demands(library: Library) -> Iterator[Finding]:
    met = {name for clause in library.clauses.values() for name in clause.header.meets}
    met |= {name for item in _items(library) for name in item.header.demands}
    for name, demand in library.demands.items():
        if name not in met and "checklist" not in demand.home:
            yield Finding(
                Place("clauses/demands.yaml", key=f"demands/{name}"),
                "C234",
                f"Geen bepaling, minimumeis of criterium voldoet aan `{name}` ({demand.title}).",
                "Noem de eis bij `meets` of `demands`, of geef haar het thuis `checklist`.",
                Severity.WARNING,
            )


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
        *((Place("clauses/law.yaml", key=f"law/{name}/source"), (fact.source,)) for name, fact in library.law.items()),
        *(
            (Place(f"clauses/regimes/{regime.id}.yaml", key=f"articles/{topic}/source"), (article.source,))
            for regime in library.regimes.values()
            for topic, article in regime.articles.items()
        ),
    ]
    for place, sources in cited:
        for source in sources:
            name = source.partition(",")[0].strip()
            if name not in library.sources:
                hint = _hint(name, library.sources, "Neem de bron op in clauses/sources.yaml.")
                yield Finding(place, "C203", f"De bron `{name}` bestaat niet.", hint)
