"""The guard: an Office file from outside is opened only when it is safe to parse.

Every part is inflated by us, counting the bytes that really come out; what the file says about its own
size is only compared, never trusted. Readers get the parts (or a plain zip rebuilt from them), never the
file itself, so two programs cannot see two different contents. Checks are byte searches, because a bid
may cost two milliseconds; only a sheet that is written in an unusual way goes through a real XML parser.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, NoReturn
from xml.parsers import expat

from procure_ai.findings import Place, refuse

Kind = Literal["xlsx", "docx"]
SHARED_TEXTS = "xl/sharedstrings.xml"  # in lower case; may not serve as a sheet, for it is not measured as one


@dataclass(frozen=True, slots=True)
class Limits:
    """What an honest file stays far below. Sizes in bytes; `marks` counts every `<`."""

    file: int = 25_000_000
    total: int = 64_000_000
    ratio: int = 120
    small: int = 1_000_000  # a part up to this size may have any ratio
    parts: int = 600
    marks: int = 4_000_000
    cells: int = 500_000
    rows: int = 60_000
    columns: int = 600
    area: int = 4_000_000  # rows times columns, of all sheets together: what a reader must allocate
    merged: int = 20_000
    texts: int = 512_000_000  # cells times longest shared text: what a reader may have to copy


LIMITS: dict[Kind, Limits] = {
    "xlsx": Limits(),
    "docx": Limits(file=60_000_000, total=160_000_000, parts=2_000, marks=1_500_000),
}

_PROGRAM = {"xlsx": "Excel", "docx": "Word"}
_MAIN_TYPE = {
    "xlsx": re.compile(rb"spreadsheetml\.sheet\.main\+xml"),
    "docx": re.compile(rb"wordprocessingml\.(?:document|template)\.main\+xml"),
}
_Entry = tuple[bytes, int, int, memoryview, int]  # name, method, checksum, packed bytes, claimed size

_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END = struct.Struct("<4s4H2LH")
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"

_PLAIN_NAME = re.compile(rb"[A-Za-z0-9_\-.()\[\]{} ~!$&'+,;=@%#][A-Za-z0-9_\-.()\[\]{} ~!$&'+,;=@%#/]*")
_BINARY_NAME = re.compile(
    rb"\.(?:png|jpe?g|jfif|gif|bmp|tiff?|emf|wmf|wdp|odttf)$|printersettings\d*\.bin$|^\[trash\]/"
)
_ACTIVE_NAME = re.compile(
    rb"vbaproject|vbadata|activex|embeddings/|externallinks/|oleobject|macrosheets|dialogsheets|customui"
    rb"|connections\.xml$|querytables/|webextensions/|^xl/model/"
    rb"|\.(?:exe|dll|js|vbs|bat|cmd|ps1|hta|lnk|scr|com|jar|msi)$"
)
_ACTIVE_TYPE = re.compile(
    rb"macroEnabled|vbaProject|vbaData|activeX|oleObject|macrosheet|externalLink|sheet\.binary|ms-excel\.addin",
    re.IGNORECASE,
)
_EXTERNAL = re.compile(rb"<[^<]*External[^<]*")
_HARMLESS = re.compile(rb"""/hyperlink["']|/attachedTemplate["']""")
_FROM_THE_WEB = re.compile(rb"""\sTarget\s*=\s*["']\s*https?:""", re.IGNORECASE)
_HEAD = re.compile(rb"\s*<(?:\?xml\b[^<>]*\?>)?")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)""")
_DECLARATION = re.compile(rb"<!(?!--|\[CDATA\[)")
_NEAR_CELL = re.compile(rb'<c r="[A-Z]([0-9]{1,7})"')  # columns A to Z: what nearly every sheet keeps to
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')


class _Extent(NamedTuple):
    """How far a sheet reaches."""

    cells: int
    rows: int
    columns: int
    merged: int


class _Guard:
    """The checks for one file; `name` is only there to say which file was refused."""

    def __init__(self, data: bytes, name: str, kind: Kind) -> None:
        self.data = data
        self.name = name
        self.kind = kind
        self.limits = LIMITS[kind]
        self.again = f"Open het bestand in {_PROGRAM[kind]}, sla het op als gewoon .{kind}-bestand en lever dat in."

    def refuse(self, code: str, message: str, remedy: str = "") -> NoReturn:
        raise refuse(code, message, remedy or self.again, place=Place(file=self.name))

    def broken(self) -> NoReturn:
        self.refuse("A001", "Het bestand is beschadigd of op een ongewone manier ingepakt.")

    def open(self) -> dict[str, bytes]:
        self._container()
        parts: dict[str, bytes] = {}
        seen: set[bytes] = set()
        room = self.limits.total
        for entry in self._entries():
            name, lower = entry[0], entry[0].lower()
            if lower in seen:
                self.refuse("A009", f"Het onderdeel '{_shown(name)}' staat twee keer in het bestand.")
            seen.add(lower)
            self._part_name(name, lower)
            content = self._inflate(entry, room)
            room -= len(content)
            if content.startswith((_ZIP, _OLE)):
                self.refuse("A012", f"In het bestand zit een ander bestand: '{_shown(name)}'.")
            if not _BINARY_NAME.search(lower):
                self._xml(name, lower, content)
            if not name.endswith(b"/"):
                parts[name.decode("ascii")] = content
        # Fewer bytes than marks allowed cannot hold too many marks; counting costs time.
        marks = self.limits.total - room
        if marks > self.limits.marks:
            marks = sum(content.count(b"<") for content in parts.values())
        if marks > self.limits.marks:
            self.refuse("A006", f"Het bestand bevat {marks} elementen; dat is te veel om veilig te lezen.")
        types = parts.get("[Content_Types].xml", b"")
        if not _MAIN_TYPE[self.kind].search(types):
            self.refuse("A004", f"Het bestand is geen {_PROGRAM[self.kind]}-bestand (.{self.kind}).")
        if self.kind == "xlsx":
            self._sheets(parts)
        return parts

    def _container(self) -> None:
        """The mistakes that people really make, each with its own sentence."""
        data = self.data
        if len(data) > self.limits.file:
            self.refuse("A005", f"Het bestand is {len(data) // 1_000_000} MB; dat is te groot.")
        if not data:
            self.refuse("A001", "Het bestand is leeg.", "Lever het ingevulde bestand opnieuw in.")
        if data.startswith(_OLE):
            if "EncryptedPackage".encode("utf-16-le") in data:
                remedy = "Haal het wachtwoord eraf (Bestand, Info, Beveiligen) en lever het opnieuw in."
                self.refuse("A003", "Het bestand is met een wachtwoord versleuteld.", remedy)
            old = {"xlsx": ".xls", "docx": ".doc"}[self.kind]
            self.refuse("A002", f"Het bestand heeft de oude indeling {old} of is geen Office-bestand.")
        if not data.startswith(_ZIP):
            what = "een PDF" if data.startswith(b"%PDF") else "geen Office-bestand"
            self.refuse("A001", f"Het bestand is {what}, geen .{self.kind}-bestand.")
        if data[30:38] == b"mimetype":
            self.refuse("A004", "Het bestand is een OpenDocument-bestand (bijvoorbeeld .ods of .odt).")

    def _entries(self) -> Iterator[_Entry]:
        """The list of contents, read strictly: nothing before, between, or after it."""
        data = self.data
        end = len(data) - _END.size
        if end < 0 or data[end : end + 4] != b"PK\x05\x06":
            self.refuse("A001", "Het bestand is afgebroken of beschadigd.")
        _, disk, disk_list, here, count, length, offset, _ = _END.unpack_from(data, end)
        if disk or disk_list or here != count or offset + length != end:
            self.broken()
        if count > self.limits.parts:
            self.refuse("A006", f"Het bestand bestaat uit {count} onderdelen; dat is te veel.")
        position = offset
        for _ in range(count):
            if position + _CENTRAL.size > end:
                self.broken()
            signature, _, _, flags, method, _, _, checksum, packed, size, *lengths = _CENTRAL.unpack_from(
                data, position
            )
            name_length, extra, comment, *_, start = lengths
            head = position + _CENTRAL.size
            name = data[head : head + name_length]
            position = head + name_length + extra + comment
            if signature != b"PK\x01\x02" or position > end or start + _LOCAL.size > offset:
                self.broken()
            local, _, local_flags, local_method, *_, local_length, local_extra = _LOCAL.unpack_from(data, start)
            if (flags | local_flags) & 0x2041:
                self.refuse("A003", "Het bestand is met een wachtwoord versleuteld.")
            start += _LOCAL.size
            if local != _ZIP or local_method != method or data[start : start + local_length] != name:
                self.refuse("A009", f"Het onderdeel '{_shown(name)}' heet in het bestand ook anders.")
            start += local_length + local_extra
            if start + packed > offset or method not in (0, 8):
                self.broken()
            yield name, method, checksum, memoryview(data)[start : start + packed], size
        if position != end:
            self.broken()

    def _inflate(self, entry: _Entry, room: int) -> bytes:
        """The real bytes of one part, never more than the limits allow."""
        name, method, checksum, packed, size = entry
        most = min(room, max(self.limits.small, self.limits.ratio * len(packed)))
        machine = zlib.decompressobj(-15)
        try:
            content = machine.decompress(packed, most + 1) if method else bytes(packed)
        except zlib.error:
            self.broken()
        if len(content) > most:
            self.refuse("A005", f"Het onderdeel '{_shown(name)}' pakt uit tot een veel te groot bestand.")
        complete = not method or (machine.eof and not machine.unused_data)
        if not complete or len(content) != size or zlib.crc32(content) != checksum:
            self.broken()
        return content

    def _part_name(self, name: bytes, lower: bytes) -> None:
        odd = not _PLAIN_NAME.fullmatch(name) or b"//" in name
        if odd or any(step in (b".", b"..") for step in name.split(b"/")):
            self.refuse("A009", f"Het bestand bevat een onderdeel met een vreemde naam: '{_shown(name)}'.")
        if _ACTIVE_NAME.search(lower):
            self._refuse_active(name)

    def _refuse_active(self, name: bytes) -> NoReturn:
        message = f"Het bestand bevat macro's, ingesloten objecten of koppelingen ('{_shown(name)}')."
        self.refuse("A010", message, f"Verwijder die en lever een gewoon .{self.kind}-bestand in.")

    def _xml(self, name: bytes, lower: bytes, content: bytes) -> None:
        if content.startswith(b"\xef\xbb\xbf"):
            content = content[3:]
        if not content:
            return
        head = _HEAD.match(content)
        encoding = _ENCODING.search(head.group()) if head else None
        if (encoding and encoding.group(1).lower() not in (b"utf-8", b"us-ascii")) or b"\0" in content[:200]:
            self.refuse("A008", f"Het onderdeel '{_shown(name)}' heeft een andere tekencodering dan UTF-8.")
        if not head:
            self.refuse("A009", f"Het bestand bevat een onbekend onderdeel: '{_shown(name)}'.")
        if not content.isascii():
            try:
                content.decode("utf-8")
            except UnicodeDecodeError:
                self.refuse("A008", f"Het onderdeel '{_shown(name)}' bevat tekens die geen UTF-8 zijn.")
        if b"!" in content and _DECLARATION.search(content):
            self.refuse("A007", f"Het onderdeel '{_shown(name)}' bevat een documenttype of entiteit.")
        if lower.endswith((b".rels", b"[content_types].xml")):
            if _ACTIVE_TYPE.search(content):
                self._refuse_active(name)
            # Hiding a word behind character references serves no honest purpose here.
            if b"&#" in content or b"<!" in content:
                self.refuse("A009", f"Het onderdeel '{_shown(name)}' is op een ongewone manier geschreven.")
            for link in _EXTERNAL.findall(content) if b"External" in content else ():
                template = b"attachedTemplate" in link
                if not _HARMLESS.search(link) or (template and _FROM_THE_WEB.search(link)):
                    message = f"Het bestand haalt inhoud van elders op ('{_shown(name)}')."
                    self.refuse("A011", message, "Verbreek de externe koppelingen en lever het opnieuw in.")

    def _sheets(self, parts: dict[str, bytes]) -> None:
        """Refuse what makes a reader allocate far more than the file holds."""
        limits = self.limits
        cells = area = merged = 0
        texts = b""
        for name, content in parts.items():
            if name.lower() == SHARED_TEXTS:
                texts = content
            elif b"sheetData" in content:
                extent = self._extent(name, content)
                if extent.rows > limits.rows or extent.columns > limits.columns:
                    message = f"Blad '{name}' loopt tot rij {extent.rows} en kolom {extent.columns}."
                    self.refuse("A006", message, "Verwijder de cellen ver buiten het formulier.")
                cells += extent.cells
                merged += extent.merged
                area += extent.rows * extent.columns
        if cells > limits.cells or area > limits.area:
            self.refuse("A006", f"Het bestand beslaat {max(cells, area)} cellen; dat is te veel.")
        if merged > limits.merged:
            self.refuse("A006", f"Het bestand bevat {merged} samengevoegde cellen; dat is te veel.")
        # One long text may be used by every cell: measure the texts only when the simple bound fails.
        if cells * len(texts) > limits.texts and cells * max(map(len, texts.split(b"si>"))) > limits.texts:
            self.refuse("A006", "Het bestand bevat te veel en te lange teksten om veilig te lezen.")

    def _extent(self, name: str, content: bytes) -> _Extent:
        """The reach of a sheet by byte searches, when every cell is written as Excel writes it."""
        begin, finish = content.find(b"<sheetData"), content.rfind(b"</sheetData>")
        data, rest = content[begin:finish], content[finish:]
        merges = _MERGE.findall(rest) if b"mergeCell" in rest else []
        written = data.count(b"<c")
        near: list[bytes] = _NEAR_CELL.findall(data)
        found = _CELL.findall(data) if len(near) < written else []
        plain = (
            (begin >= 0 and finish >= 0 and content.count(b"sheetData") == 2)
            and not (b"?" in data and b"<?" in data)
            and not (b"!" in data and b"<!" in data)
            and (b":c" not in data and written in (len(near), len(found)))
            and len(merges) == rest.count(b"mergeCell") - rest.count(b"mergeCells")
        )
        if not plain:
            return self._parsed_extent(name, content)
        rows = max(map(int, {row for _, row in found} or set(near)), default=0)
        columns = max(map(_column, {column for column, _ in found} or {"Z"}))
        return _Extent(written, rows, columns, _merged(merges))

    def _parsed_extent(self, name: str, content: bytes) -> _Extent:
        """The same, by a real parser: for sheets that Excel and LibreOffice would not write."""
        row = column = cells = rows = columns = blocks = 0
        merges: list[tuple[str, str, str, str]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal row, column, cells, rows, columns, blocks
            local = tag.rpartition(":")[2]
            if local == "row":
                row, column = _number(attributes.get("r"), row + 1), 0
            elif local == "c":
                letters, digits = _split(attributes.get("r", ""))
                column = _column(letters) if letters else column + 1
                cells += 1
                rows, columns = max(rows, _number(digits, row)), max(columns, column)
            elif local == "sheetData":
                blocks += 1
            elif local == "mergeCell":
                first, _, last = attributes.get("ref", "").partition(":")
                merges.append((*_split(first), *_split(last or first)))

        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError):
            self.refuse("A001", f"Blad '{name}' is beschadigd.")
        if blocks > 1:
            self.refuse("A009", f"Blad '{name}' heeft zijn cellen op twee plaatsen.")
        return _Extent(cells, rows, columns, _merged(merges))


def open_archive(data: bytes, name: str, *, kind: Kind) -> dict[str, bytes]:
    """Every part of an Office file by name, or `Refused` with the reason.

    `name` is the file name for the finding. What comes back may be handed to any parser; give a
    library a zip rebuilt from these parts, not the original file.
    """
    return _Guard(data, name, kind).open()


def _shown(name: bytes) -> str:
    """A part name as it may stand in a message: short and printable."""
    return "".join(char if char.isprintable() else "?" for char in name[:80].decode("utf-8", "replace"))


def _column(letters: bytes | str) -> int:
    text = letters if isinstance(letters, str) else letters.decode("ascii")
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number


def _number(text: str | None, default: int) -> int:
    return int(text[:9]) if text and text.isascii() and text.isdigit() else default


def _split(reference: str) -> tuple[str, str]:
    """`C14` as `C` and `14`; what is no cell reference gives two empty strings."""
    match = re.fullmatch(r"([A-Z]{1,9})([0-9]{1,9})", reference.strip().replace("$", "").upper())
    return (match[1], match[2]) if match else ("", "")


def _merged(ranges: Sequence[tuple[bytes | str, bytes | str, bytes | str, bytes | str]]) -> int:
    """How many cells these merged ranges cover."""
    covered = 0
    for column, row, last_column, last_row in ranges:
        height = int(last_row or 0) - int(row or 0) + 1
        covered += max(0, height) * max(0, _column(last_column) - _column(column) + 1)
    return covered
