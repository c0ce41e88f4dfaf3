"""The data-processing agreement beside the contract: what is missing, and what the two texts say differently."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from procure_ai.documents.page import Page
from procure_ai.drafting.contract import draft
from procure_ai.drafting.processing import check_processing
from procure_ai.findings import Finding
from procure_ai.library.models import Library
from procure_ai.procedure.case import Case, ContractChoices, LeaveOut, ProcessingRole

Check = Callable[..., list[Finding]]


@pytest.fixture
def check(library: Library, pages: Mapping[str, Page], cases: Mapping[str, Case]) -> Check:
    """Checks an example with other keys in its data_processing, and other values and facts."""

    def made(
        example: str = "chatbot-gemeente",
        values: Mapping[str, str] | None = None,
        facts: Mapping[str, str] | None = None,
        leave_out: tuple[LeaveOut, ...] = (),
        absent: bool = False,
        **keys: Any,
    ) -> list[Finding]:
        case = cases[example]
        contract: ContractChoices = case.contract.model_copy(
            update={"values": {**case.contract.values, **(values or {})}, "leave_out": leave_out}
        )
        assert case.data_processing
        choice = None if absent else case.data_processing.model_copy(update=keys)
        changes = {"contract": contract, "facts": {**case.facts, **(facts or {})}, "data_processing": choice}
        changed = case.model_copy(update=changes)
        drafted = draft(changed, library, pages[contract.kind])
        return list(check_processing(changed, library, drafted))

    return made


def only(findings: list[Finding]) -> Finding:
    (found,) = findings
    return found


@pytest.mark.parametrize(
    "example",
    ["chatbot-gemeente", "assistent-provincie", "anonimiseren-woo", "addendum-zaaksysteem", "module-vertaaldienst"],
)
def test_the_examples_agree_with_their_agreement(check: Check, example: str) -> None:
    assert check(example) == []


def test_every_term_has_the_unit_of_our_parameter(library: Library) -> None:
    """Otherwise 24 hours would be compared with 24 days."""
    for agreement in library.processing.values():
        for name, term in agreement.terms.items():
            for key in term.ours:
                clause, _, parameter = key.partition(".")
                assert library.clauses[clause].header.parameters[parameter].type == term.unit, f"{agreement.id} {name}"


def test_personal_data_need_an_agreement(check: Check) -> None:
    assert only(check(absent=True)).code == "D160"
    assert check(absent=True, facts={"personal-data": "none"}) == []


def test_a_model_that_does_not_exist_and_no_roles(check: Check) -> None:
    unknown = only(check(agreement="vwo-2-43"))
    assert (unknown.code, unknown.remedy) == ("D161", "Bedoelde u `vwo-2-42`?")
    assert only(check(roles=())).code == "D162"


def test_a_model_that_is_meant_for_others_is_a_warning(check: Check) -> None:
    found = check(agreement="arbit-2022")
    assert [item.code for item in found] == ["D163", "D163"]
    assert not any(item.is_error for item in found)
    assert "inkoopvoorwaarden: GIBIT 2023" in found[0].message
    assert "verplicht: Standaard verwerkersovereenkomst gemeenten" in found[1].message
    # A province may use the model of the State; nothing binds it to another.
    assert check("assistent-provincie", agreement="own") == []


def test_a_number_that_differs_names_both_values_and_both_places(check: Check) -> None:
    found = only(check(terms={"breach": 48}))
    assert (found.code, found.place.key) == ("D164", "data_processing/terms/breach")
    assert "48 uur in de verwerkersovereenkomst (`terms`, `breach`)" in found.message
    assert "24 uur in het contract (artikel " in found.message
    assert "`incidents.first`)" in found.message
    # Ours follows: then they agree.
    assert check(terms={"breach": 48}, values={"incidents.first": "48"}) == []


def test_a_number_that_may_be_smaller_but_not_larger(check: Check) -> None:
    assert check(terms={"audit": 5}) == []
    assert check(terms={"audit": 10}) == []
    found = only(check(terms={"audit": 15}))
    assert found.code == "D164"
    assert "hoogstens 10 Werkdagen volgens het contract" in found.message


def test_a_module_is_compared_with_its_own_clauses(check: Check) -> None:
    found = only(check("module-vertaaldienst", terms={"breach": 12, "sub-processor": 99}))
    assert "`service-security.first`" in found.message  # and the module says nothing about sub-processors in days


def test_an_unknown_term(check: Check) -> None:
    found = only(check(terms={"breech": 24}))
    assert (found.code, found.remedy) == ("D165", "Bedoelde u `breach`?")


CHAIN = {
    "annex-sub-processors.2.2": "Wolkenhuis B.V., KvK 00000071, Nederland",
    "annex-sub-processors.2.3": "host het model; subverwerker, ingeschakeld door de leverancier",
    "annex-sub-processors.3.2": "Taalgigant Inc., Verenigde Staten",
    "annex-sub-processors.3.3": "ontwikkelde het model; geen subverwerker",
}


def test_sub_processors_stand_in_both_lists(check: Check) -> None:
    assert check(values=CHAIN, sub_processors=("Wolkenhuis B.V.",)) == []
    other = check(values=CHAIN, sub_processors=("Elders B.V.",))
    assert [item.code for item in other] == ["D166", "D166"]
    assert "`Elders B.V.`" in other[0].message
    assert "Wolkenhuis B.V., KvK 00000071, Nederland" in other[1].message
    # Before the award nobody knows them: nothing to compare with.
    assert check(sub_processors=("Elders B.V.",)) == []


@pytest.mark.parametrize(
    ("example", "clause"), [("chatbot-gemeente", "personal-data"), ("module-vertaaldienst", "service-personal-data")]
)
def test_a_processor_needs_the_clause_on_personal_data(check: Check, example: str, clause: str) -> None:
    left = (LeaveOut(clause=clause, reason="Dit is voor de proef weggelaten."),)
    assert only(check(example, leave_out=left)).code == "D167"
    own = (ProcessingRole(processing="vertalen", role="controller", reason="Eigen verantwoordelijkheid."),)
    assert check(example, leave_out=left, roles=own) == []
