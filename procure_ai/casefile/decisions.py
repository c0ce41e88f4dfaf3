"""The register of people's decisions, read from the record: which tender counts, and which takes no part.

The tool takes none of these decisions. It follows them where the law leaves the matter to people
(`design`, section 3); every other kind is only kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from procure_ai.casefile.record import Line, Record
from procure_ai.forms.award import SetAside

FILE = "decisions.yaml"
STEP = "decide"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of decision: its title, whom it is about, its outcomes, and those that put a tender out or in again."""

    title: str
    about: Literal["tenderer", "case", "member"] = "tenderer"
    outcomes: tuple[str, ...] = ()
    out: str = ""
    back: str = ""


KINDS: dict[str, Kind] = {
    "late": Kind("Te laat ontvangen", outcomes=("admitted", "refused"), out="refused", back="admitted"),
    "invalid": Kind("Ongeldige inschrijving", outcomes=("invalid", "valid"), out="invalid", back="valid"),
    "clarification": Kind("Verduidelijking gevraagd", outcomes=("asked", "received")),
    "exclusion": Kind("Uitsluiting", outcomes=("excluded", "kept"), out="excluded", back="kept"),
    "abnormally-low": Kind("Abnormaal lage prijs", outcomes=("asked", "accepted", "rejected"), out="rejected"),
    "verification": Kind("Nagaan van bewijs", outcomes=("passed", "failed")),
    "withdrawal": Kind("Intrekking door de inschrijver", outcomes=("withdrawn",), out="withdrawn"),
    "member-replaced": Kind("Lid van de commissie vervangen", "member"),
    "draw": Kind("Loting", "case"),
    "correction": Kind("Correctie van een vastgelegd oordeel", "case", ("requirements", "consensus")),
    "court-order": Kind("Uitspraak van de rechter", "case", ("admitted", "followed"), back="admitted"),
}
OUTCOMES = {
    "admitted": "toegelaten", "refused": "niet toegelaten", "invalid": "ongeldig", "valid": "geldig",
    "asked": "gevraagd", "received": "ontvangen", "excluded": "uitgesloten", "kept": "niet uitgesloten",
    "accepted": "aanvaard", "rejected": "afgewezen", "passed": "in orde", "failed": "niet in orde",
    "withdrawn": "ingetrokken", "followed": "opgevolgd", "requirements": "minimumeisen", "consensus": "overleg",
}  # fmt: skip


def decided(record: Record, kind: str = "", tenderer: str = "") -> tuple[Line, ...]:
    """The decisions so far, in order; of one kind and about one tenderer when these are given."""
    lines = record.of(STEP)
    return tuple(
        line
        for line in lines
        if kind in ("", line.data["kind"]) and tenderer in ("", line.data.get("tenderer", ""))
    )  # fmt: skip


def named(line: Line, names: Mapping[str, str] | None = None) -> str:
    """What was decided, about whom (with the names of tenderers, else their ids) and the outcome."""
    data = line.data
    about = (names or {}).get(data.get("tenderer", ""), data.get("tenderer")) or (
        f"{data['member']} door {data['replacement']['id']}" if "member" in data else ""
    )
    parts = [KINDS[data["kind"]].title, about, OUTCOMES.get(data.get("outcome", ""), "")]
    return ", ".join(filter(None, parts))


def told(line: Line) -> str:
    """A decision in one line: what, about whom, the outcome, by whom and why."""
    return f"{named(line)}; {line.data['by']}: {line.data['reason']}"


def reopened(record: Record, step: str) -> bool:
    """Whether people decided on a correction of what this step read, which has not been read again yet."""
    read = record.last(step)
    corrections = [item.number for item in decided(record, "correction") if f"{item.data['outcome']}-read" == step]
    return bool(read and corrections and corrections[-1] > read.number)


# --- which tender counts --------------------------------------------------------------------------


def receipts(record: Record, tenderer: str) -> tuple[Line, ...]:
    """Everything that this tenderer sent, in order of receipt."""
    return tuple(line for line in record.of("receive") if line.data["tenderer"]["id"] == tenderer)


def counting(record: Record, tenderer: str) -> Line | None:
    """The receipt that counts: the last one without defects, in time or admitted by people.

    A later one with defects, or too late, replaces nothing. One that came too late is given when there is no
    other: `undecided_late` or `set_aside` then says where it stands.
    """
    good = [line for line in receipts(record, tenderer) if line.data["accepted"]]
    timely = [line for line in good if not line.data["late"]]
    late = [line for line in good if line.data["late"]]
    ruling = decided(record, "late", tenderer)[-1:]
    if ruling and ruling[0].data["outcome"] == "admitted":
        admitted = [line for line in late if line.number < ruling[0].number]
        if admitted:
            return admitted[-1]
    return next(reversed(timely or late), None)


def early_prices(record: Record, tenderer: str) -> tuple[Line, ...]:
    """The receipts of this tenderer with a price sheet, before the quality was final."""
    return tuple(line for line in receipts(record, tenderer) if line.data["early_prices"])


def undecided_late(record: Record) -> tuple[str, ...]:
    """Tenderers whose last tender without defects came too late, while nobody decided since whether it counts."""
    ruled = {line.data["tenderer"]: line.number for line in decided(record, "late")}
    late = {
        line.data["tenderer"]["id"]
        for line in record.of("receive")
        if line.data["accepted"] and line.data["late"] and line.number > ruled.get(line.data["tenderer"]["id"], 0)
    }
    return tuple(sorted(late))


def not_last(record: Record) -> tuple[str, ...]:
    """Tenderers of whom an earlier tender counts than the one they sent last."""
    names = sorted({line.data["tenderer"]["id"] for line in record.of("receive")})
    return tuple(name for name in names if counting(record, name) not in (None, receipts(record, name)[-1]))


# --- which tender takes part ----------------------------------------------------------------------


def set_aside(record: Record, step: str = "") -> dict[str, Line]:
    """The decision by which a tender takes no part, by tenderer; only those made before `step` was last taken."""
    taken = record.last(step) if step else None
    standing: dict[str, dict[str, Line]] = {}
    for line in decided(record):
        if taken and line.number > taken.number:
            break
        kind, outcome = KINDS[line.data["kind"]], line.data.get("outcome")
        name = line.data.get("tenderer", "")
        if not name or not outcome:
            continue
        if outcome == kind.out and not _refused_beside(record, line):
            standing.setdefault(name, {})[line.data["kind"]] = line
        elif outcome == kind.back:
            if kind.about == "case":  # the court puts a tender back whatever people decided before
                standing.pop(name, None)
            else:
                standing.get(name, {}).pop(line.data["kind"], None)
    return {name: list(kinds.values())[-1] for name, kinds in standing.items() if kinds}


def _refused_beside(record: Record, line: Line) -> bool:
    """Whether a late tender was refused while an earlier one of the same tenderer came in time and counts."""
    counts = counting(record, line.data["tenderer"])
    return line.data["kind"] == "late" and counts is not None and not counts.data["late"]


def for_letters(record: Record) -> tuple[SetAside, ...]:
    """The decisions that a tender takes no part, as report and letters tell them."""
    return tuple(
        SetAside(name, line.data["reason"], line.data["by"], date.fromisoformat(line.date), line.data["kind"])
        for name, line in sorted(set_aside(record).items())
    )


# --- what waits for people ------------------------------------------------------------------------


def suspects(record: Record) -> tuple[str, ...]:
    """Ranked tenders with a price that may be abnormally low, which people did not yet accept or reject."""
    line = record.last("rank")
    flags = line.data["flags"] if line else ()
    names = [what for kind, _, what in (flag.partition(":") for flag in flags) if kind == "abnormally_low_suspect"]
    ruled = {item.data["tenderer"] for item in decided(record, "abnormally-low") if item.data["outcome"] != "asked"}
    return tuple(name for name in names if name not in ruled and name not in set_aside(record))


def interested(record: Record) -> tuple[str, ...]:
    """Assessors who declared an interest or doubt and are not replaced."""
    found: dict[str, bool] = {}
    for line in record.of("declaration-read"):
        found.update({name: name in line.data.get("interest", ()) for name in line.data["assessors"]})
    gone = {line.data["member"] for line in decided(record, "member-replaced")}
    return tuple(sorted(name for name, interest in found.items() if interest and name not in gone))


def waiting(record: Record) -> tuple[tuple[str, str], ...]:
    """What people must decide before the next step, with the command that records it."""
    found: list[tuple[str, str]] = []
    if not record.last("requirements"):
        found += [
            (f"De inschrijving van {name} kwam te laat.", f"late --tenderer {name} --outcome admitted|refused")
            for name in undecided_late(record)
        ]
    if not record.last("consensus"):
        found += [
            (f"{name} meldt een belang of twijfelt.", f"member-replaced --member {name} --replacement NIEUW")
            for name in interested(record)
        ]
    if not record.last("award"):
        found += [
            (
                f"De prijs van {name} is mogelijk abnormaal laag.",
                f"abnormally-low --tenderer {name} --outcome asked|accepted|rejected",
            )
            for name in suspects(record)
        ]
    rest = "--by NAAM --reason REDEN"
    commands = [(text, f"procure-ai decide {command} {rest}") for text, command in found]
    ranked = record.last("rank")
    if ranked and ranked.data["needs_draw"] and not record.last("award"):
        names = ranked.data["needs_draw"]
        draw = " ".join(f"--draw {name}" for name in names)
        commands.append(
            (f"{', '.join(names)} eindigden gelijk: mensen loten.", f"procure-ai rank {draw} (op volgorde)")
        )
    return tuple(commands)
