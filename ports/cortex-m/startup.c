/* startup.c - the vector table, and the way from reset to main.
 *
 * main runs on the process stack, exceptions on the main stack: when main's stack overflows there is
 * still one to report it on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdint.h>
#include <stdlib.h>

#include "clock.h"
#include "fault.h"

/* From sections.ld. */
extern uint32_t exception_stack_top[], data_begin[], data_end[], bss_begin[], bss_end[];
extern const uint32_t data_in_flash[];

int main(int argc, char *argv[]);
void reset_handler(void);

typedef struct {
  uint32_t *stack;
  void (*exceptions[15])(void);
} vectors_t;

/* The core's own exceptions. sections.ld puts what is in .interrupts behind them: there a program that enables
 * interrupts of its chip has their handlers (examples/thermometer/interrupts.c). */
static const vectors_t vectors __attribute__((section(".vectors"), used)) = {
    exception_stack_top,
    {reset_handler, fault_handler, fault_handler, fault_handler, fault_handler, fault_handler,
     fault_handler, fault_handler, fault_handler, fault_handler, fault_handler, fault_handler,
     fault_handler, fault_handler, clock_tick},
};

#if defined(__ARM_FP)
#define CPACR (*(volatile uint32_t *)0xe000ed88u)

/* Without this the first floating-point instruction is a fault. */
static void enable_fpu(void) {
  CPACR |= 0xfu << 20;
  __asm__ volatile("dsb\n isb");
}
#else
static void enable_fpu(void) {}
#endif

static __attribute__((used)) void start(void) {
  static char *arguments[] = {NULL};
  const uint32_t *from = data_in_flash;
  enable_fpu();
  for (uint32_t *to = data_begin; to < data_end; to++) *to = *from++;
  for (uint32_t *to = bss_begin; to < bss_end; to++) *to = 0;
  exit(main(0, arguments));
}

__attribute__((naked)) void reset_handler(void) {
  __asm__ volatile(
      ".syntax unified\n"
      "ldr  r0, =stack_top\n"
      "msr  psp, r0\n"
      "movs r0, #2\n" /* CONTROL.SPSEL: thread mode uses the process stack */
      "msr  control, r0\n"
      "isb\n"
      "bl   start\n"
      ".ltorg\n");
}
