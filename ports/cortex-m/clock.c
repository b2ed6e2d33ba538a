/* clock.c - time from SysTick: an interrupt per millisecond, and the cycles since the last one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clock.h"

#define SYST_CSR (*(volatile uint32_t *)0xe000e010u)
#define SYST_RVR (*(volatile uint32_t *)0xe000e014u)
#define SYST_CVR (*(volatile uint32_t *)0xe000e018u)
#define ICSR (*(const volatile uint32_t *)0xe000ed04u)
#define CSR_ENABLE_TICKINT_CORE_CLOCK 7u
#define ICSR_PENDSTSET (1u << 26)
#define CYCLES_PER_MS (CLOCK_HZ / 1000u)

static volatile uint32_t milliseconds;

void clock_start(void) {
  SYST_RVR = CYCLES_PER_MS - 1u;
  SYST_CVR = 0;
  SYST_CSR = CSR_ENABLE_TICKINT_CORE_CLOCK;
}

void clock_tick(void) { milliseconds++; }

uint32_t clock_now_ms(void *context) {
  (void)context;
  return milliseconds;
}

uint32_t clock_cycles(void) {
  uint32_t whole, left;
  /* A tick between the two reads belongs to neither. */
  do {
    whole = milliseconds;
    left = SYST_CVR;
  } while (whole != milliseconds || (ICSR & ICSR_PENDSTSET) != 0);
  /* The tick comes with 0, one cycle before the counter is full again. */
  return whole * CYCLES_PER_MS + (left == 0 ? 0 : CYCLES_PER_MS - left);
}
