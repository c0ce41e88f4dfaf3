"""The annex as a file: in any format, for the buyer's house style, or filled for the winner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from procure_ai.casefile import data, drafts
from procure_ai.casefile.folder import CASE, Folder
from procure_ai.casefile.messages import refuse_as
from procure_ai.casefile.package import Package
from procure_ai.documents.dutch import number_text
from procure_ai.documents.html import to_html
from procure_ai.documents.markdown import to_markdown
from procure_ai.documents.tree import Document
from procure_ai.drafting.contract import award
from procure_ai.drafting.messages import found_as
from procure_ai.files.disk import read_bytes, write_atomic
from procure_ai.findings import Finding, Place, Refused, raise_errors, refuse


@dataclass(frozen=True)
class Annex:
    """The annex in each format, with warnings and a note on what could not be done."""

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...]
    note: str = ""


def annex(
    folder: Folder,
    *,
    tenderer: str | None,
    template: Path | None,
    formats: tuple[str, ...],
    allow_errors: bool,
    processing: bool = False,
) -> Annex:
    """The annex in these formats, or (`processing`) the annexes of the data-processing agreement.

    With `tenderer`, the frozen ones filled with that tenderer's data. Raises `Refused` on errors (unless
    `allow_errors`), D160 when there is no data-processing agreement, W-findings about the template, and W120 when a
    format needs LibreOffice and it is absent.
    """
    house = _template(template)
    findings: tuple[Finding, ...] = ()
    document: Document | None
    if tenderer:
        document = _awarded(folder, tenderer, processing=processing)
    else:
        made = drafts.draw_up(folder)
        found = (*made.findings, *(drafts.processing_findings(made) if processing else ()))
        findings = found if allow_errors else raise_errors(found)
        document = drafts.processing_annexes(made) if processing else made.contract.document
    if document is None:
        raise Refused([found_as("D160/absent", Place(CASE))])
    return _files(document, house, formats, findings)


def base_name(folder: Folder, tenderer: str | None, *, processing: bool = False) -> str:
    """What the file is called, by kind of contract and tenderer. Raises `Refused` when the case is not readable."""
    if tenderer or processing:
        name = "Verwerkersovereenkomst-bijlagen" if processing else "AI-bijlage"
        return f"{name}-{tenderer}" if tenderer else name
    return data.library()[0].kinds[drafts.people(folder).contract.kind].name


def _template(path: Path | None) -> bytes | None:
    if path is None:
        return None
    from procure_ai import word
    from procure_ai.files.archive import open_archive

    content = read_bytes(path, str(path))
    open_archive(content, path.name, kind="docx")
    try:
        raise_errors(word.check_template(content, path.name))
        word.write(Document("Proef", ()), template=content)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        # What python-docx raises on parts that are not what their name says.
        raise refuse(
            "W001", "Dit sjabloon is beschadigd.", "Open het in Word, sla het op als .docx en probeer het opnieuw.",
            place=Place(path.name),
        ) from None  # fmt: skip
    return content


def _awarded(folder: Folder, tenderer: str, *, processing: bool) -> Document | None:
    """The published document with the fields that the tenderer filled in its answer form."""
    from procure_ai.casefile import judged, tenders

    package = Package.of(folder)
    tender = tenders.accepted(package)
    if tenderer not in tender:
        raise refuse_as("R123", tenderer=tenderer, tender=", ".join(tender) or "geen enkele")
    known, answers = tender[tenderer]
    values = {
        **answers.fields,
        "supplier.name": known.name,
        "supplier.address": ", ".join(part for part in (known.address, known.place) if part),
        "supplier.registration": known.registration,
        "supplier.contact": known.contact,
        "supplier.representative": answers.signed_by,
    }
    if package.record.last("consensus-read"):
        for one in judged.consensus(package):
            if one.tenderer == tenderer and one.result is not None:
                values[f"measured.{one.criterion}"] = f"{number_text(one.result)}%"
    for item in package.model.criteria:
        if item.choice and (rung := item.chosen(answers.criteria[item.id].choice)):
            values[f"promise.{item.id}"] = rung.when
    document = package.contract.processing_tree() if processing else package.contract.tree
    return document and award(document, values, version=f"{package.version}, gevuld voor {known.name}")


def _files(document: Document, house: bytes | None, formats: tuple[str, ...], findings: tuple[Finding, ...]) -> Annex:
    from procure_ai.files import office

    files: dict[str, bytes] = {}
    note = ""
    for name in formats:
        if name == "docx":
            files[name], counted = drafts.annex(document, house)
            if not counted:
                note = "LibreOffice ontbreekt: de inhoudsopgave heeft daarom geen paginanummers."
        elif name == "md":
            files[name] = to_markdown(document).encode()
        elif name == "html":
            files[name] = to_html(document).encode()
        elif not office.available():
            raise refuse_as("W120", name=name)
        else:
            files[name] = office.convert(drafts.annex(document, house, live=False)[0], ".docx", name)
    return Annex(files, findings, note)


def save(files: Mapping[Path, bytes]) -> None:
    """Write the files, each whole or not at all."""
    for path, content in files.items():
        write_atomic(path, content, str(path))
