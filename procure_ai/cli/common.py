"""What the commands share: the case folder argument, printing findings, the clock."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from procure_ai.casefile.folder import Folder
from procure_ai.findings import Finding

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _folder(_context: click.Context, _param: click.Parameter, path: Path) -> Folder:
    return Folder(path)


_PLACE = click.Path(file_okay=False, path_type=Path)
folder_argument = click.argument("folder", metavar="[MAP]", required=False, default=".", type=_PLACE, callback=_folder)
folder_option = click.option(
    "--folder", default=".", metavar="MAP", type=_PLACE, callback=_folder, help="De map van de aanbesteding."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Toon de uitkomst als JSON.")


def now() -> datetime:
    """The moment of a step: the clock, or `SOURCE_DATE_EPOCH` for reproducible runs."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch:
        if not (epoch.isascii() and epoch.isdecimal() and len(epoch) <= 11):
            raise click.UsageError("SOURCE_DATE_EPOCH is geen aantal seconden.")
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


def print_report(findings: tuple[Finding, ...], as_json: bool, sound: str) -> int:
    """The findings on standard output, or the sentence `sound` when there are none; gives the exit code."""
    if as_json:
        print_json({"findings": [item.as_dict() for item in findings]})
    elif findings:
        print_findings(findings, to_stderr=False)
    else:
        click.echo(sound)
    return exit_code(findings)


def wrote(folder: Folder, names: Iterable[str]) -> None:
    """Tell which files were written."""
    for name in names:
        click.echo(f"  geschreven: {folder.at(name)}")


def exit_code(findings: Iterable[Finding]) -> int:
    """1 when there is an error among the findings, else 0."""
    return 1 if any(item.is_error for item in findings) else 0
