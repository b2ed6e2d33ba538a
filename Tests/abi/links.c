/* links.c - one thing at a time goes wrong with the link, the clock, the hooks or the server.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

static const nbiot_mock_answer_t silent = {NBIOT_MOCK_SILENT, 0, 0, 0, 0};

/* The time of the index-th datagram of the device; -1 = there were fewer. */
static int64_t sent_at(scene_t *scene, uint32_t index) {
  nbiot_mock_record_t record;
  uint32_t position;
  for (position = 0; nbiot_mock_trace_at(scene->world, position, &record) == 0; position++) {
    if (record.from.port != 5683 && index-- == 0) {
      return (int64_t)record.sent_ms;
    }
  }
  return -1;
}

static void test_the_first_wait_is_random(void) {
  unsigned distinct = 0;
  unsigned outside = 0;
  unsigned long_ones = 0;
  int64_t last = -1;
  uint64_t seed;
  for (seed = 1; seed <= 40; seed++) {
    scene_t scene;
    int64_t first;
    scene_open(&scene, seed);
    scene_create(&scene);
    nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &silent, 1);
    nbiot_device_connect(scene.device, 10);
    first = sent_at(&scene, 1);
    outside += first < 2000 || first > 3000;
    outside += sent_at(&scene, 2) != 3 * first;
    distinct += first != last;
    long_ones += first > 2500;
    last = first;
    scene_close(&scene);
  }
  expect_equal(outside, 0, "RFC 7252 4.2: the first wait is 2 ... 3 s and doubles");
  expect(distinct > 30, "RFC 7252 4.2: the first wait is random");
  expect(long_ones > 10 && long_ones < 30, "RFC 7252 4.2: evenly");
}

static void test_the_back_off_is_random(uint16_t code, int64_t base) {
  const nbiot_mock_answer_t refusal = {NBIOT_MOCK_PIGGYBACKED, 0, code, 0, 0};
  unsigned outside = 0;
  unsigned above = 0;
  uint64_t seed;
  for (seed = 1; seed <= 40; seed++) {
    scene_t scene;
    int64_t second;
    scene_open(&scene, seed);
    scene_create(&scene);
    nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &refusal, 1);
    expect_equal(nbiot_device_connect(scene.device, 10), NBIOT_ERR_REG_FAILED, "refused");
    scene_run(&scene, (uint32_t)(2 * base));
    second = sent_at(&scene, 1);
    outside += second < base * 3 / 4 || second > base * 5 / 4;
    above += second > base;
    scene_close(&scene);
  }
  expect_equal(outside, 0, "the next Register comes within a quarter of the back-off");
  expect(above > 8 && above < 32, "on either side of it");
}

static void test_the_server_is_silent_then_back(void) {
  scene_t scene;
  scene_open(&scene, 5);
  scene_create(&scene);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &silent, NBIOT_MOCK_ALWAYS);
  expect_equal(nbiot_device_connect(scene.device, 200), NBIOT_ERR_TIMEOUT, "nobody answers");
  scene_expect_event(&scene, NBIOT_EVENT_CONNECT_SUCCESS, 0, 0, "the link is there");
  scene_expect_event(&scene, NBIOT_EVENT_REG_TIMEOUT, 0, 0, "but no answer");
  scene_run(&scene, 24 * 3600000u);
  expect(nbiot_mock_trace_count(scene.world) < 400, "a day of trying does not hammer");
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &silent, 0);
  scene_run(&scene, 2 * 3600000u);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "then it is accepted");
  scene_close(&scene);
}

static void test_the_server_restarts(void) {
  scene_t scene;
  scene_open(&scene, 5);
  scene_create(&scene);
  scene_register(&scene);
  scene.seen = scene.event_count;
  nbiot_mock_server_forget(scene.server);
  scene_run(&scene, 300000);
  scene_expect_event(&scene, NBIOT_EVENT_UPDATE_FAILED, 404, 0, "the Update is refused");
  scene_expect_event(&scene, NBIOT_EVENT_REG_SUCCESS, 201, 0, "one Register follows at once");
  expect_equal(scene.event_count - scene.seen, 0, "and that is all");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 2, "two Registers in all");
  scene_close(&scene);
}

static void test_the_lifetime_passes(void) {
  scene_t scene;
  uint32_t index;
  int anew = 0;
  scene_open(&scene, 5);
  scene.config.life_time = 60;
  scene_create(&scene);
  scene_register(&scene);
  nbiot_mock_radio(scene.radio, 0);
  scene_run(&scene, 70000);
  for (index = 0; index < scene.event_count; index++) {
    anew += scene.events[index].id == NBIOT_EVENT_LIFETIME_TIMEOUT ||
            scene.events[index].id == NBIOT_EVENT_UPDATE_TIMEOUT;
  }
  expect_equal(anew, 1, "without an Update the registration is over after its lifetime");
  nbiot_mock_radio(scene.radio, 1);
  scene_run(&scene, 600000);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "and is made again");
  scene_close(&scene);
}

static void test_a_broken_socket_is_reopened(uint8_t fault) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/3/0/16");
  scene_t scene;
  scene_open(&scene, 6);
  scene_create(&scene);
  scene_register(&scene);
  nbiot_mock_fault(scene.radio, fault, 1);
  nbiot_mock_server_request(scene.server, &request);
  expect_equal(nbiot_device_step(scene.device, 0), NBIOT_ERR_SOCKET, "step tells");
  expect_equal(nbiot_device_socket(scene.device), -1, "the broken socket is closed");
  expect_equal(scene_statistics(&scene).socket_errors, 1, "and counted");
  scene_run(&scene, 60000);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "registered again");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 2, "by one Register");
  scene_close(&scene);
}

static void test_a_socket_that_cannot_be_opened(void) {
  scene_t scene;
  scene_open(&scene, 6);
  scene_create(&scene);
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_OPEN, 1);
  expect_equal(nbiot_device_connect(scene.device, 60), NBIOT_ERR_SOCKET, "connect tells");
  scene_expect_event(&scene, NBIOT_EVENT_CONNECT_FAILED, 0, 0, "so does an event");
  expect_equal(nbiot_device_connect(scene.device, 60), NBIOT_ERR_OK, "the next one opens");
  scene_close(&scene);
}

static void test_resolution(void) {
  scene_t scene;
  uint64_t start;
  scene_open(&scene, 6);
  scene.config.uri = "coap://lwm2m.example";
  nbiot_mock_name(scene.world, "lwm2m.example", nbiot_mock_address("10.0.0.1", 0));
  scene_create(&scene);
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RESOLVE, 1);
  expect_equal(nbiot_device_connect(scene.device, 60), NBIOT_ERR_INVALID_URI,
               "a name that does not resolve");
  scene_expect_event(&scene, NBIOT_EVENT_CONNECT_FAILED, 0, 0, "is an event");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_WAITING, "and tried again later");
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RESOLVE_PENDING, 20);
  start = nbiot_mock_now(scene.world);
  expect_equal(nbiot_device_connect(scene.device, 0), NBIOT_ERR_TIMEOUT, "a slow resolver");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_CONNECTING, "is waited for");
  expect_equal(nbiot_device_connect(scene.device, 60), NBIOT_ERR_OK, "until it knows");
  expect(nbiot_mock_now(scene.world) - start >= 1000, "without asking all the time");
  scene_close(&scene);
}

static void test_a_socket_without_room(void) {
  scene_t scene;
  scene_open(&scene, 6);
  scene_create(&scene);
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_SEND_LATER, 10);
  expect_equal(nbiot_device_connect(scene.device, 1), NBIOT_ERR_OK, "registered all the same");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 1, "by one Register");
  expect_equal(nbiot_mock_server_counts(scene.server).duplicates, 0, "sent once");
  expect_equal(scene_statistics(&scene).datagrams_out, 1, "and counted once");
  scene_close(&scene);
}

/* When the n-th datagram of the device left, in ms; 0 = there is none. */
static uint64_t left_at(const scene_t *scene, uint32_t n) {
  nbiot_mock_record_t record;
  for (uint32_t index = 0; nbiot_mock_trace_at(scene->world, index, &record) == NBIOT_MOCK_OK; index++) {
    if (record.from.bytes[3] == 2 && n-- == 0) return record.sent_ms;
  }
  return 0;
}

static void test_a_radio_that_takes_its_time(void) {
  static const nbiot_mock_answer_t silent = {NBIOT_MOCK_SILENT, 0, 0, 0, 0};
  scene_t scene;
  uint64_t first;
  scene_open(&scene, 6);
  scene_create(&scene);
  scene_register(&scene);
  nbiot_mock_trace_clear(scene.world);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_UPDATE, &silent, NBIOT_MOCK_ALWAYS);
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_SEND_LATER, 500);
  nbiot_device_update(scene.device, 0, 0);
  scene_run(&scene, 30000);
  first = left_at(&scene, 0);
  expect(first >= 5000, "the radio is on after some seconds");
  expect(left_at(&scene, 1) >= first + 2000, "RFC 7252 4.2: the time-out begins when the message leaves");
  expect(left_at(&scene, 1) <= first + 3000, "and is no longer than that of any other");
  expect(left_at(&scene, 2) - left_at(&scene, 1) == 2 * (left_at(&scene, 1) - first), "it doubles from there");
  scene_close(&scene);
}

static void test_randomness(void) {
  scene_t scene;
  uint32_t before;
  scene_open(&scene, 6);
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RANDOM, 1);
  expect_equal(scene_create(&scene), NBIOT_ERR_RANDOM, "create needs randomness");
  expect(scene.device == NULL, "and leaves dev untouched");
  expect_equal(scene_create(&scene), NBIOT_ERR_OK, "the next one has it");
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RANDOM, NBIOT_MOCK_ALWAYS);
  expect_equal(nbiot_device_connect(scene.device, 30), NBIOT_ERR_TIMEOUT, "without randomness");
  expect_equal(nbiot_mock_trace_count(scene.world), 0, "nothing is sent");
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RANDOM, 0);
  expect_equal(nbiot_device_connect(scene.device, 30), NBIOT_ERR_OK, "with it, it registers");
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RANDOM, NBIOT_MOCK_ALWAYS);
  before = scene_statistics(&scene).datagrams_out;
  expect_equal(scene_get(&scene, "/3/0/16", NULL), 205, "an answer needs none");
  expect_equal(scene_statistics(&scene).datagrams_out, before + 1, "and leaves");
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RANDOM, 0);
  scene_close(&scene);
}

static void test_the_clock_wraps(uint32_t before_wrap) {
  scene_t scene;
  scene_open_at(&scene, 8, 0u - before_wrap);
  scene_create(&scene);
  scene_register(&scene);
  scene_run(&scene, 3600000);
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 1, "one Register before the wrap");
  expect(nbiot_mock_server_counts(scene.server).updates >= 12, "and its Updates after it");
  expect_equal(scene_statistics(&scene).clock_steps, 0, "a wrap is no step back");
  scene_close(&scene);
}

static void test_the_clock_steps_back(void) {
  scene_t scene;
  uint32_t round;
  scene_open(&scene, 8);
  scene_create(&scene);
  scene_register(&scene);
  for (round = 0; round < 60; round++) {
    nbiot_mock_clock_step(scene.radio, -1000);
    scene_run(&scene, 60000);
  }
  expect_equal(scene_statistics(&scene).clock_steps, 60, "every step back is counted");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 1, "none costs the registration");
  expect(nbiot_mock_server_counts(scene.server).updates >= 12, "the Updates come");
  scene_close(&scene);
}

static void test_a_long_sleep(void) {
  scene_t scene;
  uint32_t wait_ms = 0;
  scene_open(&scene, 8);
  scene_create(&scene);
  expect_equal(nbiot_device_poll(scene.device, &wait_ms), NBIOT_ERR_NOT_REGISTER, "an idle poll");
  expect_equal(wait_ms, INT32_MAX, "sleeps as long as it may, 2^31-1 ms");
  scene_register(&scene);
  nbiot_device_poll(scene.device, &wait_ms);
  expect(wait_ms > 200000 && wait_ms <= 300000, "a registered device sleeps until its Update");
  nbiot_mock_advance(scene.world, 86400000);
  nbiot_device_poll(scene.device, &wait_ms);
  scene_run(&scene, 1000);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "a poll a day late");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 2, "registers anew");
  scene_close(&scene);
}

/* Runs a scene with a silent server, polled either when wait_ms says so or all the time. */
static void run_polled(scene_t *scene, int eagerly) {
  uint32_t passed;
  scene_open(scene, 77);
  scene_create(scene);
  nbiot_mock_server_answer(scene->server, NBIOT_MOCK_ON_REGISTER, &silent, 1);
  nbiot_device_connect(scene->device, 0);
  if (!eagerly) {
    scene_run(scene, 400000);
    return;
  }
  for (passed = 0; passed < 400000; passed += 1) {
    nbiot_device_poll(scene->device, NULL);
    nbiot_mock_advance(scene->world, 1);
  }
}

static void test_a_spurious_poll_changes_nothing(void) {
  scene_t calm;
  scene_t eager;
  nbiot_mock_record_t one;
  nbiot_mock_record_t other;
  uint32_t index;
  uint32_t differing = 0;
  run_polled(&calm, 0);
  run_polled(&eager, 1);
  expect(nbiot_mock_trace_count(calm.world) > 8, "there is something to compare");
  expect_equal(nbiot_mock_trace_count(calm.world), nbiot_mock_trace_count(eager.world),
               "400000 polls send what a few do");
  for (index = 0; nbiot_mock_trace_at(calm.world, index, &one) == 0 &&
                  nbiot_mock_trace_at(eager.world, index, &other) == 0;
       index++) {
    differing += one.sent_ms != other.sent_ms || one.length != other.length ||
                 memcmp(one.data, other.data, one.length) != 0;
  }
  expect_equal(differing, 0, "the same bytes at the same time");
  scene_close(&calm);
  scene_close(&eager);
}

/* The platform refuses a device it does not know, or whose code is wrong. */
static void test_registration_is_refused(void) {
  nbiot_mock_answer_t refused = {.code = 403};
  uint32_t seed;
  for (seed = 1; seed <= 8; seed += 1) {
    scene_t scene;
    scene_open(&scene, seed);
    scene_create(&scene);
    nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &refused, 1);
    expect_equal(nbiot_device_connect(scene.device, 60), NBIOT_ERR_REG_FAILED, "connect fails");
    scene_expect_event(&scene, NBIOT_EVENT_CONNECT_SUCCESS, 0, 0, "the link stood");
    scene_expect_event(&scene, NBIOT_EVENT_REG_FAILED, 403, 0, "the event has the code");
    expect_equal(scene_next_event(&scene).id, 0, "nothing else is told");
    expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_WAITING, "the device waits");
    expect_equal(nbiot_device_step(scene.device, 0), NBIOT_ERR_REG_FAILED, "step says why");
    expect_equal(nbiot_device_socket(scene.device), -1, "the socket is closed");
    scene_run(&scene, 44900);
    expect_equal(nbiot_mock_server_counts(scene.server).registers, 1,
                 "no second Register within 60 s less a quarter");
    scene_run(&scene, 30200);
    expect_equal(nbiot_mock_server_counts(scene.server).registers, 2, "one within a quarter more");
    expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "which is accepted");
    scene_close(&scene);
  }
}

int main(void) {
  test_registration_is_refused();
  test_the_first_wait_is_random();
  test_the_back_off_is_random(403, 60000);
  test_the_back_off_is_random(503, 30000);
  test_the_server_is_silent_then_back();
  test_the_server_restarts();
  test_the_lifetime_passes();
  test_a_broken_socket_is_reopened(NBIOT_MOCK_FAULT_SEND_BROKEN);
  test_a_broken_socket_is_reopened(NBIOT_MOCK_FAULT_RECEIVE_BROKEN);
  test_a_socket_that_cannot_be_opened();
  test_resolution();
  test_a_socket_without_room();
  test_a_radio_that_takes_its_time();
  test_randomness();
  test_the_clock_wraps(1000);
  test_the_clock_wraps(1800000);
  test_the_clock_wraps(1);
  test_the_clock_steps_back();
  test_a_long_sleep();
  test_a_spurious_poll_changes_nothing();
  return check_summary();
}
