# Two commands matter: `make report` and `make test`. Each sets up all it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= build

.DEFAULT_GOAL := help
.PHONY: help report test fuzz check bench docs assets serve clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

report: $(VENV)/.runtime assets ## Build the edition and write HTML, Word and PDF, Chinese and English (no root needed)
	$(BIN)/xietong report --out $(OUT)

test: ## Install what tests need and run every test (root, or ALLOW_MISSING=1)
	scripts/system-deps
	$(MAKE) --no-print-directory $(VENV)/.dev assets
	$(BIN)/python scripts/make-assets --tests
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

fuzz: $(VENV)/.dev assets ## Run the property tests on other examples, and on more of them, than `make test` does
	$(BIN)/python -m pytest -m hypothesis --hypothesis-profile=fuzz

check: $(VENV)/.dev ## Run the linters, the type checker and the import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev assets ## Measure: the edition, the ledger, check and load, the measures beside their peers, the audit, the registers, the detectors, the observatory under 200 readers (TABLES: folders as found)
	$(BIN)/python bench/run
	$(BIN)/python bench/load
	$(BIN)/python bench/measures
	$(BIN)/python bench/audit
	$(BIN)/python bench/registers
	$(BIN)/python bench/detectors $(TABLES)
	$(BIN)/python bench/observatory 600

docs: $(VENV)/.dev ## Write the generated pages
	$(BIN)/python scripts/write-measure-docs

assets: $(VENV)/.runtime ## Fetch and cut scripts and fonts (once)
	$(BIN)/python scripts/make-assets

serve: report ## Open the edition in the browser
	$(BIN)/xietong serve --out $(OUT)

clean: ## Remove everything that is built
	rm -rf $(OUT) $(VENV) .venv-node node_modules xietong/publish/assets *.egg-info

$(VENV)/.runtime: requirements.lock pyproject.toml
	scripts/set-up $(PYTHON) $(VENV) requirements.lock
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	scripts/set-up $(PYTHON) $(VENV) requirements-dev.lock
	touch $@
