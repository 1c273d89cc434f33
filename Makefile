# Every target works on a fresh machine that has Python 3.11 or later and make.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --require-hashes --requirement
export PIP_NO_INPUT := 1

.PHONY: help setup run test lint types bench coverage lock browser clean
.DELETE_ON_ERROR:

help:
	@echo "make run       start Podium and open the page it prints"
	@echo "make test      lint, types, import contracts and every test"
	@echo "make bench     measure, with the peers beside"
	@echo "make setup     .venv with everything needed to develop"
	@echo "make lint      lint, types and import contracts only"
	@echo "make coverage  the tests with branch coverage of bot/"
	@echo "make lock      remake the lock files from pyproject.toml"
	@echo "make clean     remove .venv and caches (your data stays)"

# Each stamp stands for one lock file being installed; a newcomer's `make run` needs the first only.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Podium needs Python 3.11 or later, and $(PYTHON) is older: name another, as in make setup PYTHON=python3.12")'
	$(PYTHON) -m venv --clear .venv

.venv/.runtime: requirements.txt pyproject.toml | $(BIN)/pip
	$(INSTALL) requirements.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	$(INSTALL) requirements-dev.txt
	@touch $@

.venv/.bench: requirements-bench.txt .venv/.dev
	$(INSTALL) requirements-bench.txt
	@touch $@

setup: .venv/.dev

run: .venv/.runtime
	@exec $(BIN)/podium serve
