/* fault.c - prints the registers and ends the program (see fault.h). Needs no C library: it may be
 * what broke.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fault.h"

#include <stdint.h>

#include "semihosting.h"

#define SYSTEM_CONTROL 0xe000ed00u
#define CFSR (*(const volatile uint32_t *)(SYSTEM_CONTROL + 0x28))
#define HFSR (*(const volatile uint32_t *)(SYSTEM_CONTROL + 0x2c))
#define MMFAR (*(const volatile uint32_t *)(SYSTEM_CONTROL + 0x34))
#define BFAR (*(const volatile uint32_t *)(SYSTEM_CONTROL + 0x38))

extern const uint32_t stack_bottom[];

/* `frame` is what the CPU pushed on entry (ARMv7-M B1.5.6). */
static __attribute__((used, noreturn)) void report(const uint32_t *frame, uint32_t exception) {
  static const char *const names[] = {"r0", "r1", "r2", "r3", "r12", "lr", "pc", "xpsr"};
  static const char overflow[] = "stack overflow\n";
  semihosting_write_register("fault", exception);
  semihosting_write_register("sp", (uint32_t)frame);
  if (frame < stack_bottom) {
    semihosting_write(overflow, sizeof overflow - 1);
  } else {
    for (int i = 0; i < 8; i++) semihosting_write_register(names[i], frame[i]);
  }
#if __ARM_ARCH >= 7
  semihosting_write_register("cfsr", CFSR);
  semihosting_write_register("hfsr", HFSR);
  semihosting_write_register("mmfar", MMFAR);
  semihosting_write_register("bfar", BFAR);
#endif
  semihosting_exit(FAULT_STATUS);
}

__attribute__((naked)) void fault_handler(void) {
  __asm__ volatile(
      ".syntax unified\n"
      "mrs  r0, psp\n"
      "mov  r2, lr\n"
      "lsls r2, r2, #29\n" /* EXC_RETURN bit 2: which stack has the frame */
      "bmi  1f\n"
      "mrs  r0, msp\n"
      "1:\n"
      "mrs  r1, ipsr\n"
      "bl   report\n");
}
