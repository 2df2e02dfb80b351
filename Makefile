# Works as the first command on a machine that has only Python and make.
# Each target installs what it needs into .venv, once; a second run is quick. `bench` has an
# environment of its own, for the rivals.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install

.PHONY: demo fast test check format notebooks gallery docs bench clean help

help:
	@echo "make demo       a neuron forward and backward, in numbers and as a picture; then training on moons"
	@echo "make notebooks  the walkthroughs, in JupyterLab: a copy in out/notebooks, which is yours"
	@echo "make gallery    the walkthroughs run afresh, live pages, guides and reference: out/gallery"
	@echo "make docs       the same without running the walkthroughs: out/docs"
	@echo "make fast       the core compiled, where there is a C compiler; again after a change of its sources"
	@echo "make test       all tests, with the compiled core if it is there"
	@echo "make check      formatting, lint, types and tests"
	@echo "make format     write down the methods of new primitives; let ruff format and mend"
	@echo "make bench      speed and memory, as ratios, against PyTorch, JAX, micrograd and NumPy"
	@echo "make clean      remove both environments, the compiled core, caches, and out/ but for your copy"

demo: $(VENV)/.demo
	$(BIN)/python -m viz.demo
	@echo
	$(BIN)/python -m nn moons
	@echo
	@echo "Next: make notebooks opens the walkthroughs; make gallery makes pages of them, in out/gallery."

fast: $(VENV)/.check
	CHAINRULE_COMPILE=1 $(BIN)/python -m hatchling build --hooks-only --target wheel:editable --directory $(VENV)
	@$(BIN)/python -c "import autograd; print('compiled:', autograd.compiled)"

test: $(VENV)/.check
	$(BIN)/python -m pytest -n auto

check: $(VENV)/.check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

format: $(VENV)/.check
	$(BIN)/python tests/autograd/node/test_functions.py
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

notebooks: $(VENV)/.notebooks
	$(BIN)/python -m notebooks copy out/notebooks
	JUPYTER_CONFIG_PATH="$(CURDIR)/notebooks" $(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)" out/notebooks/README.md

gallery: $(VENV)/.docs
	$(BIN)/python -m notebooks gallery out/gallery

docs: $(VENV)/.docs
	$(BIN)/python -m notebooks docs out/docs

bench: $(BENCH)/.bench
	$(BENCH)/bin/python -m benchmarks

clean:
	[ ! -d out ] || find out -mindepth 1 -maxdepth 1 ! -name notebooks -exec rm -rf {} +
	rm -rf $(VENV) $(BENCH) autograd/binaries build *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.demo: $(VENV)/.made pyproject.toml
	$(PIP) --editable ".[train,plot]"
	@touch $@

$(VENV)/.check: $(VENV)/.made pyproject.toml
	$(PIP) --editable ".[check]"
	@touch $@ $(VENV)/.demo $(VENV)/.docs

$(VENV)/.notebooks: $(VENV)/.made pyproject.toml
	$(PIP) --editable ".[notebooks]"
	@touch $@ $(VENV)/.demo

$(VENV)/.docs: $(VENV)/.made pyproject.toml
	$(PIP) --editable ".[docs]"
	@touch $@ $(VENV)/.demo

$(BENCH)/.made:
	$(PYTHON) -m venv $(BENCH)
	@touch $@

$(BENCH)/.bench: $(BENCH)/.made pyproject.toml
	$(BENCH)/bin/python -m pip --disable-pip-version-check --quiet install --editable ".[bench]"
	@touch $@
