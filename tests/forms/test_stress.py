"""The stress report: every sentence can be reached, the text is cut off, the workbook holds the exact figures."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from forms_case import context, page, recalculated
from openpyxl import load_workbook

from procure_ai.documents.console import to_text
from procure_ai.documents.page import Page
from procure_ai.documents.tables import Workbook, cells_of
from procure_ai.evaluation import Method, Tender
from procure_ai.evaluation.stability import stress
from procure_ai.forms import stress as forms

BANDWIDTH = {"formula": "bandwidth", "floor": "100", "ceiling": "200", "clamp": "zero_to_max"}
POWER = {"formula": "power_bandwidth", "floor": "100", "ceiling": "200", "exponent": "2", "clamp": "zero_to_max"}
KINDS = {"open": "openness"}
Bids = Mapping[str, Sequence[str]]


def field(
    price: dict[str, str] | None, criteria: Mapping[str, str], bids: Bids, weight: str = "40", **more: Any
) -> Any:
    """A method and tenders: per tender the price and a grade per criterion, on whole grades up to ten."""
    leaf = {"scale_max": "10"}
    method = {
        "combine": "points_sum",
        **({"weights": {"price": weight}, "price": price} if price else {}),
        "quality": {"criteria": [{"id": name, "max_points": most, **leaf} for name, most in criteria.items()]},
        **more,
    }
    tenders = [
        Tender.model_validate({"id": name, "price": price_, "grades": dict(zip(criteria, grades, strict=True))})
        for name, (price_, *grades) in bids.items()
    ]
    return Method.model_validate(method), tenders


TWO = {"core": "50", "open": "10"}
MANY = {f"c{number}": "2" for number in range(20)}
FIELDS: dict[str, Any] = {
    "a preference that decides": field(BANDWIDTH, TWO, {"a": ("140", "8", "10"), "b": ("130", "8", "2")}),
    # Alfa 24 + 4 + 0 = 28, Beta 20 + 5 + 4 = 29. Without `open` Alfa wins, without `light` they are level.
    "so does a lighter criterion": field(
        BANDWIDTH, {"core": "40", "light": "5", "open": "10"},
        {"a": ("140", "6", "8", "0"), "b": ("140", "5", "10", "4")},
    ),
    "a preference that decides between two": field(
        BANDWIDTH, TWO, {"a": ("100", "10", "5"), "b": ("150", "8", "10"), "c": ("140", "8", "2")}
    ),
    "one is better in everything": field(BANDWIDTH, TWO, {"a": ("100", "10", "10"), "b": ("200", "0", "0")}),
    "a tie below the first": field(
        BANDWIDTH, TWO, {"a": ("100", "10", "10"), "b": ("150", "5", "5"), "c": ("150", "5", "5")}
    ),
    "a tie for the first place": field(
        BANDWIDTH, TWO, {"a": ("100", "5", "5"), "b": ("100", "5", "5"), "c": ("200", "5", "5")}
    ),
    "no price": field(None, {"core": "50"}, {"a": ("1", "5"), "b": ("1", "6")}),
    "a curve": field(POWER, TWO, {"a": ("120", "9", "1"), "b": ("150", "9", "5")}),
    "a flat formula": field(
        {"formula": "linear_from_lowest", "zero_at": "1.1", "clamp": "zero"}, TWO,
        {"a": ("100", "5", "5"), "b": ("200", "6", "5")},
    ),
    "the ratio, stable": field({"formula": "lowest_ratio"}, TWO, {"a": ("100", "10", "9"), "b": ("200", "1", "1")}),
    "the ratio, reversed": field(
        {"formula": "lowest_ratio"}, {"q": "50"},
        {"a": ("100", "8"), "b": ("80", "6.6"), "c": ("50", "1")}, "50",
    ),
    "the ratio, reversed below the winner": field(
        {"formula": "lowest_ratio", "removal": "freeze"}, {"q": "50"},
        {"w": ("50", "10"), "a": ("100", "8"), "b": ("80", "6.6"), "c": ("50", "1")}, "50",
    ),
    "the ratio, worked out again": field(
        {"formula": "lowest_ratio", "removal": "recalculate"}, TWO, {"a": ("100", "10", "9"), "b": ("200", "1", "1")},
    ),
    "level after rounding": field(
        BANDWIDTH, {"q": "60"}, {"a": ("187.5", "7.55"), "b": ("162.75", "5.9166")},
        rounding={"stage": "total", "decimals": "0", "mode": "half_up"}, tie_break=["quality"],
    ),
    "next to nothing apart": field(BANDWIDTH, TWO, {"a": ("100", "5", "5"), "b": ("100.004", "5", "5")}),
    "everything decides": field(
        BANDWIDTH, MANY, {"a": ("200", *["6"] * 20), "b": ("151", *["5"] * 20), "c": ("160", *["5"] * 20)}, "8"
    ),
}  # fmt: skip


class _Heard(dict[str, str]):
    """The header of a page that remembers which sentences were asked for."""

    def __init__(self, header: Mapping[str, str]) -> None:
        super().__init__(header)
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)


def answered(name: str, given: Page | None = None, *, advise: bool = True) -> tuple[Page, tuple[forms.Topic, ...]]:
    method, tenders = FIELDS[name]
    found = given or page("stress")
    kinds = {criterion.id: KINDS[criterion.id] for criterion in method.quality.criteria if criterion.id in KINDS}
    names = {"a": "Alfa B.V.", "b": "Beta U.A.", "c": "Gamma N.V.", "w": "Wens B.V."}
    return found, forms.topics(found, method, stress(method, tenders, kinds), names, advise=advise)


def workbook(name: str) -> Workbook:
    found, topics = answered(name)
    return forms.build(context(), found, topics, forms.introduction(found))


def test_every_sentence_can_be_said() -> None:
    header = _Heard(page("stress").header)
    heard = replace(page("stress"), header=header)
    for name in FIELDS:
        found, topics = answered(name, heard)
        forms.report(context(), found, topics, forms.introduction(found))
        forms.build(context(), found, topics, forms.introduction(found, "Vraag van de accountant"))
    assert set(header) - header.asked == set()


def conclusions(name: str, *, advise: bool = True) -> dict[str, str]:
    return {topic.key: topic.conclusion.replace("\u00a0", " ") for topic in answered(name, advise=advise)[1]}


def test_the_conclusions_say_who_and_how_much() -> None:
    said = conclusions("a preference that decides")
    # Price 24 and 28, quality 40 + 10 and 40 + 2: 74 against 70.
    assert "“Alfa B.V.” met 74 punten. Daarna volgt “Beta U.A.”; het verschil is 4 punten." in said["winner"]
    assert "één punt € 2,50" in said["money"]
    assert "“Beta U.A.” had € 10 goedkoper moeten zijn" in said["money"]
    assert "Met de voorkeur wint “Alfa B.V.”, zonder de voorkeur wint “Beta U.A.”" in said["preference"]
    # Price apart 0.1 of 40, openness 0.8 of 10: 4 / 0.8 = 5 points less, 4 / 0.1 = 40 points more.
    assert "bij “open”: bij 5 punten minder komt “Beta U.A.” gelijk met “Alfa B.V.”" in said["flips"]
    assert "Zonder “open” wint een ander." in said["without"]


@pytest.mark.parametrize("name", FIELDS)
def test_on_real_tenders_nothing_is_advised(name: str) -> None:
    """Once prices are known the award model may not change any more, so nobody is told how to change it."""
    facts, advice = conclusions(name, advise=False), conclusions(name)
    assert facts.keys() == advice.keys()
    assert any(facts[key] != advice[key] for key in facts)
    told = " ".join(facts.values())
    assert not re.search(r"\b(pas dan|Kies|Kijk|Wijs|Zorg|Regel|Wilt|Twijfelt|Lijkt|leg dan|geef de|moet u)\b", told), (
        told
    )


def test_the_tenders_are_told_before_who_wins() -> None:
    first = answered("a preference that decides")[1][0]
    # Prices 140 and 130 of 100 to 200; 8 of 10 on the ordinary criterion; openness 10 and 2 of 10.
    assert [[cell.value for cell in row] for row in first.rows] == [
        ["Alfa B.V.", 40, 80, 100, "–"], ["Beta U.A.", 30, 80, 20, "–"],
    ]  # fmt: skip
    assert "Wijs nu eerst zelf aan" in first.conclusion


def test_a_lower_place_that_changes_is_not_told_as_another_winner() -> None:
    said = conclusions("the ratio, reversed below the winner")["order"]
    assert "verandert de volgorde van de anderen, maar niet wie wint." in said
    assert "bepaalt dan mee wie wint" not in said
    assert "blijven de punten staan" in said
    assert "Regel dat" not in said
    assert "Regel dat bij `removal`." in conclusions("the ratio, reversed")["order"]


def test_a_tie_after_rounding_is_not_told_as_zero_points() -> None:
    # 40 * 12.5 / 100 + 45.3 = 50.3 and 40 * 37.25 / 100 + 35.4996 = 50.3996: both 50, and quality decides.
    said = conclusions("level after rounding")
    assert "“Alfa B.V.” en “Beta U.A.” eindigen allebei met 50 punten." in said["winner"]
    assert "Zonder afronden staat “Beta U.A.” gelijk met “Alfa B.V.”, of hoger." in said["flips"]
    said = conclusions("next to nothing apart")
    assert "het verschil is minder dan 0,01 punt." in said["winner"]
    assert not any(re.search(r"\b0 punt", text) for text in said.values())


def test_the_preference_is_not_the_only_one_that_decides() -> None:
    assert "niet als enige" not in conclusions("a preference that decides")["preference"]
    assert "niet als enige" in conclusions("so does a lighter criterion")["preference"]


def test_a_reversal_says_who_passes_whom() -> None:
    topic = next(topic for topic in answered("the ratio, reversed")[1] if topic.key == "order")
    assert [cell.value for cell in topic.rows[0]] == ["Gamma N.V.", "valt weg", "Beta U.A. komt voor Alfa B.V.", "ja"]


def test_the_text_cuts_off_long_tables_and_says_so() -> None:
    found, topics = answered("everything decides")
    text = to_text(forms.report(context(), found, topics, forms.introduction(found)))
    assert "Dit zijn de eerste 15 van 21 regels." in text
    assert max(map(len, text.splitlines())) <= 100
    assert "{" not in text


@pytest.mark.parametrize("name", FIELDS)
def test_the_workbook_is_written_and_read_back(name: str) -> None:
    from procure_ai.excel import read, write

    made = workbook(name)
    content = write(made)
    assert content == write(workbook(name))
    returned = read(content, "stress.xlsx")
    assert [sheet.name for sheet in returned.sheets if not sheet.name.startswith("_")] == [
        sheet.name for sheet in made.sheets
    ]
    for sheet in made.sheets:
        back = returned.sheet(sheet.name)
        assert back is not None
        for row, column, cell in cells_of(sheet):
            if isinstance(cell.value, Decimal):
                value = back.cells[row, column].value
                assert isinstance(value, Decimal)
                assert abs(value - cell.value) < Decimal("1e-9")


def test_the_workbook_has_exact_figures_and_charts_that_say_what_they_show() -> None:
    made = workbook("a preference that decides")
    weights = made.sheets[3]
    shares = [cell.value for _, column, cell in cells_of(weights) if column == 4 and isinstance(cell.value, Decimal)]
    # Spreads of 4, 0 and 8 points.
    assert [Fraction(value).limit_denominator(1000) for value in shares] == [Fraction(100, 3), 0, Fraction(200, 3)]
    charts = [chart for sheet in made.sheets for chart in sheet.charts]
    assert len(charts) == 4
    assert "Alfa B.V.: 50, 24" in charts[0].description
    from procure_ai.excel import write

    drawn = [chart for sheet in load_workbook(io.BytesIO(write(made))).worksheets for chart in sheet._charts]
    assert len(drawn) == 4


@pytest.mark.office
def test_another_program_computes_the_same() -> None:
    from procure_ai.excel import differences

    books = {name: workbook(name) for name in ("a preference that decides", "a curve", "the ratio, reversed")}
    for name, data in recalculated(books).items():
        assert any(cell.formula for sheet in books[name].sheets for _, _, cell in cells_of(sheet)), name
        assert differences(books[name], data, 4) == (), name
