"""The documents of the package say what the frozen model says."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from award_case import SHEET, award_data, context, method, model, page

from procure_ai.documents.dutch import day_text
from procure_ai.documents.markdown import to_markdown
from procure_ai.documents.tree import Paragraph, Table, Text, walk_blocks
from procure_ai.drafting.contract import draft
from procure_ai.evaluation import comparison_price
from procure_ai.forms.award import term
from procure_ai.forms.award_report import report
from procure_ai.forms.letters import letter, letter_template
from procure_ai.forms.motivation import (
    ChosenPosition,
    Deviation,
    LeftOut,
    Motivation,
    justification_document,
    motivation_document,
    motivation_of,
)
from procure_ai.forms.tender_documents import award_model_document, requirements_document
from procure_ai.forms.worked_example import example, invented_prices
from procure_ai.library.load import load_library
from procure_ai.procedure.price_sheet import PriceSheet
from procure_ai.procedure.read import read_case

TITLES = {"stop-function": "artikel 12 (Stoppen)"}


def test_requirements_with_question_evidence_link_and_clause() -> None:
    text = to_markdown(requirements_document(context(), page("requirements.md"), TITLES))
    for words in ("E1 De AI kan uit", "Hoe zit het met de ai kan uit?", "Een beschrijving.", "artikel 12 (Stoppen)"):
        assert words in text
    assert "1 minimumeis." in text
    without = to_markdown(requirements_document(context(), page("requirements.md"), {}))
    assert "Hoort in de AI-bijlage bij" not in without


def test_the_award_model_in_words() -> None:
    text = to_markdown(award_model_document(context(), page("award-model.md"), TITLES))
    for words in (
        "| Dienstverlening (45) | Nederlands | 35 |",
        "| Prijs (40) | Vergelijkingsprijs | 40 |",
        "40 × (€\u00a04.000 − eigen vergelijkingsprijs) / (€\u00a04.000 − €\u00a01.000)",
        "minder dan 24 punten voor kwaliteit is ongeldig",
        "afgerond op 2 decimalen, een half naar boven",
        "wint de inschrijving met de meeste punten voor kwaliteit",
        "onder 50% van het gemiddelde",
        "wijzen wij nooit vanzelf af",
        "15% van alle punten",
        "Bron: Inkoopbeleid.",
        "Gelijkwaardig bewijs telt.",
        "| 7 | Trede 7 | Als 7. |",
        "Eigen inzet: €\u00a0100,50",
    ):
        assert words in text, words
    assert "{{" not in text


@pytest.mark.parametrize(
    ("regime", "announced", "days"),
    [("eu", 20, 20), ("eu", 8, 20), ("eu", 25, 25), ("national", 8, 8), ("call-off", 15, 15), ("private", 7, 7)],
)
def test_award_model_report_and_letters_agree_on_the_standstill(regime: str, announced: int, days: int) -> None:
    found = context(regime=regime)
    planning = found.procedure.dates.model_copy(update={"standstill_days": announced})
    found = replace(found, procedure=found.procedure.model_copy(update={"planning": planning}))
    data = award_data(announced_days=announced)
    text = to_markdown(award_model_document(found, page("award-model.md"), TITLES))
    legal = regime == "eu"
    assert (f"De wettelijke opschortende termijn is {days} kalenderdagen" in text) == legal
    assert (f"Na het bericht sluiten wij {days} kalenderdagen lang geen overeenkomst." in text) != legal
    assert f"duurt {days} kalenderdagen" in to_markdown(report(found, page("award-report.md"), data))
    told = to_markdown(letter(found, page(letter_template(found, data, "alfa")), data, "alfa"))
    assert day_text(term(found, data).last) in told
    assert term(found, data).days == days
    assert f"duurt {days} kalenderdagen" in told or regime == "private"


def test_the_law_of_the_european_regime_stands_in_its_documents_only() -> None:
    for regime in ("eu", "national", "call-off", "private"):
        found = context(regime=regime)
        model_text = to_markdown(award_model_document(found, page("award-model.md"), TITLES))
        report_text = to_markdown(report(found, page("award-report.md"), award_data()))
        assert ("artikel 2.116" in model_text) == (regime == "eu")
        assert ("artikel 2.127" in model_text) == (regime == "eu")
        assert ("Algemene termijnenwet" in report_text) == (regime == "eu")
        assert ("meervoudig onderhandse procedure" in report_text) == (regime == "private")
        assert ("openbare procedure" in report_text) == (regime != "private")


def test_every_table_of_the_award_model_has_a_header_and_a_description() -> None:
    document = award_model_document(context(), page("award-model.md"), TITLES)
    tables = [block for block in walk_blocks(document.blocks) if isinstance(block, Table)]
    assert tables
    assert all(table.header and table.description for table in tables)
    assert all(len(row) == len(table.header) for table in tables for row in table.rows)


@pytest.mark.parametrize(
    "price",
    [
        {"formula": "lowest_ratio"},
        {"formula": "linear_from_lowest", "zero_at": "2", "clamp": "zero"},
        {"formula": "min_max"},
        {"formula": "power_bandwidth", "floor": "1000", "ceiling": "4000", "exponent": "2"},
        {"formula": "log_lowest", "zero_at": "4"},
    ],
)
def test_each_formula_has_words_and_an_example(price: dict[str, Any]) -> None:
    found = model(method(price=price))
    text = to_markdown(award_model_document(context(found), page("award-model.md"), TITLES))
    assert "Punten = 40 ×" in text
    assert len(example(found.price_sheet, found.method)) == 4


def test_the_invented_prices_keep_to_the_bounds() -> None:
    lines = [{**SHEET["lines"][0], "max": "20"}, {**SHEET["lines"][1], "min": "900"}]
    sheet = PriceSheet.model_validate({**SHEET, "lines": lines})
    prices = invented_prices(sheet, method())
    assert prices["setup"] <= Decimal(20)
    assert prices["use"] >= Decimal(900)
    comparison_price(sheet, prices)


def test_the_motivation_tells_what_there_is() -> None:
    data = Motivation(
        (Deviation("Exit", (Paragraph((Text("Omdat overstappen moet kunnen."),)),)),),
        (ChosenPosition("Geen training", "strict", (("Artikel 7.2", "14 dagen", "30 dagen"),)),),
        (LeftOut("Agents", "Er zijn geen agents."),),
    )
    text = to_markdown(motivation_document(context(), page("motivation.md"), data))
    for words in (
        "Omdat overstappen moet kunnen.",
        "Geen training: strenger dan de standaard",
        "Artikel 7.2: 14 dagen in plaats van 30 dagen.",
        "De reden van een strengere keuze staat in het aanbestedingsdossier",
        "Er zijn geen agents.",
    ):
        assert words in text
    softer = Motivation(positions=(ChosenPosition("Exit", "fallback", (("Artikel 9", "2 dagen", ""),)),))
    text = to_markdown(motivation_document(context(), page("motivation.md"), softer))
    assert "Artikel 9: 2 dagen (de standaardtekst noemt geen waarde)." in text
    assert "aanbestedingsdossier" not in text
    text = to_markdown(motivation_document(context(regime="private"), page("motivation.md"), data))
    assert "staat in ons dossier" in text
    assert (
        to_markdown(motivation_document(context(), page("motivation.md"), Motivation())).count("Er zijn er geen.") == 3
    )


def test_motivation_and_justification_of_the_example_case() -> None:
    """Every reason of the library can be printed: no hole and no reference stays behind."""
    root = Path(__file__).parents[2]
    library, _ = load_library(root)
    case, _ = read_case((root / "examples/chatbot-gemeente/procedure.yaml").read_bytes(), library)
    assert case is not None
    contract = draft(case, library, page("contract.md"))
    told = to_markdown(motivation_document(context(), page("motivation.md"), motivation_of(contract, case, library)))
    kept = to_markdown(justification_document(context(), page("justification.md"), contract))
    for text in (told, kept):
        assert "{{" not in text
        assert "[[" not in text
    titles = [item.clause.title for item in contract.selected]
    assert all(title in kept for title in titles)
    assert "Geen Training met Overheidsgegevens: strenger dan de standaard" in told
    assert "strenge keuze" in kept
    assert "Nodig, want in deze zaak geldt “" in kept
    assert "Omdat " not in kept
    assert "Van 0 is" not in kept


def test_what_a_position_costs_and_the_questions_to_the_buyer_stay_inside() -> None:
    """Every clause that this kind of contract may have, in each of its positions."""
    root = Path(__file__).parents[2]
    library, _ = load_library(root)
    case, _ = read_case((root / "examples/chatbot-gemeente/procedure.yaml").read_bytes(), library)
    assert case is not None
    clauses = [clause for clause in library.clauses.values() if case.contract.kind in clause.header.kinds]
    for position in ("strict", "fallback"):
        chosen = {clause.id: position for clause in clauses if position in clause.header.positions}
        choices = case.contract.model_copy(update={"positions": chosen})
        changed = case.model_copy(update={"contract": choices})
        contract = draft(changed, library, page("contract.md"))
        reasons = motivation_of(contract, changed, library)
        assert reasons.positions
        told = to_markdown(motivation_document(context(), page("motivation.md"), reasons))
        kept = to_markdown(justification_document(context(), page("justification.md"), contract))
        section = told.split("## Strengere of soepelere keuzes", 1)[1]
        assert "?" not in section
        assert not re.search(r"\b(u|uw)\b", section, re.IGNORECASE)
        used = {key.partition(".")[0] for key, value in contract.values.items() if value.origin == position}
        paid = {clause.header.positions[position].gives_up for clause in clauses if clause.id in used}  # type: ignore[index]
        assert len(paid) > 10
        for other in library.clauses.values():
            if found := other.header.positions.get(position):  # type: ignore[call-overload]
                assert found.gives_up not in told
                assert (found.gives_up in kept) == (found.gives_up in paid)
