"""A comparison of two versions as a document: an overview, then each change as a redline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from procure_ai.documents.diff import diff_inlines
from procure_ai.documents.numbering import map_inlines
from procure_ai.documents.tree import (
    Block,
    Deleted,
    Document,
    Heading,
    Inline,
    Inlines,
    Inserted,
    Paragraph,
    Reference,
    Table,
    Text,
    plain,
)
from procure_ai.library.compare import KINDS, STATES, Change, Comparison, ValueChange, name_of, some, told

_ABSENT: Inlines = (Text("(geen)", italic=True),)


def as_document(comparison: Comparison, old: str, new: str) -> Document:
    """The comparison for a reader: an overview first, then each change as a redline."""
    title = "Wijzigingen in de bibliotheek"
    legend = (Text("Zo leest u de tekst: "), Inserted("toegevoegd"), Text(", "), Deleted("vervallen"), Text("."))
    head = [
        Paragraph((Text(title),), "title"),
        Paragraph((Text("Van "), Text(old, bold=True), Text(" naar "), Text(new, bold=True), Text("."))),
    ]
    if not comparison.changes:
        return Document(title, (*head, Paragraph((Text("Geen verschillen."),))))
    groups: dict[str, list[Change]] = {}
    for change in comparison.changes:
        groups.setdefault(change.group, []).append(change)
    parts = [
        block
        for group, changes in groups.items()
        for block in (Heading(1, (Text(_plural(group)),), _anchor(group)), *_details(changes))
    ]
    return Document(title, (*head, Paragraph(legend), Heading(1, (Text("Overzicht"),)), _overview(groups), *parts))


def _is_text(group: str) -> bool:
    return not group.endswith(".yaml")


def _anchor(group: str) -> str:
    return group.replace("/", "-").replace(".", "-")


def _plural(group: str) -> str:
    return KINDS.get(group, KINDS.get(PurePosixPath(group).name, ("", name_of(PurePosixPath(group)))))[1]


def _overview(groups: Mapping[str, list[Change]]) -> Table:
    """One row per text that changed, and one per data file."""
    rows: list[tuple[Inlines, ...]] = []
    for group, changes in groups.items():
        if _is_text(group):
            kind = KINDS.get(group, KINDS.get(PurePosixPath(group).name, (group, "")))[0]
            rows.extend(
                ((Text(kind),), (Reference(change.target, change.title),), (Text(STATES[change.state]),),
                 (Text(change.brief if change.state == "changed" else ""),))
                for change in changes
            )  # fmt: skip
        else:
            states = Counter(change.state for change in changes)
            count = ", ".join(f"{states[state]} {word}" for state, word in STATES.items() if states[state])
            names = some([change.id or change.brief for change in changes])
            rows.append(((Text("Gegevens"),), (Reference(_anchor(group), _plural(group)),), (Text(count),),
                         (Text(names),)))  # fmt: skip
    header = tuple((Text(text),) for text in ("Soort", "Onderdeel", "Wijziging", "In het kort"))
    return Table(header, tuple(rows), (12, 32, 14, 42), "Overzicht van de wijzigingen")


def _unlinked(inline: Inline) -> Inline:
    """A reference as the lawyer typed it: its target is not in this document."""
    return Text(plain((inline,))) if isinstance(inline, Reference) else inline


def _details(changes: list[Change]) -> Iterator[Block]:
    if not _is_text(changes[0].group):
        rows = [
            (", ".join(filter(None, (change.id, value.name))), value.old, value.new)
            for change in changes
            for value in _values(change)
        ]
        if rows:
            yield _value_table(rows)
        for change in changes:
            for section in change.sections:
                yield from section.blocks
        return
    for change in changes:
        yield Heading(2, (Text(f"{change.title} ({change.id}): {STATES[change.state]}"),), change.target)
        if change.was:
            yield Paragraph((Text(f"Deze tekst heette eerst {change.was}."),))
        for section in change.sections:
            yield Heading(3, (Text(section.title),))
            yield from map_inlines(section.blocks, _unlinked)
        if change.values:
            yield Heading(3, (Text("Kop van het bestand"),))
            yield _value_table([(value.name, value.old, value.new) for value in change.values])


def _values(change: Change) -> tuple[ValueChange, ...]:
    """The values of a thing in a data file; one that is new or gone is told in one row."""
    if change.state == "changed" or not change.id:
        return change.values
    old, new = ({value.path: getattr(value, side) for value in change.values} for side in ("old", "new"))
    return (ValueChange((), told(old, ()), told(new, ())),)


def _value_table(values: list[tuple[str, str, str]]) -> Table:
    """The values before and after; where all of them are new, or gone, one column does."""
    rows: list[tuple[Inlines, ...]] = []
    for name, old, new in values:
        both = diff_inlines((Text(old),) if old else (), (Text(new),) if new else ())
        was = tuple(inline for inline in both if not isinstance(inline, Inserted))
        now = tuple(inline for inline in both if not isinstance(inline, Deleted))
        rows.append(((Text(name),), was or _ABSENT, now or _ABSENT))
    columns = [at for at in (1, 2) if any(row[at] != _ABSENT for row in rows)]
    titles = ("Wat", "Was", "Wordt")
    header = tuple((Text(titles[at]),) for at in (0, *columns))
    cells = tuple(tuple(row[at] for at in (0, *columns)) for row in rows)
    return Table(header, cells, (24, *(76 // len(columns) for _ in columns)), "Gewijzigde waarden")
