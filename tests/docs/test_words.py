"""One word for one thing in everything that a user reads."""

from __future__ import annotations

import re
from pathlib import Path

READ_BY_USERS = ("README.md", "clauses", "docs", "examples", "procure_ai", "scorecards", "templates")
_BANNED = {
    re.compile("vergelijkprij", re.I): "vergelijkingsprijs",
    re.compile("prijzenbla", re.I): "prijsblad",
    re.compile("score-?formulier", re.I): "scorekaart",
}


def test_one_word_for_one_thing(root: Path) -> None:
    found = [
        f"{path.relative_to(root)}:{number}: {match[0]}, schrijf {word}"
        for name in READ_BY_USERS
        for path in sorted([root / name, *(root / name).rglob("*")])
        if path.suffix in (".md", ".yaml", ".py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        for pattern, word in _BANNED.items()
        if (match := pattern.search(line))
    ]
    assert not found
