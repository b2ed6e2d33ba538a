/* clock.h - time from the machine timer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* The timer's clock; that of QEMU's board `virt`. */
#define CLOCK_HZ 10000000u

void clock_start(void);

/* The now_ms hook of nbiot_platform_t. */
uint32_t clock_now_ms(void *context);

/* Cycles of CLOCK_HZ since clock_start(), modulo 2^32. */
uint32_t clock_cycles(void);

#endif
