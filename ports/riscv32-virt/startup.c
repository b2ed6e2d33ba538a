/* startup.c - the way from reset to main, on hart 0 in machine mode.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdint.h>
#include <stdlib.h>

#include "trap.h"

/* From virt.ld. */
extern uint32_t data_begin[], data_end[], bss_begin[], bss_end[];
extern const uint32_t data_in_flash[];

int main(int argc, char *argv[]);
void reset_handler(void);

static __attribute__((used)) void start(void) {
  static char *arguments[] = {NULL};
  const uint32_t *from = data_in_flash;
  for (uint32_t *to = data_begin; to < data_end; to++) *to = *from++;
  for (uint32_t *to = bss_begin; to < bss_end; to++) *to = 0;
  exit(main(0, arguments));
}

/* tp: picolibc keeps errno in thread-local storage, and here is one thread. */
__attribute__((naked, section(".reset"))) void reset_handler(void) {
  __asm__ volatile(
      ".option arch, +zicsr\n"
      ".option push\n"
      ".option norelax\n"
      "la   gp, __global_pointer$\n"
      ".option pop\n"
      "la   tp, tls_begin\n"
      "la   sp, stack_top\n"
      "la   t0, trap_stack_top\n"
      "csrw mscratch, t0\n"
      "la   t0, trap_handler\n"
      "csrw mtvec, t0\n"
      "j    start\n");
}
