/* wire.c - the life of a device on a bad link, printed datagram by datagram: each byte must be the
 * same on every CPU, numbers of every size and retransmissions included.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "nbiot_mock.h"

#include "../abi/scene.h"

#define ROUNDS 60u

enum { NUMBER, OTHER, COUNT, SWITCH, NAME, BYTES, ACTION, VALUES };
static const uint16_t ids[VALUES] = {5700, 5601, 5501, 5850, 5750, 5522, 5605};
static const uint8_t types[VALUES] = {NBIOT_FLOAT,  NBIOT_FLOAT,  NBIOT_INTEGER, NBIOT_BOOLEAN,
                                      NBIOT_STRING, NBIOT_BINARY, NBIOT_INTEGER};
static nbiot_value_t values[VALUES];
static char storage[2][32];

static uint64_t chance(void) {
  static uint64_t state = 2025;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return state >> 32 | state << 32;
}

/* Any bits but those of infinities and of what is no number; now and then a handy one. */
static double some_number(void) {
  uint64_t bits = chance();
  double number;
  if (bits % 4 == 0) return (double)(int32_t)chance() / 1000.0;
  if ((bits >> 52 & 0x7ff) == 0x7ff) bits &= ~(UINT64_C(1) << 62);
  memcpy(&number, &bits, sizeof number);
  return number;
}

static void change_values(void) {
  values[NUMBER].value.as_float = some_number();
  values[OTHER].value.as_float = some_number();
  values[COUNT].value.as_int = (int64_t)chance();
  values[COUNT].value.as_int >>= chance() % 64;
  values[SWITCH].value.as_bool = chance() % 2;
  values[NAME].value.as_buf.len = (uint32_t)chance() % 20;
  values[BYTES].value.as_buf.len = (uint32_t)chance() % 20;
  for (unsigned i = 0; i < sizeof storage[0]; i++) {
    storage[0][i] = (char)('a' + chance() % 26);
    storage[1][i] = (char)chance();
  }
}

static void prepare(scene_t *scene) {
  scene_open(scene, 11);
  scene->config.read = scene_read;
  scene->config.write = scene_write;
  scene->config.execute = scene_execute;
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
  for (unsigned i = 0; i < VALUES; i++) {
    values[i].type = types[i];
    values[i].flag = NBIOT_READABLE | NBIOT_WRITABLE;
    if (i == NAME || i == BYTES) {
      values[i].flag |= NBIOT_STORAGE;
      values[i].capacity = sizeof storage[0];
      values[i].value.as_buf.val = storage[i - NAME];
    }
    if (i == ACTION) values[i].flag = NBIOT_EXECUTABLE;
    for (uint16_t instance = 0; instance < 2; instance++) {
      expect_equal(nbiot_resource_add(scene->device, 3303, instance, ids[i], &values[i]),
                   NBIOT_ERR_OK, "a resource is added");
    }
  }
  change_values();
}

static void spoil_link(scene_t *scene) {
  const nbiot_mock_link_t link = {150, 100, 20, 100, 50, 4000, 0, 0};
  nbiot_mock_link(scene->radio, NBIOT_MOCK_UP, &link);
  nbiot_mock_link(scene->radio, NBIOT_MOCK_DOWN, &link);
}

static void observe(scene_t *scene, const char *path) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, path);
  request.observe = NBIOT_MOCK_OBSERVE_START;
  (void)scene_ask(scene, &request, NULL);
}

/* Whatever comes of it is in the trace. */
static void ask_something(scene_t *scene, unsigned round) {
  static const char *const numbers[] = {"-0.0001", "1e308", "2.2250738585072011e-308", "x", "7"};
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/3303");
  char path[24];
  snprintf(path, sizeof path, "/3303/%u/%u", round % 2, (unsigned)ids[round / 2 % VALUES]);
  switch (round % 6) {
    case 0:
    case 1: (void)scene_get(scene, path, NULL); break;
    case 2: (void)scene_get(scene, round % 4 == 0 ? "/3303/1" : "/3303", NULL); break;
    case 3: (void)scene_put(scene, path, numbers[round / 6 % 5]); break;
    case 4: (void)scene_post(scene, "/3303/0/5605", "0='on',1"); break;
    default:
      request.accept = 40;
      (void)scene_ask(scene, &request, NULL);
  }
}

static void print_record(const nbiot_mock_record_t *record) {
  printf("%lu %u %u > %u: ", (unsigned long)record->sent_ms, record->fate, record->from.port,
         record->to.port);
  for (uint32_t i = 0; i < record->length; i++) printf("%02x", record->data[i]);
  printf("\n");
}

int main(void) {
  static scene_t scene;
  nbiot_mock_record_t record;
  prepare(&scene);
  spoil_link(&scene);
  (void)nbiot_device_connect(scene.device, 600);
  observe(&scene, "/3303/0/5700");
  observe(&scene, "/3303/1");
  for (unsigned round = 0; round < ROUNDS; round++) {
    change_values();
    nbiot_resource_notify(scene.device, 3303, 0, ids[NUMBER], round % 5 == 0 ? round + 1 : 0);
    nbiot_resource_notify(scene.device, 3303, 1, ids[round % ACTION], 0);
    ask_something(&scene, round);
    scene_run(&scene, (uint32_t)chance() % 20000);
  }
  (void)nbiot_device_close(scene.device, 60);
  for (uint32_t i = 0; nbiot_mock_trace_at(scene.world, i, &record) == NBIOT_MOCK_OK; i++) {
    print_record(&record);
  }
  for (uint32_t i = 0; i < scene.event_count; i++) {
    printf("event %u %ld\n", (unsigned)scene.events[i].id, (long)scene.events[i].code);
  }
  scene_close(&scene);
  return check_summary();
}
