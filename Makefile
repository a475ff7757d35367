# Two commands for everybody: `make demo` and `make test`. Each sets itself up in .venv.
PYTHON ?= python3
BIN := .venv/bin
ENV := $(BIN)/.base-installed
DEV := $(BIN)/.dev-installed
PEERS := $(BIN)/.peers-installed

.PHONY: help demo test check lint format lock docs bench-inspections bench-reports bench-run bench-suite bench-desk bench-real bench-levels bench-families bench-rings bench-nothing bench-calibration bench-honest bench-burst bench-gang bench-kinds bench-blocks bench-cases bench-loops bench-shilling bench-update bench-counts bench-explain bench-devices bench-judge bench-check bench-ocr bench-pages bench-photos bench-review-words bench-solicitations bench-text bench-invented bench-losses clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: $(ENV) ## Simulate a small market, run all five stages, say what was found
	@$(BIN)/unbrush demo --out demo

test: $(DEV) check ## Set up and pass everything: lint, types, imports, tests, docs

check: $(DEV) lint ## What to run before committing
	$(BIN)/pytest
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

lint: $(DEV) ## Style, types and the import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV) ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(DEV) ## Read the documentation at a local address
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

bench-run: $(ENV) ## Speed: 1 M and 4 M orders through the whole path
	$(BIN)/python bench/speed.py

bench-suite: $(ENV) ## Cost: seconds and memory of every detector alone (ORDERS=20M for the figure)
	$(BIN)/python bench/suite.py --orders $(or $(ORDERS),200k)

bench-real: $(ENV) ## Real data: Shopee, Olist, Yelp (see docs/benchmarks.md)
	$(BIN)/python bench/real.py

bench-levels: $(ENV) ## Quality on simulated markets at camouflage levels 0-3
	$(BIN)/python bench/levels.py

bench-burst: $(ENV) ## Streams: surges of edges against counters and MIDAS-F's figure
	$(BIN)/python bench/burst.py

bench-families: $(ENV) ## A family's tables taken away: what is still found, and whom it wrongs
	$(BIN)/python bench/families.py

bench-nothing: $(ENV) ## Rings named where nothing is planted, and on real ratings
	$(BIN)/python bench/nothing.py

bench-calibration: $(ENV) ## Whether 90 % likely is nine in ten, and honest rows among the fakes
	$(BIN)/python bench/calibration.py

bench-honest: $(ENV) ## False accusations among thousands of honest merchants
	$(BIN)/python bench/honest.py

bench-rings: $(ENV) ## Rings: speed of the peel, how thin a block may be
	$(BIN)/python bench/rings.py

bench-gang: $(ENV) ## The gang of case A5 end to end, levels 0-3
	$(BIN)/python bench/gang.py

bench-kinds: $(ENV) ## Each kind of brushing alone: what is found, by which detector, at whose cost
	$(BIN)/python bench/kinds.py

bench-blocks: $(ENV) ## Case A12: what a block of payers stops, and whom it hits
	$(BIN)/python bench/blocks.py

bench-cases: $(ENV) ## Every public case end to end, what each asks and whether it is met
	$(BIN)/python bench/cases.py

bench-shilling: $(ENV) ## Ratings without times: the FilmTrust attack
	$(BIN)/python bench/shilling.py

bench-counts: $(ENV) ## What counting by day, rank and kind of evidence costs, and one shop restored
	$(BIN)/python bench/counts.py

bench-explain: $(ENV) ## How long a person waits for an explanation in a run of a million orders
	$(BIN)/python bench/explain.py

bench-update: $(ENV) ## A day added: the same rings as from scratch, at what cost
	$(BIN)/python bench/update.py

bench-loops: $(ENV) ## Simulated ledgers: payments passed on, rings and precision
	$(BIN)/python bench/loops.py

bench-check: $(ENV) ## What a reader gets of cases A1, A2 and A17 by `unbrush check`
	$(BIN)/python bench/checking.py

bench-devices: $(ENV) ## Shared devices: sign-ups and first purchases against their label
	$(BIN)/python bench/devices.py

bench-solicitations: $(ENV) ## Paid praise and scam bait: caught in real spam and generated posts, wrongly flagged
	$(BIN)/python bench/solicitations.py

bench-judge: $(DEV) ## The judge that learns beside the one that does not, on labelled sets (PARTS=yelp,ott for some)
	$(BIN)/python bench/judge.py $(if $(PARTS),--only $(PARTS))

bench-review-words: $(ENV) ## What the detectors of review texts say of 67,000 genuine reviews
	$(BIN)/python bench/review_words.py

bench-text: $(PEERS) ## Near copies beside rensa and datasketch (N=2M for more; growth is measured up to 4 N)
	$(BIN)/python bench/text.py --n $(or $(N),200k)

bench-invented: $(DEV) ## Machine-written reviews: by group, across generators, on genuine ones
	$(BIN)/python bench/invented.py

bench-ocr: $(DEV) ## Screenshots: characters, fields and seconds over fonts, sizes and edits
	$(BIN)/python bench/ocr.py

bench-photos: $(PEERS) ## Photos: recall under each edit beside imagehash, false matches, speed
	$(BIN)/python bench/photos.py

bench-pages: $(ENV) ## Doorway pages: what genuine text is flagged, and pages a minute
	$(BIN)/python bench/pages.py

bench-inspections: $(DEV) ## Case A16: laboratories that err move quality, never integrity
	$(BIN)/python bench/inspections.py --shops $(or $(SHOPS),500)

bench-desk: $(DEV) ## The desk with 100,000 cases and a million decisions: how long a person waits
	$(BIN)/python bench/desk.py

bench-reports: $(DEV) ## Case A13: true, mistaken, rival and forged reports through the API
	$(BIN)/python bench/reports.py --n $(or $(N),1000)

bench-losses: $(ENV) ## Case A15: gains and losses where the truth is known (RUNS=240)
	$(BIN)/python bench/losses.py --runs $(or $(RUNS),240)
	$(BIN)/python bench/losses_liking.py

lock: $(DEV) ## Resolve the lock files anew from pyproject.toml
	$(BIN)/python requirements/lock.py

clean: ## Remove the environment and what the demo made
	rm -rf .venv demo site bench-out

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("unbrush needs Python 3.11 or newer, this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11 ...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv

$(ENV): requirements/base.lock pyproject.toml | $(BIN)/python
	@echo "Setting up .venv (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements/dev.lock $(ENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

$(PEERS): requirements/bench.lock $(DEV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.lock
	@touch $@
