"""The child process that reads the values of workbooks from outside.

It runs the fast reader, so that a fault there (a crash, a hang, too much memory) ends this process and
not the program. It gets parts that came through the guard. Requests and answers are pickled, each after
its length in eight bytes; the child stops when its input closes.
"""

from __future__ import annotations

import gc
import io
import pickle
import struct
import sys
from collections.abc import Sequence
from typing import IO
from zlib import crc32

from procure_ai.excel.scan import Area, Position, quick_marks, sheet_parts
from procure_ai.files.archive import SHARED_TEXTS

LENGTH = struct.Struct("<Q")
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
MEMORY = 2_000_000_000
_OTHER_PARTS = frozenset(
    {
        "[content_types].xml",
        "_rels/.rels",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        SHARED_TEXTS,
    }
)
# Name, rows of values, formula cells, areas filled by one formula, error cells.
RawSheet = tuple[str, Sequence[Sequence[object]], set[Position], list[Area], dict[Position, str]]
Answer = list[RawSheet]
UNREADABLE: Answer = []  # every readable workbook has a sheet


def needed(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts that matter for the values: what decides about dates, texts and cells."""
    return {
        name: content
        for name, content in parts.items()
        if name.lower() in _OTHER_PARTS or (b"sheetData" in content and _is_sheet(name))
    }


def read_parts(parts: dict[str, bytes]) -> Answer:
    """The values and marks of every sheet, or `UNREADABLE`."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheets = sheet_parts(parts)
        # A part that the guard measured once may not come in as more sheets.
        if len({part for _, part in sheets}) < len(sheets):
            return UNREADABLE
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(_stored(parts)))
        if [title for title, _ in sheets] != workbook.sheet_names:
            return UNREADABLE
        answer: list[RawSheet] = []
        for index, (title, part) in enumerate(sheets):
            if part in parts:  # a sheet with only a chart is not
                marks = quick_marks(parts[part])
                rows = workbook.get_sheet_by_index(index).to_python(skip_empty_area=False)
                answer.append((title, rows, marks.formulas, marks.arrays, marks.errors))
        return answer
    except (CalamineError, ValueError, KeyError, SyntaxError, OSError):
        return UNREADABLE


def _is_sheet(part: str) -> bool:
    return part.endswith(".xml") and part.lower() != SHARED_TEXTS


def _stored(parts: dict[str, bytes]) -> bytes:
    """A plain zip without compression: the reader sees exactly the bytes that the guard saw.

    Written out here because `zipfile` takes longer than the guard's own checks.
    """
    chunks: list[bytes] = []
    contents: list[bytes] = []
    offset = 0
    for part, content in parts.items():
        name = part.encode("ascii")
        common = (20, 0, 0, 0, 33, crc32(content), len(content), len(content), len(name), 0)
        chunks += (_LOCAL.pack(b"PK\x03\x04", *common), name, content)
        contents += (_CENTRAL.pack(b"PK\x01\x02", 20, *common, 0, 0, 0, 0, offset), name)
        offset += _LOCAL.size + len(name) + len(content)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(parts), len(parts), sum(map(len, contents)), offset, 0)
    return b"".join((*chunks, *contents, end))


def receive(stream: IO[bytes]) -> bytes:
    """One message, or empty bytes when the other side has closed."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return b""
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else b""


def send(stream: IO[bytes], body: bytes) -> None:
    """One message."""
    stream.write(LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def main() -> None:
    """Answer requests until the input closes."""
    gc.disable()  # what is built here has no cycles, and looking for them costs a third of the time
    source, target = sys.stdin.buffer, sys.stdout.buffer
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while request := receive(source):
        send(target, pickle.dumps(read_parts(pickle.loads(request)), pickle.HIGHEST_PROTOCOL))  # noqa: S301
