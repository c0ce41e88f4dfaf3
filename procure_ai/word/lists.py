"""The numbering part: one list for articles, one for annexes, and lists for ordinary pages.

Every level of the article list names its style and every style names the list. All abstract lists
stand before all instances, or Word drops numbers without a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from procure_ai.documents.numbering import SCHEME
from procure_ai.word.styles import ITEM_INDENT, MEMBER_INDENT, SUBITEM_INDENT
from procure_ai.word.xml import attribute, elements, tag

LEVEL_ROLES = ("heading-2", "member", "item", "subitem")
"""The style of each level of the article list."""

ANNEX_TEXT = "Bijlage %1"
LIST_STEP = 397  # indent of each level of an ordinary list
LIST_LEVELS = 9

_INDENTS = ((1361, 1361), MEMBER_INDENT, ITEM_INDENT, SUBITEM_INDENT)
_BULLETS = ("•", "–", "·")
_COUNTS = ("decimal", "lowerLetter", "lowerRoman")
_RESTART = "".join(
    f'<w:lvlOverride w:ilvl="{index}"><w:startOverride w:val="1"/></w:lvlOverride>' for index in range(LIST_LEVELS)
)


class Lists:
    """The lists of one file, next to those the template already has; `articles` is 0 without articles."""

    def __init__(self, root: Any, styles: Mapping[str, str], *, with_articles: bool) -> None:
        self._root = root
        self._next_abstract = 1 + max(_numbers(root, "abstractNum", "abstractNumId"), default=-1)
        self._next_instance = 1 + max(_numbers(root, "num", "numId"), default=0)
        self._abstract: list[str] = []
        self._instances: list[str] = []
        article_levels = [
            (level.format, level.text, indent, styles[role])
            for level, indent, role in zip(SCHEME, _INDENTS, LEVEL_ROLES, strict=True)
        ]
        self.articles = self._add(article_levels, "10") if with_articles else 0
        self.annexes = self._add([("decimal", ANNEX_TEXT, (1701, 1701), styles["annex"])], "20")
        steps = [(index, (LIST_STEP * (index + 1), LIST_STEP)) for index in range(LIST_LEVELS)]
        self._bullets = self._add([("bullet", _BULLETS[index % 3], indent, "") for index, indent in steps], "30")
        # Struck articles and members keep their place but count no longer.
        self.unnumbered = self._add([("none", "", indent, "") for indent in _INDENTS], "50")
        self._counted = self._next_abstract
        self._add([(_COUNTS[index % 3], f"%{index + 1}.", indent, "") for index, indent in steps], "40")

    def open_list(self, *, ordered: bool) -> int:
        """The number of a list for a page: bullets share one, a counted list starts again at 1."""
        return self._instantiate(self._counted, _RESTART) if ordered else self._bullets

    def finish(self) -> None:
        """Put the lists in the numbering part: abstract lists first, then instances."""
        kinds = [tag("numPicBullet"), tag("abstractNum")]
        for more, lists in ((tag("abstractNum"), self._abstract), (tag("num"), self._instances)):
            kinds.append(more)
            place = max((index for index, child in enumerate(self._root, 1) if child.tag in kinds), default=0)
            self._root[place:place] = elements("".join(lists))

    def _add(self, levels: Iterable[tuple[str, str, tuple[int, int], str]], mark: str) -> int:
        """A list of these levels (kind, text, indent, style) and an instance of it.

        The mark keeps Word from joining our lists with others when text is pasted.
        """
        self._abstract.append(
            f'<w:abstractNum w:abstractNumId="{self._next_abstract}"><w:nsid w:val="5A1E00{mark}"/>'
            f'<w:multiLevelType w:val="multilevel"/><w:tmpl w:val="7C3D00{mark}"/>'
            f"{''.join(_level(index, *level) for index, level in enumerate(levels))}</w:abstractNum>"
        )
        self._next_abstract += 1
        return self._instantiate(self._next_abstract - 1)

    def _instantiate(self, abstract: int, overrides: str = "") -> int:
        number = self._next_instance
        self._instances.append(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{overrides}</w:num>')
        self._next_instance += 1
        return number


def _level(index: int, kind: str, text: str, indent: tuple[int, int], style: str) -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    left, hanging = indent
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{named}<w:suff w:val="tab"/>'
        f'<w:lvlText w:val="{attribute(text)}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr></w:lvl>'
    )


def _numbers(root: Any, element: str, name: str) -> list[int]:
    return [int(child.get(tag(name)) or 0) for child in root.iterchildren(tag(element))]
