/* streamed.c - a resource with NBIOT_STREAMED, sentence by sentence as the header has it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_budget.h"
#include "nbiot_mock.h"

#include "scene.h"

#define BINARY 42
#define TLV 11542
#define SIZE 64u

static scene_t scene;
static nbiot_block_t last;
static nbiot_request_t asked;
static int32_t verdict;
static int32_t added, set;
static char initial[] = "initial";
static nbiot_value_t package, number, other;
static uint8_t body[128];

static int32_t take_piece(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const nbiot_block_t *piece) {
  (void)context;
  (void)path;
  last = *piece;
  asked = request;
  added = nbiot_resource_add(scene.device, 3200, 0, 5502, &other);
  set = nbiot_resource_set(scene.device, 3200, 0, 5501, &number);
  return verdict;
}

static void start(void) {
  memset(&package, 0, sizeof package);
  package.value.as_buf.val = initial;
  package.value.as_buf.len = sizeof initial - 1;
  package.type = NBIOT_BINARY;
  package.flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STREAMED;
  memset(&number, 0, sizeof number);
  number.type = NBIOT_INTEGER;
  other = number;
  for (uint32_t i = 0; i < sizeof body; i++) body[i] = (uint8_t)i;
  verdict = 0;
  scene_open(&scene, 1);
  scene.config.write_block = take_piece;
  scene.config.block_capacity = 3;
  scene.config.body_capacity = 1000;
  scene.config.stored_capacity = 256;
  expect_equal(nbiot_device_memory_size(&scene.config),
               NBIOT_MEMORY_SIZE_DEFAULT + NBIOT_MEMORY_BODY(3, 1000) + NBIOT_MEMORY_STORED(256),
               "what transfers, bodies and stored notifications cost is a constant");
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "the device is created");
  expect_equal(nbiot_resource_add(scene.device, 5, 0, 0, &package), NBIOT_ERR_OK, "streamed");
  expect_equal(nbiot_resource_add(scene.device, 3200, 0, 5501, &number), NBIOT_ERR_OK, "a number");
  scene_register(&scene);
  while (scene_next_event(&scene).id != 0) {
  }
}

/* PUT /5/0/0 with the block of this number; size1 0 = not told. The code of the answer, 0 = none. */
static int32_t put(uint16_t format, uint8_t block, uint8_t size1, const uint8_t *payload,
                   uint32_t length) {
  static uint16_t id = 0x5000;
  uint8_t bytes[200] = {0x41, 3, 0, 0, 0xAB, 0xB1, '5', 0x01, '0', 0x01, '0', 0x12};
  uint32_t end = 12;
  nbiot_mock_record_t record;
  nbiot_address_t to;
  id += 1;
  bytes[2] = (uint8_t)(id >> 8);
  bytes[3] = (uint8_t)id;
  bytes[end++] = (uint8_t)(format >> 8);
  bytes[end++] = (uint8_t)format;
  bytes[end++] = 0xD1; /* Block1. */
  bytes[end++] = 27 - 12 - 13;
  bytes[end++] = block;
  if (size1 > 0) {
    bytes[end++] = 0xD1; /* Size1. */
    bytes[end++] = 60 - 27 - 13;
    bytes[end++] = size1;
  }
  bytes[end++] = 0xFF;
  memcpy(bytes + end, payload, length);
  nbiot_mock_visible_address(scene.radio, &to);
  nbiot_mock_trace_clear(scene.world);
  nbiot_mock_inject(scene.world, nbiot_mock_address("10.0.0.1", 5683), to, bytes, end + length);
  scene_run(&scene, 1);
  for (uint32_t i = 0; nbiot_mock_trace_at(scene.world, i, &record) == NBIOT_MOCK_OK; i++) {
    if ((record.marks & NBIOT_MOCK_INJECTED) == 0 && record.length >= 4) {
      return (record.data[1] >> 5) * 100 + (record.data[1] & 31);
    }
  }
  return 0;
}

static void test_what_a_piece_says(void) {
  static const uint8_t tlv[SIZE] = {0xC8, 0, 100};
  start();
  expect_equal(put(BINARY, 0x0A, 200, body, SIZE), 231, "2.31 asks for the next piece");
  expect_equal(last.total, 200, "total is what the server announces");
  expect_equal(last.offset + last.is_last, 0, "the value begins anew");
  expect_equal(put(BINARY, 0x12, 0, body, 10), 204, "the last one");
  expect(last.is_last == 1 && last.offset == SIZE && last.length == 10, "which says so");
  expect_equal(last.total, 74, "total is true in the last piece, whatever was announced");
  expect_equal(put(TLV, 0x0A, 103, tlv, SIZE), 231, "TLV");
  expect(last.offset == 0 && last.length == SIZE - 3, "its header is taken off");
  expect_equal(last.total, 100, "and not counted");
  expect_equal(put(TLV, 0x12, 0, body, 39), 204, "to its end");
  expect(last.is_last == 1 && last.offset == SIZE - 3 && last.total == 100, "100 bytes");
  expect_equal(added, NBIOT_ERR_BUSY, "a callback adds nothing");
  expect_equal(set, NBIOT_ERR_OK, "but may set a value");
  scene_close(&scene);
}

static void test_what_it_is_otherwise(void) {
  nbiot_mock_response_t answer;
  start();
  put(BINARY, 0x02, 0, body, 10);
  expect_equal(scene_get(&scene, "/5/0/0", &answer), 205, "a readable one");
  expect(answer.payload_length == 7 && memcmp(answer.payload, initial, 7) == 0, "is its as_buf");
  expect_equal(nbiot_resource_set(scene.device, 5, 0, 0, &package), NBIOT_ERR_NOT_SUPPORT,
               "which is not set");
  scene_close(&scene);
}

static void test_refusals(void) {
  start();
  put(BINARY, 0x0A, 0, body, SIZE);
  verdict = 200;
  expect_equal(put(BINARY, 0x1A, 0, body, SIZE), 500, "any other value is 5.00");
  verdict = 0;
  expect_equal(put(BINARY, 0x2A, 0, body, SIZE), 408, "and a refusal: it ends the transfer");
  verdict = NBIOT_ERR_PENDING;
  expect_equal(put(BINARY, 0x0A, 0, body, SIZE), 0, "PENDING");
  expect_equal(nbiot_request_respond(scene.device, asked, 0, &number), NBIOT_ERR_BADPARAM,
               "a piece is answered without a value");
  expect_equal(nbiot_request_respond(scene.device, asked, 413, NULL), NBIOT_ERR_OK, "4.13");
  scene_run(&scene, 1000);
  scene_expect_event(&scene, NBIOT_EVENT_RESPONSE_SUCCESS, 0, asked, "the answer arrived");
  expect_equal(put(BINARY, 0x1A, 0, body, SIZE), 408, "it was a refusal");
  expect_equal(put(BINARY, 0x0A, 0, body, SIZE), 0, "PENDING, and then nothing");
  scene_run(&scene, 11000);
  scene_expect_event(&scene, NBIOT_EVENT_RESPONSE_FAILED, 0, asked, "answer_timeout_s: 5.04");
  expect_equal(nbiot_request_respond(scene.device, asked, 0, NULL), NBIOT_ERR_NOT_FOUND, "too late");
  verdict = 0;
  expect_equal(put(BINARY, 0x1A, 0, body, SIZE), 408, "which ends the transfer too");
  scene_close(&scene);
}

int main(void) {
  test_what_a_piece_says();
  test_what_it_is_otherwise();
  test_refusals();
  return check_summary();
}
