/* reboot_tests.c - what a node loses when it reboots, and what it keeps.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "pair.h"

static int no_misuse(const nbiot_mock_node_t *node) {
  static const nbiot_mock_misuse_t none;
  nbiot_mock_misuse_t misuse = nbiot_mock_misuse(node);
  return memcmp(&misuse, &none, sizeof none) == 0;
}

static void sockets_and_blocks_are_gone_without_misuse(void) {
  pair_t pair = pair_create(1);
  nbiot_address_t from;
  uint8_t buffer[4];
  CHECK(pair.on_b.allocate(pair.on_b.context, 10) != NULL);
  CHECK_EQUAL(nbiot_mock_misuse(pair.b).open_sockets, 1);
  nbiot_mock_reboot(pair.b, 0);
  CHECK(no_misuse(pair.b));
  CHECK(pair_receive(&pair, buffer, sizeof buffer, &from) < 0);
  nbiot_mock_world_destroy(pair.world);
}

static void datagrams_to_a_rebooted_node_vanish_until_it_listens_again(void) {
  nbiot_mock_link_t slow = {.delay_min_ms = 40, .delay_max_ms = 40};
  pair_t pair = pair_create(1);
  nbiot_mock_record_t record;
  nbiot_address_t from;
  uint8_t buffer[4];
  nbiot_mock_link(pair.a, NBIOT_MOCK_UP, &slow);
  pair_send(&pair, "1", 1);
  nbiot_mock_reboot(pair.b, 0);
  nbiot_mock_advance(pair.world, 40);
  nbiot_mock_trace_at(pair.world, 0, &record);
  CHECK_EQUAL(record.fate, NBIOT_MOCK_NO_RECEIVER);
  pair.to = pair.on_b.udp_open(pair.on_b.context, NBIOT_FAMILY_IPV4, 2000);
  pair_send(&pair, "2", 1);
  nbiot_mock_advance(pair.world, 40);
  CHECK_EQUAL(pair_receive(&pair, buffer, sizeof buffer, &from), 1);
  CHECK_EQUAL(buffer[0], '2');
  nbiot_mock_world_destroy(pair.world);
}

static void the_clock_begins_anew(void) {
  pair_t pair = pair_create(1);
  nbiot_mock_advance(pair.world, 5000);
  nbiot_mock_reboot(pair.a, 7);
  CHECK_EQUAL(pair.on_a.now_ms(pair.on_a.context), 7);
  nbiot_mock_advance(pair.world, 10);
  CHECK_EQUAL(pair.on_a.now_ms(pair.on_a.context), 17);
  CHECK_EQUAL(pair.on_b.now_ms(pair.on_b.context), 5010);
  CHECK_EQUAL(nbiot_mock_now(pair.world), 5010);
  nbiot_mock_world_destroy(pair.world);
}

static void the_slots_stay_and_power_is_back(void) {
  pair_t pair = pair_create(1);
  uint8_t buffer[8];
  pair.on_a.store(pair.on_a.context, 0, (const uint8_t *)"kept", 4);
  nbiot_mock_power_cut(pair.a, 0, NBIOT_MOCK_TORN);
  CHECK(pair.on_a.store(pair.on_a.context, 1, (const uint8_t *)"x", 1) < 0);
  CHECK(pair.on_a.load(pair.on_a.context, 0, buffer, sizeof buffer) < 0);
  nbiot_mock_reboot(pair.a, 0);
  CHECK_EQUAL(pair.on_a.load(pair.on_a.context, 0, buffer, sizeof buffer), 4);
  CHECK(memcmp(buffer, "kept", 4) == 0);
  CHECK_EQUAL(pair.on_a.store(pair.on_a.context, 1, (const uint8_t *)"x", 1), 1);
  nbiot_mock_world_destroy(pair.world);
}

static void the_old_device_may_still_be_destroyed(void) {
  pair_t pair = pair_create(1);
  void *block = pair.on_a.allocate(pair.on_a.context, 10);
  nbiot_mock_reboot(pair.a, 0);
  pair.on_a.udp_close(pair.on_a.context, pair.from);
  pair.on_a.release(pair.on_a.context, block);
  CHECK(no_misuse(pair.a));
  pair.on_a.release(pair.on_a.context, block);
  CHECK_EQUAL(nbiot_mock_misuse(pair.a).bad_releases, 1);
  pair.on_a.udp_close(pair.on_a.context, pair.from + 1);
  CHECK_EQUAL(nbiot_mock_misuse(pair.a).bad_sockets, 1);
  nbiot_mock_world_destroy(pair.world);
}

static void misuse_before_a_reboot_stays_counted(void) {
  pair_t pair = pair_create(1);
  pair.on_a.unlock(pair.on_a.context);
  pair.on_a.lock(pair.on_a.context);
  nbiot_mock_reboot(pair.a, 0);
  CHECK_EQUAL(nbiot_mock_misuse(pair.a).bad_unlocks, 1);
  pair.on_a.lock(pair.on_a.context);
  CHECK_EQUAL(nbiot_mock_misuse(pair.a).lock_recursions, 0);
  pair.on_a.udp_open(pair.on_a.context, NBIOT_FAMILY_IPV4, 0);
  CHECK_EQUAL(nbiot_mock_misuse(pair.a).open_sockets, 1);
  nbiot_mock_world_destroy(pair.world);
}

static void servers_of_a_node_survive(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  nbiot_mock_node_t *node = nbiot_mock_node_add(world, "10.0.0.1", 0);
  nbiot_mock_server_t *server = nbiot_mock_server_add(node, 5683);
  nbiot_mock_reboot(node, 0);
  nbiot_mock_inject(world, nbiot_mock_address("10.0.0.9", 1), nbiot_mock_address("10.0.0.1", 5683),
                    "\x40\x00\x00\x01", 4);
  nbiot_mock_advance(world, 1);
  CHECK_EQUAL(nbiot_mock_server_counts(server).pings, 1);
  nbiot_mock_reboot(NULL, 0);
  nbiot_mock_world_destroy(world);
}

void reboot_tests(void) {
  test("a reboot drops sockets and blocks, which is no misuse",
       sockets_and_blocks_are_gone_without_misuse);
  test("datagrams to a rebooted node vanish until it listens again",
       datagrams_to_a_rebooted_node_vanish_until_it_listens_again);
  test("a reboot lets the clock of the node begin anew, and no other", the_clock_begins_anew);
  test("a reboot keeps the slots and brings the power back", the_slots_stay_and_power_is_back);
  test("a device of before the reboot may still be destroyed, once",
       the_old_device_may_still_be_destroyed);
  test("misuse of before a reboot stays counted, and that after it counts",
       misuse_before_a_reboot_stays_counted);
  test("the servers of a node survive its reboot", servers_of_a_node_survive);
}
