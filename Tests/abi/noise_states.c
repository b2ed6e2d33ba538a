/* noise_states.c - a walk by chance through every state of a device that bootstraps: whatever arrives there, from
 * the bootstrap server, the server and strangers, the device is sound afterwards and registers again.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "noise.h"

#ifndef NOISE_ROUNDS
#define NOISE_ROUNDS 300u
#endif
#define ACTIONS 60u

static provisioning_t all;
static noise_t noise;
static nbiot_value_t values[4];
static char text[24];
static uint64_t block[1500];
static unsigned lost;
static unsigned unread;
static unsigned uncounted;
static unsigned longest; /* Of the bodies that were put together. */

static int32_t about_instance(void *context, nbiot_request_t request, const nbiot_path_t *path) {
  (void)context;
  (void)request;
  if (path->instance_id < 2) {
    return 405;
  }
  nbiot_resource_add(all.scene.device, path->object_id, path->instance_id, 1, &values[2]);
  return chance(3) == 0 ? 400 : 0;
}

static int32_t about_value(void *context, nbiot_request_t request, const nbiot_path_t *path,
                           nbiot_value_t *value) {
  (void)context;
  (void)path;
  (void)value;
  return request != NBIOT_REQUEST_NONE && chance(6) == 0 ? NBIOT_ERR_PENDING : 0;
}

static int32_t about_execute(void *context, nbiot_request_t request, const nbiot_path_t *path,
                             const uint8_t *arguments, uint32_t length) {
  (void)context;
  (void)path;
  (void)arguments;
  if (length == 0) {
    nbiot_request_respond(all.scene.device, request, 404, NULL);
  }
  return chance(2) ? NBIOT_ERR_PENDING : 0;
}

static void quiet(void *context) { (void)context; }

static void add_values(void) {
  uint32_t index;
  memset(values, 0, sizeof values);
  for (index = 0; index < 4; index++) {
    values[index].type = NBIOT_INTEGER;
    values[index].flag = NBIOT_READABLE | NBIOT_WRITABLE;
  }
  values[1].type = NBIOT_STRING;
  values[1].flag |= NBIOT_STORAGE;
  values[1].capacity = 8;
  values[1].value.as_buf.val = text;
  values[3].flag = NBIOT_EXECUTABLE;
  memset(text, '#', sizeof text);
  nbiot_resource_add(all.scene.device, 1000, 0, 1, &values[0]);
  nbiot_resource_add(all.scene.device, 1000, 0, 2, &values[1]);
  nbiot_resource_add(all.scene.device, 1000, 0, 3, &values[3]);
}

static void create(void) {
  noise.received = 0;
  noise.dropped = 0;
  while (scene_create(&all.scene) == NBIOT_ERR_RANDOM && noise.faults > 0) {
  }
  add_values();
}

/* ---- What is sent to it */

static const char *const paths[] = {
    "/",      "/0",     "/0/0",   "/0/1",    "/0/7",      "/0/0/0",    "/0/0/5", "/0/1/1",  "/1",
    "/1/0",   "/1/9",   "/1/0/1", "/1/0/2",  "/1/0/5",    "/1/0/7",    "/1/0/8", "/1/0/9",  "/1/0/4",
    "/3",     "/3/0",   "/3/0/4", "/3/0/5",  "/3/0/11",   "/3/0/12",   "/bs",    "/rd",     "/1000",
    "/1000/0", "/1000/0/1", "/1000/0/2", "/1000/0/3", "/1000/2", "/1000/65535", "/65535/0", "/3/0/16/0", "/bs/0"};
static const char *const queries[] = {"pmin=1", "pmax=9", "gt=1.5", "st", "lt=-3", "pmin=", "x"};

static void fill_payload(message_t *message) {
  static const account_t accounts[] = {{OLD_URI, NULL, NULL, 0},
                                       {NEW_URI, NULL, NULL, 60},
                                       {"coaps://10.0.0.1", "me", "key", 0},
                                       {"coap://10.0.0.77:1", NULL, NULL, 0x0FFFFFFF}};
  const account_t *account = &accounts[chance(4)];
  tlv_t tlv = chance(2) ? security_instance(account) : server_instance(account);
  uint8_t format[2] = {0x2D, chance(2) ? 0x16 : 0x17};
  uint8_t wild[64];
  uint32_t index;
  switch (chance(6)) {
    case 0: break;
    case 1:
      message_option(message, 12, "", 0);
      message_payload(message, "12345678901234567890.5e9", 1 + chance(24));
      break;
    case 2:
      for (index = 0; index < sizeof wild; index++) {
        wild[index] = (uint8_t)chance(256);
      }
      message_option(message, 12, format, 2);
      message_payload(message, wild, chance(sizeof wild));
      break;
    default:
      message_option(message, 12, format, 2);
      message_payload(message, tlv.bytes, tlv.length);
  }
}

static void make_request(message_t *message) {
  uint8_t token[8] = {(uint8_t)chance(4), 2, 3, 4, 5, 6, 7, 8};
  uint32_t count;
  message_begin(message, chance(5) ? 0 : chance(4), 1 + chance(chance(8) ? 4 : 31), chance(65536),
                token, chance(9));
  if (chance(12) == 0) {
    message_option(message, 3, "host", chance(5));
  }
  if (chance(8) == 0) {
    message_option(message, 6, "\x01", chance(2));
  }
  message_path(message, paths[chance(sizeof paths / sizeof paths[0])]);
  if (chance(16) == 0) {
    for (count = chance(300); count > 0; count--) {
      message_option(message, 11, "1", chance(2));
    }
  }
  if (chance(2)) {
    fill_payload(message);
    return;
  }
  for (count = chance(20) == 0 ? chance(40) : chance(3); count > 0; count--) {
    const char *query = queries[chance(sizeof queries / sizeof queries[0])];
    message_option(message, 15, query, (uint32_t)strlen(query));
  }
  if (chance(4) == 0) {
    message_option(message, 17, "\x2D\x16\x00", chance(4));
  }
  for (count = chance(10) == 0 ? 15 + chance(20) : 0; count > 0; count--) {
    message_option(message, 17 + chance(100), "abcdefgh", chance(9));
  }
}

/* To what the device has asked last, with much too much in it. */
static void make_response(message_t *message) {
  static const uint8_t codes[] = {0x41, 0x44, 0x42, 0x45, 0x80, 0x83, 0x84, 0x9D, 0xA0, 0xA3, 0x5F, 0xC0};
  static const uint8_t segment[300] = {'r', 'd'};
  const uint8_t *asked = noise.asked.bytes;
  uint8_t token[16] = {0};
  uint32_t token_length = noise.asked.length < 4 ? 0 : asked[0] & 15u;
  uint32_t count;
  uint32_t type = chance(4);
  uint32_t id = chance(8) ? (uint32_t)(asked[2] << 8 | asked[3]) : chance(65536);
  memcpy(token, asked + 4, token_length > 8 ? 0 : token_length);
  token[chance(8)] ^= (uint8_t)(chance(8) == 0);
  message_begin(message, type, chance(10) ? codes[chance(sizeof codes)] : 0, id, token,
                chance(10) ? token_length : chance(16));
  switch (chance(5)) {
    case 0:
      for (count = chance(2) ? 255 : chance(40); count > 0; count--) {
        message_option(message, 8, segment, chance(4));
      }
      break;
    case 1: message_option(message, 8, segment, chance(300)); break;
    case 2: break;
    default:
      message_option(message, 8, "rd", 2);
      message_option(message, 8, "5a3f", 4);
  }
  if (chance(4) == 0) {
    message_option(message, 14, "\xFF\xFF\xFF\xFF\xFF", chance(6));
  }
  if (chance(6) == 0) {
    message_option(message, 23, "\x06\x10\x20\x30", chance(5));
    message_option(message, 27, "\x06\x10\x20\x30", chance(5));
  }
  for (count = chance(10) == 0 ? 15 + chance(20) : 0; count > 0; count--) {
    message_option(message, 28 + chance(3000), "abcdefgh", chance(9));
  }
}

static void send_something(void) {
  static const char *const sources[] = {"10.0.0.1", "10.0.0.9", "10.0.0.3", "10.0.0.66"};
  nbiot_address_t from = chance(2) ? noise.server : nbiot_mock_address(sources[chance(4)], 5683);
  message_t message;
  uint32_t index;
  from.port = chance(20) ? 5683 : 7;
  if (chance(20) == 0) {
    message.length = chance(700);
    for (index = 0; index < message.length; index++) {
      message.bytes[index] = (uint8_t)chance(256);
    }
  } else if (chance(3) == 0) {
    make_response(&message);
  } else {
    make_request(&message);
  }
  if (chance(2)) {
    message_damage(&message, 1 + chance(3));
  }
  if (from.family == NBIOT_FAMILY_IPV4) {
    noise_inject(&noise, from, &message);
  }
}

/* An instance in blocks of 16 bytes (RFC 7959), mostly one behind the other. */
static void send_blocks(void) {
  static const char *const targets[] = {"/0/0", "/0/1", "/1/0", "/0", "/1000/0", "/3/0"};
  static const account_t account = {OLD_URI, "me", "a key that is long enough", 60};
  const char *path = targets[chance(2) ? 0 : chance(6)];
  tlv_t tlv = chance(2) ? security_instance(&account) : server_instance(&account);
  uint32_t code = chance(8) ? 3 : 2;
  uint32_t place;
  for (place = 0; place * 16 < tlv.length; place += chance(10) > 0) {
    uint32_t left = tlv.length - place * 16;
    uint8_t block = (uint8_t)(place << 4 | (left > 16 ? 8u : 0u));
    message_t message;
    message_begin(&message, 0, code, chance(65536), (const uint8_t *)"T", 1);
    message_path(&message, path);
    message_option(&message, 12, "\x2D\x16", 2);
    message_option(&message, 27, &block, block != 0);
    message_payload(&message, tlv.bytes + place * 16, left > 16 ? 16 : left);
    noise_inject(&noise, nbiot_mock_address(chance(4) ? "10.0.0.9" : "10.0.0.1", 5683), &message);
    noise_run(&noise, chance(50));
  }
}

/* ---- What happens otherwise */

static void misbehave(void) {
  static const nbiot_mock_answer_t answers[] = {{.kind = NBIOT_MOCK_SILENT},
                                                {.kind = NBIOT_MOCK_SEPARATE, .delay_ms = 3000},
                                                {.kind = NBIOT_MOCK_RESET},
                                                {.code = 403},
                                                {.code = 503, .max_age_s = UINT32_MAX},
                                                {.delay_ms = 4000}};
  nbiot_mock_server_answer(chance(3) ? all.scene.server : all.provider, (uint8_t)chance(5),
                           &answers[chance(6)], chance(3));
}

static void act(void) {
  nbiot_device_t *device = all.scene.device;
  switch (chance(40)) {
    case 0: nbiot_device_update(device, chance(3) ? 0 : 60, (int32_t)chance(2)); break;
    case 1: nbiot_device_rebind(device); break;
    case 2: nbiot_device_close(device, 0); break;
    case 3:
    case 4:
    case 5: nbiot_device_connect(device, 0); break;
    case 6: nbiot_device_sync(device); break;
    case 7: nbiot_resource_notify(device, 1000, 0, 1, chance(5)); break;
    case 8: nbiot_device_error(device, (uint8_t)chance(10)); break;
    case 9: noise.full = chance(400); break;
    case 10: noise.faults = chance(2) ? 0 : chance(200); break;
    case 11: nbiot_mock_clock_step(all.scene.radio, (int32_t)chance(100000) - 50000); break;
    case 12: nbiot_mock_nat_rebind(all.scene.radio); break;
    case 13:
      nbiot_resource_del(device, 1000, 0, 1);
      nbiot_resource_add(device, 1000, 0, 1, &values[0]);
      break;
    case 14:
      if (chance(4) == 0) {
        nbiot_device_destroy(device);
        create();
      }
      break;
    case 15:
    case 16: misbehave(); break;
    case 17: noise_run(&noise, chance(200000)); break;
    case 18:
    case 19:
    case 20: noise_run(&noise, chance(3000)); break;
    case 21:
      nbiot_device_close(device, 0);
      nbiot_device_connect(device, 0);
      break;
    case 22:
    case 23: send_blocks(); break;
    default: send_something();
  }
  noise_run(&noise, chance(50));
}

/* The end of a walk: all is well again, and every name leads to the server. */
static void recover(void) {
  static const account_t account = {OLD_URI, NULL, NULL, 0};
  static const nbiot_mock_answer_t usual;
  nbiot_statistics_t statistics;
  uint32_t index;
  uint32_t sum = 0;
  uint32_t tries = 0;
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/3/0/16");
  nbiot_mock_response_t response;
  int32_t exchange;
  for (index = 0; index < 5; index++) {
    nbiot_mock_server_answer(all.scene.server, (uint8_t)index, &usual, 0);
    nbiot_mock_server_answer(all.provider, (uint8_t)index, &usual, 0);
  }
  noise.full = 0;
  noise.faults = 0;
  noise.is_sane = 1;
  orders_set(all.scene.server, &account);
  noise_run(&noise, 250000);
  nbiot_device_close(all.scene.device, 0);
  nbiot_device_connect(all.scene.device, 0);
  for (; tries < 3 && nbiot_device_state(all.scene.device) != NBIOT_STATE_REGISTERED; tries++) {
    noise_run(&noise, 1000000);
  }
  lost += tries == 3;
  exchange = nbiot_mock_server_ask(all.scene.server, &request, noise_step, &noise, &response);
  unread += exchange < 0 || response.code != 205;
  noise_run(&noise, 300000);
  statistics = scene_statistics(&all.scene);
  for (index = 0; index < NBIOT_DROP_COUNT; index++) {
    sum += statistics.dropped[index];
  }
  if (longest < statistics.body_buffer.peak) longest = statistics.body_buffer.peak;
  uncounted += sum != noise.dropped ||
               statistics.datagrams_in != noise.received + statistics.dropped[NBIOT_DROP_TRUNCATED] ||
               statistics.requests > statistics.datagrams_in || statistics.deferred.used != 0;
}

/* The usual orders, with time between them. */
static void orders_slow(void) {
  static const account_t account = {OLD_URI, NULL, NULL, 0};
  tlv_t security = security_instance(&account);
  tlv_t own = server_instance(&account);
  nbiot_mock_order_t orders[4];
  orders[0] = order_plain(NBIOT_MOCK_DELETE, "/");
  orders[1] = order_write("/0/0", &security);
  orders[2] = order_write("/1/0", &own);
  orders[3] = order_plain(NBIOT_MOCK_POST, "/bs");
  nbiot_mock_server_bootstrap(all.provider, orders, 4, 400);
}

static void walk(uint32_t round) {
  static const nbiot_mock_answer_t late = {.delay_ms = 1500};
  uint32_t action;
  provisioning_open(&all, round);
  noise_open_scene(&noise, &all.scene);
  all.scene.config.profile = (uint8_t)(round & 1);
  all.scene.config.queue_mode = (uint8_t)(round >> 1 & 1);
  all.scene.config.rebind = (uint8_t)(round >> 2 & 1);
  all.scene.config.hold_off_s = round % 5 == 0 ? 30 : 0;
  all.scene.config.read = about_value;
  all.scene.config.execute = about_execute;
  all.scene.config.create = about_instance;
  all.scene.config.remove = about_instance;
  all.scene.config.reboot = quiet;
  all.scene.config.factory_reset = quiet;
  all.scene.config.duplicate_capacity = 64;
  all.scene.config.receive_capacity = round % 3 == 0 ? 0 : 1280;
  all.scene.config.send_capacity = round % 7 == 0 ? 128 : 0;
  all.scene.config.body_capacity = round % 5 == 0 ? 0 : 96;
  all.scene.config.stored_capacity = round % 5 == 1 ? 0 : 100;
  all.scene.config.stored_kept = all.scene.config.stored_capacity > 0 && round % 2;
  all.scene.config.memory = block;
  all.scene.config.memory_size = sizeof block;
  if (round & 8) {
    nbiot_mock_server_answer(all.provider, NBIOT_MOCK_ON_BOOTSTRAP, &late, 1);
  } else {
    orders_slow();
  }
  create();
  nbiot_device_connect(all.scene.device, 0);
  for (action = 0; action < ACTIONS; action++) {
    act();
  }
  recover();
  nbiot_device_destroy(all.scene.device);
  all.scene.device = NULL;
  nbiot_mock_world_destroy(all.scene.world);
}

int main(void) {
  uint32_t round;
  noise_state = NOISE_SEED;
  for (round = 0; round < NOISE_ROUNDS; round++) {
    walk(round);
  }
  expect_equal(lost, 0, "the device registers again");
  expect_equal(unread, 0, "and answers");
  expect_equal(uncounted, 0, "every datagram is counted once");
  expect(longest > 32, "bodies were put together");
  expect(noise.watch.states[NBIOT_STATE_BOOTSTRAPPING] > 0 &&
             noise.watch.states[NBIOT_STATE_REGISTERING] > 0 &&
             noise.watch.states[NBIOT_STATE_REGISTERED] > 0 &&
             noise.watch.states[NBIOT_STATE_UPDATING] > 0,
         "in every state with a socket");
  noise_expect_clean(&noise);
  return check_summary();
}
