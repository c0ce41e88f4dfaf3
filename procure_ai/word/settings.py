"""Language, decimal comma, compatibility and properties: what every file we write has in common."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from docx.document import Document as WordDocument
from lxml import etree

from procure_ai.documents.tree import Document
from procure_ai.word.xml import AUTHOR, W, clean, tag

COMPATIBILITY = "15"  # Word 2013 and later; lower numbers open in compatibility mode
_COMPATIBILITY_URI = "http://schemas.microsoft.com/office/word"
_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
# Reviewing, merging or updating by itself belongs to the template's own life, not to our document.
_UNWANTED = ("updateFields", "attachedTemplate", "mailMerge", "trackRevisions", "documentType", "rsids")
# The tail of the settings in the order of the schema: new elements go before what comes later.
_TAIL = (
    tag("compat"),
    tag("docVars"),
    tag("rsids"),
    f"{{{_MATH}}}mathPr",
    tag("attachedSchema"),
    tag("themeFontLang"),
    tag("clrSchemeMapping"),
    tag("doNotIncludeSubdocsInStats"),
    tag("doNotAutoCompressPictures"),
    tag("forceUpgrade"),
    tag("captions"),
    tag("readModeInkLockDown"),
    tag("smartTagType"),
    "{http://schemas.openxmlformats.org/schemaLibrary/2006/main}schemaLibrary",
    tag("shapeDefaults"),
    tag("doNotEmbedSmartTags"),
    tag("decimalSymbol"),
    tag("listSeparator"),
)


def set_settings(root: Any, language: str) -> None:
    """Settings of the document: compatibility mode, language, decimal comma, nothing automatic."""
    for name in _UNWANTED:
        for element in list(root.iterchildren(tag(name))):
            root.remove(element)
    compat = _child(root, "compat")
    for element in list(compat.iterchildren(tag("compatSetting"))):
        if element.get(tag("name")) == "compatibilityMode":
            compat.remove(element)
    setting = etree.SubElement(compat, tag("compatSetting"))
    setting.set(tag("name"), "compatibilityMode")
    setting.set(tag("uri"), _COMPATIBILITY_URI)
    setting.set(tag("val"), COMPATIBILITY)
    _child(root, "themeFontLang").set(tag("val"), language)
    _child(root, "decimalSymbol").set(tag("val"), ",")
    _child(root, "listSeparator").set(tag("val"), ";")


def _child(root: Any, name: str) -> Any:
    """The child of the settings with this name, added in its place when it is absent."""
    found = root.find(tag(name))
    if found is not None:
        return found
    later = set(_TAIL[_TAIL.index(tag(name)) + 1 :])
    position = len(root)
    for index, child in enumerate(root):
        # Elements of other namespaces at the end (document ids) come after all of these.
        foreign = isinstance(child.tag, str) and not child.tag.startswith(f"{{{W}}}")
        if child.tag in later or (foreign and child.tag not in _TAIL):
            position = index
            break
    element = etree.Element(tag(name))
    root.insert(position, element)
    return element


def set_language(root: Any, language: str) -> None:
    """The language in the defaults of the styles part, and in every style that names another one."""
    for element in root.iter(tag("lang")):
        element.set(tag("val"), language)
    defaults = root.find(tag("docDefaults"))
    if defaults is None:
        defaults = etree.Element(tag("docDefaults"))
        root.insert(0, defaults)
    run_default = defaults.find(tag("rPrDefault"))
    if run_default is None:
        run_default = etree.Element(tag("rPrDefault"))
        defaults.insert(0, run_default)
    properties = run_default.find(tag("rPr"))
    if properties is None:
        properties = etree.SubElement(run_default, tag("rPr"))
    if properties.find(tag("lang")) is None:
        element = etree.Element(tag("lang"))
        element.set(tag("val"), language)
        after = [properties.find(tag(name)) for name in ("eastAsianLayout", "specVanish", "oMath")]
        position = min((properties.index(item) for item in after if item is not None), default=len(properties))
        properties.insert(position, element)


def set_properties(word: WordDocument, document: Document) -> None:
    """Title, subject, language and dates, from the document and never from the clock."""
    properties = word.core_properties
    try:
        date = datetime.fromisoformat(document.date).replace(tzinfo=UTC)
    except ValueError:
        date = datetime(2026, 1, 1, tzinfo=UTC)
    properties.title = clean(document.title)[:255]
    properties.subject = clean(document.subject)[:255]
    properties.keywords = clean(", ".join(document.keywords))[:255]
    properties.language = document.language
    properties.author = properties.last_modified_by = AUTHOR
    properties.created = properties.modified = date
    properties.revision = 1
    properties.comments = properties.category = ""
