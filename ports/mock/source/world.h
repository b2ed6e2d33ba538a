/* world.h - the clock of a world and what is scheduled on it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_WORLD_H
#define MOCK_WORLD_H

#include <stddef.h>

#include "chance.h"
#include "journal.h"
#include "nbiot_mock.h"

#define MOCK_NEVER UINT64_MAX

/* Scripts belong to the test and may call nbiot; plumbing is ours and never does. */
typedef enum { MOCK_PLUMBING, MOCK_SCRIPT } mock_kind_t;

typedef struct mock_happening {
  struct mock_happening *next;
  uint64_t at;
  mock_kind_t kind;
  nbiot_mock_happening_t run;
  nbiot_mock_happening_t discard; /* instead of run, when the world ends first; or null */
  void *context;
} mock_happening_t;

typedef struct mock_name {
  struct mock_name *next;
  char *host;
  nbiot_address_t address;
} mock_name_t;

typedef struct mock_trace {
  nbiot_mock_record_t *records;
  uint32_t count;
  uint32_t capacity;
  uint32_t limit; /* most records; 0 = any number */
  uint32_t forgotten; /* records so far: serial numbers stay valid over a clear */
} mock_trace_t;

/* What a part of the world hands over to be freed with it. */
typedef struct mock_estate {
  struct mock_estate *next;
  void (*release)(void *thing);
  void *thing;
} mock_estate_t;

struct nbiot_mock_world {
  uint64_t now;
  uint64_t seed;
  uint64_t arrivals; /* datagrams put into sockets so far */
  mock_happening_t *happenings; /* by time, then by order of scheduling */
  uint32_t flights;     /* datagrams under way */
  struct nbiot_mock_node *nodes;
  struct nbiot_mock_server *servers; /* newest first */
  uint32_t node_count;
  uint32_t server_count;
  uint16_t next_nat_port;
  mock_name_t *names;
  mock_trace_t trace;
  mock_journal_t journal;
  uint32_t failures; /* expectations that did not hold */
  FILE *report;      /* where they are told; null = stderr */
  mock_estate_t *estates;
};

/* Never null: ends the program when memory runs out. Zeroed. */
void *mock_allocate(size_t size);
void *mock_copy(const void *bytes, size_t length); /* with a zero byte behind */

void mock_schedule(nbiot_mock_world_t *world, uint64_t at, mock_kind_t kind,
                   nbiot_mock_happening_t run, nbiot_mock_happening_t discard, void *context);
/* Runs what is due now; with plumbing_only scripts stay. Returns how many scripts ran. */
uint32_t mock_run_due(nbiot_mock_world_t *world, int plumbing_only);
/* Time of the next happening, or MOCK_NEVER. */
uint64_t mock_next_time(const nbiot_mock_world_t *world);
/* Moves to the next happening or to `limit`, whichever is first; never back. */
void mock_move_towards(nbiot_mock_world_t *world, uint64_t limit);
void mock_bequeath(nbiot_mock_world_t *world, void (*release)(void *), void *thing);

uint32_t mock_trace_add(nbiot_mock_world_t *world, const nbiot_mock_record_t *record);
/* Null when the record was cleared meanwhile. */
nbiot_mock_record_t *mock_trace_find(nbiot_mock_world_t *world, uint32_t serial);
void mock_trace_release(mock_trace_t *trace);

#endif
