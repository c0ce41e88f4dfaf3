"""Where the case stands, read from the record, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from procure_ai.casefile import decisions
from procure_ai.casefile.folder import Folder
from procure_ai.casefile.record import Record
from procure_ai.files.disk import sha256

# The order of the procedure: step in the record, what a reader sees, the command that does it.
ORDER: tuple[tuple[str, str, str], ...] = (
    ("publish", "Pakket gepubliceerd en bevroren", "procure-ai publish"),
    ("receive", "Inschrijvingen ontvangen", "procure-ai receive --tenderer NAAM BESTANDEN"),
    ("requirements", "Werkmap minimumeisen gemaakt", "procure-ai requirements"),
    ("requirements-read", "Minimumeisen beoordeeld", "procure-ai requirements --read"),
    ("declarations", "Commissie vastgelegd, verklaringen verstuurd", "procure-ai scorecards --declare"),
    ("declaration-read", "Verklaringen van de beoordelaars ingelezen", "procure-ai scorecards --declare --read"),
    ("scorecards", "Scorekaarten verstuurd", "procure-ai scorecards"),
    ("scorecard-read", "Individuele scores ingelezen", "procure-ai scorecards --read"),
    ("measure", "Antwoorden op de testset gevraagd", "procure-ai measure --test-set BESTAND"),
    ("measure-rate", "Antwoorden blind naar de beoordelaars", "procure-ai measure --rate"),
    ("measure-read", "Gemeten resultaat vastgelegd", "procure-ai measure --read"),
    ("consensus", "Scores bevroren, overleg voorbereid", "procure-ai consensus"),
    ("consensus-read", "Kwaliteit definitief", "procure-ai consensus --read"),
    ("open-prices", "Prijzen geopend", "procure-ai open-prices --by NAAM --by NAAM BESTANDEN"),
    ("rank", "Rangorde berekend", "procure-ai rank"),
    ("award", "Gunningsverslag en brieven geschreven", "procure-ai award"),
)

NO_AWARD = "no-award"  # ends the procedure at any moment; only there when people decided it


@dataclass(frozen=True)
class Stage:
    """One step with when it was done (empty when not), and how to do it."""

    step: str
    title: str
    command: str
    done: str
    detail: str


def stages(folder: Folder) -> tuple[Stage, ...]:
    """Every step of the procedure with its state. Raises `Refused` when the record is damaged."""
    record = folder.record()
    result: list[Stage] = []
    for step, title, command in ORDER:
        line = record.last(step)
        if step.startswith("measure") and not _measured(record):
            continue
        complete = line is not None and _complete(record, step)
        result.append(Stage(step, title, command, line.moment if line and complete else "", _detail(record, step)))
    ended = record.last(NO_AWARD)
    if ended:
        detail = f"{ended.data['reason']} ({', '.join(ended.data['by'])})"
        result.append(Stage(NO_AWARD, "Besloten om niet te gunnen", "", ended.moment, detail))
    return tuple(result)


def _complete(record: Record, step: str) -> bool:
    """A step per assessor is done when all of them are in, one per measured criterion when each is, a ranking when no
    lots need to be drawn."""
    if step.startswith("measure"):
        return _measured(record) <= {line.data["criterion"] for line in record.of(step)}
    if decisions.reopened(record, step):
        return False
    ranked = record.last("rank")
    if step == "rank" and ranked:
        return not ranked.data["needs_draw"]
    if step not in ("declaration-read", "scorecard-read"):
        return True
    panel = record.last("declarations")
    raters = panel.data["panel"]["raters"] if panel and step == "declaration-read" else []
    everyone = {item["id"] for item in (*panel.data["panel"]["assessors"], *raters)} if panel else set()
    for line in decisions.decided(record, "member-replaced"):
        if line.data["member"] in everyone:
            everyone = everyone - {line.data["member"]} | {line.data["replacement"]["id"]}
    return everyone <= _assessors(record, step)


def _measured(record: Record) -> set[str]:
    """The criteria of which people rate answers."""
    published = record.last("publish")
    return set(published.data["measured"]) if published else set()


def _assessors(record: Record, step: str) -> set[str]:
    return {name for line in record.of(step) for name in line.data["assessors"]}


def _detail(record: Record, step: str) -> str:
    if step == "receive":
        names = sorted({line.data["tenderer"]["id"] for line in record.of(step)})
        return ", ".join(f"{name} ({_stand(record, name)})" for name in names)
    line = record.last(step)
    if line is None:
        return ""
    if step in ("declaration-read", "scorecard-read"):
        return ", ".join(sorted(_assessors(record, step)))
    if step == "requirements-read" and line.data["failed"]:
        return f"voldoet niet: {', '.join(line.data['failed'])}"
    if step == "rank":
        return f"nummer 1: {line.data['winner']}" if line.data["winner"] else "geen winnaar; er moet worden beslist"
    return ""


def _stand(record: Record, tenderer: str) -> str:
    """Where the tender of one tenderer stands, in a few words."""
    if tenderer in decisions.set_aside(record):
        return "doet niet mee"
    if tenderer in decisions.undecided_late(record):
        return "te laat: besluit nodig"
    if decisions.counting(record, tenderer) is None:
        return "niet aangenomen"
    told = "aangenomen; een latere telt niet" if tenderer in decisions.not_last(record) else "aangenomen"
    return f"{told}; prijsblad te vroeg" if decisions.early_prices(record, tenderer) else told


def following(stages_now: tuple[Stage, ...]) -> Stage | None:
    """The first step that is not done yet; none when people decided not to award."""
    if any(stage.step == NO_AWARD for stage in stages_now):
        return None
    return next((stage for stage in stages_now if not stage.done), None)


def verify(folder: Folder) -> tuple[str, ...]:
    """Recorded files that are gone or changed since, by name."""
    record = folder.record()
    return tuple(
        name
        for name, expected in sorted(record.files().items())
        if name != "procedure.yaml" and (not folder.has(name) or sha256(folder.read(name)) != expected)
    )
