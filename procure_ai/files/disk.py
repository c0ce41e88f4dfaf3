"""Reading and writing on disk: capped reads, atomic writes, hashes, nothing overwritten silently."""

from __future__ import annotations

import hashlib
import json
import stat
from contextlib import suppress
from pathlib import Path

from procure_ai.findings import Place, refuse

MAX_FILE = 64_000_000


def read_bytes(path: Path, shown: str = "", limit: int = MAX_FILE) -> bytes:
    """The bytes of a file. Raises `Refused` (F040 absent, F041 unreadable or locked, F001 too large)."""
    name = shown or path.name
    try:
        kind = path.stat()
        if not (stat.S_ISREG(kind.st_mode) or stat.S_ISDIR(kind.st_mode)):
            raise OSError("no regular file")
        if kind.st_size > limit:
            raise refuse(
                "F001",
                f"Dit bestand is groter dan {limit // 1_000_000} MB.",
                "Vraag om een kleiner bestand.",
                place=Place(name),
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise refuse("F040", "Dit bestand bestaat niet.", "Controleer de naam en de map.", place=Place(name)) from None
    except IsADirectoryError:
        raise refuse("F040", "Dit is een map, geen bestand.", "Noem de bestanden zelf.", place=Place(name)) from None
    except OSError:
        raise refuse("F041", "Dit bestand kan niet worden gelezen.", _CLOSE, place=Place(name)) from None


_CLOSE = "Sluit het bestand in Word of Excel en probeer het opnieuw."


def write_atomic(path: Path, data: bytes, shown: str = "") -> None:
    """Write a file whole or not at all. Raises `Refused` (F042) when it is open elsewhere."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise refuse(
            "F042", "Dit bestand kan niet worden geschreven.", _CLOSE, place=Place(shown or path.name)
        ) from None


def may_write(*paths: Path, force: bool) -> None:
    """Refuse (F045) to write over a file that is there, unless that is asked for."""
    taken = next((path for path in paths if path.exists()), None)
    if taken and not force:
        remedy = "Kies met -o een andere naam, of overschrijf met --force."
        raise refuse("F045", f"`{taken.name}` bestaat al.", remedy, place=Place(str(taken)))


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def canonical_json(value: object) -> bytes:
    """JSON with sorted keys, two spaces and a final newline: the same value gives the same bytes."""
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")
