"""Zip files whose bytes depend on nothing but their content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_FIRST = "[Content_Types].xml"  # office programs expect the list of types up front
_STAMP = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_LEVEL = 6


def pack(parts: Mapping[str, bytes]) -> bytes:
    """A zip of these parts: sorted by name, `[Content_Types].xml` first, stamped 1980.

    The same parts give the same bytes for every time zone, locale and operating system.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda item: (item != _FIRST, item)):
            info = zipfile.ZipInfo(name, _STAMP)
            info.create_system = _UNIX
            info.external_attr = 0o644 << 16
            archive.writestr(info, parts[name], zipfile.ZIP_DEFLATED, _LEVEL)
    return buffer.getvalue()
