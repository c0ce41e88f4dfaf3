"""The styles we write with, and finding or adding them in a template.

A template is the buyer's: its styles are matched by internal name (Dutch Word uses ids such as Kop1,
LibreOffice rewrites ids), then by alias, then by Dutch display name. What is missing is added, based
on the template's own body and headings, in neutral greys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml

from procure_ai.word.xml import NAMESPACES, tag, value


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


_KEEP = "<w:keepNext/><w:keepLines/>"


def _spacing(before: int, after: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'


def _hanging(left: int, hanging: int) -> str:
    return f'<w:ind w:left="{left}" w:hanging="{hanging}"/>'


def _heading(level: int, before: int, after: int, rpr: str) -> Definition:
    ppr = f'{_KEEP}{_spacing(before, after)}<w:outlineLvl w:val="{level - 1}"/>'
    return Definition(f"heading-{level}", f"heading {level}", (f"Kop {level}",), following="body", ppr=ppr, rpr=rpr)


def _bar(color: str, fill: str) -> str:
    """A bar at the left with a light ground: the look of a note or a warning."""
    return (
        f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="{color}"/></w:pBdr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    )


_LINES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A6A6A6"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)

MEMBER_INDENT, ITEM_INDENT, SUBITEM_INDENT = (709, 709), (1134, 425), (1559, 425)

DEFINITIONS: tuple[Definition, ...] = (
    Definition("body", "Normal", ("Standaard",), based_on=""),
    Definition("title", "Title", ("Titel",), following="body", rpr='<w:b/><w:sz w:val="40"/>'),
    Definition("subtitle", "Subtitle", ("Ondertitel", "Subtitel"), following="body", rpr='<w:sz w:val="26"/>'),
    _heading(1, 360, 120, '<w:b/><w:sz w:val="28"/>'),
    _heading(2, 280, 100, '<w:b/><w:sz w:val="23"/>'),
    _heading(3, 200, 80, "<w:b/>"),
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
    Definition("cell-small", "Tabeltekst klein", based_on="cell", rpr='<w:sz w:val="17"/>'),
    Definition("cell-head-small", "Tabelkop klein", based_on="cell-head", rpr='<w:sz w:val="17"/>'),
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
    first = ' w:default="1"' if default else ""
    custom = "" if item.dutch else ' w:customStyle="1"'
    base = f'<w:basedOn w:val="{ids[item.based_on]}"/>' if item.based_on else ""
    after = f'<w:next w:val="{ids[item.following]}"/>' if item.following else ""
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
        for name in (value(style, "name"), *value(style, "aliases").split(",")):
            if name.strip():
                self._by_name.setdefault((kind, name.strip().casefold()), id_)

    def _find(self, item: Definition) -> str:
        if item.role == "body":
            for id_, style in self._by_id.items():
                if style.get(tag("type")) == "paragraph" and style.get(tag("default")) in ("1", "true"):
                    return id_
        known = ((item.kind, name.casefold()) for name in (item.name, *item.dutch))
        return next((self._by_name[key] for key in known if key in self._by_name), "")

    def _add(self, item: Definition) -> str:
        id_, count = own_id(item), 1
        while id_ in self._by_id:
            count += 1
            id_ = f"{own_id(item)}{count}"
        self._bind_role(item.role, id_)
        style: Any = parse_xml(style_xml(item, self.ids, default=item.role == "body"))
        self._root.append(style)
        self._index(style)
        self.added.append(item.name)
        return id_

    def _chain(self, id_: str) -> Iterator[str]:
        """The ids of a style and of those it is based on."""
        seen: set[str] = set()
        while id_ in self._by_id and id_ not in seen:
            seen.add(id_)
            yield id_
            id_ = value(self._by_id[id_], "basedOn")

    def tab_stops(self, role: str) -> list[int]:
        """Where the style of a role, or a style it is based on, puts its tabs."""
        styles = [self._by_id[id_] for id_ in self._chain(self._roles[role])]
        return sorted({int(stop.get(tag("pos")) or 0) for style in styles for stop in style.iter(tag("tab"))})

    def bind(self, lists: Mapping[str, tuple[int, int]]) -> None:
        """Let the styles of these roles carry a list at a level; a list 0 takes their list away.

        A style of the template based on a numbered one gets list 0 as well, or it would count along.
        """
        for role, (number, level) in lists.items():
            _set_list(self._by_id[self._roles[role]], number, level)
        counting = {self._roles[role] for role, (number, _) in lists.items() if number}
        for id_, style in self._by_id.items():
            heir = id_ not in counting and not counting.isdisjoint(self._chain(id_))
            if heir and style.get(tag("type")) == "paragraph" and not style.xpath("w:pPr/w:numPr"):
                _set_list(style, 0, 0)


def _set_list(style: Any, number: int, level: int) -> None:
    properties = style.get_or_add_pPr().get_or_add_numPr()
    del properties[:]
    if level:
        properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = number
