"""A tiny procedure with three tenders, built without library or case folder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from procure_ai.documents.page import Page, read_template
from procure_ai.evaluation import Outcome, Tender, comparison_price, evaluate
from procure_ai.evaluation.method import Method
from procure_ai.evaluation.model import Announced, AwardModel, Grade, PreferenceRule
from procure_ai.forms.award import AwardData, Step
from procure_ai.forms.context import Context
from procure_ai.forms.records import Consensus, Verdict
from procure_ai.procedure.case import Assessor, Buyer, Planning, Procedure, Tenderer
from procure_ai.procedure.price_sheet import PriceSheet

SCALE = ("0", "4", "7", "10")


def method(**changes: Any) -> Method:
    """A method in points: 60 quality (minimum 24), 40 price by bandwidth, rounded per criterion."""
    content: dict[str, Any] = {
        "combine": "points_sum",
        "weights": {"price": "40", "quality": "60"},
        "weights_total": "100",
        "knock_outs": ["req-stop"],
        "price": {"formula": "bandwidth", "floor": "1000", "ceiling": "4000", "clamp": "zero_to_max"},
        "panel": {"rule": "consensus"},
        "rounding": {"stage": "criterion", "decimals": "2", "mode": "half_up"},
        "tie_break": ["quality", "draw"],
        "alert_low": {"below_share_of_mean": "0.5"},
        "quality": {
            "total_min": "24",
            "criteria": [
                {"id": "service", "title": "Dienstverlening", "criteria": [
                    {"id": "dutch", "title": "Nederlands", "max_points": "35", "scale_max": "10",
                     "allowed": list(SCALE)},
                    {"id": "help", "title": "Ondersteuning", "max_points": "10", "scale_max": "10",
                     "allowed": list(SCALE)},
                ]},
                {"id": "open", "title": "Openheid", "max_points": "15", "scale_max": "10", "allowed": list(SCALE)},
            ],
        },
    }  # fmt: skip
    return Method.model_validate({**content, **changes})


SHEET: dict[str, Any] = {
    "years": "3",
    "vat": "excluded",
    "decimals": "2",
    "scenarios": [{"id": "low", "title": "Weinig", "weight": "70"}, {"id": "high", "title": "Veel", "weight": "30"}],
    "lines": [
        {"id": "setup", "title": "Inrichting", "unit": "eenmalig", "kind": "one-off",
         "quantities": {"low": "1", "high": "1"}},
        {"id": "use", "title": "Gebruik", "unit": "per maand", "kind": "recurring",
         "quantities": {"low": "12", "high": "18"}},
        {"id": "voice", "title": "Spraak", "unit": "per jaar", "kind": "recurring", "optional": "yes", "counted": "no",
         "quantities": {"low": "1", "high": "1"}},
    ],
    "buyer_costs": [{"id": "own", "title": "Eigen inzet", "amount": "100.50"}],
}  # fmt: skip


def _announced(name: str, title: str, **more: Any) -> Announced:
    return Announced(
        id=name, title=title, question=f"Hoe zit het met {title.lower()}?\n\n- *punt een*\n- punt twee",
        evidence="Een beschrijving.", link="Hoort bij de opdracht.", evidence_needed="optional", limit=1000,
        clauses=("stop-function",), demands=("can-be-stopped",), fingerprint="0" * 64, **more,
    )  # fmt: skip


def model(found: Method | None = None) -> AwardModel:
    """The award model around a method."""
    scale = tuple(Grade(grade=Decimal(grade), name=f"Trede {grade}", when=f"Als {grade}.") for grade in SCALE)
    criteria = (("dutch", "Nederlands", "35", "Dienstverlening"), ("help", "Ondersteuning", "10", "Dienstverlening"))
    return AwardModel(
        set="klein",
        set_version="1.0",
        total=Decimal(100),
        method=found or method(),
        price_sheet=PriceSheet.model_validate(SHEET),
        requirements=(_announced("req-stop", "De AI kan uit"),),
        criteria=(
            *(
                _announced(name, title, scale=scale, points=Decimal(points), group=group)
                for name, title, points, group in criteria
            ),
            _announced("open", "Openheid", scale=scale, points=Decimal(15), group="Openheid", preference="openness",
                       equivalent="Gelijkwaardig bewijs telt."),
        ),
        preference=PreferenceRule(share=Decimal(15), cap=Decimal(20), source="Inkoopbeleid"),
    )  # fmt: skip


def context(found: AwardModel | None = None, regime: str = "eu") -> Context:
    """The context of the procedure, in any regime."""
    planning = Planning.model_validate(
        {"publication": "2026-12-01", "questions_until": "2026-12-15", "tender_deadline": "2027-01-18",
         "award_decision": "2027-03-01", "contract_start": "2027-04-01"}
    )  # fmt: skip
    buyer = Buyer(name="Gemeente Waterrijk", kind="municipality", address="Raadhuisplein 1", place="Waterrijk",
                  registration="1", representative="A. de Wit", representative_function="gemeentesecretaris",
                  contact="team Inkoop, inkoop@waterrijk.example")  # fmt: skip
    procedure = Procedure.model_construct(
        number="2026-1", title="Chatbot", description="een chatbot", regime=regime, type="open",
        base_terms="none", planning=planning,
    )  # fmt: skip
    return Context(buyer, procedure, found or model(), "1", "2027-03-01", "abc123def456789")


TENDERERS = (
    Tenderer(id="alfa", name="Alfa B.V.", address="Dijk 1", place="Utrecht", contact="mevrouw A. Alders"),
    Tenderer(id="beta", name="Beta U.A."),
    Tenderer(id="gamma", name="Gamma N.V."),
)
GRADES = {
    "alfa": {"dutch": "7", "help": "10", "open": "4"},
    "beta": {"dutch": "10", "help": "4", "open": "7"},
    "gamma": {"dutch": "4", "help": "4", "open": "0"},
}
UNIT_PRICES: dict[str, dict[str, Decimal]] = {
    "alfa": {"setup": Decimal("500.00"), "use": Decimal("40.35"), "voice": Decimal("10")},
    "beta": {"setup": Decimal("250.00"), "use": Decimal("51.15"), "voice": Decimal("10")},
    "gamma": {"setup": Decimal("100.00"), "use": Decimal("15.05"), "voice": Decimal("10")},
}


def tenders(
    found: AwardModel | None = None,
    grades: Mapping[str, Mapping[str, Any]] = GRADES,
    verdicts: Mapping[str, str] | None = None,
    prices: Mapping[str, Mapping[str, Decimal]] = UNIT_PRICES,
) -> tuple[Tender, ...]:
    """The tenders as the evaluation sees them."""
    sheet = (found or model()).price_sheet
    return tuple(
        Tender.model_validate(
            {
                "id": tenderer.id,
                "price": comparison_price(sheet, prices[tenderer.id]).comparison_price
                if tenderer.id in prices
                else None,
                "knock_outs": {"req-stop": (verdicts or {}).get(tenderer.id, "pass")},
                "grades": dict(grades.get(tenderer.id, {})),
            }
        )
        for tenderer in TENDERERS
    )


def outcome(found: AwardModel | None = None, **changes: Any) -> Outcome:
    """What comes out."""
    found = found or model()
    return evaluate(found.method, tenders(found, **changes))


def consensus(grades: Mapping[str, Mapping[str, Any]] = GRADES) -> tuple[Consensus, ...]:
    """The adopted words on each criterion of each tender."""
    return tuple(
        Consensus(
            tender, criterion, Decimal(grade), f"Sterk {tender} {criterion}.", f"Mist {tender} {criterion}.",
            "deel 2, pagina 4", "de commissie",
        )
        for tender, found in grades.items()
        for criterion, grade in found.items()
    )  # fmt: skip


def verdicts(failed: tuple[str, ...] = ()) -> tuple[Verdict, ...]:
    """A verdict per tender on the one requirement."""
    return tuple(
        Verdict(
            tenderer.id, "req-stop", "fail" if tenderer.id in failed else "pass", "shown", f"Reden bij {tenderer.id}.",
            "P. Smit",
        )
        for tenderer in TENDERERS
    )  # fmt: skip


SENT = date(2027, 3, 1)


def award_data(found: AwardModel | None = None, **changes: Any) -> AwardData:
    """What report and letters rest on: Beta wins, Alfa is second, Gamma is under the minimum."""
    content: dict[str, Any] = {
        "tenderers": TENDERERS,
        "outcome": outcome(found),
        "consensus": consensus(),
        "verdicts": verdicts(),
        "price_openers": ("Y. el Amrani", "P. Smit"),
        "prices_opened": date(2027, 2, 24),
        "decided": date(2027, 2, 26),
        "sent": SENT,
        "chair": "Y. el Amrani",
        "assessors": (Assessor(id="bakker", name="J. Bakker", function="adviseur"),),
        "steps": (Step(date(2027, 1, 18), "Inschrijvingen ontvangen", "Y. el Amrani"),),
    }
    return AwardData(**{**content, **changes})


def page(name: str) -> Page:
    """A page text that we ship."""
    return read_template((Path(__file__).parents[2] / "templates" / name).read_bytes(), f"templates/{name}")
