"""What every form is built from: the frozen package, and the identity that each form carries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from procure_ai.documents.tables import Cell, Sheet, Workbook, cells_of, input_cells
from procure_ai.evaluation.model import AwardModel
from procure_ai.procedure.case import Buyer, Procedure

CellInput = str | Decimal | bool


class Cover:
    """What every document names: who buys, what, in which version, on which day (ISO).

    `head` is the head hash of the record when the document is made; its first 12 characters are printed.
    """

    __slots__ = ()
    buyer: Buyer
    procedure: Procedure
    version: str
    date: str
    head: str

    @property
    def caption(self) -> str:
        """One line that names the procedure on every sheet and page."""
        return f"{self.buyer.name} · {self.procedure.name} · kenmerk {self.procedure.number} · versie {self.version}"


@dataclass(frozen=True, slots=True)
class CaseCover(Cover):
    """The cover of a document about a case that may have no award model."""

    buyer: Buyer
    procedure: Procedure
    version: str
    date: str
    head: str = ""


@dataclass(frozen=True, slots=True)
class Context(Cover):
    """The announced procedure: the cover, and the award model by which tenders are judged."""

    buyer: Buyer
    procedure: Procedure
    model: AwardModel
    version: str
    date: str
    head: str = ""


def cell_key(*parts: str) -> str:
    """The defined name of an input cell, from ids: `key("answer", "req-stop")` is `v_answer.req_stop`.

    Names are letters, digits, underscores and points, and never look like a cell.
    """
    return "v_" + ".".join(part.replace("-", "_") for part in parts)


def with_identity(workbook: Workbook, form: str, context: Context, subject: str = "") -> Workbook:
    """The workbook with its identity: which form, of which procedure and version, for whom.

    The fingerprint covers every locked cell, so that a changed question is seen.
    """
    locked = [
        [sheet.name, row, column, str(cell.value) if not cell.formula else cell.formula]
        for sheet in workbook.sheets
        for row, column, cell in cells_of(sheet)
        if not cell.style.is_input and cell.value is not None
    ]
    fingerprint = hashlib.sha256(json.dumps(locked, ensure_ascii=False).encode()).hexdigest()
    identity = (
        ("form", form),
        ("procedure", context.procedure.number),
        ("version", context.version),
        ("subject", subject),
        ("fingerprint", fingerprint),
        ("record", context.head),
    )
    return replace(workbook, identity=identity)


def prefilled(workbook: Workbook, values: Iterable[tuple[str, CellInput]]) -> Workbook:
    """The workbook as a person would have filled it in. Raises KeyError for a name that is no input cell."""
    wanted = dict(values)
    for name in wanted.keys() - {cell.name for *_, cell in input_cells(workbook)}:
        raise KeyError(name)

    def one(cell: Cell | None) -> Cell | None:
        known = cell is not None and cell.style.is_input and cell.name in wanted
        return replace(cell, value=wanted[cell.name]) if cell and known else cell

    def all_of(sheet: Sheet) -> Sheet:
        return replace(sheet, rows=tuple(replace(row, cells=tuple(map(one, row.cells))) for row in sheet.rows))

    return replace(workbook, sheets=tuple(all_of(sheet) for sheet in workbook.sheets))
