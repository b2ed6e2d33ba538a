/* bootstrap.c - a device that is told by a bootstrap server where to register.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "orders.h"

static void test_a_session(void) {
  provisioning_t all;
  scene_t *scene = &all.scene;
  static const account_t account = {OLD_URI, NULL, NULL, 777};
  const nbiot_mock_registration_t *known;
  uint32_t order;
  provisioning_open(&all, 1);
  orders_set(all.provider, &account);
  provisioning_create(&all);
  expect_equal(nbiot_device_memory_size(&scene->config),
               NBIOT_MEMORY_SIZE_DEFAULT + NBIOT_MEMORY_BOOTSTRAP(0, 0, 0),
               "an account has its price in the header");
  expect_equal(nbiot_device_connect(scene->device, 60), NBIOT_ERR_OK,
               "connect bootstraps and registers");
  scene_expect_event(scene, NBIOT_EVENT_CONNECT_SUCCESS, 0, 0, "the link to the bootstrap server");
  scene_expect_event(scene, NBIOT_EVENT_BOOTSTRAP_START, 0, 0, "the bootstrap server is asked");
  scene_expect_event(scene, NBIOT_EVENT_BOOTSTRAP_SUCCESS, 0, 0, "it has finished");
  scene_expect_event(scene, NBIOT_EVENT_CONNECT_SUCCESS, 0, 0, "the link to the server");
  scene_expect_event(scene, NBIOT_EVENT_REG_SUCCESS, 201, 0, "registered there");
  expect(scene_next_event(scene).id == 0, "nothing else happened");
  for (order = 0; order < 4; order++) {
    expect_equal(order_code(&all, order), order == 0 ? 202 : 204, "each order is obeyed");
  }
  expect_equal(bootstraps(&all), 1, "one Bootstrap-Request");
  expect(nbiot_mock_server_has_device(scene->server), "the server knows the device");
  expect(!nbiot_mock_server_has_device(all.provider), "the bootstrap server has no registration");
  known = nbiot_mock_server_registration(scene->server, "device-1");
  expect_equal(known == NULL ? 0 : known->life_time, 777, "with the lifetime of the account");
  expect_equal(nbiot_device_step(scene->device, 0), NBIOT_ERR_OK, "the session goes on");
  expect_equal(nbiot_device_close(scene->device, 10), NBIOT_ERR_OK, "the device says good-bye");
  expect_equal(nbiot_device_connect(scene->device, 60), NBIOT_ERR_OK, "and comes back");
  expect_equal(bootstraps(&all), 1, "with the account it has");
  scene_close(scene);
}

typedef struct watch {
  scene_t *scene;
  int32_t states[16];
  uint32_t count;
} watch_t;

static int32_t watch_step(void *context, uint32_t *wait_ms) {
  watch_t *watch = context;
  int32_t status = nbiot_device_poll(watch->scene->device, wait_ms);
  int32_t state = nbiot_device_state(watch->scene->device);
  if (watch->count < 16 && (watch->count == 0 || watch->states[watch->count - 1] != state)) {
    watch->states[watch->count] = state;
    watch->count += 1;
  }
  return status;
}

static void test_states(void) {
  static const int32_t wanted[] = {NBIOT_STATE_BOOTSTRAPPING, NBIOT_STATE_REGISTERING,
                                   NBIOT_STATE_REGISTERED};
  nbiot_mock_link_t slow = {.delay_min_ms = 200, .delay_max_ms = 200};
  provisioning_t all;
  watch_t watch;
  memset(&watch, 0, sizeof watch);
  provisioning_open(&all, 1);
  all.scene.config.hold_off_s = 10;
  nbiot_mock_link(all.scene.radio, NBIOT_MOCK_UP, &slow);
  provisioning_create(&all);
  watch.scene = &all.scene;
  expect_equal(nbiot_device_connect(all.scene.device, 0), NBIOT_ERR_TIMEOUT, "it has begun");
  nbiot_mock_run(all.scene.world, watch_step, &watch, 9999);
  expect_equal(watch.states[0], NBIOT_STATE_BOOTSTRAPPING, "the hold-off is part of the bootstrap");
  expect_equal(nbiot_device_step(all.scene.device, 0), NBIOT_ERR_PENDING, "and PENDING");
  expect_equal(nbiot_device_socket(all.scene.device), -1, "no socket is open for it");
  expect_equal(all.scene.event_count, 0, "nothing happened yet");
  nbiot_mock_run(all.scene.world, watch_step, &watch, 60000);
  expect_equal(bootstraps(&all), 1, "then the bootstrap server is asked");
  expect_equal(watch.count, 3, "three states are seen");
  expect(memcmp(watch.states, wanted, sizeof wanted) == 0,
         "bootstrapping, registering, registered");
  scene_close(&all.scene);
}

/* The bootstrap server writes its own hold-off, which counts for the next bootstrap. */
static void test_a_written_hold_off(void) {
  provisioning_t all;
  tlv_t own = {{0}, 0};
  tlv_t security;
  tlv_t server;
  account_t account = {OLD_URI, NULL, NULL, 0};
  nbiot_mock_order_t orders[4];
  nbiot_mock_answer_t refused = {.code = 403};
  provisioning_open(&all, 1);
  security = security_instance(&account);
  server = server_instance(&account);
  tlv_text(&own, 0, BOOTSTRAP_URI);
  tlv_number(&own, 1, 1);
  tlv_number(&own, 2, 3);
  tlv_number(&own, 11, 30);
  orders[0] = order_write("/0/0", &security);
  orders[1] = order_write("/0/1", &own);
  orders[2] = order_write("/1/0", &server);
  orders[3] = order_plain(NBIOT_MOCK_POST, "/bs");
  nbiot_mock_server_bootstrap(all.provider, orders, 4, 0);
  provisioning_create(&all);
  scene_register(&all.scene);
  nbiot_device_close(all.scene.device, 10);
  nbiot_mock_server_answer(all.scene.server, NBIOT_MOCK_ON_REGISTER, &refused, 1);
  nbiot_device_connect(all.scene.device, 0);
  scene_run(&all.scene, 29900);
  expect_equal(nbiot_device_state(all.scene.device), NBIOT_STATE_BOOTSTRAPPING,
               "a refused account leads to a bootstrap");
  expect_equal(bootstraps(&all), 1, "but not before the time the server wrote");
  scene_run(&all.scene, 1000);
  expect_equal(bootstraps(&all), 2, "then it is asked");
  scene_close(&all.scene);
}

/* LwM2M 5.2.4 and int-7: registration fails, so the device asks for an account, and lives by that. */
static void test_fallback(void) {
  static const account_t moved = {NEW_URI, NULL, NULL, 0};
  nbiot_mock_answer_t refused = {.code = 403};
  provisioning_t all;
  provisioning_open(&all, 1);
  provisioning_create(&all);
  scene_register(&all.scene);
  orders_set(all.provider, &moved);
  nbiot_mock_server_answer(all.scene.server, NBIOT_MOCK_ON_REGISTER, &refused, NBIOT_MOCK_ALWAYS);
  nbiot_mock_server_forget(all.scene.server);
  expect_equal(nbiot_device_update(all.scene.device, 0, 0), NBIOT_ERR_OK, "an Update");
  scene_run(&all.scene, 60000);
  expect_equal(bootstraps(&all), 2, "the refused device bootstraps again");
  expect(nbiot_mock_server_has_device(all.other), "and registers where it is sent");
  expect_equal(nbiot_device_step(all.scene.device, 0), NBIOT_ERR_OK, "registered");
  scene_close(&all.scene);
}

int main(void) {
  test_a_session();
  test_states();
  test_a_written_hold_off();
  test_fallback();
  return check_summary();
}
