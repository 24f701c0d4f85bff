# SPDX-License-Identifier: MIT
# The daily commands. Everything happens in .venv; nothing outside this folder is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
export PATH := $(BIN):$(PATH)
SOURCES := $(shell find csrc -name '*.[ch]') CMakeLists.txt setup.py pyproject.toml pyblaslite/_build.py
C_FILES := $(shell find csrc -name '*.[ch]')

.PHONY: demo test test-c test-python outside docs lint format peers clean

## demo: build, then race against the BLAS libraries found here
demo: $(VENV)/.demo
	pyblaslite race

## test: everything that must hold
test: test-c test-python

test-c: $(VENV)/.test
	cmake -B build/tests -DCMAKE_BUILD_TYPE=Release
	cmake --build build/tests --parallel 2
	ctest --test-dir build/tests --output-on-failure

test-python: $(VENV)/.test
	python -m pytest

## outside: the tests that others wrote, as far as their Debian packages are installed
outside: $(VENV)/.test
	python -m pytest -rs tests/outside

## peers: install every BLAS there is to race against (several hundred MB)
peers: $(VENV)/.demo
	pip install -q -e '.[peers]'
	pip install -q --no-deps aoclda

## docs: the course and the notebooks, executed, as HTML in build/docs
docs: $(VENV)/.docs
	sphinx-build -q -W --keep-going -b html docs build/docs

## lint, format: what CI holds the sources to
lint: $(VENV)/.test
	ruff check
	ruff format --check
	clang-format --dry-run -Werror $(C_FILES)
	mypy

format: $(VENV)/.test
	ruff check --fix
	ruff format
	clang-format -i $(C_FILES)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || { echo 'Python lacks venv: apt install python3-venv'; rm -rf $(VENV); exit 1; }

# The package is installed in place: Python sources may be edited, C sources are rebuilt by the next make.
$(VENV)/.demo: $(VENV)/bin/python $(SOURCES)
	pip install -q -e '.[race]' scipy-openblas32
	touch $@

$(VENV)/.test: $(VENV)/bin/python $(SOURCES)
	pip install -q -e '.[test]'
	touch $@

$(VENV)/.docs: $(VENV)/bin/python $(SOURCES)
	pip install -q -e '.[docs]'
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info pyblaslite/lib pyblaslite/include pyblaslite/libexec pyblaslite/*.so
