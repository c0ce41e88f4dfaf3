"""The example case at every stage, a command line without a shell, and openpyxl as the users' program.

The demonstration runs once. A stage is cut out of it: the first lines of the record with the files that
those lines name, which is what the folder looked like at that moment.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree

import yaml
from openpyxl import load_workbook

from procure_ai.cli import main
from procure_ai.files.strict_yaml import decode, parse, raw

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = "chatbot-gemeente"
STORY = ROOT / "examples" / EXAMPLE / "story"
TENDERERS = ("parlando", "openstad", "quickchat", "cirrus")
RANKED = ("openstad", "parlando", "quickchat")
ASSESSORS = ("bakker", "visser", "jansen")
OPENERS = ("Yasmin el Amrani", "Peter Smit")
NAMES = {
    "parlando": "Parlando Taaltechniek B.V.",
    "openstad": "Coöperatie OpenStad U.A.",
    "quickchat": "QuickChat Europe Ltd.",
    "cirrus": "Cirrus Cloud Solutions N.V.",
}
# What each step that reads takes from received/.
REPLIES = {
    "requirements-read": ("requirements.xlsx",),
    "declaration-read": tuple(f"declaration-{name}.xlsx" for name in ASSESSORS),
    "scorecard-read": tuple(f"scorecard-{name}.xlsx" for name in ASSESSORS),
    "consensus-read": ("consensus.xlsx",),
}


# --- the command line -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*arguments: str | Path, at: str = "2027-03-05T09:00") -> Ran:
    """Run a command as a user would, at a fixed moment (UTC)."""
    from datetime import UTC, datetime

    epoch = str(int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()))
    out, err = io.StringIO(), io.StringIO()
    with patch.dict(os.environ, {"SOURCE_DATE_EPOCH": epoch}), redirect_stdout(out), redirect_stderr(err):
        try:
            main([str(item) for item in arguments])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 99
        else:
            code = 98
    return Ran(code, out.getvalue(), err.getvalue())


def fine(*arguments: str | Path, at: str = "2027-03-05T09:00") -> Ran:
    """Run a command that must succeed."""
    ran = run(*arguments, at=at)
    assert ran.code == 0, ran.said
    return ran


def refused(ran: Ran, *codes: str) -> str:
    """The command found errors: exit 1, exactly these error codes, and no sign of a crash. Gives what it said."""
    assert ran.code == 1, ran
    assert "Traceback" not in ran.said
    assert "Onverwachte fout" not in ran.said
    assert sorted(set(re.findall(r"(?<!\w)fout ([A-Z]\d{3}):", ran.said))) == sorted(set(codes)), ran.said
    return ran.said


def snapshot(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- stages ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Demo:
    """The finished demonstration; `at` gives a copy of the case as it was after a step."""

    path: Path

    @property
    def case(self) -> Path:
        return self.path / EXAMPLE

    @classmethod
    def shared(cls, folder: Path) -> Demo:
        """The demonstration in this folder, run once however many processes and test folders ask for it.

        LibreOffice stays out of it: it counts pages, which takes seconds.
        """
        from procure_ai.casefile import demo
        from procure_ai.files import office

        target, ready = folder / "demo-of-the-tests", folder / "demo-of-the-tests.ready"
        try:
            target.mkdir()
        except FileExistsError:
            for _ in range(600):
                if ready.exists():
                    return cls(target)
                sleep(0.1)
            raise
        with patch.object(office, "soffice", lambda: None):
            for _ in demo.run(target):
                pass
        ready.touch()
        return cls(target)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.case / "record.jsonl").read_text("utf-8").split("\n") if line]

    def at(self, step: str, target: Path) -> Path:
        """The case right after the last line of this step, in `target`; `start` is before publication."""
        lines = self.lines()
        count = 0 if step == "start" else max(line["number"] for line in lines if line["step"] == step)
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy2(self.case / "procedure.yaml", target / "procedure.yaml")
        for line in lines[:count]:
            for name in (*line["in"], *line["out"]):
                place = target / name
                if not place.exists():
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(self.case / name, place)
        kept = (self.case / "record.jsonl").read_bytes().split(b"\n")[:count]
        if kept:
            (target / "record.jsonl").write_bytes(b"\n".join(kept) + b"\n")
        return target

    def reply(self, step: str, target: Path) -> None:
        """Put in received/ what people sent back before this step read it."""
        for name in REPLIES[step]:
            place = target / "received" / name
            place.parent.mkdir(exist_ok=True)
            shutil.copy2(self.case / "received" / name, place)

    def inbox(self, tenderer: str) -> list[Path]:
        return sorted((self.path / "inbox" / tenderer).iterdir())

    def form(self, tenderer: str) -> bytes:
        return (self.path / "inbox" / tenderer / "answer-form.xlsx").read_bytes()

    def vault(self) -> list[Path]:
        return [self.path / "kluis" / name / "price-sheet.xlsx" for name in RANKED]


def story(name: str) -> Any:
    """A file of the story as plain data."""
    return raw(parse(decode((STORY / name).read_bytes(), name), name))


# --- openpyxl as the program in which people fill in forms ----------------------------------------


def edited(data: bytes, change: Callable[[Any], None]) -> bytes:
    """The workbook after somebody changed and saved it."""
    book = load_workbook(io.BytesIO(data))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def place_of(book: Any, name: str) -> tuple[Any, str]:
    """The sheet and the cell with this defined name."""
    sheet, _, cell = book.defined_names[name].attr_text.rpartition("!")
    return book[sheet.strip("'").replace("''", "'")], cell.replace("$", "")


def cell_of(data: bytes, name: str) -> tuple[str, str]:
    """The sheet and the cell with this defined name, as a message shows them."""
    sheet, cell = place_of(load_workbook(io.BytesIO(data)), name)
    return sheet.title, cell


def typed(data: bytes, values: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> bytes:
    """The workbook after somebody typed these values in the cells with these names."""
    wanted = dict(values)

    def change(book: Any) -> None:
        for name, value in wanted.items():
            sheet, cell = place_of(book, name)
            sheet[cell] = value

    return edited(data, change)


def answers_in(data: bytes) -> dict[str, Any]:
    """What stands in the named cells of a filled-in workbook."""
    book = load_workbook(io.BytesIO(data))
    found = {}
    for name in book.defined_names:
        if name.startswith("v_"):
            sheet, cell = place_of(book, name)
            if sheet[cell].value is not None:
                found[name] = sheet[cell].value
    return found


def retyped(empty: bytes, filled: bytes) -> bytes:
    """The empty form, opened and saved by openpyxl, with the answers of the filled-in one typed in."""
    return typed(empty, answers_in(filled))


# --- reading what was made --------------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def paragraphs(data: bytes) -> list[str]:
    """The text of every paragraph of a Word file, read without our own reader. Line breaks are `\\n`."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read("word/document.xml"))
    return ["".join(_pieces(item)) for item in root.iter(f"{_W}p")]


def _pieces(paragraph: ElementTree.Element) -> Iterator[str]:
    for item in paragraph.iter():
        if item.tag == f"{_W}t":
            yield item.text or ""
        elif item.tag == f"{_W}br":
            yield "\n"


def zipped_text(data: bytes) -> str:
    """All text in all parts of an Office file: nothing can hide."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return re.sub(r"<[^<>]*>", "", "\n".join(parts))


# --- procedure.yaml -------------------------------------------------------------------------------


def change_case(folder: Path, old: str, new: str) -> int:
    """Replace one text in procedure.yaml and give the line on which it began."""
    path = folder / "procedure.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{text.count(old)} times: {old}"
    path.write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def dump(value: Any) -> str:
    """Block-style YAML of plain data."""
    return yaml.safe_dump(value, allow_unicode=True, default_flow_style=False, sort_keys=False)
