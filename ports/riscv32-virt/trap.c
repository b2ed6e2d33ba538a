/* trap.c - prints the registers and ends the program (see trap.h). Needs no C library: it may be
 * what broke.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trap.h"

#include <stdint.h>

#include "semihosting.h"

/* Compilers count these instructions as an extension of their own. */
#define READ_CSR(name, value) \
  __asm__ volatile(".option arch, +zicsr\n csrr %0, " name : "=r"(value))

extern const uint32_t stack_bottom[];

/* `frame` is what trap_handler stored. */
static __attribute__((used, noreturn)) void report(const uint32_t *frame) {
  static const char *const names[] = {"ra", "sp", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"};
  static const char overflow[] = "stack overflow\n";
  uint32_t mcause, mepc, mtval;
  READ_CSR("mcause", mcause);
  READ_CSR("mepc", mepc);
  READ_CSR("mtval", mtval);
  semihosting_write_register("trap", mcause);
  semihosting_write_register("mepc", mepc);
  semihosting_write_register("mtval", mtval);
  for (int i = 0; i < 10; i++) semihosting_write_register(names[i], frame[i]);
  if (frame[1] < (uint32_t)stack_bottom) semihosting_write(overflow, sizeof overflow - 1);
  semihosting_exit(TRAP_STATUS);
}

__attribute__((naked, aligned(4))) void trap_handler(void) {
  __asm__ volatile(
      ".option arch, +zicsr\n"
      "csrrw sp, mscratch, sp\n"
      "addi  sp, sp, -48\n"
      "sw    ra, 0(sp)\n"
      "sw    a0, 8(sp)\n"
      "csrr  a0, mscratch\n"
      "sw    a0, 4(sp)\n"
      "sw    a1, 12(sp)\n"
      "sw    a2, 16(sp)\n"
      "sw    a3, 20(sp)\n"
      "sw    a4, 24(sp)\n"
      "sw    a5, 28(sp)\n"
      "sw    a6, 32(sp)\n"
      "sw    a7, 36(sp)\n"
      "mv    a0, sp\n"
      "j     report\n");
}
