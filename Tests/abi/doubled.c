/* doubled.c - a network that delivers every datagram twice, some of them late: each thing happens once (RFC 7252 section 4.5).
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"
#include "nbiot_mock_server.h"

#include "scene.h"

#define ROUNDS 5u

static nbiot_value_t dimmer;
static nbiot_value_t action;
static uint32_t removed;

static int32_t on_remove(void *context, nbiot_request_t request, const nbiot_path_t *path) {
  (void)context;
  (void)request;
  (void)path;
  removed += 1;
  return 0;
}

static void start(scene_t *scene, uint64_t seed, uint16_t reordering) {
  nbiot_mock_link_t link = {.duplication = 1000, .delay_min_ms = 20, .delay_max_ms = 400};
  link.reordering = reordering;
  memset(&dimmer, 0, sizeof dimmer);
  memset(&action, 0, sizeof action);
  dimmer.type = NBIOT_INTEGER;
  dimmer.flag = NBIOT_READABLE | NBIOT_WRITABLE;
  action.flag = NBIOT_EXECUTABLE;
  removed = 0;
  scene_open(scene, seed);
  scene->config.write = scene_write;
  scene->config.execute = scene_execute;
  scene->config.remove = on_remove;
  scene->config.duplicate_capacity = 64;
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
  nbiot_resource_add(scene->device, 3311, 0, 5851, &dimmer);
  nbiot_resource_add(scene->device, 3311, 0, 5605, &action);
  nbiot_resource_add(scene->device, 3311, 1, 5605, &action);
  nbiot_mock_link(scene->radio, NBIOT_MOCK_UP, &link);
  nbiot_mock_link(scene->radio, NBIOT_MOCK_DOWN, &link);
  scene_register(scene);
}

static uint32_t events(const scene_t *scene, uint32_t id) {
  uint32_t index;
  uint32_t found = 0;
  for (index = 0; index < scene->event_count; index++) {
    found += scene->events[index].id == id;
  }
  return found;
}

static void ask_for_everything(scene_t *scene) {
  nbiot_mock_request_t observe = scene_request(NBIOT_MOCK_GET, "/3311/0/5851");
  nbiot_mock_request_t end = scene_request(NBIOT_MOCK_DELETE, "/3311/1");
  char text[2] = "0";
  observe.observe = NBIOT_MOCK_OBSERVE_START;
  expect_equal(scene_ask(scene, &observe, NULL), 205, "an Observe is answered");
  for (uint32_t round = 0; round < ROUNDS; round++) {
    text[0] = (char)('1' + round);
    expect_equal(scene_put(scene, "/3311/0/5851", text), 204, "a Write is answered");
    expect_equal(scene_post(scene, "/3311/0/5605", text), 204, "an Execute is answered");
    expect_equal(scene_get(scene, "/3311/0", NULL), 205, "a Read is answered");
    nbiot_resource_notify(scene->device, 3311, 0, 5851, (uint16_t)(round + 1));
    nbiot_device_update(scene->device, 0, 0);
    scene_run(scene, 5000);
  }
  expect_equal(scene_ask(scene, &end, NULL), 202, "a Delete is answered");
  scene_run(scene, 5000);
}

static void test_everything_twice(uint64_t seed, uint16_t reordering) {
  nbiot_statistics_t statistics;
  scene_t scene;
  start(&scene, seed, reordering);
  ask_for_everything(&scene);
  statistics = scene_statistics(&scene);
  expect_equal(scene.executes, ROUNDS, "4.1 RFC 7252 4.5: each Execute ran once");
  expect_equal(scene.writes, ROUNDS, "4.1 RFC 7252 4.5: each Write was put to the application once");
  expect_equal(removed, 1, "4.1 RFC 7252 4.5: and so was the Delete");
  expect_equal(dimmer.value.as_int, ROUNDS, "the last Write counts");
  expect_equal(events(&scene, NBIOT_EVENT_REG_SUCCESS), 1, "one registration");
  expect_equal(events(&scene, NBIOT_EVENT_NOTIFY_SUCCESS), ROUNDS, "each report has one event");
  expect_equal(events(&scene, NBIOT_EVENT_NOTIFY_FAILED), 0, "of success");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 1, "one Register");
  expect(statistics.duplicates >= 3 * ROUNDS + 2, "4.1 RFC 7252 4.5: each request was seen to come twice");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "nothing broke");
  scene_close(&scene);
}

int main(void) {
  for (uint64_t seed = 1; seed <= 10; seed++) {
    test_everything_twice(seed, 0);
    test_everything_twice(seed, 300);
  }
  return check_summary();
}
