/* fault_tests.c - injected faults, and misuse that is noticed.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "pair.h"

static void sends_are_put_off_as_often_as_asked(void) {
  pair_t pair = pair_create(1);
  nbiot_mock_fault(pair.a, NBIOT_MOCK_FAULT_SEND_LATER, 2);
  CHECK_EQUAL(pair_send(&pair, "x", 1), 0);
  CHECK_EQUAL(pair_send(&pair, "x", 1), 0);
  CHECK_EQUAL(pair_send(&pair, "x", 1), 1);
  CHECK_EQUAL(nbiot_mock_trace_count(pair.world), 1);
  nbiot_mock_fault(pair.a, NBIOT_MOCK_FAULT_SEND_LATER, NBIOT_MOCK_ALWAYS);
  CHECK_EQUAL(pair_send(&pair, "x", 1), 0);
  CHECK_EQUAL(pair_send(&pair, "x", 1), 0);
  nbiot_mock_fault(pair.a, NBIOT_MOCK_FAULT_SEND_LATER, 0);
  CHECK_EQUAL(pair_send(&pair, "x", 1), 1);
  nbiot_mock_world_destroy(pair.world);
}

static void a_broken_socket_stays_broken_until_reopened(void) {
  pair_t pair = pair_create(1);
  void *context = pair.on_a.context;
  uint8_t buffer[4];
  nbiot_address_t from;
  nbiot_mock_fault(pair.a, NBIOT_MOCK_FAULT_SEND_BROKEN, 1);
  CHECK(pair_send(&pair, "x", 1) < 0);
  CHECK(pair_send(&pair, "x", 1) < 0);
  CHECK(pair.on_a.udp_receive(context, pair.from, buffer, 4, &from) < 0);
  pair.on_a.udp_close(context, pair.from);
  pair.from = pair.on_a.udp_open(context, NBIOT_FAMILY_IPV4, 1000);
  CHECK_EQUAL(pair_send(&pair, "x", 1), 1);
  nbiot_mock_fault(pair.a, NBIOT_MOCK_FAULT_RECEIVE_BROKEN, 1);
  CHECK(pair.on_a.udp_receive(context, pair.from, buffer, 4, &from) < 0);
  CHECK(pair_send(&pair, "x", 1) < 0);
  nbiot_mock_world_destroy(pair.world);
}

static void other_hooks_fail_as_often_as_asked(void) {
  pair_t pair = pair_create(1);
  void *context = pair.on_a.context;
  nbiot_address_t address = {0, 0, 0, {0}};
  uint8_t byte;
  nbiot_mock_fault(pair.a, NBIOT_MOCK_FAULT_OPEN, 1);
  nbiot_mock_fault(pair.a, NBIOT_MOCK_FAULT_RESOLVE_PENDING, 2);
  nbiot_mock_fault(pair.a, NBIOT_MOCK_FAULT_RESOLVE, 1);
  nbiot_mock_fault(pair.a, NBIOT_MOCK_FAULT_RANDOM, 1);
  nbiot_mock_fault(pair.a, NBIOT_MOCK_FAULT_ALLOCATE, 1);
  CHECK(pair.on_a.udp_open(context, NBIOT_FAMILY_IPV4, 0) < 0);
  CHECK(pair.on_a.udp_open(context, NBIOT_FAMILY_IPV4, 0) >= 0);
  CHECK(pair.on_a.resolve(context, "1.2.3.4", 7, &address) < 0);
  CHECK_EQUAL(pair.on_a.resolve(context, "1.2.3.4", 7, &address), 0);
  CHECK_EQUAL(pair.on_a.resolve(context, "1.2.3.4", 7, &address), 0);
  CHECK_EQUAL(pair.on_a.resolve(context, "1.2.3.4", 7, &address), 1);
  CHECK(pair.on_a.random(context, &byte, 1) < 0);
  CHECK_EQUAL(pair.on_a.random(context, &byte, 1), 0);
  CHECK(pair.on_a.allocate(context, 8) == NULL);
  CHECK_EQUAL(nbiot_mock_fault(pair.a, NBIOT_MOCK_FAULT_COUNT, 1), NBIOT_MOCK_ERR_BADPARAM);
  nbiot_mock_world_destroy(pair.world);
}

static void a_clean_node_has_no_misuse(void) {
  static const nbiot_mock_misuse_t none;
  pair_t pair = pair_create(1);
  void *context = pair.on_a.context;
  nbiot_mock_misuse_t misuse;
  void *block = pair.on_a.allocate(context, 100);
  CHECK_EQUAL((uintptr_t)block % 8, 0);
  CHECK_EQUAL(nbiot_mock_misuse(pair.a).leaked_blocks, 1);
  CHECK_EQUAL(nbiot_mock_misuse(pair.a).open_sockets, 1);
  pair.on_a.lock(context);
  pair.on_a.unlock(context);
  pair.on_a.release(context, block);
  pair.on_a.udp_close(context, pair.from);
  misuse = nbiot_mock_misuse(pair.a);
  CHECK(memcmp(&misuse, &none, sizeof none) == 0);
  nbiot_mock_world_destroy(pair.world);
}

static void misuse_is_counted(void) {
  pair_t pair = pair_create(1);
  void *context = pair.on_a.context;
  nbiot_address_t address = {0, 0, 0, {0}};
  uint64_t foreign = 0;
  nbiot_mock_misuse_t misuse;
  pair.on_a.unlock(context);
  pair.on_a.lock(context);
  pair.on_a.lock(context);
  pair.on_a.wait(context, -1, 1);
  pair.on_a.resolve(context, "1.2.3.4", 7, &address);
  pair.on_a.log(context, 1, 1, 0, 0);
  pair.on_a.unlock(context);
  pair.on_a.udp_close(context, pair.from);
  pair.on_a.udp_close(context, pair.from);
  CHECK(pair_send(&pair, "x", 1) < 0);
  pair.on_a.release(context, &foreign);
  misuse = nbiot_mock_misuse(pair.a);
  CHECK_EQUAL(misuse.bad_unlocks, 1);
  CHECK_EQUAL(misuse.lock_recursions, 1);
  CHECK_EQUAL(misuse.locked_waits, 1);
  CHECK_EQUAL(misuse.locked_resolves, 1);
  CHECK_EQUAL(misuse.locked_logs, 1);
  CHECK_EQUAL(misuse.bad_sockets, 2);
  CHECK_EQUAL(misuse.bad_releases, 1);
  nbiot_mock_world_destroy(pair.world);
}

void fault_tests(void) {
  test("sends are put off as often as asked", sends_are_put_off_as_often_as_asked);
  test("a broken socket stays broken until reopened", a_broken_socket_stays_broken_until_reopened);
  test("the other hooks fail as often as asked", other_hooks_fail_as_often_as_asked);
  test("a node that is used properly shows no misuse", a_clean_node_has_no_misuse);
  test("misuse of the hooks is counted", misuse_is_counted);
}
