"""Tenders as they come in: always stored, then judged; read back only from what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from procure_ai.casefile.books import read_book
from procure_ai.casefile.drafts import people
from procure_ai.casefile.folder import Folder, begin
from procure_ai.casefile.package import Package, once
from procure_ai.casefile.record import Line
from procure_ai.documents.tables import Workbook
from procure_ai.files.disk import read_bytes
from procure_ai.findings import Finding, Place, Refused, Severity, nearest, refuse
from procure_ai.forms import answer_form, price_sheet
from procure_ai.forms.reading import located
from procure_ai.forms.records import TenderAnswers
from procure_ai.procedure.case import Tenderer

FORM = "answer-form.xlsx"


@dataclass(frozen=True)
class Received:
    """What `receive` did: stored always, accepted or not, with the findings."""

    accepted: bool
    files: Mapping[str, str]
    findings: tuple[Finding, ...]


@once
def sent_form(package: Package) -> Workbook:
    """The answer form as it was published, rebuilt from the package."""
    line = package.record.last("publish")
    assert line is not None
    context = package.context(line.previous, line.date)
    return answer_form.build(
        context, package.page("answer-form.md"), package.contract.tenderer_fields(), package.annex_titles()
    )


def receive(folder: Folder, tenderer: str, files: tuple[Path, ...], moment: datetime) -> Received:
    """Store the files of one tenderer as received, then check the answer form among them.

    Raises `Refused` when the step is out of order or the tenderer is not in procedure.yaml; defects in
    the form refuse acceptance, never storage.
    """
    package = Package(folder, folder.record())
    if package.record.last("requirements"):
        raise refuse(
            "R130",
            "De inschrijvingen zijn gesloten: de beoordeling van de minimumeisen is al begonnen.",
            "Bewaar het bestand apart en leg het voor aan de voorzitter.",
        )
    known = _tenderer(folder, tenderer)
    contents = {path.name: read_bytes(path, str(path)) for path in files}
    if len(contents) != len(files):
        raise refuse("A310", "Twee bestanden hebben dezelfde naam.", "Geef elk bestand een eigen naam.")
    form_name = _form_name(contents, package)
    findings = _judge(package, known, contents[form_name]) if form_name else _no_form()
    early = _price_sheets(contents, form_name)
    findings = (*findings, *(_early(name) for name in early))
    late = moment.date() > package.contract.procedure.planning.tender_deadline
    if late:
        findings = (*findings, _late(tenderer))
    accepted = not any(item.is_error for item in findings)
    step = begin(folder, "receive", moment)
    step.data.update(
        {
            "early_prices": list(early),
            "tenderer": known.model_dump(), "accepted": accepted, "late": late,
            "findings": [item.as_dict() for item in findings],
        }
    )  # fmt: skip
    for name, content in _kept(folder, package, tenderer).items():
        step.put(name, content)
    for name, content in contents.items():
        target = f"tenders/{tenderer}/{FORM}" if name == form_name else f"tenders/{tenderer}/annexes/{name}"
        step.put(target, content)
    line = step.finish()
    return Received(accepted, line.files_out, tuple(item.in_file(f"tenders/{tenderer}/{FORM}") for item in findings))


def _tenderer(folder: Folder, name: str) -> Tenderer:
    case = people(folder)
    found = next((item for item in case.tenderers if item.id == name), None)
    if found is None:
        near = nearest(name, [item.id for item in case.tenderers])
        hint = f"Bedoelde u `{near}`?" if near else "Zet de inschrijver onder `tenderers` in procedure.yaml."
        raise refuse(
            "P120",
            f"De inschrijver `{name}` staat niet in procedure.yaml.",
            hint,
            place=Place("procedure.yaml", key="tenderers"),
        )
    return found


def _form_name(contents: Mapping[str, bytes], package: Package) -> str:
    """Which of the files is the answer form: by its name, else the only workbook."""
    if FORM in contents:
        return FORM
    books = [name for name in contents if name.lower().endswith((".xlsx", ".xlsm", ".xls"))]
    return books[0] if len(books) == 1 else ""


def _price_sheets(contents: Mapping[str, bytes], form: str) -> tuple[str, ...]:
    """Files that are our price sheet: prices that came before the quality is final."""
    from procure_ai import excel

    found: list[str] = []
    for name, content in contents.items():
        if name != form and name.lower().endswith(".xlsx"):
            read = excel.read_many([(name, content)])[0]
            if not isinstance(read, Refused) and read.identity.get("form") == price_sheet.FORM:
                found.append(name)
    return tuple(found)


def _early(name: str) -> Finding:
    return Finding(
        Place(name),
        "A318",
        "Dit is een prijsblad: de prijzen zijn er vóór de kwaliteit definitief is.",
        "Het is bewaard en vastgelegd. Houd het bij de beoordelaars weg; mensen beslissen wat dit betekent.",
        Severity.WARNING,
    )


def _no_form() -> tuple[Finding, ...]:
    return (Finding(Place(), "A311", "Er zit geen antwoordformulier bij.", f"Stuur het ingevulde {FORM} mee."),)


def _late(tenderer: str) -> Finding:
    return Finding(
        Place(),
        "A312",
        f"De inschrijving van `{tenderer}` is na de sluitingsdatum ontvangen.",
        "Mensen beslissen of zij meedoet; leg die beslissing vast.",
        Severity.WARNING,
    )


def _judge(package: Package, tenderer: Tenderer, content: bytes) -> tuple[Finding, ...]:
    try:
        answers, findings = _read(package, tenderer.id, content)
    except Refused as refused:
        return refused.findings
    if answers.stated_name and answers.stated_name.strip() != tenderer.name:
        findings = (
            *findings,
            Finding(
                Place(FORM),
                "A313",
                f"In het formulier staat de naam `{answers.stated_name}`, niet `{tenderer.name}`.",
                "Controleer of dit het formulier van deze inschrijver is.",
                Severity.WARNING,
            ),
        )
    return findings


def _read(package: Package, tenderer: str, content: bytes) -> tuple[TenderAnswers, tuple[Finding, ...]]:
    sent = sent_form(package)
    values, first = read_book(sent, content, FORM)
    answers, more = answer_form.read(package.context(), tenderer, values, package.contract.tenderer_fields(), FORM)
    return answers, (*first, *located(more, sent))


def _kept(folder: Folder, package: Package, tenderer: str) -> dict[str, bytes]:
    """An earlier version of this tenderer's files, moved aside and kept."""
    earlier = [line for line in package.record.of("receive") if line.data["tenderer"]["id"] == tenderer]
    if not earlier:
        return {}
    number = len(earlier)
    prefix = f"tenders/{tenderer}/"
    return {
        f"{prefix}earlier/{number}/{name.removeprefix(prefix)}": folder.recorded(name, package.record)
        for name in earlier[-1].files_out
        if "/earlier/" not in name
    }


def accepted_lines(package: Package) -> dict[str, Line]:
    """The last `receive` of each tenderer whose tender was accepted, in order of receipt."""
    last: dict[str, Line] = {}
    for line in package.record.of("receive"):
        last[line.data["tenderer"]["id"]] = line
    return {name: line for name, line in last.items() if line.data["accepted"]}


@once
def accepted(package: Package) -> dict[str, tuple[Tenderer, TenderAnswers]]:
    """Every accepted tender with its answers, read from the recorded files.

    Raises `Refused` when a file was changed since.
    """
    result: dict[str, tuple[Tenderer, TenderAnswers]] = {}
    for name, line in sorted(accepted_lines(package).items()):
        content = package.folder.recorded(f"tenders/{name}/{FORM}", package.record)
        answers, _ = _read(package, name, content)
        result[name] = (Tenderer(**line.data["tenderer"]), answers)
    return result
