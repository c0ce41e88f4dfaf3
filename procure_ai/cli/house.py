"""The house itself: what this computer has, and the demonstration."""

from __future__ import annotations

from pathlib import Path

import click

from procure_ai.cli.common import FILE, print_report
from procure_ai.cli.dutch import DutchCommand


@click.command("doctor", cls=DutchCommand)
@click.argument("file", metavar="[BESTAND]", required=False, type=FILE)
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
    return print_report(checkup.examine(file), False, f"{file.name}: geen fouten of waarschuwingen.")


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
