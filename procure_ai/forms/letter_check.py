"""A completed letter laid beside the letter that was written: what people changed, line by line.

White space, kinds of quotes and dashes, and where a paragraph ends do not count. Reasons, points, ranks
and dates stay as they were adopted and computed; what else was changed is told once, for a person to read.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from procure_ai.documents.dutch import MONTHS, day_text
from procure_ai.documents.lines import CELLS, ReadText, tree_lines
from procure_ai.documents.tree import Blocks, Document, Heading, plain
from procure_ai.findings import Finding, Place
from procure_ai.findings.messages import Messages

_MESSAGES = Messages({
    "A345": ("In de brief staan nog bijgehouden wijzigingen: {where}.",
             "Accepteer of weiger ze in Word (Controleren) en sla de brief op."),
    "A346": ("In de brief staan nog opmerkingen: {where}.", "Verwijder ze in Word (Controleren) en sla de brief op."),
    "A347": ("In de brief staat verborgen tekst: {where}.", "Haal die tekst weg of maak hem zichtbaar."),
    "A347/picture": ("In de brief staat een afbeelding of ingevoegd object: {where}.",
                     "Kijk zelf na wat erop staat; dat kan procure-ai niet lezen."),
    "A349/address": ("De naam van {name} staat niet meer in de brief.", "Controleer aan wie de brief gaat."),
    "E131": ("{where}: “{text}” is niet door de commissie vastgesteld.",
             "Haal het weg, of laat de commissie eerst een reden vaststellen."),
    "E132": ("{where}: de vastgestelde tekst “{old}” is nu “{new}”.", "Zet de vastgestelde woorden terug."),
    "E133": ("{where}: de vastgestelde tekst “{text}” ontbreekt.", "Zet de vastgestelde woorden terug."),
    "E134": ("Een cijfer of datum is anders dan berekend: {old} werd {new}.",
             "Zet het terug. Klopt de datum niet, maak de brieven dan opnieuw met `award --date`."),
    "E135": ("Buiten de redenen is tekst veranderd: {where}.",
             "Lees na of daar geen reden, cijfer of belofte in staat."),
    "E136": ("“{text}” staat in een antwoord dat {name} vertrouwelijk noemde.", "Haal het weg."),
    "E136/adopted": ("De reden bij '{title}' van {name} neemt woorden over die {name} vertrouwelijk noemt: “{text}”.",
                     "Schrijf het zonder die woorden: wint {name}, dan lezen anderen deze reden."),
    "E136/name": ("De brief noemt {name}, die niet wint.", "Haal de naam weg."),
    "E136/price": ("De brief noemt {text}, een bedrag uit de inschrijving van {name}.", "Haal het weg."),
}, warnings={"A347/picture", "E135", "E136/adopted"})  # fmt: skip

_SAME = str.maketrans({
    **dict.fromkeys("‘’‚‛`´", "'"), **dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
})  # fmt: skip
_FIGURE = re.compile(rf"\d{{1,2}} (?:{'|'.join(MONTHS)}) \d{{4}}|\d+(?:[.,]\d+)*")
_AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d+(?:,\d{1,2})?")
_WORD = re.compile(r"\w+")
_LEGAL_FORM = re.compile(r"[ ,]+(?:B\.?V|N\.?V|U\.?A|V\.?O\.?F|Ltd|GmbH|Inc|S\.?A)\.?$", re.IGNORECASE)
_ALIKE = 0.6  # of the words: below this a line is another line
_PHRASE = 7  # words in a row that nobody writes twice by chance
_SHORTEST = 5  # words; a shorter answer says too little to recognise
_SHOWN = 70


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the letter as it was written. `where` names the criterion or section of a reason."""

    text: str
    reason: bool
    figures: bool
    where: str


@dataclass(frozen=True, slots=True)
class Written:
    """The letter to one tenderer as it was written."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Secret:
    """What a tenderer does not want others to read: its name, runs of words (`phrases`) and amounts."""

    name: str
    words: frozenset[tuple[str, ...]] = frozenset()
    amounts: frozenset[str] = frozenset()


def written(name: str, letter: Document, reasons: Blocks, days: Sequence[date]) -> Written:
    """The lines of a letter: which of them are reasons, and which hold figures or these days."""
    kept, dates = set(reasons), [day_text(day) for day in days]
    lines: list[Line] = []
    where = ""
    for block in letter.blocks:
        where = plain(block.inlines) if isinstance(block, Heading) else where
        for text in tree_lines((block,)):
            figures = CELLS in text or any(day in text for day in dates) or " op plaats " in text
            lines.append(Line(_same(text), block in kept, figures, f"Bij “{where}”"))
    return Written(name, tuple(lines))


def whose(found: ReadText, letters: Mapping[str, Written]) -> str:
    """To which tenderer this letter was written, by the lines that only its own letter has; empty for none."""
    present = {_same(line.text) for line in found.lines}
    often = Counter(text for letter in letters.values() for text in {line.text for line in letter.lines})

    def own(name: str) -> int:
        return sum(often[text] == 1 for text in {line.text for line in letters[name].lines} & present)

    best = max(sorted(letters), key=own, default="")
    return best if best and own(best) else ""


def compare(found: ReadText, letter: Written) -> tuple[Finding, ...]:
    """Everything in which the completed letter differs from the one that was written, in reading order."""
    away = not any(_same(letter.name) in _same(line.text) for line in found.lines)
    addressed = [_MESSAGES.finding("A349/address", Place(found.file), name=letter.name)] if away else []
    return (*_marks(found), *addressed, *_Comparison(found, letter.lines).findings())


def leaks(found: ReadText, secrets: Sequence[Secret], free: str, winner: str) -> Iterator[Finding]:
    """What the letter tells of others: their name unless they win, confidential words, amounts.

    `free` are words that the addressee knows: its own answers and what was announced.
    """
    known, place = frozenset(_runs(free)), Place(found.file)
    everything = " ".join((*(line.text for line in found.lines), found.aside))
    runs, amounts = tuple(_runs(everything)), set(_AMOUNT.findall(everything))
    folded = _same(everything).casefold()
    for secret in secrets:
        if secret.name != winner and _LEGAL_FORM.sub("", _same(secret.name)).casefold() in folded:
            yield _MESSAGES.finding("E136/name", place, name=secret.name)
        told = next((run for run in runs if run in secret.words and run not in known), None)
        if told:
            yield _MESSAGES.finding("E136", place, text=" ".join(told), name=secret.name)
        for amount in sorted(secret.amounts & amounts):
            yield _MESSAGES.finding("E136/price", place, text=amount, name=secret.name)


def first_leak(text: str, secret: frozenset[tuple[str, ...]]) -> str:
    """The first run of words in the text that is secret; empty when there is none."""
    return " ".join(next((run for run in _runs(text) if run in secret), ()))


def leaked(text: str, name: str, title: str) -> Finding:
    """The warning that an adopted reason holds words that its tenderer called confidential."""
    return _MESSAGES.finding("E136/adopted", text=text, name=name, title=title)


def _same(text: str) -> str:
    """The text as it is compared: one kind of space, quote and dash."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_SAME).split())


def phrases(text: str) -> tuple[tuple[str, ...], ...]:
    """Every run of words by which a text is recognised; a short text is one run, a few words are none."""
    words = _words(text)
    if len(words) <= _PHRASE:
        return (words,) if len(words) >= _SHORTEST else ()
    return tuple(words[start : start + _PHRASE] for start in range(len(words) - _PHRASE + 1))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """Every run of words that `phrases` may have, the longest first."""
    words = _words(text)
    for size in range(_PHRASE, _SHORTEST - 1, -1):
        yield from (words[start : start + size] for start in range(len(words) - size + 1))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_same(text).casefold()))


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()} …"


def _listed(numbers: Sequence[int]) -> str:
    more = f" en {len(numbers) - 8} andere" if len(numbers) > 8 else ""
    return f"alinea {', '.join(map(str, numbers[:8]))}{more}"


def _marks(found: ReadText) -> Iterator[Finding]:
    """Tracked changes, comments, hidden text and pictures that were left in."""
    for mark, code in (("changed", "A345"), ("comment", "A346"), ("hidden", "A347"), ("picture", "A347/picture")):
        numbers = [number for number, line in enumerate(found.lines, start=1) if mark in line.marks]
        if numbers:
            yield _MESSAGES.finding(code, Place(found.file), where=_listed(numbers))


class _Comparison:
    """The lines that were written beside the lines that came back."""

    def __init__(self, found: ReadText, known: tuple[Line, ...]) -> None:
        self.file, self.known = found.file, known
        numbered = enumerate(found.lines, start=1)
        self.found = [(number, text) for number, line in numbered if (text := _same(line.text))]
        self.elsewhere: list[int] = []

    def findings(self) -> Iterator[Finding]:
        """The differences, and once what was changed outside the reasons."""
        before, after = [line.text for line in self.known], [text for _, text in self.found]
        for change, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if change != "equal" and _letters(before[i1:i2]) != _letters(after[j1:j2]):
                yield from self._group(i1, i2, j1, j2)
        if self.elsewhere:
            where = _listed(sorted(set(self.elsewhere)))
            yield _MESSAGES.finding("E135", Place(self.file), where=where)

    def _group(self, i1: int, i2: int, j1: int, j2: int) -> Iterator[Finding]:
        """One run of lines that differs: those that are alike are compared, the rest is gone or new."""
        lines, texts = list(range(i1, i2)), list(range(j1, j2))
        for i in list(lines):
            near = max(texts, key=lambda j: _likeness(self.known[i].text, self.found[j][1]), default=None)
            if near is not None and _likeness(self.known[i].text, self.found[near][1]) >= _ALIKE:
                lines.remove(i)
                texts = [j for j in texts if j != near]
                yield from self._changed(self.known[i], *self.found[near])
        # What stands in the place of a line that is no reason is no reason either, unless there is more of it.
        for i in [i for i in lines if not self.known[i].reason]:
            number, text = self.found[texts.pop(0)] if texts else (self._number(j1), "")
            yield from self._changed(self.known[i], number, text)
        beside = [self.known[i] for i in range(max(i1 - 1, 0), min(i2 + 1, len(self.known))) if self.known[i].reason]
        for i in lines:
            if self.known[i].reason:
                line = self.known[i]
                yield self._find("E133", self._number(j1), where=line.where, text=_shown(line.text))
        for j in texts:
            number, text = self.found[j]
            if CELLS in text and (new := _FIGURE.findall(text)):
                yield self._find("E134", number, old="niets", new=", ".join(new))
            elif beside:
                yield self._find("E131", number, where=beside[0].where, text=_shown(text))
            else:
                self.elsewhere.append(number)

    def _changed(self, line: Line, number: int, text: str) -> Iterator[Finding]:
        """What is different in one line."""
        if _letters([line.text]) == _letters([text]):
            return
        was, now = _FIGURE.findall(line.text), _FIGURE.findall(text)
        only = _FIGURE.sub("#", line.text) == _FIGURE.sub("#", text)
        if was != now and (only if line.reason else line.figures):
            gone, come = list((Counter(was) - Counter(now)).elements()), list((Counter(now) - Counter(was)).elements())
            if not gone and not come:  # the same figures in another order
                gone, come = was, now
            figures = {"old": ", ".join(gone) or "niets", "new": ", ".join(come) or "niets"}
            yield self._find("E134", number, **figures)
        if line.reason and not only:
            old, new = _difference(line.text, text)
            if not old:
                yield self._find("E131", number, where=line.where, text=_shown(new))
            elif not new:
                yield self._find("E133", number, where=line.where, text=_shown(old))
            else:
                yield self._find("E132", number, where=line.where, old=_shown(old), new=_shown(new))
        elif not line.reason and not (line.figures and only):
            self.elsewhere.append(number)

    def _number(self, j: int) -> int:
        """The number of the line that stands here now."""
        return self.found[min(j, len(self.found) - 1)][0] if self.found else 0

    def _find(self, code: str, number: int, **words: str) -> Finding:
        return _MESSAGES.finding(code, Place(self.file, key=f"alinea {number}"), **words)


def _letters(texts: Sequence[str]) -> str:
    """The texts without any space: where lines end does not count."""
    return "".join(texts).replace(CELLS, "").replace(" ", "")


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _difference(old: str, new: str) -> tuple[str, str]:
    """The words from the first to the last that differ, in both; one is empty when words only came or went."""
    first, second = old.split(), new.split()
    codes = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
    changes = [code for code in codes if code[0] != "equal"]
    if all(code[0] == "insert" for code in changes) or all(code[0] == "delete" for code in changes):
        parts = [(first[a:b], second[c:d]) for _, a, b, c, d in changes]
        return " … ".join(" ".join(a) for a, _ in parts if a), " … ".join(" ".join(b) for _, b in parts if b)
    (_, a, _, c, _), (_, _, b, _, d) = changes[0], changes[-1]
    return " ".join(first[a:b]), " ".join(second[c:d])
