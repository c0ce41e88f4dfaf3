"""The hash of an article's words, by which a clause is recognised in a document that comes back."""

from __future__ import annotations

import hashlib
import re

from procure_ai.documents.tree import Article, Field, Inlines, Reference, plain, walk_members


def text_hash(article: Article) -> str:
    """SHA-256 of the words of an article; references and fill-in fields count as one placeholder.

    So renumbering, or filling in a field, does not make a clause *changed*.
    """
    words = [article.title, *(_words(member.inlines) for member in walk_members(article.members))]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def _words(inlines: Inlines) -> str:
    parts = ["□" if isinstance(item, Reference | Field) else plain((item,)) for item in inlines]
    return re.sub(r"\s+", " ", "".join(parts)).strip()
