"""An award model tried out: cases in the form of the scoring vectors, and the stress report of a case.

The stress report is on invented tenders. On the real ones it is made only when somebody asks for it with a
reason, after the quality is final, and it goes nowhere but into the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from procure_ai.casefile import drafts, pricing
from procure_ai.casefile.books import write_book
from procure_ai.casefile.folder import CASE, Folder, begin
from procure_ai.casefile.messages import found_as, refuse_as
from procure_ai.casefile.package import Package
from procure_ai.casefile.record import Line
from procure_ai.documents.console import to_text
from procure_ai.documents.dutch import listed
from procure_ai.documents.page import Page
from procure_ai.evaluation.derived import derive
from procure_ai.evaluation.invented import PROFILES, STRAW_MEN, invented_tenders
from procure_ai.evaluation.method import Method
from procure_ai.evaluation.model import AwardModel, refusal_text
from procure_ai.evaluation.outcome import as_expected
from procure_ai.evaluation.rank import evaluate, without
from procure_ai.evaluation.stability import as_json, stress
from procure_ai.evaluation.tenders import Tender
from procure_ai.evaluation.values import Refusal
from procure_ai.files.disk import canonical_json, read_bytes
from procure_ai.files.strict_yaml import Node, decode, parse, raw
from procure_ai.files.typed import Many, Strict, read_model
from procure_ai.findings import Finding, Place, Refused
from procure_ai.forms import stress as forms
from procure_ai.forms.context import Context

_M = TypeVar("_M", bound=Strict)


class _Explained(Strict):
    """What a case has besides its question: its name, and what only explains it."""

    id: str = ""
    title: str = ""
    topics: Many[str] = ()
    source: str = ""
    reasoning: str = ""
    expected: Any = None
    expected_after_removal: Any = None


class _Case(_Explained):
    """`removed` drop out afterwards; `price.removal` of the method says what that does to the points."""

    method: Method
    tenders: Many[Tender]
    removed: Many[str] = ()
    recorded_draw: Many[str] = ()


class _Derived(_Explained):
    kind: str
    inputs: Any


class _Cases(Strict):
    version: str = ""
    cases: Many[_Case] = ()
    derived_cases: Many[_Derived] = ()


def simulate(path: Path) -> dict[str, Any]:
    """Case id to result, in the shape of `expected`; a refusal is `{"refused": CODE, "winner": None}`.

    Raises `Refused` (E130) when the file does not hold cases, with a finding per fault.
    """
    file = str(path)
    root = parse(decode(read_bytes(path, file), file), file, flow=True)
    assert isinstance(root.value, dict)
    if "method" in root.value:
        given = _Cases(cases=(_read(_Case, root, file, path.stem),))
    else:
        given = _read(_Cases, root, file)
    results: dict[str, Any] = {}
    findings: list[Finding] = []
    every: tuple[_Case | _Derived, ...] = (*given.cases, *given.derived_cases)
    for number, case in enumerate(every, start=1):
        name = case.id or (path.stem if "method" in root.value else str(number))
        if name in results:
            findings.append(found_as("E130/case", Place(file), name=name, detail="dit kenmerk staat er twee keer."))
        try:
            results[name] = _run(case) if isinstance(case, _Case) else derive(case.model_dump())
        except Refusal as refusal:
            results[name] = as_expected(refusal)
        except ValidationError as error:
            results[name] = None
            findings.append(found_as("E130/case", Place(file), name=name, detail=_wrong_input(error)))
    if findings:
        raise Refused(findings)
    if not results:
        raise refuse_as("E130", Place(file))
    return results


def _read(model: type[_M], root: Node, file: str, name: str = "") -> _M:
    """The file as cases. Raises `Refused` with E130 for each fault, naming the case."""
    try:
        return read_model(model, root, file)
    except Refused as refused:
        found = refused.findings
    content: Any = raw(root)

    def told(item: Finding) -> Finding:
        part, _, rest = item.place.key.partition("/")
        at = rest.partition("/")[0]
        case = content[part][int(at)] if part in ("cases", "derived_cases") and at.isdigit() else None
        called = (
            name or (case.get("id") if isinstance(case, dict) else "") or (at and str(int(at) + 1)) or Path(file).name
        )
        detail = f"{item.message} {item.remedy}"
        before, grades, graded = item.place.key.partition("/grades/")
        place = item.place
        if grades:  # a grade has three forms, and there is a fault for each
            key = graded.partition("/")[0]
            place = replace(place, key=f"{before}/grades/{key}")
            detail = f"bij `{key}` hoort een cijfer, `n/a`, of de cijfers van de commissie."
        return found_as("E130/case", place, name=called, detail=detail)

    raise Refused(set(map(told, found)))


def _wrong_input(error: ValidationError) -> str:
    """The first fault in the inputs of a derived case."""
    fault = error.errors()[0]
    key = next((f"`{step}`" for step in reversed(fault["loc"]) if isinstance(step, str)), "`inputs`")
    known = {"missing": f"de sleutel {key} ontbreekt.", "extra_forbidden": f"de sleutel {key} bestaat hier niet."}
    own = f"bij {key}: {fault['msg']}" if fault["type"] == "own" else f"bij {key} hoort iets anders."
    return known.get(fault["type"], own)


def _run(case: _Case) -> dict[str, Any]:
    if not case.removed:
        return as_expected(evaluate(case.method, case.tenders, case.recorded_draw))
    rule = case.method.price.removal if case.method.price else None
    if rule is None:
        raise Refusal("missing", "price.removal")
    return as_expected(without(case.method, case.tenders, set(case.removed), rule, case.recorded_draw))


_WORDS = {
    "abnormally_low_suspect": "opvallend lage prijs",
    "missing_scored_zero": "open gelaten, telt als 0",
    "price_below_floor": "prijs onder de bodem",
    "zero_price": "prijs van nul",
    "quality": "kwaliteit",
    "draw_needed": "loting",
    "draw_recorded": "loting",
    "True": "ja",
    "False": "nee",
    "None": "geen",
}


def in_words(results: Mapping[str, Any]) -> Iterator[str]:
    """The results of `simulate` as lines for people: who wins or why nobody does, the order, and what to look at."""
    for name, result in results.items():
        if "refused" in result:
            yield f"{name}: geweigerd ({result['refused']})"
        elif "tenders" in result:
            yield from _ranked(name, result)
        else:
            yield f"{name}:"
            for key, value in result.items():
                yield f"  {key}: {_shown(value)}"


def _ranked(name: str, result: Mapping[str, Any]) -> Iterator[str]:
    told = f"winnaar {result['winner']}" if result["winner"] else "geen winnaar"
    for key, words in (("tied", "gelijk eindigen"), ("needs_draw", "er moet worden geloot tussen")):
        if key in result:
            told += f"; {words} {listed(result[key])}"
    if "tie_break_steps" in result:
        told += f"; regel voor de gelijke stand: {listed([_WORDS[step] for step in result['tie_break_steps']])}"
    yield f"{name}: {told}"
    for tender, line in sorted(result["tenders"].items(), key=lambda item: item[1].get("rank", len(result["tenders"]))):
        yield f"  {line['rank']}. {tender}: {line['total']}" if "rank" in line else f"  -. {tender}: {line['reason']}"
    for flag in result.get("flags", ()):
        what, *where = flag.split(":")
        yield f"  Let op, {_WORDS[what]}: {', '.join(where)}"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {_shown(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    return _WORDS.get(str(value), str(value))


# --- the stress report of a case ------------------------------------------------------------------


@dataclass(frozen=True)
class Stressed:
    """A stress report: the figures for machines, and what the text and the workbook are made of."""

    figures: Mapping[str, Any]
    context: Context
    page: Page
    topics: tuple[forms.Topic, ...]
    introduction: str

    def text(self) -> str:
        """The report as text for a terminal."""
        return to_text(forms.report(self.context, self.page, self.topics, self.introduction))

    def workbook(self) -> bytes:
        """The report as a workbook with charts."""
        return write_book(forms.build(self.context, self.page, self.topics, self.introduction))


def invented(folder: Folder) -> Stressed:
    """The stress report of a case on invented tenders: of the published award model, else of the case as it stands.

    Raises `Refused`: the findings about the award model, E121 when there is none, E122 or E123 when there is nothing
    to compare, E120 when it cannot be applied.
    """
    context = _context(folder)
    tenders = invented_tenders(context.model.method, preferences(context.model))
    return _stressed(context, tenders, {item.id: item.title for item in PROFILES})


def internal(folder: Folder, moment: datetime, reason: str) -> tuple[Line, Stressed]:
    """The same on the real tenders, for the file: file/stress-internal.json and .xlsx, recorded with the reason.

    Raises `Refused` while the quality is not final (R180) or the prices are closed (R138), and for a reason that is
    no sentence (R181).
    """
    reason = reason.strip()
    if len(reason) < 10:
        raise refuse_as("R181", reason=reason)
    package = Package.of(folder)
    if not package.record.last("consensus-read"):
        raise refuse_as("R180")
    ranked = pricing.compute(package)
    context = package.context(package.record.head, moment.date().isoformat())
    made = _stressed(context, ranked.tenders, {item.id: item.name for item in ranked.tenderers}, reason)
    step = begin(folder, "stress", moment, package.record, {"reason": reason})
    step.put("file/stress-internal.json", canonical_json(made.figures))
    step.put("file/stress-internal.xlsx", made.workbook())
    return step.finish(), made


def preferences(model: AwardModel) -> dict[str, str]:
    """The preference criteria of an award model: id to kind."""
    return {item.id: item.preference for item in model.criteria if item.preference}


def _context(folder: Folder) -> Context:
    if folder.record().last("publish"):
        return Package.of(folder).context()
    made = drafts.draw_up(folder)
    if made.model is None:
        wrong = [item for item in made.findings if item.is_error and item.place.key.startswith("award_model")]
        raise Refused(wrong or [found_as("E121", Place(CASE))])
    case = made.case
    return Context(case.buyer, case.procedure, made.model, "concept", case.reference_date.isoformat())


def _stressed(context: Context, tenders: Sequence[Tender], names: Mapping[str, str], reason: str = "") -> Stressed:
    try:
        found = stress(context.model.method, tenders, preferences(context.model))
    except Refusal as refusal:
        known = {"too_few_tenders": "E122", "no_spread": "E123"}.get(refusal.code)
        if known:
            raise refuse_as(known, Place(CASE, key="award_model")) from None
        message, remedy = refusal_text(refusal.code)
        raise refuse_as("E120", Place(CASE, key="award_model"), message=message, remedy=remedy) from None
    page = drafts.page("stress.md")
    topics = forms.topics(page, context.model.method, found, {**STRAW_MEN, **names}, advise=not reason)
    given = [
        {"id": item.id, "name": names.get(item.id, item.id), "price": as_json(item.assessed_price),
         "grades": item.model_dump(mode="json", exclude_none=True)["grades"]}
        for item in tenders
    ]  # fmt: skip
    figures = {
        "invented": not reason,
        **({"reason": reason} if reason else {}),
        "tenders": given,
        **as_json(found),
        "conclusions": {topic.key: topic.conclusion for topic in topics},
    }
    return Stressed(figures, context, page, topics, forms.introduction(page, reason))
