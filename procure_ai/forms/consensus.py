"""The consensus workbook: where assessors differ, and the grade and reasons that the committee adopts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from procure_ai.documents.page import Page
from procure_ai.documents.tables import Cell, Sheet, Style, Workbook, cell_name
from procure_ai.evaluation.method import Criterion
from procure_ai.evaluation.model import Announced
from procure_ai.findings import Finding
from procure_ai.forms import layout
from procure_ai.forms.consensus_sheet import DISCUSS, WORDS, CriterionSheet, criterion_sheet, is_mean, mean_grade
from procure_ai.forms.context import CellInput, Context, cell_key
from procure_ai.forms.layout import OVERVIEW, entry, label, opened
from procure_ai.forms.reading import Reader, form_grade, form_result, grading
from procure_ai.forms.records import Consensus, Score, TenderAnswers
from procure_ai.forms.text import cell_text, criterion_numbers, scale_text
from procure_ai.procedure.case import Assessor, Tenderer

FORM = "consensus"
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
_MONEY = re.compile(
    r"€|\b(?:euro|eur|prijs|prijzen|prijsblad|tarief|tarieven|kosten|goedkoper|goedkoop|goedkoopste|duurder|duurste)\b"
)
_MISSING = (("A352", "strong"), ("A353", "missing"), ("A354", "place"))
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
    titles = [f"{number} {item.title}" for number, item in criterion_numbers(criteria)]
    names = layout.sheet_names(titles)
    given = {(score.tenderer, score.criterion, score.assessor): score for score in scores}
    made = [
        criterion_sheet(context, name, title, item, assessors, tenders, given)
        for name, title, item in zip(names, titles, criteria, strict=True)
    ]
    rule, step = _RULES["mean" if is_mean(context) else "consensus"]
    first = layout.read_me(context, page, {"rule": rule, "grade-step": step}).sheet(landscape=False)
    overview = _overview(context, made, [tenderer for tenderer, _ in tenders])
    return layout.workbook(context, page, FORM, [first, overview, *(item.sheet for item in made)])


def _overview(context: Context, made: Sequence[CriterionSheet], tenderers: Sequence[Tenderer]) -> Sheet:
    """Who adopts, and per criterion the adopted grades and where the group must talk, all live."""
    mean = is_mean(context)
    rows = opened(
        context,
        OVERVIEW,
        (44.0, *layout.shared_out(len(tenderers)), 22.0),
        f"Staat er {DISCUSS}, dan liggen de cijfers van de leden daar twee treden of meer uiteen.",
        "De namen gelden voor elk criterium, tenzij u op het blad van het criterium andere namen invult.",
    )
    rows.add(label("Vastgesteld door (namen)"), entry("adopted", most=500), height=45.0)
    rows.add()
    rows.columns("Criterium", *(tenderer.name for tenderer in tenderers), "Verschil van de leden")
    for item in made:
        cells = []
        wide = False
        for tender in range(len(tenderers)):
            place, grade = item.found(item.adopted_row, tender)
            result = grade if grade not in (None, "") else "open"
            cells.append(Cell(result, Style.POINTS if mean else Style.TEXT, f'=IF({place}="","open",{place})'))
            wide = wide or item.found(item.mark_row, tender)[1] == DISCUSS
        first = f"{layout.quoted(item.sheet.name)}{cell_name(item.mark_row, 1)}"
        area = f"{first}:{cell_name(item.mark_row, len(tenderers))}"
        formula = f'=IF(COUNTIF({area},"{DISCUSS}")>0,"{DISCUSS}","klein")'
        mark = Cell(DISCUSS if wide else "klein", Style.WARNING if wide else Style.TEXT, formula)
        unit = " (resultaat in %)" if item.criterion.measured else ""
        rows.add(label(item.title + unit), *cells, mark)
    keys = [*([] if mean else ["grade"]), *(key for key, _ in WORDS)]
    total = len(keys) * len(made)
    still_open = []
    for tenderer in tenderers:
        names = [cell_key(key, tenderer.id, item.criterion.id) for item in made for key in keys]
        counted = layout.filled_count([item.sheet for item in made], names).removeprefix("=")
        still_open.append(Cell(total, Style.NUMBER, f"={total}-({counted})"))
    rows.add(label("Vakken die nog leeg zijn"), *still_open)
    return rows.sheet(freeze_columns=1)


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
    individual grades. Findings A350 to A359; A356 (the same reasons for different grades) and A359 (a reason
    beyond the published criterion) are warnings.
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
    grade: Decimal | None = None
    result: Decimal | None = None
    if item.measured:
        result, grade = form_result(form, item.measured, what, ("A350", "A351"), *key)
    elif not is_mean(context):
        grade = form_grade(form, leaf, what, ("A350", "A351"), *key)
    elif given := [score.grade for score in scores if (score.tenderer, score.criterion) == key]:
        grade = mean_grade(given, _SHOWN_DECIMALS)
    else:
        form.find("A350/mean", "strong", *key, what=what)
    texts = {part: form.text(part, *key) for part, _ in WORDS}
    at_top = grade is not None and grade == leaf.top_grade
    for code, part in _MISSING:
        if not texts[part] and not (part == "missing" and at_top):
            form.find(code, part, *key, what=what)
        for other in _named(texts[part], tenderer, tenderers):
            form.find("A357", part, *key, what=what, other=other.name)
        _beyond(form, context, item, what, texts[part], (part, *key))
    by = form.text("adopted", *key) or form.text("adopted")
    if not by and not any(finding.code == "A355" for finding in form.findings):
        form.find("A355", "adopted")
    return Consensus(*key, grade, **texts, adopted_by=by, result=result) if grade is not None else None


def _beyond(form: Reader, context: Context, item: Announced, what: str, text: str, key: tuple[str, ...]) -> None:
    """A reason that names the title of another criterion, or money, while what was published here does not.

    Only what was announced may count (Aanbestedingswet 2012, art. 2.115); a person looks at it.
    """
    said = _folded(text)
    own = _folded(" ".join((item.title, cell_text(item.question), cell_text(item.evidence), scale_text(item))))
    for other in context.model.criteria:
        title = _whole(_folded(other.title))
        if other.id != item.id and re.search(title, said) and not re.search(title, own):
            form.find("A359", *key, what=what, other=other.title)
    money = _MONEY.search(said)
    if money and not _MONEY.search(own):
        form.find("A359/price", *key, what=what, word=money[0])


def _same_reasons(form: Reader, item: Announced, adopted: Sequence[Consensus]) -> None:
    """The same words for different grades explain neither (advice 209 of the CvAE asks for real reasons)."""
    seen: dict[tuple[str, str], Consensus] = {}
    for made in adopted:
        words = (_folded(made.strong), _folded(made.missing))
        if not any(words):
            continue
        earlier = seen.setdefault(words, made)
        if earlier.grade != made.grade:
            form.find("A356", "strong", made.tenderer, item.id, title=item.title)


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
