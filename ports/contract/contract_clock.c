/* contract_clock.c - clauses of now_ms, random, allocate, release, lock and unlock.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "contract_run.h"

#define SAMPLES 16
#define SAMPLE_SIZE 32u
#define BLOCKS 4
#define HOLD_MS 100u
/* For a clock that stands still. */
#define SPINS 100000000u

/* ---- Clock ----------------------------------------------------------------------------------- */

static void check_never_back(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  uint32_t before = tested->now_ms(tested->context);
  int32_t ok = 1;
  for (int i = 0; i < 1000 && ok; i++) {
    const uint32_t now = tested->now_ms(tested->context);
    ok = (now - before) < 0x80000000u;
    before = now;
  }
  nbiot_contract_check(run, "clock.never_steps_back", ok,
                       "a later reading is smaller than an earlier one");
}

void nbiot_contract_clock(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  const uint32_t start = tested->now_ms(tested->context);
  uint32_t elapsed;
  check_never_back(run);
  if (tested->wait == NULL) {
    nbiot_contract_skip(run, "clock.moves_across_wait", "no wait hook");
    nbiot_contract_skip(run, "clock.counts_milliseconds", "no wait hook");
    return;
  }
  /* Early returns are allowed, so the sleep is asked for in slices until the clock has seen 200 ms
   * of it. */
  for (int i = 0; i < 100 && nbiot_contract_elapsed(run, start) < 200u; i++) {
    tested->wait(tested->context, -1, 20u);
  }
  elapsed = nbiot_contract_elapsed(run, start);
  nbiot_contract_check(run, "clock.moves_across_wait", elapsed > 0,
                       "the clock stood still while wait slept: it must count in sleep");
  /* Seconds give 2 here and microseconds 200,000; a loaded machine can only make it somewhat
   * longer. */
  nbiot_contract_check(
      run, "clock.counts_milliseconds", elapsed >= 200u && elapsed < 20000u,
      elapsed < 200u ? "100 waits of 20 ms moved it by less than 200: the unit is too coarse, "
                       "or wait never sleeps"
                     : "one wait of 20 ms moved it by far too much: the unit is too fine");
}

uint32_t nbiot_contract_elapsed(const contract_run_t *run, uint32_t since) {
  return run->tested->now_ms(run->tested->context) - since;
}

/* ---- Random ---------------------------------------------------------------------------------- */

static int32_t every_byte_varies(uint8_t samples[SAMPLES][SAMPLE_SIZE]) {
  for (uint32_t column = 0; column < SAMPLE_SIZE; column++) {
    int32_t varies = 0;
    for (int row = 1; row < SAMPLES; row++) varies |= samples[row][column] != samples[0][column];
    if (!varies) return 0;
  }
  return 1;
}

static int32_t all_differ(uint8_t samples[SAMPLES][SAMPLE_SIZE]) {
  for (int a = 0; a < SAMPLES; a++) {
    for (int b = a + 1; b < SAMPLES; b++) {
      if (memcmp(samples[a], samples[b], SAMPLE_SIZE) == 0) return 0;
    }
  }
  return 1;
}

static int32_t bytes_differ_within(uint8_t samples[SAMPLES][SAMPLE_SIZE]) {
  for (int row = 0; row < SAMPLES; row++) {
    int32_t varies = 0;
    for (uint32_t i = 1; i < SAMPLE_SIZE; i++) varies |= samples[row][i] != samples[row][0];
    if (!varies) return 0;
  }
  return 1;
}

static int32_t stays_inside(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  for (uint32_t size = 1; size <= 9u; size++) {
    nbiot_contract_fill_in(run);
    if (tested->random(tested->context, run->in + 8, size) != 0) return 0;
    for (uint32_t i = 0; i < 32u; i++) {
      if ((i < 8u || i >= 8u + size) && run->in[i] != CONTRACT_FILL) return 0;
    }
  }
  return 1;
}

void nbiot_contract_random(contract_run_t *run) {
  static uint8_t samples[SAMPLES][SAMPLE_SIZE];
  const nbiot_platform_t *tested = run->tested;
  int32_t answer = 0;
  memset(samples, CONTRACT_FILL, sizeof samples);
  for (int i = 0; i < SAMPLES && answer == 0; i++) {
    answer = tested->random(tested->context, samples[i], SAMPLE_SIZE);
  }
  nbiot_contract_equal(run, "random.answers_0", "it answered", 0, answer);
  nbiot_contract_check(run, "random.differs_between_calls", all_differ(samples),
                       "two calls gave the same 32 bytes");
  nbiot_contract_check(run, "random.fills_the_buffer", every_byte_varies(samples),
                       "a byte was the same in 16 calls");
  nbiot_contract_check(run, "random.bytes_differ", bytes_differ_within(samples),
                       "all 32 bytes of a call are equal");
  nbiot_contract_check(run, "random.writes_only_the_buffer", stays_inside(run),
                       "bytes beside the buffer changed");
}

/* ---- Memory ---------------------------------------------------------------------------------- */

static int32_t blocks_hold(uint8_t *blocks[BLOCKS], const uint32_t sizes[BLOCKS]) {
  for (int i = 0; i < BLOCKS; i++) memset(blocks[i], 0x10 + i, sizes[i]);
  for (int i = 0; i < BLOCKS; i++) {
    for (uint32_t byte = 0; byte < sizes[i]; byte++) {
      if (blocks[i][byte] != 0x10 + i) return 0;
    }
  }
  return 1;
}

void nbiot_contract_memory(contract_run_t *run) {
  static const uint32_t sizes[BLOCKS] = {1, 24, 1001, 4096};
  const nbiot_platform_t *tested = run->tested;
  uint8_t *blocks[BLOCKS];
  int32_t present = 1;
  int32_t aligned = 1;
  if (tested->allocate == NULL) {
    nbiot_contract_skip(run, "memory.allocates", "no allocate hook");
    return;
  }
  for (int i = 0; i < BLOCKS; i++) {
    blocks[i] = tested->allocate(tested->context, sizes[i]);
    present &= blocks[i] != NULL;
    aligned &= ((uintptr_t)blocks[i] & 7u) == 0;
  }
  nbiot_contract_check(run, "memory.allocates", present, "null for one of 1, 24, 1001, 4096 bytes");
  nbiot_contract_check(run, "memory.aligned_to_8", aligned,
                       "a block does not start at a multiple of 8");
  if (present) {
    nbiot_contract_check(run, "memory.blocks_are_apart", blocks_hold(blocks, sizes),
                         "two blocks overlap");
  }
  for (int i = 0; i < BLOCKS; i++) {
    if (blocks[i] != NULL) tested->release(tested->context, blocks[i]);
  }
}

/* ---- Lock ------------------------------------------------------------------------------------ */

/* Wait may use the lock itself, since the library never holds it there. So nobody waits with it: the other thread counts. */
static void hold_a_while(void *argument) {
  contract_run_t *run = argument;
  const nbiot_platform_t *tested = run->tested;
  uint32_t start;
  tested->lock(tested->context);
  start = tested->now_ms(tested->context);
  run->turn = 1;
  for (uint32_t i = 0; i < SPINS && nbiot_contract_elapsed(run, start) < HOLD_MS; i++) {
  }
  run->turn = 2;
  tested->unlock(tested->context);
}

static int32_t turn_under_lock(contract_run_t *run) {
  int32_t turn;
  run->tested->lock(run->tested->context);
  turn = run->turn;
  run->tested->unlock(run->tested->context);
  return turn;
}

/* Until the other thread has the lock. */
static void await_turn(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  for (int i = 0; i < 1000 && run->turn == 0; i++) tested->wait(tested->context, -1, 10u);
}

static void check_exclusion(contract_run_t *run) {
  const nbiot_contract_t *setup = run->setup;
  int32_t turn;
  run->turn = 0;
  if (setup->later(setup->later_context, 0, hold_a_while, run) != 0) {
    nbiot_contract_skip(run, "lock.excludes", "`later` refused");
    return;
  }
  await_turn(run);
  turn = turn_under_lock(run);
  setup->join(setup->later_context);
  nbiot_contract_check(run, "lock.excludes", turn == 2,
                       "this thread got the lock while another one held it");
  nbiot_contract_check(run, "lock.passes_on", turn_under_lock(run) == 2,
                       "the other thread never got it");
}

void nbiot_contract_lock(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  const nbiot_contract_t *setup = run->setup;
  if (tested->lock == NULL) {
    nbiot_contract_skip(run, "lock.excludes", "no lock hook");
    return;
  }
  for (int i = 0; i < 3; i++) {
    tested->lock(tested->context);
    tested->unlock(tested->context);
  }
  if (setup->later == NULL || !setup->later_is_a_thread || tested->wait == NULL) {
    nbiot_contract_skip(run, "lock.excludes", "needs a second thread and the wait hook");
    return;
  }
  check_exclusion(run);
}
