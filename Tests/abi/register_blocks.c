/* register_blocks.c - an object list that does not fit into a datagram, and what may happen between its blocks (RFC 7959).
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

#define INSTANCES 200u
#define CAPACITY 256u

static nbiot_value_t number; /* of each instance */

static void open_large(scene_t *scene) {
  uint16_t instance;
  scene_open(scene, 7);
  scene->config.send_capacity = CAPACITY;
  scene->config.resource_capacity = INSTANCES + 1;
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
  memset(&number, 0, sizeof number);
  number.type = NBIOT_INTEGER;
  for (instance = 0; instance < INSTANCES; instance += 1) {
    nbiot_resource_add(scene->device, 3303, instance, 5700, &number);
  }
}

/* The list as it has to be; `count` instances. */
static const char *list_of(uint16_t count) {
  static char text[4096];
  int length = snprintf(text, sizeof text, "</>;rt=\"oma.lwm2m\",</1/0>,</3/0>");
  uint16_t instance;
  for (instance = 0; instance < count; instance += 1) {
    length += snprintf(text + length, sizeof text - (size_t)length, ",</3303/%u>", (unsigned)instance);
  }
  return text;
}

static void expect_list(scene_t *scene, uint16_t count, const char *sentence) {
  const nbiot_mock_registration_t *known = nbiot_mock_server_registration(scene->server, NULL);
  expect(known != NULL && known->active && strcmp(known->objects, list_of(count)) == 0, sentence);
}

/* The longest datagram of the device. */
static uint32_t longest(scene_t *scene) {
  nbiot_mock_record_t record;
  uint32_t index, length = 0;
  for (index = 0; nbiot_mock_trace_at(scene->world, index, &record) == NBIOT_MOCK_OK; index += 1) {
    if (record.from.bytes[3] == 2 && record.length > length) {
      length = record.length;
    }
  }
  return length;
}

/* Whether the server has seen `context` blocks. */
typedef struct count {
  scene_t *scene;
  uint32_t blocks;
} count_t;

static int32_t has_blocks(void *context) {
  count_t *count = context;
  nbiot_mock_counts_t counts = nbiot_mock_server_counts(count->scene->server);
  return counts.registers + counts.updates >= count->blocks;
}

/* Serves the device until the server has seen `blocks` of them. */
static void drive(scene_t *scene, uint32_t blocks) {
  count_t count = {scene, blocks};
  const int32_t steps =
      nbiot_mock_drive(scene->world, scene_step, scene, has_blocks, &count, 10000);
  expect(steps >= 0, "the blocks leave one by one");
}

/* A network that takes its time, so that there is something between blocks. */
static void slow_down(scene_t *scene) {
  nbiot_mock_link_t link = {0};
  link.delay_min_ms = link.delay_max_ms = 50;
  nbiot_mock_link(scene->radio, NBIOT_MOCK_UP, &link);
  nbiot_mock_link(scene->radio, NBIOT_MOCK_DOWN, &link);
}

static void test_a_large_list(void) {
  scene_t scene;
  open_large(&scene);
  scene_register(&scene);
  expect_list(&scene, INSTANCES, "int-101: the server has all 200 instances of a large list");
  expect(longest(&scene) <= CAPACITY, "and no datagram is longer than send_capacity");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 19, "19 blocks of 128 bytes");
  scene_expect_event(&scene, NBIOT_EVENT_CONNECT_SUCCESS, 0, 0, "the link is there");
  scene_expect_event(&scene, NBIOT_EVENT_REG_SUCCESS, 201, 0, "and one Register succeeded");
  expect_equal(scene_statistics(&scene).send_buffer.refused, 0, "nothing was too long");

  nbiot_resource_add(scene.device, 3303, INSTANCES, 5700, &number);
  scene_run(&scene, 1000);
  expect_list(&scene, INSTANCES + 1, "an instance more: the Update has the list, in blocks");
  scene_expect_event(&scene, NBIOT_EVENT_UPDATE_SUCCESS, 204, 0, "and is one Update");
  expect_equal(scene_get(&scene, "/3303/200/5700", NULL), 205, "the new one can be read");
  expect_equal(nbiot_device_close(scene.device, 5), NBIOT_ERR_OK, "close");
  expect_equal(nbiot_mock_server_counts(scene.server).deregisters, 1, "with one De-register");
  scene_close(&scene);
}

static void test_the_server_wants_smaller_blocks(void) {
  scene_t scene;
  open_large(&scene);
  expect_equal(nbiot_mock_server_blocks(NULL, 32), NBIOT_MOCK_ERR_BADPARAM, "there is no server");
  expect_equal(nbiot_mock_server_blocks(scene.server, 48), NBIOT_MOCK_ERR_BADPARAM,
               "RFC 7959 2.2: no block has 48 bytes");
  expect_equal(nbiot_mock_server_blocks(scene.server, 32), NBIOT_MOCK_OK, "of 32 bytes");
  scene_register(&scene);
  expect_list(&scene, INSTANCES, "RFC 7959 2.3: the list is whole");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 70,
               "one block of 128 bytes, and 69 of 32");
  scene_close(&scene);
}

static void test_the_network_loses_and_doubles(void) {
  nbiot_mock_link_t link = {0};
  scene_t scene;
  open_large(&scene);
  link.loss = 200;
  link.duplication = 200;
  nbiot_mock_link(scene.radio, NBIOT_MOCK_UP, &link);
  nbiot_mock_link(scene.radio, NBIOT_MOCK_DOWN, &link);
  expect_equal(nbiot_device_connect(scene.device, 3600), NBIOT_ERR_OK, "the device registers");
  expect_list(&scene, INSTANCES, "RFC 7252 4.2: the list is whole");
  scene_close(&scene);
}

static void test_the_server_restarts(void) {
  scene_t scene;
  open_large(&scene);
  slow_down(&scene);
  nbiot_device_connect(scene.device, 0);
  drive(&scene, 5);
  nbiot_mock_server_forget(scene.server);
  scene_run(&scene, 10000);
  expect_list(&scene, INSTANCES, "RFC 7959 2.9.2: 4.08, and the list again from block 0");
  scene_expect_event(&scene, NBIOT_EVENT_CONNECT_SUCCESS, 0, 0, "the link is there");
  scene_expect_event(&scene, NBIOT_EVENT_REG_SUCCESS, 201, 0, "the application sees nothing of it");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 25, "six blocks, and 19");
  scene_close(&scene);
}

static void test_a_server_that_keeps_losing_blocks(void) {
  nbiot_mock_answer_t lost = {0};
  scene_t scene;
  open_large(&scene);
  lost.code = 408;
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &lost, 2);
  expect_equal(nbiot_device_connect(scene.device, 5), NBIOT_ERR_REG_FAILED, "4.08 twice");
  scene_expect_event(&scene, NBIOT_EVENT_CONNECT_SUCCESS, 0, 0, "the link is there");
  scene_expect_event(&scene, NBIOT_EVENT_REG_FAILED, 408, 0, "is a refusal");
  scene_run(&scene, 100000);
  expect_list(&scene, INSTANCES, "the next attempt succeeds");
  scene_close(&scene);
}

static void test_the_link_breaks(void) {
  scene_t scene;
  open_large(&scene);
  slow_down(&scene);
  nbiot_device_connect(scene.device, 0);
  drive(&scene, 5);
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RECEIVE_BROKEN, 1);
  scene_run(&scene, 1000);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_WAITING, "the socket broke");
  scene_run(&scene, 60000);
  expect_list(&scene, INSTANCES, "another one, and the list from block 0");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "registered");
  scene_close(&scene);
}

static void test_rebind(void) {
  scene_t scene;
  open_large(&scene);
  slow_down(&scene);
  nbiot_device_connect(scene.device, 0);
  drive(&scene, 5);
  expect_equal(nbiot_device_rebind(scene.device), NBIOT_ERR_OK, "another address");
  scene_run(&scene, 10000);
  expect_list(&scene, INSTANCES, "has the list from block 0");
  scene_close(&scene);
}

static void test_close(void) {
  scene_t scene;
  uint32_t sent;
  open_large(&scene);
  slow_down(&scene);
  nbiot_device_connect(scene.device, 0);
  drive(&scene, 5);
  expect_equal(nbiot_device_close(scene.device, 5), NBIOT_ERR_NOT_REGISTER, "close");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_IDLE, "idle at once");
  sent = nbiot_mock_trace_count(scene.world);
  scene_run(&scene, 100000);
  expect_equal(nbiot_mock_trace_count(scene.world), sent, "nothing more leaves");
  scene_register(&scene);
  expect_list(&scene, INSTANCES, "connect begins anew");
  scene_close(&scene);
}

static void test_close_between_blocks_of_an_update(void) {
  scene_t scene;
  open_large(&scene);
  scene_register(&scene);
  slow_down(&scene);
  nbiot_resource_add(scene.device, 3303, INSTANCES, 5700, &number);
  drive(&scene, 19 + 5);
  expect_equal(nbiot_device_close(scene.device, 5), NBIOT_ERR_OK, "close");
  expect_equal(nbiot_mock_server_counts(scene.server).deregisters, 1, "De-register leaves at once");
  expect(strcmp(nbiot_mock_server_registration(scene.server, NULL)->objects,
                list_of(INSTANCES)) == 0, "no half of the new list is kept");
  scene_close(&scene);
}

static void test_the_list_changes(void) {
  scene_t scene;
  open_large(&scene);
  slow_down(&scene);
  nbiot_device_connect(scene.device, 0);
  drive(&scene, 5);
  nbiot_resource_add(scene.device, 3303, INSTANCES, 5700, &number);
  scene_run(&scene, 10000);
  expect_list(&scene, INSTANCES + 1, "the list is the new one, not half of each");
  expect_equal(nbiot_mock_server_counts(scene.server).updates, 0, "and no Update is needed");
  scene_close(&scene);
}

static void test_no_random_numbers(void) {
  scene_t scene;
  open_large(&scene);
  slow_down(&scene);
  nbiot_device_connect(scene.device, 0);
  drive(&scene, 5);
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RANDOM, 20);
  scene_run(&scene, 60000);
  expect_list(&scene, INSTANCES, "RFC 7252 5.3.1: a block waits for a token nobody can guess");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 19, "and none is sent twice");
  scene_close(&scene);
}

static void test_hints(void) {
  nbiot_mock_record_t record;
  uint32_t index, more = 0, last = 0;
  scene_t scene;
  open_large(&scene);
  scene_register(&scene);
  nbiot_mock_trace_clear(scene.world);
  nbiot_device_update(scene.device, 0, 1);
  scene_run(&scene, 1000);
  for (index = 0; nbiot_mock_trace_at(scene.world, index, &record) == NBIOT_MOCK_OK; index += 1) {
    if (record.from.bytes[3] == 2) {
      more += record.reason == NBIOT_SEND_UPDATE && record.expectation == NBIOT_EXPECT_MORE;
      last = record.expectation;
    }
  }
  expect(more > 10, "after a block comes more");
  expect_equal(last, NBIOT_EXPECT_REPLY, "after the last only its answer");
  scene_close(&scene);
}

int main(void) {
  test_a_large_list();
  test_the_server_wants_smaller_blocks();
  test_the_network_loses_and_doubles();
  test_the_server_restarts();
  test_a_server_that_keeps_losing_blocks();
  test_the_link_breaks();
  test_rebind();
  test_close();
  test_close_between_blocks_of_an_update();
  test_the_list_changes();
  test_no_random_numbers();
  test_hints();
  return check_summary();
}
