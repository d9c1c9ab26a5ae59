# Two commands matter: `make demo` and `make test`. PYTHON names an interpreter if yours is not found.

PUBLIC_PORT ?= 8000
STAFF_PORT ?= 8001
RESET ?=
CLOCK_FILE ?=

.PHONY: demo practice test journeys lint install lock slow faults bench

demo: install  ## the whole product with invented families; Ctrl-C stops it
	@.venv/bin/python site/azukari/demo.py --public-port $(PUBLIC_PORT) --staff-port $(STAFF_PORT) $(if $(CLOCK_FILE),--clock-file $(CLOCK_FILE)) $(if $(RESET),--reset)

practice: install  ## 練習モード: fresh invented families in a database of their own, a guided half hour
	@.venv/bin/python site/azukari/demo.py --practice --public-port $(PUBLIC_PORT) --staff-port $(STAFF_PORT)

test: install lint  ## everything that must hold
	.venv/bin/python -m pytest -n 2
	$(MAKE) --no-print-directory journeys

journeys: install  ## a browser walks through a running demonstration; in a process of its own
	.venv/bin/python -m pytest -m "journey and not slow" -p no:randomly -rs

lint: install
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djade --target-version 5.2 --check $$(git ls-files 'site/azukari/templates/**/*.html' 'site/azukari/templates/*.html' 'site/azukari/templates_staff/*.html')
	.venv/bin/codespell $$(git ls-files '*.py' '*.md' '*.toml' '*.css' '*.js' Makefile)
	PYTHONPATH=site .venv/bin/lint-imports --no-logo
	PYTHONPATH=site:. .venv/bin/mypy

slow: install  ## long repetitions: a fresh clone, the race twenty times
	.venv/bin/python -m pytest -m "slow or by_lot" -p no:randomly

faults: install  ## what breaks while people book
	.venv/bin/python -m pytest -m faults -p no:randomly

bench: install  ## ratios to a floor measured in the same run
	.venv/bin/python -m pytest -m bench -p no:randomly -s

install:
	@PYTHON=$(PYTHON) site/deploy/install

lock:  ## resolve the dependencies of pyproject.toml anew
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --extra dev pyproject.toml -o requirements.lock
