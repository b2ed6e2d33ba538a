/* clock.h - time from SysTick.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* The core's clock; that of QEMU's mps2 boards. */
#ifndef CLOCK_HZ
#define CLOCK_HZ 25000000u
#endif

void clock_start(void);

/* The now_ms hook of nbiot_platform_t. SysTick stands still in deep sleep: a product that sleeps
 * counts with its RTC or low-power timer instead. */
uint32_t clock_now_ms(void *context);

/* Cycles of CLOCK_HZ since clock_start(), modulo 2^32. Not with interrupts masked. */
uint32_t clock_cycles(void);

/* The SysTick exception. */
void clock_tick(void);

#endif
