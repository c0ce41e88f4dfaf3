"""A document tree as one accessible HTML page, with the same numbers as every other format."""

from __future__ import annotations

from html import escape

from procure_ai.documents.tree import (
    Annex,
    Article,
    Block,
    Blocks,
    Break,
    Contents,
    Deleted,
    Document,
    Field,
    Heading,
    Inlines,
    Inserted,
    ListBlock,
    Member,
    Paragraph,
    Reference,
    Table,
    Text,
    Value,
    as_cell,
)

# Changes have a colour and a line; a screen reader hears where one begins and ends.
_STYLE = """
body{font:1rem/1.5 Calibri,Carlito,Arial,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
h1,h2,h3{color:#154273;line-height:1.25}
h2{margin-top:2rem;border-bottom:1px solid #ccd6e2}
table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{border:1px solid #9fb2c8;padding:.35rem .5rem;text-align:left;vertical-align:top}
th{background:#e6edf5}
.leden,.leden ol{list-style:none;padding-left:0}
.leden li{display:grid;grid-template-columns:3.2rem 1fr;margin:.5rem 0}
.open{background:#fff3c4;border:1px solid #8a6d00;padding:0 .2rem}
.concept{color:#b00020;font-weight:bold}
a{color:#154273}
h4{color:#154273;margin:1.2rem 0 .4rem}
tr{break-inside:avoid}
ins,del{padding:0 .1em;border-radius:.15em}
ins{background:#dcf2e1;color:#0a4d1e;text-decoration:underline;text-decoration-thickness:.1em}
del{background:#fbe3e3;color:#8a1414;text-decoration:line-through}
ins::before,ins::after,del::before,del::after{position:absolute;width:1px;height:1px;overflow:hidden;
clip-path:inset(100%);white-space:nowrap}
ins::before{content:" [toegevoegd: "}del::before{content:" [vervallen: "}
ins::after,del::after{content:" einde] "}
@media print{ins,del{background:none}}
"""


def to_html(document: Document) -> str:
    """The whole page. All text is escaped; nothing is fetched from outside."""
    draft = '<p class="concept">CONCEPT</p>' if document.draft else ""
    body = "\n".join(_block(block, document.blocks) for block in document.blocks)
    return (
        f'<!DOCTYPE html>\n<html lang="nl"><head><meta charset="utf-8"><title>{escape(document.title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head>\n'
        f"<body><main>{draft}\n{body}\n</main></body></html>\n"
    )


def _block(block: Block, everything: Blocks) -> str:
    match block:
        case Heading():
            level = min(block.level + 1, 6)
            mark = f' id="{escape(block.id)}"' if block.id else ""
            return f"<h{level}{mark}>{_inlines(block.inlines)}</h{level}>"
        case Paragraph(style="title"):
            return f"<h1>{_inlines(block.inlines)}</h1>"
        case Paragraph():
            return f"<p>{_inlines(block.inlines)}</p>"
        case ListBlock():
            tag = "ol" if block.ordered else "ul"
            items = "".join(f"<li>{''.join(_block(inner, everything) for inner in item)}</li>" for item in block.items)
            return f"<{tag}>{items}</{tag}>"
        case Table():
            return _table(block)
        case Contents():
            return _contents(block, everything)
        case Article():
            members = "".join(_member(member, block.id) for member in block.members)
            title = f"Artikel {block.number} {escape(block.title)}"
            return f'<h3 id="{escape(block.id)}">{title}</h3><ol class="leden">{members}</ol>'
        case Annex():
            inner = "".join(_block(item, everything) for item in block.blocks)
            return f'<h2 id="{escape(block.id)}">Bijlage {block.number} {escape(block.title)}</h2>{inner}'
        case _:
            return ""


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{_inlines(as_cell(cell))}</th>' for cell in table.header)
    rows = "".join(f"<tr>{''.join(f'<td>{_inlines(as_cell(cell))}</td>' for cell in row)}</tr>" for row in table.rows)
    mark = escape(table.description)
    return f'<table aria-label="{mark}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _contents(block: Contents, everything: Blocks) -> str:
    items: list[str] = []
    for item in everything:
        if isinstance(item, Article | Annex):
            kind = "Artikel" if isinstance(item, Article) else "Bijlage"
            items.append(f'<li><a href="#{escape(item.id)}">{kind} {item.number} {escape(item.title)}</a></li>')
    return f"<nav><h2>{escape(block.title)}</h2><ul>{''.join(items)}</ul></nav>"


def _member(member: Member, article: str) -> str:
    mark = f' id="{escape(article)}--{escape(member.label)}"' if member.label else ""
    inner = "".join(_member(item, article) for item in member.items)
    nested = f"<ol>{inner}</ol>" if inner else ""
    return f"<li{mark}><span>{escape(member.number)}</span><div>{_inlines(member.inlines)}{nested}</div></li>"


def _inlines(inlines: Inlines) -> str:
    parts: list[str] = []
    for inline in inlines:
        match inline:
            case Text():
                text = escape(inline.text)
                text = f"<strong>{text}</strong>" if inline.bold else text
                parts.append(f"<em>{text}</em>" if inline.italic else text)
            case Reference():
                target = escape(inline.target.replace("#", "--"))
                parts.append(f'<a href="#{target}">{escape(inline.text or inline.target)}</a>')
            case Field():
                parts.append(
                    escape(inline.value) if inline.value else f'<span class="open">[{escape(inline.label)}]</span>'
                )
            case Value():
                parts.append(escape(f"{{{{{inline.name}}}}}"))
            case Inserted():
                parts.append(f"<ins>{escape(inline.text)}</ins>")
            case Deleted():
                parts.append(f"<del>{escape(inline.text)}</del>")
            case Break():
                parts.append("<br>")
    return "".join(parts)
