/* network_tests.c - what links, radios and NATs do to datagrams.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "pair.h"

typedef struct tally {
  uint32_t fates[8];
  uint32_t duplicates, reordered, corrupted;
  uint64_t least_delay, greatest_delay;
} tally_t;

static tally_t tally_trace(const nbiot_mock_world_t *world) {
  tally_t tally;
  nbiot_mock_record_t record;
  uint32_t i;
  memset(&tally, 0, sizeof tally);
  tally.least_delay = UINT64_MAX;
  for (i = 0; nbiot_mock_trace_at(world, i, &record) == 0; i += 1) {
    uint64_t delay = record.arrived_ms - record.sent_ms;
    tally.fates[record.fate] += 1;
    tally.duplicates += (record.marks & NBIOT_MOCK_DUPLICATE) != 0;
    tally.reordered += (record.marks & NBIOT_MOCK_REORDERED) != 0;
    tally.corrupted += (record.marks & NBIOT_MOCK_CORRUPTED) != 0;
    if (record.fate == NBIOT_MOCK_DELIVERED) {
      tally.least_delay = delay < tally.least_delay ? delay : tally.least_delay;
      tally.greatest_delay = delay > tally.greatest_delay ? delay : tally.greatest_delay;
    }
  }
  return tally;
}

/* Sends numbered datagrams, 10 s apart so that none meets another, and drains the receiver. */
static void send_many(pair_t *pair, uint32_t count, uint32_t apart_ms) {
  uint8_t buffer[16];
  nbiot_address_t from;
  uint32_t i;
  for (i = 0; i < count; i += 1) {
    uint8_t data[2] = {(uint8_t)(i >> 8), (uint8_t)i};
    pair_send(pair, data, sizeof data);
    nbiot_mock_advance(pair->world, apart_ms);
    while (pair_receive(pair, buffer, sizeof buffer, &from) != 0) {
    }
  }
}

static tally_t tally_with(const nbiot_mock_link_t *link, uint32_t count) {
  pair_t pair = pair_create(7);
  tally_t tally;
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, link);
  send_many(&pair, count, 10000);
  tally = tally_trace(pair.world);
  nbiot_mock_world_destroy(pair.world);
  return tally;
}

static void perfect_links_deliver_all_in_order(void) {
  pair_t pair = pair_create(1);
  uint8_t buffer[4];
  nbiot_address_t from;
  uint8_t i;
  for (i = 0; i < 50; i += 1) {
    CHECK_EQUAL(pair_send(&pair, &i, 1), 1);
  }
  for (i = 0; i < 50; i += 1) {
    CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 1);
    CHECK_EQUAL(buffer[0], i);
    CHECK_EQUAL(from.port, 1000);
    CHECK_EQUAL(from.bytes[3], 1);
  }
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 0);
  CHECK_EQUAL(nbiot_mock_now(pair.world), 0);
  nbiot_mock_world_destroy(pair.world);
}

static void loss_is_as_frequent_as_asked(void) {
  nbiot_mock_link_t link = {.loss = 300};
  tally_t tally = tally_with(&link, 10000);
  CHECK(tally.fates[NBIOT_MOCK_LOST] > 2850 && tally.fates[NBIOT_MOCK_LOST] < 3150);
  CHECK_EQUAL(tally.fates[NBIOT_MOCK_LOST] + tally.fates[NBIOT_MOCK_DELIVERED], 10000);
  link.loss = 1000;
  tally = tally_with(&link, 100);
  CHECK_EQUAL(tally.fates[NBIOT_MOCK_LOST], 100);
}

/* How often a loss follows a datagram that arrived. */
static uint32_t bursts_in(const nbiot_mock_world_t *world) {
  nbiot_mock_record_t record;
  uint32_t i, bursts = 0;
  uint8_t before = NBIOT_MOCK_DELIVERED;
  for (i = 0; nbiot_mock_trace_at(world, i, &record) == NBIOT_MOCK_OK; i += 1) {
    bursts += record.fate == NBIOT_MOCK_LOST && before != NBIOT_MOCK_LOST;
    before = record.fate;
  }
  return bursts;
}

static uint32_t lost_in_bursts(uint32_t mean, uint32_t *bursts) {
  nbiot_mock_link_t link = {.loss = 200};
  pair_t pair = pair_create(5);
  uint32_t lost;
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &link);
  CHECK_EQUAL(nbiot_mock_bursts(pair.a, NBIOT_MOCK_UP, mean), NBIOT_MOCK_OK);
  send_many(&pair, 20000, 1);
  lost = tally_trace(pair.world).fates[NBIOT_MOCK_LOST];
  *bursts = bursts_in(pair.world);
  nbiot_mock_world_destroy(pair.world);
  return lost;
}

static void losses_come_in_bursts_when_asked(void) {
  pair_t pair = pair_create(1);
  uint32_t bursts, lost;
  lost = lost_in_bursts(5, &bursts);
  CHECK(lost > 3700 && lost < 4300);
  CHECK(lost > bursts * 45 / 10 && lost < bursts * 55 / 10);
  lost = lost_in_bursts(1, &bursts);
  CHECK(lost > 3700 && lost < 4300);
  CHECK_EQUAL(lost, bursts);
  lost = lost_in_bursts(0, &bursts);
  CHECK(lost > bursts * 12 / 10 && lost < bursts * 13 / 10); /* 1 / (1 - 0.2) */
  CHECK_EQUAL(nbiot_mock_bursts(pair.a, 2, 1), NBIOT_MOCK_ERR_BADPARAM);
  CHECK_EQUAL(nbiot_mock_bursts(pair.a, NBIOT_MOCK_UP, 1001), NBIOT_MOCK_ERR_BADPARAM);
  nbiot_mock_world_destroy(pair.world);
}

static void both_ends_of_a_path_lose(void) {
  nbiot_mock_link_t link = {.loss = 500};
  pair_t pair = pair_create(3);
  tally_t tally;
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &link);
  nbiot_mock_link(pair.b, NBIOT_MOCK_DOWN, &link);
  send_many(&pair, 4000, 1);
  tally = tally_trace(pair.world);
  CHECK(tally.fates[NBIOT_MOCK_DELIVERED] > 880 && tally.fates[NBIOT_MOCK_DELIVERED] < 1120);
  nbiot_mock_world_destroy(pair.world);
}

static void duplication_makes_second_copies(void) {
  nbiot_mock_link_t link = {.duplication = 200};
  tally_t tally = tally_with(&link, 5000);
  CHECK(tally.duplicates > 900 && tally.duplicates < 1100);
  CHECK_EQUAL(tally.fates[NBIOT_MOCK_DELIVERED], 5000 + tally.duplicates);
}

static void corruption_flips_one_bit(void) {
  nbiot_mock_link_t link = {.corruption = 1000};
  pair_t pair = pair_create(9);
  uint8_t zeros[8] = {0}, buffer[8];
  nbiot_address_t from;
  int i, bits = 0;
  nbiot_mock_link(pair.b, NBIOT_MOCK_DOWN, &link);
  pair_send(&pair, zeros, sizeof zeros);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 8);
  for (i = 0; i < 64; i += 1) {
    bits += buffer[i / 8] >> i % 8 & 1;
  }
  CHECK_EQUAL(bits, 1);
  CHECK_EQUAL(tally_trace(pair.world).corrupted, 1);
  nbiot_mock_world_destroy(pair.world);
}

static void delays_stay_in_their_bounds(void) {
  nbiot_mock_link_t link = {.delay_min_ms = 100, .delay_max_ms = 900};
  tally_t tally = tally_with(&link, 2000);
  CHECK_EQUAL(tally.fates[NBIOT_MOCK_DELIVERED], 2000);
  CHECK(tally.least_delay >= 100 && tally.least_delay < 120);
  CHECK(tally.greatest_delay <= 900 && tally.greatest_delay > 880);
}

static uint32_t overtakings(uint16_t reordering) {
  nbiot_mock_link_t link = {.reordering = reordering, .delay_max_ms = 500, .hold_ms = 300};
  pair_t pair = pair_create(5);
  uint8_t buffer[4];
  nbiot_address_t from;
  uint32_t i, count = 0;
  int last = -1;
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &link);
  for (i = 0; i < 200; i += 1) {
    uint8_t data = (uint8_t)i;
    pair_send(&pair, &data, 1);
    nbiot_mock_advance(pair.world, 50);
    while (pair_receive(&pair, buffer, sizeof buffer, &from) > 0) {
      count += buffer[0] < last;
      last = buffer[0];
    }
  }
  nbiot_mock_world_destroy(pair.world);
  return count;
}

static void only_reordering_changes_the_order(void) {
  CHECK_EQUAL(overtakings(0), 0);
  CHECK(overtakings(200) > 5);
}

static void a_datagram_longer_than_the_mtu_vanishes(void) {
  nbiot_mock_link_t link = {.mtu = 100};
  pair_t pair = pair_create(1);
  uint8_t data[101] = {0}, buffer[128];
  nbiot_address_t from;
  nbiot_mock_link(pair.b, NBIOT_MOCK_DOWN, &link);
  CHECK_EQUAL(pair_send(&pair, data, 101), 101);
  CHECK_EQUAL(pair_send(&pair, data, 100), 100);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 100);
  CHECK_EQUAL(tally_trace(pair.world).fates[NBIOT_MOCK_TOO_BIG], 1);
  nbiot_mock_world_destroy(pair.world);
}

static void a_radio_that_is_off_neither_sends_nor_hears(void) {
  nbiot_mock_link_t slow = {.delay_min_ms = 100, .delay_max_ms = 100};
  pair_t pair = pair_create(1);
  uint8_t buffer[8];
  nbiot_address_t from;
  nbiot_mock_link(pair.b, NBIOT_MOCK_DOWN, &slow);
  nbiot_mock_radio(pair.a, 0);
  CHECK_EQUAL(pair_send(&pair, "x", 1), 1);
  nbiot_mock_radio(pair.a, 1);
  pair_send(&pair, "y", 1); /* under way when the receiver's radio goes off */
  nbiot_mock_advance(pair.world, 50);
  nbiot_mock_radio(pair.b, 0);
  nbiot_mock_advance(pair.world, 100);
  nbiot_mock_radio(pair.b, 1);
  nbiot_mock_advance(pair.world, 1000);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 0);
  CHECK_EQUAL(tally_trace(pair.world).fates[NBIOT_MOCK_RADIO_OFF], 2);
  pair_send(&pair, "z", 1);
  nbiot_mock_advance(pair.world, 100);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 1);
  nbiot_mock_world_destroy(pair.world);
}

static void a_nat_rebind_changes_the_visible_port(void) {
  pair_t pair = pair_create(1);
  uint8_t buffer[8];
  nbiot_address_t from, old = nbiot_mock_address("10.0.0.1", 1000), visible;
  nbiot_mock_nat_rebind(pair.a);
  CHECK_EQUAL(nbiot_mock_visible_address(pair.a, &visible), NBIOT_MOCK_ERR_NOT_FOUND);
  pair_send(&pair, "x", 1);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 1);
  CHECK(from.port != 1000);
  CHECK_EQUAL(nbiot_mock_visible_address(pair.a, &visible), NBIOT_MOCK_OK);
  CHECK_EQUAL(visible.port, from.port);
  pair.on_b.udp_send(pair.on_b.context, pair.to, (const uint8_t *)"1", 1, &old);
  pair.on_b.udp_send(pair.on_b.context, pair.to, (const uint8_t *)"2", 1, &from);
  CHECK_EQUAL(pair.on_a.udp_receive(pair.on_a.context, pair.from, buffer, 8, &from), 1);
  CHECK_EQUAL(buffer[0], '2');
  CHECK_EQUAL(pair.on_a.udp_receive(pair.on_a.context, pair.from, buffer, 8, &from), 0);
  nbiot_mock_world_destroy(pair.world);
}

static void an_injected_datagram_comes_from_any_address(void) {
  pair_t pair = pair_create(1);
  uint8_t buffer[8];
  nbiot_address_t from, forged = nbiot_mock_address("192.0.2.77", 4711);
  nbiot_address_t to = nbiot_mock_address("10.0.0.2", 2000);
  CHECK_EQUAL(nbiot_mock_inject(pair.world, forged, to, "\xFF", 1), NBIOT_MOCK_OK);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 1);
  CHECK_EQUAL(buffer[0], 0xFF);
  CHECK_EQUAL(from.port, 4711);
  CHECK_EQUAL(from.bytes[3], 77);
  nbiot_mock_world_destroy(pair.world);
}

static void a_full_socket_drops(void) {
  pair_t pair = pair_create(1);
  int i;
  for (i = 0; i < 70; i += 1) {
    pair_send(&pair, "x", 1);
  }
  nbiot_mock_advance(pair.world, 1);
  CHECK_EQUAL(tally_trace(pair.world).fates[NBIOT_MOCK_OVERFLOW], 6);
  nbiot_mock_world_destroy(pair.world);
}

static uint64_t fingerprint(uint64_t seed, uint16_t loss) {
  nbiot_mock_link_t link = {loss, 100, 50, 100, 10, 2000, 500, 0};
  pair_t pair = pair_create(seed);
  nbiot_mock_record_t record;
  uint64_t hash = UINT64_C(14695981039346656037);
  uint32_t i, byte;
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &link);
  nbiot_mock_link(pair.b, NBIOT_MOCK_DOWN, &link);
  send_many(&pair, 300, 100);
  for (i = 0; nbiot_mock_trace_at(pair.world, i, &record) == 0; i += 1) {
    hash = (hash ^ record.sent_ms ^ record.arrived_ms << 20 ^ record.fate ^
            (uint64_t)record.marks << 8) *
           UINT64_C(1099511628211);
    for (byte = 0; byte < record.length; byte += 1) {
      hash = (hash ^ record.data[byte]) * UINT64_C(1099511628211);
    }
  }
  nbiot_mock_world_destroy(pair.world);
  return hash;
}

static void the_same_seed_gives_the_same_trace(void) {
  CHECK(fingerprint(42, 300) == fingerprint(42, 300));
  CHECK(fingerprint(42, 300) != fingerprint(43, 300));
  CHECK(fingerprint(42, 300) != fingerprint(42, 301 + 200));
}

static void random_numbers_of_a_device_do_not_change_the_losses(void) {
  nbiot_mock_link_t link = {.loss = 500};
  uint8_t fates[2][64], bytes[32];
  nbiot_mock_record_t record;
  int round, i;
  for (round = 0; round < 2; round += 1) {
    pair_t pair = pair_create(11);
    nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &link);
    for (i = 0; i < 64; i += 1) {
      if (round == 1) {
        pair.on_a.random(pair.on_a.context, bytes, sizeof bytes);
      }
      pair_send(&pair, "x", 1);
      nbiot_mock_trace_at(pair.world, (uint32_t)i, &record);
      fates[round][i] = record.fate;
    }
    nbiot_mock_world_destroy(pair.world);
  }
  CHECK(memcmp(fates[0], fates[1], sizeof fates[0]) == 0);
}

static void conditions_out_of_range_are_refused(void) {
  pair_t pair = pair_create(1);
  nbiot_mock_link_t link = {.loss = 1001};
  CHECK_EQUAL(nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &link), NBIOT_MOCK_ERR_BADPARAM);
  link.loss = 0;
  link.delay_min_ms = 2;
  link.delay_max_ms = 1;
  CHECK_EQUAL(nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &link), NBIOT_MOCK_ERR_BADPARAM);
  link.delay_max_ms = 2;
  CHECK_EQUAL(nbiot_mock_link(pair.a, 2, &link), NBIOT_MOCK_ERR_BADPARAM);
  CHECK_EQUAL(nbiot_mock_link(pair.a, NBIOT_MOCK_DOWN, &link), NBIOT_MOCK_OK);
  CHECK(nbiot_mock_node_add(pair.world, "10.0.0.1", 0) == NULL);
  CHECK(nbiot_mock_node_add(pair.world, "10.0.0.256", 0) == NULL);
  nbiot_mock_world_destroy(pair.world);
}

void network_tests(void) {
  test("losses come in bursts when asked, as many as without", losses_come_in_bursts_when_asked);
  test("perfect links deliver every datagram in order, at once",
       perfect_links_deliver_all_in_order);
  test("loss is as frequent as asked", loss_is_as_frequent_as_asked);
  test("both ends of a path lose datagrams", both_ends_of_a_path_lose);
  test("duplication makes second copies", duplication_makes_second_copies);
  test("corruption flips exactly one bit", corruption_flips_one_bit);
  test("delays stay in their bounds and fill them", delays_stay_in_their_bounds);
  test("only reordering changes the order", only_reordering_changes_the_order);
  test("a datagram longer than the MTU vanishes", a_datagram_longer_than_the_mtu_vanishes);
  test("a radio that is off neither sends nor hears", a_radio_that_is_off_neither_sends_nor_hears);
  test("a NAT rebind changes the visible port", a_nat_rebind_changes_the_visible_port);
  test("an injected datagram comes from any address", an_injected_datagram_comes_from_any_address);
  test("a socket with 64 waiting datagrams drops", a_full_socket_drops);
  test("the same seed gives the same trace, another one does not",
       the_same_seed_gives_the_same_trace);
  test("random numbers a device draws do not change the losses",
       random_numbers_of_a_device_do_not_change_the_losses);
  test("link conditions and addresses out of range are refused",
       conditions_out_of_range_are_refused);
}
