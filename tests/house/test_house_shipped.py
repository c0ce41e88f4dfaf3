"""What leaves the house: sound Office files, nothing of this machine in them, and a wheel that is complete."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from casefile_support import Demo, zipped_text

ROOT = Path(__file__).parent.parent.parent
DATA = ("clauses", "scorecards", "templates", "examples")

# One file of each kind that we write; the others come from the same description.
KINDS: dict[str, tuple[str, ...]] = {
    "package": ("package/v1/contract.docx", "package/v1/requirements.docx", "package/v1/award-model.docx",
                "package/v1/motivation.docx", "package/v1/processing-annexes.docx",
                "package/v1/answer-form.xlsx", "package/v1/price-sheet.xlsx", "package/v1/notice-criteria.xlsx"),
    "sent": ("sent/requirements.xlsx", "sent/declaration-bakker.xlsx", "sent/scorecard-visser.xlsx",
             "sent/consensus.xlsx"),
    "filled in": ("tenders/openstad/answer-form.xlsx", "received/scorecard-jansen.xlsx", "received/consensus.xlsx"),
    "award": ("award/award-report.docx", "award/ranking.xlsx", "award/letters/openstad.docx",
              "award/letters/parlando.docx", "award/letters/cirrus.docx"),
    "own": ("AI-bijlage-openstad.docx", "file/justification.docx", "file/checklist.docx"),
}  # fmt: skip
ALIKE = ("AI-bijlage.docx", "tenders/openstad/price-sheet.xlsx", "received/requirements.xlsx")


def shipped(demo: Demo) -> Iterator[Path]:
    for path in sorted(demo.case.rglob("*")):
        if path.suffix in (".docx", ".xlsx"):
            yield path


def test_every_kind_of_file_is_looked_at(demo: Demo) -> None:
    """A new file that we write must be added to the list above."""
    same = re.compile(r"(?<=[/-])(?:openstad|parlando|quickchat|cirrus|bakker|visser|jansen)(?=[./])")

    def kinds(names: Iterator[str]) -> set[str]:
        return {same.sub("*", name.replace("received/declaration", "sent/declaration")) for name in names}

    listed = kinds(name for names in (*KINDS.values(), ALIKE) for name in names)
    assert kinds(path.relative_to(demo.case).as_posix() for path in shipped(demo)) == listed


@pytest.mark.validators
@pytest.mark.parametrize("kind", KINDS)
def test_validators_find_nothing(kind: str, demo: Demo) -> None:
    from openxml_audit import OpenXmlValidator

    program = shutil.which("ooxml-validator")
    assert program
    validator = OpenXmlValidator()
    for name in KINDS[kind]:
        path = demo.case / name
        result = validator.validate(str(path))
        assert [str(error) for error in result.errors] == [], name
        ran = subprocess.run([program, str(path)], capture_output=True, check=False)
        assert json.loads(ran.stdout)["errors"] == [], name


def test_files_say_nothing_of_this_machine(demo: Demo) -> None:
    for path in shipped(demo):
        text = zipped_text(path.read_bytes())
        assert str(demo.path) not in text, path
        for word in ("/tmp/", str(ROOT), os.environ.get("HOME", "/root") + "/"):
            assert word not in text, path


def test_files_have_fixed_dates_inside(demo: Demo) -> None:
    """The same input gives the same bytes: no moment of writing in the archive or the properties."""
    for path in shipped(demo):
        with zipfile.ZipFile(path) as archive:
            assert {item.date_time[0] for item in archive.infolist()} == {1980}, path
            properties = archive.read("docProps/core.xml").decode("utf-8")
        years = re.findall(r">(20\d\d)-\d\d-\d\dT", properties)
        assert set(years) <= {"2026", "2027"}, path


# --- the wheel -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a build needs."""
    target = tmp_path_factory.mktemp("sources")
    for name in ("procure_ai", *DATA):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy2(ROOT / name, target / name)
    return target


@pytest.fixture(scope="module")
def installed(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked; without hatchling, put together as pyproject.toml tells it to."""
    target = tmp_path_factory.mktemp("installed")
    if find_spec("hatchling"):
        with zipfile.ZipFile(built(sources)) as archive:
            archive.extractall(target)
        return target
    config = tomllib.loads((sources / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]
    for name in config["packages"]:
        shutil.copytree(sources / name, target / name)
    for name, place in config["force-include"].items():
        shutil.copytree(sources / name, target / place)
    return target


def built(sources: Path) -> Path:
    """The wheel, made by the build backend itself, without a network."""
    for old in sources.glob("dist/*.whl"):
        return old
    code = "from hatchling.build import build_wheel; print(build_wheel('dist'))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=sources, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return sources / "dist" / ran.stdout.strip().split("\n")[-1]


@pytest.mark.skipif(
    not find_spec("hatchling") and not os.environ.get("CI"), reason="needs the build backend: pip install hatchling"
)
def test_the_wheel_holds_code_and_texts(sources: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(built(sources).read_bytes())) as archive:
        names = set(archive.namelist())
    for folder in DATA:
        expected = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        expected = {name for name in expected if "__pycache__" not in name}
        held = {name.removeprefix("procure_ai/data/") for name in names}
        assert expected <= held, folder
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "procure_ai").rglob("*.py")}
    assert code <= names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "benchmarks/", "node_modules/"))]
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    (metadata,) = [name for name in names if name.endswith("/METADATA")]
    with zipfile.ZipFile(built(sources)) as archive:
        text = archive.read(metadata).decode("utf-8")
        entry = archive.read(metadata.replace("METADATA", "entry_points.txt")).decode("utf-8")
    assert "License-Expression: EUPL-1.2" in text
    assert "procure-ai = procure_ai.cli:main" in entry


_USE = """
import sys, procure_ai
from pathlib import Path
from procure_ai.cli import _run
from procure_ai.casefile import data
print("code", Path(procure_ai.__file__).parent)
print("data", data.data_root())
codes = []
for name in data.examples():
    codes += [_run(["init", f"map van {name}", "--example", name]), _run(["plan", f"map van {name}"])]
codes += [_run(["init", "leeg"]), _run(["library", "check"]), _run(["doctor"]), _run(["check", "--explain", "D120"])]
codes += [_run(["contract", f"map van {name}", "--format", "docx,md"])]
print("codes", codes, len(data.examples()))
"""


def test_code_from_a_wheel_finds_its_texts(installed: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PATH")}
    environment |= {"PYTHONPATH": str(installed), "PATH": "", "PYTHONUTF8": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", _USE], cwd=tmp_path, env=environment, capture_output=True, check=False, encoding="utf-8"
    )
    assert ran.returncode == 0, ran.stderr
    assert f"code {installed / 'procure_ai'}\n" in ran.stdout
    assert f"data {installed / 'procure_ai' / 'data'}\n" in ran.stdout
    assert f"codes {[0] * 15} 5" in ran.stdout, ran.stdout[-800:] + ran.stderr
    assert str(ROOT) not in ran.stdout + ran.stderr
