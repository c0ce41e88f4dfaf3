"""A measured criterion and a session on paper: the announcement, the workbooks and the contract."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType, SimpleNamespace

import pytest
from measured_case import HASH, OTHERWISE, TEST, case, small

from procure_ai.casefile import annexes, data
from procure_ai.documents.markdown import to_markdown
from procure_ai.documents.page import Page, read_template
from procure_ai.documents.tables import Bounds, Workbook, cells_of, input_cells
from procure_ai.drafting.contract import award, draft
from procure_ai.evaluation.model import build_award_model
from procure_ai.forms import consensus, scorecard
from procure_ai.forms.context import Context, cell_key
from procure_ai.forms.records import CriterionAnswer, TenderAnswers
from procure_ai.forms.tender_documents import award_model_document
from procure_ai.library.models import Library
from procure_ai.procedure.case import Assessor, Case, Tenderer

TENDER = Tenderer(id="parlando", name="Parlando Taaltechniek B.V.")
ASSESSOR = Assessor(id="jansen", name="J. Jansen", function="adviseur")
ANSWERS = TenderAnswers("parlando", "Parlando", {}, {"session": CriterionAnswer("Wij tonen het.")})
GRADE, REASONS = cell_key("grade", "parlando", "measured"), ("strong", "missing", "place")


def page(name: str) -> Page:
    return read_template(data.template(f"{name}.md"), f"{name}.md")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return small(tmp_path_factory.mktemp("small"))


def context_of(library: Library, own: Case) -> Context:
    model, _ = build_award_model(own, library, frozenset(library.texts()))
    assert model is not None
    return Context(own.buyer, own.procedure, model, "1", "2026-12-01", "abc123def456")


@pytest.fixture(scope="module")
def context(library: Library) -> Context:
    """People rate the answers."""
    return context_of(library, case())


@pytest.fixture(scope="module")
def entered(tmp_path_factory: pytest.TempPathFactory) -> Context:
    """The result comes from elsewhere, and the committee enters it."""
    library = small(tmp_path_factory.mktemp("entered"), rating=OTHERWISE)
    return context_of(library, case(measured={"measured": {**TEST, "raters": "0"}}))


def cells(book: Workbook) -> Mapping[str, object]:
    return {cell.name: cell.check for _, _, _, cell in input_cells(book)}


def test_the_announcement_has_protocol_hash_points_and_script(context: Context) -> None:
    text = to_markdown(award_model_document(context, page("award-model"), {}))
    for words in (
        "| Cijfer | Punten | Wanneer |",
        "| 4 | 10 | Het gemeten resultaat op de verborgen testset is 60% tot 75,5%. |",
        "| 8 | 20 |",
        "| 12 | 30 | Het gemeten resultaat op de verborgen testset is 90% tot en met 100%. |",
        "| Herhalingen | elke taak 3 keer |",
        "| Beoordelaars | 2 per antwoord, ieder apart; zij weten niet van wie het antwoord is |",
        f"verborgen testset | {HASH} |",
        "| 50 | Zonder bron | Het antwoord klopt, maar noemt de bron niet. |",
        "over elke herhaling van elke taak, op twee decimalen, half naar boven",
        "| 5 | Deels | Vijf of meer antwoorden noemen de goede bron. |",
        "voor elke inschrijver 45 minuten.",
        "Op het stadhuis, met de eigen laptop van de inschrijver.",
        "De inschrijver beantwoordt tien vragen van inwoners.",
    ):
        assert words in text, words


def test_assessors_give_no_grade_for_a_measurement(context: Context) -> None:
    book = scorecard.build(context, page("scorecard"), ASSESSOR, [(TENDER, ANSWERS)])
    assert {name for name in cells(book) if name} == {
        cell_key(part, "parlando", "session") for part in ("grade", "reason")
    }
    values = {cell_key("grade", "parlando", "session"): "5",
              cell_key("reason", "parlando", "session"): "Vijf bronnen klopten."}  # fmt: skip
    scores, findings = scorecard.read(context, ASSESSOR, [TENDER], values, "kaart.xlsx")
    assert ([score.criterion for score in scores], findings) == (["session"], ())


def adopted(
    context: Context, given: str | Decimal | None, results: consensus.Results = MappingProxyType({}), minutes: int = 45
) -> tuple[tuple[consensus.Consensus, ...], list[str]]:
    values: dict[str, str | Decimal | bool] = {cell_key("adopted"): "A. de Wit"}
    for item in ("measured", "session"):
        values |= {cell_key(part, "parlando", item): f"Over {item}, {part}." for part in REASONS}
    values[cell_key("grade", "parlando", "session")] = "10"
    if minutes:
        values[cell_key("minutes", "parlando", "session")] = Decimal(minutes)
    if given is not None:
        values[GRADE] = given
    found, findings = consensus.read(context, [TENDER], values, "overleg.xlsx", (), results)
    return found, [item.code for item in findings]


def test_the_committee_adopts_a_result_and_the_table_gives_the_grade(entered: Context) -> None:
    book = consensus.build(entered, page("consensus"), [ASSESSOR], [(TENDER, ANSWERS)], ())
    assert cells(book)[GRADE] == Bounds(Decimal(0), Decimal(100))
    for given, result, grade in ((Decimal("82.5"), "82.5", 8), ("75,49", "75.49", 4), (Decimal(100), "100", 12)):
        (measured, session), codes = adopted(entered, given)
        assert (measured.result, measured.grade, codes) == (Decimal(result), grade, [])
        assert (session.result, session.grade) == (None, 10)


@pytest.mark.parametrize(
    ("given", "code"),
    [(None, "A350"), (Decimal("100.5"), "A351"), (Decimal(-1), "A351"), ("acht", "A351"), ("82%", "A351")],
)
def test_a_result_that_is_none_is_not_adopted(entered: Context, given: str | Decimal | None, code: str) -> None:
    found, codes = adopted(entered, given)
    assert [one.criterion for one in found] == ["session"]
    assert codes == [code]


def test_a_share_is_taken_for_percents_and_told(entered: Context) -> None:
    (measured, _), codes = adopted(entered, Decimal("0.6"))
    assert (measured.result, measured.grade, codes) == (Decimal("0.6"), 0, ["A351"])


def test_the_contract_announces_the_measurement_and_holds_the_result_of_the_winner(library: Library) -> None:
    document = draft(case(), library, page("contract")).document
    told = to_markdown(document)
    assert "is de drempelwaarde bij de test met de Testset" in told
    assert f"| Antwoorden op vragen | {HASH} |" in told
    assert "Resultaat van Antwoorden op vragen" in told
    filled = to_markdown(award(document, {"measured.measured": "82,5%"}, version="1"))
    assert f"| {HASH} | 82,5% |" in filled
    assert "Resultaat van Antwoorden op vragen" not in filled


def test_the_award_fills_in_what_the_committee_adopted(
    entered: Context, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = draft(case(), library, page("contract")).document
    found, _ = adopted(entered, Decimal("82.50"))
    package = SimpleNamespace(
        record=SimpleNamespace(last=lambda step: step == "consensus-read"), version="2",
        contract=SimpleNamespace(tree=tree), model=entered.model,
    )  # fmt: skip
    monkeypatch.setattr(annexes.Package, "of", lambda folder: package)
    monkeypatch.setattr("procure_ai.casefile.tenders.accepted", lambda package: {"parlando": (TENDER, ANSWERS)})
    monkeypatch.setattr("procure_ai.casefile.judged.consensus", lambda package: found)
    filled = annexes._awarded(None, "parlando", processing=False)  # type: ignore[arg-type]
    assert filled is not None
    assert f"| {HASH} | 82,5% |" in to_markdown(filled)


def test_a_contract_without_measurement_says_nothing_of_it(library: Library) -> None:
    assert "Gemeten bij de gunning" not in to_markdown(draft(case(measured={}), library, page("contract")).document)


# --- the blind rating -----------------------------------------------------------------------------


def test_a_rated_result_is_shown_and_cannot_be_typed(context: Context) -> None:
    results = {("parlando", "measured"): Decimal("82.50")}
    book = consensus.build(context, page("consensus"), [ASSESSOR], [(TENDER, ANSWERS)], (), results)
    assert GRADE not in cells(book)
    assert any(cell.value == Decimal("82.50") for sheet in book.sheets for *_, cell in cells_of(sheet))
    (measured, _), codes = adopted(context, None, results)
    assert (measured.result, measured.grade, codes) == (Decimal("82.50"), 8, [])


def test_every_session_takes_the_announced_time(context: Context) -> None:
    results = {("parlando", "measured"): Decimal(90)}
    assert adopted(context, None, results, minutes=0)[1] == ["A378"]
    assert adopted(context, None, results, minutes=60)[1] == ["A379"]


def test_an_assessor_sees_the_script_of_the_session(context: Context) -> None:
    book = scorecard.build(context, page("scorecard"), ASSESSOR, [(TENDER, ANSWERS)])
    shown = " ".join(str(cell.value) for sheet in book.sheets for *_, cell in cells_of(sheet))
    assert "Voor elke inschrijver 45 minuten." in shown
    assert "De inschrijver beantwoordt tien vragen van inwoners." in shown
