"""The small parts that all forms share."""

from __future__ import annotations

from decimal import Decimal

import pytest
from forms_case import ASSESSORS, FIELDS, TENDERERS, TENDERS, TITLES, announced, context, page, scores
from hypothesis import given
from hypothesis import strategies as st

from procure_ai.documents.tables import Bounds, Cell, Row, Sheet, Style, Workbook, cells_of, input_cells
from procure_ai.evaluation import Criterion
from procure_ai.findings import Finding, Place, Refused
from procure_ai.forms import answer_form, consensus, declaration, layout, price_sheet, requirements, scorecard
from procure_ai.forms.context import cell_key
from procure_ai.forms.reading import Reader, grade_input, located, read_grade
from procure_ai.forms.text import cell_text, chunks, lines_of, scale_text


def test_markdown_becomes_plain_text_with_its_lists() -> None:
    text = cell_text(
        "Doe **dit**:\n\n- een;\n- twee,\n  verder:\n  1. diep\n\nEn *dan*.\n\n| A | B |\n|---|---|\n| 1 | 2 |"
    )
    assert text == "Doe dit:\n– een;\n– twee, verder:\n   1. diep\n\nEn dan.\n\nA | B\n1 | 2"


def test_scale_text_runs_from_low_to_high() -> None:
    item = context().model.criteria[0]
    assert scale_text(item).split("\n")[1] == "2,5 – Trede 1: Als trede 1."


@given(st.text(alphabet="ab .\n", max_size=900), st.integers(10, 60), st.integers(1, 6))
def test_chunks_keep_every_word_and_fit(text: str, width: int, most: int) -> None:
    pieces = chunks(text, width, most)
    assert " ".join(pieces).split() == text.split() or "".join("".join(pieces).split()) == "".join(text.split())
    assert all(lines_of(piece, width) <= most + 1 for piece in pieces)


def test_a_long_text_goes_on_in_a_next_row() -> None:
    cells = (layout.label("Vraag"), Cell("woord " * 900), Cell(None, Style.INPUT_LONG, name="v_x"))
    rows = layout.stacked(cells, (20.0, 40.0, 20.0))
    assert len(rows) > 1
    assert [row.cells[0].value for row in rows[1:] if row.cells[0]] == ["vervolg"] * (len(rows) - 1)
    assert [cell.name for row in rows for cell in row.cells if cell and cell.style.is_input] == ["v_x"]


def test_sheet_names_are_short_clean_and_unique() -> None:
    names = layout.sheet_names(["Hulp/uitleg: [x]", "a" * 40, "A" * 40, ""], ["Blad"])
    assert names == ("Hulp uitleg   x", "a" * 31, "A" * 28 + " 2", "Blad 2")


def test_counts_join_cells_below_one_another() -> None:
    rows = tuple(Row((Cell(None, Style.INPUT, name=f"v_{n}"),)) for n in range(4))
    places = layout.named_cells([Sheet("O'Neil", rows, (10.0,))])
    assert layout.filled_count(places, ["v_0", "v_1", "v_3"]) == "=COUNTA('O''Neil'!A1:A2,'O''Neil'!A4)"
    assert layout.filled_count(places, []) == "=0"


def test_a_finding_gets_the_cell_of_its_key() -> None:
    workbook = Workbook("x", (Sheet("Blad", (Row((None, Cell(None, Style.INPUT, name="v_a"))),), (9.0, 9.0)),))
    known, unknown = (Finding(Place("f.xlsx", key=key), "A1", "x") for key in ("v_a", "v_b"))
    assert located([known, unknown], workbook) == (
        Finding(Place("f.xlsx", sheet="Blad", cell="B1", key="v_a"), "A1", "x"),
        unknown,
    )


def test_reading_guesses_nothing() -> None:
    form = Reader(
        {cell_key("a"): " Ja ", cell_key("b"): Decimal("1E+3"), cell_key("c"): "  ", cell_key("d"): True}, "f"
    )
    assert form.choice({"yes": "ja"}, "a") == "yes"
    assert form.choice({"yes": "ja"}, "b") == ""
    assert [form.text(key) for key in "bcde"] == ["1000", "", "ja", ""]
    assert form.raw("c") is None


def test_grades_are_read_against_the_announced_scale() -> None:
    leaf = Criterion(id="x", max_points=Decimal(10), scale_max=Decimal(10), allowed=(Decimal(0), Decimal("7.5")))
    given = ["7,5", "7.5", Decimal("7.50"), "0", "7", "zeven", True, "1e1"]
    assert [read_grade(leaf, value) for value in given] == [Decimal("7.5")] * 3 + [Decimal(0)] + [None] * 4
    open_leaf = Criterion(id="x", max_points=Decimal(10), signed=True)
    assert grade_input(open_leaf, "v_x").check == Bounds(Decimal(-10), Decimal(10))


def books() -> list[Workbook]:
    found = context()
    return [
        answer_form.build(found, page("answer-form"), FIELDS, TITLES),
        price_sheet.build(found, page("price-sheet")),
        requirements.build(found, page("requirements-form"), TENDERS),
        declaration.build(found, page("declaration"), ASSESSORS[0], TENDERERS),
        scorecard.build(found, page("scorecard"), ASSESSORS[0], TENDERS),
        consensus.build(found, page("consensus"), ASSESSORS, TENDERS, scores()),
    ]


@pytest.mark.parametrize("workbook", books(), ids=lambda book: dict(book.identity)["form"])
def test_every_form_keeps_the_rules_of_the_house(workbook: Workbook) -> None:
    identity = dict(workbook.identity)
    assert identity["procedure"] == "2026-1"
    assert len(identity["fingerprint"]) == 64
    names = [cell.name for _, _, _, cell in input_cells(workbook)]
    assert all(names)
    assert len(set(names)) == len(names)
    for sheet in workbook.sheets:
        assert len(sheet.name) <= 31
        assert sheet.rows[0].cells[0] is not None
        assert sheet.rows[0].cells[0].style is Style.TITLE
        assert max(len(row.cells) for row in sheet.rows) <= len(sheet.widths)
        for _, _, cell in cells_of(sheet):
            assert not cell.formula or cell.value is not None
            assert not (cell.formula and cell.style.is_input)


def test_the_same_input_gives_the_same_forms() -> None:
    assert books() == books()


def test_a_page_that_asks_an_unknown_value_is_refused() -> None:
    changed = page("declaration")
    with pytest.raises(Refused, match="D121"):
        price_sheet.build(context(), changed)


def test_announced_text_is_never_a_formula() -> None:
    found = announced("x", "=1+1")
    assert Cell(found.title).formula == ""
