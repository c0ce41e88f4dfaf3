"""Where the texts live: in the installed package, or in a checkout of the repository."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import procure_ai
from procure_ai.casefile.messages import refuse_as
from procure_ai.evaluation.lint import LintWords
from procure_ai.files.disk import read_bytes
from procure_ai.files.strict_yaml import decode, parse
from procure_ai.files.typed import read_model
from procure_ai.findings import Finding, Place
from procure_ai.library.load import load_library
from procure_ai.library.models import Library


def data_root() -> Path:
    """The folder that holds clauses/, scorecards/, templates/ and examples/.

    Raises `Refused` (F043) when the installation has lost them.
    """
    package = Path(procure_ai.__file__).parent
    for candidate in (package / "data", package.parent):
        if (candidate / "clauses" / "facts.yaml").is_file():
            return candidate
    raise refuse_as("F043", Place(str(package)))


def library(organisation: Path | None = None) -> tuple[Library, tuple[Finding, ...]]:
    """The clause library and the scorecards, an organisation's folder on top, with the warnings. Raises `Refused`."""
    return load_library(data_root(), organisation) if organisation else _shipped()


@lru_cache(maxsize=1)
def _shipped() -> tuple[Library, tuple[Finding, ...]]:
    return load_library(data_root())


@lru_cache(maxsize=1)
def lint_words() -> LintWords:
    """The words and limits of the lint of an award model. Raises `Refused` when the file cannot be used."""
    name = "scorecards/lint.yaml"
    return read_model(LintWords, parse(decode(read_bytes(data_root() / name, name), name), name), name)


def template(name: str) -> bytes:
    """The bytes of a file in templates/."""
    return (data_root() / "templates" / name).read_bytes()


def later_pages() -> tuple[str, ...]:
    """The page texts that steps after publication need."""
    forms = (
        "answer-form",
        "price-sheet",
        "requirements-form",
        "declaration",
        "scorecard",
        "consensus",
        "test-answers",
        "rating",
    )
    reports = ("award-report", "no-award-report")
    letters = sorted(path.name for path in (data_root() / "templates").glob("letter-*.md"))
    return (*(f"{name}.md" for name in (*forms, *reports)), *letters)


def examples() -> tuple[str, ...]:
    """The names of the example cases."""
    return tuple(sorted(path.parent.name for path in (data_root() / "examples").glob("*/procedure.yaml")))
