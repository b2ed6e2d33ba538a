/* log.c - what the log hook is told: each NBIOT_LOG_* with its level and what a and b carry; and the numbers of events.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "orders.h"
#include "toy_security.h"

/* How often the hook was told exactly this. */
static uint32_t told(const scene_t *scene, uint8_t level, uint16_t event, uint32_t a, uint32_t b) {
  nbiot_mock_log_t entry;
  uint32_t found = 0;
  uint32_t index;
  for (index = 0; nbiot_mock_log_at(scene->radio, index, &entry) == NBIOT_MOCK_OK; index += 1) {
    found += entry.level == level && entry.event == event && entry.a == a && entry.b == b;
  }
  return found;
}

/* How often of this event, whatever it carries. */
static uint32_t told_of(const scene_t *scene, uint8_t level, uint16_t event) {
  nbiot_mock_log_t entry;
  uint32_t found = 0;
  uint32_t index;
  for (index = 0; nbiot_mock_log_at(scene->radio, index, &entry) == NBIOT_MOCK_OK; index += 1) {
    found += entry.level == level && entry.event == event;
  }
  return found;
}

static void test_a_registration(void) {
  scene_t scene;
  int32_t socket;
  scene_open(&scene, 1);
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "the device is created");
  scene_register(&scene);
  socket = nbiot_device_socket(scene.device);
  expect_equal(told(&scene, NBIOT_LOG_INFO, NBIOT_LOG_SOCKET_OPENED, (uint32_t)socket, 0), 1,
               "the socket");
  expect_equal(told(&scene, NBIOT_LOG_INFO, NBIOT_LOG_EVENT, NBIOT_EVENT_REG_SUCCESS, 201), 1,
               "an event with its code");
  expect_equal(told(&scene, NBIOT_LOG_INFO, NBIOT_LOG_STATE, (uint32_t)NBIOT_STATE_IDLE,
                    (uint32_t)NBIOT_STATE_REGISTERED), 1, "from one state to the next");
  expect_equal(told_of(&scene, NBIOT_LOG_DEBUG, NBIOT_LOG_DATAGRAM_OUT), 1, "Register");
  expect_equal(told_of(&scene, NBIOT_LOG_DEBUG, NBIOT_LOG_DATAGRAM_IN), 1, "and its answer");
  scene_close(&scene);
}

static void test_datagrams(void) {
  static const uint8_t ping[] = {0x40, 0, 0x12, 0x34};
  static const uint8_t stump[] = {0x40, 0x01};
  nbiot_address_t device;
  nbiot_address_t server = nbiot_mock_address("10.0.0.1", 5683);
  scene_t scene;
  scene_open(&scene, 1);
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "the device is created");
  scene_register(&scene);
  nbiot_mock_visible_address(scene.radio, &device);
  nbiot_mock_inject(scene.world, server, device, ping, sizeof ping);
  nbiot_mock_inject(scene.world, server, device, stump, sizeof stump);
  scene_run(&scene, 10);
  expect_equal(told(&scene, NBIOT_LOG_DEBUG, NBIOT_LOG_DATAGRAM_IN, 4, 0x40001234u), 1,
               "length and first four bytes of what came");
  expect_equal(told(&scene, NBIOT_LOG_DEBUG, NBIOT_LOG_DATAGRAM_OUT, 4, 0x70001234u), 1,
               "and of what left");
  expect_equal(told(&scene, NBIOT_LOG_DEBUG, NBIOT_LOG_DATAGRAM_IN, 2, 0x40010000u), 1,
               "zeros stand for bytes that are not there");
  expect_equal(told(&scene, NBIOT_LOG_INFO, NBIOT_LOG_DATAGRAM_DROPPED, NBIOT_DROP_SHORT, 2), 1,
               "cause and length of what was dropped");
  scene_close(&scene);
}

static void test_broken_hooks(void) {
  nbiot_mock_log_t entry;
  uint32_t index;
  uint32_t broken = 0;
  scene_t scene;
  int32_t socket;
  scene_open_at(&scene, 1, 100000);
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "the device is created");
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RESOLVE, 1);
  expect_equal(nbiot_device_connect(scene.device, 0), NBIOT_ERR_INVALID_URI, "no name");
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_OPEN, 1);
  expect_equal(nbiot_device_connect(scene.device, 0), NBIOT_ERR_SOCKET, "no socket");
  scene_register(&scene);
  socket = nbiot_device_socket(scene.device);
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RECEIVE_BROKEN, 1);
  nbiot_mock_clock_step(scene.radio, -5000);
  scene_run(&scene, 10);
  expect_equal(told_of(&scene, NBIOT_LOG_WARNING, NBIOT_LOG_RESOLVE_FAILED), 1, "the name");
  for (index = 0; nbiot_mock_log_at(scene.radio, index, &entry) == NBIOT_MOCK_OK; index += 1) {
    if (entry.event == NBIOT_LOG_SOCKET_BROKEN) {
      expect_equal(entry.a, broken == 0 ? UINT32_MAX : (uint32_t)socket, "which socket");
      expect((int32_t)entry.b < 0, "and what the hook said");
      broken += 1;
    }
  }
  expect_equal(broken, 2, "one did not open, one broke");
  expect_equal(told(&scene, NBIOT_LOG_WARNING, NBIOT_LOG_CLOCK_STEPPED, 5000, 0), 1, "by how much");
  scene_close(&scene);
}

static void test_no_randomness(void) {
  scene_t scene;
  scene_open(&scene, 1);
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "the device is created");
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RANDOM, 1);
  nbiot_device_connect(scene.device, 0);
  expect_equal(told_of(&scene, NBIOT_LOG_ERROR, NBIOT_LOG_RANDOM_FAILED), 1, "told as an error");
  scene_close(&scene);
}

static void test_a_provider_that_gives_up(void) {
  scene_t scene;
  toy_t toy;
  memset(&toy, 0, sizeof toy);
  toy.open_answer = NBIOT_SECURITY_MEMORY;
  scene_open(&scene, 1);
  scene.config.uri = "coaps://10.0.0.1";
  scene.config.security = &toy_provider;
  scene.config.security_context = &toy;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "the device is created");
  nbiot_device_connect(scene.device, 0);
  expect_equal(told(&scene, NBIOT_LOG_WARNING, NBIOT_LOG_SECURITY, 0,
                    (uint32_t)NBIOT_SECURITY_MEMORY), 1, "with the provider's answer");
  scene_close(&scene);
}

static int32_t store_and_say_zero(void *context, uint32_t slot, const uint8_t *data,
                                  uint32_t length) {
  (void)context, (void)slot, (void)data, (void)length;
  return 0;
}

/* A port that answers 0 for success, as many drivers do, keeps no account: somebody has to say so. */
static void test_a_store_that_answers_zero(void) {
  provisioning_t all;
  provisioning_open(&all, 1);
  all.scene.platform.store = store_and_say_zero;
  provisioning_create(&all);
  scene_register(&all.scene);
  expect_equal(told(&all.scene, NBIOT_LOG_ERROR, NBIOT_LOG_STORAGE, 0, 0), 2,
               "after Finish, and after Register");
  scene_close(&all.scene);
}

/* OneNET's modules use 1 to 63 and 99; what they have no event for stands behind. */
static void test_event_numbers(void) {
  static const uint32_t modules[] = {
      NBIOT_EVENT_BOOTSTRAP_START, NBIOT_EVENT_BOOTSTRAP_SUCCESS, NBIOT_EVENT_BOOTSTRAP_FAILED,
      NBIOT_EVENT_CONNECT_SUCCESS, NBIOT_EVENT_CONNECT_FAILED, NBIOT_EVENT_REG_SUCCESS,
      NBIOT_EVENT_REG_FAILED, NBIOT_EVENT_REG_TIMEOUT, NBIOT_EVENT_LIFETIME_TIMEOUT};
  uint32_t index;
  for (index = 0; index < sizeof modules / sizeof modules[0]; index += 1) {
    expect_equal(modules[index], index + 1, "the module's number");
  }
  expect_equal(NBIOT_EVENT_UPDATE_SUCCESS, 11, "the module's number");
  expect_equal(NBIOT_EVENT_UNREG_DONE, 15, "the module's number");
  expect_equal(NBIOT_EVENT_RESPONSE_FAILED, 20, "the module's number");
  expect_equal(NBIOT_EVENT_NOTIFY_SUCCESS, 26, "the module's number");
  expect(NBIOT_EVENT_MAY_SLEEP >= 100, "an event of ours has none of theirs");
}

int main(void) {
  test_a_registration();
  test_datagrams();
  test_broken_hooks();
  test_no_randomness();
  test_a_provider_that_gives_up();
  test_a_store_that_answers_zero();
  test_event_numbers();
  return check_summary();
}
