"""Journey of the committee: requirements, declarations, individual scores, consensus. In that order.

Every step has two halves: writing what people fill in (to `sent/`), and reading what they sent back
(from `received/`, or from files that are named). What was sent is rebuilt from the frozen package, so
that a changed question, a removed row or somebody else's file is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from procure_ai.casefile.books import read_book, write_book
from procure_ai.casefile.drafts import people
from procure_ai.casefile.folder import CASE, Folder, Step, begin
from procure_ai.casefile.package import Package, once
from procure_ai.casefile.record import Line
from procure_ai.casefile.tenders import accepted
from procure_ai.documents.tables import Workbook
from procure_ai.files.disk import read_bytes
from procure_ai.findings import Finding, Place, Refused, raise_errors, refuse
from procure_ai.forms import consensus as consensus_form
from procure_ai.forms import declaration as declaration_form
from procure_ai.forms import requirements as requirements_form
from procure_ai.forms import scorecard as scorecard_form
from procure_ai.forms.context import Context
from procure_ai.forms.reading import located
from procure_ai.forms.records import Consensus, Declaration, Score, TenderAnswers, Verdict
from procure_ai.procedure.case import Assessor, Panel, Tenderer

Pair = tuple[Tenderer, TenderAnswers]
T = TypeVar("T")


def _package(folder: Folder) -> Package:
    return Package(folder, folder.record())


def context_of(package: Package, step: str, moment: datetime | None = None) -> Context:
    """The context of a step's forms: of the moment it was taken, or of now when it is being taken."""
    line = package.record.last(step)
    if line is not None:
        return package.context(line.previous, line.date)
    return package.context(package.record.head, moment.date().isoformat() if moment else "")


def requirements_book(package: Package, moment: datetime | None = None) -> Workbook:
    """The workbook for the minimum requirements."""
    pairs = list(accepted(package).values())
    return requirements_form.build(
        context_of(package, "requirements", moment), package.page("requirements-form.md"), pairs
    )


def declaration_book(package: Package, assessor: Assessor, moment: datetime | None = None) -> Workbook:
    """The declaration of one assessor."""
    context = context_of(package, "declarations", moment)
    return declaration_form.build(
        context, package.page("declaration.md"), assessor, [item for item, _ in qualified(package)]
    )


def scorecard_book(package: Package, assessor: Assessor, moment: datetime | None = None) -> Workbook:
    """The scorecard of one assessor."""
    context = context_of(package, "scorecards", moment)
    return scorecard_form.build(context, package.page("scorecard.md"), assessor, qualified(package))


def consensus_book(package: Package, moment: datetime | None = None) -> Workbook:
    """The workbook for the meeting, with the frozen scores."""
    context = context_of(package, "consensus", moment)
    panel = panel_of(package)
    return consensus_form.build(
        context, package.page("consensus.md"), panel.assessors, qualified(package), scores(package)
    )


def _need(package: Package, step: str, message: str, remedy: str) -> Line:
    line = package.record.last(step)
    if line is None:
        raise refuse("R131", message, remedy)
    return line


def _not_after(package: Package, step: str, message: str) -> None:
    if package.record.last(step):
        raise refuse("R132", message, "Een correctie is een nieuwe, vastgelegde beslissing van de commissie.")


def _incoming(folder: Folder, files: Iterable[Path], wanted: Mapping[str, str]) -> dict[str, bytes]:
    """Returned files by key: named on the command line (recognised by file name), else in `received/`."""
    named = {path.name: path for path in files}
    found: dict[str, bytes] = {}
    for key, name in wanted.items():
        if name in named:
            found[key] = read_bytes(named[name], str(named[name]))
        elif not named and folder.has(f"received/{name}"):
            found[key] = folder.read(f"received/{name}")
    unknown = sorted(set(named) - set(wanted.values()))
    if unknown:
        raise refuse(
            "A314",
            f"`{unknown[0]}` is hier niet verwacht.",
            f"Verwacht: {', '.join(wanted.values())}.",
            place=Place(unknown[0]),
        )
    if not found:
        raise refuse(
            "F040", "Er is nog niets terug.", f"Zet het ingevulde bestand in received/: {', '.join(wanted.values())}."
        )
    return found


def _store(step: Step, folder: Folder, name: str, content: bytes) -> None:
    """Keep a returned file in `received/`; people may have put it there themselves."""
    target = f"received/{name}"
    if folder.has(target) and folder.read(target) == content:
        step.take(target, content)
    else:
        step.put(target, content)


# --- minimum requirements -----------------------------------------------------------------------


def send_requirements(folder: Folder, moment: datetime) -> Line:
    """Write the workbook in which people judge the minimum requirements."""
    package = _package(folder)
    _not_after(package, "requirements", "De werkmap voor de minimumeisen is al gemaakt.")
    pairs = list(accepted(package).values())
    if not pairs:
        raise refuse(
            "R131", "Er is nog geen aangenomen inschrijving.", "Lees eerst inschrijvingen in met `procure-ai receive`."
        )
    step = begin(folder, "requirements", moment, {"tenderers": [item.id for item, _ in pairs]})
    step.put("sent/requirements.xlsx", write_book(requirements_book(package, moment)))
    return step.finish()


def take_requirements(folder: Folder, files: Sequence[Path], moment: datetime) -> tuple[Line, tuple[Finding, ...]]:
    """Read the judgement of the minimum requirements. An unclear verdict stops."""
    package = _package(folder)
    _need(
        package,
        "requirements",
        "De werkmap voor de minimumeisen is nog niet gemaakt.",
        "Maak hem met `procure-ai requirements`.",
    )
    _not_after(package, "requirements-read", "Het oordeel over de minimumeisen is al vastgelegd.")
    content = _incoming(folder, files, {"requirements": "requirements.xlsx"})["requirements"]
    made, warnings = _verdicts(package, content)
    step = begin(
        folder, "requirements-read", moment, {"passed": sorted(_passed(made)), "failed": sorted(_failed(made))}
    )
    _store(step, folder, "requirements.xlsx", content)
    return step.finish(), warnings


def _verdicts(package: Package, content: bytes) -> tuple[tuple[Verdict, ...], tuple[Finding, ...]]:
    sent = requirements_book(package)
    values, first = read_book(sent, content, "requirements.xlsx")
    pairs = list(accepted(package).values())
    made, more = requirements_form.read(context_of(package, "requirements"), pairs, values, "requirements.xlsx")
    return made, (*first, *raise_errors(located(more, sent)))


@once
def verdicts(package: Package) -> tuple[Verdict, ...]:
    """The recorded verdicts on the minimum requirements."""
    _need(
        package,
        "requirements-read",
        "De minimumeisen zijn nog niet beoordeeld.",
        "Lees het oordeel in met `procure-ai requirements --read`.",
    )
    return _verdicts(package, package.folder.recorded("received/requirements.xlsx", package.record))[0]


def _failed(made: Iterable[Verdict]) -> frozenset[str]:
    return frozenset(item.tenderer for item in made if item.verdict != "pass")


def _passed(made: Iterable[Verdict]) -> frozenset[str]:
    items = tuple(made)
    return frozenset(item.tenderer for item in items) - _failed(items)


@once
def qualified(package: Package) -> list[Pair]:
    """The tenders that meet every minimum requirement, by id."""
    passed = _passed(verdicts(package))
    return [pair for name, pair in accepted(package).items() if name in passed]


# --- declarations and individual scores ----------------------------------------------------------


@once
def panel_of(package: Package) -> Panel:
    """The committee as it was frozen when the declarations went out."""
    line = _need(
        package, "declarations", "De commissie is nog niet vastgelegd.", "Begin met `procure-ai scorecards --declare`."
    )
    data = line.data["panel"]
    return Panel(
        chair=data["chair"],
        assessors=tuple(Assessor(**item) for item in data["assessors"]),
        price_openers=tuple(data["price_openers"]),
    )


def send_declarations(folder: Folder, moment: datetime) -> Line:
    """Freeze the committee and write a declaration of no conflict for each assessor."""
    package = _package(folder)
    _not_after(package, "declarations", "De verklaringen zijn al gemaakt; de commissie ligt vast.")
    qualified(package)
    panel = people(folder).panel
    if panel is None:
        raise refuse(
            "P121",
            "Er is nog geen beoordelingscommissie.",
            "Vul `panel` in procedure.yaml in.",
            place=Place(CASE, key="panel"),
        )
    step = begin(folder, "declarations", moment, {"panel": panel.model_dump()})
    for assessor in panel.assessors:
        step.put(f"sent/declaration-{assessor.id}.xlsx", write_book(declaration_book(package, assessor, moment)))
    return step.finish()


def _take_each(
    folder: Folder,
    files: Sequence[Path],
    moment: datetime,
    name: str,
    panel: Panel,
    read: Callable[[Assessor, bytes], tuple[Finding, ...]],
) -> tuple[Line, tuple[Finding, ...]]:
    """Read one returned workbook per assessor; faults in all of them are reported together."""
    wanted = {item.id: f"{name}-{item.id}.xlsx" for item in panel.assessors}
    incoming = _incoming(folder, files, wanted)
    findings: list[Finding] = []
    errors: list[Finding] = []
    step = begin(folder, f"{name}-read", moment, {"assessors": sorted(incoming)})
    for assessor in panel.assessors:
        if assessor.id in incoming:
            try:
                findings.extend(read(assessor, incoming[assessor.id]))
                _store(step, folder, wanted[assessor.id], incoming[assessor.id])
            except Refused as refused:
                errors.extend(refused.findings)
    if errors:
        raise Refused([*errors, *findings])
    return step.finish(), tuple(findings)


def _who(package: Package, step: str) -> frozenset[str]:
    return frozenset(name for line in package.record.of(step) for name in line.data["assessors"])


def take_declarations(folder: Folder, files: Sequence[Path], moment: datetime) -> tuple[Line, tuple[Finding, ...]]:
    """Read declarations of no conflict that came back."""
    package = _package(folder)
    panel = panel_of(package)
    _not_after(package, "scorecards", "De scorekaarten zijn al verstuurd.")
    return _take_each(
        folder, files, moment, "declaration", panel,
        lambda assessor, content: _declaration(package, assessor, content)[1],
    )  # fmt: skip


def _declaration(package: Package, assessor: Assessor, content: bytes) -> tuple[Declaration, tuple[Finding, ...]]:
    name = f"declaration-{assessor.id}.xlsx"
    context = context_of(package, "declarations")
    sent = declaration_book(package, assessor)
    values, first = read_book(sent, content, name)
    made, more = declaration_form.read(context, assessor, values, name)
    warnings = (*first, *raise_errors(located(more, sent)))
    assert made is not None
    return made, warnings


def send_scorecards(folder: Folder, moment: datetime) -> Line:
    """Write one scorecard per assessor. Refused while a declaration is missing or not free of conflict."""
    package = _package(folder)
    panel = panel_of(package)
    _not_after(package, "scorecards", "De scorekaarten zijn al gemaakt.")
    missing = [item.name for item in panel.assessors if item.id not in _who(package, "declaration-read")]
    if missing:
        raise refuse(
            "R133",
            f"De verklaring van {', '.join(missing)} ontbreekt.",
            "Lees hem in met `procure-ai scorecards --declare --read`.",
        )
    for assessor in panel.assessors:
        content = package.folder.recorded(f"received/declaration-{assessor.id}.xlsx", package.record)
        if not _declaration(package, assessor, content)[0].free:
            raise refuse(
                "R134",
                f"{assessor.name} heeft een belang gemeld.",
                "Mensen beslissen wie haar of hem vervangt; pas daarna `panel` aan in een nieuwe map.",
            )
    pairs = qualified(package)
    step = begin(folder, "scorecards", moment, {"tenderers": [item.id for item, _ in pairs]})
    for assessor in panel.assessors:
        step.put(f"sent/scorecard-{assessor.id}.xlsx", write_book(scorecard_book(package, assessor, moment)))
    return step.finish()


def take_scorecards(folder: Folder, files: Sequence[Path], moment: datetime) -> tuple[Line, tuple[Finding, ...]]:
    """Read scorecards that came back. A later one of the same assessor replaces the earlier until consensus."""
    package = _package(folder)
    _need(package, "scorecards", "De scorekaarten zijn nog niet gemaakt.", "Maak ze met `procure-ai scorecards`.")
    _not_after(package, "consensus", "De individuele scores zijn bevroren: het overleg is begonnen.")
    panel = panel_of(package)
    return _take_each(
        folder, files, moment, "scorecard", panel, lambda assessor, content: _scores(package, assessor, content)[1]
    )


def _scores(package: Package, assessor: Assessor, content: bytes) -> tuple[tuple[Score, ...], tuple[Finding, ...]]:
    name = f"scorecard-{assessor.id}.xlsx"
    context = context_of(package, "scorecards")
    pairs = qualified(package)
    sent = scorecard_book(package, assessor)
    values, first = read_book(sent, content, name)
    made, more = scorecard_form.read(context, assessor, [item for item, _ in pairs], values, name)
    return made, (*first, *raise_errors(located(more, sent)))


@once
def scores(package: Package) -> tuple[Score, ...]:
    """Every individual score. Refused while a scorecard is missing."""
    panel = panel_of(package)
    missing = [item.name for item in panel.assessors if item.id not in _who(package, "scorecard-read")]
    if missing:
        raise refuse(
            "R135",
            f"De scorekaart van {', '.join(missing)} ontbreekt.",
            "Lees hem in met `procure-ai scorecards --read`.",
        )
    made: list[Score] = []
    for assessor in panel.assessors:
        content = package.folder.recorded(f"received/scorecard-{assessor.id}.xlsx", package.record)
        made.extend(_scores(package, assessor, content)[0])
    return tuple(made)


# --- consensus ------------------------------------------------------------------------------------


def send_consensus(folder: Folder, moment: datetime) -> Line:
    """Freeze the individual scores and write the workbook for the meeting."""
    package = _package(folder)
    _need(package, "scorecards", "De scorekaarten zijn nog niet gemaakt.", "Maak ze met `procure-ai scorecards`.")
    _not_after(package, "consensus", "De werkmap voor het overleg is al gemaakt.")
    given = scores(package)
    panel = panel_of(package)
    step = begin(folder, "consensus", moment, {"frozen": len(given)})
    for assessor in panel.assessors:
        name = f"received/scorecard-{assessor.id}.xlsx"
        step.take(name, package.folder.recorded(name, package.record))
    step.put("sent/consensus.xlsx", write_book(consensus_book(package, moment)))
    return step.finish()


def take_consensus(folder: Folder, files: Sequence[Path], moment: datetime) -> tuple[Line, tuple[Finding, ...]]:
    """Read what the committee adopted. From here on the quality is final."""
    package = _package(folder)
    _need(
        package, "consensus", "De werkmap voor het overleg is nog niet gemaakt.", "Maak hem met `procure-ai consensus`."
    )
    _not_after(package, "consensus-read", "De kwaliteit is al definitief.")
    content = _incoming(folder, files, {"consensus": "consensus.xlsx"})["consensus"]
    made, warnings = _consensus(package, content)
    step = begin(folder, "consensus-read", moment, {"final": len(made)})
    _store(step, folder, "consensus.xlsx", content)
    return step.finish(), warnings


def _consensus(package: Package, content: bytes) -> tuple[tuple[Consensus, ...], tuple[Finding, ...]]:
    context = context_of(package, "consensus")
    pairs = qualified(package)
    sent = consensus_book(package)
    values, first = read_book(sent, content, "consensus.xlsx")
    tenderers = [item for item, _ in pairs]
    made, more = consensus_form.read(context, tenderers, values, "consensus.xlsx", scores(package))
    return made, (*first, *raise_errors(located(more, sent)))


@once
def consensus(package: Package) -> tuple[Consensus, ...]:
    """What the committee adopted per tender and criterion. Refused while the quality is not final."""
    _need(
        package,
        "consensus-read",
        "De kwaliteit is nog niet definitief.",
        "Lees het overleg in met `procure-ai consensus --read`.",
    )
    return _consensus(package, package.folder.recorded("received/consensus.xlsx", package.record))[0]
