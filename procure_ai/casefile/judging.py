"""Journey of the committee: requirements, declarations, individual scores, consensus. In that order.

Every step has two halves: writing what people fill in (to `sent/`), and reading what they sent back
(from `received/`, or from files that are named). What was sent is rebuilt from the frozen package, so
that a changed question, a removed row or somebody else's file is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from procure_ai.casefile import decisions, judged
from procure_ai.casefile.books import Findings, write_book
from procure_ai.casefile.completed import quoted
from procure_ai.casefile.drafts import people
from procure_ai.casefile.folder import CASE, Folder, Step, begin
from procure_ai.casefile.messages import refuse_as
from procure_ai.casefile.package import Package
from procure_ai.casefile.record import Line
from procure_ai.casefile.tenders import not_accepted
from procure_ai.documents.tables import Workbook
from procure_ai.files.disk import read_bytes
from procure_ai.findings import Finding, Place, Refused
from procure_ai.forms.scorecard import own_order
from procure_ai.procedure.case import Assessor

Taken = tuple[Line, Findings]
_INTEREST = "A339"  # an assessor declares an interest, or doubts


# --- what every step does -------------------------------------------------------------------------


def _not_after(package: Package, step: str, closed: str) -> None:
    if package.record.last(step):
        raise refuse_as("R132", closed=closed)


def _read_once(package: Package, step: str, closed: str) -> None:
    """Refuse (R132) to read again what was read, unless people decided on a correction."""
    if package.record.last(step) and not decisions.reopened(package.record, step):
        raise refuse_as("R132/correction", closed=closed, outcome=step.removesuffix("-read"))


def incoming(folder: Folder, files: Iterable[Path], wanted: Mapping[str, str]) -> dict[str, bytes]:
    """Returned files by key: named on the command line (recognised by file name), else in `received/`."""
    named = {path.name: path for path in files}
    found: dict[str, bytes] = {}
    for key, name in wanted.items():
        if name in named:
            found[key] = read_bytes(named[name], str(named[name]))
        elif not named and folder.has(f"received/{name}"):
            found[key] = folder.read(f"received/{name}")
    values = ", ".join(wanted.values())
    unknown = sorted(set(named) - set(wanted.values()))
    if unknown:
        raise refuse_as("A314", Place(unknown[0]), unknown=unknown[0], values=values)
    if not found:
        raise refuse_as("F040", values=values)
    return found


def store(step: Step, folder: Folder, name: str, content: bytes) -> None:
    """Keep a returned file in `received/`; people may have put it there themselves."""
    target = f"received/{name}"
    if folder.has(target) and folder.read(target) == content:
        step.take(target, content)
    else:
        step.put(target, content)


def _send_each(step: Step, name: str, people: Sequence[Assessor], book: Callable[[Assessor], Workbook]) -> Line:
    """Write one workbook per person."""
    for assessor in people:
        step.put(f"sent/{name}-{assessor.id}.xlsx", write_book(book(assessor)))
    return step.finish()


def _take_each(
    package: Package,
    files: Sequence[Path],
    moment: datetime,
    name: str,
    people: Sequence[Assessor],
    read: Callable[[Assessor, bytes], Findings],
    then: Callable[[Step, Assessor], None] | None = None,
) -> Taken:
    """Read one returned workbook per assessor; faults in all of them are reported together.

    `then` is done for each assessor who has no interest.
    """
    wanted = {item.id: f"{name}-{item.id}.xlsx" for item in people}
    folder = package.folder
    returned = incoming(folder, files, wanted)
    findings: list[Finding] = []
    errors: list[Finding] = []
    step = begin(folder, f"{name}-read", moment, package.record, {"assessors": sorted(returned)})
    interest: list[str] = []
    for assessor in people:
        if assessor.id in returned:
            try:
                told = read(assessor, returned[assessor.id])
                findings.extend(told)
                if any(item.code == _INTEREST for item in told):
                    interest.append(assessor.id)
                elif then:
                    then(step, assessor)
                store(step, folder, wanted[assessor.id], returned[assessor.id])
            except Refused as refused:
                errors.extend(refused.findings)
    if errors:
        raise Refused([*errors, *findings])
    if interest:
        step.data["interest"] = interest
    return step.finish(), tuple(findings)


# --- minimum requirements -------------------------------------------------------------------------


def send_requirements(folder: Folder, moment: datetime) -> Line:
    """Write the workbook in which people judge the minimum requirements."""
    package = Package.of(folder)
    _not_after(package, "requirements", "De werkmap voor de minimumeisen is al gemaakt.")
    if late := decisions.undecided_late(package.record):
        raise refuse_as("R190", names=", ".join(late), tenderer=late[0])
    if not judged.taking_part(package):
        raise refuse_as("R131")
    told = {
        "tenderers": [item.id for item, _ in judged.taking_part(package)],
        "not_accepted": list(not_accepted(package)),
        "earlier_counts": list(decisions.not_last(package.record)),
        "set_aside": sorted(decisions.set_aside(package.record)),
    }
    step = begin(folder, "requirements", moment, package.record, told)
    step.put("sent/requirements.xlsx", write_book(judged.requirements_book(package, moment)))
    return step.finish()


def take_requirements(folder: Folder, files: Sequence[Path], moment: datetime) -> Taken:
    """Read the judgement of the minimum requirements. An unclear verdict stops."""
    package = Package.of(folder)
    judged.need(package, "requirements")
    _read_once(package, "requirements-read", "Het oordeel over de minimumeisen is al vastgelegd.")
    content = incoming(folder, files, {"requirements": "requirements.xlsx"})["requirements"]
    made, warnings = judged.read_verdicts(package, content)
    failed = judged.failing(made)
    passed = {item.tenderer for item in made} - failed
    step = begin(
        folder, "requirements-read", moment, package.record, {"passed": sorted(passed), "failed": sorted(failed)}
    )
    store(step, folder, "requirements.xlsx", content)
    return step.finish(), warnings


# --- declarations and individual scores -----------------------------------------------------------


def send_declarations(folder: Folder, moment: datetime) -> Line:
    """Freeze the committee and write a declaration of no conflict for each assessor."""
    package = Package.of(folder)
    _not_after(package, "declarations", "De verklaringen zijn al gemaakt; de commissie ligt vast.")
    judged.some_left(package)
    panel = people(folder).panel
    if panel is None:
        raise refuse_as("P121", Place(CASE, key="panel"))
    for item in package.model.rated:
        judged.raters(panel, item)
    step = begin(folder, "declarations", moment, package.record, {"panel": panel.model_dump()})
    return _send_each(
        step, "declaration", panel.everyone, lambda assessor: judged.declaration_book(package, assessor, moment)
    )


def take_declarations(folder: Folder, files: Sequence[Path], moment: datetime) -> Taken:
    """Read declarations of no conflict that came back.

    After the scorecards went out only of people who took somebody's place: the scorecard of a member is written here.
    """
    package = Package.of(folder)
    panel, sent = judged.panel_of(package), package.record.last("scorecards")
    if sent:
        new = tuple(item for item in panel.assessors if f"sent/scorecard-{item.id}.xlsx" not in sent.files_out)
        asked = judged.need(package, "declarations").files_out
        raters = tuple(item for item in panel.raters if f"sent/declaration-{item.id}.xlsx" not in asked)
        if not (new or raters) or package.record.last("consensus"):
            raise refuse_as("R132", closed="De scorekaarten zijn al verstuurd.")
        panel = panel.model_copy(update={"assessors": new, "raters": raters})

    def card(step: Step, assessor: Assessor) -> None:
        if assessor not in panel.assessors:
            return
        order = own_order(package.contract.procedure.number, assessor, judged.qualified(package, "scorecards"))
        step.data.setdefault("order", {})[assessor.id] = [tenderer.id for tenderer, _ in order]
        step.put(f"sent/scorecard-{assessor.id}.xlsx", write_book(judged.scorecard_book(package, assessor)))

    def read(who: Assessor, content: bytes) -> Findings:
        return judged.read_declaration(package, who, content)[1]

    return _take_each(package, files, moment, "declaration", panel.everyone, read, card if sent else None)


def send_scorecards(folder: Folder, moment: datetime) -> Line:
    """Write one scorecard per assessor. Refused while a declaration is missing or not free of conflict."""
    package = Package.of(folder)
    panel = judged.panel_of(package)
    _not_after(package, "scorecards", "De scorekaarten zijn al gemaakt.")
    judged.some_left(package)
    judged.free_of_interest(package, panel.assessors)
    tenders, number = judged.qualified(package), package.contract.procedure.number
    order = {item.id: [tender.id for tender, _ in own_order(number, item, tenders)] for item in panel.assessors}
    told = {"tenderers": [item.id for item, _ in tenders], "order": order}
    step = begin(folder, "scorecards", moment, package.record, told)
    return _send_each(
        step, "scorecard", panel.assessors, lambda assessor: judged.scorecard_book(package, assessor, moment)
    )


def take_scorecards(folder: Folder, files: Sequence[Path], moment: datetime) -> Taken:
    """Read scorecards that came back. A later one of the same assessor replaces the earlier until consensus."""
    package = Package.of(folder)
    judged.need(package, "scorecards")
    _not_after(package, "consensus", "De individuele scores zijn bevroren: het overleg is begonnen.")

    def read(who: Assessor, content: bytes) -> Findings:
        return judged.read_scores(package, who, content)[1]

    return _take_each(package, files, moment, "scorecard", judged.panel_of(package).assessors, read)


# --- consensus ------------------------------------------------------------------------------------


def send_consensus(folder: Folder, moment: datetime) -> Line:
    """Freeze the individual scores and write the workbook for the meeting."""
    package = Package.of(folder)
    judged.need(package, "scorecards")
    _not_after(package, "consensus", "De werkmap voor het overleg is al gemaakt.")
    judged.some_left(package)
    judged.need_results(package)
    step = begin(folder, "consensus", moment, package.record, {"frozen": len(judged.scores(package))})
    panel = judged.panel_of(package)
    for assessor, content in judged.all_returned(package, "scorecard", "R135", panel.assessors).items():
        step.take(f"received/scorecard-{assessor.id}.xlsx", content)
    step.put("sent/consensus.xlsx", write_book(judged.consensus_book(package, moment)))
    return step.finish()


def take_consensus(folder: Folder, files: Sequence[Path], moment: datetime) -> Taken:
    """Read what the committee adopted. From here on the quality is final."""
    package = Package.of(folder)
    judged.need(package, "consensus")
    _read_once(package, "consensus-read", "De kwaliteit is al definitief.")
    content = incoming(folder, files, {"consensus": "consensus.xlsx"})["consensus"]
    made, warnings = judged.read_consensus(package, content)
    warnings = (*warnings, *quoted(package, made))
    step = begin(folder, "consensus-read", moment, package.record, {"final": len(made)})
    store(step, folder, "consensus.xlsx", content)
    return step.finish(), warnings
