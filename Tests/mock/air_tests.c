/* air_tests.c - bytes on air, by direction and reason.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "pair.h"

static void send_for(pair_t *pair, uint8_t reason, uint32_t length) {
  static const uint8_t bytes[64];
  pair->on_a.udp_hint(pair->on_a.context, pair->from, reason, NBIOT_EXPECT_MORE);
  pair_send(pair, bytes, length);
  nbiot_mock_advance(pair->world, 1000);
}

static void each_datagram_counts_for_the_reason_it_was_given(void) {
  pair_t pair = pair_create(1);
  nbiot_mock_air_t air;
  nbiot_mock_traffic_t up;
  send_for(&pair, NBIOT_SEND_REGISTER, 40);
  send_for(&pair, NBIOT_SEND_UPDATE, 10);
  send_for(&pair, NBIOT_SEND_UPDATE, 12);
  pair_send(&pair, "unannounced", 11);
  air = nbiot_mock_air(pair.a);
  CHECK_EQUAL(air.up[NBIOT_SEND_REGISTER].datagrams, 1);
  CHECK_EQUAL(air.up[NBIOT_SEND_REGISTER].payload, 40);
  CHECK_EQUAL(air.up[NBIOT_SEND_UPDATE].datagrams, 2);
  CHECK_EQUAL(air.up[NBIOT_SEND_UPDATE].payload, 22);
  CHECK_EQUAL(air.up[0].datagrams, 1);
  CHECK_EQUAL(air.up[0].payload, 11);
  up = nbiot_mock_air_up(&air);
  CHECK_EQUAL(up.datagrams, 4);
  CHECK_EQUAL(up.lost_datagrams, 0);
  CHECK_EQUAL(nbiot_mock_air_sent(&up), 40 + 22 + 11 + 4 * 28);
  CHECK_EQUAL(air.down.datagrams, 0);
  nbiot_mock_world_destroy(pair.world);
}

static void a_reason_nobody_knows_counts_as_none(void) {
  pair_t pair = pair_create(1);
  send_for(&pair, 200, 5);
  CHECK_EQUAL(nbiot_mock_air(pair.a).up[0].payload, 5);
  nbiot_mock_world_destroy(pair.world);
}

static void a_lost_datagram_was_on_air_all_the_same(void) {
  nbiot_mock_link_t deaf = {.loss = 1000};
  pair_t pair = pair_create(1);
  nbiot_mock_air_t sender, receiver;
  send_for(&pair, NBIOT_SEND_NOTIFICATION, 20);
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &deaf);
  send_for(&pair, NBIOT_SEND_NOTIFICATION, 30);
  sender = nbiot_mock_air(pair.a);
  receiver = nbiot_mock_air(pair.b);
  CHECK_EQUAL(sender.up[NBIOT_SEND_NOTIFICATION].datagrams, 2);
  CHECK_EQUAL(sender.up[NBIOT_SEND_NOTIFICATION].lost_datagrams, 1);
  CHECK_EQUAL(sender.up[NBIOT_SEND_NOTIFICATION].lost_payload, 30);
  CHECK_EQUAL(nbiot_mock_air_sent(&sender.up[NBIOT_SEND_NOTIFICATION]), 50 + 2 * 28);
  CHECK_EQUAL(receiver.down.datagrams, 2);
  CHECK_EQUAL(receiver.down.lost_datagrams, 1);
  CHECK_EQUAL(nbiot_mock_air_arrived(&receiver.down), 20 + 28);
  nbiot_mock_world_destroy(pair.world);
}

static void a_datagram_under_way_counts_up_at_once_and_down_when_it_arrives(void) {
  nbiot_mock_link_t slow = {.delay_min_ms = 500, .delay_max_ms = 500};
  pair_t pair = pair_create(1);
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &slow);
  pair_send(&pair, "12345", 5);
  CHECK_EQUAL(nbiot_mock_air(pair.a).up[0].payload, 5);
  CHECK_EQUAL(nbiot_mock_air(pair.b).down.datagrams, 0);
  nbiot_mock_advance(pair.world, 500);
  CHECK_EQUAL(nbiot_mock_air(pair.b).down.payload, 5);
  nbiot_mock_world_destroy(pair.world);
}

static void what_a_radio_that_is_off_sends_is_not_on_air(void) {
  pair_t pair = pair_create(1);
  nbiot_mock_radio(pair.a, 0);
  send_for(&pair, NBIOT_SEND_UPDATE, 10);
  CHECK_EQUAL(nbiot_mock_air(pair.a).up[NBIOT_SEND_UPDATE].datagrams, 0);
  nbiot_mock_radio(pair.a, 1);
  nbiot_mock_radio(pair.b, 0);
  send_for(&pair, NBIOT_SEND_UPDATE, 10);
  CHECK_EQUAL(nbiot_mock_air(pair.a).up[NBIOT_SEND_UPDATE].lost_datagrams, 1);
  CHECK_EQUAL(nbiot_mock_air(pair.b).down.lost_datagrams, 2);
  nbiot_mock_world_destroy(pair.world);
}

static void copies_of_the_network_cost_the_receiver_alone(void) {
  nbiot_mock_link_t doubling = {.duplication = 1000};
  pair_t pair = pair_create(1);
  nbiot_mock_link(pair.b, NBIOT_MOCK_DOWN, &doubling);
  send_for(&pair, NBIOT_SEND_UPDATE, 10);
  CHECK_EQUAL(nbiot_mock_air(pair.a).up[NBIOT_SEND_UPDATE].datagrams, 1);
  CHECK_EQUAL(nbiot_mock_air(pair.b).down.datagrams, 2);
  nbiot_mock_world_destroy(pair.world);
}

static void a_full_socket_has_received_what_it_drops(void) {
  pair_t pair = pair_create(1);
  int i;
  for (i = 0; i < 70; i += 1) {
    pair_send(&pair, "x", 1);
  }
  nbiot_mock_advance(pair.world, 1);
  CHECK_EQUAL(nbiot_mock_air(pair.b).down.datagrams, 70);
  CHECK_EQUAL(nbiot_mock_air(pair.b).down.lost_datagrams, 0);
  nbiot_mock_world_destroy(pair.world);
}

static void the_account_outlives_the_trace(void) {
  pair_t pair = pair_create(1);
  uint32_t i;
  nbiot_mock_trace_limit(pair.world, 10);
  for (i = 0; i < 100; i += 1) {
    send_for(&pair, NBIOT_SEND_NOTIFICATION, 8);
    CHECK(nbiot_mock_trace_count(pair.world) <= 10);
  }
  nbiot_mock_trace_clear(pair.world);
  CHECK_EQUAL(nbiot_mock_air(pair.a).up[NBIOT_SEND_NOTIFICATION].datagrams, 100);
  CHECK_EQUAL(nbiot_mock_air(pair.b).down.datagrams, 100);
  nbiot_mock_world_destroy(pair.world);
}

static void the_account_prints_one_line_per_reason(void) {
  nbiot_mock_link_t deaf = {.loss = 1000};
  pair_t pair = pair_create(1);
  nbiot_mock_air_t air;
  char text[512] = "";
  FILE *file = tmpfile();
  CHECK(file != NULL);
  send_for(&pair, NBIOT_SEND_UPDATE, 22);
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &deaf);
  send_for(&pair, NBIOT_SEND_RETRANSMISSION, 22);
  air = nbiot_mock_air(pair.a);
  if (file != NULL) {
    nbiot_mock_air_print(&air, file);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
  }
  CHECK(strcmp(text,
               "update               1 datagrams       50 bytes, lost      0        0\n"
               "retransmission       1 datagrams       50 bytes, lost      1       50\n"
               "all up               2 datagrams      100 bytes, lost      1       50\n"
               "all down             0 datagrams        0 bytes, lost      0        0\n") == 0);
  nbiot_mock_world_destroy(pair.world);
}

static void null_is_an_account_of_nothing(void) {
  nbiot_mock_air_t nobodys = nbiot_mock_air(NULL);
  nbiot_mock_traffic_t up = nbiot_mock_air_up(NULL);
  FILE *file = tmpfile();
  CHECK_EQUAL(nobodys.up[0].datagrams + nobodys.down.datagrams, 0);
  CHECK_EQUAL(up.datagrams + up.payload + up.lost_datagrams + up.lost_payload, 0);
  CHECK_EQUAL(nbiot_mock_air_sent(NULL), 0);
  CHECK_EQUAL(nbiot_mock_air_arrived(NULL), 0);
  CHECK(file != NULL);
  nbiot_mock_air_print(NULL, file);
  nbiot_mock_air_print(&nobodys, NULL);
  if (file != NULL) {
    CHECK_EQUAL(ftell(file), 0);
    fclose(file);
  }
}

void air_tests(void) {
  test("each datagram counts for the reason it was given",
       each_datagram_counts_for_the_reason_it_was_given);
  test("a reason nobody knows counts as none", a_reason_nobody_knows_counts_as_none);
  test("a lost datagram was on air all the same", a_lost_datagram_was_on_air_all_the_same);
  test("a datagram under way counts up at once, and down when it arrives",
       a_datagram_under_way_counts_up_at_once_and_down_when_it_arrives);
  test("what a radio that is off sends is not on air",
       what_a_radio_that_is_off_sends_is_not_on_air);
  test("copies the network makes cost the receiver alone",
       copies_of_the_network_cost_the_receiver_alone);
  test("a full socket has received what it drops", a_full_socket_has_received_what_it_drops);
  test("the account outlives the trace", the_account_outlives_the_trace);
  test("the account prints one line per reason", the_account_prints_one_line_per_reason);
  test("null is an account of nothing", null_is_an_account_of_nothing);
}
