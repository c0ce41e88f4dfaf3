"""The consensus workbook: where assessors differ, and the grade and reasons that the committee adopts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from procure_ai.documents.page import Page
from procure_ai.documents.tables import Cell, Length, Row, Sheet, Style, Workbook, cell_name
from procure_ai.evaluation.method import Criterion
from procure_ai.evaluation.model import Announced
from procure_ai.findings import Finding
from procure_ai.forms import layout
from procure_ai.forms.consensus_sheet import DISCUSS, WORDS, CriterionSheet, criterion_sheet, mean_grade, panel_rule
from procure_ai.forms.context import CellInput, Context, cell_key, with_identity
from procure_ai.forms.grades import form_grade, grading
from procure_ai.forms.layout import READ_ME, READ_ME_WIDTHS, head, header, label, row
from procure_ai.forms.reading import Reader
from procure_ai.forms.records import Consensus, Score, TenderAnswers
from procure_ai.procedure.case import Assessor, Tenderer

FORM = "consensus"
OVERVIEW = "Overzicht"
_SHOWN_DECIMALS = 4
_RULES = {
    "consensus": (
        "De commissie stelt per inschrijver één cijfer vast, met de reden.",
        "Bespreek de verschillen en kies samen het cijfer dat volgens de schaal past. Het is geen gemiddelde.",
    ),
    "mean": (
        "Het cijfer is het gemiddelde van de leden, zoals bekendgemaakt. De commissie stelt de reden vast.",
        "Het gemiddelde staat al op het blad. Een lid dat zich vergiste, meldt dat aan de voorzitter.",
    ),
}
_MISSING = {
    "strong": ("A352", "Wat sterk is", "Schrijf wat sterk is, of dat er niets sterks is aangetoond."),
    "missing": (
        "A353",
        "Wat ontbreekt voor het volgende cijfer",
        "Vergelijk met de omschrijving van het volgende cijfer.",
    ),
    "place": ("A354", "De plaats in de inschrijving", "Noem het bestand en de bladzijde, of het antwoordformulier."),
}
_LEGAL_FORMS = re.compile(
    r"\b(?:b\.?\s?v\.?|n\.?\s?v\.?|u\.?\s?a\.?|v\.?o\.?f\.?|ltd\.?|gmbh|s\.?a\.?|inc\.?|plc|co[öo]peratie|stichting"
    r"|vereniging)(?!\w)",
    re.IGNORECASE,
)


def build(
    context: Context,
    page: Page,
    assessors: Sequence[Assessor],
    tenders: Sequence[tuple[Tenderer, TenderAnswers]],
    scores: Sequence[Score],
) -> Workbook:
    """The consensus workbook for these tenders and frozen scores: an overview and one sheet per criterion.

    `page` is the instruction (`templates/consensus.md`). Under the panel rule `mean` the mean is printed and
    only reasons are asked.
    """
    criteria = context.model.criteria
    titles = (f"{number} {item.title}" for number, item in enumerate(criteria, start=1))
    names = layout.sheet_names(titles, (READ_ME, OVERVIEW))
    given = {(score.tenderer, score.criterion, score.assessor): score for score in scores}
    made = [
        criterion_sheet(context, name, item, assessors, tenders, given)
        for name, item in zip(names, criteria, strict=True)
    ]
    rule, step = _RULES[panel_rule(context)]
    texts = layout.read_me(context, page, {"rule": rule, "grade-step": step})
    workbook = Workbook(
        title=f"{page.header['title']} {context.procedure.title}",
        sheets=(
            Sheet(READ_ME, tuple(texts), READ_ME_WIDTHS, landscape=False),
            _overview(context, made, [tenderer for tenderer, _ in tenders]),
            *(item.sheet for item in made),
        ),
        date=context.date,
        subject=page.header["subject"],
    )
    return with_identity(workbook, FORM, context)


def _overview(context: Context, made: Sequence[CriterionSheet], tenderers: Sequence[Tenderer]) -> Sheet:
    """Who adopts, and per criterion the adopted grades and where the group must talk, all live."""
    mean = panel_rule(context) == "mean"
    widths = (44.0, *(max(20.0, 60.0 / max(1, len(tenderers))) for _ in tenderers), 22.0)
    rows = head(
        context,
        OVERVIEW,
        widths,
        f"Staat er {DISCUSS}, dan liggen de cijfers van de leden daar twee treden of meer uiteen.",
        "De namen gelden voor elk criterium, tenzij u op het blad van het criterium andere namen invult.",
    )
    name = cell_key("adopted")
    by = row(label("Vastgesteld door (namen)"), Cell(None, Style.INPUT, check=Length(500), name=name))
    rows += [replace(by, height=45.0), Row(())]
    top = len(rows)
    rows.append(header("Criterium", *(tenderer.name for tenderer in tenderers), "Verschil van de leden"))
    for item in made:
        cells: list[Cell] = []
        for tender, adopted in enumerate(item.adopted):
            place = item.place(item.adopted_row, tender)
            result = adopted.value if adopted.value not in (None, "") else "open"
            style = Style.POINTS if mean else Style.TEXT
            cells.append(Cell(result, style, formula=f'=IF({place}="","open",{place})'))
        wide = any(mark.value == DISCUSS for mark in item.marks)
        area = f"{item.place(item.mark_row, 0)}:{cell_name(item.mark_row, len(tenderers))}"
        mark = Cell(
            DISCUSS if wide else "klein",
            Style.WARNING if wide else Style.TEXT,
            formula=f'=IF(COUNTIF({area},"{DISCUSS}")>0,"{DISCUSS}","klein")',
        )
        rows.append(row(label(item.criterion.title), *cells, mark))
    rows.append(_still_open(made, tenderers, mean))
    return Sheet(OVERVIEW, tuple(rows), widths, freeze_rows=top + 1, freeze_columns=1, header_row=top)


def _still_open(made: Sequence[CriterionSheet], tenderers: Sequence[Tenderer], mean: bool) -> Row:
    """Per tender how many yellow cells still wait: grade (unless a mean), strong, missing and place."""
    keys = [*([] if mean else ["grade"]), *(key for key, _ in WORDS)]
    sheets = [item.sheet for item in made]
    total = len(keys) * len(made)
    cells = []
    for tenderer in tenderers:
        names = [cell_key(key, tenderer.id, item.criterion.id) for item in made for key in keys]
        counted = layout.filled_count(sheets, names).removeprefix("=")
        cells.append(Cell(total, Style.NUMBER, formula=f"={total}-({counted})"))
    return row(label("Vakken die nog leeg zijn"), *cells)


# --- reading -------------------------------------------------------------------------------------


def read(
    context: Context,
    tenderers: Sequence[Tenderer],
    values: Mapping[str, CellInput],
    file: str,
    scores: Sequence[Score] = (),
) -> tuple[tuple[Consensus, ...], tuple[Finding, ...]]:
    """What the committee adopted; a criterion without a usable grade gives no entry.

    Under the panel rule `mean` the grade is the mean of `scores`, at four decimals; the ranking takes the
    individual grades. Errors: A350 no grade, A351 grade off the scale, A352 nothing strong named, A353 nothing
    missing named although the grade is not the highest, A354 no place, A355 nobody named who adopts, A357
    another tenderer named. Warning A356: the same reasons for different grades.
    """
    form = Reader(values, file)
    leaves = grading(context.model)
    found: list[Consensus] = []
    for item in context.model.criteria:
        adopted = [
            made
            for tenderer in tenderers
            if (made := _consensus(form, context, item, leaves[item.id], tenderer, tenderers, scores))
        ]
        _same_reasons(form, item, adopted)
        found += adopted
    return tuple(found), form.found


def _consensus(
    form: Reader,
    context: Context,
    item: Announced,
    leaf: Criterion,
    tenderer: Tenderer,
    tenderers: Sequence[Tenderer],
    scores: Sequence[Score],
) -> Consensus | None:
    key = (tenderer.id, item.id)
    what = f"'{item.title}' van {tenderer.name}"
    if panel_rule(context) == "mean":
        grade = _mean(form, what, key, scores)
    else:
        grade = form_grade(form, leaf, what, ("A350", "A351"), *key)
    texts = {part: form.text(part, *key) for part, _ in WORDS}
    at_top = grade is not None and grade == Decimal(leaf.top_grade.numerator) / leaf.top_grade.denominator
    for part, (code, subject, remedy) in _MISSING.items():
        if not texts[part] and not (part == "missing" and at_top):
            form.find(code, f"{subject} ontbreekt bij {what}.", remedy, part, *key)
        for other in _named(texts[part], tenderer, tenderers):
            form.find(
                "A357", f"De reden bij {what} noemt een andere inschrijver: {other.name}.",
                "Schrijf de reden zonder andere inschrijvers te noemen.", part, *key,
            )  # fmt: skip
    by = form.text("adopted", *key) or form.text("adopted")
    if not by and not any(finding.code == "A355" for finding in form.findings):
        form.find("A355", "Er staat niet bij wie vaststelde.", "Vul de namen in op blad Overzicht.", "adopted")
    if grade is None:
        return None
    return Consensus(tenderer.id, item.id, grade, texts["strong"], texts["missing"], texts["place"], by)


def _mean(form: Reader, what: str, key: tuple[str, str], scores: Sequence[Score]) -> Decimal | None:
    grades = [score.grade for score in scores if (score.tenderer, score.criterion) == key]
    if not grades:
        form.find(
            "A350", f"Er zijn geen cijfers van leden voor {what}.", "Verwerk eerst de scoreformulieren.", "strong", *key
        )
        return None
    return mean_grade(grades, _SHOWN_DECIMALS)


def _same_reasons(form: Reader, item: Announced, adopted: Sequence[Consensus]) -> None:
    """The same words for different grades explain neither (advice 209 of the CvAE asks for real reasons)."""
    seen: dict[tuple[str, str], Consensus] = {}
    for made in adopted:
        words = (_folded(made.strong), _folded(made.missing))
        if not any(words):
            continue
        earlier = seen.setdefault(words, made)
        if earlier.grade != made.grade:
            form.warn(
                "A356", f"Bij '{item.title}' staan dezelfde redenen bij verschillende cijfers.",
                "Schrijf per inschrijver wat het cijfer verklaart.", "strong", made.tenderer, item.id,
            )  # fmt: skip


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _named(text: str, own: Tenderer, tenderers: Sequence[Tenderer]) -> list[Tenderer]:
    """The other tenderers that a text names, in full, without legal form, or by the id if that is in the name."""
    folded = _folded(text)
    for name in _names(own):
        folded = re.sub(_whole(name), " ", folded)
    others = (tenderer for tenderer in tenderers if tenderer.id != own.id)
    return [other for other in others if any(re.search(_whole(name), folded) for name in _names(other))]


def _names(tenderer: Tenderer) -> list[str]:
    """The ways to name a tenderer, longest first; too short ones would be found everywhere."""
    full = _folded(tenderer.name)
    bare = " ".join(_LEGAL_FORMS.sub(" ", tenderer.name).split()).strip(" .,").casefold()
    short = tenderer.id.replace("-", " ")
    names = {full, bare, *([short] if re.search(_whole(short), full) else [])}
    return sorted((name for name in names if len(name) >= 3), key=len, reverse=True)


def _whole(name: str) -> str:
    return rf"(?<!\w){re.escape(name)}(?!\w)"
