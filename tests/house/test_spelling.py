"""Every Dutch word that a user or a contract partner reads is spelled as the dictionary or our own list has it."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from procure_ai.files.strict_yaml import parse, raw, split_header

WORDS = "clauses/words.txt"
MARKDOWN = ("clauses", "scorecards", "templates", "docs/gids-*.md", "docs/gunningsmodel.md", "examples")
NO_PROSE = {"id", "sources", "source", "place", "slug", "urn", "registry_urn", "commit", "registry_commit", "url"}
"""Keys whose values are names or places in a source, not sentences of ours."""

NO_DUTCH = {
    "HEAD", "admitted", "answer", "cap", "day", "examples", "facts", "freeze", "lasts", "median", "one", "recalculate",
    "received", "refused", "values",
}  # fmt: skip
"""Words of commands and of files that a message of the program names."""

_CODE = re.compile(
    r"\b[0-9a-f]{16,}\b|\b(?:clauses|templates|scorecards|docs)/\S+|^[ #]*procure-ai [^\n]*|```.*?```|`[^`]*`|\{\{.*?\}\}|\[\[.*?\]\]|\{#.*?\}|https?://\S+|\S+@\S+|\b\w+\.(?:md|docx|xlsx|yaml|jsonl|json|html|pdf)\b",
    re.DOTALL | re.MULTILINE,
)
_KEY = re.compile(r"^\s*#\s*(?:- )?[a-z_-]+:|^\s*#\s*- [a-z-]+$")
"""A line of YAML that is commented out."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NAME = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)+")


def prose_of(value: object, key: str = "") -> Iterator[str]:
    """The sentences in a tree of YAML: what has a space, or stands under a title."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name not in NO_PROSE:
                yield from prose_of(item, str(name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from prose_of(item, key)
    elif isinstance(value, str) and (" " in value.strip() or key == "title"):
        yield value


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """Each file of prose with its text."""
    for pattern in MARKDOWN:
        found = sorted(root.glob(pattern))
        for path in [file for one in found for file in (sorted(one.rglob("*.md")) if one.is_dir() else [one])]:
            text, name = path.read_text(encoding="utf-8-sig"), path.relative_to(root).as_posix()
            if text.startswith("---"):
                header, text, _ = split_header(text, name)
                yield name, "\n".join(prose_of(raw(parse(header, name, 2))))
            yield name, text
    for folder in ("clauses", "scorecards", "templates", "examples"):
        for path in sorted((root / folder).rglob("*.yaml")):
            name = path.relative_to(root).as_posix()
            if "story" not in path.parts and name != "clauses/entries.yaml":
                text = path.read_text(encoding="utf-8-sig")
                yield (
                    name,
                    "\n".join(_KEY.sub(" ", line) for line in text.splitlines() if line.lstrip().startswith("#")),
                )
                if "{{name}}" not in text:  # a starter file that is filled in later
                    yield name, "\n".join(prose_of(raw(parse(text, name))))


def messages(root: Path) -> Iterator[tuple[str, str]]:
    """What the program itself says: the sentences in the tables of messages and in the forms, without their holes."""
    for path in sorted((root / "procure_ai").rglob("*.py")):
        if path.name == "messages.py" or path.parent.name == "forms":
            tree = ast.parse(path.read_text("utf-8"))
            comments = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                text = node.value if isinstance(node, ast.Constant) and id(node) not in comments else None
                if isinstance(text, str) and text.strip().count(" ") > 1:
                    yield path.relative_to(root).as_posix(), re.sub(r"\{[^{}]*\}|--[a-z-]+", " ", text)


def unknown_to_hunspell(words: set[str]) -> set[str]:
    """The words that the Dutch dictionary does not know."""
    result = subprocess.run(
        ["hunspell", "-d", "nl", "-i", "utf-8", "-l"], input="\n".join(sorted(words)), capture_output=True, text=True,
        check=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin"},
    )  # fmt: skip
    return set(result.stdout.split())


def misspelled(texts: Iterator[tuple[str, str]], own: set[str]) -> dict[str, str]:
    """The words that neither the dictionary nor our list knows, each with the first file that has it."""
    where: dict[str, str] = {}
    for name, text in texts:
        plain = _NAME.sub(" ", _CODE.sub(" ", text))
        for word in _WORD.findall(plain):
            where.setdefault(word.replace("’", "'").removeprefix("AI-"), name)
    wrong = unknown_to_hunspell(set(where))
    return {word: name for word, name in where.items() if word in wrong and not own & {word, word.lower()}}


@pytest.mark.spelling
def test_every_dutch_word_is_in_the_dictionary_or_on_our_list(root: Path) -> None:
    own = set((root / WORDS).read_text(encoding="utf-8").split())
    wrong = misspelled(texts(root), own)
    listed = "\n".join(f"{name}: {word}" for word, name in sorted(wrong.items(), key=lambda item: item[::-1]))
    assert not wrong, f"Misspelled, or right and to be added to {WORDS}:\n{listed}"


@pytest.mark.spelling
def test_the_program_itself_spells_well(root: Path) -> None:
    own = set((root / WORDS).read_text(encoding="utf-8").split())
    assert not misspelled(messages(root), own | NO_DUTCH)


@pytest.mark.spelling
def test_a_misspelled_word_is_found() -> None:
    assert set(
        misspelled(iter([("x.md", "De leverancier verwijderd het bestannd van Testplaats.")]), {"Testplaats"})
    ) == {"bestannd"}


def test_our_list_is_in_order_and_has_no_word_twice(root: Path) -> None:
    lines = (root / WORDS).read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines), key=str.casefold)
