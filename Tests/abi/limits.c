/* limits.c - datagrams of 512 and 1024 bytes: up to its buffers a device serves and sends them, beyond
 * them it drops and counts what comes, and says in blocks what is longer.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"
#include "nbiot_mock_server.h"

#include "scene.h"

#define LONGEST 1200u

static nbiot_value_t text;
static char room[LONGEST];
static char content[LONGEST + 1];

static void open_with(scene_t *scene, uint16_t capacity) {
  memset(&text, 0, sizeof text);
  memset(content, 'x', LONGEST);
  text.type = NBIOT_BINARY;
  text.flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE;
  text.capacity = sizeof room;
  text.value.as_buf.val = room;
  memset(room, 'y', sizeof room);
  scene_open(scene, 1);
  scene->config.profile = NBIOT_PROFILE_ONENET;
  scene->config.endpoint_name = "869975030012345;460040983204901";
  scene->config.auth_code = "7c4a8d09";
  scene->config.receive_capacity = scene->config.send_capacity = capacity;
  scene->config.duplicate_capacity = 32;
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
  nbiot_resource_add(scene->device, 3200, 0, 5505, &text);
  scene_register(scene);
  expect(strcmp(nbiot_mock_server_registration(scene->server, NULL)->endpoint,
                "869975030012345;460040983204901") == 0,
         "imei;imsi passes unchanged");
}

/* The longest datagram the server has sent. */
static uint32_t longest(const scene_t *scene, uint16_t from_port, int is_server) {
  nbiot_mock_record_t record;
  uint32_t most = 0;
  for (uint32_t index = 0; nbiot_mock_trace_at(scene->world, index, &record) == NBIOT_MOCK_OK;
       index++) {
    if ((record.from.port == from_port) == is_server && record.length > most) {
      most = record.length;
    }
  }
  return most;
}

static int32_t write_bytes(scene_t *scene, uint32_t length) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_PUT, "/3200/0/5505");
  request.content_format = 42;
  request.payload = (const uint8_t *)content;
  request.payload_length = length;
  return scene_ask(scene, &request, NULL);
}

/* Writes the longest payload whose request is at most `limit` bytes; returns the payload's length. */
static uint32_t payload_for(scene_t *scene, uint32_t limit) {
  uint32_t overhead;
  nbiot_mock_trace_clear(scene->world);
  expect_equal(write_bytes(scene, 8), 204, "a short Write");
  overhead = longest(scene, 5683, 1) - 8;
  return limit - overhead;
}

static void test_what_comes(uint16_t capacity) {
  nbiot_statistics_t before, after;
  scene_t scene;
  uint32_t most;
  open_with(&scene, capacity);
  most = payload_for(&scene, capacity);
  nbiot_mock_trace_clear(scene.world);
  expect_equal(write_bytes(&scene, most), 204, "a datagram as long as the receive buffer is served");
  expect_equal(longest(&scene, 5683, 1), capacity, "it is");
  expect_equal(text.value.as_buf.len, most, "whole");
  before = scene_statistics(&scene);
  expect_equal(before.dropped[NBIOT_DROP_TRUNCATED], 0, "nothing was cut off so far");
  expect_equal(write_bytes(&scene, most + 1), 413, "one byte more is not served");
  after = scene_statistics(&scene);
  expect(after.dropped[NBIOT_DROP_TRUNCATED] > 0, "but counted");
  expect_equal(after.receive_buffer.refused, after.dropped[NBIOT_DROP_TRUNCATED], "in both places");
  expect_equal(text.value.as_buf.len, most, "and nothing of it is stored");
  expect_equal(scene_get(&scene, "/3/0/3", NULL), 205, "the device is none the worse");
  scene_close(&scene);
}

static void test_what_goes(uint16_t capacity) {
  nbiot_mock_request_t observe = scene_request(NBIOT_MOCK_GET, "/3200/0/5505");
  nbiot_mock_response_t answer;
  scene_t scene;
  uint32_t overhead;
  open_with(&scene, capacity);
  nbiot_mock_trace_clear(scene.world);
  text.value.as_buf.len = 8;
  observe.observe = NBIOT_MOCK_OBSERVE_START;
  expect_equal(scene_ask(&scene, &observe, &answer), 205, "a short value is observed");
  overhead = answer.datagram_length - 8;
  /* The first Observe number is 0, which takes no byte; the next takes one. */
  text.value.as_buf.len = capacity - overhead - 1;
  nbiot_resource_notify(scene.device, 3200, 0, 5505, 0);
  scene_run(&scene, 1000);
  expect_equal(longest(&scene, 5683, 0), capacity, "a notification as long as the send buffer leaves");
  text.value.as_buf.len += 1;
  nbiot_resource_notify(scene.device, 3200, 0, 5505, 0);
  scene_run(&scene, 1000);
  expect_equal(longest(&scene, 5683, 0), capacity, "nothing longer ever does");
  text.value.as_buf.len = LONGEST;
  expect_equal(scene_get(&scene, "/3200/0/5505", &answer), 205, "a value that does not fit is 2.05");
  expect_equal((long long)answer.payload_length, capacity / 2, "the first block of it");
  expect_equal(scene_get(&scene, "/3200/0", NULL), 205, "so is its instance");
  expect_equal(longest(&scene, 5683, 0), capacity, "whatever the server asks for");
  expect_equal(scene_statistics(&scene).send_buffer.refused, 0, "nothing is refused");
  scene_close(&scene);
}

int main(void) {
  static const uint16_t capacities[] = {512, 1024};
  for (int index = 0; index < 2; index++) {
    test_what_comes(capacities[index]);
    test_what_goes(capacities[index]);
  }
  return check_summary();
}
