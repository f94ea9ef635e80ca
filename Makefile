# `make demo` and `make test` do everything on a fresh Debian 12 with a Swift 6.3 toolchain, as root.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

SWIFT ?= swift
# Number of packets `make fuzz` makes up.
RUNS ?= 100000

# What the formatter looks at: not what protoc wrote.
formatted = find Sources Tests Plugins Fuzz Benchmarks Package.swift -name '*.swift' -not -path '*/Generated/*' -not -path '*/.build/*' -print0

.PHONY: help demo test test-pure bench fuzz lint format clean packages-build packages-demo packages-test packages-bench

help:
	@echo "make demo       two sites on this machine, two tenants with equal addresses, peered (root)"
	@echo "make test       all tests; lists the behaviours they prove (root)"
	@echo "make test-pure  tests of the pure parts: no root, no dependency, seconds"
	@echo "make fuzz       random packets through the forwarding pipeline in user space (RUNS=$(RUNS))"
	@echo "make bench      traffic and costs beside plain kernel networking (root; BENCH=--short: a minute)"
	@echo "make lint       what 'make format' would change, and what it can't"
	@echo "make format     formats all sources in place"
	@echo "make clean      removes what was built"

demo: packages-demo
	$(SWIFT) build --product tombolo
	.build/debug/tombolo demo

# One test at a time: kernel tests share the machine, and two cores are soon busy.
# Its last lines are the behaviours proven and swift test's own count.
test: packages-test
	$(SWIFT) build --build-tests
	@rm -f .build/behaviours.txt
	@status=0; \
	TOMBOLO_BEHAVIOURS="$(CURDIR)/.build/behaviours.txt" $(SWIFT) test --skip-build --no-parallel 2>&1 | tee .build/test.log || status=$$?; \
	echo; cat .build/behaviours.txt 2>/dev/null || echo "The list of behaviours was not made."; \
	echo; grep -E 'Test run with|recorded an issue' .build/test.log | tail -n 40 || status=1; \
	exit $$status

test-pure:
	TOMBOLO_PURE=1 $(SWIFT) test --scratch-path .build-pure

# What it takes: BENCH="--short", "--all", "--paths tombolo,plain-routing"…; see docs/benchmarks.md.
bench: packages-bench
	$(SWIFT) build -c release --product tombolo
	Benchmarks/run $(BENCH)

fuzz:
	Fuzz/run $(RUNS)

lint:
	$(formatted) | xargs -0 $(SWIFT) format lint --strict --parallel

format:
	$(formatted) | xargs -0 $(SWIFT) format format --in-place --parallel

clean:
	rm -rf .build .build-pure Fuzz/.build Benchmarks/.build

packages-build:
	@scripts/install-packages build

packages-demo:
	@scripts/install-packages build demo

packages-bench:
	@scripts/install-packages build bench

packages-test:
	@scripts/install-packages build test
