/* bootstrap_reset.c - Factory Reset of a bootstrapped device: the account is forgotten, and no power cut brings back another.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "orders.h"

#define THIRD_URI "coap://10.0.0.4"

static const account_t old_account = {OLD_URI, NULL, NULL, 0};
static const account_t new_account = {NEW_URI, NULL, NULL, 0};
static uint32_t resets;
static uint32_t stores_when_reset;
static nbiot_mock_node_t *watched;

static void on_reset(void *context) {
  (void)context;
  resets += 1;
  stores_when_reset = nbiot_mock_storage(watched).stores;
}

/* A device registered with the old account, which may be reset. */
static void begin(provisioning_t *all) {
  provisioning_open(all, 1);
  all->scene.config.factory_reset = on_reset;
  scene_create(&all->scene);
  nbiot_device_connect(all->scene.device, 60);
  resets = stores_when_reset = 0;
}

static int32_t reset(provisioning_t *all, nbiot_mock_server_t *server) {
  nbiot_mock_server_t *before = all->scene.server;
  int32_t code;
  watched = all->scene.radio;
  all->scene.server = server;
  code = scene_post(&all->scene, "/3/0/5", NULL);
  scene_run(&all->scene, 100);
  all->scene.server = before;
  return code;
}

static void test_a_reset_device_bootstraps_anew(void) {
  provisioning_t all;
  begin(&all);
  orders_set(all.provider, &new_account);
  expect_equal(reset(&all, all.scene.server), 204, "the server resets the device");
  expect_equal(resets, 1, "the application is told");
  expect_equal(stores_when_reset, 4, "when both slots have been overwritten");
  expect_equal(nbiot_mock_slot(all.scene.radio, 0, NULL), 1, "with a byte");
  expect_equal(nbiot_mock_slot(all.scene.radio, 1, NULL), 1, "each");
  expect_equal(nbiot_device_step(all.scene.device, 0), NBIOT_ERR_OK, "until the reboot it goes on");
  nbiot_device_update(all.scene.device, 0, 0);
  scene_run(&all.scene, 1000);
  expect_equal(nbiot_mock_storage(all.scene.radio).stores, 4, "and stores nothing again");
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect_equal(bootstraps(&all), 2, "after the reboot it bootstraps");
  expect(nbiot_mock_server_has_device(all.other), "and lives by the new account");
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect_equal(bootstraps(&all), 2, "which it keeps");
  scene_close(&all.scene);
}

static void test_without_storage_or_bootstrap_there_is_nothing_to_forget(void) {
  nbiot_mock_storage_t storage;
  provisioning_t all;
  provisioning_open(&all, 1);
  all.scene.config.uri = OLD_URI;
  all.scene.config.bootstrap = 0;
  all.scene.config.factory_reset = on_reset;
  provisioning_create(&all);
  scene_register(&all.scene);
  resets = 0;
  expect_equal(reset(&all, all.scene.server), 204, "a device with one server is reset");
  storage = nbiot_mock_storage(all.scene.radio);
  expect(resets == 1 && storage.stores + storage.loads == 0, "by the application alone");
  scene_close(&all.scene);
  provisioning_open(&all, 1);
  all.scene.platform.store = NULL;
  all.scene.platform.load = NULL;
  all.scene.config.factory_reset = on_reset;
  provisioning_create(&all);
  scene_register(&all.scene);
  expect_equal(reset(&all, all.scene.server), 204, "so is one that keeps nothing");
  expect_equal(resets, 2, "by the application");
  scene_close(&all.scene);
}

/* Both slots hold an account that has registered: the new one in slot 0, the old one in slot 1. */
static void begin_with_two_accounts(provisioning_t *all) {
  nbiot_mock_answer_t refused = {.code = 403};
  begin(all);
  orders_set(all->provider, &new_account);
  nbiot_mock_fault(all->scene.radio, NBIOT_MOCK_FAULT_STORE, 1);
  nbiot_mock_server_answer(all->scene.server, NBIOT_MOCK_ON_REGISTER, &refused, 1);
  nbiot_mock_server_forget(all->scene.server);
  nbiot_device_update(all->scene.device, 0, 0);
  scene_run(&all->scene, 30000);
}

/* The power goes after so many bytes of a reset. Returns how often the device has asked the bootstrap server since; -1 when
 * it lives by the account that did not count any more. */
static int32_t cut(uint32_t bytes, uint8_t kind) {
  static const account_t third = {THIRD_URI, NULL, NULL, 0};
  provisioning_t all;
  nbiot_mock_server_t *last;
  uint32_t asked;
  int32_t answer;
  begin_with_two_accounts(&all);
  last = nbiot_mock_server_add(nbiot_mock_node_add(all.scene.world, "10.0.0.4", 0), 5683);
  orders_set(all.provider, &third);
  nbiot_mock_power_cut(all.scene.radio, bytes, kind);
  reset(&all, all.other);
  expect_equal(nbiot_mock_storage(all.scene.radio).cuts, 1, "the power goes in the middle");
  nbiot_mock_server_forget(all.other);
  asked = bootstraps(&all);
  provisioning_restart(&all);
  scene_register(&all.scene);
  answer = (int32_t)(bootstraps(&all) - asked);
  expect_equal(nbiot_mock_server_has_device(answer == 0 ? all.other : last), 1,
               "it registers with the account that counted, or with a new one");
  if (nbiot_mock_server_has_device(all.scene.server)) answer = -1;
  scene_close(&all.scene);
  return answer;
}

static void test_a_power_cut_leaves_the_account_that_counted_or_none(void) {
  provisioning_t all;
  begin_with_two_accounts(&all);
  expect(nbiot_mock_server_has_device(all.other), "the device has moved");
  expect_equal(nbiot_mock_slot(all.scene.radio, 0, NULL), nbiot_mock_slot(all.scene.radio, 1, NULL),
               "and both accounts are kept");
  scene_close(&all.scene);
  expect_equal(cut(0, NBIOT_MOCK_TORN), 0, "nothing is erased yet");
  expect_equal(cut(0, NBIOT_MOCK_ERASED), 0, "the one that does not count is erased");
  expect_equal(cut(1, NBIOT_MOCK_TORN), 0, "the other one still stands");
  expect_equal(cut(1, NBIOT_MOCK_ERASED), 1, "both are erased");
}

/* A slot that cannot be overwritten must not come back instead of a later account. */
static void test_a_slot_that_cannot_be_erased(void) {
  provisioning_t all;
  begin_with_two_accounts(&all);
  nbiot_mock_fault(all.scene.radio, NBIOT_MOCK_FAULT_STORE, 1);
  expect_equal(reset(&all, all.other), 204, "the reset was accepted");
  expect_equal(resets, 1, "and the application told");
  nbiot_mock_server_forget(all.other);
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect(nbiot_mock_server_has_device(all.other), "the account that counted still does");
  scene_close(&all.scene);
  begin(&all);
  nbiot_mock_fault(all.scene.radio, NBIOT_MOCK_FAULT_LOAD, 2);
  expect_equal(reset(&all, all.scene.server), 204, "a reset while nothing can be read");
  orders_set(all.provider, &old_account);
  provisioning_restart(&all);
  scene_register(&all.scene);
  expect_equal(bootstraps(&all), 2, "erases what it cannot see");
  scene_close(&all.scene);
}

int main(void) {
  test_a_reset_device_bootstraps_anew();
  test_without_storage_or_bootstrap_there_is_nothing_to_forget();
  test_a_power_cut_leaves_the_account_that_counted_or_none();
  test_a_slot_that_cannot_be_erased();
  return check_summary();
}
