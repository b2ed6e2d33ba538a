/* trace_tests.c - the trace and its printed form.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "pair.h"

static int summary_is(const char *bytes, uint32_t length, const char *wanted) {
  char text[160];
  nbiot_mock_coap_summary((const uint8_t *)bytes, length, text, sizeof text);
  if (strcmp(text, wanted) != 0) {
    printf("summary: %s\n", text);
  }
  return strcmp(text, wanted) == 0;
}

static void a_coap_message_is_summed_up_in_one_line(void) {
  CHECK(summary_is("\x42\x01\x12\x34\xAB\xCD\x60\x54"
                   "3303\x01"
                   "0\x47pmin=10",
                   22, "CON GET 1234 [abcd] /3303/0?pmin=10 observe=0"));
  CHECK(summary_is("\x60\x45\x00\x07\xC0\xFF"
                   "21.5",
                   10, "ACK 2.05 0007 format=0 (4 bytes)"));
  CHECK(summary_is("\x70\x00\x00\x07", 4, "RST empty 0007"));
  CHECK(summary_is("\x60\x41\x00\x08\x82rd\x01\x07", 9, "ACK 2.01 0008 Location: /rd/\\x07"));
  CHECK(summary_is("\x40", 1, "not CoAP: too short (1 bytes)"));
}

static void a_summary_never_overruns_its_text(void) {
  char text[12];
  memset(text, '#', sizeof text);
  nbiot_mock_coap_summary((const uint8_t *)"\x40\x01\x12\x34\xB4path", 9, text, 8);
  CHECK(strcmp(text, "CON GET") == 0);
  CHECK_EQUAL(text[8], '#');
}

static void a_record_tells_what_became_of_a_datagram(void) {
  nbiot_mock_link_t slow = {.delay_min_ms = 40, .delay_max_ms = 40};
  pair_t pair = pair_create(1);
  nbiot_mock_record_t record;
  nbiot_mock_advance(pair.world, 5);
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &slow);
  pair_send(&pair, "hello", 5);
  CHECK_EQUAL(nbiot_mock_trace_at(pair.world, 0, &record), NBIOT_MOCK_OK);
  CHECK_EQUAL(record.fate, NBIOT_MOCK_IN_FLIGHT);
  nbiot_mock_advance(pair.world, 40);
  CHECK_EQUAL(nbiot_mock_trace_at(pair.world, 0, &record), NBIOT_MOCK_OK);
  CHECK_EQUAL(record.fate, NBIOT_MOCK_DELIVERED);
  CHECK_EQUAL(record.sent_ms, 5);
  CHECK_EQUAL(record.arrived_ms, 45);
  CHECK(record.length == 5 && memcmp(record.data, "hello", 5) == 0);
  CHECK_EQUAL(record.to.port, 2000);
  CHECK_EQUAL(nbiot_mock_trace_at(pair.world, 1, &record), NBIOT_MOCK_ERR_NOT_FOUND);
  nbiot_mock_world_destroy(pair.world);
}

static void clearing_the_trace_leaves_datagrams_in_flight(void) {
  nbiot_mock_link_t slow = {.delay_min_ms = 40, .delay_max_ms = 40};
  pair_t pair = pair_create(1);
  uint8_t buffer[8];
  nbiot_address_t from;
  nbiot_mock_record_t record;
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &slow);
  pair_send(&pair, "1", 1);
  nbiot_mock_trace_clear(pair.world);
  CHECK_EQUAL(nbiot_mock_trace_count(pair.world), 0);
  pair_send(&pair, "2", 1);
  nbiot_mock_advance(pair.world, 40);
  CHECK_EQUAL(nbiot_mock_trace_count(pair.world), 1);
  nbiot_mock_trace_at(pair.world, 0, &record);
  CHECK_EQUAL(record.data[0], '2');
  CHECK_EQUAL(record.fate, NBIOT_MOCK_DELIVERED);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 1);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 1);
  nbiot_mock_world_destroy(pair.world);
}

static void a_limited_trace_keeps_the_latest_records(void) {
  pair_t pair = pair_create(1);
  nbiot_mock_link_t slow = {.delay_min_ms = 40, .delay_max_ms = 40};
  nbiot_mock_record_t record;
  uint8_t i;
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &slow);
  nbiot_mock_trace_limit(pair.world, 4);
  for (i = 0; i < 5; i += 1) {
    pair_send(&pair, &i, 1);
  }
  nbiot_mock_advance(pair.world, 40);
  CHECK_EQUAL(nbiot_mock_trace_count(pair.world), 3);
  for (i = 0; nbiot_mock_trace_at(pair.world, i, &record) == NBIOT_MOCK_OK; i += 1) {
    CHECK_EQUAL(record.data[0], i + 2);
    CHECK_EQUAL(record.fate, NBIOT_MOCK_DELIVERED);
  }
  nbiot_mock_trace_limit(pair.world, 1);
  pair_send(&pair, "z", 1);
  CHECK_EQUAL(nbiot_mock_trace_count(pair.world), 1);
  nbiot_mock_trace_at(pair.world, 0, &record);
  CHECK_EQUAL(record.data[0], 'z');
  nbiot_mock_world_destroy(pair.world);
}

static void the_trace_prints_one_line_per_record(void) {
  pair_t pair = pair_create(1);
  char text[512] = "";
  size_t length;
  FILE *file = tmpfile();
  CHECK(file != NULL);
  pair_send(&pair, "\x40\x01\x12\x34", 4);
  pair_send(&pair, "\x40\x01\x12\x35", 4);
  nbiot_mock_advance(pair.world, 1);
  if (file != NULL) {
    nbiot_mock_trace_print(pair.world, file);
    rewind(file);
    length = fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    fclose(file);
  }
  CHECK(strstr(text, "10.0.0.1:1000   > 10.0.0.2:2000") != NULL);
  CHECK(strstr(text, "+0 ms") != NULL);
  CHECK(strstr(text, "CON GET 1234\n") != NULL);
  CHECK(strstr(text, "CON GET 1235\n") != NULL);
  nbiot_mock_world_destroy(pair.world);
}

void trace_tests(void) {
  test("a CoAP message is summed up in one line", a_coap_message_is_summed_up_in_one_line);
  test("a summary never overruns its text", a_summary_never_overruns_its_text);
  test("a record tells what became of a datagram", a_record_tells_what_became_of_a_datagram);
  test("clearing the trace leaves datagrams in flight",
       clearing_the_trace_leaves_datagrams_in_flight);
  test("a limited trace keeps the latest records", a_limited_trace_keeps_the_latest_records);
  test("the trace prints one line per record", the_trace_prints_one_line_per_record);
}
