"""Every piece of contract text in the library, with the conditions under which it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from procure_ai.documents.tree import (
    Blocks,
    Inline,
    Inlines,
    Member,
    Reference,
    Table,
    Value,
    inlines_of,
    walk_blocks,
    walk_inlines,
    walk_members,
)
from procure_ai.findings import Place
from procure_ai.library.conditions import ALWAYS, All, Condition, Is
from procure_ai.library.models import AnnexClause, Clause, Library, Part


@dataclass(frozen=True, slots=True)
class Passage:
    """One run of text: its place, its clause, and the parts (its own and those above it) it belongs to.

    `given` is what surely holds when the text is printed; `depth` is 1 for a member, 2 for an item.
    """

    inlines: Inlines
    place: Place
    given: Condition = ALWAYS
    owner: Clause | None = None
    chain: tuple[Part, ...] = ()
    depth: int = 0
    label: str = ""

    def at(self, inline: Reference | Value) -> Place:
        """The place of one inline of this passage."""
        return Place(self.place.file, inline.line) if self.place.line and inline.line else self.place

    @property
    def guards(self) -> frozenset[str]:
        """The clauses and annexes that are surely in when this text is printed (`with:`)."""
        return frozenset(name for part in self.chain for name in part.with_)

    def leans_on(self) -> frozenset[str]:
        """The clauses and annexes that this text names, apart from those it is printed with."""
        return frozenset(named_in(self.inlines) - self.guards - {"", "base"})

    def chosen(self) -> dict[str, frozenset[str]]:
        """The own choices under which this text is printed."""
        result: dict[str, frozenset[str]] = {}
        for part in self.chain:
            for name, options in part.choice.items():
                result[name] = result.get(name, frozenset(options)) & frozenset(options)
        return result


def when_of(library: Library, name: str) -> Condition:
    """When a clause or annex is in; an unknown one is reported elsewhere and counts as always in."""
    target: Clause | AnnexClause | None = library.clauses.get(name) or library.annexes.get(name)
    return target.when if target else ALWAYS


def chain_condition(library: Library, chain: tuple[Part, ...]) -> Condition:
    """The facts that hold when a text with these parts is printed."""
    guards = tuple(when_of(library, name) for part in chain for name in part.with_)
    return All((*(part.when for part in chain), *guards))


def chains(clause: Clause, members: tuple[Member, ...]) -> Iterator[tuple[Member, tuple[Part, ...], int]]:
    """Each member and item with its own part and the parts of the members above it, and its depth."""

    def walk(
        items: tuple[Member, ...], above: tuple[Part, ...], depth: int
    ) -> Iterator[tuple[Member, tuple[Part, ...], int]]:
        for item in items:
            part = clause.parts.get(item.label)
            chain = (*above, part) if part else above
            yield item, chain, depth
            yield from walk(item.items, chain, depth + 1)

    return walk(members, (), 1)


def clause_passages(library: Library, clause: Clause) -> Iterator[Passage]:
    """The members of a clause, then those of its deviation (printed only when there are base terms)."""
    with_terms = tuple(name for name, regime in library.regimes.items() if regime.articles)
    based = Is("base-terms", with_terms) if with_terms else ALWAYS
    for members, extra in ((clause.members, ALWAYS), (clause.deviation, based)):
        for member, chain, depth in chains(clause, members):
            given = All((clause.when, extra, chain_condition(library, chain)))
            place = Place(clause.file, member.line)
            yield Passage(member.inlines, place, given, clause, chain, depth, member.label)


def annex_passages(annex: AnnexClause) -> Iterator[Passage]:
    """The runs of text of an annex."""
    for inlines in runs(annex.blocks):
        line = next((item.line for item in inlines if isinstance(item, Reference | Value)), 0)
        yield Passage(inlines, Place(annex.file, line), annex.when)


def passages(library: Library) -> Iterator[Passage]:
    """All text that can be printed in a contract: clauses, annexes, definitions, orders of precedence."""
    for clause in library.in_order():
        yield from clause_passages(library, clause)
    for annex in library.annexes.values():
        yield from annex_passages(annex)
    for name, definition in library.definitions.items():
        yield Passage(definition.inlines, Place("clauses/definitions.yaml", key=f"definitions/{name}/text"))
    for regime in library.regimes.values():
        place = Place(f"clauses/regimes/{regime.id}.yaml", key="precedence")
        for inlines in regime.precedence:
            yield Passage(inlines, place, Is("base-terms", (regime.id,)))


def inlines_in(text: Clause | AnnexClause) -> Iterator[Inline]:
    """Every inline of a text as it stands in the library, that of its deviation too."""
    if isinstance(text, AnnexClause):
        yield from walk_inlines(text.blocks)
        return
    for member in walk_members(text.members + text.deviation):
        yield from member.inlines


def named_in(inlines: Iterable[Inline]) -> set[str]:
    """What references and values name before their mark: clauses and annexes, `base`, and empty for their own."""
    return {
        inline.target.partition("#")[0] if isinstance(inline, Reference) else inline.name.rpartition(".")[0]
        for inline in inlines
        if isinstance(inline, Reference | Value)
    }


def runs(blocks: Blocks) -> Iterator[Inlines]:
    """The runs of text in these blocks; the cells of a table apart, since each begins a sentence."""
    for block in walk_blocks(blocks):
        if isinstance(block, Table):
            for row in (block.header, *block.rows):
                yield from row
        else:
            yield tuple(inlines_of(block))
