"""The words of a Word file that came back, in the shapes that Word and LibreOffice write."""

from __future__ import annotations

import pytest

from procure_ai import word
from procure_ai.documents.lines import ReadLine, tree_lines
from procure_ai.documents.tree import Break, Document, Heading, ListBlock, Paragraph, Table, Text
from procure_ai.files.zips import pack
from procure_ai.findings import Refused

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def file(body: str, namespace: str = W, **parts: str) -> bytes:
    """A Word file of this body; `parts` are other stories by name."""
    stories = {"document": f"<w:document {namespace}><w:body>{body}</w:body></w:document>", **parts}
    made = {f"word/{name}.xml": text.encode() for name, text in stories.items()}
    return pack({"[Content_Types].xml": b'<Types><Override ContentType="%s"/></Types>' % TYPE, **made})


def lines(body: str, namespace: str = W, **parts: str) -> list[ReadLine]:
    return list(word.read(file(body, namespace, **parts), "brief.docx").lines)


def p(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def t(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_what_we_write_is_read_back_line_by_line() -> None:
    blocks = (
        Heading(1, (Text("Kop"),)),
        Paragraph((Text("Een", bold=True), Text(" twee"), Break(), Text("drie"))),
        ListBlock(((Paragraph((Text("punt"),)),),)),
        Table(((Text("A"),), (Text("B"),)), (((Text("1"),), ()),)),
    )
    found = word.read(word.write(Document("Titel", blocks)), "x.docx")
    assert [line.text for line in found.lines] == ["Kop", "Een twee drie", "punt", "A | B", "1 | "]
    assert [line.text for line in found.lines] == list(tree_lines(blocks))
    assert not any(line.marks for line in found.lines)


@pytest.mark.parametrize("namespace", [W, STRICT])
def test_inserted_text_counts_and_struck_text_does_not(namespace: str) -> None:
    body = p(
        t("een ") + f"<w:ins>{t('nieuw ')}</w:ins><w:del><w:r><w:delText>oud</w:delText></w:r></w:del>" + t("eind")
    )
    assert lines(body, namespace) == [ReadLine("een nieuw eind", frozenset({"changed"}))]
    moved = p(f"<w:moveFrom>{t('weg')}</w:moveFrom>") + p(f"<w:moveTo>{t('weg')}</w:moveTo>")
    assert lines(moved) == [ReadLine("", frozenset({"changed"})), ReadLine("weg", frozenset({"changed"}))]
    mark = p("<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + t("blijft"))
    assert lines(mark) == [ReadLine("blijft", frozenset({"changed"}))]


def test_controls_and_changed_wrappers_are_opened() -> None:
    inner = f"<w:sdt><w:sdtPr><w:tag w:val='x'/></w:sdtPr><w:sdtContent>{p(t('in'))}</w:sdtContent></w:sdt>"
    cell = f"<w:tc>{p(t('a'))}{p(t('b'))}</w:tc>"
    wrapped = f"<w:sdt><w:sdtContent><w:tc>{p(t('c'))}</w:tc></w:sdtContent></w:sdt>"
    row = f"<w:tbl><w:tr><w:trPr><w:ins/></w:trPr>{cell}{wrapped}</w:tr></w:tbl>"
    assert lines(inner + row) == [ReadLine("in"), ReadLine("a b | c", frozenset({"changed"}))]


def test_a_note_stands_where_it_is_referred_to() -> None:
    notes = f'<w:footnotes {W}><w:footnote w:id="2">{p(t("een reden in een noot"))}</w:footnote></w:footnotes>'
    body = p(t("tekst") + '<w:r><w:footnoteReference w:id="2"/></w:r>')
    assert lines(body, footnotes=notes) == [ReadLine("tekst een reden in een noot")]


def test_hidden_text_comments_and_pictures_are_marked() -> None:
    assert lines(p("<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r>"))[0].marks == {"hidden"}
    assert lines(p('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>x</w:t></w:r>'))[0].marks == set()
    assert lines(p('<w:commentRangeStart w:id="1"/>' + t("x")))[0].marks == {"comment"}
    assert lines(p("<w:r><w:drawing/></w:r>")) == [ReadLine("", frozenset({"picture"}))]
    box = f"<w:r><w:pict><w:txbxContent>{p(t('in een vak'))}</w:txbxContent></w:pict></w:r>"
    assert lines(p(t("naast") + box)) == [ReadLine("naast in een vak", frozenset({"picture"}))]


def test_headers_footers_and_comments_stand_apart() -> None:
    found = word.read(
        file(p(t("brief")), header1=f"<w:hdr {W}>{p(t('boven'))}</w:hdr>",
             comments=f'<w:comments {W}><w:comment w:id="1">{p(t("bij"))}</w:comment></w:comments>'),
        "x.docx",
    )  # fmt: skip
    assert (found.lines, found.aside.split()) == ((ReadLine("brief"),), ["bij", "boven"])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.4", "A001"),
        (file("<w:p>"), "A344"),
        (pack({"[Content_Types].xml": b'<Types><Override ContentType="%s"/></Types>' % TYPE}), "A344"),
        (file("", settings=f'<!DOCTYPE a [<!ENTITY b "c">]><w:settings {W}/>'), "A007"),
    ],
)
def test_what_cannot_be_trusted_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        word.read(data, "brief.docx")
    assert [item.code for item in refused.value.findings] == [code]
