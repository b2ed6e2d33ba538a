/* react_tests.c - a function of the test decides what the server does.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "toy_device.h"

typedef struct script {
  nbiot_mock_reaction_t reaction;
  nbiot_mock_message_t last; /* its pointers are dead */
  char path[32];
  char query[64];
  uint32_t calls;
  uint8_t on; /* the messages it reacts to */
  int32_t exchange;
} script_t;

static void play(void *context, nbiot_mock_server_t *server, const nbiot_mock_message_t *message,
                 nbiot_mock_reaction_t *reaction) {
  script_t *script = context;
  (void)server;
  script->calls += 1;
  script->last = *message;
  strncpy(script->path, message->path, sizeof script->path - 1);
  strncpy(script->query, message->query, sizeof script->query - 1);
  if (message->on == script->on) {
    *reaction = script->reaction;
  }
}

static script_t script_for(uint8_t on) {
  script_t script;
  memset(&script, 0, sizeof script);
  script.on = on;
  script.reaction.content_format = -1;
  return script;
}

static void a_message_is_shown_once_and_whole(void) {
  nbiot_mock_link_t doubling = {.duplication = 1000};
  toy_t toy = toy_create(1);
  script_t script = script_for(0xFF);
  nbiot_mock_server_react(toy.server, play, &script);
  toy_link(&toy, &doubling);
  CHECK_EQUAL(toy_register(&toy), 201);
  CHECK_EQUAL(script.calls, 1);
  CHECK_EQUAL(script.last.on, NBIOT_MOCK_ON_REGISTER);
  CHECK_EQUAL(script.last.code, NBIOT_MOCK_POST);
  CHECK_EQUAL(script.last.confirmable, 1);
  CHECK_EQUAL(script.last.content_format, 40);
  CHECK_EQUAL(script.last.exchange, -1);
  CHECK_EQUAL(script.last.payload_length, 9);
  CHECK_EQUAL(script.last.from.port, 49152);
  CHECK(strcmp(script.path, "/rd") == 0);
  CHECK(strcmp(script.query, "ep=toy&lt=300&lwm2m=1.0&b=U") == 0);
  CHECK(nbiot_mock_server_counts(toy.server).duplicates > 0);
  toy_destroy(&toy);
}

static void a_reaction_changes_code_delay_and_payload(void) {
  toy_t toy = toy_create(1);
  script_t script = script_for(NBIOT_MOCK_ON_REGISTER);
  nbiot_mock_record_t record;
  nbiot_mock_server_react(toy.server, play, &script);
  script.reaction.answer.code = 503;
  script.reaction.answer.delay_ms = 700;
  script.reaction.payload = (const uint8_t *)"later";
  script.reaction.payload_length = 5;
  script.reaction.content_format = 0;
  CHECK_EQUAL(toy_register(&toy), 503);
  CHECK_EQUAL(nbiot_mock_now(toy.world), 700);
  nbiot_mock_trace_at(toy.world, 1, &record);
  CHECK(memcmp(record.data + record.length - 7, "\xC0\xFFlater", 7) == 0);
  CHECK(!nbiot_mock_server_has_device(toy.server));
  toy_destroy(&toy);
}

static void a_reaction_keeps_silent_or_resets(void) {
  toy_t toy = toy_create(1);
  script_t script = script_for(NBIOT_MOCK_ON_REGISTER);
  nbiot_mock_server_react(toy.server, play, &script);
  script.reaction.answer.kind = NBIOT_MOCK_SILENT;
  CHECK_EQUAL(toy_register(&toy), 2);
  CHECK_EQUAL(script.calls, 1);
  script.reaction.answer.kind = NBIOT_MOCK_RESET;
  CHECK_EQUAL(toy_register(&toy), 1);
  nbiot_mock_server_react(toy.server, NULL, NULL);
  CHECK_EQUAL(toy_register(&toy), 201);
  CHECK_EQUAL(script.calls, 2);
  toy_destroy(&toy);
}

static void a_reaction_begins_with_the_scripted_answer(void) {
  nbiot_mock_answer_t refusal = {.code = 403};
  toy_t toy = toy_create(1);
  script_t script = script_for(0xFF);
  nbiot_mock_server_react(toy.server, play, &script);
  nbiot_mock_server_answer(toy.server, NBIOT_MOCK_ON_REGISTER, &refusal, 1);
  CHECK_EQUAL(toy_register(&toy), 403);
  CHECK_EQUAL(toy_register(&toy), 201);
  toy_destroy(&toy);
}

static void forget_it(void *context, nbiot_mock_server_t *server,
                      const nbiot_mock_message_t *message, nbiot_mock_reaction_t *reaction) {
  (void)context;
  (void)reaction;
  if (message->on == NBIOT_MOCK_ON_UPDATE) {
    nbiot_mock_server_forget(server);
  }
}

static void a_reaction_may_forget_the_device(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_server_react(toy.server, forget_it, NULL);
  CHECK_EQUAL(toy_register(&toy), 201);
  CHECK_EQUAL(toy_ask(&toy, NBIOT_MOCK_POST, toy.location, NULL, NULL), 404);
  CHECK(!nbiot_mock_server_has_device(toy.server));
  toy_destroy(&toy);
}

static void read_it(void *context, nbiot_mock_server_t *server,
                    const nbiot_mock_message_t *message, nbiot_mock_reaction_t *reaction) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  int32_t *exchange = context;
  (void)reaction;
  if (message->on == NBIOT_MOCK_ON_UPDATE) {
    request.path = "/3303/0/5700";
    *exchange = nbiot_mock_server_request(server, &request);
  }
}

static void a_reaction_may_send_a_request_of_its_own(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_response_t response;
  int32_t exchange = -1;
  nbiot_mock_server_react(toy.server, read_it, &exchange);
  toy_register(&toy);
  CHECK_EQUAL(toy_ask(&toy, NBIOT_MOCK_POST, toy.location, NULL, NULL), 204);
  nbiot_mock_drive_idle(toy.world, toy_step, &toy, 60000, 1000);
  CHECK_EQUAL(nbiot_mock_server_response(toy.server, exchange, &response), 1);
  CHECK_EQUAL(response.code, 205);
  toy_destroy(&toy);
}

static void notifications_and_separate_responses_are_shown_with_their_exchange(void) {
  toy_t toy = toy_create(1);
  script_t script = script_for(0xFF);
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  int32_t exchange;
  toy_register(&toy);
  nbiot_mock_server_react(toy.server, play, &script);
  request.path = "/3303/0/5700";
  request.observe = NBIOT_MOCK_OBSERVE_START;
  toy.manner = TOY_SEPARATE;
  exchange = nbiot_mock_server_ask(toy.server, &request, toy_step, &toy, NULL);
  CHECK(exchange >= 0);
  CHECK_EQUAL(script.last.on, NBIOT_MOCK_ON_OTHER);
  CHECK_EQUAL(script.last.exchange, exchange);
  CHECK_EQUAL(script.last.code, 205);
  CHECK(strcmp(script.path, "/") == 0);
  toy_notify(&toy, "21", 1, 205);
  nbiot_mock_drive_idle(toy.world, toy_step, &toy, 60000, 1000);
  CHECK_EQUAL(script.last.on, NBIOT_MOCK_ON_NOTIFY);
  CHECK_EQUAL(script.last.exchange, exchange);
  script.on = NBIOT_MOCK_ON_NOTIFY;
  script.reaction.answer.kind = NBIOT_MOCK_RESET;
  toy_notify(&toy, "22", 1, 205);
  nbiot_mock_drive_idle(toy.world, toy_step, &toy, 60000, 1000);
  CHECK_EQUAL(toy.resets, 1);
  CHECK(!nbiot_mock_server_observing(toy.server, exchange));
  toy_destroy(&toy);
}

static void a_reaction_out_of_range_is_answered_500(void) {
  toy_t toy = toy_create(1);
  script_t script = script_for(NBIOT_MOCK_ON_REGISTER);
  nbiot_mock_server_react(toy.server, play, &script);
  script.reaction.payload_length = 1;
  CHECK_EQUAL(toy_register(&toy), 500);
  script.reaction.payload_length = 0;
  script.reaction.answer.kind = NBIOT_MOCK_SILENT + 1;
  CHECK_EQUAL(toy_register(&toy), 500);
  script.reaction.answer.kind = NBIOT_MOCK_PIGGYBACKED;
  script.reaction.answer.code = 432;
  CHECK_EQUAL(toy_register(&toy), 500);
  CHECK_EQUAL(nbiot_mock_server_react(NULL, play, &script), NBIOT_MOCK_ERR_BADPARAM);
  toy_destroy(&toy);
}

void react_tests(void) {
  test("a reactive server shows a message once and whole", a_message_is_shown_once_and_whole);
  test("a reaction changes code, delay and payload", a_reaction_changes_code_delay_and_payload);
  test("a reaction keeps silent, or resets; without a function all is as usual",
       a_reaction_keeps_silent_or_resets);
  test("a reaction begins with the scripted answer", a_reaction_begins_with_the_scripted_answer);
  test("a reaction may forget the device", a_reaction_may_forget_the_device);
  test("a reaction may send a request of its own", a_reaction_may_send_a_request_of_its_own);
  test("notifications and separate responses are shown with their exchange",
       notifications_and_separate_responses_are_shown_with_their_exchange);
  test("a reaction out of range is answered 5.00", a_reaction_out_of_range_is_answered_500);
}
