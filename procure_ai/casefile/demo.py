"""The demonstration: the three journeys on the example case, with invented people who fill in the forms.

Everything goes through the same steps as a real case. Only the filling in is played: the forms are
built once more with the words of the story in them and put where people would have put them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal, TypeVar

from procure_ai.casefile import (
    annexes,
    awarding,
    books,
    data,
    drafts,
    judged,
    judging,
    planning,
    pricing,
    start,
    tenders,
)
from procure_ai.casefile.folder import CASE, Folder
from procure_ai.casefile.messages import refuse_as
from procure_ai.casefile.package import Package
from procure_ai.documents.tables import Workbook
from procure_ai.files.disk import read_bytes, write_atomic
from procure_ai.files.strict_yaml import decode, parse
from procure_ai.files.typed import Id, Money, Strict, read_model
from procure_ai.findings import Place
from procure_ai.forms.context import CellInput, cell_key, prefilled
from procure_ai.forms.records import EVIDENCE, VERDICTS
from procure_ai.procedure.case import Tenderer

EXAMPLE = "chatbot-gemeente"
MARK = ".procure-ai-demo"
M = TypeVar("M", bound=Strict)
Words = dict[str, str]


class _Bid(Strict):
    format: Literal["1"]
    requirements: dict[Id, Words]
    criteria: dict[Id, Words]
    fields: Words = {}
    prices: dict[Id, Money]
    annexes: tuple[str, ...]


class _Judged(Strict):
    """What people wrote down: by tenderer and by requirement or criterion, the words for each cell."""

    format: Literal["1"]
    judged: dict[Id, dict[Id, Words]] = {}
    scores: dict[Id, dict[Id, Words]] = {}
    consensus: dict[Id, dict[Id, Words]] = {}

    def values(self) -> dict[str, CellInput]:
        """The filled-in cells: words of a list as the form shows them, grades as numbers. `shown-ROW` is about one
        piece of evidence."""
        shown: dict[str, Callable[[str], CellInput]] = {
            "verdict": VERDICTS.__getitem__, "evidence": EVIDENCE.__getitem__, "shown": EVIDENCE.__getitem__,
            "grade": Decimal,
        }  # fmt: skip
        return {
            cell_key(kind, tenderer, subject, *row): shown.get(kind, str)(text)
            for tenderer, subjects in {**self.judged, **self.scores, **self.consensus}.items()
            for subject, cells in subjects.items()
            for cell, text in cells.items()
            for kind, *row in [cell.split("-", 1)]
        }


@dataclass(frozen=True)
class Done:
    """One thing the demonstration did: a sentence, and the file to look at (empty for none)."""

    text: str
    file: str = ""


def prepare(target: Path, *, force: bool) -> Path:
    """An empty folder for the demonstration. An earlier demonstration is replaced only with `force`.

    Raises `Refused` (F049) when the folder holds something else.
    """
    if target.exists() and not target.is_dir():
        raise refuse_as("F049", Place(str(target)), target=target)
    if target.exists() and any(target.iterdir()):
        if not (target / MARK).is_file() or not force:
            raise refuse_as("F049/full", Place(str(target)), target=target)
        shutil.rmtree(target)
    write_atomic(target / MARK, b"Deze map is gemaakt door `procure-ai demo` en mag weg.\n")
    return target


def run(target: Path) -> Iterator[Done]:
    """Walk the three journeys in `target`, telling each thing as it is done."""
    folder = Folder(target / EXAMPLE)
    story = _Story(folder)
    start.init(folder.path, EXAMPLE)
    yield Done("De adviser beschrijft de aankoop in één bestand", f"{EXAMPLE}/{CASE}")
    chosen = planning.plan(folder).selected
    count = sum(item.state == "in" for item in chosen)
    yield Done(f"plan: {count} van de {len(chosen)} bepalingen en bijlagen horen in dit contract, elk met de reden")
    yield from _draft(folder)
    yield from story.play()
    yield from _award(folder)


def _draft(folder: Folder) -> Iterator[Done]:
    from procure_ai.files import office

    formats = ("docx", "pdf") if office.available() else ("docx", "html")
    made = annexes.annex(folder, tenderer=None, template=None, formats=formats, allow_errors=False)
    annexes.save({folder.at(f"AI-bijlage.{name}"): content for name, content in made.files.items()})
    yield Done("contract: de AI-bijlage, zoals hij aan inschrijvers wordt voorgelegd", f"{EXAMPLE}/AI-bijlage.docx")
    drafts.publish(folder, _at("2026-12-01T09:00"), "Voorbeeld; een jurist keurt de teksten goed vóór gunning.")
    yield Done("publish: het pakket, versie 1, bevroren", f"{EXAMPLE}/package/v1/")
    yield Done("  antwoordformulier voor inschrijvers", f"{EXAMPLE}/package/v1/answer-form.xlsx")
    yield Done("  waarom elke bepaling erin staat (intern)", f"{EXAMPLE}/file/justification.docx")


def _award(folder: Folder) -> Iterator[Done]:
    line, ranked = pricing.rank(folder, _at("2027-02-22T11:00"))
    text = f"rank: nummer 1 is {ranked.outcome.winner}, met formules die u kunt narekenen"
    yield Done(text, f"{EXAMPLE}/award/ranking.xlsx")
    awarding.award(folder, _at("2027-03-01T10:00"), None)
    yield Done("award: het gunningsverslag", f"{EXAMPLE}/award/award-report.docx")
    yield Done("  en een brief per inschrijver, met alleen de redenen van de commissie", f"{EXAMPLE}/award/letters/")
    winner = str(line.data["winner"])
    made = annexes.annex(folder, tenderer=winner, template=None, formats=("docx",), allow_errors=False)
    name = f"AI-bijlage-{winner}.docx"
    annexes.save({folder.at(name): made.files["docx"]})
    yield Done("contract --award: de bijlage, gevuld met wat de winnaar heeft opgegeven", f"{EXAMPLE}/{name}")


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


class _Story:
    """The people of the story, who fill in what they were sent."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.source = data.data_root() / "examples" / EXAMPLE / "story"

    def play(self) -> Iterator[Done]:
        """From receiving the tenders to opening the prices."""
        yield from self._tenders()
        yield from self._requirements()
        yield from self._declarations()
        yield from self._scores()
        yield from self._consensus()
        self._prices()
        yield Done("open-prices: twee mensen openen de prijsbladen, pas nu", f"{EXAMPLE}/tenders/")

    def _read(self, name: str, model: type[M]) -> M:
        shown = f"story/{name}"
        return read_model(model, parse(decode(read_bytes(self.source / name, shown), shown), shown), shown)

    def _reply(self, name: str, workbook: Workbook, values: dict[str, CellInput]) -> None:
        """Put a filled-in workbook in received/, as a person does with a mailed file."""
        content = books.write_book(prefilled(workbook, values.items()))
        write_atomic(self.folder.at(f"received/{name}"), content)

    def _tenders(self) -> Iterator[Done]:
        package = Package.of(self.folder)
        inbox = self.folder.path.parent / "inbox"
        fields = {field.key for field in package.contract.tenderer_fields}
        for tenderer in drafts.people(self.folder).tenderers:
            bid = self._read(f"tenders/{tenderer.id}.yaml", _Bid)
            home = inbox / tenderer.id
            values = _answers(bid, tenderer, fields)
            write_atomic(home / tenders.FORM, books.write_book(prefilled(package.answer_form, values.items())))
            for name in bid.annexes:
                write_atomic(home / name, paper(f"{name}: verzonnen bijlage van {tenderer.name}"))
            files = tuple(sorted(home.iterdir()))
            done = tenders.receive(self.folder, tenderer.id, files, _at("2027-01-15T14:00"))
            state = "aangenomen" if done.accepted else "bewaard, niet aangenomen"
            yield Done(f"receive: inschrijving van {tenderer.name} {state}", f"{EXAMPLE}/tenders/{tenderer.id}/")

    def _requirements(self) -> Iterator[Done]:
        judging.send_requirements(self.folder, _at("2027-01-19T09:00"))
        story = self._read("requirements.yaml", _Judged)
        by = "Yasmin el Amrani en Omar Jansen"
        judges: dict[str, CellInput] = {cell_key("judge", tenderer): by for tenderer in story.judged}
        book = judged.requirements_book(Package.of(self.folder))
        self._reply("requirements.xlsx", book, judges | story.values())
        line, _ = judging.take_requirements(self.folder, (), _at("2027-01-22T16:00"))
        failed = ", ".join(line.data["failed"])
        text = f"requirements: mensen oordelen over de minimumeisen; {failed} voldoet niet"
        yield Done(text, f"{EXAMPLE}/received/requirements.xlsx")

    def _declarations(self) -> Iterator[Done]:
        judging.send_declarations(self.folder, _at("2027-01-25T09:00"))
        package = Package.of(self.folder)
        for assessor in judged.panel_of(package).assessors:
            book = judged.declaration_book(package, assessor)
            self._reply(f"declaration-{assessor.id}.xlsx", book, declared(assessor.name, "2027-01-26"))
        judging.take_declarations(self.folder, (), _at("2027-01-27T09:00"))
        yield Done("scorecards --declare: elke beoordelaar verklaart geen belang te hebben", f"{EXAMPLE}/received/")

    def _scores(self) -> Iterator[Done]:
        judging.send_scorecards(self.folder, _at("2027-01-27T10:00"))
        package = Package.of(self.folder)
        for assessor in judged.panel_of(package).assessors:
            story = self._read(f"scores/{assessor.id}.yaml", _Judged)
            self._reply(f"scorecard-{assessor.id}.xlsx", judged.scorecard_book(package, assessor), story.values())
        judging.take_scorecards(self.folder, (), _at("2027-02-05T17:00"))
        yield Done("scorecards: drie beoordelaars scoren, ieder alleen", f"{EXAMPLE}/received/scorecard-bakker.xlsx")

    def _consensus(self) -> Iterator[Done]:
        judging.send_consensus(self.folder, _at("2027-02-08T09:00"))
        by: dict[str, CellInput] = {cell_key("adopted"): "de beoordelingscommissie, op 10 februari 2027"}
        values = by | self._read("consensus.yaml", _Judged).values()
        self._reply("consensus.xlsx", judged.consensus_book(Package.of(self.folder)), values)
        judging.take_consensus(self.folder, (), _at("2027-02-12T15:00"))
        text = "consensus: de commissie stelt per criterium één cijfer en de redenen vast"
        yield Done(text, f"{EXAMPLE}/received/consensus.xlsx")

    def _prices(self) -> None:
        package = Package.of(self.folder)
        vault = self.folder.path.parent / "kluis"
        sheet = pricing.sent_sheet(package)
        paths: list[Path] = []
        for tenderer in pricing.priced(package):
            bid = self._read(f"tenders/{tenderer.id}.yaml", _Bid)
            values: dict[str, CellInput] = {cell_key("price", line): price for line, price in bid.prices.items()}
            values[cell_key("tenderer", "name")] = tenderer.name
            path = vault / tenderer.id / pricing.SHEET
            write_atomic(path, books.write_book(prefilled(sheet, values.items())))
            paths.append(path)
        by = judged.panel_of(package).price_openers
        pricing.open_prices(self.folder, paths, by, _at("2027-02-22T10:00"))


def _answers(bid: _Bid, tenderer: Tenderer, known_fields: set[str]) -> dict[str, CellInput]:
    values: dict[str, CellInput] = {}
    for requirement, told in bid.requirements.items():
        values[cell_key("requirement", requirement, "answer")] = "ja" if told["answer"] == "yes" else "nee"
        values[cell_key("requirement", requirement, "text")] = told["explanation"]
        values[cell_key("requirement", requirement, "evidence")] = told["evidence"]
    for criterion, cells in bid.criteria.items():
        values.update({cell_key("criterion", criterion, cell): text for cell, text in cells.items()})
    signatory = tenderer.contact.split(",")[0]
    stated = {
        "name": tenderer.name, "registration": tenderer.registration, "address": tenderer.address,
        "place": tenderer.place, "contact": tenderer.contact, "signatory": signatory, "function": "directeur",
    }  # fmt: skip
    values.update({cell_key("tenderer", key): text for key, text in stated.items()})
    signed = {"name": signatory, "function": "directeur", "date": "2027-01-14"}
    values.update({cell_key("agreed", key): "ja" for key in ("annex", "requirements", "processing", "base-terms")})
    values.update({cell_key("signed", key): text for key, text in signed.items()})
    values.update({cell_key("field", key): text for key, text in bid.fields.items() if key in known_fields})
    return values


def declared(name: str, day: str) -> dict[str, CellInput]:
    """What an assessor without a conflict fills in."""
    return {cell_key("declaration", cell): text for cell, text in (("free", "ja"), ("name", name), ("date", day))}


def paper(text: str) -> bytes:
    """A one-page PDF with one line of text, to stand in for an annex of a tenderer."""
    line = text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    stream = b"BT /F1 11 Tf 60 780 Td (" + line + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica"
        b" /Encoding /WinAnsiEncoding >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    parts = [b"%PDF-1.4\n"]
    places: list[int] = []
    for number, content in enumerate(objects, start=1):
        places.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = sum(map(len, parts))
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, rows))
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
    return b"".join(parts)


FIRST = (
    ("De AI-bijlage zoals hij bij de aanbesteding zit.", f"{EXAMPLE}/AI-bijlage.docx"),
    ("De rangorde, met formules en uitleg per inschrijver.", f"{EXAMPLE}/award/ranking.xlsx"),
    ("Het verslag en de brieven: alleen redenen van de commissie zelf.", f"{EXAMPLE}/award/award-report.docx"),
    ("Het ene bestand waar alles mee begon.", f"{EXAMPLE}/{CASE}"),
)
