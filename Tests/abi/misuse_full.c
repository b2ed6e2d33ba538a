/* misuse_full.c - capacities too small for what comes: a refusal, a counter, and life goes on.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

static nbiot_value_t values[12];

static void start(scene_t *scene) {
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
  memset(values, 0, sizeof values);
  for (uint16_t index = 0; index < 12; index++) {
    values[index].type = NBIOT_INTEGER;
    values[index].flag = NBIOT_READABLE | NBIOT_WRITABLE;
    nbiot_resource_add(scene->device, 1000, 0, index, &values[index]);
  }
}

static const char *path_of(uint32_t index) {
  static char path[24];
  snprintf(path, sizeof path, "/1000/0/%u", (unsigned)index);
  return path;
}

static void test_observations(void) {
  scene_t scene;
  uint32_t index;
  scene_open(&scene, 1);
  scene.config.observation_capacity = 2;
  start(&scene);
  scene_register(&scene);
  for (index = 0; index < 3; index++) {
    nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, path_of(index));
    nbiot_mock_response_t response;
    request.observe = NBIOT_MOCK_OBSERVE_START;
    expect_equal(scene_ask(&scene, &request, &response), 205, "an Observe is a GET at least");
    expect_equal(response.observe >= 0, index < 2, "RFC 7641 4.1: without room it is no more");
  }
  expect_equal(scene_statistics(&scene).observations.used, 2, "two are used");
  expect_equal(scene_statistics(&scene).observations.peak, 2, "that is the peak");
  expect_equal(scene_statistics(&scene).observations.capacity, 2, "and the capacity");
  expect_equal(scene_statistics(&scene).observations.refused, 1, "one was refused");
  scene_close(&scene);
}

static void test_attributes(void) {
  scene_t scene;
  uint32_t index;
  scene_open(&scene, 1);
  scene.config.attribute_capacity = 2;
  start(&scene);
  scene_register(&scene);
  for (index = 0; index < 3; index++) {
    nbiot_mock_request_t request = scene_request(NBIOT_MOCK_PUT, path_of(index));
    request.query = "pmin=5";
    expect_equal(scene_ask(&scene, &request, NULL), index < 2 ? 204 : 500,
                 "Write-Attributes finds room or says so");
  }
  expect_equal(scene_statistics(&scene).attributes.refused, 1, "one was refused");
  scene_close(&scene);
}

static void test_duplicates(void) {
  scene_t scene;
  nbiot_mock_response_t response;
  uint32_t index;
  uint32_t busy = 0;
  uint32_t done = 0;
  scene_open(&scene, 1);
  scene.config.execute = scene_execute;
  start(&scene);
  memset(&values[0], 0, sizeof values[0]);
  values[0].flag = NBIOT_EXECUTABLE;
  nbiot_resource_del(scene.device, 1000, 0, 0);
  nbiot_resource_add(scene.device, 1000, 0, 0, &values[0]);
  scene_register(&scene);
  for (index = 0; index < 20; index++) {
    int32_t code = scene_post(&scene, "/1000/0/0", NULL);
    done += code == 204;
    busy += code == 503;
  }
  expect_equal(done, scene.executes, "what was answered 2.04 was carried out");
  expect_equal(done, 6, "six of eight slots take a POST");
  expect_equal(busy, 14, "the others are answered 5.03");
  expect(scene_statistics(&scene).duplicate_slots.refused >= 14, "and counted");
  expect_equal(scene_get(&scene, "/1000/0/1", &response), 205, "a GET is served all the same");
  expect_equal(scene_put(&scene, "/1000/0/1", "4"), 204, "and a PUT");
  scene_run(&scene, 250000);
  expect_equal(scene_post(&scene, "/1000/0/0", NULL), 204, "after EXCHANGE_LIFETIME there is room");
  scene_close(&scene);
}

static void test_acknowledged_notifications(void) {
  static const nbiot_mock_answer_t silent = {NBIOT_MOCK_SILENT, 0, 0, 0, 0};
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/1000");
  scene_t scene;
  uint32_t ack;
  uint32_t failed = 0;
  scene_open(&scene, 1);
  start(&scene);
  scene_register(&scene);
  request.observe = NBIOT_MOCK_OBSERVE_START;
  scene_ask(&scene, &request, NULL);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_NOTIFY, &silent, NBIOT_MOCK_ALWAYS);
  for (ack = 1; ack <= 4; ack++) {
    expect_equal(nbiot_resource_notify(scene.device, 1000, 0, 1, ack), NBIOT_ERR_OK, "one of four");
  }
  expect_equal(nbiot_resource_notify(scene.device, 1000, 0, 1, 5), NBIOT_ERR_NO_MEMORY,
               "the fifth");
  expect_equal(nbiot_resource_notify(scene.device, 1000, 0, 1, 4), NBIOT_ERR_EXISTS, "an id again");
  expect_equal(nbiot_resource_notify(scene.device, 1000, 0, 1, 0), NBIOT_ERR_OK,
               "without an ack id there is always room");
  expect_equal(scene_statistics(&scene).outstanding.refused, 1, "one was refused");
  scene_run(&scene, 100000);
  for (ack = 0; ack < scene.event_count; ack++) {
    failed += scene.events[ack].id == NBIOT_EVENT_NOTIFY_FAILED;
  }
  expect_equal(failed, 4, "each has its event in the end");
  scene_close(&scene);
}

static void test_a_location_too_long(void) {
  scene_t scene;
  scene_open(&scene, 1);
  scene.config.location_capacity = 4;
  start(&scene);
  expect_equal(nbiot_device_connect(scene.device, 5), NBIOT_ERR_REG_FAILED,
               "a Location-Path that does not fit fails the registration");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_WAITING, "which is tried again later");
  scene_close(&scene);
}

static void test_a_register_too_long(void) {
  scene_t scene;
  scene_open(&scene, 1);
  scene.config.send_capacity = 64;
  scene.config.endpoint_name = "an-endpoint-name-that-leaves-no-room-for-the-object-list";
  start(&scene);
  expect_equal(nbiot_device_connect(scene.device, 5), NBIOT_ERR_REG_FAILED,
               "a Register that does not fit the send buffer fails");
  expect_equal(nbiot_mock_trace_count(scene.world), 0, "and no part of it is sent");
  expect_equal(scene_statistics(&scene).send_buffer.refused, 1, "it is counted");
  scene_run(&scene, 600000);
  expect_equal(nbiot_mock_trace_count(scene.world), 0, "nor later");
  scene_close(&scene);
}

int main(void) {
  test_observations();
  test_attributes();
  test_duplicates();
  test_acknowledged_notifications();
  test_a_location_too_long();
  test_a_register_too_long();
  return check_summary();
}
