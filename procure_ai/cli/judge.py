"""Journey of the committee: tenders in, requirements, scores, consensus."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import click

from procure_ai.casefile.folder import Folder
from procure_ai.cli.common import FILE, folder_argument, folder_option, now, print_findings, wrote
from procure_ai.cli.dutch import DutchCommand

read_option = click.option("--read", "reading", is_flag=True, help="Lees in wat is teruggekomen in received/.")
file_option = click.option(
    "--file", "files", multiple=True, metavar="BESTAND", type=FILE, help="Lees dit bestand in plaats van received/."
)


@click.command("receive", cls=DutchCommand)
@click.argument("files", metavar="BESTAND...", nargs=-1, required=True, type=FILE)
@click.option("--tenderer", required=True, metavar="NAAM", help="De inschrijver, zoals in procedure.yaml.")
@click.option(
    "--arrived", metavar="MOMENT", type=click.DateTime(["%Y-%m-%d %H:%M"]),
    help="Wanneer het platform dit ontving, zoals '2027-01-18 11:58'; standaard nu.",
)  # fmt: skip
@folder_option
def receive(files: tuple[Path, ...], tenderer: str, arrived: datetime | None, folder: Folder) -> int:
    """Bewaar en controleer een inschrijving.

    Alles wordt bewaard zoals het kwam. Daarna wordt het antwoordformulier vergeleken met wat u
    publiceerde. Bij gebreken is de inschrijving wel bewaard, maar niet aangenomen (uitgang 1). Gaat de kluis
    van het platform na de sluiting open, geef dan bij --arrived wanneer het platform de inschrijving ontving.

    \b
    Voorbeeld:
      procure-ai receive --tenderer parlando inbox/answer-form.xlsx inbox/bijlage-model.pdf
    """
    from procure_ai.casefile import tenders

    done = tenders.receive(folder, tenderer, files, now(), arrived and arrived.astimezone())
    wrote(folder, sorted(done.files))
    print_findings(done.findings, to_stderr=not done.accepted)
    click.echo(f"Inschrijving van {tenderer}: {'aangenomen' if done.accepted else 'bewaard, niet aangenomen'}.")
    if done.apart:
        click.echo("De eerdere inschrijving blijft gelden. Deze is bewaard in de map `later`.")
    return 0 if done.accepted else 1


@click.command("requirements", cls=DutchCommand)
@folder_argument
@read_option
@file_option
def requirements(folder: Folder, reading: bool, files: tuple[Path, ...]) -> None:
    """Laat de minimumeisen beoordelen en lees het oordeel in.

    Zonder --read: schrijft sent/requirements.xlsx. Mensen vullen het oordeel in en zetten het bestand
    terug in received/. Met --read: leest het in. Een oordeel `onduidelijk` houdt alles tegen.

    \b
    Voorbeelden:
      procure-ai requirements chatbot
      procure-ai requirements chatbot --read
    """
    from procure_ai.casefile import judging

    if not reading:
        line = judging.send_requirements(folder, now())
        wrote(folder, line.files_out)
        if line.data["not_accepted"]:
            names = ", ".join(line.data["not_accepted"])
            click.echo(f"LET OP: wel ontvangen, maar niet aangenomen en dus niet beoordeeld: {names}.", err=True)
        if line.data["earlier_counts"]:
            names = ", ".join(line.data["earlier_counts"])
            click.echo(f"LET OP: van {names} telt een eerdere inschrijving dan de laatste.", err=True)
        click.echo("Laat het oordeel invullen, zet het bestand in received/ en voer dit opnieuw uit met --read.")
        return
    line, warnings = judging.take_requirements(folder, files, now())
    print_findings(warnings)
    click.echo(f"Voldoet: {', '.join(line.data['passed']) or 'niemand'}.")
    click.echo(f"Voldoet niet: {', '.join(line.data['failed']) or 'niemand'}.")


@click.command("scorecards", cls=DutchCommand)
@folder_argument
@click.option("--declare", is_flag=True, help="De verklaringen dat een beoordelaar geen belang heeft.")
@read_option
@file_option
def scorecards(folder: Folder, declare: bool, reading: bool, files: tuple[Path, ...]) -> None:
    """Maak de scorekaarten per beoordelaar en lees ze in.

    Eerst de verklaringen (--declare), dan de scorekaarten. Elke beoordelaar krijgt één werkmap, zonder
    prijzen en zonder de scores van collega's.

    \b
    Voorbeelden:
      procure-ai scorecards chatbot --declare
      procure-ai scorecards chatbot --declare --read
      procure-ai scorecards chatbot
      procure-ai scorecards chatbot --read
    """
    from procure_ai.casefile import judging

    if not reading:
        line = (judging.send_declarations if declare else judging.send_scorecards)(folder, now())
        wrote(folder, line.files_out)
        click.echo("Mail elk bestand aan de beoordelaar. Zet wat terugkomt in received/ en gebruik dan --read.")
        return
    take = judging.take_declarations if declare else judging.take_scorecards
    line, warnings = take(folder, files, now())
    wrote(folder, [name for name in line.files_out if name.startswith("sent/")])
    print_findings(warnings)
    click.echo(f"Ingelezen: {', '.join(line.data['assessors'])}.")


@click.command("measure", cls=DutchCommand)
@folder_argument
@click.option("--hash", "hashed", metavar="BESTAND", type=FILE, help="Toon de controlewaarde van een testset.")
@click.option("--test-set", metavar="BESTAND", type=FILE, help="De verborgen testset: maak de antwoordwerkmappen.")
@click.option("--rate", "rating", is_flag=True, help="Lees de antwoorden in en maak de blinde werkmappen.")
@click.option("--read", "reading", is_flag=True, help="Lees de oordelen in en leg het resultaat vast.")
@click.option("--criterion", default="", metavar="ID", help="Welk gemeten criterium; nodig als er meer zijn.")
@file_option
def measure(
    folder: Folder, hashed: Path | None, test_set: Path | None, rating: bool, reading: bool, criterion: str,
    files: tuple[Path, ...],
) -> None:  # fmt: skip
    """Meet de oplossingen met de verborgen testset.

    De testset is een CSV-bestand met de kolommen taak, soort, vraag en goed antwoord. Vóór publicatie zet u
    de controlewaarde in procedure.yaml (--hash). Na de minimumeisen maakt u per inschrijver een werkmap voor
    de antwoorden (--test-set), daarna per beoordelaar een werkmap zonder namen (--rate), en als laatste
    leest u de oordelen in (--read). Wie wie is staat alleen in de map file; stuur die niet rond.

    \b
    Voorbeelden:
      procure-ai measure --hash taken.csv
      procure-ai measure chatbot --test-set kluis/taken.csv
      procure-ai measure chatbot --rate
      procure-ai measure chatbot --read
    """
    from procure_ai.casefile import measuring
    from procure_ai.documents.dutch import number_text

    if sum((hashed is not None, test_set is not None, rating, reading)) != 1:
        raise click.UsageError("Kies precies een van --hash, --test-set, --rate en --read.")
    if hashed:
        found, count = measuring.hash_of(hashed)
        click.echo(f"{count} taken. Zet in procedure.yaml bij dit criterium:\n  test_set: {found}\n  tasks: {count}")
        return
    if test_set:
        line = measuring.send_tasks(folder, criterion, test_set, now())
        wrote(folder, line.files_out)
        click.echo("Laat de antwoorden invullen, zet de werkmappen in received/ en gebruik dan --rate.")
        return
    line, warnings = (measuring.send_ratings if rating else measuring.take_ratings)(folder, criterion, files, now())
    wrote(folder, line.files_out)
    print_findings(warnings)
    if rating:
        click.echo(
            "Mail elke beoordelaar alleen de eigen werkmap. Zet wat terugkomt in received/ en gebruik dan --read."
        )
        return
    for tenderer, result in line.data["results"].items():
        click.echo(f"{tenderer}: {number_text(Decimal(result))}%")
    click.echo(f"Alle beoordelaars zeiden hetzelfde bij {line.data['agreed']} van de {line.data['of']} antwoorden.")


@click.command("consensus", cls=DutchCommand)
@folder_argument
@read_option
@file_option
def consensus(folder: Folder, reading: bool, files: tuple[Path, ...]) -> None:
    """Maak de werkmap voor het overleg en lees die in.

    Zonder --read: bevriest de individuele scores en schrijft sent/consensus.xlsx. Met --read: leest in
    wat de commissie heeft vastgesteld; daarna is de kwaliteit definitief.

    \b
    Voorbeelden:
      procure-ai consensus chatbot
      procure-ai consensus chatbot --read
    """
    from procure_ai.casefile import judging

    if not reading:
        line = judging.send_consensus(folder, now())
        wrote(folder, line.files_out)
        click.echo("De individuele scores liggen vast. Vul de werkmap in tijdens het overleg.")
        return
    _, warnings = judging.take_consensus(folder, files, now())
    print_findings(warnings)
    click.echo("De kwaliteit is definitief. Nu mogen de prijzen open: procure-ai open-prices.")


@click.command("decide", cls=DutchCommand)
@click.argument("words", metavar="[MAP] SOORT", nargs=-1, required=True)
@click.option("--tenderer", default="", metavar="NAAM", help="Over welke inschrijver het gaat.")
@click.option("--by", default="", metavar="NAAM", help="Wie het besluit nam.")
@click.option("--reason", default="", metavar="REDEN", help="Waarom, in een zin.")
@click.option("--outcome", default="", metavar="UITKOMST", help="Wat is besloten; zie de lijst hierboven.")
@click.option("--member", default="", metavar="ID", help="Bij member-replaced: het lid dat weggaat.")
@click.option("--replacement", default="", metavar="ID", help="Bij member-replaced: het nieuwe lid uit procedure.yaml.")
def decide(words: tuple[str, ...], **given: str) -> None:
    """Leg een besluit van mensen vast, zoals te laat of uitgesloten.

    Het komt in decisions.yaml en in het logboek, met wie, wanneer en waarom. procure-ai neemt zelf geen
    besluit. Dit zijn de soorten, met de uitkomsten:

    \b
      late             admitted (doet mee), refused (doet niet mee)
      invalid          invalid (doet niet mee), valid
      exclusion        excluded (doet niet mee), kept
      withdrawal       withdrawn (doet niet mee)
      abnormally-low   asked, accepted, rejected (doet niet mee)
      clarification    asked, received
      verification     passed, failed
      court-order      followed, admitted (doet weer mee)
      member-replaced  met --member en --replacement
      draw             de uitslag zelf geeft u bij `rank --draw`
      correction       requirements, consensus (daarna opnieuw inlezen met --read)

    De reden bij wie niet meedoet, komt letterlijk in de brief aan die inschrijver.

    \b
    Voorbeelden:
      procure-ai decide late --tenderer parlando --outcome refused --by NAAM --reason REDEN
      procure-ai decide chatbot draw --by "A. de Wit" --reason "Geloot, iedereen was erbij."
      procure-ai decide chatbot member-replaced --member bakker --replacement dekker
    """
    from procure_ai.casefile import deciding, decisions

    if len(words) > 2:
        raise click.UsageError(f"Hier staat te veel: `{words[2]}`. Zet een reden tussen aanhalingstekens.")
    folder = Folder(Path(words[0] if len(words) == 2 else "."))
    line = deciding.decide(folder, deciding.Decision(words[-1], **given), now())
    wrote(folder, sorted(line.files_out))
    click.echo(f"Vastgelegd: {decisions.told(line)}")
    if line.data["kind"] == "member-replaced":
        click.echo(
            "Mail de verklaring aan het nieuwe lid en lees haar in met `procure-ai scorecards --declare --read`."
        )
