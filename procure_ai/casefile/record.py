"""The record: an append-only file in which each line carries the hash of the one before.

It shows what was done, when, with which files in and out. Claim only this: a change in the record or
in a recorded file is detectable against a hash that was printed before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from procure_ai.casefile.messages import refuse_as
from procure_ai.files.disk import sha256
from procure_ai.findings import Place

FILE = "record.jsonl"


@dataclass(frozen=True, slots=True)
class Line:
    """One step: its number, name, moment (ISO), facts of the step, hashes of files, and its own hash."""

    number: int
    step: str
    moment: str
    tool: str
    data: Mapping[str, Any]
    files_in: Mapping[str, str] = field(default_factory=dict)
    files_out: Mapping[str, str] = field(default_factory=dict)
    previous: str = ""
    hash: str = ""

    @property
    def date(self) -> str:
        """The day of the step, ISO."""
        return self.moment[:10]

    def content(self) -> dict[str, Any]:
        """Everything the hash covers."""
        return {
            "number": self.number, "step": self.step, "moment": self.moment, "tool": self.tool,
            "data": self.data, "in": self.files_in, "out": self.files_out, "previous": self.previous,
        }  # fmt: skip


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Record:
    """The lines so far, in order."""

    lines: tuple[Line, ...] = ()

    @property
    def head(self) -> str:
        """The hash of the last line; empty when there is none."""
        return self.lines[-1].hash if self.lines else ""

    def of(self, step: str) -> tuple[Line, ...]:
        """The lines of one step."""
        return tuple(line for line in self.lines if line.step == step)

    def last(self, step: str) -> Line | None:
        """The last line of one step, or None."""
        lines = self.of(step)
        return lines[-1] if lines else None

    def files(self) -> dict[str, str]:
        """The last recorded hash of every file that a step wrote or took in."""
        known: dict[str, str] = {}
        for line in self.lines:
            for name in line.data.get("dropped", ()):
                known.pop(name, None)
            known.update(line.files_in)
            known.update(line.files_out)
        return known

    def ever_written(self, path: str) -> frozenset[str]:
        """Every hash under which a step wrote this file."""
        return frozenset(line.files_out[path] for line in self.lines if path in line.files_out)

    def next(
        self,
        step: str,
        moment: datetime,
        tool: str,
        data: Mapping[str, Any],
        files_in: Mapping[str, str],
        files_out: Mapping[str, str],
    ) -> Line:
        """The line that follows, with its hash."""
        line = Line(
            len(self.lines) + 1, step, moment.isoformat(timespec="seconds"), tool,
            dict(data), dict(files_in), dict(files_out), self.head,
        )  # fmt: skip
        return replace(line, hash=sha256(_json(line.content())))


def write_line(line: Line) -> bytes:
    """The line as it stands in the file."""
    return _json({**line.content(), "hash": line.hash}) + b"\n"


def read_record(data: bytes, file: str = FILE) -> Record:
    """The record, checked from the first line to the last. Raises `Refused` (R101 to R103).

    `file` is the name to show: a ledger of approvals is kept in the same way.
    """
    lines: list[Line] = []
    # Only a line feed ends a line: a reason may hold other line ends, which JSON leaves as they are.
    rows = data.decode("utf-8", "replace").split("\n")
    cut_off = rows.pop()  # what stands behind the last line feed: nothing, or a line that was not finished
    for number, raw in enumerate([*rows, *([cut_off] if cut_off or not rows else [])], start=1):
        place, name = Place(file, number), file.rpartition("/")[2]
        try:
            if number > len(rows):
                raise ValueError("cut off")
            content = json.loads(raw)
            line = Line(
                content["number"], content["step"], content["moment"], content["tool"], content["data"],
                content["in"], content["out"], content["previous"], content["hash"],
            )  # fmt: skip
            changed = sha256(_json(line.content())) != line.hash
        except (ValueError, KeyError, TypeError, RecursionError):
            raise refuse_as("R101", place, name=name) from None
        if line.previous != (lines[-1].hash if lines else "") or line.number != number:
            raise refuse_as("R102", place, name=name)
        if changed:
            raise refuse_as("R103", place, name=name)
        lines.append(line)
    return Record(tuple(lines))
