"""Page numbers for the contents: LibreOffice lays the file out, its PDF says where each bookmark is."""

from __future__ import annotations

import re
import zlib

from procure_ai.files import office
from procure_ai.findings import Refused

_OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
_PACKED = re.compile(rb"/ObjStm\b.*?\bstream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_COUNT, _FIRST = re.compile(rb"/N\s+(\d+)"), re.compile(rb"/First\s+(\d+)")
_PAGE, _PAGES = re.compile(rb"/Type\s*/Page\b"), re.compile(rb"/Type\s*/Pages\b")
_KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_REFERENCE = re.compile(rb"(\d+)\s+0\s+R")
_DESTINATION = re.compile(rb"/([^\s/\[\]<>()]+)\s*\[\s*(\d+) 0 R\s*/XYZ")


def page_numbers(data: bytes) -> dict[str, str] | None:
    """The page of every bookmark in a Word file; None when LibreOffice is absent or fails."""
    try:
        return destinations(office.convert(data, ".docx", "pdf"))
    except Refused:
        return None


def destinations(pdf: bytes) -> dict[str, str]:
    """The bookmarks we made, as named destinations of a PDF made by LibreOffice, with their pages from 1."""
    objects = _objects(pdf)
    pages = {number: str(place) for place, number in enumerate(_pages(objects), start=1)}
    found: dict[str, str] = {}
    for inner in objects.values():
        for name, page in _DESTINATION.findall(inner):
            bookmark = name.decode("ascii", "replace").replace("5F", "_")  # as LibreOffice writes an underscore
            if bookmark.startswith("_") and int(page) in pages:
                found[bookmark] = pages[int(page)]
    return found


def _objects(pdf: bytes) -> dict[int, bytes]:
    """The objects of a PDF, also those that newer versions pack together in compressed streams."""
    objects: dict[int, bytes] = {}
    for number, inner in _OBJECT.findall(pdf):
        objects[int(number)] = inner
        count, first, packed = _COUNT.search(inner), _FIRST.search(inner), _PACKED.search(inner)
        if not (count and first and packed):
            continue
        try:
            text = zlib.decompress(packed[1])
        except zlib.error:
            continue
        # First the numbers of the objects, each with its place; then the objects themselves.
        head, body = text[: int(first[1])].split()[: 2 * int(count[1])], text[int(first[1]) :]
        places = [*map(int, head[1::2]), len(body)]
        for index, packed_number in enumerate(head[::2]):
            objects[int(packed_number)] = body[places[index] : places[index + 1]]
    return objects


def _pages(objects: dict[int, bytes]) -> list[int]:
    """The page objects in reading order, by walking the page tree from its root."""
    tree = {
        number: [int(child) for child in _REFERENCE.findall(kids[1])]
        for number, inner in objects.items()
        if _PAGES.search(inner) and (kids := _KIDS.search(inner))
    }

    def walk(number: int, depth: int) -> list[int]:
        if number in tree and depth < 50:
            return [page for child in tree[number] for page in walk(child, depth + 1)]
        return [number] if _PAGE.search(objects.get(number, b"")) else []

    children = {child for kids in tree.values() for child in kids}
    return [page for root in tree if root not in children for page in walk(root, 0)]
