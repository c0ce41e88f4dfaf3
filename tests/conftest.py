"""Checks that need other programs say so when they are left out, and fail where CI must have them."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from procure_ai.files import office

gc.set_threshold(100_000, 50, 100)  # big trees, many times over: looking for rings among them takes a fifth of the time
ROOT = Path(__file__).parent.parent
_TOOLS = [str(ROOT / "node_modules" / ".bin"), str(Path(sys.executable).parent)]
os.environ["PATH"] = os.pathsep.join([*_TOOLS, os.environ.get("PATH", "")])

NEEDS = {
    "office": (
        lambda: bool(shutil.which("soffice")) and bool(shutil.which("pdftotext")),
        "LibreOffice and poppler: apt-get install libreoffice-writer libreoffice-calc poppler-utils",
    ),
    "spelling": (
        lambda: bool(shutil.which("hunspell")),
        "hunspell with its Dutch dictionary: apt-get install hunspell hunspell-nl",
    ),
    "validators": (
        lambda: bool(shutil.which("ooxml-validator")) and find_spec("openxml_audit") is not None,
        "the Office file validators: npm install (Node.js) and pip install openxml-audit",
    ),
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for name, (present, _) in NEEDS.items():
        if present():
            continue
        for item in items:
            if item.get_closest_marker(name) and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason=f"needs {NEEDS[name][1]}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    missing = {name: how for name, (present, how) in NEEDS.items() if not present()}
    for name, how in missing.items():
        terminalreporter.write_line(f"LEFT OUT: every check marked `{name}`. To run them, install {how}")


@pytest.fixture(autouse=True)
def only_where_it_is_looked_at(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice counts pages for every contents: seconds, that only the tests marked `office` look at."""
    if not request.node.get_closest_marker("office"):
        monkeypatch.setattr(office, "soffice", lambda: None)


@pytest.fixture(scope="session")
def pdf_text() -> Callable[[bytes], str]:
    """The text of a PDF with its layout, through pdftotext; only for tests marked `office`."""

    def read(data: bytes) -> str:
        command = ["pdftotext", "-layout", "-enc", "UTF-8", "-", "-"]
        return subprocess.run(command, input=data, capture_output=True, check=True, timeout=120).stdout.decode("utf-8")

    return read


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the checkout."""
    return ROOT
