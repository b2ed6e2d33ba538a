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
static void shorten(nbiot_mock_world_t *world) {
  mock_trace_t *trace = &world->trace;
  if (trace->limit > 0 && trace->count >= trace->limit) {
    forget(trace, trace->count - trace->limit / 2);
    mock_journal_forget(world);
  }
}

uint32_t mock_trace_add(nbiot_mock_world_t *world, const nbiot_mock_record_t *record) {
  mock_trace_t *trace = &world->trace;
  nbiot_mock_record_t *added;
  shorten(world);
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
    mock_journal_forget(world);
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

static void describe_address(const nbiot_address_t *address, char *text, uint32_t size) {
  snprintf(text, size, "%u.%u.%u.%u:%u", address->bytes[0], address->bytes[1], address->bytes[2],
           address->bytes[3], address->port);
}

static void describe_fate(const nbiot_mock_record_t *record, char *text, uint32_t size) {
  if (record->fate == NBIOT_MOCK_DELIVERED) {
    snprintf(text, size, "+%lu ms", (unsigned long)(record->arrived_ms - record->sent_ms));
  } else {
    snprintf(text, size, "%s", fate_names[record->fate]);
  }
}

/* Each behind a comma. */
static void describe_marks(const nbiot_mock_record_t *record, char *text, uint32_t size) {
  snprintf(text, size, "%s%s%s%s", record->marks & NBIOT_MOCK_DUPLICATE ? ", a copy" : "",
           record->marks & NBIOT_MOCK_REORDERED ? ", held back" : "",
           record->marks & NBIOT_MOCK_CORRUPTED ? ", corrupted" : "",
           record->marks & NBIOT_MOCK_INJECTED ? ", injected" : "");
}

void mock_record_describe(const nbiot_mock_record_t *record, char *text, uint32_t size) {
  char from[24], to[24], fate[24], summary[160], marks[64];
  describe_address(&record->from, from, sizeof from);
  describe_address(&record->to, to, sizeof to);
  describe_fate(record, fate, sizeof fate);
  describe_marks(record, marks, sizeof marks);
  nbiot_mock_coap_summary(record->data, record->length, summary, sizeof summary);
  snprintf(text, size, "%-15s > %-15s  %-11s  %s%s", from, to, fate, summary, marks);
}

void mock_record_remark(const nbiot_mock_record_t *record, char *text, uint32_t size) {
  char marks[64];
  describe_marks(record, marks, sizeof marks);
  if (record->fate == NBIOT_MOCK_DELIVERED) {
    snprintf(text, size, "%s", marks[0] == '\0' ? "" : marks + 2);
  } else {
    snprintf(text, size, "%s%s", fate_names[record->fate], marks);
  }
}

void nbiot_mock_trace_print(const nbiot_mock_world_t *world, FILE *file) {
  char text[MOCK_TEXT];
  uint32_t i;
  if (world == NULL || file == NULL) {
    return;
  }
  for (i = 0; i < world->trace.count; i += 1) {
    const nbiot_mock_record_t *record = &world->trace.records[i];
    mock_record_describe(record, text, sizeof text);
    fprintf(file, "%10llu  %s\n", (unsigned long long)record->sent_ms, text);
  }
}
