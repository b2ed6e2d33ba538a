/* bootstrap_kept.c - the account over a loss of power: storage that works, fails, or holds nonsense.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "orders.h"

static void register_once(provisioning_t *all) {
  provisioning_create(all);
  scene_register(&all->scene);
  expect_equal(bootstraps(all), 1, "by a bootstrap");
}

static void test_a_restart_needs_no_bootstrap(void) {
  provisioning_t all;
  provisioning_open(&all, 1);
  register_once(&all);
  expect_equal(nbiot_mock_storage(all.scene.radio).stores, 2, "stored after Finish and after Register");
  provisioning_restart(&all);
  all.scene.seen = all.scene.event_count;
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_OK, "the device is back");
  scene_expect_event(&all.scene, NBIOT_EVENT_CONNECT_SUCCESS, 0, 0, "with one link");
  scene_expect_event(&all.scene, NBIOT_EVENT_REG_SUCCESS, 201, 0, "and one Register");
  expect_equal(bootstraps(&all), 1, "without the bootstrap server");
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect_equal(nbiot_mock_storage(all.scene.radio).stores, 2, "an account that is kept is not stored again");
  scene_close(&all.scene);
}

static void test_without_storage_each_start_bootstraps(void) {
  provisioning_t all;
  provisioning_open(&all, 1);
  all.scene.platform.store = NULL;
  all.scene.platform.load = NULL;
  register_once(&all);
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect_equal(bootstraps(&all), 2, "each power-up asks the bootstrap server");
  scene_close(&all.scene);
}

/* An account that registers nobody any more is replaced, and the new one is kept in its place. */
static void test_a_kept_account_that_is_refused(void) {
  static const account_t moved = {NEW_URI, NULL, NULL, 0};
  nbiot_mock_answer_t refused = {.code = 403};
  provisioning_t all;
  provisioning_open(&all, 1);
  register_once(&all);
  orders_set(all.provider, &moved);
  nbiot_mock_server_answer(all.scene.server, NBIOT_MOCK_ON_REGISTER, &refused, NBIOT_MOCK_ALWAYS);
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect_equal(bootstraps(&all), 2, "it asks for another");
  expect(nbiot_mock_server_has_device(all.other), "and registers there");
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect_equal(bootstraps(&all), 2, "the other one was kept");
  scene_close(&all.scene);
}

/* An account that has never registered does not replace one that has: until then the old one counts. */
static void test_the_old_account_counts_until_the_new_one_has_registered(void) {
  static const account_t moved = {NEW_URI, NULL, NULL, 0};
  nbiot_mock_answer_t refused = {.code = 403};
  provisioning_t all;
  provisioning_open(&all, 1);
  register_once(&all);
  orders_set(all.provider, &moved);
  nbiot_mock_server_forget(all.scene.server);
  nbiot_mock_server_answer(all.scene.server, NBIOT_MOCK_ON_REGISTER, &refused, 1);
  nbiot_mock_server_answer(all.other, NBIOT_MOCK_ON_REGISTER, &refused, NBIOT_MOCK_ALWAYS);
  nbiot_device_update(all.scene.device, 0, 0);
  scene_run(&all.scene, 10000);
  expect_equal(bootstraps(&all), 2, "a new account came");
  expect_equal(nbiot_mock_server_counts(all.other).registers, 1, "and was refused");
  expect_equal(nbiot_mock_storage(all.scene.radio).stores, 3, "it had been stored");
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect(nbiot_mock_server_has_device(all.scene.server), "the old account is the one that counts");
  expect_equal(bootstraps(&all), 2, "and needs no bootstrap");
  scene_close(&all.scene);
}

/* How often the log told that an account was not kept, or could not be read. */
static uint32_t storage_errors(const provisioning_t *all) {
  nbiot_mock_log_t entry;
  uint32_t index;
  uint32_t told = 0;
  for (index = 0; nbiot_mock_log_at(all->scene.radio, index, &entry) == NBIOT_MOCK_OK; index++) {
    told += entry.event == NBIOT_LOG_STORAGE && entry.level == NBIOT_LOG_ERROR;
  }
  return told;
}

static void test_store_fails(void) {
  provisioning_t all;
  provisioning_open(&all, 1);
  nbiot_mock_fault(all.scene.radio, NBIOT_MOCK_FAULT_STORE, 1);
  register_once(&all);
  expect_equal(storage_errors(&all), 1, "the log tells of it");
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect_equal(bootstraps(&all), 1, "the second store, after Register, has kept the account");
  nbiot_mock_slot_set(all.scene.radio, 0, NULL, 0);
  nbiot_mock_slot_set(all.scene.radio, 1, NULL, 0);
  nbiot_mock_fault(all.scene.radio, NBIOT_MOCK_FAULT_STORE, NBIOT_MOCK_ALWAYS);
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect_equal(bootstraps(&all), 2, "a device that cannot store works all the same");
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect_equal(bootstraps(&all), 3, "and asks again at each start");
  scene_close(&all.scene);
}

static void test_load_fails(void) {
  provisioning_t all;
  provisioning_open(&all, 1);
  register_once(&all);
  nbiot_mock_fault(all.scene.radio, NBIOT_MOCK_FAULT_LOAD, 2);
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect_equal(bootstraps(&all), 2, "what cannot be read is not there");
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect_equal(bootstraps(&all), 2, "and later it is");
  scene_close(&all.scene);
}

/* Every bit of both slots, flipped: the check sum sees it, and the other slot counts. */
static void test_flipped_bits(void) {
  provisioning_t all;
  const uint8_t *data = NULL;
  uint8_t kept[512];
  uint32_t length;
  uint32_t index;
  unsigned lost = 0;
  provisioning_open(&all, 1);
  register_once(&all);
  length = (uint32_t)nbiot_mock_slot(all.scene.radio, 1, &data);
  if (!expect(length > 20 && length <= sizeof kept, "a record of some length")) return;
  memcpy(kept, data, length);
  for (index = 0; index < length * 8; index++) {
    kept[index / 8] ^= (uint8_t)(1u << index % 8);
    nbiot_mock_slot_set(all.scene.radio, 1, kept, length);
    nbiot_device_destroy(all.scene.device);
    scene_create(&all.scene);
    lost += nbiot_device_connect(all.scene.device, 60) != NBIOT_ERR_OK || bootstraps(&all) != 1;
    kept[index / 8] ^= (uint8_t)(1u << index % 8);
  }
  expect_equal(lost, 0, "with any bit of one slot flipped the other one is used");
  scene_close(&all.scene);
}

static void test_nonsense_in_the_slots(void) {
  static uint8_t junk[70000];
  static const uint32_t lengths[] = {1, 9, 10, 14, 100, 511, 512, 513, 70000};
  provisioning_t all;
  size_t index;
  provisioning_open(&all, 1);
  memset(junk, 0xFF, sizeof junk);
  for (index = 0; index < sizeof lengths / sizeof lengths[0]; index++) {
    if (all.scene.device != NULL) nbiot_device_destroy(all.scene.device);
    nbiot_mock_slot_set(all.scene.radio, 0, junk, lengths[index]);
    nbiot_mock_slot_set(all.scene.radio, 1, index % 2 == 0 ? junk : NULL,
                        index % 2 == 0 ? lengths[index] : 0);
    provisioning_create(&all);
    expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_OK,
                 "nonsense is no account: the device bootstraps");
    expect_equal(bootstraps(&all), (long long)index + 1, "each time");
  }
  scene_close(&all.scene);
}

/* A record behind which the medium gives its whole page. */
static void test_a_slot_longer_than_the_record(void) {
  uint8_t page[4096];
  const uint8_t *data = NULL;
  uint32_t length;
  provisioning_t all;
  provisioning_open(&all, 1);
  register_once(&all);
  length = (uint32_t)nbiot_mock_slot(all.scene.radio, 1, &data);
  memset(page, 0xFF, sizeof page);
  memcpy(page, data, length <= sizeof page ? length : sizeof page);
  nbiot_mock_slot_set(all.scene.radio, 0, NULL, 0);
  nbiot_mock_slot_set(all.scene.radio, 1, page, sizeof page);
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect_equal(bootstraps(&all), 1, "what follows the record does no harm");
  scene_close(&all.scene);
}

/* An account that was written for larger tables: the device of today asks for one that fits. */
static void test_capacities_that_shrank(void) {
  static const account_t named = {"coap://a-server-with-a-long-name.example", NULL, NULL, 0};
  static const account_t account = {OLD_URI, NULL, NULL, 0};
  provisioning_t all;
  provisioning_open(&all, 1);
  nbiot_mock_name(all.scene.world, "a-server-with-a-long-name.example",
                  nbiot_mock_address("10.0.0.1", 0));
  orders_set(all.provider, &named);
  register_once(&all);
  orders_set(all.provider, &account);
  all.scene.config.uri_capacity = 20;
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect_equal(bootstraps(&all), 2, "it bootstraps");
  scene_close(&all.scene);
}

static void test_a_buffer_too_small_for_a_record(void) {
  static const account_t account = {NULL, NULL, NULL, 0};
  static const char uri[] = "coap://a-server-with-a-long-name.example";
  tlv_t server = server_instance(&account);
  nbiot_mock_order_t orders[4];
  provisioning_t all;
  provisioning_open(&all, 1);
  nbiot_mock_name(all.scene.world, "a-server-with-a-long-name.example",
                  nbiot_mock_address("10.0.0.1", 0));
  orders[0] = order_text("/0/0/0", uri);
  orders[1] = order_text("/0/0/10", "101");
  orders[2] = order_write("/1/0", &server);
  orders[3] = order_plain(NBIOT_MOCK_POST, "/bs");
  nbiot_mock_server_bootstrap(all.provider, orders, 4, 0);
  all.scene.config.receive_capacity = 64;
  provisioning_create(&all);
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_OK, "the device registers");
  expect_equal(nbiot_mock_storage(all.scene.radio).stores, 0, "but cannot keep its account");
  expect_equal(storage_errors(&all), 2, "and the log tells of it, after Finish and after Register");
  scene_close(&all.scene);
}

static void test_a_device_without_bootstrap_leaves_the_slots_alone(void) {
  scene_t scene;
  nbiot_mock_storage_t storage;
  scene_open(&scene, 1);
  scene_create(&scene);
  scene_register(&scene);
  storage = nbiot_mock_storage(scene.radio);
  expect_equal(storage.loads + storage.stores, 0, "there is no account to keep");
  scene_close(&scene);
}

int main(void) {
  test_a_restart_needs_no_bootstrap();
  test_without_storage_each_start_bootstraps();
  test_a_kept_account_that_is_refused();
  test_the_old_account_counts_until_the_new_one_has_registered();
  test_store_fails();
  test_load_fails();
  test_flipped_bits();
  test_nonsense_in_the_slots();
  test_a_slot_longer_than_the_record();
  test_capacities_that_shrank();
  test_a_buffer_too_small_for_a_record();
  test_a_device_without_bootstrap_leaves_the_slots_alone();
  return check_summary();
}
