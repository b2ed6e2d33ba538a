# SPDX-License-Identifier: Apache-2.0
# Arm Cortex-M4, soft float, bare metal.
# -no-allocations stays off: on 32-bit Arm it rejects widening to 64 bits. Gate 1 proves the same.

TRIPLE := armv7em-none-none-eabi
# Given to the C compiler and to the C importer of Swift alike: both must agree on every layout.
# -fshort-enums is what arm-none-eabi-gcc does.
MACHINE := -mcpu=cortex-m4 -mfloat-abi=soft -fshort-enums -ffreestanding
# What is inlined is decided at the link, where the size of the whole is known.
SWIFT_TARGET_FLAGS := -Osize -Xllvm -sil-disable-pass=inline -Xllvm -sil-disable-pass=loop-rotate
LINK_FLAGS := -static -mllvm -mcpu=cortex-m4 -mllvm -inline-threshold=0
C_TARGET_FLAGS := -Os
PORT_LIBRARIES :=
POSIX_LIBS :=
# Swift puts switch tables there, and the linker scripts of CMSIS would copy them to RAM.
RENAME_SECTIONS := .data.rel.ro=.rodata.rel
