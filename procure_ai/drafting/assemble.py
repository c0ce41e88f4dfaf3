"""From chosen clauses and values to articles: parts kept or dropped, lists expanded, references live."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

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
    plain,
    walk_inlines,
    walk_members,
)
from procure_ai.drafting.select import Selected
from procure_ai.drafting.values import Resolved, base_reference, regime_values
from procure_ai.findings import Finding, Place
from procure_ai.library.conditions import Circumstances, judge
from procure_ai.library.models import AnnexClause, Clause, Library, Part, Regime
from procure_ai.library.terms import prose
from procure_ai.procedure.case import ContractChoices

_LISTS = ("precedence", "definitions", "deviations")


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
        self.findings: list[Finding] = []
        self.cells: set[str] = set()
        chosen = [item.clause for item in selected if item.state == "in"]
        self.present = {clause.id for clause in chosen}
        self.annexes = [clause for clause in chosen if isinstance(clause, AnnexClause)]
        self.deviating = tuple(clause for clause in chosen if isinstance(clause, Clause) and self._deviates(clause))
        self.clauses = [clause for clause in chosen if isinstance(clause, Clause) and self._needed(clause)]
        self.present = {*(clause.id for clause in self.clauses), *(annex.id for annex in self.annexes)}

    def _deviates(self, clause: Clause) -> bool:
        """Whether the clause deviates from these base terms: there are any, and a member of it stays."""
        return bool(self.regime.articles) and any(True for _ in self._kept(clause, clause.deviation))

    def _needed(self, clause: Clause) -> bool:
        """The article with deviations is needed only when something deviates."""
        return bool(self.deviating) or not _uses_list(clause, "deviations")

    def draft(self) -> tuple[Drafted, tuple[Finding, ...]]:
        """The drafted body and the findings D120 to D123."""
        articles = [self._article(clause) for clause in self.clauses]
        annexes = tuple(self._annex(annex) for annex in self.annexes)
        deviations = tuple(member for clause in self.deviating for member in self._members(clause, clause.deviation))
        articles = [self._with_list(article, "deviations", deviations) for article in articles]
        terms = self._terms((*articles, *annexes))
        definitions = tuple(self._definition(name) for name in terms)
        articles = [self._with_list(article, "definitions", definitions) for article in articles]
        for name, members in (("definitions", definitions), ("deviations", deviations)):
            if members and not any(_uses_list(clause, name) for clause in self.clauses):
                self.findings.append(
                    Finding(
                        Place("procedure.yaml", key="contract/leave_out"),
                        "D124",
                        f"De bepaling `{name}` kan niet weg: zij draagt {len(members)} leden van dit contract.",
                        f"Haal `{name}` uit leave_out.",
                    )
                )
        blocks = (*self._chapters(articles), *annexes)
        blocks = self._reported(blocks)
        for key in self.choices.values:
            if key.startswith("annex-") and key not in self.cells:
                self.findings.append(
                    Finding(
                        Place("procedure.yaml", key=f"contract/values/{key}"),
                        "D113",
                        f"Het vak `{key}` bestaat niet in de bijlagen van dit contract.",
                        "Schrijf de bijlage, de rij en de kolom, zoals `annex-test-set.1.2`.",
                    )
                )
        numbered = number_blocks(blocks)
        split = len(numbered) - len(annexes)
        return (Drafted(_opened(numbered[:split]), numbered[split:], terms, self.deviating), tuple(self.findings))

    # -- members ---------------------------------------------------------------------------------

    def _article(self, clause: Clause) -> Article:
        return Article(clause.id, clause.title, self._members(clause, clause.members), clause.fingerprint)

    def _members(self, clause: Clause, members: tuple[Member, ...]) -> tuple[Member, ...]:
        values = self._fillings(clause.header.parameters, clause.id)
        return tuple(_resolve_own(fill_member(member, values), clause.id) for member in self._kept(clause, members))

    def _kept(self, clause: Clause, members: tuple[Member, ...]) -> Iterator[Member]:
        for member in members:
            part = clause.parts.get(member.label)
            if part is not None and not self._holds(clause, part):
                continue
            items = tuple(self._kept(clause, member.items))
            items = tuple(expanded for item in items for expanded in self._expanded(item))
            if member.items and not items:
                self.findings.append(
                    Finding(
                        Place(clause.file, member.line),
                        "D122",
                        "Van dit lid vallen alle onderdelen weg.",
                        "Geef het lid zelf een voorwaarde, of laat één onderdeel altijd staan.",
                    )
                )
            yield replace(member, items=items)

    def _expanded(self, item: Member) -> Iterator[Member]:
        if item.inlines == (Value("precedence", _line(item)),):
            yield from (Member(inlines, line=item.line) for inlines in self.regime.precedence)
        else:
            yield item

    def _holds(self, clause: Clause, part: Part) -> bool:
        for name, wanted in part.choice.items():
            resolved = self.values.get(f"{clause.id}.{name}")
            if resolved is None or resolved.value not in wanted:
                return False
        return judge(part.when, self.known).holds is True and set(part.with_) <= self.present

    def _with_list(self, article: Article, name: str, members: tuple[Member, ...]) -> Article:
        """The article with the member `{{name}}` replaced by these members."""
        result: list[Member] = []
        for member in article.members:
            if len(member.inlines) == 1 and isinstance(member.inlines[0], Value) and member.inlines[0].name == name:
                result.extend(members)
            else:
                result.append(member)
        return replace(article, members=tuple(result))

    # -- values ----------------------------------------------------------------------------------

    def _fillings(self, own: Mapping[str, object], clause: str) -> dict[str, Filling]:
        fillings: dict[str, Filling] = dict(regime_values(self.library, self.regime))
        for key, resolved in self.values.items():
            fillings[key] = resolved.inlines()
        for name in own:
            fillings[name] = self.values[f"{clause}.{name}"].inlines()
        for topic, title in self.library.base_topics.items():
            fillings[f"base.{topic}"] = base_reference(topic, title, self.regime, self.choices)
        return fillings

    def _definition(self, name: str) -> Member:
        definition = self.library.definitions[name]
        inlines = fill_inlines(definition.inlines, self._fillings({}, ""))
        return Member((Text(definition.term, bold=True), Text(": "), *inlines), label=f"def-{name}"[:30])

    # -- annexes, chapters, terms ------------------------------------------------------------------

    def _annex(self, annex: AnnexClause) -> Annex:
        blocks = fill_blocks(annex.blocks, self._fillings({}, ""))
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

        Rows count through all tables of the annex; the case may give a cell its value under that key.
        """
        rows: list[tuple[Inlines, ...]] = []
        for number, row in enumerate(table.rows, start=before + 1):
            first = plain(row[0]) if row else ""
            cells: list[Inlines] = []
            for column, cell in enumerate(row, start=1):
                key = f"{annex.id}.{number}.{column}"
                label = ": ".join(part for part in (first, plain(table.header[column - 1])) if part)
                given = self.choices.values.get(key)
                field = Field(key, label, FilledBy(annex.header.fill))
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
        index = self.library.term_index(self.regime)
        texts: list[str] = []
        for block in blocks:
            if isinstance(block, Article):
                texts.append(block.title)
                texts.extend(prose(member.inlines) for member in walk_members(block.members))
            else:
                texts.extend(_texts(block))
        found: set[str] = set()
        todo = set().union(*(index.find(text).terms for text in texts))
        while todo:
            found |= todo
            todo = (
                set().union(*(index.find(prose(self.library.definitions[name].inlines)).terms for name in todo)) - found
            )
        return tuple(sorted(found, key=lambda name: self.library.definitions[name].term.lower()))

    # -- what is missing -----------------------------------------------------------------------------

    def _reported(self, blocks: Blocks) -> Blocks:
        """The blocks with every hole that stays shown as plain text; holes and references are reported."""
        missing = {reference.target for reference in dangling(blocks)}
        for block in blocks:
            for inline in walk_inlines((block,)):
                if isinstance(inline, Reference) and inline.target in missing:
                    self.findings.append(
                        Finding(
                            self._source(inline, block),
                            "D120",
                            f"Deze tekst verwijst naar `{inline.target}`, maar dat staat niet in het contract.",
                            self._way_out(inline.target, block),
                        )
                    )
                elif isinstance(inline, Value):
                    self.findings.append(
                        Finding(
                            self._source(inline, block),
                            "D121",
                            f"De waarde `{{{{{inline.name}}}}}` bestaat niet in dit contract.",
                            "Neem de bepaling op waar zij bij hoort, of noem een bestaande waarde.",
                        )
                    )
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
            if any(_same(written, inline) for written in _written(clause)):
                return Place(clause.file, inline.line)
        return Place("clauses/definitions.yaml")


def _written(clause: Clause | AnnexClause) -> Iterator[Inline]:
    if isinstance(clause, AnnexClause):
        yield from walk_inlines(clause.blocks)
        return
    for member in walk_members(clause.members + clause.deviation):
        yield from member.inlines


def _same(written: Inline, inline: Reference | Value) -> bool:
    if isinstance(written, Reference) and isinstance(inline, Reference):
        return written.line == inline.line and inline.target.endswith(written.target)
    return isinstance(written, Value) and written == inline


def _line(item: Member) -> int:
    first = item.inlines[0] if item.inlines else None
    return first.line if isinstance(first, Value) else 0


def _uses_list(clause: Clause, name: str) -> bool:
    return any(
        isinstance(inline, Value) and inline.name == name
        for member in walk_members(clause.members)
        for inline in member.inlines
    )


def _resolve_own(member: Member, clause: str) -> Member:
    """`[[#label]]` becomes a reference to a member of this clause."""

    def one(inlines: Inlines) -> Inlines:
        return tuple(
            replace(item, target=f"{clause}{item.target}")
            if isinstance(item, Reference) and item.target.startswith("#")
            else item
            for item in inlines
        )

    return replace(
        member, inlines=one(member.inlines), items=tuple(_resolve_own(item, clause) for item in member.items)
    )


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Annex):
        for inner in block.blocks:
            if isinstance(inner, Table):
                for row in (inner.header, *inner.rows):
                    yield from (prose(cell) for cell in row)
            else:
                yield from (prose(inlines) for inlines in _runs(inner))


def _runs(block: Block) -> Iterator[Inlines]:
    inlines = getattr(block, "inlines", None)
    if inlines is not None:
        yield inlines
    for item in getattr(block, "items", ()):
        for inner in item:
            yield from _runs(inner)


def _opened(blocks: Blocks) -> Blocks:
    """References at the start of a member begin with a capital; an item goes on in lower case."""

    def member(item: Member) -> Member:
        first = item.inlines[0] if item.inlines else None
        if isinstance(first, Reference) and first.text:
            opened = replace(first, text=first.text[0].upper() + first.text[1:])
            return replace(item, inlines=(opened, *item.inlines[1:]))
        return item

    return tuple(
        replace(block, members=tuple(member(item) for item in block.members)) if isinstance(block, Article) else block
        for block in blocks
    )
