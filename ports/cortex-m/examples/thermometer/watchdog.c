/* watchdog.c - the chip's watchdog (see watchdog.h). The first bite is an NMI, which startup.c takes for a fault: the
 * registers that are printed tell where the program hung. The second bite resets.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "watchdog.h"

#include "chip.h"
#include "clock.h"

void watchdog_start(uint32_t period_ms) {
  WATCHDOG->load = period_ms * (CLOCK_HZ / 1000u);
  WATCHDOG->control = WATCHDOG_INTERRUPTS | WATCHDOG_RESETS;
}

void watchdog_kick(void) { WATCHDOG->clear = 1; }
