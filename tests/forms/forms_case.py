"""A tiny procedure for the forms that people fill in: two requirements, three criteria, three tenderers."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from procure_ai.documents.page import Page, read_template
from procure_ai.documents.tables import Cell, Sheet, Workbook, cells_of
from procure_ai.documents.tree import Field, FilledBy
from procure_ai.evaluation import Method
from procure_ai.evaluation.model import Announced, AwardModel, Grade, PreferenceRule
from procure_ai.excel.write import write
from procure_ai.files import office
from procure_ai.findings import Finding
from procure_ai.forms.context import Context
from procure_ai.forms.records import CriterionAnswer, RequirementAnswer, Score, TenderAnswers
from procure_ai.procedure.case import Assessor, Buyer, Planning, Procedure, Tenderer
from procure_ai.procedure.price_sheet import PriceSheet

TEMPLATES = Path(__file__).parents[2] / "templates"
GRADES = ("0", "2.5", "5", "7.5", "10")
LINES: list[dict[str, Any]] = [
    {"id": "setup", "title": "Inrichting", "unit": "eenmalig", "kind": "one-off", "quantities": {"a": "1", "b": "1"}},
    {"id": "use", "title": "Gebruik", "unit": "per maand", "kind": "recurring", "quantities": {"a": "12", "b": "20"},
     "zero_allowed": "yes"},
    {"id": "hours", "title": "Uren", "unit": "per uur", "kind": "recurring", "quantities": {"a": "10", "b": "10"},
     "min": "50", "max": "150"},
    {"id": "voice", "title": "Spraak", "unit": "per jaar", "kind": "recurring", "quantities": {"a": "1", "b": "1"},
     "optional": "yes", "counted": "no"},
]  # fmt: skip
PRICES = {"setup": Decimal("1000.10"), "use": Decimal("99.95"), "hours": Decimal(100), "voice": Decimal(7)}


def page(name: str) -> Page:
    """One of the page texts that we ship."""
    return read_template((TEMPLATES / f"{name}.md").read_bytes(), f"{name}.md")


def announced(name: str, title: str, **more: Any) -> Announced:
    """A requirement or criterion with a text that has everything Markdown can have here."""
    content: dict[str, Any] = {
        "question": f"Beschrijf **{title}**:\n\n1. wat u doet;\n2. hoe u dat toont.\n\nTot slot *kort*.",
        "evidence": "- een verslag;\n- een lijst.",
        "link": "Hoort bij de opdracht.",
        "evidence_needed": "required",
        "limit": 1000,
    }
    return Announced(
        id=name, title=title, clauses=("scope",), demands=("tested",), fingerprint="0" * 64, **{**content, **more}
    )


def model(rule: str = "consensus") -> AwardModel:
    """The award model, with this panel rule."""
    leaf = {"scale_max": "10", "allowed": list(GRADES)}
    method = {
        "combine": "points_sum",
        "weights": {"price": "40", "quality": "60"},
        "knock_outs": ["req-stop", "req-terms"],
        "price": {"formula": "bandwidth", "floor": "1000", "ceiling": "90000", "clamp": "zero_to_max"},
        "panel": {"rule": rule},
        "quality": {
            "criteria": [
                {"id": "service", "criteria": [{"id": "dutch", "max_points": "30", **leaf},
                                               {"id": "help", "max_points": "20", **leaf}]},
                {"id": "open", "max_points": "10", **leaf},
            ]
        },
    }  # fmt: skip
    scale = tuple(Grade(grade=Decimal(g), name=f"Trede {i}", when=f"Als trede {i}.") for i, g in enumerate(GRADES))
    graded: dict[str, Any] = {"scale": scale, "group": "Dienst"}
    return AwardModel(
        set="klein",
        set_version="1.0",
        total=Decimal(100),
        method=Method.model_validate(method),
        price_sheet=PriceSheet.model_validate(
            {
                "years": "4", "vat": "excluded", "decimals": "2", "lines": LINES,
                "scenarios": [{"id": "a", "title": "Verwacht", "weight": "60"},
                              {"id": "b", "title": "Groei", "weight": "40"}],
                "buyer_costs": [{"id": "own", "title": "Eigen inzet", "amount": "500"}],
            }
        ),
        requirements=(
            announced("req-stop", "De AI kan uit"),
            announced("req-terms", "Voorwaarden", evidence_needed="none"),
        ),
        criteria=(
            announced("dutch", "Nederlands", points=Decimal(30), **graded),
            announced("help", "Ondersteuning: hulp/uitleg", points=Decimal(20), evidence_needed="optional", **graded),
            announced("open", "Openheid", points=Decimal(10), equivalent="Gelijkwaardig telt.", **graded),
        ),
        preference=PreferenceRule(share=Decimal(10)),
    )  # fmt: skip


def context(rule: str = "consensus") -> Context:
    """The context of the procedure."""
    buyer = Buyer(
        name="Gemeente Waterrijk", kind="municipality", address="Plein 1", place="Waterrijk", registration="1",
        representative="A. de Wit", representative_function="secretaris", contact="team Inkoop",
    )  # fmt: skip
    planning = Planning.model_validate(
        {"publication": "2026-12-01", "questions_until": "2026-12-15", "tender_deadline": "2027-01-18",
         "award_decision": "2027-03-01", "contract_start": "2027-04-01"}
    )  # fmt: skip
    procedure = Procedure(
        number="2026-1", title="Chatbot", description="een chatbot", regime="eu", type="open",
        base_terms="gibit-2023", planning=planning,
    )  # fmt: skip
    return Context(buyer, procedure, model(rule), "1", "2026-12-01", "abc123def456")


TENDERERS = (
    Tenderer(id="parlando", name="Parlando Taaltechniek B.V.", registration="11", place="Utrecht"),
    Tenderer(id="openstad", name="Coöperatie OpenStad U.A."),
    Tenderer(id="cirrus", name="Cirrus Cloud N.V."),
)
ASSESSORS = (
    Assessor(id="bakker", name="Jan Bakker", function="adviseur"),
    Assessor(id="visser", name="Mila Visser", function="informatiemanager"),
)
FIELDS = (
    Field("annex-model-sheet.1.3", "Model: Gegevens", FilledBy.TENDERER, hint="Naam van het Model"),
    Field("annex-model-sheet.2.3", "Licentie: Gegevens", FilledBy.TENDERER),
    Field("annex-sub.2.1", "1: Naam", FilledBy.TENDERER, hint="Maximum: 30 dagen"),
    Field("annex-sub.3.1", "Naam", FilledBy.TENDERER),
    Field("retention.live", "Hoe lang: in dagen?", FilledBy.TENDERER),
    Field("supplier.name", "Naam leverancier", FilledBy.TENDERER),
    Field("notice.days", "Dagen", FilledBy.BUYER),
)
TITLES = {"annex-model-sheet": "Bijlage 2: Modelblad", "annex-sub": "Bijlage 4: Keten", "retention": "Bewaren"}


def answers(tenderer: str, **changes: Any) -> TenderAnswers:
    """What a tenderer answered to everything."""
    given = TenderAnswers(
        tenderer,
        tenderer,
        {
            name: RequirementAnswer("yes", f"Dat doet {tenderer}.", "b.pdf, blz. 1")
            for name in ("req-stop", "req-terms")
        },
        {name: CriterionAnswer(f"Antwoord op {name}.", "b.pdf, blz. 2") for name in ("dutch", "help", "open")},
    )
    return replace(given, **changes)


TENDERS = tuple((tenderer, answers(tenderer.id)) for tenderer in TENDERERS)


def scores() -> tuple[Score, ...]:
    """Grades of both assessors on everything: close together, except on `dutch` of the first tenderer."""
    return tuple(
        Score(
            assessor.id, tenderer.id, criterion,
            Decimal("2.5" if assessor.id == "visser" and (tenderer.id, criterion) == ("parlando", "dutch") else "7.5"),
            f"Reden van {assessor.name}.",
        )
        for assessor in ASSESSORS for tenderer in TENDERERS for criterion in ("dutch", "help", "open")
    )  # fmt: skip


def all_text(workbook: Workbook) -> str:
    """Every text of a workbook, formulas included."""
    return "\n".join(str(part) for sheet in workbook.sheets for _, _, cell in cells_of(sheet)
                     for part in (cell.value, cell.formula) if part not in (None, ""))  # fmt: skip


def beside(sheet: Sheet, label: str, column: int = 1) -> Cell:
    """The cell of a row that starts with this label."""
    row = next(row for row in sheet.rows if row.cells and row.cells[0] and row.cells[0].value == label)
    cell = row.cells[column]
    assert cell is not None
    return cell


def codes(findings: tuple[Finding, ...]) -> list[str]:
    """The codes of the findings, sorted."""
    return sorted(finding.code for finding in findings)


def recalculated(books: Mapping[str, Workbook]) -> dict[str, bytes]:
    """Each workbook as LibreOffice saves it after computing every formula again; started once for all of them."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        office._write_profile(home / "profile", recalculate=True)
        files = [home / f"{number}.xlsx" for number in range(len(books))]
        for file, book in zip(files, books.values(), strict=True):
            file.write_bytes(write(book))
        place = f"-env:UserInstallation={(home / 'profile').as_uri()}"
        office._run([str(shutil.which("soffice")), place, "--headless", "--norestore", "--nolockcheck",
                     "--convert-to", "xlsx", "--outdir", str(home / "out"), *map(str, files)])  # fmt: skip
        return {name: (home / "out" / file.name).read_bytes() for name, file in zip(books, files, strict=True)}
