# SPDX-License-Identifier: Apache-2.0
# Linux on x86-64: the host. -no-allocations names every heap allocation by file and line here.

TRIPLE := x86_64-unknown-linux-gnu
MACHINE :=
DISASSEMBLER_FLAGS :=
SWIFT_TARGET_FLAGS := -O -no-allocations
# A program may be linked at any address.
LINK_FLAGS := -pie -mllvm -inline-threshold=500
C_TARGET_FLAGS := -O2 -fPIC
# Ports with libc and data of their own, and what they need of the system.
HOSTED_PORTS := posix mock
HOSTED_LIBS := -pthread
EMULATION := elf_x86_64
# Position-independent data with relocations stays .data.rel.ro here: gate 3 then says so.
RENAME_SECTIONS :=
REMOVE_SECTIONS :=

# How programs are compiled and linked: what the archive is tried with.
FIRMWARE_CC := gcc
FIRMWARE_MACHINE :=
FIRMWARE_LIBC :=
