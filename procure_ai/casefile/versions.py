"""Two versions of the library side by side: folders, or revisions of the checkout that the library lives in.

Nothing is written and nothing of an old revision is put on disk: git hands its files over as one archive,
which is read in memory. `secret/` of an organisation is never read.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from procure_ai.casefile import data
from procure_ai.casefile.messages import refuse_as
from procure_ai.documents.console import to_text
from procure_ai.documents.html import to_html
from procure_ai.documents.tree import Document
from procure_ai.files import git
from procure_ai.files.disk import MAX_FILE, read_bytes
from procure_ai.files.strict_yaml import decode
from procure_ai.findings import Finding, Place
from procure_ai.library.compare import ORGANISATION, Comparison, Files, compare
from procure_ai.library.compare_document import as_document

_FOLDERS = ("clauses", "scorecards")
_MOST_FILES = 20_000


@dataclass(frozen=True)
class Difference:
    """Two versions by name, and what differs."""

    old: str
    new: str
    comparison: Comparison

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What could not be compared as it should."""
        return self.comparison.findings

    @cached_property
    def document(self) -> Document:
        """The comparison for a reader."""
        return as_document(self.comparison, self.old, self.new)

    def as_text(self) -> str:
        """For a terminal, also one that knows ASCII only."""
        return to_text(self.document)

    def as_html(self) -> str:
        """One page that needs nothing from elsewhere."""
        return to_html(self.document)

    def as_json(self) -> str:
        """For other programs."""
        content = {
            "old": self.old, "new": self.new,
            "changes": [change.as_dict() for change in self.comparison.changes],
            "findings": [item.as_dict() for item in self.findings],
        }  # fmt: skip
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def difference(old: str, new: str | None = None) -> Difference:
    """What changed from OLD to NEW (absent: the present library).

    Each is a folder with `clauses/`, an organisation's folder, or a git revision. An organisation's folder alone is
    compared with the library that it lies on. Raises `Refused` (R151 to R155).
    """
    (first, before), (second, after) = _version(old), _version(new)
    if new is None and ORGANISATION in before:
        first, before, second, after = second, after, first, before
    return Difference(first, second, compare(before, after))


def _version(name: str | None) -> tuple[str, Files]:
    """A version as it is called in the result, and its text files."""
    if name is None:
        return "de huidige bibliotheek", dict(_read(data.data_root(), ""))
    folder = Path(name)
    if not name or not folder.is_dir():
        return _revision(name)
    if not ((folder / "clauses").is_dir() or (folder / ORGANISATION).is_file()):
        raise refuse_as("R151", Place(name))
    return name, dict(_read(folder, name))


def _read(root: Path, shown: str) -> Iterator[tuple[str, str]]:
    places = [path for folder in _FOLDERS for path in sorted((root / folder).rglob("*"))]
    for path in (*places, root / ORGANISATION):
        name = path.relative_to(root).as_posix()
        if _counts(name) and path.is_file():
            place = (Path(shown) / name).as_posix()
            yield name, decode(read_bytes(path, place), place)


def _counts(name: str) -> bool:
    """Whether this file holds text of the library."""
    return name.endswith((".md", ".yaml")) and not name.endswith("README.md")


# --- git -----------------------------------------------------------------------------------------


def _revision(name: str) -> tuple[str, Files]:
    root = data.data_root()
    if not git.available():
        raise refuse_as("R152", name=name)
    if git.ask(root, "rev-parse", "--is-inside-work-tree") is None:
        raise refuse_as("R153", name=name)
    commit = git.commit_of(root, name)
    if not commit:
        raise refuse_as("R154", name=name)
    listed = git.ask(root, "ls-tree", "--name-only", "-z", commit, "--", *_FOLDERS, ORGANISATION) or b""
    present = [item for item in listed.decode("utf-8", "replace").split("\0") if item]
    if "clauses" not in present:
        raise refuse_as("R155", name=name)
    archive = git.ask(root, "archive", "--format=tar", commit, "--", *present)
    if archive is None:
        raise refuse_as("R155/read", name=name)
    told = git.ask(root, "show", "--no-patch", "--format=%h van %cs", commit) or b""
    return f"{name} ({told.decode('utf-8', 'replace').strip()})", dict(_unpacked(archive, name))


def _unpacked(archive: bytes, name: str) -> Iterator[tuple[str, str]]:
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as tar:
        for count, member in enumerate(tar):
            if count > _MOST_FILES or member.size > MAX_FILE:
                raise refuse_as("R155/read", name=name)
            if member.isfile() and _counts(member.name) and (content := tar.extractfile(member)):
                yield member.name, decode(content.read(), f"{name}:{member.name}")
