"""Documents and templates that the tests of `word` share."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from procure_ai.documents.numbering import number_blocks
from procure_ai.documents.tree import (
    Annex,
    Article,
    Blocks,
    Contents,
    Deleted,
    Document,
    Field,
    FilledBy,
    Heading,
    Inline,
    Inlines,
    Inserted,
    ListBlock,
    Member,
    PageBreak,
    Paragraph,
    Reference,
    Table,
    Text,
)
from procure_ai.files.zips import pack

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = (ROOT / "templates" / "contract.docx").read_bytes()


def inlines(*items: str | Inline) -> Inlines:
    """Strings as text, the rest as it is."""
    return tuple(Text(item) if isinstance(item, str) else item for item in items)


def par(*items: str | Inline, style: str = "body") -> Paragraph:
    return Paragraph(inlines(*items), style)


def member(*items: str | Inline, below: tuple[Member, ...] = (), label: str = "") -> Member:
    return Member(inlines(*items), below, label)


def buyer(key: str, label: str, value: str = "") -> Field:
    return Field(key, label, FilledBy.BUYER, value)


def contract_blocks() -> Blocks:
    """A small contract with everything in it, numbered, without tracked changes."""
    scope = Article(
        "scope",
        "Toepassing en rangorde",
        (
            member("Deze bijlage is onderdeel van de Overeenkomst."),
            member(
                "Bij tegenstrijdigheid gaat voor wat hoger staat:",
                below=(
                    member("de Overeenkomst;"),
                    member(
                        "deze bijlage, met inbegrip van:",
                        below=(
                            member("de tabellen van ", Reference("annex-retention"), "; en"),
                            member("het modelblad;", label="sheet"),
                        ),
                        label="this",
                    ),
                ),
                label="order",
            ),
            member("Zie ", Reference("scope#order"), " en ", Reference("scope#this"), " en verder."),
            member("Zie ook ", Reference("scope#sheet"), ", anders ", Reference("retention"), "."),
        ),
        "a1b2c3d4e5f6a7b8",
    )
    retention = Article(
        "retention",
        "Bewaren & verwijderen",
        (
            member("Verwijderd wordt uiterlijk ", buyer("retention.live", "termijn"), " na verwerking.", label="live"),
            member("De termijn van ", Reference("retention#live"), " is ", buyer("x", "dagen", "30 dagen"), "."),
        ),
        "ffff0000ffff0000",
    )
    annex = Annex(
        "annex-retention",
        "Bewaartermijnen",
        (
            par("Deze bijlage hoort bij ", Reference("retention"), "."),
            Heading(1, inlines("Overzicht")),
            Table(
                (inlines("Soort"), inlines("Termijn"), inlines("Toelichting")),
                ((inlines("Logboek"), inlines("30 dagen"), ()), (inlines("Kort"),)),
                (40, 20, 40),
                "Bewaartermijnen per soort gegeven",
            ),
            ListBlock(((par("eerste"), ListBlock(((par("dieper"),),), ordered=True)), (par("tweede"), par("vervolg")))),
            ListBlock(((par("een"),), (par("twee"),)), ordered=True),
            ListBlock(((par("opnieuw een"),),), ordered=True),
        ),
        "eeee1111eeee1111",
    )
    return number_blocks(
        (
            par("Bijlage Generatieve AI", style="title"),
            par("bij de overeenkomst", style="subtitle"),
            par("Let op.", style="warning"),
            Contents(),
            PageBreak(),
            Heading(1, inlines("Algemeen")),
            scope,
            Heading(1, inlines("Gegevens")),
            retention,
            annex,
        )
    )


def contract(*, draft: bool = False) -> Document:
    """The small contract as a document."""
    return Document(
        "Bijlage Generatieve AI",
        contract_blocks(),
        subject="Chatbot",
        header="Bijlage – Voorbeeldstad",
        footer="Kenmerk 2026-0417",
        draft=draft,
        date="2026-12-01",
        keywords=("inkoop", "AI"),
    )


def redline() -> Document:
    """A contract with tracked changes: a word, a new member, a struck member, a struck article."""
    blocks: list[Article] = [
        Article(
            "one",
            "Een",
            (
                Member(inlines("De termijn ", Deleted("mag"), Inserted("kan"), " lopen."), number="1.1"),
                Member((Deleted("Vervallen lid."),)),
                Member((Inserted("Nieuw lid."),), number="1.2"),
            ),
            number="1",
        ),
        Article("gone", "Weg", (Member((Deleted("Alles weg."),)),)),
        Article("two", "Twee", (Member(inlines("Blijft."), number="2.1"),), number="2"),
    ]
    return Document("Redline", (Heading(1, inlines("Deel")), *blocks), date="2026-12-01")


def unzip(data: bytes) -> dict[str, bytes]:
    """The parts of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def change(data: bytes, part: str, edit: Callable[[str], str]) -> bytes:
    """The file with one part edited as text."""
    parts = unzip(data)
    parts[part] = edit(parts[part].decode("utf-8")).encode("utf-8")
    return pack(parts)


def body(data: bytes) -> str:
    """The XML of the body."""
    return unzip(data)["word/document.xml"].decode("utf-8")


_DUTCH = {"Heading1": "Kop1", "Heading2": "Kop2", "Heading3": "Kop3", "Title": "Titel", "Header": "Koptekst"}


def house_template(*, dutch_names: bool = False) -> bytes:
    """A buyer's template as Dutch Word writes one: other ids, numbered headings, a letterhead, two sections."""
    parts = unzip(TEMPLATE)
    styles = parts["word/styles.xml"].decode("utf-8")
    for ours, theirs in _DUTCH.items():
        styles = styles.replace(f'w:styleId="{ours}"', f'w:styleId="{theirs}"')
        styles = re.sub(f'w:(basedOn|next) w:val="{ours}"', rf'w:\1 w:val="{theirs}"', styles)
    if dutch_names:
        styles = styles.replace('w:name w:val="heading 2"', 'w:name w:val="Kop 2"')
    # Their headings carry numbers of their own, and a style of theirs is based on the second.
    styles = styles.replace('<w:outlineLvl w:val="1"/>', '<w:numPr><w:numId w:val="4"/></w:numPr>@@', 1)
    styles = styles.replace("<w:keepLines/><w:spacing", "<w:keepLines/>@<w:spacing")
    styles = re.sub(r"@(<w:spacing[^>]*/>)(<w:numPr>.*?</w:numPr>)@@", r'\2\1<w:outlineLvl w:val="1"/>', styles)
    styles = styles.replace("@", "")
    for name in ("Lid", "Onderdeel", "Subonderdeel", "Waarschuwing"):
        styles = re.sub(rf'<w:style (?:(?!</w:style>).)*w:name w:val="{name}"/>.*?</w:style>', "", styles)
    styles = styles.replace(
        "</w:styles>",
        '<w:style w:type="paragraph" w:customStyle="1" w:styleId="Blok"><w:name w:val="Blokkop"/>'
        '<w:basedOn w:val="Kop2"/></w:style></w:styles>',
    )
    parts["word/styles.xml"] = styles.encode("utf-8")
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    parts["word/numbering.xml"] = (
        f'<w:numbering {space}><w:abstractNum w:abstractNumId="3"><w:multiLevelType w:val="multilevel"/>'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="H%1"/>'
        '<w:lvlJc w:val="left"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="4"><w:abstractNumId w:val="3"/></w:num></w:numbering>'
    ).encode()
    parts["word/header1.xml"] = (
        parts["word/header1.xml"]
        .replace(b'w:val="Header"', b'w:val="Koptekst"')
        .replace(b"</w:p>", b"<w:r><w:t>Gemeente Testdam</w:t></w:r></w:p>")
    )
    parts["word/footer1.xml"] = parts["word/footer1.xml"].replace(
        b"</w:p>", b'<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>'
    )
    document = parts["word/document.xml"].decode("utf-8")
    section = re.search(r"<w:sectPr>.*</w:sectPr>", document)
    assert section
    bare = re.sub(r"<w:(?:header|footer)Reference[^>]*/>", "", section[0])
    document = document.replace(
        f"<w:p/>{section[0]}",
        f"<w:p><w:pPr>{section[0]}</w:pPr></w:p><w:p><w:r><w:t>Voorbeeldtekst</w:t></w:r></w:p>{bare}",
    )
    parts["word/document.xml"] = document.encode("utf-8")
    types = parts["[Content_Types].xml"].decode("utf-8").replace("document.main+xml", "template.main+xml")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"
    types = types.replace("</Types>", f'<Override PartName="/word/numbering.xml" ContentType="{kind}"/></Types>')
    parts["[Content_Types].xml"] = types.encode("utf-8")
    parts["word/_rels/document.xml.rels"] = parts["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering"'
        b' Target="numbering.xml"/></Relationships>',
    )
    return pack(parts)
