"""What people filled in: each input cell by its name, read by strict rules.

A value is never guessed. What can be read in two ways (`1.234`) is a finding that says what to type.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from procure_ai.documents.tables import (
    Bounds,
    Cell,
    Choice,
    Length,
    ReadCell,
    ReadWorkbook,
    Style,
    Workbook,
    cell_name,
    input_cells,
)
from procure_ai.excel.checks import NUMERIC
from procure_ai.excel.common import clean_text, number, number_text, short, text_length
from procure_ai.findings import Finding, Place

Value = str | Decimal | bool

_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
_PERHAPS_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[.,' \u00a0\u202f][0-9]{3})+(?:[.,][0-9]*)?")
_DUTCH_DATE = re.compile(r"([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def inputs(sent: Workbook, returned: ReadWorkbook) -> tuple[dict[str, Value], tuple[Finding, ...]]:
    """The value of each named input cell and what is wrong with the others; empty cells are left out.

    Cells are found by their place, so call this only when `compare` gives no errors.
    """
    values: dict[str, Value] = {}
    found: list[Finding] = []
    sheets = {sheet.name: sheet.cells for sheet in returned.sheets}
    for sheet, row, column, cell in input_cells(sent):
        back = sheets.get(sheet.name, {}).get((row, column))
        if back is None:
            continue
        try:
            value = _read(cell, back)
        except _Wrong as wrong:
            place = Place(file=returned.file, sheet=sheet.name, cell=cell_name(row, column), key=cell.name)
            found.append(Finding(place, *wrong.args))
            continue
        if value != "" and cell.name:
            values[cell.name] = value
    return values, tuple(sorted(found))


class _Wrong(Exception):
    """Code, sentence and remedy of one input that cannot be used."""


def _read(cell: Cell, back: ReadCell) -> Value:
    if back.formula:
        remedy = "Vul de waarde zelf in, zonder formule."
        raise _Wrong("A121", "In dit invulvak staat een formule; die kan later iets anders laten zien.", remedy)
    value = back.value
    if isinstance(value, str):
        value = clean_text(value).strip()
        if value == "":
            return ""
    check = cell.check
    if cell.style in NUMERIC:
        if back.kind == "percent" and isinstance(value, Decimal):
            message = (
                f"Hier staat een percentage; het kan {number_text(value)} of {number_text(value * 100)} betekenen."
            )
            raise _Wrong("A123", message, "Typ alleen het getal, zonder procentteken.")
        value = _number(value)
    elif cell.style is Style.INPUT_DATE:
        return _date(value)
    if isinstance(check, Choice):
        option = _option(check, value)
        return value if cell.style in NUMERIC else option
    if isinstance(value, bool):
        return value
    if isinstance(check, Bounds):
        _within(check, _number(value))
    if cell.style in NUMERIC:
        return value
    if back.kind == "error":
        message = f"In dit invulvak staat de foutwaarde '{short(value)}' in plaats van een antwoord."
        raise _Wrong("A121", message, "Vul de waarde zelf in, zonder formule.")
    if isinstance(value, Decimal) and back.kind == "percent":
        return f"{number_text(value * 100)}%"
    text = value if isinstance(value, str) else format(value, "f")
    if isinstance(check, Length) and text_length(text) > check.high:
        message = f"Het antwoord telt {text_length(text)} tekens; toegestaan zijn er {check.high}."
        raise _Wrong("A126", message, "Lever een korter antwoord in.")
    return text


def _number(value: Value) -> Decimal:
    """A number, also when it was typed as text without a mark that might be a thousands mark."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool):
        raise _Wrong("A122", "Hier hoort een getal, geen waar of onwaar.", "Vul een getal in.")
    if _PERHAPS_THOUSANDS.fullmatch(value) or (value.count(".") and value.count(",")):
        message = f"Het getal '{short(value)}' kan op twee manieren worden gelezen."
        raise _Wrong("A123", message, "Typ het zonder punten voor duizendtallen, bijvoorbeeld 1234,50.")
    if not _PLAIN_NUMBER.fullmatch(value):
        message = f"Hier hoort een getal, maar er staat '{short(value)}'."
        raise _Wrong("A122", message, "Typ alleen een getal, bijvoorbeeld 1234,50.")
    return number(Decimal(value.replace(",", ".")))


def _within(check: Bounds, figure: Decimal) -> None:
    if check.low is not None and figure < number(check.low):
        message = f"Het getal {number_text(figure)} is lager dan toegestaan."
        raise _Wrong("A124", message, f"Vul een getal in vanaf {number_text(check.low)}.")
    if check.high is not None and figure > number(check.high):
        message = f"Het getal {number_text(figure)} is hoger dan toegestaan."
        raise _Wrong("A124", message, f"Vul een getal in tot en met {number_text(check.high)}.")


def _option(check: Choice, value: Value) -> str:
    """The option as it stands in the list; capitals do not count, and 5 is the same as '5'."""
    for option in check.options:
        wanted = clean_text(option).strip()
        if isinstance(value, str) and wanted.casefold() == value.casefold():
            return option
        if isinstance(value, Decimal) and _PLAIN_NUMBER.fullmatch(wanted) and _number(wanted) == value:
            return option
    message = f"Het antwoord '{short(value)}' staat niet in de keuzelijst."
    listed = "; ".join(check.options)
    raise _Wrong("A125", message, f"Kies uit: {listed}." if len(listed) <= 200 else "Kies uit de lijst in het vak.")


def _date(value: Value) -> str:
    if isinstance(value, str):
        iso, dutch = _ISO_DATE.fullmatch(value[:10] if "T" in value else value), _DUTCH_DATE.fullmatch(value)
        parts = iso.groups() if iso else dutch.groups()[::-1] if dutch else ()
        try:
            return date(*map(int, parts)).isoformat()
        except (ValueError, TypeError):
            pass
    raise _Wrong("A127", f"Hier hoort een datum, maar er staat '{short(value)}'.", "Vul in als 31-12-2026.")
