"""The lint of an award model before publication: what courts and advisers object to, with code and remedy.

Checks L03 to L30 of the catalogue in `docs/decisions/0015-lint.md`, as far as nothing else refuses them. Words
and limits are data (`scorecards/lint.yaml`). A word only points: the texts are judged sentence by sentence,
without the explanation under `Verband`. Law behind each check: `templates/codes.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise
from typing import Literal

from procure_ai.documents.dutch import listed, money_text, number_text
from procure_ai.evaluation.invented import PROFILES, invented_tenders
from procure_ai.evaluation.messages import found_as
from procure_ai.evaluation.method import Criterion, PriceRule, leaves
from procure_ai.evaluation.model import FILE, Announced, AwardModel
from procure_ai.evaluation.points import FORMULAS
from procure_ai.evaluation.stability import decides_alone
from procure_ai.evaluation.values import round_to
from procure_ai.files.typed import Number, Strict, Whole, YesNo
from procure_ai.findings import Finding, Place
from procure_ai.library.models import ScorecardSet
from procure_ai.procedure.case import AwardModelChoices
from procure_ai.procedure.price_sheet import PriceSheet

_LEAST_RIGHTS = 2
_LEAST_RUNGS = 3
_BELOW_ZERO = ("bandwidth", "linear_from_lowest", "log_lowest")
_ABOVE_MAXIMUM = ("bandwidth",)


class WordRule(Strict):
    """Words in a sentence that point to a fault, unless one of `allowed` is in that sentence too.

    With `then`: one of `words` and at most `gap` words further one of `then`, also as the end of a compound.
    """

    code: Literal["L04", "L05", "L06", "L07", "L10", "L11", "L13", "L15", "L15/others", "L25", "L27", "L29"]
    items: Literal["all", "criteria", "ordinary"] = "all"
    exact: YesNo = False
    words: tuple[str, ...]
    gap: Whole = 0
    then: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        then = rf"(?:\W+\w+){{0,{self.gap}}}?\W+[\w-]*?{_one_of(self.then)}" if self.then else ""
        return re.compile(rf"(?<!\w){_one_of(self.words)}{then}(?!\w)", 0 if self.exact else re.IGNORECASE)

    @cached_property
    def _fine(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w){_one_of(self.allowed)}(?!\w)" if self.allowed else r"(?!)", re.IGNORECASE)

    def found(self, sentence: str) -> str:
        """The words as they stand in this sentence; empty when there are none or the sentence is fine."""
        match = self._pattern.search(sentence)
        return match[0] if match and not self._fine.search(sentence) else ""


def _one_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, words))})"


class Limits(Strict):
    """Numbers above or below which something is remarked."""

    preference: Number
    requirements: Whole
    effective: Number
    substance: Whole


class LintWords(Strict):
    """`scorecards/lint.yaml`; its comments say what each list is for."""

    format: Literal["1"]
    limits: Limits
    subject: tuple[str, ...]
    verification: tuple[str, ...]
    adjectives: tuple[str, ...]
    filler: tuple[str, ...]
    rights: tuple[str, ...]
    goals: tuple[str, ...]
    proportion: tuple[str, ...]
    equivalents: tuple[str, ...]
    refusals: tuple[str, ...]
    frameworks: tuple[str, ...]
    rules: tuple[WordRule, ...]


def lint(model: AwardModel, choices: AwardModelChoices, chosen: ScorecardSet, words: LintWords) -> tuple[Finding, ...]:
    """Every finding about this award model, sorted. `chosen` is the set that the model was built from."""
    return tuple(sorted(set(_Lint(model, choices, chosen, words).findings())))


class _Lint:
    def __init__(self, model: AwardModel, choices: AwardModelChoices, chosen: ScorecardSet, words: LintWords) -> None:
        self.model, self.choices, self.words = model, choices, words
        self.files = {name: item.file for name, item in (*chosen.requirements.items(), *chosen.criteria.items())}
        self.bases = {item.item: item.basis for item in choices.legal_basis}
        self.items = (*model.requirements, *model.criteria)
        self.sentences = {item.id: tuple(_sentences(item)) for item in self.items}
        self.whole = {name: " ".join(text for _, text in found) for name, found in self.sentences.items()}

    def findings(self) -> Iterator[Finding]:
        for item in self.items:
            yield from self._link(item)
            yield from self._accepts_equivalents(item)
            yield from self._open_source(item)
            yield from self._frameworks(item)
            yield from self._words(item)
        for item in self.model.criteria:
            yield from self._scale(item)
            yield from self._evidence(item)
        yield from self._twice()
        yield from self._knock_outs()
        yield from self._preference()
        yield from self._price()
        yield from self._price_lines()
        yield from self._effective()
        if self.choices.tie_break[-1:] != ("draw",) or "draw" in self.choices.tie_break[:-1]:
            yield found_as("L19", _case("tie_break"))
        share = self.choices.alert_low_share
        if share is not None and share >= 1:
            yield found_as("L25/share", _case("alert_low_share"), share=share)

    def _place(self, item: Announced, part: str) -> Place:
        return Place(self.files[item.id], key=part)

    # --- texts ---

    def _words(self, item: Announced) -> Iterator[Finding]:
        for rule in self.words.rules:
            if rule.code == "L07" or not _applies(rule, item):
                continue
            for part, words in self._found(rule, item):
                if rule.code == "L06" and words in item.equivalent:
                    continue
                key: str = rule.code
                basis = self.bases.get(item.id, "") if key in ("L04", "L05") else ""
                key = f"{key}/basis" if basis else "L13/hidden" if key == "L13" else key
                yield found_as(key, self._place(item, part), item=item.id, words=words, basis=basis)

    def _found(self, rule: WordRule, item: Announced) -> Iterator[tuple[str, str]]:
        """Where the words of a rule stand in an item: the part and the words."""
        if not _any(rule.words, self.whole[item.id]):  # much faster than the pattern
            return
        for part, sentence in self.sentences[item.id]:
            if words := rule.found(sentence):
                yield part, words

    def _link(self, item: Announced) -> Iterator[Finding]:
        thin = len(item.link.split()) < self.words.limits.substance
        if thin or not _any(self.words.subject, item.link):
            yield found_as("L03", self._place(item, "Verband"), item=item.id)
        elif item.preference and not _any(self.words.proportion, item.link):
            yield found_as("L03/preference", self._place(item, "Verband"), item=item.id)

    def _accepts_equivalents(self, item: Announced) -> Iterator[Finding]:
        """What a preference rewards can be had in another way as well (L06)."""
        words, sentences = self.words, tuple(_split(item.equivalent))
        if item.preference and not any(
            _any(words.equivalents, text) and not _any(words.refusals, text) for text in sentences
        ):
            yield found_as("L06/preference", self._place(item, "Gelijkwaardig"), item=item.id)

    def _open_source(self, item: Announced) -> Iterator[Finding]:
        """A preference for open source names rights, a goal and rungs (L07)."""
        preferring = [found for rule in self.words.rules if rule.code == "L07" for found in self._found(rule, item)]
        if item.preference != "openness" and not preferring:
            return
        asked = " ".join((item.question, *(rung.when for rung in item.scale))).casefold()
        needed = {
            "rechten": sum(word in asked for word in self.words.rights) >= _LEAST_RIGHTS,
            "doel": _any(self.words.goals, item.link),
            "schaal": len(item.scale) >= _LEAST_RUNGS,
        }
        if missing := [name for name, present in needed.items() if not present]:
            yield found_as("L07", self._place(item, "Vraag"), item=item.id, missing=listed(missing))

    def _frameworks(self, item: Announced) -> Iterator[Finding]:
        for name in self.words.frameworks:
            named = [text for _, text in self.sentences[item.id] if name in text]
            if named and not any(_VERSION.search(text) for text in named):
                yield found_as("L28", self._place(item, "Vraag"), item=item.id, framework=name)

    def _evidence(self, item: Announced) -> Iterator[Finding]:
        if item.measured or item.session or item.choice:  # the test, the session or the contract is the evidence
            return
        missing = ""
        if item.evidence_needed == "none" or not item.evidence:
            missing = "gevraagd bewijs"
        elif not _any(self.words.verification, item.evidence):
            missing = "manier om het bewijs na te gaan"
        if missing:
            key = "L09" if item.preference else "L09/ordinary"
            yield found_as(key, self._place(item, "Bewijs"), item=item.id, missing=missing)

    def _scale(self, item: Announced) -> Iterator[Finding]:
        """Rungs without substance, alike, overlapping, or too far apart (L08)."""
        found: list[tuple[str, Decimal, Decimal]] = []
        idle = {*self.words.adjectives, *self.words.filler}
        for rung in item.scale:
            telling = [word for word in re.findall(r"[^\W\d_]+", rung.when.casefold()) if word not in idle]
            if len(telling) < self.words.limits.substance:
                found.append(("L08", rung.grade, rung.grade))
        for one, other in combinations(item.scale, 2):
            if one.when.casefold().split() == other.when.casefold().split():
                found.append(("L08/same", one.grade, other.grade))
            elif _overlap(one.when, other.when):
                found.append(("L08/overlap", one.grade, other.grade))
        # The steps of a measurement follow its results, which may well lie closer together near the top.
        steps = [] if item.measured else [(low.grade, high.grade) for low, high in pairwise(item.scale)]
        smallest = min((high - low for low, high in steps), default=Decimal(0))
        found.extend(("L08/step", low, high) for low, high in steps if high - low > smallest)
        for key, grade, next_grade in found:
            grades = {"grade": number_text(grade), "other": number_text(next_grade)}
            yield found_as(key, self._place(item, "Schaal"), item=item.id, **grades)

    def _twice(self) -> Iterator[Finding]:
        """Criteria that rest on the same demands, without a word that sets them apart (L13)."""
        for one, other in combinations(self.model.criteria, 2):
            shared = set(one.demands) & set(other.demands)
            alike = 2 * len(shared) >= min(len(one.demands), len(other.demands))
            if shared and (alike or one.preference or other.preference) and not self._set_apart(one, other):
                demands = listed([f"`{name}`" for name in sorted(shared)])
                yield found_as("L13", self._place(one, "demands"), item=one.id, other=other.id, demands=demands)

    def _set_apart(self, one: Announced, other: Announced) -> bool:
        """Whether one of the two says that what the other judges does not count here."""
        return any(
            there.title.casefold() in text.casefold() and "niet mee" in text
            for here, there in ((one, other), (other, one))
            for _, text in self.sentences[here.id]
        )

    # --- figures ---

    def _knock_outs(self) -> Iterator[Finding]:
        count, most = len(self.model.requirements), self.words.limits.requirements
        if count > most:
            yield found_as("L11/many", _case("set"), count=count, most=most)
        for item in self.model.criteria:
            if item.preference and self.choices.minimum_grades.get(item.id):
                yield found_as("L11/preference", _case(f"minimum_grades/{item.id}"), item=item.id)

    def _preference(self) -> Iterator[Finding]:
        """A preference that weighs much, also under the buyer's own cap, or that alone names the winner (L12)."""
        rule, cap, method = self.model.preference, self.words.limits.preference, self.model.method
        if rule.share > cap:
            share = number_text(round_to(Fraction(rule.share), 2))
            own = {"own": number_text(rule.cap), "source": rule.source} if rule.cap is not None else {}
            key = "L12/own" if own else "L12"
            yield found_as(key, _case("preference"), share=share, cap=number_text(cap), **own)
        kinds = {item.id: item.preference for item in self.model.criteria if item.preference}
        found = decides_alone(method, invented_tenders(method, kinds), kinds) if kinds else None
        if found:
            names = {profile.id: f"“{profile.title}”" for profile in PROFILES}
            winner, other = (listed([names[name] for name in group]) for group in found)
            yield found_as("L12/alone", _case("preference"), winner=winner, other=other)

    def _price(self) -> Iterator[Finding]:
        """No, relative, undefined or unbounded points for the price, or a limit nobody can meet (L14 to L20)."""
        rule, quality = self.model.method.price, self.model.method.quality
        if rule is None or rule.formula is None:
            return
        if not self.model.method.weights.price:
            yield found_as("L20/price", _case("price/points"))
        own = sum((cost.amount for cost in self.model.price_sheet.buyer_costs), Decimal(0))
        if rule.ceiling_reject is not None and rule.ceiling_reject <= own:
            amounts = {"reject": money_text(rule.ceiling_reject), "own": money_text(own)}
            yield found_as("L17", _case("price/ceiling_reject"), **amounts)
        if rule.floor is None or (quality and quality.normalise):
            yield found_as("L14/relative" if rule.removal else "L14", _case("price/formula"))
        if FORMULAS[rule.formula].from_lowest and _may_be_zero(self.model.price_sheet):
            yield found_as("L16", _case("price/formula"), formula=rule.formula)
        below = rule.formula in _BELOW_ZERO and rule.clamp == "none"
        above = rule.formula in _ABOVE_MAXIMUM and rule.clamp != "zero_to_max"
        if below or above:
            where = listed(["onder nul"] * below + ["boven het maximum"] * above)
            yield found_as("L17/clamp", _case("price/clamp"), where=where)
        if rule.ceiling is None:
            return
        if rule.ceiling_reject is None:
            yield found_as("L17/ceiling", _case("price/ceiling"))
        elif rule.ceiling_reject < rule.ceiling:
            amounts = {"reject": money_text(rule.ceiling_reject), "ceiling": money_text(rule.ceiling)}
            yield found_as("L17/reject", _case("price/ceiling_reject"), **amounts)

    def _price_lines(self) -> Iterator[Finding]:
        """Brands, and room for prices that say nothing (L06, L30)."""
        sheet = self.model.price_sheet
        for index, line in enumerate(sheet.lines):
            text, key = f"{line.title} {line.unit}", f"price_sheet/lines/{index}"
            for rule in self.words.rules:
                if rule.code == "L06" and (words := rule.found(text)):
                    yield found_as("L06", _case(f"{key}/title"), item=line.id, words=words)
            if not line.counted and line.max is None:
                yield found_as("L30/uncounted", _case(key), line=line.id)
        if _may_be_zero(sheet):
            yield found_as("L30", _case("price_sheet/lines"))

    def _effective(self) -> Iterator[Finding]:
        """Parts of which so little of the published scale is used that they weigh less than announced (L20)."""
        method = self.model.method
        parts = [(leaf.id, f"minimum_grades/{leaf.id}", leaf.maximum, _usable(leaf)) for leaf in leaves(method)]
        if method.price and method.weights.price:
            parts.append(("price", "price", Fraction(method.weights.price), _usable_price(method.price)))
        nominal = sum((points for _, _, points, _ in parts), Fraction(0))
        usable = sum((points * share for _, _, points, share in parts), Fraction(0))
        for name, key, points, share in parts if usable else ():
            announced, real = 100 * points / nominal, 100 * points * share / usable
            if announced - real > Fraction(self.words.limits.effective):
                shares = {"nominal": number_text(round_to(announced, 1)), "effective": number_text(round_to(real, 1))}
                yield found_as("L20", _case(key), item=name, **shares)


def _case(key: str) -> Place:
    return Place(FILE, key=f"award_model/{key}")


def _applies(rule: WordRule, item: Announced) -> bool:
    if rule.items == "all":
        return True
    return item.points is not None and (rule.items == "criteria" or item.preference is None)


def _any(parts: Iterable[str], text: str) -> bool:
    """Whether one of these stands in the text, also within a word, whatever its capitals."""
    lower = text.casefold()
    return any(part.casefold() in lower for part in parts)


def _sentences(item: Announced) -> Iterator[tuple[str, str]]:
    """Each sentence by which people judge, with the part of the file it is in; the explanation is not among them."""
    yield "title", item.title
    parts = [("Vraag", item.question), ("Bewijs", item.evidence), ("Gelijkwaardig", item.equivalent)]
    parts += [("Oordeel", item.measured.rating)] if item.measured else []
    parts += [("Verloop", item.session.script)] if item.session else []
    for part, text in parts:
        for sentence in _split(text):
            yield part, sentence
    for rung in item.scale:
        yield f"Schaal, cijfer {number_text(rung.grade)}", f"{rung.name}: {rung.when}"


def _split(markdown: str) -> Iterator[str]:
    """The sentences of a text; an item of a list is at least one."""
    text = re.sub(r"[*`]", "", re.sub(r"(?m)^\s*(?:[-*]|\d+\.)\s", "\n\n", markdown))
    for block in re.split(r"\n\s*\n", text):
        yield from re.split(r"(?<=[.!?])\s+(?=[A-Z])", " ".join(block.split()))


_VERSION = re.compile(r"\d\.\d|[Vv]ersie \d|\d{4}")
_RANGE = re.compile(r"(\d+(?:,\d+)?)\s*%?\s*(-|–|tot en met|tot)\s*(\d+(?:,\d+)?)\s*(%|[^\W\d_]+)?")


def _overlap(one: str, other: str) -> bool:
    """Whether two rungs with each one range in the same unit have a value in common."""
    ranges = []
    for text in (one, other):
        found = _RANGE.findall(text)
        if len(found) != 1:
            return False
        low, joint, high, unit = found[0]
        ranges.append((Decimal(low.replace(",", ".")), Decimal(high.replace(",", ".")), joint != "tot", unit))
    (_, end, closed, unit), (start, _, _, other_unit) = sorted(ranges)
    return unit == other_unit and (start < end or (start == end and closed))


def _may_be_zero(sheet: PriceSheet) -> bool:
    counted = [line for line in sheet.lines if line.counted and any(line.quantities.values())]
    return not any(cost.amount for cost in sheet.buyer_costs) and all(line.zero_allowed for line in counted)


def _usable(leaf: Criterion) -> Fraction:
    """The part of the scale that a valid tender can be on."""
    lowest = Fraction(leaf.min_grade or 0)
    if leaf.allowed:
        lowest = Fraction(min((grade for grade in leaf.allowed if grade >= lowest), default=max(leaf.allowed)))
    return (leaf.top_grade - lowest) / leaf.top_grade


def _usable_price(rule: PriceRule) -> Fraction:
    """The part of the bandwidth that is used when dearer tenders are invalid."""
    if rule.floor is None or rule.ceiling is None or rule.ceiling_reject is None:
        return Fraction(1)
    floor, ceiling, reject = map(Fraction, (rule.floor, rule.ceiling, rule.ceiling_reject))
    return max(min(ceiling, reject) - floor, Fraction(0)) / (ceiling - floor)
