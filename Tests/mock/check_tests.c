/* check_tests.c - what is printed when an expectation does not hold.
 * SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200112L /* setenv */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "nbiot.h"
#include "pair.h"
#include "text.h"
#include "toy_device.h"

static void a_failure_tells_the_seed_the_time_and_the_journal(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(77);
  FILE *file = tmpfile();
  char text[2048];
  nbiot_mock_report_to(world, file);
  nbiot_mock_advance(world, 3723004);
  nbiot_mock_journal_note(world, "before");
  CHECK_EQUAL(NBIOT_MOCK_EXPECT(world, 2 < 1), 0);
  CHECK_EQUAL(nbiot_mock_failures(world), 1);
  text_of(file, text, sizeof text);
  CHECK(strstr(text, "check_tests.c:") != NULL);
  CHECK(strstr(text, "not so: 2 < 1\n") != NULL);
  CHECK(strstr(text, "seed 77, time 0d 01:02:03.004;") != NULL);
  CHECK(strstr(text, "NBIOT_MOCK_SEED=77") != NULL);
  CHECK(strstr(text, "0d 01:02:03.004  -- before\n") != NULL);
  nbiot_mock_world_destroy(world);
}

static void an_expectation_that_holds_prints_nothing(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  FILE *file = tmpfile();
  char text[64];
  nbiot_mock_report_to(world, file);
  CHECK_EQUAL(NBIOT_MOCK_EXPECT(world, world != NULL), 1);
  CHECK_EQUAL(NBIOT_MOCK_EXPECT_EQUAL(world, -1, -1), 1);
  CHECK_EQUAL(NBIOT_MOCK_EXPECT_EMPTY(world), 1);
  CHECK_EQUAL(nbiot_mock_failures(world), 0);
  CHECK_EQUAL(strlen(text_of(file, text, sizeof text)), 0);
  nbiot_mock_world_destroy(world);
}

static void the_journal_is_cut_to_twenty_lines_and_told_once(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  FILE *file = tmpfile();
  char text[4096];
  int i;
  nbiot_mock_report_to(world, file);
  for (i = 0; i < 30; i += 1) {
    nbiot_mock_journal_note(world, i == 9 ? "too old" : i == 10 ? "the first" : "another");
  }
  NBIOT_MOCK_EXPECT(world, 0);
  nbiot_mock_journal_note(world, "later");
  NBIOT_MOCK_EXPECT_EQUAL(world, 3, 4);
  text_of(file, text, sizeof text);
  CHECK(strstr(text, "last 20 of 30 lines") != NULL);
  CHECK(strstr(text, "the first") != NULL && strstr(text, "too old") == NULL);
  CHECK(strstr(text, "not so: 3: 3 instead of 4\n") != NULL);
  CHECK(strstr(text, "last 1 of 31 lines") != NULL);
  CHECK_EQUAL(lines_in(text), 3 + 20 + 3 + 1);
  CHECK_EQUAL(nbiot_mock_failures(world), 2);
  nbiot_mock_world_destroy(world);
}

static void a_world_that_is_not_empty_says_what_is_left(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  FILE *file = tmpfile();
  char text[4096];
  nbiot_mock_report_to(toy.world, file);
  toy_register(&toy);
  request.path = "/3303/0/5700";
  nbiot_mock_server_request(toy.server, &request);
  toy.hooks.unlock(toy.hooks.context);
  CHECK_EQUAL(NBIOT_MOCK_EXPECT_EMPTY(toy.world), 0);
  text_of(file, text, sizeof text);
  CHECK(strstr(text, "datagrams under way: 1, exchanges open: 1, "
                     "confirmable messages unacknowledged: 1, "
                     "10.0.0.2 sockets left open: 1, 10.0.0.2 bad unlocks: 1\n") != NULL);
  toy_destroy(&toy);
}

static void a_device_that_is_not_empty_says_what_is_left(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  nbiot_statistics_t statistics;
  FILE *file = tmpfile();
  char text[2048];
  memset(&statistics, 0, sizeof statistics);
  nbiot_mock_report_to(world, file);
  statistics.resources.used = 5;
  statistics.observations.used = 2;
  statistics.attributes.used = 1;
  CHECK_EQUAL(NBIOT_MOCK_EXPECT_DEVICE_EMPTY(world, &statistics, 2), 1);
  statistics.outstanding.used = 1;
  statistics.stored.used = 40;
  CHECK_EQUAL(NBIOT_MOCK_EXPECT_DEVICE_EMPTY(world, &statistics, 0), 0);
  text_of(file, text, sizeof text);
  CHECK(strstr(text, "notifications outstanding: 1, bytes of stored notifications: 40, "
                     "paths with attributes: 1, observations: 2 instead of 0\n") != NULL);
  nbiot_mock_world_destroy(world);
}

static void the_environment_overrides_the_seed(void) {
  nbiot_mock_world_t *world;
  setenv("NBIOT_MOCK_SEED", "12345", 1);
  world = nbiot_mock_world_create(1);
  CHECK_EQUAL(nbiot_mock_seed(world), 12345);
  nbiot_mock_world_destroy(world);
  unsetenv("NBIOT_MOCK_SEED");
  world = nbiot_mock_world_create(1);
  CHECK_EQUAL(nbiot_mock_seed(world), 1);
  nbiot_mock_world_destroy(world);
}

void check_tests(void) {
  test("a failed expectation tells the seed, the time and the journal",
       a_failure_tells_the_seed_the_time_and_the_journal);
  test("an expectation that holds prints nothing", an_expectation_that_holds_prints_nothing);
  test("a failed expectation tells the last twenty lines, each once",
       the_journal_is_cut_to_twenty_lines_and_told_once);
  test("a world that is not empty says what is left", a_world_that_is_not_empty_says_what_is_left);
  test("a device that is not empty says what is left",
       a_device_that_is_not_empty_says_what_is_left);
  test("NBIOT_MOCK_SEED overrides the seed of a world", the_environment_overrides_the_seed);
}
