/* world.c - the virtual clock, and what is scheduled on it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <errno.h>
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

/* The environment may name another seed, so that a world that failed can be had again without a
 * change to its test. */
static uint64_t chosen_seed(uint64_t seed) {
  const char *text = getenv("NBIOT_MOCK_SEED");
  char *end;
  unsigned long long wanted;
  if (text == NULL || text[0] == '\0') {
    return seed;
  }
  errno = 0;
  wanted = strtoull(text, &end, 0);
  if (*end != '\0' || errno != 0) {
    fputs("nbiot_mock: NBIOT_MOCK_SEED is not a number\n", stderr);
    exit(2);
  }
  return wanted;
}

uint64_t nbiot_mock_seed(const nbiot_mock_world_t *world) {
  return world == NULL ? 0 : world->seed;
}

nbiot_mock_world_t *nbiot_mock_world_create(uint64_t seed) {
  nbiot_mock_world_t *world = mock_allocate(sizeof *world);
  world->seed = chosen_seed(seed);
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
  mock_journal_release(&world->journal);
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

void mock_move_towards(nbiot_mock_world_t *world, uint64_t limit) {
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
    mock_move_towards(world, limit);
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
