"""Tenders as they come in: always stored, then judged; read back only from what was recorded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from procure_ai.casefile import decisions
from procure_ai.casefile.books import read_book
from procure_ai.casefile.drafts import people
from procure_ai.casefile.folder import CASE, Folder, begin
from procure_ai.casefile.messages import found_as, refuse_as
from procure_ai.casefile.package import Package, once
from procure_ai.casefile.record import Line
from procure_ai.files.disk import read_bytes
from procure_ai.files.names import same_name
from procure_ai.findings import Finding, Place, Refused
from procure_ai.findings.messages import meant
from procure_ai.forms import answer_form, price_sheet
from procure_ai.forms.reading import located
from procure_ai.forms.records import TenderAnswers
from procure_ai.procedure.case import Case, Planning, Tenderer

FORM = "answer-form.xlsx"
_SAFE_NAME = re.compile(r"[^\W_][\w ()\[\].,&+'’-]*(?<![ .])")  # what every system can store
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(1, 10))}


@dataclass(frozen=True)
class Received:
    """What `receive` did: stored always, accepted or not, with the findings.

    `apart` says that an earlier tender of the same tenderer still counts, so that this one replaces nothing.
    """

    accepted: bool
    apart: bool
    files: Mapping[str, str]
    findings: tuple[Finding, ...]


def receive(
    folder: Folder, tenderer: str, files: tuple[Path, ...], moment: datetime, arrived: datetime | None = None
) -> Received:
    """Store the files of one tenderer as received, then check the answer form among them.

    `arrived` is when the platform received them, if that was not now: a vault opens after the deadline.
    Raises `Refused` when the step is out of order or the tenderer is not in procedure.yaml; defects in
    the form refuse acceptance, never storage. What has defects or came too late does not replace a tender
    that counts: it is kept beside it, in `later/`.
    """
    package = Package.of(folder)
    if package.record.last("requirements"):
        raise refuse_as("R130")
    case = people(folder)
    known = _tenderer(case, tenderer)
    contents = {path.name: read_bytes(path, str(path)) for path in files}
    if len({name.casefold() for name in contents}) != len(files):
        raise refuse_as("A310")
    for name in contents:
        if not _SAFE_NAME.fullmatch(name) or len(name) > 120 or name.split(".")[0].upper() in _RESERVED:
            raise refuse_as("A310/name", name=ascii(name)[1:-1])
    form_name = _form_name(contents)
    findings = _judge(package, known, case.tenderers, contents[form_name]) if form_name else (found_as("A311"),)
    early = _price_sheets(contents, form_name)
    findings = (*findings, *(found_as("A318", Place(name)) for name in early))
    if case.procedure != package.contract.procedure:
        findings = (*findings, found_as("P123", Place(CASE, key="procedure")))
    late = _late(package.contract.procedure.dates, arrived or moment)
    if late:
        findings = (*findings, found_as("A312", tenderer=tenderer))
    accepted = not any(item.is_error for item in findings)
    apart = decisions.counting(package.record, tenderer) is not None and (late or not accepted)
    step = begin(folder, "receive", moment, package.record)
    step.data.update(
        {
            "early_prices": list(early),
            "tenderer": known.model_dump(), "accepted": accepted, "late": late, "apart": apart,
            "findings": [item.as_dict() for item in findings],
        }
    )  # fmt: skip
    if arrived:
        step.data["arrived"] = arrived.isoformat(timespec="minutes")
    number = len(decisions.receipts(package.record, tenderer)) + 1
    base = f"tenders/{tenderer}/later/{number}" if apart else f"tenders/{tenderer}"
    if not apart:
        for name, content in _kept(package, tenderer).items():
            step.put(name, content)
        for name in _current(package, tenderer):
            step.drop(name)
    for name, content in contents.items():
        step.put(f"{base}/{FORM}" if name == form_name else f"{base}/annexes/{name}", content)
    line = step.finish()
    return Received(accepted, apart, line.files_out, tuple(item.in_file(f"{base}/{FORM}") for item in findings))


def _late(dates: Planning, came: datetime) -> bool:
    """Whether this moment, on the clock of the buyer, is after the deadline; without a time the whole day counts."""
    time = dates.tender_deadline_time
    return came.date() > dates.tender_deadline or (
        came.date() == dates.tender_deadline and time is not None and f"{came:%H:%M}" > time
    )


def _tenderer(case: Case, name: str) -> Tenderer:
    found = next((item for item in case.tenderers if item.id == name), None)
    if found is None:
        known = [item.id for item in case.tenderers]
        hint = meant(name, known, "Zet de inschrijver onder `tenderers` in procedure.yaml.")
        raise refuse_as("P120", Place("procedure.yaml", key="tenderers"), name=name, hint=hint)
    return found


def _form_name(contents: Mapping[str, bytes]) -> str:
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


def _judge(package: Package, tenderer: Tenderer, everyone: tuple[Tenderer, ...], content: bytes) -> tuple[Finding, ...]:
    try:
        answers, findings = _read(package, tenderer.id, content)
    except Refused as refused:
        return refused.findings
    stated = same_name(answers.stated_name)
    if stated != same_name(tenderer.name) and (other := [one for one in everyone if same_name(one.name) == stated]):
        words = {"stated_name": answers.stated_name, "name": tenderer.name, "tenderer": other[0].id}
        return (*findings, found_as("A319/form", Place(FORM), **words))
    if answers.stated_name and answers.stated_name.strip() != tenderer.name:
        findings = (*findings, found_as("A313", Place(FORM), stated_name=answers.stated_name, name=tenderer.name))
    return findings


def _read(package: Package, tenderer: str, content: bytes) -> tuple[TenderAnswers, tuple[Finding, ...]]:
    sent = package.answer_form
    values, first = read_book(sent, content, FORM)
    contract = package.contract
    answers, more = answer_form.read(
        package.context(), tenderer, values, contract.tenderer_fields, FORM, processing=contract.processing is not None
    )
    return answers, (*first, *located(more, sent))


def _in_place(package: Package, tenderer: str) -> tuple[int, Line] | None:
    """The receipt of which the files stand in the tenderer's own folder, with its number."""
    placed = [
        (number, line)
        for number, line in enumerate(decisions.receipts(package.record, tenderer), start=1)
        if not line.data["apart"]
    ]
    return placed[-1] if placed else None


def _current(package: Package, tenderer: str) -> list[str]:
    """The files in the tenderer's own folder."""
    placed = _in_place(package, tenderer)
    return [name for name in placed[1].files_out if "/earlier/" not in name] if placed else []


def _kept(package: Package, tenderer: str) -> dict[str, bytes]:
    """The files in the tenderer's own folder, moved aside and kept."""
    placed, prefix = _in_place(package, tenderer), f"tenders/{tenderer}/"
    number = placed[0] if placed else 0
    return {
        f"{prefix}earlier/{number}/{name.removeprefix(prefix)}": package.recorded(name)
        for name in _current(package, tenderer)
    }


def _form_of(package: Package, line: Line) -> str:
    """Where the answer form of this receipt stands now."""
    tenderer = line.data["tenderer"]["id"]
    number = decisions.receipts(package.record, tenderer).index(line) + 1
    placed = _in_place(package, tenderer)
    if line.data["apart"]:
        return f"tenders/{tenderer}/later/{number}/{FORM}"
    return (
        f"tenders/{tenderer}/{FORM}" if placed and placed[1] == line else f"tenders/{tenderer}/earlier/{number}/{FORM}"
    )


def not_accepted(package: Package) -> tuple[str, ...]:
    """Who sent something of which nothing was accepted: people decide what that means."""
    return tuple(
        sorted({line.data["tenderer"]["id"] for line in package.record.of("receive")} - set(accepted_lines(package)))
    )


def accepted_lines(package: Package) -> dict[str, Line]:
    """The `receive` that counts of each tenderer of whom a tender was accepted, in order of first receipt."""
    names = dict.fromkeys(line.data["tenderer"]["id"] for line in package.record.of("receive"))
    return {name: line for name in names if (line := decisions.counting(package.record, name))}


@once
def accepted(package: Package) -> dict[str, tuple[Tenderer, TenderAnswers]]:
    """Every accepted tender with its answers, read from the recorded files.

    Raises `Refused` when a file was changed since.
    """
    result: dict[str, tuple[Tenderer, TenderAnswers]] = {}
    for name, line in sorted(accepted_lines(package).items()):
        content = package.recorded(_form_of(package, line))
        answers, _ = _read(package, name, content)
        result[name] = (Tenderer(**line.data["tenderer"]), answers)
    return result
