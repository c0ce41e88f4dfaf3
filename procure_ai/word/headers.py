"""Headers and footers: the line of the document, page numbers, and the CONCEPT mark."""

from __future__ import annotations

from typing import Any

from docx.document import Document as WordDocument

from procure_ai.documents.tree import Document
from procure_ai.word.styles import Styles
from procure_ai.word.xml import elements, field, paragraph, run, tag

_DRAFT = "CONCEPT"
_DRAFT_RUN = run("\t") + run(_DRAFT, '<w:b/><w:color w:val="C00000"/>')
_PAGES = run("\tPagina ") + field("PAGE", "1") + run(" van ") + field("NUMPAGES", "1")
_VISIBLE = tuple(map(tag, ("t", "drawing", "pict", "object", "fldSimple", "instrText", "sym")))
_CODES = (tag("instrText"), tag("fldSimple"))


def write_headers(word: WordDocument, document: Document, styles: Styles, width: int) -> None:
    """Add our lines to the header and footer of the template, whose own content stays."""
    section = word.sections[-1]
    headers, footers = [(section.header, document.header)], [section.footer]
    if section.different_first_page_header_footer:  # a first page shows its letterhead, not our line
        headers.append((section.first_page_header, ""))
        footers.append(section.first_page_footer)
    if word.settings.odd_and_even_pages_header_footer:
        headers.append((section.even_page_header, document.header))
        footers.append(section.even_page_footer)
    for index, (header, text) in enumerate(headers, start=1):
        if text or document.draft:
            mark = _DRAFT_RUN + _watermark(index) if document.draft else ""
            _add_line(header.part.element, run(text) + mark, styles, "header", width)
    for footer in footers:
        root = footer.part.element
        pages = "" if _has_page_number(root) else _PAGES
        if document.footer or pages:
            _add_line(root, run(document.footer) + pages, styles, "footer", width)


def _add_line(root: Any, runs: str, styles: Styles, role: str, width: int) -> None:
    """Append a paragraph with one tab at the right margin; a header that holds nothing is emptied first."""
    if next(root.iter(*_VISIBLE), None) is None:
        del root[:]
    clear = "".join(f'<w:tab w:val="clear" w:pos="{place}"/>' for place in styles.tab_stops(role) if place != width)
    tabs = f'<w:tabs>{clear}<w:tab w:val="right" w:pos="{width}"/></w:tabs>'
    root.extend(elements(paragraph(styles.ids[role], runs, tabs)))


def _has_page_number(root: Any) -> bool:
    codes = [element.text or element.get(tag("instr")) or "" for element in root.iter(*_CODES)]
    return any(code.split()[:1] == ["PAGE"] for code in codes)


def _watermark(number: int) -> str:
    """The word across the page, in the form that Word itself uses and LibreOffice recognises."""
    style = (
        "position:absolute;margin-left:0;margin-top:0;width:400pt;height:80pt;rotation:315;"
        "z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    return (
        "<w:r><w:rPr><w:noProof/></w:rPr><w:pict>"
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/>'
        '<v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
        '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
        '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
        '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/>'
        '<v:f eqn="sum @6 0 @5"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="custom" '
        'o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
        '<v:textpath on="t" fitshape="t"/><v:handles><v:h position="#0,bottomRight" '
        'xrange="6629,14971"/></v:handles><o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
        f'<v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{2048 + number}" '
        f'type="#_x0000_t136" alt="Watermerk: {_DRAFT}" style="{style}" o:allowincell="f" '
        'fillcolor="#d9d9d9" stroked="f"><v:fill opacity=".5"/>'
        f'<v:textpath style="font-family:&quot;Arial&quot;;font-size:1pt" string="{_DRAFT}"/>'
        "</v:shape></w:pict></w:r>"
    )
