"""From one text file to the award, and what may and may not stand in the documents at the end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from casefile_support import (
    ASSESSORS,
    EXAMPLE,
    NAMES,
    OPENERS,
    RANKED,
    REPLIES,
    TENDERERS,
    Demo,
    answers_in,
    fine,
    paragraphs,
    place_of,
    refused,
    retyped,
    run,
    snapshot,
    story,
    typed,
    zipped_text,
)
from openpyxl import load_workbook

from procure_ai.casefile import pricing, tenders
from procure_ai.casefile.books import write_book
from procure_ai.casefile.folder import Folder
from procure_ai.casefile.package import Package
from procure_ai.files import office

# Worked out by hand from examples/chatbot-gemeente/story.
#
# Quality: points of the criterion x grade / 10, criteria in the order of set.yaml.
#   points     10   7    6    5    7    5    5    4    3    5    6    5    2
#   openstad    8   8    8    6    8    8    8    6   10    8   10    8    6
#   -> 8.00+5.60+4.80+3.00+5.60+4.00+4.00+2.40+3.00+4.00+6.00+4.00+1.20 = 55.60
#   parlando   10   8    8   10   10    6    6    4    4    8    6    8    8
#   -> 10.00+5.60+4.80+5.00+7.00+3.00+3.00+1.60+1.20+4.00+3.60+4.00+1.60 = 54.40
#   quickchat   6   6    6    6    6    6    4    2    0    2    4    8    6
#   -> 6.00+4.20+3.60+3.00+4.20+3.00+2.00+0.80+0.00+1.00+2.40+4.00+1.20 = 35.40
# Price: four years; 60% expected (240 x 1,000 conversations, 16 half days, 320 hours) and 40% growth (600, 24,
# 480), with 40,000 of the buyer's own. The voice option does not count. Points: 30 x (450,000 - price) / 300,000.
#   openstad   expected 25,000 + 138,000 + 39,600 + 15,200 + 37,760 + 40,000 = 295,560
#              growth   25,000 + 138,000 + 99,000 + 22,800 + 56,640 + 40,000 = 381,440 -> 329,912 -> 12.0088
#   parlando   expected 31,500 + 144,000 + 44,400 + 18,400 + 43,200 + 40,000 = 321,500
#              growth   31,500 + 144,000 + 111,000 + 27,600 + 64,800 + 40,000 = 418,900 -> 360,460 -> 8.954
#   quickchat  expected 12,500 + 91,600 + 0 + 14,400 + 44,800 + 40,000 = 203,300
#              growth   12,500 + 91,600 + 0 + 21,600 + 67,200 + 40,000 = 232,900 -> 215,140 -> 23.486
# Cirrus trains on prompts: req-no-training fails.
EXPECTED = {
    "openstad": ("55.60", "12.01", "67.61", "329912.00"),
    "parlando": ("54.40", "8.95", "63.35", "360460.00"),
    "quickchat": ("35.40", "23.49", "58.89", "215140.00"),
}


def figures(case: Path) -> dict[str, tuple[str, str, str, str]]:
    folder = Folder(case)
    ranked = pricing.compute(Package(folder, folder.record()))
    found = {}
    for name in ranked.outcome.order:
        result = ranked.outcome.tender(name)
        assert result.quality_points
        assert result.price_points
        assert result.total
        points = (result.quality_points, result.price_points, result.total)
        quality, price, total = (str(item.rounded(2)) for item in points)
        found[name] = (quality, price, total, str(ranked.prices[name].comparison_price))
    return found


def test_winner_and_points_are_those_worked_out_by_hand(demo: Demo) -> None:
    assert figures(demo.case) == EXPECTED
    assert list(figures(demo.case)) == list(RANKED)
    (line,) = [line for line in demo.lines() if line["step"] == "rank"]
    assert line["data"] == {
        "winner": "openstad", "order": list(RANKED), "needs_draw": [], "tied": [], "flags": [],
    }  # fmt: skip


def test_the_ranking_is_told(opened: Path) -> None:
    told = fine("rank", opened).out
    assert "1. Coöperatie OpenStad U.A.: 67,61 punten" in told
    assert "2. Parlando Taaltechniek B.V.: 63,35 punten" in told
    assert "3. QuickChat Europe Ltd.: 58,89 punten" in told
    assert "Cirrus Cloud Solutions N.V.: doet niet mee (voldoet niet aan minimumeis req-no-training)" in told
    again = fine("rank", opened, "--json").json
    assert again["winner"] == "openstad"
    assert again["tenders"]["openstad"]["total"] == "67.6100"
    assert again["tenders"]["cirrus"] == {"status": "invalid", "reason": "knock_out:req-no-training"}


def test_every_file_of_the_case_is_recorded(demo: Demo) -> None:
    recorded = {name for line in demo.lines() for name in (*line["in"], *line["out"])}
    present = set(snapshot(demo.case)) - {"record.jsonl", *(f"AI-bijlage{end}" for end in (".docx", ".html"))}
    assert present - {"AI-bijlage-openstad.docx"} == recorded
    ran = fine("status", demo.case, "--json").json
    assert ran["changed"] == []
    assert all(stage["done"] for stage in ran["stages"])
    assert ran["head"] == demo.lines()[-1]["hash"]


def test_the_head_of_the_record_is_printed_in_what_follows(demo: Demo) -> None:
    """A change in the record is only detectable against a hash that stands somewhere else."""
    for number, line in enumerate(demo.lines()):
        before = demo.lines()[number - 1]["hash"] if number else ""
        assert line["previous"] == before
        for name in line["out"]:
            if name.startswith(("sent/", "award/")) and not name.endswith(".csv"):
                assert before[:12] in zipped_text((demo.case / name).read_bytes()), name
    assert '"record": "' in (demo.case / "package/v1/manifest.json").read_text("utf-8")


# --- report and letters ----------------------------------------------------------------------------


def reasons_of(adopted: dict[str, Any]) -> Iterator[str]:
    for item in adopted.values():
        yield from (item["strong"], item["missing"], item["place"])


def letter(demo: Demo, name: str) -> list[str]:
    return paragraphs((demo.case / "award" / "letters" / f"{name}.docx").read_bytes())


CONSENSUS = story("consensus.yaml")["consensus"]
JUDGED = story("requirements.yaml")["judged"]
SCORES = {name: story(f"scores/{name}.yaml")["scores"] for name in ASSESSORS}
BIDS = {name: story(f"tenders/{name}.yaml") for name in TENDERERS}
_LABEL = re.compile(
    r"^(?:Sterk|Opmerking|Wat ontbrak voor een hoger cijfer|Plaats in uw inschrijving|[^:]+ punten\)): "
)


@pytest.mark.parametrize("name", ["parlando", "quickchat", "openstad"])
def test_a_letter_gives_the_adopted_reasons_and_no_others(demo: Demo, name: str) -> None:
    lines = letter(demo, name)
    labelled = [_LABEL.sub("", line) for line in lines if _LABEL.match(line)]
    own = [text for item in CONSENSUS[name].values() for text in (item["strong"], item["missing"])]
    places = [f"{item['place'].rstrip('.')}." for item in CONSENSUS[name].values()]
    winner = [item["strong"] for item in CONSENSUS["openstad"].values()] if name != "openstad" else []
    assert set(labelled) <= {*own, *places, *winner}
    for text in (*own, *places):  # at the top grade, that nothing was missing is no line
        assert labelled.count(text) == (0 if text.startswith("Niets") else 1), text
    better = [
        item["strong"]
        for criterion, item in CONSENSUS["openstad"].items()
        if Decimal(item["grade"]) > Decimal(CONSENSUS[name][criterion]["grade"])
    ]
    assert [text for text in labelled if text in winner] == better


def fixed_texts(template: str) -> list[re.Pattern[str]]:
    """The paragraphs of a letter template as patterns, a hole standing for anything."""
    page = Path(__file__).parents[2] / "templates" / template
    body = page.read_text("utf-8").split("---\n", 2)[2]
    found = []
    for block in re.split(r"\n\s*\n", body):
        text = re.sub(r"[*#]", "", " ".join(block.split())).strip()
        if re.sub(r"\{\{[^}]+\}\}", "", text).strip():
            pieces = [re.escape(piece) for piece in re.split(r"\{\{[^}]+\}\}", text)]
            found.append(re.compile(".*".join(pieces)))
    return found


@pytest.mark.parametrize(("name", "kind"), [("parlando", "loser"), ("quickchat", "loser"), ("openstad", "winner")])
def test_every_other_sentence_of_a_letter_is_of_the_template(demo: Demo, name: str, kind: str) -> None:
    """What is neither a label with adopted words, nor a figure, nor a name or date, stands in the template."""
    known = fixed_texts(f"letter-{kind}-eu.md")
    for line in letter(demo, name):
        if len(line.split()) < 9 or _LABEL.match(line) or re.match(r"Cijfer \d+ \(.*\): .* punten\.$", line):
            continue
        if line.startswith(("Datum: ", NAMES[name], "Namens Gemeente Waterrijk", "Prijs: ")):
            continue
        made = ("Op de andere criteria kreeg", "Op geen van de criteria")
        assert any(item.fullmatch(line) for item in known) or line.startswith(made), line


@pytest.mark.parametrize("name", TENDERERS)
def test_a_letter_tells_nothing_of_others(demo: Demo, name: str) -> None:
    data = (demo.case / "award" / "letters" / f"{name}.docx").read_bytes()
    text = " ".join(zipped_text(data).split())
    own = [item["missing"] for item in CONSENSUS.get(name, {}).values()]
    for other in set(TENDERERS) - {name, "openstad"}:
        assert NAMES[other] not in text
        assert other not in text.lower()
        for item in CONSENSUS.get(other, {}).values():
            assert item["strong"] not in text
            assert item["missing"] not in text or item["missing"] in own
        for item in JUDGED[other].values():
            if item["reason"] not in [own["reason"] for own in JUDGED[name].values()]:
                assert item["reason"] not in text
    for grades in SCORES.values():
        for items in grades.values():
            for item in items.values():
                assert item["reason"] not in text, "the private reason of an assessor"
    for other in set(TENDERERS) - {name}:
        for answer in (*BIDS[other]["criteria"].values(), *BIDS[other]["requirements"].values()):
            assert (answer.get("answer") or "").rstrip(".") not in text or len(answer["answer"]) < 20
        assert not amounts(other) & set(re.findall(r"\d+(?:\.\d{3})*(?:,\d\d)?", text)), other


def amounts(name: str) -> set[str]:
    """The amounts of a tender as a letter would print them; small ones might be anything."""
    figures = [Decimal(item) for item in BIDS[name]["prices"].values() if Decimal(item) > 1000]
    if name in EXPECTED:
        figures.append(Decimal(EXPECTED[name][3]))
    shown = set()
    for item in figures:
        dutch = f"{item:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
        shown |= {dutch, dutch.removesuffix(",00"), f"{item:.2f}".replace(".", ","), f"{item:.0f}"}
    return shown


def test_the_excluded_tenderer_reads_the_reason_of_the_people_who_judged(demo: Demo) -> None:
    lines = letter(demo, "cirrus")
    assert f"Reden: {JUDGED['cirrus']['req-no-training']['reason']}" in lines
    assert not any(line.startswith("Cijfer ") for line in lines)
    passed = [item["reason"] for name, item in JUDGED["cirrus"].items() if name != "req-no-training"]
    assert not any(reason in line for reason in passed for line in lines)


def test_the_report_has_every_adopted_reason_and_no_private_one(demo: Demo) -> None:
    lines = paragraphs((demo.case / "award" / "award-report.docx").read_bytes())
    text = "\n".join(lines)
    for adopted in CONSENSUS.values():
        for reason in reasons_of(adopted):
            assert reason.rstrip(".") in text
    for grades in SCORES.values():
        for items in grades.values():
            assert not any(item["reason"] in text for item in items.values())
    for verdicts in JUDGED.values():
        assert all(item["reason"] in text for item in verdicts.values())
    words = [line for line in lines if line.startswith("Sterk: ")]
    expected = {
        f"Sterk: {item['strong']}\nOntbrak: {item['missing']}\nPlaats: {item['place']}"
        for adopted in CONSENSUS.values()
        for item in adopted.values()
    }
    assert set(words) == expected
    assert len(words) == 39
    assert "67,61" in text
    assert "1 maart 2027" in text


def test_the_annex_of_the_winner_holds_the_data_of_the_winner(demo: Demo) -> None:
    before = "\n".join(paragraphs((demo.case / "package/v1/contract.docx").read_bytes()))
    after = "\n".join(paragraphs((demo.case / "AI-bijlage-openstad.docx").read_bytes()))
    for text in ("Coöperatie OpenStad U.A.", "Havenstraat 3, Groningen", "00000012"):
        assert text in after
        assert text not in before
    assert "Naam\nGemeente Waterrijk\n[in te vullen]\n" in before
    assert "Naam\nGemeente Waterrijk\nCoöperatie OpenStad U.A.\n" in after
    for text in story("tenders/openstad.yaml")["fields"].values():
        assert text in after, text
    for other in set(TENDERERS) - {"openstad"}:
        assert NAMES[other] not in after
    data = (demo.case / "AI-bijlage-openstad.docx").read_bytes()
    assert "versie 1, gevuld voor Coöperatie OpenStad U.A." in zipped_text(data)


def test_what_a_tenderer_types_stays_text_in_the_annex(received: Path, demo: Demo, tmp_path: Path) -> None:
    form = tmp_path / "openstad" / "answer-form.xlsx"
    form.parent.mkdir()
    hostile = "Noordster # 12B **versie** [[x]] {{y}} & <b> |"
    form.write_bytes(typed(demo.form("openstad"), {"v_field.annex_data_flows.1.3": hostile}))
    fine("receive", form, "--tenderer", "openstad", "--folder", received, at="2027-01-15T15:00")
    fine("contract", received, "--award", "openstad", "-o", tmp_path / "gevuld.docx")
    assert hostile in paragraphs((tmp_path / "gevuld.docx").read_bytes())


# --- the same through the command line, with forms that went through another program ----------------


def test_the_whole_procedure_by_command_with_forms_saved_by_another_program(demo: Demo, tmp_path: Path) -> None:
    """From `init` to `award`: people type in openpyxl what the story says; the outcome is the same."""
    case = tmp_path / "mijn map" / "chatbot voor inwoners"
    fine("init", case, "--example", EXAMPLE)
    fine("check", case)
    fine("publish", case, "--concept-reason", "Voorbeeld; een jurist keurt later goed.", at="2026-12-01T09:00")
    empty = (case / "package/v1/answer-form.xlsx").read_bytes()
    for name in TENDERERS:
        form = tmp_path / name / f"antwoorden van {name}.xlsx"
        form.parent.mkdir()
        form.write_bytes(retyped(empty, demo.form(name)))
        papers = [path for path in demo.inbox(name) if path.suffix == ".pdf"]
        ran = fine("receive", form, *papers, "--tenderer", name, "--folder", case, at="2027-01-15T14:00")
        assert "aangenomen" in ran.out
        assert (case / "tenders" / name / "answer-form.xlsx").read_bytes() == form.read_bytes()

    def replied(step: str) -> None:
        for name in REPLIES[step]:
            back = retyped((case / "sent" / name).read_bytes(), (demo.case / "received" / name).read_bytes())
            (case / "received").mkdir(exist_ok=True)
            (case / "received" / name).write_bytes(back)

    fine("requirements", case, at="2027-01-19T09:00")
    replied("requirements-read")
    assert "Voldoet niet: cirrus." in fine("requirements", case, "--read", at="2027-01-22T16:00").out
    fine("scorecards", case, "--declare", at="2027-01-25T09:00")
    replied("declaration-read")
    fine("scorecards", case, "--declare", "--read", at="2027-01-27T09:00")
    fine("scorecards", case, at="2027-01-27T10:00")
    replied("scorecard-read")
    fine("scorecards", case, "--read", at="2027-02-05T17:00")
    fine("consensus", case, at="2027-02-08T09:00")
    replied("consensus-read")
    fine("consensus", case, "--read", at="2027-02-12T15:00")
    sheets = []
    for name, given in zip(RANKED, demo.vault(), strict=True):
        sheet = tmp_path / "kluis" / name / "price-sheet.xlsx"
        sheet.parent.mkdir(parents=True)
        sheet.write_bytes(retyped((case / "package/v1/price-sheet.xlsx").read_bytes(), given.read_bytes()))
        sheets.append(sheet)
    by = [part for name in OPENERS for part in ("--by", name)]
    fine("open-prices", *sheets, *by, "--folder", case, at="2027-02-22T10:00")
    fine("rank", case, at="2027-02-22T11:00")
    fine("award", case, at="2027-03-01T10:00")
    assert figures(case) == EXPECTED
    folder = Folder(case)
    ours = tenders.accepted(Package(folder, folder.record()))
    theirs = tenders.accepted(Package(Folder(demo.case), Folder(demo.case).record()))
    assert ours == theirs
    for name in TENDERERS:
        letters = f"award/letters/{name}.docx"
        assert paragraphs((case / letters).read_bytes()) == paragraphs((demo.case / letters).read_bytes())
    assert "Alle stappen zijn gezet." in fine("status", case).out


# --- the same input, the same bytes ------------------------------------------------------------------

_RUN = """
import sys
from pathlib import Path
from procure_ai.files import office
office.soffice = lambda: None
from procure_ai.casefile import demo
for done in demo.run(Path(sys.argv[1])):
    pass
"""


def test_the_demonstration_gives_the_same_bytes_elsewhere(demo: Demo, tmp_path: Path) -> None:
    """Another process, seed for hashing, time zone, folder and locale."""
    changed = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"}
    environment = os.environ | changed
    environment.pop("SOURCE_DATE_EPOCH", None)
    target = tmp_path / "een andere map"
    ran = subprocess.run(
        [sys.executable, "-c", _RUN, str(target)], env=environment, cwd=tmp_path, capture_output=True, check=False
    )
    assert ran.returncode == 0, ran.stderr.decode()
    ours, theirs = snapshot(demo.path), snapshot(target)
    assert len(ours) > 180
    assert {name for name in ours if ours[name] != theirs.get(name)} == set()
    assert set(theirs) == set(ours)


# --- LibreOffice as judge ------------------------------------------------------------------------------


@pytest.mark.office
def test_another_program_computes_the_ranking(ranked: Path) -> None:
    assert "LibreOffice komt op dezelfde cijfers uit." in fine("rank", ranked, "--check").out


@pytest.mark.office
@pytest.mark.parametrize(
    ("found", "planted", "message"),
    [
        (34500, 14500, "Herberekend is dit 58000, maar opgeslagen is 138000."),
        ("formula", "=0*", "Herberekend is dit 0, maar opgeslagen is"),
    ],
)
def test_a_planted_result_is_caught(ranked: Path, found: object, planted: object, message: str) -> None:
    """Somebody changes a price or a formula in the ranking workbook: it no longer is what we computed."""
    path = ranked / "award" / "ranking.xlsx"
    book = load_workbook(path)
    cells = [cell for row in book["Prijs"].iter_rows() for cell in row]
    if planted == "=0*":
        place = next(cell for cell in cells if isinstance(cell.value, str) and re.match(r"=[A-Z]+\d+\*", cell.value))
        place.value = planted + str(place.value)[1:]
    else:
        (place,) = [cell for cell in cells if cell.value == found]
        place.value = planted
    book.save(path)
    said = refused(run("rank", ranked, "--check"), "A201")
    assert message in said
    assert "blad Prijs" in said


@pytest.mark.office
def test_a_form_saved_by_libreoffice_is_accepted(published: Path, demo: Demo, tmp_path: Path) -> None:
    """The answers survive; the story's own form and LibreOffice's copy of it are read alike."""
    form = tmp_path / "answer-form.xlsx"
    form.write_bytes(office.convert(demo.form("openstad"), ".xlsx", "xlsx"))
    assert form.read_bytes() != demo.form("openstad")
    fine("receive", form, "--tenderer", "openstad", "--folder", published, at="2027-01-15T14:00")
    folder, theirs = Folder(published), Folder(demo.case)
    ours = tenders.accepted(Package(folder, folder.record()))["openstad"]
    assert ours == tenders.accepted(Package(theirs, theirs.record()))["openstad"]


@pytest.mark.office
@pytest.mark.parametrize(
    ("step", "name"),
    [("scorecards", "scorecard-visser.xlsx"), ("consensus", "consensus.xlsx"), ("requirements", "requirements.xlsx")],
)
def test_committee_forms_saved_by_libreoffice_are_accepted(demo: Demo, case: Path, step: str, name: str) -> None:
    demo.at(step, case)
    returned = case / "received" / name
    returned.parent.mkdir(exist_ok=True)
    returned.write_bytes(office.convert((demo.case / "received" / name).read_bytes(), ".xlsx", "xlsx"))
    fine(step, case, "--read")


@pytest.mark.office
def test_a_price_sheet_saved_by_libreoffice_is_accepted(final: Path, demo: Demo, tmp_path: Path) -> None:
    sheets = []
    for name, given in zip(RANKED, demo.vault(), strict=True):
        sheets.append(tmp_path / f"{name}.xlsx")
        data = given.read_bytes()
        sheets[-1].write_bytes(office.convert(data, ".xlsx", "xlsx") if name == "parlando" else data)
    fine("open-prices", *sheets, "--by", OPENERS[0], "--by", OPENERS[1], "--folder", final)
    fine("rank", final)
    assert figures(final) == EXPECTED


def test_openpyxl_plays_a_program_that_keeps_names(demo: Demo) -> None:
    """The helpers themselves: what is typed by name stands in the cell that the form shows."""
    data = typed((demo.case / "package/v1/price-sheet.xlsx").read_bytes(), {})
    book = load_workbook(demo.case / "package/v1/price-sheet.xlsx")
    sheet, cell = place_of(book, "v_price.setup")
    assert (sheet.title, cell) == ("Prijzen", "F10")
    assert answers_in(data) == {}


def test_the_answer_form_that_came_back_is_held_against_the_very_file_that_was_published(demo: Demo) -> None:
    folder = Folder(demo.case)
    assert write_book(Package.of(folder).answer_form) == folder.read("package/v1/answer-form.xlsx")
