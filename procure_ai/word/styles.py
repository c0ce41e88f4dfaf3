"""The styles we write with, and finding or adding them in a template.

A template is the buyer's: its styles are matched by internal name (Dutch Word uses ids such as Kop1,
LibreOffice rewrites ids), then by alias, then by Dutch display name. What is missing is added, based
on the template's own body and headings, in neutral greys.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from lxml import etree

from procure_ai.word.xml import NAMESPACES, tag


@dataclass(frozen=True, slots=True)
class Definition:
    """One style: its role for us, its internal name, other names it goes by, and a neutral look."""

    role: str
    name: str
    dutch: tuple[str, ...] = ()
    kind: str = "paragraph"
    based_on: str = "body"
    following: str = ""
    ppr: str = ""
    rpr: str = ""
    rest: str = ""


def _spacing(before: int, after: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'


def _hanging(left: int, hanging: int) -> str:
    return f'<w:ind w:left="{left}" w:hanging="{hanging}"/>'


def _bar(color: str, fill: str) -> str:
    """A bar at the left with a light ground: the look of a note or a warning."""
    return (
        f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="{color}"/></w:pBdr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    )


_KEEP = "<w:keepNext/><w:keepLines/>"
_LINES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A6A6A6"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)

MEMBER_INDENT, ITEM_INDENT, SUBITEM_INDENT = (709, 709), (1134, 425), (1559, 425)

DEFINITIONS: tuple[Definition, ...] = (
    Definition("body", "Normal", ("Standaard",), based_on=""),
    Definition("title", "Title", ("Titel",), following="body", rpr='<w:b/><w:sz w:val="40"/>'),
    Definition("subtitle", "Subtitle", ("Ondertitel", "Subtitel"), following="body", rpr='<w:sz w:val="26"/>'),
    Definition(
        "heading-1",
        "heading 1",
        ("Kop 1",),
        following="body",
        ppr=f'{_KEEP}{_spacing(360, 120)}<w:outlineLvl w:val="0"/>',
        rpr='<w:b/><w:sz w:val="28"/>',
    ),
    Definition(
        "heading-2",
        "heading 2",
        ("Kop 2",),
        following="body",
        ppr=f'{_KEEP}{_spacing(280, 100)}<w:outlineLvl w:val="1"/>',
        rpr='<w:b/><w:sz w:val="23"/>',
    ),
    Definition(
        "heading-3",
        "heading 3",
        ("Kop 3",),
        following="body",
        ppr=f'{_KEEP}{_spacing(200, 80)}<w:outlineLvl w:val="2"/>',
        rpr="<w:b/>",
    ),
    # A heading 2 between articles or in an annex, which must not become *Artikel 8*.
    Definition("heading-2-plain", "Kop 2 zonder nummer", based_on="heading-2", following="body"),
    Definition("annex", "Bijlage", based_on="heading-1", following="body", ppr="<w:pageBreakBefore/>"),
    Definition("member", "Lid", ppr=_spacing(0, 100) + _hanging(*MEMBER_INDENT)),
    Definition("item", "Onderdeel", based_on="member", ppr=_spacing(0, 60) + _hanging(*ITEM_INDENT)),
    Definition("subitem", "Subonderdeel", based_on="item", ppr=_hanging(*SUBITEM_INDENT)),
    Definition("bullet", "List Bullet", ("Lijst opsom.teken",), ppr=_spacing(0, 60)),
    Definition("number", "List Number", ("Lijstnummering",), ppr=_spacing(0, 60)),
    Definition("continue", "List Continue", ("Lijstvoortzetting",), ppr=_spacing(0, 60)),
    Definition("note", "Toelichting", ppr=_bar("A6A6A6", "F2F2F2") + _spacing(80, 160)),
    Definition("small", "Kleine tekst", rpr='<w:color w:val="595959"/><w:sz w:val="17"/>'),
    Definition("warning", "Waarschuwing", ppr=_bar("C00000", "FBEAEA") + _spacing(80, 160)),
    Definition("caption", "caption", ("Bijschrift",), ppr="<w:keepNext/>" + _spacing(160, 80), rpr="<w:b/>"),
    Definition(
        "toc-title",
        "TOC Heading",
        ("Kopvan inhoudsopgave", "Kop van inhoudsopgave"),
        based_on="heading-1",
        following="body",
        ppr='<w:outlineLvl w:val="9"/>',
    ),
    Definition("toc-1", "toc 1", ("Inhopg 1",), following="body", ppr=_spacing(100, 40), rpr="<w:b/>"),
    Definition("toc-2", "toc 2", ("Inhopg 2",), following="body", ppr=_spacing(0, 40)),
    Definition("header", "header", ("Koptekst",), rpr='<w:sz w:val="17"/>'),
    Definition("footer", "footer", ("Voettekst",), rpr='<w:sz w:val="17"/>'),
    Definition("cell", "Tabeltekst", ppr=_spacing(40, 40), rpr='<w:sz w:val="19"/>'),
    Definition("cell-head", "Tabelkop", based_on="cell", ppr="<w:keepNext/>", rpr="<w:b/>"),
    Definition(
        "open",
        "Open veld",
        kind="character",
        based_on="",
        rpr='<w:color w:val="7F4F00"/><w:shd w:val="clear" w:color="auto" w:fill="FFF2CC"/>',
    ),
    Definition(
        "table",
        "Documenttabel",
        kind="table",
        based_on="",
        rest=(
            f"<w:tblPr><w:tblBorders>{_LINES}</w:tblBorders></w:tblPr>"
            '<w:tblStylePr w:type="firstRow"><w:tcPr>'
            '<w:shd w:val="clear" w:color="auto" w:fill="E7E7E7"/></w:tcPr></w:tblStylePr>'
        ),
    ),
)


def style_xml(item: Definition, ids: dict[str, str], *, default: bool = False) -> str:
    """The XML of one style; `ids` gives the style ids of the roles it builds on."""
    base = f'<w:basedOn w:val="{ids[item.based_on]}"/>' if item.based_on else ""
    after = f'<w:next w:val="{ids[item.following]}"/>' if item.following else ""
    first = ' w:default="1"' if default else ""
    custom = "" if item.dutch else ' w:customStyle="1"'
    ppr = f"<w:pPr>{item.ppr}</w:pPr>" if item.ppr else ""
    rpr = f"<w:rPr>{item.rpr}</w:rPr>" if item.rpr else ""
    return (
        f'<w:style {NAMESPACES} w:type="{item.kind}"{first}{custom} w:styleId="{ids[item.role]}">'
        f'<w:name w:val="{item.name}"/>{base}{after}<w:uiPriority w:val="1"/><w:qFormat/>'
        f"{ppr}{rpr}{item.rest}</w:style>"
    )


def own_id(item: Definition) -> str:
    """The id we give a style that we add: its name in capitals without spaces."""
    return "".join(word[0].upper() + word[1:] for word in item.name.split())


class Styles:
    """The styles of one template: every role bound to a style id, missing ones added."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._by_id: dict[str, Any] = {}
        self._by_name: dict[tuple[str, str], str] = {}
        for style in root.iterchildren(tag("style")):
            self._index(style)
        self._roles: dict[str, str] = {}
        self.ids: dict[str, str] = {}  # as they are written: an id is the template's, so it is escaped
        self.added: list[str] = []
        for item in DEFINITIONS:
            self._bind_role(item.role, self._find(item) or self._add(item))

    def _bind_role(self, role: str, id_: str) -> None:
        self._roles[role] = id_
        self.ids[role] = escape(id_, {'"': "&quot;"})

    def _index(self, style: Any) -> None:
        id_, kind = style.get(tag("styleId")) or "", style.get(tag("type")) or "paragraph"
        self._by_id[id_] = style
        for name in _names(style):
            self._by_name.setdefault((kind, name), id_)

    def _find(self, item: Definition) -> str:
        if item.role == "body":
            for id_, style in self._by_id.items():
                if style.get(tag("type")) == "paragraph" and style.get(tag("default")) in ("1", "true"):
                    return id_
        for name in (item.name, *item.dutch):
            found = self._by_name.get((item.kind, name.casefold()))
            if found is not None:
                return found
        return ""

    def _add(self, item: Definition) -> str:
        wanted = own_id(item)
        id_, count = wanted, 1
        while id_ in self._by_id:
            count += 1
            id_ = f"{wanted}{count}"
        self._bind_role(item.role, id_)
        style: Any = parse_xml(style_xml(item, self.ids, default=item.role == "body"))
        self._root.append(style)
        self._index(style)
        self.added.append(item.name)
        return id_

    def bind(self, role: str, number: int, level: int) -> None:
        """Let the style of a role carry this level of this list; 0 takes its list away."""
        _number(self._by_id[self._roles[role]], number, level)

    def tab_stops(self, role: str) -> list[int]:
        """Where the style of a role, or a style it is based on, puts its tabs."""
        stops: set[int] = set()
        seen: set[str] = set()
        id_ = self._roles[role]
        while id_ in self._by_id and id_ not in seen:
            seen.add(id_)
            style = self._by_id[id_]
            stops.update(int(stop.get(tag("pos")) or 0) for stop in style.iter(tag("tab")))
            base = style.find(tag("basedOn"))
            id_ = "" if base is None else base.get(tag("val")) or ""
        return sorted(stops)

    def free_heirs(self, bound: Iterable[str]) -> None:
        """Give styles based on a numbered style list number 0, or they would count along."""
        keep = {self._roles[role] for role in bound}
        inherited = set(keep)
        grew = True
        while grew:
            grew = False
            for id_, style in self._by_id.items():
                base = style.find(tag("basedOn"))
                if id_ in inherited or base is None or base.get(tag("val")) not in inherited:
                    continue
                inherited.add(id_)
                grew = True
        for id_ in inherited - keep:
            style = self._by_id[id_]
            if style.get(tag("type")) == "paragraph" and not style.xpath("w:pPr/w:numPr"):
                _number(style, 0, 0)


def _number(style: Any, number: int, level: int) -> None:
    properties = style.get_or_add_pPr().get_or_add_numPr()
    for child in list(properties):
        properties.remove(child)
    if level:
        etree.SubElement(properties, tag("ilvl")).set(tag("val"), str(level))
    etree.SubElement(properties, tag("numId")).set(tag("val"), str(number))


def _names(style: Any) -> list[str]:
    """The names a style goes by, most internal first."""
    names = [element.get(tag("val")) or "" for element in style.iterchildren(tag("name"))]
    for element in style.iterchildren(tag("aliases")):
        names.extend((element.get(tag("val")) or "").split(","))
    return [name.strip().casefold() for name in names if name.strip()]
