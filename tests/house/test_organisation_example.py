"""The shipped example of an organisation's folder: it lies on the library, tightens it, and keeps its secret."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from casefile_support import EXAMPLE, ROOT, fine, zipped_text

from procure_ai.casefile import data
from procure_ai.casefile.organisation import PLAYBOOK, playbook
from procure_ai.drafting.values import resolve
from procure_ai.files import office
from procure_ai.files.strict_yaml import parse, raw
from procure_ai.library.check import check_library
from procure_ai.library.models import Library
from procure_ai.procedure.case import Case, ContractChoices
from procure_ai.procedure.read import read_case

FOLDER = ROOT / "examples" / "organisatie-datahuis"
FOUGHT_OVER = {
    "no-training", "retention", "ip-indemnity", "liability", "model-changes", "exit", "audit", "later-ai-functions",
    "human-access", "data-location", "incidents", "usage-price", "sub-processors", "consumer-terms",
}  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Library:
    """The shipped library with the example on top."""
    return data.library(FOLDER)[0]


@pytest.fixture(scope="module")
def case(library: Library) -> Case:
    return read_case((ROOT / "examples" / EXAMPLE / "procedure.yaml").read_bytes(), library)[0]


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published chatbot that names the example, with everything that can be written about it."""
    base = tmp_path_factory.mktemp("datahuis")
    shutil.copytree(FOLDER, base / FOLDER.name)
    made = base / "zaak"
    with patch.object(office, "soffice", lambda: None):
        fine("init", made, "--example", EXAMPLE)
        start = made / "procedure.yaml"
        named = start.read_text("utf-8").replace("format: 1\n", f"format: 1\norganisation: ../{FOLDER.name}\n", 1)
        start.write_text(named, "utf-8")
        for kind in ("docx", "html", "md"):
            fine("contract", made, "--format", kind, "-o", made / f"bijlage.{kind}", at="2026-11-25T09:00")
        reason = "De jurist keurt de teksten goed vóór de gunning."
        fine("publish", made, "--concept-reason", reason, at="2026-11-25T10:00")
        fine("library", "export", "--organisation", base / FOLDER.name, "-o", made / "bepalingen.docx")
    return made


def test_the_folder_lies_on_the_library_with_one_open_conflict() -> None:
    """C124 here: a replaced text of the library has changed. Compare both and set `replaces` right."""
    library, warnings = data.library(FOLDER)
    assert warnings == data.library()[1]
    found = set(check_library(library)) - set(check_library(data.library()[0]))
    assert [(item.code, item.place.key) for item in found] == [("C245", "conflicts/2")]
    assert library.organisation
    assert {item.id: bool(item.choice) for item in library.organisation.conflicts} == {
        "personal-data-in-tools": True,
        "one-or-both-assessments": True,
        "check-or-agent": False,
        "when-to-tell": True,
        "sources-for-ideas": True,
    }


def test_every_place_in_the_policy_that_a_conflict_names_is_there(library: Library) -> None:
    """*Beleid, 3.1* is rule 1 of section 3, *bijlage A.2* rule 2 of annex A; of annex B only the list."""
    chapter, places = "", set()
    for line in (FOLDER / "beleid.md").read_text("utf-8").splitlines():
        if heading := re.match(r"## (?:Bijlage )?(\w+)\.", line):
            chapter = heading[1]
        elif rule := re.match(r"(\d+)\. ", line):
            places.add(f"{chapter}.{rule[1]}")
    assert library.organisation
    for conflict in library.organisation.conflicts:
        named = re.findall(r"\b[A\d]\.\d\b", conflict.one + conflict.other)
        assert named, conflict.id
        assert set(named) <= places, conflict.id


def test_the_contract_has_the_own_values_and_texts(drafted: Path) -> None:
    plan = fine("plan", drafted, "--json").json
    values = {item["key"]: (item["text"], item["origin"]) for item in plan["values"]}
    assert values["retention.abuse-log"] == ("0 dagen", "organisation")
    assert values["data-location.remote-support"] == ("nooit", "organisation")
    assert values["human-access.session"] == ("4 uur", "organisation")  # by a position
    assert values["retention.live"] == ("30 dagen", "case")  # the case goes before the 7 days of the organisation
    assert values["no-training.repair"] == ("14 dagen", "strict")
    assert values["no-training.stop"] == ("8 uur", "organisation")
    assert values["incidents.first"] == ("24 uur", "default")
    text = (drafted / "bijlage.md").read_text("utf-8")
    assert "Persoonsgegevens alleen na Vrijgave" in text
    assert "Deelnemers aan het samenwerkingsverband" in text
    assert "Kennis, instructie en toegang" in text
    assert data.library()[0].clauses["ai-literacy"].title not in text
    definitions = text[text.index("**AI-functie**") : text.index("**Werkdag**")]
    assert "**Vrijgave**" in definitions
    assert "**Deelnemer**" in definitions
    assert "geldt schade die een Deelnemer lijdt" in text[text.index("Afwijkingen van de") :]


def test_every_own_value_is_stricter_or_says_what_is_already_so(library: Library) -> None:
    """What the folder sets is no more than the default in every period; it never loosens."""
    assert library.organisation
    longer = {"logging.keep", "data-sharing.notice", "output-marking.loss"}  # notice ahead, and keeping the log
    for key, text in library.organisation.values.items():
        parameter = library.clauses[key.split(".")[0]].header.parameters[key.split(".")[1]]
        if parameter.default and parameter.type in ("days", "working-days", "hours", "months", "percent"):
            less = float(text) < float(parameter.default)
            assert less != (key in longer), key


def test_values_come_from_case_then_organisation_then_kind_then_clause(library: Library, case: Case) -> None:
    def given(choices: ContractChoices, own: Library) -> tuple[str, str]:
        clauses = {"retention": own.clauses["retention"]}
        found = resolve(own, clauses, own.regimes[case.procedure.base_terms], choices)[0]["retention.cache"]
        return found.text, found.origin

    key, plain = "retention.cache", ContractChoices(kind="annex")
    annex = library.kinds["annex"].model_copy(update={"values": {key: "48"}})
    kind = replace(library, kinds={**library.kinds, "annex": annex})
    chosen = ContractChoices(kind="annex", values={key: "12"})
    assert given(chosen, kind) == ("12 uur", "case")
    assert given(plain, kind) == ("4 uur", "organisation")
    assert given(plain, replace(kind, organisation=None)) == ("48 uur", "kind")
    assert given(plain, replace(library, organisation=None)) == ("24 uur", "default")


# --- what stays secret ------------------------------------------------------------------------------


def test_the_playbook_says_something_about_each_clause_that_suppliers_fight(library: Library) -> None:
    plays = playbook(FOLDER, library)
    assert plays.keys() >= FOUGHT_OVER
    for name, play in plays.items():
        assert play.walk_away, name
        assert play.may_concede, name
        assert play.objections, name


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield str(name)
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)
    else:
        yield str(value)


def flat(text: str) -> str:
    """Letters only: no mark-up, escapes, wrapping or punctuation can hide a sentence."""
    plain = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), html.unescape(text))
    return re.sub(r"[\W_]+", " ", re.sub(r"<[^<>]*>", "", plain)).lower()


def secrets() -> set[str]:
    """Every sentence of the playbook that is long enough to be no accident."""
    text = (FOLDER / PLAYBOOK).read_text("utf-8")
    sentences = {flat(part).strip() for item in strings(raw(parse(text, "x"))) for part in re.split(r"[.?!;:] ", item)}
    return {item for item in sentences if len(item) >= 25}


def written(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            text = zipped_text(content) if content.startswith(b"PK") else content.decode("utf-8")
            found[path.relative_to(folder).as_posix()] = flat(text)
    return found


def test_nothing_of_the_secret_is_in_any_file_that_is_written(drafted: Path) -> None:
    hidden, files = secrets(), written(drafted)
    assert len(hidden) > 150, len(hidden)
    assert {Path(name).suffix for name in files} >= {".docx", ".xlsx", ".json", ".jsonl", ".html", ".md"}
    for name, text in files.items():
        assert [item for item in hidden if item in text] == [], name


def test_the_search_would_have_found_it(drafted: Path) -> None:
    """The same search finds what is in the files, and finds the secret where it may be shown."""
    files = written(drafted)
    known = flat("Vindt de AI-functie zo'n gegeven, dan verwerkt zij het verzoek niet").strip()
    for name in ("package/v1/contract.docx", "bijlage.docx", "bijlage.html", "bepalingen.docx"):
        assert known in files[name], name
    assert "persoonsgegevens alleen na vrijgave" in files["package/v1/contract.json"]
    shown = flat(fine("library", "show", "input-guard", "--organisation", FOLDER).out)
    assert sum(item in shown for item in secrets()) > 5
