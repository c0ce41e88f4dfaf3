"""What leaves the house is checked on the finished demonstration."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "casefile"))
from casefile_support import Demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The finished demonstration; read only."""
    base = tmp_path_factory.getbasetemp()
    return Demo.shared(base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base)
