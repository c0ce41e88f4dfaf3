"""What validators miss: doubled identities, broken fields, undefined lists, and accessibility."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from procure_ai.findings import Finding, Place, Severity
from procure_ai.word.names import TAG_LIMIT
from procure_ai.word.reader import parse_part
from procure_ai.word.xml import tag

_STORY = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_CORE = "docProps/core.xml"
_TITLE, _LANGUAGE = "{http://purl.org/dc/elements/1.1/}title", "{http://purl.org/dc/elements/1.1/}language"
_HEADING = re.compile(r"heading ([1-9])")
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_AGAIN = "Maak het bestand opnieuw; blijft dit zo, meld het dan als fout in procure-ai."
_BY_HAND = "Herstel dit in Word, of maak het bestand opnieuw."

_Find = Callable[[str, str, str], None]


def lint(data: bytes) -> tuple[Finding, ...]:
    """Findings about one Word file: W101-W106 soundness (errors), W111-W115 accessibility (warnings)."""
    found: list[Finding] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {
                name: parse_part(archive.read(name))
                for name in archive.namelist()
                if _STORY.fullmatch(name) or name in ("word/styles.xml", "word/numbering.xml", _CORE)
            }
            stories = {name: root for name, root in parts.items() if _STORY.fullmatch(name)}
            body = stories["word/document.xml"]
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError):
        return (Finding(Place(), "W001", "Dit is geen Word-bestand.", "Controleer het bestand."),)

    def error(code: str, message: str, key: str = "") -> None:
        found.append(Finding(Place(key=key), code, message, _AGAIN))

    def warning(code: str, message: str, key: str = "") -> None:
        found.append(Finding(Place(key=key), code, message, _BY_HAND, Severity.WARNING))

    _identities(stories, error)
    _fields(stories, error)
    _lists(stories, parts.get("word/styles.xml"), parts.get("word/numbering.xml"), error)
    _properties(parts.get(_CORE), parts.get("word/styles.xml"), warning)
    _tables(body, stories, warning)
    _headings(body, parts.get("word/styles.xml"), warning)
    return tuple(sorted(found))


def _values(roots: dict[str, Any], element: str, attribute: str = "val") -> Iterator[str]:
    for root in roots.values():
        for item in root.iter(tag(element)):
            yield item.get(tag(attribute)) or ""


def _identities(stories: dict[str, Any], error: _Find) -> None:
    controls = Counter(
        item.get(tag("val")) or ""
        for root in stories.values()
        for item in root.iterfind(f".//{tag('sdtPr')}/{tag('id')}")
    )
    for number in [number for number, count in controls.items() if count > 1]:
        error("W101", f"Het nummer van een invulveld komt dubbel voor: {number}.", number)
    names = Counter(name.casefold() for name in _values(stories, "bookmarkStart", "name"))
    for name in [name for name, count in names.items() if count > 1]:
        error("W102", f"Een bladwijzer komt dubbel voor: {name}.", name)
    for root in stories.values():
        started = Counter(item.get(tag("id")) for item in root.iter(tag("bookmarkStart")))
        ended = Counter(item.get(tag("id")) for item in root.iter(tag("bookmarkEnd")))
        if started != ended:
            error("W104", "Een bladwijzer heeft geen begin of geen einde.", "")
    for element in ("tag", "alias"):
        for root in stories.values():
            for item in root.iterfind(f".//{tag('sdtPr')}/{tag(element)}"):
                value = item.get(tag("val")) or ""
                if len(value) > TAG_LIMIT:
                    error("W106", f"Een label van een invulveld is langer dan {TAG_LIMIT} tekens.", value[:40])


def _fields(stories: dict[str, Any], error: _Find) -> None:
    known = {name.casefold() for name in _values(stories, "bookmarkStart", "name")}
    for name, root in stories.items():
        if not _balanced(root):
            error("W103", "Een veld (verwijzing of bladzijdenummer) heeft geen begin of geen einde.", name)
        codes = [element.text or "" for element in root.iter(tag("instrText"))]
        targets = [code.split()[1] for code in codes if code.split()[:1] in (["REF"], ["PAGEREF"]) and code.split()[1:]]
        targets += [link.get(tag("anchor")) or "" for link in root.iter(tag("hyperlink")) if link.get(tag("anchor"))]
        for target in sorted({target for target in targets if target.casefold() not in known}):
            error("W107", f"Een verwijzing wijst naar een bladwijzer die er niet is: {target}.", target)


def _balanced(root: Any) -> bool:
    stack: list[str] = []
    for element in root.iter(tag("fldChar")):
        kind = element.get(tag("fldCharType"))
        if kind == "begin":
            stack.append("begin")
        elif kind == "separate":
            if not stack or stack[-1] != "begin":
                return False
            stack[-1] = "separate"
        elif not stack:
            return False
        else:
            stack.pop()
    return not stack


def _lists(stories: dict[str, Any], styles: Any | None, numbering: Any | None, error: _Find) -> None:
    defined = {"0"}
    if numbering is not None:
        abstract = {item.get(tag("abstractNumId")) for item in numbering.iterchildren(tag("abstractNum"))}
        for item in numbering.iterchildren(tag("num")):
            link = item.find(tag("abstractNumId"))
            if link is not None and link.get(tag("val")) in abstract:
                defined.add(item.get(tag("numId")) or "")
    roots = {**stories, **({"styles": styles} if styles is not None else {})}
    for number in sorted(set(_values(roots, "numId")) - defined):
        error("W105", f"Een alinea of stijl noemt een lijst die er niet is: {number}.", number)


def _properties(core: Any | None, styles: Any | None, warning: _Find) -> None:
    if core is None or not (core.findtext(_TITLE) or "").strip():
        warning("W112", "Het document heeft geen titel in zijn eigenschappen.", "")
    language = None if styles is None else styles.find(f"{tag('docDefaults')}//{tag('lang')}")
    if language is None or not language.get(tag("val")):
        warning("W111", "Het document noemt zijn taal niet.", "")


def _tables(body: Any, stories: dict[str, Any], warning: _Find) -> None:
    for index, table in enumerate(body.iter(tag("tbl")), start=1):
        if table.find(f"{tag('tr')}/{tag('trPr')}/{tag('tblHeader')}") is None:
            warning("W113", f"Tabel {index} heeft geen kopregel die zich herhaalt.", "")
        description = table.find(f"{tag('tblPr')}/{tag('tblDescription')}")
        if description is None or not (description.get(tag("val")) or "").strip():
            warning("W114", f"Tabel {index} heeft geen alternatieve tekst.", "")
    for root in stories.values():
        for picture in root.iter(_PICTURE):
            if not (picture.get("descr") or picture.get("title") or "").strip():
                warning("W114", "Een afbeelding heeft geen alternatieve tekst.", picture.get("name") or "")


def _headings(body: Any, styles: Any | None, warning: _Find) -> None:
    """A heading may be at most one level deeper than the one before it."""
    levels = _heading_levels(styles) if styles is not None else {}
    previous = 0
    for style in body.iter(tag("pStyle")):
        level = levels.get(style.get(tag("val")) or "", 0)
        if level > previous + 1:
            warning("W115", f"Een kop van niveau {level} volgt op niveau {previous}.", "")
        previous = level or previous


def _heading_levels(styles: Any) -> dict[str, int]:
    """The heading level of each style, its own or that of the style it is based on."""
    own: dict[str, int] = {}
    base: dict[str, str] = {}
    for style in styles.iterchildren(tag("style")):
        id_ = style.get(tag("styleId")) or ""
        name = style.find(tag("name"))
        match = _HEADING.fullmatch((name.get(tag("val")) or "").casefold()) if name is not None else None
        outline = style.find(f"{tag('pPr')}/{tag('outlineLvl')}")
        if match:
            own[id_] = int(match[1])
        elif outline is not None:
            own[id_] = (int(outline.get(tag("val")) or 9) + 1) % 10
        based_on = style.find(tag("basedOn"))
        base[id_] = "" if based_on is None else based_on.get(tag("val")) or ""
    for id_ in base:
        seen, current = {id_}, id_
        while current not in own and base.get(current) and base[current] not in seen:
            current = base[current]
            seen.add(current)
        own.setdefault(id_, own.get(current, 0))
    return own
