/* trace.c - every datagram and what became of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "world.h"

static const char *const fate_names[] = {"in flight", "delivered",   "lost",    "too big",
                                         "radio off", "no receiver", "overflow"};

/* The oldest ones. */
static void forget(mock_trace_t *trace, uint32_t count) {
  uint32_t i;
  for (i = 0; i < count; i += 1) {
    free((void *)(uintptr_t)trace->records[i].data);
  }
  trace->count -= count;
  trace->forgotten += count;
  if (trace->count > 0) {
    memmove(trace->records, trace->records + count, trace->count * sizeof *trace->records);
  }
}

/* Makes room for one more. */
static void shorten(mock_trace_t *trace) {
  if (trace->limit > 0 && trace->count >= trace->limit) {
    forget(trace, trace->count - trace->limit / 2);
  }
}

uint32_t mock_trace_add(nbiot_mock_world_t *world, const nbiot_mock_record_t *record) {
  mock_trace_t *trace = &world->trace;
  nbiot_mock_record_t *added;
  shorten(trace);
  if (trace->count == trace->capacity) {
    uint32_t capacity = trace->capacity == 0 ? 64 : trace->capacity * 2;
    nbiot_mock_record_t *records = mock_allocate(capacity * sizeof *records);
    if (trace->count > 0) {
      memcpy(records, trace->records, trace->count * sizeof *records);
    }
    free(trace->records);
    trace->records = records;
    trace->capacity = capacity;
  }
  added = &trace->records[trace->count];
  *added = *record;
  added->data = mock_copy(record->data, record->length);
  trace->count += 1;
  return trace->forgotten + trace->count - 1;
}

nbiot_mock_record_t *mock_trace_find(nbiot_mock_world_t *world, uint32_t serial) {
  mock_trace_t *trace = &world->trace;
  uint32_t index = serial - trace->forgotten;
  return serial < trace->forgotten || index >= trace->count ? NULL : &trace->records[index];
}

void mock_trace_release(mock_trace_t *trace) {
  forget(trace, trace->count);
  free(trace->records);
}

void nbiot_mock_trace_clear(nbiot_mock_world_t *world) {
  if (world != NULL) {
    forget(&world->trace, world->trace.count);
  }
}

void nbiot_mock_trace_limit(nbiot_mock_world_t *world, uint32_t records) {
  if (world != NULL) {
    world->trace.limit = records;
  }
}

uint32_t nbiot_mock_trace_count(const nbiot_mock_world_t *world) {
  return world == NULL ? 0 : world->trace.count;
}

int32_t nbiot_mock_trace_at(const nbiot_mock_world_t *world, uint32_t index,
                            nbiot_mock_record_t *record) {
  if (world == NULL || record == NULL) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  if (index >= world->trace.count) {
    return NBIOT_MOCK_ERR_NOT_FOUND;
  }
  *record = world->trace.records[index];
  return NBIOT_MOCK_OK;
}

static void print_address(FILE *file, const nbiot_address_t *address) {
  char text[24];
  snprintf(text, sizeof text, "%u.%u.%u.%u:%u", address->bytes[0], address->bytes[1],
           address->bytes[2], address->bytes[3], address->port);
  fprintf(file, "%-15s", text);
}

static void print_record(FILE *file, const nbiot_mock_record_t *record) {
  char summary[160];
  nbiot_mock_coap_summary(record->data, record->length, summary, sizeof summary);
  fprintf(file, "%10llu  ", (unsigned long long)record->sent_ms);
  print_address(file, &record->from);
  fputs(" > ", file);
  print_address(file, &record->to);
  fprintf(file, "  %-11s", fate_names[record->fate]);
  if (record->fate == NBIOT_MOCK_DELIVERED) {
    fprintf(file, " +%-6llu", (unsigned long long)(record->arrived_ms - record->sent_ms));
  } else {
    fputs("        ", file);
  }
  fprintf(file, " %c%c%c%c  %s\n", record->marks & NBIOT_MOCK_DUPLICATE ? 'd' : '-',
          record->marks & NBIOT_MOCK_REORDERED ? 'r' : '-',
          record->marks & NBIOT_MOCK_CORRUPTED ? 'c' : '-',
          record->marks & NBIOT_MOCK_INJECTED ? 'i' : '-', summary);
}

void nbiot_mock_trace_print(const nbiot_mock_world_t *world, FILE *file) {
  uint32_t i;
  if (world == NULL || file == NULL) {
    return;
  }
  for (i = 0; i < world->trace.count; i += 1) {
    print_record(file, &world->trace.records[i]);
  }
}
