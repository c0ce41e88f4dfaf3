"""One clause as a lawyer reads it on screen."""

from __future__ import annotations

from procure_ai.casefile.messages import refuse_as
from procure_ai.documents.markdown import members_text, to_markdown
from procure_ai.documents.numbering import number_blocks
from procure_ai.documents.tree import Article, Document
from procure_ai.findings.messages import meant
from procure_ai.library.models import Library
from procure_ai.library.parameters import Parameter

_LEVELS = {"mandatory": "verplicht", "recommended": "aanbevolen", "optional": "naar keuze"}


def clause_text(library: Library, name: str) -> str:
    """Title, text, explanation, parameters, positions, sources and where it is used.

    Raises `Refused` (D101) when there is no such clause.
    """
    clause = library.clauses.get(name)
    if clause is None:
        raise refuse_as("D101", name=name, hint=meant(name, library.clauses, "Zie `procure-ai library list`."))
    numbered = number_blocks((Article(clause.id, clause.title, clause.members),))
    article = numbered[0]
    assert isinstance(article, Article)
    header = clause.header
    parts = [
        f"{clause.title}  [{clause.id}]",
        f"Bestand: {clause.file} · vingerafdruk {clause.fingerprint[:12]} · {_LEVELS[header.level]} · concept",
        members_text(article),
        "Toelichting",
        to_markdown(Document("", clause.explanation)).removeprefix("# \n\n").strip(),
    ]
    if header.parameters:
        parts.append("Parameters\n" + "\n".join(_parameter(key, item) for key, item in header.parameters.items()))
    for position, content in header.positions.items():
        title = {"strict": "streng", "fallback": "terugval"}[position]
        values = ", ".join(f"{key} = {value}" for key, value in content.values.items())
        parts.append(f"Positie {title}: {values}\n  Kost: {content.gives_up}")
    parts.append("Voldoet aan\n" + "\n".join(f"  {_demand(library, item)}" for item in header.meets))
    parts.append("Bronnen\n" + "\n".join(f"  {item}" for item in header.sources))
    used = [
        item.title
        for chosen in library.sets.values()
        for item in (*chosen.requirements.values(), *chosen.criteria.values())
        if clause.id in item.header.clauses
    ]
    if used:
        parts.append("Gevraagd in\n" + "\n".join(f"  {title}" for title in used))
    return "\n\n".join(parts)


def _parameter(key: str, item: Parameter) -> str:
    bounds = " tot ".join(part for part in (item.min or "", item.max or "") if part)
    return f"  {key}: {item.ask}\n    standaard {item.default or '(geen)'}{f', grenzen {bounds}' if bounds else ''}"


def _demand(library: Library, name: str) -> str:
    demand = library.demands.get(name)
    return f"{name}: {demand.title}" if demand else name
