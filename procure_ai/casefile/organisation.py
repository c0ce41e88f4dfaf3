"""An organisation's folder: made once, and its secret part, which stays out of the library in memory."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from procure_ai.casefile import data
from procure_ai.casefile.approving import text_of
from procure_ai.casefile.messages import found_as, refuse_as
from procure_ai.files.disk import read_bytes, write_atomic
from procure_ai.files.strict_yaml import decode, line_of, parse
from procure_ai.files.typed import read_model
from procure_ai.findings import Place, Refused
from procure_ai.findings.messages import meant
from procure_ai.library.models import Library
from procure_ai.library.written import Play, PlaybookFile

PLAYBOOK = "secret/playbook.yaml"


def init(folder: Path, name: str) -> tuple[str, ...]:
    """Make an organisation's folder from `templates/organisation/` and give the files that were written.

    Raises `Refused` and writes nothing: F049 the folder is a file, R163 one of the files is there already.
    """
    if folder.is_file():
        raise refuse_as("F049", Place(str(folder)), target=folder.name)
    source = data.data_root() / "templates" / "organisation"
    files = [path.relative_to(source).as_posix() for path in sorted(source.rglob("*")) if path.is_file()]
    taken = [found_as("R163", Place(str(folder / file)), name=file) for file in files if (folder / file).exists()]
    if taken:
        raise Refused(taken)
    plain = unicodedata.normalize("NFKD", folder.resolve().name).encode("ascii", "ignore").decode().lower()
    words = {
        "{{id}}": re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "organisatie",
        "{{name}}": " ".join(name.split()) or folder.resolve().name,
    }
    for file in files:
        text = read_bytes(source / file).decode("utf-8")
        quoted = file.endswith(".yaml")
        for hole, word in words.items():
            text = text.replace(hole, "'" + word.replace("'", "''") + "'" if quoted and hole == "{{name}}" else word)
        write_atomic(folder / file, text.encode("utf-8"), file)
    return tuple(files)


def copy(name: str, organisation: Path) -> str:
    """Copy a text of the library into the folder, with what it replaces in its head; give the file that was made.

    Raises `Refused` and writes nothing: D101 no such text, R163 the folder has it already.
    """
    library, _ = data.library()
    text = text_of(library, name)
    target = organisation / text.file
    if target.exists():
        raise refuse_as("R163", Place(str(target)), name=text.file)
    source = read_bytes(data.data_root() / text.file, text.file).decode("utf-8")
    head, _, rest = source.partition("\n")
    write_atomic(target, f"{head}\nreplaces: {text.fingerprint}\n{rest}".encode(), text.file)
    return text.file


def playbook(organisation: Path, library: Library) -> Mapping[str, Play]:
    """What stays secret, by clause; empty without such a file. Raises `Refused` (D101 for an unknown clause)."""
    path = organisation / PLAYBOOK
    if not path.is_file():
        return {}
    shown = f"{organisation.name}/{PLAYBOOK}"
    node = parse(decode(read_bytes(path, shown), shown), shown)
    plays = read_model(PlaybookFile, node, shown).playbook
    texts = library.texts()
    unknown = [
        found_as(
            "D101", Place(shown, line_of(node, ("playbook", name))), name=name,
            hint=meant(name, texts, "Zie `procure-ai library list`."),
        )
        for name in plays
        if name not in texts
    ]  # fmt: skip
    if unknown:
        raise Refused(unknown)
    return plays
