"""The rules of the house: who may import what, and what must not stand in the repository."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CODE = sorted((ROOT / "procure_ai").rglob("*.py"))


@cache
def imported(path: Path) -> frozenset[str]:
    """Every module that a file imports, anywhere in it."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    whole = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return frozenset(
        whole | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    )


def rooms(*libraries: str) -> set[str]:
    """The files that import one of these, as they stand under procure_ai."""
    found = set()
    for path in CODE:
        if {name.split(".")[0] for name in imported(path)} & set(libraries):
            found.add(path.relative_to(ROOT / "procure_ai").as_posix())
    return found


@pytest.mark.parametrize(
    ("libraries", "allowed"),
    [
        (("click", "rich"), ("cli/",)),
        (("docx",), ("word/",)),
        (("xlsxwriter", "openpyxl", "python_calamine"), ("excel/",)),
        (("yaml",), ("files/",)),
        (("markdown_it",), ("documents/",)),
        (("subprocess",), ("files/office.py", "files/git.py", "excel/read.py")),
        (("pickle",), ("excel/read.py", "excel/worker.py")),
        (("socket", "urllib", "http", "requests", "httpx", "ftplib", "smtplib"), ()),
        (("random", "secrets", "uuid"), ()),
    ],
    ids=lambda item: item[0] if item else "none",
)
def test_only_one_room_knows_a_library(libraries: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    assert {name for name in rooms(*libraries) if not name.startswith(allowed)} == set()


def test_the_layers_hold(tmp_path: Path) -> None:
    code = "import sys; from importlinter.cli import lint_imports_command as lint; sys.exit(lint(['--no-cache']))"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 broken" in ran.stdout


def test_the_layers_name_every_room() -> None:
    """A room that no contract names could import whatever it likes."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = next(item for item in config["tool"]["importlinter"]["contracts"] if item["type"] == "layers")["layers"]
    named = {name.strip().removeprefix("procure_ai.") for layer in layers for name in layer.split("|")}
    assert named == {path.parent.name for path in CODE if path.parent.parent.name == "procure_ai"}


def test_every_import_outside_is_a_declared_dependency() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = {re.split(r"[<>=\[ ]", item)[0].lower() for item in config["project"]["dependencies"]}
    names = {"yaml": "pyyaml", "docx": "python-docx", "markdown_it": "markdown-it-py", "pydantic_core": "pydantic",
             "python_calamine": "python-calamine"}  # fmt: skip
    used = {name.split(".")[0] for path in CODE for name in imported(path)} - set(sys.stdlib_module_names)
    used.discard("procure_ai")
    assert {names.get(name, name).lower() for name in used} <= declared


# --- texts ------------------------------------------------------------------------------------------

_SKIP = {
    ".git", ".venv", "node_modules", "demo", "dist", "build", "__pycache__", ".mypy_cache", ".ruff_cache",
    ".hypothesis", ".import_linter_cache", ".pytest_cache",
}  # fmt: skip


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file of the repository, this folder of tests apart."""
    here = Path(__file__).parent
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not _SKIP & set(parts) and here not in path.parents:
            data = path.read_bytes()
            if b"\0" not in data:
                yield path, data.decode("utf-8")


# Places of the machine on which this was made, and addresses of package registries and their mirrors.
_PLACES = re.compile(
    r"(?<![\w.}])/(?:work|root|home|Users|mnt|srv)/\w|[A-Z]:\\Users\\\w"
    r"|\bpypi\b|pythonhosted|registry\.(?:npmjs|yarnpkg)|artifactory|nexus|devpi|://(?:localhost|127\.|10\.|192\.168\.)"
    r"|--(?:extra-)?index-url|\bghp_\w|\bAKIA[0-9A-Z]{8}|-----BEGIN [A-Z ]*PRIVATE KEY",
    re.IGNORECASE,
)


def test_nothing_of_this_machine_in_the_repository() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}" for path, text in texts() for match in [_PLACES.search(text)] if match
    ]
    assert found == []


def test_texts_are_utf_8_with_plain_line_ends() -> None:
    for path, text in texts():
        assert "\r" not in text, path
        assert not text.startswith("\ufeff"), path
        if text and path.suffix in {".py", ".yaml", ".toml"}:
            assert text.endswith("\n"), path


def test_nothing_of_this_machine_in_what_we_ship(tmp_path: Path) -> None:
    """Word templates are zip files: their parts are texts too."""
    import zipfile

    for path in sorted((ROOT / "templates").glob("*.docx")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                text = archive.read(name).decode("utf-8", "replace")
                assert not _PLACES.search(text), f"{path.name}: {name}"
                assert str(tmp_path.parent) not in text
