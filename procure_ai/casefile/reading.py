"""The library as a lawyer reads it: one text on screen, or many in a document to judge."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from procure_ai.casefile import approving, data, drafts, organisation
from procure_ai.documents.dutch import day_text
from procure_ai.documents.html import to_html
from procure_ai.documents.markdown import to_markdown
from procure_ai.forms import library_review
from procure_ai.library.check import check_library


def shown(name: str, folder: Path | None) -> str:
    """A text with all that belongs to it; with an organisation also what stays secret. Raises `Refused` (D101)."""
    library, _ = data.library(folder)
    text = approving.text_of(library, name)
    stands = approving.standing(library, folder)[name]
    play = organisation.playbook(folder, library).get(name) if folder else None
    return library_review.on_screen(library, text, stands, play)


def exported(folder: Path | None, topic: str | None, kind: str, moment: datetime) -> bytes:
    """The texts as a document to judge them in: Word, HTML or Markdown. Never what stays secret.

    Raises `Refused`: R164 no such topic, and whatever is wrong with library or ledger.
    """
    library, warnings = data.library(folder)
    texts = approving.texts_of(library, topic)
    titles = {item.id: item.title for chapter in library.chapters for item in chapter.topics}
    whose = library.organisation.name if library.organisation else "de bibliotheek van procure-ai"
    what = f"{titles[topic]}, {whose}" if topic else whose
    found = sorted({*warnings, *check_library(library)})
    document = library_review.review_document(
        library,
        texts,
        approving.standing(library, folder),
        drafts.page("library-review.md"),
        scope=f"{what[0].upper()}{what[1:]}, stand van {day_text(moment.date())}",
        date=moment.date().isoformat(),
        findings=[item for item in found if not topic or item.place.file in {text.file for text in texts}],
    )
    if kind == "docx":
        return drafts.annex(document)[0]
    return (to_html(document) if kind == "html" else to_markdown(document)).encode("utf-8")
