"""Journey of the adviser: from an empty folder to the published package."""

from __future__ import annotations

from pathlib import Path

import click

from procure_ai.casefile.folder import Folder
from procure_ai.cli.common import (
    FILE,
    exit_code,
    folder_argument,
    json_option,
    now,
    print_findings,
    print_json,
    print_report,
    wrote,
)  # fmt: skip
from procure_ai.cli.dutch import DutchCommand
from procure_ai.files.disk import may_write
from procure_ai.findings import Finding

_FORMATS = ("docx", "pdf", "odt", "html", "md")


def _print_in_short(findings: tuple[Finding, ...]) -> None:
    """The findings; those about facts of law only counted, because `check` tells them one by one."""
    law = [item for item in findings if item.code in ("L101", "L102", "L103")]
    print_findings(item for item in findings if item not in law)
    if law:
        click.echo(f"Over {len(law)} feiten uit de wet staat iets in `procure-ai check`.", err=True)


@click.command("init", cls=DutchCommand)
@click.argument("folder", metavar="MAP", type=click.Path(path_type=Path))
@click.option("--example", metavar="NAAM", help="Begin met een volledig voorbeeld.")
def init(folder: Path, example: str | None) -> None:
    """Maak een map voor een aanbesteding, met uitleg bij elke regel.

    \b
    Voorbeelden:
      procure-ai init chatbot
      procure-ai init proef --example chatbot-gemeente
    """
    from procure_ai.casefile import start

    name = start.init(folder, example)
    click.echo(f"Gemaakt: {folder / name}")
    click.echo(f"Vul het bestand in en bekijk daarna: procure-ai plan {folder}")


@click.command("plan", cls=DutchCommand)
@folder_argument
@click.option("--values", is_flag=True, help="Toon ook elke waarde en waar die vandaan komt.")
@json_option
def plan(folder: Folder, values: bool, as_json: bool) -> int:
    """Laat zien welke bepalingen in het contract komen en waarom.

    Schrijft niets. Werkt ook als procedure.yaml nog niet compleet is.

    \b
    Voorbeelden:
      procure-ai plan chatbot
      procure-ai plan chatbot --values
    """
    from procure_ai.casefile import planning

    made = planning.plan(folder)
    if as_json:
        print_json(made.as_json())
    else:
        for title, state in (("In het contract", "in"), ("Nog open", "open"), ("Niet in het contract", "out")):
            chosen = [item for item in made.selected if item.state == state]
            if chosen:
                click.echo(f"{title} ({len(chosen)})")
                for item in chosen:
                    click.echo(f"  {item.id:<24} {item.clause.title}\n  {'':<24} {item.reason}")
                click.echo()
        stands = [made.standings[item.id].label for item in made.selected if item.state == "in" and made.standings]
        if stands:
            counts = (f"{stands.count(label)} {label}" for label in dict.fromkeys(stands))
            click.echo(f"Stand van de teksten in het contract: {', '.join(counts)}.\n")
        if values:
            click.echo("Waarden")
            for value in made.values:
                click.echo(f"  {value.key}: {value.text or '(leeg)'}  [{planning.ORIGINS[value.origin]}]")
            click.echo()
        _print_in_short(made.findings)
    return exit_code(made.findings)


@click.command("check", cls=DutchCommand)
@folder_argument
@click.option("--explain", metavar="CODE", help="Leg een code uit.")
@json_option
def check(folder: Folder, explain: str | None, as_json: bool) -> int:
    """Controleer de map en toon elke fout of waarschuwing.

    Schrijft niets. Uitgang 1 als er fouten zijn.

    \b
    Voorbeelden:
      procure-ai check chatbot
      procure-ai check --explain D120
    """
    if explain:
        from procure_ai.casefile.codes import explanation

        click.echo(explanation(explain))
        return 0
    from procure_ai.casefile import drafts

    findings = drafts.check(folder)
    return print_report(findings, as_json, "Geen fouten of waarschuwingen.")


@click.command("contract", cls=DutchCommand)
@folder_argument
@click.option(
    "-o", "--output", metavar="BESTAND", type=click.Path(dir_okay=False, path_type=Path), help="Waar het bestand komt."
)
@click.option("--template", metavar="BESTAND", type=FILE, help="Uw eigen huisstijl (.docx of .dotx).")
@click.option(
    "--format", "formats", default="docx", metavar="LIJST", help="docx, pdf, odt, html of md, met komma's ertussen."
)
@click.option("--draft", is_flag=True, help="Schrijf ook als er nog fouten zijn.")
@click.option("--award", "tenderer", metavar="INSCHRIJVER", help="Vul de bijlage met de gegevens van de winnaar.")
@click.option("--processing", is_flag=True, help="Schrijf in plaats daarvan de bijlagen bij de verwerkersovereenkomst.")
@click.option("--force", is_flag=True, help="Overschrijf een bestaand bestand.")
def contract(
    folder: Folder,
    output: Path | None,
    template: Path | None,
    formats: str,
    draft: bool,
    tenderer: str | None,
    processing: bool,
    force: bool,
) -> None:
    """Schrijf de AI-bijlage in Word (of pdf, odt, html, md).

    Of de aanvulling op een lopend contract, of de module voor een dienst, als de map daarover gaat.

    \b
    Voorbeelden:
      procure-ai contract chatbot
      procure-ai contract chatbot -o bijlage.docx --template huisstijl.dotx
      procure-ai contract chatbot --format docx,pdf
      procure-ai contract chatbot --award parlando
      procure-ai contract chatbot --processing
    """
    from procure_ai.casefile import annexes

    wanted = tuple(part.strip() for part in formats.split(",") if part.strip())
    if not wanted:
        raise click.UsageError(f"Noem een formaat: {', '.join(_FORMATS)}.")
    for name in wanted:
        if name not in _FORMATS:
            raise click.UsageError(f"Het formaat `{name}` bestaat niet; kies uit {', '.join(_FORMATS)}.")
    if tenderer == "" or (output and not output.name):
        raise click.UsageError("Geef bij --award en -o een naam.")
    base = output or folder.path / annexes.base_name(folder, tenderer, processing=processing)
    if base.suffix.lstrip(".").lower() in _FORMATS:
        base = base.with_suffix("")
    targets = {name: base.with_name(f"{base.name}.{name}") for name in wanted}
    may_write(*targets.values(), force=force)
    made = annexes.annex(
        folder, tenderer=tenderer, template=template, formats=wanted, allow_errors=draft, processing=processing
    )
    annexes.save({targets[name]: content for name, content in made.files.items()})
    for path in targets.values():
        click.echo(f"Geschreven: {path}")
    if made.note:
        click.echo(made.note)
    _print_in_short(made.findings)


@click.command("checklist", cls=DutchCommand)
@folder_argument
@click.option(
    "-o", "--output", metavar="BESTAND", type=click.Path(dir_okay=False, path_type=Path), help="Waar het bestand komt."
)
@click.option("--force", is_flag=True, help="Overschrijf een bestaand bestand.")
def checklist(folder: Folder, output: Path | None, force: bool) -> None:
    """Schrijf de checklist van wat u zelf doet.

    Per fase staat in Word wat u doet, wie, welk bewijs erbij hoort en waar het vandaan komt. U vult in wat is gedaan.

    \b
    Voorbeelden:
      procure-ai checklist chatbot
      procure-ai checklist chatbot -o checklist-maart.docx
    """
    from procure_ai.casefile import annexes, drafts

    path = output or folder.path / "checklist.docx"
    may_write(path, force=force)
    annexes.save({path: drafts.word_bytes(drafts.duties(drafts.draw_up(folder)))})
    click.echo(f"Geschreven: {path}")


@click.command("publish", cls=DutchCommand)
@folder_argument
@click.option(
    "--concept-reason", default="", metavar="ZIN", help="Waarom u publiceert met teksten die niet zijn goedgekeurd."
)
def publish(folder: Folder, concept_reason: str) -> None:
    """Maak het aanbestedingspakket en leg het vast.

    Controleert alles, schrijft package/v1 en bevriest het. Wat er daarna gebeurt, leest alleen dat
    pakket. Een stille wijziging is niet meer mogelijk.

    \b
    Voorbeeld:
      procure-ai publish chatbot --concept-reason "Jurist keurt goed vóór gunning"
    """
    from procure_ai.casefile import drafts

    done = drafts.publish(folder, now(), concept_reason)
    click.echo(f"Gepubliceerd: pakket versie {done.version}.")
    wrote(folder, sorted(done.files))
    _print_in_short(done.warnings)
    click.echo("Zet de bestanden uit package/ op het aanbestedingsplatform. Daarna: procure-ai receive.")
