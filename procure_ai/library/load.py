"""Reading the library from its folders. Every fault in every file is reported at once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, get_args

from pydantic import BaseModel

from procure_ai.documents.dialect import read_clause, read_page, split_sections
from procure_ai.documents.dutch import number_text
from procure_ai.documents.tree import Blocks, Inlines, Member, Paragraph, Table, plain
from procure_ai.files.disk import read_bytes
from procure_ai.files.strict_yaml import Node, decode, line_of, parse, raw, split_header
from procure_ai.files.typed import read_model
from procure_ai.findings import Finding, Place, Refused
from procure_ai.library import models, written
from procure_ai.library.conditions import All, Condition, Is, Vocabulary, read_condition
from procure_ai.library.messages import found_as

M = TypeVar("M", bound=BaseModel)
N = TypeVar("N", written.RegimeFile, written.KindFile, written.ProcessingFile, written.LadderFile)
T = TypeVar("T")
Sections = dict[str, tuple[str, int]]
"""The sections of a Markdown file by heading: the text and its first line."""

KINDS = get_args(written.KindId)
_OF_KIND = {"measured": ("Oordeel",), "session": ("Schaal", "Verloop")}
"""The sections that only some kinds of items have; of the others, `Schaal`."""
REGIME_WORDS = ("supplier", "buyer", "performance", "agreement", "base-terms")
"""The words that every set of base terms gives to the prose."""


def load_library(root: Path, organisation: Path | None = None) -> tuple[models.Library, tuple[Finding, ...]]:
    """The library under `root` (`clauses/` and `scorecards/`) with the warnings; an organisation's folder on top.

    Raises `Refused` with the findings of all files together when one cannot be used.
    """
    loader = _Loader(root, organisation)
    library = loader.load()
    if library is None or any(item.is_error for item in loader.findings):
        raise Refused(loader.findings)
    return library, tuple(loader.findings)


class _Loader:
    """Reads the folders one over the other: the library, then the organisation's own."""

    def __init__(self, root: Path, organisation: Path | None) -> None:
        self.root, self.organisation = root, organisation
        self.layers = [root, organisation] if organisation else [root]
        self.findings: list[Finding] = []
        self.vocabulary = Vocabulary({}, frozenset())
        self.ladders: dict[str, written.LadderFile] = {}
        self.shown = lru_cache(maxsize=1024)(self._shown)  # asked for every finding that may come

    def _shown(self, path: Path) -> str:
        if self.organisation and path.is_relative_to(self.organisation):
            return f"{self.organisation.name}/{path.relative_to(self.organisation).as_posix()}"
        return path.relative_to(self.root).as_posix()

    def text(self, path: Path) -> str:
        return decode(read_bytes(path, self.shown(path)), self.shown(path))

    def read(self, model: type[M], node: Node, name: str) -> M | None:
        try:
            return read_model(model, node, name)
        except Refused as refused:
            self.findings.extend(refused.findings)
            return None

    def file(self, path: Path, model: type[M]) -> M | None:
        try:
            node = parse(self.text(path), self.shown(path))
        except Refused as refused:
            self.findings.extend(refused.findings)
            return None
        return self.read(model, node, self.shown(path))

    def data(self, name: str, model: type[M], empty: M | None = None) -> M | None:
        """A data file of the library; one with an `empty` may be absent."""
        path = self.root / name
        return empty if empty is not None and not path.exists() else self.file(path, model)

    def own(self, name: str, model: type[M], key: str, empty: M | None = None) -> M | None:
        """A data file with the organisation's own entries added to its mapping `key`; an id cannot be reused."""
        base = self.data(name, model, empty)
        path = self.organisation / name if self.organisation else None
        if base is None or path is None or not path.exists() or (own := self.file(path, model)) is None:
            return base
        entries: dict[str, object] = dict(getattr(base, key))
        for entry, value in getattr(own, key).items():
            if entry in entries:
                self.findings.append(found_as("C123", Place(self.shown(path), key=f"{key}/{entry}"), id=entry))
            entries[entry] = value
        merged = base.model_copy(update={key: entries})
        if isinstance(own, written.DefinitionsFile) and isinstance(base, written.DefinitionsFile):
            return merged.model_copy(update={"proper_names": (*base.proper_names, *own.proper_names)})
        return merged

    def keep(self, result: tuple[T, tuple[Finding, ...]]) -> T:
        """What was read; its findings are kept."""
        self.findings.extend(result[1])
        return result[0]

    def pages(self, folder: str) -> Iterator[tuple[Path, Node, Sections]]:
        """Each Markdown file below a folder: path, header tree, sections."""
        for path in [path for layer in self.layers for path in sorted((layer / folder).rglob("*.md"))]:
            name = self.shown(path)
            if path.name == "README.md":
                continue
            try:
                header, body, line = split_header(self.text(path), name)
                self.headings_once(path, body, line)
                yield path, parse(header, name, 2), split_sections(body, line)
            except Refused as refused:
                self.findings.extend(refused.findings)

    def headings_once(self, path: Path, body: str, first_line: int) -> None:
        """A second `## Tekst` would push the first aside silently."""
        seen: set[str] = set()
        for number, text in enumerate(body.split("\n"), start=first_line):
            if text.startswith("## "):
                title = text[3:].strip()
                if title in seen:
                    self.find(path, number, "C118", title=title)
                seen.add(title)

    def header(self, model: type[M], node: Node, path: Path) -> M | None:
        header = self.read(model, node, self.shown(path))
        identity = getattr(header, "id", path.stem)
        if identity != path.stem:
            self.find(path, line_of(node, ("id",)), "C113", id=identity)
        return header

    def find(self, path: Path, line: int, code: str, **words: object) -> None:
        self.findings.append(found_as(code, Place(self.shown(path), line), **words))

    def condition(self, value: object, node: Node, path: Path, *steps: str | int) -> Condition:
        return self.keep(read_condition(value, self.vocabulary, Place(self.shown(path), line_of(node, steps))))

    def printed_when(self, header: written.ClauseHeader | written.AnnexHeader, node: Node, path: Path) -> Condition:
        """When a text is in a contract: its facts, in the kinds of contract that may hold it."""
        when = self.condition(header.when, node, path, "when")
        return when if set(header.kinds) == set(KINDS) else All((Is("kind", header.kinds), when))

    def load(self) -> models.Library | None:
        facts = self.data("clauses/facts.yaml", written.FactsFile)
        outline = self.data("clauses/outline.yaml", written.OutlineFile)
        topics = self.data("clauses/base-topics.yaml", written.BaseTopicsFile)
        definitions, law, sources, demands = (
            self.own("clauses/definitions.yaml", written.DefinitionsFile, "definitions"),
            self.own("clauses/law.yaml", written.LawFile, "law"),
            self.own("clauses/sources.yaml", written.SourcesFile, "sources"),
            self.own("clauses/demands.yaml", written.DemandsFile, "demands"),
        )
        entries = self.data("clauses/entries.yaml", written.EntriesFile, written.NO_ENTRIES)
        landscape = self.data("clauses/landscape.yaml", written.LandscapeFile, written.NO_LANDSCAPE)
        checklist = self.own("clauses/checklist.yaml", written.ChecklistFile, "checklist", written.NO_CHECKLIST)
        style = self.data("clauses/style.yaml", written.StyleFile, written.NO_STYLE)
        regimes = self.regimes()
        if not (facts and outline and definitions and topics and law and sources and demands):
            return None
        answers = {name: tuple(fact.answers) for name, fact in facts.facts.items()}
        answers["base-terms"] = tuple(regimes)
        answers["kind"] = KINDS
        many = frozenset(name for name, fact in facts.facts.items() if fact.many)
        self.vocabulary = Vocabulary(answers, many)
        clauses, annexes = self.texts()
        self.ladders = self.many("scorecards/ladders", written.LadderFile)
        return models.Library(
            clauses=clauses,
            annexes=annexes,
            definitions={name: self.definition(name, entry) for name, entry in definitions.definitions.items()},
            proper_names=definitions.proper_names,
            regimes={name: self.regime(regime) for name, regime in regimes.items()},
            base_topics=topics.topics,
            facts=facts.facts,
            chapters=outline.chapters,
            law=law.law,
            sources=sources.sources,
            demands=demands.demands,
            sets=self.sets(),
            vocabulary=self.vocabulary,
            kinds=self.many("clauses/kinds", written.KindFile),
            entries=entries or written.NO_ENTRIES,
            set_aside=demands.set_aside,
            landscape=landscape.landscape if landscape else {},
            checklist={name: self.duty(name, duty) for name, duty in checklist.checklist.items()} if checklist else {},
            processing=self.many("clauses/processing", written.ProcessingFile),
            vague=style.vague if style else (),
            ladders=self.ladders,
            organisation=self.file(self.organisation / "organisation.yaml", written.OrganisationFile)
            if self.organisation
            else None,
        )

    def texts(self) -> tuple[dict[str, models.Clause], dict[str, models.AnnexClause]]:
        """The clauses and annexes; those of the organisation replace what they say they replace."""
        clauses: dict[str, models.Clause] = {}
        annexes: dict[str, models.AnnexClause] = {}
        for path, node, sections in self.pages("clauses"):
            if path.parent.name == "annexes":
                if annex := self.annex(path, node, sections):
                    self.may_replace(path, node, annex, annexes.get(annex.id))
                    annexes[annex.id] = annex
            elif clause := self.clause(path, node, sections):
                self.may_replace(path, node, clause, clauses.get(clause.id))
                clauses[clause.id] = clause
        return clauses, annexes

    def may_replace(
        self,
        path: Path,
        node: Node,
        text: models.Clause | models.AnnexClause,
        old: models.Clause | models.AnnexClause | None,
    ) -> None:
        """A text takes the place of another only when it names the fingerprint of what it replaces."""
        replaces, line = text.header.replaces, line_of(node, ("replaces",))
        if old is None and replaces is not None:
            self.find(path, line, "C125", id=text.id)
        elif old is not None and replaces is None:
            self.find(path, 2, "C114", id=text.id)
        elif old is not None and replaces != old.fingerprint:
            self.find(path, line, "C124", id=text.id, fingerprint=old.fingerprint)

    def many(self, folder: str, model: type[N]) -> dict[str, N]:
        """The data files of a folder by id."""
        found = [self.file(path, model) for path in sorted((self.root / folder).glob("*.yaml"))]
        return {str(file.id): file for file in found if file}

    def regimes(self) -> dict[str, written.RegimeFile]:
        """The base terms, with the article numbers that the organisation has looked up."""
        result = self.many("clauses/regimes", written.RegimeFile)
        for path in sorted((self.organisation / "clauses/regimes").glob("*.yaml")) if self.organisation else []:
            if numbers := self.file(path, written.RegimeNumbers):
                if regime := result.get(numbers.id):
                    articles = {**regime.articles, **numbers.articles}
                    result[numbers.id] = regime.model_copy(update={"articles": articles})
                else:
                    self.find(path, 1, "C126", id=numbers.id, known=", ".join(result))
        return result

    def duty(self, name: str, duty: written.Duty) -> tuple[written.Duty, Condition]:
        place = Place("clauses/checklist.yaml", key=f"checklist/{name}/when")
        return duty, self.keep(read_condition(duty.when, self.vocabulary, place))

    def definition(self, name: str, entry: written.DefinitionEntry) -> models.Definition:
        inlines = self.sentence(entry.text, "clauses/definitions.yaml")
        return models.Definition(name, entry.term, entry.forms, inlines, entry.sources)

    def sentence(self, text: str, file: str) -> Inlines:
        """One line of prose from a data file as inlines."""
        blocks = self.keep(read_page(text, file))
        first = blocks[0] if blocks else None
        return first.inlines if isinstance(first, Paragraph) else ()

    def regime(self, file: written.RegimeFile) -> models.Regime:
        name = f"clauses/regimes/{file.id}.yaml"
        place, every = Place(name, key="words"), ", ".join(REGIME_WORDS)
        missing = (word for word in REGIME_WORDS if word not in file.words)
        self.findings.extend(found_as("C119", place, word=word, every=every) for word in missing)
        precedence = tuple(self.sentence(text, name) for text in file.precedence)
        words = {str(key): word for key, word in file.words.items()}
        return models.Regime(file.id, file.title, file.short, words, file.terms, precedence, file.articles)

    def section(self, path: Path, sections: Sections, title: str, *, required: bool) -> tuple[str, int] | None:
        found = sections.get(title)
        if (found is None or not found[0].strip()) and required:
            self.find(path, 1, "C115", title=title)
            return None
        return found

    def known_sections(self, path: Path, sections: Sections, known: tuple[str, ...]) -> None:
        for title, (_, line) in sections.items():
            if title not in known:
                what = f"Het kopje `## {title}`" if title else "De tekst boven het eerste kopje"
                self.find(path, line - 1 if title else line, "C116", what=what, known=", ".join(known))

    def members(self, path: Path, section: tuple[str, int] | None) -> tuple[Member, ...]:
        return self.keep(read_clause(section[0], self.shown(path), section[1])) if section else ()

    def page(self, path: Path, section: tuple[str, int] | None) -> Blocks:
        return self.keep(read_page(section[0], self.shown(path), section[1])) if section else ()

    def clause(self, path: Path, node: Node, sections: Sections) -> models.Clause | None:
        header = self.header(written.ClauseHeader, node, path)
        self.known_sections(path, sections, ("Tekst", "Toelichting", "Afwijking", "Motivering"))
        if header is None:
            return None
        deviates = bool(header.deviates)
        parts = {
            label: models.Part(self.condition(part.when, node, path, "parts", label, "when"), part.choice, part.with_)
            for label, part in header.parts.items()
        }
        return models.Clause(
            header=header,
            when=self.printed_when(header, node, path),
            parts=parts,
            members=self.members(path, self.section(path, sections, "Tekst", required=True)),
            deviation=self.members(path, self.section(path, sections, "Afwijking", required=deviates)),
            explanation=self.page(path, self.section(path, sections, "Toelichting", required=True)),
            motivation=self.page(path, self.section(path, sections, "Motivering", required=deviates)),
            file=self.shown(path),
            fingerprint=fingerprint(node, sections),
        )

    def annex(self, path: Path, node: Node, sections: Sections) -> models.AnnexClause | None:
        header = self.header(written.AnnexHeader, node, path)
        if header is None:
            return None
        text = "\n".join(f"## {title}\n{body}" if title else body for title, (body, _) in sections.items())
        line = min((line for _, line in sections.values()), default=1)
        return models.AnnexClause(
            header=header,
            when=self.printed_when(header, node, path),
            blocks=self.page(path, (text, line)),
            file=self.shown(path),
            fingerprint=fingerprint(node, sections),
        )

    def sets(self) -> dict[str, models.ScorecardSet]:
        result: dict[str, models.ScorecardSet] = {}
        for path in sorted((self.root / "scorecards").glob("*/set.yaml")):
            file = self.file(path, written.SetFile)
            folder = self.shown(path.parent)
            requirements = {item.id: item for item in self.items(f"{folder}/requirements")}
            criteria = {item.id: item for item in self.items(f"{folder}/criteria")}
            if file:
                result[file.id] = models.ScorecardSet(file, requirements, criteria)
        return result

    def items(self, folder: str) -> Iterator[models.Item]:
        for path, node, sections in self.pages(folder):
            header = self.header(written.ItemHeader, node, path)
            own_sections = _OF_KIND.get(header.kind if header else "", ("Schaal",))
            self.known_sections(path, sections, ("Vraag", "Bewijs", *own_sections, "Verband", "Gelijkwaardig"))
            if header is None:
                continue
            ladder = self.ladders.get(header.ladder or "")
            own = header.kind in ("graded", "answer", "session") and not header.ladder
            scale = self.page(path, self.section(path, sections, "Schaal", required=own))
            if header.ladder and "Schaal" in sections:
                self.find(path, sections["Schaal"][1] - 1, "C263", ladder=header.ladder)
            yield models.Item(
                header=header,
                when=self.condition(header.when, node, path, "when"),
                question=self.checked(path, sections, "Vraag", required=True),
                evidence=self.checked(path, sections, "Bewijs", required=header.evidence != "none"),
                scale=self.rungs(path, scale, sections) if own else self.climbed(ladder) or _bands(header.table),
                link=self.checked(path, sections, "Verband", required=True),
                equivalent=self.checked(path, sections, "Gelijkwaardig", required=header.preference is not None),
                file=self.shown(path),
                fingerprint=fingerprint(node, sections, ladder),
                ladder=ladder,
                rating=self.checked(path, sections, "Oordeel", required=header.kind == "measured"),
                ratings=self.ratings(path, sections),
                script=self.checked(path, sections, "Verloop", required=False),
            )

    def climbed(self, ladder: written.LadderFile | None) -> tuple[models.Rung, ...]:
        """The rungs of a ladder as the scale of a criterion."""
        found = sorted(ladder.rungs, key=lambda rung: rung.grade) if ladder else []
        file = f"scorecards/ladders/{ladder.id}.yaml" if ladder else ""
        return tuple(models.Rung(rung.grade, rung.name, plain(self.sentence(rung.when, file))) for rung in found)

    def checked(self, path: Path, sections: Sections, title: str, *, required: bool) -> str:
        """The Markdown of a section, after reading it once for its findings."""
        section = self.section(path, sections, title, required=required)
        self.page(path, section)
        return section[0].strip() if section else ""

    def ratings(self, path: Path, sections: Sections) -> tuple[models.Rung, ...]:
        """What people may say of one answer, with its worth in percent; nothing when people do not judge."""
        text, line = sections.get("Oordeel", ("", 1))
        blocks = read_page(text, self.shown(path), line)[0]
        if not any(isinstance(block, Table) for block in blocks):
            return ()
        found = self.rungs(path, blocks, sections, "Oordeel")
        names = {rung.name.casefold() for rung in found}
        if found and (found[0].grade != 0 or found[-1].grade != 100 or len(names) < len(found)):
            self.find(path, line, "S103")
        return found

    def rungs(self, path: Path, blocks: Blocks, sections: Sections, title: str = "Schaal") -> tuple[models.Rung, ...]:
        line = sections.get(title, ("", 1))[1]
        table = next((block for block in blocks if isinstance(block, Table)), None)
        rungs: list[models.Rung] = []
        for row in table.rows if table else ():
            cells = [plain(cell) for cell in row]
            try:
                rungs.append(models.Rung(Decimal(cells[0]), cells[1], cells[2]))
            except (InvalidOperation, IndexError):
                self.find(path, line, "S101")
        grades = [rung.grade for rung in rungs]
        if len(grades) < 2 or len(set(grades)) != len(grades):
            self.find(path, line, "S102")
        return tuple(sorted(rungs, key=lambda rung: rung.grade))


def _bands(table: tuple[written.Band, ...]) -> tuple[models.Rung, ...]:
    """The published table of a measured criterion as its scale."""
    ends = [f"tot {number_text(band.at_least)}%" for band in table[1:]] + ["tot en met 100%"]
    shown = [f"{number_text(band.at_least)}% {end}" for band, end in zip(table, ends, strict=False)]
    told = "Het gemeten resultaat op de verborgen testset is {}."
    return tuple(models.Rung(band.grade, name, told.format(name)) for band, name in zip(table, shown, strict=True))


def fingerprint(node: Node, sections: Sections, ladder: written.LadderFile | None = None) -> str:
    """The fingerprint of a source text: every word counts, that of its ladder too; line ends and wrapping do not.

    Left out of it: `order` (the place in the contract), `replaces`, and `meets` (what the text is for).
    """
    header = raw(node)
    assert isinstance(header, dict)
    body = {title: re.sub(r"\s+", " ", text).strip() for title, (text, _) in sections.items()}
    content = [{key: value for key, value in header.items() if key not in ("order", "replaces", "meets")}, body]
    if ladder:
        content.append(ladder.model_dump(mode="json", exclude={"checked"}))
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
