/* journal_tests.c - what happened in a world, as text.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "nbiot.h"
#include "pair.h"
#include "text.h"

static int line_is(const nbiot_mock_world_t *world, uint32_t index, const char *wanted) {
  char line[NBIOT_MOCK_LINE];
  nbiot_mock_journal_line(world, index, line, sizeof line);
  if (strcmp(line, wanted) != 0) {
    printf("line %u: %s\n", (unsigned)index, line);
  }
  return strcmp(line, wanted) == 0;
}

static void a_datagram_stands_where_it_was_sent_with_its_fate(void) {
  nbiot_mock_link_t slow = {.delay_min_ms = 40, .delay_max_ms = 40};
  pair_t pair = pair_create(1);
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &slow);
  nbiot_mock_advance(pair.world, 90061002);
  pair_send(&pair, "\x40\x01\x12\x34", 4);
  CHECK(line_is(pair.world, 1,
                "1d 01:01:01.002  10.0.0.1:1000   > 10.0.0.2:2000    in flight    CON GET 1234"));
  nbiot_mock_journal_note(pair.world, "on its way");
  nbiot_mock_advance(pair.world, 40);
  CHECK(line_is(pair.world, 1,
                "1d 01:01:01.002  10.0.0.1:1000   > 10.0.0.2:2000    +40 ms       CON GET 1234"));
  CHECK(line_is(pair.world, 2, "1d 01:01:01.002  -- on its way"));
  CHECK_EQUAL(nbiot_mock_journal_count(pair.world), 3);
  nbiot_mock_world_destroy(pair.world);
}

static void marks_and_losses_are_words(void) {
  nbiot_mock_link_t link = {.duplication = 1000, .reordering = 1000};
  pair_t pair = pair_create(1);
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &link);
  pair_send(&pair, "\x40\x01\x12\x34", 4);
  nbiot_mock_radio(pair.a, 0);
  pair_send(&pair, "\x40\x01\x12\x35", 4);
  nbiot_mock_advance(pair.world, 1000);
  CHECK(line_is(pair.world, 1, "0d 00:00:00.000  10.0.0.1:1000   > 10.0.0.2:2000    "
                               "+1000 ms     CON GET 1234, held back"));
  CHECK(line_is(pair.world, 2, "0d 00:00:00.000  10.0.0.1:1000   > 10.0.0.2:2000    "
                               "+1000 ms     CON GET 1234, a copy, held back"));
  CHECK(line_is(pair.world, 4, "0d 00:00:00.000  10.0.0.1:1000   > 10.0.0.2:2000    "
                               "radio off    CON GET 1235"));
  nbiot_mock_world_destroy(pair.world);
}

static void what_befalls_a_node_is_told(void) {
  nbiot_mock_link_t link = {.loss = 300, .delay_min_ms = 5, .delay_max_ms = 9};
  pair_t pair = pair_create(1);
  nbiot_mock_link(pair.a, NBIOT_MOCK_DOWN, &link);
  nbiot_mock_radio(pair.a, 1);
  nbiot_mock_radio(pair.a, 0);
  nbiot_mock_radio(pair.a, 1);
  nbiot_mock_nat_rebind(pair.a);
  nbiot_mock_clock_step(pair.a, -7);
  nbiot_mock_slot_set(pair.a, 1, "abc", 3);
  nbiot_mock_power_cut(pair.a, 2, NBIOT_MOCK_TORN);
  pair.on_a.store(pair.on_a.context, 0, (const uint8_t *)"abcd", 4);
  nbiot_mock_reboot(pair.a, 9);
  CHECK(line_is(pair.world, 0,
                "0d 00:00:00.000  10.0.0.1          link down: per mille lost 300, doubled 0, "
                "corrupted 0, held back 0; delay 5 ... 9 ms"));
  CHECK(line_is(pair.world, 1, "0d 00:00:00.000  10.0.0.1          radio off"));
  CHECK(line_is(pair.world, 2, "0d 00:00:00.000  10.0.0.1          radio on"));
  CHECK(line_is(pair.world, 3,
                "0d 00:00:00.000  10.0.0.1          NAT rebind: its mappings are forgotten"));
  CHECK(line_is(pair.world, 4, "0d 00:00:00.000  10.0.0.1          clock stepped by -7 ms"));
  CHECK(line_is(pair.world, 5, "0d 00:00:00.000  10.0.0.1          slot 1 set to 3 bytes"));
  CHECK(line_is(pair.world, 6, "0d 00:00:00.000  10.0.0.1          power cut: 2 of 4 bytes of "
                               "slot 0 are written"));
  CHECK(line_is(pair.world, 7, "0d 00:00:00.000  10.0.0.1          reboot: its clock shows 9"));
  CHECK(line_is(pair.world, 8, "0d 00:00:00.000  10.0.0.1          power up"));
  nbiot_mock_world_destroy(pair.world);
}

static void faults_are_told_when_they_strike(void) {
  pair_t pair = pair_create(1);
  uint8_t byte;
  nbiot_mock_fault(pair.a, NBIOT_MOCK_FAULT_RANDOM, 1);
  CHECK_EQUAL(nbiot_mock_journal_count(pair.world), 0);
  pair.on_a.random(pair.on_a.context, &byte, 1);
  pair.on_a.random(pair.on_a.context, &byte, 1);
  CHECK_EQUAL(nbiot_mock_journal_count(pair.world), 1);
  CHECK(line_is(pair.world, 0, "0d 00:00:00.000  10.0.0.1          fault: random fails"));
  nbiot_mock_world_destroy(pair.world);
}

static void what_the_device_says_is_in_words(void) {
  nbiot_event_t event = {NBIOT_EVENT_NOTIFY_DROPPED, 0, 9, 0};
  pair_t pair = pair_create(1);
  const nbiot_platform_t *hooks = &pair.on_a;
  hooks->log(hooks->context, 3, NBIOT_LOG_STATE, NBIOT_STATE_REGISTERING, NBIOT_STATE_DISABLED);
  hooks->log(hooks->context, 3, NBIOT_LOG_EVENT, NBIOT_EVENT_REG_FAILED, 403);
  hooks->log(hooks->context, 3, NBIOT_LOG_DATAGRAM_DROPPED, NBIOT_DROP_SECURITY, 12);
  hooks->log(hooks->context, 3, NBIOT_LOG_STORAGE, 2, (uint32_t)-1);
  hooks->log(hooks->context, 4, NBIOT_LOG_DATAGRAM_OUT, 12, 0);
  hooks->log(hooks->context, 4, NBIOT_LOG_DATAGRAM_IN, 12, 0);
  hooks->log(hooks->context, 4, 999, 1, 2);
  nbiot_mock_journal_event(pair.a, &event);
  CHECK(line_is(pair.world, 0,
                "0d 00:00:00.000  10.0.0.1          log: state registering -> disabled"));
  CHECK(line_is(pair.world, 1, "0d 00:00:00.000  10.0.0.1          log: event registration "
                               "failed, code 403"));
  CHECK(line_is(pair.world, 2, "0d 00:00:00.000  10.0.0.1          log: datagram of 12 bytes "
                               "dropped: security"));
  CHECK(line_is(pair.world, 3, "0d 00:00:00.000  10.0.0.1          log: storage, 2, -1"));
  CHECK(line_is(pair.world, 4, "0d 00:00:00.000  10.0.0.1          log: unknown, 1, 2"));
  CHECK(line_is(pair.world, 5, "0d 00:00:00.000  10.0.0.1          event: stored notification "
                               "dropped, code 0, detail 9"));
  CHECK_EQUAL(nbiot_mock_journal_count(pair.world), 6);
  nbiot_mock_world_destroy(pair.world);
}

static void the_journal_forgets_with_the_trace(void) {
  pair_t pair = pair_create(1);
  nbiot_mock_journal_note(pair.world, "old");
  pair_send(&pair, "x", 1);
  nbiot_mock_journal_note(pair.world, "young");
  nbiot_mock_trace_clear(pair.world);
  CHECK_EQUAL(nbiot_mock_journal_count(pair.world), 1);
  CHECK(line_is(pair.world, 0, "0d 00:00:00.000  -- young"));
  pair_send(&pair, "\x40\x01\x12\x34", 4);
  nbiot_mock_advance(pair.world, 1);
  CHECK(line_is(pair.world, 1,
                "0d 00:00:00.000  10.0.0.1:1000   > 10.0.0.2:2000    +0 ms        CON GET 1234"));
  nbiot_mock_world_destroy(pair.world);
}

static void a_limited_trace_limits_the_journal(void) {
  pair_t pair = pair_create(1);
  int i;
  nbiot_mock_trace_limit(pair.world, 4);
  for (i = 0; i < 100; i += 1) {
    nbiot_mock_journal_note(pair.world, i == 99 ? "the last" : "a note");
    pair_send(&pair, "\x40\x01\x12\x34", 4);
  }
  CHECK(nbiot_mock_journal_count(pair.world) <= 8);
  CHECK(line_is(pair.world, nbiot_mock_journal_count(pair.world) - 2,
                "0d 00:00:00.000  -- the last"));
  nbiot_mock_world_destroy(pair.world);
}

static void a_journal_without_datagrams_is_limited_too(void) {
  pair_t pair = pair_create(1);
  uint32_t i;
  pair_send(&pair, "\x40\x01\x12\x34", 4);
  for (i = 0; i < 20000; i += 1) {
    nbiot_mock_journal_note(pair.world, i == 19999 ? "the last" : "a note");
  }
  CHECK(nbiot_mock_journal_count(pair.world) <= 16384 + 1);
  CHECK(nbiot_mock_journal_count(pair.world) > 8192);
  CHECK(line_is(pair.world, 0, "0d 00:00:00.000  10.0.0.1:1000   > 10.0.0.2:2000    "
                               "in flight    CON GET 1234"));
  CHECK(line_is(pair.world, nbiot_mock_journal_count(pair.world) - 1,
                "0d 00:00:00.000  -- the last"));
  nbiot_mock_world_destroy(pair.world);
}

static void a_printed_journal_has_a_line_for_each_happening(void) {
  pair_t pair = pair_create(1);
  FILE *file = tmpfile();
  char text[512];
  nbiot_mock_journal_note(pair.world, "one");
  pair_send(&pair, "x", 1);
  nbiot_mock_journal_print(pair.world, file);
  text_of(file, text, sizeof text);
  CHECK_EQUAL(lines_in(text), 2);
  CHECK(strstr(text, "-- one\n") != NULL);
  CHECK(strstr(text, "not CoAP: too short (1 bytes)\n") != NULL);
  nbiot_mock_world_destroy(pair.world);
}

static void a_line_is_cut_to_its_room(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  char line[8] = "#######";
  nbiot_mock_journal_note(world, "something longer");
  CHECK_EQUAL(nbiot_mock_journal_line(world, 0, line, 4), NBIOT_MOCK_OK);
  CHECK(memcmp(line, "0d \0###", 7) == 0);
  CHECK_EQUAL(nbiot_mock_journal_line(world, 1, line, 4), NBIOT_MOCK_ERR_NOT_FOUND);
  CHECK_EQUAL(nbiot_mock_journal_line(world, 0, NULL, 4), NBIOT_MOCK_ERR_BADPARAM);
  nbiot_mock_journal_note(world, NULL);
  nbiot_mock_journal_event(NULL, NULL);
  nbiot_mock_world_destroy(world);
}

void journal_tests(void) {
  test("a datagram stands in the journal where it was sent, with its fate",
       a_datagram_stands_where_it_was_sent_with_its_fate);
  test("copies, held ones and losses are told in words", marks_and_losses_are_words);
  test("what befalls a node is told", what_befalls_a_node_is_told);
  test("faults are told when they strike", faults_are_told_when_they_strike);
  test("log calls and events are told in words", what_the_device_says_is_in_words);
  test("the journal forgets with the trace", the_journal_forgets_with_the_trace);
  test("a limited trace limits the journal", a_limited_trace_limits_the_journal);
  test("a journal without datagrams is limited too", a_journal_without_datagrams_is_limited_too);
  test("a printed journal has a line for each happening",
       a_printed_journal_has_a_line_for_each_happening);
  test("a journal line is cut to its room", a_line_is_cut_to_its_room);
}
