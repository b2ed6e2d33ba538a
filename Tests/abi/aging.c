/* aging.c - a device runs for years, its clock does what clocks do, and it reboots a thousand times.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

#define DAY 86400000u
#define IDS 65536u

static const nbiot_mock_answer_t silent = {NBIOT_MOCK_SILENT, 0, 0, 0, 0};

/* 200 days hold four wraps of a 32-bit millisecond counter. */
static void test_two_hundred_days(uint32_t start_ms) {
  scene_t scene;
  nbiot_mock_record_t record;
  uint64_t last = 0;
  uint32_t day;
  uint32_t index;
  uint32_t updates = 0;
  uint32_t off_beat = 0;
  scene_open_at(&scene, 12, start_ms);
  scene.config.life_time = 86400;
  scene_create(&scene);
  scene_register(&scene);
  last = nbiot_mock_now(scene.world);
  nbiot_mock_trace_clear(scene.world);
  for (day = 0; day < 200; day++) {
    scene_run(&scene, DAY);
  }
  for (index = 0; nbiot_mock_trace_at(scene.world, index, &record) == 0; index++) {
    if (record.from.bytes[3] == 2) {
      off_beat += record.sent_ms - last != 86307000;
      updates += 1;
      last = record.sent_ms;
    }
  }
  expect_equal(updates, 200, "200 days have 200 Updates");
  expect_equal(off_beat, 0, "each 93 s before the lifetime ends, to the millisecond");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 1, "and one Register");
  expect_equal(scene_statistics(&scene).clock_steps, 0, "a wrap is no step back");
  scene_close(&scene);
}

static uint32_t stopped_ms;

static uint32_t stopped_clock(void *context) {
  (void)context;
  return stopped_ms;
}

/* Polls each second of the world, whatever wait_ms says. */
static void poll_for(scene_t *scene, uint32_t seconds) {
  while (seconds-- > 0) {
    nbiot_device_poll(scene->device, NULL);
    nbiot_mock_advance(scene->world, 1000);
  }
}

static void test_a_clock_that_stands_still(void) {
  scene_t scene;
  scene_open(&scene, 12);
  scene.platform.now_ms = stopped_clock;
  stopped_ms = UINT32_MAX - 1000;
  scene_create(&scene);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &silent, 1);
  nbiot_device_connect(scene.device, 0);
  poll_for(&scene, 86400);
  expect_equal(scene_statistics(&scene).datagrams_out, 1, "without time nothing is sent again");
  stopped_ms += 100000;
  poll_for(&scene, 1);
  expect_equal(scene_statistics(&scene).datagrams_out, 2, "when it moves, Register leaves again");
  stopped_ms += 100000;
  poll_for(&scene, 3);
  stopped_ms += 40000;
  poll_for(&scene, 3);
  nbiot_device_connect(scene.device, 0);
  poll_for(&scene, 3);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "registered without time");
  poll_for(&scene, 200);
  expect_equal(scene_get(&scene, "/3/0/16", NULL), 205, "and serving");
  expect_equal(scene_statistics(&scene).clock_steps, 0, "standing still is no step back");
  scene_close(&scene);
}

static nbiot_mock_world_t *coarse_world;

static uint32_t seconds_clock(void *context) {
  (void)context;
  return (uint32_t)(nbiot_mock_now(coarse_world) / 1000 * 1000);
}

/* Some boards count whole seconds: a wait may then be a second too short or too long, and no more. */
static void test_a_clock_of_whole_seconds(uint64_t seed) {
  scene_t scene;
  nbiot_mock_record_t record;
  uint32_t index;
  uint32_t sent = 0;
  uint32_t wrong = 0;
  uint64_t last = 0;
  scene_open(&scene, seed);
  coarse_world = scene.world;
  scene.platform.now_ms = seconds_clock;
  scene_create(&scene);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &silent, 1);
  nbiot_mock_advance(scene.world, (uint32_t)seed * 137);
  nbiot_device_connect(scene.device, 0);
  scene_run(&scene, 46000);
  for (index = 0; nbiot_mock_trace_at(scene.world, index, &record) == 0; index++) {
    uint64_t gap = record.sent_ms - last;
    wrong += sent > 0 && (gap + 1000 < 1000u << sent || gap > (1500u << sent) + 1000);
    last = record.sent_ms;
    sent += 1;
  }
  expect(sent == 5 && wrong == 0, "a clock of whole seconds: five transmissions, each in its time");
  scene_run(&scene, 200000);
  expect(scene_is_registered(&scene), "and then the device registers");
  scene_close(&scene);
}

/* Every message ID of the device, and when it was used last. */
static void test_message_ids(void) {
  static uint64_t used[IDS];
  scene_t scene;
  nbiot_mock_record_t record;
  uint32_t round;
  uint32_t index;
  uint32_t messages = 0;
  uint32_t too_soon = 0;
  uint32_t zeros = 0;
  scene_open(&scene, 12);
  scene.config.life_time = 604800;
  scene_create(&scene);
  scene_register(&scene);
  nbiot_mock_trace_clear(scene.world);
  for (round = 0; round < IDS + 5000; round++) {
    nbiot_device_update(scene.device, 0, 0);
    nbiot_device_poll(scene.device, NULL);
    nbiot_mock_advance(scene.world, 200);
    nbiot_device_poll(scene.device, NULL);
    for (index = 0; nbiot_mock_trace_at(scene.world, index, &record) == 0; index++) {
      uint32_t id = (uint32_t)record.data[2] << 8 | record.data[3];
      if (record.from.bytes[3] == 2) {
        too_soon += used[id] != 0 && record.sent_ms - used[id] < 247000;
        zeros += id == 0;
        used[id] = record.sent_ms;
        messages += 1;
      }
    }
    nbiot_mock_trace_clear(scene.world);
  }
  expect_equal(messages, IDS + 5000, "every Update is one message");
  expect_equal(too_soon, 0, "4.1 RFC 7252 4.4: no message ID comes again within EXCHANGE_LIFETIME");
  expect_equal(zeros, 0, "0 is never used: an observation that has not notified has it");
  expect_equal(scene_statistics(&scene).retransmissions, 0, "and each is answered");
  scene_close(&scene);
}

static void boot(scene_t *scene, uint32_t lives_ms) {
  if (scene->device != NULL) {
    nbiot_device_destroy(scene->device);
  }
  scene_create(scene);
  nbiot_device_connect(scene->device, 0);
  scene_run(scene, lives_ms);
}

static void test_a_thousand_reboots(void) {
  scene_t scene;
  uint32_t count;
  uint32_t registered = 0;
  scene_open(&scene, 12);
  for (count = 0; count < 1000; count++) {
    boot(&scene, 100);
    registered += (uint32_t)scene_is_registered(&scene);
  }
  expect_equal(registered, 1000, "each boot registers anew");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 1000, "by one Register");
  expect_equal(nbiot_mock_trace_count(scene.world), 2000, "and nothing else");
  scene_close(&scene);
}

/* Where the message IDs of 2,000 lives begin, a life every 100 ms: all of them within EXCHANGE_LIFETIME. */
static void test_message_ids_in_a_reboot_storm(void) {
  static uint16_t ports[IDS];
  uint32_t parts[16] = {0};
  scene_t scene;
  nbiot_mock_record_t record;
  uint32_t count;
  uint32_t index;
  uint32_t again = 0;
  uint32_t from_the_same_port = 0;
  uint32_t even = 0;
  scene_open(&scene, 12);
  for (count = 0; count < 2000; count++) {
    boot(&scene, 100);
  }
  for (index = 0; nbiot_mock_trace_at(scene.world, index, &record) == 0; index++) {
    uint32_t id = (uint32_t)record.data[2] << 8 | record.data[3];
    if (record.from.bytes[3] == 2) {
      again += ports[id] != 0;
      from_the_same_port += ports[id] == record.from.port;
      ports[id] = record.from.port;
      parts[id / 4096] += 1;
    }
  }
  for (index = 0; index < 16; index++) {
    even += parts[index] >= 75 && parts[index] <= 175;
  }
  expect_equal(from_the_same_port, 0, "4.1 RFC 7252 4.4: no ID comes again from the same address");
  expect(again <= 60, "4.1 RFC 7252 4.4: the IDs of 2,000 lives meet as rarely as chance has them");
  expect_equal(even, 16, "4.1 RFC 7252 4.4: a life begins anywhere in the range");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 2000, "each life registers");
  expect_equal(nbiot_mock_server_counts(scene.server).duplicates, 0, "and is taken for no other");
  scene_close(&scene);
}

static void test_a_thousand_reboots_and_nobody_there(void) {
  scene_t scene;
  uint32_t count;
  scene_open(&scene, 12);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &silent, NBIOT_MOCK_ALWAYS);
  for (count = 0; count < 1000; count++) {
    boot(&scene, 84000);
  }
  expect(nbiot_mock_trace_count(scene.world) <= 5000, "a boot costs no more than MAX_RETRANSMIT + 1");
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &silent, 0);
  boot(&scene, 1000);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "the next one registers");
  scene_close(&scene);
}

int main(void) {
  test_two_hundred_days(0);
  test_two_hundred_days(0u - 5000);
  test_a_clock_that_stands_still();
  for (uint64_t seed = 1; seed <= 20; seed++) {
    test_a_clock_of_whole_seconds(seed);
  }
  test_message_ids();
  test_a_thousand_reboots();
  test_message_ids_in_a_reboot_storm();
  test_a_thousand_reboots_and_nobody_there();
  return check_summary();
}
