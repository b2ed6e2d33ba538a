# SPDX-License-Identifier: Apache-2.0
# RISC-V, 32 bits: RV32IMAC with the ilp32 ABI, bare metal.
# -no-allocations stays off, as on 32-bit Arm. Gate 1 proves the same.

TRIPLE := riscv32-none-none-eabi
MACHINE := -march=rv32imac -mabi=ilp32 -ffreestanding
DISASSEMBLER_FLAGS := --mattr=+m,+a,+c,-f,-zba,-zbb,-zbs
# What is inlined is decided at the link, where the size of the whole is known.
SWIFT_TARGET_FLAGS := -Osize -Xllvm -sil-disable-pass=inline -Xllvm -sil-disable-pass=loop-rotate
# Blocks are laid out for size, and nothing is moved or doubled for speed (docs/decisions/0017).
LINK_FLAGS := -static -mllvm -inline-threshold=0 \
  -mllvm -apply-ext-tsp-for-size -mllvm -disable-machine-licm -mllvm -disable-post-ra \
  -mllvm -disable-phi-elim-edge-splitting -mllvm -disable-tail-duplicate \
  --lto-newpm-passes=default<Oz>,lto<Oz>
C_TARGET_FLAGS := -Oz
HOSTED_PORTS :=
HOSTED_LIBS :=
EMULATION := elf32lriscv
# Swift puts switch tables there, and linker scripts would copy them to RAM.
RENAME_SECTIONS := .data.rel.ro=.rodata.rel
REMOVE_SECTIONS := .note.GNU-stack

# How firmware is compiled and linked: what the archive is tried with.
FIRMWARE_CC := riscv64-unknown-elf-gcc
FIRMWARE_MACHINE := -march=rv32imac -mabi=ilp32
FIRMWARE_LIBC := --specs=picolibc.specs -Wl,--defsym=__flash_size=0x100000
# Firmware compiled with these must not link.
REFUSED_MACHINE := -march=rv32imafc -mabi=ilp32f
