# Every command does its own set-up in .venv and frontend/node_modules, and says what it does.
PYTHON ?= python3
SERVE ?= 1
PORT ?= 6006
LOGS ?= logs/demo
DEMO_ARGS ?=

BIN := .venv/bin
NODE_PATH := $(CURDIR)/$(BIN):$(PATH)
STATIC := tb_dice/plugin/static
PACKAGE := $(shell find tb_dice -type f -not -path '*/__pycache__/*' -not -path '*/static/*' 2>/dev/null)
STATIC_FILES := $(wildcard $(STATIC)/*)
# What depends on the backend of Keras, and so is tested on each.
KERAS_TESTS := tests/callback tests/definition/catalogue/test_keras.py \
  tests/definition/catalogue/test_originals.py tests/definition/test_stages.py tests/losses \
  tests/masks/test_compounds.py tests/masks/test_device.py tests/masks/test_evaluate.py \
  tests/masks/test_namespaces.py tests/masks/test_reduction.py tests/masks/test_sums.py \
  tests/test_entries.py tests/test_examples.py tests/test_metrics.py tests/test_processes.py
# JAX compiles each training anew. Nearly all of them are alike, and none runs for long enough to be
# worth the last stage of its compiler, which makes code faster and changes nothing else.
JAX_CACHE := JAX_DISABLE_MOST_OPTIMIZATIONS=1 JAX_COMPILATION_CACHE_DIR="$(CURDIR)/.venv/jax/compiled" \
  JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0 JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES=-1
# What needs no Keras; the tests that do are skipped, with this reason.
PLAIN_TESTS := tests/analysis tests/definition tests/log tests/masks tests/plugin tests/recording \
  tests/test_golden.py tests/test_house.py tests/test_written_before.py
PYTEST := -m pytest --numprocesses 2 --dist worksteal
# A test that looks at the page waits for a part of its time.
PYTEST_WAITING := -m pytest --numprocesses 3 --dist worksteal
SAY = @printf '\n== %s\n'

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo serve test test-page test-tensorflow test-jax test-torch test-oldest test-pythons check format bundle docs bench build clean

help:
	@echo "make demo     train the U-Net on real images, then open TensorBoard (SERVE=0 stops after training)"
	@echo "make test     all tests: TypeScript, Python and browser, JAX, torch, oldest Keras, oldest and newest"
	@echo "              Python (or one of them: make test-jax)"
	@echo "make check    lint, types, the wings, and that the built page is current"
	@echo "make format   format Python and TypeScript"
	@echo "make bundle   build the page into $(STATIC)"
	@echo "make docs     write the parts of docs/ that come from the catalogue"
	@echo "make bench    what the callback and the page cost"
	@echo "make build    sdist and wheel, and a test of the installed wheel"

# ---- set-up ----------------------------------------------------------------------------------

.venv/ready:
	$(SAY) "Making a virtual environment in .venv"
	@scripts/need venv $(PYTHON)
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --upgrade pip
	@touch $@

.venv/demo: .venv/ready pyproject.toml
	$(SAY) "Installing tb-dice with TensorFlow, and the images (about 700 MB, a few minutes)"
	@$(BIN)/pip install --quiet --editable '.[demo]'
	@$(BIN)/pip install --quiet --no-deps stardist==0.9.2
	@touch $@

.venv/dev: .venv/demo
	$(SAY) "Installing what tests and checks need"
	@$(BIN)/pip install --quiet --editable '.[dev]'
	@$(BIN)/pip install --quiet --no-deps nilearn==0.14.1
	@touch $@

# The oldest Keras that works, on the oldest JAX: the smallest install of it.
.venv/oldest/ready: .venv/ready pyproject.toml
	$(SAY) "Installing the oldest Keras"
	@test -x .venv/oldest/bin/python || $(PYTHON) -m venv .venv/oldest
	@.venv/oldest/bin/pip install --quiet keras==3.5.0 jax==0.4.37 jaxlib==0.4.36 'numpy<2.2' --editable '.[test]'
	@touch $@

# The other backends of Keras, each in an environment of its own. torch is named exactly, since the
# newest build may be one for CUDA.
.venv/jax/ready .venv/torch/ready: .venv/%/ready: .venv/ready pyproject.toml
	$(SAY) "Installing Keras on $*"
	@test -x .venv/$*/bin/python || $(PYTHON) -m venv .venv/$*
	@.venv/$*/bin/pip install --quiet $(if $(filter torch,$*),torch==2.13.0 lightning) --editable '.[$*,test]'
	@touch $@

# The oldest and the newest Python that can be had, without Keras. They bring no pip of their own.
.venv/pythons/ready: .venv/ready pyproject.toml scripts/need
	$(SAY) "Installing what needs no Keras on the oldest and the newest Python"
	@rm -rf $(@D)
	@found=$$(scripts/need pythons "$(CURDIR)/.venv/debian") && test -n "$$found" && for python in $$found; do \
	  version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])') && \
	  $$python -m venv --without-pip $(@D)/$$version && \
	  $(BIN)/pip --python $(@D)/$$version/bin/python install --quiet --editable '.[test]' || exit 1; \
	done
	@touch $@

frontend/node_modules/ready: .venv/dev frontend/package.json frontend/package-lock.json
	$(SAY) "Installing the page's packages"
	@cd frontend && PATH="$(NODE_PATH)" npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# A second environment as a user has it who only looks: the wheel and TensorBoard, no Keras, no TensorFlow.
.venv/viewer/ready: .venv/dev $(PACKAGE) $(STATIC_FILES) pyproject.toml MANIFEST.in setup.py README.md
	$(SAY) "Building the wheel and installing it beside TensorBoard alone"
	@rm -rf dist build && $(BIN)/python -m build --outdir dist . >dist.log 2>&1 || { cat dist.log; exit 1; }
	@rm -f dist.log
	@test -x .venv/viewer/bin/python || $(BIN)/python -m venv .venv/viewer
	@.venv/viewer/bin/pip install --quiet dist/*.whl
	@.venv/viewer/bin/pip install --quiet --force-reinstall --no-deps dist/*.whl
	@touch $@

# ---- commands --------------------------------------------------------------------------------

demo: .venv/demo
	$(SAY) "Training a U-Net on nuclei with three losses (about 5 minutes on 2 cores)"
	@$(BIN)/python demo/train.py --log-dir $(LOGS) $(DEMO_ARGS)
ifneq ($(SERVE),0)
	@$(MAKE) --no-print-directory serve
endif

serve: .venv/demo
	$(SAY) "TensorBoard on http://localhost:$(PORT)/#dice (Ctrl-C ends it)"
	@$(BIN)/tensorboard --logdir $(LOGS) --port $(PORT)

test: test-page test-tensorflow test-jax test-torch test-oldest test-pythons

test-page: frontend/node_modules/ready
	$(SAY) "TypeScript tests"
	@cd frontend && PATH="$(NODE_PATH)" npm test --silent

test-tensorflow: .venv/dev .venv/viewer/ready
	$(SAY) "Python and browser tests"
	@CHROMIUM="$$(scripts/need chromium)" VIEWER=.venv/viewer/bin $(BIN)/python $(PYTEST_WAITING) $(ARGS)

test-jax test-torch: test-%: .venv/%/ready
	$(SAY) "Tests of what runs on Keras, on $*"
	@KERAS_BACKEND=$* $(JAX_CACHE) .venv/$*/bin/python $(PYTEST) $(KERAS_TESTS) $(ARGS)

test-oldest: .venv/oldest/ready
	$(SAY) "Tests of the callback on Keras 3.5"
	@KERAS_BACKEND=jax $(JAX_CACHE) .venv/oldest/bin/python $(PYTEST) --dist load tests/callback/test_capture.py $(ARGS)

test-pythons: .venv/pythons/ready
	@for python in .venv/pythons/*/bin/python; do \
	  printf '\n== %s\n' "Tests of what needs no Keras, on $$($$python -V)"; \
	  $$python $(PYTEST) --hypothesis-profile=few $(PLAIN_TESTS) $(ARGS) || exit 1; \
	done

check: .venv/dev frontend/node_modules/ready
	$(SAY) "Lint and format"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	$(SAY) "Types"
	@$(BIN)/mypy
	$(SAY) "Wings: who imports whom"
	@$(BIN)/lint-imports
	$(SAY) "Page: types, lint, and that $(STATIC) is built from these sources"
	@cd frontend && PATH="$(NODE_PATH)" npm run --silent check
	@cd frontend && rm -rf node_modules/.fresh && PATH="$(NODE_PATH)" npm run --silent build -- --outDir node_modules/.fresh --logLevel error
	@diff -rq frontend/node_modules/.fresh $(STATIC) || \
	  { echo "The built page is not current. Run  make bundle  and commit $(STATIC)."; exit 1; }

format: .venv/dev frontend/node_modules/ready
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .
	@cd frontend && PATH="$(NODE_PATH)" npm run --silent format

bundle: frontend/node_modules/ready
	@cd frontend && PATH="$(NODE_PATH)" npm run --silent build

docs: .venv/dev
	@$(BIN)/python -m scripts.docs

bench: .venv/dev .venv/jax/ready .venv/torch/ready
	@failed=; for script in benchmarks/bench_*.py; do $(BIN)/python $$script || failed=yes; done; \
	for backend in jax torch; do \
	  KERAS_BACKEND=$$backend .venv/$$backend/bin/python benchmarks/bench_validation.py || failed=yes; \
	done; test -z "$$failed"

build: .venv/viewer/ready
	$(SAY) "Testing the installed wheel"
	@VIEWER=.venv/viewer/bin $(BIN)/python -m pytest tests/test_wheel.py
	@ls -l dist

clean:
	rm -rf .venv build dist frontend/node_modules logs
