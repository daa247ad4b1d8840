# HalfHour: the two commands are `make demo` and `make test`. Everything else is for developers.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
VENDOR := dashboard/static/vendor/SHA256SUMS
STAMPS := .tools/stamps
PYTHON := .venv/.synchronised
WARM := .venv/.warm

# Ctrl-C reaches both make and what it runs; only the latter has something to end.
until_interrupted = trap : INT; status=0; $(1) || status=$$?; [ $$status = 0 ] || [ $$status = 130 ]

.PHONY: help setup test-setup check test demo serve bench clean

help:  ## show these lines
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1      /; s/^(.{12}) */\1 /'

setup: $(STAMPS)/system $(PYTHON) $(VENDOR) $(WARM)  ## install what is missing · 安装所需软件

test-setup: setup $(STAMPS)/test-system

check: setup  ## lint, formatting, types and import rule · 静态检查
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: test-setup check  ## set up, then every check and every test · 全部测试
	$(BIN)/pytest -n 2 --dist loadgroup $(PYTEST_OPTIONS)

demo: setup  ## a township with a busy morning on http://localhost:8501 · 演示
	@$(call until_interrupted,$(BIN)/halfhour demo)

serve: setup  ## the dashboard on the data you have · 启动看板
	@$(call until_interrupted,$(BIN)/halfhour serve)

bench: setup  ## ratios against named peers · 性能对比
	@for main in benchmarks/*/__main__.py; do \
		package=$$(basename $$(dirname $$main)); echo "▸ $$package"; $(BIN)/python -m benchmarks.$$package; \
	done

clean:  ## remove what set-up made, but never data · 清除安装的组件（不删数据）
	rm -rf .venv .tools node_modules dashboard/static/vendor build dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(STAMPS)/system: scripts/system-packages.sh scripts/words.sh
	@scripts/system-packages.sh app
	@mkdir -p $(@D) && touch $@

$(STAMPS)/test-system: scripts/system-packages.sh scripts/words.sh
	@scripts/system-packages.sh test
	@mkdir -p $(@D) && touch $@

$(PYTHON): requirements.lock pyproject.toml scripts/python-packages.sh scripts/uv_settings.py scripts/uv.txt | $(STAMPS)/system
	@scripts/python-packages.sh
	@touch $@

$(VENDOR): package-lock.json dashboard/vendor.py scripts/web-assets.sh | $(STAMPS)/system
	@scripts/web-assets.sh
	@touch $@

$(WARM): $(wildcard routing/*.py) $(PYTHON)
	@scripts/warm-up.sh
	@touch $@
