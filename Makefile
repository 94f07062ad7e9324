# Two commands matter: `make run` and `make test`. Both install what is missing and say so first.
#
# Build results and downloads stay outside the tree, so that a second run is fast and the tree
# stays clean: PENCHANT_CACHE, by default ~/.cache/penchant.

PENCHANT_CACHE ?= $(HOME)/.cache/penchant
export PENCHANT_CACHE
export CARGO_TARGET_DIR ?= $(PENCHANT_CACHE)/target
export PATH := $(HOME)/.cargo/bin:$(PATH)

BINARY := $(CARGO_TARGET_DIR)/release/penchant

.PHONY: run test lint clean build

run: ## Build, fetch the model, start embedded on loopback.
	@sh deploy/setup.sh run
	@echo "building penchant (release; the first time takes a while: about 500 crates)"
	@cargo build --locked --release --package penchant
	@$(BINARY) model pull || echo "continuing with the lexical embedder: see the warning at start"
	@exec $(BINARY) run

test: ## All tests, real Kafka included.
	@sh deploy/setup.sh test
	@echo "building penchant and its tests"
	@cargo build --locked --workspace --all-targets
	@$(CARGO_TARGET_DIR)/debug/penchant model pull
	@sh tests/infra/fetch.sh
	@cargo test --locked --workspace --no-fail-fast

lint: ## Formatting, clippy without warnings, house rules.
	@cargo fmt --all --check
	@cargo clippy --locked --workspace --all-targets -- --deny warnings
	@cargo xtask check
	@if command -v cargo-deny >/dev/null 2>&1; then cargo deny --config .deny.toml check; \
	 else echo "lint: cargo-deny is not installed; supply chain not checked (cargo install cargo-deny)"; fi

clean: ## Remove build results and downloads.
	rm -rf "$(PENCHANT_CACHE)"
