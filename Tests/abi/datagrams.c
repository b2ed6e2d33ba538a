/* datagrams.c - malformed datagrams: the answer RFC 7252 asks for, and the right counter.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

#define NO_ANSWER 0
#define RESET 1
#define BAD_OPTION 2
#define NOT_ALLOWED 3
#define NO_DROP NBIOT_DROP_COUNT

typedef struct datagram {
  const char *sentence;
  const char *bytes;
  uint32_t length;
  int answer;
  uint32_t drop;
} datagram_t;

#define BYTES(text) text, sizeof text - 1

/* The message ID is 0x1234 everywhere. */
static const datagram_t datagrams[] = {
    {"RFC 7252 3: one byte is no message", BYTES("\x40"), NO_ANSWER, NBIOT_DROP_SHORT},
    {"RFC 7252 3: three bytes are no message", BYTES("\x40\x01\x12"), NO_ANSWER, NBIOT_DROP_SHORT},
    {"RFC 7252 3: version 0 is ignored", BYTES("\x00\x01\x12\x34"), NO_ANSWER, NBIOT_DROP_VERSION},
    {"RFC 7252 3: version 2 is ignored", BYTES("\x80\x01\x12\x34"), NO_ANSWER, NBIOT_DROP_VERSION},
    {"RFC 7252 3: version 3 is ignored", BYTES("\xC0\x01\x12\x34"), NO_ANSWER, NBIOT_DROP_VERSION},
    {"RFC 7252 3: TKL 9 in a CON", BYTES("\x49\x01\x12\x34"
                                         "123456789"), RESET, NBIOT_DROP_TOKEN_LENGTH},
    {"RFC 7252 3: TKL 15 in a CON", BYTES("\x4F\x01\x12\x34"
                                          "123456789012345"), RESET, NBIOT_DROP_TOKEN_LENGTH},
    {"RFC 7252 3: TKL 9 in a NON", BYTES("\x59\x01\x12\x34"
                                         "123456789"), NO_ANSWER, NBIOT_DROP_TOKEN_LENGTH},
    {"RFC 7252 3: a token cut off in a CON", BYTES("\x48\x01\x12\x34"
                                                   "1234"), RESET, NBIOT_DROP_TOKEN_LENGTH},
    {"RFC 7252 3: a token cut off in an ACK", BYTES("\x68\x45\x12\x34"
                                                    "1234"), NO_ANSWER, NBIOT_DROP_TOKEN_LENGTH},
    {"RFC 7252 3.1: option delta 15 in a CON", BYTES("\x40\x01\x12\x34\xF1\x00"), RESET,
     NBIOT_DROP_OPTION},
    {"RFC 7252 3.1: option length 15 in a CON", BYTES("\x40\x01\x12\x34\xBF\x00"), RESET,
     NBIOT_DROP_OPTION},
    {"RFC 7252 3.1: option delta 15 in a NON", BYTES("\x50\x01\x12\x34\xF1\x00"), NO_ANSWER,
     NBIOT_DROP_OPTION},
    {"RFC 7252 3.1: an option cut off", BYTES("\x40\x01\x12\x34\xB4\x31\x30"), RESET,
     NBIOT_DROP_OPTION},
    {"RFC 7252 3.1: an extended delta cut off", BYTES("\x40\x01\x12\x34\xE0\x01"), RESET,
     NBIOT_DROP_OPTION},
    {"RFC 7252 3.1: an option number over 65535", BYTES("\x40\x01\x12\x34\xE0\xFE\xF2\xE0\x00\x01"),
     RESET, NBIOT_DROP_OPTION},
    {"RFC 7252 3: a payload marker without payload in a CON", BYTES("\x40\x01\x12\x34\xB1\x33\xFF"),
     RESET, NBIOT_DROP_PAYLOAD},
    {"RFC 7252 3: a payload marker without payload in a NON", BYTES("\x50\x01\x12\x34\xB1\x33\xFF"),
     NO_ANSWER, NBIOT_DROP_PAYLOAD},
    {"RFC 7252 4.1: an Empty CON with a token", BYTES("\x41\x00\x12\x34\x01"), RESET,
     NBIOT_DROP_CLASS},
    {"RFC 7252 4.1: an Empty CON with content", BYTES("\x40\x00\x12\x34\xFF\x01"), RESET,
     NBIOT_DROP_CLASS},
    {"RFC 7252 4.3: an Empty NON", BYTES("\x50\x00\x12\x34"), NO_ANSWER, NBIOT_DROP_CLASS},
    {"RFC 7252 4.2: an Empty ACK with content", BYTES("\x61\x00\x12\x34\x01"), NO_ANSWER,
     NBIOT_DROP_CLASS},
    {"RFC 7252 12.1: code class 1 in a CON", BYTES("\x40\x21\x12\x34"), RESET, NBIOT_DROP_CLASS},
    {"RFC 7252 12.1: code class 6 in a CON", BYTES("\x40\xC1\x12\x34"), RESET, NBIOT_DROP_CLASS},
    {"RFC 7252 12.1: code class 7 in a NON", BYTES("\x50\xE1\x12\x34"), NO_ANSWER,
     NBIOT_DROP_CLASS},
    {"RFC 7252 4.2: a request in an ACK", BYTES("\x60\x01\x12\x34"), NO_ANSWER, NBIOT_DROP_CLASS},
    {"RFC 7252 4.2: a request in a Reset", BYTES("\x70\x01\x12\x34"), NO_ANSWER, NBIOT_DROP_CLASS},
    {"RFC 7252 4.2: a response in a Reset", BYTES("\x70\x45\x12\x34"), NO_ANSWER,
     NBIOT_DROP_CLASS},
    {"RFC 7252 5.3.2: a CON response nobody waits for", BYTES("\x41\x45\x12\x34\x01"), RESET,
     NBIOT_DROP_UNMATCHED},
    {"RFC 7252 5.3.2: a NON response nobody waits for", BYTES("\x51\x45\x12\x34\x01"), NO_ANSWER,
     NBIOT_DROP_UNMATCHED},
    {"RFC 7252 4.2: an ACK of nothing", BYTES("\x60\x00\x12\x34"), NO_ANSWER,
     NBIOT_DROP_UNMATCHED},
    {"RFC 7252 4.2: a Reset of nothing", BYTES("\x70\x00\x12\x34"), NO_ANSWER,
     NBIOT_DROP_UNMATCHED},
    {"RFC 7252 4.3: a ping", BYTES("\x40\x00\x12\x34"), RESET, NO_DROP},
    {"RFC 7252 5.4.1: an unknown critical option in a CON request",
     BYTES("\x40\x01\x12\x34\xB1\x33\xD0\x19"), BAD_OPTION, NO_DROP},
    {"RFC 7252 5.8: an unknown method", BYTES("\x40\x1F\x12\x34\xB1\x33\x01\x30"), NOT_ALLOWED,
     NO_DROP},
};

static nbiot_address_t server_address(void) { return nbiot_mock_address("10.0.0.1", 5683); }

static void inject_from(scene_t *scene, nbiot_address_t from, const void *bytes, uint32_t length) {
  nbiot_address_t to;
  nbiot_mock_visible_address(scene->radio, &to);
  nbiot_mock_trace_clear(scene->world);
  nbiot_mock_inject(scene->world, from, to, bytes, length);
  scene_run(scene, 1);
}

/* The device's answer to what was injected last; length 0 = none. */
static nbiot_mock_record_t answer_of(scene_t *scene) {
  nbiot_mock_record_t record;
  uint32_t index;
  for (index = 0; nbiot_mock_trace_at(scene->world, index, &record) == 0; index++) {
    if ((record.marks & NBIOT_MOCK_INJECTED) == 0) {
      return record;
    }
  }
  memset(&record, 0, sizeof record);
  return record;
}

static int is_expected(const nbiot_mock_record_t *record, int answer) {
  static const uint8_t codes[] = {0, 0x00, 0x82, 0x85};
  if (answer == NO_ANSWER) {
    return record->length == 0;
  }
  if (record->length < 4 || record->data[2] != 0x12 || record->data[3] != 0x34) {
    return 0;
  }
  if (answer == RESET && record->length != 4) {
    return 0;
  }
  return record->data[0] >> 4 == (answer == RESET ? 7 : 6) && record->data[1] == codes[answer];
}

static void expect_drop(scene_t *scene, const nbiot_statistics_t *before, uint32_t drop,
                        const char *sentence) {
  nbiot_statistics_t after = scene_statistics(scene);
  uint32_t index;
  unsigned wrong = 0;
  for (index = 0; index < NBIOT_DROP_COUNT; index++) {
    wrong += after.dropped[index] != before->dropped[index] + (index == drop);
  }
  if (wrong > 0) {
    printf("counter: ");
  }
  expect_equal(wrong, 0, sentence);
}

static void start(scene_t *scene) {
  scene_open(scene, 31);
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
}

static void test_each_datagram(void) {
  scene_t scene;
  size_t index;
  start(&scene);
  scene_register(&scene);
  for (index = 0; index < sizeof datagrams / sizeof datagrams[0]; index++) {
    const datagram_t *one = &datagrams[index];
    nbiot_statistics_t before = scene_statistics(&scene);
    nbiot_mock_record_t answer;
    inject_from(&scene, server_address(), one->bytes, one->length);
    answer = answer_of(&scene);
    if (!is_expected(&answer, one->answer)) {
      printf("answer of %u bytes, %02X %02X: ", (unsigned)answer.length,
             answer.length > 0 ? answer.data[0] : 0, answer.length > 1 ? answer.data[1] : 0);
    }
    expect(is_expected(&answer, one->answer), one->sentence);
    expect_drop(&scene, &before, one->drop, one->sentence);
    expect_equal(scene_statistics(&scene).datagrams_in, before.datagrams_in + 1, "it is counted");
    expect_equal(scene_get(&scene, "/3/0/16", NULL), 205, "and the session goes on");
  }
  expect_equal(nbiot_mock_server_counts(scene.server).registers, 1, "with one Register");
  scene_close(&scene);
}

static void test_an_unknown_critical_option_in_a_non(void) {
  scene_t scene;
  nbiot_statistics_t before;
  nbiot_mock_record_t answer;
  start(&scene);
  scene_register(&scene);
  before = scene_statistics(&scene);
  inject_from(&scene, server_address(), BYTES("\x50\x01\x12\x34\xB1\x33\xD0\x19"));
  answer = answer_of(&scene);
  expect(answer.length == 0 || (answer.length == 4 && answer.data[0] >> 4 == 7),
         "RFC 7252 5.4.1: an unknown critical option in a NON is rejected, not answered");
  expect_drop(&scene, &before, NBIOT_DROP_OPTION, "it is counted as dropped");
  expect_equal(scene_statistics(&scene).requests, before.requests, "and not as handled too");
  scene_close(&scene);
}

static void test_an_unknown_critical_option_in_a_response(void) {
  static const nbiot_mock_answer_t silent = {NBIOT_MOCK_SILENT, 0, 0, 0, 0};
  scene_t scene;
  nbiot_mock_record_t request;
  uint8_t answer[32] = {0x60, 0x41};
  uint32_t token_length;
  start(&scene);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &silent, NBIOT_MOCK_ALWAYS);
  nbiot_device_connect(scene.device, 0);
  nbiot_mock_trace_at(scene.world, 0, &request);
  token_length = request.data[0] & 15u;
  answer[0] = (uint8_t)(0x60 | token_length);
  memcpy(answer + 2, request.data + 2, 2 + token_length);
  answer[4 + token_length] = 0xD0; /* option 38 - 1 = 37, critical and unknown */
  answer[5 + token_length] = 24;
  inject_from(&scene, server_address(), answer, 6 + token_length);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERING,
               "RFC 7252 5.4.1: a response with an unknown critical option is rejected");
  answer[5 + token_length] = 25;
  inject_from(&scene, server_address(), answer, 6 + token_length);
  expect_equal(nbiot_device_state(scene.device), NBIOT_STATE_REGISTERED,
               "one with an elective option is accepted");
  scene_close(&scene);
}

static void test_the_wrong_source(void) {
  nbiot_address_t other_host = nbiot_mock_address("10.0.0.9", 5683);
  nbiot_address_t other_port = nbiot_mock_address("10.0.0.1", 5684);
  nbiot_statistics_t before;
  scene_t scene;
  start(&scene);
  scene_register(&scene);
  before = scene_statistics(&scene);
  inject_from(&scene, other_host, BYTES("\x40\x01\x12\x34\xB1\x33"));
  expect_equal(answer_of(&scene).length, 0, "another host gets no answer");
  expect_drop(&scene, &before, NBIOT_DROP_SOURCE, "and is counted");
  before = scene_statistics(&scene);
  inject_from(&scene, other_port, BYTES("\x40\x00\x12\x34"));
  expect_equal(answer_of(&scene).length, 0, "another port neither, not even to a ping");
  expect_drop(&scene, &before, NBIOT_DROP_SOURCE, "and is counted");
  scene_close(&scene);
}

static uint32_t told_drops(const scene_t *scene) {
  nbiot_mock_log_t entry = {0, 0, 0, 0, 0};
  uint32_t index;
  uint32_t told = 0;
  for (index = 0; nbiot_mock_log_at(scene->radio, index, &entry) == NBIOT_MOCK_OK; index++) {
    told += entry.event == NBIOT_LOG_DATAGRAM_DROPPED;
  }
  return told;
}

static void test_too_long_for_the_buffer(void) {
  static uint8_t bytes[600] = {0x40, 0x01, 0x12, 0x34, 0xFF};
  nbiot_statistics_t before;
  scene_t scene;
  start(&scene);
  scene_register(&scene);
  before = scene_statistics(&scene);
  inject_from(&scene, server_address(), bytes, 513);
  expect_equal(answer_of(&scene).length, 0, "513 bytes are dropped");
  expect_drop(&scene, &before, NBIOT_DROP_TRUNCATED, "and counted");
  expect_equal(scene_statistics(&scene).receive_buffer.refused, 1, "at the buffer too");
  expect_equal(told_drops(&scene), 1, "and told, in a line of its own");
  before = scene_statistics(&scene);
  inject_from(&scene, server_address(), bytes, 512);
  expect(answer_of(&scene).length > 0, "512 bytes are a request");
  expect_drop(&scene, &before, NO_DROP, "and not dropped");
  expect_equal(told_drops(&scene), 1, "nor told to be");
  expect_equal(scene_statistics(&scene).receive_buffer.peak, 512, "the peak is 512");
  scene_close(&scene);
}

static void test_before_the_registration(void) {
  static const nbiot_mock_answer_t silent = {NBIOT_MOCK_SILENT, 0, 0, 0, 0};
  nbiot_statistics_t before;
  nbiot_mock_record_t answer;
  scene_t scene;
  start(&scene);
  nbiot_mock_server_answer(scene.server, NBIOT_MOCK_ON_REGISTER, &silent, NBIOT_MOCK_ALWAYS);
  nbiot_device_connect(scene.device, 0);
  before = scene_statistics(&scene);
  inject_from(&scene, server_address(), BYTES("\x40\x01\x12\x34\xB1\x33"));
  expect_equal(answer_of(&scene).length, 0, "a request before the 2.01 is ignored");
  expect_drop(&scene, &before, NBIOT_DROP_EARLY, "and counted");
  inject_from(&scene, server_address(), BYTES("\x40\x00\x12\x34"));
  answer = answer_of(&scene);
  expect(is_expected(&answer, RESET), "a ping is answered even then");
  scene_close(&scene);
}

int main(void) {
  test_each_datagram();
  test_an_unknown_critical_option_in_a_non();
  test_an_unknown_critical_option_in_a_response();
  test_the_wrong_source();
  test_too_long_for_the_buffer();
  test_before_the_registration();
  return check_summary();
}
