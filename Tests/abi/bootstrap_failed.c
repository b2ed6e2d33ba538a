/* bootstrap_failed.c - bootstraps that bring no account, and what connect and step say of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "orders.h"

static void test_refused(void) {
  nbiot_mock_answer_t refused = {.code = 403};
  provisioning_t all;
  provisioning_open(&all, 1);
  provisioning_create(&all);
  nbiot_mock_server_answer(all.provider, NBIOT_MOCK_ON_BOOTSTRAP, &refused, 1);
  expect_equal(nbiot_device_connect(all.scene.device, -1), NBIOT_ERR_BS_FAILED,
               "a refusal ends connect at once");
  scene_expect_event(&all.scene, NBIOT_EVENT_CONNECT_SUCCESS, 0, 0, "the link stood");
  scene_expect_event(&all.scene, NBIOT_EVENT_BOOTSTRAP_START, 0, 0, "it was asked");
  scene_expect_event(&all.scene, NBIOT_EVENT_BOOTSTRAP_FAILED, 403, 0, "the event has the code");
  expect_equal(nbiot_device_state(all.scene.device), NBIOT_STATE_WAITING, "the device waits");
  expect_equal(nbiot_device_step(all.scene.device, 0), NBIOT_ERR_BS_FAILED, "step says why");
  expect_equal(nbiot_device_socket(all.scene.device), -1, "with the socket closed");
  scene_run(&all.scene, 100000);
  expect_equal(nbiot_device_step(all.scene.device, 0), NBIOT_ERR_OK,
               "it is tried again with back-off");
  expect_equal(bootstraps(&all), 2, "once");
  scene_close(&all.scene);
}

static void test_connect_tries_at_once(void) {
  nbiot_mock_answer_t refused = {.code = 400};
  provisioning_t all;
  provisioning_open(&all, 1);
  provisioning_create(&all);
  nbiot_mock_server_answer(all.provider, NBIOT_MOCK_ON_BOOTSTRAP, &refused, 2);
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_BS_FAILED, "once");
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_BS_FAILED, "and again");
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_OK, "until it works");
  scene_close(&all.scene);
}

static void test_reset(void) {
  nbiot_mock_answer_t reset = {.kind = NBIOT_MOCK_RESET};
  provisioning_t all;
  provisioning_open(&all, 1);
  provisioning_create(&all);
  nbiot_mock_server_answer(all.provider, NBIOT_MOCK_ON_BOOTSTRAP, &reset, 1);
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_SERVER_RESET,
               "a Reset is told as one");
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_OK, "the next one works");
  scene_close(&all.scene);
}

static void test_silence(void) {
  nbiot_mock_answer_t silent = {.kind = NBIOT_MOCK_SILENT};
  provisioning_t all;
  provisioning_open(&all, 1);
  provisioning_create(&all);
  nbiot_mock_server_answer(all.provider, NBIOT_MOCK_ON_BOOTSTRAP, &silent, 1);
  expect_equal(nbiot_device_connect(all.scene.device, 30), NBIOT_ERR_TIMEOUT,
               "silence takes its time");
  expect_equal(nbiot_device_state(all.scene.device), NBIOT_STATE_BOOTSTRAPPING, "it still asks");
  scene_run(&all.scene, 80000);
  expect_equal(nbiot_device_step(all.scene.device, 0), NBIOT_ERR_BS_FAILED, "then it has failed");
  all.scene.seen = all.scene.event_count - 1;
  scene_expect_event(&all.scene, NBIOT_EVENT_BOOTSTRAP_FAILED, 0, 0, "without a code");
  scene_run(&all.scene, 60000);
  expect_equal(nbiot_device_step(all.scene.device, 0), NBIOT_ERR_OK, "the next one works");
  scene_close(&all.scene);
}

static void test_no_name_and_no_socket(void) {
  provisioning_t all;
  provisioning_open(&all, 1);
  all.scene.config.uri = "coap://bootstrap.example";
  provisioning_create(&all);
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_INVALID_URI,
               "the bootstrap server has no address");
  expect_equal(nbiot_device_step(all.scene.device, 0), NBIOT_ERR_BS_FAILED, "step counts it in");
  nbiot_mock_name(all.scene.world, "bootstrap.example", nbiot_mock_address("10.0.0.9", 0));
  nbiot_mock_fault(all.scene.radio, NBIOT_MOCK_FAULT_OPEN, 1);
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_SOCKET, "no socket opens");
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_OK, "all is well again");
  scene_close(&all.scene);
}

/* LwM2M 5.2.6 and int-9: Finish without an account for a server is answered 4.06. */
static void test_finish_without_an_account(void) {
  nbiot_mock_order_t finish = order_plain(NBIOT_MOCK_POST, "/bs");
  provisioning_t all;
  provisioning_open(&all, 1);
  nbiot_mock_server_bootstrap(all.provider, &finish, 1, 0);
  provisioning_create(&all);
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_TIMEOUT,
               "the device waits for more");
  expect_equal(order_code(&all, 0), 406, "Finish came too soon");
  expect_equal(nbiot_device_state(all.scene.device), NBIOT_STATE_BOOTSTRAPPING, "it goes on");
  scene_run(&all.scene, 60000);
  expect_equal(nbiot_device_step(all.scene.device, 0), NBIOT_ERR_BS_FAILED, "then it has failed");
  expect_equal(nbiot_mock_storage(all.scene.radio).stores, 0, "and nothing was stored");
  scene_close(&all.scene);
}

static void test_no_finish(void) {
  account_t account = {OLD_URI, NULL, NULL, 0};
  tlv_t security = security_instance(&account);
  nbiot_mock_order_t order = order_write("/0/0", &security);
  provisioning_t all;
  provisioning_open(&all, 1);
  nbiot_mock_server_bootstrap(all.provider, &order, 1, 0);
  provisioning_create(&all);
  expect_equal(nbiot_device_connect(all.scene.device, 200), NBIOT_ERR_TIMEOUT,
               "what is not finished is not used");
  expect_equal(order_code(&all, 0), 204, "although it was accepted");
  expect(!nbiot_mock_server_has_device(all.scene.server), "nobody registers");
  scene_close(&all.scene);
}

/* A plain write of a secure server needs a provider; without one the account is refused. */
static void test_a_secure_account_without_a_provider(void) {
  static const account_t account = {"coaps://10.0.0.1", "me", "key", 0};
  provisioning_t all;
  provisioning_open(&all, 1);
  orders_set(all.provider, &account);
  provisioning_create(&all);
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_TIMEOUT,
               "there is no account to use");
  expect_equal(order_code(&all, 3), 406, "and the bootstrap server is told");
  expect_equal(nbiot_mock_server_counts(all.scene.server).registers, 0,
               "nothing goes to the server in clear");
  scene_close(&all.scene);
}

static void test_close_ends_a_bootstrap(void) {
  provisioning_t all;
  nbiot_mock_answer_t late = {.delay_ms = 10000};
  provisioning_open(&all, 1);
  provisioning_create(&all);
  nbiot_mock_server_answer(all.provider, NBIOT_MOCK_ON_BOOTSTRAP, &late, 1);
  expect_equal(nbiot_device_connect(all.scene.device, 5), NBIOT_ERR_TIMEOUT, "under way");
  expect_equal(nbiot_device_close(all.scene.device, 10), NBIOT_ERR_NOT_REGISTER,
               "there is no registration to end");
  expect_equal(nbiot_device_state(all.scene.device), NBIOT_STATE_IDLE, "the device is idle");
  scene_run(&all.scene, 60000);
  expect_equal(nbiot_device_state(all.scene.device), NBIOT_STATE_IDLE, "and stays so");
  expect_equal(nbiot_device_connect(all.scene.device, 60), NBIOT_ERR_OK, "it may begin anew");
  scene_close(&all.scene);
}

int main(void) {
  test_refused();
  test_connect_tries_at_once();
  test_reset();
  test_silence();
  test_no_name_and_no_socket();
  test_finish_without_an_account();
  test_no_finish();
  test_a_secure_account_without_a_provider();
  test_close_ends_a_bootstrap();
  return check_summary();
}
