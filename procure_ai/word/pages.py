"""Page numbers for the contents: LibreOffice lays the file out, its PDF says where each bookmark is."""

from __future__ import annotations

import re
import zlib

from procure_ai.files import office
from procure_ai.findings import Refused

_OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_REFERENCE = re.compile(rb"(\d+)\s+0\s+R")
_DESTINATION = re.compile(rb"/([^\s/\[\]<>()]+)\s*\[\s*(\d+) 0 R\s*/XYZ")
_HEX = re.compile(r"5F")  # LibreOffice writes an underscore as its hexadecimal code


def page_numbers(data: bytes) -> dict[str, str] | None:
    """The page of every bookmark in a Word file; None when LibreOffice is absent or fails."""
    if not office.available():
        return None
    try:
        return destinations(office.convert(data, ".docx", "pdf"))
    except Refused:
        return None


def destinations(pdf: bytes) -> dict[str, str]:
    """The bookmarks we made, as named destinations of a PDF made by LibreOffice, with their pages from 1."""
    objects = _objects(pdf)
    pages = _pages(objects)
    found: dict[str, str] = {}
    for inner in objects.values():
        for name, page in _DESTINATION.findall(inner):
            bookmark = _HEX.sub("_", name.decode("ascii", "replace"))
            if bookmark.startswith("_") and int(page) in pages:
                found[bookmark] = str(pages[int(page)])
    return found


def _objects(pdf: bytes) -> dict[int, bytes]:
    """The objects of a PDF, also those that newer versions pack together in compressed streams."""
    objects: dict[int, bytes] = {}
    for number, inner in _OBJECT.findall(pdf):
        objects[int(number)] = inner
        if b"/ObjStm" in inner:
            objects.update(_unpack(inner))
    return objects


def _unpack(inner: bytes) -> dict[int, bytes]:
    count, first = re.search(rb"/N\s+(\d+)", inner), re.search(rb"/First\s+(\d+)", inner)
    stream = _STREAM.search(inner)
    if not (count and first and stream):
        return {}
    try:
        text = zlib.decompress(stream[1])
    except zlib.error:
        return {}
    start = int(first[1])
    numbers = [int(item) for item in text[:start].split()[: 2 * int(count[1])]]
    places = [*numbers[1::2], len(text) - start]
    return {
        number: text[start + places[index] : start + places[index + 1]] for index, number in enumerate(numbers[::2])
    }


def _pages(objects: dict[int, bytes]) -> dict[int, int]:
    """The order number of each page object, by walking the page tree from its root."""
    tree = {number: _REFERENCE.findall(kids[1]) for number, inner in objects.items() if (kids := _kids(inner))}
    children = {int(child) for kids in tree.values() for child in kids}
    order: dict[int, int] = {}

    def walk(number: int, depth: int) -> None:
        if number in tree and depth < 50:
            for child in tree[number]:
                walk(int(child), depth + 1)
        elif re.search(rb"/Type\s*/Page\b", objects.get(number, b"")):
            order[number] = len(order) + 1

    for number in tree:
        if number not in children:
            walk(number, 0)
    return order


def _kids(inner: bytes) -> re.Match[bytes] | None:
    return _KIDS.search(inner) if re.search(rb"/Type\s*/Pages\b", inner) else None
