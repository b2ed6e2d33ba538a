/* misuse.c - every call with nothing, with garbage, twice, in the wrong order, with tables full: a
 * status that says so, and nothing half-done.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

typedef struct snapshot {
  nbiot_statistics_t statistics;
  int32_t state;
} snapshot_t;

static snapshot_t look(scene_t *scene) {
  snapshot_t seen;
  memset(&seen, 0, sizeof seen);
  seen.statistics = scene_statistics(scene);
  seen.state = nbiot_device_state(scene->device);
  return seen;
}

/* The call answered `status` and changed nothing. */
static void expect_refused(scene_t *scene, snapshot_t before, int32_t got, int32_t status,
                           const char *sentence) {
  snapshot_t after = look(scene);
  /* What a full table counts is meant to change. */
  after.statistics.resources.refused = before.statistics.resources.refused;
  after.statistics.outstanding.refused = before.statistics.outstanding.refused;
  expect_equal(got, status, sentence);
  expect(memcmp(&before, &after, sizeof before) == 0, sentence);
}

#define REFUSED(scene, call, status, sentence)                 \
  do {                                                         \
    snapshot_t before_ = look(scene);                          \
    expect_refused(scene, before_, call, status, sentence);    \
  } while (0)

static void expect_no_device(nbiot_device_t *device, const char *sentence) {
  nbiot_value_t value;
  nbiot_instance_t instance;
  nbiot_statistics_t statistics;
  uint32_t wait_ms = 4711;
  memset(&value, 0, sizeof value);
  memset(&instance, 0, sizeof instance);
  value.type = instance.value.type = NBIOT_INTEGER;
  expect_equal(nbiot_device_destroy(device), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_resource_add(device, 1000, 0, 1, &value), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_resource_add_multiple(device, 1000, 0, 1, &instance, 1), NBIOT_ERR_BADPARAM,
               sentence);
  expect_equal(nbiot_resource_del(device, 1000, 0, 1), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_resource_set(device, 1000, 0, 1, &value), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_resource_notify(device, 1000, 0, 1, 0), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_device_connect(device, 0), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_device_step(device, 0), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_device_poll(device, &wait_ms), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(wait_ms, 4711, "wait_ms is untouched");
  expect_equal(nbiot_device_sync(device), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_device_update(device, 0, 0), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_device_rebind(device), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_device_close(device, 0), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_request_respond(device, 1, 0, NULL), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_device_state(device), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_device_socket(device), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_device_error(device, 1), NBIOT_ERR_BADPARAM, sentence);
  expect_equal(nbiot_device_statistics(device, &statistics, sizeof statistics),
               NBIOT_ERR_BADPARAM, sentence);
}

static void test_what_is_no_device(void) {
  static uint64_t block[NBIOT_MEMORY_SIZE_DEFAULT / 8];
  nbiot_device_t *device;
  scene_t scene;
  unsigned shift;
  expect_no_device(NULL, "null");
  memset(block, 0, sizeof block);
  expect_no_device((nbiot_device_t *)(void *)block, "a block of zeros");
  memset(block, 0xFF, sizeof block);
  expect_no_device((nbiot_device_t *)(void *)block, "a block of ones");
  scene_open(&scene, 1);
  scene.config.memory = block;
  scene.config.memory_size = sizeof block;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "the device is created");
  device = scene.device;
  for (shift = 1; shift < 8; shift++) {
    expect_no_device((nbiot_device_t *)(void *)((uint8_t *)block + shift), "a crooked pointer");
  }
  scene_register(&scene);
  expect_equal(nbiot_device_destroy(device), NBIOT_ERR_OK, "the device is destroyed");
  expect_no_device(device, "a destroyed device");
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "the block makes another device");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_IDLE, "a fresh one");
  scene_close(&scene);
}

static nbiot_value_t integer;

static void start(scene_t *scene) {
  scene_open(scene, 1);
  scene->config.resource_capacity = 3;
  memset(&integer, 0, sizeof integer);
  integer.type = NBIOT_INTEGER;
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
}

static nbiot_value_t made(uint8_t type, uint8_t flag) {
  nbiot_value_t value;
  memset(&value, 0, sizeof value);
  value.type = type;
  value.flag = flag;
  return value;
}

static void expect_bad_value(scene_t *scene, nbiot_value_t value, const char *sentence) {
  nbiot_value_t kept = value;
  REFUSED(scene, nbiot_resource_add(scene->device, 1000, 0, 9, &value), NBIOT_ERR_BADPARAM,
          sentence);
  expect(memcmp(&kept, &value, sizeof kept) == 0, "the value is untouched");
}

static void test_adding(void) {
  nbiot_value_t value;
  scene_t scene;
  char room[4];
  start(&scene);
  REFUSED(&scene, nbiot_resource_add(scene.device, 1000, 0, 1, NULL), NBIOT_ERR_BADPARAM, "null");
  REFUSED(&scene, nbiot_resource_add(scene.device, NBIOT_ID_NONE, 0, 1, &integer),
          NBIOT_ERR_BADPARAM, "object 65535");
  REFUSED(&scene, nbiot_resource_add(scene.device, 1000, NBIOT_ID_NONE, 1, &integer),
          NBIOT_ERR_BADPARAM, "instance 65535");
  REFUSED(&scene, nbiot_resource_add(scene.device, 1000, 0, NBIOT_ID_NONE, &integer),
          NBIOT_ERR_BADPARAM, "resource 65535");
  REFUSED(&scene, nbiot_resource_add(scene.device, 0, 0, 1, &integer), NBIOT_ERR_NOT_SUPPORT,
          "the Security object");
  REFUSED(&scene, nbiot_resource_add(scene.device, 1, 0, 1, &integer), NBIOT_ERR_NOT_SUPPORT,
          "the Server object");
  REFUSED(&scene, nbiot_resource_add(scene.device, 21, 0, 1, &integer), NBIOT_ERR_NOT_SUPPORT,
          "the OSCORE object");
  REFUSED(&scene, nbiot_resource_add(scene.device, 3, 0, 0, &integer), NBIOT_ERR_EXISTS,
          "a resource of the SDK's own");
  expect_bad_value(&scene, made(NBIOT_UNKNOWN, 0), "type 0");
  expect_bad_value(&scene, made(7, 0), "type 7");
  expect_bad_value(&scene, made(255, NBIOT_READABLE), "type 255");
  expect_bad_value(&scene, made(NBIOT_INTEGER, NBIOT_EXECUTABLE | NBIOT_READABLE), "x and r");
  expect_bad_value(&scene, made(NBIOT_INTEGER, NBIOT_EXECUTABLE | NBIOT_WRITABLE), "x and w");
  value = made(NBIOT_STRING, NBIOT_READABLE);
  value.value.as_buf.len = 1;
  expect_bad_value(&scene, value, "a null buffer with a length");
  value = made(NBIOT_BINARY, NBIOT_READABLE | NBIOT_STORAGE);
  value.value.as_buf.val = room;
  expect_bad_value(&scene, value, "storage without capacity");
  value.capacity = 4;
  value.value.as_buf.val = NULL;
  expect_bad_value(&scene, value, "storage without a buffer");
  scene_close(&scene);
}

static void test_adding_and_removing_twice(void) {
  scene_t scene;
  start(&scene);
  expect_equal(nbiot_resource_add(scene.device, 1000, 0, 1, &integer), NBIOT_ERR_OK, "a good one");
  REFUSED(&scene, nbiot_resource_add(scene.device, 1000, 0, 1, &integer), NBIOT_ERR_EXISTS,
          "a resource twice");
  expect_equal(nbiot_resource_add(scene.device, 3, 0, 9, &integer), NBIOT_ERR_OK, "/3/0/9");
  expect_equal(nbiot_resource_add(scene.device, 65534, 65534, 65534, &integer), NBIOT_ERR_OK,
               "the highest path");
  REFUSED(&scene, nbiot_resource_add(scene.device, 1000, 0, 2, &integer), NBIOT_ERR_NO_MEMORY,
          "one more than resource_capacity");
  expect_equal(scene_statistics(&scene).resources.refused, 1, "which is counted");
  expect_equal(nbiot_resource_del(scene.device, 1000, 0, 1), NBIOT_ERR_OK, "one goes");
  REFUSED(&scene, nbiot_resource_del(scene.device, 1000, 0, 1), NBIOT_ERR_NOT_FOUND, "twice");
  REFUSED(&scene, nbiot_resource_del(scene.device, 3, 0, 0), NBIOT_ERR_NOT_SUPPORT,
          "the SDK's own");
  REFUSED(&scene, nbiot_resource_del(scene.device, 1000, 0, NBIOT_ID_NONE), NBIOT_ERR_BADPARAM,
          "resource 65535");
  expect_equal(nbiot_resource_add(scene.device, 1000, 0, 2, &integer), NBIOT_ERR_OK,
               "there is room again");
  scene_close(&scene);
}

static void test_adding_several_instances(void) {
  nbiot_instance_t list[3];
  scene_t scene;
  start(&scene);
  memset(list, 0, sizeof list);
  for (uint16_t index = 0; index < 3; index++) {
    list[index].id = index;
    list[index].value.type = NBIOT_INTEGER;
  }
#define ADD(count) nbiot_resource_add_multiple(scene.device, 1000, 0, 1, list, count)
  REFUSED(&scene, nbiot_resource_add_multiple(scene.device, 1000, 0, 1, NULL, 1),
          NBIOT_ERR_BADPARAM, "no instances");
  REFUSED(&scene, ADD(0), NBIOT_ERR_BADPARAM, "none of them");
  REFUSED(&scene, ADD(65536), NBIOT_ERR_BADPARAM, "too many");
  list[2].id = 1;
  REFUSED(&scene, ADD(3), NBIOT_ERR_BADPARAM, "an id twice");
  list[2].id = 0;
  REFUSED(&scene, ADD(3), NBIOT_ERR_BADPARAM, "ids out of order");
  list[2].id = NBIOT_ID_NONE;
  REFUSED(&scene, ADD(3), NBIOT_ERR_BADPARAM, "id 65535");
  list[2].id = 2;
  list[1].value.type = NBIOT_FLOAT;
  REFUSED(&scene, ADD(3), NBIOT_ERR_BADPARAM, "mixed types");
  list[1].value.type = NBIOT_INTEGER;
  list[1].value.flag = NBIOT_WRITABLE;
  REFUSED(&scene, ADD(3), NBIOT_ERR_BADPARAM, "mixed access");
  list[0].value.flag = list[1].value.flag = list[2].value.flag = NBIOT_EXECUTABLE;
  REFUSED(&scene, ADD(3), NBIOT_ERR_BADPARAM, "executable");
  list[0].value.flag = list[1].value.flag = list[2].value.flag = 0;
  expect_equal(ADD(3), NBIOT_ERR_OK, "a good list");
  REFUSED(&scene, ADD(3), NBIOT_ERR_EXISTS, "twice");
  REFUSED(&scene, nbiot_resource_set(scene.device, 1000, 0, 1, &integer), NBIOT_ERR_NOT_SUPPORT,
          "set of a multiple-instance resource");
  scene_close(&scene);
}

static void test_setting_and_notifying(void) {
  nbiot_value_t text = made(NBIOT_STRING, NBIOT_READABLE);
  nbiot_value_t other = made(NBIOT_FLOAT, 0);
  nbiot_value_t action = made(NBIOT_INTEGER, NBIOT_EXECUTABLE);
  nbiot_value_t fresh = made(NBIOT_STRING, 0);
  scene_t scene;
  start(&scene);
  text.value.as_buf.val = (char *)"fixed";
  text.value.as_buf.len = 5;
  nbiot_resource_add(scene.device, 1000, 0, 1, &integer);
  nbiot_resource_add(scene.device, 1000, 0, 2, &text);
  nbiot_resource_add(scene.device, 1000, 0, 3, &action);
  REFUSED(&scene, nbiot_resource_set(scene.device, 1000, 0, 1, NULL), NBIOT_ERR_BADPARAM, "null");
  REFUSED(&scene, nbiot_resource_set(scene.device, 1000, 0, 1, &other), NBIOT_ERR_BADPARAM,
          "another type");
  REFUSED(&scene, nbiot_resource_set(scene.device, 1000, 0, 8, &integer), NBIOT_ERR_NOT_FOUND,
          "no such resource");
  REFUSED(&scene, nbiot_resource_set(scene.device, 1000, 0, 2, &fresh), NBIOT_ERR_NOT_SUPPORT,
          "a buffer without storage");
  REFUSED(&scene, nbiot_resource_set(scene.device, 1000, 0, 3, &action), NBIOT_ERR_NOT_SUPPORT,
          "what is only executed");
  REFUSED(&scene, nbiot_resource_set(scene.device, 3, 0, 0, &fresh), NBIOT_ERR_NOT_SUPPORT,
          "the SDK's own");
  REFUSED(&scene, nbiot_resource_notify(scene.device, 1000, 0, 1, 65536), NBIOT_ERR_BADPARAM,
          "an ack id over 65535");
  REFUSED(&scene, nbiot_resource_notify(scene.device, 1000, 0, 8, 0), NBIOT_ERR_NOT_FOUND,
          "no such resource");
  REFUSED(&scene, nbiot_resource_notify(scene.device, 1000, 0, 1, 5), NBIOT_ERR_NOT_FOUND,
          "an ack id and no observer");
  REFUSED(&scene, nbiot_resource_notify(scene.device, 1000, 0, 1, 0), NBIOT_ERR_OK,
          "without an ack id that is no error");
  scene_close(&scene);
}

static void test_the_wrong_order(void) {
  scene_t scene;
  start(&scene);
  REFUSED(&scene, nbiot_device_step(scene.device, 0), NBIOT_ERR_NOT_REGISTER, "step when idle");
  REFUSED(&scene, nbiot_device_step(scene.device, -1), NBIOT_ERR_NOT_REGISTER, "step for ever");
  REFUSED(&scene, nbiot_device_poll(scene.device, NULL), NBIOT_ERR_NOT_REGISTER, "poll when idle");
  REFUSED(&scene, nbiot_device_sync(scene.device), NBIOT_ERR_NOT_REGISTER, "sync when idle");
  REFUSED(&scene, nbiot_device_update(scene.device, 0, 1), NBIOT_ERR_NOT_REGISTER, "update");
  REFUSED(&scene, nbiot_device_update(scene.device, 14, 1), NBIOT_ERR_BADPARAM, "lifetime 14");
  REFUSED(&scene, nbiot_device_update(scene.device, 0x10000000, 1), NBIOT_ERR_BADPARAM, "2^28");
  REFUSED(&scene, nbiot_device_rebind(scene.device), NBIOT_ERR_NOT_REGISTER, "rebind when idle");
  REFUSED(&scene, nbiot_device_close(scene.device, 5), NBIOT_ERR_NOT_REGISTER, "close when idle");
  REFUSED(&scene, nbiot_request_respond(scene.device, 1, 0, NULL), NBIOT_ERR_NOT_FOUND, "respond");
  REFUSED(&scene, nbiot_device_connect(scene.device, -2), NBIOT_ERR_BADPARAM, "connect -2");
  REFUSED(&scene, nbiot_device_connect(scene.device, INT32_MIN), NBIOT_ERR_BADPARAM, "connect min");
  scene_register(&scene);
  REFUSED(&scene, nbiot_device_connect(scene.device, 60), NBIOT_ERR_OK, "connect twice");
  REFUSED(&scene, nbiot_device_step(scene.device, -7), NBIOT_ERR_BADPARAM, "step -7");
  REFUSED(&scene, nbiot_device_close(scene.device, -7), NBIOT_ERR_BADPARAM, "close -7");
  expect_equal(nbiot_device_close(scene.device, 5), NBIOT_ERR_OK, "close");
  REFUSED(&scene, nbiot_device_close(scene.device, 5), NBIOT_ERR_NOT_REGISTER, "close twice");
  scene_close(&scene);
}

static void test_without_a_wait_hook(void) {
  scene_t scene;
  scene_open(&scene, 1);
  scene.platform.wait = NULL;
  scene.platform.wake = NULL;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "the device is created");
  REFUSED(&scene, nbiot_device_connect(scene.device, 5), NBIOT_ERR_NOT_SUPPORT, "connect waits");
  REFUSED(&scene, nbiot_device_step(scene.device, -1), NBIOT_ERR_NOT_SUPPORT, "step waits");
  expect_equal(nbiot_device_connect(scene.device, 0), NBIOT_ERR_OK,
               "one pass needs no wait, and the mock answers at once");
  REFUSED(&scene, nbiot_device_close(scene.device, 5), NBIOT_ERR_NOT_SUPPORT, "close waits");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "and is refused whole");
  scene_close(&scene);
}

static void test_statistics_of_another_size(void) {
  uint32_t words[sizeof(nbiot_statistics_t) / 4 + 4];
  uint8_t *room = (uint8_t *)words;
  nbiot_statistics_t full;
  scene_t scene;
  start(&scene);
  scene_register(&scene);
  full = scene_statistics(&scene);
  expect_equal(nbiot_device_statistics(scene.device, NULL, sizeof full), NBIOT_ERR_BADPARAM,
               "null");
  expect_equal(nbiot_device_statistics(scene.device, &full, 0), NBIOT_ERR_BADPARAM, "size 0");
  memset(words, 0xEE, sizeof words);
  expect_equal(nbiot_device_statistics(scene.device, (nbiot_statistics_t *)(void *)words, 12),
               NBIOT_ERR_OK, "an older, shorter struct");
  expect(memcmp(room, &full, 12) == 0 && room[12] == 0xEE, "gets what fits");
  expect_equal(nbiot_device_statistics(scene.device, (nbiot_statistics_t *)(void *)words,
                                       sizeof words),
               NBIOT_ERR_OK, "a newer, longer struct");
  expect(memcmp(room, &full, sizeof full) == 0 && room[sizeof full] == 0 &&
             room[sizeof words - 1] == 0,
         "gets zeros behind what is known");
  scene_close(&scene);
}

int main(void) {
  test_what_is_no_device();
  test_adding();
  test_adding_and_removing_twice();
  test_adding_several_instances();
  test_setting_and_notifying();
  test_the_wrong_order();
  test_without_a_wait_hook();
  test_statistics_of_another_size();
  return check_summary();
}
