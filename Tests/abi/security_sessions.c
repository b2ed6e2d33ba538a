/* security_sessions.c - what was said in one session of security has no meaning in the next (RFC 7252 section 9.1.1).
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "gateway.h"

static nbiot_value_t temperature;

static void start_with(gateway_t *gateway, uint8_t policy) {
  start(gateway);
  nbiot_device_destroy(gateway->scene.device);
  gateway->scene.config.rebind = policy;
  expect_equal(scene_create(&gateway->scene), NBIOT_ERR_OK, "the device is created");
  memset(&temperature, 0, sizeof temperature);
  temperature.type = NBIOT_INTEGER;
  nbiot_resource_add(gateway->scene.device, 3303, 0, 5700, &temperature);
  join(gateway);
}

/* The message the device sent last, taken out of its record. */
static uint32_t last_message(gateway_t *gateway, uint8_t *message) {
  nbiot_mock_record_t record;
  uint32_t length = 0;
  uint32_t index;
  for (index = 0; nbiot_mock_trace_at(gateway->scene.world, index, &record) == 0; index++) {
    if (record.from.bytes[3] == 2 && record.data[0] == TOY_DATA) {
      toy_unseal(record.data, record.length, key[0], message, &length);
    }
  }
  return length;
}

/* An empty message about `message`, or a 2.04 with its token. */
static void tell(gateway_t *gateway, uint8_t first, const uint8_t *message, int is_response) {
  uint8_t bytes[12];
  uint32_t tail = is_response ? message[0] & 15u : 0;
  bytes[0] = (uint8_t)(first | tail);
  bytes[1] = is_response ? 0x44 : 0;
  memcpy(bytes + 2, message + 2, 2 + tail);
  far_end_reply(&gateway->far_end, TOY_DATA, bytes, 4 + tail);
}

static uint32_t notifications(gateway_t *gateway) {
  temperature.value.as_int += 1;
  nbiot_mock_trace_clear(gateway->scene.world);
  nbiot_resource_notify(gateway->scene.device, 3303, 0, 5700, 0);
  run(gateway, 1000);
  return scene_statistics(&gateway->scene).notifications;
}

/* A new session while an Update is under way, whose answer comes in it. */
static void test_an_answer_of_the_session_before(uint8_t policy) {
  uint8_t update[TOY_LARGEST];
  gateway_t gateway;
  uint32_t before;
  start_with(&gateway, policy);
  gateway.far_end.is_deaf = 1;
  nbiot_device_update(gateway.scene.device, 0, 0);
  run(&gateway, 100);
  expect(last_message(&gateway, update) > 4 && update[1] == 2, "an Update is under way");
  nbiot_device_rebind(gateway.scene.device);
  gateway.far_end.is_deaf = 0;
  run(&gateway, 30);
  gateway.scene.seen = gateway.scene.event_count;
  before = scene_statistics(&gateway.scene).dropped[NBIOT_DROP_UNMATCHED];
  tell(&gateway, 0x60, update, 1);
  tell(&gateway, 0x60, update, 0);
  tell(&gateway, 0x70, update, 0);
  run(&gateway, 5);
  expect_equal(scene_statistics(&gateway.scene).dropped[NBIOT_DROP_UNMATCHED], before + 3,
               "4.1 RFC 7252 9.1.1: no ACK, response or Reset counts in another session");
  run(&gateway, 2000);
  expect_equal(nbiot_device_state(gateway.scene.device), NBIOT_STATE_REGISTERED, "registered");
  expect_equal(gateway.toy.opens, 2, "in the second session");
  finish(&gateway);
}

static void test_a_reset_to_a_notification_of_the_session_before(void) {
  nbiot_mock_request_t observe = scene_request(NBIOT_MOCK_GET, "/3303/0/5700");
  nbiot_mock_response_t answer;
  uint8_t notification[TOY_LARGEST];
  gateway_t gateway;
  uint32_t before;
  start_with(&gateway, NBIOT_REBIND_UPDATE);
  observe.observe = NBIOT_MOCK_OBSERVE_START;
  nbiot_mock_server_ask(gateway.scene.server, &observe, gateway_step, &gateway, &answer);
  expect_equal(answer.code, 205, "observed");
  before = notifications(&gateway);
  expect(last_message(&gateway, notification) > 4 && notification[1] == 0x45, "and notified");
  nbiot_device_rebind(gateway.scene.device);
  run(&gateway, 2000);
  expect_equal(gateway.toy.opens, 2, "a second session");
  tell(&gateway, 0x70, notification, 0);
  run(&gateway, 100);
  expect_equal(notifications(&gateway), before + 1,
               "4.1 RFC 7252 9.1.1: a Reset to a notification of the session before ends nothing");
  expect(last_message(&gateway, notification) > 4 && notification[1] == 0x45, "it left");
  tell(&gateway, 0x70, notification, 0);
  run(&gateway, 100);
  expect_equal(notifications(&gateway), before + 1, "one to a notification of this session does");
  finish(&gateway);
}

int main(void) {
  test_an_answer_of_the_session_before(NBIOT_REBIND_REGISTER);
  test_an_answer_of_the_session_before(NBIOT_REBIND_UPDATE);
  test_a_reset_to_a_notification_of_the_session_before();
  return check_summary();
}
