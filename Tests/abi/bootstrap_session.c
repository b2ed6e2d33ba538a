/* bootstrap_session.c - from no account to a registration with the key that was written, through a toy of a provider.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "far_end.h"
#include "orders.h"
#include "toy_security.h"

/* The key's first byte is the toy's. */
static const account_t account = {"coaps://10.0.0.4", "device-7", "kept secret", 0};

typedef struct whole {
  provisioning_t all;
  toy_t toy;
  far_end_t far_end;
} whole_t;

static int32_t step(void *context, uint32_t *wait_ms) {
  whole_t *whole = context;
  int32_t status = nbiot_device_poll(whole->all.scene.device, wait_ms);
  far_end_pump(&whole->far_end);
  *wait_ms = *wait_ms < 10 ? *wait_ms : 10;
  return status;
}

static void start(whole_t *whole, uint8_t key) {
  scene_t *scene = &whole->all.scene;
  memset(whole, 0, sizeof *whole);
  whole->toy.next_ms = UINT32_MAX;
  provisioning_open(&whole->all, 1);
  far_end_open(&whole->far_end, scene->world, key);
  scene->config.security = &toy_provider;
  scene->config.security_context = &whole->toy;
  orders_set(whole->all.provider, &account);
  provisioning_create(&whole->all);
  expect_equal(nbiot_device_connect(scene->device, 0), NBIOT_ERR_TIMEOUT, "connect starts");
  nbiot_mock_run(scene->world, step, whole, 20000);
}

static void finish(whole_t *whole) {
  far_end_close(&whole->far_end);
  scene_close(&whole->all.scene);
}

static void test_the_key_that_was_written(void) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/3/0/16");
  nbiot_mock_response_t response;
  whole_t whole;
  uint32_t index;
  start(&whole, (uint8_t)account.key[0]);
  expect_equal(bootstraps(&whole.all), 1, "int-0, int-1: the bootstrap server is asked once");
  for (index = 0; index < 4; index++) {
    expect_equal(order_code(&whole.all, index), index == 0 ? 202 : 204, "int-1: each order is done");
  }
  expect(whole.toy.credentials != NULL && whole.toy.credentials->identity_length == 8 &&
             memcmp(whole.toy.credentials->identity, account.identity, 8) == 0,
         "int-1: the link is opened with the identity that was written");
  expect_equal(nbiot_device_state(whole.all.scene.device), NBIOT_STATE_REGISTERED,
               "int-1: the device registers through a link with the key that was written");
  expect_equal(nbiot_mock_server_counts(whole.all.scene.server).registers, 1, "int-1: once");
  expect(nbiot_mock_server_ask(whole.all.scene.server, &request, step, &whole, &response) >= 0 &&
             response.code == 205,
         "int-1: the server reads through it");
  finish(&whole);
}

static void test_another_key(void) {
  whole_t whole;
  start(&whole, (uint8_t)(account.key[0] + 1));
  expect(whole.toy.opens > 0, "int-1: the link is opened");
  expect_equal(nbiot_mock_server_counts(whole.all.scene.server).registers, 0,
               "int-1: a server with another key hears of no registration");
  finish(&whole);
}

int main(void) {
  test_the_key_that_was_written();
  test_another_key();
  return check_summary();
}
