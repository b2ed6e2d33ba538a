/* onenet.c - what OneNET does otherwise than LwM2M 1.0 has it, one thing at a time, as a platform sees the device.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"
#include "nbiot_mock_server.h"

#include "scene.h"

#define HOUR 3600000u

static nbiot_value_t temperature; /* /3303/0/5700 */
static nbiot_value_t label;       /* /3303/1/5750 */
static nbiot_value_t action;      /* /3303/0/5605 */
static char storage[16] = "Cel";

static void start(scene_t *scene, uint8_t profile) {
  memset(&temperature, 0, sizeof temperature);
  memset(&label, 0, sizeof label);
  memset(&action, 0, sizeof action);
  temperature.type = NBIOT_FLOAT;
  temperature.value.as_float = 20;
  label.type = NBIOT_STRING;
  label.flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE;
  label.capacity = sizeof storage;
  label.value.as_buf.val = storage;
  label.value.as_buf.len = 3;
  action.flag = NBIOT_EXECUTABLE;
  scene_open(scene, 15);
  scene->config.profile = profile;
  scene->config.endpoint_name = "869975030012345;460040983204901";
  scene->config.auth_code = "7c4a8d09";
  scene->config.life_time = 86400;
  scene->config.execute = scene_execute;
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
  nbiot_resource_add(scene->device, 3303, 0, 5700, &temperature);
  nbiot_resource_add(scene->device, 3303, 1, 5750, &label);
  nbiot_resource_add(scene->device, 3303, 0, 5605, &action);
}

static int32_t ask(scene_t *scene, const char *path, int32_t format, uint8_t observe) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, path);
  nbiot_mock_response_t response;
  request.content_format = format;
  request.observe = observe;
  return nbiot_mock_server_ask(scene->server, &request, scene_step, scene, &response);
}

static int32_t code_of(scene_t *scene, int32_t exchange) {
  nbiot_mock_response_t response;
  int32_t status = nbiot_mock_server_response(scene->server, exchange, &response);
  return status == 1 ? response.code : status;
}

static void measure(scene_t *scene, double value) {
  temperature.value.as_float = value;
  nbiot_resource_notify(scene->device, 3303, 0, 5700, 0);
  scene_run(scene, 1000);
}

static void test_the_auth_code(void) {
  scene_t scene;
  start(&scene, NBIOT_PROFILE_ONENET);
  scene_register(&scene);
  expect_text(nbiot_mock_server_registration(scene.server, NULL)->auth_code, "7c4a8d09",
              "4.3-15: Register has the Auth-Code in option 63");
  nbiot_device_destroy(scene.device);
  scene.device = NULL;
  scene_close(&scene);
  start(&scene, NBIOT_PROFILE_STANDARD);
  scene_register(&scene);
  expect_text(nbiot_mock_server_registration(scene.server, NULL)->auth_code, "",
              "4.3-15: and only where it is asked for");
  scene_close(&scene);
}

static void test_a_wrong_pair(void) {
  static const nbiot_mock_answer_t forbidden = {.code = 403};
  nbiot_event_t event;
  scene_t scene;
  start(&scene, NBIOT_PROFILE_ONENET);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &forbidden, 2);
  expect(nbiot_device_connect(scene.device, 5) != NBIOT_ERR_OK, "the platform refuses");
  scene_next_event(&scene);
  event = scene_next_event(&scene);
  expect(event.id == NBIOT_EVENT_REG_FAILED && event.code == 403,
         "4.3-15: 4.03, a wrong IMEI, IMSI or Auth-Code, is told with its code");
  scene_run(&scene, 44000);
  expect_equal(nbiot_mock_server_counts(scene.server).refused, 1, "4.3-15: it is not asked again soon");
  scene_run(&scene, HOUR);
  expect(scene_is_registered(&scene), "4.3-15: but later, for the platform may have been told meanwhile");
  scene_close(&scene);
}

/* The platform observes every instance by itself, and reads /3/0 when it is done. */
static void test_what_the_platform_does_after_a_registration(void) {
  nbiot_mock_response_t told;
  scene_t scene;
  int32_t first;
  int32_t second;
  start(&scene, NBIOT_PROFILE_ONENET);
  scene_register(&scene);
  first = ask(&scene, "/3303/0", 1542, NBIOT_MOCK_OBSERVE_START);
  second = ask(&scene, "/3303/1", 1542, NBIOT_MOCK_OBSERVE_START);
  expect(code_of(&scene, first) == 205 && code_of(&scene, second) == 205,
         "4.3-15: what the platform observes by itself is answered");
  expect_equal(code_of(&scene, ask(&scene, "/3/0", -1, NBIOT_MOCK_OBSERVE_NONE)), 205,
               "4.3-15: so is Read /3/0, its sign that all is observed");
  measure(&scene, 21);
  expect_equal(nbiot_mock_server_notification_count(scene.server, first), 1,
               "4.3-15: from then on it is told of changes");
  expect_equal(nbiot_mock_server_notification_count(scene.server, second), 0, "of these alone");
  nbiot_mock_server_notification(scene.server, first, 0, &told);
  expect_equal(told.content_format, 1542, "4.3-15: in the number of TLV it asked for");
  scene_close(&scene);
}

static void test_a_session_the_platform_has_lost(void) {
  scene_t scene;
  start(&scene, NBIOT_PROFILE_ONENET);
  scene_register(&scene);
  ask(&scene, "/3303/0", 1542, NBIOT_MOCK_OBSERVE_START);
  scene_run(&scene, HOUR);
  nbiot_mock_server_forget(scene.server);
  measure(&scene, 22);
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 2,
               "4.3-15: a Reset to a notification leads to an Update, and its 4.04 to a Register");
  expect(scene_is_registered(&scene), "4.3-15: and the session is there again within a second");
  scene_close(&scene);
}

/* The platform waits ten seconds for an answer of the device. */
static void test_ten_seconds(void) {
  nbiot_mock_record_t record;
  scene_t scene;
  uint64_t asked;
  uint64_t answered = 0;
  int32_t exchange;
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_POST, "/3303/0/5605");
  start(&scene, NBIOT_PROFILE_ONENET);
  scene.answer = NBIOT_ERR_PENDING;
  scene_register(&scene);
  asked = nbiot_mock_now(scene.world);
  exchange = nbiot_mock_server_request(scene.server, &request);
  scene_run(&scene, 60000);
  for (uint32_t index = 0; nbiot_mock_trace_at(scene.world, index, &record) == 0; index++) {
    if (record.from.bytes[3] == 2 && record.length > 4 && record.data[1] == 0xA4) {
      answered = record.sent_ms - asked;
    }
  }
  expect_equal(code_of(&scene, exchange), 504, "4.3-15: what the application does not answer is 5.04");
  expect(answered > 9000 && answered <= 10000, "4.3-15: within the ten seconds the platform waits");
  scene_close(&scene);
}

int main(void) {
  test_the_auth_code();
  test_a_wrong_pair();
  test_what_the_platform_does_after_a_registration();
  test_a_session_the_platform_has_lost();
  test_ten_seconds();
  return check_summary();
}
