/* noise_block1.c - 20,000 seeded random blocks (RFC 7959), whole and damaged, to everything that takes some: no piece comes twice
 * or out of order, no value leaves its storage, and the session goes on.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

#define DATAGRAMS 20000u
#define STORAGE 200u

static uint64_t chance_state = 815;

static uint32_t chance(uint32_t below) {
  chance_state = chance_state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(chance_state >> 33) % below;
}

typedef struct taken {
  nbiot_request_t waiting;
  uint32_t next;  /* The offset that is expected; UINT32_MAX = only 0 is. */
  uint32_t pieces;
  uint32_t ends;
  uint32_t mistakes;
  uint32_t sum;
} taken_t;

static taken_t taken;

static int32_t take_piece(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const nbiot_block_t *piece) {
  (void)context;
  taken.pieces += 1;
  taken.mistakes += path->object_id != 5 || (piece->offset != 0 && piece->offset != taken.next) ||
                    (piece->is_last && piece->total != piece->offset + piece->length);
  for (uint32_t i = 0; i < piece->length; i++) taken.sum += piece->data[i];
  taken.next = piece->is_last ? UINT32_MAX : piece->offset + piece->length;
  taken.ends += piece->is_last;
  switch (chance(12)) {
    case 0: taken.next = UINT32_MAX; return 403;
    case 1: taken.waiting = request; return NBIOT_ERR_PENDING;
    default: return 0;
  }
}

static const char *const paths[] = {
    "\xB1" "5" "\x01" "0" "\x01" "0",
    "\xB4" "3200" "\x01" "0" "\x04" "5505",
    "\xB4" "3200" "\x01" "0",
    "\xB4" "3200" "\x01" "0" "\x04" "5605",
    "\xB4" "3200",
    "\xB1" "9",
};

/* A block; mostly the one that is expected. */
static uint32_t make_block(uint8_t *bytes) {
  static uint32_t number, exponent;
  const char *path = paths[chance(3) > 0 ? 0 : chance(6)];
  uint32_t length = 4 + 1;
  uint32_t size, value;
  if (chance(6) == 0) exponent = chance(chance(20) == 0 ? 8 : 5);
  number = chance(5) == 0 ? chance(4) : number + (chance(8) > 0);
  if (path == paths[0] && exponent < 7 && chance(5) > 0) {
    number = taken.next == UINT32_MAX ? 0 : taken.next / (16u << exponent);
  }
  value = number << 4 | (chance(6) > 0 ? 8u : 0u) | exponent;
  size = chance(10) == 0 ? chance(300) : exponent == 7 ? 16 : 16u << exponent;
  bytes[0] = (uint8_t)(chance(8) == 0 ? 0x51 : 0x41);
  bytes[1] = (uint8_t)(path == paths[3] || chance(9) == 0 ? 2 : chance(20) == 0 ? 1 + chance(4) : 3);
  bytes[2] = (uint8_t)chance(256);
  bytes[3] = (uint8_t)chance(256);
  bytes[4] = 0xAB;
  memcpy(bytes + length, path, strlen(path));
  length += (uint32_t)strlen(path);
  if (path == paths[2] || chance(10) == 0) {
    memcpy(bytes + length, "\x12\x2D\x16\xD2\x02", 5);
    length += 5;
  } else {
    memcpy(bytes + length, "\x11\x2A\xD2\x02", 4);
    length += 4;
  }
  bytes[length++] = (uint8_t)(value >> 8);
  bytes[length++] = (uint8_t)value;
  if (chance(4) == 0) {
    bytes[length++] = 0xD2;
    bytes[length++] = 33 - 13;
    bytes[length++] = (uint8_t)chance(8);
    bytes[length++] = (uint8_t)chance(256);
  }
  if (size > 0) bytes[length++] = 0xFF;
  while (size-- > 0) bytes[length++] = (uint8_t)chance(256);
  for (uint32_t damages = chance(20) == 0 ? 1 + chance(3) : 0; damages > 0; damages--) {
    bytes[chance(length)] ^= (uint8_t)(1u << chance(8));
  }
  return length;
}

static void open_scene(scene_t *scene, uint16_t transfers, uint16_t body) {
  memset(&taken, 0, sizeof taken);
  taken.next = UINT32_MAX;
  scene_open(scene, transfers);
  scene->config.receive_capacity = 256;
  scene->config.body_capacity = body;
  scene->config.block_capacity = transfers;
  scene->config.write_block = take_piece;
  scene->config.write = scene_write;
  scene->config.execute = scene_execute;
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
}

static void make_noise(uint16_t transfers, uint16_t body) {
  static char room[STORAGE + 16];
  nbiot_value_t package = {.type = NBIOT_BINARY, .flag = NBIOT_WRITABLE | NBIOT_STREAMED};
  nbiot_value_t stored = {.type = NBIOT_BINARY, .capacity = STORAGE,
                          .flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE};
  nbiot_value_t action = {.flag = NBIOT_EXECUTABLE};
  nbiot_statistics_t statistics;
  nbiot_address_t to;
  scene_t scene;
  uint32_t lost = 0, escaped = 0;
  uint8_t bytes[2048];
  memset(room, '#', sizeof room);
  stored.value.as_buf.val = room;
  open_scene(&scene, transfers, body);
  nbiot_resource_add(scene.device, 5, 0, 0, &package);
  nbiot_resource_add(scene.device, 3200, 0, 5505, &stored);
  nbiot_resource_add(scene.device, 3200, 0, 5605, &action);
  scene_register(&scene);
  for (uint32_t round = 1; round <= DATAGRAMS / 2; round++) {
    if (nbiot_mock_visible_address(scene.radio, &to) == NBIOT_MOCK_OK) {
      nbiot_mock_inject(scene.world, nbiot_mock_address("10.0.0.1", 5683), to, bytes,
                        make_block(bytes));
    }
    scene_run(&scene, 1 + chance(round % 50 == 0 ? 300000 : 200));
    if (taken.waiting != NBIOT_REQUEST_NONE && chance(3) == 0) {
      nbiot_request_respond(scene.device, taken.waiting, chance(4) == 0 ? 500 : 0, NULL);
      taken.waiting = NBIOT_REQUEST_NONE;
    }
    if (round % 250 == 0) {
      scene_run(&scene, 20000);
      lost += scene_get(&scene, "/3/0/16", NULL) != 205;
      nbiot_mock_trace_clear(scene.world);
    }
    escaped += stored.value.as_buf.len > STORAGE || memcmp(room + STORAGE, "################", 16) != 0;
  }
  statistics = scene_statistics(&scene);
  expect_equal(taken.mistakes, 0, "each piece comes once and in order");
  expect_equal(lost, 0, "the device answers between any of them");
  expect_equal(escaped, 0, "no write leaves its storage");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "and stays registered");
  expect(taken.pieces > 500 && taken.ends > 20, "there were many pieces, and some ends");
  expect(statistics.dropped[NBIOT_DROP_TRUNCATED] > 0, "and datagrams beyond the buffer");
  expect((body == 0) == (statistics.body_buffer.peak == 0), "bodies where there is room for them");
  scene_close(&scene);
}

int main(void) {
  make_noise(1, 0);
  make_noise(3, 512);
  return check_summary();
}
