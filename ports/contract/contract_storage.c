/* contract_storage.c - clauses of store and load. They overwrite all four slots.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "contract_run.h"

/* As much as a device with default capacities stores, and less. */
#define LONG_RECORD 512u
#define SHORT_RECORD 61u

static int32_t store(contract_run_t *run, uint32_t slot, uint32_t length, uint8_t seed) {
  nbiot_contract_pattern(run, length, seed);
  return run->tested->store(run->tested->context, slot, run->out, length);
}

static int32_t load(contract_run_t *run, uint32_t slot, uint32_t size) {
  nbiot_contract_fill_in(run);
  return run->tested->load(run->tested->context, slot, run->in, size);
}

/* Whether the slot gives back what store() put there. */
static int32_t holds(contract_run_t *run, uint32_t slot, uint32_t length, uint8_t seed) {
  const int32_t answer = load(run, slot, CONTRACT_DATAGRAM);
  nbiot_contract_pattern(run, length, seed);
  return answer == (int32_t)length && memcmp(run->in, run->out, length) == 0;
}

/* Reads the long record with every kind of buffer that is too small for it. */
static int32_t heeds_the_size(contract_run_t *run) {
  static const uint32_t sizes[] = {1, 10, 511};
  for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    if (load(run, 0, sizes[i]) != (int32_t)LONG_RECORD) return 0;
    nbiot_contract_pattern(run, LONG_RECORD, 1);
    if (memcmp(run->in, run->out, sizes[i]) != 0) return 0;
  }
  return 1;
}

static int32_t stays_inside(contract_run_t *run) {
  load(run, 0, 10u);
  for (uint32_t i = 10; i < sizeof run->in; i++) {
    if (run->in[i] != CONTRACT_FILL) return 0;
  }
  return 1;
}

static void check_a_slot(contract_run_t *run) {
  nbiot_contract_equal(run, "store.answers_the_length", "it answered", (int32_t)LONG_RECORD,
                       store(run, 0, LONG_RECORD, 1));
  nbiot_contract_equal(run, "load.answers_the_length", "it answered", (int32_t)LONG_RECORD,
                       load(run, 0, CONTRACT_DATAGRAM));
  nbiot_contract_check(run, "load.gives_what_was_stored", holds(run, 0, LONG_RECORD, 1),
                       "other bytes, or another length");
  nbiot_contract_check(run, "load.tells_the_length_to_a_small_buffer", heeds_the_size(run),
                       "not the length of the slot, or not its beginning");
  nbiot_contract_check(run, "load.writes_only_the_buffer", stays_inside(run),
                       "bytes beside the buffer changed");
}

static void check_both_slots(contract_run_t *run) {
  store(run, 1, LONG_RECORD, 2);
  nbiot_contract_check(run, "store.keeps_the_other_slot",
                       holds(run, 0, LONG_RECORD, 1) && holds(run, 1, LONG_RECORD, 2),
                       "a slot changed when the other one was stored");
  store(run, 0, SHORT_RECORD, 3);
  nbiot_contract_check(run, "store.replaces_the_slot", holds(run, 0, SHORT_RECORD, 3),
                       "what was there before is still there in part");
  nbiot_contract_check(run, "store.keeps_the_other_slot_again", holds(run, 1, LONG_RECORD, 2),
                       "the other slot changed when a shorter record was stored");
  store(run, 1, 1u, 4);
  nbiot_contract_check(run, "store.takes_one_byte", holds(run, 1, 1u, 4), "it was not kept");
}

/* The other pair: four slots that know nothing of each other. */
static void check_all_slots(contract_run_t *run) {
  uint32_t slot;
  int32_t all = 1;
  for (slot = 0; slot < 4; slot++) store(run, slot, SHORT_RECORD + slot, (uint8_t)(5 + slot));
  for (slot = 0; slot < 4; slot++) all &= holds(run, slot, SHORT_RECORD + slot, (uint8_t)(5 + slot));
  nbiot_contract_check(run, "store.has_four_slots", all, "one of 0 ... 3 does not hold its own record");
}

void nbiot_contract_storage(contract_run_t *run) {
  if (run->tested->store == NULL) {
    nbiot_contract_skip(run, "store.answers_the_length", "no store and load hooks");
    return;
  }
  check_a_slot(run);
  check_both_slots(run);
  check_all_slots(run);
}
