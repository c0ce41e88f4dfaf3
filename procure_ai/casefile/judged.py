"""What the committee is sent and what it sent back, rebuilt and read again from the frozen package and the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from procure_ai.casefile import decisions
from procure_ai.casefile.books import Findings, read_form
from procure_ai.casefile.folder import CASE
from procure_ai.casefile.messages import found_as, refuse_as
from procure_ai.casefile.package import Package, once
from procure_ai.casefile.record import Line
from procure_ai.casefile.tenders import accepted
from procure_ai.documents.tables import Workbook
from procure_ai.evaluation.model import Announced
from procure_ai.files.names import same_name
from procure_ai.findings import Place
from procure_ai.forms import consensus as consensus_form
from procure_ai.forms import declaration as declaration_form
from procure_ai.forms import requirements as requirements_form
from procure_ai.forms import scorecard as scorecard_form
from procure_ai.forms.context import CellInput, Context
from procure_ai.forms.ladder_sheet import verified_to
from procure_ai.forms.reading import Reader
from procure_ai.forms.records import Consensus, Declaration, Score, TenderAnswers, Verdict
from procure_ai.procedure.case import Assessor, Panel, Tenderer


def need(package: Package, step: str) -> Line:
    """The line of a step that must have been taken first, without a correction that is still to be read."""
    line = package.record.last(step)
    if line is None or decisions.reopened(package.record, step):
        raise refuse_as(f"R131/{step}")
    return line


def all_returned(package: Package, name: str, code: str, people: Sequence[Assessor]) -> dict[Assessor, bytes]:
    """The recorded workbook of each of these. Refused with this code while one is missing."""
    there = {who for line in package.record.of(f"{name}-read") for who in line.data["assessors"]}
    missing = [item.name for item in people if item.id not in there]
    if missing:
        raise refuse_as(code, missing=", ".join(missing))
    return {item: package.recorded(f"received/{name}-{item.id}.xlsx") for item in people}


def free_of_interest(package: Package, people: Sequence[Assessor]) -> None:
    """Refuse (R133, R134) while one of these has not declared to have no interest."""
    for person, content in all_returned(package, "declaration", "R133", people).items():
        made, _ = read_declaration(package, person, content)
        if made is None or not made.free:
            raise refuse_as("R134", name=person.name, member=person.id)


def _context(package: Package, step: str, moment: datetime | None = None) -> Context:
    """The context of a step's forms: of the moment it was taken, or of now when it is being taken."""
    line = package.record.last(step)
    if line is not None:
        return package.context(line.previous, line.date)
    return package.context(package.record.head, moment.date().isoformat() if moment else "")


def requirements_book(package: Package, moment: datetime | None = None) -> Workbook:
    """The workbook for the minimum requirements."""
    context = _context(package, "requirements", moment)
    return requirements_form.build(context, package.page("requirements-form.md"), taking_part(package, "requirements"))


def declaration_book(package: Package, assessor: Assessor, moment: datetime | None = None) -> Workbook:
    """The declaration of one assessor."""
    context = _context(package, "declarations", moment)
    return declaration_form.build(context, package.page("declaration.md"), assessor, tenderers(package, "declarations"))


def scorecard_book(package: Package, assessor: Assessor, moment: datetime | None = None) -> Workbook:
    """The scorecard of one assessor."""
    context = _context(package, "scorecards", moment)
    return scorecard_form.build(context, package.page("scorecard.md"), assessor, qualified(package, "scorecards"))


def consensus_book(package: Package, moment: datetime | None = None) -> Workbook:
    """The workbook for the meeting, with the frozen scores."""
    context, assessors = _context(package, "consensus", moment), panel_of(package).assessors
    tenders = qualified(package, "consensus")
    page, reach = package.page("consensus.md"), verified(package)
    return consensus_form.build(context, page, assessors, tenders, scores(package), known(package), verified=reach)


def read_verdicts(package: Package, content: bytes) -> tuple[tuple[Verdict, ...], Findings]:
    """The verdicts in a returned workbook."""
    context, name = _context(package, "requirements"), "requirements.xlsx"
    pairs = taking_part(package, "requirements-read")
    return read_form(
        requirements_book(package), content, name,
        lambda values: requirements_form.read(context, pairs, values, name),
    )  # fmt: skip


@once
def verdicts(package: Package) -> tuple[Verdict, ...]:
    """The recorded verdicts on the minimum requirements."""
    need(package, "requirements-read")
    return read_verdicts(package, package.recorded("received/requirements.xlsx"))[0]


def failing(made: Iterable[Verdict]) -> set[str]:
    """The tenderers that miss a requirement."""
    return {item.tenderer for item in made if item.verdict != "pass"}


def taking_part(package: Package, step: str = "") -> list[tuple[Tenderer, TenderAnswers]]:
    """The accepted tenders that people did not set aside, by id; as it was when `step` was taken."""
    out = decisions.set_aside(package.record, step)
    return [pair for name, pair in accepted(package).items() if name not in out]


def qualified(package: Package, step: str = "") -> list[tuple[Tenderer, TenderAnswers]]:
    """The tenders of `taking_part` that meet every minimum requirement, by id."""
    made = verdicts(package)
    passed = {item.tenderer for item in made} - failing(made)
    return [pair for pair in taking_part(package, step) if pair[0].id in passed]


def some_left(package: Package) -> None:
    """Refuse (R140) the next step when no tender is left to go on with."""
    if not qualified(package):
        raise refuse_as("R140")


def tenderers(package: Package, step: str = "") -> list[Tenderer]:
    """The tenderers of `qualified`."""
    return [item for item, _ in qualified(package, step)]


@once
def panel_of(package: Package) -> Panel:
    """The committee as it was frozen when the declarations went out, with the members that people replaced."""
    data = need(package, "declarations").data["panel"]
    instead = {
        line.data["member"]: line.data["replacement"] for line in decisions.decided(package.record, "member-replaced")
    }

    def now(person: dict[str, str]) -> Assessor:
        while person["id"] in instead:  # a replacement may be replaced as well
            person = instead[person["id"]]
        return Assessor(**person)

    return Panel(
        chair=data["chair"],
        assessors=tuple(map(now, data["assessors"])),
        price_openers=tuple(data["price_openers"]),
        raters=tuple(map(now, data["raters"])),
    )


@once
def results(package: Package) -> dict[tuple[str, str], Decimal]:
    """The result in percent by tenderer and criterion, as recorded; empty where nothing is rated."""
    return {
        (tenderer, line.data["criterion"]): Decimal(result)
        for line in package.record.of("measure-read")
        for tenderer, result in line.data["results"].items()
    }


def known(package: Package) -> dict[tuple[str, str], Decimal]:
    """What is known before the meeting: the results, and the grades that tenderers chose themselves."""
    chosen = {
        (tenderer.id, item.id): rung.grade
        for tenderer, answers in qualified(package)
        for item in package.model.criteria
        if item.choice and (rung := item.chosen(answers.criteria[item.id].choice))
    }
    return {**chosen, **results(package)}


def raters(panel: Panel, item: Announced) -> tuple[Assessor, ...]:
    """Who rate the answers of a measured criterion. Refused (R198) when they are not as many as was announced."""
    assert item.measured is not None
    found, announced = panel.raters or panel.assessors, item.measured.test.raters
    if len(found) != announced:
        raise refuse_as("R198/raters", Place(CASE, key="panel/raters"), announced=announced, found=len(found))
    return found


def need_results(package: Package) -> None:
    """Refuse (R131) the meeting while a result of a rated criterion is missing."""
    found = results(package)
    for item in package.model.rated:
        if missing := [one.name for one in tenderers(package) if (one.id, item.id) not in found]:
            raise refuse_as("R131/measure-read", item=item.title, names=", ".join(missing))


def read_declaration(package: Package, assessor: Assessor, content: bytes) -> tuple[Declaration | None, Findings]:
    """The declaration in a returned workbook. One that somebody else signed is a warning (A313)."""
    context, name = _context(package, "declarations"), f"declaration-{assessor.id}.xlsx"
    made, findings = read_form(
        declaration_book(package, assessor), content, name,
        lambda values: declaration_form.read(context, assessor, values, name),
    )  # fmt: skip
    if made and same_name(made.signed_by) != same_name(assessor.name):
        other = found_as("A313/declaration", Place(name), name=assessor.name, stated_name=made.signed_by)
        findings = (*findings, other)
    return made, findings


Card = tuple[tuple[Score, ...], dict[tuple[str, str, str], Decimal]]
"""The scores on one scorecard, and how far the evidence reaches that was verified (`consensus_sheet.Verified`)."""


def read_scores(package: Package, assessor: Assessor, content: bytes) -> tuple[Card, Findings]:
    """What a returned scorecard says."""
    context, name = _context(package, "scorecards"), f"scorecard-{assessor.id}.xlsx"
    graded = tenderers(package, "consensus")

    def read(values: Mapping[str, CellInput]) -> tuple[Card, Findings]:
        made, found = scorecard_form.read(context, assessor, graded, values, name)
        form = Reader(values, name)
        pairs = [(tenderer, item) for tenderer in graded for item in package.model.criteria]
        reach = {(one.id, item.id, assessor.id): verified_to(form, item, (one.id, item.id)) for one, item in pairs}
        return (made, {key: grade for key, grade in reach.items() if grade is not None}), found

    return read_form(scorecard_book(package, assessor), content, name, read)


@once
def _cards(package: Package) -> tuple[Card, ...]:
    returned = all_returned(package, "scorecard", "R135", panel_of(package).assessors)
    return tuple(read_scores(package, assessor, content)[0] for assessor, content in returned.items())


def scores(package: Package) -> tuple[Score, ...]:
    """Every individual score. Refused while a scorecard is missing."""
    return tuple(score for made, _ in _cards(package) for score in made)


def verified(package: Package) -> dict[tuple[str, str, str], Decimal]:
    """How far the evidence reaches that assessors verified. Refused while a scorecard is missing."""
    return {key: grade for _, reach in _cards(package) for key, grade in reach.items()}


def read_consensus(package: Package, content: bytes) -> tuple[tuple[Consensus, ...], Findings]:
    """What a returned workbook of the meeting says."""
    context, name = _context(package, "consensus"), "consensus.xlsx"
    here = tenderers(package, "consensus-read")
    sent = {line.data["tenderer"]["id"]: Tenderer(**line.data["tenderer"]) for line in package.record.of("receive")}
    others = [tenderer for tenderer in sent.values() if tenderer not in here]
    return read_form(
        consensus_book(package), content, name,
        lambda values: consensus_form.read(
            context, here, values, name, scores(package), known(package), others=others, verified=verified(package)
        ),
    )  # fmt: skip


@once
def consensus(package: Package) -> tuple[Consensus, ...]:
    """What the committee adopted per tender and criterion. Refused while the quality is not final."""
    need(package, "consensus-read")
    return read_consensus(package, package.recorded("received/consensus.xlsx"))[0]
