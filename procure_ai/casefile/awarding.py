"""The award: the report and a letter to each tenderer, from what the committee adopted."""

from __future__ import annotations

from datetime import date, datetime

from procure_ai.casefile.drafts import word_bytes
from procure_ai.casefile.folder import Folder, begin
from procure_ai.casefile.judged import consensus, panel_of, verdicts
from procure_ai.casefile.messages import refuse_as
from procure_ai.casefile.package import Package
from procure_ai.casefile.pricing import compute
from procure_ai.casefile.record import Line
from procure_ai.casefile.status import ORDER
from procure_ai.forms.award import AwardData, Step
from procure_ai.forms.award_report import report
from procure_ai.forms.letters import letter, letter_template


def award(folder: Folder, moment: datetime, day: str | None) -> Line:
    """Write award/award-report.docx and award/letters/<tenderer>.docx.

    `day` (ISO) is the date of the decision; without it the planned date counts. Raises `Refused`: R139
    no ranking yet, P122 no date, E301 to E309 when a reason or a winner is missing, and R113 when a
    letter was edited by hand since.
    """
    package = Package.of(folder)
    if not package.record.last("rank"):
        raise refuse_as("R139")
    decided = _day(day) if day else package.contract.procedure.dates.award_decision
    data = award_data(package, decided)
    context = package.context(package.record.head, decided.isoformat())
    step = begin(
        folder, "award", moment, package.record, {"decided": decided.isoformat(), "winner": data.outcome.winner}
    )
    step.put("award/award-report.docx", word_bytes(report(context, package.page("award-report.md"), data)))
    for tenderer in data.tenderers:
        made = letter(context, package.page(letter_template(context, data, tenderer.id)), data, tenderer.id)
        step.put(f"award/letters/{tenderer.id}.docx", word_bytes(made))
    return step.finish()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse_as("P122", text=text) from None


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
        announced_days=package.contract.procedure.dates.standstill_days,
    )


def _steps(package: Package) -> tuple[Step, ...]:
    """The steps as the record has them; each step once, on its last day."""
    titles = {step: title for step, title, _ in ORDER}
    found: list[Step] = []
    for step, title in titles.items():
        line = package.record.last(step)
        if line is not None and step != "award":
            found.append(Step(date.fromisoformat(line.date), title, " en ".join(line.data.get("by", ()))))
    return tuple(found)
