"""Conditions on facts: data, never code. They hold, do not hold, or are open while a fact is unanswered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations, product

from procure_ai.findings import Finding, Place, nearest
from procure_ai.findings.messages import meant
from procure_ai.library.messages import found_as

Circumstances = Mapping[str, frozenset[str]]
"""The answers that are known: fact id to the answers given. A fact that is absent is unanswered."""


@dataclass(frozen=True, slots=True)
class Is:
    """The fact has at least one of these answers."""

    fact: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = Is | All | Any | Not

ALWAYS = All(())


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition holds (`None` is open), and the facts that decided it."""

    holds: bool | None
    because: tuple[str, ...] = ()


def judge(condition: Condition, known: Circumstances) -> Verdict:
    """Whether the condition holds under these circumstances, with the deciding facts named."""
    match condition:
        case Is(fact=fact, answers=answers):
            if fact not in known:
                return Verdict(None, (fact,))
            return Verdict(bool(known[fact] & set(answers)), (fact,))
        case Not(part=part):
            inner = judge(part, known)
            return Verdict(None if inner.holds is None else not inner.holds, inner.because)
        case All(parts=parts):
            return _combine([judge(part, known) for part in parts], decisive=False)
        case Any(parts=parts):
            return _combine([judge(part, known) for part in parts], decisive=True)


def _combine(verdicts: list[Verdict], *, decisive: bool) -> Verdict:
    """One decisive verdict settles it (False for all, True for any); else open ones keep it open."""
    settled = [verdict for verdict in verdicts if verdict.holds is decisive]
    if settled:
        return Verdict(decisive, settled[0].because)
    still_open = [verdict for verdict in verdicts if verdict.holds is None]
    if still_open:
        return Verdict(None, _unique(chain.from_iterable(verdict.because for verdict in still_open)))
    return Verdict(not decisive, _unique(chain.from_iterable(verdict.because for verdict in verdicts)))


def _unique(items: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))


def facts_in(condition: Condition) -> frozenset[str]:
    """The facts a condition looks at."""
    match condition:
        case Is(fact=fact):
            return frozenset({fact})
        case Not(part=part):
            return facts_in(part)
        case All(parts=parts) | Any(parts=parts):
            return frozenset().union(*(facts_in(part) for part in parts))


class Vocabulary:
    """The closed lists that conditions may use: fact id to answers, and which facts take several."""

    def __init__(self, answers: Mapping[str, tuple[str, ...]], many: frozenset[str]) -> None:
        self.answers, self.many = dict(answers), many
        self.counterexample = lru_cache(maxsize=4096)(self._counterexample)  # many references ask the same

    def situations(self, facts: frozenset[str]) -> Iterator[dict[str, frozenset[str]]]:
        """Every combination of answers to these facts (each non-empty set for a fact with several)."""
        names = sorted(facts)
        choices: list[list[frozenset[str]]] = []
        for name in names:
            options = self.answers[name]
            sizes = range(1, len(options) + 1) if name in self.many else range(1, 2)
            choices.append([frozenset(group) for size in sizes for group in combinations(options, size)])
        for combination in product(*choices):
            yield dict(zip(names, combination, strict=True))

    def _counterexample(self, given: Condition, wanted: Condition) -> Circumstances | None:
        """Circumstances in which `given` holds and `wanted` does not; None proves that it never happens."""
        for situation in self.situations(facts_in(given) | facts_in(wanted)):
            if judge(given, situation).holds and not judge(wanted, situation).holds:
                return situation
        return None


def read_condition(value: object, vocabulary: Vocabulary, place: Place) -> tuple[Condition, tuple[Finding, ...]]:
    """A condition from its YAML mapping (absent is always), and the findings C120 to C122."""
    findings: list[Finding] = []

    def mapping(part: object) -> Condition:
        if not isinstance(part, dict) or not part:
            findings.append(found_as("C120", place))
            return ALWAYS
        return All(tuple(one(str(key), item) for key, item in part.items()))

    def one(key: str, item: object) -> Condition:
        if key in ("any", "all"):
            parts = item if isinstance(item, tuple) else (item,)
            made = tuple(mapping(part) for part in parts)
            return Any(made) if key == "any" else All(made)
        if key == "not":
            return Not(mapping(item))
        answers = item if isinstance(item, tuple) else (item,)
        if key not in vocabulary.answers:
            hint = meant(key, vocabulary.answers, "Kies een feit uit clauses/facts.yaml.")
            findings.append(found_as("C121", place, key=key, hint=hint))
            return ALWAYS
        allowed = vocabulary.answers[key]
        for answer in answers:
            if answer not in allowed:
                near = nearest(str(answer), allowed)
                hint = f" Bedoelde u `{near}`?" if near else ""
                findings.append(found_as("C122", place, answer=answer, key=key, allowed=", ".join(allowed), hint=hint))
        return Is(key, tuple(str(answer) for answer in answers))

    if value is None:
        return ALWAYS, ()
    return mapping(value), tuple(findings)
