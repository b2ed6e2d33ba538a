/* life.c - time goes on: the device is polled when it wants to be, and sometimes when it does not.
 * SPDX-License-Identifier: Apache-2.0 */
#include "soak.h"

/* As often as this a poll may be wanted at once: each sends, or asks the application, something. */
#define STANDING 64u

nbiot_statistics_t life_statistics(const soak_t *soak) {
  nbiot_statistics_t statistics;
  memset(&statistics, 0, sizeof statistics);
  nbiot_device_statistics(soak->device, &statistics, sizeof statistics);
  if (soak->mutant == MUTANT_TABLE_OVERRUN) statistics.observations.peak = (uint16_t)(statistics.observations.capacity + 1);
  return statistics;
}

static void check_table(soak_t *soak, const nbiot_usage_t *table, const char *name) {
  if (table->peak > table->capacity || table->used > table->peak) {
    soak_break(soak, LAW_CAPACITY, "%s: %u in use, at most %u, room for %u", name, table->used, table->peak, table->capacity);
  }
}

static void check_tables(soak_t *soak) {
  nbiot_statistics_t statistics = life_statistics(soak);
  check_table(soak, &statistics.resources, "resources");
  check_table(soak, &statistics.observations, "observations");
  check_table(soak, &statistics.attributes, "attributes");
  check_table(soak, &statistics.duplicate_slots, "duplicate_slots");
  check_table(soak, &statistics.deferred, "deferred");
  check_table(soak, &statistics.outstanding, "outstanding");
  check_table(soak, &statistics.receive_buffer, "receive_buffer");
  check_table(soak, &statistics.send_buffer, "send_buffer");
  check_table(soak, &statistics.block_transfers, "block_transfers");
  check_table(soak, &statistics.body_buffer, "body_buffer");
  check_table(soak, &statistics.stored, "stored");
}

/* What a poll without a reason must leave as it is. */
typedef struct state {
  nbiot_statistics_t statistics;
  int32_t state;
  uint32_t callbacks;
  uint64_t sent;
} state_t;

static state_t state_of(const soak_t *soak) {
  state_t state;
  memset(&state, 0, sizeof state);
  state.statistics = life_statistics(soak);
  /* What is remembered for 247 s is forgotten without a poll. */
  state.statistics.duplicate_slots.used = state.statistics.duplicate_slots.peak = 0;
  state.statistics.block_transfers.used = state.statistics.block_transfers.peak = 0;
  state.statistics.body_buffer.used = 0;
  state.state = nbiot_device_state(soak->device);
  state.callbacks = soak->callbacks;
  state.sent = soak->wire.sent;
  return state;
}

/* Polls before the time that was announced. */
static void poll_idle(soak_t *soak, uint32_t *wait_ms) {
  uint64_t now = nbiot_mock_now(soak->world);
  uint64_t received = soak->wire.received;
  state_t before = state_of(soak);
  state_t after;
  if (soak->mutant == MUTANT_RESTLESS) nbiot_device_update(soak->device, 0, 0);
  nbiot_device_poll(soak->device, wait_ms);
  soak->tally.idle_polls += 1;
  if (soak->wire.received != received || soak->is_stirred) return;
  after = state_of(soak);
  if (memcmp(&before, &after, sizeof before) != 0) {
    soak_break(soak, LAW_IDLE, "%u datagrams, %u callbacks, state %d after %d", (unsigned)(after.sent - before.sent),
               (unsigned)(after.callbacks - before.callbacks), (int)after.state, (int)before.state);
  } else if (now + *wait_ms != soak->deadline && *wait_ms < INT32_MAX) {
    soak_break(soak, LAW_IDLE, "the deadline moves by %lld ms", (long long)(now + *wait_ms - soak->deadline));
  }
}

static void poll_due(soak_t *soak, uint32_t *wait_ms) {
  soak->is_stirred = 0;
  nbiot_device_poll(soak->device, wait_ms);
}

static void check_haste(soak_t *soak, uint32_t wait_ms) {
  uint64_t now = nbiot_mock_now(soak->world);
  if (wait_ms > 0 || now != soak->standing_at) soak->standing = 0;
  soak->standing_at = now;
  soak->standing += wait_ms == 0;
  if (soak->standing > STANDING) soak_break(soak, LAW_HASTE, "%u polls at one moment", (unsigned)soak->standing);
}

static void finish_poll(soak_t *soak) {
  wire_polled(soak);
  if (firmware_is_dead(soak)) {
    firmware_reboot(soak, 1);
  } else {
    reports_polled(soak);
  }
}

/* As a loop of event-driven firmware. */
static int32_t poll(void *context, uint32_t *wait_ms) {
  soak_t *soak = context;
  uint64_t now = nbiot_mock_now(soak->world);
  uint32_t life = soak->life;
  if (life_is_over(soak)) {
    *wait_ms = HOUR;
    return 0;
  }
  if (now < soak->deadline && !soak->is_stirred) {
    poll_idle(soak, wait_ms);
  } else {
    poll_due(soak, wait_ms);
  }
  if (soak->mutant == MUTANT_HASTY) *wait_ms = 0;
  soak->deadline = now + *wait_ms;
  check_haste(soak, *wait_ms);
  finish_poll(soak);
  if (soak->is_stirred || life != soak->life) *wait_ms = *wait_ms > 100 ? 100 : *wait_ms;
  if (*wait_ms > 1 && chance_one_in(&soak->chance, 8)) *wait_ms = 1 + chance_below(&soak->chance, *wait_ms - 1);
  return 0;
}

/* As a classic loop, which waits inside. */
static int32_t step(void *context, uint32_t *wait_ms) {
  soak_t *soak = context;
  soak->is_stirred = 0;
  /* What is not registered does not wait. */
  if (nbiot_device_step(soak->device, (int32_t)chance_between(&soak->chance, 1, 120)) == NBIOT_ERR_NOT_REGISTER) *wait_ms = SECOND;
  finish_poll(soak);
  return 0;
}

void life_run(soak_t *soak, uint32_t ms) {
  if (life_is_over(soak)) return;
  nbiot_mock_run(soak->world, soak->plan.is_classic ? step : poll, soak, ms);
  operator_look(soak);
  reports_look(soak);
  check_tables(soak);
  nbiot_mock_trace_clear(soak->world);
}

int life_is_over(const soak_t *soak) { return soak->broken >= 0; }
