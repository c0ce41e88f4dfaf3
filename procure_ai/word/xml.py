"""Small pieces of WordprocessingML as strings, and reading values back.

The body is built as text and never parsed again: setting styles through an object model costs four
fifths of the time of a contract.
"""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
AUTHOR = "procure-ai"

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LAYOUT = re.compile("([\n\t])")
_LAYOUT_ELEMENTS = {"\n": "<w:br/>", "\t": "<w:tab/>"}


def tag(name: str) -> str:
    """The name of a `w:` element as lxml spells it."""
    return f"{{{W}}}{name}"


def value(root: Any, *path: str) -> str:
    """The `w:val` of the element at this path, empty when there is none."""
    found = root.find("/".join(map(tag, path)))
    return "" if found is None else found.get(tag("val")) or ""


def parse_part(data: bytes) -> Any:
    """The root of an XML part, parsed without entities or network."""
    return etree.fromstring(data, _PARSER)


def elements(xml: str) -> list[Any]:
    """XML that we wrote, as elements to put in a part."""
    return list(etree.fromstring(f"<w:part {NAMESPACES}>{xml}</w:part>"))


def clean(text: str) -> str:
    """The text without characters that XML forbids, and with one kind of line end."""
    return _FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def attribute(text: str) -> str:
    """Text for between the double quotes of an attribute, on one line."""
    return escape(" ".join(clean(text).split()), {'"': "&quot;"})


def run(text: str, properties: str = "", element: str = "t") -> str:
    """A run of text with these run properties; line ends and tabs become their own elements."""
    text = clean(text)
    start, end = f'<w:{element} xml:space="preserve">', f"</w:{element}>"
    content = start + escape(text) + end
    if "\n" in text or "\t" in text:
        parts = [part for part in _LAYOUT.split(text) if part]
        content = "".join([_LAYOUT_ELEMENTS.get(part) or start + escape(part) + end for part in parts])
    return f"<w:r><w:rPr>{properties}</w:rPr>{content}</w:r>" if properties else f"<w:r>{content}</w:r>"


def field_start(code: str) -> str:
    """The begin of a live field; its stored result follows, then `FIELD_END`."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def field(code: str, result: str) -> str:
    """A live field with its stored result."""
    return field_start(code) + (run(result) if result else "") + FIELD_END


def link(anchor: str, runs: str) -> str:
    """A hyperlink to a bookmark in this document."""
    return f'<w:hyperlink w:anchor="{anchor}" w:history="1">{runs}</w:hyperlink>'


def paragraph(style: str, runs: str, properties: str = "") -> str:
    """A paragraph in the style with this id. `properties` come in the order of the schema."""
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + properties
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>" if properties else f"<w:p>{runs}</w:p>"


def control(name: str, title: str, number: int, inner: str, properties: str = "") -> str:
    """A content control with a tag, a title and a number of its own, around runs or paragraphs."""
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{attribute(title[:64])}"/><w:tag w:val="{attribute(name)}"/>'
        f'<w:id w:val="{number}"/>{properties}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>'
    )
