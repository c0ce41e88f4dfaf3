"""A small set with a measured criterion and a session, and the chatbot case that uses it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from procure_ai.files.strict_yaml import parse, raw
from procure_ai.library.load import load_library
from procure_ai.library.models import Library
from procure_ai.procedure.case import Case

ROOT = Path(__file__).parents[2]
HASH = "ab" * 32
PARTS = {
    "Soorten taken": "Vragen over afval, over verhuizen en over een paspoort.",
    "Voorbeeldtaken": "Vijf taken per soort staan in bijlage 3.",
    "Aantal taken": "200",
    "Aandeel Nederlands": "100%, waarvan een kwart met spelfouten",
    "Beoordelingskader": "Een antwoord is goed als het klopt met de website en de bron noemt.",
    "Beoordelaars": "Twee medewerkers die niet weten van wie het antwoord is; bij verschil beslist een derde.",
    "Herhalingen": "3 per taak",
    "Instellingen": "De instellingen waarmee de inschrijver de dienst aanbiedt.",
    "Uitvoering": "De opdrachtgever voert de test uit in de omgeving van de inschrijver.",
}
PROTOCOL = "| Onderdeel | Afspraak |\n|---|---|\n" + "".join(f"| {part} | {text} |\n" for part, text in PARTS.items())
TABLE = "table:\n" + "".join(
    f"  - at_least: {result}\n    grade: {grade}\n" for result, grade in (("0", 0), ("60", 4), ("75.5", 8), ("90", 12))
)
SCRIPT = "1. De inschrijver beantwoordt tien vragen van inwoners.\n2. De commissie stelt vragen."
SESSION = "minutes: 45\nform: Op het stadhuis, met de eigen laptop van de inschrijver.\n"
_ITEM = """\
---
id: {id}
title: {title}
kind: {id}
clauses:
  - acceptance-test
demands:
  - {demand}
{more}evidence: required
limit: 1000
---
## Vraag

{question}

## Bewijs

Een beschrijving van de omgeving. De commissie controleert die in de omgeving zelf.

{sections}
## Verband

De opdracht is antwoord geven aan inwoners; fouten in die antwoorden schaden hen.
"""
_SET = """\
format: 1
id: klein
title: Klein
version: 1.0
description: Een kleine set.
requirements:
  - req-stop
tree:
  - id: quality
    title: Kwaliteit
    criteria:
      - id: measured
        points: 30
      - id: session
        points: 10
"""
_SCALE = """\
| Cijfer | Oordeel | Wanneer |
|---|---|---|
| 0 | Niet | Minder dan vijf antwoorden noemen de goede bron. |
| 5 | Deels | Vijf of meer antwoorden noemen de goede bron. |
| 10 | Alles | Alle antwoorden noemen de goede bron, met de datum. |
"""


def small(folder: Path, *, table: str = TABLE, protocol: str = PROTOCOL, session: str = SESSION,
          script: str = SCRIPT) -> Library:  # fmt: skip
    """The shipped clauses with the small set, in which one part may be another text."""
    own = folder / "scorecards" / "klein"
    (own / "criteria").mkdir(parents=True)
    (folder / "clauses").symlink_to(ROOT / "clauses")
    (own / "set.yaml").write_text(_SET, "utf-8")
    (own / "requirements").mkdir()
    shutil.copy(ROOT / "scorecards/generatieve-ai/requirements/req-stop.md", own / "requirements")
    parts = {
        "measured": ("Antwoorden op vragen", table, "Hoe krijgen wij toegang tot uw testomgeving?",
                     f"## Protocol\n\n{protocol}\n" if protocol else ""),
        "session": ("Demonstratie", session, "Wat laat u zien in de sessie?",
                    f"## Schaal\n\n{_SCALE}\n" + (f"## Verloop\n\n{script}\n" if script else "")),
    }  # fmt: skip
    for (name, (title, more, question, sections)), demand in zip(parts.items(), _DEMANDS, strict=True):
        text = _ITEM.format(id=name, title=title, more=more, question=question, sections=sections, demand=demand)
        (own / "criteria" / f"{name}.md").write_text(text, "utf-8")
    return load_library(folder)[0]


_DEMANDS = ("tested-before-use", "dutch-language")


def case(**changes: Any) -> Case:
    """The chatbot case with the small set; `changes` are keys of its award model."""
    path = ROOT / "examples" / "chatbot-gemeente" / "procedure.yaml"
    content = raw(parse(path.read_text("utf-8"), path.name))
    assert isinstance(content, dict)
    own = content["award_model"]
    assert isinstance(own, dict)
    kept = {key: value for key, value in own.items() if key not in ("points", "minimum_grades", "leave_out")}
    model = {**kept, "set": "klein", "price": {**own["price"], "points": "60"}, "measured": {"measured": HASH}}
    return Case.model_validate({**content, "award_model": {**model, **changes}})
