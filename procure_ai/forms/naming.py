"""The names of tenderers in texts: found where they should not be, and masked where nobody may see them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from procure_ai.procedure.case import Tenderer

MASK = "[naam van de inschrijver]"
_LEGAL_FORMS = re.compile(
    r"\b(?:b\.?\s?v\.?|n\.?\s?v\.?|u\.?\s?a\.?|v\.?o\.?f\.?|ltd\.?|gmbh|s\.?a\.?|inc\.?|plc|co[öo]peratie|stichting"
    r"|vereniging)(?!\w)",
    re.IGNORECASE,
)


def folded(text: str) -> str:
    """The text on one line without capitals, to compare."""
    return " ".join(text.casefold().split())


def whole(name: str) -> str:
    """A pattern for these words, not within other words, with any white space between them."""
    return rf"(?<!\w){re.escape(name)}(?!\w)".replace(r"\ ", r"\s+")


def names_of(tenderer: Tenderer) -> list[str]:
    """The ways to name a tenderer, longest first; too short ones would be found everywhere."""
    full = folded(tenderer.name)
    bare = " ".join(_LEGAL_FORMS.sub(" ", tenderer.name).split()).strip(" .,").casefold()
    short = tenderer.id.replace("-", " ")
    names = {full, bare, *([short] if re.search(whole(short), full) else [])}
    return sorted((name for name in names if len(name) >= 3), key=len, reverse=True)


def named_others(text: str, own: Tenderer, tenderers: Sequence[Tenderer]) -> list[Tenderer]:
    """The other tenderers that a text names, in full, without legal form, or by the id if that is in the name."""
    said = folded(text)
    for name in names_of(own):
        said = re.sub(whole(name), " ", said)
    others = (tenderer for tenderer in tenderers if tenderer.id != own.id)
    return [other for other in others if any(re.search(whole(name), said) for name in names_of(other))]


def masked(text: str, tenderer: Tenderer) -> str:
    """The text with every name of its tenderer masked, a legal form behind it as well."""
    for name in names_of(tenderer):
        text = re.sub(rf"{whole(name)}(?:,?\s*(?:{_LEGAL_FORMS.pattern}))?", MASK, text, flags=re.IGNORECASE)
    return text
