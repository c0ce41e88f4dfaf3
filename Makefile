# Two commands: `make demo` and `make test`. Each sets up what it needs.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

help:
	@echo "make demo    doorloop de drie reizen met het voorbeeld, in demo/"
	@echo "make test    alle controles: opmaak, types, importregels, tests"
	@echo "make bench   snelheid, naast andere programma's gemeten"

.venv/ready: pyproject.toml scripts/setup.sh
	PYTHON="$(PYTHON)" sh scripts/setup.sh
	@touch .venv/ready

demo: .venv/ready
	$(BIN)/procure-ai demo demo --force

test: .venv/ready
	sh scripts/test.sh

bench: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[bench]"
	$(BIN)/python benchmarks/run.py

clean:
	rm -rf .venv node_modules demo dist build

.PHONY: help demo test bench clean
