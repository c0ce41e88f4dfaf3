"""The command line: thin. One file per journey; heavy imports happen inside the commands."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from procure_ai import __version__
from procure_ai.cli.dutch import DutchGroup, usage_message

# Command: the module that holds it and its line in the overview. Kept as data, so that `--help`
# imports no command.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("draft", "Maak een map voor een aanbesteding, met uitleg bij elke regel."),
    "plan": ("draft", "Laat zien welke bepalingen in het contract komen en waarom."),
    "check": ("draft", "Controleer de map en toon elke fout of waarschuwing."),
    "contract": ("draft", "Schrijf de AI-bijlage in Word (of pdf, odt, html, md)."),
    "checklist": ("draft", "Schrijf de checklist van wat u zelf doet."),
    "publish": ("draft", "Maak het aanbestedingspakket en leg het vast."),
    "receive": ("judge", "Bewaar en controleer een inschrijving."),
    "requirements": ("judge", "Laat de minimumeisen beoordelen en lees het oordeel in."),
    "scorecards": ("judge", "Maak de scorekaarten per beoordelaar en lees ze in."),
    "measure": ("judge", "Meet de oplossingen met de verborgen testset."),
    "consensus": ("judge", "Maak de werkmap voor het overleg en lees die in."),
    "open-prices": ("award", "Lees de prijzen in, door twee mensen, na de kwaliteit."),
    "rank": ("award", "Bereken de rangorde."),
    "award": ("award", "Schrijf het gunningsverslag en de brieven."),
    "decide": ("judge", "Leg een besluit van mensen vast, zoals te laat of uitgesloten."),
    "status": ("award", "Laat zien waar de aanbesteding staat en wat volgt."),
    "simulate": ("award", "Reken een gunningsmodel door op verzonnen inschrijvingen."),
    "library": ("lawyer", "De werkkamer van de jurist: bepalingen lezen en goedkeuren."),
    "doctor": ("house", "Controleer deze computer, of een Word- of Excel-bestand."),
    "demo": ("house", "Doorloop de drie reizen met het voorbeeld."),
}

HELP = """Inkoopvoorwaarden, beoordeling en gunning voor generatieve AI.

\b
Begin zo:
  procure-ai demo                          bekijk eerst het voorbeeld
  procure-ai init chatbot                  maak een map voor uw aanbesteding
  procure-ai plan chatbot                  welke bepalingen, en waarom
  procure-ai contract chatbot              de AI-bijlage in Word

Elke opdracht werkt op een map; zonder naam is dat de huidige map. Uitgang 0: goed, ook met
waarschuwingen. Uitgang 1: fouten gevonden. Uitgang 2: verkeerd gebruik of een fout van het programma.
"""


@click.group(cls=DutchGroup, commands_table=COMMANDS, help=HELP)
@click.version_option(__version__, "--version", message="procure-ai %(version)s", help="Toon de versie.")
def cli() -> None:
    pass


def main(arguments: list[str] | None = None) -> None:
    """Run the program and leave with its exit code. A user never sees a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")  # a console that lacks a character shows a question mark
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    from procure_ai.findings import Refused

    try:
        result = cli.main(args=arguments, prog_name="procure-ai", standalone_mode=False)
    except Refused as refused:
        from procure_ai.cli.common import print_findings

        print_findings(refused.findings)
        return 1
    except click.UsageError as error:
        only_name = type(error).__name__ == "NoArgsIsHelpError"  # click 8.2 and later: it holds the help page
        click.echo(error.format_message() if only_name else usage_message(error), err=True)
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Afgebroken.", err=True)
        return 2
    except click.ClickException as error:
        click.echo(f"Fout: {error.format_message()}", err=True)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("PROCURE_AI_DEBUG"):
            raise
        click.echo(
            f"Onverwachte fout in procure-ai ({type(error).__name__}: {error}).\n"
            "  Meld dit bij de beheerder. Met PROCURE_AI_DEBUG=1 ziet die waar het misgaat.",
            err=True,
        )
        return 2
    return result if isinstance(result, int) else 0
