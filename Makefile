# moiso: every target sets up what it needs; see tools/setup.sh for how.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test lint bench soak crosscheck shots docs lock clean

BIN := .venv/bin
ARGS ?=

help: ## show this help
	@echo "moiso - queue tickets and ratings for one-stop offices"
	@echo
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' Makefile | while IFS='|' read -r name what; do \
		printf '%-14s%s\n' "$$name" "$$what"; done

demo: ## a sample office on this machine, no hardware needed; Ctrl-C stops it
	@tools/setup.sh run
	@exec $(BIN)/moiso demo $(ARGS)

test: ## everything that must hold: lint, then all tests
	@tools/setup.sh dev
	@MOISO_CHROMIUM="$$(tools/chromium.sh)" && export MOISO_CHROMIUM && \
		tools/lint.sh && $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: ## style, types and borders between packages
	@tools/setup.sh dev
	@tools/lint.sh

bench: ## how fast, how many flushes, how much memory
	@tools/setup.sh dev
	@$(BIN)/python -m tools.bench $(ARGS)

soak: ## 2,000 slips with random faults and 200 kills; prints the seed (ARGS="--seed N")
	@tools/setup.sh dev
	@$(BIN)/python -m tests.support.soak $(ARGS)

crosscheck: ## slips as an arm64 Pi draws them; printers and drivers of others (npm, Python 3.13)
	@tools/setup.sh dev
	@MOISO_CROSSCHECK=1 $(BIN)/python -m pytest tests/crosscheck -rs $(ARGS)

shots: ## pictures of every screen, into shots/
	@tools/setup.sh dev
	@MOISO_CHROMIUM="$$(tools/chromium.sh)" && export MOISO_CHROMIUM && \
		$(BIN)/python -m tools.shots $(ARGS)

docs: ## write docs/configuration.md and docs/it-guide.md
	@tools/setup.sh run
	@$(BIN)/python -m tools.config_docs
	@$(BIN)/python -m tools.it_guide

lock: ## maintainers: renew uv.lock and both requirements files (needs uv)
	@tools/lock.sh

clean: ## remove the environment, caches and pictures
	@rm -rf .venv .venv-fuzz .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build shots
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
