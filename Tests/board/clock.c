/* clock.c - the port's clock, against instructions that take a nanosecond each under the emulator.
 * SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"

#include "../abi/check.h"
#include "spin.h"

#define ROUNDS_PER_MS 500000u

static int is_near(uint32_t got, uint32_t wanted, uint32_t tolerance) {
  if (got - wanted + tolerance <= 2u * tolerance) return 1;
  printf("%u instead of %u: ", (unsigned)got, (unsigned)wanted);
  return 0;
}

static void test_it_keeps_time(void) {
  uint32_t ms = clock_now_ms(NULL), cycles = clock_cycles();
  spin(100u * ROUNDS_PER_MS);
  cycles = clock_cycles() - cycles;
  ms = clock_now_ms(NULL) - ms;
  expect(is_near(ms, 100, 1), "100 ms pass in 100,000,000 ns");
  /* The interrupts of 100 ticks take instructions too. */
  expect(is_near(cycles, CLOCK_HZ / 10u, CLOCK_HZ / 100000u), "and the cycles that belong to them");
}

/* The reads fall before, into and behind the tick of a millisecond. */
static void test_it_never_steps_back(void) {
  uint32_t last_ms = clock_now_ms(NULL), last_cycles = clock_cycles();
  unsigned backward = 0;
  for (unsigned i = 0; i < 100000; i++) {
    const uint32_t ms = clock_now_ms(NULL), cycles = clock_cycles();
    backward += (int32_t)(ms - last_ms) < 0 || (int32_t)(cycles - last_cycles) < 0;
    last_ms = ms;
    last_cycles = cycles;
  }
  expect_equal(backward, 0, "no reading is before the one it follows");
}

int main(void) {
  clock_start();
  expect(clock_now_ms(NULL) == 0, "it starts at 0");
  test_it_keeps_time();
  test_it_never_steps_back();
  return check_summary();
}
