"""Completed letters, read back: what was written, rebuilt from the record, beside what people made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from procure_ai.casefile.awarding import written_letters
from procure_ai.casefile.folder import Folder
from procure_ai.casefile.messages import found_as, refuse_as
from procure_ai.casefile.package import Package
from procure_ai.casefile.pricing import prices, unit_prices
from procure_ai.casefile.tenders import accepted
from procure_ai.documents.dutch import number_text
from procure_ai.files.disk import read_bytes
from procure_ai.findings import Finding, Place, Refused
from procure_ai.forms.letter_check import Secret, Written, compare, first_leak, leaked, leaks, phrases, whose
from procure_ai.forms.records import Consensus, TenderAnswers
from procure_ai.procedure.case import Tenderer

_SMALL = 1000  # an amount below this may stand in any letter by chance


def check(folder: Folder, files: Sequence[Path] = ()) -> tuple[Finding, ...]:
    """What completed letters say that was not adopted or computed, in reading order; nothing is written.

    Without `files` everything beside the letters that were written is read, and a letter that is gone is a
    finding (A348). Raises `Refused`: R187 when no letters were written yet.
    """
    package = Package.of(folder)
    lines = [line for line in package.record.lines if line.step in ("award", "no-award")]
    if not lines:
        raise refuse_as("R187")
    letters = written_letters(package, lines[-1])
    paths = {Path(name).stem: name for name in lines[-1].files_out if Path(name).stem in letters}
    contents = {str(path): path for path in files}
    if not files:
        homes = sorted({str(Path(name).parent.as_posix()) for name in paths.values()})
        contents = {f"{home}/{path.name}": path for home in homes for path in _letters_in(folder.at(home))}
    winner = letters[name].name if (name := str(lines[-1].data.get("winner") or "")) in letters else ""
    secrets = _secrets(package)
    findings: list[Finding] = []
    for name, path in contents.items():
        try:
            findings += _one(package, name, read_bytes(path, name), letters, secrets, winner)
        except Refused as refused:
            findings += refused.findings
    if not files:
        gone = [name for name, path in paths.items() if path not in contents]
        findings += [found_as("A348/gone", Place(paths[name]), name=letters[name].name) for name in sorted(gone)]
    return tuple(findings)


def _letters_in(home: Path) -> list[Path]:
    """The files in a folder of letters; what Word keeps beside an open file is left out."""
    found = sorted(home.iterdir()) if home.is_dir() else []
    return [path for path in found if path.is_file() and not path.name.startswith(("~$", "."))]


def _one(
    package: Package, name: str, data: bytes, letters: Mapping[str, Written], secrets: Mapping[str, Secret], winner: str
) -> tuple[Finding, ...]:
    """The findings about one file."""
    from procure_ai import word

    if not name.lower().endswith(".docx"):
        return (found_as("A348/kind", Place(name)),)
    found = word.read(data, name)
    stem = Path(name).stem.casefold()
    claimed = max((item for item in letters if item in stem), key=len, default="")
    actual = whose(found, letters)
    if not actual:
        return (found_as("A348", Place(name)),)
    if claimed and claimed != actual:
        return (found_as("A349", Place(name), other=letters[actual].name, name=letters[claimed].name),)
    others = [secret for tenderer, secret in secrets.items() if tenderer != actual]
    return (*compare(found, letters[actual]), *leaks(found, others, _known_to(package, actual), winner))


def quoted(package: Package, adopted: Iterable[Consensus]) -> tuple[Finding, ...]:
    """Adopted strong points with words that the tenderer called confidential (E136): they may go to others."""
    findings: list[Finding] = []
    for item in adopted:
        tenderer, answers = accepted(package)[item.tenderer]
        if told := first_leak(item.strong, _confidential(answers)):
            title = package.model.criterion(item.criterion).title
            findings.append(leaked(told, tenderer.name, title))
    return tuple(findings)


def _confidential(answers: TenderAnswers) -> frozenset[tuple[str, ...]]:
    """The runs of words in answers that are marked confidential, and in what is said to be so."""
    told = [(item.text, item.confidential) for item in answers.criteria.values()]
    told += [(item.explanation, item.confidential) for item in answers.requirements.values()]
    return frozenset(phrase for texts in told if texts[1].strip() for text in texts for phrase in phrases(text))


def _secrets(package: Package) -> dict[str, Secret]:
    """What each tenderer does not want others to read: answers marked confidential, and prices once they are open."""
    opened = prices(package) if package.record.last("open-prices") else {}
    found: dict[str, Secret] = {}
    for name, (tenderer, answers) in accepted(package).items():
        amounts = _amounts(package, tenderer, opened[name].comparison_price) if name in opened else frozenset()
        found[name] = Secret(tenderer.name, _confidential(answers), amounts)
    return found


def _amounts(package: Package, tenderer: Tenderer, comparison: Decimal) -> frozenset[str]:
    """The comparison price and the larger unit prices, in every way in which a letter may write them."""
    figures = [item for item in (comparison, *unit_prices(package, tenderer).values()) if item > _SMALL]
    spelled = {text for item in figures for text in (number_text(item), number_text(item.quantize(Decimal("0.01")), 2))}
    return frozenset(spelled | {text.replace(".", "") for text in spelled})


def _known_to(package: Package, tenderer: str) -> str:
    """What the addressee has read or written: its own answers, and what was announced."""
    answers: TenderAnswers = accepted(package)[tenderer][1]
    own = [text for item in answers.criteria.values() for text in (item.text, item.evidence)]
    own += [text for one in answers.requirements.values() for text in (one.explanation, one.evidence)]
    model = package.model
    for item in (*model.requirements, *model.criteria):
        own += [item.title, item.question, item.evidence, *(f"{rung.name} {rung.when}" for rung in item.scale)]
    return "\n".join(own)
