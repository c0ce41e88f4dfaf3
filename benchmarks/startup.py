"""`procure-ai --help` against a bare `python -c "import click"`. Bar: under 2.5 x."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 15


def median(command: list[str]) -> float:
    """The median time of a command in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> int:
    """Print the table; 1 when the bar is not met."""
    program = str(Path(sys.executable).with_name("procure-ai"))
    bare = median([sys.executable, "-c", "import click"])
    ours = median([program, "--help"])
    print(f"start-up: procure-ai --help {ours:.0f} ms, import click {bare:.0f} ms, ratio {ours / bare:.2f} (bar 2.5)")
    return int(ours >= 2.5 * bare)


if __name__ == "__main__":
    raise SystemExit(main())
