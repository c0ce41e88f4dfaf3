"""What this computer has and lacks; and whether a Word or Excel file is sound."""

from __future__ import annotations

import locale
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import procure_ai
from procure_ai.casefile import data
from procure_ai.casefile.messages import found_as
from procure_ai.files import office
from procure_ai.files.disk import read_bytes
from procure_ai.findings import Finding, Place, Refused


def machine() -> Iterator[tuple[str, str]]:
    """What there is, one line each: name and state."""
    yield "procure-ai", procure_ai.__version__
    yield "Python", f"{platform.python_version()} op {platform.system()}"
    yield "Teksten", str(data.data_root())
    try:
        library, _ = data.library()
        yield "Bepalingen", f"{len(library.clauses)} bepalingen, {len(library.annexes)} bijlagen"
    except Refused as refused:
        yield "Bepalingen", f"{len(refused.findings)} fouten; zie procure-ai library check"
    found = office.soffice()
    yield "LibreOffice", found or "ontbreekt: geen pdf en odt, geen paginanummers in de inhoudsopgave, geen narekenen"
    yield "Scherm", f"codering {sys.stdout.encoding or 'onbekend'}, voorkeur {locale.getpreferredencoding(False)}"


def examine(path: Path) -> tuple[Finding, ...]:
    """The findings about one file: soundness and accessibility of Word, safety of Excel."""
    content = read_bytes(path, str(path))
    suffix = path.suffix.lower()
    try:
        if suffix == ".docx":
            from procure_ai import word
            from procure_ai.files.archive import open_archive

            open_archive(content, path.name, kind="docx")
            return tuple(item.in_file(path.name) for item in word.lint(content))
        if suffix == ".xlsx":
            from procure_ai import excel

            excel.read(content, path.name)
            return ()
    except Refused as refused:
        return refused.findings
    return (found_as("F050", Place(path.name), suffix=suffix or "onbekend"),)
