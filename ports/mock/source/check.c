/* check.c - expectations of a test, and what is printed when one does not hold.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "nbiot.h"
#include "network.h"

#define TAIL 20u

/* A part of a struct that has to be zero. */
typedef struct field {
  const char *name;
  size_t offset;
} field_t;

typedef struct findings {
  char text[512];
  uint32_t length;
  uint32_t count;
} findings_t;

void nbiot_mock_report_to(nbiot_mock_world_t *world, FILE *file) {
  if (world != NULL) {
    world->report = file;
  }
}

static void print_tail(nbiot_mock_world_t *world, FILE *file) {
  uint32_t count = nbiot_mock_journal_count(world);
  uint32_t told = world->journal.reported - mock_journal_forgotten(world);
  uint32_t first = count > TAIL ? count - TAIL : 0;
  char line[NBIOT_MOCK_LINE];
  first = told <= count && told > first ? told : first;
  fprintf(file, "  the last %lu of %lu lines of the journal:\n", (unsigned long)(count - first),
          (unsigned long)count);
  for (; first < count; first += 1) {
    nbiot_mock_journal_line(world, first, line, sizeof line);
    fprintf(file, "  %s\n", line);
  }
  world->journal.reported = mock_journal_forgotten(world) + count;
}

static void report(nbiot_mock_world_t *world, const char *text, const char *file, int32_t line) {
  unsigned long long seed = world->seed;
  FILE *output = world->report == NULL ? stderr : world->report;
  char time[32];
  mock_time_describe(world->now, time, sizeof time);
  fflush(stdout);
  fprintf(output, "%s:%ld: not so: %s\n", file, (long)line, text);
  fprintf(output, "  seed %llu, time %s; ", seed, time);
  fprintf(output, "to run it again: NBIOT_MOCK_SEED=%llu in the environment\n", seed);
  print_tail(world, output);
  fflush(output);
}

int32_t nbiot_mock_expect(nbiot_mock_world_t *world, int32_t holds, const char *text,
                          const char *file, int32_t line) {
  if (!holds) {
    world->failures += 1;
    report(world, text, file, line);
  }
  return holds != 0;
}

int32_t nbiot_mock_expect_equal(nbiot_mock_world_t *world, int64_t got, int64_t wanted,
                                const char *text, const char *file, int32_t line) {
  char said[256];
  snprintf(said, sizeof said, "%s: %lld instead of %lld", text, (long long)got, (long long)wanted);
  return nbiot_mock_expect(world, got == wanted, said, file, line);
}

uint32_t nbiot_mock_failures(const nbiot_mock_world_t *world) {
  return world == NULL ? 0 : world->failures;
}

static void add(findings_t *findings, const char *text) {
  size_t room = sizeof findings->text - findings->length;
  int written = snprintf(findings->text + findings->length, room, "%s", text);
  if (written > 0 && (size_t)written < room) {
    findings->length += (uint32_t)written;
  }
}

static void find(findings_t *findings, const char *whose, const char *name, uint32_t number) {
  char text[96];
  snprintf(text, sizeof text, "%s%s%s: %lu", findings->count == 0 ? "" : ", ", whose, name,
           (unsigned long)number);
  if (number > 0) {
    add(findings, text);
    findings->count += 1;
  }
}

static void find_fields(findings_t *findings, const char *whose, const void *object,
                        const field_t *fields, uint32_t count) {
  uint32_t i, number;
  for (i = 0; i < count; i += 1) {
    memcpy(&number, (const char *)object + fields[i].offset, sizeof number);
    find(findings, whose, fields[i].name, number);
  }
}

static void find_misuse(findings_t *findings, const nbiot_mock_node_t *node) {
  static const field_t fields[] = {
      {"sockets left open", offsetof(nbiot_mock_misuse_t, open_sockets)},
      {"calls with a bad socket", offsetof(nbiot_mock_misuse_t, bad_sockets)},
      {"blocks not released", offsetof(nbiot_mock_misuse_t, leaked_blocks)},
      {"bad releases", offsetof(nbiot_mock_misuse_t, bad_releases)},
      {"recursive locks", offsetof(nbiot_mock_misuse_t, lock_recursions)},
      {"bad unlocks", offsetof(nbiot_mock_misuse_t, bad_unlocks)},
      {"waits under the lock", offsetof(nbiot_mock_misuse_t, locked_waits)},
      {"resolves under the lock", offsetof(nbiot_mock_misuse_t, locked_resolves)},
      {"logs under the lock", offsetof(nbiot_mock_misuse_t, locked_logs)},
      {"stores under the lock", offsetof(nbiot_mock_misuse_t, locked_stores)}};
  nbiot_mock_misuse_t misuse = nbiot_mock_misuse(node);
  char whose[24];
  mock_host_describe(&node->address, whose, sizeof whose - 1);
  strcat(whose, " ");
  find_fields(findings, whose, &misuse, fields, sizeof fields / sizeof fields[0]);
}

int32_t nbiot_mock_expect_empty(nbiot_mock_world_t *world, const char *file, int32_t line) {
  static const field_t fields[] = {
      {"datagrams under way", offsetof(nbiot_mock_pending_t, datagrams)},
      {"datagrams unread", offsetof(nbiot_mock_pending_t, unread)},
      {"exchanges open", offsetof(nbiot_mock_pending_t, exchanges)},
      {"confirmable messages unacknowledged", offsetof(nbiot_mock_pending_t, confirmables)},
      {"answers to come", offsetof(nbiot_mock_pending_t, answers)},
      {"bootstrap orders to come", offsetof(nbiot_mock_pending_t, orders)},
      {"happenings to come", offsetof(nbiot_mock_pending_t, happenings)}};
  nbiot_mock_pending_t pending = nbiot_mock_pending(world);
  findings_t findings = {"the world is empty; ", 20, 0};
  const nbiot_mock_node_t *node;
  find_fields(&findings, "", &pending, fields, sizeof fields / sizeof fields[0]);
  for (node = world->nodes; node != NULL; node = node->next) {
    find_misuse(&findings, node);
  }
  return nbiot_mock_expect(world, findings.count == 0, findings.text, file, line);
}

static void find_usage(findings_t *findings, const char *name, const nbiot_usage_t *usage) {
  find(findings, "", name, usage->used);
}

int32_t nbiot_mock_expect_device_empty(nbiot_mock_world_t *world,
                                       const nbiot_statistics_t *statistics,
                                       uint32_t observations, const char *file, int32_t line) {
  findings_t findings = {"the device is empty; ", 21, 0};
  find_usage(&findings, "requests remembered", &statistics->duplicate_slots);
  find_usage(&findings, "requests deferred", &statistics->deferred);
  find_usage(&findings, "notifications outstanding", &statistics->outstanding);
  find_usage(&findings, "bytes unsent", &statistics->send_buffer);
  find_usage(&findings, "block transfers", &statistics->block_transfers);
  find_usage(&findings, "bytes of a body", &statistics->body_buffer);
  find_usage(&findings, "bytes of stored notifications", &statistics->stored);
  if (observations == 0) {
    find_usage(&findings, "paths with attributes", &statistics->attributes);
  }
  if (statistics->observations.used != observations) {
    char text[64];
    snprintf(text, sizeof text, "%sobservations: %u instead of %lu",
             findings.count == 0 ? "" : ", ", statistics->observations.used,
             (unsigned long)observations);
    add(&findings, text);
    findings.count += 1;
  }
  return nbiot_mock_expect(world, findings.count == 0, findings.text, file, line);
}
