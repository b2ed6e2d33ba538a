# SPDX-License-Identifier: Apache-2.0
# What is shipped: the archives of every target, and the proofs about them.

TARGETS := $(patsubst ports/%/target.mk,%,$(wildcard ports/*/target.mk))
# The rest of TARGETS differs from these in the CPU's flags only; `make dist-check` has them all.
TEST_TARGETS := linux-x86_64 cortex-m0 cortex-m4 riscv32
EACH = $(MAKE) --no-print-directory TARGET=$$target

.PHONY: gates
gates: quiet-lib ## The gates on the archive of TARGET.
	@. .ci/toolchain.sh; \
	python3 .ci/gates.py check $(DIST) ports/$(TARGET) $$clang "$$objdump $(DISASSEMBLER_FLAGS)"

.PHONY: gates-selftest
gates-selftest: ## Break the archive of TARGET in every way a gate guards against.
	@. .ci/toolchain.sh; python3 .ci/gates_selftest.py $(DIST) ports/$(TARGET) $(TRIPLE) \
	  $$toolchain_bin "$$objdump $(DISASSEMBLER_FLAGS)" $(MACHINE)

.PHONY: firmware
firmware: ## Link a program with the archive of TARGET, with the compiler firmware is built with.
	@$(TARGET_ENVIRONMENT) python3 .ci/firmware.py $(DIST)

.PHONY: dist
dist: ## Build .build/dist of every target.
	@for target in $(TARGETS); do $(EACH) quiet-lib || exit 1; done

.PHONY: dist-check
dist-check: packages ## Build every target twice and compare; check, link and consume the result.
	@mkdir -p .build/test; .ci/part dist $(MAKE) --no-print-directory run-dist

.PHONY: run-dist
run-dist: dist
	@for target in $(TARGETS); do $(EACH) gates gates-selftest firmware || failed=1; done; \
	python3 .ci/budget.py --check $(TARGETS) || failed=1; \
	.ci/reproduce $(TARGETS) || failed=1; \
	python3 .ci/consumers.py || failed=1; \
	$(MAKE) --no-print-directory run-board BOARDS='$(filter-out linux-x86_64,$(TARGETS))' || failed=1; \
	[ -z "$$failed" ]

.PHONY: budget
budget: ## Write CShims/include/nbiot_budget.h from the sizes in the built objects.
	@for target in linux-x86_64 cortex-m4; do $(EACH) quiet-lib || exit 1; done
	python3 .ci/budget.py generate

.PHONY: flash-budget
flash-budget: dist ## Write ports/targets/flash.txt: what the archives take now is what they may take.
	python3 .ci/gates.py budget $(TARGETS:%=.build/dist/%)
