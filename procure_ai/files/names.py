"""Names of people as typed: the same person, however the name is written."""

from __future__ import annotations

import unicodedata


def same_name(name: str) -> str:
    """A name without what the eye does not see: spaces around and between, capitals, ways to write é."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
