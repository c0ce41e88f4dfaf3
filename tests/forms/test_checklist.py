"""The checklist of the buyer and the annexes of the data-processing agreement, from the shipped texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from award_case import page

from procure_ai.documents.markdown import to_markdown
from procure_ai.documents.page import read_template
from procure_ai.documents.tree import Document, Field, Heading, Table, plain, walk_blocks, walk_inlines
from procure_ai.drafting.contract import Contract, draft
from procure_ai.forms.checklist import checklist_document, duties_of
from procure_ai.forms.context import CaseCover
from procure_ai.forms.processing import processing_document
from procure_ai.library.load import load_library
from procure_ai.library.models import Library
from procure_ai.procedure.case import Case
from procure_ai.procedure.read import read_case


@pytest.fixture(scope="module")
def library(root: Path) -> Library:
    return load_library(root)[0]


@pytest.fixture(scope="module")
def cases(root: Path, library: Library) -> Callable[[str], Case]:
    return lambda name: read_case((root / "examples" / name / "procedure.yaml").read_bytes(), library)[0]


def cover(case: Case) -> CaseCover:
    return CaseCover(case.buyer, case.procedure, "concept", case.reference_date.isoformat())


def test_duties_hold_are_open_or_stay_away_by_the_facts(library: Library, cases: Callable[[str], Case]) -> None:
    known = dict(cases("chatbot-gemeente").circumstances())
    found = {item.id: item for item in duties_of(library, known)}
    assert found["processor-agreement"].open == ()
    assert "substantial-change" not in found  # the contract is new
    assert [item.number for item in found.values()] == list(range(1, len(found) + 1))
    del known["personal-data"]
    assert {item.id: item for item in duties_of(library, known)}["processor-agreement"].open == ("personal-data",)
    running = duties_of(library, cases("addendum-zaaksysteem").circumstances())
    assert "substantial-change" in {item.id for item in running}


def test_every_duty_has_its_row_with_three_fields(library: Library, cases: Callable[[str], Case]) -> None:
    case = cases("chatbot-gemeente")
    known = case.circumstances()
    made = checklist_document(cover(case), page("checklist.md"), library, known)
    keys = [item.key for item in walk_inlines(made.blocks) if isinstance(item, Field)]
    wanted = [f"checklist.{due.id}.{key}" for due in duties_of(library, known) for key in ("done", "by", "evidence")]
    assert keys == wanted
    rows = [row for block in walk_blocks(made.blocks) if isinstance(block, Table) for row in block.rows]
    (row,) = [
        row for row in rows if plain(row[0]).endswith("Besluit over de rollen en de getekende verwerkersovereenkomst")
    ]
    assert "Wie: privacy officer" in plain(row[0])
    assert "Er is een verwerkersovereenkomst en de rollen volgens de AVG staan vast" in plain(row[1])
    # Two places in one source stand together behind its title.
    assert "(algemene verordening gegevensbescherming) (26, 28.3)" in plain(row[1])


def test_an_open_duty_names_the_fact_to_answer(library: Library, cases: Callable[[str], Case]) -> None:
    case = cases("chatbot-gemeente")
    known = {name: answers for name, answers in case.circumstances().items() if name != "personal-data"}
    text = to_markdown(checklist_document(cover(case), page("checklist.md"), library, known))
    assert "beantwoord eerst Persoonsgegevens (feit personal-data)" in text


def test_the_phases_stand_in_the_order_of_the_purchase(library: Library, cases: Callable[[str], Case]) -> None:
    case = cases("addendum-zaaksysteem")
    made = checklist_document(cover(case), page("checklist.md"), library, case.circumstances())
    titles = [plain(block.inlines) for block in made.blocks if isinstance(block, Heading)]
    assert titles == ["Wat dit is", "Voorbereiden", "Aanbesteden", "Gunnen", "Gebruiken", "Beëindigen"]


# --- the data-processing agreement --------------------------------------------------------------


def annexes_of(root: Path, library: Library, case: Case, **keys: Any) -> tuple[Document, Contract]:
    kind = library.kinds[case.contract.kind]
    front = read_template((root / "templates" / kind.page).read_bytes(), kind.page)
    contract = draft(case, library, front)
    assert case.data_processing
    choice = case.data_processing.model_copy(update=keys)
    return processing_document(cover(case), page("processing.md"), case, choice, library, contract), contract


def test_the_annexes_have_the_same_rows_and_the_same_open_fields(
    root: Path, library: Library, cases: Callable[[str], Case]
) -> None:
    made, contract = annexes_of(root, library, cases("chatbot-gemeente"))
    tables = [block for block in walk_blocks(made.blocks) if isinstance(block, Table)]
    for name in ("annex-data-flows", "annex-sub-processors", "annex-retention", "annex-contacts"):
        (annex,) = [item for item in contract.drafted.annexes if getattr(item, "id", "") == name]
        for block in walk_blocks((annex,)):
            if isinstance(block, Table):
                same = [found for found in tables if found.header == block.header]
                assert [[list(map(plain, row)) for row in found.rows] for found in same] == [
                    [list(map(plain, row)) for row in block.rows]
                ], name
    ours = {item.key for item in walk_inlines(contract.document.blocks) if isinstance(item, Field)}
    theirs = {item.key for item in walk_inlines(made.blocks) if isinstance(item, Field)}
    assert theirs <= ours
    assert "annex-sub-processors.2.2" in theirs


def test_the_document_names_agreement_roles_and_numbers(
    root: Path, library: Library, cases: Callable[[str], Case]
) -> None:
    case = cases("assistent-provincie")
    text = to_markdown(annexes_of(root, library, case, sub_processors=("Wolkenhuis B.V.", "Elders B.V."))[0])
    assert "| Model | Model verwerkersovereenkomst van de Rijksoverheid bij de ARBIT |" in text
    assert "| Verwerking | De wederpartij is | Reden |" in text
    assert "| Zelf verwerkingsverantwoordelijke |" in text
    assert "noemt: Wolkenhuis B.V. en Elders B.V." in text
    assert "| hoogstens 10 Werkdagen | 10 Werkdagen | Artikel " in text
    assert "[[" not in text  # a reference to the contract has become its words


def test_a_module_without_those_tables_says_so(root: Path, library: Library, cases: Callable[[str], Case]) -> None:
    text = to_markdown(annexes_of(root, library, cases("module-vertaaldienst"))[0])
    assert text.count("In dit contract staat hierover geen tabel.") == 4
    assert "| 24 uur | 24 uur | Artikel " in text
