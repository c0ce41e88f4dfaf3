"""The addendum: the running contract that it changes, and the check on a substantial change.

Aanbestedingswet 2012, articles 2.163a to 2.163g (Directive 2014/24/EU, article 72). People answer and choose the
ground; the check shows what they chose and what does not agree.
"""

from __future__ import annotations

from collections.abc import Iterator

from procure_ai.documents.dutch import day_text, listed, money_text
from procure_ai.documents.tree import Blocks, Inlines, Paragraph, Table, Text
from procure_ai.drafting.messages import found_as
from procure_ai.findings import Finding, Place
from procure_ai.findings.messages import meant
from procure_ai.library.models import Library
from procure_ai.procedure.case import Case

_FILE = "procedure.yaml"
_ANSWERS = {"yes": "Ja", "no": "Nee"}


def check_running(case: Case, library: Library) -> Iterator[Finding]:
    """What does not fit the kind of contract (D150, D151), and an incomplete or odd check (D152 to D155)."""
    kind, choices = library.kinds[case.contract.kind], case.contract
    status = case.facts.get("contract-status")
    wrong = {"annex": "running", "addendum": "new"}.get(kind.id)
    if wrong and status == wrong:
        yield found_as("D150", Place(_FILE, key="facts/contract-status"), kind=kind.title)
    if not kind.questions:
        return
    for name, present in (("running", choices.running), ("change", choices.change)):
        if present is None:
            yield found_as("D151", Place(_FILE, key="contract"), name=name, kind=kind.title)
    if choices.change is None:
        return
    place, change = Place(_FILE, key="contract/change/answers"), choices.change
    for name in change.answers:
        if name not in kind.questions:
            hint = meant(name, kind.questions, "Haal het antwoord weg.")
            yield found_as("D153", Place(_FILE, key=f"contract/change/answers/{name}"), name=name, hint=hint)
    for name, question in kind.questions.items():
        if name not in change.answers:
            yield found_as("D152", place, name=name, ask=question.ask)
    if change.ground not in kind.grounds:
        hint = meant(change.ground, kind.grounds, f"Kies uit {', '.join(kind.grounds)}.")
        yield found_as("D154", Place(_FILE, key="contract/change/ground"), name=change.ground, hint=hint)
        return
    pointing = [
        name for name, answer in change.answers.items()
        if name in kind.questions and kind.questions[name].substantial == answer
    ]  # fmt: skip
    if pointing:
        yield found_as(
            "D155", place, names=listed([f"`{name}`" for name in pointing]), ground=kind.grounds[change.ground].title
        )


def _row(*cells: str) -> tuple[Inlines, ...]:
    return tuple((Text(cell),) for cell in cells)


def running_table(case: Case) -> Blocks:
    """The running contract as a table; nothing when the case has none."""
    running = case.contract.running
    if running is None:
        return ()
    rows = (
        _row("Overeenkomst", f"{running.title} (kenmerk {running.number})"),
        _row("Datum", day_text(running.date)),
        _row("Wederpartij", running.supplier),
        _row("Oorspronkelijke waarde", f"{money_text(running.value)} zonder btw"),
        _row("Waarde van deze wijziging", f"{money_text(running.added_value)} zonder btw"),
    )
    return (Table(_row("Gegeven", "Inhoud"), rows, (34, 66), "De lopende overeenkomst"),)


def change_check(case: Case, library: Library) -> Blocks:
    """The answers to the check on a substantial change, and the ground that a person chose."""
    kind, change = library.kinds[case.contract.kind], case.contract.change
    if change is None:
        return ()
    rows = tuple(
        _row(question.ask, _ANSWERS[change.answers[name]], library.cited(question.source))
        for name, question in kind.questions.items()
        if name in change.answers
    )
    table = Table(_row("Vraag", "Antwoord", "Bron"), rows, (60, 14, 26), "Toets op een wezenlijke wijziging")
    ground = kind.grounds.get(change.ground)
    title = f"{ground.title} ({library.cited(ground.source)})" if ground else change.ground
    chosen = f"Gekozen grond: {title}. {change.reason.strip()}"
    who = f"Vastgesteld door {change.decided_by} op {day_text(change.decided_on)}."
    return (table, Paragraph((Text(chosen),)), Paragraph((Text(who),)))
