"""Names inside the file: bookmarks, tags and control numbers, all derived from keys.

The same document always gets the same names, so that a returned file can be laid beside ours.
"""

from __future__ import annotations

import hashlib
import re

from procure_ai.documents.tree import Member

BOOKMARK_LIMIT = 40  # Word's own limit, checked by validators
TAG_LIMIT = 64  # Word's own limit, checked by nobody but our lint

_OTHER = re.compile(r"[^A-Za-z0-9]")


def bookmark_name(target: str) -> str:
    """The bookmark of an element: `retention` (heading of an article or annex) or `retention#live`."""
    owner, mark, label = target.partition("#")
    return _bookmark("m" if mark else "a", f"{owner}__{label}" if mark else owner, target)


def member_name(article: str, member: Member, path: str) -> str:
    """The bookmark of a member: by its label, or by its place (`2.1`) when it has none."""
    if member.label:
        return bookmark_name(f"{article}#{member.label}")
    return _bookmark("n", f"{article}__{path}", f"{article}#.{path}")


def region_name(article: str) -> str:
    """The bookmark around a whole article, for recognising it after a trip through another program."""
    return _bookmark("c", article, article)


def article_tag(article: str, fingerprint: str) -> str:
    """The tag of an article's content control: `id@fingerprint`, the fingerprint cut to 12 characters."""
    end = f"@{fingerprint[:12]}" if fingerprint else ""
    return shorten(article, TAG_LIMIT - len(end)) + end


def shorten(value: str, limit: int = TAG_LIMIT) -> str:
    """The value itself, or its beginning with a hash when it is too long."""
    return value if len(value) <= limit else f"{value[: limit - 9]}~{_hash(value)}"


def _bookmark(kind: str, value: str, key: str) -> str:
    name = f"_{kind}_{_OTHER.sub('_', value)}"  # a leading underscore hides it in Word's own list
    return name if len(name) <= BOOKMARK_LIMIT else f"{name[: BOOKMARK_LIMIT - 9]}_{_hash(key)}"


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:8]


class Identifiers:
    """Hands out names and numbers once per file."""

    def __init__(self) -> None:
        self._bookmarks: set[str] = set()
        self._controls: set[int] = set()
        self._annotations = 0

    def bookmark(self, name: str, inner: str) -> str:
        """The inner XML between bookmark marks; a name that is already used marks nothing."""
        if name.casefold() in self._bookmarks:
            return inner
        self._bookmarks.add(name.casefold())
        number = self.annotation()
        return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{inner}<w:bookmarkEnd w:id="{number}"/>'

    def annotation(self) -> int:
        """The next number for a bookmark or a tracked change, which share one range."""
        self._annotations += 1
        return self._annotations

    def control(self, key: str) -> int:
        """A positive 31-bit number for a content control, free in this file."""
        number = int(_hash(key), 16) & 0x7FFFFFFF or 1
        while number in self._controls:
            number = number % 0x7FFFFFFF + 1
        self._controls.add(number)
        return number
