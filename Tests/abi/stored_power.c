/* stored_power.c - the power goes at every byte of every store of notifications: each has its event in some life, and none is
 * delivered again once it was acknowledged.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "nbiot_mock.h"

#include "scene.h"

#define IDS 4

/* What became of each notification, whose value is its ack id, in both lives. */
typedef struct fate {
  int stored[IDS + 1];    /* The call after its notify was over before the power went. */
  int events[IDS + 1];
  int succeeded[IDS + 1]; /* Acknowledged in the first life, as the device told. */
  int again[IDS + 1];     /* Delivered in the second. */
} fate_t;

static nbiot_value_t number = {.type = NBIOT_INTEGER, .flag = NBIOT_READABLE};

static void start(scene_t *scene) {
  scene_create(scene);
  nbiot_resource_add(scene->device, 3303, 0, 5700, &number);
  nbiot_device_connect(scene->device, 60);
}

static int32_t observe(scene_t *scene) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/3303/0/5700");
  request.observe = NBIOT_MOCK_OBSERVE_START;
  return nbiot_mock_server_ask(scene->server, &request, scene_step, scene, NULL);
}

static int is_off(const scene_t *scene) { return nbiot_mock_storage(scene->radio).cuts != 0; }

/* Serves in small steps, so that nothing happens after the power has gone. */
static void serve(scene_t *scene, uint32_t ms) {
  while (ms > 0 && !is_off(scene)) {
    scene_run(scene, 1);
    ms -= 1;
  }
}

static void note_events(scene_t *scene, fate_t *fate, int is_first) {
  nbiot_event_t event = scene_next_event(scene);
  while (event.id != 0) {
    int is_told = event.id == NBIOT_EVENT_NOTIFY_SUCCESS || event.id == NBIOT_EVENT_NOTIFY_FAILED ||
                  event.id == NBIOT_EVENT_NOTIFY_DROPPED;
    if (is_told && event.detail <= IDS) {
      fate->events[event.detail] += 1;
      fate->succeeded[event.detail] |= is_first && event.id == NBIOT_EVENT_NOTIFY_SUCCESS;
    }
    event = scene_next_event(scene);
  }
}

/* Reports two unobserved values and two observed ones. */
static void report(scene_t *scene, fate_t *fate) {
  uint32_t id;
  for (id = 1; id <= IDS && !is_off(scene); id++) {
    number.value.as_int = id;
    if (id == 3) observe(scene);
    if (is_off(scene)) break;
    nbiot_resource_notify(scene->device, 3303, 0, 5700, id);
    serve(scene, 1);
    fate->stored[id] = !is_off(scene);
    serve(scene, 200);
  }
  serve(scene, 2000);
}

static void open_scene(scene_t *scene) {
  scene_open(scene, 1);
  scene->config.stored_capacity = 128;
  scene->config.stored_kept = 1;
  number.value.as_int = 0;
  start(scene);
}

static uint32_t bytes_of_a_life(void) {
  scene_t scene;
  fate_t fate;
  uint32_t bytes;
  memset(&fate, 0, sizeof fate);
  open_scene(&scene);
  report(&scene, &fate);
  note_events(&scene, &fate, 1);
  expect(fate.succeeded[1] && fate.succeeded[2] && fate.succeeded[3] && fate.succeeded[4],
         "without a cut each is acknowledged");
  expect_equal(fate.events[1] + fate.events[2] + fate.events[3] + fate.events[4], IDS,
               "and has one event");
  bytes = nbiot_mock_storage(scene.radio).bytes;
  expect(nbiot_mock_slot(scene.radio, 0, NULL) == 0 && nbiot_mock_slot(scene.radio, 1, NULL) == 0,
         "the slots of an account are not touched");
  scene_close(&scene);
  return bytes;
}

/* The next life: what is delivered in it, and told. */
static void live_on(scene_t *scene, fate_t *fate) {
  uint32_t index;
  int32_t exchange;
  nbiot_device_destroy(scene->device);
  nbiot_mock_power_up(scene->radio);
  nbiot_mock_server_forget(scene->server);
  number.value.as_int = 0;
  start(scene);
  exchange = observe(scene);
  scene_run(scene, 5000);
  for (index = 0; index < nbiot_mock_server_notification_count(scene->server, exchange); index++) {
    nbiot_mock_response_t told;
    unsigned long value;
    nbiot_mock_server_notification(scene->server, exchange, index, &told);
    value = strtoul((const char *)told.payload, NULL, 10);
    if (value <= IDS) fate->again[value] += 1;
  }
  note_events(scene, fate, 0);
}

static void walk(uint8_t kind) {
  uint32_t bytes = bytes_of_a_life();
  uint32_t place;
  unsigned missed = 0;
  unsigned lost = 0;
  unsigned repeated = 0;
  unsigned twice = 0;
  expect(bytes > 100, "there is something to cut");
  for (place = 0; place < bytes; place++) {
    scene_t scene;
    fate_t fate;
    int id;
    memset(&fate, 0, sizeof fate);
    open_scene(&scene);
    nbiot_mock_power_cut(scene.radio, place, kind);
    report(&scene, &fate);
    missed += !is_off(&scene);
    note_events(&scene, &fate, 1);
    live_on(&scene, &fate);
    for (id = 1; id <= IDS; id++) {
      lost += fate.stored[id] && fate.events[id] == 0;
      repeated += fate.succeeded[id] && fate.again[id] > 0;
      twice += fate.again[id] > 1;
    }
    nbiot_device_destroy(scene.device);
    nbiot_mock_world_destroy(scene.world);
  }
  expect_equal(missed, 0, "the power went each time");
  expect_equal(lost, 0, "what was stored has its event in one of the lives");
  expect_equal(repeated, 0, "what was acknowledged is not delivered again");
  expect_equal(twice, 0, "and nothing twice in a life");
}

/* A damaged slot is as none; the other one counts. */
static void test_damage(void) {
  scene_t scene;
  fate_t fate;
  uint32_t slot;
  memset(&fate, 0, sizeof fate);
  open_scene(&scene);
  nbiot_resource_notify(scene.device, 3303, 0, 5700, 1);
  scene_run(&scene, 10);
  nbiot_resource_notify(scene.device, 3303, 0, 5700, 2);
  scene_run(&scene, 10);
  for (slot = 2; slot < 4; slot++) {
    const uint8_t *data = NULL;
    int32_t length = nbiot_mock_slot(scene.radio, slot, &data);
    uint8_t copy[128];
    int32_t byte;
    expect(length > 14 && length <= 128, "both slots hold a record");
    memcpy(copy, data, (size_t)length);
    for (byte = 0; byte < length; byte++) {
      copy[byte] ^= 0x10;
      nbiot_mock_slot_set(scene.radio, slot, copy, (uint32_t)length);
      nbiot_device_destroy(scene.device);
      expect_equal(scene_create(&scene), NBIOT_ERR_OK, "a device with a damaged slot is created");
      copy[byte] ^= 0x10;
      nbiot_mock_slot_set(scene.radio, slot, copy, (uint32_t)length);
      expect(scene_statistics(&scene).stored.used >= 19, "and finds the other one");
    }
  }
  nbiot_device_destroy(scene.device);
  scene.config.stored_capacity = 64;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "a device with less room");
  scene_close(&scene);
}

int main(void) {
  walk(NBIOT_MOCK_TORN);
  walk(NBIOT_MOCK_ERASED);
  test_damage();
  return check_summary();
}
