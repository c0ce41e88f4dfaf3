"""Reading an answer form, and what building and reading it share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast

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
_BASE_TERMS = {"gibit-2023": "GIBIT 2023", "arbit-2022": "ARBIT 2022", "arvodi-2018": "ARVODI 2018"}


def asked_fields(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields that the tenderer fills in on its own sheet; its own name and address are asked apart."""
    return tuple(
        field for field in fields if field.filled_by is FilledBy.TENDERER and not field.key.startswith("supplier.")
    )


def documents(context: Context) -> tuple[tuple[str, str], ...]:
    """The contract documents that a tenderer agrees with, by key."""
    base = _BASE_TERMS.get(context.procedure.base_terms)
    return (
        ("annex", "AI-bijlage (voorwaarden voor generatieve AI)"),
        ("requirements", "Programma van eisen"),
        *((("base-terms", f"Inkoopvoorwaarden {base}"),) if base else ()),
    )


def read(
    context: Context, tenderer: str, values: Mapping[str, CellInput], fields: Sequence[Field], file: str
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
    _check_fields(form, asked, given)
    for key, title in documents(context):
        if form.choice(YES_NO, "agreed", key) != "yes":
            form.find("A305", "agreed", key, title=title)
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
    if not text:
        form.find("A303", *key, "answer", title=item.title)
    elif item.evidence_needed == "required" and not evidence:
        form.find("A304", *key, "evidence", what=f"het criterium '{item.title}'")
    _check_length(form, item, text, *key, "answer")
    return CriterionAnswer(text, evidence, form.text(*key, "confidential"), ladder_sheet.given(form, item))


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
