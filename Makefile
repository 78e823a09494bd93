# Postroom: every target sets up what it needs; all are safe to run twice.
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
PYTHON ?= python3
POSTROOM := $(VENV)/bin/postroom
DEMO_HOME := .postroom/demo

.PHONY: help setup system demo test siege lint serve worker bench bench-reading train samples lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## Virtual environment, pinned dependencies, missing Debian packages
	@tools/setup.sh run

demo: ## The main job on the shipped sample documents
	@tools/setup.sh run
	@tools/demo.sh "$(DEMO_HOME)"

test: ## Everything that CI runs: style, types, contracts, tests
	@tools/setup.sh test
	@tools/check.sh

siege: ## The long tests: workers killed and lying targets for minutes, seeded edits through the gate
	@tools/setup.sh test
	@$(VENV)/bin/pytest -q -m siege

lint: ## Style, types and import contracts only
	@tools/setup.sh test
	@tools/check.sh lint

serve: ## HTTP API and a worker on this machine (http://127.0.0.1:8000/docs)
	@tools/setup.sh run
	@$(POSTROOM) serve

worker: ## One more worker
	@tools/setup.sh run
	@$(POSTROOM) worker

bench: ## Benchmarks (reading accuracy and speed, posting, decisions)
	@tools/setup.sh bench
	@tools/bench.sh

bench-reading: ## Table and pictures of how well and how fast is read (bench/results/)
	@tools/setup.sh bench
	@$(VENV)/bin/python bench/report.py

train: ## Fit the confidence model anew (mappings/inbound/confidence.json)
	@tools/setup.sh bench
	@tools/train.sh

samples: ## Make the shipped sample documents again
	@tools/setup.sh run
	@$(POSTROOM) samples samples --seed 7

lock: ## Resolve the dependencies again (needs uv)
	@tools/lock.sh

clean: ## Remove the virtual environment, caches and the demo's data
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist out "$(DEMO_HOME)"
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Clean. Your own data in .postroom/ (if any) was kept, except the demo's."
