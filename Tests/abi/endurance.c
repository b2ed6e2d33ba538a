/* endurance.c - a bad link for days: what the device sends meanwhile, and how soon it is back. The bounds are
 * those of ports/LINK.md.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "rate.h"
#include "scene.h"

#define SEEDS 12u
#define MINUTE 60000u
#define HOUR RATE_HOUR
#define DAY (24u * HOUR)
/* Until the next attempt when nothing was refused, and a full cycle of retransmissions. */
#define BACK_AGAIN (HOUR + 93000u)

static const nbiot_mock_answer_t silent = {NBIOT_MOCK_SILENT, 0, 0, 0, 0};
static const nbiot_mock_answer_t reset = {NBIOT_MOCK_RESET, 0, 0, 0, 0};
static rate_t rate;
/* Of the busiest hours of all seeds. */
static uint32_t most_datagrams;
static uint32_t most_bytes;

static void run_days(scene_t *scene, uint32_t days) {
  while (days-- > 0) {
    scene_run(scene, DAY);
  }
}

/* How long until the device is registered, in ms; -1 = longer than a day. */
static int64_t time_to_register(scene_t *scene) {
  uint64_t start = nbiot_mock_now(scene->world);
  while (nbiot_device_state(scene->device) != NBIOT_STATE_REGISTERED) {
    scene_run(scene, 1000);
    if (nbiot_mock_now(scene->world) - start > DAY) {
      return -1;
    }
  }
  return (int64_t)(nbiot_mock_now(scene->world) - start);
}

static void expect_rate(scene_t *scene, uint64_t from_ms, uint32_t datagrams,
                        const char *sentence) {
  rate_measure(&rate, scene, from_ms);
  if (rate.datagrams > datagrams) {
    printf("%u an hour: ", (unsigned)rate.datagrams);
  }
  expect(rate.datagrams <= datagrams, sentence);
  most_datagrams = rate.datagrams > most_datagrams ? rate.datagrams : most_datagrams;
  most_bytes = rate.bytes > most_bytes ? rate.bytes : most_bytes;
}

static void expect_nothing_left(scene_t *scene) {
  nbiot_statistics_t statistics = scene_statistics(scene);
  expect_equal(statistics.deferred.used + statistics.outstanding.used, 0, "nothing is left over");
}

static void open_long_lived(scene_t *scene, uint64_t seed) {
  scene_open(scene, seed);
  scene->config.life_time = 86400;
  scene_create(scene);
}

static void test_a_server_that_is_silent_for_a_day(uint64_t seed) {
  scene_t scene;
  int64_t back;
  uint8_t preset = (uint8_t)(seed % 2);
  scene_open(&scene, seed);
  scene.config.life_time = 86400;
  scene.config.transmission = preset;
  scene_create(&scene);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &silent, NBIOT_MOCK_ALWAYS);
  nbiot_device_connect(scene.device, 0);
  scene_run(&scene, DAY + (uint32_t)seed * 7 * MINUTE);
  expect_rate(&scene, 0, 40, "no hour has more than 40 datagrams");
  expect_rate(&scene, 2 * HOUR, 10, "none after the second has more than 10");
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &silent, 0);
  back = time_to_register(&scene);
  expect(back >= 0 && back <= HOUR + (preset == NBIOT_TRANSMISSION_NBIOT ? 697000 : 93000),
         "it is back within an hour and MAX_TRANSMIT_WAIT");
  scene_close(&scene);
}

static void test_a_device_that_is_deaf_for_a_week(uint64_t seed, uint8_t policy) {
  scene_t scene;
  int64_t back;
  scene_open(&scene, seed);
  scene.config.life_time = 86400;
  scene.config.rebind = policy;
  scene_create(&scene);
  scene_register(&scene);
  run_days(&scene, 1);
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 1, "a good day has one Register");
  nbiot_mock_trace_clear(scene.world);
  nbiot_mock_radio(scene.radio, 0);
  run_days(&scene, 7);
  scene_run(&scene, (uint32_t)seed * 5 * MINUTE);
  expect_equal(nbiot_device_state(scene.device) == NBIOT_STATE_REGISTERED, 0, "it knows");
  /* The Update that fails, then Registers. */
  expect_rate(&scene, 0, 45, "the first hour has an Update more");
  nbiot_mock_radio(scene.radio, 1);
  back = time_to_register(&scene);
  expect(back >= 0 && back <= BACK_AGAIN, "back within an hour and MAX_TRANSMIT_WAIT");
  expect_nothing_left(&scene);
  scene_close(&scene);
}

static void test_names_that_do_not_resolve(uint64_t seed) {
  scene_t scene;
  int64_t back;
  scene_open(&scene, seed);
  scene.config.uri = "coap://lwm2m.example";
  nbiot_mock_name(scene.world, "lwm2m.example", nbiot_mock_address("10.0.0.1", 0));
  scene_create(&scene);
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RESOLVE, NBIOT_MOCK_ALWAYS);
  nbiot_device_connect(scene.device, 0);
  scene_run(&scene, 6 * HOUR);
  expect_equal(nbiot_mock_trace_count(scene.world), 0, "nothing is sent to nobody");
  expect(scene.event_count >= 9 && scene.event_count <= 16, "the resolver is asked rarely");
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RESOLVE, 0);
  back = time_to_register(&scene);
  expect(back >= 0 && back <= HOUR + 1000, "back within an hour");
  scene_close(&scene);
}

static void test_a_resolver_that_takes_hours(void) {
  scene_t scene;
  uint32_t wait_ms = 0;
  scene_open(&scene, 3);
  scene.config.uri = "coap://lwm2m.example";
  nbiot_mock_name(scene.world, "lwm2m.example", nbiot_mock_address("10.0.0.1", 0));
  scene_create(&scene);
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RESOLVE_PENDING, NBIOT_MOCK_ALWAYS);
  nbiot_device_connect(scene.device, 0);
  scene_run(&scene, 3 * HOUR);
  nbiot_device_poll(scene.device, &wait_ms);
  expect_equal(wait_ms, 100, "it is asked ten times a second, and no more often");
  expect_equal(scene.event_count, 0, "slow is not failed");
  nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RESOLVE_PENDING, 0);
  expect(time_to_register(&scene) <= 1000, "registered as soon as the name is known");
  scene_close(&scene);
}

static void test_resets_to_everything(uint64_t seed) {
  scene_t scene;
  int64_t back;
  open_long_lived(&scene, seed);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &reset, NBIOT_MOCK_ALWAYS);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_UPDATE, &reset, NBIOT_MOCK_ALWAYS);
  nbiot_device_connect(scene.device, 0);
  run_days(&scene, 7);
  expect_rate(&scene, 0, 7, "no hour has more than 7 Registers");
  expect_rate(&scene, DAY, 1, "from the second day on there is one in 18 h");
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &reset, 0);
  back = time_to_register(&scene);
  expect(back >= 0, "back within a day");
  nbiot_mock_trace_clear(scene.world);
  run_days(&scene, 7);
  rate_measure(&rate, &scene, 0);
  expect(rate.sent <= 14, "an Update that is reset costs one Register, once in a lifetime");
  scene_close(&scene);
}

static void test_a_server_that_is_busy(uint32_t max_age_s, uint32_t a_day) {
  const nbiot_mock_answer_t busy = {NBIOT_MOCK_PIGGYBACKED, 0, 503, 0, max_age_s};
  scene_t scene;
  int64_t back;
  open_long_lived(&scene, max_age_s);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &busy, NBIOT_MOCK_ALWAYS);
  nbiot_device_connect(scene.device, 0);
  run_days(&scene, 1);
  expect_rate(&scene, 0, 8, "no hour has more than 8 Registers");
  expect_rate(&scene, 2 * HOUR, 2, "none after the second more than 2");
  expect(rate.sent <= a_day, "Max-Age is honoured, up to an hour");
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &busy, 0);
  back = time_to_register(&scene);
  expect(back >= 0 && back <= BACK_AGAIN, "back within an hour");
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_UPDATE, &busy, NBIOT_MOCK_ALWAYS);
  nbiot_mock_trace_clear(scene.world);
  expect_equal(nbiot_device_update(scene.device, 604800, 0), NBIOT_ERR_OK, "a new lifetime");
  run_days(&scene, 1);
  expect_rate(&scene, 0, 8, "nor of Updates");
  rate_measure(&rate, &scene, nbiot_mock_now(scene.world) - DAY + 2 * HOUR);
  expect(rate.datagrams <= 2, "nor of those after the second hour");
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED, "it stays registered");
  scene_close(&scene);
}

static void test_only_the_server_sees_the_new_address(void) {
  scene_t scene;
  scene_open(&scene, 4);
  scene_create(&scene);
  scene_register(&scene);
  scene.seen = scene.event_count;
  nbiot_mock_nat_rebind(scene.radio);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_UPDATE, &silent, 1);
  scene_run(&scene, 400000);
  scene_expect_event(&scene, NBIOT_EVENT_UPDATE_TIMEOUT, 0, 0, "the Update is not answered");
  scene_expect_event(&scene, NBIOT_EVENT_REG_SUCCESS, 201, 0, "one Register follows at once");
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 2, "only one");
  expect_equal(scene_get(&scene, "/3/0/16", NULL), 205, "and the server reaches the device");
  scene_close(&scene);
}

/* A link that lets Register through and breaks: the worst the back-off allows. */
static void test_a_socket_that_breaks_after_each_registration(void) {
  scene_t scene;
  uint32_t hours_ms;
  open_long_lived(&scene, 5);
  nbiot_device_connect(scene.device, 0);
  for (hours_ms = 0; hours_ms < 6 * HOUR; hours_ms += 1000) {
    if (nbiot_device_state(scene.device) == NBIOT_STATE_REGISTERED) {
      nbiot_mock_fault(scene.radio, NBIOT_MOCK_FAULT_RECEIVE_BROKEN, 1);
    }
    nbiot_device_poll(scene.device, NULL);
    nbiot_mock_advance(scene.world, 1000);
  }
  rate_measure(&rate, &scene, 0);
  expect(rate.datagrams > 80 && rate.datagrams <= 160, "no more than one Register in 22.5 s");
  scene_close(&scene);
}

int main(void) {
  uint64_t seed;
  for (seed = 1; seed <= SEEDS; seed++) {
    test_a_server_that_is_silent_for_a_day(seed);
    test_a_device_that_is_deaf_for_a_week(seed, (uint8_t)(seed % 2));
    test_names_that_do_not_resolve(seed);
    test_resets_to_everything(seed);
  }
  test_a_server_that_is_busy(0, 40);
  test_a_server_that_is_busy(600, 40);
  test_a_server_that_is_busy(7200, 25);
  expect_equal(most_datagrams, 40, "datagrams of the busiest hour: ports/LINK.md says so");
  expect_equal(most_bytes, 3095, "their bytes: ports/LINK.md says so");
  test_a_resolver_that_takes_hours();
  test_only_the_server_sees_the_new_address();
  test_a_socket_that_breaks_after_each_registration();
  return check_summary();
}
