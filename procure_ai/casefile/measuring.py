"""Journey of a measured criterion: the hidden test set, the answers of each tender, the blind ratings, the result.

The set must be the one whose hash was published. Raters get a workbook without names; the key stays in `file/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from procure_ai.casefile import judged
from procure_ai.casefile.books import Findings, read_form, together, write_book
from procure_ai.casefile.folder import Folder, begin
from procure_ai.casefile.judging import incoming, store
from procure_ai.casefile.messages import refuse_as
from procure_ai.casefile.package import Package
from procure_ai.casefile.record import Line
from procure_ai.documents.tables import Workbook
from procure_ai.evaluation.model import Announced
from procure_ai.files.disk import read_bytes, sha256
from procure_ai.findings import Place
from procure_ai.forms import rating
from procure_ai.forms.context import Context
from procure_ai.forms.test_set import Task, read_test_set
from procure_ai.procedure.case import Assessor, Tenderer

Taken = tuple[Line, Findings]
K = TypeVar("K")


def hash_of(path: Path) -> tuple[str, int]:
    """The SHA-256 of a test set and how many tasks it has, before publication. Raises `Refused` (A370, A371)."""
    content = read_bytes(path, str(path))
    return sha256(content), len(read_test_set(content, str(path)))


def _item(package: Package, criterion: str) -> Announced:
    found: dict[str, Announced] = {item.id: item for item in package.model.rated}
    if not found:
        raise refuse_as("R198/none")
    name = criterion or (next(iter(found)) if len(found) == 1 else "")
    if name not in found:
        raise refuse_as("R198", name=name, known=", ".join(found))
    return found[name]


def _last(package: Package, step: str, criterion: str) -> Line | None:
    return next((line for line in reversed(package.record.of(step)) if line.data["criterion"] == criterion), None)


def _need(package: Package, step: str, criterion: str) -> Line:
    line = _last(package, step, criterion)
    if line is None:
        raise refuse_as(f"R131/{step}")
    return line


def _not_after(package: Package, step: str, criterion: str, closed: str) -> None:
    if _last(package, step, criterion):
        raise refuse_as("R132", closed=closed)


def _context(package: Package, step: str, item: Announced, moment: datetime | None = None) -> Context:
    """The context of the forms of a step: of the moment it was taken, or of now when it is being taken."""
    if moment:
        return package.context(package.record.head, moment.date().isoformat())
    line = _need(package, step, item.id)
    return package.context(line.previous, line.date)


# --- the test set and the answers -----------------------------------------------------------------


def send_tasks(folder: Folder, criterion: str, path: Path, moment: datetime) -> Line:
    """Write for each tender the workbook for its answers. Raises `Refused`: R198 no such criterion, R199 the file is
    not the published test set, A370 to A372 its faults, R132 when raters have begun."""
    package = Package.of(folder)
    item = _item(package, criterion)
    _not_after(package, "measure-rate", item.id, "De antwoorden zijn al naar de beoordelaars.")
    judged.some_left(package)
    content, test = read_bytes(path, str(path)), rating.measured_of(item).test
    if (found := sha256(content)) != test.test_set:
        raise refuse_as("R199", Place(str(path)), found=found, published=test.test_set)
    tasks = read_test_set(content, str(path), test)
    takers = judged.tenderers(package)
    told = {"criterion": item.id, "tenderers": [one.id for one in takers]}
    step = begin(folder, "measure", moment, package.record, told)
    step.put(f"file/measured/{item.id}/test-set.csv", content)
    context, page = _context(package, "measure", item, moment), package.page("test-answers.md")
    for one in takers:
        step.put(f"sent/{_answers(item, one)}", write_book(rating.answers_book(context, page, item, one, tasks)))
    return step.finish()


def _answers(item: Announced, tenderer: Tenderer) -> str:
    return f"test-answers-{item.id}-{tenderer.id}.xlsx"


def _test_set(package: Package, item: Announced) -> bytes:
    return package.recorded(f"file/measured/{item.id}/test-set.csv")


def _tasks(package: Package, item: Announced) -> tuple[Task, ...]:
    return read_test_set(_test_set(package, item), "test-set.csv")


Read = tuple[tuple[rating.Answer, ...], Findings]


def _read_answers(package: Package, item: Announced, tenderer: Tenderer, content: bytes) -> Read:
    context, page, tasks = _context(package, "measure", item), package.page("test-answers.md"), _tasks(package, item)
    book, name = rating.answers_book(context, page, item, tenderer, tasks), _answers(item, tenderer)
    return read_form(book, content, name, lambda values: rating.read_answers(item, tenderer, tasks, values, name))


def _blinded(package: Package, item: Announced, contents: Mapping[Tenderer, bytes]) -> Read:
    """The answers of these tenders without names, and what there is to remark. Faults are reported together."""
    read = together(contents, lambda tenderer, content: _read_answers(package, item, tenderer, content))
    answers = [answer for made, _ in read.values() for answer in made]
    told = tuple(finding for _, found in read.values() for finding in found)
    return rating.blinded(_test_set(package, item), answers, {one.id: one for one in contents}), told


# --- the ratings ----------------------------------------------------------------------------------


def send_ratings(folder: Folder, criterion: str, files: Sequence[Path], moment: datetime) -> Taken:
    """Read the answers of every tender and write a blind workbook for each rater. Raises `Refused`: R198, R131 the
    tasks were not sent, R198/raters another number of raters than was announced, R133 and R134 their declarations,
    R198/missing answers that are not there."""
    package = Package.of(folder)
    item = _item(package, criterion)
    line = _need(package, "measure", item.id)
    _not_after(package, "measure-read", item.id, "Het resultaat van de meting ligt al vast.")
    raters = judged.raters(judged.panel_of(package), item)
    judged.free_of_interest(package, raters)
    takers = [one for one in judged.tenderers(package) if one.id in line.data["tenderers"]]
    contents = _all(folder, files, {one: _answers(item, one) for one in takers})
    answers, told = _blinded(package, item, contents)
    data = {"criterion": item.id, "tenderers": [one.id for one in takers], "raters": [one.id for one in raters]}
    step = begin(folder, "measure-rate", moment, package.record, data)
    for one, content in contents.items():
        store(step, folder, _answers(item, one), content)
    step.put(f"file/measured/{item.id}/key.csv", rating.key_csv(answers, _tasks(package, item)))
    context = _context(package, "measure-rate", item, moment)
    for rater in raters:
        step.put(f"sent/{_ratings(item, rater)}", write_book(_rating_book(package, item, context, rater, answers)))
    return step.finish(), told


def _ratings(item: Announced, rater: Assessor) -> str:
    return f"rating-{item.id}-{rater.id}.xlsx"


def _rating_book(
    package: Package, item: Announced, context: Context, rater: Assessor, answers: Sequence[rating.Answer]
) -> Workbook:
    return rating.rating_book(context, package.page("rating.md"), item, rater, answers, _tasks(package, item))


def take_ratings(folder: Folder, criterion: str, files: Sequence[Path], moment: datetime) -> Taken:
    """Read the ratings of every rater and record the result of each tender. Raises `Refused`: R198, R131 nothing was
    sent to raters, R132 done before, R198/missing, and A376 for every answer without a rating."""
    package = Package.of(folder)
    item = _item(package, criterion)
    line = _need(package, "measure-rate", item.id)
    _not_after(package, "measure-read", item.id, "Het resultaat van de meting ligt al vast.")
    takers = [one for one in judged.tenderers(package) if one.id in line.data["tenderers"]]
    answers, _ = _blinded(package, item, {one: package.recorded(f"received/{_answers(item, one)}") for one in takers})
    context = _context(package, "measure-rate", item)
    raters = judged.raters(judged.panel_of(package), item)
    contents = _all(folder, files, {one: _ratings(item, one) for one in raters})

    def read(rater: Assessor, content: bytes) -> tuple[tuple[rating.Rated, ...], Findings]:
        book, name = _rating_book(package, item, context, rater, answers), _ratings(item, rater)
        return read_form(book, content, name, lambda values: rating.read_ratings(item, rater, answers, values, name))

    made = together(contents, read)
    rated_ = [one for found, _ in made.values() for one in found]
    results = {name: str(result) for name, result in rating.results(answers, rated_).items()}
    agreed, of = rating.agreed(rated_)
    data = {"criterion": item.id, "results": results, "agreed": agreed, "of": of}
    step = begin(folder, "measure-read", moment, package.record, data)
    for rater, content in contents.items():
        store(step, folder, _ratings(item, rater), content)
    table = rating.ratings_csv(answers, rated_, _tasks(package, item), raters)
    step.put(f"file/measured/{item.id}/ratings.csv", table)
    return step.finish(), tuple(finding for _, found in made.values() for finding in found)


def _all(folder: Folder, files: Sequence[Path], wanted: Mapping[K, str]) -> dict[K, bytes]:
    """The returned file of everybody. Raises `Refused` (R198/missing) while one is not there."""
    found = incoming(folder, files, {name: name for name in wanted.values()})
    if missing := [name for name in wanted.values() if name not in found]:
        raise refuse_as("R198/missing", missing=", ".join(missing))
    return {key: found[name] for key, name in wanted.items()}
