"""The ladders that ship, and every fault of one that `library check` finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from procure_ai.findings import Refused
from procure_ai.library.check import check_library
from procure_ai.library.check_ladders import check_ladders
from procure_ai.library.load import load_library
from procure_ai.library.models import Item, Library

SET, ROOT = "generatieve-ai", Path(__file__).parents[2]
Change = Callable[[Library], Library]


def test_the_shipped_ladders_have_a_version_a_date_and_evidence_on_every_rung(library: Library) -> None:
    assert set(library.ladders) == {
        "model-openness", "application-openness", "european-autonomy", "open-standards-exit",
    }  # fmt: skip
    for ladder in library.ladders.values():
        assert ladder.version and ladder.date and ladder.lawful
        assert [rung.grade for rung in ladder.rungs] == [0, 2, 4, 6, 8, 10]
        assert all(rung.evidence for rung in ladder.rungs[1:])
    assert len([name for rung in library.ladders["model-openness"].rungs for name in rung.evidence]) == 6
    assert list(check_ladders(library)) == []


def test_the_scale_of_a_criterion_is_that_of_its_ladder(library: Library) -> None:
    found = {item.id: item for item in library.sets[SET].criteria.values() if item.ladder}
    assert set(found) == {"model-openness", "application-openness", "european-autonomy", "exit"}
    for item in found.values():
        assert item.ladder is not None
        assert [rung.name for rung in item.scale] == [rung.name for rung in item.ladder.rungs]
        assert not any("*" in rung.when for rung in item.scale)


def ladder(name: str, **changes: Any) -> Change:
    """A library in which this ladder differs, in its file and in the criteria that use it."""

    def change(library: Library) -> Library:
        other = library.ladders[name].model_copy(update=changes)
        return items(lambda item: replace(item, ladder=other) if item.header.ladder == name else item)(
            replace(library, ladders={**library.ladders, name: other})
        )

    return change


def items(each: Callable[[Item], Item]) -> Change:
    def change(library: Library) -> Library:
        chosen = library.sets[SET]
        criteria = {name: each(item) for name, item in chosen.criteria.items()}
        return replace(library, sets={SET: replace(chosen, criteria=criteria)})

    return change


def header(name: str, **changes: Any) -> Change:
    return items(lambda item: replace(item, header=item.header.model_copy(update=changes)) if item.id == name else item)


def rung(name: str, index: int, **changes: Any) -> Callable[[Library], Library]:
    def change(library: Library) -> Library:
        rungs = list(library.ladders[name].rungs)
        rungs[index] = rungs[index].model_copy(update=changes)
        return ladder(name, rungs=tuple(rungs))(library)

    return change


def weights(**changes: Any) -> Change:
    def change(library: Library) -> Library:
        sets = dict(library.ladders["european-autonomy"].weight_sets)
        sets["v1-2-1"] = sets["v1-2-1"].model_copy(update=changes)
        return ladder("european-autonomy", weight_sets=sets)(library)

    return change


def question(name: str, **changes: Any) -> Change:
    def change(library: Library) -> Library:
        objectives = {
            key: part.model_copy(update={"questions": {
                asked: found.model_copy(update=changes) if asked == name else found
                for asked, found in part.questions.items()
            }})
            for key, part in library.ladders["european-autonomy"].objectives.items()
        }  # fmt: skip
        return ladder("european-autonomy", objectives=objectives)(library)

    return change


MODEL, CSF = "scorecards/ladders/model-openness.yaml", "scorecards/ladders/european-autonomy.yaml"
CRITERION = f"scorecards/{SET}/criteria"
FAULTS: dict[str, tuple[str, str, str, Change]] = {
    "unknown ladder": (
        "C260", f"{CRITERION}/exit.md", "ladder", header("exit", ladder="open-standards"),
    ),
    "no version": ("C261", MODEL, "version", ladder("model-openness", version=" ")),
    "weights without a version": ("C261", CSF, "weight_sets/v1-2-1/version", weights(version="")),
    "rung without evidence": ("C262", CSF, "rungs/3/evidence", rung("european-autonomy", 3, evidence={})),
    "rung without components": (
        "C262", MODEL, "rungs/4", rung("model-openness", 4, open=(), available=()),
    ),
    "preference left out": ("C264", f"{CRITERION}/european-autonomy.md", "ladder", header(
        "european-autonomy", preference=None)),
    "preference of another kind": ("C264", f"{CRITERION}/model-openness.md", "ladder", header(
        "model-openness", preference="autonomy")),
    "open source counted twice": (
        "C265", f"{CRITERION}/european-autonomy.md", "ladder",
        ladder("european-autonomy", counts=("sov-2-1", "sov-6-3")),
    ),
    "rungs out of order": ("C266", MODEL, "rungs", rung("model-openness", 2, grade=Decimal(2))),
    "a ladder that starts above nothing": ("C266", MODEL, "rungs", rung("model-openness", 0, grade=Decimal(1))),
    "ownership counted": ("C267", CSF, "counts", ladder("european-autonomy", counts=("sov-1-1",))),
    "unusable without a reason": ("C267", CSF, "objectives/sov-1/questions/sov-1-4", question("sov-1-4", why="")),
    "unknown component": ("C268", MODEL, "rungs/3", rung("model-openness", 3, open=("weights",))),
    "unknown evidence beside": ("C268", MODEL, "rungs/2/beside", rung("model-openness", 2, beside=("run",))),
    "weights that do not sum": (
        "C269", CSF, "weight_sets/v1-2-1/weights", weights(weights={f"sov-{n}": Decimal(10) for n in range(1, 9)}),
    ),
    "an objective without a weight": (
        "C269", CSF, "weight_sets/v1-2-1/weights", weights(weights={"sov-1": Decimal(100)}),
    ),
    "unknown source": ("C203", MODEL, "source", ladder("model-openness", source="moff, 1")),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_in_its_place(library: Library, name: str) -> None:
    code, file, key, change = FAULTS[name]
    before = check_library(library)
    found = [item for item in check_library(change(library)) if item not in before]
    assert [(item.code, item.place.file, item.place.key) for item in found if item.code == code] == [(code, file, key)]
    assert {item.code for item in found} == {code}
    assert found[0].is_error is (code != "C265")


def test_the_same_ladder_twice_counts_everything_twice(library: Library) -> None:
    model = library.sets[SET].criteria["model-openness"]
    changed = items(lambda item: replace(item, ladder=model.ladder) if item.id == "exit" else item)(library)
    codes = {item.code for item in check_ladders(changed)}
    assert codes == {"C264", "C265"}


def copied(folder: Path, name: str, old: str, new: str) -> Path:
    import shutil

    for part in ("clauses", "scorecards"):
        shutil.copytree(ROOT / part, folder / part)
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return folder


def test_a_criterion_with_a_ladder_and_a_scale_of_its_own_is_refused(tmp_path: Path) -> None:
    scale = "## Schaal\n\n| Cijfer | Oordeel | Wanneer |\n|---|---|---|\n| 0 | Niet | Niets. |\n\n## Gelijkwaardig"
    root = copied(tmp_path, f"{CRITERION}/model-openness.md", "## Gelijkwaardig", scale)
    with pytest.raises(Refused) as caught:
        load_library(root)
    assert [item.code for item in caught.value.findings] == ["C263"]


@pytest.mark.parametrize("heading", ["Gelijkwaardig", "Verband"])
def test_a_preference_without_equivalents_or_a_reason_is_refused(tmp_path: Path, heading: str) -> None:
    root = copied(tmp_path, f"{CRITERION}/european-autonomy.md", f"## {heading}\n", "")
    with pytest.raises(Refused) as caught:
        load_library(root)
    assert "C115" in [item.code for item in caught.value.findings]


def test_another_rung_is_another_criterion_and_a_new_check_date_is_not(library: Library, tmp_path: Path) -> None:
    item = library.sets[SET].criteria["model-openness"]
    other = load_library(copied(tmp_path / "a", MODEL, "name: Open model (klasse III)", "name: Open model"))[0]
    later = load_library(copied(tmp_path / "b", MODEL, "checked: 2026-11-22", "checked: 2026-12-22"))[0]
    assert other.sets[SET].criteria["model-openness"].fingerprint != item.fingerprint
    assert later.sets[SET].criteria["model-openness"].fingerprint == item.fingerprint
