/* noise_blocks.c - a walk by chance through devices with little room: bodies and answers in blocks, observers, stored
 * notifications and losses of power, in any mix. Each ack id has one event, each piece its place, and a server with
 * manners gets everything afterwards.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "noise_application.h"
#include "noise_messages.h"

#ifndef NOISE_ROUNDS
#define NOISE_ROUNDS 500u
#endif
#define ACTIONS 200u
#define LATEST 16u
#define PACKAGE 700u

static uint64_t memory[4096];
static message_t latest[LATEST];
static uint32_t lost, unread, unsaid, escaped, beyond, untold;
static uint32_t cuts; /* So many times the power has gone, and come back. */

static void create(void) {
  int32_t status;
  do {
    status = scene_create(&scene);
  } while (status == NBIOT_ERR_RANDOM && noise.faults > 0);
  if (!expect(status == NBIOT_ERR_OK, "the device is created")) printf("%d\n", (int)status);
  add_values();
  memset(waiting, 0, sizeof waiting);
  pieces.next = UINT32_MAX;
}

/* ---- What is sent to it */

static void hand_over(const message_t *message) {
  noise_inject(&noise, nbiot_mock_address("10.0.0.1", 5683), message);
}

static void send_something(void) {
  static uint32_t count;
  message_t *message = &latest[count++ % LATEST];
  uint32_t kind = chance(20);
  if (kind == 0) {
    message = &latest[chance(LATEST)]; /* Once more, or out of order. */
  } else if (kind < 10) {
    make_block1(message);
  } else if (kind < 14) {
    make_read(message);
  } else if (kind < 17) {
    make_answer(&noise, message);
  } else {
    make_order(message);
  }
  /* Bytes of a package are compared, so they are not damaged: what comes before them is. */
  if (kind >= 10 && chance(8) == 0) message_damage(message, 1 + chance(2));
  if (chance(16) == 0 && message->length > 5) message->length -= chance(message->length - 5);
  if (message->length > 0) hand_over(message);
}

/* ---- What happens otherwise */

static void lose_power(void) {
  nbiot_device_destroy(scene.device);
  nbiot_mock_power_up(scene.radio);
  cuts = nbiot_mock_storage(scene.radio).cuts;
  for (uint32_t id = 1; id <= next_id; id++) {
    if (ids[id] == OWED || ids[id] == TOLD) ids[id] = PERHAPS;
  }
  if (chance(2)) is_lenient |= (uint8_t)forge(scene.radio, 2);
  if (chance(2)) is_lenient |= (uint8_t)forge(scene.radio, 3);
  create();
  nbiot_device_connect(scene.device, 0);
}

static void notify_something(void) {
  uint16_t resource = chance(3) ? 5700 : chance(2) ? 5750 : 5701;
  number.value.as_int = chance(12);
  letters.value.as_buf.len = chance(2) ? chance(40) : 300;
  digits.value.as_float = chance(10);
  if (chance(3)) {
    nbiot_resource_notify(scene.device, 3200, 0, resource, 0);
  } else if (next_id < 60000 && nbiot_resource_notify(scene.device, 3200, 0, resource, next_id + 1) == NBIOT_ERR_OK) {
    ids[++next_id] = OWED;
  }
}

static void change_resources(void) {
  nbiot_device_t *device = scene.device;
  uint16_t instance = (uint16_t)(1 + chance(20));
  switch (chance(6)) {
    case 0: nbiot_resource_del(device, 5, 0, 0); break;
    case 1: nbiot_resource_del(device, 3200, 0, 5505); break;
    case 2: nbiot_resource_add(device, 5, 0, 0, chance(4) ? &package : &stored); break;
    case 3: nbiot_resource_add(device, 3200, 0, 5505, chance(4) ? &stored : &package); break;
    case 4:
      nbiot_resource_del(device, 3200, 0, chance(2) ? 5700 : 5750);
      if (chance(4)) add_values();
      break;
    default:
      if (nbiot_resource_add(device, 3300, instance, 5700, &number) != NBIOT_ERR_OK) {
        nbiot_resource_del(device, 3300, instance, 5700);
      }
  }
}

/* The server's own observers: it rejects notifications to others. */
static void observe_something(void) {
  static const char *const paths[] = {"/3200/0/5700", "/3200/0", "/3200", "/3200/0/5750", "/3200/0/5701", "/3/0"};
  static int32_t exchange;
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, paths[chance(6)]);
  request.observe = NBIOT_MOCK_OBSERVE_START;
  switch (chance(6)) {
    case 0: nbiot_mock_server_cancel(scene.server, exchange); break;
    case 1: nbiot_mock_server_abandon(scene.server, exchange); break;
    default: exchange = nbiot_mock_server_request(scene.server, &request);
  }
}

static void misbehave(void) {
  static const nbiot_mock_answer_t answers[] = {{.kind = NBIOT_MOCK_SILENT},
                                                {.kind = NBIOT_MOCK_SEPARATE, .delay_ms = 3000},
                                                {.kind = NBIOT_MOCK_RESET},
                                                {.code = 413},
                                                {.code = 503, .max_age_s = UINT32_MAX},
                                                {.delay_ms = 4000}};
  const nbiot_mock_answer_t *answer = &answers[chance(6)];
  uint32_t count = chance(3);
  nbiot_mock_server_answer(scene.server, (uint8_t)chance(4), answer, count);
  nbiot_mock_server_blocks(scene.server, chance(2) ? 0 : 16u << chance(3));
}

/* What the network and the platform do. */
static void trouble(void) {
  nbiot_mock_link_t link = {0};
  uint32_t cut = chance(200);
  switch (chance(9)) {
    case 0: noise.full = chance(40); break;
    case 1: noise.faults = chance(3) ? 0 : chance(100); break;
    case 2: nbiot_mock_clock_step(scene.radio, (int32_t)chance(100000) - 50000); break;
    case 3: nbiot_mock_server_forget(scene.server); break;
    case 4:
      nbiot_mock_radio(scene.radio, 0);
      noise_run(&noise, chance(chance(4) ? 20000 : 300000));
      nbiot_mock_radio(scene.radio, 1);
      break;
    case 5: misbehave(); break;
    case 6:
      link.loss = (uint16_t)chance(500);
      link.duplication = (uint16_t)chance(300);
      link.reordering = (uint16_t)chance(300);
      nbiot_mock_link(scene.radio, (uint8_t)chance(2), &link);
      break;
    case 7: nbiot_mock_power_cut(scene.radio, cut, (uint8_t)chance(2)); break;
    default: lose_power();
  }
}

static void act(void) {
  nbiot_device_t *device = scene.device;
  uint32_t kind = chance(80);
  uint32_t choice = chance(3);
  if (nbiot_mock_storage(scene.radio).cuts > cuts && chance(4) == 0) lose_power();
  switch (kind) {
    case 0: nbiot_device_update(device, choice == 0 ? 0 : 60, (int32_t)chance(2)); break;
    case 1: nbiot_device_rebind(device); break;
    case 2: nbiot_device_close(device, 0); break;
    case 3:
    case 4: nbiot_device_connect(device, 0); break;
    case 5: nbiot_device_sync(device); break;
    case 6: noise_run(&noise, chance(300000)); break;
    default:
      if (kind < 16) trouble();
      else if (kind < 19) noise_run(&noise, chance(5000));
      else if (kind < 21) change_resources();
      else if (kind < 24) nbiot_request_respond(device, waiting[chance(WAITING)], choice ? 0 : 500, NULL);
      else if (kind < 30) notify_something();
      else if (kind < 34) observe_something();
      else send_something();
  }
  noise_run(&noise, chance(20));
  escaped += stored.value.as_buf.len > STORAGE || memcmp(room + STORAGE, "################", 16) != 0;
}

/* ---- The end of a walk */

static int is_within(const nbiot_usage_t *table) {
  return table->used <= table->capacity && table->peak <= table->capacity;
}

/* A server with manners writes the package. The last code; 0 = silence. */
static int32_t upload(uint32_t exponent) {
  static uint32_t id = 0x8000;
  int32_t code = 231;
  for (uint32_t offset = 0; code == 231 && offset < PACKAGE; offset += 16u << exponent) {
    static const uint8_t token[4] = {0xE0, 0xE1, 0xE2, 0xE3};
    uint32_t size = 16u << exponent;
    uint32_t left = PACKAGE - offset;
    message_t message;
    nbiot_mock_record_t record;
    message_begin(&message, 0, 3, id++ & 0xFFFF, token, 4);
    message_path(&message, "/5/0/0");
    add_number(&message, 12, 42);
    add_number(&message, 27, offset / size << 4 | (left > size ? 8u : 0u) | exponent);
    add_body(&message, offset, left > size ? size : left);
    nbiot_mock_trace_clear(scene.world);
    hand_over(&message);
    noise_run(&noise, 100);
    code = 0;
    for (uint32_t i = 0; nbiot_mock_trace_at(scene.world, i, &record) == NBIOT_MOCK_OK; i++) {
      int is_answer = record.length >= 8 && (record.marks & NBIOT_MOCK_INJECTED) == 0;
      if (is_answer && memcmp(record.data + 4, token, 4) == 0) {
        code = (record.data[1] >> 5) * 100 + (record.data[1] & 31);
      }
    }
  }
  return code;
}

static int32_t ask(nbiot_mock_request_t request) {
  nbiot_mock_response_t response;
  return nbiot_mock_server_ask(scene.server, &request, noise_step, &noise, &response) < 0 ? 0 : response.code;
}

static int32_t write_text(const char *path, const char *text) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_PUT, path);
  request.content_format = 0;
  request.payload = (const uint8_t *)text;
  request.payload_length = (uint32_t)strlen(text);
  return ask(request);
}

/* Everything that was stored leaves, or ends with its resource. */
static void end_notifications(void) {
  nbiot_mock_request_t observe = scene_request(NBIOT_MOCK_GET, "/3200/0/5700");
  int32_t exchange;
  observe.observe = NBIOT_MOCK_OBSERVE_START;
  unread += write_text("/1/0/2", "0") != 204;
  exchange = nbiot_mock_server_ask(scene.server, &observe, noise_step, &noise, NULL);
  noise_run(&noise, 20000);
  number.value.as_int = 999;
  nbiot_resource_notify(scene.device, 3200, 0, 5700, 0);
  noise_run(&noise, 100000);
  unsaid += exchange < 0 || nbiot_mock_server_notification_count(scene.server, exchange) == 0;
  nbiot_resource_del(scene.device, 3200, 0, 5700);
  nbiot_resource_del(scene.device, 3200, 0, 5701);
  nbiot_resource_del(scene.device, 3200, 0, 5750);
  noise_run(&noise, 400000);
  for (uint32_t id = 1; id <= next_id; id++) untold += ids[id] == OWED;
}

static void make_peace(void) {
  static const nbiot_mock_answer_t usual;
  static const nbiot_mock_link_t perfect;
  for (uint8_t on = 0; on < 4; on++) nbiot_mock_server_answer(scene.server, on, &usual, 0);
  nbiot_mock_server_blocks(scene.server, 0);
  nbiot_mock_link(scene.radio, NBIOT_MOCK_UP, &perfect);
  nbiot_mock_link(scene.radio, NBIOT_MOCK_DOWN, &perfect);
  nbiot_mock_radio(scene.radio, 1);
  nbiot_mock_power_cut(scene.radio, UINT32_MAX, NBIOT_MOCK_TORN);
  noise.full = 0;
  noise.faults = 0;
  noise.is_sane = 1;
}

static void recover(void) {
  uint32_t tries = 0;
  nbiot_statistics_t statistics;
  make_peace();
  if (nbiot_mock_storage(scene.radio).cuts > cuts) lose_power();
  noise_run(&noise, 250000);
  nbiot_device_close(scene.device, 0);
  for (uint16_t instance = 1; instance <= 20; instance++) {
    nbiot_resource_del(scene.device, 3300, instance, 5700);
  }
  nbiot_resource_del(scene.device, 5, 0, 0);
  add_values();
  nbiot_device_connect(scene.device, 0);
  for (; tries < 4 && nbiot_device_state(scene.device) != NBIOT_STATE_REGISTERED; tries++) {
    noise_run(&noise, 1000000);
  }
  lost += tries == 4;
  noise_run(&noise, 300000);
  unread += ask(scene_request(NBIOT_MOCK_GET, "/3/0/16")) != 205;
  unread += ask(scene_request(NBIOT_MOCK_GET, "/3200/0/5750")) != 205;
  unread += upload(0) != 204;
  end_notifications();
  statistics = scene_statistics(&scene);
  beyond += !is_within(&statistics.block_transfers) || !is_within(&statistics.body_buffer) ||
            !is_within(&statistics.stored) || !is_within(&statistics.deferred) || !is_within(&statistics.outstanding);
}

static void walk(uint32_t round) {
  static const uint16_t receives[] = {64, 80, 128, 256, 1152};
  static const uint16_t sends[] = {80, 96, 128, 256, 0};
  static const uint16_t bodies[] = {0, 16, 64, 200, 1024};
  static const uint16_t stores[] = {0, 64, 80, 200, 900};
  scene_open(&scene, round);
  noise_open_scene(&noise, &scene);
  memset(ids, UNUSED, sizeof ids);
  next_id = 0;
  cuts = 0;
  is_lenient = 0;
  fill_values();
  scene.config.profile = (uint8_t)(round & 1);
  scene.config.queue_mode = (uint8_t)(round >> 1 & 1);
  scene.config.rebind = (uint8_t)(round >> 2 & 1);
  scene.config.receive_capacity = receives[chance(5)];
  scene.config.send_capacity = sends[chance(5)];
  scene.config.body_capacity = bodies[chance(5)];
  scene.config.block_capacity = (uint16_t)chance(4);
  scene.config.stored_capacity = stores[chance(5)];
  scene.config.stored_policy = (uint8_t)chance(3);
  scene.config.stored_kept = scene.config.stored_capacity > 0 && chance(2);
  scene.config.duplicate_capacity = chance(2) ? 0 : 64;
  scene.config.deferred_capacity = chance(2) ? 0 : 1;
  scene.config.notification_capacity = chance(2) ? 0 : 1;
  scene.config.observation_capacity = chance(2) ? 0 : 2;
  scene.config.read = about_value;
  scene.config.write = chance(2) ? about_write : NULL;
  scene.config.execute = about_execute;
  scene.config.create = about_instance;
  scene.config.remove = about_instance;
  scene.config.write_block = take_piece;
  scene.config.event = about_event;
  scene.config.memory = memory;
  scene.config.memory_size = sizeof memory;
  create();
  nbiot_device_connect(scene.device, 0);
  noise_run(&noise, 1000);
  for (uint32_t step = 0; step < ACTIONS; step++) act();
  recover();
  nbiot_device_destroy(scene.device);
  scene.device = NULL;
  nbiot_mock_world_destroy(scene.world);
}

int main(void) {
  noise_state = NOISE_SEED;
  for (uint32_t round = 0; round < NOISE_ROUNDS; round++) walk(round);
  expect_equal(lost, 0, "the device registers again");
  expect_equal(unread, 0, "and serves reads and writes in blocks");
  expect_equal(unsaid, 0, "and notifies");
  expect_equal(pieces.mistakes, 0, "each piece comes in its place");
  expect_equal(pieces.differs, 0, "with its own bytes");
  expect_equal(events_wrong, 0, "no ack id has an event that it is not owed");
  expect_equal(untold, 0, "and each that is has one");
  expect_equal(escaped, 0, "no write leaves its storage");
  expect_equal(beyond, 0, "no table holds more than it has room for");
  expect(pieces.seen > NOISE_ROUNDS && pieces.ends > NOISE_ROUNDS / 2, "there were pieces, and whole packages");
  expect(told[0] > 0 && told[1] > 0 && told[2] > 0 && told[3] > 0, "and every fate of a notification");
  noise_expect_clean(&noise);
  printf("digest %08x\n", (unsigned)noise.watch.digest); /* The same on every machine. */
  return check_summary();
}
