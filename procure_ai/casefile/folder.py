"""A case folder: what is in it, and how a step writes to it whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import procure_ai
from procure_ai.casefile import record as records
from procure_ai.casefile.messages import found_as, refuse_as
from procure_ai.casefile.record import Line, Record
from procure_ai.files.disk import canonical_json, read_bytes, sha256, write_atomic
from procure_ai.findings import Finding, Place, Refused

CASE = "procedure.yaml"
LOCK = ".procure-ai.lock"
BEGUN = ".procure-ai.begun"  # what a step is about to write; left behind only when it was interrupted


@dataclass(frozen=True)
class Folder:
    """A case folder. Paths inside it are written with forward slashes, relative to it."""

    path: Path

    def at(self, name: str) -> Path:
        """The place on disk of a file in the folder."""
        return self.path.joinpath(*name.split("/"))

    def has(self, name: str) -> bool:
        """Whether the file is there."""
        return self.at(name).is_file()

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises `Refused` with the name as shown to the user."""
        return read_bytes(self.at(name), name)

    def case_bytes(self) -> bytes:
        """procedure.yaml. Raises `Refused` (F044) when this is no case folder."""
        if not self.has(CASE):
            raise refuse_as("F044", Place(CASE), name=self.path.name or self.path)
        return self.read(CASE)

    def record(self) -> Record:
        """The record of the folder; empty when there is none yet."""
        if self.has(records.FILE):
            return records.read_record(self.read(records.FILE))
        if self.at("package").is_dir():
            raise refuse_as("R104", Place(records.FILE))
        return Record()

    def recorded(self, name: str, record: Record) -> bytes:
        """A file that an earlier step wrote or took in, unchanged since.

        Raises `Refused` (R110 not recorded, R111 changed, F040 gone).
        """
        expected = record.files().get(name)
        if expected is None:
            raise refuse_as("R110", Place(name), name=name)
        data = self.read(name)
        if sha256(data) != expected:
            raise refuse_as("R111", Place(name), name=name)
        return data

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one person at a time writes in the folder. Raises `Refused` (R112)."""
        lock = self.path / LOCK
        try:
            handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            raise refuse_as("R112", Place(LOCK)) from None
        except OSError:
            raise refuse_as("F042", Place(str(self.path))) from None
        try:
            os.close(handle)
            yield
        finally:
            lock.unlink(missing_ok=True)


@dataclass
class Step:
    """One step being prepared: files to write and to take in. Nothing happens until `finish`."""

    folder: Folder
    name: str
    moment: datetime
    record: Record
    data: dict[str, Any] = field(default_factory=dict)
    files_in: dict[str, str] = field(default_factory=dict)
    staged: dict[str, bytes] = field(default_factory=dict)

    def take(self, name: str, data: bytes) -> None:
        """Note a file that this step used."""
        self.files_in[name] = sha256(data)

    def drop(self, name: str) -> None:
        """Take away a file of which this step keeps a copy elsewhere."""
        self.data["dropped"] = sorted({*self.data.get("dropped", ()), name})

    def put(self, name: str, data: bytes) -> None:
        """Stage a file that this step writes."""
        self.staged[name] = data

    def finish(self) -> Line:
        """Write the staged files and then the line. Raises `Refused` and writes nothing when a target
        was changed by hand (R113) or cannot be written (F042)."""
        with self.folder.locked():
            current = self.folder.record()
            if current.head != self.record.head:
                raise refuse_as("R114", Place(records.FILE))
            self._guard()
            hashes = {name: sha256(data) for name, data in self.staged.items()}
            line = current.next(self.name, self.moment, procure_ai.__version__, self.data, self.files_in, hashes)
            old = self.folder.read(records.FILE) if self.folder.has(records.FILE) else b""
            whole = old + records.write_line(line)
            begun = self._begun()
            intent = {**begun, **{name: [*begun.get(name, []), hashes[name]] for name in hashes}}
            write_atomic(self.folder.at(BEGUN), canonical_json(intent), BEGUN)
            for name, data in self.staged.items():
                write_atomic(self.folder.at(name), data, name)
            for name in set(self.data.get("dropped", ())) - set(self.staged):
                self.folder.at(name).unlink(missing_ok=True)
            write_atomic(self.folder.at(records.FILE), whole, records.FILE)
            left = {name: known for name, known in begun.items() if name not in hashes}
            if left:
                write_atomic(self.folder.at(BEGUN), canonical_json(left), BEGUN)
            else:
                self.folder.at(BEGUN).unlink(missing_ok=True)
            return line

    def _begun(self) -> dict[str, list[str]]:
        """The hashes of files that interrupted steps wrote or were about to write."""
        try:
            found = json.loads(self.folder.read(BEGUN)) if self.folder.has(BEGUN) else {}
        except (ValueError, RecursionError):
            return {}
        known = found if isinstance(found, dict) else {}
        return {name: hashes for name, hashes in known.items() if isinstance(hashes, list)}

    def _guard(self) -> None:
        """A file that somebody edited is never overwritten; a locked file is found before writing."""
        findings: list[Finding] = []
        begun = self._begun()
        for name, data in self.staged.items():
            path = self.folder.at(name)
            if not path.is_file():
                continue
            present = sha256(self.folder.read(name))
            ours = {sha256(data), *self.record.ever_written(name), *begun.get(name, ())}
            if present not in ours:
                findings.append(found_as("R113", Place(name), name=name))
            try:
                with path.open("ab"):
                    pass
            except OSError:
                findings.append(found_as("F042/open", Place(name), name=name))
        if findings:
            raise Refused(findings)


def begin(folder: Folder, name: str, moment: datetime, record: Record, data: Mapping[str, Any] | None = None) -> Step:
    """A new step on the record from which its order was judged; another step in between refuses it (R114).

    After the decision not to award only decisions of people follow (R186).
    """
    if name != "decide" and record.last("no-award"):
        raise refuse_as("R186")
    return Step(folder, name, moment, record, dict(data or {}))


def day_of(text: str) -> date:
    """The day that somebody typed. Raises `Refused` (P122)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse_as("P122", text=text) from None
