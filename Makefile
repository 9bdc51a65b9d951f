# Two commands: make demo, make test. The Python found first that is 3.11 to 3.13 builds everything else.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && { echo $$p; break; }; done)
PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test lint schema bench setup run-environment environment lock

help:
	@echo "make demo        a filled region on this machine; Ctrl-C stops everything (PORT=8000 LIVE=8 SEARCH=embedded)"
	@echo "make demo-reset  forget the demo's data and start over"
	@echo "make test        everything; make test ARGS=tests/kernel runs a part"
	@echo "make lint        what to run before a commit"
	@echo "make schema      write the API's schema file anew, after a change of cases/api"
	@echo "make bench       figures, each a ratio to a floor of the same run; ARGS=registration runs one"
	@echo "make setup       packages, assets and the servers for working on the code"

demo: run-environment
	@exec $(PY) infra/demo.py start

demo-reset: run-environment
	@$(PY) infra/demo.py reset
	@exec $(PY) infra/demo.py start

test: environment
	@exec $(PY) infra/check.py test $(ARGS)

lint: environment
	@exec $(PY) infra/check.py lint

schema: environment
	@$(PY) platform/manage.py spectacular --validate --fail-on-warn --file cases/api/schema.yaml

bench: environment
	@exec $(PY) -m infra.bench $(ARGS)

setup: environment
	@$(PY) infra/services.py up

lock: environment
	@sh infra/lock.sh

# Both are finished in a moment when nothing changed: each keeps a stamp of what it was built from.
run-environment: .python
	@$(PYTHON) infra/venv.py run
	@$(PY) infra/assets.py
	@$(PY) infra/messages.py compile

environment: .python
	@$(PYTHON) infra/venv.py dev
	@$(PY) infra/assets.py
	@$(PY) infra/messages.py compile

.PHONY: .python
.python:
	@test -n "$(PYTHON)" || { echo "Huiyin needs Python 3.11, 3.12 or 3.13 on PATH (or make PYTHON=...)."; exit 1; }
