"""The data around the clauses: law, proofs, kinds of contract, the field, the checklist, an organisation's choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from procure_ai.documents.tree import walk_members
from procure_ai.findings import Finding, Place
from procure_ai.library.messages import found_as, unknown
from procure_ai.library.models import Clause, Library
from procure_ai.library.parameters import Parameter, WrongValue, read_value

_EVERY = ("once", "monthly", "quarterly", "half-yearly", "yearly", "two-yearly", "each")


def check_data(library: Library) -> Iterator[Finding]:
    """Findings C240 to C246."""
    every = library.clauses.values()
    parameters = {f"{one.id}.{name}": item for one in every for name, item in one.header.parameters.items()}
    for text in library.texts().values():
        yield from _law(library, text.file, "law", text.header.law)
        if isinstance(text, Clause):
            for label, part in text.header.parts.items():
                yield from _law(library, text.file, f"parts/{label}/law", part.law)
            yield from _proofs(text, parameters)
    for name, (duty, _) in library.checklist.items():
        file, key = "clauses/checklist.yaml", f"checklist/{name}"
        yield from _law(library, file, f"{key}/law", duty.law)
        otherwise = "Kies een eis uit clauses/demands.yaml."
        yield from unknown("C202", Place(file, key=f"{key}/meets"), duty.meets, library.demands, otherwise)
    yield from _landscape(library)
    for kind in library.kinds.values():
        yield from _choices(library, parameters, f"clauses/kinds/{kind.id}.yaml", kind.values, kind.positions)
    if own := library.organisation:
        file = "organisation.yaml"
        yield from _choices(library, parameters, file, own.values, own.positions)
        for index, conflict in enumerate(own.conflicts):
            place = Place(file, key=f"conflicts/{index}/clauses")
            yield from _unknown(place, "De bepaling", conflict.clauses, library.texts())
            if not conflict.choice:
                yield found_as(
                    "C245", Place(file, key=f"conflicts/{index}"),
                    organisation=own.name, title=conflict.title, one=conflict.one, other=conflict.other,
                )  # fmt: skip
    for agreement in library.processing.values():
        file = f"clauses/processing/{agreement.id}.yaml"
        yield from _unknown(Place(file, key="base_terms"), "Het regime", agreement.base_terms, library.regimes)
        yield from _unknown(
            Place(file, key="source"), "De bron", (agreement.source.partition(",")[0],), library.sources
        )
        for name, term in agreement.terms.items():
            place = Place(file, key=f"terms/{name}/ours")
            yield from _unknown(place, "De parameter", term.ours, parameters)
        for index, annex in enumerate(agreement.annexes):
            place = Place(file, key=f"annexes/{index}/tables")
            yield from _unknown(place, "De bijlage", annex.tables, library.annexes)


def _law(library: Library, file: str, key: str, names: Iterable[str]) -> Iterator[Finding]:
    yield from unknown("C240", Place(file, key=key), names, library.law, "Neem het op in clauses/law.yaml.")


def _unknown(place: Place, what: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Finding]:
    yield from unknown("C242", place, names, tuple(known), "Noem iets wat bestaat, of haal het weg.", what=what)


def _proofs(clause: Clause, shared: Mapping[str, Parameter]) -> Iterator[Finding]:
    """A proof names parameters and a member that exist, so that a calendar can be made of it."""
    own = clause.header.parameters
    labels = {member.label for member in walk_members(clause.members) if member.label}
    months = [name for name, parameter in own.items() if parameter.type == "months"]
    for name, proof in clause.header.proof.items():
        every = own.get(proof.every) or shared.get(proof.every)
        for key, what, given, right, known in (
            ("within", "de parameter", proof.within, proof.within in own or proof.within in shared, (*own,)),
            ("every", "de tussenpoos", proof.every, bool(every and every.type == "months"), (*_EVERY, *months)),
            ("member", "het label", proof.member, False, (*labels,)),
        ):
            place = Place(clause.file, key=f"proof/{name}/{key}")
            names = (given,) if given is not None and not right else ()
            yield from unknown("C241", place, names, known, "Noem iets wat bestaat.", proof=name, what=what)


def _landscape(library: Library) -> Iterator[Finding]:
    """Every topic of the field has its clauses."""
    file, texts = "clauses/landscape.yaml", library.texts()
    for name, row in library.landscape.items():
        place = Place(file, key=f"landscape/{name}/clauses")
        yield from _unknown(place, "De bepaling", row.clauses, texts)
        if not row.clauses:
            yield found_as("C243", place, number=row.number, title=row.title)


def _choices(
    library: Library,
    parameters: Mapping[str, Parameter],
    file: str,
    values: Mapping[str, str],
    positions: Mapping[str, str],
) -> Iterator[Finding]:
    """Values stay within the bounds of the parameter; positions exist."""
    for key, text in values.items():
        place = Place(file, key=f"values/{key}")
        if key not in parameters:
            yield from _unknown(place, "De parameter", (key,), parameters)
            continue
        try:
            read_value(parameters[key], text)
        except WrongValue as wrong:
            yield found_as("C246", place, name=key, message=wrong.message, remedy=wrong.remedy)
    for clause, position in positions.items():
        place = Place(file, key=f"positions/{clause}")
        known_positions = library.clauses[clause].header.positions if clause in library.clauses else {}
        yield from _unknown(place, "De positie", () if position in known_positions else (f"{clause}: {position}",), ())
