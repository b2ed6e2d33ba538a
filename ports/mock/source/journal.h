/* journal.h - what happened in a world, line by line.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_JOURNAL_H
#define MOCK_JOURNAL_H

#include "nbiot_mock.h"

#define MOCK_TEXT 256u /* a line without its time */
#define MOCK_ENTRIES 16384u

/* A line that is no datagram: those are in the trace, and the journal is both in one order. */
typedef struct mock_entry {
  uint64_t at;
  const struct nbiot_mock_node *node; /* null = the world itself */
  char *text;                         /* null = a call of the log hook with the three numbers */
  uint32_t serial;                    /* of the datagram that was sent next */
  uint32_t a;
  uint32_t b;
  uint16_t event;
} mock_entry_t;

typedef struct mock_journal {
  mock_entry_t *entries;
  uint32_t count;
  uint32_t capacity;
  uint32_t forgotten; /* entries */
  uint32_t reported;  /* lines, since the world began, that a failed expectation need not tell */
} mock_journal_t;

void mock_journal_add(nbiot_mock_world_t *world, const nbiot_mock_node_t *node, const char *format,
                      ...);
void mock_journal_log(nbiot_mock_world_t *world, const nbiot_mock_node_t *node, uint16_t event,
                      uint32_t a, uint32_t b);
/* How many lines there were that nbiot_mock_journal_line() has no more. */
uint32_t mock_journal_forgotten(const nbiot_mock_world_t *world);
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
void mock_log_describe(uint16_t event, uint32_t a, uint32_t b, char *text, uint32_t size);

#endif
