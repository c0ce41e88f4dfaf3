"""From a numbered document to the bytes of a Word file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procure_ai.documents.tree import Article, Document, walk_blocks
from procure_ai.word.body import BodyWriter
from procure_ai.word.headers import write_headers
from procure_ai.word.lists import LEVEL_ROLES, Lists
from procure_ai.word.settings import set_language, set_properties, set_settings
from procure_ai.word.styles import Styles
from procure_ai.word.template import collect, numbering_root, open_template, text_width


def write(
    document: Document, *, template: bytes | None = None, pages: Mapping[str, str] | None = None, live: bool = True
) -> bytes:
    """A Word file of a numbered document, in the looks of the template.

    `pages` (from `page_numbers`) fills the page numbers of the contents. With `live=False` references
    are plain links: for a PDF made by LibreOffice, which recalculates fields and then prints *Artikel 7*
    with a capital in the middle of a sentence. Raises `Refused` for an unusable template (W001, W002).
    """
    word = open_template(template)
    root: Any = word.styles.element
    styles = Styles(root)
    # Without articles there is no article list: an ordinary heading 2 must not become *Artikel 1*.
    with_articles = any(isinstance(block, Article) for block in walk_blocks(document.blocks))
    lists = Lists(numbering_root(word), styles.ids, with_articles=with_articles)
    # Numbers come from us: our lists on articles and annexes, none on any other heading.
    carried = dict.fromkeys(("heading-1", "heading-2", "heading-2-plain", "heading-3", "continue"), (0, 0))
    carried["annex"] = (lists.annexes, 0)
    if with_articles:
        carried |= {role: (lists.articles, level) for level, role in enumerate(LEVEL_ROLES)}
    styles.bind(carried)
    width = text_width(word)
    body = BodyWriter(document, styles.ids, lists, width, pages or {}, live=live).write()
    lists.finish()
    write_headers(word, document, styles, width)
    set_language(root, document.language)
    set_settings(word.settings.element, document.language)
    set_properties(word, document)
    return collect(word, body)
