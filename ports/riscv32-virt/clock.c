/* clock.c - time from the machine timer: 64 bits that are read and written in halves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clock.h"

#define MTIME_LOW (*(volatile uint32_t *)0x0200bff8u)
#define MTIME_HIGH (*(volatile uint32_t *)0x0200bffcu)

void clock_start(void) {
  /* The low half is zero first: it cannot carry into the high half in between. */
  MTIME_LOW = 0;
  MTIME_HIGH = 0;
  MTIME_LOW = 0;
}

uint32_t clock_now_ms(void *context) {
  uint32_t high, low;
  (void)context;
  do {
    high = MTIME_HIGH;
    low = MTIME_LOW;
  } while (high != MTIME_HIGH);
  return (uint32_t)(((uint64_t)high << 32 | low) / (CLOCK_HZ / 1000u));
}

uint32_t clock_cycles(void) { return MTIME_LOW; }
