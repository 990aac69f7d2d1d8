# VisitBridge: `make demo` to try it, `make test` to check it. Needs Python 3.11 and make.

SHELL := /bin/sh
PYTHON ?= $(shell for one in python3.11 python3.12 python3.13 python3; do \
	command -v $$one >/dev/null 2>&1 && { echo $$one; break; }; done)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 2 \
	--require-hashes --only-binary :all:

.PHONY: help demo visit chaos clinic-day test screens words docs lint bench lock clean
.DELETE_ON_ERROR:

help:
	@echo "make demo    try it: app, EHR, Zoom and messages on this machine (PORT_BASE moves port 8000,"
	@echo "             FLAVOUR=epic has the EHR play another one: names in sandbox/ehr/flavours)"
	@echo "make visit   one whole visit without a browser, step by step (FLAVOUR; README of the sandbox: doubles)"
	@echo "make test    all tests, types, lint and architecture"
	@echo "make chaos   many visits while much fails, compared with the truth (SEED=7 VISITS=200)"
	@echo "make clinic-day  a clinic's whole day at once (SEED=7 PATIENTS=30 HOSTS=5 PLAN=pro PACE=compressed)"
	@echo "make bench   the figures, as ratios to a baseline of the same run"
	@echo "make screens the pictures in docs/screens anew (needs Chromium)"
	@echo "make words   every message of the pages into the catalogues, to be translated"
	@echo "make docs    the tables in docs/ehr anew, from the profiles in launch/vendors"
	@echo "make lint    types, lint and architecture alone"
	@echo "make lock    resolve the libraries anew (needs uv)"
	@echo "make clean   remove var/ (the demo's state) and the caches"

demo: .venv/.run
	@$(BIN)/python -m sandbox.run demo --stop-with-parent

# Doubles take the simulators' places: make visit EHR=… EHR_CONTROL_URL=… CONTEXT=… ZOOM_API_URL=… …
visit: .venv/.run
	@$(BIN)/python -m sandbox.walk

chaos: .venv/.run
	@$(BIN)/python -m sandbox.chaos

clinic-day: .venv/.run
	@$(BIN)/python -m sandbox.clinic_day

# One more at a time than there are processors, for many tests wait for other programs; PYTEST_ARGS="-n 0 tests/…"
# for one at a time.
# In the order of tests/conftest.py: xdist's own has the files of few tests last, and these are the slowest.
test: .venv/.test lint
	@$(BIN)/python -m pytest -n $$($(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 1)') --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

screens: .venv/.test
	@mkdir -p docs/screens
	@VISITBRIDGE_SCREENS=1 $(BIN)/python -m pytest -q tests/browser/test_screens.py tests/browser/test_journey.py

words: .venv/.run
	@mkdir -p var
	@$(BIN)/pybabel -q extract -F babel.cfg -k _l -k texts:1,2 --omit-header --add-location=file -o var/messages.pot .
	@$(BIN)/pybabel -q update -N --omit-header --ignore-obsolete -w 110 -D messages -i var/messages.pot \
		-d app/translations

docs: .venv/.run
	@$(BIN)/python -m launch.vendors.table docs/ehr

bench: .venv/.run
	@$(BIN)/python -m bench

lint: .venv/.test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { \
		echo "Some files are not formatted: run $(BIN)/ruff format"; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@if grep -nE '://|--(extra-)?index-url|--find-links' *.lock; then \
		echo "A lock names the place that its libraries came from: run make lock"; exit 1; fi

# Without addresses: whoever installs decides where from, and the hashes decide what.
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --quiet
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv, the resolver: install it first."; exit 1; }
	$(LOCK) -o requirements.lock
	$(LOCK) --group dev -o requirements-dev.lock

clean:
	rm -rf var .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

.venv/.run: requirements.lock
	@PYTHON="$(PYTHON)" sh sandbox/run/check_python.sh
	@test -x $(BIN)/python || { echo "Making .venv …"; $(PYTHON) -m venv .venv; }
	@echo "Installing the libraries (once) …"
	@mkdir -p var
	@$(INSTALL) -r requirements.lock >var/install.log 2>&1 || sh sandbox/run/say_why.sh var/install.log
	@touch $@

.venv/.test: requirements-dev.lock .venv/.run
	@echo "Installing the test libraries (once) …"
	@mkdir -p var
	@$(INSTALL) -r requirements-dev.lock >var/install.log 2>&1 || sh sandbox/run/say_why.sh var/install.log
	@touch $@
