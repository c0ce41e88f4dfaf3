"""Reading what people filled in: values by the name of their cell, grades, and findings that name the cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from procure_ai.documents.dutch import number_text
from procure_ai.documents.tables import Bounds, Cell, Choice, Style, Workbook, cell_name, input_cells
from procure_ai.evaluation.measured import HIGHEST, grade_of
from procure_ai.evaluation.method import Criterion, leaves
from procure_ai.evaluation.model import AwardModel, Measured
from procure_ai.evaluation.points import on_scale
from procure_ai.evaluation.values import Refusal
from procure_ai.findings import Finding, Place, Severity
from procure_ai.forms.context import CellInput, cell_key

_GRADE = re.compile(r"-?\d{1,6}([.,]\d{1,6})?")
_MAY_REPAIR = "Besluit of de inschrijver dit mag aanvullen; het telt als niet beantwoord."
_WARNINGS = {
    "A302", "A303", "A304", "A305", "A306", "A307", "A308", "A309", "A326", "A335", "A339", "A356", "A358", "A359",
    "A362", "A351/share", "A377", "A379",
}  # fmt: skip

MESSAGES = {
    # answer form: what is open stays empty; people decide what follows
    "A301": ("De naam van de inschrijver ontbreekt.", "Vul de naam in op blad Inschrijver."),
    "A302": ("De eis '{title}' is niet beantwoord.", _MAY_REPAIR),
    "A303": ("Het criterium '{title}' is niet beantwoord.",
             "Beoordeel het als niet beantwoord, of besluit of de inschrijver het mag herstellen."),
    "A303/choice": ("Bij het criterium '{title}' is geen antwoord uit de lijst gekozen.",
                    "Mensen besluiten of de inschrijver het mag herstellen; anders kiest de commissie in het overleg."),
    "A304": ("Bij {what} is geen bewijs genoemd.", "Kijk of het bewijs toch is meegestuurd."),
    "A305": ("Er is geen akkoord gegeven met: {title}.", "Besluit wat dit voor de inschrijving betekent."),
    "A306": ("Het antwoord op de eis '{title}' is geen ja of nee.", _MAY_REPAIR),
    "A307": ("Het antwoord bij '{title}' telt {count} tekens; hoogstens {limit} is aangekondigd.",
             "Besluit volgens de aangekondigde regel wat u met de rest doet."),
    "A308": ("Het formulier is niet ondertekend met naam en datum.",
             "Besluit of de inschrijver dit mag herstellen."),
    "A309": ("Van `{group}` {count} niet ingevuld.", "Vraag dit uiterlijk bij de gunning."),
    # price sheet; {rule} is what holds for the line
    "A320": ("Er is geen prijs ingevuld: {line}.",
             "Een leeg vak is geen nul; besluit wat hiervan het gevolg is. {rule}"),
    "A321": ("De prijs is geen getal: {line}.", "Vul een bedrag in zonder tekst, zoals 1234,50. {rule}"),
    "A322": ("De prijs is negatief: {line}.", "Negatieve prijzen zijn niet toegestaan. {rule}"),
    "A323": ("De prijs is nul, en dat mag hier niet: {line}.", "Vul een bedrag hoger dan nul in. {rule}"),
    "A324": ("De prijs is lager dan toegestaan: {line}.", "Houd de bekendgemaakte ondergrens aan. {rule}"),
    "A325": ("De prijs is hoger dan toegestaan: {line}.", "Houd de bekendgemaakte bovengrens aan. {rule}"),
    "A326": ("De naam van de inschrijver ontbreekt.", "Ga na van wie dit prijsblad is."),
    "A360": ("Het aantal {counts} ontbreekt of is geen heel getal boven nul: {line}.",
             "Besluit of de inschrijver dit mag herstellen. Geteld wordt over {questions} vragen: {reference}."),
    "A361": ("De prijs heeft meer dan zes decimalen: {line}.",
             "Besluit of de inschrijver een prijs met hooguit zes decimalen mag opgeven."),
    # minimum requirements
    "A330": ("Het oordeel over {what} ontbreekt.", "Kies uit {options}."),
    "A331": ("De reden bij {what} ontbreekt.", "Schrijf waarop het oordeel rust."),
    "A332": ("Wie de eisen van {name} beoordeelde ontbreekt.", "Vul de naam in boven aan het blad."),
    "A333": ("Hoe zeker het bewijs is bij {what} ontbreekt.", "Kies uit {options}."),
    "A334": ("Het oordeel over {what} is onduidelijk.",
             "Los dat eerst op, bijvoorbeeld met een vraag aan de inschrijver, en oordeel dan."),
    "A335": ("Bij {what} is bewijs gevraagd, maar het oordeel rust alleen op wat de inschrijver stelt.",
             "Ga het bewijs na, of schrijf in de reden waarom dat niet nodig is."),
    # declaration
    "A336": ("Bij nee ontbreekt de toelichting.", "Schrijf op wat er speelt."),
    "A337": ("{name} heeft niet verklaard of er een belang is.", "Kies ja of nee."),
    "A338": ("De verklaring van {name} is niet ondertekend met naam en datum.",
             "Vul naam en datum in, de datum als 31-12-2026."),
    "A339": ("{name} verklaart een belang of twijfelt daarover.",
             "Mensen besluiten of dit lid meedoet. Leg een vervanging vast met `procure-ai decide member-replaced`."),
    # scorecard
    "A340": ("Het cijfer voor {what} ontbreekt.", "{scale}"),
    "A341": ("Het cijfer '{given}' voor {what} staat niet op de schaal.", "{scale}"),
    "A342": ("De reden bij {what} ontbreekt.", "Schrijf waarom dit cijfer past."),
    "A343": ("De reden bij {what} is te kort.", "Schrijf wat sterk is, wat ontbreekt en waar dat staat."),
    "A358": ("Het cijfer {grade} voor {what} is hoger dan cijfer {reached}, waar het geverifieerde bewijs toe reikt.",
             "Verifieer het bewijs, of schrijf in de reden welk gelijkwaardig bewijs meetelt."),
    # consensus
    "A350": ("Het cijfer voor {what} ontbreekt.", "{scale}"),
    "A350/mean": ("Er zijn geen cijfers van leden voor {what}.", "Verwerk eerst de scorekaarten."),
    "A351": ("Het cijfer '{given}' voor {what} staat niet op de schaal.", "{scale}"),
    "A351/share": ("Het gemeten resultaat bij {what} is {given}: minder dan 1%.",
                   "Schrijf procenten, zoals 60; klopt het getal, dan is dit goed."),
    "A352": ("Wat sterk is ontbreekt bij {what}.", "Schrijf wat sterk is, of dat er niets sterks is aangetoond."),
    "A353": ("Wat ontbreekt voor het volgende cijfer ontbreekt bij {what}.",
             "Vergelijk met de omschrijving van het volgende cijfer."),
    "A354": ("De plaats in de inschrijving ontbreekt bij {what}.",
             "Noem het bestand en de bladzijde, of het antwoordformulier."),
    "A355": ("Er staat niet bij wie vaststelde.", "Vul de namen in op blad Overzicht."),
    "A356": ("Bij '{title}' staan dezelfde redenen bij verschillende cijfers.",
             "Schrijf per inschrijver wat het cijfer verklaart."),
    "A357": ("De reden bij {what} noemt een andere inschrijver: {other}.",
             "Schrijf de reden zonder andere inschrijvers te noemen."),
    "A359": ("De reden bij {what} noemt het criterium '{other}'.",
             "Ga na of de reden alleen gaat over wat bij dit criterium is gevraagd."),
    "A362": ("Het cijfer {grade} voor {what} ligt buiten wat de leden gaven: {given}.",
             "Dat mag na overleg. Laat uit de reden blijken wat de leden van oordeel deed veranderen."),
    "A378": ("Bij {what} staat niet hoe lang de sessie duurde.",
             "Vul de minuten in, zoals in het verslag van de sessie."),
    "A379": ("De sessie bij {what} duurde {took} minuten; aangekondigd is {minutes}.",
             "Ga na of elke inschrijver evenveel tijd had; zo niet, beoordeel dan wat dit betekent."),
    # the answers and the ratings of a measured criterion
    "A374": ("Het antwoord op taak '{task}', herhaling {run}, ontbreekt.",
             "Schrijf `geen antwoord` als de oplossing niets gaf; een leeg vak is geen antwoord."),
    "A375": ("Er staat niet bij wie de test bij {name} uitvoerde, of wanneer.", "Vul naam en datum in."),
    "A376": ("Het oordeel over antwoord {answer} ontbreekt of is een ander woord.", "Kies uit {options}."),
    "A377": ("Dit antwoord noemt {name}.",
             "De beoordelaars zien de naam niet. Kijk of het antwoord verder niet verraadt van wie het is."),
    "A359/price": ("De reden bij {what} gaat over geld: '{word}'.",
                   "Een reden voor de kwaliteit rust niet op de prijs. Haal dit weg als het niet is gevraagd."),
}  # fmt: skip
"""By code: what is wrong and what to do next. A word after a slash marks another wording of the same finding."""


@dataclass(slots=True)
class Reader:
    """The values of one returned form. A cell without a value is empty text; nothing is guessed."""

    values: Mapping[str, CellInput]
    file: str
    findings: list[Finding] = field(default_factory=list)

    def raw(self, *key: str) -> CellInput | None:
        """The value of the cell with this key, or None when it is empty."""
        value = self.values.get(cell_key(*key))
        return None if isinstance(value, str) and not value.strip() else value

    def text(self, *key: str) -> str:
        """The text of the cell with this key; a number as it was typed, without an exponent."""
        value = self.raw(*key)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "ja" if value else "nee"
        return f"{value:f}" if isinstance(value, Decimal) else value.strip()

    def choice(self, options: Mapping[str, str], *key: str) -> str:
        """The key of the chosen option, or empty text when the cell holds none of the options."""
        given = self.text(*key).casefold()
        return next((name for name, shown in options.items() if shown.casefold() == given), "")

    def find(self, code: str, *key: str, **words: object) -> None:
        """The finding with this code at the cell with this key; `words` fill the holes of its message."""
        message, remedy = (text.format(**words).strip() for text in MESSAGES[code])
        severity = Severity.WARNING if {code, code.partition("/")[0]} & _WARNINGS else Severity.ERROR
        place = Place(self.file, key=cell_key(*key))
        self.findings.append(Finding(place, code.partition("/")[0], message, remedy, severity))

    @property
    def found(self) -> tuple[Finding, ...]:
        return tuple(self.findings)

    @property
    def refused(self) -> bool:
        """Whether an error stands in the way of using the form."""
        return any(finding.is_error for finding in self.findings)


def located(findings: Iterable[Finding], workbook: Workbook) -> tuple[Finding, ...]:
    """The findings with sheet and cell filled in for every key that names an input cell of the workbook."""
    places = {cell.name: (sheet.name, cell_name(row, column)) for sheet, row, column, cell in input_cells(workbook)}

    def one(finding: Finding) -> Finding:
        sheet, cell = places.get(finding.place.key, ("", ""))
        return replace(finding, place=replace(finding.place, sheet=sheet, cell=cell)) if cell else finding

    return tuple(one(finding) for finding in findings)


# --- grades ---------------------------------------------------------------------------------------


def grading(model: AwardModel) -> Mapping[str, Criterion]:
    """The graded criteria of the announced method by id."""
    return {leaf.id: leaf for leaf in leaves(model.method)}


def grade_input(leaf: Criterion, name: str, measured: Measured | None = None) -> Cell:
    """The cell for a grade: a drop-down of the announced grades, or a number within the scale. For a measured
    criterion that number is the result in percent."""
    if measured:
        hint = "Het gemeten resultaat in procenten, bijvoorbeeld 82,5."
        return Cell(None, Style.INPUT_NUMBER, check=Bounds(Decimal(0), Decimal(HIGHEST)), name=name, hint=hint)
    if leaf.allowed:
        return Cell(
            None, Style.INPUT_CHOICE, check=Choice(_options(leaf)), name=name, hint="Kies een cijfer van de schaal."
        )
    top = Decimal(leaf.top_grade.numerator) / Decimal(leaf.top_grade.denominator)
    return Cell(None, Style.INPUT_NUMBER, check=Bounds(-top if leaf.signed else Decimal(0), top), name=name)


def minutes_input(name: str) -> Cell:
    """The cell for how long a session took."""
    return Cell(None, Style.INPUT_NUMBER, check=Bounds(Decimal(1), Decimal(1000)), name=name)


def _options(leaf: Criterion) -> tuple[str, ...]:
    return tuple(number_text(grade) for grade in sorted(leaf.allowed))


def read_grade(leaf: Criterion, value: CellInput) -> Decimal | None:
    """The grade, or None when it is no grade of the announced scale."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        if not _GRADE.fullmatch(value.strip()):
            return None
        value = Decimal(value.strip().replace(",", "."))
    return value if value.is_finite() and on_scale(leaf, value) else None


def form_result(
    form: Reader, measured: Measured, what: str, codes: tuple[str, str], *key: str
) -> tuple[Decimal | None, Decimal | None]:
    """The result in percent in the cell `grade` of this key, and its grade by the published table."""
    text = form.text("grade", *key)
    result = Decimal(text.replace(",", ".")) if _GRADE.fullmatch(text) else None
    try:
        if result is not None:
            if 0 < result < 1:  # 60% in Excel is 0,6
                form.find("A351/share", "grade", *key, what=what, given=text[:40])
            return result, grade_of(measured.table, result)
    except Refusal:
        pass
    scale = "Geef het gemeten resultaat in procenten, van 0 tot en met 100."
    form.find(codes[bool(text)], "grade", *key, what=what, given=text[:40], scale=scale)
    return None, None


def form_grade(form: Reader, leaf: Criterion, what: str, codes: tuple[str, str], *key: str) -> Decimal | None:
    """The grade in the cell `grade` of this key; without one, a finding (missing, or off the scale)."""
    given = form.raw("grade", *key)
    grade = None if given is None else read_grade(leaf, given)
    if grade is None:
        options = ", ".join(_options(leaf))
        scale = f"Kies uit {options}." if options else "Geef een cijfer binnen de bekendgemaakte schaal."
        shown = form.text("grade", *key)[:40]
        form.find(codes[given is not None], "grade", *key, what=what, given=shown, scale=scale)
    return grade
