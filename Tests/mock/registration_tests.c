/* registration_tests.c - the scripted server as a registration server (LwM2M 5.3).
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "toy_device.h"

static void a_device_registers_updates_and_leaves(void) {
  toy_t toy = toy_create(1);
  const nbiot_mock_registration_t *known;
  CHECK_EQUAL(toy_register(&toy), 201);
  known = nbiot_mock_server_registration(toy.server, NULL);
  CHECK(known != NULL && known->active);
  if (known != NULL) {
    CHECK(strcmp(known->endpoint, "toy") == 0);
    CHECK(strcmp(known->objects, "</3303/0>") == 0);
    CHECK(strcmp(known->version, "1.0") == 0);
    CHECK(strcmp(known->binding, "U") == 0);
    CHECK(strcmp(known->location, toy.location + 1) == 0);
    CHECK_EQUAL(known->life_time, 300);
    CHECK_EQUAL(known->content_format, 40);
    CHECK_EQUAL(toy_ask(&toy, NBIOT_MOCK_POST, toy.location, "lt=60", NULL), 204);
    CHECK_EQUAL(known->life_time, 60);
    CHECK_EQUAL(known->updates, 1);
    CHECK_EQUAL(toy_ask(&toy, NBIOT_MOCK_DELETE, toy.location, NULL, NULL), 202);
    CHECK_EQUAL(known->active, 0);
  }
  CHECK_EQUAL(toy_ask(&toy, NBIOT_MOCK_POST, toy.location, NULL, NULL), 404);
  CHECK_EQUAL(nbiot_mock_server_counts(toy.server).registers, 1);
  CHECK_EQUAL(nbiot_mock_server_counts(toy.server).refused, 1);
  CHECK(nbiot_mock_server_registration(toy.server, "other") == NULL);
  toy_destroy(&toy);
}

static void the_server_answers_while_a_device_blocks_in_wait(void) {
  nbiot_mock_link_t slow = {.delay_min_ms = 300, .delay_max_ms = 300};
  toy_t toy = toy_create(1);
  int steps;
  toy_link(&toy, &slow);
  toy_request(&toy, NBIOT_MOCK_POST, "rd", "ep=toy", "</1/0>");
  for (steps = 0; steps < 10 && toy.answer == 0; steps += 1) {
    uint32_t wait_ms = 0;
    toy_step(&toy, &wait_ms);
    if (toy.answer == 0) {
      toy.hooks.wait(toy.hooks.context, toy.socket, wait_ms);
    }
  }
  CHECK_EQUAL(toy.answer, 201);
  CHECK_EQUAL(steps, 2);
  CHECK_EQUAL(nbiot_mock_now(toy.world), 600);
  toy_destroy(&toy);
}

static void a_registration_expires_with_its_lifetime(void) {
  toy_t toy = toy_create(1);
  toy_register(&toy);
  nbiot_mock_advance(toy.world, 300000);
  CHECK(nbiot_mock_server_has_device(toy.server));
  nbiot_mock_advance(toy.world, 1);
  CHECK(!nbiot_mock_server_has_device(toy.server));
  CHECK_EQUAL(toy_ask(&toy, NBIOT_MOCK_POST, toy.location, NULL, NULL), 404);
  toy_destroy(&toy);
}

static void a_server_that_forgets_answers_an_update_with_4_04(void) {
  toy_t toy = toy_create(1);
  toy_register(&toy);
  nbiot_mock_server_forget(toy.server);
  CHECK_EQUAL(toy_ask(&toy, NBIOT_MOCK_POST, toy.location, NULL, NULL), 404);
  CHECK_EQUAL(toy_register(&toy), 201);
  toy_destroy(&toy);
}

static void scripted_refusals_end_after_their_count(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_answer_t refusal = {.code = 403};
  nbiot_mock_server_answer(toy.server, NBIOT_MOCK_ON_REGISTER, &refusal, 2);
  CHECK_EQUAL(toy_register(&toy), 403);
  CHECK_EQUAL(toy_register(&toy), 403);
  CHECK(!nbiot_mock_server_has_device(toy.server));
  CHECK_EQUAL(toy_register(&toy), 201);
  CHECK(nbiot_mock_server_has_device(toy.server));
  toy_destroy(&toy);
}

static void silence_lasts_through_all_retransmissions(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_answer_t silence = {.kind = NBIOT_MOCK_SILENT};
  nbiot_mock_server_answer(toy.server, NBIOT_MOCK_ON_REGISTER, &silence, 1);
  CHECK_EQUAL(toy_register(&toy), 2);
  CHECK_EQUAL(nbiot_mock_now(toy.world), 62000); /* 2 + 4 + 8 + 16 + 32 s */
  CHECK_EQUAL(nbiot_mock_server_counts(toy.server).duplicates, 4);
  CHECK_EQUAL(toy_register(&toy), 201);
  toy_destroy(&toy);
}

static void the_first_transmissions_can_be_ignored(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_answer_t late = {.ignore = 2};
  nbiot_mock_server_answer(toy.server, NBIOT_MOCK_ON_REGISTER, &late, 1);
  CHECK_EQUAL(toy_register(&toy), 201);
  CHECK_EQUAL(toy.tries, 3);
  CHECK_EQUAL(nbiot_mock_now(toy.world), 6000);
  toy_destroy(&toy);
}

static void a_reset_can_be_the_answer(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_answer_t reset = {.kind = NBIOT_MOCK_RESET};
  nbiot_mock_server_answer(toy.server, NBIOT_MOCK_ON_REGISTER, &reset, 1);
  CHECK_EQUAL(toy_register(&toy), 1);
  CHECK(!nbiot_mock_server_has_device(toy.server));
  toy_destroy(&toy);
}

static void a_separate_answer_follows_an_empty_ack(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_answer_t separate = {.kind = NBIOT_MOCK_SEPARATE, .delay_ms = 7000};
  nbiot_mock_server_answer(toy.server, NBIOT_MOCK_ON_REGISTER, &separate, 1);
  CHECK_EQUAL(toy_register(&toy), 201);
  CHECK_EQUAL(nbiot_mock_now(toy.world), 7000);
  CHECK_EQUAL(toy.acknowledgements, 1);
  CHECK_EQUAL(toy.tries, 1);
  toy_destroy(&toy);
}

static void a_late_answer_carries_max_age(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_answer_t busy = {.code = 503, .delay_ms = 1500, .max_age_s = 30};
  nbiot_mock_record_t record;
  mock_coap_message_t message;
  nbiot_mock_server_answer(toy.server, NBIOT_MOCK_ON_REGISTER, &busy, 1);
  CHECK_EQUAL(toy_register(&toy), 503);
  CHECK_EQUAL(nbiot_mock_now(toy.world), 1500);
  CHECK_EQUAL(nbiot_mock_trace_at(toy.world, 1, &record), NBIOT_MOCK_OK);
  CHECK_EQUAL(mock_coap_decode(record.data, record.length, &message), COAP_OK);
  CHECK_EQUAL(mock_coap_number(&message, COAP_MAX_AGE), 30);
  toy_destroy(&toy);
}

static void a_duplicate_gets_the_same_answer_and_no_second_effect(void) {
  toy_t toy = toy_create(3);
  nbiot_mock_link_t doubling = {.duplication = 1000};
  const nbiot_mock_registration_t *known;
  nbiot_mock_link(toy.radio, NBIOT_MOCK_UP, &doubling);
  CHECK_EQUAL(toy_register(&toy), 201);
  nbiot_mock_advance(toy.world, 10);
  known = nbiot_mock_server_registration(toy.server, "toy");
  CHECK(known != NULL && known->registers == 1);
  CHECK_EQUAL(nbiot_mock_server_counts(toy.server).duplicates, 1);
  CHECK_EQUAL(nbiot_mock_trace_count(toy.world), 4);
  toy_destroy(&toy);
}

static void registration_survives_thirty_percent_loss(void) {
  nbiot_mock_link_t bad = {.loss = 300, .delay_min_ms = 100, .delay_max_ms = 700};
  int seed, registered = 0;
  for (seed = 0; seed < 100; seed += 1) {
    toy_t toy = toy_create((uint64_t)seed);
    toy_link(&toy, &bad);
    registered += toy_register(&toy) == 201;
    toy_destroy(&toy);
  }
  /* Five transmissions of 51 % fail together in 3.5 % of all cases. */
  CHECK(registered >= 90 && registered < 100);
}

static void requests_that_are_wrong_are_refused(void) {
  toy_t toy = toy_create(1);
  CHECK_EQUAL(toy_ask(&toy, NBIOT_MOCK_POST, "rd", "lt=300", "</1/0>"), 400);
  CHECK_EQUAL(toy_ask(&toy, NBIOT_MOCK_POST, "dp", NULL, "x"), 404);
  CHECK_EQUAL(toy_ask(&toy, NBIOT_MOCK_GET, "rd", NULL, NULL), 404);
  CHECK_EQUAL(nbiot_mock_server_counts(toy.server).refused, 3);
  toy_destroy(&toy);
}

static void malformed_datagrams_are_counted_and_pings_answered(void) {
  toy_t toy = toy_create(1);
  nbiot_address_t from, server = toy.peer;
  CHECK_EQUAL(nbiot_mock_visible_address(toy.radio, &from), NBIOT_MOCK_OK);
  nbiot_mock_inject(toy.world, from, server, "\x49\x01\x00\x01", 4);
  nbiot_mock_inject(toy.world, from, server, "\x40", 1);
  nbiot_mock_inject(toy.world, from, server, "\x40\x00\x00\x02", 4);
  nbiot_mock_run(toy.world, toy_step, &toy, 10);
  CHECK_EQUAL(nbiot_mock_server_counts(toy.server).malformed, 2);
  CHECK_EQUAL(nbiot_mock_server_counts(toy.server).pings, 1);
  CHECK_EQUAL(toy.resets, 2);
  toy_destroy(&toy);
}

static void random_and_mutated_datagrams_do_not_upset_the_server(void) {
  toy_t toy = toy_create(77);
  nbiot_address_t from = nbiot_mock_address("10.0.0.3", 1);
  nbiot_mock_record_t record;
  uint8_t bytes[64], dice[4];
  uint32_t i;
  toy_register(&toy);
  nbiot_mock_trace_at(toy.world, 0, &record);
  for (i = 0; i < 20000; i += 1) {
    toy.hooks.random(toy.hooks.context, dice, sizeof dice);
    if (dice[0] & 1) {
      toy.hooks.random(toy.hooks.context, bytes, sizeof bytes);
    } else {
      memcpy(bytes, record.data, record.length);
      bytes[dice[1] % record.length] ^= dice[2];
    }
    nbiot_mock_inject(toy.world, from, toy.peer, bytes, dice[3] % record.length);
    nbiot_mock_advance(toy.world, 100);
    if (i % 1000 == 0) { /* the record's bytes live until the trace is cleared */
      nbiot_mock_trace_clear(toy.world);
      toy_register(&toy);
      nbiot_mock_trace_at(toy.world, 0, &record);
    }
  }
  CHECK(nbiot_mock_server_counts(toy.server).malformed > 1000);
  CHECK_EQUAL(toy_register(&toy), 201);
  toy_destroy(&toy);
}

static void an_answer_no_message_can_carry_is_refused(void) {
  toy_t toy = toy_create(1);
  nbiot_mock_answer_t answer = {0};
  answer.code = 432; /* a detail has five bits */
  CHECK_EQUAL(nbiot_mock_server_answer(toy.server, NBIOT_MOCK_ON_UPDATE, &answer, 1),
              NBIOT_MOCK_ERR_BADPARAM);
  answer.code = 4; /* DELETE */
  CHECK_EQUAL(nbiot_mock_server_answer(toy.server, NBIOT_MOCK_ON_UPDATE, &answer, 1),
              NBIOT_MOCK_ERR_BADPARAM);
  answer.code = 731;
  CHECK_EQUAL(nbiot_mock_server_answer(toy.server, NBIOT_MOCK_ON_UPDATE, &answer, 1),
              NBIOT_MOCK_OK);
  toy_destroy(&toy);
}

void registration_tests(void) {
  test("LwM2M 5.3: a device registers, updates and leaves", a_device_registers_updates_and_leaves);
  test("the server answers while a device blocks in wait",
       the_server_answers_while_a_device_blocks_in_wait);
  test("LwM2M 5.3.2: a registration expires with its lifetime",
       a_registration_expires_with_its_lifetime);
  test("a server that forgets answers an Update with 4.04",
       a_server_that_forgets_answers_an_update_with_4_04);
  test("scripted refusals end after their count", scripted_refusals_end_after_their_count);
  test("silence lasts through all retransmissions of a message",
       silence_lasts_through_all_retransmissions);
  test("the first transmissions of a message can be ignored",
       the_first_transmissions_can_be_ignored);
  test("a Reset can be the answer", a_reset_can_be_the_answer);
  test("RFC 7252 5.2.2: a separate answer follows an empty ACK",
       a_separate_answer_follows_an_empty_ack);
  test("a late 5.03 carries Max-Age", a_late_answer_carries_max_age);
  test("RFC 7252 4.5: a duplicate gets the same answer and has no second effect",
       a_duplicate_gets_the_same_answer_and_no_second_effect);
  test("registration survives thirty percent loss", registration_survives_thirty_percent_loss);
  test("wrong requests are refused", requests_that_are_wrong_are_refused);
  test("random and mutated datagrams do not upset the server",
       random_and_mutated_datagrams_do_not_upset_the_server);
  test("malformed datagrams are counted, pings answered with a Reset",
       malformed_datagrams_are_counted_and_pings_answered);
  test("an answer no message can carry is refused", an_answer_no_message_can_carry_is_refused);
}
