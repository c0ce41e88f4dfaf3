"""Looking at a buyer's template before using it: what is refused, what we add, what is lost."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from procure_ai.findings import Finding, Place, Refused, Severity
from procure_ai.word.reader import parse_part
from procure_ai.word.styles import Styles
from procure_ai.word.template import guard, open_template
from procure_ai.word.xml import tag

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_LINKED = ("/image", "/attachedTemplate", "/oleObject", "/frame", "/subDocument")


def check_template(data: bytes, name: str) -> tuple[Finding, ...]:
    """What is wrong or noteworthy about a template. Errors: W001 no Word file, W002 macros.

    Warnings: W003 missing styles that are added, W004 text in the body that is not taken along, W005
    links to files elsewhere.
    """
    found = guard(data, name)
    if found:
        return found
    try:
        body = _body_text(data)
        word = open_template(data)
        root: Any = word.styles.element
        added = Styles(root).added
    except Refused as refused:
        return tuple(item.in_file(name) for item in refused.findings)
    except (ValueError, KeyError, AttributeError, SyntaxError):
        return (Finding(Place(name), "W001", "Dit sjabloon is beschadigd.", "Sla het in Word opnieuw op."),)
    place = Place(name)
    findings: list[Finding] = []
    if added:
        findings.append(
            Finding(
                place,
                "W003",
                f"Het sjabloon mist {_count(len(added))}: {', '.join(added)}. Wij voegen ze toe.",
                "Maak deze stijlen in het sjabloon als ze er anders uit moeten zien.",
                Severity.WARNING,
            )
        )
    if body:
        findings.append(
            Finding(
                place,
                "W004",
                "Het sjabloon bevat tekst; alleen kop- en voetteksten en stijlen worden overgenomen.",
                "Zet wat op elke bladzijde moet staan in de kop- of voettekst.",
                Severity.WARNING,
            )
        )
    for target in _linked(data):
        findings.append(
            Finding(
                place,
                "W005",
                f"Het sjabloon haalt iets op van buiten: {target[:80]}.",
                "Voeg het plaatje zelf in en verwijder de koppeling.",
                Severity.WARNING,
            )
        )
    return tuple(sorted(findings))


def _count(number: int) -> str:
    return "één stijl" if number == 1 else f"{number} stijlen"


def _body_text(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        main = next((name for name in archive.namelist() if name.endswith("word/document.xml")), "")
        if not main:
            return False
        root = parse_part(archive.read(main))
    return any((element.text or "").strip() for element in root.iter(tag("t")))


def _linked(data: bytes) -> list[str]:
    """Targets outside the file that a program fetches by itself; ordinary hyperlinks are not."""
    targets: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if not name.endswith(".rels"):
                continue
            for relation in parse_part(archive.read(name)).iter(_RELATION):
                external = relation.get("TargetMode") == "External"
                if external and (relation.get("Type") or "").endswith(_LINKED):
                    targets.add(relation.get("Target") or "")
    return sorted(targets)
