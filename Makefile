# Two commands are all one needs: `make dataset` and `make test`. Each sets up its own environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= demo
WORKERS ?= 2

.PHONY: setup dataset train-rm test lint bench bench-regions bench-speed bench-whole bench-builds bench-near bench-leaks bench-memory \
  bench-training bench-probes bench-learning soak emulator lock clean
.DEFAULT_GOAL := dataset

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

# The core alone: no torch. About a minute.
$(VENV)/.core: pyproject.toml requirements.lock | $(VENV)/bin/python
	$(BIN)/pip install --quiet --constraint requirements.lock --editable .
	touch $@

# All that the tests need: torch (for the Segment Anything path and for training), Dataflow's runner, a storage emulator.
$(VENV)/.dev: pyproject.toml requirements.lock | $(VENV)/bin/python
	$(BIN)/pip install --quiet --constraint requirements.lock --editable ".[sam,train,dataflow,dev]"
	touch $(VENV)/.core $@

setup: $(VENV)/.core

dataset: $(VENV)/.core
	$(BIN)/spatialreward build --recipe demo --out "$(OUT)" --workers $(WORKERS)

# Fine-tune the reward model on SHARDS. MODEL: folder or hub id of a Qwen3-VL model; without it a tiny one of random
# weights tries the whole run. RECIPE: of pipeline/train/recipes, or a file; PRECISION: fp8, bf16 or fp32 instead of the
# recipe's; TRAIN: anything else that `spatialreward train --help` names. Run again, it goes on where it was.
SHARDS ?= demo
MODEL ?=
RECIPE ?=
PRECISION ?=
TRAIN ?=
train-rm: OUT := run
train-rm: $(VENV)/.dev
	$(BIN)/spatialreward train --shards "$(SHARDS)" --out "$(OUT)" $(if $(MODEL),--model "$(MODEL)") \
	  $(if $(RECIPE),--recipe "$(RECIPE)") $(if $(PRECISION),--precision "$(PRECISION)") $(TRAIN)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(VENV)/.dev
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile

# What needs no data set. Each benchmark has a name of its own too.
bench: bench-regions bench-speed bench-whole bench-builds bench-near bench-leaks bench-memory bench-training
	@echo "The probes need a data set of 4,000 examples or more: make bench-probes DATASET=DIR"

# Regions measured beside naive baselines. PHOTOS: a folder of photos to make cases of; PAIRS: a folder of real pairs
# with a pairs.json; FLAGS: anything else that `python -m benchmarks.regions --help` names.
SEEDS ?= 0:200
PHOTOS ?=
PAIRS ?=
FLAGS ?=
bench-regions: OUT := build/bench
bench-regions: $(VENV)/.core
	PYTHONPATH=tests $(BIN)/python -m benchmarks.regions --seeds "$(SEEDS)" --photos "$(PHOTOS)" --pairs "$(PAIRS)" \
	  --jobs $(WORKERS) --out "$(OUT)" $(FLAGS)

# Milliseconds per candidate on one core, by operation and by stage, beside the image codec's.
bench-speed: OUT := build/speed
bench-speed: $(VENV)/.core
	PYTHONPATH=tests $(BIN)/python -m benchmarks.speed --out "$(OUT)"

# Peak resident memory of passes 1 and 3 over all processes at 2,000 and 20,000 made-up examples: what each one adds.
bench-memory: OUT := build/memory
bench-memory: $(VENV)/.core
	PYTHONPATH=tests $(BIN)/python -m benchmarks.memory --out "$(OUT)"

# Shard writing against a plain copy of the same bytes, and a finished build that is run again.
bench-whole: OUT := build/whole
bench-whole: $(VENV)/.core
	PYTHONPATH=tests $(BIN)/python -m benchmarks.whole --out "$(OUT)"

# Whole builds: by two workers and by one, and a small one. BUILDS: anything else for `python -m benchmarks.builds`.
BUILDS ?=
bench-builds: OUT := build/builds
bench-builds: $(VENV)/.core
	PYTHONPATH=tests $(BIN)/python -m benchmarks.builds --out "$(OUT)" $(BUILDS)

# Near duplicates: which copies each radius finds and which strangers it merges; pictures that share a ground; every way to
# search at 260k and 1M hashes. CUTOUTS: a folder of cut-outs, which are laid on white.
CUTOUTS ?=
bench-near: OUT := build/near
bench-near: $(VENV)/.core
	PYTHONPATH=tests $(BIN)/python -m benchmarks.near radius $(if $(PHOTOS),--photos "$(PHOTOS)") --out "$(OUT)"
	PYTHONPATH=tests $(BIN)/python -m benchmarks.near grounds $(if $(CUTOUTS),--cutouts "$(CUTOUTS)") --out "$(OUT)"
	PYTHONPATH=tests $(BIN)/python -m benchmarks.near speed --out "$(OUT)"

# Copies planted in another split: what the build merges, what the leak test finds. PHOTOS: a folder besides the bundled.
bench-leaks: OUT := build/leaks
bench-leaks: $(VENV)/.core
	PYTHONPATH=tests $(BIN)/python -m benchmarks.leaks --sources bundled: $(if $(PHOTOS),--sources "$(PHOTOS)") \
	  --out "$(OUT)"

# FP8 beside BF16 in training steps of the 8B shape, on a GPU of 140 GB; without a GPU it says so. TRAINING: anything
# that `python -m benchmarks.training --help` names.
TRAINING ?=
bench-training: OUT := build/training
bench-training: $(VENV)/.dev
	PYTHONPATH=tests $(BIN)/python -m benchmarks.training --out "$(OUT)" $(TRAINING)

# What training can do on the smallest real instance: the proof of learning from pictures, FP8 (emulated) beside BF16.
bench-learning: OUT := build/learning
bench-learning: $(VENV)/.dev
	PYTHONPATH=tests:tests/pipeline $(BIN)/python -m benchmarks.learning overfit --out "$(OUT)"
	PYTHONPATH=tests:tests/pipeline $(BIN)/python -m benchmarks.learning precisions --out "$(OUT)"

# What a model could learn from a data set by a shortcut. DATASET: the folder of a finished one, best of 4,000 examples.
DATASET ?= demo
bench-probes: OUT := build/probes
bench-probes: $(VENV)/.dev
	PYTHONPATH=tests $(BIN)/python -m benchmarks.probes "$(DATASET)" --jobs $(WORKERS) --out "$(OUT)"

# A small build killed KILLS times at random moments and resumed; equal to an undisturbed one in the end.
KILLS ?= 50
SEED ?= 0
soak: OUT := build/soak
soak: $(VENV)/.dev
	PYTHONPATH=tests:tests/pipeline $(BIN)/python -m soak --kills $(KILLS) --seed $(SEED) --workers $(WORKERS) --out "$(OUT)"

# A storage emulator on port 9023 with a bucket called `bucket`, to try gs:// without a cloud: docs/dataflow.md.
emulator: $(VENV)/.dev
	$(BIN)/gcp-storage-emulator start --host localhost --port 9023 --in-memory --default-bucket bucket

# Resolve the lock anew: the one place where versions move.
lock: $(VENV)/.dev
	$(BIN)/pip-compile --quiet --all-extras --strip-extras --no-annotate --no-header --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host --no-emit-options --upgrade --output-file $(VENV)/new.lock pyproject.toml
	(sed -n '/^#/p;/^#/!q' requirements.lock; sed '/^#/d;/^$$/d;/^spatialreward-train/d' $(VENV)/new.lock) > $(VENV)/next.lock
	mv $(VENV)/next.lock requirements.lock

clean:
	rm -rf $(VENV) build dist *.egg-info
