"""Strict YAML: block style, every scalar text, each value with its line.

PyYAML's usual loaders guess types, accept double keys and crash on deep nesting. This reader takes
the event stream of the parser and builds the tree itself, so that all of that becomes a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import yaml

from procure_ai.findings import Finding, Place, Refused, refuse
from procure_ai.findings.messages import Messages

MAX_BYTES = 2_000_000
MAX_DEPTH = 24

# Control characters, and marks that turn the reading direction: a reader sees another text than stands there.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MESSAGES = Messages({
    "F010": ("Deze regel is geen geldige YAML.",
             "Controleer het inspringen (met spaties, geen tabs), de dubbele punt en de aanhalingstekens."),
    "F010/key": ("Hier hoort een sleutel te staan.", "Schrijf `sleutel: waarde`."),
    "F011": ("Dit bestand bevat geen sleutels met waarden.", "Begin met `format: 1`."),
    "F012": ("Een bestand mag maar één YAML-document bevatten.", "Verwijder de regel `---`."),
    "F013": ("Lijsten en groepen tussen haken zijn niet toegestaan.",
             "Schrijf elk onderdeel op een eigen regel, lijsten met `- `."),
    "F014": ("Dit bestand is te diep genest.", f"Gebruik hooguit {MAX_DEPTH} niveaus."),
    "F015": ("Dit onderdeel van de lijst is leeg.", "Vul het in of haal de regel weg."),
    "F016": ("De sleutel `{name}` staat er twee keer; de eerste staat rond regel {first}.", "Laat er één staan."),
    "F017": ("Er staat `#` achter tekst op dezelfde regel.",
             "Zet een opmerking op een eigen regel, of zet de waarde tussen aanhalingstekens."),
    "F018": ("Een {what} is hier niet toegestaan.", "Schrijf de waarde voluit."),
    "F019": ("In deze waarde staat een onzichtbaar stuurteken.", "Typ de tekst opnieuw in een gewone teksteditor."),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a YAML file: text, a mapping or a list; `None` is a key without a value."""

    value: str | dict[str, Node] | list[Node] | None
    line: int


def decode(data: bytes, file: str) -> str:
    """The text of a file: UTF-8 with or without byte order mark, any line ends, within the size cap.

    Raises `Refused` (F001 too large, F002 not UTF-8).
    """
    if len(data) > MAX_BYTES:
        raise refuse(
            "F001",
            f"Dit bestand is groter dan {MAX_BYTES // 1_000_000} MB.",
            "Controleer of dit het juiste bestand is.",
            place=Place(file),
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise refuse(
            "F002",
            "Dit bestand is niet opgeslagen als UTF-8.",
            "Open het in een teksteditor en sla het op met de codering UTF-8.",
            place=Place(file, line),
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


@lru_cache(maxsize=512)  # one library is read more than once: under an organisation's folder, in a comparison
def parse(text: str, file: str, first_line: int = 1, *, flow: bool = False) -> Node:
    """The tree of a YAML text that must be a mapping. `first_line` is its line in the file.

    `flow` also allows lists and groups between brackets (for exchange files, JSON among them).

    Raises `Refused` with every finding (F010 to F018).
    """
    reader = _Reader(text, file, first_line, flow)
    node = reader.read()
    if reader.findings:
        raise Refused(dict.fromkeys(reader.findings))
    return node


# What may stand between a text and a comment: the colon of a key, or the sign of a folded text.
_COMMENT = re.compile(r"(?:[|>][-+0-9]*|[ \t:]*)[ \t]+#|#")
# Where the parser counts a new line; `\r` is gone by then.
_LINE_END = re.compile("[\n\x85\u2028\u2029]")


def _is_plain(event: yaml.ScalarEvent) -> bool:
    """Text without quotes; the C parser calls its style an empty text, the other one `None`."""
    return not event.style


def _start(event: yaml.Event) -> int:
    return event.start_mark.line if event.start_mark else 0


class _Reader:
    def __init__(self, text: str, file: str, first_line: int, flow: bool) -> None:
        self.flow = flow
        self.text, self.file, self.first_line = text, file, first_line
        self.lines = _LINE_END.split(text)
        self.findings: list[Finding] = []

    def find(self, code: str, line: int, **words: object) -> None:
        self.findings.append(_MESSAGES.finding(code, Place(self.file, line + self.first_line), **words))

    def read(self) -> Node:
        try:
            root = self._compose(yaml.parse(self.text, Loader=_Loader))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            if "quoted" in (getattr(error, "context", None) or ""):
                mark = error.context_mark  # type: ignore[attr-defined]  # the quote that was opened
            line = min(mark.line if mark else 0, max(len(self.lines) - 1, 0))
            self.find("F010", line)
            return Node({}, self.first_line)
        if root is None or not isinstance(root.value, dict):
            if not self.findings:
                self.find("F011", 0)
            return Node({}, self.first_line)
        return root

    def _compose(self, events: Iterator[yaml.Event]) -> Node | None:
        """Build the tree with an own stack: nesting cannot exhaust the interpreter."""
        root: Node | None = None
        documents = 0
        stack: list[tuple[Node, str | None]] = []  # (container, pending key)

        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                self._check_scalar(event)
                node = Node(self._scalar(event), _start(event) + self.first_line)
                if not stack:
                    root = node
                else:
                    self._place(stack, node)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    line = _start(event)
                    self.find("F012", line)
                    return root
            elif isinstance(event, yaml.AliasEvent):
                self._no_extras(_start(event), "verwijzing (`*`)")
                if stack:
                    self._place(stack, Node("", _start(event) + self.first_line))
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                line = _start(event)
                if event.flow_style and not self.flow:
                    self.find("F013", line)
                    return root
                if event.anchor:
                    self._no_extras(line, "anker (`&`)")
                if event.tag:
                    self._no_extras(line, "type-aanduiding (`!`)")
                if len(stack) >= MAX_DEPTH:
                    self.find("F014", line)
                    return root
                value: dict[str, Node] | list[Node] = {} if isinstance(event, yaml.MappingStartEvent) else []
                node = Node(value, line + self.first_line)
                if not stack:
                    root = node
                else:
                    self._place(stack, node)
                stack.append((node, None))
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                stack.pop()
        return root

    def _place(self, stack: list[tuple[Node, str | None]], node: Node) -> None:
        container, key = stack[-1]
        if isinstance(container.value, list):
            if node.value is None:
                self.find("F015", node.line - self.first_line)
            container.value.append(node)
            return
        assert isinstance(container.value, dict)
        if key is None:
            if not isinstance(node.value, str) or not node.value:
                self.find("F010/key", node.line - self.first_line)
                stack[-1] = (container, "?")
                return
            if node.value in container.value:
                first = container.value[node.value].line
                self.find("F016", node.line - self.first_line, name=node.value, first=first)
            stack[-1] = (container, node.value)
        else:
            container.value[key] = node
            stack[-1] = (container, None)

    def _scalar(self, event: yaml.ScalarEvent) -> str | None:
        if event.value == "" and _is_plain(event):
            return None
        return str(event.value)

    def _check_scalar(self, event: yaml.ScalarEvent) -> None:
        line = _start(event)
        if event.anchor:
            self._no_extras(line, "anker (`&`)")
        if event.tag:
            self._no_extras(line, "type-aanduiding (`!`)")
        mark = event.end_mark if _is_plain(event) or event.style in ("'", '"') else event.start_mark
        if mark is not None and mark.line < len(self.lines) and _COMMENT.match(self.lines[mark.line], mark.column):
            self.find("F017", mark.line)
        if _UNSEEN.search(event.value):
            self.find("F019", line)

    def _no_extras(self, line: int, what: str) -> None:
        self.find("F018", line, what=what)


def split_header(text: str, file: str) -> tuple[str, str, int]:
    """The YAML header and the body of a Markdown file, with the line on which the body starts.

    Raises `Refused` (F020) when the header between two `---` lines is missing.
    """
    lines = text.split("\n")
    if lines and lines[0].strip() == "---":
        for number, line in enumerate(lines[1:], start=1):
            if line.strip() == "---":
                return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), number + 2
    raise refuse(
        "F020",
        "Dit bestand heeft geen kop tussen twee regels met `---`.",
        "Begin het bestand met `---`, dan de kop, dan weer `---`.",
        place=Place(file, 1),
    )


def raw(node: Node) -> object:
    """The tree as plain text, dictionaries and tuples; keys without a value are left out."""
    match node.value:
        case dict():
            return {key: raw(child) for key, child in node.value.items() if child.value is not None}
        case list():
            return tuple(raw(child) for child in node.value)
        case _:
            return node.value


def _step(node: Node, step: str | int) -> Node | None:
    """The value one step down a key path, or None."""
    if isinstance(node.value, dict) and isinstance(step, str):
        return node.value.get(step)
    if isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def has_key(node: Node, path: tuple[str | int, ...]) -> bool:
    """Whether something stands at this key path, if only a key without a value."""
    found: Node | None = node
    for step in path:
        found = _step(found, step) if found else None
    return found is not None


def line_at(node: Node, key: str) -> int:
    """`line_of` for a key path as a finding writes it: `contract/leave_out/0`."""
    return line_of(node, tuple(int(step) if step.isdecimal() else step for step in key.split("/") if step))


def line_of(node: Node, path: tuple[str | int, ...]) -> int:
    """The line of the value at this key path, or of the deepest part of the path that exists."""
    for step in path:
        child = _step(node, step)
        if child is None:
            return node.line
        node = child
    return node.line
