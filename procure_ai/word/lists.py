"""The numbering part: one list for articles, one for annexes, and lists for ordinary pages.

Every level of the article list names its style and every style names the list. All abstract lists
stand before all instances, or Word drops numbers without a word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from procure_ai.documents.numbering import Level
from procure_ai.word.styles import ITEM_INDENT, MEMBER_INDENT, SUBITEM_INDENT
from procure_ai.word.xml import NAMESPACES, attribute, tag

LEVEL_ROLES = ("heading-2", "member", "item", "subitem")
"""The style of each level of the article list."""

_INDENTS = ((1361, 1361), MEMBER_INDENT, ITEM_INDENT, SUBITEM_INDENT)
ANNEX_TEXT = "Bijlage %1"
_ANNEX_INDENT = (1701, 1701)
_STEP = 397  # indent of each level of an ordinary list
_BULLETS = ("•", "–", "·")
_COUNTS = (("decimal", "%{}."), ("lowerLetter", "%{}."), ("lowerRoman", "%{}."))
LIST_LEVELS = 9


class Lists:
    """The lists of one file, next to those the template already has."""

    def __init__(self, root: Any, styles: Mapping[str, str], scheme: Sequence[Level]) -> None:
        self._root = root
        self._abstract = 1 + max(_numbers(root, "abstractNum", "abstractNumId"), default=-1)
        self._instance = 1 + max(_numbers(root, "num", "numId"), default=0)
        self._lists: list[str] = []
        self._instances: list[str] = []
        levels = [
            _level(index, level.format, level.text, _INDENTS[index], styles[LEVEL_ROLES[index]])
            for index, level in enumerate(scheme[: len(LEVEL_ROLES)])
        ]
        self.articles = self._add(levels, "10") if levels else 0
        self.annexes = self._add([_level(0, "decimal", ANNEX_TEXT, _ANNEX_INDENT, styles["annex"])], "20")
        self._bullets = self._add(
            [_level(index, "bullet", _BULLETS[index % 3], _indent(index)) for index in range(LIST_LEVELS)], "30"
        )
        counted = []
        for index in range(LIST_LEVELS):
            kind, text = _COUNTS[index % 3]
            counted.append(_level(index, kind, text.format(index + 1), _indent(index)))
        # Struck articles and members keep their place but count no longer.
        self.unnumbered = self._add([_level(index, "none", "", indent) for index, indent in enumerate(_INDENTS)], "50")
        self._counted = self._abstract
        self._add(counted, "40")

    def open_list(self, *, ordered: bool) -> int:
        """The number of a list for a page: bullets share one, a counted list starts again at 1."""
        if not ordered:
            return self._bullets
        starts = "".join(
            f'<w:lvlOverride w:ilvl="{index}"><w:startOverride w:val="1"/></w:lvlOverride>'
            for index in range(LIST_LEVELS)
        )
        return self._instantiate(self._counted, starts)

    def finish(self) -> None:
        """Put the lists in the numbering part: abstract lists first, then instances."""
        abstract = [child for child in self._root if child.tag == tag("abstractNum")]
        first = next((child for child in self._root if child.tag == tag("num")), None)
        position = (
            self._root.index(abstract[-1]) + 1
            if abstract
            else (self._root.index(first) if first is not None else len(self._root))
        )
        self._root[position:position] = _parse(self._lists)
        last = [index for index, child in enumerate(self._root) if child.tag in _BEFORE_END]
        self._root[last[-1] + 1 : last[-1] + 1] = _parse(self._instances)

    def _add(self, levels: Sequence[str], mark: str) -> int:
        # The mark keeps Word from joining our lists with others when text is pasted.
        self._lists.append(
            f'<w:abstractNum w:abstractNumId="{self._abstract}"><w:nsid w:val="5A1E00{mark}"/>'
            f'<w:multiLevelType w:val="multilevel"/><w:tmpl w:val="7C3D00{mark}"/>'
            f"{''.join(levels)}</w:abstractNum>"
        )
        self._abstract += 1
        return self._instantiate(self._abstract - 1, "")

    def _instantiate(self, abstract: int, overrides: str) -> int:
        self._instances.append(
            f'<w:num w:numId="{self._instance}"><w:abstractNumId w:val="{abstract}"/>{overrides}</w:num>'
        )
        self._instance += 1
        return self._instance - 1


_BEFORE_END = (tag("numPicBullet"), tag("abstractNum"), tag("num"))


def list_indent(level: int) -> int:
    """The left indent of text in an ordinary list at this level."""
    return _indent(level)[0]


def _indent(level: int) -> tuple[int, int]:
    return (_STEP * (level + 1), _STEP)


def _level(index: int, kind: str, text: str, indent: tuple[int, int], style: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    left, hanging = indent
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{named}<w:suff w:val="tab"/>'
        f'<w:lvlText w:val="{attribute(text)}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr></w:lvl>'
    )


def _numbers(root: Any, element: str, name: str) -> list[int]:
    return [int(child.get(tag(name)) or 0) for child in root.iterchildren(tag(element))]


def _parse(items: Sequence[str]) -> list[Any]:
    return list(etree.fromstring(f"<w:numbering {NAMESPACES}>{''.join(items)}</w:numbering>"))
