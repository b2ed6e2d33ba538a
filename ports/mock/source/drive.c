/* drive.c - steps the code under test and lets time pass between the steps.
 * SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

#define ENDLESS UINT32_C(0x7FFFFFFF)
#define STANDING_MAX 1000u

/* Runs what is due; true when a script ran or a datagram came since, so that the device should look
 * before time goes on. */
static int stirs(nbiot_mock_world_t *world, uint64_t arrivals) {
  uint32_t scripts = mock_run_due(world, 0);
  return scripts > 0 || world->arrivals != arrivals;
}

int32_t nbiot_mock_drive(nbiot_mock_world_t *world, nbiot_mock_step_t step, void *step_context,
                         nbiot_mock_until_t until, void *until_context, uint32_t step_limit) {
  uint32_t taken = 0;
  if (world == NULL || step == NULL || until == NULL) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  mock_run_due(world, 0);
  while (!until(until_context)) {
    uint64_t arrivals = world->arrivals;
    uint32_t wait_ms = 0;
    if (taken == step_limit || taken == INT32_MAX) {
      return NBIOT_MOCK_ERR_LIMIT;
    }
    step(step_context, &wait_ms);
    taken += 1;
    if (stirs(world, arrivals) || wait_ms == 0 || until(until_context)) {
      continue;
    }
    if (wait_ms >= ENDLESS && mock_next_time(world) == MOCK_NEVER) {
      return NBIOT_MOCK_ERR_IDLE;
    }
    mock_move_towards(world, world->now + wait_ms);
    mock_run_due(world, 0);
  }
  return (int32_t)taken;
}

int32_t nbiot_mock_run(nbiot_mock_world_t *world, nbiot_mock_step_t step, void *context,
                       uint32_t ms) {
  uint64_t limit;
  int32_t taken = 0;
  uint32_t standing = 0;
  if (world == NULL || step == NULL) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  limit = world->now + ms;
  mock_run_due(world, 0);
  for (;;) {
    uint64_t arrivals = world->arrivals;
    uint64_t before = world->now;
    uint32_t wait_ms = 0;
    int stirred;
    step(context, &wait_ms);
    taken += taken < INT32_MAX;
    stirred = stirs(world, arrivals);
    wait_ms = stirred ? 0 : wait_ms;
    standing = wait_ms == 0 && world->now == before ? standing + 1 : 0;
    if (world->now >= limit && (!stirred || standing == STANDING_MAX)) {
      return taken;
    }
    if (standing == STANDING_MAX) {
      wait_ms = 1;
      standing = 0;
    }
    if (world->now < limit) {
      mock_move_towards(world, wait_ms < limit - world->now ? world->now + wait_ms : limit);
    }
    mock_run_due(world, 0);
  }
}

int32_t nbiot_mock_drive_idle(nbiot_mock_world_t *world, nbiot_mock_step_t step, void *context,
                              uint32_t quiet_ms, uint32_t step_limit) {
  uint32_t quiet = quiet_ms < ENDLESS ? quiet_ms : ENDLESS;
  uint32_t taken = 0;
  if (world == NULL || step == NULL || quiet_ms == 0) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  mock_run_due(world, 0);
  for (;;) {
    uint64_t arrivals = world->arrivals;
    uint32_t wait_ms = 0;
    if (taken == step_limit || taken == INT32_MAX) {
      return NBIOT_MOCK_ERR_LIMIT;
    }
    step(context, &wait_ms);
    taken += 1;
    if (stirs(world, arrivals) || wait_ms == 0) {
      continue;
    }
    if (wait_ms >= quiet && !mock_is_pending(world)) {
      return (int32_t)taken;
    }
    if (wait_ms >= ENDLESS && mock_next_time(world) == MOCK_NEVER) {
      return NBIOT_MOCK_ERR_IDLE;
    }
    mock_move_towards(world, world->now + wait_ms);
    mock_run_due(world, 0);
  }
}
