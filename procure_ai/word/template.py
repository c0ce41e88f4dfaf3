"""A buyer's template: refusing what is unsafe, saying what is added or lost, and using its parts."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any
from xml.sax.saxutils import quoteattr

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.oxml import parse_xml
from docx.parts.numbering import NumberingPart
from docx.shared import Twips
from lxml import etree

from procure_ai.files.zips import pack
from procure_ai.findings import Finding, Place, Refused, Severity, refuse
from procure_ai.word.styles import Styles
from procure_ai.word.xml import NAMESPACES, tag

MAX_PACKED = 25_000_000
MAX_UNPACKED = 100_000_000
MAX_PARTS = 2_000

_TYPES = "[Content_Types].xml"
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml"
_TEMPLATE_TYPE, _DOCUMENT_TYPE = _MAIN + b".template.main+xml", _MAIN + b".document.main+xml"
_ACTIVE = (b"macroEnabled", b"vbaProject", b"activeX", b"oleObject")
_ACTIVE_PARTS = ("vbaproject", "activex/", "embeddings/")
_FIX = "Sla het sjabloon in Word op als .docx of .dotx en probeer het opnieuw."
# Relations of the template's own body; the body is replaced, so these parts go with it.
_OF_BODY = (RT.IMAGE, RT.HYPERLINK, RT.OLE_OBJECT, RT.CHART, RT.COMMENTS, RT.A_F_CHUNK, RT.PACKAGE)
# A copy of the styles that only Word 2010 wrote, and that would now differ from the styles.
_STALE = "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects"
# What a program fetches by itself; ordinary hyperlinks are not.
_LINKED = ("/image", "/attachedTemplate", "/oleObject", "/frame", "/subDocument")
_REFERENCES = (tag("headerReference"), tag("footerReference"))


def check_template(data: bytes, name: str) -> tuple[Finding, ...]:
    """What is wrong or noteworthy about a template. Errors: W001 no Word file, W002 macros.

    Warnings: W003 missing styles that are added, W004 text in the body that is not taken along, W005
    links to files elsewhere.
    """
    if name.lower().endswith((".docm", ".dotm")):
        return (Finding(Place(name), "W002", "Een sjabloon met macro's (.docm, .dotm) wordt niet gebruikt.", _FIX),)
    try:
        word = _load(data)
        text = any((element.text or "").strip() for element in word.element.body.iter(tag("t")))
        root: Any = word.styles.element
        added = Styles(root).added
    except Refused as refused:
        return tuple(item.in_file(name) for item in refused.findings)
    except (ValueError, KeyError, AttributeError):
        return (Finding(Place(name), "W001", "Dit sjabloon is beschadigd.", _FIX),)
    found: list[tuple[str, str, str]] = []
    if added:
        count = "één stijl" if len(added) == 1 else f"{len(added)} stijlen"
        message = f"Het sjabloon mist {count}: {', '.join(added)}. Wij voegen ze toe."
        found.append(("W003", message, "Maak deze stijlen in het sjabloon als ze er anders uit moeten zien."))
    if text:
        message = "Het sjabloon bevat tekst; alleen kop- en voetteksten en stijlen worden overgenomen."
        found.append(("W004", message, "Zet wat op elke bladzijde moet staan in de kop- of voettekst."))
    for target in sorted(_linked(word)):
        message = f"Het sjabloon haalt iets op van buiten: {target[:80]}."
        found.append(("W005", message, "Voeg het plaatje zelf in en verwijder de koppeling."))
    return tuple(sorted(Finding(Place(name), *item, Severity.WARNING) for item in found))


def _linked(word: WordDocument) -> set[str]:
    package: Any = word.part.package
    relations = [rel for owner in (package, *package.iter_parts()) for rel in owner.rels.values()]
    return {rel.target_ref for rel in relations if rel.is_external and rel.reltype.endswith(_LINKED)}


def _guard(data: bytes) -> dict[str, bytes]:
    """The parts of a template. Refused: not a Word file, too large, macros, unsafe XML (W001, W002)."""
    if len(data) > MAX_PACKED:
        raise refuse("W001", f"Dit sjabloon is groter dan {MAX_PACKED // 1_000_000} MB.", _FIX)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            items = archive.infolist()
            if len(items) > MAX_PARTS or sum(item.file_size for item in items) > MAX_UNPACKED:
                raise refuse("W001", "Dit sjabloon is uitgepakt te groot.", _FIX)
            if len({item.filename for item in items}) != len(items) or any(item.flag_bits & 1 for item in items):
                raise refuse("W001", "Dit sjabloon is beveiligd of beschadigd.", _FIX)
            parts = {item.filename: archive.read(item) for item in items if not item.is_dir()}
            types = parts[_TYPES]
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError, RuntimeError):
        raise refuse("W001", "Dit is geen Word-bestand.", _FIX) from None
    active = any(mark in name.lower() for name in parts for mark in _ACTIVE_PARTS)
    if active or any(mark in types for mark in _ACTIVE):
        raise refuse("W002", "Dit sjabloon bevat macro's of ingesloten objecten.", _FIX)
    unsafe = any(name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in part for name, part in parts.items())
    if unsafe or (_DOCUMENT_TYPE not in types and _TEMPLATE_TYPE not in types):
        raise refuse("W001", "Dit is geen Word-sjabloon dat wij kunnen openen.", _FIX)
    return parts


def _load(data: bytes | None) -> WordDocument:
    """The template as python-docx sees it; without one its own blank document."""
    if data is None:
        return docx.Document()
    parts = _guard(data)
    if _TEMPLATE_TYPE in parts[_TYPES]:  # python-docx refuses a .dotx until its content type says document
        parts[_TYPES] = parts[_TYPES].replace(_TEMPLATE_TYPE, _DOCUMENT_TYPE)
        data = pack(parts)
    try:
        return docx.Document(io.BytesIO(data))
    except Exception:  # python-docx has no error type of its own for a broken package
        raise refuse("W001", "Dit sjabloon is beschadigd.", _FIX) from None


def open_template(data: bytes | None) -> WordDocument:
    """The template, its body emptied down to the last page set-up. Raises `Refused` (W001, W002)."""
    word = _load(data)
    body: Any = word.element.body
    sections = list(body.iter(tag("sectPr")))
    last = sections[-1] if sections else etree.SubElement(body, tag("sectPr"))
    for earlier in reversed(sections[:-1]):  # headers are inherited from earlier sections
        present = {(item.tag, item.get(tag("type"))) for item in last.iterchildren(*_REFERENCES)}
        for item in list(earlier.iterchildren(*_REFERENCES)):
            if (item.tag, item.get(tag("type"))) not in present:
                last.insert(0, item)
    for element in list(last.iterchildren(tag("type"), tag("pgNumType"))):
        last.remove(element)  # a document of its own starts where it starts
    body[:] = [last]
    page = word.sections[-1]
    if page.page_width is None:  # A4 with margins of 2.5 cm, for a template that says nothing
        page.page_width, page.page_height = Twips(11906), Twips(16838)
        page.top_margin = page.right_margin = page.bottom_margin = page.left_margin = Twips(1417)
        page.header_distance, page.footer_distance, page.gutter = Twips(708), Twips(708), Twips(0)
    used = {value for element in last.iter() for value in element.attrib.values()}
    for key, rel in list(word.part.rels.items()):
        if rel.reltype == _STALE or (rel.reltype in _OF_BODY and key not in used):
            word.part.rels.pop(key)
        elif rel.reltype == RT.SETTINGS:
            settings = rel.target_part.rels
            for outside in [key for key, rel in settings.items() if rel.is_external]:
                settings.pop(outside)
    return word


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
    page = word.sections[-1]
    width = (page.page_width or Twips(11906)) - (page.left_margin or 0) - (page.right_margin or 0)
    return max(int(width // Twips(1)), 1000)


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def collect(word: WordDocument, body: str) -> bytes:
    """The finished file: the template's parts with this body, packed the same way every time."""
    package: Any = word.part.package
    section = etree.tostring(word.element.body[-1], encoding="unicode")
    document = f"{_HEAD}<w:document {NAMESPACES}><w:body>{body}{section}</w:body></w:document>"
    parts: dict[str, bytes] = {"_rels/.rels": package.rels.xml}
    kinds = {"rels": CT.OPC_RELATIONSHIPS, "xml": CT.XML}
    overrides = ""
    for part in sorted(package.iter_parts(), key=lambda part: str(part.partname)):
        name, kind = part.partname, part.content_type
        parts[name.membername] = document.encode() if part is word.part else part.blob
        if len(part.rels):
            parts[name.rels_uri.membername] = part.rels.xml
        if name.ext.lower() == "xml" or kinds.setdefault(name.ext.lower(), kind) != kind:
            overrides += f"<Override PartName={quoteattr(name)} ContentType={quoteattr(kind)}/>"
    defaults = "".join(
        f"<Default Extension={quoteattr(extension)} ContentType={quoteattr(kind)}/>"
        for extension, kind in sorted(kinds.items())
    )
    types = f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{defaults}{overrides}</Types>'
    return pack(parts | {_TYPES: (_HEAD + types).encode()})
