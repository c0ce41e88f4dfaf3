"""The shipped library, template and examples, read once, and a way to draft a changed example."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from procure_ai.documents.page import Page, read_template
from procure_ai.documents.tree import Member
from procure_ai.drafting.contract import Contract, draft
from procure_ai.library.load import load_library
from procure_ai.library.models import Library
from procure_ai.procedure.case import Case, ContractChoices
from procure_ai.procedure.read import read_case

Draft = Callable[..., Contract]


@pytest.fixture(scope="session")
def library(root: Path) -> Library:
    """The library as shipped."""
    return load_library(root)[0]


@pytest.fixture(scope="session")
def pages(root: Path, library: Library) -> Mapping[str, Page]:
    """The front matter of each kind of contract as shipped."""
    return {
        kind.id: read_template((root / "templates" / kind.page).read_bytes(), f"templates/{kind.page}")
        for kind in library.kinds.values()
    }


@pytest.fixture(scope="session")
def cases(root: Path, library: Library) -> Mapping[str, Case]:
    """The shipped examples by name."""
    return {
        path.parent.name: read_case(path.read_bytes(), library)[0] for path in root.glob("examples/*/procedure.yaml")
    }


@pytest.fixture(scope="session")
def draft_with(library: Library, pages: Mapping[str, Page], cases: Mapping[str, Case]) -> Callable[..., Contract]:
    """Drafts the chatbot with other members in some clauses."""

    def make(members: Mapping[str, tuple[Member, ...]]) -> Contract:
        clauses = {name: replace(library.clauses[name], members=text) for name, text in members.items()}
        return draft(
            cases["chatbot-gemeente"], replace(library, clauses={**library.clauses, **clauses}), pages["annex"]
        )

    return make


@pytest.fixture(scope="session")
def draft_of(library: Library, pages: Mapping[str, Page], cases: Mapping[str, Case]) -> Draft:
    """Drafts an example, with other facts, base terms, or contract choices."""

    def make(example: str = "chatbot-gemeente", facts: Any = None, base_terms: str = "", **choices: Any) -> Contract:
        case = cases[example]
        contract = ContractChoices.model_validate({**case.contract.model_dump(), **choices})
        procedure = case.procedure.model_copy(update={"base_terms": base_terms or case.procedure.base_terms})
        change = {"contract": contract, "procedure": procedure, "facts": {**case.facts, **(facts or {})}}
        return draft(case.model_copy(update=change), library, pages[contract.kind])

    return make
