/* block1.c - writes in blocks (RFC 7959) through the C API: streamed, put together, too long.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "nbiot_mock.h"

#include "scene.h"

#define LONGEST 4096u
#define PACKAGE "/5/0/0"
#define STORED "/3200/0/5505"

typedef struct application {
  uint8_t bytes[LONGEST];
  uint32_t length;
  uint32_t calls;
  uint32_t begins;
  uint32_t ends;
  uint32_t mistakes;
  uint32_t total;
  uint32_t refuse_at; /* Refuses the piece of this number; 0 = none. */
  uint32_t defer_at;  /* Defers it. */
  nbiot_request_t request;
} application_t;

static application_t application;
static uint8_t image[LONGEST];
static nbiot_value_t package, stored;
static char room[LONGEST];

static int32_t take_piece(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const nbiot_block_t *piece) {
  (void)context;
  application.calls += 1;
  application.request = request;
  if (piece->offset == 0) {
    application.begins += 1;
    application.length = 0;
  }
  if (path->object_id != 5 || path->instance_id != 0 || path->resource_id != 0 ||
      path->resource_instance_id != NBIOT_ID_NONE || request == NBIOT_REQUEST_NONE ||
      piece->offset != application.length || piece->offset + piece->length > LONGEST ||
      (piece->is_last && piece->total != piece->offset + piece->length)) {
    application.mistakes += 1;
    return 500;
  }
  if (application.calls == application.refuse_at) return 403;
  memcpy(application.bytes + piece->offset, piece->data, piece->length);
  application.length += piece->length;
  application.total = piece->total;
  application.ends += piece->is_last;
  return application.calls == application.defer_at ? NBIOT_ERR_PENDING : 0;
}

static void start(scene_t *scene, uint16_t receive, uint16_t body) {
  memset(&application, 0, sizeof application);
  memset(&package, 0, sizeof package);
  for (uint32_t i = 0; i < LONGEST; i++) image[i] = (uint8_t)(i * 7u + (i >> 8));
  package.type = NBIOT_BINARY;
  package.flag = NBIOT_WRITABLE | NBIOT_STREAMED;
  stored = package;
  stored.flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE;
  stored.capacity = sizeof room;
  stored.value.as_buf.val = room;
  scene_open(scene, 1);
  scene->config.receive_capacity = receive;
  scene->config.body_capacity = body;
  scene->config.write_block = take_piece;
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
  expect_equal(nbiot_resource_add(scene->device, 5, 0, 0, &package), NBIOT_ERR_OK,
               "a streamed resource needs no buffer");
  expect_equal(nbiot_resource_add(scene->device, 3200, 0, 5505, &stored), NBIOT_ERR_OK, "added");
  scene_register(scene);
}

/* ---- A server that sends in blocks ------------------------------------------------------------ */

typedef struct upload {
  const char *path;
  const uint8_t *body;
  uint32_t length;
  uint32_t offset;
  uint32_t size1;    /* 0 = not told. */
  uint16_t id;       /* Of the next message. */
  uint8_t exponent;
  uint8_t block;     /* Of the answer: the low byte of its Block1, 0xFF = none. */
} upload_t;

typedef struct packet {
  uint8_t bytes[1400];
  uint32_t length;
} packet_t;

static upload_t upload_of(const char *path, uint32_t length, uint8_t exponent) {
  upload_t upload = {NULL, image, 0, 0, 0, 0x7000, 0, 0xFF};
  static uint16_t id = 0x7000;
  upload.path = path;
  upload.length = length;
  upload.exponent = exponent;
  upload.id = id;
  id = (uint16_t)(id + 0x100);
  return upload;
}

static void put_option(packet_t *packet, uint32_t delta, uint32_t value) {
  uint32_t size = value == 0 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : 3;
  packet->bytes[packet->length++] = (uint8_t)((delta < 13 ? delta : 13) << 4 | size);
  if (delta >= 13) packet->bytes[packet->length++] = (uint8_t)(delta - 13);
  while (size-- > 0) packet->bytes[packet->length++] = (uint8_t)(value >> 8 * size);
}

/* A PUT of the block at upload->offset, or of the whole without the option. */
static packet_t packet_of(const upload_t *upload, int has_block) {
  packet_t packet = {{0x41, 0x03, 0, 0, 0xAB}, 5};
  uint32_t size = has_block ? 16u << upload->exponent : upload->length;
  uint32_t left = upload->length - upload->offset;
  const char *segment = upload->path;
  uint32_t delta = 11;
  packet.bytes[2] = (uint8_t)(upload->id >> 8);
  packet.bytes[3] = (uint8_t)upload->id;
  while (*segment == '/') {
    uint32_t length = (uint32_t)strcspn(segment + 1, "/");
    packet.bytes[packet.length++] = (uint8_t)(delta << 4 | length);
    memcpy(packet.bytes + packet.length, segment + 1, length);
    packet.length += length;
    segment += 1 + length;
    delta = 0;
  }
  put_option(&packet, 1, 42);
  if (has_block) {
    put_option(&packet, 15, upload->offset / size << 4 | (left > size ? 8u : 0u) | upload->exponent);
  }
  if (upload->size1 > 0) put_option(&packet, has_block ? 33 : 48, upload->size1);
  if (left > size) left = size;
  packet.bytes[packet.length++] = 0xFF;
  memcpy(packet.bytes + packet.length, upload->body + upload->offset, left);
  packet.length += left;
  return packet;
}

/* Hands a packet over and returns the code of what the device says at once; 0 = nothing. */
static int32_t hand_over(scene_t *scene, const packet_t *packet, upload_t *upload) {
  nbiot_mock_record_t record;
  nbiot_address_t to;
  nbiot_mock_visible_address(scene->radio, &to);
  nbiot_mock_trace_clear(scene->world);
  nbiot_mock_inject(scene->world, nbiot_mock_address("10.0.0.1", 5683), to, packet->bytes,
                    packet->length);
  scene_run(scene, 1);
  upload->block = 0xFF;
  for (uint32_t i = 0; nbiot_mock_trace_at(scene->world, i, &record) == NBIOT_MOCK_OK; i++) {
    if ((record.marks & NBIOT_MOCK_INJECTED) != 0 || record.length < 4) continue;
    for (uint32_t at = 5; at + 2 < record.length; at++) {
      if (record.data[at] >> 4 == 13 && record.data[at + 1] == 27 - 13) {
        upload->block = record.data[at + 1 + (record.data[at] & 15)];
        break;
      }
    }
    return (record.data[1] >> 5) * 100 + (record.data[1] & 31);
  }
  return 0;
}

static int32_t send_block(scene_t *scene, upload_t *upload) {
  packet_t packet = packet_of(upload, 1);
  upload->id += 1;
  return hand_over(scene, &packet, upload);
}

/* Sends block after block, smaller ones when the device asks for them. Returns the last code. */
static int32_t send_all(scene_t *scene, upload_t *upload) {
  for (;;) {
    uint32_t size = 16u << upload->exponent;
    int32_t code = send_block(scene, upload);
    if (upload->block == 0xFF) return code;
    if ((upload->block & 7) < upload->exponent) {
      upload->exponent = upload->block & 7;
      if (code == 413) continue; /* The same once more, in blocks that fit. */
    }
    if (code != 231) return code;
    upload->offset += size;
  }
}

static int is_image(const void *bytes, uint32_t length, uint32_t expected) {
  return length == expected && memcmp(bytes, image, expected) == 0;
}

/* ---- The tests -------------------------------------------------------------------------------- */

static void test_4096_bytes_through_256(void) {
  scene_t scene;
  upload_t upload = upload_of(PACKAGE, LONGEST, 3);
  start(&scene, 256, 0);
  upload.size1 = LONGEST;
  expect_equal(send_all(&scene, &upload), 204, "RFC 7959 2.5: 4,096 bytes pass 256");
  expect(is_image(application.bytes, application.length, LONGEST), "byte by byte");
  expect_equal(application.calls, 32, "in pieces of 128");
  expect_equal(application.ends, 1, "with one end");
  expect_equal(application.total, LONGEST, "the total is known");
  expect_equal(application.mistakes, 0, "in order and without gaps");
  expect(nbiot_device_memory_size(&scene.config) <= NBIOT_MEMORY_SIZE_DEFAULT,
         "and needs no memory of its own");
  expect_equal(scene_statistics(&scene).block_transfers.used, 1, "the transfer is remembered");
  expect_equal(scene_statistics(&scene).block_transfers.capacity, 1, "in the one place there is");
  scene_run(&scene, 250000);
  expect_equal(scene_statistics(&scene).block_transfers.used, 0, "for 247 s");
  scene_close(&scene);
}

static void test_sizes(void) {
  static const uint16_t capacities[] = {128, 256, 512, 1152};
  for (uint32_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++) {
    for (uint8_t exponent = 0; exponent <= 6; exponent++) {
      scene_t scene;
      upload_t upload = upload_of(PACKAGE, LONGEST - 5, exponent);
      start(&scene, capacities[i], 0);
      expect_equal(send_all(&scene, &upload), 204,
                   "RFC 7959 2.9.3: blocks of any size lead to some that fit any buffer");
      expect(is_image(application.bytes, application.length, LONGEST - 5), "nothing is lost");
      scene_close(&scene);
    }
  }
}

static void test_put_together(void) {
  scene_t scene;
  upload_t upload = upload_of(STORED, 2000, 3);
  start(&scene, 256, 2048);
  expect_equal(send_block(&scene, &upload), 231, "the first block");
  expect_equal(scene_statistics(&scene).body_buffer.used, 128, "waits");
  expect_equal(stored.value.as_buf.len, 0, "and is not stored");
  upload.offset = 128;
  expect_equal(send_all(&scene, &upload), 204, "RFC 7959 2.5: the last one completes the body");
  expect(is_image(room, stored.value.as_buf.len, 2000), "which is stored whole");
  expect_equal(scene_statistics(&scene).body_buffer.peak, 2000, "and counted");
  upload = upload_of(STORED, 2100, 3);
  expect_equal(send_all(&scene, &upload), 413, "what is longer than the body buffer is 4.13");
  upload = upload_of(STORED, 2100, 3);
  upload.size1 = 2100;
  expect_equal(send_block(&scene, &upload), 413, "at once, when Size1 says so");
  expect(is_image(room, stored.value.as_buf.len, 2000), "and nothing of it is stored");
  expect_equal(scene_statistics(&scene).body_buffer.refused, 2, "counted");
  scene_close(&scene);
}

static void test_a_device_without_room_for_bodies(void) {
  scene_t scene;
  upload_t upload = upload_of(STORED, 2000, 3);
  start(&scene, 0, 0);
  expect_equal(send_block(&scene, &upload), 413, "RFC 7959 2.9.3: without a body buffer 4.13");
  expect_equal(stored.value.as_buf.len, 0, "and nothing is stored");
  upload = upload_of(STORED, 100, 3);
  expect_equal(send_all(&scene, &upload), 204, "one block that is all is taken");
  expect(is_image(room, stored.value.as_buf.len, 100), "and stored");
  scene_close(&scene);
}

static void test_datagrams_beyond_the_buffer(void) {
  scene_t scene;
  packet_t packet;
  upload_t upload = upload_of(PACKAGE, 600, 6);
  start(&scene, 256, 0);
  packet = packet_of(&upload, 0);
  expect_equal(hand_over(&scene, &packet, &upload), 413, "RFC 7959 2.9.3: a long PUT is 4.13");
  expect_equal(upload.block, 3, "with the size of blocks that fit");
  expect_equal(application.calls, 0, "and does nothing");
  expect_equal(scene_statistics(&scene).dropped[NBIOT_DROP_TRUNCATED], 1, "it counts as dropped");
  packet.bytes[0] |= 0x10;
  expect_equal(hand_over(&scene, &packet, &upload), 413, "a NON too");
  packet.bytes[1] = 0x01;
  expect_equal(hand_over(&scene, &packet, &upload), 0, "a GET has no body");
  packet.bytes[1] = 0x45;
  expect_equal(hand_over(&scene, &packet, &upload), 0, "a response is none");
  packet.bytes[0] = 0x4F;
  packet.bytes[1] = 0x03;
  expect_equal(hand_over(&scene, &packet, &upload), 0, "nor is what has no token");
  packet.bytes[0] = 0x81;
  expect_equal(hand_over(&scene, &packet, &upload), 0, "or is no CoAP");
  expect_equal(scene_statistics(&scene).dropped[NBIOT_DROP_TRUNCATED], 6, "all are counted");
  scene_close(&scene);
}

static void test_pending(void) {
  scene_t scene;
  upload_t upload = upload_of(PACKAGE, 300, 3);
  packet_t packet;
  start(&scene, 256, 0);
  application.defer_at = 1;
  packet = packet_of(&upload, 1);
  expect_equal(send_block(&scene, &upload), 0, "PENDING: no answer yet");
  expect_equal(hand_over(&scene, &packet, &upload), 0, "nor to the same again");
  expect_equal(application.calls, 1, "which is not delivered twice");
  expect_equal(nbiot_request_respond(scene.device, application.request, 0, NULL), NBIOT_ERR_OK,
               "0 answers it");
  nbiot_mock_trace_clear(scene.world);
  scene_run(&scene, 1);
  scene_expect_event(&scene, NBIOT_EVENT_CONNECT_SUCCESS, 0, 0, "connected");
  scene_expect_event(&scene, NBIOT_EVENT_REG_SUCCESS, 201, 0, "registered");
  scene_expect_event(&scene, NBIOT_EVENT_RESPONSE_SUCCESS, 0, application.request, "delivered");
  upload.offset = 128;
  application.defer_at = 0;
  expect_equal(send_all(&scene, &upload), 204, "the rest follows");
  expect(is_image(application.bytes, application.length, 300), "whole");
  scene_close(&scene);
}

static void test_refused_and_restarted(void) {
  scene_t scene;
  upload_t upload = upload_of(PACKAGE, 1000, 3);
  upload_t late = upload;
  start(&scene, 256, 0);
  application.refuse_at = 4;
  expect_equal(send_all(&scene, &upload), 403, "a refusal is the answer to its block");
  expect_equal(upload.offset, 384, "the fourth");
  upload.offset = 512;
  expect_equal(send_block(&scene, &upload), 408, "RFC 7959 2.9.2: the rest is 4.08");
  application.refuse_at = 0;
  upload = upload_of(PACKAGE, 1000, 3);
  expect_equal(send_all(&scene, &upload), 204, "block 0 begins anew");
  expect_equal(application.begins, 2, "which offset 0 tells");
  expect(is_image(application.bytes, application.length, 1000), "whole");
  expect_equal(send_block(&scene, &late), 231, "a late block 0 of the first");
  expect_equal(application.begins, 2, "begins nothing");
  upload.id -= 1;
  expect_equal(send_block(&scene, &upload), 204, "the last block again has its answer again");
  expect_equal(application.ends, 1, "and is not delivered again");
  scene_close(&scene);
}

static void test_given_up(void) {
  scene_t scene;
  upload_t upload = upload_of(PACKAGE, 1000, 3);
  start(&scene, 256, 1024);
  send_block(&scene, &upload);
  scene_run(&scene, 250000);
  upload.offset = 128;
  expect_equal(send_block(&scene, &upload), 408, "247 s without a block end a transfer");
  expect_equal(application.calls, 1, "of which the application hears no more");
  scene_close(&scene);
}

static void test_resources(void) {
  scene_t scene;
  nbiot_instance_t several[2];
  nbiot_value_t value;
  start(&scene, 256, 0);
  memset(several, 0, sizeof several);
  value = package;
  value.flag = NBIOT_READABLE | NBIOT_STREAMED;
  expect_equal(nbiot_resource_add(scene.device, 5, 1, 0, &value), NBIOT_ERR_BADPARAM,
               "streamed needs writable");
  value = stored;
  value.flag |= NBIOT_STREAMED;
  expect_equal(nbiot_resource_add(scene.device, 5, 1, 0, &value), NBIOT_ERR_BADPARAM,
               "and has no storage");
  value = package;
  value.type = NBIOT_INTEGER;
  expect_equal(nbiot_resource_add(scene.device, 5, 1, 0, &value), NBIOT_ERR_BADPARAM,
               "it is no number");
  value.type = NBIOT_HEX_STRING;
  expect_equal(nbiot_resource_add(scene.device, 5, 1, 0, &value), NBIOT_ERR_BADPARAM,
               "nor a hex string");
  several[0].value = several[1].value = package;
  several[1].id = 1;
  expect_equal(nbiot_resource_add_multiple(scene.device, 5, 1, 0, several, 2), NBIOT_ERR_BADPARAM,
               "nor a multiple resource");
  value = package;
  value.type = NBIOT_STRING;
  expect_equal(nbiot_resource_add(scene.device, 5, 1, 0, &value), NBIOT_ERR_OK, "but a string");
  expect_equal(nbiot_resource_set(scene.device, 5, 0, 0, &package), NBIOT_ERR_NOT_SUPPORT,
               "nothing can be stored in it");
  scene_close(&scene);
  scene_open(&scene, 1);
  scene_create(&scene);
  expect_equal(nbiot_resource_add(scene.device, 5, 0, 0, &package), NBIOT_ERR_NOT_SUPPORT,
               "without write_block there is none");
  scene_close(&scene);
}

int main(void) {
  test_4096_bytes_through_256();
  test_sizes();
  test_put_together();
  test_a_device_without_room_for_bodies();
  test_datagrams_beyond_the_buffer();
  test_pending();
  test_refused_and_restarted();
  test_given_up();
  test_resources();
  return check_summary();
}
