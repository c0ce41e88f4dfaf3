"""Reading an answer form, and what building and reading it share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, cast

from procure_ai.documents.tree import Field, FilledBy
from procure_ai.evaluation.model import Announced
from procure_ai.findings import Finding
from procure_ai.forms import ladder_sheet
from procure_ai.forms.context import CellInput, Context
from procure_ai.forms.reading import Reader
from procure_ai.forms.records import YES_NO, CriterionAnswer, RequirementAnswer, TenderAnswers

IDENTITY = (
    ("name", "Naam van de inschrijver", "Zoals in het handelsregister. Bij een combinatie: alle namen."),
    ("registration", "Registratienummer", "KvK-nummer, of het nummer in het register van uw land."),
    ("address", "Adres", "Straat en huisnummer."),
    ("place", "Plaats", "Met het land, als dat niet Nederland is."),
    ("contact", "Contactpersoon", "Naam, e-mailadres en telefoonnummer."),
    ("signatory", "Wie mag tekenen", "Naam van wie de inschrijver mag vertegenwoordigen."),
    ("function", "Functie van de ondertekenaar", "Zoals directeur of gemachtigde."),
)
_SUPPLIER = (
    ("name", ("name",)),
    ("address", ("address", "place")),
    ("registration", ("registration",)),
    ("representative", ("signatory", "function")),
    ("contact", ("contact",)),
)  # what the contract says of the supplier, from which answers of IDENTITY
_BASE_TERMS = {"gibit-2023": "GIBIT", "arbit-2022": "ARBIT", "arvodi-2018": "ARVODI"}
_WITH_TENDER = {
    "annex-data-flows": {"data-sharing", "data-location"},
    "annex-model-sheet": {"model-identity"},
    "annex-ai-components": {"transparency-documents"},
    "annex-sub-processors": {"sub-processors"},
    "annex-retention": {"retention"},
    "annex-exit-plan": {"exit"},
}  # the clauses of the requirements and criteria that are judged by an annex


def asked_fields(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields that the tenderer fills in on its own sheet; its own name and address are asked apart."""
    return tuple(
        field for field in fields if field.filled_by is FilledBy.TENDERER and not field.key.startswith("supplier.")
    )


Due = Literal["tender", "award", "if-any"]


def nameless(field: Field) -> bool:
    """Whether a field stands in a line without a name of its own: one of a number of lines to use as needed."""
    parts, line = field.key.split("."), field.label.rpartition(": ")[0]
    return len(parts) > 2 and parts[-1].isdigit() and (not line or line.isdigit())


def due(context: Context, field: Field) -> Due:
    """When a field must be filled in: with the tender, as part of the offer, unless no requirement or criterion is
    judged by its annex; then at the award. A line without a name only when there is something to put in it."""
    if nameless(field):
        return "if-any"
    clauses = _WITH_TENDER.get(field.key.split(".")[0])
    judged = {name for item in (*context.model.requirements, *context.model.criteria) for name in item.clauses}
    return "tender" if clauses is None or judged & clauses else "award"


class Agreed(NamedTuple):
    """A contract document that a tenderer agrees with, and in which version."""

    key: str
    title: str
    version: str


def documents(context: Context, *, processing: bool = False) -> tuple[Agreed, ...]:
    """The contract documents of this package; `processing` says that annexes of a data-processing agreement are in it.

    Terms and model agreements of others have a version of their own, not that of the package.
    """
    ours = f"in versie {context.version} van dit pakket"
    terms = context.procedure.base_terms
    base = _BASE_TERMS.get(terms)
    found = [
        Agreed("annex", "AI-bijlage (voorwaarden voor generatieve AI)", ours),
        Agreed("requirements", "Programma van eisen", ours),
    ]
    if processing:
        version = f"met de bijlagen {ours}; de tekst is die van de overeenkomst die daarin is genoemd"
        found.append(Agreed("processing", "Verwerkersovereenkomst", version))
    if base:
        found.append(Agreed("base-terms", f"Inkoopvoorwaarden {base}", f"in de uitgave van {terms[-4:]}"))
    return tuple(found)


def read(
    context: Context,
    tenderer: str,
    values: Mapping[str, CellInput],
    fields: Sequence[Field],
    file: str,
    *,
    processing: bool = False,
) -> tuple[TenderAnswers, tuple[Finding, ...]]:
    """The answers of one tenderer; what is open stays empty. Error A301 (no name), warnings A302 to A309."""
    form = Reader(values, file)
    name = form.text("tenderer", "name")
    if not name:
        form.find("A301", "tenderer", "name")
    requirements = {item.id: _requirement(form, item) for item in context.model.requirements}
    criteria = {item.id: _criterion(form, item) for item in context.model.criteria}
    asked = asked_fields(fields)
    given = {field.key: text for field in asked if (text := form.text("field", field.key))}
    _check_fields(form, [field for field in asked if not nameless(field)], given)
    for agreed in documents(context, processing=processing):
        if form.choice(YES_NO, "agreed", agreed.key) != "yes":
            form.find("A305", "agreed", agreed.key, title=agreed.title)
    if not form.text("signed", "name") or not form.text("signed", "date"):
        form.find("A308", "signed", "name")
    supplier = {f"supplier.{key}": _joined(form, "tenderer", *parts) for key, parts in _SUPPLIER}
    answers = TenderAnswers(
        tenderer=tenderer,
        stated_name=name,
        requirements=requirements,
        criteria=criteria,
        fields={**given, **{key: text for key, text in supplier.items() if text}},
        signed_by=_joined(form, "signed", "name", "function"),
    )
    return answers, form.found


def _joined(form: Reader, group: str, *keys: str) -> str:
    return ", ".join(text for key in keys if (text := form.text(group, key)))


def _requirement(form: Reader, item: Announced) -> RequirementAnswer:
    key = ("requirement", item.id)
    answer = cast(Literal["yes", "no", ""], form.choice(YES_NO, *key, "answer"))
    text, evidence = form.text(*key, "text"), form.text(*key, "evidence")
    if not answer:
        form.find("A306" if form.text(*key, "answer") else "A302", *key, "answer", title=item.title)
    if answer == "yes" and item.evidence_needed == "required" and not evidence:
        form.find("A304", *key, "evidence", what=f"de eis '{item.title}'")
    _check_length(form, item, text, *key, "text")
    return RequirementAnswer(answer, text, evidence, form.text(*key, "confidential"))


def _criterion(form: Reader, item: Announced) -> CriterionAnswer:
    key = ("criterion", item.id)
    text, evidence = form.text(*key, "answer"), form.text(*key, "evidence")
    choice = form.choice({rung.name: rung.name for rung in item.scale}, *key, "choice") if item.choice else ""
    if item.choice and not choice:
        form.find("A303/choice", *key, "choice", title=item.title)
    elif not text and not item.choice:
        form.find("A303", *key, "answer", title=item.title)
    elif item.evidence_needed == "required" and not evidence:
        form.find("A304", *key, "evidence", what=f"het criterium '{item.title}'")
    _check_length(form, item, text, *key, "answer")
    return CriterionAnswer(text, evidence, form.text(*key, "confidential"), ladder_sheet.given(form, item), choice)


def _check_length(form: Reader, item: Announced, text: str, *key: str) -> None:
    if len(text) > item.limit:
        form.find("A307", *key, title=item.title, count=len(text), limit=item.limit)


def _check_fields(form: Reader, asked: Sequence[Field], given: Mapping[str, str]) -> None:
    """One warning per annex or clause with open fields, at the first of them."""
    groups: dict[str, list[str]] = {}
    for field in asked:
        if field.key not in given:
            groups.setdefault(field.key.split(".")[0], []).append(field.key)
    for group, left in groups.items():
        count = f"zijn {len(left)} gegevens" if len(left) > 1 else "is één gegeven"
        form.find("A309", "field", left[0], group=group, count=count)
