# `make` lists what can be made. Everything runs from .venv, which `make setup` fills from the hash-locked requirements.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash
export PORT ?= 8080
export QALA_DATA ?= ../shared/data
# Compiled once and kept: each process of the tests and the server would compile the application anew, for seconds.
export PYTHONDONTWRITEBYTECODE :=

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
SOURCES := backend mobile shared migrations tests verify_ledger.py

.PHONY: help setup run phone phone-shots crash test test-slow check format bench bench-routing torture lock messages clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv with the locked packages and compile the messages (nothing to do: half a second)
	@scripts/setup.sh

run: setup ## Serve the demo city on PORT (8080): migrates, fills an empty database, prints URL and logins
	@$(BIN)/qala serve --demo --port $(PORT)

phone: setup ## Open the phone app on this computer, against the server of `make run`
	@scripts/system-packages.sh
	@$(BIN)/python -m mobile.main --server http://127.0.0.1:$(PORT) $(ARGS)

phone-shots: setup ## Draw every screen of the phone app into OUT (build/phone-shots): 3 languages, 2 themes, 2 sizes
	@scripts/system-packages.sh
	@$(BIN)/python -m mobile.shots $(or $(OUT),build/phone-shots) $(ARGS)

crash: setup ## Kill the phone's storage and sync KILLS (1000) times behind a faulty network; count what was lost or doubled
	@$(BIN)/python -m mobile.crash --kills $(or $(KILLS),1000) $(ARGS)

test: setup ## Quick tests on SQLite; services, races and the schema on PostgreSQL too
	@$(PYTEST) -n 2 -m "not slow and not models and not browser and not torture and not other_database"

test-slow: setup ## All other tests on PostgreSQL; tests with real models, processes and a browser
	@scripts/system-packages.sh
	@$(PYTEST) -n 2 -m "(other_database or slow or models or browser) and not torture"

check: setup ## Lint, types, import contracts, house rules
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check --quiet $(SOURCES)
	@$(BIN)/mypy
	@$(PYTEST) -q tests/architecture

format: setup ## Sort imports and format the code
	@$(BIN)/ruff check --fix-only --select I $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

bench-routing: setup ## Gaps of planned tours on 18 named instances beside other solvers (SECONDS_EACH, 20 or 60; ARGS=--full for all, resumes)
	@$(BIN)/qala evaluate routing --kind cvrp --seconds $(or $(SECONDS_EACH),20) --data $(QALA_DATA) $(ARGS)
	@$(BIN)/qala evaluate routing --kind mtvrptw --seconds $(or $(SECONDS_EACH),20) --data $(QALA_DATA) $(ARGS)
	@$(BIN)/qala evaluate routing --kind carp --seconds $(or $(SECONDS_EACH),60) --data $(QALA_DATA) $(ARGS)
	@$(BIN)/qala evaluate routing --kind replan --data $(QALA_DATA)

bench: setup ## Measure what docs/benchmarks.md claims (QALA_DATA: folder of real data)
	@$(BIN)/qala evaluate faces --data $(QALA_DATA)
	@$(BIN)/qala evaluate check-in --data $(QALA_DATA)
	@$(BIN)/qala evaluate liveness --data $(QALA_DATA)
	@$(BIN)/qala evaluate degradations --data $(QALA_DATA)
	@$(BIN)/qala evaluate streets --data $(QALA_DATA)
	@$(BIN)/qala evaluate coverage --data $(QALA_DATA)
	@$(BIN)/qala evaluate roads --data $(QALA_DATA)
	@$(BIN)/qala evaluate crack-kinds --data $(QALA_DATA)
	@$(BIN)/qala evaluate refusals --data $(QALA_DATA)
	@$(BIN)/qala evaluate copies --data $(QALA_DATA)
	@$(BIN)/qala evaluate blurring --data $(QALA_DATA)
	@$(BIN)/qala evaluate merging --data $(QALA_DATA)
	@$(BIN)/qala evaluate cases
	@$(BIN)/qala evaluate fleet
	@$(BIN)/qala evaluate phone

torture: setup ## Long random tests of the whole API, and RACES (60) random races on faults of roads (minutes)
	@$(PYTEST) -m torture

lock: setup ## Lock the requirements anew (ARGS=--upgrade for newer versions)
	@scripts/lock.sh $(ARGS)

messages: setup ## Compile the catalogues and name missing translations
	@$(PYTEST) -q tests/architecture/test_messages.py

clean: ## Remove what setup, tests and builds have made; the instance folder stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov build dist *.egg-info .coverage*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} + && find shared -name '*.mo' -delete
