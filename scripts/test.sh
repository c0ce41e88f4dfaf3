#!/bin/sh
# The whole test run: format, lint, types, import rules, texts, tests. Everything must pass.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PWD/node_modules/.bin:$PATH"
export PATH
unset PYTHONDONTWRITEBYTECODE  # what one process has compiled, the next need not
ruff format --check --quiet . || { echo "Run: .venv/bin/ruff format ." >&2; exit 1; }
ruff check --quiet .
mypy
lint-imports --no-cache >/dev/null || { lint-imports --no-cache; exit 1; }
procure-ai library check >/dev/null || { procure-ai library check; exit 1; }
python -m pytest -n auto --dist worksteal
