/* journal.c - what happened in a world, line by line.
 * SPDX-License-Identifier: Apache-2.0 */
#include "journal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "nbiot.h"
#include "network.h"

static mock_entry_t *append(nbiot_mock_world_t *world) {
  mock_journal_t *journal = &world->journal;
  mock_entry_t *entry;
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
  journal->count += 1;
  return entry;
}

void mock_journal_datagram(nbiot_mock_world_t *world, uint32_t serial) {
  append(world)->serial = serial;
}

void mock_journal_add(nbiot_mock_world_t *world, const nbiot_mock_node_t *node, const char *format,
                      ...) {
  char text[NBIOT_MOCK_LINE];
  mock_entry_t *entry = append(world);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  entry->node = node;
  entry->text = mock_copy(text, strlen(text));
}

static void drop(mock_journal_t *journal, uint32_t count) {
  uint32_t i;
  for (i = 0; i < count; i += 1) {
    free(journal->entries[i].text);
  }
  journal->count -= count;
  journal->reported = journal->reported > count ? journal->reported - count : 0;
  if (count > 0) {
    memmove(journal->entries, journal->entries + count, journal->count * sizeof(mock_entry_t));
  }
}

void mock_journal_forget(nbiot_mock_world_t *world) {
  mock_journal_t *journal = &world->journal;
  uint32_t i, forgotten = 0;
  for (i = 0; i < journal->count; i += 1) {
    const mock_entry_t *entry = &journal->entries[i];
    if (entry->text == NULL && entry->serial < world->trace.forgotten) {
      forgotten = i + 1;
    }
  }
  drop(journal, forgotten);
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

static void describe(const nbiot_mock_world_t *world, const mock_entry_t *entry, char *text,
                     uint32_t size) {
  if (entry->text == NULL) {
    mock_record_describe(&world->trace.records[entry->serial - world->trace.forgotten], text, size);
  } else if (entry->node == NULL) {
    snprintf(text, size, "-- %s", entry->text);
  } else {
    char name[16];
    mock_host_describe(&entry->node->address, name, sizeof name);
    snprintf(text, size, "%-15s   %s", name, entry->text);
  }
}

uint32_t nbiot_mock_journal_count(const nbiot_mock_world_t *world) {
  return world == NULL ? 0 : world->journal.count;
}

int32_t nbiot_mock_journal_line(const nbiot_mock_world_t *world, uint32_t index, char *text,
                                uint32_t size) {
  char time[32], what[NBIOT_MOCK_LINE];
  if (world == NULL || text == NULL || size == 0) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  if (index >= world->journal.count) {
    return NBIOT_MOCK_ERR_NOT_FOUND;
  }
  mock_time_describe(world->journal.entries[index].at, time, sizeof time);
  describe(world, &world->journal.entries[index], what, sizeof what);
  snprintf(text, size, "%s  %s", time, what);
  return NBIOT_MOCK_OK;
}

void nbiot_mock_journal_print(const nbiot_mock_world_t *world, FILE *file) {
  char line[NBIOT_MOCK_LINE + 32];
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
