"""Reading the library from its folders. Every fault in every file is reported at once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from procure_ai.documents.dialect import read_clause, read_page, split_sections
from procure_ai.documents.tree import Blocks, Inlines, Member, Paragraph, Table, plain
from procure_ai.files.disk import read_bytes
from procure_ai.files.strict_yaml import Node, decode, line_of, parse, raw, split_header
from procure_ai.files.typed import read_model
from procure_ai.findings import Finding, Place, Refused
from procure_ai.library import models, written
from procure_ai.library.conditions import Condition, Vocabulary, read_condition
from procure_ai.library.messages import found_as

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
Sections = dict[str, tuple[str, int]]
"""The sections of a Markdown file by heading: the text and its first line."""

KINDS = ("annex", "addendum", "module")
"""Kinds of contract: annex to a new contract, addendum to a running one, module for a service."""

REGIME_WORDS = ("supplier", "buyer", "performance", "agreement", "base-terms")
"""The words that every set of base terms gives to the prose."""


def load_library(root: Path) -> tuple[models.Library, tuple[Finding, ...]]:
    """The library under `root` (`clauses/` and `scorecards/`) with the warnings.

    Raises `Refused` with the findings of all files together when one cannot be used.
    """
    loader = _Loader(root)
    library = loader.load()
    if library is None or any(item.is_error for item in loader.findings):
        raise Refused(loader.findings)
    return library, tuple(loader.findings)


class _Loader:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.findings: list[Finding] = []
        self.vocabulary = Vocabulary({}, frozenset())

    def shown(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def text(self, path: Path) -> str:
        return decode(read_bytes(path, self.shown(path)), self.shown(path))

    def read(self, model: type[M], node: Node, name: str) -> M | None:
        try:
            return read_model(model, node, name)
        except Refused as refused:
            self.findings.extend(refused.findings)
            return None

    def data(self, name: str, model: type[M]) -> M | None:
        try:
            node = parse(self.text(self.root / name), name)
        except Refused as refused:
            self.findings.extend(refused.findings)
            return None
        return self.read(model, node, name)

    def keep(self, result: tuple[T, tuple[Finding, ...]]) -> T:
        """What was read; its findings are kept."""
        self.findings.extend(result[1])
        return result[0]

    def pages(self, folder: str) -> Iterator[tuple[Path, Node, Sections]]:
        """Each Markdown file below a folder: path, header tree, sections."""
        base = self.root / folder
        for path in sorted(base.rglob("*.md")) if base.is_dir() else []:
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

    def load(self) -> models.Library | None:
        facts = self.data("clauses/facts.yaml", written.FactsFile)
        outline = self.data("clauses/outline.yaml", written.OutlineFile)
        definitions = self.data("clauses/definitions.yaml", written.DefinitionsFile)
        topics = self.data("clauses/base-topics.yaml", written.BaseTopicsFile)
        law = self.data("clauses/law.yaml", written.LawFile)
        sources = self.data("clauses/sources.yaml", written.SourcesFile)
        demands = self.data("clauses/demands.yaml", written.DemandsFile)
        files = sorted((self.root / "clauses/regimes").glob("*.yaml"))
        regimes = [regime for path in files if (regime := self.data(self.shown(path), written.RegimeFile))]
        if not (facts and outline and definitions and topics and law and sources and demands):
            return None
        answers = {name: tuple(fact.answers) for name, fact in facts.facts.items()}
        answers["base-terms"] = tuple(regime.id for regime in regimes)
        answers["kind"] = KINDS
        many = frozenset(name for name, fact in facts.facts.items() if fact.many)
        self.vocabulary = Vocabulary(answers, many)
        clauses: dict[str, models.Clause] = {}
        annexes: dict[str, models.AnnexClause] = {}
        for path, node, sections in self.pages("clauses"):
            if path.parent.name == "annexes":
                if annex := self.annex(path, node, sections):
                    annexes[annex.id] = annex
            elif clause := self.clause(path, node, sections):
                if clause.id in clauses:
                    self.find(path, 2, "C114", id=clause.id)
                clauses[clause.id] = clause
        return models.Library(
            clauses=clauses,
            annexes=annexes,
            definitions={name: self.definition(name, entry) for name, entry in definitions.definitions.items()},
            proper_names=definitions.proper_names,
            regimes={regime.id: self.regime(regime) for regime in regimes},
            base_topics=topics.topics,
            facts=facts.facts,
            chapters=outline.chapters,
            law=law.law,
            sources=sources.sources,
            demands=demands.demands,
            sets=self.sets(),
            vocabulary=self.vocabulary,
        )

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
            when=self.condition(header.when, node, path, "when"),
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
            when=self.condition(header.when, node, path, "when"),
            blocks=self.page(path, (text, line)),
            file=self.shown(path),
            fingerprint=fingerprint(node, sections),
        )

    def sets(self) -> dict[str, models.ScorecardSet]:
        result: dict[str, models.ScorecardSet] = {}
        for path in sorted((self.root / "scorecards").glob("*/set.yaml")):
            file = self.data(self.shown(path), written.SetFile)
            folder = self.shown(path.parent)
            requirements = {item.id: item for item in self.items(f"{folder}/requirements")}
            criteria = {item.id: item for item in self.items(f"{folder}/criteria")}
            if file:
                result[file.id] = models.ScorecardSet(file, requirements, criteria)
        return result

    def items(self, folder: str) -> Iterator[models.Item]:
        for path, node, sections in self.pages(folder):
            header = self.header(written.ItemHeader, node, path)
            self.known_sections(path, sections, ("Vraag", "Bewijs", "Schaal", "Verband", "Gelijkwaardig"))
            if header is None:
                continue
            graded = header.kind == "graded"
            scale = self.page(path, self.section(path, sections, "Schaal", required=graded))
            yield models.Item(
                header=header,
                when=self.condition(header.when, node, path, "when"),
                question=self.checked(path, sections, "Vraag", required=True),
                evidence=self.checked(path, sections, "Bewijs", required=header.evidence != "none"),
                scale=self.rungs(path, scale, sections) if graded else (),
                link=self.checked(path, sections, "Verband", required=True),
                equivalent=self.checked(path, sections, "Gelijkwaardig", required=header.preference is not None),
                file=self.shown(path),
                fingerprint=fingerprint(node, sections),
            )

    def checked(self, path: Path, sections: Sections, title: str, *, required: bool) -> str:
        """The Markdown of a section, after reading it once for its findings."""
        section = self.section(path, sections, title, required=required)
        self.page(path, section)
        return section[0].strip() if section else ""

    def rungs(self, path: Path, blocks: Blocks, sections: Sections) -> tuple[models.Rung, ...]:
        line = sections.get("Schaal", ("", 1))[1]
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


def fingerprint(node: Node, sections: Sections) -> str:
    """The fingerprint of a source text: every word counts, line ends and wrapping do not.

    `order` (the place in the contract) is left out of it.
    """
    header = raw(node)
    assert isinstance(header, dict)
    body = {title: re.sub(r"\s+", " ", text).strip() for title, (text, _) in sections.items()}
    content = [{key: value for key, value in header.items() if key != "order"}, body]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
