/* journal.h - what happened in a world, line by line.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_JOURNAL_H
#define MOCK_JOURNAL_H

#include "nbiot_mock.h"

/* A datagram's line is made when it is read: its fate comes later than the line. */
typedef struct mock_entry {
  uint64_t at;
  const struct nbiot_mock_node *node; /* null = the world itself */
  char *text;                         /* null = the datagram `serial` of the trace */
  uint32_t serial;
} mock_entry_t;

typedef struct mock_journal {
  mock_entry_t *entries;
  uint32_t count;
  uint32_t capacity;
  uint32_t reported; /* entries before this one were printed with a failed expectation */
} mock_journal_t;

void mock_journal_datagram(nbiot_mock_world_t *world, uint32_t serial);
void mock_journal_add(nbiot_mock_world_t *world, const nbiot_mock_node_t *node, const char *format,
                      ...);
/* Lines up to the last datagram that the trace has forgotten go with it. */
void mock_journal_forget(nbiot_mock_world_t *world);
void mock_journal_release(mock_journal_t *journal);

/* "10.0.0.2:49152  > 10.0.0.1:5683    +350 ms      CON POST 0064 [54] /rd?ep=x" */
void mock_record_describe(const nbiot_mock_record_t *record, char *text, uint32_t size);
/* Why it did not arrive and what befell it: "lost, a copy"; "" for one that simply arrived. */
void mock_record_remark(const nbiot_mock_record_t *record, char *text, uint32_t size);
/* "10.0.0.2" */
void mock_host_describe(const nbiot_address_t *address, char *text, uint32_t size);
/* "1d 00:00:02.350" */
void mock_time_describe(uint64_t ms, char *text, uint32_t size);

/* names.c; "unknown" for what is not known */
const char *mock_event_name(uint32_t event);
const char *mock_fault_name(uint8_t fault);
/* Returns 0 for a call that only repeats a datagram's own line. */
int mock_log_describe(uint16_t event, uint32_t a, uint32_t b, char *text, uint32_t size);

#endif
