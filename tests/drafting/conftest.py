"""The shipped library, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from procure_ai.library.load import load_library
from procure_ai.library.models import Library


@pytest.fixture(scope="session")
def library(root: Path) -> Library:
    """The library as shipped."""
    return load_library(root)[0]
