"""git as a helper: what stood in an older revision. Nothing is written, and no setting of a user is followed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_SECONDS = 60


def available() -> bool:
    """Whether git is there."""
    return shutil.which("git") is not None


def ask(folder: Path, *arguments: str) -> bytes | None:
    """What git says about the repository around this folder, or None when it refuses or takes too long.

    Variables such as GIT_DIR, which point at another repository, are left out.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603
            [shutil.which("git") or "git", *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, check=False, timeout=_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def commit_of(folder: Path, name: str) -> str:
    """The commit that this name stands for, or nothing.

    A name that begins with a dash could be taken for an option; no revision does.
    """
    if not name or name.startswith("-") or not name.isprintable():
        return ""
    found = ask(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") or b""
    return found.decode("ascii", "replace").strip()
