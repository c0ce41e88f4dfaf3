"""The guard refuses every hostile file in a moment, and lets honest files through."""

from __future__ import annotations

import io
import struct
import time
import warnings
import zipfile
from collections.abc import Callable
from zlib import crc32

import pytest

from procure_ai.files.archive import Kind, open_archive
from procure_ai.findings import Refused

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET_TYPE = f"{TYPES}.sheet.main+xml"


def sheet(cells: str, rest: str = "") -> bytes:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData>{rest}</worksheet>'.encode()


def parts(main_type: str = SHEET_TYPE) -> dict[str, bytes]:
    override = f'<Override PartName="/xl/workbook.xml" ContentType="{main_type}"/>'
    types = f'<Types xmlns="{PACKAGE}/content-types">{override}</Types>'
    workbook = f'<?xml version="1.0" encoding="UTF-8"?>\n<workbook xmlns="{MAIN}"><sheets/></workbook>'
    return {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"/>'.encode(),
        "xl/workbook.xml": workbook.encode(),
        "xl/worksheets/sheet1.xml": sheet('<row r="1"><c r="A1"><v>1</v></c></row>'),
    }


def packed(content: dict[str, bytes], *more: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for name, data in (*content.items(), *more):
            archive.writestr(name, data)
    return buffer.getvalue()


def with_part(name: str, data: bytes) -> bytes:
    return packed(parts() | {name: data})


def with_sheet(cells: str, rest: str = "") -> bytes:
    return with_part("xl/worksheets/sheet1.xml", sheet(cells, rest))


def code(data: bytes, kind: Kind = "xlsx") -> str:
    begin = time.perf_counter()
    with pytest.raises(Refused) as refused:
        open_archive(data, "bod.xlsx", kind=kind)
    assert time.perf_counter() - begin < 2
    (finding,) = refused.value.findings
    assert finding.place.file == "bod.xlsx"
    assert finding.message.endswith(".")
    assert finding.remedy.endswith(".")
    return finding.code


def relation(kind: str, target: str, mode: str = "External") -> bytes:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{base}/{kind}" '
        f'Target="{target}" TargetMode="{mode}"/></Relationships>'
    ).encode()


def test_honest_file_comes_through_unchanged() -> None:
    assert open_archive(packed(parts()), "bod.xlsx", kind="xlsx") == parts()


@pytest.mark.parametrize("cut", [1, 10, 22, 200])
def test_truncated(cut: int) -> None:
    assert code(packed(parts())[:-cut]) == "A001"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "A001"),
        (b"geen zip", "A001"),
        (b"%PDF-1.7 ...", "A001"),
        (b"PK\x03\x04", "A001"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "A002"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "A003"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "A004"),
        (packed(parts("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml")), "A004"),
        (b"x" * 25_000_001, "A005"),
        (packed(parts()) + b"na het einde", "A001"),
        (b"ervoor" + packed(parts()), "A001"),
    ],
)
def test_not_the_file_that_was_asked(data: bytes, expected: str) -> None:
    assert code(data) == expected


def test_flipped_byte_in_content() -> None:
    data = bytearray(packed(parts()))
    at = data.index(b"xl/workbook.xml") + 40
    data[at] ^= 0xFF
    assert code(bytes(data)) == "A001"


def test_bomb_by_ratio_and_by_total() -> None:
    assert code(with_part("xl/sharedStrings.xml", b"<sst>" + b"a" * 3_000_000 + b"</sst>")) == "A005"
    small = {f"xl/media/{number}.xml": b"<a>" + b"b" * 990_000 + b"</a>" for number in range(70)}
    assert code(packed(parts() | small)) == "A005"


def test_size_that_lies() -> None:
    content = b"<a>" + b"x" * 5_000 + b"</a>"
    data = with_part("xl/a.xml", content)
    entry = data.rindex(b"xl/a.xml") - 46
    lied = data[: entry + 24] + struct.pack("<L", 10) + data[entry + 28 :]
    assert code(lied) == "A001"


def test_too_many_parts() -> None:
    assert code(packed(parts() | {f"xl/{number}.xml": b"<a/>" for number in range(700)})) == "A006"


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZ1"><v>1</v></c></row>',
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="1048575"/><row><c><v>1</v></c></row>',
        '<x:row r="1"><x:c\tr="A&#49;048576"><x:v>1</x:v></x:c></x:row>',
        '<row r="50000"><c r="UZ50000"><v>1</v></c></row>',
    ],
)
def test_far_corner(cells: str) -> None:
    assert code(with_sheet(cells.replace("<x:row", '<x:row xmlns:x="x"'))) == "A006"


def test_far_row_without_cells_is_harmless() -> None:
    """LibreOffice writes such a row at the end of a sheet."""
    data = with_sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576" ht="12.8"/>')
    assert open_archive(data, "bod.xlsx", kind="xlsx")


@pytest.mark.parametrize("tag", ['<mergeCell ref="A1:XFD1048576"/>', "<mergeCell\tref='A1:ZZ9999'/>"])
def test_giant_merge(tag: str) -> None:
    rest = f"<mergeCells>{tag}</mergeCells>"
    assert code(with_sheet('<row r="1"><c r="A1"><v>1</v></c></row>', rest)) == "A006"


def test_one_long_text_in_every_cell() -> None:
    text = b"<sst><si><t>" + bytes(range(65, 91)) * 1200 + b"</t></si></sst>"
    row = "".join(f'<row r="{n}">' + f'<c r="A{n}" t="s"><v>0</v></c>' * 1 + "</row>" for n in range(1, 20_001))
    data = packed(parts() | {"xl/worksheets/sheet1.xml": sheet(row), "xl/sharedStrings.xml": text})
    assert code(data) == "A006"


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
        b'<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "http://example.org/x.dtd"><a/>',
        b"<a><!ENTITY x></a>",
    ],
)
def test_document_type_and_entities(content: bytes) -> None:
    assert code(with_part("xl/styles.xml", content)) == "A007"


def test_comments_are_allowed_where_they_do_no_harm() -> None:
    assert open_archive(with_part("docProps/x.xml", b"<a><!-- een -->!</a>"), "bod.xlsx", kind="xlsx")


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="iso-8859-1"?><a>\xe9</a>',
        b"<a>\xff\xfe</a>",
        b'<?xml version="1.0" encoding="UTF-7"?><a/>',
    ],
)
def test_other_encodings(content: bytes) -> None:
    assert code(with_part("xl/styles.xml", content)) == "A008"


@pytest.mark.parametrize(
    "name",
    ["../x.xml", "/etc/passwd", "xl\\x.xml", "C:/x.xml", "xl//x.xml", "xl/./x.xml", "xl/\u00e9.xml", "xl/a\nb.xml"],
)
def test_odd_names(name: str) -> None:
    data = packed(parts() | {"xl/NAAM": b"<a/>"})
    raw = name.encode()
    # zipfile tidies names itself, so the name is put in afterwards.
    swapped = packed(parts() | {"x" * len(raw): b"<a/>"}).replace(b"x" * len(raw), raw)
    assert open_archive(packed(parts()), "bod.xlsx", kind="xlsx")
    assert code(swapped) == "A009"
    assert data


def test_double_names() -> None:
    assert code(packed(parts(), ("xl/workbook.xml", b"<a/>"))) == "A009"
    assert code(packed(parts(), ("XL/Workbook.xml", b"<a/>"))) == "A009"


def test_name_that_differs_inside() -> None:
    data = packed(parts())
    at = data.index(b"xl/workbook.xml")
    assert code(data[:at] + b"xl/werkbook.xml" + data[at + 15 :]) == "A009"


def test_unknown_binary() -> None:
    assert code(with_part("xl/geheim.dat", b"\x7fELF....")) == "A009"


def test_pictures_and_printer_settings_are_fine() -> None:
    content = parts() | {"xl/media/logo.png": b"\x89PNG\0", "xl/printerSettings/printerSettings1.bin": b"\0\1"}
    assert open_archive(packed(content), "bod.xlsx", kind="xlsx") == content


@pytest.mark.parametrize(
    "name",
    [
        "xl/vbaProject.bin",
        "xl/activeX/activeX1.xml",
        "xl/embeddings/oleObject1.bin",
        "xl/externalLinks/externalLink1.xml",
        "xl/macrosheets/sheet1.xml",
        "customUI/customUI.xml",
        "xl/connections.xml",
        "xl/a.exe",
    ],
)
def test_active_parts(name: str) -> None:
    assert code(with_part(name, b"<a/>")) == "A010"


def test_macro_type_under_xlsx_name() -> None:
    types = parts()["[Content_Types].xml"].replace(
        SHEET_TYPE.encode(), b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    )
    assert code(with_part("[Content_Types].xml", types)) == "A010"
    hidden = parts()["[Content_Types].xml"].replace(b"sheet.main", b"sheet&#46;main")
    assert code(with_part("[Content_Types].xml", hidden)) == "A009"


def test_external_relations() -> None:
    name = "xl/worksheets/_rels/sheet1.xml.rels"
    assert open_archive(with_part(name, relation("hyperlink", "https://example.org")), "b", kind="xlsx")
    assert code(with_part(name, relation("image", "https://example.org/x.png"))) == "A011"
    assert code(with_part(name, relation("oleObject", "x"))) == "A010"
    assert code(with_part(name, relation("attachedTemplate", "http://example.org/x.dotm"))) == "A011"
    assert open_archive(with_part(name, relation("attachedTemplate", "file:///C:/huis.dotx")), "b", kind="xlsx")


def test_nested_archives() -> None:
    assert code(with_part("xl/media/image1.png", packed(parts()))) == "A012"
    assert code(with_part("xl/media/image1.png", b"\xd0\xcf\x11\xe0....")) == "A012"


def test_encrypted_entry() -> None:
    data = bytearray(packed(parts()))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert code(bytes(data)) == "A003"


def test_cells_in_two_places() -> None:
    """One program reads the first block of cells, another the last."""
    assert code(with_sheet("", '<sheetData><row r="1"><c r="A1"><v>2</v></c></row></sheetData>')) == "A009"


def test_broken_sheet() -> None:
    assert code(with_part("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c></row></worksheet>")) == "A001"


def test_docx_has_the_same_guard() -> None:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    content = parts(word) | {"word/document.xml": b"<w:document/>"}
    assert open_archive(packed(content), "a.docx", kind="docx") == content
    assert code(packed(content | {"word/vbaProject.bin": b"x"}), "docx") == "A010"
    assert code(packed(content), "xlsx") == "A004"


def _random_damage(change: Callable[[bytearray, int], None]) -> None:
    data = packed(parts())
    for at in range(0, len(data), 7):
        damaged = bytearray(data)
        change(damaged, at)
        try:
            open_archive(bytes(damaged), "bod.xlsx", kind="xlsx")
        except Refused:
            continue


def test_any_damage_is_a_finding_and_no_traceback() -> None:
    def flip(data: bytearray, at: int) -> None:
        data[at] ^= 0xA5

    def remove(data: bytearray, at: int) -> None:
        del data[at]

    _random_damage(flip)
    _random_damage(remove)


def test_stored_parts_and_checksums() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts().items():
            archive.writestr(name, content)
    assert open_archive(buffer.getvalue(), "bod.xlsx", kind="xlsx") == parts()
    checksum = struct.pack("<L", crc32(parts()["xl/workbook.xml"]))
    assert code(buffer.getvalue().replace(checksum, b"\0\0\0\0")) == "A001"
