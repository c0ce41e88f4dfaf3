"""The lint of an award model: the shipped examples are clean, and each planted fault gives its own code and place."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from procure_ai.casefile import data
from procure_ai.casefile.drafts import check
from procure_ai.casefile.folder import Folder
from procure_ai.evaluation.lint import lint
from procure_ai.evaluation.model import Announced, AwardModel, build_award_model
from procure_ai.files.strict_yaml import parse, raw
from procure_ai.findings import Finding, Refused
from procure_ai.forms import wording
from procure_ai.library.models import Library
from procure_ai.procedure.case import Case
from procure_ai.procedure.read import read_case

ROOT = Path(__file__).parents[2]
EXAMPLES = ("chatbot-gemeente", "assistent-provincie", "anonimiseren-woo")
SET = "scorecards/generatieve-ai"


def written(example: str) -> dict[str, Any]:
    """`procedure.yaml` of an example as text, before any type."""
    path = ROOT / "examples" / example / "procedure.yaml"
    content = raw(parse(path.read_text("utf-8"), path.name))
    assert isinstance(content, dict)
    return content


CHATBOT = written("chatbot-gemeente")


@pytest.fixture(scope="module")
def library() -> Library:
    return data.library()[0]


@pytest.fixture(scope="module")
def case() -> Case:
    return Case.model_validate(CHATBOT)


def changed(**choices: Any) -> Case:
    """The chatbot case with these keys of its award model replaced, or left out where None."""
    keys = {key: value for key, value in {**CHATBOT["award_model"], **choices}.items() if value is not None}
    return Case.model_validate({**CHATBOT, "award_model": keys})


def built(case: Case, library: Library) -> AwardModel:
    model, findings = build_award_model(case, library, frozenset(library.texts()))
    assert model is not None, findings
    return model


def linted(case: Case, library: Library, model: AwardModel | None = None) -> tuple[Finding, ...]:
    assert case.award_model is not None
    model = model or built(case, library)
    return lint(model, case.award_model, library.sets[model.set], data.lint_words())


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(item.severity.value, item.code, str(item.place)) for item in findings]


def with_item(model: AwardModel, name: str, **changes: Any) -> AwardModel:
    """The model in which one requirement or criterion has other texts; `text +` appends."""

    def other(item: Announced) -> Announced:
        if item.id != name:
            return item
        new = {
            key: getattr(item, key) + value[1:] if str(value)[:1] == "+" else value for key, value in changes.items()
        }
        return item.model_copy(update=new)

    return model.model_copy(
        update={key: tuple(map(other, getattr(model, key))) for key in ("requirements", "criteria")}
    )


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_and_the_shipped_set_are_clean(example: str, library: Library) -> None:
    assert linted(Case.model_validate(written(example)), library) == ()


# --- texts ------------------------------------------------------------------------------------------

TEXTS = {
    "L03 thin": ("error", "L03", "exit", "criteria", "Verband", {"link": "Nuttig."}),
    "L03 about something else": (
        "error", "L03", "exit", "criteria", "Verband", {"link": "Openheid is goed voor de economie en de markt."},
    ),
    "L03 of a requirement": ("error", "L03", "req-stop", "requirements", "Verband", {"link": "Dat is nu eenmaal zo."}),
    "L03 of a preference, without a reason": (
        "error", "L03", "european-autonomy", "criteria", "Verband",
        {"link": "Wij vinden dit belangrijk voor de opdracht."},
    ),
    "L06 of a preference, nothing else counts": (
        "error", "L06", "european-autonomy", "criteria", "Gelijkwaardig", {"equivalent": "Niets anders telt."},
    ),
    "L06 of a preference, taken away again": (
        "error", "L06", "european-autonomy", "criteria", "Gelijkwaardig",
        {"equivalent": "Alleen dit telt mee. Er is geen gelijkwaardig bewijs."},
    ),
    "L04 hands": ("error", "L04", "service", "criteria", "Vraag", {"question": "+ Het bedrijf is in Europese handen."}),
    "L04 mother": (
        "error", "L04", "service", "criteria", "Vraag", {"question": "+ Er is geen Amerikaanse moedermaatschappij."},
    ),
    "L04 party": ("error", "L04", "req-stop", "requirements", "Vraag", {"question": "+ Een partij uit de EU wint."}),
    "L04 local": (
        "error", "L04", "service", "criteria", "Vraag", {"question": "+ Er is werk voor lokale ondernemers."},
    ),
    "L05 in English": ("error", "L05", "req-stop", "requirements", "Vraag", {"question": "+ Niets staat in de US."}),
    "L05 a bonus for one's own": (
        "error", "L05", "service", "criteria", "Vraag", {"question": "+ Hosting in Nederland krijgt een bonus."},
    ),
    "L06 without capitals": (
        "error", "L06", "service", "criteria", "Vraag", {"question": "+ De assistent is chatgpt."},
    ),
    "L06 any label": ("error", "L06", "security", "criteria", "Bewijs", {"evidence": "+\n- Het keurmerk VeiligeAI."}),
    "L07 more points": (
        "error", "L07", "req-stop", "requirements", "Vraag", {"question": "+ Open source krijgt meer punten."},
    ),
    "L09 a test by somebody else": (
        "error", "L09", "model-openness", "criteria", "Bewijs", {"evidence": "Een verslag van een technische toets."},
    ),
    "L10 turnover": ("warning", "L10", "service", "criteria", "Bewijs", {"evidence": "+\n- De jaaromzet."}),
    "L11 exclusion": (
        "warning", "L11", "service", "criteria", "Vraag", {"question": "+ Dit missen leidt tot uitsluiting."},
    ),
    "L15 average price": (
        "error", "L15", "sustainability", "criteria", "Vraag",
        {"question": "+ Het verschil met de gemiddelde prijs bepaalt het cijfer."},
    ),
    "L15 one after the other": (
        "warning", "L15", "sustainability", "criteria", "Vraag",
        {"question": "+ Het laagste verbruik krijgt 10, de volgende 8."},
    ),
    "L27 counts as proof": (
        "error", "L27", "exit", "criteria", "Bewijs", {"evidence": "+\n- Een eigen verklaring geldt als bewijs."},
    ),
    "L28 level": ("error", "L28", "service", "criteria", "Vraag", {"question": "+ Het aanbod haalt SEAL-3."}),
    "L04 adjective": (
        "error", "L04", "service", "criteria", "Vraag", {"question": "+ Een Europese cloudaanbieder wint."},
    ),
    "L04 company": ("error", "L04", "service", "criteria", "Vraag", {"question": "+\n- een Nederlandse leverancier."}),
    "L04 seat": ("error", "L04", "service", "criteria", "Bewijs", {"evidence": "+\n- De vestigingsplaats."}),
    "L04 where from": (
        "error", "L04", "req-stop", "requirements", "Vraag", {"question": "+ De inschrijver uit de EU voldoet."},
    ),
    "L04 shares": ("error", "L04", "service", "criteria", "Bewijs", {"evidence": "+\n- De lijst van aandeelhouders."}),
    "L05": ("error", "L05", "req-stop", "requirements", "Vraag", {"question": "+ De software komt niet uit China."}),
    "L06 brand": ("error", "L06", "service", "criteria", "Vraag", {"question": "+ De assistent is ChatGPT."}),
    "L06 label": ("error", "L06", "security", "criteria", "Bewijs", {"evidence": "+\n- Een certificaat ISO 27001."}),
    "L07 in a requirement": (
        "error", "L07", "req-stop", "requirements", "Vraag",
        {"question": "+ De oplossing is bij voorkeur gebaseerd op open source."},
    ),
    "L07 without a goal": (
        "error", "L07", "model-openness", "criteria", "Vraag",
        {"link": "De oplossing is voor deze opdracht open, omdat dat zo hoort."},
    ),
    "L09 of a preference": (
        "error", "L09", "model-openness", "criteria", "Bewijs", {"evidence": "De lijst van onderdelen."},
    ),
    "L09 none": ("warning", "L09", "service", "criteria", "Bewijs", {"evidence_needed": "none"}),
    "L10": ("warning", "L10", "service", "criteria", "Bewijs", {"evidence": "+\n- Drie referenties bij gemeenten."}),
    "L11": ("warning", "L11", "service", "criteria", "Vraag", {"question": "+ Wie dit mist, valt af."}),
    "L13 hidden": ("warning", "L13", "service", "criteria", "Vraag", {"question": "+ Is de broncode openbaar?"}),
    "L15 average": (
        "error", "L15", "sustainability", "criteria", "Vraag",
        {"question": "+ Wie het dichtst bij het gemiddelde zit, krijgt cijfer 10."},
    ),
    "L15 positions": (
        "warning", "L15", "service", "criteria", "Vraag", {"question": "+ De beste inschrijving krijgt cijfer 10."},
    ),
    "L25": (
        "error", "L25", "req-annex-accepted", "requirements", "Vraag",
        {"question": "+ Een abnormaal lage prijs is ongeldig."},
    ),
    "L27": ("error", "L27", "exit", "criteria", "Bewijs", {"evidence": "+\n- Een eigen verklaring volstaat."}),
    "L28": (
        "error", "L28", "service", "criteria", "Vraag", {"question": "+ Gebruik het Cloud Sovereignty Framework."},
    ),
    "L29": (
        "warning", "L29", "service", "criteria", "Vraag", {"question": "+ Is een punt n.v.t. dan vult u dat in."},
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", TEXTS)
def test_a_planted_text_gives_its_code_and_place(fault: str, case: Case, library: Library) -> None:
    severity, code, item, folder, part, changes = TEXTS[fault]
    model = with_item(built(case, library), item, **changes)
    assert told(linted(case, library, model)) == [(severity, code, f"{SET}/{folder}/{item}.md, {part}")]


@pytest.mark.parametrize(
    "sentence",
    [
        "De nationaliteit en de zetel van de inschrijver tellen niet mee.",
        "Een Nederlandstalige helpdesk helpt de leverancier en de gebruiker.",
        "Elke inschrijver krijgt hetzelfde cijfer, ongeacht of het een Europees bedrijf is.",
        "De koppeling met het bestaande SharePoint werkt.",
        "Een certificaat ISO 27001 of gelijkwaardig.",
        "Een keurmerk of gelijkwaardig bewijs.",
        "Een partij van buiten Europa kan niet bij de gegevens.",
        "De gegevens staan in Nederland of elders in de EER.",
        "Wie alles aantoont, krijgt het hoogste cijfer.",
        "Een lokale installatie met lokaal beheer.",
        "Het sap is lekker en de lama loopt.",
        "Namen, omzet en referenties tellen niet mee.",
        "Of de broncode openbaar is, telt hier niet mee.",
        "Een eigen verklaring is geen bewijs.",
        "Een abnormaal lage prijs wordt nooit vanzelf afgewezen.",
        "De opdrachtgever beslist of een punt niet van toepassing is.",
        "Het Cloud Sovereignty Framework, versie 1.2.1.",
        "Metagegevens, chinees porselein en de vs-knop zijn geen landen.",
    ],
)
def test_a_sentence_that_is_fine_gives_nothing(sentence: str, case: Case, library: Library) -> None:
    model = built(case, library)
    for name in ("service", "req-stop"):
        assert linted(case, library, with_item(model, name, question=f"+ {sentence}")) == ()


def test_one_sentence_does_not_excuse_another(case: Case, library: Library) -> None:
    text = "+ De zetel telt niet mee. Een Europees bedrijf krijgt cijfer 10."
    found = linted(case, library, with_item(built(case, library), "service", question=text))
    assert [item.code for item in found] == ["L04"]


def test_a_legal_basis_turns_origin_into_a_warning_that_names_it(library: Library) -> None:
    basis = {"item": "service", "basis": "maatregel (EU) 2027/1", "decided_by": "A. de Wit", "decided_on": "2026-11-01"}
    case = changed(legal_basis=(basis,))
    model = with_item(
        built(case, library), "service", question="+ De software komt uit China. Een Europees bedrijf wint."
    )
    found = linted(case, library, model)
    assert [(item.code, item.severity.value) for item in found] == [("L04", "warning"), ("L05", "warning")]
    assert all("maatregel (EU) 2027/1" in item.message for item in found)
    case = changed(legal_basis=({**basis, "item": "servise"},))
    assert [item.code for item in build_award_model(case, library, frozenset(library.texts()))[1]] == ["E102"]


# --- scales -----------------------------------------------------------------------------------------


def rungs(model: AwardModel, **texts: str) -> tuple[Any, ...]:
    """The scale of *service* with other texts (`r4="…"`)."""
    return tuple(
        rung.model_copy(update={"when": texts.get(f"r{rung.grade}", rung.when)})
        for rung in model.criterion("service").scale
    )


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"r6": "Als bij 4, en de beschrijving is beter."}, "trede 6 zegt niet"),
        ({"r2": "Voldoende."}, "trede 2 zegt niet"),
        (
            {"r6": "Het plan noemt per stap een datum.", "r8": "Het plan  noemt per stap een Datum."},
            "trede 6 en trede 8 zeggen hetzelfde",
        ),
        (
            {
                "r6": "De helpdesk lost 60 tot en met 80% op tijd op.",
                "r8": "De helpdesk lost 80 tot en met 90% op tijd op.",
            },
            "de grenzen van trede 6 en trede 8",
        ),
    ],
)
def test_rungs_that_cannot_be_seen(texts: dict[str, str], said: str, case: Case, library: Library) -> None:
    model = built(case, library)
    found = linted(case, library, with_item(model, "service", scale=rungs(model, **texts)))
    assert told(found) == [("warning", "L08", f"{SET}/criteria/service.md, Schaal")]
    assert said in found[0].message


def test_ranges_that_only_touch_or_measure_something_else_are_fine(case: Case, library: Library) -> None:
    model = built(case, library)
    for six, eight in (("60 tot 80% van de", "80 tot 90% van de"), ("10 tot 20 dagen per", "15 tot 30 meldingen per")):
        texts = {"r6": f"De helpdesk haalt {six} maand.", "r8": f"De helpdesk haalt {eight} maand."}
        assert linted(case, library, with_item(model, "service", scale=rungs(model, **texts))) == ()


def test_a_rung_that_is_missing(case: Case, library: Library) -> None:
    model = built(case, library)
    scale = tuple(rung for rung in rungs(model) if rung.grade != 6)
    (found,) = linted(case, library, with_item(model, "service", scale=scale))
    assert (found.code, "tussen trede 4 en trede 8" in found.message) == ("L08", True)


def test_the_same_demand_twice(case: Case, library: Library) -> None:
    model = built(case, library)
    demands = (*model.criterion("exit").demands, "european-preferred")
    found = linted(case, library, with_item(model, "exit", demands=demands))
    assert found == (), "exit says that autonomy does not count there"
    demands = (*model.criterion("service").demands, "european-preferred")
    found = linted(case, library, with_item(model, "service", demands=demands))
    assert told(found) == [("warning", "L13", f"{SET}/criteria/service.md, demands")]
    assert "`european-autonomy`" in found[0].message


# --- figures ----------------------------------------------------------------------------------------

PRICE = {"points": "30", "formula": "bandwidth", "floor": "150000", "ceiling": "450000", "ceiling_reject": "450000"}
RELATIVE = {"points": "30", "formula": "lowest_ratio"}


def sheet(*, costs: bool = True, **line: str | None) -> dict[str, Any]:
    """The price sheet with these keys in every line (None: without); without `costs` the buyer has none of its own."""
    content = CHATBOT["award_model"]["price_sheet"]
    lines = tuple({key: value for key, value in {**item, **line}.items() if value} for item in content["lines"])
    return {**content, "lines": lines, **({} if costs else {"buyer_costs": ()})}


FREE = sheet(costs=False, zero_allowed="yes")
COSTLY = {**sheet(), "buyer_costs": ({"id": "own", "title": "Beheer", "amount": "40000"},)}
BRAND = {**sheet()["lines"][0], "title": "Microsoft-licenties"}
FIGURES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "minimum grade on a preference": (
        {"minimum_grades": {"model-openness": "2"}}, [("warning", "L11", "minimum_grades/model-openness")],
    ),
    "no cap": (
        {"preference": None, "points": {"european-autonomy": "9", "dutch-quality": "6"}},
        [("warning", "L12", "preference")] * 2,  # its weight, and that it decides alone
    ),
    "above 12,5%, with an own cap": (
        {"preference": {"cap": "20", "source": "huisregel 7"},
         "points": {"european-autonomy": "9", "dutch-quality": "6"}},
        [("warning", "L12", "preference")] * 2,
    ),
    "a preference that decides alone": (
        {"points": {"european-autonomy": "20"}, "total": "115"},
        [("warning", "L12", "preference")] * 2,
    ),
    "no points for the price": (
        {"price": {**PRICE, "points": "0"}, "total": "70"},
        [("warning", "L20", "price/points"), ("warning", "L12", "preference")],  # 12 of 70 points is 17%
    ),
    "own costs above the limit": (
        {"price": {**RELATIVE, "removal": "freeze", "ceiling_reject": "30000"}, "price_sheet": COSTLY},
        [("error", "L17", "price/ceiling_reject"), ("warning", "L14", "price/formula")],
    ),
    "relative without a rule": ({"price": RELATIVE}, [("error", "L14", "price/formula")]),
    "relative with a rule": ({"price": {**RELATIVE, "removal": "freeze"}}, [("warning", "L14", "price/formula")]),
    "price of zero under a ratio": (
        {"price": {**RELATIVE, "removal": "freeze"}, "price_sheet": FREE},
        [("error", "L16", "price/formula"), ("warning", "L14", "price/formula"),
         ("warning", "L30", "price_sheet/lines")],
    ),
    "price of zero in a bandwidth": ({"price_sheet": FREE}, [("warning", "L30", "price_sheet/lines")]),
    "not clamped": ({"price": {**PRICE, "clamp": "none"}}, [("warning", "L17", "price/clamp")]),
    "clamped at zero only": ({"price": {**PRICE, "clamp": "zero"}}, [("warning", "L17", "price/clamp")]),
    "above the ceiling": (
        {"price": {key: value for key, value in PRICE.items() if key != "ceiling_reject"}},
        [("warning", "L17", "price/ceiling")],
    ),
    "rejected within the bandwidth": (
        {"price": {**PRICE, "ceiling_reject": "200000"}},
        [("warning", "L17", "price/ceiling_reject"), ("warning", "L20", "price")],
    ),
    "no draw": ({"tie_break": ("quality",)}, [("error", "L19", "tie_break")]),
    "nothing after the draw": ({"tie_break": ("draw", "quality")}, [("error", "L19", "tie_break")]),
    "shortened scale": (
        {"points": {"dutch-quality": "35", "exit": "1", "copyright-care": "1", "security": "1", "service": "1",
                    "human-oversight": "1", "source-attribution": "1", "data-protection": "12",
                    "transparency": "3"}, "minimum_grades": {"dutch-quality": "6"}},
        [("warning", "L20", "minimum_grades/dutch-quality")],
    ),
    "alert for all": ({"alert_low_share": "1"}, [("warning", "L25", "alert_low_share")]),
    "uncounted without a bound": (
        {"price_sheet": sheet(max=None)}, [("warning", "L30", "price_sheet/lines/5")],
    ),
    "brand on the price sheet": (
        {"price_sheet": {**sheet(), "lines": (BRAND,)}},
        [("error", "L06", "price_sheet/lines/0/title")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FIGURES)
def test_a_planted_figure_gives_its_code_and_place(fault: str, library: Library) -> None:
    choices, expected = FIGURES[fault]
    found = told(linted(changed(**choices), library))
    assert sorted(found) == sorted((one, code, f"procedure.yaml, award_model/{key}") for one, code, key in expected)


def test_the_real_weight_of_a_shortened_scale(library: Library) -> None:
    """S07: 35 of 100 points with minimum grade 6 leaves 14 of 79 points to divide, 17.7%."""
    (found,) = linted(changed(**FIGURES["shortened scale"][0]), library)
    assert "35%" in found.message
    assert "17,7%" in found.message


def test_many_requirements(case: Case, library: Library) -> None:
    model = built(case, library)
    more = tuple(model.requirements[0] for _ in range(15 - len(model.requirements)))
    most = model.model_copy(update={"requirements": (*model.requirements, *more)})
    assert linted(case, library, most) == ()
    over = most.model_copy(update={"requirements": (*most.requirements, model.requirements[0])})
    assert told(linted(case, library, over)) == [("warning", "L11", "procedure.yaml, award_model/set")]


def test_the_warning_on_the_weight_says_whose_cap_it_is(library: Library) -> None:
    found = linted(changed(**FIGURES["above 12,5%, with an own cap"][0]), library)[1]
    assert "16%, meer dan 12,5%" in found.message
    assert "20% is uw eigen grens (huisregel 7)" in found.message


def test_the_warning_on_a_decisive_preference_says_who_wins(library: Library) -> None:
    found = linted(changed(**FIGURES["a preference that decides alone"][0]), library)
    (alone,) = [item for item in found if "alleen" in item.message]
    assert "wint “Open en Europees”, en zonder de voorkeur “Op de laagste prijs”" in alone.message


# --- what nobody could win, or nobody be told apart -------------------------------------------------

NOBODY: dict[str, tuple[dict[str, Any], str, str]] = {
    "minimum above all points": ({"minimum_quality": "71"}, "minimum_quality", "alle punten voor kwaliteit"),
    "minimum below zero": ({"minimum_quality": "-1"}, "minimum_quality", "alle punten voor kwaliteit"),
    "grade above the scale": ({"minimum_grades": {"security": "12"}}, "minimum_grades", "`security`"),
    "grade between two rungs": ({"minimum_grades": {"security": "7"}}, "minimum_grades", "`security`"),
    "rejected from the floor on": ({"price": {**PRICE, "ceiling_reject": "100000"}}, "price", "boven de bodem"),
    "exponent": (
        {"price": {**PRICE, "formula": "power_bandwidth", "exponent": "100000000"}}, "price", "dezelfde punten",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", NOBODY)
def test_an_award_model_that_nobody_can_win_is_refused(fault: str, library: Library) -> None:
    choices, key, said = NOBODY[fault]
    model, (found,) = build_award_model(changed(**choices), library, frozenset(library.texts()))
    assert model is None
    assert (found.code, str(found.place)) == ("E110", f"procedure.yaml, award_model/{key}")
    assert said in found.message


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("decimals: 2\n    mode:", "decimals: 11\n    mode:", "F034", "Kies hoogstens 10."),
        ("  tie_break:\n", "  leave_out:\n    - item: exit\n      reason: ''\n  tie_break:\n", "F030", "geen reden"),
    ],
)
def test_a_setting_out_of_bounds_is_refused_in_dutch(
    old: str, new: str, code: str, said: str, library: Library
) -> None:
    text = (ROOT / "examples/chatbot-gemeente/procedure.yaml").read_text("utf-8")
    assert text.count(old) == 1
    with pytest.raises(Refused) as refused:
        read_case(text.replace(old, new).encode(), library)
    (found,) = refused.value.findings
    assert (found.code, found.place.line > 0) == (code, True)
    assert said in f"{found.message} {found.remedy}"


# --- around it --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "said"), [("freeze", "schuift op"), ("recalculate", "opnieuw")])
def test_the_rule_for_who_drops_out_is_announced(rule: str, said: str, library: Library) -> None:
    model = built(changed(price={**RELATIVE, "removal": rule}), library)
    assert model.method.price is not None
    assert model.method.price.removal == rule
    assert said in wording.price_formula(model.method)[-1]


def test_an_error_stands_in_the_way_of_publishing(root: Path, tmp_path: Path) -> None:
    text = (root / "examples/chatbot-gemeente/procedure.yaml").read_text("utf-8")
    (tmp_path / "procedure.yaml").write_text(text.replace("    - quality\n    - draw\n", "    - quality\n"), "utf-8")
    errors = [(item.code, item.place.file, item.place.line > 0) for item in check(Folder(tmp_path)) if item.is_error]
    assert errors == [("L19", "procedure.yaml", True)]


def test_the_cap_without_an_own_one_is_the_published_one() -> None:
    assert data.lint_words().limits.preference == Decimal("12.5")
