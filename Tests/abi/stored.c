/* stored.c - notifications stored while offline (LwM2M 1.0 E.2): outage, new registration, what gives way, each event.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

static char letters[] = "0123456789012345678901234567890123456789";
static nbiot_value_t number;
static nbiot_value_t text;
static nbiot_instance_t several[1];

static void start(scene_t *scene, uint16_t capacity, uint8_t policy) {
  memset(&number, 0, sizeof number);
  number.type = NBIOT_INTEGER;
  text.type = NBIOT_STRING;
  text.value.as_buf.val = letters;
  text.value.as_buf.len = sizeof letters - 1;
  several[0].value.type = NBIOT_INTEGER;
  scene_open(scene, 1);
  scene->config.stored_capacity = capacity;
  scene->config.stored_policy = policy;
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "a device that stores");
  nbiot_resource_add(scene->device, 3303, 0, 5700, &number);
  nbiot_resource_add(scene->device, 3303, 0, 5750, &text);
  nbiot_resource_add_multiple(scene->device, 3303, 0, 6000, several, 1);
}

static int32_t observe(scene_t *scene, const char *path) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, path);
  request.observe = NBIOT_MOCK_OBSERVE_START;
  return nbiot_mock_server_ask(scene->server, &request, scene_step, scene, NULL);
}

static int32_t report(scene_t *scene, int64_t value, uint32_t id) {
  number.value.as_int = value;
  return nbiot_resource_notify(scene->device, 3303, 0, 5700, id);
}

static void forget_events(scene_t *scene) {
  while (scene_next_event(scene).id != 0) {
  }
}

static void expect_told(scene_t *scene, int32_t exchange, uint32_t index, const char *payload) {
  nbiot_mock_response_t told;
  expect_equal(nbiot_mock_server_notification(scene->server, exchange, index, &told), NBIOT_MOCK_OK,
               "the server is told");
  expect(told.confirmable && strcmp((const char *)told.payload, payload) == 0, payload);
}

static void test_before_the_registration(void) {
  scene_t scene;
  int32_t exchange;
  start(&scene, 200, NBIOT_STORED_OLDEST);
  expect_equal(report(&scene, 1, 11), NBIOT_ERR_OK, "int-560: stored before there is a server");
  expect_equal(report(&scene, 2, 12), NBIOT_ERR_OK, "and another one");
  expect_equal(report(&scene, 2, 12), NBIOT_ERR_EXISTS, "an ack id is used once");
  expect_equal(nbiot_resource_notify(scene.device, 3303, 0, 6000, 3), NBIOT_ERR_NOT_SUPPORT,
               "several instances cannot be stored");
  expect_equal(nbiot_resource_notify(scene.device, 3303, 0, 9, 3), NBIOT_ERR_NOT_FOUND,
               "nor what is not there");
  expect_equal(scene_statistics(&scene).stored.used, 38, "19 bytes each");
  expect_equal(scene_statistics(&scene).stored.capacity, 200 - 14, "14 are not for them");
  scene_register(&scene);
  forget_events(&scene);
  scene_run(&scene, 1000);
  expect_equal(scene_next_event(&scene).id, 0, "nobody observes yet");
  exchange = observe(&scene, "/3303/0/5700");
  scene_run(&scene, 1000);
  expect_told(&scene, exchange, 0, "1");
  expect_told(&scene, exchange, 1, "2");
  scene_expect_event(&scene, NBIOT_EVENT_NOTIFY_SUCCESS, 0, 11, "the first was acknowledged");
  scene_expect_event(&scene, NBIOT_EVENT_NOTIFY_SUCCESS, 0, 12, "and the second");
  expect_equal(scene_statistics(&scene).stored.used, 0, "nothing is left");
  scene_close(&scene);
}

static void test_a_text(void) {
  scene_t scene;
  int32_t exchange;
  start(&scene, 200, NBIOT_STORED_OLDEST);
  scene_register(&scene);
  expect_equal(nbiot_resource_notify(scene.device, 3303, 0, 5750, 1), NBIOT_ERR_OK, "a text");
  text.value.as_buf.len = 3;
  exchange = observe(&scene, "/3303/0/5750");
  scene_run(&scene, 1000);
  expect_told(&scene, exchange, 0, "0123456789012345678901234567890123456789");
  expect_equal(text.value.as_buf.len, 3, "the application's value is as it was");
  expect(text.value.as_buf.val == letters, "and where it was");
  scene_close(&scene);
}

/* The value of then arrives, whatever its type, and the live one is as it was. */
static void test_every_type(void) {
  static char digits[] = "4869";
  static nbiot_value_t values[3];
  static const char *const paths[3] = {"/3303/0/5701", "/3303/0/5702", "/3303/0/5703"};
  static const char *const told[3] = {"-2.5", "1", "Hi"};
  scene_t scene;
  uint16_t index;
  start(&scene, 200, NBIOT_STORED_OLDEST);
  memset(values, 0, sizeof values);
  values[0].type = NBIOT_FLOAT;
  values[0].value.as_float = -2.5;
  values[1].type = NBIOT_BOOLEAN;
  values[1].value.as_bool = 1;
  values[2].type = NBIOT_HEX_STRING;
  values[2].value.as_buf.val = digits;
  values[2].value.as_buf.len = 4;
  for (index = 0; index < 3; index++) {
    nbiot_resource_add(scene.device, 3303, 0, (uint16_t)(5701 + index), &values[index]);
    expect_equal(nbiot_resource_notify(scene.device, 3303, 0, (uint16_t)(5701 + index), index + 1u),
                 NBIOT_ERR_OK, "int-560: a value of this type is stored");
  }
  expect_equal(scene_statistics(&scene).stored.used, 19 + 12 + 15, "its bytes and 11 each");
  values[0].value.as_float = 7;
  values[1].value.as_bool = 0;
  values[2].value.as_buf.len = 2;
  scene_register(&scene);
  for (index = 0; index < 3; index++) {
    int32_t exchange = observe(&scene, paths[index]);
    scene_run(&scene, 1000);
    expect_told(&scene, exchange, 0, told[index]);
  }
  expect(values[0].value.as_float == 7 && values[1].value.as_bool == 0 &&
             values[2].value.as_buf.len == 2 && values[2].value.as_buf.val == digits,
         "the application's values are as they were");
  scene_close(&scene);
}

static void test_what_gives_way(void) {
  scene_t scene;
  start(&scene, 64, NBIOT_STORED_OLDEST);
  expect_equal(report(&scene, 1, 1) | report(&scene, 2, 2) | report(&scene, 3, 3), 0, "three");
  scene_run(&scene, 10);
  scene_expect_event(&scene, NBIOT_EVENT_NOTIFY_DROPPED, 0, 1, "the oldest gives way");
  expect_equal(nbiot_resource_notify(scene.device, 3303, 0, 5750, 4), NBIOT_ERR_NO_MEMORY,
               "a text that cannot fit is refused");
  expect_equal(scene_next_event(&scene).id, 0, "and nothing gives way for it");
  expect_equal(nbiot_resource_del(scene.device, 3303, 0, 5700), NBIOT_ERR_OK, "the end of it");
  scene_run(&scene, 10);
  scene_expect_event(&scene, NBIOT_EVENT_NOTIFY_DROPPED, 0, 2, "what was stored of it");
  scene_expect_event(&scene, NBIOT_EVENT_NOTIFY_DROPPED, 0, 3, "is dropped");
  scene_close(&scene);
  start(&scene, 64, NBIOT_STORED_NEWEST);
  expect_equal(report(&scene, 1, 1) | report(&scene, 2, 2), 0, "two");
  expect_equal(report(&scene, 3, 3), NBIOT_ERR_NO_MEMORY, "the newest is refused");
  expect_equal(scene_statistics(&scene).stored.refused, 1, "and counted");
  scene_close(&scene);
  start(&scene, 64, NBIOT_STORED_LATEST);
  expect_equal(report(&scene, 1, 1) | report(&scene, 2, 2), 0, "two");
  scene_run(&scene, 10);
  scene_expect_event(&scene, NBIOT_EVENT_NOTIFY_REPLACED, 0, 1, "the later one counts");
  scene_close(&scene);
}

static void test_a_reset_and_silence(void) {
  static const nbiot_mock_answer_t silent = {NBIOT_MOCK_SILENT, 0, 0, 0, 0};
  scene_t scene;
  int32_t exchange;
  start(&scene, 200, NBIOT_STORED_OLDEST);
  scene_register(&scene);
  exchange = observe(&scene, "/3303/0/5700");
  nbiot_mock_server_abandon(scene.server, exchange);
  forget_events(&scene);
  report(&scene, 1, 1);
  scene_run(&scene, 1000);
  scene_expect_event(&scene, NBIOT_EVENT_REG_SUCCESS, 201, 0, "int-560, D 12: after a Reset it registers anew");
  exchange = observe(&scene, "/3303/0/5700");
  scene_run(&scene, 1000);
  expect_told(&scene, exchange, 0, "1");
  scene_expect_event(&scene, NBIOT_EVENT_NOTIFY_SUCCESS, 0, 1, "and delivers what the Reset refused");
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_NOTIFY, &silent, 1);
  report(&scene, 2, 2);
  scene_run(&scene, 100000);
  scene_expect_event(&scene, NBIOT_EVENT_REG_SUCCESS, 201, 0, "nobody answers: registered anew");
  exchange = observe(&scene, "/3303/0/5700");
  scene_run(&scene, 1000);
  expect_told(&scene, exchange, 0, "2");
  scene_expect_event(&scene, NBIOT_EVENT_NOTIFY_SUCCESS, 0, 2, "and delivered after all");
  scene_close(&scene);
}

static void test_kept_needs_hooks(void) {
  scene_t scene;
  uint32_t field = 0;
  scene_open(&scene, 1);
  scene.config.stored_kept = 1;
  scene.platform.store = NULL;
  scene.platform.load = NULL;
  expect_equal(nbiot_config_check(&scene.config, &field), NBIOT_ERR_OK, "nothing is stored");
  scene.config.stored_capacity = 64;
  expect_equal(nbiot_config_check(&scene.config, &field), NBIOT_ERR_NOT_SUPPORT, "it is");
  expect_equal(field, NBIOT_FIELD_STORED_KEPT, "and nobody keeps it");
  expect_equal(scene_create(&scene), NBIOT_ERR_NOT_SUPPORT, "no device");
  scene_close(&scene);
}

int main(void) {
  test_before_the_registration();
  test_a_text();
  test_every_type();
  test_what_gives_way();
  test_a_reset_and_silence();
  test_kept_needs_hooks();
  return check_summary();
}
