/* exchange_tests.c - requests of the scripted server.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "toy_device.h"

static nbiot_mock_request_t get(void) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  request.path = "/3303/0/5700";
  return request;
}

static void a_read_brings_the_value(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_request_t request = get();
  nbiot_mock_response_t response;
  int32_t exchange;
  toy_register(&toy);
  exchange = nbiot_mock_server_ask(toy.server, &request, toy_step, &toy, &response);
  CHECK(exchange >= 0);
  CHECK_EQUAL(response.code, 205);
  CHECK_EQUAL(response.content_format, 0);
  CHECK_EQUAL(response.observe, -1);
  CHECK_EQUAL(response.piggybacked, 1);
  CHECK(strcmp((const char *)response.payload, "20.5") == 0);
  CHECK_EQUAL(nbiot_mock_server_transmissions(toy.server, exchange), 1);
  toy_destroy(&toy);
}

static void a_request_is_encoded_as_asked(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_request_t request = get();
  nbiot_mock_record_t record;
  char text[120];
  toy_register(&toy);
  nbiot_mock_trace_clear(toy.world);
  request.method = NBIOT_MOCK_PUT;
  request.non_confirmable = 1;
  request.query = "pmin=1&pmax=10";
  request.accept = 11542;
  request.content_format = 0;
  request.payload = (const uint8_t *)"42";
  request.payload_length = 2;
  request.token = (const uint8_t *)"\xA0\xA1";
  request.token_length = 2;
  CHECK(nbiot_mock_server_ask(toy.server, &request, toy_step, &toy, NULL) >= 0);
  CHECK_EQUAL(nbiot_mock_trace_at(toy.world, 0, &record), NBIOT_MOCK_OK);
  nbiot_mock_coap_summary(record.data, record.length, text, sizeof text);
  CHECK(strstr(text, "NON PUT") == text);
  CHECK(strstr(text, " [a0a1] /3303/0/5700?pmin=1&pmax=10 format=0 accept=11542 (2 bytes)"));
  CHECK(memcmp(toy.value, "42", 2) == 0);
  toy_destroy(&toy);
}

static void a_separate_response_is_acknowledged(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_request_t request = get();
  nbiot_mock_response_t response;
  toy_register(&toy);
  toy.manner = TOY_SEPARATE;
  CHECK(nbiot_mock_server_ask(toy.server, &request, toy_step, &toy, &response) >= 0);
  CHECK_EQUAL(response.piggybacked, 0);
  CHECK_EQUAL(response.confirmable, 1);
  nbiot_mock_run(toy.world, toy_step, &toy, 1);
  CHECK_EQUAL(toy.acknowledgements, 1);
  toy_destroy(&toy);
}

static void a_deaf_device_gets_five_transmissions(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_request_t request = get();
  int32_t exchange;
  toy_register(&toy);
  toy.manner = TOY_DEAF;
  exchange = nbiot_mock_server_request(toy.server, &request);
  nbiot_mock_run(toy.world, toy_step, &toy, 100000);
  CHECK_EQUAL(nbiot_mock_server_response(toy.server, exchange, NULL), NBIOT_MOCK_ERR_TIMEOUT);
  CHECK_EQUAL(nbiot_mock_server_transmissions(toy.server, exchange), 5);
  CHECK_EQUAL(toy.requests, 5);
  CHECK(nbiot_mock_server_ask(toy.server, &request, toy_step, &toy, NULL) ==
        NBIOT_MOCK_ERR_TIMEOUT);
  toy_destroy(&toy);
}

static void an_answered_request_is_not_sent_again(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_request_t request = get();
  toy_register(&toy);
  CHECK(nbiot_mock_server_ask(toy.server, &request, toy_step, &toy, NULL) >= 0);
  nbiot_mock_run(toy.world, toy_step, &toy, 300000);
  CHECK_EQUAL(toy.requests, 1);
  toy_destroy(&toy);
}

static void a_wrong_token_and_a_reset_are_told(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_request_t request = get();
  toy_register(&toy);
  toy.manner = TOY_WRONG_TOKEN;
  CHECK_EQUAL(nbiot_mock_server_ask(toy.server, &request, toy_step, &toy, NULL),
              NBIOT_MOCK_ERR_TOKEN);
  toy.manner = TOY_RESET;
  CHECK_EQUAL(nbiot_mock_server_ask(toy.server, &request, toy_step, &toy, NULL),
              NBIOT_MOCK_ERR_RESET);
  toy_destroy(&toy);
}

static void lost_answers_are_asked_for_again(void) {
  nbiot_mock_link_t bad = {.loss = 300, .delay_min_ms = 50, .delay_max_ms = 400};
  toy_t toy = toy_create(8);
  nbiot_mock_request_t request = get();
  uint32_t transmissions = 0;
  int i, answered = 0;
  toy_register(&toy);
  toy_link(&toy, &bad);
  for (i = 0; i < 50; i += 1) {
    int32_t exchange = nbiot_mock_server_ask(toy.server, &request, toy_step, &toy, NULL);
    answered += exchange >= 0;
    transmissions += nbiot_mock_server_transmissions(toy.server, exchange);
  }
  CHECK(answered >= 44);
  CHECK(transmissions > (uint32_t)answered);
  toy_destroy(&toy);
}

static void bad_requests_are_refused(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_request_t request = get();
  CHECK_EQUAL(nbiot_mock_server_request(toy.server, &request), NBIOT_MOCK_ERR_NOT_FOUND);
  request.to = nbiot_mock_address("10.0.0.2", 49152);
  CHECK(nbiot_mock_server_request(toy.server, &request) >= 0);
  request.method = 5;
  CHECK_EQUAL(nbiot_mock_server_request(toy.server, &request), NBIOT_MOCK_ERR_BADPARAM);
  request.method = NBIOT_MOCK_GET;
  request.token_length = 9;
  CHECK(nbiot_mock_server_request(toy.server, &request) >= 0); /* chance is the token */
  request.accept = -2;
  CHECK_EQUAL(nbiot_mock_server_request(toy.server, &request), NBIOT_MOCK_ERR_BADPARAM);
  request.accept = -1;
  request.to.family = NBIOT_FAMILY_IPV6;
  CHECK_EQUAL(nbiot_mock_server_request(toy.server, &request), NBIOT_MOCK_ERR_BADPARAM);
  request = get();
  request.endpoint = "nobody";
  CHECK_EQUAL(nbiot_mock_server_request(toy.server, &request), NBIOT_MOCK_ERR_NOT_FOUND);
  CHECK_EQUAL(nbiot_mock_server_request(NULL, &request), NBIOT_MOCK_ERR_BADPARAM);
  CHECK_EQUAL(nbiot_mock_server_response(toy.server, 99, NULL), NBIOT_MOCK_ERR_NOT_FOUND);
  CHECK(nbiot_mock_server_add(toy.host, 5683) == NULL);
  CHECK(nbiot_mock_server_add(toy.host, 5684) != NULL);
  toy_destroy(&toy);
}

void exchange_tests(void) {
  test("a read brings the value", a_read_brings_the_value);
  test("a request is encoded as asked", a_request_is_encoded_as_asked);
  test("RFC 7252 5.2.2: a separate response is acknowledged", a_separate_response_is_acknowledged);
  test("RFC 7252 4.2: a deaf device gets five transmissions",
       a_deaf_device_gets_five_transmissions);
  test("an answered request is not sent again", an_answered_request_is_not_sent_again);
  test("a wrong token and a Reset are told", a_wrong_token_and_a_reset_are_told);
  test("lost answers are asked for again", lost_answers_are_asked_for_again);
  test("bad requests are refused", bad_requests_are_refused);
}
