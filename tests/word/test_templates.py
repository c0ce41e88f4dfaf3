"""A buyer's template: matched by internal name, completed, kept, and refused when unsafe."""

from __future__ import annotations

import re

import pytest
from word_read_back import read_text
from word_samples import TEMPLATE, body, change, contract, house_template, unzip

from procure_ai.files.zips import pack
from procure_ai.findings import Refused
from procure_ai.word import check_template, write


@pytest.mark.parametrize("dutch_names", [False, True])
def test_house_template(dutch_names: bool) -> None:
    data = write(contract(draft=True), template=house_template(dutch_names=dutch_names))
    ours = read_text(write(contract(), template=TEMPLATE))
    assert [(line.number, line.text) for line in read_text(data)] == [(line.number, line.text) for line in ours]
    xml = body(data)
    assert 'w:pStyle w:val="Kop1"' in xml
    assert 'w:pStyle w:val="Kop2"' in xml
    assert "Voorbeeldtekst" not in xml
    parts = {name: part.decode() for name, part in unzip(data).items()}
    assert "template.main" not in parts["[Content_Types].xml"]
    assert "Gemeente Testdam" in parts["word/header1.xml"]
    assert "CONCEPT" in parts["word/header1.xml"]
    assert parts["word/footer1.xml"].count("PAGE ") == 1  # theirs stays, ours is not added
    assert "NUMPAGES" not in parts["word/footer1.xml"]
    assert "headerReference" in xml  # inherited from the first section


def test_a_style_based_on_the_article_heading_does_not_count() -> None:
    styles = unzip(write(contract(), template=house_template()))["word/styles.xml"].decode()
    block = re.search(r'w:styleId="Blok".*?</w:style>', styles)
    assert block
    assert '<w:numId w:val="0"/>' in block[0]


def test_our_lists_stand_in_order_next_to_theirs() -> None:
    numbering = unzip(write(contract(), template=house_template()))["word/numbering.xml"].decode()
    kinds = re.findall(r"<w:(abstractNum|num) ", numbering)
    assert kinds == sorted(kinds)
    numbers = re.findall(r'<w:num w:numId="(\d+)"', numbering)
    assert len(numbers) == len(set(numbers))
    assert '"H%1"' in numbering


def test_first_and_even_pages_carry_the_mark() -> None:
    data = change(TEMPLATE, "word/document.xml", lambda xml: xml.replace("</w:sectPr>", "<w:titlePg/></w:sectPr>"))
    data = change(
        data, "word/settings.xml", lambda xml: xml.replace("<w:autoHyph", "<w:evenAndOddHeaders/><w:autoHyph")
    )
    parts = unzip(write(contract(draft=True), template=data))
    headers = [part.decode() for name, part in parts.items() if re.fullmatch(r"word/header\d*\.xml", name)]
    assert len(headers) == 3
    assert all("CONCEPT" in header for header in headers)


def test_check_reports_what_is_added_and_lost() -> None:
    found = {item.code: item for item in check_template(house_template(), "huis.dotx")}
    assert set(found) == {"W003", "W004"}
    assert "Lid, Onderdeel, Subonderdeel, Waarschuwing" in found["W003"].message
    assert not any(item.is_error for item in found.values())
    assert check_template(TEMPLATE, "contract.docx") == ()


def test_ids_of_the_template_are_escaped() -> None:
    odd = 'w:val="K&quot;&lt;1>"'
    data = change(
        TEMPLATE,
        "word/styles.xml",
        lambda xml: xml.replace('w:val="Heading1"', odd).replace('styleId="Heading1"', f"styleId={odd[6:]}"),
    )
    written = write(contract(), template=data)
    assert [line.style for line in read_text(written) if line.text == "Algemeen"] == ["toc 1", "heading 1"]


def test_links_to_elsewhere_are_reported() -> None:
    relation = (
        '<Relationship Id="rId77" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"'
        ' Target="https://voorbeeld.nl/logo.png" TargetMode="External"/></Relationships>'
    )
    data = change(TEMPLATE, "word/_rels/document.xml.rels", lambda xml: xml.replace("</Relationships>", relation))
    assert [item.code for item in check_template(data, "x.docx")] == ["W005"]


def _macro() -> bytes:
    return pack({**unzip(TEMPLATE), "word/vbaProject.bin": b"x"})


def _entity() -> bytes:
    return change(
        TEMPLATE, "word/styles.xml", lambda xml: xml.replace("<w:styles", '<!DOCTYPE x [<!ENTITY a "b">]><w:styles')
    )


def _workbook() -> bytes:
    return pack({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"})


def _broken() -> bytes:
    parts = unzip(TEMPLATE)
    parts["word/styles.xml"] = b"<w:styles"
    return pack(parts)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (TEMPLATE, "x.docm", "W002"),
        (_macro(), "x.docx", "W002"),
        (_entity(), "x.docx", "W001"),
        (_workbook(), "x.docx", "W001"),
        (_broken(), "x.docx", "W001"),
        (b"%PDF-1.7", "x.docx", "W001"),
        (TEMPLATE[:500], "x.docx", "W001"),
        (b"", "x.docx", "W001"),
    ],
)
def test_refused(data: bytes, name: str, code: str) -> None:
    found = check_template(data, name)
    assert [item.code for item in found] == [code]
    assert found[0].place.file == name
    if not name.endswith("m"):
        with pytest.raises(Refused):
            write(contract(), template=data)


def test_the_template_in_the_repository_is_what_the_script_makes() -> None:
    import importlib.util

    from word_samples import ROOT

    spec = importlib.util.spec_from_file_location("make_template", ROOT / "scripts" / "make_template.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert {name: text.encode() for name, text in module.parts().items()} == unzip(TEMPLATE)
