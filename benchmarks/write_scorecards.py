"""Writing 10 scorecards of 82,000 cells in total: ours beside plain XlsxWriter with the same content.

Run: python benchmarks/write_scorecards.py
Bar: no slower than 1.05 times plain XlsxWriter, although ours also computes row heights, cleans text,
checks lengths and adds defined names, hidden sheets and print set-up.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import xlsxwriter

from procure_ai.documents.tables import Bounds, Cell, Choice, Row, Sheet, Style, Workbook, cell_name, cells_of
from procure_ai.excel import write

BOOKS, SHEETS, LINES, ROUNDS = 10, 4, 205, 7
ANSWER = "Wij leveren ieder kwartaal een rapportage met de resultaten van de testset en de genomen maatregelen. "


def scorecard(number: int) -> Workbook:
    """Ten columns: identifiers, texts, numbers, inputs, a choice and formulas."""
    grades = Choice(("0", "1", "2", "3", "4"))
    sheets = []
    for index in range(SHEETS):
        rows = []
        for line in range(LINES):
            points = Decimal(line % 50) / 4
            rows.append(
                Row(
                    (
                        Cell(f"C{line}", Style.ID),
                        Cell(f"Inschrijver {line % 5}", Style.LABEL),
                        Cell(f"Criterium {line}: hoe toont u dit aan?", Style.TEXT),
                        Cell(f"{ANSWER * (line % 4 + 1)} {number} {line}", Style.TEXT),
                        Cell(points, Style.POINTS),
                        Cell(Decimal("0.25"), Style.PERCENT),
                        Cell(None, Style.INPUT_CHOICE, check=grades),
                        Cell(Decimal(3), Style.INPUT_NUMBER, check=Bounds(Decimal(0), Decimal(4))),
                        Cell(None, Style.INPUT_LONG),
                        Cell(points * 2, Style.POINTS_TOTAL, formula=f"E{line + 1}*2"),
                    )
                )
            )
        sheets.append(Sheet(f"Blad {index}", tuple(rows), (6, 20, 30, 60, 10, 8, 10, 10, 50, 12), freeze_rows=1))
    return Workbook("Scorekaart", tuple(sheets), (("assessor", str(number)),))


def plain(workbook: Workbook) -> bytes:
    """The same cells, looks, heights and checks as somebody would write them with XlsxWriter alone."""
    from procure_ai.excel.styles import properties

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    looks = {style: book.add_format(properties(style)) for style in Style}
    for sheet in workbook.sheets:
        page = book.add_worksheet(sheet.name)
        for column, width in enumerate(sheet.widths):
            page.set_column(column, column, width)
        for row in range(len(sheet.rows)):
            page.set_row(row, 60)
        for row, column, cell in cells_of(sheet):
            look = looks[cell.style]
            if cell.formula:
                page.write_formula(row, column, cell.formula, look, cell.value)
            elif cell.value is None:
                page.write_blank(row, column, None, look)
            else:
                page.write(row, column, cell.value, look)
        last = len(sheet.rows) - 1
        page.data_validation(0, 6, last, 6, {"validate": "list", "source": ["0", "1", "2", "3", "4"]})
        between = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 4}
        page.data_validation(0, 7, last, 7, between)
        page.ignore_errors({"number_stored_as_text": f"A1:{cell_name(last, 9)}"})
        page.freeze_panes(1, 0)
        page.protect()
    book.close()
    return buffer.getvalue()


def seconds(work: Callable[[Workbook], bytes], books: list[Workbook]) -> float:
    begin = time.perf_counter()
    for book in books:
        work(book)
    return time.perf_counter() - begin


def main() -> None:
    books = [scorecard(number) for number in range(BOOKS)]
    cells = sum(1 for book in books for sheet in book.sheets for _ in cells_of(sheet))
    seconds(plain, books[:1])
    seconds(write, books[:1])
    times: dict[str, list[float]] = {"plain XlsxWriter": [], "ours": []}
    for _ in range(ROUNDS):
        times["plain XlsxWriter"].append(seconds(plain, books))
        times["ours"].append(seconds(write, books))
    print(f"{BOOKS} scorecards, {cells} cells\n")
    for name, found in times.items():
        print(f"{name:18} {statistics.median(found) * 1000:6.0f} ms   (best {min(found) * 1000:.0f})")
    ratio = statistics.median(
        mine / theirs for mine, theirs in zip(times["ours"], times["plain XlsxWriter"], strict=True)
    )
    print(f"\n{ratio:.2f} times plain XlsxWriter (bar 1.05)")
    sys.exit(0 if ratio <= 1.05 else 1)


if __name__ == "__main__":
    main()
