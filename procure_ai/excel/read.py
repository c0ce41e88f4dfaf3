"""A workbook that came back becomes cells; a file that cannot be trusted becomes findings.

The guard runs here, in Python that is bounded by its limits. Reading the values is left to a child
process that is kept for the next file: what gets past the guard can break that child and nothing else,
and a child that takes too long is stopped. Nothing of a returned file is ever saved.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import pickle
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic

from procure_ai.documents.tables import ReadCell, ReadSheet, ReadWorkbook
from procure_ai.excel.common import IDENTITY_SHEET, LISTS_SHEET, number
from procure_ai.excel.worker import UNREADABLE, Answer, Marks, needed
from procure_ai.files.archive import open_archive
from procure_ai.findings import Place, Refused, refuse

TIME_LIMIT = 20.0  # seconds for one file; an honest form takes milliseconds
_START = "import sys; sys.path[:] = sys.argv[1:]; import worker; del sys.path[0]; worker.main()"
_AGAIN = "Open het bestand in Excel, sla het opnieuw op als gewoon .xlsx-bestand en lever dat in."


def read(data: bytes, file: str) -> ReadWorkbook:
    """The cells of a returned workbook; raises `Refused` when it is not safe or not readable."""
    (result,) = read_many([(file, data)])
    if isinstance(result, Refused):
        raise result
    return result


def read_many(files: Sequence[tuple[str, bytes]]) -> list[ReadWorkbook | Refused]:
    """The cells of each (name, bytes), or why it is refused; one bad file does not stop the others."""
    with _lock:
        done = Event()
        Thread(target=_watch, args=[done], daemon=True).start()
        collecting = gc.isenabled()
        gc.disable()  # hundreds of thousands of cells without cycles: looking for them doubles the time
        try:
            return _read_many(files)
        finally:
            done.set()
            if collecting:
                gc.enable()


def _read_many(files: Sequence[tuple[str, bytes]]) -> list[ReadWorkbook | Refused]:
    results: dict[int, ReadWorkbook | Refused] = {}
    asked: list[int] = []
    # The child reads one file while we guard the next and turn the last one into cells.
    for index, (name, data) in enumerate(files):
        _child.start()
        try:
            parts = needed(open_archive(data, name, kind="xlsx"))
        except Refused as refused:
            results[index] = refused
            continue
        answer = _child.answer() if asked else None
        _child.ask(parts)
        if asked:
            results[asked[-1]] = _workbook(files[asked[-1]][0], answer)
        asked.append(index)
    if asked:
        results[asked[-1]] = _workbook(files[asked[-1]][0], _child.answer())
    return [results[index] for index in range(len(files))]


class _Child:
    """A process that reads workbooks, started when first needed and again after a fault."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.waiting_since: float | None = None

    def start(self) -> subprocess.Popen[bytes]:
        if self.process is None:
            self.process = subprocess.Popen(  # noqa: S603 - ourselves, with fixed words
                [sys.executable, "-S", "-c", _START, str(Path(__file__).parent), *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pipesize=1 << 20,  # a whole message fits, where the system allows it
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        return self.process

    def ask(self, parts: dict[str, bytes]) -> None:
        stream = self.start().stdin
        assert stream is not None
        self.waiting_since = monotonic()
        try:
            pickle.dump(parts, stream, pickle.HIGHEST_PROTOCOL)
            stream.flush()
        except OSError:
            self.stop()

    def answer(self) -> Answer | None:
        """What the child says, or None when it was stopped or fell over."""
        if self.process is None or self.process.stdout is None:
            return None
        try:
            answer: Answer = pickle.load(self.process.stdout)  # noqa: S301 - from our own child
        except (EOFError, OSError, pickle.UnpicklingError):
            self.stop()
            return None
        self.waiting_since = None
        return answer

    def stop(self) -> None:
        process, self.process, self.waiting_since = self.process, None, None
        if process is not None:
            process.kill()
            with contextlib.suppress(OSError):
                process.communicate()


def _watch(done: Event) -> None:
    """Stops a child that takes too long; one thread for a whole batch."""
    while not done.wait(TIME_LIMIT / 50):
        since, process = _child.waiting_since, _child.process
        if since is not None and process is not None and monotonic() - since > TIME_LIMIT:
            process.kill()


_child = _Child()
_lock = Lock()
atexit.register(_child.stop)


def _workbook(file: str, answer: Answer | None) -> ReadWorkbook | Refused:
    place = Place(file=file)
    if answer is None:
        message = "Het lezen van het bestand duurde te lang of liep vast en is gestopt."
        return refuse("A014", message, _AGAIN, place=place)
    if answer == UNREADABLE:
        return refuse("A013", "Het bestand kan niet als werkmap worden gelezen.", _AGAIN, place=place)
    identity: dict[str, str] = {}
    sheets = []
    for name, rows, marks in answer:
        if name == IDENTITY_SHEET:
            identity = {str(row[0]): str(row[1]) if len(row) > 1 else "" for row in rows if row and row[0] != ""}
        elif name != LISTS_SHEET:
            sheets.append(ReadSheet(name, _cells(rows, marks)))
    return ReadWorkbook(file, tuple(sheets), identity)


def _cells(rows: Sequence[Sequence[object]], marks: Marks) -> dict[tuple[int, int], ReadCell]:
    formulas, errors, percents = marks
    cells = {
        (row_number, column): ReadCell(value if type(value) is str else _value(value))
        for row_number, row in enumerate(rows)
        for column, value in enumerate(row)
        if value != ""
    }
    for place in percents & cells.keys():
        if isinstance(cells[place].value, Decimal):
            cells[place] = cells[place]._replace(kind="percent")
    for place, error in errors.items():
        cells[place] = ReadCell(error, kind="error")
    for place in formulas:
        found = cells.get(place)
        cells[place] = ReadCell(found.value if found else "", formula=True)
    return cells


def _value(value: object) -> str | Decimal | bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        # A hostile file may spell a number as NaN or make it endless: then it is no number.
        return number(value) if abs(value) < 1e300 else str(value)
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)
