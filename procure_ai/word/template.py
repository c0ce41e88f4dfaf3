"""Opening a template: refusing what is unsafe, keeping its parts, giving the finished parts back."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.sax.saxutils import quoteattr

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.oxml import parse_xml
from docx.parts.numbering import NumberingPart
from lxml import etree

from procure_ai.files.zips import pack
from procure_ai.findings import Finding, Place, Refused
from procure_ai.word.xml import NAMESPACES, tag

MAX_PACKED = 25_000_000
MAX_UNPACKED = 100_000_000
MAX_PARTS = 2_000

_TYPES = "[Content_Types].xml"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TEMPLATE_TYPE, _DOCUMENT_TYPE = f"{_MAIN}.template.main+xml", f"{_MAIN}.document.main+xml"
_ACTIVE = (b"macroEnabled", b"vbaProject", b"activeX", b"oleObject")
_ACTIVE_PARTS = ("vbaproject", "activex/", "embeddings/")
_FIX = "Sla het sjabloon in Word op als .docx of .dotx en probeer het opnieuw."
# Relations of the template's own body; the body is replaced, so these parts go with it.
_OF_BODY = (RT.IMAGE, RT.HYPERLINK, RT.OLE_OBJECT, RT.CHART, RT.COMMENTS, RT.A_F_CHUNK, RT.PACKAGE)


# A copy of the styles that only Word 2010 wrote, and that would now differ from the styles.
_STALE = "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects"


def guard(data: bytes, name: str = "") -> tuple[Finding, ...]:
    """Why these bytes cannot be a template: not a Word file, too large, macros, unsafe XML."""
    place = Place(name)

    def finding(code: str, message: str, remedy: str = _FIX) -> tuple[Finding, ...]:
        return (Finding(place, code, message, remedy),)

    if name.lower().endswith((".docm", ".dotm")):
        return finding("W002", "Een sjabloon met macro's (.docm, .dotm) wordt niet gebruikt.")
    if len(data) > MAX_PACKED:
        return finding("W001", f"Dit sjabloon is groter dan {MAX_PACKED // 1_000_000} MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            items = archive.infolist()
            names = [item.filename for item in items]
            if len(items) > MAX_PARTS or sum(item.file_size for item in items) > MAX_UNPACKED:
                return finding("W001", "Dit sjabloon is uitgepakt te groot.")
            if len(set(names)) != len(names) or any(item.flag_bits & 1 for item in items):
                return finding("W001", "Dit sjabloon is beveiligd of beschadigd.")
            types = archive.read(_TYPES)
            unsafe = [
                item.filename
                for item in items
                if item.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(item)
            ]
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return finding("W001", "Dit is geen Word-bestand.")
    if any(mark in types for mark in _ACTIVE) or any(part in item.lower() for item in names for part in _ACTIVE_PARTS):
        return finding("W002", "Dit sjabloon bevat macro's of ingesloten objecten.")
    if unsafe or (_DOCUMENT_TYPE.encode() not in types and _TEMPLATE_TYPE.encode() not in types):
        return finding("W001", "Dit is geen Word-sjabloon dat wij kunnen openen.")
    return ()


def open_template(data: bytes | None) -> WordDocument:
    """The template as python-docx sees it, its body emptied down to the page set-up.

    Without a template python-docx's own blank document is used. Raises `Refused` (W001, W002).
    """
    if data is None:
        word = docx.Document()
    else:
        found = guard(data)
        if found:
            raise Refused(found)
        try:
            word = docx.Document(io.BytesIO(_as_document(data)))
        except Exception:  # python-docx has no error type of its own for a broken package
            raise Refused([Finding(Place(), "W001", "Dit sjabloon is beschadigd.", _FIX)]) from None
    _empty_body(word)
    return word


def _as_document(data: bytes) -> bytes:
    """A .dotx opened as a document: python-docx refuses it until its content type says so."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read(_TYPES)
        if _TEMPLATE_TYPE.encode() not in types:
            return data
        parts = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    parts[_TYPES] = types.replace(_TEMPLATE_TYPE.encode(), _DOCUMENT_TYPE.encode())
    return pack(parts)


def _empty_body(word: WordDocument) -> None:
    """Leave only the last page set-up, with the headers it inherited from earlier sections."""
    body: Any = word.element.body
    sections = list(body.iter(tag("sectPr")))
    last = sections[-1] if sections else etree.SubElement(body, tag("sectPr"))
    references = (tag("headerReference"), tag("footerReference"))
    for earlier in reversed(sections[:-1]):
        present = {(item.tag, item.get(tag("type"))) for item in last if item.tag in references}
        for item in [item for item in earlier if item.tag in references]:
            if (item.tag, item.get(tag("type"))) not in present:
                last.insert(0, item)
    for kind in ("type", "pgNumType"):  # a document of its own starts where it starts
        for element in list(last.iterchildren(tag(kind))):
            last.remove(element)
    for child in list(body):
        body.remove(child)
    body.append(last)
    if last.find(tag("pgSz")) is None:
        _add_page(last)
    used = {value for element in last.iter() for value in element.attrib.values()}
    relations = word.part.rels
    unused = [key for key, rel in relations.items() if rel.reltype in _OF_BODY and key not in used]
    for key in [*unused, *(key for key, rel in relations.items() if rel.reltype == _STALE)]:
        relations.pop(key)
    for part in [rel.target_part for rel in relations.values() if rel.reltype == RT.SETTINGS]:
        for key in [key for key, rel in part.rels.items() if rel.is_external]:
            part.rels.pop(key)


def _add_page(section: Any) -> None:
    """A4 with margins of 2.5 cm, for a template that says nothing."""
    page = parse_xml(
        f'<w:sectPr {NAMESPACES}><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1417" w:right="1417" w:bottom="1417" w:left="1417" w:header="708" w:footer="708" '
        'w:gutter="0"/></w:sectPr>'
    )
    references = [item for item in section if item.tag in (tag("headerReference"), tag("footerReference"))]
    for element in section.findall(tag("pgMar")):
        section.remove(element)
    section[len(references) : len(references)] = list(page)


def numbering_root(word: WordDocument) -> Any:
    """The root of the numbering part, added when the template has none."""
    try:
        part: Any = word.part.part_related_by(RT.NUMBERING)
        return part.element
    except KeyError:
        root: Any = parse_xml(f"<w:numbering {NAMESPACES}/>")
        part = NumberingPart(PackURI("/word/numbering.xml"), CT.WML_NUMBERING, root, word.part.package)
        word.part.relate_to(part, RT.NUMBERING)
        return root


def text_width(word: WordDocument) -> int:
    """The width between the margins in twips, as the template states it."""
    section = word.sections[-1]
    width = section.page_width or docx.shared.Twips(11906)
    left = section.left_margin or docx.shared.Twips(0)
    right = section.right_margin or docx.shared.Twips(0)
    return max(int((width - left - right) // docx.shared.Twips(1)), 1000)


def collect(word: WordDocument, body: str) -> bytes:
    """The finished file: the template's parts with this body, packed the same way every time."""
    package = word.part.package
    assert package is not None
    section = etree.tostring(word.element.body[-1], encoding="unicode")
    parts: dict[str, bytes] = {"_rels/.rels": package.rels.xml}
    kinds: list[tuple[str, str]] = []
    for part in package.iter_parts():
        name = str(part.partname).lstrip("/")
        kinds.append((str(part.partname), part.content_type))
        parts[name] = _document(body, section) if part is word.part else part.blob
        if len(part.rels):
            folder, _, file = name.rpartition("/")
            parts[f"{folder}/_rels/{file}.rels".lstrip("/")] = part.rels.xml
    parts[_TYPES] = _content_types(kinds)
    return pack(parts)


def _document(body: str, section: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f"<w:document {NAMESPACES}><w:body>{body}{section}</w:body></w:document>"
    ).encode()


def _content_types(kinds: list[tuple[str, str]]) -> bytes:
    defaults = {"rels": CT.OPC_RELATIONSHIPS, "xml": CT.XML}
    overrides: list[str] = []
    for name, kind in sorted(kinds):
        extension = name.rpartition(".")[2].lower()
        if extension != "xml" and defaults.setdefault(extension, kind) == kind:
            continue
        overrides.append(f"<Override PartName={quoteattr(name)} ContentType={quoteattr(kind)}/>")
    listed = "".join(
        f"<Default Extension={quoteattr(extension)} ContentType={quoteattr(kind)}/>"
        for extension, kind in sorted(defaults.items())
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f"{listed}{''.join(overrides)}</Types>"
    ).encode()
