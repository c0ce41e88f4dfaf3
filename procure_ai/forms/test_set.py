"""The hidden test set of a measured criterion: a CSV file with one task per row, as Excel saves it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from types import MappingProxyType

from procure_ai.findings import Finding, Place, Refused
from procure_ai.findings.messages import Messages
from procure_ai.procedure.case import MeasuredTest

COLUMNS = MappingProxyType({"task": "taak", "kind": "soort", "question": "vraag", "good": "goed antwoord"})
_LONGEST, _MOST = 8000, 5000  # characters of a text, and tasks
_MESSAGES = Messages(
    {
        "A370": ("Dit bestand is niet te lezen als testset: {what}.",
                 "Bewaar het uit Excel als `CSV UTF-8`, met in de eerste rij de kolommen {columns}."),
        "A371": ("Rij {row} van de testset: {what}.", "Verbeter de rij. De controlewaarde wordt dan een andere."),
        "A372": ("De testset heeft {found} taken; aangekondigd zijn er {tasks}.",
                 "Neem precies zoveel taken op als is aangekondigd."),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Task:
    """One task: its own id, the kind it belongs to, what is asked, and what a good answer holds."""

    id: str
    kind: str
    question: str
    good: str


def read_test_set(content: bytes, file: str, test: MeasuredTest | None = None) -> tuple[Task, ...]:
    """The tasks of a test set, in their order. UTF-8; semicolons, commas or tabs between the columns.

    With `test`, the number of tasks must be what was announced. Raises `Refused`: A370 no readable table, A371 a row
    without an own id, without a text, with text beyond the last column, or too long, A372 another number of tasks. All
    faults at once.
    """
    try:
        text = content.decode("utf-8-sig")
        first = text.partition("\n")[0]
        separator = max(";,\t", key=first.count)
        header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        what = "het is geen UTF-8" if isinstance(error, UnicodeDecodeError) else "de tabel is leeg of beschadigd"
        raise _refused("A370", file, what=what) from None
    places = [column.strip().casefold() for column in header]
    if missing := [name for name in COLUMNS.values() if places.count(name) != 1]:
        raise _refused("A370", file, what=f"de kolom `{missing[0]}` staat er niet precies één keer in")
    tasks, findings, seen = [], list[Finding](), set[str]()
    for number, row in enumerate(rows, start=2):
        if not any(map(str.strip, row)):
            continue
        cells = dict(zip(places, map(str.strip, row), strict=False))
        task = Task(*(cells.get(name, "") for name in COLUMNS.values()))
        if what := _fault(task, cells, seen, " ".join(row[len(places) :])):
            findings.append(_MESSAGES.finding("A371", Place(file, number), row=number, what=what))
        seen.add(task.id.casefold())
        tasks.append(task)
    if not 0 < len(tasks) <= _MOST:
        raise _refused("A370", file, what=f"er staan {len(tasks)} taken in")
    if test and len(tasks) != test.tasks:
        findings.append(_MESSAGES.finding("A372", Place(file), found=len(tasks), tasks=test.tasks))
    if findings:
        raise Refused(findings)
    return tuple(tasks)


def _fault(task: Task, cells: dict[str, str], seen: set[str], beyond: str) -> str:
    if beyond.strip():
        return f"er staat tekst na de laatste kolom: `{beyond.strip()[:40]}`"
    if empty := next((name for name in COLUMNS.values() if not cells.get(name)), ""):
        return f"de kolom `{empty}` is leeg"
    if task.id.casefold() in seen:
        return f"de taak `{task.id[:40]}` staat er twee keer in"
    long = next((name for name in COLUMNS.values() if len(cells[name]) > _LONGEST), "")
    return f"de kolom `{long}` telt meer dan {_LONGEST} tekens" if long else ""


def _refused(key: str, file: str, **words: object) -> Refused:
    return _MESSAGES.refusal(key, Place(file), columns=", ".join(COLUMNS.values()), **words)
