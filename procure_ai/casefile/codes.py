"""The explanation of each finding code, kept as text that anybody can edit."""

from __future__ import annotations

from procure_ai.casefile import data
from procure_ai.casefile.messages import refuse_as
from procure_ai.documents.dialect import split_sections
from procure_ai.findings.messages import meant


def codes() -> dict[str, str]:
    """Every code with its explanation, from `templates/codes.md`."""
    sections = split_sections(data.template("codes.md").decode("utf-8"), 1)
    return {title.split()[0]: f"{title}\n\n{text.strip()}" for title, (text, _) in sections.items() if title}


def explanation(code: str) -> str:
    """The explanation of one code. Raises `Refused` (F048) when there is none."""
    known = codes()
    found = known.get(code.upper())
    if found is None:
        hint = meant(code.upper(), known, "Elke melding noemt haar code, zoals D120.")
        raise refuse_as("F048", code=code, hint=hint)
    return found
