/* rebind.c - a new address: what the application says, what the policy makes of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

static nbiot_value_t number;

static void start(scene_t *scene, uint8_t policy) {
  scene_open(scene, 11);
  scene->config.rebind = policy;
  scene->config.life_time = 3600;
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
  memset(&number, 0, sizeof number);
  number.type = NBIOT_INTEGER;
  nbiot_resource_add(scene->device, 1000, 0, 1, &number);
  scene_register(scene);
  scene->seen = scene->event_count;
}

static int32_t observe(scene_t *scene) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/1000/0/1");
  request.observe = NBIOT_MOCK_OBSERVE_START;
  return nbiot_mock_server_ask(scene->server, &request, scene_step, scene, NULL);
}

static uint32_t told(scene_t *scene, int32_t exchange) {
  number.value.as_int += 1;
  nbiot_resource_notify(scene->device, 1000, 0, 1, 0);
  scene_run(scene, 1000);
  return nbiot_mock_server_notification_count(scene->server, exchange);
}

static void expect_deaf(scene_t *scene) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/1000/0/1");
  int32_t exchange = nbiot_mock_server_request(scene->server, &request);
  scene_run(scene, 100000);
  expect_equal(nbiot_mock_server_response(scene->server, exchange, NULL), NBIOT_MOCK_ERR_TIMEOUT,
               "behind a NAT that has forgotten it a device hears nothing");
}

static void test_the_nat_forgets(uint8_t policy) {
  const int is_update = policy == NBIOT_REBIND_UPDATE;
  scene_t scene;
  int32_t exchange;
  start(&scene, policy);
  exchange = observe(&scene);
  nbiot_mock_nat_rebind(scene.radio);
  expect_deaf(&scene);
  expect_equal(nbiot_device_rebind(scene.device), NBIOT_ERR_OK, "the application says so");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_CONNECTING, "it connects anew");
  expect(nbiot_device_socket(scene.device) >= 0, "the serving call closes the socket, not this one");
  scene_run(&scene, 1000);
  scene_expect_event(&scene, NBIOT_EVENT_CONNECT_SUCCESS, 0, 0, "another socket is open");
  scene_expect_event(&scene, is_update ? NBIOT_EVENT_UPDATE_SUCCESS : NBIOT_EVENT_REG_SUCCESS,
                     is_update ? 204 : 201, 0, "the server knows the address");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, is_update ? 1 : 2, "Registers");
  expect_equal(nbiot_mock_server_counts(scene.server).updates, is_update ? 1 : 0, "Updates");
  expect_equal(scene_get(&scene, "/1000/0/1", NULL), 205, "and reaches the device");
  expect_equal(told(&scene, exchange), is_update ? 1 : 0, "an Update keeps the observation");
  expect_equal(scene_statistics(&scene).observations.used, is_update ? 1 : 0, "a Register ends it");
  scene_close(&scene);
}

static void test_a_socket_that_breaks(uint8_t policy) {
  const int is_update = policy == NBIOT_REBIND_UPDATE;
  scene_t scene;
  int32_t exchange;
  start(&scene, policy);
  exchange = observe(&scene);
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RECEIVE_BROKEN, 1);
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_OPEN, 1);
  number.value.as_int += 1;
  scene_run(&scene, 1000);
  expect_equal(nbiot_device_poll(scene.device, NULL), NBIOT_ERR_SOCKET, "the socket is broken");
  expect_equal(nbiot_device_rebind(scene.device), NBIOT_ERR_OK, "while waiting");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_WAITING, "nothing changes");
  scene_run(&scene, 200000);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "after two back-offs");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, is_update ? 1 : 2, "Registers");
  expect_equal(nbiot_mock_server_counts(scene.server).updates, is_update ? 1 : 0, "Updates");
  expect_equal(told(&scene, exchange), is_update ? 1 : 0, "observers, by the policy");
  scene_close(&scene);
}

static void test_a_server_that_wants_a_register(uint8_t kind, uint16_t code) {
  const nbiot_mock_answer_t answer = {kind, 0, code, 0, 0};
  scene_t scene;
  start(&scene, NBIOT_REBIND_UPDATE);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_UPDATE, &answer, 1);
  nbiot_device_rebind(scene.device);
  scene_run(&scene, 100000);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "registered");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 2, "by one Register");
  expect_equal(scene_get(&scene, "/1000/0/1", NULL), 205, "at the new address");
  scene_close(&scene);
}

static void test_the_name_has_moved(void) {
  nbiot_mock_server_t *other;
  scene_t scene;
  scene_open(&scene, 11);
  scene.config.rebind = NBIOT_REBIND_UPDATE;
  scene.config.uri = "coap://lwm2m.example";
  nbiot_mock_name(scene.world, "lwm2m.example", nbiot_mock_address("10.0.0.1", 0));
  other = nbiot_mock_server_add(nbiot_mock_node_add(scene.world, "10.0.0.9", 0), 5683);
  scene_create(&scene);
  scene_register(&scene);
  nbiot_mock_name(scene.world, "lwm2m.example", nbiot_mock_address("10.0.0.9", 0));
  expect_equal(nbiot_device_rebind(scene.device), NBIOT_ERR_OK, "the host is resolved again");
  expect_equal(nbiot_device_connect(scene.device, 60), NBIOT_ERR_OK, "registered");
  expect_equal(nbiot_mock_server_counts(other).registers, 1, "another server gets a Register");
  expect_equal(nbiot_mock_server_counts(scene.server).updates, 0, "and the old one nothing");
  scene_close(&scene);
}

static void test_where_there_is_nothing_to_rebind(void) {
  const nbiot_mock_answer_t slow = {NBIOT_MOCK_PIGGYBACKED, 0, 0, 1500, 0};
  scene_t scene;
  scene_open(&scene, 11);
  scene_create(&scene);
  expect_equal(nbiot_device_rebind(scene.device), NBIOT_ERR_NOT_REGISTER, "idle");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_IDLE, "stays idle");
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &slow, 1);
  nbiot_device_connect(scene.device, 0);
  expect_equal(nbiot_device_rebind(scene.device), NBIOT_ERR_OK, "while Register is under way");
  expect_equal(nbiot_device_connect(scene.device, 60), NBIOT_ERR_OK, "another one registers");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 2, "from the new address");
  expect_equal(nbiot_device_close(scene.device, 60), NBIOT_ERR_OK, "closed");
  expect_equal(nbiot_device_rebind(scene.device), NBIOT_ERR_NOT_REGISTER, "after close");
  scene_close(&scene);
}

static void test_a_close_in_between(void) {
  scene_t scene;
  start(&scene, NBIOT_REBIND_UPDATE);
  nbiot_mock_radio(scene.radio, 0);
  nbiot_device_rebind(scene.device);
  scene_run(&scene, 10);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERING, "the Update is under way");
  nbiot_mock_radio(scene.radio, 1);
  expect_equal(nbiot_device_close(scene.device, 60), NBIOT_ERR_OK, "close de-registers");
  expect_equal(nbiot_mock_server_counts(scene.server).deregisters, 1, "at the server too");
  scene_close(&scene);
}

static void test_the_local_port(void) {
  scene_t scene;
  uint32_t round;
  scene_open(&scene, 11);
  scene.config.local_port = 7777;
  scene_create(&scene);
  scene_register(&scene);
  for (round = 0; round < 300; round++) {
    nbiot_device_rebind(scene.device);
    nbiot_device_rebind(scene.device);
    scene_run(&scene, 50);
  }
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "the port is free each time");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 301, "two calls make one Register");
  scene_close(&scene);
}

int main(void) {
  test_the_nat_forgets(NBIOT_REBIND_REGISTER);
  test_the_nat_forgets(NBIOT_REBIND_UPDATE);
  test_a_socket_that_breaks(NBIOT_REBIND_REGISTER);
  test_a_socket_that_breaks(NBIOT_REBIND_UPDATE);
  test_a_server_that_wants_a_register(NBIOT_MOCK_PIGGYBACKED, 404);
  test_a_server_that_wants_a_register(NBIOT_MOCK_RESET, 0);
  test_a_server_that_wants_a_register(NBIOT_MOCK_SILENT, 0);
  test_the_name_has_moved();
  test_where_there_is_nothing_to_rebind();
  test_a_close_in_between();
  test_the_local_port();
  return check_summary();
}
