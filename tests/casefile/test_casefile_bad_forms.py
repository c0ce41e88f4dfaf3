"""Workbooks that come back with faults: a finding at sheet and cell; a tender is kept, and nothing else changes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from casefile_support import (
    ASSESSORS,
    NAMES,
    OPENERS,
    RANKED,
    Demo,
    cell_of,
    edited,
    fine,
    place_of,
    refused,
    run,
    snapshot,
    typed,
)

Spoil = Callable[[bytes, Demo], bytes]


def types(**values: Any) -> Spoil:
    """Somebody types these values; `__` in a key stands for a point."""
    return lambda data, demo: typed(data, {f"v_{key.replace('__', '.')}": value for key, value in values.items()})


def changes(change: Callable[[Any], None]) -> Spoil:
    """Somebody changes the workbook in another way."""
    return lambda data, demo: edited(data, change)


def parts(data: bytes, **extra: bytes) -> bytes:
    """The workbook with parts added or replaced; `__` in a name stands for a slash, `_dot_` for a point."""
    named = {
        name.replace("___", "/_").replace("__", "/").replace("_dot_", "."): content for name, content in extra.items()
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, named.pop(name, None) or old.read(name))
        for name, content in named.items():
            new.writestr(name, content)
    return buffer.getvalue()


def _identity(key: str, value: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for row in book["_procure_ai"].iter_rows():
            if row[0].value == key:
                row[1].value = value

    return change


def _remove_row(book: Any) -> None:
    sheet, cell = place_of(book, "v_requirement.req_stop.answer")
    sheet.delete_rows(sheet[cell].row)


def _new_question(book: Any) -> None:
    sheet, cell = place_of(book, "v_requirement.req_stop.answer")
    sheet.cell(sheet[cell].row, 2).value = "Mag het ook morgen?"


def _without(name: str) -> Callable[[Any], None]:
    return lambda book: book.remove(book[name])


def _other_sheet_name(book: Any) -> None:
    book["Akkoord"].title = "Niet akkoord"


def _extra_row(book: Any) -> None:
    sheet, cell = place_of(book, "v_criterion.dutch_quality.answer")
    sheet.insert_rows(sheet[cell].row)
    sheet.cell(sheet[cell].row, 1).value = "Zie ook:"


def _pasted(book: Any) -> None:
    """All sheets in a new workbook: the hidden identity is lost."""
    book.remove(book["_procure_ai"])


def _pointing_nowhere(data: bytes, demo: Demo) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        relations = archive.read("xl/_rels/workbook.xml.rels")
    return parts(data, xl___rels__workbook_dot_xml_dot_rels=relations.replace(b"sheet1.xml", b"nergens.xml"))


# What happens to the form, the codes, and the cell (by its name) or words that the message holds.
FORMS: dict[str, tuple[Spoil, str, str]] = {
    "removed row": (changes(_remove_row), "A105", "blad Minimumeisen, cel A16"),
    "added row": (changes(_extra_row), "A112", "blad Gunningscriteria, cel A18"),
    "changed question": (changes(_new_question), "A107", "'Mag het ook morgen?'"),
    "formula in an answer": (types(requirement__req_stop__answer='=IF(1>0,"ja","nee")'), "A121",
                             "v_requirement.req_stop.answer"),
    "a link to another file": (types(criterion__service__answer="='[1]Blad1'!A1"), "A121",
                               "v_criterion.service.answer"),
    "an error value as an answer": (types(criterion__service__answer="#N/A"), "A121", "v_criterion.service.answer"),
    "text where yes or no belongs": (types(requirement__req_stop__answer="wellicht"), "A125",
                                     "v_requirement.req_stop.answer"),
    "a number where yes or no belongs": (types(requirement__req_stop__answer=1), "A125",
                                         "v_requirement.req_stop.answer"),
    "an answer that is too long": (types(criterion__service__answer="x" * 6000), "A126", "v_criterion.service.answer"),
    "an impossible date": (types(signed__date="31-02-2027"), "A127", "v_signed.date"),
    "no name": (types(tenderer__name=None), "A301", "v_tenderer.name"),
    "another version": (changes(_identity("version", "2")), "A102", "de versie is '2', verwacht was '1'"),
    "another procedure": (changes(_identity("procedure", "2026-9999")), "A102", "het kenmerk is '2026-9999'"),
    "another kind of form": (changes(_identity("form", "scorecard")), "A102", "het soort formulier is 'scorecard'"),
    "the form of another tenderer": (lambda data, demo: demo.form("parlando"), "A319", "--tenderer parlando"),
    "pasted into a new workbook": (changes(_pasted), "A101", "niet het formulier"),
    "a sheet removed": (changes(_without("Contractgegevens")), "A103", "Contractgegevens"),
    "a sheet renamed": (changes(_other_sheet_name), "A103", "Akkoord"),
    "another form of the house": (lambda data, demo: demo.vault()[0].read_bytes(), "A102",
                                  "het soort formulier is 'price-sheet'"),
    "a workbook of their own": (lambda data, demo: edited(data, _own), "A101", "niet het formulier"),
    "a PDF": (lambda data, demo: demo.inbox("openstad")[1].read_bytes(), "A001", "een PDF"),
    "nothing": (lambda data, demo: b"", "A001", "leeg"),
    "half a file": (lambda data, demo: data[: len(data) // 2], "A001", "afgebroken"),
    "plain text": (lambda data, demo: b"Geachte heer, mevrouw", "A001", "geen Office-bestand"),
    "an old workbook": (lambda data, demo: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "A002", ".xls"),
    "a Word file": (lambda data, demo: (demo.case / "AI-bijlage.docx").read_bytes(), "A004", "geen Excel-bestand"),
    "macros": (lambda data, demo: parts(data, xl__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0 macro"), "A010", "macro"),
    "another file inside": (lambda data, demo: parts(data, xl__media__image1_dot_png=b"PK\x03\x04"), "A012",
                            "image1.png"),
    "a zip bomb": (lambda data, demo: parts(data, xl__worksheets__sheet1_dot_xml=b"<x>" + b" " * 140_000_000), "A005",
                   "veel te groot"),
    "a document type": (lambda data, demo: parts(data, xl__workbook_dot_xml=b'<!DOCTYPE x [<!ENTITY a "a">]><x/>'),
                        "A007", "entiteit"),
    "a sheet that points nowhere": (_pointing_nowhere, "A103", "blad Lees mij"),
    "broken XML": (lambda data, demo: parts(data, xl__sharedStrings_dot_xml=b"<sst><si>"), "A013", "werkmap"),
}  # fmt: skip


def _own(book: Any) -> None:
    for sheet in list(book)[1:]:
        book.remove(sheet)
    book.worksheets[0].title = "Blad1"


@pytest.mark.parametrize("name", FORMS)
def test_a_bad_answer_form_is_kept_and_not_accepted(name: str, published: Path, demo: Demo, tmp_path: Path) -> None:
    spoil, codes, words = FORMS[name]
    form = tmp_path / "inzending" / "answer-form.xlsx"
    form.parent.mkdir()
    form.write_bytes(spoil(demo.form("openstad"), demo))
    before = snapshot(published)
    ran = run("receive", form, "--tenderer", "openstad", "--folder", published, at="2027-01-15T14:00")
    said = refused(ran, *codes.split())
    if words.startswith("v_"):
        sheet, cell = cell_of(demo.form("openstad"), words)
        words = f"blad {sheet}, cel {cell}: fout"
    assert words in said, said
    assert "bewaard, niet aangenomen" in said
    after = snapshot(published)
    assert (published / "tenders/openstad/answer-form.xlsx").read_bytes() == form.read_bytes()
    changed = {item for item in after if after[item] != before.get(item)}
    assert changed == {"record.jsonl", "tenders/openstad/answer-form.xlsx"}
    assert "openstad (niet aangenomen)" in fine("status", published).out
    refused(run("requirements", published), "R131")


@pytest.mark.parametrize("name", ["v_criterion.dutch_quality.answer", "v_requirement.req_stop.answer"])
def test_an_empty_row_that_was_added(name: str, published: Path, demo: Demo, tmp_path: Path) -> None:
    def add(book: Any) -> None:
        sheet, cell = place_of(book, name)
        sheet.insert_rows(sheet[cell].row)

    form = tmp_path / "answer-form.xlsx"
    form.write_bytes(edited(demo.form("openstad"), add))
    ran = run("receive", form, "--tenderer", "openstad", "--folder", published, at="2027-01-15T14:00")
    refused(ran, "A112")


def test_a_removed_row_gives_no_flood_of_findings(published: Path, demo: Demo, tmp_path: Path) -> None:
    """Cells below a removed row have moved; what stands there must not be read as wrong answers."""
    form = tmp_path / "answer-form.xlsx"
    form.write_bytes(edited(demo.form("openstad"), _remove_row))
    ran = run("receive", form, "--tenderer", "openstad", "--folder", published, at="2027-01-15T14:00")
    assert "1 fout, 0 waarschuwingen." in refused(ran, "A105")


def test_a_corrected_form_is_accepted_and_both_are_kept(published: Path, demo: Demo, tmp_path: Path) -> None:
    form = tmp_path / "answer-form.xlsx"
    form.write_bytes(edited(demo.form("openstad"), _new_question))
    wrong = form.read_bytes()
    arguments = ("receive", form, "--tenderer", "openstad", "--folder", published)
    assert run(*arguments, at="2027-01-15T14:00").code == 1
    form.write_bytes(demo.form("openstad"))
    fine(*arguments, at="2027-01-16T14:00")
    assert (published / "tenders/openstad/earlier/1/answer-form.xlsx").read_bytes() == wrong
    assert (published / "tenders/openstad/answer-form.xlsx").read_bytes() == form.read_bytes()
    fine("requirements", published)


WARNED: dict[str, tuple[Spoil, str]] = {
    "the name written otherwise": (types(tenderer__name="Openstad (coöperatie)"), "A313"),
    "an open requirement": (types(requirement__req_stop__answer=None), "A302"),
    "an open criterion": (types(criterion__service__answer=None), "A303"),
    "no evidence": (types(criterion__service__evidence=None), "A304"),
    "no agreement": (types(agreed__annex="nee"), "A305"),
    "not signed": (types(signed__name=None), "A308"),
    "a contract field open": (types(field__annex_data_flows__1__3=None), "A309"),
    "a note beside the form": (changes(lambda book: book["Akkoord"].cell(30, 5, "Groet!")), "A109"),
    "a sheet of their own": (changes(lambda book: book.create_sheet("Kladblad")), "A104"),
    "a row that was hidden": (changes(lambda book: setattr(book["Akkoord"].row_dimensions[6], "hidden", True)), "A110"),
}


@pytest.mark.parametrize("name", WARNED)
def test_what_people_must_decide_is_a_warning(name: str, published: Path, demo: Demo, tmp_path: Path) -> None:
    spoil, code = WARNED[name]
    form = tmp_path / "answer-form.xlsx"
    form.write_bytes(spoil(demo.form("openstad"), demo))
    ran = fine("receive", form, "--tenderer", "openstad", "--folder", published, at="2027-01-15T14:00")
    assert f"let op {code}: " in ran.said


def test_files_of_a_tender_that_are_no_form(published: Path, demo: Demo, tmp_path: Path) -> None:
    arguments = ("--folder", published, "--tenderer")
    papers = [path for path in demo.inbox("openstad") if path.suffix == ".pdf"]
    before = snapshot(published)
    refused(run("receive", *papers, *arguments, "opensted"), "P120")
    same = tmp_path / papers[0].name
    same.write_bytes(b"%PDF-1.4")
    refused(run("receive", papers[0], same, *arguments, "openstad"), "A310")
    assert snapshot(published) == before
    said = refused(run("receive", *papers, *arguments, "openstad", at="2027-01-15T14:00"), "A311")
    assert "bewaard" in said
    assert (published / "tenders/openstad/annexes" / papers[0].name).read_bytes() == papers[0].read_bytes()


# --- price sheets ------------------------------------------------------------------------------------

PRICES: dict[str, tuple[dict[str, Any], str, str]] = {
    "thousands and decimals": ({"v_price.setup": "1.234,50"}, "A123", "twee manieren"),
    "thousands alone": ({"v_price.setup": "1.234"}, "A123", "twee manieren"),
    "words": ({"v_price.setup": "op aanvraag"}, "A122", "'op aanvraag'"),
    "an amount with a sign": ({"v_price.setup": "€ 1234,50"}, "A122", "Typ alleen een getal"),
    "missing": ({"v_price.setup": None}, "A320", "geen prijs ingevuld"),
    "missing option": ({"v_price.voice": None}, "A320", "Spraakkanaal"),
    "spaces": ({"v_price.setup": "   "}, "A320", "geen prijs ingevuld"),
    "negative": ({"v_price.setup": -1}, "A124", "lager dan toegestaan"),
    "zero where it may not": ({"v_price.setup": 0}, "A323", "mag hier niet"),
    "over the announced bound": ({"v_price.consultancy": 175.01}, "A124", "hoger dan toegestaan"),
    "formula": ({"v_price.setup": "=25000*2"}, "A121", "formule"),
    "yes": ({"v_price.setup": True}, "A122", "geen waar of onwaar"),
    "an error": ({"v_price.setup": "#N/A"}, "A122", "#N/A"),
}


def _open(case: Path, sheets: list[Path]) -> Any:
    by = ("--by", OPENERS[0], "--by", OPENERS[1])
    return run("open-prices", *sheets, *by, "--folder", case, at="2027-02-22T10:00")


def _sheets(demo: Demo, folder: Path, change: Callable[[bytes], bytes]) -> list[Path]:
    """The three price sheets by name; that of parlando changed."""
    found = []
    for name, path in zip(RANKED, demo.vault(), strict=True):
        found.append(folder / f"{name}.xlsx")
        found[-1].write_bytes(change(path.read_bytes()) if name == "parlando" else path.read_bytes())
    return found


@pytest.mark.parametrize("name", PRICES)
def test_a_bad_price_is_found_and_all_prices_stay_closed(name: str, final: Path, demo: Demo, tmp_path: Path) -> None:
    values, code, words = PRICES[name]
    sheets = _sheets(demo, tmp_path, lambda data: typed(data, values))
    before = snapshot(final)
    said = refused(_open(final, sheets), code)
    (key,) = values
    sheet, cell = cell_of(demo.vault()[0].read_bytes(), key)
    assert f"tenders/parlando/price-sheet.xlsx, blad {sheet}, cel {cell}: fout {code}" in said
    assert words in said
    assert snapshot(final) == before


def test_prices_typed_as_dutch_text_are_read(final: Path, demo: Demo, tmp_path: Path) -> None:
    values = {"v_price.setup": "31500,00", "v_price.platform": " 36000 ", "v_price.conversations": "185.00"}
    sheets = _sheets(demo, tmp_path, lambda data: typed(data, values))
    assert _open(final, sheets).code == 0
    assert "Parlando Taaltechniek B.V.: 63,35 punten" in fine("rank", final).out


def test_a_changed_quantity_or_formula_on_the_price_sheet(final: Path, demo: Demo, tmp_path: Path) -> None:
    def other_quantity(book: Any) -> None:
        book["Prijzen"]["D12"] = 6

    def own_total(book: Any) -> None:
        book["Prijzen"]["G16"] = 1000

    before = snapshot(final)
    for change, code in ((other_quantity, "A107"), (own_total, "A108")):
        sheets = _sheets(demo, tmp_path, lambda data, change=change: edited(data, change))
        assert "tenders/parlando/price-sheet.xlsx, blad Prijzen" in refused(_open(final, sheets), code)
    assert snapshot(final) == before


# --- the committee ------------------------------------------------------------------------------------

_GRADE, _REASON = "v_grade.openstad.service", "v_reason.openstad.service"
CARDS: dict[str, tuple[Spoil, str, str]] = {
    "grade off the scale": (lambda data, demo: typed(data, {_GRADE: 7}), "A125", _GRADE),
    "grade far off the scale": (lambda data, demo: typed(data, {_GRADE: "tien"}), "A125", _GRADE),
    "no grade": (lambda data, demo: typed(data, {_GRADE: None}), "A340", _GRADE),
    "no reason": (lambda data, demo: typed(data, {_REASON: None}), "A342", _REASON),
    "a reason of spaces": (lambda data, demo: typed(data, {_REASON: "  \n "}), "A342", _REASON),
    "a short reason": (lambda data, demo: typed(data, {_REASON: "goed"}), "A343", _REASON),
    "a formula as reason": (lambda data, demo: typed(data, {_REASON: '=REPT("x",50)'}), "A121", _REASON),
    "the card of a colleague": (
        lambda data, demo: (demo.case / "received/scorecard-visser.xlsx").read_bytes(), "A102",
        "de persoon is 'visser'",
    ),
    "an answer changed": (
        changes(lambda book: setattr(book["Coöperatie OpenStad U.A."]["B12"], "value", "Alles is goed.")), "A107",
        "Alles is goed.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CARDS)
def test_a_bad_scorecard_is_not_taken(name: str, carded: Path, demo: Demo, tmp_path: Path) -> None:
    spoil, code, words = CARDS[name]
    good = (demo.case / "received/scorecard-bakker.xlsx").read_bytes()
    card = tmp_path / "scorecard-bakker.xlsx"
    card.write_bytes(spoil(good, demo))
    before = snapshot(carded)
    said = refused(run("scorecards", carded, "--read", "--file", card), *code.split())
    if words.startswith("v_"):
        words = "scorecard-bakker.xlsx, blad {}, cel {}: fout".format(*cell_of(good, words))
    assert words in said
    assert snapshot(carded) == before


def test_faults_in_all_cards_are_told_at_once(carded: Path, demo: Demo) -> None:
    (carded / "received").mkdir(exist_ok=True)
    for name in ASSESSORS:
        data = (demo.case / f"received/scorecard-{name}.xlsx").read_bytes()
        spoiled = typed(data, {_GRADE: None}) if name != "visser" else data
        (carded / f"received/scorecard-{name}.xlsx").write_bytes(spoiled)
    before = snapshot(carded)
    said = refused(run("scorecards", carded, "--read"), "A340")
    assert "scorecard-bakker.xlsx" in said
    assert "scorecard-jansen.xlsx" in said
    assert "2 fouten" in said
    assert snapshot(carded) == before


ADOPTED: dict[str, tuple[dict[str, Any], str, str]] = {
    "another tenderer named": (
        {"v_strong.openstad.service": "Beter dan Parlando, met een eigen helpdesk en vaste uren."}, "A357",
        NAMES["parlando"],
    ),
    "the excluded tenderer is not in the group": ({"v_place.openstad.service": None}, "A354", "plaats"),
    "nothing strong": ({"v_strong.openstad.service": None}, "A352", "sterk"),
    "nothing missing below the top": ({"v_missing.openstad.service": None}, "A353", "ontbreekt"),
    "no grade": ({"v_grade.openstad.service": None}, "A350", "cijfer"),
    "grade off the scale": ({"v_grade.openstad.service": 11}, "A125", "keuzelijst"),
    "nobody adopted": ({"v_adopted": None}, "A355", "wie vaststelde"),
}  # fmt: skip


@pytest.mark.parametrize("name", ADOPTED)
def test_a_bad_consensus_is_not_taken(name: str, discussed: Path, demo: Demo) -> None:
    values, code, words = ADOPTED[name]
    good = (demo.case / "received/consensus.xlsx").read_bytes()
    (discussed / "received/consensus.xlsx").write_bytes(typed(good, values))
    before = snapshot(discussed)
    said = refused(run("consensus", discussed, "--read"), code)
    (key,) = values
    assert "consensus.xlsx, blad {}, cel {}: fout".format(*cell_of(good, key)) in said
    assert words in said
    assert snapshot(discussed) == before


JUDGEMENT: dict[str, tuple[dict[str, Any], str]] = {
    "unclear": ({"v_verdict.cirrus.req_no_training": "onduidelijk"}, "A334"),
    "no verdict": ({"v_verdict.cirrus.req_no_training": None}, "A330"),
    "no reason": ({"v_reason.cirrus.req_no_training": None}, "A331"),
    "nobody judged": ({"v_judge.cirrus": None}, "A332"),
    "no status of the evidence": ({"v_evidence.cirrus.req_no_training": None}, "A333"),
    "a word that is no verdict": ({"v_verdict.cirrus.req_no_training": "misschien"}, "A125"),
}


@pytest.mark.parametrize("name", JUDGEMENT)
def test_a_bad_judgement_is_not_taken(name: str, demo: Demo, case: Path) -> None:
    values, code = JUDGEMENT[name]
    demo.at("requirements", case)
    good = (demo.case / "received/requirements.xlsx").read_bytes()
    (case / "received").mkdir()
    (case / "received/requirements.xlsx").write_bytes(typed(good, values))
    before = snapshot(case)
    refused(run("requirements", case, "--read"), code)
    assert snapshot(case) == before


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"v_declaration.free": None}, "A337"),
        ({"v_declaration.free": "nee"}, "A336"),
        ({"v_declaration.name": None}, "A338"),
        ({"v_declaration.date": "gisteren"}, "A127"),
    ],
)
def test_a_bad_declaration_is_not_taken(demo: Demo, case: Path, values: dict[str, Any], code: str) -> None:
    demo.at("declarations", case)
    demo.reply("declaration-read", case)
    path = case / "received/declaration-bakker.xlsx"
    path.write_bytes(typed(path.read_bytes(), values))
    before = snapshot(case)
    refused(run("scorecards", case, "--declare", "--read"), code)
    assert snapshot(case) == before


def test_an_assessor_with_an_interest_stops_the_scorecards(demo: Demo, case: Path) -> None:
    demo.at("declarations", case)
    demo.reply("declaration-read", case)
    path = case / "received/declaration-bakker.xlsx"
    told = {"v_declaration.free": "nee", "v_declaration.remark": "Mijn zus werkt bij Parlando."}
    path.write_bytes(typed(path.read_bytes(), told))
    assert "let op A339" in fine("scorecards", case, "--declare", "--read").said
    before = snapshot(case)
    assert "Jan Bakker heeft een belang gemeld." in refused(run("scorecards", case), "R134")
    assert snapshot(case) == before


# --- what was recorded stays as it was ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "file", "command"),
    [
        ("publish", "package/v1/contract.json", ("contract", "--award", "openstad")),
        ("receive", "package/v1/award-model.json", ("requirements",)),
        ("receive", "tenders/openstad/answer-form.xlsx", ("requirements",)),
        ("requirements-read", "received/requirements.xlsx", ("scorecards", "--declare")),
        ("declaration-read", "received/declaration-visser.xlsx", ("scorecards",)),
        ("scorecard-read", "received/scorecard-visser.xlsx", ("consensus",)),
        ("open-prices", "received/consensus.xlsx", ("rank",)),
        ("open-prices", "tenders/parlando/price-sheet.xlsx", ("rank",)),
        ("rank", "tenders/parlando/price-sheet.xlsx", ("award",)),
        ("rank", "received/scorecard-jansen.xlsx", ("award",)),
    ],
)
def test_a_recorded_file_that_was_changed(
    demo: Demo, case: Path, step: str, file: str, command: tuple[str, ...]
) -> None:
    demo.at(step, case)
    path = case / file
    path.write_bytes(path.read_bytes() + b" ")
    before = snapshot(case)
    said = refused(run(command[0], case, *command[1:]), "R111")
    assert f"{file}: fout R111" in said
    assert run("status", case, "--json").json["changed"] == [file]
    assert run("status", case).code == 1
    assert snapshot(case) == before


def test_a_recorded_file_that_is_gone(opened: Path) -> None:
    (opened / "tenders/parlando/price-sheet.xlsx").unlink()
    assert "tenders/parlando/price-sheet.xlsx: fout F040" in refused(run("rank", opened), "F040")
    assert run("status", opened, "--json").json["changed"] == ["tenders/parlando/price-sheet.xlsx"]


def _lines(case: Path) -> list[bytes]:
    return (case / "record.jsonl").read_bytes().split(b"\n")


RECORD: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str, int]] = {
    "a date changed": (lambda rows: [rows[0], rows[1].replace(b"2027-01-15", b"2027-01-18"), *rows[2:]], "R103", 2),
    "a name changed": (lambda rows: [rows[0].replace(b'"version":"1"', b'"version":"2"'), *rows[1:]], "R103", 1),
    "a line removed": (lambda rows: [*rows[:2], *rows[3:]], "R102", 3),
    "a line doubled": (lambda rows: [*rows[:2], rows[1], *rows[2:]], "R102", 3),
    "two lines swapped": (lambda rows: [rows[0], rows[2], rows[1], *rows[3:]], "R102", 2),
    "the first line removed": (lambda rows: rows[1:], "R102", 1),
    "no JSON": (lambda rows: [rows[0], b"hallo", *rows[2:]], "R101", 2),
    "a list": (lambda rows: [rows[0], b"[]", *rows[2:]], "R101", 2),
    "a number too long": (lambda rows: [rows[0], b"9" * 5000, *rows[2:]], "R101", 2),
    "nested deeply": (lambda rows: [rows[0], b"[" * 100_000, *rows[2:]], "R101", 2),
    "half a letter": (lambda rows: [rows[0].replace(b"Voorbeeld", b"\\ud800"), *rows[1:]], "R101", 1),
    "cut off": (lambda rows: [*rows[:-2], rows[-2][:-40]], "R101", 5),
    "the end of the last line gone": (lambda rows: rows[:-1], "R101", 5),
    "empty": (lambda rows: [], "R101", 1),
    "an empty line": (lambda rows: [rows[0], b"", *rows[1:]], "R101", 2),
}


@pytest.mark.parametrize("name", RECORD)
def test_a_record_that_was_touched(name: str, received: Path) -> None:
    change, code, number = RECORD[name]
    (received / "record.jsonl").write_bytes(b"\n".join(change(_lines(received))))
    before = snapshot(received)
    for command in ("status", "requirements", "rank"):
        said = refused(run(command, received), code)
        assert f"record.jsonl:{number}: fout {code}" in said
    assert snapshot(received) == before


def test_a_record_with_windows_line_ends_is_still_whole(received: Path) -> None:
    """A program that saves the file with other line ends changes no fact in it."""
    path = received / "record.jsonl"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    fine("requirements", received)
    assert fine("status", received, "--json").json["changed"] == []


def test_somebody_else_is_busy(received: Path) -> None:
    (received / ".procure-ai.lock").touch()
    before = snapshot(received)
    assert ".procure-ai.lock" in refused(run("requirements", received), "R112")
    assert snapshot(received) == before
    (received / ".procure-ai.lock").unlink()
    fine("requirements", received)
    assert not (received / ".procure-ai.lock").exists()


def test_an_edited_letter_is_never_overwritten(awarded: Path) -> None:
    letter = awarded / "award/letters/parlando.docx"
    letter.write_bytes(letter.read_bytes() + b" ")
    before = snapshot(awarded)
    said = refused(run("award", awarded, at="2027-03-02T10:00"), "R113")
    assert "award/letters/parlando.docx: fout R113" in said
    assert snapshot(awarded) == before


def test_a_file_that_stands_in_the_way_is_never_overwritten(received: Path) -> None:
    own = received / "sent/requirements.xlsx"
    own.parent.mkdir(exist_ok=True)
    own.write_bytes(b"mijn eigen aantekeningen")
    before = snapshot(received)
    refused(run("requirements", received), "R113")
    assert snapshot(received) == before


def test_an_award_date_that_is_none(ranked: Path) -> None:
    before = snapshot(ranked)
    for day in ("2027-02-30", "morgen", "1-3-2027"):
        refused(run("award", ranked, "--date", day), "P122")
    assert snapshot(ranked) == before


def test_the_annex_of_somebody_who_did_not_tender(received: Path, tmp_path: Path) -> None:
    before = snapshot(received)
    assert "openstad" in refused(run("contract", received, "--award", "niemand"), "R123")
    assert snapshot(received) == before


@pytest.mark.parametrize("again", ["2027-01-19T09:05", "2027-01-20T09:00"])
def test_an_interrupted_step_can_be_repeated(received: Path, monkeypatch: pytest.MonkeyPatch, again: str) -> None:
    """The disk fails when the record is written: the step did not happen. What it left is its own, not a person's,
    so repeating the step replaces it, also on another day when its bytes are others."""
    from procure_ai.casefile import folder
    from procure_ai.files.disk import write_atomic
    from procure_ai.findings import refuse

    def failing(path: Path, data: bytes, shown: str = "") -> None:
        if path.name == "record.jsonl":
            raise refuse("F042", "De schijf is vol.")
        write_atomic(path, data, shown)

    before = snapshot(received)
    with monkeypatch.context() as patch:
        patch.setattr(folder, "write_atomic", failing)
        refused(run("requirements", received, at="2027-01-19T09:00"), "F042")
    assert snapshot(received)["record.jsonl"] == before["record.jsonl"]
    fine("requirements", received, at=again)
    assert set(snapshot(received)) == {*before, "sent/requirements.xlsx"}


def test_what_an_interrupted_step_left_and_a_person_edited_is_kept(received: Path) -> None:
    own = received / "sent/requirements.xlsx"
    own.parent.mkdir(exist_ok=True)
    own.write_bytes(b"ingevuld door een mens")
    (received / ".procure-ai.begun").write_text('{"sent/requirements.xlsx": ["00"]}', "utf-8")
    refused(run("requirements", received), "R113")
    for damaged in ("", "[]", "{"):
        (received / ".procure-ai.begun").write_text(damaged, "utf-8")
        refused(run("requirements", received), "R113")
    assert own.read_bytes() == b"ingevuld door een mens"
