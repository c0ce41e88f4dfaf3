"""Workbooks: descriptions become .xlsx, and what comes back becomes cells and findings.

The workbook libraries are imported when something is written or read, not before.
"""

from procure_ai.excel.compare import compare
from procure_ai.excel.inputs import inputs
from procure_ai.excel.read import read, read_many
from procure_ai.excel.recalculate import differences
from procure_ai.excel.write import defined_name, write

__all__ = ["compare", "defined_name", "differences", "inputs", "read", "read_many", "write"]
