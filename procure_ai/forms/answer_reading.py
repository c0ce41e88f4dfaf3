"""Reading an answer form, and what building and reading it share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast

from procure_ai.documents.tree import Field, FilledBy
from procure_ai.evaluation.model import Announced
from procure_ai.findings import Finding
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
    """The answers of one tenderer, from the values of the named input cells of its form.

    Findings: A301 no name (error); warnings A302 requirement open, A303 criterion open, A304 evidence asked
    but not named, A305 no agreement with a document, A306 answer other than ja or nee, A307 longer than
    announced, A308 not signed, A309 contract data open. What is open stays empty; people decide what follows.
    """
    form = Reader(values, file)
    name = form.text("tenderer", "name")
    if not name:
        form.find(
            "A301", "De naam van de inschrijver ontbreekt.", "Vul de naam in op blad Inschrijver.", "tenderer", "name"
        )
    requirements = {item.id: _requirement(form, item) for item in context.model.requirements}
    criteria = {item.id: _answer(form, item) for item in context.model.criteria}
    asked = asked_fields(fields)
    given = {field.key: text for field in asked if (text := form.text("field", field.key))}
    _check_fields(form, asked, given)
    for key, title in documents(context):
        if form.choice(YES_NO, "agreed", key) != "yes":
            form.warn(
                "A305", f"Er is geen akkoord gegeven met: {title}.", "Besluit wat dit voor de inschrijving betekent.",
                "agreed", key,
            )  # fmt: skip
    if not form.text("signed", "name") or not form.text("signed", "date"):
        form.warn(
            "A308", "Het formulier is niet ondertekend met naam en datum.",
            "Besluit of de inschrijver dit mag herstellen.", "signed", "name",
        )  # fmt: skip
    answers = TenderAnswers(
        tenderer=tenderer,
        stated_name=name,
        requirements=requirements,
        criteria=criteria,
        fields={**given, **_supplier(form)},
        signed_by=", ".join(part for key in ("name", "function") if (part := form.text("signed", key))),
    )
    return answers, form.found


def _supplier(form: Reader) -> dict[str, str]:
    """What the contract says of the supplier, under the keys that the contract uses."""
    stated = {key: form.text("tenderer", key) for key, _, _ in IDENTITY}
    found = {
        "supplier.name": stated["name"],
        "supplier.address": ", ".join(part for part in (stated["address"], stated["place"]) if part),
        "supplier.registration": stated["registration"],
        "supplier.representative": ", ".join(part for part in (stated["signatory"], stated["function"]) if part),
        "supplier.contact": stated["contact"],
    }
    return {key: text for key, text in found.items() if text}


def _requirement(form: Reader, item: Announced) -> RequirementAnswer:
    key = ("requirement", item.id)
    given = form.text(*key, "answer")
    answer = cast(Literal["yes", "no", ""], form.choice(YES_NO, *key, "answer"))
    text, evidence = form.text(*key, "text"), form.text(*key, "evidence")
    ask = "Besluit of de inschrijver dit mag aanvullen; het telt als niet beantwoord."
    if not given:
        form.warn("A302", f"De eis '{item.title}' is niet beantwoord.", ask, *key, "answer")
    elif not answer:
        form.warn("A306", f"Het antwoord op de eis '{item.title}' is geen ja of nee.", ask, *key, "answer")
    if answer == "yes" and item.evidence_needed == "required" and not evidence:
        _no_evidence(form, f"de eis '{item.title}'", *key, "evidence")
    _check_length(form, item, text, *key, "text")
    return RequirementAnswer(answer, text, evidence, form.text(*key, "confidential"))


def _answer(form: Reader, item: Announced) -> CriterionAnswer:
    key = ("criterion", item.id)
    text, evidence = form.text(*key, "answer"), form.text(*key, "evidence")
    if not text:
        form.warn(
            "A303", f"Het criterium '{item.title}' is niet beantwoord.",
            "Beoordeel het als niet beantwoord, of besluit of de inschrijver het mag herstellen.", *key, "answer",
        )  # fmt: skip
    elif item.evidence_needed == "required" and not evidence:
        _no_evidence(form, f"het criterium '{item.title}'", *key, "evidence")
    _check_length(form, item, text, *key, "answer")
    return CriterionAnswer(text, evidence, form.text(*key, "confidential"))


def _no_evidence(form: Reader, what: str, *key: str) -> None:
    form.warn("A304", f"Bij {what} is geen bewijs genoemd.", "Kijk of het bewijs toch is meegestuurd.", *key)


def _check_length(form: Reader, item: Announced, text: str, *key: str) -> None:
    if len(text) > item.limit:
        form.warn(
            "A307",
            f"Het antwoord bij '{item.title}' telt {len(text)} tekens; hoogstens {item.limit} is aangekondigd.",
            "Besluit volgens de aangekondigde regel wat u met de rest doet.",
            *key,
        )


def _check_fields(form: Reader, asked: Sequence[Field], given: Mapping[str, str]) -> None:
    """One warning per annex or clause with open fields, at the first of them."""
    open_: dict[str, list[Field]] = {}
    for field in asked:
        if field.key not in given:
            open_.setdefault(field.key.split(".")[0], []).append(field)
    for group, left in open_.items():
        number = f"{len(left)} gegevens" if len(left) > 1 else "één gegeven"
        verb = "zijn" if len(left) > 1 else "is"
        form.warn(
            "A309", f"Van `{group}` {verb} {number} niet ingevuld.", "Vraag dit uiterlijk bij de gunning.",
            "field", left[0].key,
        )  # fmt: skip
