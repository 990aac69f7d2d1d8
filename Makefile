# Two commands are all: make demo, make test. Needs Python 3.11 or newer, and make.
PYTHON ?= python3
PORT_BASE ?= 8000
BIN := .venv/bin
export PORT_BASE

.PHONY: demo visit test lint bench screens lock clean

demo: .venv/.run
	@$(BIN)/python -m sandbox.run demo

visit: .venv/.run
	@$(BIN)/python -m sandbox.walk

test: .venv/.test lint
	@$(BIN)/pytest $(PYTEST)

lint: .venv/.test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@! grep -nE '://|--(extra-)?index-url|--find-links' requirements.lock requirements-dev.lock

bench: .venv/.run
	@$(BIN)/python -m bench

screens: .venv/.test
	@VISITBRIDGE_SCREENS=1 $(BIN)/pytest -q tests/browser

# Needs uv. Writes no address of any package index.
lock:
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock

clean:
	rm -rf var .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "VisitBridge needs Python 3.11 or newer. Name one: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "Python could not make a virtual environment (on Debian: apt install python3-venv)."; exit 1; }
	@touch $@

.venv/.run: .venv/.python requirements.lock
	@echo "Installing what VisitBridge needs (once) …"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock || \
	  { echo "The packages could not be fetched: the first start needs a network, later ones do not."; exit 1; }
	@touch $@

.venv/.test: .venv/.run requirements-dev.lock
	@echo "Installing what the tests need (once) …"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock || \
	  { echo "The packages could not be fetched: the first start needs a network, later ones do not."; exit 1; }
	@touch $@
