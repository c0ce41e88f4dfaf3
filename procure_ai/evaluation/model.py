"""The award model as announced: everything later steps need, without the library or the case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from procure_ai.documents.dutch import listed, number_text
from procure_ai.evaluation.check import check_method
from procure_ai.evaluation.measured import table_fault
from procure_ai.evaluation.messages import found_as
from procure_ai.evaluation.method import Criterion, Method
from procure_ai.evaluation.values import Refusal, round_to
from procure_ai.files.typed import Many, Number, Strict
from procure_ai.findings import Finding, Place
from procure_ai.findings.messages import meant
from procure_ai.library.conditions import judge
from procure_ai.library.models import Item, Leaf, Library, ScorecardSet
from procure_ai.library.written import Band, LadderFile
from procure_ai.procedure.case import AwardModelChoices, Case, MeasuredTest
from procure_ai.procedure.price_sheet import PriceSheet

FILE = "procedure.yaml"


class Grade(Strict):
    """One rung of the announced scale, with the evidence rows that a ladder asks for it: shown, or shown and open."""

    grade: Number
    name: str
    when: str
    needs: Many[str] = ()
    open: Many[str] = ()
    or_open: Many[str] = ()


class EvidenceRow(Strict):
    """One piece of evidence for a rung of a ladder. `licences` is what counts as open, for a component only."""

    id: str
    what: str
    verify: str = ""
    licences: str = ""
    instead: str = ""


class LadderUsed(Strict):
    """The ladder of a criterion, with its version. `asked`: whether tenderers fill in its rows, and which list."""

    id: str
    framework: str
    version: str
    asked: Literal["no", "short", "full"]
    rule: str = ""


class Measured(Strict):
    """How a criterion is measured: the protocol with the SHA-256 of the hidden test set, how an answer is rated
    (page Markdown; `ratings` with their worth in percent when people rate), and the table from result to grade."""

    test: MeasuredTest
    rating: str
    ratings: Many[Grade] = ()
    table: Many[Band]


class Session(Strict):
    """How every session of a criterion is held: the script (page Markdown), the time in minutes, the form."""

    script: str
    minutes: int
    form: str


class Announced(Strict):
    """One requirement or criterion as announced. Texts are page Markdown."""

    id: str
    title: str
    question: str
    evidence: str
    link: str
    equivalent: str = ""
    evidence_needed: Literal["none", "optional", "required"]
    limit: int
    clauses: Many[str]
    demands: Many[str]
    preference: str | None = None
    scale: Many[Grade] = ()
    ladder: LadderUsed | None = None
    evidence_rows: Many[EvidenceRow] = ()
    measured: Measured | None = None
    session: Session | None = None
    choice: bool = False
    """The tenderer chooses a rung itself; the choice gives the grade and becomes a duty of the contract."""
    points: Number | None = None
    group: str = ""
    fingerprint: str

    def chosen(self, name: str) -> Grade | None:
        """The rung with this name, which a tenderer chose itself; None when it chose nothing."""
        return next((rung for rung in self.scale if rung.name == name), None)

    @property
    def rated(self) -> bool:
        """Whether people rate the answers, so that the result is known before the meeting."""
        return bool(self.measured and self.measured.ratings)


class PreferenceRule(Strict):
    """What the preference criteria weigh together, and the buyer's cap with its source."""

    share: Number
    cap: Number | None = None
    source: str = ""


class AwardModel(Strict):
    """The frozen award model. `method` is exactly what `simulate` accepts."""

    format: Literal["1"] = "1"
    set: str
    set_title: str = ""
    set_version: str
    total: Number
    method: Method
    price_sheet: PriceSheet
    requirements: Many[Announced]
    criteria: Many[Announced]
    preference: PreferenceRule

    def requirement(self, name: str) -> Announced:
        """The requirement with this id. Raises StopIteration when there is none."""
        return next(item for item in self.requirements if item.id == name)

    def criterion(self, name: str) -> Announced:
        """The criterion with this id. Raises StopIteration when there is none."""
        return next(item for item in self.criteria if item.id == name)

    @property
    def rated(self) -> tuple[Announced, ...]:
        """The measured criteria of which people rate the answers."""
        return tuple(item for item in self.criteria if item.rated)


def build_award_model(
    case: Case, library: Library, clauses: frozenset[str]
) -> tuple[AwardModel | None, tuple[Finding, ...]]:
    """The award model of a case, with findings E101 to E112 and E160 to E162.

    `clauses` are the ids that the contract has: an item none of whose clauses is in it asks for
    something the contract does not hold. No model is given when an error stands in the way.
    """
    if case.award_model is None:
        return None, ()
    builder = _Builder(case, case.award_model, library, clauses)
    model = builder.build()
    findings = tuple(builder.findings)
    return (None if any(item.is_error for item in findings) else model), findings


class _Builder:
    def __init__(self, case: Case, choices: AwardModelChoices, library: Library, clauses: frozenset[str]) -> None:
        self.case, self.choices, self.library, self.clauses = case, choices, library, clauses
        self.known = case.circumstances()
        self.findings: list[Finding] = []

    def find(self, key: str, code: str, **words: object) -> None:
        self.findings.append(found_as(code, Place(FILE, key=f"award_model/{key}"), **words))

    def build(self) -> AwardModel | None:
        chosen = self.library.sets.get(self.choices.set)
        if chosen is None:
            self.find("set", "E101", name=self.choices.set, known=", ".join(self.library.sets))
            return None
        self._check_names(chosen)
        named = [name for name in chosen.file.building_blocks if name in self.choices.requirements]
        requirements = [
            item
            for name in (*chosen.file.requirements, *named)
            if (item := chosen.requirements.get(name)) is not None and self._applies(item)
        ]
        groups = [(leaf, list(self._leaves(chosen, leaf))) for leaf in chosen.file.tree]
        groups = [(leaf, criteria) for leaf, criteria in groups if criteria]
        quality = sum((points for _, criteria in groups for _, points in criteria), Decimal(0))
        self._check_points(quality)
        kinds = [found for _, criteria in groups for item, _ in criteria for found in self._check_kind(item)]
        used = {item.id for _, criteria in groups for item, _ in criteria}
        kinds += [
            found_as("E160/unused", Place(FILE, key=f"award_model/measured/{name}"), item=name)
            for name in self.choices.measured
            if name in chosen.criteria and name not in used
        ]
        self.findings += kinds
        if kinds:
            return None
        method = self._method(groups, [item.id for item in requirements], quality)
        if method is None or any(item.is_error for item in self.findings):
            return None
        preferred = sum(
            (points for _, criteria in groups for item, points in criteria if item.header.preference), Decimal(0)
        )
        return AwardModel(
            set=chosen.file.id,
            set_title=chosen.file.title,
            set_version=chosen.file.version,
            total=self.choices.total,
            method=method,
            price_sheet=self.choices.price_sheet,
            requirements=tuple(_announced(item) for item in requirements),
            criteria=tuple(
                _announced(
                    item,
                    points,
                    group.title or group.id,
                    points * 100 / self.choices.total,
                    self.choices.measured.get(item.id),
                )
                for group, criteria in groups
                for item, points in criteria
            ),
            preference=self._preference(preferred),
        )

    def _check_names(self, chosen: ScorecardSet) -> None:
        known = {**chosen.requirements, **chosen.criteria}
        asked = [
            *((f"points/{name}", name, chosen.criteria) for name in self.choices.points),
            *((f"minimum_grades/{name}", name, chosen.criteria) for name in self.choices.minimum_grades),
            *(
                (f"requirements/{index}", name, chosen.file.building_blocks)
                for index, name in enumerate(self.choices.requirements)
            ),
            *((f"measured/{name}", name, chosen.criteria) for name in self.choices.measured),
            *((f"leave_out/{index}/item", item.item, known) for index, item in enumerate(self.choices.leave_out)),
            *((f"legal_basis/{index}/item", item.item, known) for index, item in enumerate(self.choices.legal_basis)),
        ]
        for key, name, names in asked:
            if name not in names:
                hint = meant(name, names, f"Kijk in scorecards/{chosen.file.id}/.")
                self.find(key, "E102", name=name, set=chosen.file.id, hint=hint)

    def _applies(self, item: Item) -> bool:
        if any(left.item == item.id for left in self.choices.leave_out):
            return False
        verdict = judge(item.when, self.known)
        if verdict.holds is None:
            self.find("set", "E103", item=item.id, facts=", ".join(verdict.because))
        if verdict.holds and not self.clauses & set(item.header.clauses):
            self.find("set", "E104", item=item.id, clauses=", ".join(item.header.clauses))
        return verdict.holds is True

    def _leaves(self, chosen: ScorecardSet, leaf: Leaf) -> Iterator[tuple[Item, Decimal]]:
        for child in leaf.criteria:
            yield from self._leaves(chosen, child)
        item = chosen.criteria.get(leaf.id)
        points = self.choices.points.get(leaf.id, leaf.points)
        if item is not None and points is not None and self._applies(item):  # no points at all: not used here
            if points <= 0:
                self.find(f"points/{leaf.id}", "E105", item=leaf.id)
            else:
                yield item, points

    def _check_kind(self, item: Item) -> Iterator[Finding]:
        """What a measured criterion or a session must announce before it may count."""
        place, kind = Place(item.file), item.header.kind
        if kind == "measured":
            test = self.choices.measured.get(item.id)
            if test is None:
                yield found_as("E160", Place(FILE, key="award_model/measured"), item=item.id)
            elif bool(test.raters) != bool(item.ratings):
                code = "E160/raters" if item.ratings else "E160/judged"
                yield found_as(code, Place(FILE, key=f"award_model/measured/{item.id}/raters"), item=item.id)
            if fault := table_fault(item.header.table):
                yield found_as(fault, replace(place, key="table"), item=item.id)
        elif item.id in self.choices.measured:
            yield found_as("E160/other", Place(FILE, key=f"award_model/measured/{item.id}"), item=item.id)
        if kind in ("measured", "answer") and self.choices.panel_rule != "consensus":
            yield found_as("E160/mean", Place(FILE, key="award_model/panel_rule"), item=item.id)
        if kind == "session":
            parts = {"een verloop": item.script, "de tijd": item.header.minutes, "de vorm": item.header.form.strip()}
            if unsaid := [name for name, value in parts.items() if not value]:
                yield found_as("E161", replace(place, key="Verloop"), item=item.id, missing=listed(unsaid))

    def _check_points(self, quality: Decimal) -> None:
        price, total = self.choices.price.points, self.choices.total
        if price + quality != total:
            words = {"price": price, "quality": quality, "sum": price + quality, "total": total}
            self.find("total", "E106", **{name: number_text(value) for name, value in words.items()})

    def _method(
        self, groups: list[tuple[Leaf, list[tuple[Item, Decimal]]]], requirements: list[str], quality: Decimal
    ) -> Method | None:
        choices = self.choices
        price = choices.price
        rule = {
            "formula": price.formula, "clamp": price.clamp, "floor": price.floor, "ceiling": price.ceiling,
            "exponent": price.exponent, "zero_at": price.zero_at, "ceiling_reject": price.ceiling_reject,
            "removal": price.removal,
        }  # fmt: skip
        content: dict[str, Any] = {
            "combine": "points_sum",
            "weights": {"price": price.points, "quality": quality},
            "weights_total": choices.total,
            "knock_outs": tuple(requirements),
            "price": {name: value for name, value in rule.items() if value is not None},
            "panel": {"rule": choices.panel_rule},
            "rounding": choices.rounding.model_dump(),
            "tie_break": choices.tie_break,
            "quality": {
                "criteria": tuple(
                    {
                        "id": leaf.id,
                        "title": leaf.title or leaf.id,
                        "criteria": tuple(self._criterion(item, points) for item, points in criteria),
                    }
                    for leaf, criteria in groups
                ),
                "missing": choices.missing,
                **({"total_min": choices.minimum_quality} if choices.minimum_quality is not None else {}),
            },
        }
        if choices.alert_low_share is not None:
            content["alert_low"] = {"below_share_of_mean": choices.alert_low_share}
        try:
            method = Method.model_validate(content)
            check_method(method)
        except Refusal as refusal:
            if refusal.code.startswith("weights_do_not_sum"):
                return None  # E106 has said so, with the figures
            message, remedy = refusal_text(refusal.code)
            keys = {"quality": "minimum_quality", "min_grade": "minimum_grades", "tie_break": "tie_break"}
            setting = refusal.code.partition(":")[2].partition(".")[0].partition(":")[0]
            self.find(keys.get(setting, "price"), "E110", message=message, remedy=remedy)
            return None
        except ValueError as error:
            self.find("price", "E110/value", fault=str(error).splitlines()[0])
            return None
        return method

    def _criterion(self, item: Item, points: Decimal) -> Criterion:
        grades = tuple(rung.grade for rung in item.scale)
        return Criterion(
            id=item.id, title=item.title, max_points=points, scale_max=max(grades), allowed=grades,
            min_grade=self.choices.minimum_grades.get(item.id),
        )  # fmt: skip

    def _preference(self, preferred: Decimal) -> PreferenceRule:
        share = preferred * 100 / self.choices.total
        rule = self.choices.preference
        if rule and share > rule.cap:
            shown = number_text(round_to(Fraction(share), 2))
            self.find("preference", "E111", shown=shown, cap=number_text(rule.cap))
        return PreferenceRule(share=share, cap=rule.cap if rule else None, source=rule.source if rule else "")


def _announced(
    item: Item,
    points: Decimal | None = None,
    group: str = "",
    share: Decimal = Decimal(0),
    test: MeasuredTest | None = None,
) -> Announced:
    """An item as announced; `share` is its part of all points in percent, which decides on the list of a ladder."""
    ladder, header = item.ladder, item.header
    full = bool(ladder and ladder.sheet and share >= ladder.sheet.from_share)
    return Announced(
        id=item.id, title=item.title, question=item.question, evidence=item.evidence, link=item.link,
        equivalent=item.equivalent, evidence_needed=item.header.evidence, limit=item.header.limit,
        clauses=item.header.clauses, demands=item.header.demands, preference=item.header.preference,
        scale=tuple(
            Grade(grade=rung.grade, name=rung.name, when=rung.when, **_needs(ladder, rung.grade, full=full))
            for rung in item.scale
        ),
        ladder=_ladder_used(ladder, full=full) if ladder else None,
        evidence_rows=tuple(_rows(ladder, full=full)) if ladder else (),
        measured=_measured(item, test) if test else None,
        session=Session(script=item.script, minutes=header.minutes, form=header.form) if header.minutes else None,
        choice=header.kind == "answer", points=points, group=group, fingerprint=item.fingerprint,
    )  # fmt: skip


def _measured(item: Item, test: MeasuredTest) -> Measured:
    ratings = tuple(Grade(grade=rung.grade, name=rung.name, when=rung.when) for rung in item.ratings)
    return Measured(test=test, rating=item.rating, ratings=ratings, table=item.header.table)


def _ladder_used(ladder: LadderFile, *, full: bool) -> LadderUsed:
    asked: Literal["no", "short", "full"] = "full" if full else "short" if ladder.sheet else "no"
    rule = ladder.sheet.reason if ladder.sheet else ""
    return LadderUsed(id=ladder.id, framework=ladder.framework, version=ladder.version, asked=asked, rule=rule)


def _needs(ladder: LadderFile | None, grade: Decimal, *, full: bool) -> dict[str, tuple[str, ...]]:
    """What a rung asks: its evidence, or with the full list its components and the evidence beside them."""
    rung = next((rung for rung in ladder.rungs if rung.grade == grade), None) if ladder else None
    if rung is None:
        return {}
    if not full:
        return {"needs": tuple(rung.evidence)}
    return {"needs": (*rung.available, *rung.beside), "open": rung.open, "or_open": rung.or_open}


def _rows(ladder: LadderFile, *, full: bool) -> Iterator[EvidenceRow]:
    for name, part in ladder.components.items() if full else ():
        yield EvidenceRow(id=name, what=part.title, licences=part.licences, instead=part.instead or "")
    for rung in ladder.rungs:
        for name, asked in rung.evidence.items():
            if not full or name in rung.beside:
                yield EvidenceRow(id=name, what=asked.what, verify=asked.verify)


_SETTINGS = {
    "missing": "ontbreekt `{}`",
    "unused": "heeft `{}` geen effect",
    "out_of_range": "ligt `{}` buiten de grenzen",
}
_BOUNDS = {
    "quality.total_min": (
        "Het minimum voor kwaliteit ligt niet tussen 0 en alle punten voor kwaliteit samen.",
        "Kies bij `minimum_quality` een aantal punten dat een inschrijver kan halen.",
    ),
    "min_grade": (
        "Het minimumcijfer van `{}` staat niet op de schaal.",
        "Kies bij `minimum_grades` een cijfer van de schaal van dat criterium.",
    ),
    "price.ceiling_reject": (
        "Het bedrag waarboven een inschrijving ongeldig is, ligt niet boven de bodem of niet boven nul.",
        "Kies bij `ceiling_reject` een hoger bedrag; bij een bandbreedte is dat meestal `ceiling`.",
    ),
    "price.exponent": (
        "Met deze `exponent` krijgen verschillende prijzen dezelfde punten.",
        "Kies een getal van 0.1 tot en met 10; 2 is gebruikelijk.",
    ),
}
_REFUSALS = {
    "bandwidth_empty": (
        "De bandbreedte is leeg: de bodem ligt niet onder het plafond.",
        "Maak `floor` lager dan `ceiling`.",
    ),
    "weights_do_not_sum": (
        "De gewichten tellen niet op tot het totaal.",
        "Pas de punten aan tot de som precies klopt.",
    ),
    "reference_price_zero": (
        "De laagste prijs is nul, daarmee is de formule niet te berekenen.",
        "Kies een absolute prijsformule.",
    ),
    "incomplete_dossier": (
        "Er ontbreekt nog een oordeel, cijfer of prijs.",
        "Maak het dossier compleet; zie `procure-ai status`.",
    ),
}


def refusal_text(code: str) -> tuple[str, str]:
    """A refusal code of the engine as a Dutch sentence and a remedy."""
    head, _, rest = code.partition(":")
    if head == "unsupported":
        what, _, name = rest.rpartition(":")
        return (
            f"De waarde `{name}` bij `{what}` wordt niet ondersteund.",
            "Bekijk wat kan met `procure-ai check --explain E110`.",
        )
    setting, _, name = rest.partition(":")
    if head == "out_of_range" and setting in _BOUNDS:
        message, remedy = _BOUNDS[setting]
        return message.format(name), remedy
    if head in _SETTINGS:
        return f"Bij het gunningsmodel {_SETTINGS[head].format(rest)}.", "Zie `procure-ai check --explain E110`."
    if head == "grade_off_scale":
        return f"Een cijfer staat niet op de schaal ({rest}).", "Kies een cijfer van de gepubliceerde schaal."
    unknown = f"Het gunningsmodel kan niet worden toegepast ({code}).", "Zie `procure-ai check --explain E110`."
    return _REFUSALS.get(head, unknown)
