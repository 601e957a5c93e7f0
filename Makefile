# Standfirst needs Python 3.11 and make; everything else is installed into .venv from the hashed locks.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash

VENV := .venv
BIN := $(VENV)/bin
# -qq: pip speaks only when something fails. --only-binary: nothing is built, so no unhashed build tool is fetched.
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
LOCKED := --require-hashes --only-binary :all:
# More arguments for pytest: make test ARGS="-k ledger -x"
ARGS ?=

.PHONY: help demo stop test lint bench docs words lock clean chromium postgres

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-6s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.extras $(VENV)/.project ## install everything, play the main job into demo-out/, start the workplace and say where
	$(BIN)/standfirst demo --out demo-out

stop: ## stop the workplace that make demo started
	@[ ! -x $(BIN)/standfirst ] || $(BIN)/standfirst demo --out demo-out --stop

test: $(VENV)/.dev $(VENV)/.project chromium postgres ## install the tools and run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile $(if $(shell command -v chromium),,-m "not browser") $(ARGS)

lint: $(VENV)/.dev $(VENV)/.project ## check style, format, types, imports between rooms, assessment methods
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/standfirst method lint

docs: $(VENV)/.extras $(VENV)/.project ## regenerate the generated docs; fails when they had gone stale
	@echo "$(BIN)/standfirst docs --check"
	@$(BIN)/standfirst docs --check || { $(BIN)/standfirst docs; \
	  echo "The generated docs were stale. They are regenerated now: look at them and commit them." >&2; exit 1; }

words: $(VENV)/.dev $(VENV)/.project ## bring the catalogues of translations up to the sources, and compile them
	$(BIN)/python tools/catalogues.py --missing

bench: $(VENV)/.bench $(VENV)/.project postgres ## install the peers and run every benchmark in benchmarks/
	@failed=; for script in benchmarks/*.py; do \
	  echo "== $$script"; $(BIN)/python "$$script" || failed="$$failed $$script"; \
	done; [ -z "$$failed" ] || { echo "Failed:$$failed" >&2; exit 1; }

clean: stop ## remove the environment and everything that was made
	rm -rf $(VENV) .venv-lock demo-out build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# --- the environment: six stamps, each redone only when what it names has changed -------------------

# A changed lock starts from an empty environment, so that nothing stays that no lock names.
$(VENV)/.made: requirements.lock requirements-build.lock requirements-extras.lock requirements-dev.lock requirements-bench.lock
	@found=; for candidate in python3.11 python3 python; do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then found=$$candidate; break; fi; \
	done; \
	[ -n "$$found" ] || { echo "Standfirst needs Python 3.11, and none was found as python3.11, python3 or python." >&2; exit 1; }; \
	echo "Making $(VENV) with $$("$$found" --version)"; "$$found" -m venv --clear $(VENV)
	@touch $@

$(VENV)/.base: $(VENV)/.made
	@echo "Installing requirements.lock"
	@$(PIP_INSTALL) $(LOCKED) -r requirements.lock -r requirements-build.lock
	@touch $@

$(VENV)/.extras: $(VENV)/.base
	@echo "Installing requirements-extras.lock (reports, CBOMs, quantum circuits, server)"
	@$(PIP_INSTALL) $(LOCKED) -r requirements-extras.lock
	@touch $@

$(VENV)/.dev: $(VENV)/.extras
	@echo "Installing requirements-dev.lock"
	@$(PIP_INSTALL) $(LOCKED) -r requirements-dev.lock
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	@echo "Installing requirements-bench.lock"
	@$(PIP_INSTALL) $(LOCKED) -r requirements-bench.lock
	@touch $@

$(VENV)/.project: $(VENV)/.base pyproject.toml src/standfirst/__init__.py
	@echo "Installing standfirst from src/"
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# The browser tests look at pages in Debian's Chromium: installed when that is possible and asked for by a test.
chromium:
	@grep -rqs --include='*.py' 'mark\.browser' tests || exit 0; \
	command -v chromium >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests"; export DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes; \
	  { apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium; } >/dev/null; \
	else \
	  echo "No chromium on the PATH: the browser tests are left out (Debian: apt-get install chromium)." >&2; \
	fi

# The tests of the database store start a PostgreSQL server of their own; only its programs are needed.
postgres:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing PostgreSQL for the tests of the database store"; export DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes; \
	  { apt-get -qq update && apt-get -qq install -y --no-install-recommends postgresql; } >/dev/null; \
	else \
	  echo "No PostgreSQL server here: its tests are left out (Debian: apt-get install postgresql)." >&2; \
	fi

# --- the locks: for use, for building, with every extra, for development, for benchmarks; all for Python 3.11, any platform ------

COMPILE := .venv-lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
  --custom-compile-command 'make lock'

lock: ## bring the locks up to the newest versions that pyproject.toml allows
	@python3 -m venv .venv-lock && .venv-lock/bin/pip install -qq --disable-pip-version-check uv
	@.venv-lock/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
	  > .venv-lock/build.in
	$(COMPILE) --upgrade pyproject.toml -o requirements.lock
	$(COMPILE) --upgrade .venv-lock/build.in -c requirements.lock -o requirements-build.lock
	$(COMPILE) --upgrade pyproject.toml --extra report --extra security --extra quantum --extra server --extra saml --extra s3 -c requirements.lock -o requirements-extras.lock
	$(COMPILE) --upgrade pyproject.toml --extra dev -c requirements-extras.lock -c requirements-build.lock -o requirements-dev.lock
	$(COMPILE) --upgrade pyproject.toml --extra dev --extra bench -c requirements-dev.lock -o requirements-bench.lock
