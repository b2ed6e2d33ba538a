/* bootstrap_tests.c - the scripted server as a bootstrap server (LwM2M 5.2).
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "toy_device.h"

static const nbiot_mock_order_t orders[] = {
    {"/0/1", (const uint8_t *)"written", 7, 11542, NBIOT_MOCK_PUT},
    {"/", NULL, 0, -1, NBIOT_MOCK_GET},
    {"/bs", NULL, 0, -1, NBIOT_MOCK_POST},
};

static void run(toy_t *toy, uint32_t ms) { nbiot_mock_run(toy->world, toy_step, toy, ms); }

static int32_t code_of(const toy_t *toy, uint32_t index) {
  nbiot_mock_response_t response;
  int32_t state = nbiot_mock_server_order(toy->server, index, &response);
  return state == 1 ? response.code : state;
}

static void orders_follow_the_request_one_by_one(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_link_t slow = {.delay_min_ms = 100, .delay_max_ms = 100};
  CHECK_EQUAL(nbiot_mock_server_bootstrap(toy.server, orders, 3, 0), NBIOT_MOCK_OK);
  toy_link(&toy, &slow);
  CHECK_EQUAL(toy_ask(&toy, NBIOT_MOCK_POST, "bs", "ep=toy", NULL), 204);
  CHECK_EQUAL(code_of(&toy, 0), 0);
  run(&toy, 100);
  CHECK_EQUAL(code_of(&toy, 0), 204);
  CHECK_EQUAL(code_of(&toy, 1), 0);
  run(&toy, 200);
  CHECK_EQUAL(code_of(&toy, 1), 205);
  run(&toy, 200);
  CHECK_EQUAL(code_of(&toy, 2), 204);
  CHECK_EQUAL(code_of(&toy, 3), NBIOT_MOCK_ERR_NOT_FOUND);
  CHECK(memcmp(toy.value, "written", 7) == 0);
  CHECK_EQUAL(toy.requests, 3);
  CHECK_EQUAL(nbiot_mock_server_counts(toy.server).bootstraps, 1);
  toy_destroy(&toy);
}

static void a_pause_comes_before_each_order(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_server_bootstrap(toy.server, orders, 2, 500);
  toy_ask(&toy, NBIOT_MOCK_POST, "bs", "ep=toy", NULL);
  run(&toy, 499);
  CHECK_EQUAL(code_of(&toy, 0), NBIOT_MOCK_ERR_NOT_FOUND);
  run(&toy, 1);
  CHECK_EQUAL(code_of(&toy, 0), 204);
  CHECK_EQUAL(code_of(&toy, 1), NBIOT_MOCK_ERR_NOT_FOUND);
  run(&toy, 500);
  CHECK_EQUAL(code_of(&toy, 1), 205);
  toy_destroy(&toy);
}

static void each_request_begins_anew(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_server_bootstrap(toy.server, orders, 3, 1000);
  toy_ask(&toy, NBIOT_MOCK_POST, "bs", "ep=toy", NULL);
  run(&toy, 1500);
  CHECK_EQUAL(toy.requests, 1);
  toy_ask(&toy, NBIOT_MOCK_POST, "bs", "ep=toy", NULL);
  run(&toy, 10000);
  CHECK_EQUAL(toy.requests, 4);
  CHECK_EQUAL(code_of(&toy, 2), 204);
  CHECK_EQUAL(nbiot_mock_server_counts(toy.server).bootstraps, 2);
  toy_destroy(&toy);
}

static void an_order_without_an_answer_is_followed_by_the_next(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_server_bootstrap(toy.server, orders, 2, 0);
  toy.manner = TOY_RESET;
  toy_ask(&toy, NBIOT_MOCK_POST, "bs", "ep=toy", NULL);
  run(&toy, 1000);
  CHECK_EQUAL(code_of(&toy, 0), NBIOT_MOCK_ERR_RESET);
  CHECK_EQUAL(code_of(&toy, 1), NBIOT_MOCK_ERR_RESET);
  toy_destroy(&toy);
}

static void a_request_can_be_refused(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_answer_t refused = {.code = 403};
  nbiot_mock_order_t unknown = {"/", NULL, 0, -1, 0};
  CHECK_EQUAL(toy_ask(&toy, NBIOT_MOCK_POST, "bs", "ep=toy", NULL), 404);
  nbiot_mock_server_bootstrap(toy.server, orders, 3, 0);
  CHECK_EQUAL(toy_ask(&toy, NBIOT_MOCK_POST, "bs", NULL, NULL), 400);
  nbiot_mock_server_answer(toy.server, NBIOT_MOCK_ON_BOOTSTRAP, &refused, 1);
  CHECK_EQUAL(toy_ask(&toy, NBIOT_MOCK_POST, "bs", "ep=toy", NULL), 403);
  run(&toy, 1000);
  CHECK_EQUAL(toy.requests, 0);
  CHECK_EQUAL(nbiot_mock_server_counts(toy.server).bootstraps, 3);
  CHECK_EQUAL(nbiot_mock_server_bootstrap(NULL, orders, 3, 0), NBIOT_MOCK_ERR_BADPARAM);
  CHECK_EQUAL(nbiot_mock_server_bootstrap(toy.server, NULL, 1, 0), NBIOT_MOCK_ERR_BADPARAM);
  CHECK_EQUAL(nbiot_mock_server_bootstrap(toy.server, &unknown, 1, 0), NBIOT_MOCK_ERR_BADPARAM);
  unknown.method = NBIOT_MOCK_PUT;
  unknown.content_format = -2;
  CHECK_EQUAL(nbiot_mock_server_bootstrap(toy.server, &unknown, 1, 0), NBIOT_MOCK_ERR_BADPARAM);
  unknown.content_format = -1;
  unknown.payload = (const uint8_t *)"";
  unknown.payload_length = 1025;
  CHECK_EQUAL(nbiot_mock_server_bootstrap(toy.server, &unknown, 1, 0), NBIOT_MOCK_ERR_BADPARAM);
  toy_destroy(&toy);
}

void bootstrap_tests(void) {
  test("orders follow a Bootstrap-Request one by one", orders_follow_the_request_one_by_one);
  test("a pause comes before each order", a_pause_comes_before_each_order);
  test("each Bootstrap-Request begins anew", each_request_begins_anew);
  test("an order without an answer is followed by the next",
       an_order_without_an_answer_is_followed_by_the_next);
  test("a Bootstrap-Request can be refused", a_request_can_be_refused);
}
