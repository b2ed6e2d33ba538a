/* block1_swapped.c - a resource that becomes another one while its body comes in blocks (RFC 7959).
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

#define BODY 400u

static uint8_t body[BODY];
static uint32_t pieces;
static uint32_t wrong;

static int32_t take_piece(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const nbiot_block_t *piece) {
  (void)context;
  (void)request;
  (void)path;
  pieces += 1;
  wrong += piece->offset + piece->length > BODY || memcmp(piece->data, body + piece->offset, piece->length) != 0;
  return 0;
}

/* PUT of 64 bytes from `offset` to /5/0/0, opaque; the code of the answer. */
static int32_t put_block(scene_t *scene, uint32_t offset) {
  static uint16_t id = 0x5000;
  uint32_t more = offset + 64 < BODY ? 8 : 0;
  uint32_t length = more ? 64 : BODY - offset;
  uint8_t bytes[120] = {0x41, 0x03, (uint8_t)(id >> 8), (uint8_t)id, 0xAB, 0xB1, '5', 0x01, '0', 0x01, '0',
                        0x11, 0x2A, 0xD1, 0x02, (uint8_t)(offset / 64 << 4 | more | 2), 0xFF};
  nbiot_mock_record_t record;
  nbiot_address_t to;
  id += 1;
  memcpy(bytes + 17, body + offset, length);
  nbiot_mock_visible_address(scene->radio, &to);
  nbiot_mock_trace_clear(scene->world);
  nbiot_mock_inject(scene->world, nbiot_mock_address("10.0.0.1", 5683), to, bytes, 17 + length);
  scene_run(scene, 1);
  for (uint32_t i = 1; nbiot_mock_trace_at(scene->world, i, &record) == NBIOT_MOCK_OK; i++) {
    if (record.data[2] == bytes[2] && record.data[3] == bytes[3]) {
      return (record.data[1] >> 5) * 100 + (record.data[1] & 31);
    }
  }
  return 0;
}

static void test_from_stored_to_streamed(void) {
  static char room[BODY];
  nbiot_value_t stored = {.type = NBIOT_BINARY, .flag = NBIOT_WRITABLE | NBIOT_STORAGE, .capacity = BODY};
  nbiot_value_t streamed = {.type = NBIOT_BINARY, .flag = NBIOT_WRITABLE | NBIOT_STREAMED};
  scene_t scene;
  uint32_t offset;
  stored.value.as_buf.val = room;
  for (offset = 0; offset < BODY; offset++) body[offset] = (uint8_t)(offset * 7u + 1u);
  scene_open(&scene, 1);
  scene.config.receive_capacity = 128;
  scene.config.body_capacity = BODY;
  scene.config.write_block = take_piece;
  scene_create(&scene);
  nbiot_resource_add(scene.device, 5, 0, 0, &stored);
  scene_register(&scene);
  for (offset = 0; offset + 64 < BODY; offset += 64) {
    expect_equal(put_block(&scene, offset), 231, "a block to be put together");
  }
  nbiot_resource_del(scene.device, 5, 0, 0);
  expect_equal(nbiot_resource_add(scene.device, 5, 0, 0, &streamed), NBIOT_ERR_OK, "the resource is another one now");
  expect_equal(put_block(&scene, offset), 204, "the last block");
  expect_equal(pieces, 1, "write_block gets what was put together, in one piece");
  expect_equal(wrong, 0, "and its bytes are those of the body");
  scene_close(&scene);
}

int main(void) {
  test_from_stored_to_streamed();
  return check_summary();
}
