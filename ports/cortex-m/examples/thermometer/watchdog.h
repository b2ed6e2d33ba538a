/* watchdog.h - resets the chip when the program no longer comes round.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WATCHDOG_H
#define WATCHDOG_H

#include <stdint.h>

/* From now on watchdog_kick() has to be called before each `period_ms` is over; at most 170,000 at 25 MHz. */
void watchdog_start(uint32_t period_ms);

/* Called in one place only, and never in an interrupt: interrupts go on when the program hangs. */
void watchdog_kick(void);

#endif
