/* stored_hooks.c - notifications stored, and the hooks and flags around that: notify while the store hook runs, the order of the
 * slots in a factory reset, a value that is flagged and notified.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

#define STORES 16u

static nbiot_value_t number;
static scene_t scene;
static nbiot_platform_t mock;

/* The slots that were written, in order, and the first byte. */
static uint32_t slots[STORES];
static uint8_t heads[STORES];
static uint32_t store_count;
/* What notify answered while the hook ran; ack ids begin at 100. */
static int32_t answers[STORES];
static uint32_t answer_count;
static uint32_t to_notify;

static int32_t report(int64_t value, uint32_t id) {
  number.value.as_int = value;
  return nbiot_resource_notify(scene.device, 3303, 0, 5700, id);
}

static int32_t watching_store(void *context, uint32_t slot, const uint8_t *data, uint32_t length) {
  if (store_count < STORES) {
    slots[store_count] = slot;
    heads[store_count] = data[0];
    store_count += 1;
  }
  while (to_notify > 0) {
    to_notify -= 1;
    answers[answer_count] = report(100 + answer_count, 100 + answer_count);
    answer_count += 1;
  }
  return mock.store(context, slot, data, length);
}

static uint32_t loads;
static uint32_t early_handles;

static int32_t watching_load(void *context, uint32_t slot, uint8_t *buffer, uint32_t size) {
  loads += 1;
  early_handles += scene.device != NULL;
  return mock.load(context, slot, buffer, size);
}

static void on_reset(void *context) {
  (void)context;
}

static void start(uint16_t capacity, uint8_t policy, uint8_t is_kept) {
  memset(&number, 0, sizeof number);
  number.type = NBIOT_INTEGER;
  store_count = 0;
  answer_count = 0;
  to_notify = 0;
  scene_open(&scene, 1);
  mock = scene.platform;
  scene.platform.store = watching_store;
  scene.platform.load = watching_load;
  scene.config.stored_capacity = capacity;
  scene.config.stored_policy = policy;
  scene.config.stored_kept = is_kept;
  scene.config.factory_reset = on_reset;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "a device that stores");
  nbiot_resource_add(scene.device, 3303, 0, 5700, &number);
}

static int32_t observe(void) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/3303/0/5700");
  request.observe = NBIOT_MOCK_OBSERVE_START;
  return nbiot_mock_server_ask(scene.server, &request, scene_step, &scene, NULL);
}

/* What is being written stays as it is: only room behind it is used. */
static void test_busy(uint8_t policy) {
  uint32_t delivered = 0;
  nbiot_event_t event;
  start(14 + 3 * 19, policy, 1);
  report(1, 1);
  report(2, 2);
  to_notify = 2;
  scene_run(&scene, 10);
  expect_equal(answer_count, 2, "the hook ran, and the lock was not held");
  expect_equal(answers[0], NBIOT_ERR_OK, "D 12: while the store hook runs there is room behind the record");
  expect_equal(answers[1], NBIOT_ERR_BUSY, "but nothing gives way");
  expect_equal(scene_statistics(&scene).stored.refused, 1, "which is counted");
  expect_equal(report(3, 101), policy == NBIOT_STORED_NEWEST ? NBIOT_ERR_NO_MEMORY : NBIOT_ERR_OK,
               "afterwards the policy holds again");
  scene_register(&scene);
  observe();
  scene_run(&scene, 2000);
  for (event = scene_next_event(&scene); event.id != 0; event = scene_next_event(&scene)) {
    delivered += event.id == NBIOT_EVENT_NOTIFY_SUCCESS;
  }
  /* What tells of one that was dropped takes room too, so a second one went. */
  expect_equal(delivered, policy == NBIOT_STORED_NEWEST ? 3 : 2,
               "and what is left is delivered");
  scene_close(&scene);
}

static void test_factory_reset(void) {
  uint32_t rounds;
  for (rounds = 1; rounds <= 2; rounds++) {
    uint32_t last;
    start(128, NBIOT_STORED_OLDEST, 1);
    scene_register(&scene);
    report(1, 1);
    scene_run(&scene, 10);
    if (rounds == 2) {
      report(2, 2);
      scene_run(&scene, 10);
    }
    expect_equal(store_count, rounds, "a record for each");
    last = slots[rounds - 1];
    expect_equal(scene_post(&scene, "/3/0/5", NULL), 204, "a factory reset");
    scene_run(&scene, 10);
    expect_equal(store_count >= rounds + 2, 1, "overwrites both slots");
    expect_equal(slots[rounds], last ^ 1, "first the one that a start would not find");
    expect_equal(slots[rounds + 1], last, "and last the one it would find");
    expect(heads[rounds] == 0 && heads[rounds + 1] == 0, "with what is no record");
    nbiot_device_destroy(scene.device);
    expect_equal(scene_create(&scene), NBIOT_ERR_OK, "the next life");
    expect_equal(scene_statistics(&scene).stored.used, 0, "finds nothing");
    scene_close(&scene);
  }
}

static void test_flagged(uint16_t capacity) {
  int32_t exchange;
  start(capacity, NBIOT_STORED_OLDEST, 0);
  scene_register(&scene);
  exchange = observe();
  number.flag |= NBIOT_UPDATED;
  expect_equal(report(5, 7), NBIOT_ERR_OK, "a value that is flagged is notified");
  expect_equal(nbiot_device_sync(scene.device), NBIOT_ERR_OK, "and the flags are looked at");
  scene_run(&scene, 5000);
  expect_equal((int32_t)nbiot_mock_server_notification_count(scene.server, exchange), 1,
               "D 11: one notification leaves, the confirmable one");
  number.flag |= NBIOT_UPDATED;
  expect_equal(nbiot_device_sync(scene.device), NBIOT_ERR_OK, "a flag alone");
  scene_run(&scene, 5000);
  expect_equal((int32_t)nbiot_mock_server_notification_count(scene.server, exchange), 2,
               "makes another one");
  scene_close(&scene);
}

/* A hook that runs during create has no device to call. */
static void test_handle(void) {
  loads = 0;
  early_handles = 0;
  start(128, NBIOT_STORED_OLDEST, 1);
  expect(loads >= 2, "create looks into both slots");
  expect_equal(early_handles, 0, "the handle is there when create is done");
  expect(scene.device != NULL, "and then it is");
  scene_close(&scene);
}

int main(void) {
  test_handle();
  test_busy(NBIOT_STORED_OLDEST);
  test_busy(NBIOT_STORED_NEWEST);
  test_factory_reset();
  test_flagged(0);
  test_flagged(128);
  return check_summary();
}
