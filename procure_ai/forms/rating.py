"""A measured criterion in workbooks: the answers of each tender, and the blind rating of all of them together.

Raters see a code and no name, each in an order of its own. The key (which code is whose) never enters a workbook. It
follows from the hidden test set and the answers, so that nobody can work it out from what is published.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from procure_ai.documents.fill import Filling
from procure_ai.documents.page import Page
from procure_ai.documents.tables import Cell, Style, Workbook
from procure_ai.documents.tree import Table
from procure_ai.evaluation.measured import result_of
from procure_ai.evaluation.model import Announced, Measured
from procure_ai.files.disk import sha256
from procure_ai.findings import Finding
from procure_ai.forms import layout
from procure_ai.forms.blocks import announced, table
from procure_ai.forms.context import CellInput, Context, cell_key
from procure_ai.forms.layout import choose, entry, label, opened
from procure_ai.forms.naming import MASK, masked, whole
from procure_ai.forms.reading import Reader
from procure_ai.forms.test_set import Task
from procure_ai.forms.text import csv_bytes
from procure_ai.procedure.case import Assessor, Tenderer

ANSWERS, RATING = "test-answers", "rating"
_LONGEST = 32_000  # characters of an answer; a cell of Excel holds hardly more
_LEAST = 10  # codes have one length, and sort


@dataclass(frozen=True, slots=True)
class Answer:
    """What one tender answered to one task on one run, with names masked. `code` is what raters see instead of the
    rest."""

    tenderer: str
    task: int
    run: int
    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Rated:
    """What one rater said of one answer: the name of the rating, and its worth in percent."""

    rater: str
    code: str
    rating: str
    worth: Decimal
    remark: str = ""


# --- the answers ----------------------------------------------------------------------------------


def answers_book(context: Context, page: Page, item: Announced, tenderer: Tenderer, tasks: Sequence[Task]) -> Workbook:
    """The workbook for the answers of one tender to every task. `page` is `templates/test-answers.md`."""
    test = measured_of(item).test
    told = {"criterion": item.title, "tenderer": tenderer.name, "settings": test.settings, "run-by": test.run_by}
    first = layout.read_me(context, page, told)
    first.header("Uitvoering", "Invullen")
    first.add(label("Uitgevoerd door"), entry("run", "by", most=250))
    first.add(label("Datum"), Cell(None, Style.INPUT_DATE, name=cell_key("run", "date")))
    first.add(label("Namen"), entry("run", "names", most=1000))
    rows = opened(
        context, "Antwoorden", (14.0, 22.0, 60.0, 11.0, 90.0),
        "Zet elk antwoord letterlijk in het gele vak. Kwam er geen antwoord, schrijf dan: geen antwoord.",
    )  # fmt: skip
    rows.columns("Taak", "Soort", "Vraag", "Herhaling", "Antwoord")
    for (number, task), run in product(enumerate(tasks, start=1), range(1, test.runs + 1)):
        asked = entry("text", str(number), str(run), most=_LONGEST, style=Style.INPUT_LONG)
        rows.stack(label(task.id), Cell(task.kind), Cell(task.question), Cell(run, Style.NUMBER), asked)
    sheets = [first.sheet(landscape=False), rows.sheet(freeze_columns=1)]
    return layout.workbook(context, page, f"{ANSWERS}-{item.id}", sheets, tenderer)


def read_answers(
    item: Announced, tenderer: Tenderer, tasks: Sequence[Task], values: Mapping[str, CellInput], file: str
) -> tuple[tuple[Answer, ...], tuple[Finding, ...]]:
    """Every answer of one tender. An empty one is no wrong answer but a fault (A374), as is a test of which nobody
    says who ran it and when (A375). The name of the tenderer is masked, and those of product and model that were filled
    in. One warning (A377) when answers name their tenderer, at the first."""
    form, found, named = Reader(values, file), [], list[tuple[str, str]]()
    others = sorted((one.strip() for one in form.text("run", "names").split(";")), key=len, reverse=True)
    if not form.text("run", "by") or not form.text("run", "date"):
        form.find("A375", "run", "date" if form.text("run", "by") else "by", name=tenderer.name)
    runs = range(1, measured_of(item).test.runs + 1)
    for (number, task), run in product(enumerate(tasks, start=1), runs):
        text = form.text("text", str(number), str(run))
        if not text:
            form.find("A374", "text", str(number), str(run), task=task.id, run=run)
        shown = masked(text, tenderer)
        if shown != text:
            named.append((str(number), str(run)))
        for name in filter(None, others):
            shown = re.sub(whole(name), MASK, shown, flags=re.IGNORECASE)
        found.append(Answer(tenderer.id, number, run, shown))
    if named:
        more = f", net als {len(named) - 1} van de andere" if named[1:] else ""
        form.find("A377", "text", *named[0], name=f"{tenderer.name}{more}")
    return tuple(found), form.found


# --- blind ----------------------------------------------------------------------------------------


def blinded(test_set: bytes, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """The answers in one shuffled row, each with its code.

    The order follows from the bytes of the hidden test set and from all answers: the same input gives the same key.
    """
    secret = sha256(test_set + repr(sorted((one.tenderer, one.task, one.run, one.text) for one in answers)).encode())

    def place(one: Answer) -> str:
        return sha256(f"{secret}:{one.tenderer}:{one.task}:{one.run}".encode())

    width = len(str(max(len(answers), _LEAST)))
    return tuple(
        replace(one, code=f"{number:0{width}d}") for number, one in enumerate(sorted(answers, key=place), start=1)
    )


def rating_book(
    context: Context, page: Page, item: Announced, rater: Assessor, answers: Sequence[Answer], tasks: Sequence[Task]
) -> Workbook:
    """The workbook of one rater: every blinded answer, in an order of this rater's own. `page` is
    `templates/rating.md`."""
    measured = measured_of(item)
    lead = tuple(block for block in announced(measured.rating) if not isinstance(block, Table))
    choices = table(("Oordeel", "Wanneer"), ((one.name, one.when) for one in reversed(measured.ratings)))
    told: dict[str, Filling] = {"criterion": item.title, "rater": rater.name, "ratings": (*lead, choices)}
    first = layout.read_me(context, page, told)
    options = {rating.name: rating.name for rating in measured.ratings}
    rows = opened(
        context, "Antwoorden", (12.0, 14.0, 40.0, 44.0, 70.0, 14.0, 24.0),
        "Kies bij elk antwoord een oordeel. U weet niet van wie het antwoord is; dat is de bedoeling.",
    )  # fmt: skip
    own = sorted(answers, key=lambda one: sha256(f"{rater.id}:{one.code}:{one.text}".encode()))
    count = rows.add()
    rows.add()
    top = rows.columns("Code", "Soort", "Vraag", "Een goed antwoord", "Antwoord", "Uw oordeel", "Opmerking")
    for one in own:
        task = tasks[one.task - 1]
        rows.stack(
            label(one.code), Cell(task.kind), Cell(task.question), Cell(task.good), Cell(one.text),
            choose(options, "rating", one.code), entry("remark", one.code, most=1000),
        )  # fmt: skip
    left = Cell(len(own), Style.NUMBER, f"={len(own)}-COUNTA(F{top + 2}:F{len(rows.rows)})")
    rows.rows[count] = replace(rows.rows[count], cells=(label("Nog open"), left))
    sheets = [first.sheet(landscape=False), rows.sheet(freeze_columns=1)]
    return layout.workbook(context, page, f"{RATING}-{item.id}", sheets, rater)


def read_ratings(
    item: Announced, rater: Assessor, answers: Sequence[Answer], values: Mapping[str, CellInput], file: str
) -> tuple[tuple[Rated, ...], tuple[Finding, ...]]:
    """What one rater said of every answer. Finding A376 where a rating is missing or another word."""
    form, found = Reader(values, file), []
    ratings = {rating.name: rating for rating in measured_of(item).ratings}
    for one in answers:
        name = form.choice({name: name for name in ratings}, "rating", one.code)
        if name:
            found.append(Rated(rater.id, one.code, name, ratings[name].grade, form.text("remark", one.code)))
        else:
            form.find("A376", "rating", one.code, answer=one.code, options=", ".join(ratings))
    return tuple(found), form.found


# --- the result -----------------------------------------------------------------------------------


def results(answers: Sequence[Answer], rated: Sequence[Rated]) -> dict[str, Decimal]:
    """The result in percent per tenderer, over every rating of each of its answers; see `result_of`."""
    whose = {one.code: one.tenderer for one in answers}
    worths: dict[str, list[Decimal]] = {}
    for each in rated:
        worths.setdefault(whose[each.code], []).append(each.worth)
    return {tenderer: result_of(found) for tenderer, found in sorted(worths.items())}


def agreed(rated: Sequence[Rated]) -> tuple[int, int]:
    """Of how many answers every rater said the same, and of how many answers there are ratings."""
    said: dict[str, set[str]] = {}
    for each in rated:
        said.setdefault(each.code, set()).add(each.rating)
    return sum(len(names) == 1 for names in said.values()), len(said)


def key_csv(answers: Sequence[Answer], tasks: Sequence[Task]) -> bytes:
    """The key: per code whose answer it is, to which task and on which run. Internal."""
    rows = ((one.code, one.tenderer, tasks[one.task - 1].id, str(one.run)) for one in answers)
    return csv_bytes([("code", "inschrijver", "taak", "herhaling"), *rows])


def ratings_csv(
    answers: Sequence[Answer], rated: Sequence[Rated], tasks: Sequence[Task], raters: Sequence[Assessor]
) -> bytes:
    """Every rating with the name of its tenderer beside it, for who counts again. Internal."""
    said = {(one.rater, one.code): one for one in rated}
    names = [(rater, part) for rater in raters for part in (rater.name, "opmerking")]
    header = ("code", "inschrijver", "taak", "herhaling", *(part for _, part in names))
    rows = []
    for one in answers:
        found = [said[rater.id, one.code] for rater in raters]
        told = (part for each in found for part in (each.rating, each.remark))
        rows.append((one.code, one.tenderer, tasks[one.task - 1].id, str(one.run), *told))
    return csv_bytes([header, *rows])


def measured_of(item: Announced) -> Measured:
    """How a measured criterion is measured."""
    assert item.measured is not None
    return item.measured
