# SPDX-License-Identifier: Apache-2.0
# The verbs of this project; `make help` lists them.

TARGET ?= linux-x86_64
PREFIX ?= /usr/local
DESTDIR ?=

ifeq ($(wildcard ports/$(TARGET)/target.mk),)
$(error no ports/$(TARGET)/target.mk; TARGET is one of: \
  $(patsubst ports/%/target.mk,%,$(wildcard ports/*/target.mk)))
endif
include ports/$(TARGET)/target.mk

# Ports that need no operating system: in the dist of every target, and judged as the library is.
FIRMWARE_PORTS := at-modem

DIST := .build/dist/$(TARGET)
TARGET_ENVIRONMENT := TARGET='$(TARGET)' TRIPLE='$(TRIPLE)' MACHINE='$(MACHINE)' \
  SWIFT_TARGET_FLAGS='$(SWIFT_TARGET_FLAGS)' LINK_FLAGS='$(LINK_FLAGS)' C_TARGET_FLAGS='$(C_TARGET_FLAGS)' \
  FIRMWARE_PORTS='$(FIRMWARE_PORTS)' HOSTED_PORTS='$(HOSTED_PORTS)' HOSTED_LIBS='$(HOSTED_LIBS)' \
  EMULATION='$(EMULATION)' \
  RENAME_SECTIONS='$(RENAME_SECTIONS)' REMOVE_SECTIONS='$(REMOVE_SECTIONS)' \
  DISASSEMBLER_FLAGS='$(DISASSEMBLER_FLAGS)' FIRMWARE_CC='$(FIRMWARE_CC)' \
  FIRMWARE_MACHINE='$(FIRMWARE_MACHINE)' FIRMWARE_LIBC='$(FIRMWARE_LIBC)' \
  REFUSED_MACHINE='$(REFUSED_MACHINE)'

export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

.PHONY: help
help: ## List the verbs.
	@echo 'make VERB [TARGET=$(subst $() $(),|,$(patsubst ports/%/target.mk,%,$(wildcard ports/*/target.mk)))]'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: packages
packages: ## Install the Debian packages that are missing, or name them.
	@.ci/packages

.PHONY: lib
lib: ## Build the archives and what projects need to use them into .build/dist/TARGET.
	@$(TARGET_ENVIRONMENT) .ci/lib

.PHONY: install
install: lib ## Copy .build/dist/TARGET to DESTDIR and PREFIX.
	install -d '$(DESTDIR)$(PREFIX)/include' '$(DESTDIR)$(PREFIX)/lib/pkgconfig' \
	  '$(DESTDIR)$(PREFIX)/lib/cmake/nbiot'
	install -m 644 $(DIST)/include/*.h '$(DESTDIR)$(PREFIX)/include'
	install -m 644 $(DIST)/lib/*.a '$(DESTDIR)$(PREFIX)/lib'
	install -m 644 $(DIST)/lib/pkgconfig/*.pc '$(DESTDIR)$(PREFIX)/lib/pkgconfig'
	install -m 644 $(DIST)/lib/cmake/nbiot/*.cmake '$(DESTDIR)$(PREFIX)/lib/cmake/nbiot'

include .ci/dist.mk
include .ci/test.mk

.PHONY: clean
clean: ## Remove everything that was built.
	rm -rf .build
