"""Journey of the committee, the last part: prices, ranking, award; and where the case stands."""

from __future__ import annotations

from pathlib import Path

import click

from procure_ai.casefile.folder import Folder
from procure_ai.cli.common import (
    FILE,
    exit_code,
    folder_argument,
    folder_option,
    json_option,
    now,
    print_findings,
    print_json,
    print_report,
    wrote,
)  # fmt: skip
from procure_ai.cli.dutch import DutchCommand
from procure_ai.files.disk import may_write


@click.command("open-prices", cls=DutchCommand)
@click.argument("files", metavar="BESTAND...", nargs=-1, required=True, type=FILE)
@click.option("--by", multiple=True, required=True, metavar="NAAM", help="Wie de prijzen opent; geef dit twee keer.")
@folder_option
def open_prices(files: tuple[Path, ...], by: tuple[str, ...], folder: Folder) -> None:
    """Lees de prijzen in, door twee mensen, na de kwaliteit.

    Geef de prijsbladen van alle inschrijvers die nog meedoen in één keer. Elk blad staat in een map met
    de naam van de inschrijver, of heeft die naam zelf. procure-ai kan niet verhinderen dat iemand een
    bestand eerder opent: bewaar de prijsbladen tot dit moment in de kluis van het platform.

    \b
    Voorbeeld:
      procure-ai open-prices kluis/*/price-sheet.xlsx --by "Y. el Amrani" --by "P. Smit"
    """
    from procure_ai.casefile import pricing

    line, warnings = pricing.open_prices(folder, files, by, now())
    print_findings(warnings)
    click.echo(f"Prijzen ingelezen van {', '.join(line.data['tenderers'])}. Daarna: procure-ai rank.")


@click.command("rank", cls=DutchCommand)
@folder_argument
@click.option("--check", "checking", is_flag=True, help="Laat LibreOffice award/ranking.xlsx narekenen.")
@click.option(
    "--draw", multiple=True, metavar="NAAM", help="Uitslag van een loting door mensen; een keer per inschrijver."
)
@json_option
def rank(folder: Folder, checking: bool, draw: tuple[str, ...], as_json: bool) -> int:
    """Bereken de rangorde.

    Schrijft award/ranking.xlsx met formules die u kunt volgen. Met --check rekent LibreOffice de
    werkmap opnieuw uit; elk verschil met onze uitkomst is een fout.

    \b
    Voorbeelden:
      procure-ai rank chatbot
      procure-ai rank chatbot --check
      procure-ai rank chatbot --draw openstad --draw parlando
    """
    from procure_ai.casefile import pricing
    from procure_ai.evaluation.outcome import as_expected

    if checking:
        findings = pricing.recalculate(folder)
        print_findings(findings, to_stderr=False)
        if not findings:
            click.echo("LibreOffice komt op dezelfde cijfers uit.")
        return 1 if findings else 0
    line, ranked = pricing.rank(folder, now(), draw)
    if as_json:
        print_json(as_expected(ranked.outcome))
        return 0
    names = {item.id: item.name for item in ranked.tenderers}
    for result in sorted(ranked.outcome.tenders, key=lambda item: (item.rank or 999, item.id)):
        if result.rank and result.total:
            click.echo(f"  {result.rank}. {names[result.id]}: {str(result.total.rounded(2)).replace('.', ',')} punten")
        else:
            click.echo(f"  -  {names[result.id]}: doet niet mee ({pricing.reason_text(ranked, result)})")
    for note in pricing.notes(ranked):
        click.echo(f"  {note}")
    wrote(folder, line.files_out)
    return 0


@click.command("award", cls=DutchCommand)
@folder_argument
@click.option(
    "--date", "day", metavar="DATUM", help="Datum van de gunningsbeslissing (jaar-maand-dag); anders uit de planning."
)
@click.option("--check", "checking", is_flag=True, help="Lees aangevulde brieven terug; er wordt niets gewijzigd.")
@click.option(
    "--file", "files", multiple=True, metavar="BESTAND", type=FILE,
    help="Met --check: lees dit bestand in plaats van alle brieven.",
)  # fmt: skip
@click.option("--no-award", "reason", metavar="REDEN", help="Leg vast dat mensen besloten niet te gunnen, met reden.")
@click.option("--by", metavar="NAAM", help="Met --no-award: wie dat besloot.")
@json_option
def award(
    folder: Folder, day: str | None, checking: bool, files: tuple[Path, ...], reason: str | None, by: str | None,
    as_json: bool,
) -> int:  # fmt: skip
    """Schrijf het gunningsverslag en de brieven.

    De brieven gebruiken alleen de redenen die de commissie zelf heeft vastgesteld. Ontbreekt er een
    reden, dan komt er geen brief. Een brief die u zelf hebt bewerkt, wordt nooit overschreven.

    Met --check leest procure-ai bewerkte brieven terug: staan er redenen in die niet zijn vastgesteld,
    andere cijfers of data, of iets vertrouwelijks van een ander? Met --no-award komen er een verslag en
    brieven dat de opdracht aan niemand wordt gegund.

    \b
    Voorbeelden:
      procure-ai award chatbot
      procure-ai award chatbot --check
      procure-ai award chatbot --check --file brief-parlando.docx
      procure-ai award chatbot --no-award "Geen enkele inschrijving voldoet." --by "A. de Wit"
    """
    from procure_ai.casefile import awarding, completed
    from procure_ai.forms.award import NoAward

    if (files or as_json) and not checking:
        raise click.UsageError("--file en --json horen bij --check.")
    if (by is not None) != (reason is not None) or (checking and (reason is not None or day)):
        raise click.UsageError("--no-award en --by horen bij elkaar, en --check staat alleen.")
    if checking:
        return print_report(completed.check(folder, files), as_json, "De brieven zeggen alleen wat is vastgesteld.")
    if reason is not None:
        line = awarding.no_award(folder, now(), day, NoAward(reason, by or ""))
    else:
        line = awarding.award(folder, now(), day)
    wrote(folder, sorted(line.files_out))
    findings = completed.check(folder, [folder.at(name) for name in line.files_out if name.startswith("award/letters")])
    print_findings(findings)
    return exit_code(findings)


@click.command("status", cls=DutchCommand)
@folder_argument
@json_option
def status(folder: Folder, as_json: bool) -> int:
    """Laat zien waar de aanbesteding staat en wat volgt.

    Toont ook de besluiten van mensen en welke er nog nodig zijn, en controleert of vastgelegde bestanden
    nog hetzelfde zijn.

    \b
    Voorbeeld:
      procure-ai status chatbot
    """
    from procure_ai.casefile import decisions
    from procure_ai.casefile import status as state

    folder.case_bytes()
    record = folder.record()
    taken, waiting = decisions.decided(record), decisions.waiting(record)
    stages = state.stages(folder)
    changed = state.verify(folder)
    if as_json:
        done = [{"step": item.step, "done": item.done, "detail": item.detail} for item in stages]
        kept = [{**line.data, "moment": line.moment} for line in taken]
        print_json({
            "head": record.head, "stages": done, "decisions": kept,
            "waiting": [text for text, _ in waiting], "changed": list(changed),
        })  # fmt: skip
        return 1 if changed else 0
    for item in stages:
        mark = "klaar " if item.done else "      "
        when = item.done[:10] if item.done else " " * 10
        click.echo(f"  [{mark}] {when}  {item.title}{f': {item.detail}' if item.detail else ''}")
    for number, line in enumerate(taken, start=1):
        click.echo(f"{'' if number > 1 else chr(10)}  Besluit {number}, {line.date}: {decisions.told(line)}")
    for text, command in waiting:
        click.echo(f"\nMensen moeten beslissen: {text}\n  Leg het vast: {command}")
    following = state.following(stages)
    click.echo(f"\nVolgende stap: {following.command}" if following else "\nAlle stappen zijn gezet.")
    click.echo(f"Hoofdgetal van het logboek: {record.head[:12]}")
    for name in changed:
        click.echo(f"LET OP: {name} is weg of gewijzigd nadat het is vastgelegd.")
    return 1 if changed else 0


@click.command("simulate", cls=DutchCommand)
@click.argument(
    "source", metavar="[MAP|BESTAND]", required=False, default=".", type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "-o", "--output", metavar="BESTAND", type=click.Path(dir_okay=False, path_type=Path),
    help="Schrijf ook een werkmap (.xlsx) met grafieken.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Overschrijf een bestaand bestand.")
@click.option(
    "--internal", "reason", metavar="REDEN", help="Gebruik de echte inschrijvingen; alleen voor het dossier, met reden."
)
@json_option
def simulate(source: Path, output: Path | None, force: bool, reason: str | None, as_json: bool) -> int:
    """Reken een gunningsmodel door op verzonnen inschrijvingen.

    Op een map: kiest dit model wat u bedoelt? Het laat zien wat echt beslist, wat een punt en een trede in
    euro waard zijn, of de voorkeur de winnaar bepaalt, en hoe snel de uitslag omslaat.

    Op een bestand (YAML of JSON): het bevat een `method` en `tenders`, of `cases` met meer gevallen.

    \b
    Voorbeelden:
      procure-ai simulate chatbot
      procure-ai simulate chatbot -o proef.xlsx
      procure-ai simulate gevallen.yaml --json
    """
    if source.is_dir():
        _stress(Folder(source), output, force=force, reason=reason, as_json=as_json)
        return 0
    if output or reason is not None:
        raise click.UsageError("-o en --internal horen bij een map, niet bij een bestand.")
    from procure_ai.casefile import simulation

    results = simulation.simulate(source)
    if as_json:
        print_json(results)
        return 0
    for line in simulation.in_words(results):
        click.echo(line)
    return 0


def _stress(folder: Folder, output: Path | None, *, force: bool, reason: str | None, as_json: bool) -> None:
    """The stress report of a case: on invented tenders, or with a reason on the real ones, for the file."""
    from procure_ai.casefile import annexes, simulation

    if reason is not None and output:
        raise click.UsageError("Met --internal staat de plaats vast: file/stress-internal.xlsx. Laat -o weg.")
    if output and output.suffix.lower() != ".xlsx":
        raise click.UsageError("Geef bij -o een naam die eindigt op .xlsx.")
    if output:
        may_write(output, force=force)
    if reason is not None:
        line, made = simulation.internal(folder, now(), reason)
    else:
        line, made = None, simulation.invented(folder)
    if as_json:
        print_json(made.figures)
    else:
        click.echo(made.text(), nl=False)
    if output:
        annexes.save({output: made.workbook()})
        click.echo(f"Geschreven: {output}", err=as_json)
    for name in line.files_out if line else ():
        click.echo(f"  geschreven: {folder.at(name)}", err=as_json)
