/* broken_links.c - each hook of the link breaks in each state.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

static const nbiot_mock_answer_t silent = {NBIOT_MOCK_SILENT, 0, 0, 0, 0};
static const nbiot_mock_answer_t busy = {NBIOT_MOCK_PIGGYBACKED, 0, 503, 0, 0};

/* Brings a fresh device into `state`. */
static void reach(scene_t *scene, int32_t state) {
  scene->config.uri = "coap://lwm2m.example";
  nbiot_mock_name(scene->world, "lwm2m.example", nbiot_mock_address("10.0.0.1", 0));
  scene_create(scene);
  switch (state) {
    case NBIOT_STATE_IDLE: return;
    case NBIOT_STATE_CONNECTING:
      nbiot_mock_fault(scene->radio, NBIOT_MOCK_FAULT_RESOLVE_PENDING, 3);
      break;
    case NBIOT_STATE_REGISTERING:
      nbiot_mock_server_answer(scene->server, NBIOT_MOCK_ON_REGISTER, &silent, 1);
      break;
    case NBIOT_STATE_WAITING:
      nbiot_mock_server_answer(scene->server, NBIOT_MOCK_ON_REGISTER, &busy, 1);
      break;
    default: scene_register(scene); break;
  }
  nbiot_device_connect(scene->device, 0);
  if (state == NBIOT_STATE_UPDATING) {
    nbiot_mock_server_answer(scene->server, NBIOT_MOCK_ON_UPDATE, &silent, 1);
    nbiot_device_update(scene->device, 0, 0);
    nbiot_device_poll(scene->device, NULL);
  }
}

static void test(int32_t state, uint8_t fault, uint32_t count, uint8_t policy) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/3/0/16");
  scene_t scene;
  uint32_t sockets;
  scene_open(&scene, 40);
  scene.config.rebind = policy;
  reach(&scene, state);
  expect_equal(nbiot_device_state(scene.device), state, "the state to begin with");
  nbiot_mock_fault(scene.radio, fault, count);
  nbiot_mock_server_request(scene.server, &request);
  scene_run(&scene, 10000000);
  sockets = nbiot_mock_misuse(scene.radio).open_sockets;
  if (state == NBIOT_STATE_IDLE) {
    expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_IDLE, "idle stays idle");
    expect_equal(sockets, 0, "without a socket");
  } else {
    expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "registered again");
    expect_equal(sockets, 1, "with one socket");
    nbiot_mock_fault(scene.radio, fault, 0);
    expect_equal(scene_get(&scene, "/3/0/16", NULL), 205, "that works");
  }
  scene_close(&scene);
}

static void test_no_room_for_an_hour(int32_t state) {
  scene_t scene;
  uint32_t wait_ms = 0;
  scene_open(&scene, 40);
  scene_create(&scene);
  if (state == NBIOT_STATE_REGISTERED) {
    scene_register(&scene);
  }
  nbiot_mock_trace_clear(scene.world);
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_SEND_LATER, NBIOT_MOCK_ALWAYS);
  nbiot_device_connect(scene.device, 0);
  nbiot_device_update(scene.device, 0, 0);
  scene_run(&scene, 3600000);
  nbiot_device_poll(scene.device, &wait_ms);
  expect_equal(wait_ms, 20, "a socket without room is asked fifty times a second");
  expect_equal(nbiot_mock_trace_count(scene.world), 0, "nothing leaves");
  expect_equal(scene_statistics(&scene).socket_errors, 0, "that is no broken socket");
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_SEND_LATER, 0);
  scene_run(&scene, 5000);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "back as soon as there is room");
  scene_close(&scene);
}

static void test_while_closing(uint8_t fault, uint32_t count) {
  scene_t scene;
  uint32_t wait_ms = 0;
  scene_open(&scene, 40);
  scene_create(&scene);
  scene_register(&scene);
  nbiot_mock_fault(scene.radio, fault, count);
  expect_equal(nbiot_device_close(scene.device, 60), NBIOT_ERR_TIMEOUT, "no 2.02 came");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_IDLE, "idle all the same");
  expect_equal(nbiot_device_socket(scene.device), -1, "and the socket closed");
  nbiot_device_poll(scene.device, &wait_ms);
  expect_equal(wait_ms, 0x7FFFFFFF, "with nothing left to do");
  nbiot_mock_fault(scene.radio, fault, 0);
  expect_equal(nbiot_device_connect(scene.device, 60), NBIOT_ERR_OK, "it may connect again");
  scene_close(&scene);
}

int main(void) {
  static const uint8_t faults[] = {NBIOT_MOCK_FAULT_SEND_BROKEN, NBIOT_MOCK_FAULT_RECEIVE_BROKEN,
                                   NBIOT_MOCK_FAULT_OPEN, NBIOT_MOCK_FAULT_RESOLVE,
                                   NBIOT_MOCK_FAULT_SEND_LATER};
  static const int32_t states[] = {NBIOT_STATE_IDLE,       NBIOT_STATE_CONNECTING,
                                   NBIOT_STATE_REGISTERING, NBIOT_STATE_REGISTERED,
                                   NBIOT_STATE_UPDATING,   NBIOT_STATE_WAITING};
  size_t state;
  size_t fault;
  uint32_t count;
  for (fault = 0; fault < sizeof faults; fault++) {
    for (state = 0; state < sizeof states / sizeof states[0]; state++) {
      for (count = 1; count <= 4; count += 3) {
        test(states[state], faults[fault], count, NBIOT_REBIND_REGISTER);
        test(states[state], faults[fault], count, NBIOT_REBIND_UPDATE);
      }
    }
  }
  test_no_room_for_an_hour(NBIOT_STATE_REGISTERING);
  test_no_room_for_an_hour(NBIOT_STATE_REGISTERED);
  test_while_closing(NBIOT_MOCK_FAULT_SEND_BROKEN, 1);
  test_while_closing(NBIOT_MOCK_FAULT_RECEIVE_BROKEN, 1);
  test_while_closing(NBIOT_MOCK_FAULT_SEND_LATER, NBIOT_MOCK_ALWAYS);
  return check_summary();
}
