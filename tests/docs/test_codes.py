"""Every finding code is explained in `templates/codes.md`, and nothing else is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

_CODE = re.compile(r"[A-Z]\d{3}|L\d\d")


def _used(root: Path) -> dict[str, str]:
    """Each code that stands as a literal in the program, with a place where it does."""
    found: dict[str, str] = {}
    for path in sorted((root / "procure_ai").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value):
                found.setdefault(node.value, f"{path.relative_to(root)}:{node.lineno}")
    return found


def _explained(root: Path) -> dict[str, str]:
    text = (root / "templates" / "codes.md").read_text("utf-8")
    sections = re.findall(r"^## (\S+) .+\n+((?:(?!## ).*\n?)*)", text, re.MULTILINE)
    assert len(sections) == text.count("\n## "), "every section is `## CODE title`"
    assert len({code for code, _ in sections}) == len(sections), "a code is explained twice"
    return dict(sections)


def test_every_code_is_explained(root: Path) -> None:
    used, explained = _used(root), _explained(root)
    missing = {code: place for code, place in used.items() if code not in explained}
    assert not missing, "write a section for these codes in templates/codes.md"
    assert not sorted(set(explained) - set(used)), "templates/codes.md explains codes that nothing uses"


def test_every_explanation_says_what_why_and_how_to_repair(root: Path) -> None:
    for code, text in _explained(root).items():
        for part in ("Wat", "Waarom", "Herstel"):
            assert text.count(f"- {part}: ") == 1, f"{code}: {part}"


def test_codes_are_in_order(root: Path) -> None:
    codes = list(_explained(root))
    assert codes == sorted(codes, key=lambda code: (code[0], int(code[1:])))


def test_the_command_shows_the_explanation() -> None:
    from procure_ai.casefile.codes import explanation

    assert explanation("d142").startswith("D142 Teksten zijn concept")
