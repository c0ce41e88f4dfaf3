"""A full contract against docxtpl rendering as much text without references, controls or contents.

    python benchmarks/contract.py

Bars (design, section 10): faster than docxtpl; at most 3 x compressing and writing the same bytes.
"""

from __future__ import annotations

import io
import statistics
import time
import zipfile
from collections.abc import Callable

from docx import Document as OpenDocument
from docxtpl import DocxTemplate

from procure_ai import word
from procure_ai.casefile import data, drafts
from procure_ai.casefile.folder import Folder
from procure_ai.documents.markdown import to_markdown

ROUNDS = 15


def median(run: Callable[[], object]) -> float:
    """The median time of a call in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def peer(texts: list[str]) -> Callable[[], object]:
    """docxtpl with one paragraph per text."""
    template = OpenDocument()
    template.add_paragraph("{%p for text in texts %}")
    template.add_paragraph("{{ text }}")
    template.add_paragraph("{%p endfor %}")
    stream = io.BytesIO()
    template.save(stream)

    def render() -> bytes:
        document = DocxTemplate(io.BytesIO(stream.getvalue()))
        document.render({"texts": texts}, autoescape=True)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return render


def main() -> int:
    """Print the table; 1 when a bar is not met."""
    made = drafts.draw_up(Folder(data.data_root() / "examples" / "chatbot-gemeente"))
    document, template = made.contract.document, data.template("contract.docx")
    texts = [line for line in to_markdown(document).split("\n") if line.strip()]
    content = word.write(document, template=template)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    def floor() -> None:
        with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in parts.items():
                archive.writestr(name, part)

    ours = median(lambda: word.write(document, template=template))
    other = median(peer(texts))
    write = median(floor)
    print(f"contract with {len(texts)} paragraphs")
    print(f"  procure-ai        {ours:7.1f} ms")
    print(f"  docxtpl           {other:7.1f} ms   ours / docxtpl {ours / other:.2f} (bar 1)")
    print(f"  compress, write   {write:7.1f} ms   ours / floor {ours / write:.2f} (aim 3)")
    return int(ours >= other)


if __name__ == "__main__":
    raise SystemExit(main())
