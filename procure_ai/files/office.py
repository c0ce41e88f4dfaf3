"""LibreOffice as a helper: another program that opens our files.

Each conversion runs in a temporary folder with a profile of its own, so that it neither touches the
user's settings nor waits for an open window. Links, macros and updates from outside are off. Command
lines hold fixed words and temporary paths only.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from procure_ai.findings import refuse

TIMEOUT = 120
_SUFFIXES = frozenset({".docx", ".xlsx", ".odt", ".ods", ".html", ".rtf"})

_PDF = {
    "PDFUACompliance": True,
    "UseTaggedPDF": True,
    "ExportBookmarks": True,
    # Bookmarks become named destinations: that is how page numbers are found again.
    "ExportBookmarksToPDFDestination": True,
}
_FILTERS = {
    ".docx": "pdf:writer_pdf_Export:%s",
    ".odt": "pdf:writer_pdf_Export:%s",
    ".html": "pdf:writer_web_pdf_Export:%s",
    ".rtf": "pdf:writer_pdf_Export:%s",
    ".xlsx": "pdf:calc_pdf_Export:%s",
    ".ods": "pdf:calc_pdf_Export:%s",
}
_TARGETS = frozenset({"pdf", "odt", "ods", "docx", "xlsx", "html", "txt", "csv"})

_NEVER, _ALWAYS = "1", "0"


@lru_cache(maxsize=1)
def soffice() -> str | None:
    """The LibreOffice program: on the path, or in the usual places on Windows and macOS."""
    for name in ("soffice", "libreoffice", "soffice.com"):
        found = shutil.which(name)
        if found:
            return found
    roots = [os.environ.get(name, "") for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432")]
    usual = [Path(root) / "LibreOffice" / "program" / "soffice.com" for root in roots if root]
    usual.append(Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"))
    return next((str(path) for path in usual if path.is_file()), None)


def available() -> bool:
    """Whether LibreOffice is on this machine."""
    return soffice() is not None


def convert(data: bytes, suffix: str, to: str, *, recalculate: bool = False) -> bytes:
    """The same document in another format; `pdf` is tagged PDF/UA with a destination per bookmark.

    `recalculate` makes LibreOffice compute every formula again instead of trusting stored results.
    Raises `Refused`: F070 no LibreOffice, F071 conversion failed, F072 it took too long.
    """
    program = soffice()
    if program is None:
        raise refuse(
            "F070",
            "LibreOffice staat niet op deze computer.",
            "Installeer LibreOffice (gratis) of sla het bestand in Word zelf op in dit formaat.",
        )
    if suffix not in _SUFFIXES or to not in _TARGETS:
        raise ValueError(f"no conversion from {suffix} to {to}")
    with tempfile.TemporaryDirectory(prefix="procure-ai-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        profile = home / "profile"
        _write_profile(profile, recalculate=recalculate)
        source = home / f"in{suffix}"
        source.write_bytes(data)
        target = _filter(suffix) if to == "pdf" else to
        command = [
            program,
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--convert-to",
            target,
            "--outdir",
            str(home / "out"),
            str(source),
        ]
        _run(command)
        result = home / "out" / f"in.{to}"
        if not result.is_file():
            raise refuse(
                "F071",
                f"LibreOffice kon het bestand niet omzetten naar {to}.",
                "Open het bestand in Word of LibreOffice en kijk of het heel is.",
            )
        return result.read_bytes()


def _filter(suffix: str) -> str:
    options = {name: {"type": "boolean", "value": str(on).lower()} for name, on in _PDF.items()}
    return _FILTERS[suffix] % json.dumps(options, separators=(",", ":"))


def _run(command: Sequence[str]) -> None:
    """Run a program without a window; stop it with its children when it takes too long."""
    posix = os.name == "posix"
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=posix
    )
    try:
        process.wait(TIMEOUT)
    except subprocess.TimeoutExpired:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise refuse(
            "F072",
            f"Een hulpprogramma was na {TIMEOUT} seconden niet klaar en is gestopt.",
            "Probeer het opnieuw, of zet het bestand met de hand om.",
        ) from None


def _write_profile(profile: Path, *, recalculate: bool) -> None:
    """A private profile: Dutch formats, nothing fetched from outside, no macros."""
    recalc = _ALWAYS if recalculate else _NEVER
    settings = [
        ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "nl-NL"),
        ("/org.openoffice.Office.Linguistic/General", "DefaultLocale", "nl-NL"),
        ("/org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", recalc),
        ("/org.openoffice.Office.Calc/Formula/Load", "ODFRecalcMode", recalc),
        ("/org.openoffice.Office.Calc/Content/Update", "Link", "1"),
        ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
        ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
        ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
        ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ]
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in settings
    )
    user = profile / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">' + items + "</oor:items>",
        "utf-8",
    )
