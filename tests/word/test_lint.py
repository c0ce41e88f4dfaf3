"""Each fault that validators miss, planted one at a time."""

from __future__ import annotations

import re

import pytest
from word_samples import TEMPLATE, change, contract, house_template, redline

from procure_ai.word import lint, write

DOCUMENT = write(contract(draft=True), template=TEMPLATE, pages={"_a_scope": "2"})


@pytest.mark.parametrize(
    "data",
    [DOCUMENT, write(contract()), write(redline()), write(contract(), template=house_template())],
    ids=["own template", "no template", "redline", "house template"],
)
def test_what_we_write_is_clean(data: bytes) -> None:
    assert lint(data) == ()


def _same_control(xml: str) -> str:
    first = re.findall(r'<w:id w:val="\d+"/>', xml)
    return xml.replace(first[1], first[0])


PLANTED = {
    "W101": _same_control,
    "W102": lambda xml: xml.replace('w:name="_a_retention"', 'w:name="_a_scope"'),
    "W103": lambda xml: xml.replace('<w:fldChar w:fldCharType="end"/>', "", 1),
    "W104": lambda xml: re.sub(r"<w:bookmarkEnd [^>]*/>", "", xml, count=1),
    "W105": lambda xml: xml.replace('<w:numId w:val="', '<w:numId w:val="99', 1),
    "W106": lambda xml: xml.replace('<w:tag w:val="scope', '<w:tag w:val="' + "x" * 65 + "scope", 1),
    "W107": lambda xml: xml.replace(r"REF _a_retention ", "REF _a_weg ", 1),
    "W113": lambda xml: xml.replace("<w:tblHeader/>", "", 1),
    "W114": lambda xml: re.sub(r"<w:tblDescription [^>]*/>", "", xml, count=1),
    "W115": lambda xml: xml.replace('w:pStyle w:val="Heading1"', 'w:pStyle w:val="Heading3"', 1),
}


@pytest.mark.parametrize("code", PLANTED)
def test_planted(code: str) -> None:
    assert code in {item.code for item in lint(change(DOCUMENT, "word/document.xml", PLANTED[code]))}


def test_properties() -> None:
    no_title = change(DOCUMENT, "docProps/core.xml", lambda xml: re.sub(r"<dc:title>.*?</dc:title>", "", xml))
    assert [item.code for item in lint(no_title)] == ["W112"]
    no_language = change(DOCUMENT, "word/styles.xml", lambda xml: re.sub(r"<w:lang [^>]*/>", "", xml))
    assert [item.code for item in lint(no_language)] == ["W111"]


def test_not_a_word_file() -> None:
    assert [item.code for item in lint(b"x")] == ["W001"]
