#!/bin/sh
# Make .venv with procure-ai and its development tools; the Office file validator from npm where npm is.
set -eu
cd "$(dirname "$0")/.."
PYTHON="${PYTHON:-python3}"

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "procure-ai needs Python 3.11 or newer; try: make PYTHON=python3.12 ..." >&2
  exit 1
}
if [ ! -x .venv/bin/python ]; then
  rm -rf .venv
  "$PYTHON" -m venv .venv 2>/dev/null || {
    rm -rf .venv
    # Debian and Ubuntu ship Python without ensurepip; virtualenv brings its own.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null && "$PYTHON" -m venv .venv
    elif "$PYTHON" -m virtualenv --version >/dev/null 2>&1; then
      "$PYTHON" -m virtualenv -q .venv
    else
      echo "Python cannot make a virtual environment. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2
      exit 1
    fi
  }
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"

# The second validator of Word and Excel files; tests that need it say so when it is absent.
if command -v npm >/dev/null; then
  npm install --silent --no-audit --no-fund || echo "npm install failed: the Open XML validator stays out" >&2
fi
