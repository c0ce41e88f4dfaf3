"""People who work at the same time, files that change hands, and draws that people make."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from casefile_support import Demo

from procure_ai.casefile import annexes, data, judging, pricing, tenders
from procure_ai.casefile.folder import Folder, begin
from procure_ai.casefile.package import Package
from procure_ai.findings import Refused

NOW = datetime(2027, 1, 16, 9, tzinfo=UTC)


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {item.code for item in refused.value.findings}


def test_a_step_is_refused_when_another_came_in_between(received: Path) -> None:
    folder = Folder(received)
    package = Package.of(folder)
    first, second = (begin(folder, "receive", NOW, package.record) for _ in range(2))
    first.data["tenderer"] = second.data["tenderer"] = {"id": "parlando"}
    first.put("tenders/parlando/answer-form.xlsx", folder.read("tenders/parlando/answer-form.xlsx"))
    first.finish()
    with pytest.raises(Refused) as refused:
        second.finish()
    assert codes(refused) == {"R114"}


def test_annexes_of_an_earlier_tender_do_not_stay_among_those_that_count(
    published: Path, demo: Demo, tmp_path: Path
) -> None:
    folder = Folder(published)
    form = tmp_path / "answer-form.xlsx"
    form.write_bytes(demo.form("openstad"))
    old, new = tmp_path / "oud.pdf", tmp_path / "nieuw.pdf"
    old.write_bytes(b"oud")
    new.write_bytes(b"nieuw")
    tenders.receive(folder, "openstad", (form, old), NOW)
    tenders.receive(folder, "openstad", (form, new), NOW)
    assert [path.name for path in folder.at("tenders/openstad/annexes").iterdir()] == ["nieuw.pdf"]
    assert folder.read("tenders/openstad/earlier/1/annexes/oud.pdf") == b"oud"


@pytest.mark.parametrize("name", ["CON.pdf", "..\\x.pdf", "a\nb.pdf", "x" * 121 + ".pdf", "gpj\u202e.exe"])
def test_a_file_name_that_breaks_elsewhere_is_refused_before_anything_is_kept(
    name: str, published: Path, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(b"x")
    with pytest.raises(Refused) as refused:
        tenders.receive(Folder(published), "openstad", (path,), NOW)
    assert codes(refused) == {"A310"}
    assert not (published / "tenders").exists()


def test_price_sheets_that_changed_hands_are_refused(final: Path, demo: Demo, tmp_path: Path) -> None:
    files = []
    swapped = {"openstad": "parlando", "parlando": "openstad", "quickchat": "quickchat"}
    sheets = {path.parent.name: path.read_bytes() for path in demo.vault()}
    for given, true in swapped.items():
        path = tmp_path / given / "price-sheet.xlsx"
        path.parent.mkdir()
        path.write_bytes(sheets[true])
        files.append(path)
    openers = ("Yasmin el Amrani", "Peter Smit")
    with pytest.raises(Refused) as refused:
        pricing.open_prices(Folder(final), files, openers, NOW)
    assert codes(refused) == {"A319"}


def test_a_draw_names_exactly_those_who_are_level(demo: Demo) -> None:
    with pytest.raises(Refused) as refused:
        pricing.rank(Folder(demo.case), NOW, ("openstad", "parlando"))
    assert codes(refused) == {"R141"}


def test_a_lost_logbook_is_not_a_new_case(published: Path) -> None:
    (published / "record.jsonl").unlink()
    with pytest.raises(Refused) as refused:
        judging.send_requirements(Folder(published), NOW)
    assert codes(refused) == {"R104"}


def test_who_is_not_accepted_is_named_when_judging_starts(published: Path, demo: Demo, tmp_path: Path) -> None:
    folder = Folder(published)
    in_time = datetime(2027, 1, 14, tzinfo=UTC)
    broken = tmp_path / "answer-form.xlsx"
    broken.write_bytes(b"x")
    assert not tenders.receive(folder, "parlando", (broken,), in_time).accepted
    assert tenders.receive(folder, "openstad", tuple(demo.inbox("openstad")), in_time).accepted
    line = judging.send_requirements(folder, NOW)
    assert line.data["not_accepted"] == ["parlando"]
    assert line.data["tenderers"] == ["openstad"]


@pytest.mark.parametrize("part", ["word/settings.xml", "docProps/core.xml"])
def test_a_broken_house_template_is_a_finding(part: str, published: Path, tmp_path: Path) -> None:
    template, broken = data.data_root() / "templates" / "contract.docx", tmp_path / "huis.docx"
    with zipfile.ZipFile(template) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"<a/>" if name == part else source.read(name))
    with pytest.raises(Refused) as refused:
        annexes.annex(Folder(published), tenderer=None, template=broken, formats=("docx",), allow_errors=False)
    assert codes(refused) == {"W001"}
