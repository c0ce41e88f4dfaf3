"""Language, decimal comma, compatibility and properties: what every file we write has in common."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from lxml import etree

from procure_ai.documents.tree import Document
from procure_ai.word.xml import AUTHOR, clean, tag

# Reviewing, merging or updating by itself belongs to the template's own life, not to our document.
_UNWANTED = ("updateFields", "attachedTemplate", "mailMerge", "trackRevisions", "documentType", "rsids")
# The tail of the settings in the order of the schema: what we add goes before what comes later.
_ORDER = (
    "w:compat w:docVars w:rsids m:mathPr w:attachedSchema w:themeFontLang w:clrSchemeMapping "
    "w:doNotIncludeSubdocsInStats w:doNotAutoCompressPictures w:forceUpgrade w:captions w:readModeInkLockDown "
    "w:smartTagType sl:schemaLibrary w:shapeDefaults w:doNotEmbedSmartTags w:decimalSymbol w:listSeparator w14:docId"
)
_TAIL = _ORDER.split()


def set_settings(root: Any, language: str) -> None:
    """Settings of the document: compatibility mode, language, decimal comma, nothing automatic."""
    for element in list(root.iterchildren(*map(tag, _UNWANTED))):
        root.remove(element)
    compat = _child(root, "w:compat", *_TAIL)
    for element in compat.findall(tag("compatSetting")):
        if element.get(tag("name")) == "compatibilityMode":
            compat.remove(element)
    mode = etree.SubElement(compat, tag("compatSetting"))
    mode.set(tag("name"), "compatibilityMode")
    mode.set(tag("uri"), "http://schemas.microsoft.com/office/word")
    mode.set(tag("val"), "15")  # Word 2013 and later; lower numbers open in compatibility mode
    for name, value in (("w:themeFontLang", language), ("w:decimalSymbol", ","), ("w:listSeparator", ";")):
        _child(root, name, *_TAIL[_TAIL.index(name) + 1 :]).set(tag("val"), value)


def _child(parent: Any, name: str, *later: str) -> Any:
    """The child with this name, added before the first of `later` when it is absent."""
    found = parent.find(qn(name))
    if found is None:
        found = etree.SubElement(parent, qn(name))
        following = next(parent.iterchildren(*map(qn, later)), None) if later else None
        if following is not None:
            following.addprevious(found)
    return found


def set_language(root: Any, language: str) -> None:
    """The language in the defaults of the styles part, and in every style that names another one."""
    defaults = _child(root, "w:docDefaults", "w:latentStyles", "w:style")
    run_defaults = _child(_child(defaults, "w:rPrDefault", "w:pPrDefault"), "w:rPr")
    _child(run_defaults, "w:lang", "w:eastAsianLayout", "w:specVanish", "w:oMath")
    for element in root.iter(tag("lang")):
        element.set(tag("val"), language)


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
