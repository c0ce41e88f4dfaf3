"""Other programs as judges: LibreOffice recalculates our references, two validators read our files."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from word_read_back import Line, read_text
from word_samples import TEMPLATE, body, change, contract, house_template, redline

from procure_ai.files import office
from procure_ai.findings import Refused
from procure_ai.word import page_numbers, write
from procure_ai.word.pages import destinations


def _words(text: str) -> str:
    return " ".join(text.split())


def disagreements(lines: list[Line], pdf_text: str) -> list[str]:
    """The paragraphs whose number and text do not stand so in the PDF.

    LibreOffice ignores the switch for lower case, so only *Artikel 7* against *artikel 7* is forgiven.
    """
    page = _words(re.sub(r"\b(Artikel|Bijlage)\b", lambda found: found[0].lower(), pdf_text))
    wrong = []
    for line in lines:
        shown = _words(f"{line.number} {line.text}")
        if re.sub(r"\b(Artikel|Bijlage)\b", lambda found: found[0].lower(), shown) not in page:
            wrong.append(shown)
    return wrong


@pytest.mark.office
def test_references_agree_with_libreoffice_and_a_planted_one_is_caught(pdf_text: Callable[[bytes], str]) -> None:
    data = write(contract(), template=TEMPLATE)
    stored = r'(REF _m_scope__this .*?separate"/></w:r><w:r><w:t xml:space="preserve">)b<'
    planted = change(data, "word/document.xml", lambda xml: re.sub(stored, r"\1q<", xml, count=1))
    assert planted != data
    text = pdf_text(office.convert(planted, ".docx", "pdf"))
    # LibreOffice counted again: what we meant stands there, and what was planted does not.
    lines = [line for line in read_text(data) if not line.style.startswith("toc")]
    assert disagreements(lines, text) == []
    assert disagreements(read_text(planted), text) == ["1.3 Zie artikel 1.2 en artikel 1.2, onder q en verder."]


@pytest.mark.office
def test_page_numbers_fill_the_contents() -> None:
    data = write(contract(), template=TEMPLATE)
    pages = page_numbers(data)
    assert pages is not None
    assert pages["_a_scope"] == "2"
    assert pages["_a_annex_retention"] == "3"
    again = write(contract(), template=TEMPLATE, pages=pages)
    assert "Bijlage 1\tBewaartermijnen\t3" in [line.text for line in read_text(again)]


@pytest.mark.office
def test_a_pdf_for_readers(pdf_text: Callable[[bytes], str]) -> None:
    """Plain references keep their lower case; the PDF is tagged and has the document's title."""
    pdf = office.convert(write(contract(draft=True), template=TEMPLATE, live=False), ".docx", "pdf")
    text = _words(pdf_text(pdf))
    assert "anders artikel 2." in text
    assert "Pagina 2 van 3" in text
    assert text.count("CONCEPT") >= 3
    assert b"/MarkInfo" in pdf
    assert b"/Lang" in pdf


def test_page_numbers_without_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "soffice", lambda: None)
    assert page_numbers(b"x") is None
    with pytest.raises(Refused, match="F070"):
        office.convert(b"x", ".docx", "pdf")


def test_conversion_only_between_known_formats() -> None:
    for suffix, to in ((".exe", "pdf"), (".docx", "pdf --x")):
        with pytest.raises((ValueError, Refused)):
            office.convert(b"x", suffix, to)


def test_a_program_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if not shutil.which("sleep"):
        pytest.fail("this test needs the program sleep")
    script = tmp_path / "soffice"
    script.write_text("#!/bin/sh\nsleep 30\n")
    script.chmod(0o755)
    monkeypatch.setattr(office, "soffice", lambda: str(script))
    monkeypatch.setattr(office, "TIMEOUT", 0.2)
    with pytest.raises(Refused, match="F072"):
        office.convert(b"x", ".docx", "pdf")


def test_destinations_of_packed_objects() -> None:
    """Newer versions of LibreOffice compress the objects of a PDF."""
    import zlib

    first = "2 0 3 {} 4 {} ".format
    objects = ["<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>", "<</Type/Page/Parent 2 0 R>>", "<</Type/Page>>"]
    places = (len(objects[0]), len(objects[0]) + len(objects[1]))
    head = first(*places)
    packed = zlib.compress((head + "".join(objects)).encode())
    pdf = (
        f"%PDF-1.7\n9 0 obj\n<</Type/ObjStm/N 3/First {len(head)}/Length {len(packed)}>>\nstream\n".encode()
        + packed
        + b"\nendstream\nendobj\n7 0 obj\n<</5Fa5Fone[4 0 R/XYZ 1 2 0]/Dest[3 0 R/XYZ 1 2 0]>>\nendobj\n"
    )
    assert destinations(pdf) == {"_a_one": "2"}


FILES = {
    "own": lambda: write(contract(draft=True), template=TEMPLATE, pages={"_a_scope": "2"}),
    "house": lambda: write(contract(draft=True), template=house_template()),
    "blank": lambda: write(contract(draft=True)),
    "redline": lambda: write(redline(), template=TEMPLATE),
    "template": lambda: TEMPLATE,
}


@pytest.mark.validators
@pytest.mark.parametrize("name", FILES)
def test_validators_find_nothing(name: str, tmp_path: Path) -> None:
    from openxml_audit import OpenXmlValidator

    path = tmp_path / f"{name}.docx"
    path.write_bytes(FILES[name]())
    result = OpenXmlValidator().validate(str(path))
    assert [str(error) for error in result.errors] == []
    program = shutil.which("ooxml-validator")
    if program is None:
        pytest.fail("ooxml-validator is not on the path")
    ran = subprocess.run([program, str(path)], capture_output=True, check=False)
    assert json.loads(ran.stdout)["errors"] == []


def test_body_has_no_paths(tmp_path: Path) -> None:
    assert str(tmp_path.parent) not in body(FILES["own"]())
