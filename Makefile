# make train emotion=raiva     train one emotion's GAN (all settings: args="epochs=500 latent_dim=100")
# make app                     open the page (all settings: args="port=0")
# make docs                    the pages and every public name as HTML, in build/docs
# make test                    all tests, lint and types
PYTHON ?= python3
emotion ?=
args ?=
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: train app docs test lint
train: .venv/ready
	@$(BIN)/emogan train $(if $(emotion),emotion=$(emotion)) $(args)

app: .venv/ready-app
	@$(BIN)/emogan app $(args)

docs: .venv/ready-docs
	$(BIN)/sphinx-build -q --fail-on-warning --keep-going -b html -c docs . build/docs

# One thread a process: two processes with all threads slow each other down. A third works while two wait for theirs.
test: .venv/ready-dev lint
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder --durations 15

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.venv/ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --editable .
	touch $@

.venv/ready-app: .venv/ready
	$(PIP) --editable ".[app]"
	touch $@

.venv/ready-docs: .venv/ready
	$(PIP) --editable ".[docs]"
	touch $@

.venv/ready-dev: .venv/ready
	$(PIP) --editable ".[dev]"
	touch $@
