# make train emotion=raiva     train one emotion's GAN (all settings: args="epochs=500 latent_dim=100")
# make test                    all tests, lint and types
PYTHON ?= python3
emotion ?=
args ?=
BIN := .venv/bin

.PHONY: train test lint
train: .venv/ready
	@$(BIN)/python -m emogan.train $(if $(emotion),emotion=$(emotion)) $(args)

test: .venv/ready-dev lint
	$(BIN)/python -m pytest

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.venv/ready: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/ready-dev: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[dev]"
	touch $@
