"""The annex of each example, word for word, so that every change of text is seen by a person.

To renew after a change of the clauses that was meant:

    RENEW_GOLDEN=1 .venv/bin/python -m pytest tests/drafting/test_golden.py

An ordinary run never writes, also when it fails.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path

import pytest

from procure_ai.documents.markdown import to_markdown
from procure_ai.drafting.contract import Contract

EXAMPLES = (
    "chatbot-gemeente", "assistent-provincie", "anonimiseren-woo", "addendum-zaaksysteem", "module-vertaaldienst",
)  # fmt: skip
GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_annex_of_an_example_is_word_for_word_as_agreed(example: str, draft_of: Callable[..., Contract]) -> None:
    path = GOLDEN / f"{example}.md"
    text = to_markdown(draft_of(example).document)
    if os.environ.get("RENEW_GOLDEN") == "1":
        GOLDEN.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    agreed = path.read_bytes().decode() if path.exists() else ""
    difference = list(unified_diff(agreed.splitlines(), text.splitlines(), "agreed", "now", lineterm="", n=1))
    assert not difference, "RENEW_GOLDEN=1 renews this file if the change was meant:\n" + "\n".join(difference[:60])
