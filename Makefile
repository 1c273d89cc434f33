# Every target works on a fresh machine that has Python 3.11 or later and make.
PYTHON ?= python3
BIN := .venv/bin
# uv is many times quicker; pip knows the mirrors of pip.conf, which uv does not read.
INSTALL = @install() { $(BIN)/uv pip install --quiet --python $(BIN)/python "$$@" || $(BIN)/pip install --quiet "$$@"; }; install
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

# Each of the hundreds of Pythons that the tests start would compile all of Podium by itself.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run test lint coverage bench pictures lock upgrade clean
.DELETE_ON_ERROR:

help:
	@echo "make run       start Podium; open the link that it prints"
	@echo "make test      lint, types, import contracts and every test"
	@echo "make bench     measure, with the peers beside"
	@echo "make pictures  take the README's pictures anew"
	@echo "make setup     .venv with all that developing needs"
	@echo "make lint      lint, types and import contracts alone"
	@echo "make coverage  every test, with the branch coverage of bot/"
	@echo "make lock      write pyproject.toml's dependencies to the lock files (make upgrade: the newest)"
	@echo "make clean     remove .venv and caches; your data stays"

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "$(PYTHON) is older than the Python 3.11 that Podium needs: name a newer one, as in make setup PYTHON=python3.12")'
	@echo "Making .venv (once, less than a minute)"
	@$(PYTHON) -m venv --clear .venv

# A stamp stands for a lock file that is installed: make run needs the first only, so newcomers start sooner.
.venv/.runtime: pyproject.toml requirements-setup.txt requirements.txt | $(BIN)/pip
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-setup.txt
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@

.venv/.bench: .venv/.dev requirements-bench.txt
	$(INSTALL) --require-hashes -r requirements-bench.txt
	@touch $@

setup: .venv/.dev ;

run: .venv/.runtime
	@exec $(BIN)/podium serve

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/basedpyright
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m tests.chromium
	$(BIN)/pytest --numprocesses 4 --dist worksteal

coverage: setup
	$(BIN)/python -m tests.chromium
	$(BIN)/pytest --numprocesses 4 --dist worksteal --cov --cov-report term-missing:skip-covered

bench: .venv/.bench
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m bench

pictures: setup
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m tests.pictures

lock: | .venv/.runtime
	$(LOCK) --group setup -o requirements-setup.txt
	$(LOCK) pyproject.toml -c requirements-setup.txt -o requirements.txt
	$(LOCK) pyproject.toml --group dev -c requirements-setup.txt -c requirements.txt -o requirements-dev.txt
	$(LOCK) pyproject.toml --group dev --group bench -c requirements-dev.txt -o requirements-bench.txt

upgrade: LOCK += --upgrade
upgrade: lock

clean:
	rm -rf .venv .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage dist
	find bot adapters tests bench -name __pycache__ -prune -exec rm -rf {} +
