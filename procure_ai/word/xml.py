"""Small pieces of WordprocessingML as strings.

The body is built as text and never parsed again: setting styles through an object model costs four
fifths of the time of a contract.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
V = "urn:schemas-microsoft-com:vml"
O = "urn:schemas-microsoft-com:office:office"  # noqa: E741 - the prefix the format itself uses

NAMESPACES = f'xmlns:w="{W}" xmlns:r="{R}" xmlns:v="{V}" xmlns:o="{O}"'

AUTHOR = "procure-ai"

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LAYOUT = re.compile("([\n\t])")


def tag(name: str) -> str:
    """The name of a `w:` element as lxml spells it."""
    return f"{{{W}}}{name}"


def clean(value: str) -> str:
    """The text without characters that XML forbids, and with one kind of line end."""
    return _FORBIDDEN.sub("", value).replace("\r\n", "\n").replace("\r", "\n")


def attribute(value: str) -> str:
    """Text for between the double quotes of an attribute, on one line."""
    return escape(" ".join(clean(value).split()), {'"': "&quot;"})


def content(value: str, element: str = "t") -> str:
    """Text as the content of a run: line ends and tabs become their own elements."""
    value = clean(value)
    if "\n" not in value and "\t" not in value:
        return f'<w:{element} xml:space="preserve">{escape(value)}</w:{element}>'
    parts: list[str] = []
    for part in _LAYOUT.split(value):
        if part == "\n":
            parts.append("<w:br/>")
        elif part == "\t":
            parts.append("<w:tab/>")
        elif part:
            parts.append(f'<w:{element} xml:space="preserve">{escape(part)}</w:{element}>')
    return "".join(parts)


def run(value: str, properties: str = "", element: str = "t") -> str:
    """A run of text with these run properties."""
    if properties:
        return f"<w:r><w:rPr>{properties}</w:rPr>{content(value, element)}</w:r>"
    return f"<w:r>{content(value, element)}</w:r>"


def field(code: str, result: str, properties: str = "") -> str:
    """A live field with its stored result."""
    shown = run(result, properties) if result else ""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{shown}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def link(anchor: str, runs: str) -> str:
    """A hyperlink to a bookmark in this document."""
    return f'<w:hyperlink w:anchor="{anchor}" w:history="1">{runs}</w:hyperlink>'


def paragraph(style: str, runs: str, properties: str = "") -> str:
    """A paragraph in the style with this id. `properties` come in the order of the schema."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    if named or properties:
        return f"<w:p><w:pPr>{named}{properties}</w:pPr>{runs}</w:p>"
    return f"<w:p>{runs}</w:p>"


def control(name: str, title: str, number: int, inner: str, properties: str = "") -> str:
    """A content control with a tag, a title and a number of its own, around runs or paragraphs."""
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{attribute(title[:64])}"/><w:tag w:val="{attribute(name)}"/>'
        f'<w:id w:val="{number}"/>{properties}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>'
    )
