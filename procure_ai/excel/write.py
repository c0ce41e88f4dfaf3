"""A workbook description becomes an .xlsx: the same description gives the same bytes."""

from __future__ import annotations

import io
import re
from datetime import date, datetime

from procure_ai.documents.tables import Workbook
from procure_ai.excel.common import clean_text
from procure_ai.findings import refuse

_NOT_IN_NAME = re.compile(r"[^\w.]")
_LIKE_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[rRcC]\d*|[rR]\d*[cC]\d*")
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write(workbook: Workbook) -> bytes:
    """The workbook as an .xlsx file.

    Raises `Refused` for a text or a sheet name that Excel cannot hold (A202, A203), and ValueError when
    two cells ask for the same defined name.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    from procure_ai.excel.book import Book, DutchPackager

    buffer = io.BytesIO()
    target = xlsxwriter.Workbook(buffer, _OPTIONS)
    target._get_packager = DutchPackager  # the hook that XlsxWriter offers for its parts
    target.set_properties(
        {
            "title": clean_text(workbook.title),
            "subject": clean_text(workbook.subject),
            "author": "procure-ai",
            "created": datetime.combine(date.fromisoformat(workbook.date), datetime.min.time()),
        }
    )
    book = Book(target)
    try:
        for sheet in workbook.sheets:
            book.add(sheet)
        book.add_hidden(workbook.identity)
        target.close()
    except XlsxWriterException as error:
        remedy = "Kies een naam van hoogstens 31 tekens zonder [ ] : * ? / \\ en gebruik elke naam een keer."
        raise refuse("A203", f"Een blad kan zo niet heten: {error}", remedy) from None
    return buffer.getvalue()


def defined_name(name: str) -> str:
    """The name that Excel accepts for the name of a cell: `no-training` becomes `no_training`."""
    changed = _NOT_IN_NAME.sub("_", name)
    return changed if changed[:1].isalpha() and not _LIKE_CELL.fullmatch(changed) else f"_{changed}"
