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
TEST = {
    "test_set": HASH,
    "task_types": "Vragen over afval, over verhuizen en over een paspoort.",
    "examples": "Vijf taken per soort staan in bijlage 3.",
    "tasks": "200",
    "dutch_share": "100",
    "raters": "2",
    "runs": "3",
    "settings": "De instellingen waarmee de inschrijver de dienst aanbiedt.",
    "run_by": "De opdrachtgever voert de test uit in de omgeving van de inschrijver.",
}
RATING = """Een antwoord is goed als het klopt met de website en de bron noemt.

| Waarde | Oordeel | Wanneer |
|---|---|---|
| 0 | Fout | Het antwoord klopt niet met de website. |
| 50 | Zonder bron | Het antwoord klopt, maar noemt de bron niet. |
| 100 | Goed | Het antwoord klopt en noemt de bron. |
"""
OTHERWISE = "Een programma telt welk deel van de antwoorden binnen twee seconden begint."
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


def small(folder: Path, *, table: str = TABLE, rating: str = RATING, session: str = SESSION,
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
                     f"## Oordeel\n\n{rating}\n" if rating else ""),
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
    model = {**kept, "set": "klein", "price": {**own["price"], "points": "60"}, "measured": {"measured": TEST}}
    return Case.model_validate({**content, "award_model": {**model, **changes}})
