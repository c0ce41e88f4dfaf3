"""Builds templates/contract.docx, the neutral house style: run it again after changing a look here.

    python scripts/make_template.py

Sober: one sans font that Windows has and for which LibreOffice has a twin of the same widths (Arial and
Liberation Sans), one dark blue, clear order of headings, room between the lines.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from procure_ai.files.zips import pack  # noqa: E402 - the script also runs from a bare checkout
from procure_ai.word.styles import DEFINITIONS, own_id, style_xml  # noqa: E402
from procure_ai.word.xml import NAMESPACES  # noqa: E402

FONT, BLUE, GREY, PALE, LINE = "Arial", "154273", "595959", "E8EEF5", "B8C4D3"
KEEP = "<w:keepNext/><w:keepLines/>"


def spacing(before: int, after: int, line: int = 0) -> str:
    """Space around a paragraph in twips, and between lines in 240ths."""
    lines = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{lines}/>'


def hanging(left: int, by: int) -> str:
    """A hanging indent in twips."""
    return f'<w:ind w:left="{left}" w:hanging="{by}"/>'


def look(size: float, *, bold: bool = False, color: str = "") -> str:
    """Run properties: size in points, weight, colour."""
    weight = "<w:b/><w:bCs/>" if bold else ""
    shade = f'<w:color w:val="{color}"/>' if color else ""
    half = round(size * 2)
    return f'{weight}{shade}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def bar(color: str, fill: str) -> str:
    """A bar at the left with a light ground."""
    return (
        f'<w:pBdr><w:top w:val="single" w:sz="4" w:space="4" w:color="{fill}"/>'
        f'<w:left w:val="single" w:sz="24" w:space="8" w:color="{color}"/>'
        f'<w:bottom w:val="single" w:sz="4" w:space="4" w:color="{fill}"/></w:pBdr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    )


def rule(side: str, color: str, size: int, space: int) -> str:
    """One line along a side of a paragraph."""
    return f'<w:pBdr><w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{color}"/></w:pBdr>'


def edge(side: str, color: str = LINE, size: int = 4) -> str:
    """One border of a table or cell."""
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{color}"/>'


INSET = '<w:ind w:left="227" w:right="113"/>'
LOOKS: dict[str, tuple[str, str]] = {
    "body": ("", ""),
    "title": (KEEP + spacing(0, 80, 252) + "<w:contextualSpacing/>", look(24, bold=True, color=BLUE)),
    "subtitle": (KEEP + rule("bottom", BLUE, 12, 10) + spacing(0, 360), look(13, color=GREY)),
    "heading-1": (KEEP + spacing(480, 140, 252) + '<w:outlineLvl w:val="0"/>', look(16, bold=True, color=BLUE)),
    "heading-2": (KEEP + spacing(340, 120, 259) + '<w:outlineLvl w:val="1"/>', look(11.5, bold=True, color=BLUE)),
    "heading-3": (KEEP + spacing(240, 80) + '<w:outlineLvl w:val="2"/>', look(10, bold=True)),
    "heading-2-plain": ("", ""),
    "annex": ("<w:pageBreakBefore/>" + spacing(0, 200), ""),
    "member": (spacing(30, 90) + hanging(709, 709), ""),
    "item": (spacing(0, 80) + hanging(1134, 425), ""),
    "subitem": (spacing(0, 60) + hanging(1559, 425), ""),
    "bullet": (spacing(0, 60), ""),
    "number": (spacing(0, 60), ""),
    "continue": (spacing(0, 60), ""),
    "note": (bar(BLUE, "F1F5F9") + spacing(160, 220) + INSET, look(9.5)),
    "small": (spacing(0, 80), look(8.5, color=GREY)),
    "warning": (bar("B42318", "FDF0EE") + spacing(160, 220) + INSET, look(9.5)),
    "caption": ("<w:keepNext/>" + spacing(200, 80), look(9, bold=True, color=BLUE)),
    "toc-title": (spacing(360, 160) + '<w:outlineLvl w:val="9"/>', ""),
    "toc-1": ("<w:keepNext/>" + spacing(140, 50), look(10, bold=True, color=BLUE)),
    "toc-2": (spacing(0, 30), ""),
    "header": (rule("bottom", LINE, 4, 6) + spacing(0, 0, 240), look(8.5, color=GREY)),
    "footer": (rule("top", LINE, 4, 6) + spacing(0, 0, 240), look(8.5, color=GREY)),
    "cell": (spacing(50, 50, 252), look(9)),
    "cell-head": (KEEP, look(9, bold=True, color=BLUE)),
    "cell-small": (spacing(50, 50, 240), look(8)),
    "cell-head-small": (KEEP, look(8, bold=True, color=BLUE)),
    "open": ("", '<w:color w:val="7A4A00"/><w:shd w:val="clear" w:color="auto" w:fill="FFF1CC"/>'),
    "table": ("", ""),
}

TABLE = (
    "<w:tblPr><w:tblBorders>"
    + edge("top", BLUE, 8)
    + edge("bottom", BLUE, 8)
    + edge("insideH")
    + '</w:tblBorders><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'
    "</w:tblPr>"
    '<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>' + edge("bottom", BLUE, 8) + "</w:tcBorders>"
    f'<w:shd w:val="clear" w:color="auto" w:fill="{PALE}"/></w:tcPr></w:tblStylePr>'
)

DEFAULTS = (
    f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" '
    f'w:cs="{FONT}"/>{look(10)}<w:lang w:val="nl-NL" w:eastAsia="nl-NL" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    f"<w:pPrDefault><w:pPr><w:widowControl/>{spacing(0, 120, 276)}</w:pPr></w:pPrDefault></w:docDefaults>"
)

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def theme() -> str:
    """The theme: what Word offers as colours and fonts to somebody who edits the document."""
    accents = (BLUE, "2E6DA4", "5B7F95", "7A4A00", "B42318", "3F7D58")
    colors = {"dk1": "000000", "lt1": "FFFFFF", "dk2": BLUE, "lt2": PALE}
    colors |= {f"accent{index}": color for index, color in enumerate(accents, start=1)}
    colors |= {"hlink": BLUE, "folHlink": GREY}
    scheme = "".join(f'<a:{name}><a:srgbClr val="{color}"/></a:{name}>' for name, color in colors.items())
    font = f'<a:latin typeface="{FONT}"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'{HEAD}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="procure-ai">'
        f'<a:themeElements><a:clrScheme name="procure-ai">{scheme}</a:clrScheme>'
        f'<a:fontScheme name="procure-ai"><a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont>'
        f'</a:fontScheme><a:fmtScheme name="procure-ai"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{line * 3}</a:lnStyleLst><a:effectStyleLst>{effect * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


def fonts() -> str:
    """The font table: which font, and that a sans will do where it is absent."""
    return (
        f'{HEAD}<w:fonts {NAMESPACES}><w:font w:name="{FONT}"><w:panose1 w:val="020B0604020202020204"/>'
        '<w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    )


def styles() -> str:
    """The styles part."""
    ids = {item.role: own_id(item) for item in DEFINITIONS}
    listed = []
    for item in DEFINITIONS:
        ppr, rpr = LOOKS[item.role]
        shown = replace(item, ppr=ppr, rpr=rpr, rest=TABLE if item.role == "table" else "")
        listed.append(style_xml(shown, ids, default=item.role == "body"))
    return f"{HEAD}<w:styles {NAMESPACES}>{DEFAULTS}{''.join(listed)}</w:styles>"


def document() -> str:
    """An empty A4 page with margins of 2.5 cm."""
    return (
        f"{HEAD}<w:document {NAMESPACES}><w:body><w:p/><w:sectPr>"
        '<w:headerReference w:type="default" r:id="rId3"/><w:footerReference w:type="default" r:id="rId4"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1701" w:right="1417" w:bottom="1417" w:left="1417" '
        'w:header="794" w:footer="680" w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def relations(*items: tuple[str, str]) -> str:
    """A relationship part."""
    listed = "".join(
        f'<Relationship Id="rId{index}" Type="{kind}" Target="{target}"/>'
        for index, (kind, target) in enumerate(items, start=1)
    )
    return f'{HEAD}<Relationships xmlns="{RELATIONS}">{listed}</Relationships>'


def parts() -> dict[str, str]:
    """Every part of the template."""
    kinds = {"document": "document.main", "styles": "styles", "settings": "settings", "header1": "header"}
    kinds |= {"footer1": "footer", "fontTable": "fontTable"}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{WORD}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    theme_type = "application/vnd.openxmlformats-officedocument.theme+xml"
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    return {
        "[Content_Types].xml": (
            f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
            f'<Override PartName="/word/theme/theme1.xml" ContentType="{theme_type}"/>'
            f'<Override PartName="/docProps/core.xml" ContentType="{core}"/></Types>'
        ),
        "_rels/.rels": relations(
            (f"{OFFICE}/officeDocument", "word/document.xml"),
            (
                "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                "docProps/core.xml",
            ),
        ),
        "word/_rels/document.xml.rels": relations(
            (f"{OFFICE}/styles", "styles.xml"),
            (f"{OFFICE}/settings", "settings.xml"),
            (f"{OFFICE}/header", "header1.xml"),
            (f"{OFFICE}/footer", "footer1.xml"),
            (f"{OFFICE}/theme", "theme/theme1.xml"),
            (f"{OFFICE}/fontTable", "fontTable.xml"),
        ),
        "word/document.xml": document(),
        "word/styles.xml": styles(),
        "word/theme/theme1.xml": theme(),
        "word/fontTable.xml": fonts(),
        "word/settings.xml": (
            f'{HEAD}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/>'
            '<w:autoHyphenation w:val="0"/><w:characterSpacingControl w:val="doNotCompress"/>'
            '<w:compat><w:compatSetting w:name="compatibilityMode" '
            'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
            '<w:themeFontLang w:val="nl-NL"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
        ),
        "word/header1.xml": f'{HEAD}<w:hdr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr></w:p></w:hdr>',
        "word/footer1.xml": f'{HEAD}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr></w:p></w:ftr>',
        "docProps/core.xml": (
            f'{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
            'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<dc:title>Sjabloon procure-ai</dc:title><dc:language>nl-NL</dc:language></cp:coreProperties>"
        ),
    }


def main() -> None:
    """Write the template into the checkout."""
    target = ROOT / "templates" / "contract.docx"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(pack({name: text.encode("utf-8") for name, text in parts().items()}))
    print(target)


if __name__ == "__main__":
    main()
