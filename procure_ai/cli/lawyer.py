"""Journey of the lawyer: reading and checking the clause library."""

from __future__ import annotations

import click

from procure_ai.cli.common import json_option, print_json, print_report
from procure_ai.cli.dutch import DutchCommand, DutchGroup


@click.group("library", cls=DutchGroup)
def library() -> None:
    """De werkkamer van de jurist: bepalingen lezen en controleren.

    \b
    Voorbeelden:
      procure-ai library check
      procure-ai library list
      procure-ai library show no-training
    """


@library.command("check", cls=DutchCommand)
@json_option
def check(as_json: bool) -> int:
    """Zoek gebroken verwijzingen, onbekende begrippen en andere fouten.

    \b
    Voorbeeld:
      procure-ai library check
    """
    from procure_ai.casefile import data
    from procure_ai.library.check import check_library

    known, warnings = data.library()
    findings = tuple(sorted({*warnings, *check_library(known)}))
    sound = f"{len(known.clauses)} bepalingen en {len(known.annexes)} bijlagen: geen fouten of waarschuwingen."
    return print_report(findings, as_json, sound)


@library.command("list", cls=DutchCommand)
@json_option
def list_clauses(as_json: bool) -> None:
    """Toon alle bepalingen, per onderwerp.

    \b
    Voorbeeld:
      procure-ai library list
    """
    from procure_ai.casefile import data

    known, _ = data.library()
    if as_json:
        print_json([
            {"id": clause.id, "title": clause.title, "topic": clause.header.topic, "level": clause.header.level,
             "file": clause.file}
            for clause in known.in_order()
        ])  # fmt: skip
        return
    topics = {topic.id: (chapter.title, topic.title) for chapter in known.chapters for topic in chapter.topics}
    last = ""
    for clause in known.in_order():
        chapter, topic = topics.get(clause.header.topic, ("", clause.header.topic))
        if chapter != last:
            click.echo(f"\n{chapter}" if last else chapter)
            last = chapter
        click.echo(f"  {clause.id:<24} {clause.title}  ({topic})")


@library.command("show", cls=DutchCommand)
@click.argument("clause_id", metavar="BEPALING")
def show(clause_id: str) -> None:
    """Toon een bepaling met uitleg, parameters, posities en bronnen.

    \b
    Voorbeeld:
      procure-ai library show no-training
    """
    from procure_ai.casefile import data, reading

    click.echo(reading.clause_text(data.library()[0], clause_id))
