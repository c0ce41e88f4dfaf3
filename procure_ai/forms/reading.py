"""Reading what people filled in: values by the name of their cell, and findings that name the cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from procure_ai.documents.tables import Workbook, cell_name, input_cells
from procure_ai.findings import Finding, Place, Severity
from procure_ai.forms.context import CellInput, cell_key


@dataclass(slots=True)
class Reader:
    """The values of one returned form. A cell without a value is empty text; nothing is guessed."""

    values: Mapping[str, CellInput]
    file: str
    findings: list[Finding] = field(default_factory=list)

    def raw(self, *parts: str) -> CellInput | None:
        """The value of the cell with this key, or None when it is empty."""
        value = self.values.get(cell_key(*parts))
        return None if isinstance(value, str) and not value.strip() else value

    def text(self, *parts: str) -> str:
        """The text of the cell with this key; a number as it was typed, without an exponent."""
        value = self.raw(*parts)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "ja" if value else "nee"
        return f"{value:f}" if isinstance(value, Decimal) else value.strip()

    def choice(self, options: Mapping[str, str], *parts: str) -> str:
        """The key of the chosen option, or empty text when the cell holds none of the options."""
        given = self.text(*parts).casefold()
        return next((key for key, shown in options.items() if shown.casefold() == given), "")

    def find(self, code: str, message: str, remedy: str, *parts: str, severity: Severity = Severity.ERROR) -> None:
        """A finding at the cell with this key."""
        self.findings.append(Finding(Place(self.file, key=cell_key(*parts)), code, message, remedy, severity))

    def warn(self, code: str, message: str, remedy: str, *parts: str) -> None:
        """A warning at the cell with this key."""
        self.find(code, message, remedy, *parts, severity=Severity.WARNING)

    @property
    def found(self) -> tuple[Finding, ...]:
        return tuple(self.findings)


def located(findings: Iterable[Finding], workbook: Workbook) -> tuple[Finding, ...]:
    """The findings with sheet and cell filled in for every key that names an input cell of the workbook."""
    places = {cell.name: (sheet.name, cell_name(row, column)) for sheet, row, column, cell in input_cells(workbook)}

    def one(finding: Finding) -> Finding:
        sheet, cell = places.get(finding.place.key, ("", ""))
        return replace(finding, place=replace(finding.place, sheet=sheet, cell=cell)) if cell else finding

    return tuple(one(finding) for finding in findings)
