"""The stress report: per question a table and a conclusion, as text and as a workbook with charts.

The sentences are those of `templates/stress.md`: the body explains, the header holds the conclusions. Which one
fits is decided here. Figures are exact in the workbook and rounded in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from procure_ai.documents.dutch import listed, money_text
from procure_ai.documents.fill import Filling
from procure_ai.documents.page import Page, fill_page
from procure_ai.documents.tables import Cell, Chart, Sheet, Style, Workbook, cell_name
from procure_ai.documents.tree import Blocks, Document, Heading, Paragraph, plain
from procure_ai.evaluation.method import Method, leaves
from procure_ai.evaluation.stability import PRICE, Order, Preference, Stress, winners
from procure_ai.evaluation.values import round_to
from procure_ai.forms.blocks import document, paragraph, table
from procure_ai.forms.context import Context, with_identity
from procure_ai.forms.layout import SheetRows, label, opened, sheet_names
from procure_ai.forms.ranking_data import NONE, points_style, rounded
from procure_ai.forms.wording import fraction_text, leaf_title, stored

FORM = "stress"
_HOLE = re.compile(r"{{([a-z]+)}}")
_SHOWN = 15  # rows of a table in the text
_NAMED = 3  # so many parts are named in a sentence; more are counted
_FAR = Fraction(3, 2)  # an effective weight so many times the nominal one, or the reverse, is worth a remark
_KINDS = {"openness": "Openheid", "autonomy": "Autonomie", "all": "Alle voorkeur samen"}


@dataclass(frozen=True, slots=True)
class Topic:
    """One question: its table, the conclusion, and the columns of its chart.

    A formula may name its own row `{r}` and the first and last row of the table `{first}` and `{last}`.
    """

    key: str
    header: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    conclusion: str
    chart: str = ""
    bars: tuple[int, ...] = ()
    stacked: bool = False


def topics(
    page: Page, method: Method, found: Stress, names: Mapping[str, str], *, advise: bool = True
) -> tuple[Topic, ...]:
    """Every question answered, in the order of the page; `names` are the tenders by id.

    `advise`: what to change in the award model is said too. Not on real tenders: then it may not change any more.
    """
    told = _Told(page, method, found, names, advise=advise)
    return (
        told.field(), told.winner(), told.weights(), told.money(), told.rungs(), told.preference(),
        told.order(), told.flips(), told.grades(), told.without(),
    )  # fmt: skip


def introduction(page: Page, reason: str = "") -> str:
    """What the tenders are: invented, or (with the recorded reason) real ones, for the file only."""
    return _sentence(page, "intro-internal", reason=reason) if reason else page.header["intro-invented"]


def _sentence(page: Page, key: str, **words: str) -> str:
    """A sentence of the header with its holes filled. Raises KeyError for a hole without a value."""
    return _HOLE.sub(lambda hole: words[hole[1]], page.header[key])


def report(context: Context, page: Page, answered: Sequence[Topic], intro: str) -> Document:
    """The report as a document; long tables are cut off, which the text then says."""
    values: dict[str, Filling] = {"intro": intro}
    for topic in answered:
        values[topic.key] = topic.conclusion
        values[f"{topic.key}-table"] = _shown(page, topic)
    return document(context, page, values)


def _shown(page: Page, topic: Topic) -> Blocks:
    if not topic.rows:
        return (Paragraph(()),)
    rows = [[_text(cell) for cell in row] for row in topic.rows[:_SHOWN]]
    shown = table(topic.header, rows, [round(width) for width in topic.widths], topic.chart or topic.header[0])
    if len(topic.rows) <= _SHOWN:
        return (shown,)
    return shown, paragraph(_sentence(page, "more", shown=str(_SHOWN), count=str(len(topic.rows))))


def _text(cell: Cell) -> str:
    if not isinstance(cell.value, Decimal):
        return "" if cell.value is None else str(cell.value)
    if cell.style in (Style.MONEY, Style.MONEY_TOTAL):
        return _euro(Fraction(cell.value))
    return fraction_text(Fraction(cell.value), 2)


# --- the workbook -----------------------------------------------------------------------------------


def build(context: Context, page: Page, answered: Sequence[Topic], intro: str) -> Workbook:
    """The workbook: the conclusions first, then per question a sheet with its explanation, table and chart."""
    values: dict[str, Filling] = {"intro": intro, "caption": context.caption}
    for topic in answered:
        values |= {topic.key: topic.conclusion, f"{topic.key}-table": ()}
    (title, opening), *parts = _parts(fill_page(page, values))
    titles = [heading for heading, _ in parts]
    first = opened(context, title, (34.0, 110.0), *opening, name="Conclusies")
    first.columns("Vraag", "Wat dit betekent")
    for heading, topic in zip(titles, answered, strict=True):
        first.add(label(heading), topic.conclusion)
    names = sheet_names(titles, ("Conclusies",))
    sheets = [
        _sheet(opened(context, heading, topic.widths, *texts, name=name), topic)
        for (heading, texts), topic, name in zip(parts, answered, names, strict=True)
    ]
    made = Workbook(
        title=f"{page.header['title']} {context.procedure.name}",
        sheets=(first.sheet(), *sheets),
        date=context.date,
        subject=page.header["subject"],
    )
    return with_identity(made, FORM, context)


def _parts(blocks: Blocks) -> list[tuple[str, list[str]]]:
    """The title with its paragraphs, and then each heading with its paragraphs."""
    parts: list[tuple[str, list[str]]] = []
    for block in blocks:
        if isinstance(block, Heading) or (isinstance(block, Paragraph) and block.style == "title"):
            parts.append((plain(block.inlines), []))
        elif isinstance(block, Paragraph) and block.style != "subtitle" and block.inlines:
            parts[-1][1].append(" ".join(plain(block.inlines).split()))
    return parts


def _sheet(rows: SheetRows, topic: Topic) -> Sheet:
    if not topic.rows:
        return rows.sheet()
    rows.columns(*topic.header)
    first, last = rows.next, rows.next + len(topic.rows) - 1

    def placed(cell: Cell) -> Cell:
        where = {"r": rows.next + 1, "first": first + 1, "last": last + 1}
        return replace(cell, formula=cell.formula.format_map(where)) if cell.formula else cell

    for row in topic.rows:
        rows.add(*map(placed, row))
    if not topic.chart:
        return rows.sheet()
    named = [f"{row[0].value}: {', '.join(_text(row[at]) for at in topic.bars)}" for row in topic.rows]
    chart = Chart(
        title=topic.chart,
        description=f"Staafdiagram: {listed([topic.header[at].lower() for at in topic.bars])}. {'; '.join(named)}.",
        categories=f"{cell_name(first, 0)}:{cell_name(last, 0)}",
        series=tuple((topic.header[at], f"{cell_name(first, at)}:{cell_name(last, at)}") for at in topic.bars),
        row=rows.next + 1,
        stacked=topic.stacked,
    )
    return rows.sheet(landscape=False, charts=(chart,))


# --- the questions ----------------------------------------------------------------------------------


class _Told:
    def __init__(self, page: Page, method: Method, found: Stress, names: Mapping[str, str], *, advise: bool) -> None:
        self.page, self.method, self.found, self.names, self.advise = page, method, found, names, advise
        self.parts = {PRICE: "Prijs", **{leaf.id: leaf_title(leaf) for leaf in leaves(method)}}
        self.first = winners(found.outcome)

    def say(self, key: str, also: str = "", **words: str) -> str:
        """A sentence with its holes filled, a further one, and the advice when there is one and it may be given."""
        told = [_sentence(self.page, name, **words) for name in (key, also) if name]
        advice = f"{key}-advice"
        return " ".join([*told, *([self.page.header[advice]] if self.advise and advice in self.page.header else [])])

    def quoted(self, names: Iterable[str], known: Mapping[str, str] | None = None) -> str:
        return listed([f"“{(known or self.names).get(name, name)}”" for name in names])

    def field(self) -> Topic:
        shapes, money = {shape.id: shape for shape in self.found.field}, self.found.money
        rows = tuple(
            (label(self.names[name]), *(NONE if value is None else Cell(round_to(value, 0), Style.NUMBER)
             for value in (item.price, item.quality, item.openness, item.autonomy)))
            for name in self.names if (item := shapes.get(name))
        )  # fmt: skip
        between = {"low": _euro(money.low), "high": _euro(money.high)} if money else {}
        return Topic(
            "field", ("Inschrijving", "Prijs", "Kwaliteit", "Openheid", "Autonomie"), (44.0, 12.0, 12.0, 12.0, 12.0),
            rows, self.say("field" if money else "field-unpriced", **between),
        )  # fmt: skip

    def winner(self) -> Topic:
        outcome, rows = self.found.outcome, []
        for name in outcome.order:
            result = outcome.tender(name)
            assert result.total
            quality = result.quality_points.exact if result.quality_points else Fraction(0)
            price = result.price_points.exact if result.price_points else Fraction(0)
            total = rounded(self.method, "total", "D{r}+E{r}")
            style = points_style(self.method, "criterion")
            rows.append((
                label(self.names.get(name, name)), Cell(Decimal(result.rank or 0), Style.RANK),
                _money(result.price.exact if result.price else None), Cell(stored(quality), style),
                Cell(stored(price), style), Cell(stored(result.total.exact), style, total),
            ))  # fmt: skip
        rows += [
            (label(self.names.get(item.id, item.id)), Cell("ongeldig"), NONE, NONE, NONE, NONE)
            for item in outcome.tenders if item.status == "invalid"
        ]  # fmt: skip
        return Topic(
            "winner", ("Inschrijving", "Rang", "Prijs", "Kwaliteit", "Punten voor de prijs", "Totaal"),
            (34.0, 10.0, 18.0, 14.0, 22.0, 14.0), tuple(rows), self._who(), "Punten per inschrijving", (3, 4), True,
        )  # fmt: skip

    def _who(self) -> str:
        outcome, ties = self.found.outcome, self.found.ties
        if len(self.first) > 1:
            return self.say("winner-tied", names=self.quoted(self.first))
        one, two = (outcome.tender(name) for name in outcome.order[:2])
        assert one.total and two.total
        gap = abs(one.total.exact - two.total.exact)
        text = self.say(
            "winner" if gap else "winner-level", winner=self.quoted([one.id]), second=self.quoted([two.id]),
            total=_in_points(one.total.exact), gap=_in_points(gap),
        )  # fmt: skip
        tied = "; ".join(self.quoted(group) for group in ties)
        return f"{text} {self.say('ties', names=tied) if ties else self.say('ties-none')}"

    def weights(self) -> Topic:
        rows = tuple(
            (
                label(self.parts[part.id]), _points(part.points),
                _points(part.nominal, "=B{r}/SUM(B${first}:B${last})*100"), _points(part.spread),
                _points(part.effective, "=D{r}/SUM(D${first}:D${last})*100"),
            )
            for part in self.found.parts
        )  # fmt: skip
        less = [part.id for part in self.found.parts if part.effective * _FAR < part.nominal]
        more = [part.id for part in self.found.parts if part.effective > part.nominal * _FAR]
        told = [
            self.say(key, names=self.quoted(names, self.parts))
            for key, names in (("weights-less", less), ("weights-more", more)) if names
        ]  # fmt: skip
        return Topic(
            "weights", ("Onderdeel", "Punten", "Aangekondigd (%)", "Verschil in punten", "Beslist echt (%)"),
            (48.0, 12.0, 20.0, 20.0, 20.0), rows, " ".join(told) or self.say("weights-fair"),
            "Aangekondigd en echt gewicht, in procenten", (2, 4),
        )  # fmt: skip

    def money(self) -> Topic:
        money = self.found.money
        places = ("Lage prijs", "Midden", "Hoge prijs")
        rows = tuple(
            (label(place), _money(spot.price), _points(spot.points), _money(spot.per_point))
            for place, spot in zip(places, money.spots if money else (), strict=False)
        )
        return Topic(
            "money", ("Plaats", "Prijs", "Punten", "Eén punt kost"), (24.0, 20.0, 14.0, 20.0), rows,
            " ".join(self._priced()), "Punten voor de prijs" if rows else "", (2,),
        )  # fmt: skip

    def _priced(self) -> Iterator[str]:
        money, outcome = self.found.money, self.found.outcome
        if money is None:
            yield self.say("money-none")
            return
        if money.per_point is None:
            yield self.say("money-flat")
        else:
            yield self.say("money", euro=_euro(money.per_point))
            low, _, high = (spot.per_point for spot in money.spots)
            if low and high and low != high:
                yield self.say("money-varies", low=_euro(low), high=_euro(high))
        if money.relative and money.without_cheapest:
            yield self.say("money-relative", other=_euro(money.without_cheapest))
        if money.deficit and len(self.first) == 1:
            yield self.say(
                "money-deficit", second=self.quoted([outcome.order[1]]), winner=self.quoted(self.first),
                deficit=_euro(money.deficit),
            )  # fmt: skip

    def rungs(self) -> Topic:
        rungs, money = self.found.rungs, self.found.money
        per_point = money.per_point if money else None
        rows = tuple(
            (
                label(self.parts[rung.id]), Cell(_KINDS.get(rung.preference, "")), _points(rung.points),
                _money(per_point), _money(rung.money, "=C{r}*D{r}"), _money(rung.whole_money),
            )
            for rung in rungs
        )  # fmt: skip
        header = ("Criterium", "Voorkeur", "Punten per trede", "Eén punt kost", "Eén trede", "Alle treden")
        told = [self.say("rungs-points")]
        if per_point is not None:
            dearest = max(rungs, key=lambda rung: rung.points)
            told = [self.say("rungs", name=self.quoted([dearest.id], self.parts), euro=_euro(dearest.money))]
            preferred = [rung.money or Fraction(0) for rung in rungs if rung.preference]
            if preferred:
                whole = sum((rung.whole_money or Fraction(0) for rung in rungs if rung.preference), Fraction(0))
                words = {"low": _euro(min(preferred)), "high": _euro(max(preferred)), "whole": _euro(whole)}
                told.append(self.say("rungs-preference", **words))
        chart = "Wat een trede waard is, in euro" if per_point is not None else ""
        return Topic("rungs", header, (48.0, 14.0, 18.0, 18.0, 18.0, 18.0), rows, " ".join(told), chart, (4,))

    def preference(self) -> Topic:
        header = ("Voorkeur", "Wie doet mee", "Wint met voorkeur", "Wint zonder voorkeur")
        widths = (24.0, 48.0, 32.0, 32.0)
        if not self.found.preferences:
            return Topic("preference", header, widths, (), self.say("preference-none"))
        whole = self.found.preferences[-1]
        compared = [(item.name, "allen", item.winners, item.without) for item in self.found.preferences]
        for duel in whole.duels:
            pair = " tegen ".join(self.names.get(name, name) for name in duel.tenders)
            compared.append((whole.name, pair, duel.winners, duel.without))
        rows = tuple(
            (label(_KINDS.get(kind, kind)), Cell(who), Cell(self._names(one)), Cell(self._names(other)))
            for kind, who, one, other in compared
        )
        return Topic("preference", header, widths, rows, self._preferred(whole))

    def _preferred(self, whole: Preference) -> str:
        key = "decisive" if whole.decisive else "close" if whole.duels else "never"
        points = {part.id: part.points for part in self.found.parts}
        too = [
            item for item in self.found.left_out
            if item.other_winner and item.id not in (PRICE, *whole.criteria) and points[item.id] <= whole.points
        ]  # fmt: skip
        return self.say(
            f"preference-{key}", "preference-not-alone" if whole.decisive and too else "",
            winner=self.quoted(whole.winners), other=self.quoted(whole.without),
            duels=str(len(whole.duels)), tried=str(whole.tried),
        )  # fmt: skip

    def order(self) -> Topic:
        found, tried = self.found.reversals, str(self.found.tried["reversals"])
        rows = tuple(
            (
                label(self._names(item.tenders)), Cell("komt erbij" if item.change == "added" else "valt weg"),
                Cell(self._swaps(item.before, item.after)), Cell("ja" if item.other_winner else "nee"),
            )
            for item in found
        )  # fmt: skip
        money = self.found.money
        stable = "order-stable" if money and money.relative else "order-fixed"
        count = sum(item.other_winner for item in found)
        key = ("order-changes" if count else "order-below") if found else stable
        told = [self.say(key, count=str(len(found)), tried=tried, winners=str(count))]
        if money and money.relative and self.method.price:
            told.append(self.say(f"order-{self.method.price.removal or 'open'}"))
        return Topic(
            "order", ("Inschrijving", "Wat er gebeurt", "Wat er verandert", "Andere winnaar"), (46.0, 18.0, 70.0, 18.0),
            rows, " ".join(told),
        )  # fmt: skip

    def _swaps(self, before: Order, after: Order) -> str:
        """Which tenders changed places: *B komt voor A*."""
        old, new = ({name: place for place, group in enumerate(order) for name in group} for order in (before, after))
        told = []
        for one, other in combinations([name for group in before for name in group], 2):
            ahead, now = old[other] - old[one], new[other] - new[one]
            how = "komt voor" if now < 0 else "komt achter" if now > 0 else "komt gelijk met"
            if (ahead > 0) != (now > 0) or (not ahead and now):
                told.append(f"{self.names.get(other, other)} {how} {self.names.get(one, one)}")
        return "; ".join(told)

    def flips(self) -> Topic:
        rows, nearest = [], []
        for flip in self.found.weights:
            rows.append((
                label(self.parts[flip.id]), _points(flip.points), _points(flip.less),
                Cell(self._names([flip.less_for])), _points(flip.more), Cell(self._names([flip.more_for])),
            ))  # fmt: skip
            nearest += [
                (change, way, flip.id, rival)
                for change, way, rival in ((flip.less, "minder", flip.less_for), (flip.more, "meer", flip.more_for))
                if change is not None
            ]
        told = self.say("flips-none")
        if nearest:
            change, way, name, rival = min(nearest)
            told = self.say(
                "flips" if change else "flips-level", name=self.quoted([name], self.parts),
                change=_in_points(change), way=way,
                rival=self.quoted([rival]), winner=self.quoted(self.first[:1]),
            )  # fmt: skip
        header = ("Onderdeel", "Punten nu", "Minder", "Dan gelijk met", "Meer", "Dan gelijk met (meer)")
        return Topic("flips", header, (48.0, 12.0, 12.0, 30.0, 12.0, 30.0), tuple(rows), told)

    def grades(self) -> Topic:
        rows = tuple(
            (
                label(self.names.get(flip.tender, flip.tender)),
                Cell(self.parts[flip.criterion] + (f" (beoordelaar {flip.assessor})" if flip.assessor else "")),
                Cell(flip.grade, Style.NUMBER), Cell(flip.changed, Style.NUMBER), Cell(self._names(flip.winners)),
            )
            for flip in self.found.grades
        )  # fmt: skip
        tried = str(self.found.tried["grades"])
        return Topic(
            "grades", ("Inschrijving", "Criterium", "Cijfer", "Wordt", "Dan wint"), (34.0, 48.0, 12.0, 12.0, 34.0),
            rows, self.say("grades-some" if rows else "grades-none", count=str(len(rows)), tried=tried),
        )  # fmt: skip

    def without(self) -> Topic:
        rows = tuple(
            (
                label(self.parts[item.id]), Cell(self._names(item.winners) or "niets om op te gunnen"),
                Cell("ja" if item.other_winner else "nee"), Cell("ja" if item.same_order else "nee"),
            )
            for item in self.found.left_out
        )  # fmt: skip
        other = [item.id for item in self.found.left_out if item.other_winner]
        key = "none" if not other else "some" if len(other) <= _NAMED else "many"
        return Topic(
            "without", ("Zonder dit onderdeel", "Wint", "Andere winnaar", "Zelfde volgorde"), (48.0, 40.0, 18.0, 18.0),
            rows,
            self.say(
                f"without-{key}", names=self.quoted(other, self.parts), count=str(len(other)), tried=str(len(rows))
            ),
        )  # fmt: skip

    def _names(self, ids: Iterable[str]) -> str:
        return " en ".join(self.names.get(name, name) for name in ids)


def _points(value: Fraction | None, formula: str = "") -> Cell:
    return NONE if value is None else Cell(stored(value), Style.POINTS, formula)


def _money(value: Fraction | None, formula: str = "") -> Cell:
    return NONE if value is None else Cell(stored(value), Style.MONEY, formula)


def _in_points(value: Fraction) -> str:
    """*0,7 punten*, *1 punt*, and *minder dan 0,01 punt* for what would read as nothing."""
    if 0 < value < Fraction(1, 200):
        return "minder dan 0,01 punt"
    text = fraction_text(value, 2)
    return f"{text} {'punt' if text == '1' else 'punten'}"


def _euro(value: Fraction | None) -> str:
    """An amount for reading: whole euros from a hundred on."""
    amount = value or Fraction(0)
    return money_text(round_to(amount, 0 if abs(amount) >= 100 else 2))
