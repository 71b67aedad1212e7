# Coffre. `make help` lists what there is.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
# Each process of a test, and each server that it starts, would else compile all of the program anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help install dev run check check-tests fast lint lint-python lint-web lint-web-rules lint-web-types lint-web-format test test-web test-crypto test-waiting quiet-web quiet-python quiet-rest ready e2e cluster drill bench bench-scale bench-load fuzz screenshots openapi sbom lock clean

PYTHON ?= python3
BIN := .venv/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip --no-input
CLIENT := web/client
DIST := $(CLIENT)/dist/index.html
SCREENSHOTS ?= screenshots
SBOM ?= build/sbom
# Everything the built page depends on.
CLIENT_SOURCES := $(shell find $(CLIENT)/src $(CLIENT)/public vault/data -type f 2>/dev/null) \
  $(wildcard $(CLIENT)/*.html $(CLIENT)/*.ts $(CLIENT)/*.json)
# Folders too: one that lost a file is newer.
CLIENT_FILES := $(shell find $(CLIENT) vault/data -mindepth 1 \( -name node_modules -o -name 'dist*' \) -prune -o -print 2>/dev/null)
# Who runs what, and when: tests/order.py.
# What waits for browsers and servers leaves a third of two processors idle, with as many processes as these.
WAITING ?= 3
WAITS := e2e or servers
# The rest takes what they leave, and makes none of them wait for it.
LAST := nice -n 5
PYTEST := $(BIN)/pytest --dist loadfile -n 2 -q --durations=30 --durations-min=5

help:  ## List the commands
	@awk -F ':.*  ## ' '/^[a-z0-9-]+:.*  ## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install  ## Install, then serve on this machine; the address is printed
	@exec $(BIN)/coffre serve

install: .venv/.stamp-install $(DIST)  ## Python environment, packages, web app, the coffre command

# Beside each other, since each waits at times. What fails in the tests is told at once, hence no sync there.
check: dev  ## Formats, lint, types, contracts, fast tests
	@$(MAKE) -j3 --output-sync=target check-tests lint test-web

check-tests:
	@$(MAKE) --output-sync=none fast

fast:
	$(PYTEST) -m "not servers and not e2e and not slow and not programs"

# Of it, what is for the page begins while Python's packages are being installed.
test:  ## Everything: also real servers and a browser
	@$(MAKE) -j4 --output-sync=none test-waiting quiet-web quiet-python

# Installed and built beside each other.
ready: dev .venv/.stamp-debian

test-waiting: ready
	$(PYTEST) -n $(WAITING) -m "$(WAITS)"

# What waits for nothing but a processor.
quiet-web: .venv/.stamp-npm
	@$(LAST) $(MAKE) --output-sync=target lint-web test-web

quiet-python: ready
	@$(LAST) $(MAKE) --output-sync=target lint-python
	@$(LAST) $(MAKE) --output-sync=none test-crypto
	@$(LAST) $(MAKE) --output-sync=none quiet-rest

quiet-rest:
	$(PYTEST) --ignore tests/crypto -m "not ($(WAITS))"

test-crypto: dev .venv/.stamp-debian  ## crypto/ alone: fails under 100 % of its branches
	$(PYTEST) tests/crypto --cov=crypto --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100

e2e: dev .venv/.stamp-debian  ## The whole story in Chromium and on the command line
	$(PYTEST) -m e2e

cluster: dev .venv/.stamp-debian  ## Two nodes, worker, proxy, database, Ceph: kills and a rolling upgrade
	$(BIN)/pytest -q -p no:xdist tests/cluster

drill: dev .venv/.stamp-debian  ## A host is lost, restored and moved, with the times it takes
	$(BIN)/pytest -q -s -p no:xdist -o faulthandler_timeout=0 -o python_files='bench_*.py' tests/bench/bench_drill.py

bench: dev .venv/.stamp-debian  ## Measure speed and memory
	$(BIN)/pytest -q -s -o faulthandler_timeout=0 -o python_files='bench_*.py' tests/bench

bench-scale: dev .venv/.stamp-debian  ## A million vaults beside a thousand: fills 18 GB in minutes, then measures
	nice -n 19 $(BIN)/python -m tests.bench.scale.fill
	$(BIN)/python -m tests.bench.scale.measure
	test -n "$${COFFRE_BENCH_FOLDER:-}" || rm -rf /tmp/coffre-bench-scale
	@$(MAKE) bench-load

bench-load: dev .venv-bench/.stamp .venv/.stamp-debian  ## 500 people at once, hot reads beside a bare answer; part of bench-scale
	$(BIN)/python -m tests.bench.load

fuzz: dev  ## Every parser under hostile bytes for a minute each; FUZZ_SECONDS=10 for less
	FUZZ_SECONDS=$${FUZZ_SECONDS:-60} $(BIN)/pytest -q -m slow tests/crypto/fuzz

screenshots: dev .venv/.stamp-debian  ## Pictures of every page, phone and desktop, in screenshots/
	$(BIN)/python -m tests.e2e.screenshots $(SCREENSHOTS)

openapi: .venv/.stamp-install  ## Write the description of the API, web/openapi.json, from the code
	$(BIN)/python -m web.write_openapi

sbom: .venv/.stamp-dev  ## Bills of materials (CycloneDX) of the server and of the page, in build/sbom/
	@mkdir -p $(SBOM)
	$(BIN)/cyclonedx-py requirements requirements.lock --output-reproducible --pyproject pyproject.toml -o $(SBOM)/python.cdx.json
	cd $(CLIENT) && npm sbom --sbom-format cyclonedx --omit dev --package-lock-only > $(abspath $(SBOM))/web.cdx.json

lock:  ## Choose the versions of the Python packages anew
	$(BIN)/pip-compile $(LOCK) --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra dev --extra traces --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra traces --constraint requirements-dev.lock --output-file requirements-traces.lock pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra bench --constraint requirements-dev.lock --output-file requirements-bench.lock pyproject.toml
LOCK := --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links \
  --build-deps-for editable

clean:  ## Remove what was installed and built (never coffre-data)
	rm -rf .venv .venv-bench $(CLIENT)/node_modules $(CLIENT)/dist $(CLIENT)/dist-gallery $(SCREENSHOTS)
	rm -rf build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov
	find crypto storage vault web tests -name node_modules -prune -o -name __pycache__ -prune -exec rm -rf {} +

# ------------------------------------------------------------------------------------------------------- parts
dev: install .venv/.stamp-dev

lint: lint-python lint-web

lint-python: .venv/.stamp-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Each by itself, so that they run side by side; and once, until a file changes that they could read.
lint-web: lint-web-rules lint-web-types lint-web-format

lint-web-rules lint-web-types lint-web-format: lint-web-%: .venv/.stamp-web-%

.venv/.stamp-web-rules .venv/.stamp-web-types .venv/.stamp-web-format: .venv/.stamp-web-%: .venv/.stamp-npm $(CLIENT_FILES)
	cd $(CLIENT) && npm run --silent $(WEB_$*)
	@touch $@
WEB_rules := lint
WEB_types := typecheck
WEB_format := format:check

test-web: .venv/.stamp-npm
	cd $(CLIENT) && npm run --silent test

# -------------------------------------------------------------------- what is installed, once per change of a lock
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || .ci/debian-packages python3-venv
	$(PYTHON) -m venv .venv

.venv/.stamp-install: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) install --quiet --require-hashes -r requirements.lock
	PYTHONWARNINGS=ignore $(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.stamp-dev: requirements-dev.lock .venv/.stamp-install
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# What bench-load asks by and compares with.
.venv-bench/.stamp: requirements-bench.lock | .venv/bin/python
	$(PYTHON) -m venv .venv-bench
	PIP_DISABLE_PIP_VERSION_CHECK=1 .venv-bench/bin/python -m pip --no-input install --quiet --require-hashes -r requirements-bench.lock
	@command -v wrk >/dev/null || .ci/debian-packages wrk
	@touch $@

.venv/.stamp-npm: $(CLIENT)/package-lock.json | .venv/bin/python
	@node -e 'process.exit(parseInt(process.versions.node, 10) < 20 ? 1 : 0)' || { echo "Node 20 or later is needed."; exit 1; }
	cd $(CLIENT) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(DIST): .venv/.stamp-npm $(CLIENT_SOURCES)
	cd $(CLIENT) && npm run --silent build
	@touch $@

# The browser, database and stores that the tests start, and the age that they compare with. Other systems: install them yourself and touch the stamp.
.venv/.stamp-debian: .ci/debian-packages | .venv/bin/python
	@wanted=; lacks() { ! command -v "$$1" >/dev/null; }; \
	lacks chromium && wanted+=" chromium fonts-dejavu-core"; \
	lacks firefox-esr && wanted+=" firefox-esr"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || wanted+=" postgresql"; \
	lacks age && wanted+=" age"; \
	lacks radosgw && wanted+=" ceph-mon ceph-osd ceph-common radosgw"; \
	lacks nginx && wanted+=" nginx-light"; \
	lacks rclone && wanted+=" rclone"; \
	lacks systemd-analyze && wanted+=" systemd"; \
	lacks ip && wanted+=" iproute2"; \
	lacks pgbouncer && wanted+=" pgbouncer"; \
	lacks promtool && wanted+=" prometheus"; \
	test -z "$$wanted" || .ci/debian-packages $$wanted
	@touch $@
