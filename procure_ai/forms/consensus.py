"""The consensus workbook: where assessors differ, and the grade and reasons that the committee adopts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from procure_ai.documents.dutch import listed, number_text
from procure_ai.documents.page import Page
from procure_ai.documents.tables import Cell, Sheet, Style, Workbook, cell_name
from procure_ai.evaluation.measured import grade_of
from procure_ai.evaluation.method import Criterion
from procure_ai.evaluation.model import Announced, Session
from procure_ai.findings import Finding
from procure_ai.forms import layout
from procure_ai.forms.consensus_sheet import (
    DISCUSS,
    WORDS,
    CriterionSheet,
    Known,
    Verified,
    criterion_sheet,
    is_mean,
    mean_grade,
)
from procure_ai.forms.context import CellInput, Context, cell_key
from procure_ai.forms.layout import OVERVIEW, entry, label, opened
from procure_ai.forms.naming import folded, named_others, whole
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


def build(
    context: Context,
    page: Page,
    assessors: Sequence[Assessor],
    tenders: Sequence[tuple[Tenderer, TenderAnswers]],
    scores: Sequence[Score],
    known: Known = MappingProxyType({}),
    *,
    verified: Verified = MappingProxyType({}),
) -> Workbook:
    """The consensus workbook for these tenders and frozen scores: an overview and one sheet per criterion.

    `page` is the instruction (`templates/consensus.md`); `verified` is how far evidence reaches. Under the panel
    rule `mean` the mean is printed and only reasons are asked.
    """
    criteria = context.model.criteria
    titles = [f"{number} {item.title}" for number, item in criterion_numbers(criteria)]
    names = layout.sheet_names(titles)
    given = {(score.tenderer, score.criterion, score.assessor): score for score in scores}
    made = [
        criterion_sheet(context, name, title, item, assessors, tenders, given, known, verified)
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
    asked = layout.named_cells(item.sheet for item in made)
    still_open = []
    for tenderer in tenderers:
        keys = [cell_key(key, tenderer.id, item.criterion.id) for item in made for key in ("grade", *dict(WORDS))]
        names = [name for name in keys if name in asked]
        counted = layout.filled_count(asked, names).removeprefix("=")
        still_open.append(Cell(len(names), Style.NUMBER, f"={len(names)}-({counted})"))
    rows.add(label("Vakken die nog leeg zijn"), *still_open)
    return rows.sheet(freeze_columns=1)


# --- reading -------------------------------------------------------------------------------------


def read(
    context: Context,
    tenderers: Sequence[Tenderer],
    values: Mapping[str, CellInput],
    file: str,
    scores: Sequence[Score] = (),
    known: Known = MappingProxyType({}),
    *,
    others: Sequence[Tenderer] = (),
    verified: Verified = MappingProxyType({}),
) -> tuple[tuple[Consensus, ...], tuple[Finding, ...]]:
    """What the committee adopted; a criterion without a usable grade gives no entry.

    Under the panel rule `mean` the grade is the mean of `scores`, at four decimals; the ranking takes the
    individual grades. `others` are tenderers that are out, whom no reason names either. Findings A350 to A362;
    A356 (the same reasons for different grades), A358 (a grade beyond what any assessor verified), A359 (a reason
    beyond the published criterion) and A362 (a grade outside those of the assessors) are warnings.
    """
    form = Reader(values, file)
    leaves, everyone = grading(context.model), (*tenderers, *others)
    found: list[Consensus] = []
    for item in context.model.criteria:
        adopted = [
            made
            for tenderer in tenderers
            if (made := _consensus(form, context, item, leaves[item.id], tenderer, everyone, scores, known))
        ]
        _same_reasons(form, item, adopted)
        for made in adopted:
            what = f"'{item.title}' van {next(one.name for one in tenderers if one.id == made.tenderer)}"
            _against_members(form, context, item, what, made, scores, verified)
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
    known: Known,
) -> Consensus | None:
    key = (tenderer.id, item.id)
    what = f"'{item.title}' van {tenderer.name}"
    grade: Decimal | None = None
    result: Decimal | None = None
    if key in known:
        result = known[key] if item.measured else None
        grade = grade_of(item.measured.table, known[key]) if item.measured else known[key]
    elif item.measured:
        result, grade = form_result(form, item.measured, what, ("A350", "A351"), *key)
    elif not is_mean(context):
        grade = form_grade(form, leaf, what, ("A350", "A351"), *key)
    elif given := [score.grade for score in scores if (score.tenderer, score.criterion) == key]:
        grade = mean_grade(given, _SHOWN_DECIMALS)
    else:
        form.find("A350/mean", "strong", *key, what=what)
    if item.session:
        _time(form, item.session, what, key)
    texts = {part: form.text(part, *key) for part, _ in WORDS}
    at_top = grade is not None and grade == leaf.top_grade
    for code, part in _MISSING:
        if not texts[part] and not (part == "missing" and at_top):
            form.find(code, part, *key, what=what)
        for other in named_others(texts[part], tenderer, tenderers):
            form.find("A357", part, *key, what=what, other=other.name)
        _beyond(form, context, item, what, texts[part], (part, *key))
    by = form.text("adopted", *key) or form.text("adopted")
    if not by and not any(finding.code == "A355" for finding in form.findings):
        form.find("A355", "adopted")
    return Consensus(*key, grade, **texts, adopted_by=by, result=result) if grade is not None else None


def _time(form: Reader, session: Session, what: str, key: tuple[str, str]) -> None:
    """Every tenderer gets the announced time: findings A378 and A379."""
    took = form.raw("minutes", *key)
    if not isinstance(took, Decimal):
        form.find("A378", "minutes", *key, what=what)
    elif took != session.minutes:
        form.find("A379", "minutes", *key, what=what, took=number_text(took), minutes=session.minutes)


def _beyond(form: Reader, context: Context, item: Announced, what: str, text: str, key: tuple[str, ...]) -> None:
    """A reason that names the title of another criterion, or money, while what was published here does not.

    Only what was announced may count (Aanbestedingswet 2012, art. 2.115); a person looks at it.
    """
    said = folded(text)
    own = folded(" ".join((item.title, cell_text(item.question), cell_text(item.evidence), scale_text(item))))
    for other in context.model.criteria:
        title = folded(other.title)
        if other.id == item.id or title not in said:  # in a large model the plain search settles nearly all
            continue
        if re.search(whole(title), said) and not re.search(whole(title), own):
            form.find("A359", *key, what=what, other=other.title)
    money = next((word for word in _MONEY.findall(said) if word not in own), "")
    if money:
        form.find("A359/price", *key, what=what, word=money)


def _against_members(
    form: Reader,
    context: Context,
    item: Announced,
    what: str,
    made: Consensus,
    scores: Sequence[Score],
    verified: Verified,
) -> None:
    """An adopted grade that no member gave or more, or that verified evidence does not reach: people look at it."""
    key = (made.tenderer, item.id)
    given = sorted({score.grade for score in scores if (score.tenderer, score.criterion) == key})
    words = {"what": what, "grade": number_text(made.grade)}
    if given and not is_mean(context) and not item.measured and not given[0] <= made.grade <= given[-1]:
        shown = listed([number_text(grade) for grade in given])
        form.find("A362", "grade", *key, given=shown, **words)
    reach = [grade for (*where, _), grade in verified.items() if tuple(where) == key]
    if reach and made.grade > max(reach):
        form.find("A358", "grade", *key, reached=number_text(max(reach)), **words)


def _same_reasons(form: Reader, item: Announced, adopted: Sequence[Consensus]) -> None:
    """The same words for different grades explain neither (advice 209 of the CvAE asks for real reasons)."""
    seen: dict[tuple[str, str], Consensus] = {}
    for made in adopted:
        words = (folded(made.strong), folded(made.missing))
        if not any(words):
            continue
        earlier = seen.setdefault(words, made)
        if earlier.grade != made.grade:
            form.find("A356", "strong", made.tenderer, item.id, title=item.title)
