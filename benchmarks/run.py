"""Every benchmark in turn, compared with a peer or with half its size. Leaves with 1 when a bar is not met."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NAMES = ("startup", "contract", "read_bids", "write_scorecards", "library")

if __name__ == "__main__":
    results = [subprocess.run([sys.executable, str(HERE / f"{name}.py")], check=False).returncode for name in NAMES]
    raise SystemExit(int(any(results)))
