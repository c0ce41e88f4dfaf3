"""A library of 250, 500 and 1,000 clauses: load, check, draft, and diff two versions of it.

    python benchmarks/library.py

The clauses are the shipped ones, copied under other ids (`retention`, `retention-c1`, …); within a copy they refer to
each other as the shipped ones do. The clauses that collect from others, the annexes and the data files are there once.
Old and new version differ in three ways: every tenth clause has a changed word, every tenth another id, and every
tenth is new. Times are of the processor, so that a busy machine does not blur them; the best of three.

Bars: with 1,000 clauses each under 5 seconds, and at most 2.6 times what it takes with 500 (linear is 2).
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

from procure_ai.casefile import data, drafts
from procure_ai.drafting.contract import draft
from procure_ai.library.check import check_library
from procure_ai.library.compare import as_document, compare
from procure_ai.library.load import load_library
from procure_ai.procedure.read import read_case

SIZES = (250, 500, 1000)
ROUNDS, SECONDS, GROWTH = 3, 5.0, 2.6
COLLECTING = re.compile(r"\{\{(?:definitions|deviations|precedence)\}\}")


def shipped() -> dict[str, str]:
    """The texts of the library by path."""
    root = data.data_root()
    files = [*root.glob("clauses/**/*.md"), *root.glob("clauses/**/*.yaml"), *root.glob("scorecards/**/*.md"),
             *root.glob("scorecards/*/set.yaml")]  # fmt: skip
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in sorted(files)}


def grown(files: Mapping[str, str], size: int) -> dict[str, str]:
    """The library with `size` clauses; a clause that does not fit in the last copy is not copied."""
    result = dict(files)
    clauses = {path: text for path, text in files.items() if path.endswith(".md") and path.startswith("clauses/")
               and "/annexes/" not in path}  # fmt: skip
    copied = [path for path, text in clauses.items() if not COLLECTING.search(text)]
    left = size - len(clauses)
    for number in count(1):
        chosen = copied[:left]
        if not chosen:
            return result
        names = {Path(path).stem for path in chosen}
        for path in chosen:
            result[f"{path[:-3]}-c{number}.md"] = renamed(files[path], names, f"-c{number}")
        left -= len(chosen)
    raise AssertionError


def renamed(text: str, names: set[str], suffix: str) -> str:
    """A clause under another id; what it says about these clauses, it says about their copies."""

    def other(match: re.Match[str]) -> str:
        return f"{match[1]}{match[2]}{suffix}" if match[2] in names else match[0]

    text = re.sub(r"^(id: )([\w-]+)$", other, text, count=1, flags=re.MULTILINE)
    text = re.sub(r"(\[\[)([\w-]+)", other, text)
    text = re.sub(r"(\{\{|^    (?:within|every): )([\w-]+)(?=\.)", other, text, flags=re.MULTILINE)
    lines = text.split("\n")
    for index in under_with(lines):
        lines[index] = re.sub(r"^( *- )([\w-]+)$", other, lines[index])
    return "\n".join(lines)


def under_with(lines: list[str]) -> Iterator[int]:
    """The lines of the lists under `with:` in a header."""
    inside = False
    for index, line in enumerate(lines):
        inside = line.strip() == "with:" or (inside and line.lstrip().startswith("- "))
        if inside:
            yield index


def newer(files: Mapping[str, str]) -> dict[str, str]:
    """The next version of a library."""
    result: dict[str, str] = {}
    for index, (path, text) in enumerate(files.items()):
        copy = re.search(r"-c\d+\.md$", path)
        if copy and index % 10 == 1:
            result[path[:-3] + "-anders.md"] = text.replace("\ntitle: ", "\ntitle: Andere ", 1)
        elif copy and index % 10 == 2:
            result[path] = text
            result[path[:-3] + "-nieuw.md"] = "\n".join(reversed(text.split("\n")))
        else:
            result[path] = text.replace("De {{supplier}}", "Iedere {{supplier}}", 1) if index % 10 == 0 else text
    return result


def best(run: Callable[[], object]) -> float:
    """The best time of a call in seconds of the processor."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def measured(size: int, folder: Path) -> dict[str, float]:
    """The time of each step with so many clauses."""
    files = grown(shipped(), size)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    library, _ = load_library(folder)
    assert len(library.clauses) == size
    case, _ = read_case((data.data_root() / "examples/chatbot-gemeente/procedure.yaml").read_bytes(), library)
    page = drafts.page(library.kinds["annex"].page)
    assert not [item for item in (*check_library(library), *draft(case, library, page).findings) if item.is_error]
    after = newer(files)
    return {
        "load": best(lambda: load_library(folder)),
        "check": best(lambda: check_library(library)),
        "draft": best(lambda: draft(case, library, page)),
        "diff": best(lambda: as_document(compare(files, after), "oud", "nieuw")),
    }


def main() -> int:
    """Print the table; 1 when a bar is not met."""
    times: dict[int, dict[str, float]] = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            times[size] = measured(size, Path(folder))
    small, middle, large = SIZES
    print("a library of      " + "".join(f"{size:8d}" for size in SIZES) + "  clauses")
    missed = False
    for step in times[large]:
        growth = times[large][step] / times[middle][step]
        wrong = times[large][step] >= SECONDS or growth > GROWTH
        missed = missed or wrong
        print(
            f"  {step:<16}" + "".join(f"{times[size][step]:8.2f}" for size in SIZES)
            + f"  s   growth {times[middle][step] / times[small][step]:.1f} and {growth:.1f} (bar {GROWTH})"
            + ("   MISSED" if wrong else "")
        )  # fmt: skip
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
