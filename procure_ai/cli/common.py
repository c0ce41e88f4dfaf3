"""What the commands share: the case folder argument, printing findings, the clock."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from procure_ai.findings import Finding

folder_argument = click.argument(
    "folder", metavar="[MAP]", required=False, default=".", type=click.Path(file_okay=False, path_type=Path)
)
json_option = click.option("--json", "as_json", is_flag=True, help="Toon de uitkomst als JSON.")


def now() -> datetime:
    """The moment of a step: the clock, or `SOURCE_DATE_EPOCH` for reproducible runs."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now().astimezone().replace(microsecond=0)


def print_findings(findings: Iterable[Finding], *, to_stderr: bool = True) -> None:
    """One finding per paragraph: place, code and sentence, then what to do."""
    items = tuple(findings)
    for item in items:
        mark = "fout" if item.is_error else "let op"
        place = str(item.place)
        click.echo(
            f"{place}: {mark} {item.code}: {item.message}" if place else f"{mark} {item.code}: {item.message}",
            err=to_stderr,
        )
        if item.remedy:
            click.echo(f"    {item.remedy}", err=to_stderr)
    errors = sum(item.is_error for item in items)
    warnings = len(items) - errors
    if items:
        click.echo(
            f"{_count(errors, 'fout', 'fouten')}, {_count(warnings, 'waarschuwing', 'waarschuwingen')}.", err=to_stderr
        )


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def print_json(value: Any) -> None:
    """JSON on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def findings_json(findings: Iterable[Finding]) -> list[dict[str, str | int]]:
    """Findings for `--json`."""
    return [item.as_dict() for item in findings]


def wrote(folder: Path, names: Iterable[str]) -> None:
    """Tell which files were written."""
    for name in names:
        click.echo(f"  geschreven: {folder.joinpath(*name.split('/'))}")
