"""Journey of the committee, the last part: prices, ranking, award; and where the case stands."""

from __future__ import annotations

from pathlib import Path

import click

from procure_ai.casefile.folder import Folder
from procure_ai.cli.common import (
    FILE,
    folder_argument,
    folder_option,
    json_option,
    now,
    print_findings,
    print_json,
    wrote,
)  # fmt: skip
from procure_ai.cli.dutch import DutchCommand


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
def award(folder: Folder, day: str | None) -> None:
    """Schrijf het gunningsverslag en de brieven.

    De brieven gebruiken alleen de redenen die de commissie zelf heeft vastgesteld. Ontbreekt er een
    reden, dan komt er geen brief. Een brief die u zelf hebt bewerkt, wordt nooit overschreven.

    \b
    Voorbeeld:
      procure-ai award chatbot
    """
    from procure_ai.casefile import awarding

    line = awarding.award(folder, now(), day)
    wrote(folder, sorted(line.files_out))


@click.command("status", cls=DutchCommand)
@folder_argument
@json_option
def status(folder: Folder, as_json: bool) -> int:
    """Laat zien waar de aanbesteding staat en wat volgt.

    Controleert ook of vastgelegde bestanden nog hetzelfde zijn.

    \b
    Voorbeeld:
      procure-ai status chatbot
    """
    from procure_ai.casefile import status as state

    folder.case_bytes()
    stages = state.stages(folder)
    changed = state.verify(folder)
    if as_json:
        done = [{"step": item.step, "done": item.done, "detail": item.detail} for item in stages]
        print_json({"head": folder.record().head, "stages": done, "changed": list(changed)})
        return 1 if changed else 0
    for item in stages:
        mark = "klaar " if item.done else "      "
        when = item.done[:10] if item.done else " " * 10
        click.echo(f"  [{mark}] {when}  {item.title}{f': {item.detail}' if item.detail else ''}")
    following = state.following(stages)
    click.echo(f"\nVolgende stap: {following.command}" if following else "\nAlle stappen zijn gezet.")
    click.echo(f"Hoofdgetal van het logboek: {folder.record().head[:12]}")
    for name in changed:
        click.echo(f"LET OP: {name} is weg of gewijzigd nadat het is vastgelegd.")
    return 1 if changed else 0


@click.command("simulate", cls=DutchCommand)
@click.argument("file", metavar="BESTAND", type=FILE)
@json_option
def simulate(file: Path, as_json: bool) -> int:
    """Reken een gunningsmodel door op verzonnen inschrijvingen.

    Het bestand (YAML of JSON) bevat een `method` en `tenders`, of `cases` met meer gevallen.

    \b
    Voorbeeld:
      procure-ai simulate gevallen.yaml --json
    """
    from procure_ai.casefile import simulation

    results = simulation.simulate(file)
    if as_json:
        print_json(results)
        return 0
    for name, result in results.items():
        if "refused" in result:
            click.echo(f"{name}: geweigerd ({result['refused']})")
            continue
        click.echo(f"{name}: winnaar {result.get('winner') or 'geen'}")
        for tender, line in result.get("tenders", {}).items():
            total = line.get("total", line.get("reason", ""))
            click.echo(f"  {line.get('rank', '-')}. {tender}: {total}")
    return 0
