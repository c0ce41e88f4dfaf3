"""From facts and choices to the annex: the right clauses, words, values, and a finding for every fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from procure_ai.documents.markdown import to_markdown
from procure_ai.documents.tree import (
    Annex,
    Article,
    Document,
    Field,
    FilledBy,
    Member,
    Reference,
    Text,
    Value,
    open_fields,
    plain,
    walk_inlines,
    walk_members,
)
from procure_ai.drafting.contract import Contract, award
from procure_ai.drafting.values import resolve
from procure_ai.findings import Finding, Severity
from procure_ai.library.models import Library
from procure_ai.library.parameters import Parameter
from procure_ai.library.written import OrganisationFile, Position
from procure_ai.procedure.case import Case, ContractChoices

Draft = Callable[..., Contract]
DraftWith = Callable[[Mapping[str, tuple[Member, ...]]], Contract]
EXAMPLES = (
    "chatbot-gemeente", "assistent-provincie", "anonimiseren-woo", "addendum-zaaksysteem", "module-vertaaldienst",
)  # fmt: skip
REASON = "Deze bepaling is hier niet nodig."


def present(contract: Contract) -> set[str]:
    return {
        block.id
        for block in (*contract.drafted.articles, *contract.drafted.annexes)
        if isinstance(block, Article | Annex)
    }


def state(contract: Contract, clause: str) -> tuple[str, str]:
    chosen = next(item for item in contract.selected if item.id == clause)
    return chosen.state, chosen.reason


def text(contract: Contract) -> str:
    """Articles and annexes as Markdown, without front matter."""
    return to_markdown(Document("x", (*contract.drafted.articles, *contract.drafted.annexes)))


def article(contract: Contract, name: str) -> str:
    blocks = tuple(block for block in contract.drafted.articles if isinstance(block, Article) and block.id == name)
    assert blocks, name
    return to_markdown(Document("x", blocks))


def faults(contract: Contract) -> list[tuple[str, str]]:
    return [(item.code, item.place.key) for item in contract.findings if item.is_error]


# --- the examples ----------------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_drafted_without_findings_or_open_questions(example: str, draft_of: Draft) -> None:
    contract = draft_of(example)
    assert contract.findings == ()
    assert not [item for item in contract.selected if item.state == "open"]
    assert not [field for field in contract.open_fields() if field.filled_by is FilledBy.BUYER]


EXPECTED: dict[str, tuple[set[str], set[str]]] = {
    # A cloud service for citizens, searching own documents, with personal data; it decides nothing and does nothing.
    "chatbot-gemeente": (
        {"data-location", "third-country-requests", "personal-data", "accessibility", "source-attribution",
         "bias-testing", "red-teaming", "key-management", "continuity", "acceptance-test"},
        {"agents", "decision-support", "running-contract", "service-scope", "penalty"},
    ),
    # A model behind the province's own screen: nothing of the supplier's to make accessible; it supports decisions.
    "assistent-provincie": (
        {"data-location", "personal-data", "decision-support", "source-attribution", "bias-testing", "open-standards"},
        {"agents", "accessibility", "running-contract", "service-scope"},
    ),
    # In the own data centre, by staff, no own documents to search: nothing leaves, nothing to attribute. Staff tools
    # are to be accessible too.
    "anonimiseren-woo": (
        {"personal-data", "decision-support", "no-training", "retention", "accessibility", "open-standards"},
        {"data-location", "third-country-requests", "agents", "source-attribution", "key-management",
         "running-contract"},
    ),
    # AI within software that runs already: what a new contract has, and how it stands to the running one.
    "addendum-zaaksysteem": (
        {"running-contract", "later-ai-functions", "data-location", "personal-data", "decision-support",
         "source-attribution", "accessibility", "key-management", "bias-testing"},
        {"agents", "service-scope", "penalty"},
    ),
    # People who translate with AI: the short module only, nothing about a system that the buyer would use.
    "module-vertaaldienst": (
        {"service-scope", "service-input", "service-personal-data", "service-results", "service-end", "definitions",
         "supplier-ai-use"},
        {"retention", "accessibility", "running-contract", "acceptance-test", "no-training", "annex-data-flows"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_facts_of_an_example_decide_its_clauses(example: str, draft_of: Draft) -> None:
    inside, outside = EXPECTED[example]
    found = present(draft_of(example))
    assert inside <= found
    assert not outside & found


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_clause_has_a_state_and_a_reason(example: str, draft_of: Draft, library: Library) -> None:
    selected = draft_of(example).selected
    kind = {"addendum-zaaksysteem": "addendum", "module-vertaaldienst": "module"}.get(example, "annex")
    assert [item.id for item in selected] == [
        name for name, text in library.texts().items() if kind in text.header.kinds
    ]
    assert all(item.reason for item in selected)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_same_case_gives_the_same_document(example: str, draft_of: Draft) -> None:
    assert draft_of(example).document == draft_of(example).document


def test_the_reason_names_the_fact_and_its_answer(draft_of: Draft, library: Library) -> None:
    contract = draft_of(facts={"delivery": "on-premise"})
    assert state(contract, "data-location") == (
        "out",
        "niet nodig, want Leveringsvorm: In uw eigen omgeving (on premise)",
    )
    assert state(contract, "personal-data")[1].startswith("omdat Persoonsgegevens: ")


def test_one_other_fact_brings_a_clause_in(draft_of: Draft) -> None:
    assert "agents" not in present(draft_of())
    assert "agents" in present(draft_of(facts={"agents": "yes"}))


# --- words of the base terms -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base_terms", "word", "others"),
    [
        ("gibit-2023", "Leverancier", "Wederpartij|Opdrachtnemer|ARBIT|ARVODI"),
        ("arbit-2022", "Wederpartij", "Leverancier|Opdrachtnemer|GIBIT|ARVODI"),
        ("arvodi-2018", "Opdrachtnemer", "Leverancier|Wederpartij|GIBIT|ARBIT"),
        ("none", "Leverancier", "Wederpartij|Opdrachtnemer|GIBIT|ARBIT|ARVODI"),
    ],
)
def test_only_the_words_of_the_chosen_base_terms_are_used(
    base_terms: str, word: str, others: str, draft_of: Draft
) -> None:
    found = text(draft_of(base_terms=base_terms))
    assert len(re.findall(rf"\b{word}\b", found)) > 50
    assert re.findall(rf"\b({others})\b", found) == []


def test_the_example_with_arbit_has_no_leverancier_in_its_articles(draft_of: Draft) -> None:
    contract = draft_of("assistent-provincie")
    found = to_markdown(Document("x", contract.drafted.articles))
    assert not re.search(r"\bLeverancier\b", found)
    assert "de Wederpartij" in found


def test_without_base_terms_nothing_deviates(draft_of: Draft) -> None:
    assert "deviations" in present(draft_of())
    without = draft_of(base_terms="none")
    assert "deviations" not in present(without)
    assert without.drafted.deviating == ()


@pytest.mark.parametrize("example", EXAMPLES)
def test_nothing_of_the_source_is_left_in_the_document(example: str, draft_of: Draft) -> None:
    contract = draft_of(example)
    whole = to_markdown(contract.document)
    assert not re.search(r"\{\{|\}\}|\[\[|\]\]|\{#", whole)
    assert not [inline for inline in walk_inlines(contract.document.blocks) if isinstance(inline, Value)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_reference_prints_the_number_of_its_target(example: str, draft_of: Draft) -> None:
    blocks = draft_of(example).document.blocks
    printed: dict[str, str] = {}
    for block in blocks:
        if isinstance(block, Annex):
            printed[block.id] = f"bijlage {block.number}"
        elif isinstance(block, Article):
            printed[block.id] = f"artikel {block.number}"
            for member in walk_members(block.members):
                printed[f"{block.id}#{member.label}"] = member.full
    references = [inline for inline in walk_inlines(blocks) if isinstance(inline, Reference)]
    assert len(references) > (10 if example == "module-vertaaldienst" else 50)
    for reference in references:
        assert reference.text.lower() == printed[reference.target].lower()


def test_a_reference_that_begins_a_member_has_a_capital_and_others_have_not(draft_of: Draft) -> None:
    for block in draft_of().drafted.articles:
        for member in block.members if isinstance(block, Article) else ():
            for place, inline in enumerate(member.inlines):
                if isinstance(inline, Reference):
                    assert inline.text[0].isupper() == (place == 0)


def labels(contract: Contract, clause: str) -> set[str]:
    found = next(block for block in contract.drafted.articles if isinstance(block, Article) and block.id == clause)
    return {member.label for member in walk_members(found.members)}


def test_a_part_is_printed_only_under_its_facts(draft_of: Draft) -> None:
    without, with_tuning = draft_of(), draft_of(facts={"fine-tuning": "yes"})
    assert "weights" not in labels(without, "exit")
    assert "weights" in labels(with_tuning, "exit")


def test_a_part_is_printed_only_with_its_other_clause(draft_of: Draft) -> None:
    left_out = ({"clause": "third-country-requests", "reason": REASON},)
    assert "third-country" in labels(draft_of(), "data-sharing")
    assert "third-country" not in labels(draft_of(leave_out=left_out), "data-sharing")


def test_a_part_is_printed_only_under_its_choice(draft_of: Draft) -> None:
    within = labels(draft_of(values={"data-location.area": "eea"}), "data-location")
    adequate = labels(draft_of(values={"data-location.area": "eea-adequacy"}), "data-location")
    assert "area-eea" in within
    assert "area-adequacy" not in within
    assert "area-eea" not in adequate
    assert "area-adequacy" in adequate


def test_a_dropped_part_leaves_no_gap_in_the_numbers(draft_of: Draft) -> None:
    for contract in (draft_of(), draft_of(facts={"fine-tuning": "yes", "agents": "yes"})):
        found = next(block for block in contract.drafted.articles if isinstance(block, Article) and block.id == "exit")
        for member in found.members:
            assert [item.number for item in member.items] == list("abcdefghijklm")[: len(member.items)]


def test_references_at_the_start_of_a_member_begin_with_a_capital(draft_with: DraftWith) -> None:
    reference = Reference("retention", line=9)
    item = Member((reference, Text(" geldt.")))
    contract = draft_with({"purpose": (Member((reference, Text(" en "), reference), (item,)),)})
    found = next(block for block in contract.drafted.articles if isinstance(block, Article) and block.id == "purpose")
    number = next(b.number for b in contract.drafted.articles if isinstance(b, Article) and b.id == "retention")
    assert plain(found.members[0].inlines) == f"Artikel {number} en artikel {number}"
    assert plain(found.members[0].items[0].inlines) == f"artikel {number} geldt."


def test_the_same_dangling_reference_on_the_same_line_of_two_clauses_is_found_in_both(draft_with: DraftWith) -> None:
    text = (Member((Text("Zie "), Reference("nowhere", line=9), Value("nothing", 10))),)
    contract = draft_with({"purpose": text, "retention": text})
    found = [
        (item.code, item.place.line, item.place.file)
        for item in contract.findings
        if "nothing" in item.message or "nowhere" in item.message
    ]
    for clause in ("purpose", "retention"):
        for code, line in (("D120", 9), ("D121", 10)):
            assert len([1 for entry in found if entry[:2] == (code, line) and f"/{clause}.md" in entry[2]]) == 1


def test_a_member_that_loses_all_its_items_is_a_finding(draft_with: DraftWith) -> None:
    contract = draft_with(
        {"exit": (Member((Text("Het volgende:"),), (Member((Text("x."),), label="weights"),), line=7),)}
    )
    (finding,) = [item for item in contract.findings if item.code == "D122"]
    assert (finding.place.file.endswith("exit.md"), finding.place.line) == (True, 7)


# --- definitions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_definitions_are_those_that_the_contract_uses(example: str, draft_of: Draft, library: Library) -> None:
    contract = draft_of(example)
    entries = definition_entries(contract)
    by_term = {definition.term: definition for definition in library.definitions.values()}
    rest = text(contract)
    for term, entry in entries.items():
        forms = (term, *by_term[term].forms)
        outside = rest.replace(entry, "")
        assert any(re.search(rf"(?<![\w-]){re.escape(form)}(?![\w-])", outside) for form in forms), term
    assert list(entries) == sorted(entries, key=str.lower)
    assert len(entries) > 10


def definition_entries(contract: Contract) -> dict[str, str]:
    """Term to its whole line in Markdown, from the article with definitions."""
    lines = article(contract, "definitions").splitlines()
    found = {}
    for line in lines:
        match = re.match(r"[\d.]+ \*\*(.+?)\*\*: ", line)
        if match:
            found[match[1]] = line
    return found


def test_a_term_is_defined_only_when_a_clause_brings_it_in(draft_of: Draft) -> None:
    everything, little = draft_of(), draft_of(leave_out=leave_out_all_but(draft_of(), "definitions", "accessibility"))
    assert len(definition_entries(little)) < len(definition_entries(everything)) / 2
    assert set(definition_entries(little)) < set(definition_entries(everything))


def leave_out_all_but(contract: Contract, *kept: str) -> tuple[dict[str, str], ...]:
    return tuple({"clause": item.id, "reason": REASON} for item in contract.selected if item.id not in kept)


# --- values ----------------------------------------------------------------------------------------


def test_a_value_of_the_case_goes_before_position_and_default(draft_of: Draft, library: Library) -> None:
    parameter = library.clauses["no-training"].header.positions["strict"].values
    name = next(name for name in parameter if library.clauses["no-training"].header.parameters[name].type != "choice")
    key = f"no-training.{name}"
    default = draft_of(positions={}).values[key]
    strict = draft_of(positions={"no-training": "strict"}).values[key]
    assert (default.origin, strict.origin) == ("default", "strict")
    assert strict.value == parameter[name] != default.value
    given = draft_of(positions={"no-training": "strict"}, values={key: default.value}).values[key]
    assert (given.origin, given.value) == ("case", default.value)


LEVELS = {
    # case, organisation and kind, each as values and position; the value that counts and who chose it
    "the clause itself": ({}, None, {}, None, {}, None, "default", "own"),
    "the kind": ({}, None, {}, None, {"mode": "kind"}, None, "kind", "kind"),
    "a position of the kind": ({}, None, {}, None, {}, "strict", "kind", "strict"),
    "a value before a position of the kind": ({}, None, {}, None, {"mode": "kind"}, "strict", "kind", "kind"),
    "the organisation": ({}, None, {"mode": "house"}, None, {"mode": "kind"}, "strict", "organisation", "house"),
    "a position of the organisation": ({}, None, {}, "fallback", {"mode": "kind"}, None, "organisation", "fallback"),
    "the case": ({"mode": "case"}, "strict", {"mode": "house"}, "fallback", {"mode": "kind"}, None, "case", "case"),
    "a position of the case": ({}, "strict", {"mode": "house"}, None, {"mode": "kind"}, None, "strict", "strict"),
    "another position of the case": ({}, "fallback", {}, "strict", {}, "strict", "fallback", "fallback"),
    "standard, asked for in the case": ({}, "standard", {"mode": "house"}, "strict", {"mode": "kind"}, None, "default",
                                        "own"),
    "a position without this value": ({}, "empty", {"mode": "house"}, None, {}, None, "organisation", "house"),
}  # fmt: skip


@pytest.mark.parametrize("name", LEVELS)
def test_the_case_goes_before_the_organisation_the_kind_and_the_clause(name: str, library: Library) -> None:
    case, chosen, house, preferred, kind, typical, origin, value = LEVELS[name]

    def keyed(values: Mapping[str, str]) -> dict[str, str]:
        return {f"purpose.{key}": text for key, text in values.items()}

    def at(position: str | None) -> dict[str, str]:
        return {"purpose": "strict" if position == "empty" else position} if position else {}

    clause = library.clauses["purpose"]
    positions = {
        name: Position(values={} if chosen == "empty" else {"mode": name}, gives_up="Iets.")
        for name in ("strict", "fallback")
    }
    text = Parameter(type="text", ask="Wat?", default="own")
    header = clause.header.model_copy(update={"parameters": {"mode": text}, "positions": positions})
    changed = replace(
        library,
        kinds={**library.kinds, "annex": library.kinds["annex"].model_copy(
            update={"values": keyed(kind), "positions": at(typical)})},
        organisation=OrganisationFile.model_validate(
            {"format": "1", "id": "house", "name": "Huis", "values": keyed(house), "positions": at(preferred)}),
    )  # fmt: skip
    choices = ContractChoices.model_validate({"kind": "annex", "values": keyed(case), "positions": at(chosen)})
    clauses = {"purpose": replace(clause, header=header)}
    found, findings = resolve(changed, clauses, library.regimes["none"], choices)
    assert findings == ()
    assert (found["purpose.mode"].origin, found["purpose.mode"].value) == (origin, value)


def test_a_value_is_printed_with_its_unit_wherever_it_is_used(draft_of: Draft) -> None:
    contract = draft_of(values={"retention.live": "17"})
    assert contract.values["retention.live"].text == "17 dagen"
    annex = next(
        block for block in contract.drafted.annexes if isinstance(block, Annex) and block.id == "annex-retention"
    )
    assert "17 dagen" in to_markdown(Document("x", (annex,)))


def test_a_value_that_holds_markdown_is_printed_as_it_is(draft_of: Draft) -> None:
    hostile = "# Kop\n\n1. {{supplier}} en [[retention]] en <b>vet</b>"
    plain_contract, contract = draft_of(values={"purpose.purpose": "x"}), draft_of(values={"purpose.purpose": hostile})
    assert contract.findings == ()
    assert [type(block) for block in contract.document.blocks] == [
        type(block) for block in plain_contract.document.blocks
    ]
    assert [inline for inline in walk_inlines(contract.document.blocks) if inline == Text(hostile)]


def test_the_description_of_the_case_stays_text(
    cases: Mapping[str, Case], library: Library, pages: dict[str, object]
) -> None:
    from procure_ai.drafting.contract import draft

    case = cases["chatbot-gemeente"]
    procedure = case.procedure.model_copy(update={"description": "# Kop {{supplier}}", "title": "**vet**"})
    document = draft(case.model_copy(update={"procedure": procedure}), library, pages["annex"]).document  # type: ignore[arg-type]
    assert Text("# Kop {{supplier}}.") in list(walk_inlines(document.blocks))
    assert not [inline for inline in walk_inlines(document.blocks) if isinstance(inline, Value)]


def test_an_empty_value_of_the_buyer_is_an_open_field_that_is_listed(draft_of: Draft) -> None:
    contract = draft_of(values={})
    fields = {field.key: field.filled_by for field in contract.open_fields()}
    assert fields["purpose.purpose"] is FilledBy.BUYER
    assert contract.findings == ()
    whole = to_markdown(contract.document)
    question = contract.values["purpose.purpose"].parameter.ask
    assert f"[{question}]" in whole
    assert f"| {question} | opdrachtgever, vóór publicatie |" in whole


def test_cells_of_an_annex_are_filled_by_their_key(draft_of: Draft) -> None:
    empty, filled = draft_of(values={}), draft_of(values={"annex-test-set.1.2": "vragen | over afval"})
    assert "annex-test-set.1.2" in {field.key for field in empty.open_fields()}
    assert "annex-test-set.1.2" not in {field.key for field in filled.open_fields()}
    assert "vragen \\| over afval" in text(filled)


# --- faults ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choices", "code", "key", "advice"),
    [
        ({"values": {"retention.lif": "30"}}, "D112", "contract/values/retention.lif", "`retention.live`"),
        ({"values": {"retenton.live": "30"}}, "D111", "contract/values/retenton.live", "`retention.live`"),
        ({"values": {"agents.log": "30"}}, "D111", "contract/values/agents.log", "neem de bepaling op"),
        ({"values": {"base.exitt": "30"}}, "D111", "contract/values/base.exitt", "`base.exit`"),
        ({"values": {"iets": "30"}}, "D112", "contract/values/iets", "plan"),
        ({"values": {"annex-test-set.99.1": "x"}}, "D113", "contract/values/annex-test-set.99.1", "annex-test-set.1.2"),
        ({"values": {"retention.live": "lang"}}, "D110", "contract/values/retention.live", "30"),
        ({"values": {"retention.live": "100000"}}, "D110", "contract/values/retention.live", "hoogstens"),
        ({"values": {"data-location.area": "eu"}}, "D110", "contract/values/data-location.area", "eea"),
        ({"positions": {"no-trainin": "strict"}}, "D101", "contract/positions/no-trainin", "`no-training`"),
        ({"positions": {"definitions": "strict"}}, "D102", "contract/positions/definitions", "standard"),
        ({"add": ("agent",)}, "D101", "contract/add/0", "`agents`"),
        ({"leave_out": ({"clause": "agentz", "reason": REASON},)}, "D101", "contract/leave_out/0/clause", "`agents`"),
        ({"leave_out": ({"clause": "accessibility", "reason": "nee"},)}, "D104", "contract/leave_out/0/reason", "zin"),
    ],
)  # fmt: skip
def test_each_wrong_choice_is_a_finding_with_advice(
    choices: dict[str, object], code: str, key: str, advice: str, draft_of: Draft
) -> None:
    contract = draft_of(**choices)
    found = [item for item in contract.findings if item.is_error and item.code == code]
    assert [(item.place.file, item.place.key) for item in found] == [("procedure.yaml", key)]
    assert advice in found[0].remedy


def test_a_clause_that_is_chosen_and_left_out(draft_of: Draft) -> None:
    contract = draft_of(add=("agents",), leave_out=({"clause": "agents", "reason": REASON},))
    assert ("D103", "contract/add") in faults(contract)
    assert "agents" not in present(contract)


def test_wrong_choices_are_all_reported_at_once(draft_of: Draft) -> None:
    contract = draft_of(values={"x": "1", "retention.live": "lang"}, positions={"y": "strict"}, add=("z",))
    assert sorted(code for code, _ in faults(contract)) == ["D101", "D101", "D110", "D112"]


def lines_of(findings: tuple[Finding, ...], root: Path) -> list[tuple[Finding, str]]:
    """Each finding with the line of the source that it points at."""
    return [
        (item, (root / item.place.file).read_text(encoding="utf-8").splitlines()[item.place.line - 1])
        for item in findings
        if item.code in ("D120", "D121")
    ]


@pytest.mark.parametrize("clause", ["retention", "logging", "deletion", "no-training", "human-access"])
def test_leaving_out_a_clause_that_others_need_points_at_each_place_that_needs_it(
    clause: str, draft_of: Draft, root: Path
) -> None:
    contract = draft_of(leave_out=({"clause": clause, "reason": REASON},), values={}, positions={})
    assert clause not in present(contract)
    found = lines_of(contract.findings, root)
    assert "D120" in {item.code for item, _ in found}
    for item, line in found:
        mark = f"[[{clause}" if item.code == "D120" else f"{{{{{clause}."
        assert mark in line, item
    assert len({(item.code, item.place, item.message) for item, _ in found}) == len(found)


def test_a_value_of_a_clause_that_was_left_out_stays_visible_as_text(draft_of: Draft) -> None:
    contract = draft_of(leave_out=({"clause": "retention", "reason": REASON},), values={}, positions={})
    assert "{{retention.live}}" in to_markdown(contract.document)


def test_an_unanswered_fact_makes_a_clause_open_not_in_or_out(
    draft_of: Draft, cases: Mapping[str, Case], library: Library, pages: dict[str, object]
) -> None:
    from procure_ai.drafting.contract import draft

    case = cases["chatbot-gemeente"]
    facts = {name: answer for name, answer in case.facts.items() if name != "agents"}
    contract = draft(case.model_copy(update={"facts": facts}), library, pages["annex"])  # type: ignore[arg-type]
    assert state(contract, "agents") == ("open", "nog niet bekend: beantwoord `agents`")
    assert "agents" not in present(contract)
    (finding,) = contract.findings
    assert (finding.code, finding.severity) == ("D130", Severity.WARNING)


def test_a_clause_left_out_gives_its_reason(draft_of: Draft) -> None:
    contract = draft_of(leave_out=({"clause": "accessibility", "reason": REASON},))
    assert state(contract, "accessibility") == ("out", f"weggelaten door de opdrachtgever: {REASON}")
    assert contract.findings == ()


def test_a_clause_may_be_added_that_the_facts_do_not_ask_for(draft_of: Draft) -> None:
    facts = {"delivery": "api"}
    assert "accessibility" not in present(draft_of(facts=facts))
    contract = draft_of(add=("accessibility",), facts=facts)
    assert state(contract, "accessibility") == ("in", "gekozen door de opdrachtgever")
    assert "accessibility" in present(contract)


def test_tools_for_staff_are_accessible_too(draft_of: Draft) -> None:
    assert "accessibility" in present(draft_of(facts={"users": ("staff",), "output-published": "no"}))


# --- the document ----------------------------------------------------------------------------------


def test_the_document_says_whose_it_is_and_that_it_is_a_draft(draft_of: Draft) -> None:
    document = draft_of().document
    assert document.draft is True
    assert document.date == "2026-11-21"
    assert "Chatbot voor inwoners" in document.title
    assert "Gemeente Waterrijk · kenmerk 2026-0417" in document.footer
    assert plain(next(block for block in document.blocks if getattr(block, "style", "") == "title").inlines)  # type: ignore[union-attr]


def test_at_the_award_fields_are_filled_and_leave_the_list(draft_of: Draft) -> None:
    document = draft_of().document
    before = {field.key: field for field in open_fields(document.blocks)}
    key = next(
        key for key, field in before.items() if key.startswith("annex-") and field.filled_by is FilledBy.TENDERER
    )
    filled = award(document, {"supplier.name": "# Parlando", key: "x", "unknown": "y"}, version="2")
    after = {field.key for field in open_fields(filled.blocks)}
    assert set(before) - after == {"supplier.name", key}
    assert Field("supplier.name", before["supplier.name"].label, FilledBy.AWARD, "# Parlando") in list(
        walk_inlines(filled.blocks)
    )
    assert filled.footer.endswith("versie 2")


def test_when_everything_is_filled_the_list_of_open_fields_goes(draft_of: Draft) -> None:
    document = draft_of().document
    filled = award(document, {field.key: "x" for field in open_fields(document.blocks)}, version="2")
    assert open_fields(filled.blocks) == ()
    assert "Nog in te vullen" in to_markdown(document)
    assert "Nog in te vullen" not in to_markdown(filled)


def test_a_short_contract_has_the_mandatory_clauses_and_what_they_refer_to(draft_of: Draft, library: Library) -> None:
    def clauses(**choices: object) -> set[str]:
        made = draft_of(values={}, **choices)
        assert not [item for item in made.findings if item.is_error]
        return {item.id for item in made.selected if item.state == "in" and item.id in library.clauses}

    full, core = clauses(), clauses(extent="core")
    assert core < full
    assert {name for name in full if library.clauses[name].header.level == "mandatory"} <= core
    assert "sustainability" in full - core
    assert "training-summary" in core, "training-data, which is mandatory, refers to it"
    assert clauses(extent="core", add=("sustainability",)) == core | {"sustainability"}
