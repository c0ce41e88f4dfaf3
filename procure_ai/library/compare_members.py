"""The members of a clause before and after, as a table with a redline per member."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from procure_ai.documents.diff import align_members, diff_inlines, whole
from procure_ai.documents.numbering import number_blocks
from procure_ai.documents.tree import Article, Deleted, Inlines, Inserted, Member, Table, Text

_MEMBER_STATES = {"changed": "gewijzigd", "added": "nieuw", "removed": "vervallen", "moved": "verplaatst"}


@dataclass(frozen=True, slots=True)
class _Row:
    """One member or item: its number now and before, its redline, and its state: one of `_MEMBER_STATES`,
    `kept`, `context` (unchanged, above something that did change) or `gone` (from here to another place)."""

    now: str
    was: str
    inlines: Inlines
    state: str


def member_table(old: tuple[Member, ...], new: tuple[Member, ...]) -> tuple[Table, str]:
    """The members as rows *number, text*, and in a few words what changed (empty: nothing)."""
    rows = list(_rows(_numbered(old), _numbered(new)))
    states: Counter[str] = Counter(row.state for row in rows)
    brief = ", ".join(f"{states[state]} {word}" for state, word in _MEMBER_STATES.items() if states[state])
    shown: list[tuple[Inlines, ...]] = []
    quiet: list[_Row] = []

    def close() -> None:
        if quiet:
            shown.append(((Text(_span(quiet)),), (Text("ongewijzigd", italic=True),)))
            quiet.clear()

    for row in rows:
        if row.state == "kept":
            quiet.append(row)
        else:
            close()
            shown.append(((Text(_label(row)),), row.inlines))
    close()
    return Table(((Text("Lid"),), (Text("Tekst"),)), tuple(shown), (20, 80), "Wijzigingen per lid"), brief


def _numbered(members: tuple[Member, ...]) -> tuple[Member, ...]:
    article = number_blocks((Article("-", "", members),))[0]
    assert isinstance(article, Article)
    return article.members


def _rows(old: tuple[Member, ...], new: tuple[Member, ...]) -> Iterator[_Row]:
    for step in align_members(old, new):
        if step.kind == "left":
            was, now = step.pair
            yield _Row(_short(now), _short(was), (Text("verplaatst", italic=True),), "gone")
        elif step.kind == "removed" and step.old:
            yield _Row("", _short(step.old), whole(step.old.inlines, Deleted), "removed")
            yield from _rows(step.old.items, ())
        elif step.kind == "added" and step.new:
            yield _Row(_short(step.new), "", whole(step.new.inlines, Inserted), "added")
            yield from _rows((), step.new.items)
        else:
            was, now = step.pair
            inlines = diff_inlines(_labelled(was, now), _labelled(now, was))
            changed = any(isinstance(inline, Inserted | Deleted) for inline in inlines)
            below = list(_rows(was.items, now.items))
            unchanged = "kept" if all(row.state == "kept" for row in below) else "context"
            state = "moved" if step.kind == "arrived" else "changed" if changed else unchanged
            yield _Row(_short(now), _short(was), inlines, state)
            yield from below


def _labelled(member: Member, other: Member) -> Inlines:
    """The text, with its label in front when that changed."""
    if member.label == other.label or not member.label:
        return member.inlines
    return (Text(f"{{#{member.label}}} "), *member.inlines)


def _short(member: Member) -> str:
    """The number within the article, short: *3b*."""
    return member.full.removeprefix("artikel 1.").replace(", onder ", "").replace(", ", ".")


def _label(row: _Row) -> str:
    match row.state:
        case "added":
            return f"{row.now} (nieuw)"
        case "removed":
            return f"was {row.was} (vervallen)"
        case "gone":
            return f"was {row.was} (nu {row.now})"
        case _:
            return f"{row.now} (was {row.was})" if row.now != row.was else row.now


def _span(rows: list[_Row]) -> str:
    def span(numbers: list[str]) -> str:
        return numbers[0] if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"

    now, was = [row.now for row in rows], [row.was for row in rows]
    return span(now) if now == was else f"{span(now)} (was {span(was)})"
