/* spin.h - a known number of instructions.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SPIN_H
#define SPIN_H

#include <stdint.h>

/* Executes 2 * rounds instructions, and the call. */
static inline void spin(uint32_t rounds) {
#if defined(__riscv)
  __asm__ volatile("1: addi %0, %0, -1\n bnez %0, 1b" : "+r"(rounds));
#else
  __asm__ volatile(".syntax unified\n 1: subs %0, %0, #1\n bne 1b" : "+l"(rounds) : : "cc");
#endif
}

#endif
