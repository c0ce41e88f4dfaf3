"""From chosen clauses and values to articles: parts kept or dropped, lists expanded, references live."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from procure_ai.documents.fill import Filling, fill_blocks, fill_inlines, fill_member
from procure_ai.documents.numbering import dangling, map_inlines, number_blocks
from procure_ai.documents.tree import (
    Annex,
    Article,
    Block,
    Blocks,
    Field,
    FilledBy,
    Heading,
    Inline,
    Inlines,
    Member,
    Reference,
    Table,
    Text,
    Value,
    changed,
    plain,
    walk_inlines,
    walk_members,
)
from procure_ai.drafting.holes import is_hole, opened, resolve_own, uses_list, with_list
from procure_ai.drafting.messages import found_as
from procure_ai.drafting.select import Selected
from procure_ai.drafting.values import Resolved, base_reference, regime_values
from procure_ai.findings import Finding, Place
from procure_ai.library.conditions import Circumstances, judge
from procure_ai.library.models import AnnexClause, Clause, Library, Part, Regime
from procure_ai.library.passages import inlines_in, runs
from procure_ai.library.terms import prose
from procure_ai.procedure.case import ContractChoices


@dataclass(frozen=True, slots=True)
class Drafted:
    """The numbered body of a contract: chapters with articles, and the annexes behind them."""

    articles: Blocks
    annexes: Blocks
    terms: tuple[str, ...]
    deviating: tuple[Clause, ...]


class Assembler:
    """Turns the clauses that are in into numbered articles. Pure: the same input, the same tree."""

    def __init__(
        self,
        library: Library,
        regime: Regime,
        known: Circumstances,
        choices: ContractChoices,
        selected: tuple[Selected, ...],
        values: Mapping[str, Resolved],
    ) -> None:
        self.library, self.regime, self.known, self.choices = library, regime, known, choices
        self.values = values
        self.fillings: dict[str, Filling] = {
            **regime_values(library, regime, choices.kind),
            **{key: resolved.inlines() for key, resolved in values.items()},
            **{
                f"base.{topic}": base_reference(topic, title, regime, choices)
                for topic, title in library.base_topics.items()
            },
        }
        self.findings: list[Finding] = []
        self.cells: set[str] = set()
        chosen = [item.clause for item in selected if item.state == "in"]
        self.present = {clause.id for clause in chosen}
        self.annexes = [clause for clause in chosen if isinstance(clause, AnnexClause)]
        self.deviating = tuple(clause for clause in chosen if isinstance(clause, Clause) and self._deviates(clause))
        # The article with deviations is needed only when something deviates.
        self.clauses = [
            clause
            for clause in chosen
            if isinstance(clause, Clause) and (self.deviating or not uses_list(clause, "deviations"))
        ]
        self.present = {*(clause.id for clause in self.clauses), *(annex.id for annex in self.annexes)}

    def _deviates(self, clause: Clause) -> bool:
        """Whether the clause deviates from these base terms: there are any, and a member of it stays."""
        return bool(self.regime.articles) and any(True for _ in self._kept(clause, clause.deviation))

    def draft(self) -> tuple[Drafted, tuple[Finding, ...]]:
        """The drafted body and the findings D120 to D123."""
        articles = [
            Article(clause.id, clause.title, self._members(clause, clause.members), clause.fingerprint)
            for clause in self.clauses
        ]
        annexes = tuple(self._annex(annex) for annex in self.annexes)
        deviations = tuple(member for clause in self.deviating for member in self._members(clause, clause.deviation))
        articles = [with_list(article, "deviations", deviations) for article in articles]
        terms = self._terms((*articles, *annexes))
        definitions = tuple(self._definition(name) for name in terms)
        articles = [with_list(article, "definitions", definitions) for article in articles]
        for name, members in (("definitions", definitions), ("deviations", deviations)):
            if members and not any(uses_list(clause, name) for clause in self.clauses):
                self._find("D124", Place("procedure.yaml", key="contract/leave_out"), name=name, count=len(members))
        blocks = (*self._chapters(articles), *annexes)
        blocks = self._reported(blocks)
        for key in self.choices.values:
            if key.startswith("annex-") and key not in self.cells:
                self._find("D113", Place("procedure.yaml", key=f"contract/values/{key}"), key=key)
        numbered = number_blocks(blocks)
        split = len(numbered) - len(annexes)
        return (Drafted(opened(numbered[:split]), numbered[split:], terms, self.deviating), tuple(self.findings))

    def _find(self, code: str, place: Place, **words: object) -> None:
        self.findings.append(found_as(code, place, **words))

    # -- members ---------------------------------------------------------------------------------

    def _members(self, clause: Clause, members: tuple[Member, ...]) -> tuple[Member, ...]:
        own = {name: self.fillings[f"{clause.id}.{name}"] for name in clause.header.parameters}
        values = ChainMap(own, self.fillings)
        return tuple(resolve_own(fill_member(member, values), clause.id) for member in self._kept(clause, members))

    def _kept(self, clause: Clause, members: tuple[Member, ...]) -> Iterator[Member]:
        for member in members:
            part = clause.parts.get(member.label)
            if part is not None and not self._holds(clause, part):
                continue
            items = tuple(chain.from_iterable(map(self._expanded, self._kept(clause, member.items))))
            if member.items and not items:
                self._find("D122", Place(clause.file, member.line))
            yield changed(member, items=items)

    def _expanded(self, item: Member) -> tuple[Member, ...]:
        if is_hole(item, "precedence"):
            return tuple(Member(inlines, line=item.line) for inlines in self.regime.precedence)
        return (item,)

    def _holds(self, clause: Clause, part: Part) -> bool:
        for name, wanted in part.choice.items():
            resolved = self.values.get(f"{clause.id}.{name}")
            if resolved is None or resolved.value not in wanted:
                return False
        return judge(part.when, self.known).holds is True and set(part.with_) <= self.present

    def _definition(self, name: str) -> Member:
        definition = self.library.definitions[name]
        inlines = fill_inlines(definition.inlines, self.fillings)
        return Member((Text(definition.term, bold=True), Text(": "), *inlines), label=f"def-{name}"[:30])

    # -- annexes, chapters, terms ------------------------------------------------------------------

    def _annex(self, annex: AnnexClause) -> Annex:
        blocks = fill_blocks(annex.blocks, self.fillings)
        filled: list[Block] = []
        row = 0
        for block in blocks:
            if isinstance(block, Table):
                filled.append(self._with_fields(block, annex, row))
                row += len(block.rows)
            else:
                filled.append(block)
        return Annex(annex.id, annex.title, tuple(filled), annex.fingerprint)

    def _with_fields(self, table: Table, annex: AnnexClause, before: int) -> Table:
        """Empty cells become fields `annex.row.column`, labelled by row and column.

        Rows count through all tables of the annex; the case may give a cell its value under that key. The other
        fixed cells of the row become the hint: *Maximum: 30 dagen*. A header that asks (*Wat in te vullen*) is
        left out of it.
        """
        rows: list[tuple[Inlines, ...]] = []
        for number, row in enumerate(table.rows, start=before + 1):
            first = plain(row[0]) if row else ""
            fixed = (
                plain(cell if header.startswith("Wat ") else (Text(f"{header}: "), *cell))
                for header, cell in zip(map(plain, table.header[1:]), row[1:], strict=False)
                if cell and not any(isinstance(inline, Field) for inline in cell)
            )
            hint = "\n".join(fixed)
            cells: list[Inlines] = []
            for column, cell in enumerate(row, start=1):
                key = f"{annex.id}.{number}.{column}"
                label = ": ".join(part for part in (first, plain(table.header[column - 1])) if part)
                given = self.choices.values.get(key)
                field = Field(key, label, FilledBy(annex.header.fill), hint=hint)
                cells.append(cell or ((Text(given),) if given else (field,)))
                if not cell:
                    self.cells.add(key)
            rows.append(tuple(cells))
        return replace(table, rows=tuple(rows), description=f"Tabel bij bijlage {annex.title}")

    def _chapters(self, articles: list[Article]) -> Blocks:
        chapter_of = {topic.id: chapter for chapter in self.library.chapters for topic in chapter.topics}
        blocks: list[Block] = []
        current = ""
        for article in articles:
            chapter = chapter_of.get(self.library.clauses[article.id].header.topic)
            if chapter and chapter.id != current:
                current = chapter.id
                blocks.append(Heading(1, (Text(chapter.title),), f"chapter-{chapter.id}"))
            blocks.append(article)
        return tuple(blocks)

    def _terms(self, blocks: Blocks) -> tuple[str, ...]:
        """The ids of exactly the defined terms that the text uses, also through other definitions."""
        texts: list[str] = []
        for block in blocks:
            if isinstance(block, Article):
                texts.append(block.title)
                texts.extend(prose(member.inlines) for member in walk_members(block.members))
            else:
                texts.extend(prose(inlines) for inlines in runs((block,)))
        found = self.library.terms_in(texts, self.regime)
        return tuple(sorted(found, key=lambda name: self.library.definitions[name].term.lower()))

    # -- what is missing -----------------------------------------------------------------------------

    def _reported(self, blocks: Blocks) -> Blocks:
        """The blocks with every hole that stays shown as plain text; holes and references are reported."""
        missing = {reference.target for reference in dangling(blocks)}
        for block in blocks:
            for inline in walk_inlines((block,)):
                if isinstance(inline, Reference) and inline.target in missing:
                    self._find(
                        "D120",
                        self._source(inline, block),
                        target=inline.target,
                        hint=self._way_out(inline.target, block),
                    )
                elif isinstance(inline, Value):
                    self._find("D121", self._source(inline, block), name=inline.name)
        return map_inlines(
            blocks, lambda inline: Text(f"{{{{{inline.name}}}}}") if isinstance(inline, Value) else inline
        )

    def _way_out(self, target: str, block: Block) -> str:
        """What to do about a reference without a target: most often somebody left the target out."""
        wanted, here = target.partition("#")[0], getattr(block, "id", "")
        if any(item.clause == wanted for item in self.choices.leave_out):
            return f"Haal `{wanted}` in procedure.yaml uit leave_out, of laat ook `{here}` weg."
        return f"Neem `{wanted}` op, of laat ook `{here}` weg."

    def _source(self, inline: Reference | Value, block: Block) -> Place:
        """The file and line that an inline was written in: the clause itself, or one that deviates."""
        every: list[Clause | AnnexClause] = [*self.clauses, *self.annexes]
        own = [clause for clause in every if clause.id == getattr(block, "id", "")]
        for clause in (*own, *self.deviating, *every):
            if any(_same(written, inline) for written in inlines_in(clause)):
                return Place(clause.file, inline.line)
        return Place("clauses/definitions.yaml")


def _same(written: Inline, inline: Reference | Value) -> bool:
    """Whether an inline of the contract is this one of the library."""
    if isinstance(written, Reference) and isinstance(inline, Reference):
        return written.line == inline.line and inline.target.endswith(written.target)
    return isinstance(written, Value) and written == inline
