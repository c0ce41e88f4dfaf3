"""Journey of the lawyer: reading and checking the clause library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from procure_ai.cli.common import exit_code, json_option, now, print_findings, print_json, print_report
from procure_ai.cli.dutch import DutchCommand, DutchGroup
from procure_ai.files.disk import may_write

if TYPE_CHECKING:
    from procure_ai.library.written import Role

ROLES = ("legal", "privacy", "security", "records", "finance")


def _resolved(_context: click.Context, _param: click.Parameter, path: Path | None) -> Path | None:
    return path.resolve() if path else None


organisation_option = click.option(
    "--organisation", metavar="MAP", type=click.Path(exists=True, file_okay=False, path_type=Path), callback=_resolved,
    help="De map van uw organisatie; die ligt over de bibliotheek heen.",
)  # fmt: skip


@click.group("library", cls=DutchGroup)
def library() -> None:
    """De werkkamer van de jurist: bepalingen lezen en goedkeuren.

    \b
    Voorbeelden:
      procure-ai library check
      procure-ai library list
      procure-ai library show no-training
      procure-ai library diff HEAD~3
      procure-ai library approve no-training --role legal --author "A. Wit" --approver "B. Bos"
    """


@library.command("check", cls=DutchCommand)
@organisation_option
@click.option("--style", is_flag=True, help="Toon in plaats daarvan de stijllijst: vage woorden en kringen.")
@json_option
def check(organisation: Path | None, style: bool, as_json: bool) -> int:
    """Zoek gebroken verwijzingen, onbekende begrippen en andere fouten.

    Toont ook hoeveel teksten zijn goedgekeurd, en welke opnieuw moeten worden beoordeeld.

    \b
    Voorbeelden:
      procure-ai library check
      procure-ai library check --style
      procure-ai library check --organisation mijn-organisatie
    """
    from collections import Counter

    from procure_ai.casefile import approving, data
    from procure_ai.casefile.organisation import playbook
    from procure_ai.library.check import check_library
    from procure_ai.library.check_style import check_style

    known, warnings = data.library(organisation)
    if style:
        return print_report(check_style(known), as_json, "Geen vage woorden of kringen gevonden.")
    stands = approving.standing(known, organisation)
    if organisation:
        playbook(organisation, known)
    findings = tuple(sorted({*warnings, *check_library(known)}))
    sound = f"{len(known.clauses)} bepalingen en {len(known.annexes)} bijlagen: geen fouten of waarschuwingen."
    code = print_report(findings, as_json, sound)
    if not as_json:
        counts = Counter(item.label for item in stands.values())
        click.echo(f"Stand: {', '.join(f'{count} {label}' for label, count in counts.items())}.")
        for name, item in stands.items():
            if item.state in ("changed", "suspect"):
                click.echo(f"  {name}: {item}")
    return code


@library.command("list", cls=DutchCommand)
@organisation_option
@json_option
def list_clauses(organisation: Path | None, as_json: bool) -> None:
    """Toon alle bepalingen en bijlagen per onderwerp, met hun stand.

    \b
    Voorbeelden:
      procure-ai library list
      procure-ai library list --organisation mijn-organisatie
    """
    from procure_ai.casefile import approving, data
    from procure_ai.library.models import Clause

    known, _ = data.library(organisation)
    stands = approving.standing(known, organisation)
    texts = known.texts().values()
    if as_json:
        print_json([
            {"id": text.id, "title": text.title, "topic": text.header.topic if isinstance(text, Clause) else "",
             "level": text.header.level if isinstance(text, Clause) else "", "file": text.file,
             "standing": stands[text.id].state, "lacking": list(stands[text.id].lacking)}
            for text in texts
        ])  # fmt: skip
        return
    topics = {topic.id: (chapter.title, topic.title) for chapter in known.chapters for topic in chapter.topics}
    last = ""
    for text in texts:
        chapter, topic = topics.get(text.header.topic, ("", "")) if isinstance(text, Clause) else ("Bijlagen", "")
        if chapter != last:
            click.echo(f"\n{chapter}" if last else chapter)
            last = chapter
        click.echo(f"  {text.id:<24} {text.title}{f'  ({topic})' if topic else ''}  [{stands[text.id].label}]")


@library.command("show", cls=DutchCommand)
@click.argument("clause_id", metavar="BEPALING")
@organisation_option
def show(clause_id: str, organisation: Path | None) -> None:
    """Toon een bepaling of bijlage met alles wat erbij hoort.

    Dat is de tekst, de uitleg, de waarden en posities, het bewijs, de wet, de bronnen en waar zij wordt gebruikt.
    Met --organisation komt daar achteraan wat uw organisatie geheim houdt.

    \b
    Voorbeelden:
      procure-ai library show no-training
      procure-ai library show no-training --organisation mijn-organisatie
    """
    from procure_ai.casefile import reading

    click.echo(reading.shown(clause_id, organisation))


@library.command("coverage", cls=DutchCommand)
@organisation_option
@click.option("-o", "--output", metavar="BESTAND", type=click.Path(dir_okay=False, path_type=Path), help="Naar Excel.")
@click.option("--force", is_flag=True, help="Overschrijf een bestaand bestand.")
@json_option
def coverage(organisation: Path | None, output: Path | None, force: bool, as_json: bool) -> int:
    """Toon wat beleid en wet vragen en waar dat is ingevuld.

    Uitgang 1 als een verplichting nergens is ingevuld, als iets aan niets voldoet, of als een regel uit de bronnen
    nergens is ondergebracht.

    \b
    Voorbeelden:
      procure-ai library coverage
      procure-ai library coverage -o dekking.xlsx
    """
    from procure_ai.casefile import covering

    made = covering.covered(organisation)
    if output:
        covering.write_workbook(made, output, now().date(), force=force)
        click.echo(f"Gemaakt: {output}")
    if as_json:
        print_json(covering.as_json(made))
    else:
        if not output:
            click.echo(covering.as_text(made))
        print_findings(made.matrix.findings, to_stderr=False)
    return exit_code(made.matrix.findings)


@library.command("init", cls=DutchCommand)
@click.argument("folder", metavar="MAP", type=click.Path(path_type=Path))
@click.option("--name", default="", metavar="NAAM", help="De naam van uw organisatie.")
def init(folder: Path, name: str) -> None:
    """Maak de map van uw organisatie, met uitleg in elk bestand.

    Daarin staan eigen bepalingen, vaste waarden, goedkeuringen en wat geheim blijft.

    \b
    Voorbeeld:
      procure-ai library init mijn-organisatie --name "Gemeente Voorbeeld"
    """
    from procure_ai.casefile import organisation

    for file in organisation.init(folder, name):
        click.echo(f"Gemaakt: {folder / file}")
    click.echo(f"Lees eerst {folder / 'README.md'}.")


@library.command("copy", cls=DutchCommand)
@click.argument("clause_id", metavar="BEPALING")
@click.option(
    "--organisation", required=True, metavar="MAP", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="De map van uw organisatie.",
)  # fmt: skip
def copy(clause_id: str, organisation: Path) -> None:
    """Zet een bepaling of bijlage in de map van uw organisatie, om haar daar te wijzigen.

    \b
    Voorbeeld:
      procure-ai library copy incidents --organisation mijn-organisatie
    """
    from procure_ai.casefile import organisation as own

    file = own.copy(clause_id, organisation)
    click.echo(f"Gemaakt: {organisation / file}")
    click.echo("Wijzig dit bestand; het gaat voor op de tekst van de bibliotheek.")


@library.command("approve", cls=DutchCommand)
@click.argument("clause_ids", metavar="[BEPALING ...]", nargs=-1)
@click.option(
    "--all-of", "topic", metavar="ONDERWERP", help="Alles bij dit onderwerp wat deze rol nog niet goedkeurde."
)
@click.option("--role", type=click.Choice(ROLES), required=True, help="In welke rol.")
@click.option("--author", default="", metavar="NAAM", help="Wie de tekst heeft geschreven.")
@click.option("--approver", required=True, metavar="NAAM", help="Wie de tekst goedkeurt; een ander dan de schrijver.")
@organisation_option
@click.option("--date", "day", metavar="DATUM", help="De dag van de goedkeuring, zoals 2027-03-01; standaard vandaag.")
@click.option("--note", default="", metavar="TEKST", help="Een opmerking bij de goedkeuring.")
@click.option("--withdraw", metavar="REDEN", help="Trek de goedkeuring in, met de reden.")
def approve(
    clause_ids: tuple[str, ...],
    topic: str | None,
    role: Role,
    author: str,
    approver: str,
    organisation: Path | None,
    day: str | None,
    note: str,
    withdraw: str | None,
) -> None:
    """Leg vast wie precies welke tekst heeft goedgekeurd.

    De goedkeuring geldt voor de tekst van nu, met de begrippen, teksten en feiten uit de wet waar zij op leunt.
    Schrijver en goedkeurder zijn twee mensen, en elke rol is iemand anders. Zonder --organisation komt de
    goedkeuring bij de bibliotheek zelf te staan.

    \b
    Voorbeelden:
      procure-ai library approve no-training --role legal --author "A. Wit" --approver "B. Bos"
      procure-ai library approve --all-of training --role privacy --author "A. Wit" --approver Smit
      procure-ai library approve no-training --role legal --approver "B. Bos" --withdraw "Nieuw"
    """
    from procure_ai.casefile import approving

    if bool(clause_ids) == bool(topic):
        raise click.UsageError("Noem bepalingen, of een onderwerp met --all-of.")
    if withdraw is not None and (topic or not withdraw.strip()):
        raise click.UsageError("Intrekken gaat per bepaling, met een reden.")
    made = approving.approve(
        organisation, clause_ids, role=role, author=author, approver=approver,
        moment=now(), topic=topic, day=day, note=note, withdraw=withdraw or "",
    )  # fmt: skip
    for line in made.told():
        click.echo(line)


@library.command("export", cls=DutchCommand)
@click.option("--topic", metavar="ONDERWERP", help="Alleen dit onderwerp; standaard alles.")
@organisation_option
@click.option("--format", "kind", type=click.Choice(["docx", "html", "md"]), default="docx", help="Het soort bestand.")
@click.option("-o", "--output", metavar="BESTAND", type=click.Path(dir_okay=False, path_type=Path),
              help="Waar het stuk komt; standaard in deze map.")  # fmt: skip
@click.option("--force", is_flag=True, help="Overschrijf een bestaand bestand.")
def export(topic: str | None, organisation: Path | None, kind: str, output: Path | None, force: bool) -> None:
    """Schrijf de bepalingen in een stuk om te beoordelen, met ruimte voor opmerkingen.

    Wat uw organisatie geheim houdt, staat er nooit in.

    \b
    Voorbeelden:
      procure-ai library export
      procure-ai library export --topic training -o training.docx
      procure-ai library export --organisation mijn-organisatie --format html
    """
    from procure_ai.casefile import annexes, reading

    target = output or Path(f"bepalingen-{topic}.{kind}" if topic else f"bepalingen.{kind}")
    may_write(target, force=force)
    annexes.save({target: reading.exported(organisation, topic, kind, now())})
    click.echo(f"Geschreven: {target}")


@library.command("diff", cls=DutchCommand)
@click.argument("old", metavar="OUD")
@click.argument("new", metavar="[NIEUW]", required=False)
@click.option("--format", "style", type=click.Choice(["text", "html"]), default="text", help="Tekst, of een webpagina.")
@click.option("-o", "--output", metavar="BESTAND", type=click.Path(dir_okay=False, path_type=Path),
              help="Schrijf naar een bestand in plaats van het scherm.")  # fmt: skip
@click.option("--force", is_flag=True, help="Overschrijf een bestaand bestand.")
@json_option
def diff(old: str, new: str | None, style: str, output: Path | None, force: bool, as_json: bool) -> None:
    """Toon wat er is gewijzigd tussen twee versies van de bibliotheek.

    Een versie is een map met `clauses` erin, de map van een organisatie, of een versie die git kent, zoals
    HEAD~3 of een tag. Zonder NIEUW wordt vergeleken met de huidige bibliotheek. Is alleen een van beide de map
    van een organisatie, dan ligt die op de andere.

    Op het scherm staat vervallen tekst als [-oud-] en toegevoegde tekst als {+nieuw+}.

    \b
    Voorbeelden:
      procure-ai library diff HEAD~3
      procure-ai library diff v1.0 v1.1 --format html -o wijzigingen.html
      procure-ai library diff HEAD organisatie
    """
    from procure_ai.casefile import annexes, versions

    if output:
        may_write(output, force=force)
    found = versions.difference(old, new)
    text = found.as_json() if as_json else found.as_html() if style == "html" else found.as_text()
    if output:
        annexes.save({output: text.encode()})
        click.echo(f"Geschreven: {output}")
    else:
        click.echo(text, nl=False)
    print_findings(found.findings)
