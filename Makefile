# Everyday tasks. PYTHON is the environment that has asbuilt[test]: `make PYTHON=python3 fast` uses another one.
PYTHON ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)
WORKERS ?= auto
# Tests of one file run in one process: they share what they have built.
PARALLEL = -n $(WORKERS) --dist loadfile

.PHONY: help check lint format types fast test coverage scoreboard build

help:  ## list the tasks
	@sed -n 's/^\([a-z]*\):.*  ## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

check: lint types fast  ## what to run before a commit

lint:  ## ruff: rules and format; import-linter: contracts
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

format:  ## let ruff mend and format what it can
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

types:  ## mypy, strict
	$(PYTHON) -m mypy

fast:  ## tests that take below a minute on two cores
	$(PYTHON) -m pytest $(PARALLEL) -m "not slow"

test:  ## all tests
	$(PYTHON) -m pytest $(PARALLEL)

coverage:  ## the fast tests with a report of the lines that none of them runs
	$(PYTHON) -m pytest $(PARALLEL) -m "not slow" --cov --cov-report=term --cov-report=html

scoreboard:  ## what the tool says, scored against recorded truth
	$(PYTHON) -m tests.scoreboard

build:  ## wheel and source distribution in dist/
	$(PYTHON) -m hatchling build
