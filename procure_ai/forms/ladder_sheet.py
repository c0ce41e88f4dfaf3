"""Evidence per rung: what a tenderer fills in, what an assessor verifies, and the rung that this reaches.

The form proposes no grade. It shows how far the verified evidence reaches; people grade.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple, cast

from procure_ai.documents.dialect import read_page
from procure_ai.documents.dutch import listed, number_text
from procure_ai.documents.tables import Cell, Sheet, Style, cell_name
from procure_ai.documents.tree import Table, plain
from procure_ai.evaluation.ladders import HIGHEST_SEAL, reached, seal_level
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
LEVELS_TITLE = "Niveau per doel"
_LEVELS = {str(level): f"SEAL-{level}" for level in range(HIGHEST_SEAL + 1)}
_OBJECTIVE = (
    ("Doel", 26.0), ("Gewicht oktober 2025", 11.0), ("Gewicht juni 2026", 11.0), ("Telt hier", 24.0),
    ("Telt hier niet", 58.0), ("Niveau dat u aanbiedt", 13.0), ("Bewijs: bestand en bladzijde", 40.0),
)  # fmt: skip


class Objective(NamedTuple):
    """An objective of a framework with levels, as announced: its weights in two versions, and the questions that count
    here. One of which no question counts is not asked."""

    id: str
    title: str
    weights: tuple[str, str]
    counts: str
    excluded: str

    @property
    def asked(self) -> bool:
        return self.counts != "geen"

    @property
    def name(self) -> str:
        return f"{self.id} {self.title}"


def objectives(evidence: str) -> tuple[Objective, ...]:
    """The objectives in the announced evidence of a criterion: the table that starts with the column *Doel*."""
    for block in read_page(evidence, "")[0]:
        if isinstance(block, Table) and plain(block.header[0]) == "Doel":
            rows = (tuple(map(plain, row)) for row in block.rows)
            return tuple(Objective(row[0], row[1], (row[2], row[3]), row[4], row[5]) for row in rows)
    return ()


def _asked(context: Context) -> list[tuple[str, Announced]]:
    """The criteria of which tenderers fill in the evidence row by row."""
    numbered = criterion_numbers(context.model.criteria)
    return [(number, item) for number, item in numbered if item.ladder and item.ladder.asked != "no"]


def asked_keys(context: Context) -> dict[str, list[tuple[str, ...]]]:
    """By sheet the cells that a tenderer must fill in: yes or no, and the levels."""
    return {
        TITLE: [("criterion", item.id, f"given-{row.id}") for _, item in _asked(context) for row in item.evidence_rows],
        LEVELS_TITLE: [
            ("criterion", item.id, f"level-{part.id.lower()}")
            for _, item, parts in _levelled(context)
            for part in parts
        ],
    }


def asked_sheets(context: Context) -> list[Sheet]:
    """The sheets of the answer form: evidence per rung and levels per objective, where a criterion asks for them."""
    return [*([_evidence_sheet(context)] if _asked(context) else []), *_level_sheets(context)]


def _levelled(context: Context) -> list[tuple[str, Announced, tuple[Objective, ...]]]:
    """The criteria of which a framework has levels, with the objectives that are asked."""
    found = [
        (number, item, tuple(part for part in objectives(item.evidence) if part.asked))
        for number, item in criterion_numbers(context.model.criteria)
        if item.ladder
    ]
    return [(number, item, parts) for number, item, parts in found if parts]


def _level_sheets(context: Context) -> Iterator[Sheet]:
    found = _levelled(context)
    if not found:
        return
    rows = opened(
        context,
        LEVELS_TITLE,
        [width for _, width in _OBJECTIVE],
        "Kies per doel dat hier telt het niveau van uw aanbod: het laagste niveau van de vragen die hier tellen.",
        "Het niveau en de gewichten geven geen punten; het cijfer volgt uit de schaal. Uw opgave is nog geen bewijs.",
    )
    rows.columns(*(title for title, _ in _OBJECTIVE))
    for number, item, _ in found:
        rows.add()
        rows.heading(f"{number} {item.title}")
        for part in objectives(item.evidence):
            key, name = ("criterion", item.id), part.id.lower()
            inputs = (choose(_LEVELS, *key, f"level-{name}"), entry(*key, f"place-{name}", most=1000))
            rows.stack(
                label(part.name),
                *map(Cell, part.weights),
                Cell(part.counts),
                Cell(part.excluded),
                *(inputs if part.asked else (Cell("niet gevraagd", Style.NOTE), Cell(None))),
            )
    yield rows.sheet(freeze_columns=1)


def _evidence_sheet(context: Context) -> Sheet:
    found = _asked(context)
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
    return rows.sheet(freeze_columns=1)


def given(form: Reader, item: Announced) -> dict[str, EvidenceGiven]:
    """What a tenderer filled in; a level stands where a licence would. A yes or a level that does not say where, is a
    warning (A304) once per criterion."""
    found: dict[str, EvidenceGiven] = {}
    if item.ladder is None:
        return found
    for part in objectives(item.evidence):
        name = part.id.lower()
        level = form.choice(_LEVELS, "criterion", item.id, f"level-{name}")
        if part.asked:
            place = form.text("criterion", item.id, f"place-{name}")
            found[name] = EvidenceGiven("yes" if level else "", _LEVELS.get(level, ""), place)
    for row in item.evidence_rows if item.ladder.asked != "no" else ():
        licence, place, digest = (
            form.text("criterion", item.id, f"{part}-{row.id}") for part in ("licence", "place", "digest")
        )
        answer = cast(Literal["yes", "no", ""], form.choice(YES_NO, "criterion", item.id, f"given-{row.id}"))
        found[row.id] = EvidenceGiven(answer, licence, place, digest)
    unplaced = [name for name, told in found.items() if told.given == "yes" and not told.place]
    if unplaced:
        levelled = found[unplaced[0]].licence in _LEVELS.values()
        what = f"een {'niveau' if levelled else 'ja'} op blad {LEVELS_TITLE if levelled else TITLE} ('{item.title}')"
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
    _told_levels(rows, [part for part in objectives(item.evidence) if part.asked], answer)


def _told_levels(rows: SheetRows, asked: Sequence[Objective], answer: CriterionAnswer) -> None:
    """The levels that a tenderer states, and the lowest of them. They give no grade."""
    if not asked:
        return
    stated = {part.name: answer.rows.get(part.id.lower(), EvidenceGiven("")) for part in asked}
    levels = {name: told.licence for name, told in stated.items() if told.given}
    rows.header(LEVELS_TITLE, "Wat de inschrijver opgeeft. Een opgave is geen bewijs en geeft geen cijfer")
    for name, told in stated.items():
        rows.add(
            label(name), f"{told.licence}; plaats: {told.place or 'niet genoemd'}" if told.given else "geen niveau"
        )
    lowest = f"SEAL-{seal_level([int(level[-1]) for level in levels.values()])}" if levels else "geen"
    gaps = listed([name for name in stated if name not in levels])
    rows.add(label("Laagste opgegeven niveau"), f"{lowest}. Zonder niveau: {gaps}." if gaps else lowest)


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


def verified_to(form: Reader, item: Announced, key: tuple[str, str]) -> Decimal | None:
    """The grade to which the evidence reaches that an assessor verified; None when no evidence was judged."""
    statuses = {row.id: form.choice(EVIDENCE, "shown", *key, row.id) for row in item.evidence_rows}
    if not any(statuses.values()):
        return None
    verified = frozenset(name for name, status in statuses.items() if status == "verified")
    free = frozenset(name for name in verified if form.choice(YES_NO, "open", *key, name) == "yes")
    return reached(item, verified, free)


def check_grade(form: Reader, item: Announced, grade: Decimal, what: str, key: tuple[str, str]) -> None:
    """A warning (A358) when an assessor judged evidence, and grades higher than what was verified."""
    highest = verified_to(form, item, key)
    if highest is not None and grade > highest:
        form.find("A358", "grade", *key, what=what, grade=number_text(grade), reached=number_text(highest))
