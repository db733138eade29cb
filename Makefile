# One entry to everything. `make demo` on a fresh machine sets up what it needs into .venv; each step
# leaves a stamp, so that the second run starts at once. Only axe-core, for browser tests, is from npm.

RUN     := .venv/.fairline-run
DEV     := .venv/.fairline-dev
AXE     := node_modules/.fairline-axe
BIN     := .venv/bin

.PHONY: help demo run test check format wheel reference fairness clean
.DELETE_ON_ERROR:
.NOTPARALLEL:

help:  ## What can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

demo: $(RUN)  ## Serve a small company with weeks of history and live arrivals
	$(BIN)/fairline demo

run: $(RUN)  ## Serve your own, with the data in ./data
	$(BIN)/fairline serve

test: $(DEV) $(AXE)  ## The whole suite: on SQLite, then what touches the database on PostgreSQL
	$(BIN)/python scripts/run_tests.py

check: $(DEV)  ## Style, types, the rungs of the house, the docs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_docs.py

format: $(DEV)  ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format

reference: $(DEV)  ## Write docs/reference from the code
	$(BIN)/python -m scripts.make_reference

fairness: $(DEV)  ## Write the tables of docs/explanation/fairness.md: minutes, and needs the records
	$(BIN)/python -m scripts.make_fairness_page

wheel: $(DEV)  ## Build dist/*.whl, which carries pages, scripts and styles
	rm -rf dist
	$(BIN)/python -m build --outdir dist

clean:  ## Remove what was built and set up, never your data
	rm -rf .venv node_modules dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): pyproject.toml scripts/set_up.sh
	./scripts/set_up.sh run
	@touch $@

$(DEV): pyproject.toml scripts/set_up.sh
	./scripts/set_up.sh dev
	@touch $@ $(RUN)

# From the lock file, without running anybody's install scripts.
$(AXE): package.json package-lock.json
	@if command -v npm >/dev/null; then \
	    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@; \
	else \
	    echo "npm is missing, so axe-core is not fetched. To have it: sudo apt-get install npm"; \
	fi
