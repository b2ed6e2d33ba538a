/* noise_instances.c - storms of Create and Delete on an application that does everything wrong: it adds too little,
 * too much, elsewhere, refuses, defers, and calls every other function from its callbacks.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "noise.h"

#ifndef NOISE_ROUNDS
#define NOISE_ROUNDS 6000u
#endif
#define OBJECT 1000u
#define INSTANCES 6u
#define OWN 5u
#define RESOURCES 24u

static scene_t scene;
static noise_t noise;
static uint64_t block[1500];
static nbiot_value_t pool[INSTANCES][OWN];
static char rooms[INSTANCES][16];
static nbiot_instance_t several[INSTANCES][2];
static nbiot_value_t stray;
static uint32_t here[INSTANCES]; /* Resources the library holds of each instance. */
static unsigned wrong;   /* A call answered what its comment does not say. */
static unsigned escaped;
static unsigned created;
static unsigned removed;

static void check(int32_t status, int32_t wanted) { wrong += status != wanted; }

/* None of these may work while a callback runs. */
static void call_everything(void) {
  nbiot_device_t *other = NULL;
  nbiot_statistics_t statistics;
  uint32_t wait_ms;
  check(nbiot_device_connect(scene.device, 0), NBIOT_ERR_BUSY);
  check(nbiot_device_step(scene.device, 0), NBIOT_ERR_BUSY);
  check(nbiot_device_poll(scene.device, &wait_ms), NBIOT_ERR_BUSY);
  check(nbiot_device_sync(scene.device), NBIOT_ERR_BUSY);
  check(nbiot_device_close(scene.device, 0), NBIOT_ERR_BUSY);
  check(nbiot_device_destroy(scene.device), NBIOT_ERR_BUSY);
  check(nbiot_device_update(scene.device, 0, 0), NBIOT_ERR_BUSY);
  check(nbiot_device_rebind(scene.device), NBIOT_ERR_BUSY);
  check(nbiot_resource_del(scene.device, OBJECT, 0, 0), NBIOT_ERR_BUSY);
  check(nbiot_resource_add(scene.device, 7, 7, 7, &stray), NBIOT_ERR_BUSY);
  check(nbiot_device_statistics(scene.device, &statistics, sizeof statistics), NBIOT_ERR_OK);
  check(nbiot_device_error(scene.device, (uint8_t)chance(9)), NBIOT_ERR_OK);
  check(nbiot_request_respond(scene.device, chance(9), 0, NULL), NBIOT_ERR_NOT_FOUND);
  check(nbiot_device_state(scene.device) > 0, 1);
  check(nbiot_device_socket(scene.device) >= 0, 1);
  nbiot_resource_notify(scene.device, OBJECT, (uint16_t)chance(INSTANCES), 0, chance(9));
  nbiot_resource_set(scene.device, OBJECT, (uint16_t)chance(INSTANCES), 1, &stray);
  check(nbiot_device_create_with(&other, NULL), NBIOT_ERR_BADPARAM);
}

static void prepare(uint32_t instance) {
  static const uint8_t types[OWN] = {NBIOT_INTEGER, NBIOT_STRING, NBIOT_FLOAT, NBIOT_HEX_STRING,
                                     NBIOT_INTEGER};
  uint32_t index;
  memset(pool[instance], 0, sizeof pool[instance]);
  memset(several[instance], 0, sizeof several[instance]);
  for (index = 0; index < OWN; index++) {
    nbiot_value_t *value = &pool[instance][index];
    value->type = types[index];
    value->flag = NBIOT_READABLE | NBIOT_WRITABLE;
    if (chance(8) == 0) {
      value->flag |= NBIOT_MANDATORY;
    }
    if (types[index] == NBIOT_STRING || types[index] == NBIOT_HEX_STRING) {
      value->flag |= NBIOT_STORAGE;
      value->capacity = 4;
      value->value.as_buf.val = rooms[instance] + (types[index] == NBIOT_STRING ? 0 : 8);
    }
  }
  memset(rooms[instance], '#', sizeof rooms[instance]);
  for (index = 0; index < 2; index++) {
    several[instance][index].id = (uint16_t)index;
    several[instance][index].value = pool[instance][0];
    several[instance][index].value.flag = NBIOT_READABLE | NBIOT_WRITABLE;
  }
}

static int32_t about_create(void *context, nbiot_request_t request, const nbiot_path_t *path) {
  static const int32_t answers[] = {400, 405, 500, 7, -1, NBIOT_ERR_PENDING, 600, INT32_MIN};
  uint32_t instance = path->instance_id;
  uint32_t count = chance(OWN + 2);
  uint32_t index;
  (void)context;
  wrong += request == NBIOT_REQUEST_NONE || path->resource_id != NBIOT_ID_NONE;
  if (path->object_id != OBJECT || instance >= INSTANCES) {
    return chance(2) ? 0 : 405;
  }
  wrong += here[instance] != 0;
  prepare(instance);
  if (chance(3) == 0) {
    call_everything();
  }
  for (index = 0; index < count; index++) {
    int32_t status;
    if (index < OWN) {
      status = nbiot_resource_add(scene.device, OBJECT, (uint16_t)instance, (uint16_t)index,
                                  &pool[instance][index]);
    } else {
      status = nbiot_resource_add_multiple(scene.device, OBJECT, (uint16_t)instance,
                                           (uint16_t)index, several[instance], 2);
    }
    wrong += status != NBIOT_ERR_OK && status != NBIOT_ERR_NO_MEMORY;
    here[instance] += status == NBIOT_ERR_OK;
  }
  if (count > 0 && here[instance] > 0 && chance(4) == 0) {
    check(nbiot_resource_add(scene.device, OBJECT, (uint16_t)instance, 0, &pool[instance][0]),
          NBIOT_ERR_EXISTS);
  }
  if (chance(8) == 0) {
    check(nbiot_resource_add(scene.device, OBJECT, (uint16_t)(instance + 1), 0, &stray),
          NBIOT_ERR_BUSY);
    check(nbiot_resource_add(scene.device, OBJECT, NBIOT_ID_NONE, 0, &stray), NBIOT_ERR_BADPARAM);
  }
  if (chance(20) == 0) { /* all the room there is */
    for (index = 100; index < 100 + RESOURCES; index++) {
      if (nbiot_resource_add(scene.device, OBJECT, (uint16_t)instance, (uint16_t)index,
                             &pool[instance][0]) == NBIOT_ERR_OK) {
        here[instance] += 1;
      }
    }
  }
  if (chance(5) == 0) {
    here[instance] = 0; /* refused: the library forgets it */
    return answers[chance(8)];
  }
  return 0;
}

static int32_t about_remove(void *context, nbiot_request_t request, const nbiot_path_t *path) {
  uint32_t instance = path->instance_id;
  (void)context;
  if (chance(4) == 0) {
    call_everything();
  }
  if (request != NBIOT_REQUEST_NONE && chance(4) == 0) {
    return chance(2) ? 405 : NBIOT_ERR_PENDING;
  }
  if (path->object_id == OBJECT && instance < INSTANCES) {
    here[instance] = 0;
    memset(pool[instance], 0xA5, sizeof pool[instance]);
    memset(several[instance], 0xA5, sizeof several[instance]);
  }
  return 0;
}

static int32_t about_write(void *context, nbiot_request_t request, const nbiot_path_t *path,
                           const nbiot_value_t *value) {
  (void)context;
  (void)request;
  (void)path;
  if (chance(10) == 0) {
    call_everything();
  }
  if (value->type == NBIOT_STRING) { /* valgrind sees a byte that is not there */
    wrong += memchr(value->value.as_buf.val, '#', value->value.as_buf.len) != NULL &&
             value->value.as_buf.len > 512;
  }
  return chance(12) == 0 ? (chance(2) ? 400 : NBIOT_ERR_PENDING) : 0;
}

static int32_t about_read(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          nbiot_value_t *value) {
  (void)context;
  (void)path;
  wrong += value->type > NBIOT_HEX_STRING;
  return request != NBIOT_REQUEST_NONE && chance(20) == 0 ? 404 : 0;
}

/* Zero or more resources, perhaps in an instance record, perhaps with an instance where none belongs. */
static void fill(message_t *message) {
  tlv_t tlv = {{0}, 0};
  uint8_t bytes[TLV_SIZE + 8];
  uint32_t count = chance(OWN + 2);
  uint8_t format[2] = {0x2D, 0x16};
  for (; count > 0; count--) {
    uint8_t id = (uint8_t)chance(OWN + 3);
    if (chance(3) == 0) {
      tlv_number(&tlv, id, chance(70000));
    } else {
      tlv_put(&tlv, id, "abcdefghijkl", id == 2 ? 4 : chance(chance(3) ? 5 : 12));
    }
  }
  message_option(message, 12, format, chance(12) ? 2 : 0);
  if (chance(3) == 0) {
    message_payload(message, tlv.bytes, tlv.length);
    return;
  }
  bytes[0] = chance(2) ? 0x08 : 0x28;
  bytes[1] = chance(20) == 0 ? 0xFF : 0;
  bytes[2] = (uint8_t)(chance(20) == 0 ? 0xFF : chance(INSTANCES + 1));
  if (bytes[0] == 0x08) {
    bytes[1] = bytes[2];
  }
  bytes[bytes[0] == 0x08 ? 2 : 3] = (uint8_t)tlv.length;
  memcpy(bytes + (bytes[0] == 0x08 ? 3 : 4), tlv.bytes, tlv.length);
  message_payload(message, bytes, tlv.length + (bytes[0] == 0x08 ? 3 : 4));
}

static void send_storm(uint32_t round) {
  static const char *const others[] = {"/1", "/3", "/1/0", "/3/0", "/7", "/7/7", "/1000/0/1", "/"};
  char path[24];
  uint8_t token[2] = {(uint8_t)(round >> 8), (uint8_t)round};
  message_t message;
  uint32_t kind = chance(10);
  uint32_t code = kind < 5 ? 2 : kind < 8 ? 4 : 1 + chance(3);
  uint32_t id = chance(30) == 0 ? round - 1 : round;
  snprintf(path, sizeof path, kind < 5 ? "/%u" : "/%u/%u", OBJECT, (unsigned)chance(INSTANCES + 1));
  message_begin(&message, chance(8) == 0, code, id, token, 2);
  if (code == 1 && chance(2)) {
    message_option(&message, 6, "", 0);
  }
  message_path(&message, chance(12) ? path : others[chance(8)]);
  if (code == 2 || code == 3) {
    fill(&message);
  }
  if (chance(6) == 0) {
    message_damage(&message, 1 + chance(2));
  }
  noise_inject(&noise, nbiot_mock_address("10.0.0.1", 5683), &message);
}

static int is_intact(void) {
  uint32_t instance;
  for (instance = 0; instance < INSTANCES; instance++) {
    if (here[instance] > 0 && (memcmp(rooms[instance] + 4, "####", 4) != 0 ||
                               memcmp(rooms[instance] + 12, "####", 4) != 0)) {
      return 0;
    }
  }
  return 1;
}

static void create_all(void) {
  scene_open(&scene, 5);
  noise_open_scene(&noise, &scene);
  scene.config.memory = block;
  scene.config.memory_size = sizeof block;
  scene.config.resource_capacity = RESOURCES;
  scene.config.duplicate_capacity = 64;
  scene.config.create = about_create;
  scene.config.remove = about_remove;
  scene.config.write = about_write;
  scene.config.read = about_read;
  stray.type = NBIOT_INTEGER;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "the device is created");
  nbiot_device_connect(scene.device, 0);
  noise_run(&noise, 1000);
}

int main(void) {
  uint32_t round;
  uint32_t own;
  nbiot_statistics_t statistics;
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/3/0/16");
  nbiot_mock_response_t response;
  noise_state = NOISE_SEED;
  memset(&response, 0, sizeof response);
  create_all();
  own = scene_statistics(&scene).resources.used;
  for (round = 1; round <= NOISE_ROUNDS; round++) {
    uint32_t index;
    uint32_t held = 0;
    uint32_t before = scene_statistics(&scene).resources.used;
    send_storm(round);
    noise_run(&noise, chance(4) ? 20 : 9000);
    escaped += !is_intact();
    statistics = scene_statistics(&scene);
    created += statistics.resources.used > before;
    removed += statistics.resources.used < before;
    for (index = 0; index < INSTANCES; index++) {
      held += here[index];
    }
    wrong += statistics.resources.used != own + held;
    if (round % 500 == 0) {
      nbiot_mock_trace_clear(scene.world);
    }
  }
  expect_equal(wrong, 0, "the application and the library agree on what is there");
  expect_equal(escaped, 0, "no value leaves its storage");
  expect(created > NOISE_ROUNDS / 50 && removed > NOISE_ROUNDS / 50, "instances came and went");
  noise_run(&noise, 300000);
  nbiot_mock_server_ask(scene.server, &request, noise_step, &noise, &response);
  expect_equal(response.code, 205, "the device answers afterwards");
  noise_expect_clean(&noise);
  scene_close(&scene);
  return check_summary();
}
