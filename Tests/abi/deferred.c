/* deferred.c - NBIOT_ERR_PENDING: answers that come later, in every order, wrong, late, twice.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

static nbiot_value_t number;  /* /1000/0/1 */
static nbiot_value_t text;    /* /1000/0/2 */
static nbiot_value_t action;  /* /1000/0/3 */
static char storage[8];

static void start_with(scene_t *scene, uint32_t ack_timeout_ms, uint32_t ack_delay_ms) {
  scene_open(scene, 21);
  scene->config.read = scene_read;
  scene->config.write = scene_write;
  scene->config.execute = scene_execute;
  scene->config.ack_timeout_ms = ack_timeout_ms;
  scene->config.ack_delay_ms = ack_delay_ms;
  scene->answer = NBIOT_ERR_PENDING;
  memset(&number, 0, sizeof number);
  memset(&text, 0, sizeof text);
  memset(&action, 0, sizeof action);
  number.type = NBIOT_INTEGER;
  number.flag = NBIOT_READABLE | NBIOT_WRITABLE;
  number.value.as_int = 1;
  text.type = NBIOT_STRING;
  text.flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE;
  text.capacity = sizeof storage;
  text.value.as_buf.val = storage;
  action.flag = NBIOT_EXECUTABLE;
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
  nbiot_resource_add(scene->device, 1000, 0, 1, &number);
  nbiot_resource_add(scene->device, 1000, 0, 2, &text);
  nbiot_resource_add(scene->device, 1000, 0, 3, &action);
  scene_register(scene);
  scene->seen = scene->event_count;
}

static void start(scene_t *scene) { start_with(scene, 0, 0); }

/* Sends a request and serves the device for a moment, in which the callback runs. */
static int32_t ask(scene_t *scene, uint8_t method, const char *path) {
  nbiot_mock_request_t request = scene_request(method, path);
  int32_t exchange;
  if (method == NBIOT_MOCK_PUT) {
    request.content_format = 0;
    request.payload = (const uint8_t *)"55";
    request.payload_length = 2;
  }
  exchange = nbiot_mock_server_request(scene->server, &request);
  scene_run(scene, 10);
  return exchange;
}

static int32_t code_of(scene_t *scene, int32_t exchange, nbiot_mock_response_t *response) {
  nbiot_mock_response_t unused;
  nbiot_mock_response_t *answer = response == NULL ? &unused : response;
  int32_t status = nbiot_mock_server_response(scene->server, exchange, answer);
  return status == 1 ? answer->code : status;
}

static nbiot_value_t integer(int64_t value) {
  nbiot_value_t made;
  memset(&made, 0, sizeof made);
  made.type = NBIOT_INTEGER;
  made.value.as_int = value;
  return made;
}

static void test_a_read_answered_in_time(void) {
  nbiot_mock_response_t response;
  nbiot_value_t fresh = integer(42);
  scene_t scene;
  int32_t exchange;
  start(&scene);
  exchange = ask(&scene, NBIOT_MOCK_GET, "/1000/0/1");
  expect_equal(code_of(&scene, exchange, NULL), 0, "nothing is answered yet");
  expect_equal(nbiot_request_respond(scene.device, scene.request, 0, &fresh), NBIOT_ERR_OK,
               "the application answers");
  scene_run(&scene, 10);
  expect_equal(code_of(&scene, exchange, &response), 205, "the server has it");
  expect(response.piggybacked && strcmp((const char *)response.payload, "42") == 0,
         "in the ACK, with the new value");
  expect_equal(number.value.as_int, 42, "which is stored");
  scene_expect_event(&scene, NBIOT_EVENT_RESPONSE_SUCCESS, 0, scene.request, "event 21");
  expect_equal(scene_statistics(&scene).deferred.used, 0, "the place is free again");
  expect_equal(nbiot_request_respond(scene.device, scene.request, 0, NULL), NBIOT_ERR_NOT_FOUND,
               "a second answer is refused");
  scene_close(&scene);
}

static void test_a_read_answered_late(void) {
  nbiot_mock_response_t response;
  scene_t scene;
  int32_t exchange;
  start(&scene);
  exchange = ask(&scene, NBIOT_MOCK_GET, "/1000/0/1");
  scene_run(&scene, 980);
  expect_equal(scene_statistics(&scene).datagrams_out, 1, "no ACK before ack_delay_ms");
  scene_run(&scene, 20);
  expect_equal(scene_statistics(&scene).datagrams_out, 2, "the empty ACK leaves then");
  scene_run(&scene, 4000);
  expect_equal(nbiot_mock_server_transmissions(scene.server, exchange), 1,
               "so the server does not ask again");
  expect_equal(nbiot_request_respond(scene.device, scene.request, 0, NULL), NBIOT_ERR_OK,
               "the application answers");
  scene_run(&scene, 10);
  expect_equal(code_of(&scene, exchange, &response), 205, "the server has it");
  expect(response.confirmable && !response.piggybacked, "in a confirmable message of its own");
  scene_expect_event(&scene, NBIOT_EVENT_RESPONSE_SUCCESS, 0, scene.request, "event 21");
  scene_close(&scene);
}

static void test_writes(void) {
  nbiot_value_t wanted = integer(55);
  scene_t scene;
  int32_t exchange;
  start(&scene);
  exchange = ask(&scene, NBIOT_MOCK_PUT, "/1000/0/1");
  expect_equal(number.value.as_int, 1, "the library stores nothing");
  expect_equal(nbiot_request_respond(scene.device, scene.request, 0, &wanted), NBIOT_ERR_BADPARAM,
               "a Write takes no value");
  expect_equal(nbiot_resource_set(scene.device, 1000, 0, 1, &wanted), NBIOT_ERR_OK,
               "the application stores");
  expect_equal(nbiot_request_respond(scene.device, scene.request, 0, NULL), NBIOT_ERR_OK,
               "and answers");
  scene_run(&scene, 10);
  expect_equal(code_of(&scene, exchange, NULL), 204, "2.04");
  exchange = ask(&scene, NBIOT_MOCK_PUT, "/1000/0/1");
  expect_equal(nbiot_request_respond(scene.device, scene.request, 406, NULL), NBIOT_ERR_OK,
               "the application refuses");
  scene_run(&scene, 10);
  expect_equal(code_of(&scene, exchange, NULL), 406, "4.06");
  scene_close(&scene);
}

static void test_wrong_answers_leave_the_request_open(void) {
  static const int32_t codes[] = {-1, 1, 200, 205, 399, 432, 532, 600, INT32_MAX, INT32_MIN};
  nbiot_value_t wrong = integer(3);
  nbiot_value_t too_long = integer(0);
  scene_t scene;
  int32_t exchange;
  size_t index;
  start(&scene);
  exchange = ask(&scene, NBIOT_MOCK_GET, "/1000/0/2");
  for (index = 0; index < sizeof codes / sizeof codes[0]; index++) {
    expect_equal(nbiot_request_respond(scene.device, scene.request, codes[index], NULL),
                 NBIOT_ERR_BADPARAM, "only 0 and 400 ... 599 are answers");
  }
  expect_equal(nbiot_request_respond(scene.device, 0, 0, NULL), NBIOT_ERR_NOT_FOUND, "request 0");
  expect_equal(nbiot_request_respond(scene.device, scene.request + 1, 0, NULL),
               NBIOT_ERR_NOT_FOUND, "a request that never was");
  expect_equal(nbiot_request_respond(scene.device, scene.request, 0, &wrong), NBIOT_ERR_BADPARAM,
               "a value of another type");
  too_long.type = NBIOT_STRING;
  too_long.value.as_buf.val = (char *)"123456789";
  too_long.value.as_buf.len = 9;
  expect_equal(nbiot_request_respond(scene.device, scene.request, 0, &too_long),
               NBIOT_ERR_NO_MEMORY, "a value that is too long");
  expect_equal(nbiot_request_respond(scene.device, scene.request, 404, &too_long),
               NBIOT_ERR_BADPARAM, "a value with a refusal");
  scene_run(&scene, 10);
  expect_equal(code_of(&scene, exchange, NULL), 0, "the request is still open");
  expect_equal(text.value.as_buf.len, 0, "and the resource untouched");
  too_long.value.as_buf.len = 8;
  expect_equal(nbiot_request_respond(scene.device, scene.request, 0, &too_long), NBIOT_ERR_OK,
               "the right answer is still welcome");
  scene_run(&scene, 10);
  expect_equal(code_of(&scene, exchange, NULL), 205, "2.05");
  scene_close(&scene);
}

static void test_two_in_either_order(int reversed) {
  scene_t scene;
  nbiot_request_t requests[2];
  int32_t exchanges[2];
  int32_t third;
  start(&scene);
  exchanges[0] = ask(&scene, NBIOT_MOCK_POST, "/1000/0/3");
  requests[0] = scene.request;
  scene_run(&scene, 1500);
  exchanges[1] = ask(&scene, NBIOT_MOCK_GET, "/1000/0/1");
  requests[1] = scene.request;
  third = ask(&scene, NBIOT_MOCK_POST, "/1000/0/3");
  expect_equal(code_of(&scene, third, NULL), 503, "the third finds no room: 5.03");
  expect_equal(scene.executes, 1, "and the application is not asked");
  expect_equal(scene_statistics(&scene).deferred.refused, 1, "it is counted");
  scene_run(&scene, 1500);
  expect_equal(nbiot_request_respond(scene.device, requests[reversed], 0, NULL), NBIOT_ERR_OK,
               "one answer");
  if (reversed) {
    scene_run(&scene, 10);
  }
  expect_equal(nbiot_request_respond(scene.device, requests[!reversed], 0, NULL), NBIOT_ERR_OK,
               "and the other");
  scene_run(&scene, 100);
  expect_equal(code_of(&scene, exchanges[0], NULL), 204, "the Execute is answered");
  expect_equal(code_of(&scene, exchanges[1], NULL), 205, "the Read is answered");
  expect_equal(scene.event_count - scene.seen, 2, "one event each");
  expect_equal(code_of(&scene, ask(&scene, NBIOT_MOCK_POST, "/1000/0/3"), NULL), 0,
               "there is room again");
  scene_close(&scene);
}

static void test_no_answer_is_504(void) {
  scene_t scene;
  int32_t exchange;
  start(&scene);
  exchange = ask(&scene, NBIOT_MOCK_POST, "/1000/0/3");
  scene_run(&scene, 9000);
  expect_equal(code_of(&scene, exchange, NULL), 0, "nine seconds of patience");
  scene_run(&scene, 1100);
  expect_equal(code_of(&scene, exchange, NULL), 504, "then 5.04");
  scene_expect_event(&scene, NBIOT_EVENT_RESPONSE_FAILED, 0, scene.request, "event 20");
  expect_equal(nbiot_request_respond(scene.device, scene.request, 0, NULL), NBIOT_ERR_NOT_FOUND,
               "the answer comes too late");
  scene_close(&scene);
}

static void test_an_answer_that_does_not_arrive(void) {
  scene_t scene;
  start(&scene);
  ask(&scene, NBIOT_MOCK_POST, "/1000/0/3");
  scene_run(&scene, 2000);
  nbiot_mock_radio(scene.radio, 0);
  expect_equal(nbiot_request_respond(scene.device, scene.request, 0, NULL), NBIOT_ERR_OK,
               "the application answers into the void");
  scene_run(&scene, 93000);
  scene_expect_event(&scene, NBIOT_EVENT_RESPONSE_FAILED, 0, scene.request, "event 20");
  nbiot_mock_radio(scene.radio, 1);
  scene_close(&scene);
}

static void test_a_retransmission_does_not_ask_again(void) {
  scene_t scene;
  int32_t exchange;
  start_with(&scene, 20000, 8000);
  exchange = ask(&scene, NBIOT_MOCK_POST, "/1000/0/3");
  scene_run(&scene, 7000);
  expect(nbiot_mock_server_transmissions(scene.server, exchange) >= 2, "the server asks again");
  expect_equal(scene.executes, 1, "the application is asked once");
  scene_run(&scene, 1500);
  nbiot_request_respond(scene.device, scene.request, 0, NULL);
  scene_run(&scene, 100);
  expect_equal(code_of(&scene, exchange, NULL), 204, "and its answer arrives");
  scene_close(&scene);
}

static void test_a_non_confirmable_request(void) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_POST, "/1000/0/3");
  nbiot_mock_response_t response;
  scene_t scene;
  int32_t exchange;
  start(&scene);
  request.non_confirmable = 1;
  exchange = nbiot_mock_server_request(scene.server, &request);
  scene_run(&scene, 5000);
  expect_equal(scene_statistics(&scene).datagrams_out, 1, "a NON is not acknowledged");
  nbiot_request_respond(scene.device, scene.request, 0, NULL);
  scene_run(&scene, 100);
  expect_equal(code_of(&scene, exchange, &response), 204, "it is answered");
  expect(!response.confirmable && !response.piggybacked, "by a NON");
  scene_expect_event(&scene, NBIOT_EVENT_RESPONSE_SUCCESS, 0, scene.request, "event 21");
  scene_close(&scene);
}

static void test_a_deferred_observation(uint32_t pause_ms) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, "/1000/0/1");
  nbiot_mock_response_t response;
  scene_t scene;
  int32_t exchange;
  start(&scene);
  request.observe = NBIOT_MOCK_OBSERVE_START;
  exchange = nbiot_mock_server_request(scene.server, &request);
  scene_run(&scene, pause_ms);
  nbiot_request_respond(scene.device, scene.request, 0, NULL);
  scene_run(&scene, 100);
  expect_equal(code_of(&scene, exchange, &response), 205, "the deferred Observe is answered");
  expect(response.observe >= 0, "with its option");
  nbiot_resource_notify(scene.device, 1000, 0, 1, 0);
  scene_run(&scene, 100);
  expect_equal(nbiot_mock_server_notification_count(scene.server, exchange), 1,
               "and notifications follow");
  scene_close(&scene);
}

static void test_a_read_of_an_instance(void) {
  nbiot_mock_response_t response;
  nbiot_value_t value = integer(1);
  scene_t scene;
  int32_t exchange;
  start(&scene);
  exchange = ask(&scene, NBIOT_MOCK_GET, "/1000/0");
  expect_equal(scene.reads, 1, "a Read is deferred once, at its first resource");
  expect_equal(nbiot_request_respond(scene.device, scene.request, 0, &value), NBIOT_ERR_BADPARAM,
               "several resources take no value");
  expect_equal(nbiot_request_respond(scene.device, scene.request, 0, NULL), NBIOT_ERR_OK,
               "the values are in place");
  scene_run(&scene, 10);
  expect_equal(code_of(&scene, exchange, &response), 205, "2.05");
  expect_equal(response.payload_length, 5, "with both readable resources");
  scene_close(&scene);
}

static int32_t hasty_answer;

static int32_t hasty(void *context, nbiot_request_t request, const nbiot_path_t *path,
                     const uint8_t *arguments, uint32_t length) {
  scene_t *scene = context;
  (void)path;
  (void)arguments;
  (void)length;
  hasty_answer = nbiot_request_respond(scene->device, request, 0, NULL);
  return NBIOT_ERR_PENDING;
}

static void test_an_answer_before_pending(void) {
  scene_t scene;
  int32_t exchange;
  scene_open(&scene, 2);
  scene.config.execute = hasty;
  scene_create(&scene);
  memset(&action, 0, sizeof action);
  action.flag = NBIOT_EXECUTABLE;
  nbiot_resource_add(scene.device, 1000, 0, 3, &action);
  scene_register(&scene);
  exchange = ask(&scene, NBIOT_MOCK_POST, "/1000/0/3");
  expect_equal(hasty_answer, NBIOT_ERR_NOT_FOUND, "before PENDING there is nothing to answer");
  scene_run(&scene, 11000);
  expect_equal(code_of(&scene, exchange, NULL), 504, "the request waits for its answer");
  scene_close(&scene);
}

static void test_the_end_of_the_device(int by_close) {
  scene_t scene;
  start(&scene);
  ask(&scene, NBIOT_MOCK_POST, "/1000/0/3");
  if (by_close) {
    expect_equal(nbiot_device_close(scene.device, 5), NBIOT_ERR_OK, "close with an open request");
    scene_expect_event(&scene, NBIOT_EVENT_UNREG_DONE, 202, 0, "event 15");
    scene_expect_event(&scene, NBIOT_EVENT_RESPONSE_FAILED, 0, scene.request, "event 20");
    expect_equal(nbiot_request_respond(scene.device, scene.request, 0, NULL), NBIOT_ERR_NOT_FOUND,
                 "nobody waits for the answer");
    scene_register(&scene);
  }
  scene_close(&scene);
}

int main(void) {
  test_a_read_answered_in_time();
  test_a_read_answered_late();
  test_writes();
  test_wrong_answers_leave_the_request_open();
  test_two_in_either_order(0);
  test_two_in_either_order(1);
  test_no_answer_is_504();
  test_an_answer_that_does_not_arrive();
  test_a_retransmission_does_not_ask_again();
  test_a_non_confirmable_request();
  test_a_deferred_observation(100);
  test_a_deferred_observation(3000);
  test_a_read_of_an_instance();
  test_an_answer_before_pending();
  test_the_end_of_the_device(0);
  test_the_end_of_the_device(1);
  return check_summary();
}
