/* storage_tests.c - two slots that outlive the device, and power cuts.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "pair.h"

static int32_t store(pair_t *pair, uint32_t slot, const char *text) {
  return pair->on_a.store(pair->on_a.context, slot, (const uint8_t *)text, (uint32_t)strlen(text));
}

static int holds(const pair_t *pair, uint32_t slot, const char *text) {
  const uint8_t *data = NULL;
  int32_t length = nbiot_mock_slot(pair->a, slot, &data);
  return length == (int32_t)strlen(text) && (length == 0 || memcmp(data, text, (size_t)length) == 0);
}

static void slots_keep_what_was_stored(void) {
  pair_t pair = pair_create(1);
  uint8_t buffer[4] = {9, 9, 9, 9};
  nbiot_mock_storage_t storage;
  CHECK_EQUAL(pair.on_a.load(pair.on_a.context, 0, buffer, sizeof buffer), 0);
  CHECK_EQUAL(store(&pair, 0, "first"), 5);
  CHECK_EQUAL(store(&pair, 1, "one"), 3);
  CHECK_EQUAL(pair.on_a.load(pair.on_a.context, 0, buffer, 2), 5);
  CHECK(memcmp(buffer, "fi\x09\x09", 4) == 0);
  CHECK_EQUAL(store(&pair, 0, "2nd"), 3);
  CHECK(holds(&pair, 0, "2nd") && holds(&pair, 1, "one"));
  CHECK(store(&pair, 4, "x") < 0);
  CHECK(pair.on_a.load(pair.on_a.context, 4, buffer, 1) < 0);
  storage = nbiot_mock_storage(pair.a);
  CHECK_EQUAL(storage.stores, 3);
  CHECK_EQUAL(storage.loads, 2);
  CHECK_EQUAL(storage.bytes, 11);
  CHECK_EQUAL(nbiot_mock_slot(pair.b, 0, NULL), 0);
  nbiot_mock_world_destroy(pair.world);
}

static void a_cut_leaves_new_bytes_and_then_old_ones(void) {
  pair_t pair = pair_create(1);
  store(&pair, 0, "abcdef");
  CHECK_EQUAL(nbiot_mock_power_cut(pair.a, 5, NBIOT_MOCK_TORN), NBIOT_MOCK_OK);
  CHECK_EQUAL(store(&pair, 1, "xyz"), 3);
  CHECK(store(&pair, 0, "1234") < 0);
  CHECK(holds(&pair, 0, "12cdef") && holds(&pair, 1, "xyz"));
  CHECK_EQUAL(nbiot_mock_storage(pair.a).cuts, 1);
  nbiot_mock_world_destroy(pair.world);
}

static void a_cut_in_an_erased_slot_leaves_new_bytes_and_ff(void) {
  pair_t pair = pair_create(1);
  store(&pair, 0, "abcdef");
  nbiot_mock_power_cut(pair.a, 1, NBIOT_MOCK_ERASED);
  CHECK(store(&pair, 0, "123") < 0);
  CHECK(holds(&pair, 0, "1\xFF\xFF"));
  nbiot_mock_power_up(pair.a);
  nbiot_mock_power_cut(pair.a, 0, NBIOT_MOCK_TORN);
  CHECK(store(&pair, 1, "123") < 0);
  CHECK(holds(&pair, 1, ""));
  nbiot_mock_world_destroy(pair.world);
}

static void without_power_nothing_works_until_it_is_back(void) {
  pair_t pair = pair_create(1);
  nbiot_address_t from;
  uint8_t byte;
  nbiot_mock_power_cut(pair.a, 2, NBIOT_MOCK_TORN);
  CHECK_EQUAL(nbiot_mock_power_up(pair.a), 0);
  CHECK_EQUAL(store(&pair, 0, "1234"), 4);
  nbiot_mock_power_cut(pair.a, 2, NBIOT_MOCK_TORN);
  CHECK(store(&pair, 0, "5678") < 0);
  CHECK(store(&pair, 1, "x") < 0);
  CHECK(pair.on_a.load(pair.on_a.context, 0, &byte, 1) < 0);
  pair_send(&pair, "x", 1);
  nbiot_mock_advance(pair.world, 1000);
  CHECK_EQUAL(pair_receive(&pair, &byte, 1, &from), 0);
  CHECK_EQUAL(nbiot_mock_power_up(pair.a), 1);
  CHECK_EQUAL(pair.on_a.load(pair.on_a.context, 0, &byte, 1), 4);
  CHECK(holds(&pair, 0, "5634"));
  pair_send(&pair, "x", 1);
  nbiot_mock_advance(pair.world, 1000);
  CHECK_EQUAL(pair_receive(&pair, &byte, 1, &from), 1);
  nbiot_mock_world_destroy(pair.world);
}

static void a_slot_can_be_given_any_content(void) {
  pair_t pair = pair_create(1);
  CHECK_EQUAL(nbiot_mock_slot_set(pair.a, 0, "junk", 4), NBIOT_MOCK_OK);
  CHECK(holds(&pair, 0, "junk"));
  CHECK_EQUAL(nbiot_mock_slot_set(pair.a, 0, NULL, 0), NBIOT_MOCK_OK);
  CHECK(holds(&pair, 0, ""));
  CHECK_EQUAL(nbiot_mock_slot_set(pair.a, 4, "x", 1), NBIOT_MOCK_ERR_BADPARAM);
  CHECK_EQUAL(nbiot_mock_slot(pair.a, 4, NULL), NBIOT_MOCK_ERR_BADPARAM);
  CHECK_EQUAL(nbiot_mock_power_cut(pair.a, 0, 2), NBIOT_MOCK_ERR_BADPARAM);
  nbiot_mock_world_destroy(pair.world);
}

static void failing_hooks_and_a_held_lock_are_seen(void) {
  pair_t pair = pair_create(1);
  uint8_t byte;
  store(&pair, 0, "kept");
  nbiot_mock_fault(pair.a, NBIOT_MOCK_FAULT_STORE, 1);
  nbiot_mock_fault(pair.a, NBIOT_MOCK_FAULT_LOAD, 1);
  CHECK(store(&pair, 0, "lost") < 0);
  CHECK(pair.on_a.load(pair.on_a.context, 0, &byte, 1) < 0);
  CHECK(holds(&pair, 0, "kept"));
  pair.on_a.lock(pair.on_a.context);
  store(&pair, 0, "x");
  pair.on_a.load(pair.on_a.context, 0, &byte, 1);
  pair.on_a.unlock(pair.on_a.context);
  CHECK_EQUAL(nbiot_mock_misuse(pair.a).locked_stores, 2);
  nbiot_mock_world_destroy(pair.world);
}

void storage_tests(void) {
  test("the slots keep what was stored", slots_keep_what_was_stored);
  test("a cut leaves new bytes, then old ones", a_cut_leaves_new_bytes_and_then_old_ones);
  test("a cut in an erased slot leaves new bytes, then FF",
       a_cut_in_an_erased_slot_leaves_new_bytes_and_ff);
  test("without power nothing works", without_power_nothing_works_until_it_is_back);
  test("a slot can be given any content", a_slot_can_be_given_any_content);
  test("failing storage and a held lock are seen", failing_hooks_and_a_held_lock_are_seen);
}
