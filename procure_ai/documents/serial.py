"""The document tree as JSON and back, so that a frozen package can be read without the library."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from procure_ai.documents import tree

_NODES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        tree.Text, tree.Value, tree.Reference, tree.Field, tree.Break, tree.Inserted, tree.Deleted,
        tree.Heading, tree.Paragraph, tree.ListBlock, tree.Table, tree.Contents, tree.PageBreak,
        tree.Member, tree.Article, tree.Annex, tree.Document,
    )
}  # fmt: skip
_NAMES = {kind: name for name, kind in _NODES.items()}
_FIELDS = {kind: tuple((item.name, item.default) for item in fields(kind)) for kind in _NAMES}
_NESTED = (list, dict)


def to_json(value: Any) -> Any:
    """A tree node (or tuple of nodes) as plain JSON values; defaults are left out."""
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    kind = type(value)
    if kind in _NAMES:
        content = {name: to_json(item) for name, default in _FIELDS[kind] if (item := getattr(value, name)) != default}
        return {"node": _NAMES[kind], **content}
    return value.value if isinstance(value, tree.FilledBy) else value


def from_json(value: Any) -> Any:
    """The node that `to_json` wrote. Raises `KeyError` or `TypeError` on anything else."""
    if isinstance(value, list):
        return tuple(map(from_json, value))
    if isinstance(value, dict):
        # Most values are plain: only lists and nodes are worth a call.
        content = {name: from_json(item) if type(item) in _NESTED else item for name, item in value.items()}
        kind = _NODES[content.pop("node")]
        if kind is tree.Field:
            content["filled_by"] = tree.FilledBy(content["filled_by"])
        return kind(**content)
    return value


def document_from_json(value: Any) -> tree.Document:
    """A document from its JSON form. Raises `TypeError` when it is something else."""
    document = from_json(value)
    if not isinstance(document, tree.Document):
        raise TypeError("not a document")
    return document
