"""Journey one: from procedure.yaml to the annex, the checks and the published package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import procure_ai
from procure_ai.casefile import approving, data
from procure_ai.casefile.folder import CASE, Folder, begin
from procure_ai.casefile.messages import found_as, refuse_as
from procure_ai.casefile.package import PAGES, FrozenContract, Manifest, freeze, json_bytes
from procure_ai.documents.dutch import day_text, listed
from procure_ai.documents.page import Page, read_template
from procure_ai.documents.tree import Contents, Document, FilledBy
from procure_ai.drafting.contract import Contract, draft
from procure_ai.drafting.processing import check_processing
from procure_ai.evaluation.lint import lint
from procure_ai.evaluation.model import AwardModel, build_award_model
from procure_ai.files.disk import sha256
from procure_ai.files.strict_yaml import Node, decode, line_at, line_of, parse, raw
from procure_ai.findings import Finding, Place, Refused, raise_errors
from procure_ai.forms import (
    checklist,
    motivation,
    notice_criteria,
    price_sheet,
    processing,
    tender_documents,
)  # fmt: skip
from procure_ai.forms.context import CaseCover, Context
from procure_ai.forms.motivation import LeftOut
from procure_ai.library.models import Library
from procure_ai.procedure.case import Case
from procure_ai.procedure.read import read_case


@dataclass(frozen=True)
class Draft:
    """A case with everything drawn up from it, and every finding."""

    case: Case
    library: Library
    contract: Contract
    model: AwardModel | None
    findings: tuple[Finding, ...]
    root: Node


def page(name: str) -> Page:
    """A page template of the house."""
    return read_template(data.template(name), f"templates/{name}")


def people(folder: Folder) -> Case:
    """The case as it stands now, for the committee and the tenderers that later steps freeze."""
    return read_case(folder.case_bytes(), data.library()[0])[0]


def organisation_of(folder: Folder, root: Node) -> Path | None:
    """The organisation's folder that procedure.yaml names. Raises `Refused` (R170) when it is not there."""
    content = raw(root)
    named = content.get("organisation") if isinstance(content, dict) else None
    if not isinstance(named, str):
        return None
    path = (folder.path / named).resolve()
    if not (path / "organisation.yaml").is_file():
        raise refuse_as("R170", Place(CASE, line_of(root, ("organisation",))), name=named)
    return path


def draw_up(folder: Folder, *, version: str = "concept") -> Draft:
    """Read the case and draw up contract and award model. Raises `Refused` when the case is not readable.

    Faults beyond that are findings of the draft, with file and line.
    """
    text = folder.case_bytes()
    root = parse(decode(text, CASE), CASE)
    organisation = organisation_of(folder, root)
    library, warnings = data.library(organisation)
    case, more = read_case(text, library)
    standings = approving.standing(library, organisation)
    front = page(library.kinds[case.contract.kind].page)
    contract = draft(case, library, front, version=version, standings=standings)
    present = frozenset(item.id for item in contract.selected if item.state == "in")
    model, third = build_award_model(case, library, present)
    findings = [_with_line(item, root) for item in (*warnings, *more, *contract.findings, *third)]
    findings.extend(_stale_law(contract, library, case.reference_date))
    return Draft(case, library, contract, model, tuple(sorted(set(findings))), root)


def _with_line(finding: Finding, root: Node) -> Finding:
    place = finding.place
    if place.file != CASE or place.line:
        return finding
    return replace(finding, place=replace(place, line=line_at(root, place.key)))


def _stale_law(made: Contract, library: Library, today: date) -> Iterator[Finding]:
    """Facts of law that chosen texts rest on: unconfirmed (L101), older than six months (L102), ended (L103)."""
    rests: dict[str, list[str]] = {}
    for item in made.selected:
        for name in made.law_of(item):
            rests.setdefault(name, []).append(item.id)
    for name in sorted(rests):
        fact = library.law.get(name)
        if fact is None:
            continue  # `library check` reports it
        words = {"title": fact.title, "clauses": listed([f"`{clause}`" for clause in rests[name]])}
        place = Place("clauses/law.yaml", key=f"law/{name}")
        if fact.certainty != "confirmed":
            yield found_as("L101", place, **words)
        if (today - fact.checked).days > 183:
            yield found_as("L102", place, day=day_text(fact.checked), **words)
        if fact.until and fact.until < today:
            yield found_as("L103", place, day=day_text(fact.until), **words)


def publish_findings(made: Draft) -> tuple[Finding, ...]:
    """What stands in the way of publication beyond the ordinary findings (D140, D141, D160 to D167, L03 to L30)."""
    findings = [*made.findings, *processing_findings(made), *lint_findings(made)]
    findings += notice_criteria.check(made.model) if made.model else ()
    for field in made.contract.open_fields():
        if field.filled_by is FilledBy.BUYER:
            findings.append(found_as("D140", Place(CASE, key="contract/values"), key=field.key, label=field.label))
    for item in made.contract.selected:
        if item.state == "open":
            findings.append(found_as("D141", Place(CASE, key="facts"), id=item.id))
    return tuple(sorted({_with_line(item, made.root) for item in findings}))


def processing_findings(made: Draft) -> tuple[Finding, ...]:
    """What is missing in or differs from the data-processing agreement (D160 to D167)."""
    found = check_processing(made.case, made.library, made.contract)
    return tuple(sorted({_with_line(item, made.root) for item in found}))


def lint_findings(made: Draft) -> tuple[Finding, ...]:
    """What is wrong or risky in the award model as drawn up (L03 to L30); nothing without one."""
    choices = made.case.award_model
    if made.model is None or choices is None:
        return ()
    return lint(made.model, choices, made.library.sets[made.model.set], data.lint_words())


def annex(document: Document, template: bytes | None = None, *, live: bool = True) -> tuple[bytes, bool]:
    """A document in Word, and whether its contents, if any, have page numbers (LibreOffice counts them).

    `live` is for Word itself; a file that goes on to LibreOffice has plain links, because LibreOffice
    prints live references to articles with a capital.
    """
    from procure_ai import word

    house = template or data.template("contract.docx")
    first = word.write(document, template=house, live=live)
    if not any(isinstance(block, Contents) for block in document.blocks):
        return first, True
    pages = word.page_numbers(first)
    return (word.write(document, template=house, pages=pages, live=live) if pages else first), pages is not None


@dataclass(frozen=True)
class Published:
    """What `publish` wrote."""

    version: str
    files: Mapping[str, str]
    warnings: tuple[Finding, ...]


def publish(folder: Folder, moment: datetime, concept_reason: str) -> Published:
    """Check everything, write the tender package as version 1 and freeze it.

    Raises `Refused`: R122 already published, D142 no reason for publishing texts that are not approved, and
    every error among the findings.
    """
    record = folder.record()
    if record.last("publish"):
        raise refuse_as("R122", Place("package/"))
    version = "1"
    made = draw_up(folder, version=version)
    if made.case.contract.kind != "annex":
        raise refuse_as(
            "R171",
            Place(CASE, line_of(made.root, ("contract", "kind"))),
            kind=made.library.kinds[made.case.contract.kind].title,
        )
    findings = list(publish_findings(made))
    findings.extend(_concept(made, concept_reason.strip()))
    warnings = raise_errors(findings)
    assert made.model is not None
    frozen = freeze(made.case, made.contract, version, processing_annexes(made, version))
    told = {
        "version": version,
        "concept_reason": concept_reason.strip(),
        "measured": [item.id for item in made.model.rated],
    }
    step = begin(folder, "publish", moment, record, told)
    step.take(CASE, folder.case_bytes())
    context = Context(made.case.buyer, made.case.procedure, made.model, version, moment.date().isoformat(), record.head)
    base = f"package/v{version}"
    files = package_files(made, frozen, context)
    manifest = Manifest(
        version=version, published=moment.isoformat(timespec="seconds"), tool=procure_ai.__version__,
        record=record.head, concept_reason=concept_reason.strip(),
        standings={item.id: made.contract.standings[item.id].state for item in made.contract.selected
                   if item.state == "in"},
        files={name: sha256(content) for name, content in sorted(files.items())},
    )  # fmt: skip
    for name, content in files.items():
        step.put(f"{base}/{name}", content)
    for name in data.later_pages():
        step.put(f"{PAGES}/{name}", data.template(name))
    step.put(f"{base}/manifest.json", json_bytes(manifest))
    step.put(
        "file/justification.docx",
        word_bytes(motivation.justification_document(context, page("justification.md"), made.contract)),
    )
    step.put("file/checklist.docx", word_bytes(duties(made, version)))
    line = step.finish()
    return Published(version, line.files_out, warnings)


def _concept(made: Draft, reason: str) -> Iterator[Finding]:
    """Texts that are not approved may only be published with a reason of one sentence (D142)."""
    missing, place = made.contract.unapproved(), Place("clauses/")
    if missing and not reason:
        count = sum(item.state == "in" for item in made.contract.selected)
        yield found_as("D142", place, missing=len(missing), count=count)
    elif missing and len(reason) < 10:
        yield found_as("D142/short", place, reason=reason)


def _cover(made: Draft, version: str) -> CaseCover:
    return CaseCover(made.case.buyer, made.case.procedure, version, made.case.reference_date.isoformat())


def processing_annexes(made: Draft, version: str = "concept") -> Document | None:
    """The annexes of the data-processing agreement; None when the case names none that exists."""
    choice = made.case.data_processing
    if choice is None or choice.agreement not in made.library.processing:
        return None
    return processing.processing_document(
        _cover(made, version), page("processing.md"), made.case, choice, made.library, made.contract
    )


def duties(made: Draft, version: str = "concept") -> Document:
    """What the buyer does itself in this case, with room for evidence."""
    known = made.case.circumstances()
    return checklist.checklist_document(_cover(made, version), page("checklist.md"), made.library, known)


def word_bytes(document: Document) -> bytes:
    """A document in Word, in the house style."""
    from procure_ai import word

    return word.write(document, template=data.template("contract.docx"))


def _item_title(made: Draft, name: str) -> str:
    """The title of a requirement or criterion, as a tenderer reads it."""
    assert made.model is not None
    chosen = made.library.sets[made.model.set]
    item = chosen.requirements.get(name) or chosen.criteria.get(name)
    return item.title if item else name


def package_files(made: Draft, frozen: FrozenContract, context: Context) -> dict[str, bytes]:
    """Every public file of the package by name, manifest apart."""
    from procure_ai import excel

    titles, beside = frozen.titles(), frozen.processing_tree()
    assert made.model is not None
    choices = made.case.award_model
    assert choices is not None
    left_out = [LeftOut(_item_title(made, item.item), item.reason) for item in choices.leave_out]
    reasons = motivation.motivation_of(made.contract, made.case, made.library, left_out)
    return {
        "contract.docx": annex(made.contract.document)[0],
        "requirements.docx": word_bytes(
            tender_documents.requirements_document(context, page("requirements.md"), titles)
        ),
        "award-model.docx": word_bytes(tender_documents.award_model_document(context, page("award-model.md"), titles)),
        "motivation.docx": word_bytes(motivation.motivation_document(context, page("motivation.md"), reasons)),
        "answer-form.xlsx": excel.write(frozen.answer_form(context, page("answer-form.md"))),
        "price-sheet.xlsx": excel.write(price_sheet.build(context, page("price-sheet.md"))),
        **_notice(context),
        "contract.json": json_bytes(frozen),
        "award-model.json": json_bytes(made.model),
        **({"processing-annexes.docx": word_bytes(beside)} if beside else {}),
    }


def _notice(context: Context) -> dict[str, bytes]:
    """The award criteria to type over in the notice, where there is one."""
    from procure_ai import excel

    if not notice_criteria.needed(context):
        return {}
    return {"notice-criteria.xlsx": excel.write(notice_criteria.build(context, page("notice-criteria.md")))}


def check(folder: Folder) -> tuple[Finding, ...]:
    """Every finding about the case in one sorted list; nothing is written."""
    try:
        return publish_findings(draw_up(folder))
    except Refused as refused:
        return refused.findings
