/* journal.c - what happened in a world, line by line.
 * SPDX-License-Identifier: Apache-2.0 */
#include "journal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "nbiot.h"
#include "network.h"

static void drop(mock_journal_t *journal, uint32_t count) {
  uint32_t i;
  for (i = 0; i < count; i += 1) {
    free(journal->entries[i].text);
  }
  journal->count -= count;
  journal->forgotten += count;
  if (journal->count > 0) {
    memmove(journal->entries, journal->entries + count, journal->count * sizeof(mock_entry_t));
  }
}

static mock_entry_t *append(nbiot_mock_world_t *world) {
  mock_journal_t *journal = &world->journal;
  mock_entry_t *entry;
  if (journal->count == MOCK_ENTRIES) {
    drop(journal, MOCK_ENTRIES / 2);
  }
  if (journal->count == journal->capacity) {
    uint32_t capacity = journal->capacity == 0 ? 64 : journal->capacity * 2;
    mock_entry_t *entries = mock_allocate(capacity * sizeof *entries);
    if (journal->count > 0) {
      memcpy(entries, journal->entries, journal->count * sizeof *entries);
    }
    free(journal->entries);
    journal->entries = entries;
    journal->capacity = capacity;
  }
  entry = &journal->entries[journal->count];
  memset(entry, 0, sizeof *entry);
  entry->at = world->now;
  entry->serial = world->trace.forgotten + world->trace.count;
  journal->count += 1;
  return entry;
}

void mock_journal_add(nbiot_mock_world_t *world, const nbiot_mock_node_t *node, const char *format,
                      ...) {
  char text[MOCK_TEXT];
  mock_entry_t *entry = append(world);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  entry->node = node;
  entry->text = mock_copy(text, strlen(text));
}

void mock_journal_log(nbiot_mock_world_t *world, const nbiot_mock_node_t *node, uint16_t event,
                      uint32_t a, uint32_t b) {
  mock_entry_t *entry;
  if (event == NBIOT_LOG_DATAGRAM_OUT || event == NBIOT_LOG_DATAGRAM_IN) {
    return; /* it has a line of its own */
  }
  entry = append(world);
  entry->node = node;
  entry->event = event;
  entry->a = a;
  entry->b = b;
}

void mock_journal_forget(nbiot_mock_world_t *world) {
  mock_journal_t *journal = &world->journal;
  uint32_t count = 0;
  while (count < journal->count && journal->entries[count].serial < world->trace.forgotten) {
    count += 1;
  }
  drop(journal, count);
}

uint32_t mock_journal_forgotten(const nbiot_mock_world_t *world) {
  return world->journal.forgotten + world->trace.forgotten;
}

void mock_journal_release(mock_journal_t *journal) {
  drop(journal, journal->count);
  free(journal->entries);
}

void mock_time_describe(uint64_t ms, char *text, uint32_t size) {
  unsigned long seconds = (unsigned long)(ms / 1000);
  snprintf(text, size, "%lud %02lu:%02lu:%02lu.%03u", seconds / 86400, seconds / 3600 % 24,
           seconds / 60 % 60, seconds % 60, (unsigned)(ms % 1000));
}

void mock_host_describe(const nbiot_address_t *address, char *text, uint32_t size) {
  snprintf(text, size, "%u.%u.%u.%u", address->bytes[0], address->bytes[1], address->bytes[2],
           address->bytes[3]);
}

static void describe(const mock_entry_t *entry, char *text, uint32_t size) {
  char name[16], what[128];
  if (entry->node == NULL) {
    snprintf(text, size, "-- %s", entry->text);
    return;
  }
  if (entry->text == NULL) {
    mock_log_describe(entry->event, entry->a, entry->b, what, sizeof what);
  }
  mock_host_describe(&entry->node->address, name, sizeof name);
  snprintf(text, size, "%-15s   %s", name, entry->text == NULL ? what : entry->text);
}

/* The line of an entry: behind the entries before it and the datagrams sent before it. */
static uint32_t line_of(const nbiot_mock_world_t *world, uint32_t entry) {
  return entry + world->journal.entries[entry].serial - world->trace.forgotten;
}

/* How many entries stand on the lines up to `index`. */
static uint32_t entries_up_to(const nbiot_mock_world_t *world, uint32_t index) {
  uint32_t low = 0, high = world->journal.count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (line_of(world, middle) <= index) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

uint32_t nbiot_mock_journal_count(const nbiot_mock_world_t *world) {
  return world == NULL ? 0 : world->journal.count + world->trace.count;
}

int32_t nbiot_mock_journal_line(const nbiot_mock_world_t *world, uint32_t index, char *text,
                                uint32_t size) {
  char time[32], what[MOCK_TEXT];
  uint32_t entries;
  if (world == NULL || text == NULL || size == 0) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  if (index >= nbiot_mock_journal_count(world)) {
    return NBIOT_MOCK_ERR_NOT_FOUND;
  }
  entries = entries_up_to(world, index);
  if (entries > 0 && line_of(world, entries - 1) == index) {
    mock_time_describe(world->journal.entries[entries - 1].at, time, sizeof time);
    describe(&world->journal.entries[entries - 1], what, sizeof what);
  } else {
    const nbiot_mock_record_t *record = &world->trace.records[index - entries];
    mock_time_describe(record->sent_ms, time, sizeof time);
    mock_record_describe(record, what, sizeof what);
  }
  snprintf(text, size, "%s  %s", time, what);
  return NBIOT_MOCK_OK;
}

void nbiot_mock_journal_print(const nbiot_mock_world_t *world, FILE *file) {
  char line[NBIOT_MOCK_LINE];
  uint32_t i;
  if (world == NULL || file == NULL) {
    return;
  }
  for (i = 0; nbiot_mock_journal_line(world, i, line, sizeof line) == NBIOT_MOCK_OK; i += 1) {
    fprintf(file, "%s\n", line);
  }
}

void nbiot_mock_journal_note(nbiot_mock_world_t *world, const char *text) {
  if (world != NULL && text != NULL) {
    mock_journal_add(world, NULL, "%s", text);
  }
}

void nbiot_mock_journal_event(nbiot_mock_node_t *node, const nbiot_event_t *event) {
  if (node != NULL && event != NULL) {
    mock_journal_add(node->world, node, "event: %s, code %ld, detail %lu",
                     mock_event_name(event->id), (long)event->code, (unsigned long)event->detail);
  }
}
