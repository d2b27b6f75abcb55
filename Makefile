# One command a purpose; `make` alone lists them. Every target sets up what it needs first.

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check bench bench-matching docs lock clean

ifndef PYTHON
PYTHON := $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; exit; }; \
	done; command -v python3)
endif

BIN := .venv/bin
SOURCES := $(wildcard libs/*/src services/*/src)
MEMBERS := $(notdir $(wildcard libs/* services/*))
DEMO_OPTIONS = $(if $(SIZE),--size $(SIZE)) $(if $(filter-out 0,$(JSON)),--json)

# Two at a time, each with servers of its own; a file's tests stay together.
SIDE_BY_SIDE := --numprocesses 2 --dist loadfile

empty :=
space := $(empty) $(empty)

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | awk -F'\t' '{ printf "  make %-14s %s\n", $$1, $$2 }'

setup: ## Make .venv from requirements.lock and fetch Kafka's jars (PYTHON=… chooses the Python, 3.11 or newer)
	@test -n "$(PYTHON)" || { echo "make setup: no Python here; on Debian: apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) tools/setup.py

run: setup ## Bring everything up, load a territory, show alerts as they arrive, stay up (SIZE=small|idf, JSON=1)
	@$(BIN)/parcours demo --stay $(DEMO_OPTIONS)

demo: setup ## The same without staying: stops everything, fails unless every alert arrived exactly once
	@$(BIN)/parcours demo $(DEMO_OPTIONS)

test: setup ## Run the tests on real PostgreSQL, Valkey and Apache Kafka (ARGS=… goes to pytest)
	@$(BIN)/pytest $(SIDE_BY_SIDE) $(ARGS)

check: setup ## Formatting, lint, strict types, import direction, generated documents, then the same tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	MYPYPATH=$(subst $(space),:,$(SOURCES)) $(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports
	$(BIN)/python -m contracts check
	$(BIN)/python tools/openapi.py --check
	$(BIN)/pytest $(SIDE_BY_SIDE) $(ARGS)

bench: setup ## Measure latency and throughput beside their floor (SIZE=small|idf, ARGS=… goes to the bench)
	@$(BIN)/python -m benchmarks $(if $(SIZE),--size $(SIZE)) $(ARGS)

bench-matching: setup ## Rank a vacancy in memory, in PostgreSQL, DuckDB and polars, N of each (SIZE=200000,…, JSON=1, ARGS=…)
	@JSON=$(JSON) $(BIN)/python -m benchmarks.matching $(if $(SIZE),--n $(SIZE)) $(ARGS)

docs: setup ## Write the generated documents anew: JSON Schemas, AsyncAPI, OpenAPI
	$(BIN)/python -m contracts write
	$(BIN)/python tools/openapi.py

lock: setup ## Resolve the dependencies anew into requirements.lock, with hashes and without addresses
	$(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-annotate --no-header $(addprefix --no-emit-package parcours-,$(MEMBERS)) \
		--group dev pyproject.toml -o requirements.lock
	@! grep -n '://' requirements.lock || { echo "make lock: requirements.lock names an address (above)" >&2; exit 1; }

clean: ## Remove .venv and the tools' caches; data in .parcours and fetched jars stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find libs services tests tools benchmarks -name __pycache__ -prune -exec rm -rf {} +
