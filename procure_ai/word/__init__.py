"""Word files: written from the document tree, checked, and read back.

`write` makes the file, `check_template` looks at a buyer's template, `page_numbers` finds the pages for
the contents through LibreOffice, `lint` finds what validators miss, `read_text` reads a file back with
the numbers that its own numbering part gives.
"""

from procure_ai.word.lint import lint
from procure_ai.word.names import article_tag, bookmark_name, region_name
from procure_ai.word.pages import page_numbers
from procure_ai.word.reader import Line, read_text
from procure_ai.word.template_check import check_template
from procure_ai.word.writer import write

__all__ = [
    "Line",
    "article_tag",
    "bookmark_name",
    "check_template",
    "lint",
    "page_numbers",
    "read_text",
    "region_name",
    "write",
]
