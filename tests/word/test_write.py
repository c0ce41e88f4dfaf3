"""What is written: numbers, references, controls, fields, tables, contents, tracked changes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from word_read_back import Line, read_text
from word_samples import ROOT, TEMPLATE, body, buyer, contract, contract_blocks, inlines, member, par, redline, unzip

from procure_ai.documents.numbering import number_blocks
from procure_ai.documents.tree import (
    Article,
    Contents,
    Document,
    Heading,
    PageBreak,
    Reference,
    Table,
    Text,
    plain,
    walk_blocks,
    walk_members,
)
from procure_ai.word import bookmark_name, lint, region_name, write
from procure_ai.word.xml import clean

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def written() -> bytes:
    return write(contract(), template=TEMPLATE)


def test_golden(written: bytes) -> None:
    lines = [f"{line.style}|{line.number}|{line.text}" for line in read_text(written)]
    golden = Path(__file__).with_name("golden_contract.txt")
    assert lines == golden.read_text("utf-8").splitlines()


def test_numbers_in_the_file_are_ours(written: bytes) -> None:
    lines = {(line.style, line.text): line.number for line in read_text(written)}
    for block in contract_blocks():
        if not isinstance(block, Article):
            continue
        assert lines[("heading 2", block.title)] == f"Artikel {block.number}"
        for item in walk_members(block.members):
            found = next(number for (_, text), number in lines.items() if text == plain(item.inlines))
            assert found.rstrip(".") == item.number


def test_references_store_exactly_their_text(written: bytes) -> None:
    shown = "\n".join(line.text for line in read_text(written))
    assert "Zie artikel 1.2 en artikel 1.2, onder b en verder." in shown
    assert "Zie ook artikel 1.2, onder b, 2°, anders artikel 2." in shown
    assert "de tabellen van bijlage 1; en" in shown
    xml = body(written)
    assert r"REF _m_scope__this \n \h" in xml
    assert r"REF _a_retention \n \h \* Lower" in xml


def test_a_reference_that_fits_no_field_is_a_link() -> None:
    blocks = number_blocks((Article("a", "A", (member("x", label="l"), member("y"))),))
    odd = par(Reference("a#l", "het eerste lid"), Reference("weg", "niets"), Reference("leeg"))
    xml = body(write(Document("t", (*blocks, odd))))
    assert '<w:hyperlink w:anchor="_m_a__l" w:history="1"><w:r><w:t xml:space="preserve">het eerste lid' in xml
    assert "niets" in xml
    assert "[[leeg]]" in xml
    assert "REF" not in xml


def test_a_line_that_leads_in_stays_with_what_follows() -> None:
    xml = body(write(Document("t", (par("Met vriendelijke groet,"), par("Zo gaat het:"), par("Einde.")))))
    lines = xml.split("</w:p>")
    assert ["<w:keepNext/>" in line for line in lines[:3]] == [True, True, False]


def test_references_without_fields_for_a_pdf() -> None:
    data = write(contract(), template=TEMPLATE, live=False)
    assert "REF " not in body(data)
    assert read_text(data) == read_text(write(contract(), template=TEMPLATE))


def test_heading_reference() -> None:
    document = Document("t", (Heading(1, inlines("Planning"), "plan"), par("Zie ", Reference("plan", "Planning"))))
    assert r"REF _a_plan \h" in body(write(document))


def test_controls_and_bookmarks(written: bytes) -> None:
    xml = body(written)
    tags = re.findall(r'<w:tag w:val="([^"]*)"', xml)
    assert [tag for tag in tags if "@" in tag] == [
        "scope@a1b2c3d4e5f6",
        "retention@ffff0000ffff",
        "annex-retention@eeee1111eeee",
    ]
    assert 'w:alias w:val="Artikel 2 Bewaren &amp; verwijderen"' in xml
    for name in (region_name("scope"), bookmark_name("scope"), bookmark_name("scope#this")):
        assert xml.count(f'w:name="{name}"') == 1
    long = bookmark_name("een-heel-erg-lange-clausule-naam#met-een-lang-label")
    assert len(long) == 40
    assert long != bookmark_name("een-heel-erg-lange-clausule-naam#met-een-lang-label-2")


def test_open_and_filled_fields(written: bytes) -> None:
    xml = body(written)
    assert '<w:tag w:val="veld:retention.live"/>' in xml
    opened = re.search(r"<w:showingPlcHdr/></w:sdtPr><w:sdtContent>(.*?)</w:sdtContent>", xml)
    assert opened
    assert "[termijn]" in opened[1]
    assert '<w:rStyle w:val="OpenVeld"/>' in opened[1]
    filled = re.search(r'veld:x"/><w:id w:val="\d+"/></w:sdtPr><w:sdtContent>(.*?)</w:sdtContent>', xml)
    assert filled
    assert "30 dagen" in filled[1]
    assert "OpenVeld" not in filled[1]


def test_the_same_field_twice_has_two_controls() -> None:
    data = write(Document("t", (par(buyer("k", "naam"), " en ", buyer("k", "naam")),)))
    assert not [item for item in lint(data) if item.code == "W101"]


def test_contents_with_and_without_pages(written: bytes) -> None:
    entries = [line.text for line in read_text(written) if line.style.startswith("toc")]
    assert entries[:3] == ["Algemeen", "Artikel 1\tToepassing en rangorde", "Gegevens"]
    assert "PAGEREF" not in body(written)
    data = write(contract(), template=TEMPLATE, pages={bookmark_name("scope"): "3"})
    assert "Artikel 1\tToepassing en rangorde\t3" in [line.text for line in read_text(data)]
    assert "updateFields" not in unzip(data)["word/settings.xml"].decode()


def test_heading_two_is_an_article_only_where_articles_are() -> None:
    report = Document("t", (Contents(), Heading(1, inlines("A")), Heading(2, inlines("B")), Heading(3, inlines("C"))))
    lines = read_text(write(report, template=TEMPLATE))
    assert Line("heading 2", "", "B") in lines
    mixed = Document("t", (*report.blocks, *number_blocks((Article("a", "Art", (member("x"),)),))))
    lines = read_text(write(mixed, template=TEMPLATE))
    assert Line("Kop 2 zonder nummer", "", "B") in lines
    assert Line("heading 2", "Artikel 1", "Art") in lines


def test_tracked_changes() -> None:
    data = write(redline(), template=TEMPLATE)
    lines = [(line.number, line.text) for line in read_text(data)]
    assert lines == [
        ("", "Deel"),
        ("Artikel 1", "Een"),
        ("1.1", "De termijn kan lopen."),
        ("", ""),
        ("1.2", "Nieuw lid."),
        ("", ""),
        ("", ""),
        ("Artikel 2", "Twee"),
        ("2.1", "Blijft."),
    ]
    xml = body(data)
    assert '<w:del w:id="' in xml
    assert "<w:delText" in xml
    assert 'w:author="procure-ai" w:date="2026-12-01T00:00:00Z"' in xml
    root = etree.fromstring(xml.encode())
    marks = [mark.tag for mark in root.iterfind(f".//{W}pPr/{W}rPr/*")]
    assert marks == [f"{W}del", f"{W}ins", f"{W}del", f"{W}del"]
    # Struck paragraphs count no longer, but rejecting the change gives their numbers back.
    assert xml.count("<w:pPrChange") == 3
    assert not lint(data)


def test_tables() -> None:
    table = Table((inlines("A"), inlines("B")), ((inlines("1"),),), (1, 3))
    root = etree.fromstring(body(write(Document("t", (table, table, PageBreak())), template=TEMPLATE)).encode())
    grids = [[int(column.get(f"{W}w")) for column in grid] for grid in root.iter(f"{W}tblGrid")]
    assert [sum(grid) for grid in grids] == [9072, 9072]
    assert grids[0][1] == 3 * grids[0][0]
    for found in root.iter(f"{W}tbl"):
        assert found.getnext().tag == f"{W}p"  # tables that touch become one
        assert [len(row.findall(f"{W}tc")) for row in found.iter(f"{W}tr")] == [2, 2]
        assert found.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in found.iter(f"{W}tr"))
        assert found.find(f"{W}tblPr/{W}tblDescription").get(f"{W}val") == "Tabel met de kolommen A, B."


def test_draft_mark_on_every_page() -> None:
    header = unzip(write(contract(draft=True), template=TEMPLATE))["word/header1.xml"].decode()
    assert ">CONCEPT<" in header
    assert 'string="CONCEPT"' in header
    assert "CONCEPT" not in unzip(write(contract(), template=TEMPLATE))["word/header1.xml"].decode()


def test_properties_language_and_settings(written: bytes) -> None:
    parts = {name: data.decode() for name, data in unzip(written).items()}
    core = parts["docProps/core.xml"]
    for expected in (">Bijlage Generatieve AI<", ">nl-NL<", ">2026-12-01T00:00:00Z<", ">inkoop, AI<", ">Chatbot<"):
        assert expected in core
    assert 'w:lang w:val="nl-NL"' in parts["word/styles.xml"]
    for expected in ('decimalSymbol w:val=","', 'themeFontLang w:val="nl-NL"', 'w:val="15"'):
        assert expected in parts["word/settings.xml"]
    assert "Pagina " in parts["word/footer1.xml"]
    assert "NUMPAGES" in parts["word/footer1.xml"]


_PROGRAM = """
import hashlib, sys
sys.path[:0] = [sys.argv[1], sys.argv[2]]
from word_samples import TEMPLATE, contract
from procure_ai.word import write
print(hashlib.sha256(write(contract(draft=True), template=TEMPLATE)).hexdigest())
"""


def test_same_bytes_for_other_seeds_and_time_zones() -> None:
    def digest(seed: str, zone: str) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        command = [sys.executable, "-c", _PROGRAM, str(ROOT), str(Path(__file__).parent)]
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout

    assert digest("1", "UTC") == digest("2", "Asia/Tokyo")


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_any_text_survives(texts: list[str]) -> None:
    blocks = (
        Heading(1, (Text(texts[0]),)),
        Article("a", texts[0], tuple(member(text, buyer(text, text or "x")) for text in texts)),
        Table((inlines(texts[0]),), ((inlines(texts[-1]),),), (), texts[0]),
    )
    document = Document(texts[0], number_blocks(blocks), header=texts[0], footer=texts[-1], draft=True)
    data = write(document)
    for name, part in unzip(data).items():
        if name.endswith(".xml"):
            etree.fromstring(part)
    shown = [line.text for line in read_text(data)]
    for text in texts:
        assert any(clean(text) in line for line in shown)
    assert not [item for item in lint(data) if item.is_error]


def test_everything_in_the_tree_is_written() -> None:
    written = "\n".join(line.text for line in read_text(write(contract())))
    for block in walk_blocks(contract_blocks()):
        if hasattr(block, "inlines"):
            assert plain(block.inlines) in written


def test_speed_is_linear_and_small() -> None:
    """Not a benchmark: only that a contract of 40 pages does not take seconds."""
    import time

    articles = tuple(
        Article(f"c-{index}", "Titel", tuple(member("tekst " * 20, label=f"l{n}") for n in range(7)))
        for index in range(45)
    )
    document = Document("t", number_blocks((Contents(), *articles)))
    write(document, template=TEMPLATE)
    start = time.perf_counter()
    write(document, template=TEMPLATE)
    assert time.perf_counter() - start < 0.5
