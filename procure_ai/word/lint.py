"""What validators miss: doubled identities, broken fields, undefined lists, and accessibility."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lxml import etree

from procure_ai.findings import Finding, Place, Severity
from procure_ai.word.names import TAG_LIMIT
from procure_ai.word.xml import parse_part, tag, value

_STORY = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_CORE, _STYLES, _NUMBERING = "docProps/core.xml", "word/styles.xml", "word/numbering.xml"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_HEADING = re.compile(r"heading ([1-9])")
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_AGAIN = "Maak het bestand opnieuw; blijft dit zo, meld het dan als fout in procure-ai."
_BY_HAND = "Herstel dit in Word, of maak het bestand opnieuw."

_Fault = tuple[str, str, str]  # code, message, key


def lint(data: bytes) -> tuple[Finding, ...]:
    """Findings about one Word file: W101-W107 soundness (errors), W111-W115 accessibility (warnings)."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if _STORY.fullmatch(name)]
            stories = {name: parse_part(archive.read(name)) for name in names}
            body = stories["word/document.xml"]
            core, styles, numbering = (
                parse_part(archive.read(name)) if name in archive.namelist() else etree.Element("none")
                for name in (_CORE, _STYLES, _NUMBERING)
            )
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError):
        return (Finding(Place(), "W001", "Dit is geen Word-bestand.", "Controleer het bestand."),)
    errors = (*_identities(stories.values()), *_fields(stories), *_lists((*stories.values(), styles), numbering))
    warnings = (*_properties(core, styles), *_tables(body), *_pictures(stories.values()), *_headings(body, styles))
    return tuple(
        sorted(
            Finding(Place(key=key), code, message, remedy, severity)
            for faults, remedy, severity in ((errors, _AGAIN, Severity.ERROR), (warnings, _BY_HAND, Severity.WARNING))
            for code, message, key in faults
        )
    )


def _values(roots: Iterable[Any], element: str, attribute: str = "val") -> list[str]:
    return [item.get(tag(attribute)) or "" for root in roots for item in root.iter(tag(element))]


def _in_controls(roots: Iterable[Any], element: str) -> list[str]:
    path = f".//{tag('sdtPr')}/{tag(element)}"
    return [item.get(tag("val")) or "" for root in roots for item in root.iterfind(path)]


def _doubled(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def _identities(roots: Iterable[Any]) -> Iterator[_Fault]:
    for number in _doubled(_in_controls(roots, "id")):
        yield "W101", f"Het nummer van een invulveld komt dubbel voor: {number}.", number
    for name in _doubled(name.casefold() for name in _values(roots, "bookmarkStart", "name")):
        yield "W102", f"Een bladwijzer komt dubbel voor: {name}.", name
    for root in roots:
        if sorted(_values([root], "bookmarkStart", "id")) != sorted(_values([root], "bookmarkEnd", "id")):
            yield "W104", "Een bladwijzer heeft geen begin of geen einde.", ""
    for label in (*_in_controls(roots, "tag"), *_in_controls(roots, "alias")):
        if len(label) > TAG_LIMIT:
            yield "W106", f"Een label van een invulveld is langer dan {TAG_LIMIT} tekens.", label[:40]


def _fields(stories: Mapping[str, Any]) -> Iterator[_Fault]:
    known = {name.casefold() for name in _values(stories.values(), "bookmarkStart", "name")}
    for name, root in stories.items():
        if not _balanced(_values([root], "fldChar", "fldCharType")):
            yield "W103", "Een veld (verwijzing of bladzijdenummer) heeft geen begin of geen einde.", name
        codes = [(element.text or "").split() for element in root.iter(tag("instrText"))]
        targets = {code[1] for code in codes if len(code) > 1 and code[0] in ("REF", "PAGEREF")}
        targets.update(filter(None, _values([root], "hyperlink", "anchor")))
        for target in targets:
            if target.casefold() not in known:
                yield "W107", f"Een verwijzing wijst naar een bladwijzer die er niet is: {target}.", target


def _balanced(marks: Iterable[str]) -> bool:
    """Whether every field begins, has at most one separation, and ends."""
    open_fields: list[str] = []
    for mark in marks:
        if mark == "begin":
            open_fields.append(mark)
        elif not open_fields or (mark == "separate" and open_fields[-1] != "begin"):
            return False
        elif mark == "separate":
            open_fields[-1] = mark
        else:
            open_fields.pop()
    return not open_fields


def _lists(roots: Iterable[Any], numbering: Any) -> Iterator[_Fault]:
    abstract = set(_values([numbering], "abstractNum", "abstractNumId"))
    listed = (item for item in numbering.iter(tag("num")) if value(item, "abstractNumId") in abstract)
    for number in set(_values(roots, "numId")) - {"0", *(item.get(tag("numId")) for item in listed)}:
        yield "W105", f"Een alinea of stijl noemt een lijst die er niet is: {number}.", number


def _properties(core: Any, styles: Any) -> Iterator[_Fault]:
    if not (core.findtext(_TITLE) or "").strip():
        yield "W112", "Het document heeft geen titel in zijn eigenschappen.", ""
    if not value(styles, "docDefaults", "rPrDefault", "rPr", "lang"):
        yield "W111", "Het document noemt zijn taal niet.", ""


def _tables(body: Any) -> Iterator[_Fault]:
    for index, table in enumerate(body.iter(tag("tbl")), start=1):
        if table.find(f"{tag('tr')}/{tag('trPr')}/{tag('tblHeader')}") is None:
            yield "W113", f"Tabel {index} heeft geen kopregel die zich herhaalt.", ""
        if not value(table, "tblPr", "tblDescription").strip():
            yield "W114", f"Tabel {index} heeft geen alternatieve tekst.", ""


def _pictures(roots: Iterable[Any]) -> Iterator[_Fault]:
    for picture in (picture for root in roots for picture in root.iter(_PICTURE)):
        if not (picture.get("descr") or picture.get("title") or "").strip():
            yield "W114", "Een afbeelding heeft geen alternatieve tekst.", picture.get("name") or ""


def _headings(body: Any, styles: Any) -> Iterator[_Fault]:
    """A heading may be at most one level deeper than the one before it."""
    by_id = {style.get(tag("styleId")) or "": style for style in styles.iterchildren(tag("style"))}
    previous = 0
    for style in _values([body], "pStyle"):
        level = _heading_level(by_id, style)
        if level > previous + 1:
            yield "W115", f"Een kop van niveau {level} volgt op niveau {previous}.", ""
        previous = level or previous


def _heading_level(styles: Mapping[str, Any], id_: str) -> int:
    """The heading level of a style, its own or that of the style it is based on; 0 for other text."""
    seen: set[str] = set()
    while id_ in styles and id_ not in seen:
        seen.add(id_)
        style = styles[id_]
        named, outline = _HEADING.fullmatch(value(style, "name").casefold()), value(style, "pPr", "outlineLvl")
        if named:
            return int(named[1])
        if outline:
            return (int(outline) + 1) % 10
        id_ = value(style, "basedOn")
    return 0
