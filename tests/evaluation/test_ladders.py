"""Ladders: rungs that evidence reaches, classes, and sovereignty, with public models put on the ladder."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
import yaml

from procure_ai.casefile import data
from procure_ai.evaluation import Refusal
from procure_ai.evaluation.ladders import (
    MOF_CLASSES,
    OPENNESS_DIMENSIONS,
    Answer,
    Weighted,
    mof_class,
    openness_index,
    reached,
    sovereignty,
)
from procure_ai.evaluation.model import Announced, build_award_model
from procure_ai.files.strict_yaml import parse, raw
from procure_ai.forms.ladder_sheet import objectives
from procure_ai.library.check_ladders import questions
from procure_ai.procedure.case import Case

ROOT = Path(__file__).parents[2]
LIBRARY = data.library()[0]
MODELS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "models.yaml").read_text("utf-8"))
CSF = LIBRARY.ladders["european-autonomy"]


def announced(points: int, name: str = "model-openness") -> Announced:
    """A criterion of the chatbot case in which openness of the model has this many of 100 points."""
    path = ROOT / "examples/chatbot-gemeente/procedure.yaml"
    content: Any = raw(parse(path.read_text("utf-8"), path.name))
    model = content["award_model"]
    given = {"dutch-quality": str(14 - points), "model-openness": str(points)}
    model["points"] = {**model.get("points", {}), **given}
    built, findings = build_award_model(Case.model_validate(content), LIBRARY, frozenset(LIBRARY.texts()))
    assert built is not None, findings
    return built.criterion(name)


SHORT, FULL = announced(4), announced(5)


# --- which list is asked --------------------------------------------------------------------------


def test_the_weight_in_the_case_decides_on_six_questions_or_the_full_list() -> None:
    assert SHORT.ladder is not None and FULL.ladder is not None
    assert (SHORT.ladder.asked, len(SHORT.evidence_rows)) == ("short", 6)
    assert FULL.ladder.asked == "full"
    assert {row.id for row in FULL.evidence_rows} == {
        *LIBRARY.ladders["model-openness"].components, "weights-run",
    }  # fmt: skip
    assert SHORT.ladder.version == "arXiv 2403.13784 versie 6"
    assert SHORT.fingerprint == FULL.fingerprint


def test_other_ladders_ask_the_tenderer_nothing_more_but_show_the_assessor_evidence() -> None:
    item = announced(4, "european-autonomy")
    assert item.ladder is not None and item.ladder.asked == "no"
    assert [rung.needs for rung in sorted(item.scale, key=lambda rung: rung.grade)][:2] == [(), ("chain-table",)]


# --- rungs ----------------------------------------------------------------------------------------


def test_a_rung_counts_only_with_every_rung_below_it() -> None:
    names = [row.id for row in SHORT.evidence_rows]
    assert [reached(SHORT, frozenset(names[:count])) for count in range(7)] == [
        Decimal(grade) for grade in (0, 2, 4, 4, 6, 8, 10)
    ]  # fmt: skip
    assert reached(SHORT, frozenset(names[1:])) == 0


def test_more_verified_evidence_never_reaches_a_lower_grade() -> None:
    names = [row.id for row in SHORT.evidence_rows]
    found = {
        frozenset(name for name, there in zip(names, chosen, strict=True) if there)
        for chosen in product((True, False), repeat=6)
    }
    for one, more in product(found, found):
        if one < more:
            assert reached(SHORT, one) <= reached(SHORT, more)


@pytest.mark.parametrize(
    ("without", "closed", "grade"),
    [
        ((), (), 10),
        (("data-information",), (), 10),  # class I is complete
        (("datasets",), (), 10),  # the OSI definition through data information
        (("datasets", "data-information"), (), 8),
        (("training-code",), (), 6),
        ((), ("final-parameters",), 4),  # restrictive licence on the weights
        (("weights-run",), (), 2),
        (("technical-report",), (), 10),  # the paper stands in for it
        (("technical-report", "research-paper"), (), 4),
        (("data-card",), (), 4),  # from rung 6 on; parameters that can be had stay 4
        (("model-card",), (), 0),
    ],
)
def test_the_full_list(without: tuple[str, ...], closed: tuple[str, ...], grade: int) -> None:
    verified = frozenset(row.id for row in FULL.evidence_rows) - set(without)
    assert reached(FULL, verified, verified - set(closed)) == grade


# --- the framework of the model -------------------------------------------------------------------


def test_the_ladder_has_the_components_of_the_framework() -> None:
    groups: dict[str, set[str]] = {}
    for name, component in LIBRARY.ladders["model-openness"].components.items():
        groups.setdefault(component.group, set()).add(name.replace("-", "_"))
    assert {name: groups[name] for name in MOF_CLASSES} == MOF_CLASSES
    assert groups["optional"] == {"sample_outputs", "supporting_libraries", "metadata"}


def test_progress_is_zero_until_the_class_below_is_complete_and_missing_says_more() -> None:
    names = frozenset().union(*MOF_CLASSES.values()) - {"data_card", "datasets"}
    found = mof_class(names)
    assert found.name == "unclassified"
    assert {name: str(value.shown) for name, value in found.progress.items()} == {
        "III": "83.3333", "II": "0.0000", "I": "0.0000",
    }  # fmt: skip
    assert found.missing == {"III": ("data_card",), "II": (), "I": ("datasets",)}
    better = mof_class(names | {"data-card"})
    assert (better.name, str(better.progress["I"].shown)) == ("II", "75.0000")


# --- public models --------------------------------------------------------------------------------


def parts(model: dict[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """The components that are there, and those of them under a licence that the tool calls open."""
    there = {name: licence for licence, names in model["licences"].items() for name in names}
    assert there.keys() <= LIBRARY.ladders["model-openness"].components.keys()
    return frozenset(there), frozenset(name for name in there if there[name] in MODELS["open_licences"])


def placed(model: dict[str, Any]) -> Decimal:
    """The rung of a model, as if everything that is public were verified and weights that can be had run elsewhere."""
    there, free = parts(model)
    run = {"weights-run"} if "final-parameters" in there else set()
    return reached(FULL, there | run, free)


def indexed(found: dict[str, Any]) -> Decimal:
    assert len({*found["open"], *found["partial"], *found["closed"]}) == OPENNESS_DIMENSIONS
    counts = (len(found[verdict]) for verdict in ("open", "partial", "closed"))
    return openness_index(*counts, Decimal(100)).sum.shown


@pytest.mark.parametrize("name", MODELS["models"])
def test_a_public_model_stands_where_its_published_components_put_it(name: str) -> None:
    model = MODELS["models"][name]
    assert placed(model) == model["rung"]
    assert mof_class(parts(model)[1]).name == model["class"]
    published = model.get("published", {"class": model["class"]})
    assert published["class"] == model["class"] or len(published["why"]) > 40


def test_the_index_adds_up_to_what_it_publishes() -> None:
    models = MODELS["models"]
    shown = {name: str(indexed(models[name]["index"]["opening-up"])) for name in ("olmo-7b", "bloom", "mistral-7b")}
    assert shown == {"olmo-7b": "12.5000", "bloom": "12.0000", "mistral-7b": "5.5000"}


@pytest.mark.parametrize(("edition", "same", "tied", "reverse"), [("opening-up", 15, 11, 2), ("osai", 0, 3, 0)])
def test_the_order_is_that_of_the_index_except_where_we_say_why(
    edition: str, same: int, tied: int, reverse: int
) -> None:
    models = MODELS["models"]
    judged = {
        name: indexed(model["index"][edition]) for name, model in models.items() if edition in model.get("index", {})
    }
    counts, reversed_pairs = Counter[int](), set()
    for one, other in combinations(judged, 2):
        low, high = sorted((one, other), key=judged.__getitem__)
        difference = (placed(models[high]) - placed(models[low])) * (judged[high] - judged[low])
        counts[(difference > 0) - (difference < 0)] += 1
        if difference < 0:
            reversed_pairs.add((low, high))
    assert (counts[1], counts[0], counts[-1]) == (same, tied, reverse)
    said = {(low, high) for low, told in MODELS["differences"].items() for high in told["above_on_ladder"]}
    assert reversed_pairs <= said and (edition == "osai" or reversed_pairs == said)
    assert all(len(told["why"]) > 40 for told in MODELS["differences"].values())


def test_open_weights_without_a_data_card_stand_above_a_closed_service() -> None:
    models = MODELS["models"]
    for name in ("deepseek-r1", "mistral-7b", "mixtral-8x7b"):
        assert "data-card" not in parts(models[name])[0]
        assert placed(models[name]) == 4 > placed(models["gpt-3-5"])


# --- sovereignty ----------------------------------------------------------------------------------


def weighted(name: str) -> dict[str, Weighted]:
    """A weight set of the ladder as the functions take it."""
    return {
        objective: Weighted(weight / 100, tuple(CSF.objectives[objective].questions))
        for objective, weight in CSF.weight_sets[name].weights.items()
    }


def answers(points: dict[str, str], level: int = 3) -> dict[str, Answer]:
    return {name: Answer(Decimal(value), level) for name, value in points.items()}


def test_the_framework_has_eight_objectives_and_48_questions() -> None:
    assert [len(part.questions) for part in CSF.objectives.values()] == [8, 6, 5, 6, 7, 5, 7, 4]


def test_no_ladder_counts_a_question_about_the_bidder() -> None:
    asked = questions(CSF)
    assert not {"sov-1-1", "sov-1-2", "sov-1-4", "sov-2-5", "sov-5-4"} & {
        name for name, question in asked.items() if question.usable
    }
    counted = {name for ladder in LIBRARY.ladders.values() for name in ladder.counts if name in asked}
    assert counted and all(asked[name].usable for name in counted)


@pytest.mark.parametrize(
    ("name", "p", "q"), [("calculator-2026", "74.2500", "70.7500"), ("v1-2-1", "68.7500", "72.7500")]
)
def test_the_weight_set_decides_the_order(name: str, p: str, q: str) -> None:
    """The offers of S01 and S02, each objective's points on its first question."""
    weights = weighted(name)
    firsts = [objective.questions[0] for objective in weights.values()]
    rows = (
        ("800", "600", "700", "900", "300", "850", "900", "500"),
        ("600", "600", "700", "900", "800", "850", "600", "500"),
    )
    found = [sovereignty(answers(dict(zip(firsts, row, strict=True))), weights) for row in rows]
    assert [str(item.score.shown) for item in found] == [p, q]
    assert all(len(item.gaps) == 40 for item in found)


def test_a_gap_adds_nothing_and_does_not_pass_the_gate() -> None:
    weights = {"one": Weighted(Decimal(1), ("one-1", "one-2"))}
    whole = sovereignty({"one-1": Answer(Decimal(500), 3), "one-2": Answer(Decimal(250), 2)}, weights)
    part = sovereignty({"one-1": Answer(Decimal(500), 3)}, weights)
    none = sovereignty({}, weights)
    assert (str(whole.score.shown), whole.level, whole.gaps) == ("75.0000", 2, ())
    assert (str(part.score.shown), part.level, part.gaps) == ("50.0000", 3, ("one-2",))
    assert (none.level, none.gaps) == (None, ("one-1", "one-2"))
    assert [item.passes(2) for item in (whole, part, none)] == [True, False, False]
    assert not whole.passes(3)
    strict = {"one": Weighted(Decimal(1), ("one-1", "one-2"), minimum=3)}
    under = sovereignty({"one-1": Answer(Decimal(500), 3), "one-2": Answer(Decimal(250), 2)}, strict)
    assert (under.below, under.passes(2)) == (("one",), False)


def test_the_criterion_announces_objectives_weights_and_what_counts_as_the_ladder_has_them() -> None:
    item = LIBRARY.sets["generatieve-ai"].criteria["european-autonomy"]
    told = {part.id: part for part in objectives(item.evidence)}
    assert [(part.id.lower(), part.title) for part in told.values()] == [
        (name, objective.title) for name, objective in CSF.objectives.items()
    ]
    for name, part in told.items():
        weights = (CSF.weight_sets[used].weights[name.lower()] for used in ("v1-2-1", "calculator-2026"))
        assert part.weights == tuple(f"{weight}%" for weight in weights)
        counted = [question.rpartition("-")[2] for question in CSF.counts if question.startswith(name.lower())]
        assert re.findall(r"\d+", part.counts) == counted
        assert part.excluded
    frozen = objectives(announced(4, "european-autonomy").evidence)
    assert [part.id for part in frozen if part.asked] == ["SOV-1", "SOV-2", "SOV-3", "SOV-4"]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: sovereignty(answers({"sov-9-1": "1"}), weighted("v1-2-1")), "unknown_question:sov-9-1"),
        (lambda: sovereignty(answers({"sov-1-1": "1"}, 5), weighted("v1-2-1")), "out_of_range:levels"),
    ],
)
def test_refused(call: Any, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        call()
    assert caught.value.code == code
