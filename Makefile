# `make serve` and `make test` do their own set-up: a virtual environment in .venv with what they need.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
endif

.PHONY: serve test bench lint format build check clean help

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

serve: $(VENV)/run.stamp ## build the atlas and serve it at http://127.0.0.1:8000/
	$(BIN)/evidence serve --host $(HOST) --port $(PORT)

test: $(VENV)/test.stamp ## run every test
	$(BIN)/python -m pytest $(ARGS)

bench: $(VENV)/bench.stamp ## measure speed and memory beside the bare engines
	$(BIN)/python -m benchmarks $(ARGS)

lint: $(VENV)/lint.stamp ## format check, lint and type check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/lint.stamp ## put the code into form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

build: $(VENV)/run.stamp ## build the index and the graph
	$(BIN)/evidence build

check: $(VENV)/run.stamp ## check every entry and concept
	$(BIN)/evidence check

clean: ## remove the virtual environment and everything derived
	rm -rf $(VENV) instance build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed; name one with: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(VENV)/pyvenv.cfg pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/%.stamp: $(VENV)/run.stamp pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[$*]'
	@touch $@
