/* observation_tests.c - what the scripted server hears of observed resources (RFC 7641).
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "toy_device.h"

static int32_t observe(toy_t *toy) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  toy_register(toy);
  request.path = "/3303/0/5700";
  request.observe = NBIOT_MOCK_OBSERVE_START;
  return nbiot_mock_server_ask(toy->server, &request, toy_step, toy, NULL);
}

static void run(toy_t *toy) { nbiot_mock_run(toy->world, toy_step, toy, 1000); }

static void notifications_are_kept_in_order(void) {
  toy_t toy = toy_create(1);
  int32_t exchange = observe(&toy);
  nbiot_mock_response_t first, second;
  CHECK(nbiot_mock_server_observing(toy.server, exchange));
  CHECK_EQUAL(nbiot_mock_server_notification_count(toy.server, exchange), 0);
  toy_notify(&toy, "21", 0, 205);
  run(&toy);
  toy_notify(&toy, "22", 1, 205);
  run(&toy);
  CHECK_EQUAL(nbiot_mock_server_notification_count(toy.server, exchange), 2);
  CHECK_EQUAL(nbiot_mock_server_notification(toy.server, exchange, 0, &first), NBIOT_MOCK_OK);
  CHECK_EQUAL(nbiot_mock_server_notification(toy.server, exchange, 1, &second), NBIOT_MOCK_OK);
  CHECK(strcmp((const char *)first.payload, "21") == 0);
  CHECK(strcmp((const char *)second.payload, "22") == 0);
  CHECK_EQUAL(first.confirmable, 0);
  CHECK_EQUAL(second.confirmable, 1);
  CHECK(second.observe > first.observe);
  CHECK_EQUAL(toy.acknowledgements, 1);
  CHECK_EQUAL(nbiot_mock_server_notification(toy.server, exchange, 2, &first),
              NBIOT_MOCK_ERR_NOT_FOUND);
  toy_destroy(&toy);
}

static void an_older_notification_is_counted_as_stale(void) {
  toy_t toy = toy_create(1);
  int32_t exchange = observe(&toy);
  toy.sequence = 10;
  toy_notify(&toy, "21", 0, 205);
  toy.sequence = 8;
  toy_notify(&toy, "20", 0, 205);
  toy.sequence = (1u << 24) - 1; /* older too, across the wrap */
  toy_notify(&toy, "19", 0, 205);
  toy.sequence = 11;
  toy_notify(&toy, "22", 0, 205);
  run(&toy);
  CHECK_EQUAL(nbiot_mock_server_notification_count(toy.server, exchange), 4);
  CHECK_EQUAL(nbiot_mock_server_stale_count(toy.server, exchange), 2);
  toy_destroy(&toy);
}

static void a_duplicated_notification_counts_once(void) {
  nbiot_mock_link_t doubling = {.duplication = 1000};
  toy_t toy = toy_create(1);
  int32_t exchange = observe(&toy);
  nbiot_mock_link(toy.radio, NBIOT_MOCK_UP, &doubling);
  toy_notify(&toy, "21", 1, 205);
  run(&toy);
  CHECK_EQUAL(nbiot_mock_server_notification_count(toy.server, exchange), 1);
  CHECK_EQUAL(nbiot_mock_server_counts(toy.server).duplicates, 1);
  CHECK_EQUAL(toy.acknowledgements, 2);
  toy_destroy(&toy);
}

static void a_cancellation_ends_the_observation(void) {
  toy_t toy = toy_create(1);
  int32_t exchange = observe(&toy);
  int32_t cancel = nbiot_mock_server_cancel(toy.server, exchange);
  nbiot_mock_response_t response;
  CHECK(cancel > exchange);
  run(&toy);
  CHECK_EQUAL(nbiot_mock_server_response(toy.server, cancel, &response), 1);
  CHECK_EQUAL(response.observe, -1);
  CHECK(!toy.observed);
  CHECK(!nbiot_mock_server_observing(toy.server, exchange));
  CHECK_EQUAL(nbiot_mock_server_cancel(toy.server, exchange), NBIOT_MOCK_ERR_NOT_FOUND);
  toy_destroy(&toy);
}

static void a_notification_that_crosses_a_cancellation_is_not_its_answer(void) {
  toy_t toy = toy_create(1);
  int32_t exchange = observe(&toy);
  int32_t cancel = nbiot_mock_server_cancel(toy.server, exchange);
  toy_notify(&toy, "21", 0, 205);
  nbiot_mock_advance(toy.world, 1);
  CHECK_EQUAL(nbiot_mock_server_response(toy.server, cancel, NULL), 0);
  CHECK_EQUAL(nbiot_mock_server_notification_count(toy.server, exchange), 1);
  run(&toy);
  CHECK_EQUAL(nbiot_mock_server_response(toy.server, cancel, NULL), 1);
  toy_destroy(&toy);
}

static void an_abandoned_observation_is_reset(void) {
  toy_t toy = toy_create(1);
  int32_t exchange = observe(&toy);
  CHECK_EQUAL(nbiot_mock_server_abandon(toy.server, exchange), NBIOT_MOCK_OK);
  toy_notify(&toy, "21", 0, 205);
  run(&toy);
  CHECK_EQUAL(toy.resets, 1);
  CHECK_EQUAL(nbiot_mock_server_counts(toy.server).unmatched, 1);
  CHECK_EQUAL(nbiot_mock_server_notification_count(toy.server, exchange), 0);
  toy_destroy(&toy);
}

static void an_error_is_the_last_notification(void) {
  toy_t toy = toy_create(1);
  int32_t exchange = observe(&toy);
  toy_notify(&toy, "", 0, 404);
  run(&toy);
  CHECK_EQUAL(nbiot_mock_server_notification_count(toy.server, exchange), 1);
  CHECK(!nbiot_mock_server_observing(toy.server, exchange));
  toy_destroy(&toy);
}

static void a_new_registration_ends_observations(void) {
  toy_t toy = toy_create(1);
  int32_t exchange = observe(&toy);
  CHECK_EQUAL(toy_register(&toy), 201);
  CHECK(!nbiot_mock_server_observing(toy.server, exchange));
  toy_notify(&toy, "21", 0, 205);
  run(&toy);
  CHECK_EQUAL(toy.resets, 1);
  toy_destroy(&toy);
}

static void notifications_can_be_left_unanswered_or_reset(void) {
  toy_t toy = toy_create(1);
  int32_t exchange = observe(&toy);
  nbiot_mock_answer_t answer = {.kind = NBIOT_MOCK_SILENT};
  nbiot_mock_server_answer(toy.server, NBIOT_MOCK_ON_NOTIFY, &answer, 1);
  toy_notify(&toy, "21", 1, 205);
  run(&toy);
  CHECK_EQUAL(toy.acknowledgements, 0);
  CHECK_EQUAL(nbiot_mock_server_notification_count(toy.server, exchange), 0);
  answer.kind = NBIOT_MOCK_RESET;
  nbiot_mock_server_answer(toy.server, NBIOT_MOCK_ON_NOTIFY, &answer, 1);
  toy_notify(&toy, "22", 1, 205);
  run(&toy);
  CHECK_EQUAL(toy.resets, 1);
  CHECK(!nbiot_mock_server_observing(toy.server, exchange));
  toy_destroy(&toy);
}

static void a_notification_from_a_rebound_port_still_matches(void) {
  toy_t toy = toy_create(1);
  int32_t exchange = observe(&toy);
  nbiot_mock_nat_rebind(toy.radio);
  toy_notify(&toy, "21", 1, 205);
  run(&toy);
  CHECK_EQUAL(nbiot_mock_server_notification_count(toy.server, exchange), 1);
  CHECK_EQUAL(toy.acknowledgements, 1);
  toy_destroy(&toy);
}

void observation_tests(void) {
  test("notifications are kept in order, confirmable ones acknowledged",
       notifications_are_kept_in_order);
  test("RFC 7641 3.4: an older notification is counted as stale",
       an_older_notification_is_counted_as_stale);
  test("a duplicated notification counts once and is acknowledged twice",
       a_duplicated_notification_counts_once);
  test("RFC 7641 3.6: a GET with Observe 1 ends the observation",
       a_cancellation_ends_the_observation);
  test("a notification that crosses a cancellation is not its answer",
       a_notification_that_crosses_a_cancellation_is_not_its_answer);
  test("RFC 7641 3.6: an abandoned observation is answered with a Reset",
       an_abandoned_observation_is_reset);
  test("RFC 7641 4.2: an error is the last notification", an_error_is_the_last_notification);
  test("LwM2M 5.3.1: a new registration ends observations", a_new_registration_ends_observations);
  test("notifications can be left unanswered or reset",
       notifications_can_be_left_unanswered_or_reset);
  test("a notification from a rebound port still matches",
       a_notification_from_a_rebound_port_still_matches);
}
