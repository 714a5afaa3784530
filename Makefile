# Everything the project needs is made by these targets; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
HOST ?= 127.0.0.1
DATA_DIR ?= $(CURDIR)/data
STATIC_ROOT ?= $(CURDIR)/staticfiles
export DATA_DIR STATIC_ROOT
LOCALES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

.PHONY: help run serve setup setup-dev test lint format types check messages verify bench clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(VENV)/installed: requirements.txt
	@echo "[1/4] Making the virtual environment and installing the pinned packages ..."
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || python3 -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@echo "Installing the packages for development ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

locale/%.mo: locale/%.po $(VENV)/installed
	@$(BIN)/pybabel --quiet compile -i $< -o $@

$(STATIC_ROOT)/.collected: $(VENV)/installed $(shell find static -type f 2>/dev/null) requirements.txt
	@echo "[2/4] Preparing styles and scripts ..."
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@

run: $(VENV)/installed $(LOCALES) $(STATIC_ROOT)/.collected ## Start the application on http://127.0.0.1:8000 (PORT, DATA_DIR, DATABASE_URL)
	@echo "[3/4] Bringing the database up to date ..."
	@$(BIN)/python manage.py migrate --noinput --verbosity 0
	@echo "[4/4] Looking for data ..."
	@$(BIN)/python manage.py demo --if-empty --days 60 --seed 1
	@echo
	@echo "  Open http://$(HOST):$(PORT)   (stop with Ctrl+C)"
	@echo
	@exec $(BIN)/gunicorn logistics.wsgi --bind $(HOST):$(PORT) --workers 2 --threads 4 --timeout 60 \
		--max-requests 1000 --max-requests-jitter 100 --limit-request-line 4094 --access-logfile /dev/null --log-level warning

serve: $(VENV)/installed $(LOCALES) $(STATIC_ROOT)/.collected ## Like run, but without the demo hospital (after manage.py setup)
	@$(BIN)/python manage.py migrate --noinput --verbosity 0
	@exec $(BIN)/gunicorn logistics.wsgi --bind $(HOST):$(PORT) --workers 2 --threads 4 --timeout 60 --log-level warning

setup: $(VENV)/installed $(LOCALES) $(STATIC_ROOT)/.collected ## Open a real house: organization and first administrators
	@$(BIN)/python manage.py migrate --noinput --verbosity 0
	@$(BIN)/python manage.py setup

setup-dev: $(VENV)/installed-dev $(LOCALES) ## Install everything for development, with the commit hooks
	@$(BIN)/pre-commit install

test: $(VENV)/installed-dev $(LOCALES) ## Run the whole suite (SQLite, or the database in DATABASE_URL)
	@$(BIN)/python tests/browser/say_browser.py
	@DATA_DIR=$${TEST_DATA_DIR:-$$(mktemp -d)} $(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/installed-dev ## Style, imports between the floors
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

format: $(VENV)/installed-dev ## Mend style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(VENV)/installed-dev ## Types: strict on the kernel and the services
	@$(BIN)/mypy

check: $(VENV)/installed-dev $(LOCALES) ## Migrations, system checks with the shipped settings, translations
	@$(BIN)/python manage.py makemigrations --check --dry-run --verbosity 1
	@HTTPS=1 SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

messages: $(VENV)/installed-dev ## Bring the translation files up to date (needs gettext)
	@$(BIN)/python manage.py makemessages -l zh_Hans --no-location --no-obsolete \
		--ignore .venv --ignore tests --ignore node_modules --ignore staticfiles --ignore data
	@$(MAKE) --no-print-directory $(LOCALES)

verify: $(VENV)/installed $(LOCALES) ## Build a demo year on a fresh database and verify its ledgers
	@DATA_DIR=$$(mktemp -d) bash -c '$(BIN)/python manage.py migrate --verbosity 0 && \
		$(BIN)/python manage.py demo --days 365 --seed 1 && $(BIN)/python manage.py verify_ledgers'

bench: $(VENV)/installed-dev ## Print the benchmarks (ratios in one run)
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file; done

clean: ## Remove what can be made again; the data stays
	@rm -rf $(VENV) staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name '*.mo' -not -path './.venv/*' -delete
