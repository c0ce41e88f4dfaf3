"""Reading a Word file back: each paragraph with its style and the number that the file itself gives.

Apart from our writer on purpose: numbers are counted from the numbering part as Word counts them, so a
test can lay them beside the numbers we meant.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from procure_ai.word.xml import parse_part, tag

_LEVELS = 9
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_LOW = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph: the internal name of its style, its printed number and its text."""

    style: str
    number: str
    text: str


def read_text(data: bytes) -> list[Line]:
    """Every paragraph of the body in reading order, as a reader sees it: struck text is left out."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        body = parse_part(archive.read("word/document.xml"))
        styles = _Styles(parse_part(archive.read("word/styles.xml")))
        numbering = parse_part(archive.read("word/numbering.xml")) if "word/numbering.xml" in names else None
    counter = _Counter(numbering)
    lines: list[Line] = []
    for paragraph in body.iter(tag("p")):
        style = _value(paragraph, "pPr", "pStyle") or styles.default
        number, level = styles.list_of(style)
        direct = paragraph.find(f"{tag('pPr')}/{tag('numPr')}")
        if direct is not None:
            number = _value(direct, "numId") or number
            level = int(_value(direct, "ilvl") or (level if _value(direct, "numId") is None else 0))
        elif number:
            level = counter.level_of(number, style, level)
        lines.append(Line(styles.name(style), counter.next(number, level), _text(paragraph)))
    return lines


def _value(root: Any, *path: str) -> str | None:
    element = root.find("/".join(tag(name) for name in path))
    return None if element is None else element.get(tag("val"))


def _text(paragraph: Any) -> str:
    parts: list[str] = []
    inside = 0  # in the code of a field, which nobody sees
    for element in _own(paragraph):
        name = etree.QName(element).localname
        if name == "fldChar":
            kind = element.get(tag("fldCharType"))
            inside += {"begin": 1, "separate": -1}.get(kind or "", 0)
        elif inside > 0:
            continue
        elif name == "t":
            parts.append(element.text or "")
        elif name == "tab":
            parts.append("\t")
        elif name in ("br", "cr"):
            parts.append("\n")
    return "".join(parts)


def _own(paragraph: Any) -> Iterator[Any]:
    """The run contents of a paragraph, without its properties or paragraphs inside drawings."""
    for child in paragraph:
        if not isinstance(child.tag, str) or child.tag in (tag("pPr"), tag("rPr"), tag("sdtPr"), tag("del")):
            continue
        if child.tag == tag("p"):
            continue
        yield child
        yield from _own(child)


class _Styles:
    def __init__(self, root: Any) -> None:
        self._styles = {style.get(tag("styleId")): style for style in root.iterchildren(tag("style"))}
        self.default = next(
            (
                id_
                for id_, style in self._styles.items()
                if style.get(tag("type")) == "paragraph" and style.get(tag("default")) in ("1", "true")
            ),
            "",
        )

    def name(self, id_: str) -> str:
        style = self._styles.get(id_)
        return id_ if style is None else _value(style, "name") or id_

    def list_of(self, id_: str) -> tuple[str, int]:
        """The list and level that a style carries, its own or inherited."""
        seen: set[str] = set()
        while id_ in self._styles and id_ not in seen:
            seen.add(id_)
            style = self._styles[id_]
            number = _value(style, "pPr", "numPr", "numId")
            if number is not None:
                return number, int(_value(style, "pPr", "numPr", "ilvl") or 0)
            id_ = _value(style, "basedOn") or ""
        return "", 0


@dataclass
class _List:
    """The levels of one abstract list, and how far each has counted."""

    levels: dict[int, Any]
    counts: list[int] = field(default_factory=lambda: [0] * _LEVELS)
    started: list[bool] = field(default_factory=lambda: [False] * _LEVELS)


class _Counter:
    def __init__(self, root: Any | None) -> None:
        self._abstract: dict[str, _List] = {}
        self._instances: dict[str, tuple[str, dict[int, int]]] = {}
        self._seen: set[str] = set()
        if root is None:
            return
        for item in root.iterchildren(tag("abstractNum")):
            levels = {int(level.get(tag("ilvl"))): level for level in item.iterchildren(tag("lvl"))}
            self._abstract[item.get(tag("abstractNumId"))] = _List(levels)
        for item in root.iterchildren(tag("num")):
            starts = {
                int(over.get(tag("ilvl"))): int(_value(over, "startOverride") or 1)
                for over in item.iterchildren(tag("lvlOverride"))
                if over.find(tag("startOverride")) is not None
            }
            self._instances[item.get(tag("numId"))] = (_value(item, "abstractNumId") or "", starts)

    def level_of(self, number: str, style: str, level: int) -> int:
        """The level of the list that names this style; else the level that the style names."""
        abstract = self._abstract.get(self._instances.get(number, ("", {}))[0])
        if abstract is not None:
            for index, item in abstract.levels.items():
                if _value(item, "pStyle") == style:
                    return index
        return level

    def next(self, number: str, level: int) -> str:
        """The printed number of the next paragraph of this list at this level."""
        name, starts = self._instances.get(number, ("", {}))
        current = self._abstract.get(name)
        if current is None or level not in current.levels:
            return ""
        if number not in self._seen:
            self._seen.add(number)
            for index in starts:  # an instance with its own start begins anew
                current.started[index] = False
        self._step(current, level, starts)
        for deeper in range(level + 1, _LEVELS):
            current.started[deeper] = False
        text = _value(current.levels[level], "lvlText") or ""
        for index in range(_LEVELS):
            if f"%{index + 1}" in text and index in current.levels:
                if not current.started[index]:
                    self._step(current, index, starts)
                kind = _value(current.levels[index], "numFmt") or "decimal"
                text = text.replace(f"%{index + 1}", _printed(kind, current.counts[index]))
        return text

    def _step(self, current: _List, level: int, starts: dict[int, int]) -> None:
        if current.started[level]:
            current.counts[level] += 1
            return
        current.started[level] = True
        current.counts[level] = starts.get(level, int(_value(current.levels[level], "start") or 1))


def _printed(kind: str, number: int) -> str:
    if kind in ("lowerLetter", "upperLetter"):
        text = chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif kind in ("lowerRoman", "upperRoman"):
        text = ""
        for value, letters in (*_ROMAN, *_ROMAN_LOW):
            while number >= value:
                text += letters
                number -= value
    else:
        return "" if kind == "none" else str(number)
    return text.upper() if kind.startswith("upper") else text
