# Everything is installed in .venv, by whichever Python 3.11 or newer is found first; PYTHON=/path/to/python3 chooses one.
# Works with the make of macOS (3.81): no .ONESHELL, no !=, no $(file).

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?=
ARGS ?=
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help serve test matrix lint format sbom bundle site clean distclean

help:
	@echo 'make serve                       the mock, on http://127.0.0.1:8080'
	@echo 'make serve ARGS="--port 0"       the same with options of its own (ARGS=--help lists them)'
	@echo 'make test                        all tests'
	@echo 'make matrix                      every deliberate defect, judged, in about half an hour (ARGS="--sample 1": one in twenty)'
	@echo 'make lint                        style, types, and which package may import which'
	@echo 'make format                      style, mended'
	@echo 'make sbom                        what users install, as CycloneDX JSON (ARGS="--output FILE", --hashes)'
	@echo 'make bundle                      a zip for each platform that installs without a network (ARGS="--platform linux-x86_64")'
	@echo 'make site                        the documentation as pages to read in a browser, in build/site'
	@echo 'make clean                       removes what builds and tests leave; make distclean also removes .venv'

serve: $(VENV)/.installed
	@exec $(BIN)/pacsimile serve $(ARGS)

# Tests start hundreds of processes: each module is compiled once for all, whatever the environment says of bytecode. It is
# kept where pip has put that of all libraries.
test: $(VENV)/.installed-dev
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --hypothesis-profile=ci $(ARGS)

matrix: $(VENV)/.installed-dev
	@$(BIN)/python scripts/judge_defects.py $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

sbom: $(VENV)/.installed-dev
	@$(BIN)/python scripts/supply/sbom.py $(ARGS)

bundle: $(VENV)/.installed-dev
	@$(BIN)/python scripts/bundle/build.py $(ARGS)

site: $(VENV)/.installed-site
	@$(BIN)/python scripts/site/build.py $(ARGS)

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis pacsimile-report
	find cli spec advice mock fixtures contract_tests docs scripts examples benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV)

# --- the virtual environment: a stamp for each state it can be in, newer than what it was made from

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo 'Installing pacsimile in $(VENV): once, and again when pyproject.toml changes.' >&2
	@$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo 'Installing pacsimile and its development tools in $(VENV): once, and again when pyproject.toml changes.' >&2
	@$(PIP_INSTALL) --editable '.[dev]'
	@touch $(VENV)/.installed $@

$(VENV)/.installed-release: pyproject.toml constraints.txt scripts/release/tools.txt | $(BIN)/python
	@echo 'Installing pacsimile and what builds a release in $(VENV), in fixed versions.' >&2
	@$(PIP_INSTALL) --requirement scripts/release/tools.txt --editable '.[contract,load,postgresql]'
	@touch $(VENV)/.installed $@

$(VENV)/.installed-site: pyproject.toml constraints.txt | $(BIN)/python
	@echo 'Installing pacsimile and what builds its site in $(VENV): once, and again when pyproject.toml changes.' >&2
	@$(PIP_INSTALL) --editable '.[site]'
	@touch $(VENV)/.installed $@

# A checkout that was moved or copied brings a .venv that still points to the old place: it is made anew.
ifneq ($(wildcard $(VENV)/.checkout),)
ifneq ($(shell cat $(VENV)/.checkout),$(CURDIR))
.PHONY: $(BIN)/python
$(VENV)/.installed $(VENV)/.installed-dev $(VENV)/.installed-release $(VENV)/.installed-site: $(BIN)/python
endif
endif

$(BIN)/python:
	@for candidate in $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python); do \
	  if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$("$$candidate" --version)." >&2; \
	    "$$candidate" -m venv --clear $(VENV) && echo '$(CURDIR)' > $(VENV)/.checkout; exit; \
	  fi; \
	done; \
	echo 'make: no Python 3.11 or newer that can make a virtual environment was found.' >&2; \
	echo "      Tried: $(if $(PYTHON),$(PYTHON),python3.13 python3.12 python3.11 python3 python)." >&2; \
	echo '      Install one (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.13),' >&2; \
	echo '      or name yours: make serve PYTHON=/path/to/python3' >&2; \
	exit 1
