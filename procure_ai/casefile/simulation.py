"""An award model tried out: cases in the form of the scoring vectors, and the stress report of a case.

The stress report is on invented tenders. On the real ones it is made only when somebody asks for it with a
reason, after the quality is final, and it goes nowhere but into the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from procure_ai.casefile import drafts, pricing
from procure_ai.casefile.books import write_book
from procure_ai.casefile.folder import CASE, Folder, begin
from procure_ai.casefile.messages import found_as, refuse_as
from procure_ai.casefile.package import Package
from procure_ai.casefile.record import Line
from procure_ai.documents.console import to_text
from procure_ai.documents.page import Page
from procure_ai.evaluation.derived import derive
from procure_ai.evaluation.invented import PROFILES, STRAW_MEN, invented_tenders
from procure_ai.evaluation.method import Method
from procure_ai.evaluation.model import AwardModel, refusal_text
from procure_ai.evaluation.outcome import as_expected
from procure_ai.evaluation.rank import evaluate
from procure_ai.evaluation.stability import as_json, stress
from procure_ai.evaluation.tenders import Tender
from procure_ai.evaluation.values import Refusal
from procure_ai.files.disk import canonical_json, read_bytes
from procure_ai.files.strict_yaml import decode, parse, raw
from procure_ai.findings import Finding, Place, Refused
from procure_ai.forms import stress as forms
from procure_ai.forms.context import Context

_TENDERS = TypeAdapter(tuple[Tender, ...])


def simulate(path: Path) -> dict[str, Any]:
    """Case id to result, in the shape of `expected`; a refusal is `{"refused": CODE, "winner": None}`.

    Raises `Refused` (E130) when the file does not hold cases, with a finding per faulty case.
    """
    content = raw(parse(decode(read_bytes(path, str(path)), str(path)), str(path), flow=True))
    assert isinstance(content, dict)
    if "method" in content:
        cases: list[Any] = [{"id": path.stem, **content}]
        derived: list[Any] = []
    else:
        cases, derived = list(content.get("cases", ())), list(content.get("derived_cases", ()))
    if not cases and not derived:
        raise refuse_as("E130", Place(str(path)))
    results: dict[str, Any] = {}
    findings: list[Finding] = []
    work: list[tuple[Any, Callable[[Any], dict[str, Any]]]] = [(case, _run) for case in cases]
    work.extend((case, derive) for case in derived)
    for number, (case, run) in enumerate(work, start=1):
        name = str(case.get("id", number)) if isinstance(case, dict) else str(number)
        try:
            results[name] = run(case)
        except Refusal as refusal:
            results[name] = as_expected(refusal)
        except (ValidationError, KeyError, TypeError, AttributeError) as error:
            detail = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            findings.append(found_as("E130/case", Place(str(path)), name=name, detail=detail))
    if findings:
        raise Refused(findings)
    return results


def _run(case: dict[str, Any]) -> dict[str, Any]:
    method = Method.model_validate(case["method"])
    tenders = _TENDERS.validate_python(tuple(case["tenders"]))
    draw = tuple(str(name) for name in case.get("recorded_draw", ()))
    return as_expected(evaluate(method, tenders, draw))


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
    topics = forms.topics(page, context.model.method, found, {**STRAW_MEN, **names})
    given = [
        {"id": item.id, "name": names.get(item.id, item.id), "price": as_json(item.assessed_price),
         "grades": _grades(item)}
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


def _grades(tender: Tender) -> Any:
    return tender.model_dump(mode="json", exclude_none=True)["grades"]
