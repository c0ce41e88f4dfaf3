"""The ledger of approvals on disk: one line per approval, kept as the record of a case is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from pydantic import ValidationError

import procure_ai
from procure_ai.casefile import data
from procure_ai.casefile.folder import Folder, day_of
from procure_ai.casefile.messages import refuse_as
from procure_ai.casefile.record import Record, read_record, write_line
from procure_ai.files.disk import read_bytes, write_atomic
from procure_ai.findings import Finding, Place, Refused, raise_errors
from procure_ai.findings.messages import meant
from procure_ai.library import approvals
from procure_ai.library.approvals import ROLES, Approval, Lean, Standing, signed
from procure_ai.library.check import check_library
from procure_ai.library.messages import found_as
from procure_ai.library.models import AnnexClause, Clause, Library
from procure_ai.library.written import Role

FILE = "approvals.jsonl"
_LEANS: Mapping[Lean, str] = {"definitions": "begrippen", "clauses": "teksten", "law": "feiten uit de wet"}


@dataclass(frozen=True)
class Given:
    """The lines that were added to the ledger, and how long it is now with its last hash."""

    library: Library
    approvals: tuple[Approval, ...]
    count: int
    head: str

    def told(self) -> Iterator[str]:
        """Exactly what was approved: per text its fingerprint, and what it leans on with fingerprints."""
        texts = self.library.texts()
        for item in self.approvals:
            yield f"{texts[item.clause].title}  [{item.clause}]  vingerafdruk {item.fingerprint[:12]}"
            if item.withdrawn:
                yield f"  ingetrokken door {signed(item)}: {item.withdrawn}"
                continue
            yield f"  goedgekeurd door {signed(item)}; geschreven door {item.author}"
            for kind, title in _LEANS.items():
                if leans := item.depends.of(kind):
                    yield f"  met {title}: {', '.join(f'{name} {print_[:12]}' for name, print_ in leans.items())}"
        yield f"De lijst telt nu {self.count} regels; controlewaarde {self.head[:12]}."


def _folder(organisation: Path | None) -> tuple[Folder, str]:
    """Where the ledger lies, and its name as shown: with the organisation, or with the shipped clauses."""
    if organisation:
        return Folder(organisation), f"{organisation.name}/{FILE}"
    return Folder(data.data_root() / "clauses"), f"clauses/{FILE}"


def _read(folder: Folder, shown: str) -> tuple[Record, tuple[Approval, ...]]:
    """The lines and the approvals in them, each judged again by the rules for those before it."""
    if not folder.has(FILE):
        return Record(), ()
    record = read_record(read_bytes(folder.at(FILE), shown), shown)
    found: list[Approval] = []
    for line in record.lines:
        place = Place(shown, line.number)
        try:
            approval = Approval.model_validate(dict(line.data))
        except ValidationError:
            raise refuse_as("R161", place, name=FILE) from None
        raise_errors(replace(item, place=place) for item in approvals.objections(found, approval))
        found.append(approval)
    return record, tuple(found)


def read(organisation: Path | None) -> tuple[Approval, ...]:
    """The approvals of an organisation. Raises `Refused` (R101 to R103, R161, C311 to C314) at the bad line."""
    return _read(*_folder(organisation))[1]


def standing(library: Library, organisation: Path | None) -> dict[str, Standing]:
    """How every text stands by this ledger. Raises as `read`."""
    return approvals.standing(library, read(organisation))


def text_of(library: Library, name: str) -> Clause | AnnexClause:
    """The clause or annex with this id. Raises `Refused` (D101)."""
    texts = library.texts()
    if name not in texts:
        raise refuse_as("D101", name=name, hint=meant(name, texts, "Zie `procure-ai library list`."))
    return texts[name]


def texts_of(library: Library, topic: str | None) -> list[Clause | AnnexClause]:
    """Every text, or the clauses of one topic. Raises `Refused` (R164)."""
    if topic is None:
        return list(library.texts().values())
    if topic not in library.topics():
        raise refuse_as("R164", name=topic, hint=meant(topic, library.topics(), "Zie clauses/outline.yaml."))
    return [clause for clause in library.in_order() if clause.header.topic == topic]


def approve(
    organisation: Path | None,
    names: Sequence[str],
    *,
    role: Role,
    author: str,
    approver: str,
    moment: datetime,
    topic: str | None = None,
    day: str | None = None,
    note: str = "",
    withdraw: str = "",
) -> Given:
    """Add a line to the ledger for each text: an approval, or a line that withdraws one.

    Raises `Refused` and writes nothing: errors in the library, R162 no ledger to write in, D101, R164 and R165
    no such text, C311 to C314 not four eyes, C315 a role that the text does not ask,
    C316 nothing to withdraw, P122 no date.
    """
    folder, shown = _folder(organisation)
    if organisation is None and not (data.data_root() / "procure_ai").is_dir():
        raise refuse_as("R162")
    on = day_of(day) if day else moment.date()
    library, warnings = data.library(organisation)
    raise_errors((*warnings, *check_library(library)))
    with folder.locked():
        record, earlier = _read(folder, shown)
        texts = [text_of(library, name) for name in dict.fromkeys(names)]
        if topic is not None:
            stands = approvals.standing(library, earlier)
            texts += [text for text in texts_of(library, topic) if role in stands[text.id].lacking]
        if not texts:
            raise refuse_as("R165", role=ROLES[role])
        made: list[Approval] = []
        findings: list[Finding] = []
        for text in texts:
            new: Approval | Finding
            if withdraw:
                new = _withdrawal(text, earlier, role, approver, on, withdraw)
            else:
                new = _approval(library, text, role, author, approver, on, note)
            if isinstance(new, Finding):
                findings.append(new)
            else:
                findings.extend(replace(item, place=Place(text.file)) for item in approvals.objections(earlier, new))
                made.append(new)
        if findings:
            raise Refused(findings)
        content = read_bytes(folder.at(FILE), shown) if folder.has(FILE) else b""
        for item in made:
            line = record.next("approve", moment, procure_ai.__version__, item.model_dump(mode="json"), {}, {})
            record = Record((*record.lines, line))
            content += write_line(line)
        write_atomic(folder.at(FILE), content, shown)
    return Given(library, tuple(made), len(record.lines), record.head)


def _approval(
    library: Library, text: Clause | AnnexClause, role: Role, author: str, approver: str, day: date, note: str
) -> Approval | Finding:
    roles = approvals.roles_of(text)
    if role not in roles:
        return found_as("C315", Place(text.file), clause=text.id, role=ROLES[role], roles=", ".join(roles))
    return Approval(
        clause=text.id, fingerprint=text.fingerprint, depends=approvals.dependencies(library, text), role=role,
        author=author.strip(), approver=approver.strip(), date=day, note=note.strip(),
    )  # fmt: skip


def _withdrawal(
    text: Clause | AnnexClause, earlier: Sequence[Approval], role: Role, approver: str, day: date, reason: str
) -> Approval | Finding:
    """The line that takes back the approval of the text as it is now, or else of the last text approved."""
    mine = [item for item in approvals.in_force(earlier) if (item.clause, item.role) == (text.id, role)]
    if not mine:
        return found_as("C316", Place(text.file), clause=text.id, role=ROLES[role])
    last = next((item for item in reversed(mine) if item.fingerprint == text.fingerprint), mine[-1])
    return last.model_copy(update={"approver": approver.strip(), "date": day, "note": "", "withdrawn": reason.strip()})
