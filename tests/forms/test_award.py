"""Report and letters: the committee's words, the right wording per regime, and refusal when one is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from award_case import (
    GRADES,
    TENDERERS,
    UNIT_PRICES,
    award_data,
    consensus,
    context,
    model,
    outcome,
    page,
    tenders,
    verdicts,
)

from procure_ai.documents.markdown import to_markdown
from procure_ai.evaluation import evaluate
from procure_ai.findings import Refused
from procure_ai.forms.award import AwardData, NoAward, SetAside, check_award, status_of, term
from procure_ai.forms.award_report import no_award_report, report
from procure_ai.forms.letters import letter, letter_template, no_award_letter, no_award_template


def text_of(tenderer: str, data: AwardData | None = None, regime: str = "eu") -> str:
    data, found = data or award_data(), context(regime=regime)
    return to_markdown(letter(found, page(letter_template(found, data, tenderer)), data, tenderer))


def codes(**changes: Any) -> list[str]:
    return [item.code for item in check_award(context(), award_data(**changes))]


def test_the_loser_reads_both_points_its_own_reasons_and_the_advantages_of_the_winner() -> None:
    text = text_of("alfa")
    assert "| Nederlands | 35 | 24,50 | 35,00 |" in text
    assert "| Prijs | 40 | 23,05 | 20,43 |" in text
    assert "Sterk alfa dutch." in text
    assert "Mist alfa open." in text
    assert "Sterk beta dutch." in text  # the winner has more points here
    assert "Sterk beta help." not in text  # and fewer here
    assert "Mist beta" not in text
    assert "gamma" not in text.lower()
    assert "plaats 2 van de 2 geldige inschrijvingen" in text
    assert "tot en met **22 maart 2027**" in text or "22 maart 2027" in text


def test_no_price_of_another_stands_in_a_letter() -> None:
    for tenderer in TENDERERS:
        assert "€" not in text_of(tenderer.id)


def test_the_winner_reads_no_points_of_others() -> None:
    text = text_of("beta")
    assert "geen overeenkomst" in text
    assert "alfa" not in text.lower()
    assert "63,55" not in text


def test_a_tender_under_the_minimum_reads_its_own_grades_and_why() -> None:
    text = text_of("gamma")
    assert "De kwaliteit ligt onder het minimum van 24 punten." in text
    assert "Mist gamma dutch." in text
    assert "| **Kwaliteit samen** | **60** | **18** |" in text
    assert "alfa" not in text.lower()
    assert "Sterk beta" not in text  # who is not ranked is not compared with the winner
    assert "Kenmerken en voordelen" not in text


def test_nothing_to_remark_at_the_top_grade_is_no_line() -> None:
    nothing = _changed("alfa", "help", missing="Niets; de hoogste trede is aangetoond.")
    assert "Opmerking" not in text_of("alfa", award_data(consensus=nothing))
    assert "**Opmerking:** Let op." in text_of(
        "alfa", award_data(consensus=_changed("alfa", "help", missing="Let op."))
    )


def test_a_private_letter_speaks_of_an_offer() -> None:
    failed = award_data(outcome=evaluate(model().method, tenders(verdicts={"gamma": "fail"})),
                        verdicts=verdicts(("gamma",)), consensus=_without("gamma"))  # fmt: skip
    for tenderer in TENDERERS:
        for data in (award_data(), failed):
            text = text_of(tenderer.id, data, regime="private")
            assert "offerte" in text
            assert "inschrijv" not in text


def test_a_national_letter_tells_what_legal_proceedings_do() -> None:
    for tenderer in ("alfa", "gamma"):
        text = text_of(tenderer, regime="national")
        assert "niet voordat de rechter in kort geding heeft beslist." in text
        assert "2.131" not in text


def test_a_failed_requirement_is_told_with_the_reason_of_people() -> None:
    found = model()
    out = evaluate(found.method, tenders(found, verdicts={"gamma": "fail"}))
    text = text_of("gamma", award_data(outcome=out, verdicts=verdicts(("gamma",)), consensus=_without("gamma")))
    assert "Uw inschrijving voldoet niet aan de minimumeis “De AI kan uit”." in text
    assert "Reden bij gamma." in text
    assert "Bewijs:" not in text


def test_a_price_above_the_ceiling_is_told_with_the_own_price_only() -> None:
    price = {"formula": "bandwidth", "floor": "1000", "ceiling": "4000", "ceiling_reject": "2400"}
    found = model(model().method.model_copy(update={"price": model().method.price.model_validate(price)}))  # type: ignore[union-attr]
    data = award_data(outcome=outcome(found))
    assert data.outcome.winner == "alfa"
    text = to_markdown(letter(context(found), page("letter-excluded-eu.md"), data, "beta"))
    assert "Uw vergelijkingsprijs is €\u00a02.468,11." in text


def test_a_tender_that_was_set_aside_gets_the_reason_of_the_decision() -> None:
    aside = SetAside("gamma", "De inschrijving kwam na de sluiting binnen.", "Y. el Amrani", date(2027, 1, 19))
    found = evaluate(model().method, [item for item in tenders() if item.id != "gamma"])
    data = award_data(outcome=found, set_aside=(aside,), consensus=_without("gamma"))
    assert status_of(data, "gamma") == "excluded"
    assert "na de sluiting" in text_of("gamma", data)


@pytest.mark.parametrize(
    ("regime", "kind", "subject", "told"),
    [
        ("eu", "withdrawal", "Ingetrokken inschrijving", "U heeft uw inschrijving ingetrokken."),
        ("eu", "late", "Te late inschrijving", "Uw inschrijving kwam te laat binnen."),
        ("eu", "exclusion", "Uitsluiting", "Wij hebben u uitgesloten van deze aanbesteding."),
        (
            "eu",
            "abnormally-low",
            "Afgewezen inschrijving",
            "abnormaal laag vinden (Aanbestedingswet 2012, artikel 2.116)",
        ),
        ("eu", "invalid", "Ongeldige inschrijving", "Uw inschrijving is ongeldig."),
        ("national", "withdrawal", "Ingetrokken inschrijving", "U heeft uw inschrijving ingetrokken."),
        ("private", "withdrawal", "Ingetrokken offerte", "U heeft uw offerte ingetrokken."),
        ("private", "exclusion", "Offerte niet meegenomen", "niet meenemen in de vergelijking"),
    ],
)
def test_each_kind_of_decision_has_its_own_words(regime: str, kind: str, subject: str, told: str) -> None:
    """Who withdrew did not send an invalid tender, and who is excluded was not late."""
    aside = SetAside("gamma", "Zo besloten.", "Y. el Amrani", date(2027, 1, 19), kind)
    found = evaluate(model().method, [item for item in tenders() if item.id != "gamma"])
    text = text_of("gamma", award_data(outcome=found, set_aside=(aside,), consensus=_without("gamma")), regime=regime)
    assert f"{subject} – Chatbot" in text
    assert told in text
    assert ("ongeldig" in text.casefold()) == (kind == "invalid")


@pytest.mark.parametrize(
    ("regime", "words"),
    [
        ("eu", "artikel 2.127"),
        ("national", "In de aanbestedingsstukken staat"),
        ("call-off", "In de aanbestedingsstukken staat"),
        ("private", "Laat het ons dan weten"),
    ],
)
def test_the_wording_follows_the_regime(regime: str, words: str) -> None:
    assert words in text_of("alfa", regime=regime)
    for tenderer in TENDERERS:
        assert "{{" not in text_of(tenderer.id, regime=regime)


def test_the_legal_term_holds_for_the_european_regime_only() -> None:
    short = award_data(announced_days=8)
    assert term(context(), short).last == date(2027, 3, 22)
    assert term(context(regime="national"), short).last == date(2027, 3, 9)
    with pytest.raises(Refused) as refused:
        term(context(regime="private"), award_data(announced_days=0))
    assert refused.value.findings[0].code == "E309"


def test_report_and_letters_give_both_terms_and_the_later_day() -> None:
    """Sent on 1 March 2027: in law until 22 March (21 March is a Sunday), announced 30 days until 31 March."""
    longer = award_data(announced_days=30)
    text = to_markdown(report(context(), page("award-report.md"), longer))
    assert "minstens 20 kalenderdagen | 22 maart 2027 |" in text
    assert "| Aanbestedingsstukken, 30 kalenderdagen | 31 maart 2027 |" in text
    told = text_of("alfa", longer)
    assert "De termijn duurt 30 kalenderdagen." in told
    assert "31 maart 2027. De wet vraagt minstens 20 kalenderdagen" in told
    assert "22 maart" not in told
    assert "De wet vraagt" not in text_of("alfa", longer, regime="national")
    assert "De wet vraagt" not in text_of("alfa")


def test_the_advantages_of_the_winner_are_adopted_words_with_both_scores() -> None:
    text = text_of("alfa").split("## Kenmerken en voordelen", 1)[1]
    assert "**Nederlands (35,00 tegenover 24,50 punten):** Sterk beta dutch." in text
    assert "Ondersteuning (" not in text  # alfa has as many points there or more


@pytest.mark.parametrize("regime", ["eu", "national", "call-off", "private"])
def test_nobody_gets_the_contract_in_every_regime(regime: str) -> None:
    found, data = context(regime=regime), award_data(outcome=outcome().model_copy(update={"winner": None}))
    why = NoAward("Twee inschrijvingen eindigden gelijk en er is geen regel.", "A. de Wit")
    text = to_markdown(no_award_letter(found, page(no_award_template(found)), data, "alfa", why))
    assert why.reason in text
    assert "Sterk alfa dutch." in text
    assert "beta" not in text.lower()
    assert "{{" not in text
    assert ("opschortende termijn" in text) == (regime == "eu")
    assert ("kort geding" in text) == (regime != "private")
    assert "inschrijv" not in text.replace(why.reason, "") or regime != "private"
    told = to_markdown(no_award_report(found, page("no-award-report.md"), data, why))
    assert "besloten niet te gunnen, door A. de Wit" in told
    assert "Voorgenomen winnaar" not in told


def test_a_reason_that_is_not_whole_refuses_that_letter_too() -> None:
    data = award_data(
        outcome=outcome().model_copy(update={"winner": None}), consensus=_changed("alfa", "dutch", strong="")
    )
    with pytest.raises(Refused) as refused:
        no_award_letter(
            context(), page("letter-no-award-eu.md"), data, "beta", NoAward("Er is geen geld.", "A. de Wit")
        )
    assert [item.code for item in refused.value.findings] == ["E303"]


def test_an_equal_total_is_explained_to_those_who_had_it() -> None:
    same = {name: {"dutch": "7", "help": "7", "open": "7"} for name in GRADES}
    equal = dict.fromkeys(GRADES, UNIT_PRICES["alfa"])
    found = model()
    out = evaluate(found.method, tenders(found, grades=same, prices=equal), ("gamma", "alfa", "beta"))
    text = text_of("alfa", award_data(outcome=out, consensus=consensus(same)))
    assert "eindigde gelijk" in text
    assert "De punten voor kwaliteit waren ook gelijk." in text
    assert "geldt dan: het lot gaf de doorslag." in text
    assert "de hoogste punten voor kwaliteit" not in text
    assert "beste prijs-kwaliteitverhouding" not in text
    assert "kreeg de winnaar meer punten dan u" in text


def _without(tenderer: str) -> tuple[Any, ...]:
    return tuple(item for item in consensus() if item.tenderer != tenderer)


def _changed(tenderer: str, criterion: str, **changes: Any) -> tuple[Any, ...]:
    return tuple(
        replace(item, **changes) if (item.tenderer, item.criterion) == (tenderer, criterion) else item
        for item in consensus()
    )


def test_nothing_is_missing_in_a_complete_dossier() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (_without("alfa")[:3] + _without("beta")[:2], "E302"),
        (_changed("alfa", "dutch", strong=" "), "E303"),
        (_changed("alfa", "dutch", missing=""), "E303"),
        (_changed("alfa", "dutch", adopted_by=""), "E304"),
        (_changed("alfa", "dutch", grade=Decimal(10)), "E308"),
        (_changed("beta", "dutch", strong="Beter dan Gamma N.V. hier."), "E307"),
    ],
)
def test_a_missing_or_wrong_reason_refuses_every_letter(found: tuple[Any, ...], code: str) -> None:
    data = award_data(consensus=found)
    assert code in [item.code for item in check_award(context(), data)]
    for tenderer in ("alfa", "beta"):
        with pytest.raises(Refused):
            text_of(tenderer, data)


def test_the_top_grade_needs_no_missing_and_the_lowest_no_strong() -> None:
    assert codes(consensus=_changed("alfa", "help", missing="")) == []
    assert codes(consensus=_changed("gamma", "open", strong="")) == []


def test_no_winner_no_letter() -> None:
    out = outcome().model_copy(update={"winner": None, "needs_draw": ("alfa", "beta")})
    assert codes(outcome=out) == ["E301"]
    with pytest.raises(Refused):
        report(context(), page("award-report.md"), award_data(outcome=out))


def test_a_failed_requirement_without_reason_or_a_tender_without_decision_is_refused() -> None:
    found = evaluate(model().method, tenders(verdicts={"gamma": "fail"}))
    silent = tuple(replace(item, reason="") for item in verdicts(("gamma",)))
    assert codes(outcome=found, verdicts=silent) == ["E306"]
    two = evaluate(model().method, [item for item in tenders() if item.id != "gamma"])
    assert codes(outcome=two) == ["E305"]


def test_words_of_people_are_never_read_as_markup() -> None:
    text = text_of("alfa", award_data(consensus=_changed("alfa", "dutch", strong="# Kop\n{{winner}} [[x]]")))
    assert "{{winner}}" in text
    assert "\n# Kop" not in text.split("Nederlands", 1)[1]


def test_the_report_holds_the_whole_course() -> None:
    text = to_markdown(report(context(), page("award-report.md"), award_data()))
    for words in (
        "Voorgenomen winnaar: Beta U.A.",
        "18 januari 2027",
        "Y. el Amrani en P. Smit",
        "| 18 januari 2027 | Inschrijvingen ontvangen door Y. el Amrani |",
        "Sterk gamma help.",
        "Reden bij alfa.",
        "€\u00a02.468,11",
        "15% van alle punten",
        "1 maart 2027",
        "22 maart 2027",
        "abc123def456",
    ):
        assert words in text, words
