/* block2.c - answers and notifications longer than a datagram: in blocks, of which nothing is kept.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "noise.h"

#define TEXT 2000u
#define INSTANCES 60u
#define BODY 8192u
#define STORY "/1000/0/1"

static char text[TEXT];
static nbiot_value_t story;
static nbiot_value_t numbers[INSTANCES];
static uint16_t next_id;

/* What an answer says, and a piece of a body that is put together. */
typedef struct block {
  int32_t code; /* 0 = there is no answer. */
  int32_t observe;
  int32_t block2; /* The option's value, -1 = none. */
  int32_t size2;
  uint32_t tag;
  uint32_t tag_length;
  uint32_t length;
  const uint8_t *payload;
  uint32_t datagram;
} block_t;

typedef struct body {
  uint8_t bytes[BODY];
  uint32_t length;
  uint32_t tag;
  uint32_t longest; /* Datagram. */
  uint32_t blocks;
} body_t;

static uint32_t extended(const uint8_t **at, uint32_t nibble) {
  uint32_t value = nibble;
  if (nibble == 13) {
    value = 13u + *(*at)++;
  } else if (nibble == 14) {
    value = 269u + (uint32_t)(*at)[0] * 256u + (*at)[1];
    *at += 2;
  }
  return value;
}

static block_t parse(const uint8_t *bytes, uint32_t length) {
  block_t block = {0, -1, -1, -1, 0, 0, 0, NULL, 0};
  const uint8_t *at = bytes + 4 + (bytes[0] & 15u);
  const uint8_t *end = bytes + length;
  uint32_t number = 0;
  block.code = (bytes[1] >> 5) * 100 + (bytes[1] & 31);
  block.datagram = length;
  while (at < end && *at != 0xFF) {
    uint32_t head = *at++;
    uint32_t size, value = 0;
    number += extended(&at, head >> 4);
    size = extended(&at, head & 15u);
    for (uint32_t index = 0; index < size; index++) {
      value = value << 8 | *at++;
    }
    switch (number) {
      case 4: block.tag = value; block.tag_length = size; break;
      case 6: block.observe = (int32_t)value; break;
      case 23: block.block2 = (int32_t)value; break;
      case 28: block.size2 = (int32_t)value; break;
      default: break;
    }
  }
  if (at < end) {
    block.payload = at + 1;
    block.length = (uint32_t)(end - at) - 1;
  }
  return block;
}

/* The last datagram of the device. */
static block_t last_block(scene_t *scene) {
  block_t none = {0, -1, -1, -1, 0, 0, 0, NULL, 0};
  nbiot_mock_record_t record;
  for (uint32_t index = nbiot_mock_trace_count(scene->world); index > 0; index--) {
    nbiot_mock_trace_at(scene->world, index - 1, &record);
    if ((record.marks & NBIOT_MOCK_INJECTED) == 0 && record.from.port != 5683) {
      return parse(record.data, record.length);
    }
  }
  return none;
}

/* Sends a GET with this value of Block2 (-1 = none). */
static block_t get(scene_t *scene, const char *path, int accept, int observe, int32_t block2) {
  static const uint8_t token[2] = {0xAB, 0xCD};
  static message_t message;
  nbiot_address_t to;
  uint8_t value[3];
  nbiot_mock_visible_address(scene->radio, &to);
  nbiot_mock_trace_clear(scene->world);
  next_id += 1;
  message_begin(&message, 0, 1, next_id, token, 2);
  if (observe) {
    message_option(&message, 6, NULL, 0);
  }
  message_path(&message, path);
  if (accept >= 0) {
    value[0] = (uint8_t)(accept >> 8);
    value[1] = (uint8_t)accept;
    message_option(&message, 17, accept > 255 ? value : value + 1, accept > 255 ? 2 : 1);
  }
  if (block2 >= 0) {
    value[0] = (uint8_t)(block2 >> 16);
    value[1] = (uint8_t)(block2 >> 8);
    value[2] = (uint8_t)block2;
    message_option(&message, 23, value, 3);
  }
  nbiot_mock_inject(scene->world, nbiot_mock_address("10.0.0.1", 5683), to, message.bytes,
                    message.length);
  scene_run(scene, 1);
  return last_block(scene);
}

/* Adds the block to the body. Whether another follows it. */
static int take(body_t *body, const block_t *block) {
  if (block->code != 205 || body->length + block->length > BODY) {
    body->length = 0;
    return 0;
  }
  if (block->payload != NULL) {
    memcpy(body->bytes + body->length, block->payload, block->length);
  }
  body->length += block->length;
  body->blocks += 1;
  if (block->datagram > body->longest) {
    body->longest = block->datagram;
  }
  if (body->blocks > 1 && body->tag != block->tag) {
    body->tag = 0;
  } else {
    body->tag = block->tag;
  }
  return block->block2 >= 0 && (block->block2 & 8) != 0;
}

/* The rest of what begins with this block, by plain GETs. */
static void fetch(scene_t *scene, const char *path, int accept, block_t block, body_t *body) {
  memset(body, 0, sizeof *body);
  while (take(body, &block)) {
    const uint32_t exponent = (uint32_t)block.block2 & 7u;
    const uint32_t number = body->length >> (exponent + 4);
    block = get(scene, path, accept, 0, (int32_t)(number << 4 | exponent));
    if (block.block2 >= 0 && (uint32_t)block.block2 >> 4 != number) {
      body->length = 0;
    }
  }
}

/* A Register names every instance, and has to fit. */
static void start(scene_t *scene, uint16_t capacity, uint16_t instances) {
  scene_open(scene, 7);
  scene->config.send_capacity = capacity;
  scene->config.resource_capacity = INSTANCES + 8;
  scene->config.duplicate_capacity = 64;
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
  for (uint32_t index = 0; index < TEXT; index++) {
    text[index] = (char)('a' + index / 5 % 26);
  }
  memset(&story, 0, sizeof story);
  story.type = NBIOT_STRING;
  story.flag = NBIOT_READABLE;
  story.value.as_buf.val = text;
  story.value.as_buf.len = TEXT;
  nbiot_resource_add(scene->device, 1000, 0, 1, &story);
  for (uint16_t index = 0; index < instances; index++) {
    memset(&numbers[index], 0, sizeof numbers[index]);
    numbers[index].type = NBIOT_INTEGER;
    numbers[index].flag = NBIOT_READABLE | NBIOT_WRITABLE;
    numbers[index].value.as_int = index;
    nbiot_resource_add(scene->device, 3300, index, 5700, &numbers[index]);
  }
}

/* 7252 4.6: 1,152 bytes, whatever the buffer. */
static void test_reads(uint16_t capacity, uint32_t limit, uint32_t size, uint16_t instances) {
  static body_t body;
  scene_t scene;
  block_t first;
  start(&scene, capacity, instances);
  scene_register(&scene);
  first = get(&scene, STORY, -1, 0, -1);
  expect_equal(first.size2, TEXT, "7959 4: the first block tells the size");
  expect_equal(first.tag_length, 4, "7959 2.4: and has an ETag");
  expect_equal(first.length, size, "7959 2.2-2.5: it is the largest that fits");
  fetch(&scene, STORY, -1, first, &body);
  expect_equal(body.length, TEXT, "the text is there");
  expect(memcmp(body.bytes, text, TEXT) == 0, "as it is");
  expect_equal(body.tag, first.tag, "under one ETag");
  expect(body.longest <= limit, "7252 4.6: in datagrams that are not too long");
  fetch(&scene, "/1000/0", 11542, get(&scene, "/1000/0", 11542, 0, -1), &body);
  expect_equal(body.length, TEXT + 4, "the same of its instance, as TLV");
  expect(memcmp(body.bytes, "\xD0\x01\x07\xD0", 4) == 0, "with its header");
  expect(memcmp(body.bytes + 4, text, TEXT) == 0, "and its text");
  fetch(&scene, "/3300", 40, get(&scene, "/3300", 40, 0, -1), &body);
  expect(memcmp(body.bytes, "</3300>,</3300/0>,</3300/0/5700>", 32) == 0, "a list of links");
  expect(body.length >= 23u * instances && body.bytes[body.length - 1] == '>', "to its end");
  expect_equal(scene_statistics(&scene).send_buffer.refused, 0, "nothing was refused");
  scene_close(&scene);
}

static void test_many_instances(void) {
  static body_t body, whole;
  scene_t scene;
  start(&scene, 1152, INSTANCES);
  scene_register(&scene);
  fetch(&scene, "/3300", 11542, get(&scene, "/3300", 11542, 0, 0x02), &body);
  expect(body.blocks >= 6, "an object of sixty instances comes in blocks of 64");
  fetch(&scene, "/3300", 11542, get(&scene, "/3300", 11542, 0, -1), &whole);
  expect_equal(whole.blocks, 1, "or in one piece");
  expect(body.length == whole.length && memcmp(body.bytes, whole.bytes, body.length) == 0,
         "which says the same");
  fetch(&scene, "/3300", 40, get(&scene, "/3300", 40, 0, -1), &body);
  expect(body.blocks == 2 && body.length > 1500, "its links come in two");
  fetch(&scene, "/3300", 40, get(&scene, "/3300", 40, 0, 0x00), &whole);
  expect(whole.blocks > 90, "or in very many");
  expect(body.length == whole.length && memcmp(body.bytes, whole.bytes, body.length) == 0,
         "which say the same");
  scene_close(&scene);
}

static void test_a_notification(void) {
  static body_t body;
  nbiot_mock_request_t observe = scene_request(NBIOT_MOCK_GET, STORY);
  nbiot_mock_response_t answer;
  scene_t scene;
  block_t first, told;
  start(&scene, 512, 8);
  scene_register(&scene);
  observe.observe = NBIOT_MOCK_OBSERVE_START;
  expect_equal(scene_ask(&scene, &observe, &answer), 205, "7641 4.1: a large value is observed");
  first = parse(answer.datagram, answer.datagram_length);
  expect(first.observe >= 0 && first.length == 256, "7959 2.6: the first answer is a block");
  memset(text, 'z', sizeof text);
  nbiot_mock_trace_clear(scene.world);
  nbiot_resource_notify(scene.device, 1000, 0, 1, 0);
  scene_run(&scene, 1);
  told = last_block(&scene);
  expect(told.observe > first.observe, "7959 2.6: so is the notification");
  expect_equal(told.block2, 0x0C, "the first of several");
  expect(told.tag != first.tag, "of another body");
  fetch(&scene, STORY, -1, told, &body);
  expect_equal(body.length, TEXT, "the rest comes by GET");
  expect(memcmp(body.bytes, text, TEXT) == 0, "of the new value");
  expect_equal(body.tag, told.tag, "under the ETag of the notification");
  expect_equal(scene_statistics(&scene).observations.used, 1, "it is observed as before");
  text[TEXT - 1] = '!';
  expect(get(&scene, STORY, -1, 0, 0x10 | 4).tag != told.tag,
         "7959 2.4: a change behind the block is seen in its ETag");
  nbiot_mock_trace_clear(scene.world);
  nbiot_resource_notify(scene.device, 1000, 0, 1, 9);
  scene_run(&scene, 1);
  expect_equal(last_block(&scene).size2, TEXT, "a report with an ack id is no other");
  scene_close(&scene);
}

static void test_refusals(void) {
  scene_t scene;
  start(&scene, 1152, INSTANCES);
  scene_register(&scene);
  expect_equal(get(&scene, STORY, -1, 0, 0x07).code, 400, "7959 2.2: SZX 7 is 4.00");
  expect_equal(get(&scene, STORY, -1, 0, 0x26).code, 400, "7959 2.4: so is a block behind the end");
  expect_equal(get(&scene, STORY, -1, 0, 0xFFFFFE).code, 400, "however far");
  expect_equal(get(&scene, STORY, -1, 1, 0x16).observe, -1, "7959 2.6: a later block is not observed");
  expect_equal(scene_statistics(&scene).observations.used, 0, "by nobody");
  expect_equal(scene_get(&scene, "/3/0/16", NULL), 205, "and the session goes on");
  scene_close(&scene);
}

/* Any Block2 to any path: what is answered is the piece that was asked for, or 4.xx. */
static void test_noise(uint64_t seed) {
  static const char *const paths[] = {STORY, "/1000/0", "/1000", "/3300", "/3300/3", "/3/0", "/1",
                                      "/3300/0/5700", "/9", "/3303/0/5605"};
  static body_t whole[3][10];
  static const int accepts[3] = {-1, 40, 11542};
  unsigned wrong = 0, pieces = 0;
  scene_t scene;
  start(&scene, 1152, INSTANCES);
  scene_register(&scene);
  for (int accept = 0; accept < 3; accept++) {
    for (int path = 0; path < 10; path++) {
      block_t first = get(&scene, paths[path], accepts[accept], 0, -1);
      fetch(&scene, paths[path], accepts[accept], first, &whole[accept][path]);
    }
  }
  noise_state = seed;
  for (int round = 0; round < 20000; round++) {
    const uint32_t path = chance(10), accept = chance(3);
    const uint32_t flags = chance(16), exponent = flags & 7u;
    const uint32_t number = chance(chance(9) == 0 ? 0x100000 : 1 + (2048u >> (exponent + 4)));
    const uint32_t value = number << 4 | flags;
    const body_t *body = &whole[accept][path];
    const uint32_t offset = number << (exponent + 4);
    block_t block = get(&scene, paths[path], accepts[accept], (int)chance(2), (int32_t)value);
    if (block.code != 205) {
      wrong += block.code / 100 != 4 || (body->length > offset && exponent != 7);
      continue;
    }
    pieces += 1;
    wrong += exponent == 7 || block.block2 < 0 || block.datagram > 1152 ||
             (uint32_t)block.block2 >> 4 << ((block.block2 & 7) + 4) != offset ||
             ((uint32_t)block.block2 & 7u) > exponent || offset + block.length > body->length ||
             memcmp(body->bytes + offset, block.payload, block.length) != 0 ||
             ((block.block2 & 8) != 0) != (offset + block.length < body->length);
  }
  expect(pieces > 3000, "many blocks were asked for");
  expect_equal(wrong, 0, "each is the piece that it says it is");
  scene_close(&scene);
}

int main(void) {
  test_reads(128, 128, 64, 1);
  test_reads(256, 256, 128, 8);
  test_reads(512, 512, 256, 24);
  test_reads(1152, 1152, 1024, INSTANCES);
  test_reads(4096, 1152, 1024, INSTANCES);
  test_many_instances();
  test_a_notification();
  test_refusals();
  test_noise(3);
  return check_summary();
}
