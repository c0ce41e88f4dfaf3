"""Letters that people completed in Word, read back; and the decision that nobody gets the contract."""

from __future__ import annotations

import copy
import csv
import io
import re
import shutil
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest
from casefile_support import (
    NAMES,
    OPENERS,
    RANKED,
    REPLIES,
    Demo,
    fine,
    paragraphs,
    refused,
    retyped,
    run,
    snapshot,
    story,
    typed,
)
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import load_workbook

from procure_ai.files import office

CONSENSUS = story("consensus.yaml")["consensus"]
Change = Callable[[Any], None]


def completed(letter: Path, change: Change) -> None:
    """The letter after somebody changed and saved it."""
    book = docx.Document(str(letter))
    change(book)
    book.save(str(letter))


def at(book: Any, start: str) -> Any:
    """The paragraph that starts with these words."""
    return next(item for item in book.paragraphs if item.text.startswith(start))


def say(item: Any, old: str, new: str) -> None:
    """Replace words in a paragraph, in whatever runs they stand."""
    assert old in item.text, item.text
    text = item.text.replace(old, new)
    for run_ in item.runs[1:]:
        run_._r.getparent().remove(run_._r)
    item.runs[0].text = text


def after(item: Any, text: str) -> None:
    """A new paragraph below this one."""
    made = copy.deepcopy(item._p)
    item._p.addnext(made)
    say(docx.text.paragraph.Paragraph(made, item._parent), item.text, text)


def checked(case: Path, *more: str | Path) -> str:
    """What `award --check` says; nothing in the folder changes by it."""
    before = snapshot(case)
    ran = run("award", case, "--check", *more)
    assert snapshot(case) == before
    assert "Onverwachte fout" not in ran.said
    return ran.said


def codes(said: str) -> list[str]:
    return sorted(set(re.findall(r"(?:fout|let op) ([A-Z]\d{3}):", said)))


# --- what may be changed -----------------------------------------------------------------------------


def test_fresh_letters_say_what_was_adopted(awarded: Path) -> None:
    assert "De brieven zeggen alleen wat is vastgesteld." in fine("award", awarded, "--check").out


def test_space_quotes_and_paragraph_ends_do_not_count(awarded: Path) -> None:
    def change(book: Any) -> None:
        strong = at(book, "Sterk: Van 200 opgaven")
        say(strong, "is 93% gehaald", "is  93%\u00a0 gehaald")
        place = at(book, "Plaats in uw inschrijving: antwoordformulier bij Kwaliteit")
        say(strong, strong.text, f"{strong.text} {place.text}")
        place._p.getparent().remove(place._p)

    completed(awarded / "award/letters/parlando.docx", change)
    assert fine("award", awarded, "--check").err == ""


def test_what_stands_outside_the_reasons_is_told_once_and_no_error(awarded: Path) -> None:
    def change(book: Any) -> None:
        say(at(book, "Geachte heer of mevrouw,"), "heer of mevrouw", "mevrouw Parel")
        say(at(book, "Heeft u vragen"), "Een vraag of een gesprek", "Bel gerust 0800-1234. Een vraag of een gesprek")
        after(at(book, "Heeft u vragen"), "Wij danken u voor de prettige samenwerking.")

    completed(awarded / "award/letters/parlando.docx", change)
    ran = fine("award", awarded, "--check")
    assert codes(ran.out) == ["E135"]
    assert "alinea 4, 102, 103" in ran.out


@pytest.mark.office
def test_a_letter_saved_by_libreoffice_is_the_same_letter(awarded: Path) -> None:
    for name in ("parlando", "cirrus"):
        path = awarded / f"award/letters/{name}.docx"
        path.write_bytes(office.convert(path.read_bytes(), ".docx", "docx"))
    assert fine("award", awarded, "--check").said.startswith("De brieven zeggen")


# --- planted faults ----------------------------------------------------------------------------------


def _tracked(book: Any) -> None:
    made = f'<w:ins {nsdecls("w")} w:id="901" w:author="A" w:date="2027-03-01T00:00:00Z">'
    at(book, "Geachte")._p.append(parse_xml(f"{made}<w:r><w:t> en de demonstratie was zwak</w:t></w:r></w:ins>"))


def _struck(book: Any) -> None:
    """A whole reason struck with tracking on: it no longer counts."""
    item = at(book, "Sterk: Van 200 opgaven")._p
    struck = parse_xml(f'<w:del {nsdecls("w")} w:id="902" w:author="A" w:date="2027-03-01T00:00:00Z"/>')
    for run_ in item.r_lst:
        struck.append(run_)
    for text in struck.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"):
        text.tag = text.tag.removesuffix("}t") + "}delText"
    item.append(struck)


def _hidden(book: Any) -> None:
    made = at(book, "Vragen").insert_paragraph_before("").add_run("verborgen woorden")
    made.font.hidden = True


def _picture(book: Any) -> None:
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000"
        "050001a5f645400000000049454e44ae426082"
    )
    at(book, "Geachte").add_run().add_picture(io.BytesIO(png))


def _row(book: Any) -> Any:
    return book.tables[0].rows[1]


FAULTS: dict[str, tuple[Change, list[str], str]] = {
    "a reason of somebody else below the adopted ones": (
        lambda book: after(at(book, "Sterk: Van 200 opgaven"), "De presentatie was rommelig."),
        ["E131"], "Bij “Kwaliteit in het Nederlands”: “De presentatie was rommelig.”"),
    "words added to an adopted reason": (
        lambda book: at(book, "Sterk: Van 200 opgaven").add_run(" Toch twijfelen wij."),
        ["E131"], "“Toch twijfelen wij.”"),
    "an advantage of the winner that nobody adopted": (
        lambda book: after(at(book, "Openheid van het model (2,40"), "De winnaar is ook lokaal bekend."),
        ["E131"], "“De winnaar is ook lokaal bekend.”"),
    "an adopted reason softened": (
        lambda book: say(at(book, "Wat ontbrak voor een hoger cijfer: Een streven"), "is geen toezegging",
                         "is helaas nog geen harde belofte"),
        ["E132"], "Bij “Herleidbare antwoorden”"),
    "an adopted reason taken out": (
        lambda book: at(book, "Sterk: Van 200 opgaven")._p.getparent().remove(at(book, "Sterk: Van 200")._p),
        ["E133"], "“Sterk: Van 200 opgaven"),
    "an adopted reason rewritten from start to end": (
        lambda book: say(at(book, "Sterk: Van 200"), at(book, "Sterk: Van 200").text, "Uw antwoord was best aardig."),
        ["E131", "E133"], "Uw antwoord was best aardig."),
    "points in the table": (
        lambda book: say(_row(book).cells[2].paragraphs[0], "10,00", "9,00"), ["E134"], "10,00 werd 9,00"),
    "points swapped with those of the winner": (
        lambda book: (say(_row(book).cells[2].paragraphs[0], "10,00", "8,00"),
                      say(_row(book).cells[3].paragraphs[0], "8,00", "10,00")),
        ["E134"], "10, 10,00, 8,00 werd 10, 8,00, 10,00"),
    "a grade among the reasons": (
        lambda book: say(at(book, "Cijfer 10 (Ten minste"), "Cijfer 10", "Cijfer 9"), ["E134"], "10 werd 9"),
    "the place in the ranking": (
        lambda book: say(at(book, "Uw inschrijving kwam op plaats"), "plaats 2 van", "plaats 3 van"),
        ["E134"], "2 werd 3"),
    "the last day of the term": (
        lambda book: say(at(book, "Vóór wij de overeenkomst"), "22 maart 2027", "21 maart 2027"),
        ["E134"], "22 maart 2027 werd 21 maart 2027"),
    "another month with the same figures": (
        lambda book: say(at(book, "Vóór wij de overeenkomst"), "22 maart 2027", "22 april 2027"),
        ["E134"], "22 maart 2027 werd 22 april 2027"),
    "the term taken out": (
        lambda book: at(book, "Vóór wij")._p.getparent().remove(at(book, "Vóór wij")._p), ["E134", "E135"], "niets"),
    "the date of the letter": (
        lambda book: say(at(book, "Datum:"), "1 maart 2027", "5 maart 2027"), ["E134"], "1 maart 2027 werd 5 maart"),
    "a tracked change left in": (_tracked, ["A345", "E135"], "alinea 4"),
    "a reason struck with tracking on": (_struck, ["A345", "E133"], "Sterk: Van 200 opgaven"),
    "hidden text": (_hidden, ["A347", "E135"], "verborgen tekst"),
    "a picture": (_picture, ["A347"], "afbeelding"),
    "the name of one who does not win": (
        lambda book: at(book, "Heeft u vragen").add_run(" Dit schreven wij ook aan QuickChat Europe."),
        ["E135", "E136"], "De brief noemt QuickChat Europe Ltd."),
    "the price of the winner": (
        lambda book: at(book, "Geachte").add_run(" De winnaar vroeg € 329.912."), ["E135", "E136"], "329.912"),
    "another addressee": (
        lambda book: say(at(book, NAMES["parlando"]), NAMES["parlando"], "Iemand anders B.V."),
        ["A349", "E135"], "Parlando Taaltechniek B.V. staat niet meer"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str, awarded: Path) -> None:
    change, expected, words = FAULTS[name]
    completed(awarded / "award/letters/parlando.docx", change)
    said = checked(awarded)
    assert codes(said) == expected, said
    assert words in said, said
    assert all(line.startswith("award/letters/parlando.docx") for line in said.splitlines() if ": fout" in line)


def test_a_comment_is_found(awarded: Path, tmp_path: Path) -> None:
    path = awarded / "award/letters/openstad.docx"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    mark = b'<w:r><w:commentReference w:id="1"/></w:r></w:p>'
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"</w:p>", mark, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert codes(checked(awarded)) == ["A346"]


def test_letters_that_changed_places(awarded: Path) -> None:
    home = awarded / "award/letters"
    one, other = (home / "parlando.docx").read_bytes(), (home / "quickchat.docx").read_bytes()
    (home / "parlando.docx").write_bytes(other)
    (home / "quickchat.docx").write_bytes(one)
    said = checked(awarded)
    assert codes(said) == ["A349"]
    assert "Dit is de brief aan QuickChat Europe Ltd., niet die aan Parlando" in said


def test_what_is_no_letter_or_is_gone(awarded: Path, demo: Demo) -> None:
    home = awarded / "award/letters"
    (home / "cirrus.docx").unlink()
    shutil.copy(awarded / "award/award-report.docx", home / "notitie.docx")
    (home / "parlando.pdf").write_bytes(b"%PDF-1.4")
    (home / "~$rlando.docx").write_bytes(b"lock")
    said = checked(awarded)
    assert codes(said) == ["A348"]
    assert "De brief aan Cirrus Cloud Solutions N.V. staat er niet meer." in said
    assert said.count("A348") == 3


def test_a_file_by_another_name_is_recognised_by_its_words(awarded: Path, tmp_path: Path) -> None:
    path = tmp_path / "definitief.docx"
    shutil.copy(awarded / "award/letters/quickchat.docx", path)
    assert run("award", awarded, "--check", "--file", path).code == 0
    completed(path, lambda book: at(book, "Sterk:").add_run(" Zeg ik."))
    ran = run("award", awarded, "--check", "--file", path, "--json")
    assert ran.code == 1
    assert [item["code"] for item in ran.json["findings"]] == ["E131"]
    assert re.fullmatch(r"alinea \d+", ran.json["findings"][0]["key"])


@pytest.mark.parametrize(
    ("part", "old", "new", "code"),
    [
        ("word/document.xml", b"<w:document", b'<!DOCTYPE x [<!ENTITY a "b">]><w:document', "A007"),
        ("word/document.xml", b"</w:body>", b"</w:body", "A344"),
        ("word/document.xml", b"w:document", b"w:letter", "A344"),
        ("word/vbaProject.bin", b"", b"macro", "A010"),
        ("word/document.xml", b"</w:body>", b" " * 90_000_000 + b"</w:body>", "A005"),
    ],
)
def test_the_guard_stands_before_the_letter(awarded: Path, part: str, old: bytes, new: bytes, code: str) -> None:
    path = awarded / "award/letters/parlando.docx"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = parts[part].replace(old, new) if old else new
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert codes(checked(awarded)) == [code]


def test_what_a_competitor_called_confidential_is_found_even_in_an_adopted_reason(
    received: Path, demo: Demo, tmp_path: Path
) -> None:
    """The winner marks its answer; the committee adopts a whole sentence of it as a strong point."""
    answer = story("tenders/openstad.yaml")["criteria"]["model-openness"]["answer"]
    quoted = " ".join(answer.split()[:12])
    form = tmp_path / "openstad" / "answer-form.xlsx"
    form.parent.mkdir()
    marked = {"v_criterion.model_openness.confidential": "Bedrijfsgeheim."}
    form.write_bytes(typed(demo.form("openstad"), marked))
    fine("receive", form, "--tenderer", "openstad", "--folder", received, at="2027-01-15T15:00")
    case = _to_the_ranking(received, demo, {"v_strong.openstad.model_openness": f"{quoted}, en dat is sterk."})
    ran = run("award", case, at="2027-03-01T10:00")
    assert ran.code == 1
    assert codes(ran.said) == ["E136"]
    assert "Coöperatie OpenStad U.A. vertrouwelijk noemde" in ran.said
    assert "openstad.docx: fout" not in ran.said  # its own letter may say so


def _to_the_ranking(case: Path, demo: Demo, adopted: dict[str, str]) -> Path:
    """From the tenders to the ranking, with these words adopted instead of those of the story."""
    (case / "received").mkdir(exist_ok=True)
    steps = {
        ("requirements",): "requirements-read", ("scorecards", "--declare"): "declaration-read",
        ("scorecards",): "scorecard-read", ("consensus",): "consensus-read",
    }  # fmt: skip
    for (command, *options), step in steps.items():
        fine(command, case, *options)
        for name in REPLIES[step]:
            back = retyped((case / "sent" / name).read_bytes(), (demo.case / "received" / name).read_bytes())
            (case / "received" / name).write_bytes(typed(back, adopted) if name == "consensus.xlsx" else back)
        fine(command, case, *options, "--read")
    by = [part for name in OPENERS for part in ("--by", name)]
    fine("open-prices", *demo.vault(), *by, "--folder", case)
    fine("rank", case)
    return case


# --- never overwritten, and never too early -------------------------------------------------------------


def test_an_edited_letter_is_never_overwritten(awarded: Path) -> None:
    completed(awarded / "award/letters/parlando.docx", lambda book: at(book, "Vragen").add_run(" aan ons"))
    before = snapshot(awarded)
    for more in ((), ("--date", "2027-03-02")):
        said = refused(run("award", awarded, *more), "R113")
        assert "award/letters/parlando.docx" in said
    assert snapshot(awarded) == before


def test_no_letters_yet(ranked: Path) -> None:
    refused(run("award", ranked, "--check"), "R187")
    assert run("award", ranked, "--check", "--date", "2027-03-02").code == 2
    assert run("award", ranked, "--file", ranked / "procedure.yaml").code == 2
    assert run("award", ranked, "--no-award", "Er is geen geld meer.").code == 2


# --- grades ---------------------------------------------------------------------------------------------


def test_every_grade_stands_in_the_csv(demo: Demo) -> None:
    data = (demo.case / "award/grades.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfinschrijver;criterium;")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 3 * 13 * 3
    one = next(row for row in rows if row["titel"] == "Openheid van het model" and row["beoordelaar"] == "Omar Jansen")
    assert one["criterium"] == "model-openness"
    given = story("scores/jansen.yaml")["scores"]["openstad"]["model-openness"]["grade"]
    assert Decimal(one["cijfer"].replace(",", ".")) == Decimal(given)
    assert (one["vastgesteld cijfer"], one["punten"]) == ("6", "2,40")
    total = sum(Decimal(row["punten"].replace(",", ".")) for row in rows if row["beoordelaar"] == "Jan Bakker")
    assert total == Decimal("55.60") + Decimal("54.40") + Decimal("35.40")


# --- the sheet for the notice -----------------------------------------------------------------------------


def test_the_notice_sheet_has_the_published_weights(demo: Demo) -> None:
    sheet = load_workbook(demo.case / "package/v1/notice-criteria.xlsx")["Perceel 1 (LOT-0001)"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows() if isinstance(row[0].value, int | float)]
    assert [row[0] for row in rows] == list(range(1, 15))
    assert [row[5] for row in rows] == [10, 7, 6, 5, 7, 5, 5, 4, 3, 5, 6, 5, 2, 30]
    assert {row[6] for row in rows} == {"poi-exa"}
    assert [row[1] for row in rows] == ["quality"] * 13 + ["cost"]
    assert all(len(row[3]) <= 400 and 20 < len(row[4]) <= 6000 for row in rows)


# --- nobody gets the contract -----------------------------------------------------------------------------

WHY = "De raad heeft het geld voor deze opdracht teruggetrokken."
NOBODY = ("--no-award", WHY, "--by", "A. de Wit")


@pytest.mark.parametrize("step", ["publish", "receive", "requirements-read", "consensus-read", "rank", "award"])
def test_people_may_decide_not_to_award_at_any_moment(step: str, demo: Demo, case: Path) -> None:
    demo.at(step, case)
    before = snapshot(case)
    fine("award", case, *NOBODY, at="2027-03-03T10:00")
    made = set(snapshot(case)) - set(before)
    told = set() if step == "publish" else {f"award/letters-no-award/{name}.docx" for name in NAMES}
    graded = {"award/grades.csv"} if step in ("consensus-read", "rank") else set()
    assert made == {"award/no-award-report.docx", *told, *graded}
    report = "\n".join(paragraphs((case / "award/no-award-report.docx").read_bytes()))
    assert WHY in report
    assert "A. de Wit" in report
    assert "voorgenomen winnaar" not in report
    status = fine("status", case)
    assert WHY in status.out
    assert "Volgende stap" not in status.out
    refused(run("award", case), *(["R186"] if step in ("rank", "award") else ["R139"]))
    refused(run("award", case, *NOBODY), "R186")
    if told:
        assert "zeggen alleen" in fine("award", case, "--check").out


def test_a_letter_without_award_tells_the_decision_and_what_was_judged(ranked: Path) -> None:
    fine("award", ranked, *NOBODY, at="2027-03-03T10:00")
    for name in NAMES:
        text = "\n".join(paragraphs((ranked / f"award/letters-no-award/{name}.docx").read_bytes()))
        assert WHY in text
        assert "3 maart 2027 is besloten om deze opdracht niet te gunnen" in text
        assert "winnaar" not in text.replace("Er is dus geen winnaar.", "")
        assert not any(NAMES[other] in text for other in set(NAMES) - {name})
        for other in RANKED:
            strong = CONSENSUS[other]["dutch-quality"]["strong"]
            assert (strong in text) == (other == name)
    cirrus = "\n".join(paragraphs((ranked / "award/letters-no-award/cirrus.docx").read_bytes()))
    assert "voldoet niet aan de minimumeis" in cirrus


def test_a_reason_that_nobody_decided_is_found_there_too(judged: Path) -> None:
    fine("award", judged, *NOBODY, at="2027-03-03T10:00")
    path = judged / "award/letters-no-award/openstad.docx"
    completed(path, lambda book: say(at(book, WHY), "teruggetrokken", "aan een zwembad gegeven"))
    assert codes(checked(judged)) == ["E132"]


def test_without_reason_or_name_nothing_is_decided(ranked: Path) -> None:
    before = snapshot(ranked)
    refused(run("award", ranked, "--no-award", "Nee", "--by", "A. de Wit"), "R185")
    refused(run("award", ranked, "--no-award", WHY, "--by", " "), "R185")
    refused(run("award", ranked, *NOBODY, "--date", "gisteren"), "P122")
    assert snapshot(ranked) == before


def test_who_was_set_aside_reads_the_reason_of_the_people_who_decided(ranked: Path) -> None:
    why = "De inschrijver gaf onjuiste gegevens over zijn bestuur."
    out = ("exclusion", "--tenderer", "quickchat", "--outcome", "excluded", "--by", "A. de Wit", "--reason", why)
    fine("decide", ranked, *out)
    fine("rank", ranked)
    fine("award", ranked)
    lines = paragraphs((ranked / "award/letters/quickchat.docx").read_bytes())
    assert why in lines
    assert not any(line.startswith("Cijfer ") for line in lines)
    completed(ranked / "award/letters/quickchat.docx", lambda book: say(at(book, why), "onjuiste", "geen"))
    assert codes(checked(ranked)) == ["E132"]
