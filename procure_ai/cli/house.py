"""The house itself: what this computer has, and the demonstration."""

from __future__ import annotations

from pathlib import Path

import click

from procure_ai.cli.common import print_findings
from procure_ai.cli.dutch import DutchCommand


@click.command("doctor", cls=DutchCommand)
@click.argument(
    "file", metavar="[BESTAND]", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def doctor(file: Path | None) -> int:
    """Controleer deze computer, of een Word- of Excel-bestand.

    Zonder bestand: wat er is en wat ontbreekt. Met een .docx: is het bestand heel en toegankelijk. Met een
    .xlsx: is het veilig te lezen.

    \b
    Voorbeelden:
      procure-ai doctor
      procure-ai doctor AI-bijlage.docx
    """
    from procure_ai.casefile import checkup

    if file is None:
        for name, state in checkup.machine():
            click.echo(f"  {name:<16} {state}")
        return 0
    findings = checkup.examine(file)
    print_findings(findings, to_stderr=False)
    if not findings:
        click.echo(f"{file.name}: geen fouten of waarschuwingen.")
    return 1 if any(item.is_error for item in findings) else 0


@click.command("demo", cls=DutchCommand)
@click.argument("target", metavar="[MAP]", required=False, default="demo", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Vervang een eerdere demo in deze map.")
def demo(target: Path, force: bool) -> None:
    """Doorloop de drie reizen met het voorbeeld.

    Vier verzonnen inschrijvers vullen het antwoordformulier in, drie beoordelaars scoren, de commissie
    overlegt, de prijzen gaan open en de gunning volgt. Alles komt in MAP.

    \b
    Voorbeeld:
      procure-ai demo
    """
    from procure_ai.casefile import demo as story

    folder = story.prepare(target, force=force)
    click.echo(f"De drie reizen, in {folder}")
    for done in story.run(folder):
        click.echo(f"  {done.text}" + (f"\n      -> {done.file}" if done.file else ""))
    click.echo("\nKijk eerst hier:")
    for text, name in story.FIRST:
        click.echo(f"  {folder.joinpath(*name.split('/'))}\n      {text}")
    click.echo(f"\nVerder: procure-ai status {folder / story.EXAMPLE}")
