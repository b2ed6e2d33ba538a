/* semihosting.c - the three calls a test program needs (see semihosting.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "semihosting.h"

enum { SYS_OPEN = 0x01, SYS_WRITE = 0x05, SYS_EXIT_EXTENDED = 0x20 };
#define OPEN_FOR_WRITING 4u
#define APPLICATION_EXIT 0x20026u

#if defined(__riscv)
/* The three instructions mark the call: uncompressed, and in one page. */
static uintptr_t call(uintptr_t operation, const uintptr_t *block) {
  register uintptr_t a0 __asm__("a0") = operation;
  register const uintptr_t *a1 __asm__("a1") = block;
  __asm__ volatile(
      ".option push\n"
      ".option norvc\n"
      ".balign 16\n"
      "slli x0, x0, 0x1f\n"
      "ebreak\n"
      "srai x0, x0, 7\n"
      ".option pop\n"
      : "+r"(a0)
      : "r"(a1)
      : "memory");
  return a0;
}
#else
static uintptr_t call(uintptr_t operation, const uintptr_t *block) {
  register uintptr_t r0 __asm__("r0") = operation;
  register const uintptr_t *r1 __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}
#endif

static uintptr_t open_console(void) {
  static const char name[] = ":tt";
  const uintptr_t block[] = {(uintptr_t)name, OPEN_FOR_WRITING, sizeof name - 1u};
  return call(SYS_OPEN, block);
}

void semihosting_write(const char *bytes, size_t length) {
  static uintptr_t console, is_open;
  if (!is_open) console = open_console();
  is_open = 1;
  const uintptr_t block[] = {console, (uintptr_t)bytes, length};
  (void)call(SYS_WRITE, block);
}

void semihosting_write_register(const char *name, uint32_t value) {
  char line[] = "         0x........\n";
  for (int i = 0; name[i] != '\0'; i++) line[i] = name[i];
  for (int i = 0; i < 8; i++) line[18 - i] = "0123456789abcdef"[value >> 4 * i & 15];
  semihosting_write(line, sizeof line - 1);
}

void semihosting_exit(int status) {
  const uintptr_t block[] = {APPLICATION_EXIT, (uintptr_t)status};
  for (;;) (void)call(SYS_EXIT_EXTENDED, block);
}
