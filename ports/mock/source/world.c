/* world.c - the virtual clock, and what is scheduled on it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "network.h"

void *mock_allocate(size_t size) {
  void *memory = calloc(1, size == 0 ? 1 : size);
  if (memory == NULL) {
    fputs("nbiot_mock: out of memory\n", stderr);
    abort();
  }
  return memory;
}

void *mock_copy(const void *bytes, size_t length) {
  char *copy = mock_allocate(length + 1);
  if (length > 0) {
    memcpy(copy, bytes, length);
  }
  return copy;
}

nbiot_mock_world_t *nbiot_mock_world_create(uint64_t seed) {
  nbiot_mock_world_t *world = mock_allocate(sizeof *world);
  world->seed = seed;
  world->next_nat_port = 20000;
  return world;
}

void nbiot_mock_world_destroy(nbiot_mock_world_t *world) {
  if (world == NULL) {
    return;
  }
  while (world->estates != NULL) {
    mock_estate_t *estate = world->estates;
    world->estates = estate->next;
    estate->release(estate->thing);
    free(estate);
  }
  while (world->happenings != NULL) {
    mock_happening_t *happening = world->happenings;
    world->happenings = happening->next;
    if (happening->discard != NULL) {
      happening->discard(happening->context);
    }
    free(happening);
  }
  mock_network_release(world);
  mock_trace_release(&world->trace);
  free(world);
}

void mock_bequeath(nbiot_mock_world_t *world, void (*release)(void *), void *thing) {
  mock_estate_t *estate = mock_allocate(sizeof *estate);
  estate->release = release;
  estate->thing = thing;
  estate->next = world->estates;
  world->estates = estate;
}

void mock_schedule(nbiot_mock_world_t *world, uint64_t at, mock_kind_t kind,
                   nbiot_mock_happening_t run, nbiot_mock_happening_t discard, void *context) {
  mock_happening_t *happening = mock_allocate(sizeof *happening);
  mock_happening_t **place = &world->happenings;
  happening->at = at;
  happening->kind = kind;
  happening->run = run;
  happening->discard = discard;
  happening->context = context;
  while (*place != NULL && (*place)->at <= at) {
    place = &(*place)->next;
  }
  happening->next = *place;
  *place = happening;
}

static mock_happening_t *take_due(nbiot_mock_world_t *world, int plumbing_only) {
  mock_happening_t **place = &world->happenings;
  while (*place != NULL && (*place)->at <= world->now) {
    mock_happening_t *happening = *place;
    if (!plumbing_only || happening->kind == MOCK_PLUMBING) {
      *place = happening->next;
      return happening;
    }
    place = &happening->next;
  }
  return NULL;
}

uint32_t mock_run_due(nbiot_mock_world_t *world, int plumbing_only) {
  mock_happening_t *happening;
  uint32_t scripts = 0;
  while ((happening = take_due(world, plumbing_only)) != NULL) {
    nbiot_mock_happening_t run = happening->run;
    void *context = happening->context;
    scripts += happening->kind == MOCK_SCRIPT;
    free(happening);
    run(context);
  }
  return scripts;
}

uint64_t mock_next_time(const nbiot_mock_world_t *world) {
  return world->happenings == NULL ? MOCK_NEVER : world->happenings->at;
}

uint64_t nbiot_mock_now(const nbiot_mock_world_t *world) {
  return world == NULL ? 0 : world->now;
}

/* Moves to the next happening or to `limit`, whichever is first; never back. */
static void move_towards(nbiot_mock_world_t *world, uint64_t limit) {
  uint64_t next = mock_next_time(world);
  uint64_t target = next < limit ? next : limit;
  if (target > world->now) {
    world->now = target;
  }
}

void nbiot_mock_advance(nbiot_mock_world_t *world, uint32_t ms) {
  uint64_t limit;
  if (world == NULL) {
    return;
  }
  limit = world->now + ms;
  mock_run_due(world, 0);
  while (world->now < limit) {
    move_towards(world, limit);
    mock_run_due(world, 0);
  }
}

int32_t nbiot_mock_at(nbiot_mock_world_t *world, uint32_t delay_ms, nbiot_mock_happening_t function,
                      void *context) {
  if (world == NULL || function == NULL) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  mock_schedule(world, world->now + delay_ms, MOCK_SCRIPT, function, NULL, context);
  return NBIOT_MOCK_OK;
}

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
    move_towards(world, world->now + wait_ms);
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
      move_towards(world, wait_ms < limit - world->now ? world->now + wait_ms : limit);
    }
    mock_run_due(world, 0);
  }
}
