"""Evidence per rung: what a tenderer fills in, what an assessor verifies, and the rung that this reaches.

The form proposes no grade. It shows how far the verified evidence reaches; people grade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal, cast

from procure_ai.documents.dutch import number_text
from procure_ai.documents.tables import Cell, Sheet, Style, cell_name
from procure_ai.evaluation.ladders import reached
from procure_ai.evaluation.model import Announced, EvidenceRow, Grade
from procure_ai.forms import layout
from procure_ai.forms.context import Context
from procure_ai.forms.layout import SheetRows, choose, entry, label, opened
from procure_ai.forms.reading import Reader
from procure_ai.forms.records import EVIDENCE, YES_NO, CriterionAnswer, EvidenceGiven
from procure_ai.forms.text import criterion_numbers

TITLE = "Bewijs per trede"
_COLUMNS = (
    ("Vraag of onderdeel", 58.0), ("Wat open is", 30.0), ("Ja of nee?", 11.0), ("Licentie: naam en versie", 24.0),
    ("Bestand of vindplaats", 42.0), ("Controlegetal (SHA-256)", 30.0),
)  # fmt: skip
_JUDGED = (16.0, 16.0)
_REACHED = "Geverifieerd bewijs reikt tot cijfer"


def _asked(context: Context) -> list[tuple[str, Announced]]:
    """The criteria of which tenderers fill in the evidence row by row."""
    numbered = criterion_numbers(context.model.criteria)
    return [(number, item) for number, item in numbered if item.ladder and item.ladder.asked != "no"]


def asked_keys(context: Context) -> list[tuple[str, ...]]:
    """The cells in which a tenderer says yes or no."""
    return [("criterion", item.id, f"given-{row.id}") for _, item in _asked(context) for row in item.evidence_rows]


def asked_sheets(context: Context) -> list[Sheet]:
    """The sheet of the answer form, or none when no criterion asks for it."""
    found = _asked(context)
    if not found:
        return []
    rows = opened(
        context,
        TITLE,
        [width for _, width in _COLUMNS],
        "Zeg per regel ja of nee, en waar het bewijs staat. Een regel zonder ja telt als niet geleverd.",
        "De commissie gaat het bewijs na. Wat u hier invult, is nog geen bewijs en geeft geen cijfer.",
    )
    rows.columns(*(title for title, _ in _COLUMNS))
    for number, item in found:
        rows.add()
        rows.heading(f"{number} {item.title}")
        if item.ladder and item.ladder.rule:
            rows.notes(item.ladder.rule)
        for row in item.evidence_rows:
            key = ("criterion", item.id)
            rows.stack(
                label(row.what),
                Cell(row.licences),
                choose(YES_NO, *key, f"given-{row.id}"),
                entry(*key, f"licence-{row.id}", most=250),
                entry(*key, f"place-{row.id}", most=1000),
                entry(*key, f"digest-{row.id}", most=250),
            )
    return [rows.sheet(freeze_columns=1)]


def given(form: Reader, item: Announced) -> dict[str, EvidenceGiven]:
    """What a tenderer filled in. A yes that does not say where, is a warning (A304) once per criterion."""
    if item.ladder is None or item.ladder.asked == "no":
        return {}
    found: dict[str, EvidenceGiven] = {}
    for row in item.evidence_rows:
        licence, place, digest = (
            form.text("criterion", item.id, f"{part}-{row.id}") for part in ("licence", "place", "digest")
        )
        answer = cast(Literal["yes", "no", ""], form.choice(YES_NO, "criterion", item.id, f"given-{row.id}"))
        found[row.id] = EvidenceGiven(answer, licence, place, digest)
    unplaced = [name for name, told in found.items() if told.given == "yes" and not told.place]
    if unplaced:
        what = f"een ja op blad {TITLE} ('{item.title}')"
        form.find("A304", "criterion", item.id, f"place-{unplaced[0]}", what=what)
    return found


# --- the assessor ---------------------------------------------------------------------------------


def card(context: Context) -> tuple[float, ...]:
    """The widths of a sheet with one block per criterion, with columns to judge evidence where a ladder has it."""
    return (*layout.CARD, *(_JUDGED if any(item.evidence_rows for item in context.model.criteria) else ()))


def add_judging(rows: SheetRows, item: Announced, answer: CriterionAnswer, key: tuple[str, str]) -> None:
    """The evidence of a ladder: claimed, what people found, and how far the verified part reaches."""
    if not item.evidence_rows:
        return
    rows.header(
        TITLE, "Wat de trede vraagt, wat de inschrijver stelt en hoe u het nagaat", "Bewijs is", "Licentie open?"
    )
    status: dict[str, str] = {}
    open_: dict[str, str] = {}
    for row in item.evidence_rows:
        status[row.id], open_[row.id] = cell_name(rows.next, 2), cell_name(rows.next, 3)
        rows.stack(
            label(_rung_of(item, row)),
            Cell(_told(item, row, answer)),
            choose(EVIDENCE, "shown", *key, row.id),
            choose(YES_NO, "open", *key, row.id) if row.licences else Cell("niet van toepassing", Style.NOTE),
        )
    rows.add(label(_REACHED), Cell(0, Style.NUMBER, formula="=" + _formula(item, status, open_)))


def _rung_of(item: Announced, row: EvidenceRow) -> str:
    """For which grade this row first counts."""
    grades = [rung.grade for rung in item.scale if row.id in (*rung.needs, *rung.open, *rung.or_open)]
    return f"Voor cijfer {number_text(min(grades))}" if grades else "Telt voor geen cijfer"


def _told(item: Announced, row: EvidenceRow, answer: CriterionAnswer) -> str:
    lines = [row.what]
    if item.ladder and item.ladder.asked != "no":
        told = answer.rows.get(row.id, EvidenceGiven(""))
        stated = (("licentie", told.licence), ("plaats", told.place), ("controlegetal", told.digest))
        claim = [YES_NO.get(told.given, "niet ingevuld"), *(f"{name}: {text}" for name, text in stated if text)]
        lines.append(f"Gesteld: {'; '.join(claim)}")
    lines += [f"Open is: {row.licences}"] if row.licences else []
    lines += [f"Nagaan: {row.verify}"] if row.verify else []
    return "\n".join(lines)


def _formula(item: Announced, status: Mapping[str, str], open_: Mapping[str, str]) -> str:
    """`reached` as a formula: one IF per rung, each inside the one below."""
    instead = {row.id: row.instead for row in item.evidence_rows if row.instead}

    def shown(name: str) -> str:
        return f'{status[name]}="{EVIDENCE["verified"]}"'

    def free(name: str) -> str:
        return f'AND({shown(name)},{open_[name]}="{YES_NO["yes"]}")'

    def either(name: str, free_too: bool) -> str:
        test = free if free_too else shown
        return f"OR({test(name)},{test(instead[name])})" if name in instead else test(name)

    def all_of(names: Iterable[str], free_too: bool) -> str:
        return f"AND({','.join(either(name, free_too) for name in names)})"

    def condition(rung: Grade) -> str:
        parts = [all_of(rung.needs, False)] if rung.needs else []
        if rung.open:
            whole = all_of(rung.open, True)
            parts.append(f"OR({whole},{all_of(rung.or_open, True)})" if rung.or_open else whole)
        return f"AND({','.join(parts)})"

    best, *higher = sorted(item.scale, key=lambda rung: rung.grade)
    formula = f"{higher[-1].grade:f}"
    for below, rung in reversed(list(zip([best, *higher], higher, strict=False))):
        formula = f"IF({condition(rung)},{formula},{below.grade:f})"
    return formula


def check_grade(form: Reader, item: Announced, grade: Decimal, what: str, key: tuple[str, str]) -> None:
    """A warning (A358) when an assessor judged evidence, and grades higher than what was verified."""
    statuses = {row.id: form.choice(EVIDENCE, "shown", *key, row.id) for row in item.evidence_rows}
    if not any(statuses.values()):
        return
    verified = frozenset(name for name, status in statuses.items() if status == "verified")
    free = frozenset(name for name in verified if form.choice(YES_NO, "open", *key, name) == "yes")
    highest = reached(item, verified, free)
    if grade > highest:
        form.find("A358", "grade", *key, what=what, grade=number_text(grade), reached=number_text(highest))
