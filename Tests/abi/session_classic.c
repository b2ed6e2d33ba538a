/* session_classic.c - the calls of the customer's documents, on the mock as the linked port.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

static unsigned wrote;
static unsigned read;
static unsigned executed;
static nbiot_value_t *seen_value;
static char seen_arguments[32];

static void on_write(uint16_t objid, uint16_t instid, uint16_t resid, nbiot_value_t *data) {
  wrote += objid == 3311 && instid == 0 && resid >= 5850;
  seen_value = data;
}

static void on_read(uint16_t objid, uint16_t instid, uint16_t resid, nbiot_value_t *data) {
  read += 1;
  if (objid == 3303 && instid == 0 && resid == 5700) {
    data->value.as_float += 1;
  }
}

static void on_execute(uint16_t objid, uint16_t instid, uint16_t resid, nbiot_value_t *data,
                       const void *buff, size_t size) {
  (void)data;
  executed += objid == 3303 && instid == 0 && resid == 5605;
  memcpy(seen_arguments, buff, size);
  seen_arguments[size] = 0;
}

static nbiot_value_t temperature;
static nbiot_value_t dimmer;
static nbiot_value_t light;
static nbiot_value_t reset;

static void create(scene_t *scene) {
  scene_open(scene, 3);
  nbiot_mock_set_default(scene->radio);
  expect_equal(nbiot_device_create(&scene->device, "imei;imsi", "coap://10.0.0.1:5683", 300,
                                   on_write, on_read, on_execute),
               NBIOT_ERR_OK, "the device is created on the linked port");
  wrote = read = executed = 0;
  memset(&temperature, 0, sizeof temperature);
  memset(&reset, 0, sizeof reset);
  temperature.type = NBIOT_FLOAT;
  temperature.flag = NBIOT_READABLE;
  dimmer = temperature;
  dimmer.type = NBIOT_INTEGER;
  dimmer.flag = NBIOT_READABLE | NBIOT_WRITABLE;
  light = dimmer;
  light.type = NBIOT_BOOLEAN;
  reset.flag = NBIOT_EXECUTABLE;
  nbiot_resource_add(scene->device, 3303, 0, 5700, &temperature);
  nbiot_resource_add(scene->device, 3303, 0, 5605, &reset);
  nbiot_resource_add(scene->device, 3311, 0, 5850, &light);
  nbiot_resource_add(scene->device, 3311, 0, 5851, &dimmer);
}

static int32_t observe(scene_t *scene, const char *path) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, path);
  request.observe = NBIOT_MOCK_OBSERVE_START;
  return nbiot_mock_server_ask(scene->server, &request, scene_step, scene, NULL);
}

static void test_environment(void) {
  int argc = 1;
  char *argv[] = {(char *)"program", NULL};
  expect(nbiot_init_environment() >= 0, "the environment starts without arguments");
  expect(nbiot_init_environment(argc, argv) >= 0, "and with them");
  nbiot_clear_environment();
}

static void test_without_a_port_nothing_is_created(void) {
  nbiot_device_t *device = NULL;
  nbiot_mock_set_default(NULL);
  expect(nbiot_device_create(&device, "e", "coap://10.0.0.1", 0, NULL, NULL, NULL) < 0,
         "a port without hooks is refused");
  expect(device == NULL, "and dev untouched");
}

static void test_arguments(void) {
  nbiot_device_t *device = NULL;
  scene_t scene;
  scene_open(&scene, 1);
  nbiot_mock_set_default(scene.radio);
  expect_equal(nbiot_device_create(NULL, "e", "coap://10.0.0.1", 0, NULL, NULL, NULL),
               NBIOT_ERR_BADPARAM, "a null dev");
  expect_equal(nbiot_device_create(&device, NULL, "coap://10.0.0.1", 0, NULL, NULL, NULL),
               NBIOT_ERR_BADPARAM, "a null endpoint");
  expect_equal(nbiot_device_create(&device, "e", NULL, 0, NULL, NULL, NULL), NBIOT_ERR_BADPARAM,
               "a null URI");
  expect_equal(nbiot_device_create(&device, "e", "http://10.0.0.1", 0, NULL, NULL, NULL),
               NBIOT_ERR_INVALID_URI, "a URI of another scheme");
  expect_equal(nbiot_device_create(&device, "e", "coaps://10.0.0.1", 0, NULL, NULL, NULL),
               NBIOT_ERR_NOT_SUPPORT, "coaps without a provider");
  expect_equal(nbiot_device_create(&device, "e", "coap://10.0.0.1", -1, NULL, NULL, NULL),
               NBIOT_ERR_BADPARAM, "a negative lifetime");
  expect_equal(nbiot_device_create(&device, "e", "coap://10.0.0.1", 14, NULL, NULL, NULL),
               NBIOT_ERR_BADPARAM, "a lifetime of 14 s");
  expect(device == NULL, "dev is untouched all the time");
  scene_close(&scene);
}

static void test_callbacks(void) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_POST, "/3311/0");
  nbiot_mock_response_t response;
  scene_t scene;
  create(&scene);
  scene_register(&scene);
  expect_equal(scene_get(&scene, "/3303/0/5700", &response), 205, "the server reads");
  expect(read == 1 && strcmp((const char *)response.payload, "1") == 0,
         "the read callback refreshed the value before it was sent");
  expect_equal(scene_put(&scene, "/3311/0/5851", "88"), 204, "the server writes");
  expect(wrote == 1 && seen_value == &dimmer && dimmer.value.as_int == 88,
         "the write callback gets the value as it is stored");
  request.content_format = 11542;
  request.payload = (const uint8_t *)"\xE1\x16\xDA\x01\xE1\x16\xDB\x09";
  request.payload_length = 8;
  expect_equal(scene_ask(&scene, &request, NULL), 204, "the server writes two");
  expect(wrote == 3 && light.value.as_bool == 1 && dimmer.value.as_int == 9,
         "the callback ran for each");
  expect_equal(scene_post(&scene, "/3303/0/5605", "reboot now"), 204,
               "the server executes with OneNET's free arguments");
  expect(executed == 1 && strcmp(seen_arguments, "reboot now") == 0, "the callback gets them");
  scene_close(&scene);
}

static void test_updated_values_are_reported(void) {
  nbiot_mock_response_t told;
  scene_t scene;
  int32_t exchange;
  create(&scene);
  scene_register(&scene);
  exchange = observe(&scene, "/3311/0");
  expect(exchange >= 0, "the server observes the instance");
  dimmer.value.as_int = 10;
  dimmer.flag |= NBIOT_UPDATED;
  scene_run(&scene, 5000);
  expect_equal(nbiot_mock_server_notification_count(scene.server, exchange), 0,
               "poll does not look at NBIOT_UPDATED");
  expect(dimmer.flag & NBIOT_UPDATED, "and leaves the flag up");
  expect_equal(nbiot_device_step(scene.device, 1), NBIOT_ERR_OK, "step");
  expect_equal(nbiot_mock_server_notification_count(scene.server, exchange), 1, "reports it");
  expect_equal(dimmer.flag, NBIOT_READABLE | NBIOT_WRITABLE, "and takes the flag down");
  nbiot_device_step(scene.device, 5);
  expect_equal(nbiot_mock_server_notification_count(scene.server, exchange), 1, "once");
  light.flag |= NBIOT_UPDATED;
  dimmer.flag |= NBIOT_UPDATED;
  expect_equal(nbiot_device_sync(scene.device), NBIOT_ERR_OK, "sync");
  nbiot_mock_advance(scene.world, 10);
  expect_equal(nbiot_mock_server_notification_count(scene.server, exchange), 2,
               "reports two values of one instance in one notification");
  expect_equal(nbiot_mock_server_notification(scene.server, exchange, 1, &told), NBIOT_MOCK_OK,
               "which");
  expect(told.payload_length == 8 &&
             memcmp(told.payload, "\xE1\x16\xDA\x00\xE1\x16\xDB\x0A", 8) == 0,
         "carries both");
  scene_close(&scene);
}

static void test_an_unobserved_flag_is_taken_down_too(void) {
  scene_t scene;
  create(&scene);
  temperature.flag |= NBIOT_UPDATED;
  expect_equal(nbiot_device_step(scene.device, 0), NBIOT_ERR_NOT_REGISTER, "an idle step");
  expect_equal(temperature.flag, NBIOT_READABLE, "takes the flag down");
  expect_equal(nbiot_device_sync(scene.device), NBIOT_ERR_NOT_REGISTER, "an idle sync is harmless");
  scene_close(&scene);
}

static void test_timeouts(void) {
  const nbiot_mock_answer_t silent = {NBIOT_MOCK_SILENT, 0, 0, 0, 0};
  scene_t scene;
  uint64_t start;
  create(&scene);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &silent, NBIOT_MOCK_ALWAYS);
  expect_equal(nbiot_device_connect(scene.device, 0), NBIOT_ERR_TIMEOUT, "one pass");
  expect_equal((long long)nbiot_mock_now(scene.world), 0, "takes no time");
  expect_equal(nbiot_device_connect(scene.device, 5), NBIOT_ERR_TIMEOUT, "five seconds");
  expect_equal((long long)nbiot_mock_now(scene.world), 5000, "take five seconds");
  expect_equal(nbiot_device_step(scene.device, 1), NBIOT_ERR_PENDING, "registering goes on");
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &silent, 0);
  expect_equal(nbiot_device_connect(scene.device, -1), NBIOT_ERR_OK, "-1 waits till the end");
  start = nbiot_mock_now(scene.world);
  expect_equal(nbiot_device_step(scene.device, 2), NBIOT_ERR_OK, "two seconds of step");
  expect_equal((long long)(nbiot_mock_now(scene.world) - start), 2000, "are two seconds");
  expect_equal(nbiot_device_step(scene.device, -2), NBIOT_ERR_BADPARAM, "-2 is nonsense to step");
  expect_equal(nbiot_device_connect(scene.device, -2), NBIOT_ERR_BADPARAM, "to connect");
  expect_equal(nbiot_device_close(scene.device, -2), NBIOT_ERR_BADPARAM, "and to close");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "and changes nothing");
  expect_equal(nbiot_device_close(scene.device, -1), NBIOT_ERR_OK, "close waits for its answer");
  scene_close(&scene);
}

static void test_refusals(void) {
  nbiot_mock_answer_t answer = {NBIOT_MOCK_PIGGYBACKED, 0, 403, 0, 0};
  scene_t scene;
  create(&scene);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &answer, 1);
  expect_equal(nbiot_device_connect(scene.device, 60), NBIOT_ERR_REG_FAILED, "4.03");
  expect_equal(nbiot_device_step(scene.device, 0), NBIOT_ERR_REG_FAILED, "step says so too");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_WAITING, "it waits to try again");
  answer.kind = NBIOT_MOCK_RESET;
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &answer, 1);
  expect_equal(nbiot_device_connect(scene.device, 60), NBIOT_ERR_SERVER_RESET,
               "another connect tries at once, and meets a Reset");
  expect_equal(nbiot_device_connect(scene.device, 60), NBIOT_ERR_OK, "the third is accepted");
  scene_close(&scene);
}

int main(void) {
  test_environment();
  test_without_a_port_nothing_is_created();
  test_arguments();
  test_callbacks();
  test_updated_values_are_reported();
  test_an_unobserved_flag_is_taken_down_too();
  test_timeouts();
  test_refusals();
  return check_summary();
}
