"""The example case at each stage, copied per test from one run of the demonstration."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from casefile_support import Demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The finished demonstration; read only."""
    base = tmp_path_factory.getbasetemp()
    return Demo.shared(base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Where a copy of the case goes."""
    return tmp_path / "case"


@pytest.fixture
def started(demo: Demo, case: Path) -> Path:
    """Only procedure.yaml."""
    return demo.at("start", case)


@pytest.fixture
def published(demo: Demo, case: Path) -> Path:
    """The package is out."""
    return demo.at("publish", case)


@pytest.fixture
def received(demo: Demo, case: Path) -> Path:
    """Four tenders are in."""
    return demo.at("receive", case)


@pytest.fixture
def judged(demo: Demo, case: Path) -> Path:
    """The minimum requirements are judged."""
    return demo.at("requirements-read", case)


@pytest.fixture
def declared(demo: Demo, case: Path) -> Path:
    """Every assessor declared to have no interest."""
    return demo.at("declaration-read", case)


@pytest.fixture
def carded(demo: Demo, case: Path) -> Path:
    """The scorecards are out."""
    return demo.at("scorecards", case)


@pytest.fixture
def scored(demo: Demo, case: Path) -> Path:
    """Every scorecard is back."""
    return demo.at("scorecard-read", case)


@pytest.fixture
def discussed(demo: Demo, case: Path) -> Path:
    """The workbook for the meeting is out."""
    return demo.at("consensus", case)


@pytest.fixture
def final(demo: Demo, case: Path) -> Path:
    """The quality is final; prices are closed."""
    return demo.at("consensus-read", case)


@pytest.fixture
def opened(demo: Demo, case: Path) -> Path:
    """The prices are open."""
    return demo.at("open-prices", case)


@pytest.fixture
def ranked(demo: Demo, case: Path) -> Path:
    """The ranking is made."""
    return demo.at("rank", case)


@pytest.fixture
def awarded(demo: Demo, case: Path) -> Path:
    """Report and letters are written."""
    return demo.at("award", case)
