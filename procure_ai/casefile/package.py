"""The frozen package: what was published, and all that later steps read."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache, wraps
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

import procure_ai
from procure_ai.casefile.folder import Folder
from procure_ai.casefile.messages import refuse_as
from procure_ai.casefile.record import Record
from procure_ai.documents.page import Page, read_template
from procure_ai.documents.serial import document_from_json, to_json
from procure_ai.documents.tables import Workbook
from procure_ai.documents.texthash import text_hash
from procure_ai.documents.tree import Annex, Article, Document, Field, FilledBy, open_fields
from procure_ai.drafting.contract import Contract
from procure_ai.evaluation.model import AwardModel
from procure_ai.files.disk import canonical_json
from procure_ai.findings import Place
from procure_ai.forms import answer_form
from procure_ai.forms.context import Context
from procure_ai.library.models import Clause
from procure_ai.procedure.case import Buyer, Case, Procedure

PAGES = "file/texts"
"""Where the page texts of later forms, report and letters are kept, frozen with the package."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class FrozenClause(_Frozen):
    """One clause or annex of the library, and what became of it in this contract."""

    id: str
    title: str
    kind: Literal["clause", "annex"]
    state: Literal["in", "out", "open"]
    reason: str
    number: str
    fingerprint: str
    text_hash: str


class FrozenValue(_Frozen):
    """One value of the contract and where it came from."""

    key: str
    question: str
    text: str
    origin: str
    filled_by: str


class FrozenContract(_Frozen):
    """The resolved contract: `package/vN/contract.json`."""

    format: Literal["1"] = "1"
    version: str
    reference_date: str
    buyer: Buyer
    procedure: Procedure
    facts: dict[str, str | tuple[str, ...]]
    kind: str
    clauses: tuple[FrozenClause, ...]
    values: tuple[FrozenValue, ...]
    document: Any
    processing: Any = None

    @cached_property
    def tree(self) -> Document:
        """The document of the annex."""
        return document_from_json(self.document)

    def processing_tree(self) -> Document | None:
        """The annexes of the data-processing agreement, if the case has one."""
        return None if self.processing is None else document_from_json(self.processing)

    @cached_property
    def tenderer_fields(self) -> tuple[Field, ...]:
        """The open fields that a tenderer fills, each once."""
        return tuple(field for field in open_fields(self.tree.blocks) if field.filled_by is FilledBy.TENDERER)

    def titles(self) -> dict[str, str]:
        """Titles of the clauses and annexes that are in, by id."""
        return {clause.id: clause.title for clause in self.clauses if clause.state == "in"}

    def answer_form(self, context: Context, page: Page) -> Workbook:
        """The answer form of this contract, the same when it is published and when one comes back."""
        kinds = {"annex": "Bijlage", "clause": "Artikel"}
        titles = {item.id: f"{kinds[item.kind]} {item.number}: {item.title}" for item in self.clauses}
        return answer_form.build(context, page, self.tenderer_fields, titles, processing=self.processing is not None)


class Manifest(_Frozen):
    """What the package holds: `package/vN/manifest.json`."""

    format: Literal["1"] = "1"
    version: str
    published: str
    tool: str
    record: str
    concept_reason: str
    standings: dict[str, str]
    """How each text in the contract stood when it was published: id to `approved`, `concept`, …"""
    files: dict[str, str]


def freeze(case: Case, contract: Contract, version: str, processing: Document | None = None) -> FrozenContract:
    """The contract as it is frozen, with the annexes of the data-processing agreement."""
    articles = {block.id: block for block in contract.drafted.articles if isinstance(block, Article)}
    numbers = {
        block.id: block.number
        for block in (*contract.drafted.articles, *contract.drafted.annexes)
        if isinstance(block, Article | Annex)
    }
    clauses = tuple(
        FrozenClause(
            id=item.id,
            title=item.clause.title,
            kind="clause" if isinstance(item.clause, Clause) else "annex",
            state=item.state,
            reason=item.reason,
            number=numbers.get(item.id, ""),
            fingerprint=item.clause.fingerprint,
            text_hash=text_hash(articles[item.id]) if item.id in articles else "",
        )
        for item in contract.selected
    )
    values = tuple(
        FrozenValue(
            key=value.key,
            question=value.parameter.ask,
            text=value.text,
            origin=value.origin,
            filled_by=value.parameter.fill,
        )
        for value in contract.values.values()
    )
    return FrozenContract(
        version=version,
        reference_date=case.reference_date.isoformat(),
        buyer=case.buyer,
        procedure=case.procedure,
        facts=dict(case.facts),
        kind=case.contract.kind,
        clauses=clauses,
        values=values,
        document=to_json(contract.document),
        processing=to_json(processing) if processing else None,
    )


_KINDS: dict[str, type[FrozenContract | AwardModel]] = {"contract.json": FrozenContract, "award-model.json": AwardModel}


@lru_cache(maxsize=8)  # many steps in a row read the same package: the demonstration
def _read(name: str, data: bytes) -> Any:
    return _KINDS[name].model_validate_json(data)


class Package:
    """A published package, read from the frozen files only."""

    def __init__(self, folder: Folder, record: Record) -> None:
        line = record.last("publish")
        if line is None:
            raise refuse_as("R120", Place("package/"))
        if line.tool != procure_ai.__version__:
            raise refuse_as("R125", Place("package/"), tool=line.tool, version=procure_ai.__version__)
        self.folder, self.record = folder, record
        self.memo: dict[str, Any] = {}
        self.version = str(line.data["version"])
        self.date, self.before = line.date, line.previous  # the record as it was when this was published
        self.base = f"package/v{self.version}"
        self.contract: FrozenContract = self._load("contract.json")
        self.model: AwardModel = self._load("award-model.json")

    @classmethod
    def of(cls, folder: Folder) -> Package:
        """The package of a folder as it is now."""
        return cls(folder, folder.record())

    def recorded(self, name: str) -> bytes:
        """A file that an earlier step wrote or took in. Raises `Refused` when it was changed since."""
        return self.folder.recorded(name, self.record)

    def _load(self, name: str) -> Any:
        path = f"{self.base}/{name}"
        try:
            return _read(name, self.recorded(path))
        except ValidationError:
            raise refuse_as("R121", Place(path), name=path) from None

    def page(self, name: str) -> Page:
        """A page text as it was when the package was published."""
        kept = f"{PAGES}/{name}"
        return read_template(self.recorded(kept), kept)

    def context(self, head: str = "", date: str = "") -> Context:
        """What forms are built from."""
        return Context(self.contract.buyer, self.contract.procedure, self.model, self.version, date or self.date, head)

    @cached_property
    def answer_form(self) -> Workbook:
        """The answer form as it was published, rebuilt from the package."""
        return self.contract.answer_form(self.context(self.before), self.page("answer-form.md"))


T = TypeVar("T")


def once(function: Callable[[Package], T]) -> Callable[[Package], T]:
    """Computed once per package: the record of a `Package` does not change, so neither does the answer."""

    @wraps(function)
    def remembered(package: Package) -> T:
        key = f"{function.__module__}.{function.__qualname__}"
        if key not in package.memo:
            package.memo[key] = function(package)
        result: T = package.memo[key]
        return result

    return remembered


def json_bytes(model: BaseModel) -> bytes:
    """A frozen model as canonical JSON: the same content, the same bytes."""
    return canonical_json(model.model_dump(mode="json", exclude_none=True))
