# SPDX-License-Identifier: Apache-2.0
# `make test` and its parts. Each part is counted by .ci/part and fails when it runs nothing.

PARTS := lint swift gates abi contract mock at-modem modem board network interop valgrind footprint radio explore soak conformance
QUIET_LOG := .build/test/lib-$(TARGET).log
# Programs and their archive are always the host's, whatever TARGET says.
ON_HOST := $(MAKE) --no-print-directory TARGET=linux-x86_64

.PHONY: test
test: packages ## Run every test; the last line is `N passed, N failed`.
	@rm -rf .build/test
	@for part in $(PARTS); do $(MAKE) --no-print-directory test-$$part || true; done
	@.ci/part --sum $(PARTS)

.PHONY: $(PARTS:%=test-%)
test-lint: ## Formatting and the rules of the house.
test-swift: ## Swift tests.
test-gates: ## What the archives must be, and that each gate can fail.
test-abi: ## C99 and C++17 programs against the embedded archive.
test-contract: ## The porter's contract, for posix, mock and sockets; the empty port; the porter's pages.
test-mock: ## The mock port's own tests and examples.
test-at-modem: ## The AT-modem port: its guide line by line, the contract, a session, noise, the tasks of an RTOS.
test-modem: ## nbiot-modem: the guide line by line, faults, orders, and a firmware on it.
test-board: ## The same C programs on emulated boards, with the same output.
test-network: ## A firmware on an emulated Cortex-M4, over its UART and nbiot-modem, against onenet-local.
test-interop: ## Against aiocoap and libcoap.
test-valgrind: ## The C programs under valgrind, and the thread rules under the thread sanitizer.
test-footprint: ## No figure is worse than the committed one by more than 2 % or over its gate.
test-radio: ## Bytes on air and battery-days are those of docs/RADIO.md.
test-conformance: ## docs/CONFORMANCE.md is what the Swift, C and interop tests of this run say.
test-soak: ## Random worlds of thirty simulated days, and that each of their laws can be broken.
test-explore: ## Every order of up to N events, walked over the real machines.
$(PARTS:%=test-%): test-%:
	@.ci/part $* $(MAKE) --no-print-directory run-$*

.PHONY: quiet-lib
quiet-lib:
	@mkdir -p $(dir $(QUIET_LOG))
	@$(TARGET_ENVIRONMENT) .ci/lib >$(QUIET_LOG) 2>&1 || { cat $(QUIET_LOG); exit 1; }

.PHONY: host-lib
host-lib:
	@$(ON_HOST) quiet-lib

.PHONY: $(PARTS:%=run-%)
run-lint:
	@python3 .ci/lint.py

run-swift:
	swift test --scratch-path .build/host

run-gates:
	@for target in $(TEST_TARGETS); do $(EACH) gates gates-selftest firmware || failed=1; done; \
	python3 .ci/budget_selftest.py || failed=1; \
	python3 .ci/budget.py --check $(TEST_TARGETS) || failed=1; \
	[ -z "$$failed" ]

run-abi: host-lib
	@python3 .ci/readme_program.py || failed=1; \
	python3 .ci/programs.py --need nbiot-posix --need nbiot-mock Tests/abi || failed=1; \
	python3 .ci/programs.py --compile-only ports/posix/examples || failed=1; \
	{ Tests/fuzz/abi/build plain && \
	  .build/fuzz/abi-replay $(wildcard Tests/fuzz/corpora/abi/* Tests/fuzz/found/abi/*); } || failed=1; \
	[ -z "$$failed" ]

run-contract: host-lib
	@python3 .ci/programs.py --with ports/contract --need nbiot-posix --need nbiot-mock \
	  ports/contract Tests/contract || failed=1; \
	python3 .ci/programs.py --with ports/contract --need nbiot ports/template || failed=1; \
	python3 .ci/programs.py --with ports/template Tests/template || failed=1; \
	python3 Tests/template/template.py || failed=1; \
	python3 Tests/template/pages.py || failed=1; \
	python3 .ci/programs.py --with ports/sockets --with ports/contract Tests/sockets || failed=1; \
	[ -z "$$failed" ]

run-mock: host-lib
	@python3 .ci/programs.py --need nbiot-mock ports/mock/examples || failed=1; \
	$(MAKE) -s -C ports/mock example || failed=1; \
	python3 .ci/programs.py --with ports/mock/source Tests/mock || failed=1; \
	[ -z "$$failed" ]

run-at-modem: host-lib
	@python3 .ci/programs.py --compile-only --need nbiot-at-modem ports/at-modem/examples || failed=1; \
	python3 .ci/programs.py --under valgrind --with ports/contract Tests/at-modem || failed=1; \
	python3 Tests/at-modem/firmware.py || failed=1; \
	python3 .ci/programs.py --with ports/rtos --with Tests/at-modem Tests/rtos || failed=1; \
	[ -z "$$failed" ]

EXAMPLES := ports/at-modem/examples
run-modem: host-lib
	@swift build --scratch-path .build/host
	@mkdir -p .build/modem
	@python3 .ci/programs.py --compile-only $(EXAMPLES) ports/rtos >.build/modem/examples.log || { cat .build/modem/examples.log; exit 1; }
	@NBIOT_HOST_BIN=.build/host/debug NBIOT_FIRMWARE=.build/programs/$(EXAMPLES)/at_modem_serial-gcc \
	  NBIOT_TASKS=.build/programs/ports/rtos/tasks_serial-gcc \
	  python3 Tests/modem/run.py

# `make board BOARDS=cortex-m3` runs them there.
BOARDS ?= $(filter-out linux-x86_64,$(TEST_TARGETS))
run-board: host-lib
	@for target in $(BOARDS); do $(EACH) quiet-lib || exit 1; done; \
	python3 .ci/board_tests.py $(BOARDS)

# The firmware is one for this CPU, whatever TARGET says.
.PHONY: network-programs
network-programs:
	@$(MAKE) --no-print-directory TARGET=cortex-m4 quiet-lib
	@swift build --scratch-path .build/host --product onenet-local
	@swift build --scratch-path .build/host --product nbiot-modem

run-network: network-programs
	@python3 Tests/network/selftest.py || failed=1; \
	python3 Tests/network/network.py || failed=1; \
	[ -z "$$failed" ]

.PHONY: network
network: packages network-programs ## A firmware on an emulated board: UART, NB module, UDP, platform, from bootstrap to De-register.
	@python3 Tests/network/network.py

.PHONY: board
board: packages run-board network ## Run the C programs on emulated boards, then the firmware of `make network`.

run-interop: host-lib
	@swift build --scratch-path .build/host
	@.ci/interop

run-valgrind: host-lib
	@python3 .ci/programs.py --under valgrind Tests/abi || failed=1; \
	bash .ci/threads Tests/abi/threads.c Tests/rtos/tasks.c || failed=1; \
	[ -z "$$failed" ]

run-footprint:
	@for target in $(TEST_TARGETS); do $(EACH) quiet-lib || exit 1; done; \
	python3 Tests/bench/selftest.py || failed=1; \
	python3 Tests/bench/footprint.py check $(TEST_TARGETS) || failed=1; \
	[ -z "$$failed" ]

.PHONY: radio-program
radio-program: host-lib
	@python3 .ci/programs.py --compile-only --need nbiot-mock Tests/radio

run-radio: radio-program
	@python3 Tests/radio/selftest.py || failed=1; \
	python3 Tests/radio/snapshot.py check || failed=1; \
	[ -z "$$failed" ]

.PHONY: radio
radio: packages radio-program ## Let thirty days on air pass in many worlds; write the table of docs/RADIO.md.
	@python3 Tests/radio/snapshot.py write

run-soak: host-lib
	@python3 .ci/programs.py --need nbiot-mock Tests/soak

# `make soak SEEDS=2000` takes some ten minutes.
SEEDS ?= 20
FIRST_SEED ?= 1
.PHONY: soak
soak: packages host-lib ## Live through SEEDS=n random worlds of thirty simulated days each, from FIRST_SEED=k.
	@python3 .ci/programs.py --compile-only Tests/soak >.build/soak.log || { cat .build/soak.log; exit 1; }
	@.build/programs/Tests/soak/soak-gcc '$(SEEDS)' '$(FIRST_SEED)'

run-conformance:
	@python3 .ci/conformance_selftest.py || failed=1; \
	python3 .ci/conformance.py check || failed=1; \
	[ -z "$$failed" ]

.PHONY: conformance
conformance: packages ## Run the tests that carry conformance ids; write docs/CONFORMANCE.md and docs/conformance.json.
	@for part in swift abi interop; do $(MAKE) --no-print-directory test-$$part || true; done
	@python3 .ci/conformance.py write

EXPLORED := .build/explore/registration.txt
run-explore:
	@.ci/explore --selftest || failed=1; \
	.ci/explore --chart $(EXPLORED) || failed=1; \
	python3 .ci/explored.py $(EXPLORED) || failed=1; \
	[ -z "$$failed" ]

.PHONY: explore
explore: ## Walk every order of DEPTH events; without DEPTH as far as the test, and write the chart.
	@.ci/explore $(if $(DEPTH),--depth '$(DEPTH)',--chart Tests/Exploration/registration.txt)

.PHONY: demo
demo: packages host-lib ## A device against a local server, from bootstrap to De-register, as it happens.
	@swift build --product onenet-local
	@bash Tests/demo/demo.sh

.PHONY: footprint
footprint: packages dist ## Measure flash, RAM, stack, instructions and CPU time; write docs/FOOTPRINT.md and README.md.
	@python3 Tests/bench/footprint.py write $(TARGETS)

.PHONY: fuzz fuzz-merge fuzz-again
fuzz: ## Live fuzzing, MINUTES=n altogether, ONLY='NAME...' of the targets.
	@python3 Tests/fuzz/fuzz.py run '$(MINUTES)' $(ONLY)

fuzz-merge: ## Take what fuzzing has learnt into the committed inputs.
	@python3 Tests/fuzz/fuzz.py merge $(ONLY)

fuzz-again: ## Run one input again, FILE=input.
	@python3 Tests/fuzz/fuzz.py again '$(FILE)'
