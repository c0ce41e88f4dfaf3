"""Journey of a measured criterion: the hidden test set, the answers of each tender, the blind ratings, the result.

The set must be the one whose hash was published. Raters get a workbook without names; the key stays in `file/`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
from procure_ai.casefile.tenders import accepted
from procure_ai.documents.tables import Workbook
from procure_ai.evaluation.model import Announced
from procure_ai.files.disk import read_bytes, sha256
from procure_ai.findings import Place
from procure_ai.forms import rating
from procure_ai.forms.context import Context
from procure_ai.forms.test_set import Task, read_test_set
from procure_ai.procedure.case import Assessor, Tenderer

_TEST_SET, _KEY = "test-set.csv", "key.csv"
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
        raise refuse_as("R198", name=name or "niets", known=", ".join(found))
    return found[name]


def _lines(package: Package, step: str, criterion: str) -> list[Line]:
    return [line for line in package.record.of(step) if line.data["criterion"] == criterion]


def _need(package: Package, step: str, criterion: str) -> Line:
    lines = _lines(package, step, criterion)
    if not lines:
        raise refuse_as(f"R131/{step}")
    return lines[-1]


def _not_after(package: Package, step: str, item: Announced, closed: str) -> None:
    """Refuse (R132) what a later step closed, unless people decided since that a tender takes part again or that
    somebody else rates; and always once the meeting was prepared."""
    for line in _lines(package, step, item.id)[-1:]:
        new = {one.id for one in judged.tenderers(package)} - set(line.data["tenderers"])
        if package.record.last("consensus") or not (new or _others_rate(package, item, line)):
            raise refuse_as("R132", closed=closed)


def _others_rate(package: Package, item: Announced, line: Line) -> bool:
    return {one.id for one in judged.raters(judged.panel_of(package), item)} != set(line.data["raters"])


def _context(package: Package, step: str, file: str, item: Announced, moment: datetime, content: bytes) -> Context:
    """The context of the forms of a step: of the first time that it wrote this content in this file, else of now.

    So what people were sent stays good when the step is taken again, for a rater in somebody's place.
    """
    same = (line for line in _lines(package, step, item.id) if line.files_out[_file(item, file)] == sha256(content))
    line = next(same, None)
    return package.context(*((line.previous, line.date) if line else (package.record.head, moment.date().isoformat())))


def _file(item: Announced, name: str) -> str:
    return f"file/measured/{item.id}/{name}"


# --- the test set and the answers -----------------------------------------------------------------


def send_tasks(folder: Folder, criterion: str, path: Path, moment: datetime) -> Line:
    """Write for each tender the workbook for its answers. Raises `Refused`: R198 no such criterion, R199 the file is
    not the published test set, A370 to A372 its faults, R132 when raters have begun."""
    package = Package.of(folder)
    item = _item(package, criterion)
    _not_after(package, "measure-rate", item, "De antwoorden zijn al naar de beoordelaars.")
    judged.some_left(package)
    content, test = read_bytes(path, str(path)), rating.measured_of(item).test
    if (found := sha256(content)) != test.test_set:
        raise refuse_as("R199", Place(str(path)), found=found, published=test.test_set)
    tasks = read_test_set(content, str(path), test)
    takers = judged.tenderers(package)
    told = {"criterion": item.id, "tenderers": [one.id for one in takers]}
    step = begin(folder, "measure", moment, package.record, told)
    step.put(_file(item, _TEST_SET), content)
    for one in takers:
        step.put(f"sent/{_answers(item, one)}", write_book(_answer_book(package, item, one, tasks, content, moment)))
    return step.finish()


def _answers(item: Announced, tenderer: Tenderer) -> str:
    return f"test-answers-{item.id}-{tenderer.id}.xlsx"


def _answer_book(
    package: Package, item: Announced, tenderer: Tenderer, tasks: Sequence[Task], test_set: bytes, moment: datetime
) -> Workbook:
    context = _context(package, "measure", _TEST_SET, item, moment, test_set)
    return rating.answers_book(context, package.page("test-answers.md"), item, tenderer, tasks)


def _blinded(
    package: Package, item: Announced, contents: Mapping[Tenderer, bytes], moment: datetime
) -> tuple[tuple[rating.Answer, ...], tuple[Task, ...], Findings]:
    """The answers of these tenders without names, the tasks, and what there is to remark. All faults together."""
    test_set = package.recorded(_file(item, _TEST_SET))
    tasks = read_test_set(test_set, _TEST_SET)

    def read(tenderer: Tenderer, content: bytes) -> tuple[tuple[rating.Answer, ...], Findings]:
        book, name = _answer_book(package, item, tenderer, tasks, test_set, moment), _answers(item, tenderer)
        return read_form(book, content, name, lambda values: rating.read_answers(item, tenderer, tasks, values, name))

    made = together(contents, read)
    answers = [answer for found, _ in made.values() for answer in found]
    told = tuple(finding for _, found in made.values() for finding in found)
    return rating.blinded(test_set, answers), tasks, told


# --- the ratings ----------------------------------------------------------------------------------


def send_ratings(folder: Folder, criterion: str, files: Sequence[Path], moment: datetime) -> Taken:
    """Read the answers of every tender and write a blind workbook for each rater. Raises `Refused`: R198, R131 the
    tasks were not sent, R198/raters another number of raters than was announced, R133 and R134 their declarations,
    R198/missing answers that are not there."""
    package = Package.of(folder)
    item = _item(package, criterion)
    line = _need(package, "measure", item.id)
    _not_after(package, "measure-read", item, "Het resultaat van de meting ligt al vast.")
    raters = judged.raters(judged.panel_of(package), item)
    judged.free_of_interest(package, raters)
    here = {one.id for one in judged.tenderers(package)}
    if not here <= set(line.data["tenderers"]):
        raise refuse_as("R131/measure")
    # Whose answers raters have keeps its place among them when it takes part no longer: else the codes change.
    there = [name for before in _lines(package, "measure-rate", item.id) for name in before.data["tenderers"]]
    takers = _named(package, here.union(there))
    contents = _all(folder, files, {one: _answers(item, one) for one in takers})
    answers, tasks, told = _blinded(package, item, contents, moment)
    key = rating.key_csv(answers, tasks)
    data = {"criterion": item.id, "tenderers": [one.id for one in takers], "raters": [one.id for one in raters]}
    step = begin(folder, "measure-rate", moment, package.record, data)
    for one, content in contents.items():
        store(step, folder, _answers(item, one), content)
    step.put(_file(item, _KEY), key)
    context, page = _context(package, "measure-rate", _KEY, item, moment, key), package.page("rating.md")
    for rater in raters:
        book = rating.rating_book(context, page, item, rater, answers, tasks)
        step.put(f"sent/{_ratings(item, rater)}", write_book(book))
    return step.finish(), told


def _ratings(item: Announced, rater: Assessor) -> str:
    return f"rating-{item.id}-{rater.id}.xlsx"


def _named(package: Package, names: Collection[str]) -> list[Tenderer]:
    return [tenderer for name, (tenderer, _) in accepted(package).items() if name in names]


def take_ratings(folder: Folder, criterion: str, files: Sequence[Path], moment: datetime) -> Taken:
    """Read the ratings of every rater and record the result of each tender. Raises `Refused`: R198, R131 nothing was
    sent to raters, R132 done before, R198/missing, and A376 for every answer without a rating."""
    package = Package.of(folder)
    item = _item(package, criterion)
    line = _need(package, "measure-rate", item.id)
    _not_after(package, "measure-read", item, "Het resultaat van de meting ligt al vast.")
    takers = _named(package, line.data["tenderers"])
    answered = {one: package.recorded(f"received/{_answers(item, one)}") for one in takers}
    answers, tasks, _ = _blinded(package, item, answered, moment)
    key, page = rating.key_csv(answers, tasks), package.page("rating.md")
    context = _context(package, "measure-rate", _KEY, item, moment, key)
    raters = judged.raters(judged.panel_of(package), item)
    if _others_rate(package, item, line):
        raise refuse_as("R131/measure-rate")
    contents = _all(folder, files, {one: _ratings(item, one) for one in raters})

    def read(rater: Assessor, content: bytes) -> tuple[tuple[rating.Rated, ...], Findings]:
        book, name = rating.rating_book(context, page, item, rater, answers, tasks), _ratings(item, rater)
        return read_form(book, content, name, lambda values: rating.read_ratings(item, rater, answers, values, name))

    made = together(contents, read)
    rated_ = [one for found, _ in made.values() for one in found]
    results = {name: str(result) for name, result in rating.results(answers, rated_).items()}
    agreed, of = rating.agreed(rated_)
    data = {**line.data, "results": results, "agreed": agreed, "of": of}
    step = begin(folder, "measure-read", moment, package.record, data)
    for rater, content in contents.items():
        store(step, folder, _ratings(item, rater), content)
    step.put(_file(item, "ratings.csv"), rating.ratings_csv(answers, rated_, tasks, raters))
    return step.finish(), tuple(finding for _, found in made.values() for finding in found)


def _all(folder: Folder, files: Sequence[Path], wanted: Mapping[K, str]) -> dict[K, bytes]:
    """The returned file of everybody. Raises `Refused` (R198/missing) while one is not there."""
    found = incoming(folder, files, {name: name for name in wanted.values()})
    if missing := [name for name in wanted.values() if name not in found]:
        raise refuse_as("R198/missing", missing=", ".join(missing))
    return {key: found[name] for key, name in wanted.items()}
