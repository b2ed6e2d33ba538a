/* sleep.c - where the program waits (see sleep.h).
 *
 * The clock's interrupt ends each wait after a millisecond: the core sleeps, the chip does not. A product that lives on
 * a battery sets its low-power timer to what is left, enters stop mode with the UART's wake-up enabled, and lets now_ms
 * count on meanwhile (ports/HOOKS.md, "now_ms"). If its watchdog counts in stop mode, too, that limits the sleep.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sleep.h"

#include "clock.h"
#include "cpu.h"
#include "uart.h"
#include "watchdog.h"

/* A byte that comes between the look and the wait must not be slept on: while interrupts are off it stays pending,
 * and what is pending ends the wait. */
void sleep_ms(void *context, uint32_t timeout_ms) {
  const uint32_t start = clock_now_ms(context);
  int is_over;
  do {
    watchdog_kick();
    cpu_interrupts_off();
    is_over = uart_has_received() || clock_now_ms(context) - start >= timeout_ms;
    if (!is_over) cpu_wait_for_interrupt();
    cpu_interrupts_on();
  } while (!is_over);
}
