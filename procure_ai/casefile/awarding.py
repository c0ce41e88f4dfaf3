"""The award: the report and a letter to each tenderer, from what the committee adopted; or that nobody gets it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from procure_ai.casefile import decisions
from procure_ai.casefile.drafts import word_bytes
from procure_ai.casefile.folder import Folder, Step, begin, day_of
from procure_ai.casefile.judged import consensus, failing, panel_of, scores, verdicts, verified
from procure_ai.casefile.messages import refuse_as
from procure_ai.casefile.package import Package
from procure_ai.casefile.pricing import compute, settled
from procure_ai.casefile.record import Line
from procure_ai.casefile.status import ORDER
from procure_ai.casefile.tenders import accepted
from procure_ai.documents.tree import Blocks, Document
from procure_ai.evaluation.outcome import Outcome, Result
from procure_ai.forms import award as forms
from procure_ai.forms.award import AwardData, NoAward
from procure_ai.forms.award_report import no_award_report, report
from procure_ai.forms.context import Context
from procure_ai.forms.grades import grades_csv
from procure_ai.forms.letter_check import Written, written
from procure_ai.forms.letters import (
    decided_because,
    letter,
    letter_template,
    no_award_letter,
    no_award_template,
    own_reasons,
    reasons_in,
)  # fmt: skip

Letters = Iterator[tuple[str, Document, Blocks]]
"""Each tenderer with its letter, and the blocks in it that are reasons."""


def award(folder: Folder, moment: datetime, day: str | None) -> Line:
    """Write award/award-report.docx, award/grades.csv and award/letters/<tenderer>.docx.

    `day` (ISO) is the date of the decision; without it the planned date counts. Raises `Refused`: R139 no ranking
    yet, R186 people decided not to award, R197 a suspect price without a decision, R111 a ranking that was changed
    by hand, P122 no date, E301 to E309 when a reason or a winner is missing, and R113 when a letter was edited since.
    """
    package = Package.of(folder)
    if not package.record.last("rank"):
        raise refuse_as("R139")
    if package.record.last("no-award"):
        raise refuse_as("R186")
    settled(package)
    package.recorded("award/ranking.xlsx")
    decided = day_of(day) if day else package.contract.procedure.dates.award_decision
    data = award_data(package, decided)
    context = package.context(package.record.head, decided.isoformat())
    step = begin(
        folder, "award", moment, package.record, {"decided": decided.isoformat(), "winner": data.outcome.winner}
    )
    step.put("award/award-report.docx", word_bytes(report(context, package.page("award-report.md"), data)))
    _put_grades(step, package, data)
    for tenderer, made, _ in _letters(package, context, data):
        step.put(f"award/letters/{tenderer}.docx", word_bytes(made))
    return step.finish()


def no_award(folder: Folder, moment: datetime, day: str | None, decision: NoAward) -> Line:
    """Record that people decided that nobody gets the contract, and write a report and letters that say so.

    Possible at any moment after publication. Writes award/no-award-report.docx and
    award/letters-no-award/<tenderer>.docx, and grades when the quality is final. Raises `Refused`: R185
    without a reason or a name, R186 when it was decided before, P122, and E302 to E308.
    """
    package = Package.of(folder)
    if package.record.last("no-award"):
        raise refuse_as("R186/again")
    if len(decision.reason.strip()) < 10 or not decision.by.strip():
        raise refuse_as("R185")
    decided = day_of(day) if day else moment.date()
    data = no_award_data(package, decided)
    context = package.context(package.record.head, decided.isoformat())
    told = {"decided": decided.isoformat(), "reason": decision.reason.strip(), "by": [decision.by.strip()]}
    step = begin(folder, "no-award", moment, package.record, told)
    page = package.page("no-award-report.md")
    step.put("award/no-award-report.docx", word_bytes(no_award_report(context, page, data, decision)))
    if package.record.last("consensus-read"):
        _put_grades(step, package, data)
    for tenderer, made, _ in _no_award_letters(package, context, data, decision):
        step.put(f"award/letters-no-award/{tenderer}.docx", word_bytes(made))
    return step.finish()


def written_letters(package: Package, line: Line) -> dict[str, Written]:
    """The letters that this step wrote, made again from the record, by tenderer."""
    decided = date.fromisoformat(line.data["decided"])
    context = package.context(line.previous, decided.isoformat())
    if line.step == "award":
        data = award_data(package, decided)
        wait = forms.term(context, data)
        made, days = _letters(package, context, data), (decided, wait.first, wait.last)
    else:
        data = no_award_data(package, decided)
        decision = NoAward(line.data["reason"], line.data["by"][0])
        made, days = _no_award_letters(package, context, data, decision), (decided, decided, decided)
    return {name: written(data.name(name), document, reasons, days) for name, document, reasons in made}


def _letters(package: Package, context: Context, data: AwardData) -> Letters:
    for item in data.tenderers:
        page = package.page(letter_template(context, data, item.id))
        yield item.id, letter(context, page, data, item.id), reasons_in(context, data, item.id)


def _no_award_letters(package: Package, context: Context, data: AwardData, decision: NoAward) -> Letters:
    page = package.page(no_award_template(context))
    for item in data.tenderers:
        made = no_award_letter(context, page, data, item.id, decision)
        yield item.id, made, (decided_because(decision), *own_reasons(context, data, item.id))


def _put_grades(step: Step, package: Package, data: AwardData) -> None:
    assessors = panel_of(package).assessors
    ungraded = {item.id for item in package.model.criteria if item.measured or item.choice}
    method, given = package.model.method, scores(package)
    rows = grades_csv(method, data.tenderers, assessors, given, data.consensus, data.outcome, ungraded)
    step.put("award/grades.csv", rows)


def award_data(package: Package, decided: date) -> AwardData:
    """Everything that report and letters draw on, from the recorded files."""
    ranked = compute(package)
    panel = panel_of(package)
    opened = package.record.last("open-prices")
    assert opened is not None
    return AwardData(
        tenderers=ranked.tenderers,
        outcome=ranked.outcome,
        consensus=consensus(package),
        verdicts=verdicts(package),
        price_openers=tuple(opened.data["by"]),
        prices_opened=date.fromisoformat(opened.date),
        decided=decided,
        sent=decided,
        chair=panel.chair,
        assessors=panel.assessors,
        steps=_steps(package),
        set_aside=decisions.for_letters(package.record),
        verified=verified(package),
        announced_days=package.contract.procedure.dates.standstill_days,
    )


def no_award_data(package: Package, decided: date) -> AwardData:
    """What was judged so far; nobody wins, whatever the ranking says."""
    record = package.record
    if record.last("rank"):
        data = award_data(package, decided)
        outcome = data.outcome.model_copy(update={"winner": None})
        return replace(data, outcome=outcome)
    made = verdicts(package) if record.last("requirements-read") else ()
    panel = panel_of(package) if record.last("declarations") else None
    opened = record.last("open-prices")
    invalid = (
        Result(
            id=name, status="invalid",
            reasons=tuple(f"knock_out:{item.requirement}" for item in made if item.tenderer == name
                          and item.verdict != "pass"),
        )
        for name in sorted(failing(made))
    )  # fmt: skip
    return AwardData(
        tenderers=tuple(item for item, _ in accepted(package).values()),
        outcome=Outcome(tenders=tuple(invalid)),
        consensus=consensus(package) if record.last("consensus-read") else (),
        verdicts=made,
        price_openers=tuple(opened.data["by"]) if opened else (),
        prices_opened=None,
        decided=decided,
        sent=decided,
        chair=panel.chair if panel else "",
        assessors=panel.assessors if panel else (),
        steps=_steps(package),
        set_aside=decisions.for_letters(record),
        verified=verified(package) if record.last("consensus-read") else {},
    )


def _steps(package: Package) -> tuple[forms.Step, ...]:
    """The steps as the record has them, each once on its last day, with every decision and prices that came early."""
    record = package.record
    names = {line.data["tenderer"]["id"]: line.data["tenderer"]["name"] for line in record.of("receive")}
    found: list[tuple[Line, str, str]] = []
    for step, title, _ in ORDER:
        line = record.last(step)
        if line is not None and step != "award":
            found.append((line, title, " en ".join(line.data.get("by", ()))))
    for line in decisions.decided(record):
        about = decisions.named(line, names)
        found.append((line, f"Besluit: {about} ({line.data['reason'].rstrip('.')}),", line.data["by"]))
    for name, shown in names.items():
        told = f"Prijsblad van {shown} ontvangen voordat de kwaliteit definitief was"
        found += [(line, told, "") for line in decisions.early_prices(record, name)]
    found.sort(key=lambda item: item[0].number)
    return tuple(forms.Step(date.fromisoformat(line.date), title, by) for line, title, by in found)
