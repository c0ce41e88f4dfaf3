"""The matrix of what policy and law ask: as text, as JSON and as a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from procure_ai.casefile import data
from procure_ai.files.disk import may_write, write_atomic
from procure_ai.forms import coverage as form
from procure_ai.library.coverage import HOMES, Coverage, coverage
from procure_ai.library.models import Library


@dataclass(frozen=True)
class Covering:
    """The library and its matrix."""

    library: Library
    matrix: Coverage


def covered(organisation: Path | None) -> Covering:
    """The matrix of the library, with an organisation's folder on top. Raises `Refused`."""
    library, _ = data.library(organisation)
    return Covering(library, coverage(library))


def as_text(made: Covering) -> str:
    """One paragraph per demand, then the count of source entries."""
    lines: list[str] = []
    for row in made.matrix.demands:
        lines.append(f"{row.id}  [{form.KIND[row.kind]}, {form.ADDRESSED[row.addressed_to]}]  {row.title}")
        lines += [f"    {form.HOME[home]}: {', '.join(row.at(home))}" for home in HOMES if row.at(home)]
    placed = sum(bool(standing) for _, standing, _ in made.matrix.entries)
    aside = sum(bool(reason) for _, standing, reason in made.matrix.entries if not standing)
    lines.append("")
    lines.append(
        f"{len(made.matrix.demands)} eisen; {len(made.matrix.entries)} regels uit de bronnen: {placed} ingevuld, "
        f"{aside} met een reden terzijde gelegd."
    )
    return "\n".join(lines)


def as_json(made: Covering) -> dict[str, Any]:
    """The matrix for `--json`."""
    return {
        "demands": [
            {"id": row.id, "title": row.title, "kind": row.kind, "addressed_to": row.addressed_to,
             "home": list(row.home), "met_by": {home: list(ids) for home, ids in row.met_by},
             "stands_for": list(row.stands_for), "sources": list(row.sources)}
            for row in made.matrix.demands
        ],
        "entries": [
            {"id": name, "demands": list(standing), "set_aside": reason}
            for name, standing, reason in made.matrix.entries
        ],
        "findings": [item.as_dict() for item in made.matrix.findings],
    }  # fmt: skip


def write_workbook(made: Covering, output: Path, day: date, *, force: bool) -> None:
    """The matrix in Excel. Raises `Refused` (F045) when the file is there already."""
    from procure_ai import excel

    may_write(output, force=force)
    write_atomic(output, excel.write(form.build(made.library, made.matrix, day.isoformat())))
