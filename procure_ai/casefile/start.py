"""A new case folder: a commented procedure.yaml, or a complete example."""

from __future__ import annotations

import textwrap
from pathlib import Path

from procure_ai.casefile import data
from procure_ai.casefile.folder import CASE
from procure_ai.casefile.messages import refuse_as
from procure_ai.files.disk import read_bytes, write_atomic
from procure_ai.findings import Place
from procure_ai.findings.messages import meant
from procure_ai.library.models import Library

_MARK = "# {{facts}}"


def init(folder: Path, example: str | None) -> str:
    """Write procedure.yaml in a new or empty-of-cases folder and give its name.

    Raises `Refused`: F046 there is one already, F047 no such example.
    """
    if (folder / CASE).exists():
        raise refuse_as("F046", Place(str(folder / CASE)), name=folder.name)
    if example is None:
        content = starter(data.library()[0])
    else:
        names = data.examples()
        if example not in names:
            hint = meant(example, names, f"Kies uit {', '.join(names)}.")
            raise refuse_as("F047", example=example, hint=hint)
        content = read_bytes(data.data_root() / "examples" / example / CASE)
    write_atomic(folder / CASE, content, str(folder / CASE))
    return CASE


def starter(library: Library) -> bytes:
    """The commented procedure.yaml, with the questions of the fact vocabulary in it."""
    text = data.template(CASE).decode("utf-8")
    lines: list[str] = []
    for name, fact in library.facts.items():
        lines.append(f"  # {fact.ask}")
        lines.extend(f"  # {part}" for part in textwrap.wrap(fact.explain, 96))
        lines.append("  # Antwoorden" + (" (een of meer, elk op een regel met een streepje):" if fact.many else ":"))
        lines.extend(f"  #   {answer:<20} {label}" for answer, label in fact.answers.items())
        lines.append(f"  {name}:")
        lines.append("")
    return text.replace(_MARK, "\n".join(lines).rstrip()).encode("utf-8")
