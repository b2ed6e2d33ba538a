/* idle_tests.c - driving until nothing is left to happen.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "pair.h"
#include "toy_device.h"

#define QUIET 60000u

typedef struct sleeper {
  uint32_t wait_ms;
  uint32_t steps;
} sleeper_t;

static int32_t doze(void *context, uint32_t *wait_ms) {
  sleeper_t *sleeper = context;
  sleeper->steps += 1;
  *wait_ms = sleeper->wait_ms;
  return 0;
}

static void a_device_that_waits_for_ever_is_idle_at_once(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  sleeper_t sleeper = {0x7FFFFFFF, 0};
  CHECK_EQUAL(nbiot_mock_drive_idle(world, doze, &sleeper, QUIET, 10), 1);
  CHECK_EQUAL(nbiot_mock_now(world), 0);
  sleeper.wait_ms = QUIET;
  CHECK_EQUAL(nbiot_mock_drive_idle(world, doze, &sleeper, QUIET, 10), 1);
  nbiot_mock_world_destroy(world);
}

static void a_device_that_wants_to_be_called_sooner_is_not_idle(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  sleeper_t sleeper = {QUIET - 1, 0};
  CHECK_EQUAL(nbiot_mock_drive_idle(world, doze, &sleeper, QUIET, 10), NBIOT_MOCK_ERR_LIMIT);
  CHECK_EQUAL(sleeper.steps, 10);
  sleeper.wait_ms = 0;
  CHECK_EQUAL(nbiot_mock_drive_idle(world, doze, &sleeper, QUIET, 10), NBIOT_MOCK_ERR_LIMIT);
  nbiot_mock_world_destroy(world);
}

static void wake_it(void *context) { ((sleeper_t *)context)->wait_ms = 0x7FFFFFFF; }

static void a_world_with_a_happening_to_come_is_not_idle(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  sleeper_t sleeper = {QUIET, 0};
  nbiot_mock_at(world, 200000, wake_it, &sleeper);
  CHECK_EQUAL(nbiot_mock_pending(world).happenings, 1);
  CHECK(nbiot_mock_drive_idle(world, doze, &sleeper, QUIET, 10) > 1);
  CHECK_EQUAL(nbiot_mock_now(world), 200000);
  CHECK_EQUAL(nbiot_mock_pending(world).happenings, 0);
  nbiot_mock_world_destroy(world);
}

static void what_nobody_reads_is_told(void) {
  pair_t pair = pair_create(1);
  sleeper_t sleeper = {0x7FFFFFFF, 0};
  pair_send(&pair, "x", 1);
  CHECK_EQUAL(nbiot_mock_pending(pair.world).datagrams, 1);
  CHECK_EQUAL(nbiot_mock_drive_idle(pair.world, doze, &sleeper, QUIET, 10), NBIOT_MOCK_ERR_IDLE);
  CHECK_EQUAL(nbiot_mock_pending(pair.world).datagrams, 0);
  CHECK_EQUAL(nbiot_mock_pending(pair.world).unread, 1);
  nbiot_mock_world_destroy(pair.world);
}

static void an_open_exchange_is_awaited(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  int32_t exchange;
  toy_register(&toy);
  toy.manner = TOY_DEAF;
  request.path = "/3303/0/5700";
  exchange = nbiot_mock_server_request(toy.server, &request);
  CHECK_EQUAL(nbiot_mock_pending(toy.world).exchanges, 1);
  CHECK_EQUAL(nbiot_mock_pending(toy.world).confirmables, 1);
  CHECK(nbiot_mock_drive_idle(toy.world, toy_step, &toy, QUIET, 1000) > 0);
  CHECK_EQUAL(nbiot_mock_server_response(toy.server, exchange, NULL), NBIOT_MOCK_ERR_TIMEOUT);
  CHECK_EQUAL(nbiot_mock_pending(toy.world).confirmables, 0);
  toy_destroy(&toy);
}

static void an_answer_to_come_is_awaited(void) {
  nbiot_mock_answer_t late = {.delay_ms = 1500};
  toy_t toy = toy_create(1);
  nbiot_mock_server_answer(toy.server, NBIOT_MOCK_ON_REGISTER, &late, 1);
  toy_request(&toy, NBIOT_MOCK_POST, "rd", "ep=toy", NULL);
  toy_step(&toy, &(uint32_t){0});
  nbiot_mock_advance(toy.world, 1);
  CHECK_EQUAL(nbiot_mock_pending(toy.world).answers, 1);
  CHECK(nbiot_mock_drive_idle(toy.world, toy_step, &toy, QUIET, 1000) > 0);
  CHECK_EQUAL(nbiot_mock_now(toy.world), 1500);
  CHECK_EQUAL(toy.answer, 201);
  toy_destroy(&toy);
}

static void bad_arguments_are_refused(void) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  sleeper_t sleeper = {QUIET, 0};
  CHECK_EQUAL(nbiot_mock_drive_idle(NULL, doze, &sleeper, QUIET, 1), NBIOT_MOCK_ERR_BADPARAM);
  CHECK_EQUAL(nbiot_mock_drive_idle(world, NULL, &sleeper, QUIET, 1), NBIOT_MOCK_ERR_BADPARAM);
  CHECK_EQUAL(nbiot_mock_drive_idle(world, doze, &sleeper, 0, 1), NBIOT_MOCK_ERR_BADPARAM);
  CHECK_EQUAL(nbiot_mock_pending(NULL).datagrams, 0);
  nbiot_mock_world_destroy(world);
}

void idle_tests(void) {
  test("a device that waits long enough is idle at once",
       a_device_that_waits_for_ever_is_idle_at_once);
  test("a device that wants to be called sooner is not idle, and the limit ends the drive",
       a_device_that_wants_to_be_called_sooner_is_not_idle);
  test("a world with a happening to come is not idle",
       a_world_with_a_happening_to_come_is_not_idle);
  test("datagrams that nobody reads are told and end the drive", what_nobody_reads_is_told);
  test("an open exchange of a server is awaited", an_open_exchange_is_awaited);
  test("a delayed answer of a server is awaited", an_answer_to_come_is_awaited);
  test("the drive until idle refuses null arguments and a quiet of 0", bad_arguments_are_refused);
}
