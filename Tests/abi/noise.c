/* noise.c - 20,000 seeded random datagrams from the server's own address: whatever they say, the
 * session goes on and no value leaves its storage.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

#define DATAGRAMS 20000u
#define LARGEST 560u

static uint64_t chance_state = 4711;

static uint32_t chance(uint32_t below) {
  chance_state = chance_state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(chance_state >> 33) % below;
}

typedef struct sample {
  const char *bytes;
  uint32_t length;
} sample_t;

#define BYTES(text) {text, sizeof text - 1}

/* Good messages, to be damaged: token AB, path /1000/0/... */
static const sample_t samples[] = {
    BYTES("\x41\x01\x12\x34\xAB\x60\x54" "1000" "\x01" "0" "\x01" "1"),
    BYTES("\x41\x01\x12\x34\xAB\xB4" "1000" "\x01" "0" "\x62\x2D\x16"),
    BYTES("\x41\x01\x12\x34\xAB\xB4" "1000" "\x61\x28"),
    BYTES("\x41\x01\x12\x34\xAB\xB4" "1000" "\x61\x28\x61\x10"),
    BYTES("\x41\x03\x12\x34\xAB\xB4" "1000" "\x01" "0" "\x01" "2" "\x10\xFF" "abcdef"),
    BYTES("\x41\x03\x12\x34\xAB\xB4" "1000" "\x01" "0" "\x01" "3" "\x11\x2A\xFF" "\x01\x02\x03"),
    BYTES("\x41\x03\x12\x34\xAB\xB4" "1000" "\x01" "0" "\x01" "4" "\x10\xFF" "-12.5e3"),
    BYTES("\x41\x03\x12\x34\xAB\xB4" "1000" "\x01" "0" "\x12\x2D\x16\xFF"
          "\xC1\x01\x07\xC3\x02" "xyz" "\xC2\x03\x01\x02"),
    BYTES("\x41\x02\x12\x34\xAB\xB4" "1000" "\x01" "0" "\x12\x2D\x16\xFF"
          "\x88\x06\x06\x41\x00\x05\x41\x01\x06"),
    BYTES("\x41\x02\x12\x34\xAB\xB4" "1000" "\x01" "0" "\x01" "5" "\xFF" "0='a',1"),
    BYTES("\x41\x03\x12\x34\xAB\xB4" "1000" "\x01" "0" "\x01" "1" "\x46" "pmin=5" "\x07" "pmax=60"
          "\x05" "gt=-1"),
    BYTES("\x61\x41\x12\x34\xAB\x82" "rd" "\x03" "abc"),
    BYTES("\x41\x44\x12\x34\xAB"),
    BYTES("\x70\x00\x12\x34"),
    BYTES("\x60\x00\x12\x34"),
};

typedef struct thing {
  nbiot_value_t integer;
  nbiot_value_t text;
  nbiot_value_t bytes;
  nbiot_value_t number;
  nbiot_value_t action;
  nbiot_value_t digits;
  nbiot_instance_t instances[2];
  char text_room[24];   /* Of which the first 8 are storage. */
  char bytes_room[24];
  char digits_room[24];
} thing_t;

static nbiot_value_t stored(uint8_t type, char *room) {
  nbiot_value_t value;
  memset(&value, 0, sizeof value);
  memset(room, '#', 24);
  value.type = type;
  value.flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE;
  value.capacity = 8;
  value.value.as_buf.val = room;
  return value;
}

static void add_things(scene_t *scene, thing_t *thing) {
  memset(thing, 0, sizeof *thing);
  thing->integer.type = NBIOT_INTEGER;
  thing->integer.flag = NBIOT_READABLE | NBIOT_WRITABLE;
  thing->number = thing->integer;
  thing->number.type = NBIOT_FLOAT;
  thing->text = stored(NBIOT_STRING, thing->text_room);
  thing->bytes = stored(NBIOT_BINARY, thing->bytes_room);
  thing->digits = stored(NBIOT_HEX_STRING, thing->digits_room);
  thing->action.flag = NBIOT_EXECUTABLE;
  thing->instances[0].value = thing->integer;
  thing->instances[1].value = thing->integer;
  thing->instances[1].id = 1;
  nbiot_resource_add(scene->device, 1000, 0, 1, &thing->integer);
  nbiot_resource_add(scene->device, 1000, 0, 2, &thing->text);
  nbiot_resource_add(scene->device, 1000, 0, 3, &thing->bytes);
  nbiot_resource_add(scene->device, 1000, 0, 4, &thing->number);
  nbiot_resource_add(scene->device, 1000, 0, 5, &thing->action);
  nbiot_resource_add_multiple(scene->device, 1000, 0, 6, thing->instances, 2);
  nbiot_resource_add(scene->device, 1000, 0, 7, &thing->digits);
}

static int is_intact(const nbiot_value_t *value, const char *room) {
  return value->value.as_buf.len <= 8 && value->value.as_buf.val == room &&
         memcmp(room + 8, "################", 16) == 0 && value->capacity == 8;
}

static uint32_t make_datagram(uint8_t *bytes) {
  const sample_t *sample = &samples[chance(sizeof samples / sizeof samples[0])];
  uint32_t length = sample->length;
  uint32_t damages = chance(5);
  if (chance(4) == 0) {
    length = chance(LARGEST);
    for (uint32_t index = 0; index < length; index++) {
      bytes[index] = (uint8_t)chance(256);
    }
    if (length > 0 && chance(2) == 0) {
      bytes[0] = (uint8_t)(0x40 | (bytes[0] & 0x33));
    }
    return length;
  }
  memcpy(bytes, sample->bytes, length);
  bytes[2] = (uint8_t)chance(256);
  bytes[3] = (uint8_t)chance(256);
  for (; damages > 0; damages--) {
    switch (chance(4)) {
      case 0: bytes[chance(length)] ^= (uint8_t)(1u << chance(8)); break;
      case 1: bytes[chance(length)] = (uint8_t)chance(256); break;
      case 2: length = 1 + chance(length); break;
      default: bytes[length++] = (uint8_t)chance(256); break;
    }
  }
  return length;
}

static int32_t pick(void *context, nbiot_request_t request, const nbiot_path_t *path,
                    const uint8_t *arguments, uint32_t length) {
  static const int32_t answers[] = {0, 404, NBIOT_ERR_PENDING, 7};
  scene_t *scene = context;
  uint32_t sum = 0;
  (void)path;
  while (length > 0) {
    sum += arguments[--length]; /* valgrind sees a byte that is not there */
  }
  scene->executes += 1;
  scene->request = request;
  return answers[(sum + scene->executes) % 4];
}

static void make_noise(uint8_t profile, uint64_t seed) {
  static thing_t thing;
  scene_t scene;
  nbiot_address_t to;
  nbiot_statistics_t statistics;
  unsigned lost = 0;
  unsigned escaped = 0;
  uint32_t round;
  uint8_t bytes[LARGEST + 8];
  scene_open(&scene, seed);
  scene.config.profile = profile;
  scene.config.duplicate_capacity = 5000; /* A full table would answer 5.03 to most of it. */
  scene.config.execute = pick;
  scene.config.read = scene_read;
  scene.config.write = scene_write;
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "the device is created");
  add_things(&scene, &thing);
  scene_register(&scene);
  for (round = 1; round <= DATAGRAMS / 2; round++) {
    if (nbiot_mock_visible_address(scene.radio, &to) == NBIOT_MOCK_OK) {
      nbiot_mock_inject(scene.world, nbiot_mock_address("10.0.0.1", 5683), to, bytes,
                        make_datagram(bytes));
    }
    scene_run(&scene, 1 + chance(200));
    nbiot_resource_notify(scene.device, 1000, 0, 1, round % 7 == 0 ? round % 100 : 0);
    scene.answer = round % 11 == 0 ? NBIOT_ERR_PENDING : 0;
    if (round % 250 == 0) {
      scene_run(&scene, 20000);
      scene.answer = 0;
      lost += scene_get(&scene, "/3/0/16", NULL) != 205;
      nbiot_mock_trace_clear(scene.world);
    }
    escaped += !is_intact(&thing.text, thing.text_room) ||
               !is_intact(&thing.bytes, thing.bytes_room) ||
               !is_intact(&thing.digits, thing.digits_room) || thing.integer.type != NBIOT_INTEGER;
  }
  scene_run(&scene, 3700000);
  statistics = scene_statistics(&scene);
  expect_equal(lost, 0, "the device answers between any of them");
  expect_equal(escaped, 0, "no write leaves its storage");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "and stays registered");
  expect(statistics.datagrams_in > DATAGRAMS / 2 * 9 / 10, "all of them arrived");
  expect(statistics.dropped[NBIOT_DROP_OPTION] > 0 && statistics.dropped[NBIOT_DROP_CLASS] > 0 &&
             statistics.dropped[NBIOT_DROP_TRUNCATED] > 0 && scene.executes > 0 && scene.writes > 0,
         "of many kinds");
  scene_close(&scene);
}

int main(void) {
  make_noise(NBIOT_PROFILE_STANDARD, 1);
  make_noise(NBIOT_PROFILE_ONENET, 2);
  return check_summary();
}
