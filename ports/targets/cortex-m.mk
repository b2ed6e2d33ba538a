# SPDX-License-Identifier: Apache-2.0
# What all Cortex-M targets share. A target.mk sets TRIPLE, CPU, FLOAT_ABI and CPU_LACKS (what LLVM
# takes that CPU to have, and this target must do without), then includes this.
# -no-allocations stays off: on 32-bit Arm it rejects widening to 64 bits. Gate 1 proves the same.

# Given to the C compiler and to the C importer of Swift alike: both must agree on every layout, and
# Swift takes its CPU from there too. -fshort-enums is what arm-none-eabi-gcc does.
MACHINE := -mcpu=$(CPU)$(CPU_WITHOUT) $(FLOAT_ABI) -fshort-enums -ffreestanding
# Every instruction must be one that this CPU has.
DISASSEMBLER_FLAGS := --mcpu=$(CPU) --mattr=$(CPU_LACKS)
# What is inlined is decided at the link, where the size of the whole is known.
SWIFT_TARGET_FLAGS := -Osize -Xllvm -sil-disable-pass=inline -Xllvm -sil-disable-pass=loop-rotate
# Blocks are laid out for size, and nothing is moved or doubled for speed (docs/decisions/0017).
LINK_FLAGS := -static -mllvm -mcpu=$(CPU) -mllvm -mattr=$(CPU_LACKS) \
  -mllvm -enable-no-trapping-fp-math -mllvm -inline-threshold=0 \
  -mllvm -apply-ext-tsp-for-size -mllvm -disable-machine-licm -mllvm -disable-post-ra \
  -mllvm -disable-phi-elim-edge-splitting -mllvm -disable-tail-duplicate \
  --lto-newpm-passes=default<Oz>,lto<Oz>
C_TARGET_FLAGS := -Oz
HOSTED_PORTS :=
HOSTED_LIBS :=
EMULATION := armelf
# Swift puts switch tables there, and the linker scripts of CMSIS would copy them to RAM.
RENAME_SECTIONS := .data.rel.ro=.rodata.rel
# Newlib's start files have no such note; GNU ld warns when some objects have it and others do not.
REMOVE_SECTIONS := .note.GNU-stack

# How firmware is compiled and linked: what the archive is tried with.
FIRMWARE_CC := arm-none-eabi-gcc
FIRMWARE_MACHINE := -mcpu=$(CPU) -mthumb $(FLOAT_ABI)
FIRMWARE_LIBC := --specs=nano.specs --specs=nosys.specs
