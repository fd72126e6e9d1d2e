# Everything the product needs is made here, in .venv; nothing else is installed by hand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
# Four times the cores: the fault tests mostly wait.
JOBS ?= $(shell $(PYTHON) -c 'import os; print(4 * (os.cpu_count() or 1))')

# Bytecode is kept, whatever the machine's habit: a worker that compiles all it imports starts in 5 s, not 1.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup demo serve browser test soak lint types check bench pictures lock clean

setup: $(STAMP)

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 ou plus est nécessaire (PYTHON=/chemin/python3.11 make …)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Le module venv manque : installez le paquet python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || true
	@if test -x $(BIN)/uv; then \
	  UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=true VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes --allow-empty-requirements requirements-dev.lock && \
	  UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=true VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --editable . ; \
	else \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock && \
	  $(BIN)/python -m pip install --quiet --no-deps --editable . ; \
	fi
	@touch $@

demo: $(STAMP)
	@$(BIN)/lslpro demo

serve: $(STAMP)
	@$(BIN)/lslpro serve

browser: $(STAMP)
	@sh tests/browser/set-up.sh

test: $(STAMP) browser
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

soak: $(STAMP)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup --soak tests/faults

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(STAMP)
	$(BIN)/mypy

check: lint types test

bench: $(STAMP)
	$(BIN)/python -m benchmarks

pictures: $(STAMP) browser
	$(BIN)/python -m tests.browser.pictures docs/pictures

lock:
	UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile -q --universal --generate-hashes --no-annotate --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile -q --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) lslpro-data .pytest_cache .mypy_cache .ruff_cache
