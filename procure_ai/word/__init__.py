"""Word files, written from the document tree and checked.

`write` makes the file, `check_template` looks at a buyer's template, `page_numbers` finds the pages for
the contents through LibreOffice, `lint` finds what validators miss, `read` gives the words of what came back.
"""

from procure_ai.word.lint import lint
from procure_ai.word.names import bookmark_name, region_name
from procure_ai.word.pages import page_numbers
from procure_ai.word.read import read
from procure_ai.word.template import check_template
from procure_ai.word.writer import write

__all__ = ["bookmark_name", "check_template", "lint", "page_numbers", "read", "region_name", "write"]
