"""The library for people who judge it: one text with all that belongs to it, on screen or in a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from procure_ai.documents.dutch import day_text, listed
from procure_ai.documents.fill import Filling, fill_blocks, fill_inlines, fill_member
from procure_ai.documents.markdown import members_text, to_markdown
from procure_ai.documents.numbering import map_inlines, number_blocks
from procure_ai.documents.page import Page, fill_page
from procure_ai.documents.tree import (
    Annex,
    Article,
    Block,
    Blocks,
    Break,
    Contents,
    Document,
    Field,
    FilledBy,
    Inline,
    ListBlock,
    Member,
    PageBreak,
    Paragraph,
    Reference,
    Table,
    Text,
    walk_members,
)
from procure_ai.drafting.holes import opened, resolve_own
from procure_ai.drafting.values import regime_values
from procure_ai.findings import Finding
from procure_ai.forms.blocks import cell, heading, listed_in, paragraph, table
from procure_ai.library.approvals import ROLES, Standing, dependencies, roles_of
from procure_ai.library.conditions import All, Condition, Is
from procure_ai.library.models import AnnexClause, Clause, Library, Part, condition_text
from procure_ai.library.parameters import Parameter, WrongValue, print_value, read_value
from procure_ai.library.written import LawFact, Play, Proof

LEVELS = {"mandatory": "verplicht", "recommended": "aanbevolen", "optional": "naar keuze"}
_POSITIONS = {"strict": "streng", "fallback": "terugval"}
_CERTAINTY = {"confirmed": "bevestigd", "reported": "gemeld, niet bevestigd", "pending": "nog niet vast"}
_BY = {"supplier": "leverancier", "buyer": "opdrachtgever", "third-party": "derde"}
_FILLERS = {"buyer": "de inkoper", "tenderer": "de inschrijver", "award": "de gunning"}
_FIRST = {
    "tender": "bij de inschrijving", "signing": "bij ondertekening", "before-use": "vóór ingebruikname",
    "start-of-use": "bij ingebruikname", "change": "bij een wijziging", "incident": "na een incident",
    "request": "op verzoek", "end": "bij het einde",
}  # fmt: skip
_EVERY = {
    "once": "één keer", "monthly": "elke maand", "quarterly": "elk kwartaal", "half-yearly": "elk half jaar",
    "yearly": "elk jaar", "two-yearly": "elke twee jaar", "each": "elke keer",
}  # fmt: skip
_LISTS = {
    "precedence": "[hier staat de rangorde van het contract]",
    "definitions": "[hier staan de begrippen die het contract gebruikt]",
    "deviations": "[hier staan de afwijkingen van de inkoopvoorwaarden]",
}


@dataclass(frozen=True, slots=True)
class Section:
    """Something about a text as a table: its columns, their widths, and the rows."""

    title: str
    header: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


# --- what belongs to a text -----------------------------------------------------------------------


def about(library: Library, text: Clause | AnnexClause, stands: Standing, shown: Article | None) -> Iterator[Section]:
    """Everything about a text but its words and its explanation. `shown` gives the members their numbers."""
    header = text.header
    lean, names = dependencies(library, text), library.texts()
    terms = sorted((library.definitions[name].term for name in lean.definitions), key=str.lower)
    rows = [
        ("Stand", str(stands)),
        ("Goedkeuring door", listed([ROLES[role] for role in roles_of(text)])),
        ("Kenmerk", f"{text.id} ({text.file})"),
        ("Vingerafdruk", text.fingerprint),
        ("Niveau", LEVELS[text.header.level] if isinstance(text, Clause) else "bijlage"),
        ("Soort contract", listed([library.kinds[kind].title for kind in header.kinds if kind in library.kinds])),
        ("In het contract als", condition_text(library, _beside_kind(text.when)) or "altijd"),
        ("Leunt op begrippen", listed(terms)),
        ("Leunt op teksten", listed([names[name].title for name in lean.clauses])),
    ]
    yield Section("Gegevens", ("Gegeven", "Inhoud"), (24, 76), tuple(row for row in rows if row[1]))
    if isinstance(text, Clause):
        yield from _of_clause(library, text, shown)
    facts = [library.law[name] for name in dict.fromkeys(text.law) if name in library.law]
    told = tuple((fact.title, _value_of(fact), _CERTAINTY[fact.certainty], day_text(fact.checked)) for fact in facts)
    yield Section("Feiten uit de wet", ("Feit", "Inhoud", "Zekerheid", "Nagekeken"), (34, 36, 16, 14), told)
    if isinstance(text, Clause):
        cited = tuple((library.cited(one),) for one in text.header.sources)
        yield Section("Bronnen", ("Bron en plaats",), (100,), cited)


def _beside_kind(condition: Condition) -> Condition:
    """When a text is in, apart from the kinds of contract that may hold it."""
    if not isinstance(condition, All):
        return condition
    return All(tuple(part for part in condition.parts if not (isinstance(part, Is) and part.fact == "kind")))


def _value_of(fact: LawFact) -> str:
    days = (("vanaf", fact.from_), ("tot", fact.until))
    period = " ".join(f"{word} {day_text(day)}" for word, day in days if day)
    return f"{fact.value} ({period})" if period else fact.value


def _of_clause(library: Library, clause: Clause, shown: Article | None) -> Iterator[Section]:
    header, positions = clause.header, clause.header.positions
    numbers = {member.label: member.full for member in walk_members(shown.members)} if shown else {}
    conditions: dict[str, list[str]] = {}
    for label, number in {**numbers, **{label: "" for label in clause.parts if label not in numbers}}.items():
        if part := clause.parts.get(label):
            told = "; ".join(_conditions(library, clause, part))
            conditions.setdefault(told, []).append(number.removeprefix("artikel ") or f"Afwijking ({label})")
    told_by = tuple((listed(members), told) for told, members in conditions.items())
    yield Section("Alleen als", ("Lid", "Alleen als"), (24, 76), told_by)
    rows = [
        (
            f"{item.ask} ({name})",
            _value(item, item.default) or f"geen: {_FILLERS[item.fill]} vult in",
            " tot ".join(_value(item, bound) for bound in (item.min, item.max) if bound is not None)
            or listed(list((item.options or {}).values()), "of"),
            *(_value(item, positions[key].values.get(name)) if key in positions else "" for key in _POSITIONS),
        )
        for name, item in header.parameters.items()
    ]
    columns = ("Vraag (parameter)", "Standaard", "Grenzen of keuzes", "Streng", "Terugval")
    yield Section("Waarden", columns, (30, 16, 24, 15, 15), tuple(rows))
    costs = tuple((_POSITIONS[key], other.gives_up) for key, other in positions.items())
    yield Section("Wat een andere keuze kost", ("Positie", "Wat dit kost"), (24, 76), costs)
    proofs = tuple(
        (
            proof.what,
            _BY[proof.by],
            _first(library, clause, proof),
            _every(clause, proof),
            numbers.get(proof.member or "", ""),
        )
        for proof in header.proof.values()
    )
    yield Section("Bewijs", ("Bewijs", "Door", "Eerste keer", "Daarna", "Lid"), (36, 15, 21, 14, 14), proofs)


def _conditions(library: Library, clause: Clause, part: Part) -> Iterator[str]:
    if facts := condition_text(library, part.when):
        yield facts
    for name, answers in part.choice.items():
        known = clause.header.parameters.get(name)
        options = (known.options or {}) if known else {}
        yield f"{known.ask if known else name} {listed([options.get(one, one) for one in answers], 'of')}"
    texts = library.texts()
    for name in part.with_:
        yield f"“{texts[name].title if name in texts else name}” staat ook in het contract"


def _value(item: Parameter, text: str | None) -> str:
    try:
        return print_value(item, read_value(item.model_copy(update={"min": None, "max": None}), text)) if text else ""
    except WrongValue:
        return text or ""


def _first(library: Library, clause: Clause, proof: Proof) -> str:
    if not proof.within:
        return _FIRST[proof.first]
    owner, _, name = proof.within.rpartition(".")
    source = library.clauses.get(owner or clause.id)
    item = source.header.parameters.get(name) if source else None
    return f"{_FIRST[proof.first]}, binnen {(_value(item, item.default) if item else '') or proof.within}"


def _every(clause: Clause, proof: Proof) -> str:
    item = clause.header.parameters.get(proof.every)
    return _EVERY.get(proof.every) or f"elke {(_value(item, item.default) if item else '') or proof.every}"


def used_in(library: Library, text: Clause | AnnexClause) -> Iterator[Section]:
    """Where a text is used: the demands that it meets, the texts and questions that name it."""
    if isinstance(text, Clause):
        known = [(library.demands[name].title, name) for name in text.header.meets if name in library.demands]
        yield Section("Voldoet aan", ("Eis", "Kenmerk"), (64, 36), tuple(known))
    leaning = [other for other in library.texts().values() if text.id in dependencies(library, other).clauses]
    yield Section("Verwijst hierheen", ("Tekst", "Kenmerk"), (64, 36), tuple((item.title, item.id) for item in leaning))
    asked = [
        (item.title, chosen.file.title)
        for chosen in library.sets.values()
        for item in (*chosen.requirements.values(), *chosen.criteria.values())
        if text.id in item.header.clauses
    ]
    yield Section("Gevraagd in", ("Minimumeis of criterium", "Scorekaart"), (64, 36), tuple(asked))


# --- the words as a contract prints them ----------------------------------------------------------


def printed(library: Library, texts: Iterable[Clause | AnnexClause]) -> dict[str, Article | Annex]:
    """The texts numbered and filled with the defaults, in bold; what they refer to outside it by its title."""
    words = _words(library)
    blocks = tuple(_block(text, words) for text in texts)
    titles = {name: text.title for name, text in library.texts().items()}

    def one(inline: Inline) -> Inline:
        if isinstance(inline, Reference) and not inline.text:
            name = inline.target.partition("#")[0]
            return Text(f"“{titles.get(name, name)}”")
        return inline

    shown = opened(map_inlines(number_blocks(blocks), one))
    return {block.id: block for block in shown if isinstance(block, Article | Annex)}


def _words(library: Library) -> dict[str, Filling]:
    regime = library.regimes.get("none") or next(iter(library.regimes.values()))
    words: dict[str, Filling] = dict(regime_values(library, regime, "annex"))
    for topic, title in library.base_topics.items():
        words[f"base.{topic}"] = f"de bepalingen over {title} van de inkoopvoorwaarden"
    for name, told in _LISTS.items():
        words[name] = Text(told, italic=True)
    for clause in library.clauses.values():
        for name, item in clause.header.parameters.items():
            key = f"{clause.id}.{name}"
            value = _value(item, item.default)
            words[key] = Text(value, bold=True) if value else Field(key, item.ask, FilledBy(item.fill))
    return words


def _block(text: Clause | AnnexClause, words: Mapping[str, Filling]) -> Article | Annex:
    if isinstance(text, AnnexClause):
        return Annex(text.id, text.title, fill_blocks(text.blocks, words), text.fingerprint)
    return Article(text.id, text.title, _members(text, text.members, words), text.fingerprint)


def _members(clause: Clause, members: tuple[Member, ...], words: Mapping[str, Filling]) -> tuple[Member, ...]:
    own = {name: words[f"{clause.id}.{name}"] for name in clause.header.parameters}
    return tuple(resolve_own(fill_member(member, {**words, **own}), clause.id) for member in members)


# --- on screen ------------------------------------------------------------------------------------


def on_screen(library: Library, text: Clause | AnnexClause, stands: Standing, play: Play | None = None) -> str:
    """A text with all that belongs to it, as plain lines; the secret part of an organisation last."""
    shown = printed(library, library.texts().values())[text.id]
    article = shown if isinstance(shown, Article) else None
    parts = [f"{text.title}  [{text.id}]\n{text.file} · {stands.label}"]
    parts.append(members_text(article) if article else _plain(shown.blocks if isinstance(shown, Annex) else ()))
    for title, blocks in _prose(library, text):
        parts.append(f"{title}\n\n{_plain(blocks)}")
    for section in (*about(library, text, stands, article), *used_in(library, text)):
        if section.rows:
            parts.append(f"{section.title}\n" + "\n".join(_lines(section)))
    if play:
        parts.append("=== INTERN: niet delen, ook niet met inschrijvers of leveranciers ===")
        secret = [("Stoppen als", play.walk_away)] if play.walk_away else []
        secret += [("Toegeven", f"{step}: {who}") for step, who in play.may_concede.items()]
        secret += [("Bezwaar", f"{item.objection} Antwoord: {item.answer}") for item in play.objections]
        parts.append("\n".join(f"  {name}: {told}" for name, told in secret))
    return "\n\n".join(parts)


def _lines(section: Section) -> Iterator[str]:
    """Each row as its first cell, and the others below it with the name of their column."""
    for first, *others in section.rows:
        filled = [(name, told) for name, told in zip(section.header[1:], others, strict=True) if told]
        if len(section.header) == 2:
            yield f"  {first}: {filled[0][1]}" if filled else f"  {first}"
        else:
            yield f"  {first}"
            yield from (f"    {name.lower()}: {told}" for name, told in filled)


def _plain(blocks: Blocks) -> str:
    return to_markdown(Document("", blocks)).removeprefix("# \n\n").strip()


def _prose(library: Library, text: Clause | AnnexClause) -> Iterator[tuple[str, Blocks]]:
    """The sections of a clause beside its text: deviation with its motivation, and explanation."""
    if isinstance(text, AnnexClause):
        return
    if text.deviation:
        members = opened(number_blocks((Article(text.id, "", _members(text, text.deviation, _words(library))),)))
        article = members[0]
        assert isinstance(article, Article)
        yield "Afwijking van de inkoopvoorwaarden", (_as_list(article.members),)
        yield "Waarom deze afwijking", fill_blocks(text.motivation, _words(library))
    yield "Toelichting", text.explanation


def _as_list(members: Sequence[Member]) -> ListBlock:
    return ListBlock(
        tuple((Paragraph(member.inlines), *((_as_list(member.items),) if member.items else ())) for member in members),
        ordered=True,
    )


# --- as a document --------------------------------------------------------------------------------


def review_document(
    library: Library,
    texts: Sequence[Clause | AnnexClause],
    stands: Mapping[str, Standing],
    page: Page,
    *,
    scope: str,
    date: str,
    findings: Sequence[Finding] = (),
) -> Document:
    """The texts as a document to judge them in (`templates/library-review.md`). Raises `Refused` (D121)."""
    shown = printed(library, texts)
    rows = [
        (_named(shown[text.id]), text.title, stands[text.id].label, listed([ROLES[r] for r in stands[text.id].lacking]))
        for text in texts
    ]
    terms = {name for text in texts for name in dependencies(library, text).definitions}
    values: dict[str, Filling] = {
        "title": page.header["title"],
        "scope": scope,
        "contents": (PageBreak(), Contents()),
        "overview": (
            table(("Nummer", "Titel", "Stand", "Nog nodig"), rows, (15, 41, 20, 24), "De teksten met hun stand"),
        ),
        "texts": tuple(block for text in texts for block in _reviewed(library, text, stands[text.id], shown[text.id])),
        "definitions": (_definitions(library, terms),),
        "open": tuple(_open_points(library, texts, stands, findings)),
    }
    return Document(
        title=f"{page.header['title']}: {scope}",
        subject=page.header["subject"],
        blocks=fill_page(page, values),
        header=page.header["title"],
        footer=f"{scope} · intern",
        draft=any(stands[text.id].state != "approved" for text in texts),
        date=date,
    )


def _named(block: Article | Annex) -> str:
    return f"{'Artikel' if isinstance(block, Article) else 'Bijlage'} {block.number}"


def _reviewed(
    library: Library, text: Clause | AnnexClause, stands: Standing, shown: Article | Annex
) -> Iterator[Block]:
    if isinstance(shown, Article):
        yield PageBreak()
        yield paragraph(f"{text.id} · {stands}", "small")
    yield shown
    level = 3 if isinstance(shown, Article) else 2
    for title, blocks in _prose(library, text):
        yield heading(level, title)
        yield from blocks
    for section in about(library, text, stands, shown if isinstance(shown, Article) else None):
        if section.rows:
            yield heading(level, section.title)
            yield table(section.header, section.rows, section.widths, f"{section.title} bij {text.title}")
    yield heading(level, "Beoordeling")
    empty = ((Break(), Break()), (), (), ())  # room to write
    columns = tuple(map(cell, ("Opmerking", "Naam", "Datum", "Akkoord")))
    yield Table(columns, (empty, empty, empty), (52, 20, 14, 14), f"Vul hier uw oordeel in over {text.title}")


def _definitions(library: Library, terms: Iterable[str]) -> Table:
    words = _words(library)
    chosen = sorted((library.definitions[name] for name in terms), key=lambda item: item.term.lower())
    rows = tuple((cell(item.term, bold=True), fill_inlines(item.inlines, words)) for item in chosen)
    return Table((cell("Begrip"), cell("Omschrijving")), rows, (24, 76), "De begrippen die deze teksten gebruiken")


def _open_points(
    library: Library, texts: Sequence[Clause | AnnexClause], stands: Mapping[str, Standing], findings: Sequence[Finding]
) -> Iterator[Block]:
    """What still has to be decided or looked up: approvals, law, conflicting rules, findings of the check."""
    counts: dict[str, int] = {}
    for text in texts:
        counts[stands[text.id].label] = counts.get(stands[text.id].label, 0) + 1
    yield paragraph(f"Stand van de {len(texts)} teksten: {listed([f'{n} {label}' for label, n in counts.items()])}.")
    rests = {
        name: [text.title for text in texts if name in text.law]
        for name in library.law
        if any(name in text.law for text in texts) and library.law[name].certainty != "confirmed"
    }
    rows = [
        (library.law[name].title, _CERTAINTY[library.law[name].certainty], listed(on)) for name, on in rests.items()
    ]
    yield heading(2, "Feiten uit de wet die niet vaststaan")
    yield from listed_in(
        ("Feit", "Zekerheid", "Hierop rust"), rows, (40, 20, 40), "Onzekere feiten", "Er zijn er geen."
    )
    if library.organisation and (found := [item for item in library.organisation.conflicts if not item.choice.strip()]):
        yield heading(2, "Regels die elkaar tegenspreken")
        rows = [(item.title, item.one, item.other) for item in found]
        yield table(
            ("Onderwerp", "De ene regel", "De andere regel"), rows, (24, 38, 38), "Regels die elkaar tegenspreken"
        )
    if findings:
        yield heading(2, "Meldingen van de controle")
        rows = [(str(item.place), item.message, item.remedy) for item in findings]
        yield table(("Plaats", "Melding", "Wat u doet"), rows, (26, 40, 34), "Meldingen van library check")
