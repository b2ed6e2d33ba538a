/* codec_tests.c - the scripted server's CoAP codec.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "coap.h"

static coap_error_t decode(const char *bytes, uint32_t length) {
  coap_message_t message;
  return coap_decode((const uint8_t *)bytes, length, &message);
}

/* RFC 7252 appendix A, figure 16: CON GET 0x7d34 /temperature and its 2.05 "22.3 C". */
static void the_rfc_example_is_written_as_in_the_rfc(void) {
  static const uint8_t request[] = {0x40, 0x01, 0x7d, 0x34, 0xbb, 't', 'e', 'm', 'p',
                                    'e',  'r',  'a',  't',  'u',  'r', 'e'};
  static const uint8_t response[] = {0x60, 0x45, 0x7d, 0x34, 0xff, '2', '2', '.', '3', ' ', 'C'};
  uint8_t bytes[64];
  coap_writer_t writer;
  coap_begin(&writer, bytes, sizeof bytes, COAP_CON, 1, 0x7d34, NULL, 0);
  coap_put_parts(&writer, COAP_URI_PATH, "/temperature", '/');
  CHECK_EQUAL(coap_finish(&writer, NULL, 0), sizeof request);
  CHECK(memcmp(bytes, request, sizeof request) == 0);
  coap_begin(&writer, bytes, sizeof bytes, COAP_ACK, coap_code_wire(205), 0x7d34, NULL, 0);
  CHECK_EQUAL(coap_finish(&writer, "22.3 C", 6), sizeof response);
  CHECK(memcmp(bytes, response, sizeof response) == 0);
}

static void a_message_comes_back_as_it_was_written(void) {
  uint8_t bytes[1024], value[400];
  coap_writer_t writer;
  coap_message_t message;
  uint32_t length, index = 0;
  const coap_option_t *option;
  memset(value, 'v', sizeof value);
  coap_begin(&writer, bytes, sizeof bytes, COAP_NON, 2, 0xABCD, (const uint8_t *)"\1\2\3", 3);
  coap_put_parts(&writer, COAP_URI_PATH, "a/b", '/');
  coap_put_number(&writer, COAP_CONTENT_FORMAT, 11542);
  coap_put(&writer, COAP_URI_QUERY, value, 20);
  coap_put(&writer, COAP_URI_QUERY, value, 300);
  coap_put_number(&writer, 2048, 0);
  length = coap_finish(&writer, "payload", 7);
  CHECK_EQUAL(coap_decode(bytes, length, &message), COAP_OK);
  CHECK_EQUAL(message.type, COAP_NON);
  CHECK_EQUAL(message.code, 2);
  CHECK_EQUAL(message.message_id, 0xABCD);
  CHECK(message.token_length == 3 && memcmp(message.token, "\1\2\3", 3) == 0);
  CHECK_EQUAL(message.option_count, 6);
  option = coap_find(&message, COAP_URI_PATH, &index);
  CHECK(option != NULL && option->length == 1 && option->value[0] == 'a');
  option = coap_find(&message, COAP_URI_PATH, &index);
  CHECK(option != NULL && option->value[0] == 'b');
  CHECK(coap_find(&message, COAP_URI_PATH, &index) == NULL);
  CHECK_EQUAL(coap_number(&message, COAP_CONTENT_FORMAT), 11542);
  CHECK_EQUAL(coap_number(&message, 2048), 0);
  CHECK_EQUAL(coap_number(&message, COAP_OBSERVE), -1);
  CHECK_EQUAL(message.options[4].length, 300);
  CHECK(message.payload_length == 7 && memcmp(message.payload, "payload", 7) == 0);
}

static void malformed_messages_are_told_apart(void) {
  CHECK_EQUAL(decode("\x40\x01\x00", 3), COAP_SHORT);
  CHECK_EQUAL(decode("\x80\x01\x00\x01", 4), COAP_VERSION);
  CHECK_EQUAL(decode("\x49\x01\x00\x01"
                     "123456789",
                     13),
              COAP_TOKEN);
  CHECK_EQUAL(decode("\x42\x01\x00\x01\x01", 5), COAP_SHORT);
  CHECK_EQUAL(decode("\x40\x00\x00\x01\x01", 5), COAP_EMPTY);
  CHECK_EQUAL(decode("\x41\x00\x00\x01\x01", 5), COAP_EMPTY);
  CHECK_EQUAL(decode("\x40\x01\x00\x01\xF0", 5), COAP_NIBBLE);
  CHECK_EQUAL(decode("\x40\x01\x00\x01\x0F", 5), COAP_NIBBLE);
  CHECK_EQUAL(decode("\x40\x01\x00\x01\xE0\xFF\xFF", 7), COAP_NIBBLE);
  CHECK_EQUAL(decode("\x40\x01\x00\x01\xB2\x61", 6), COAP_SHORT);
  CHECK_EQUAL(decode("\x40\x01\x00\x01\xD0", 5), COAP_SHORT);
  CHECK_EQUAL(decode("\x40\x01\x00\x01\xFF", 5), COAP_NO_PAYLOAD);
  CHECK_EQUAL(decode("\x40\x01\x00\x01", 4), COAP_OK);
  CHECK_EQUAL(decode("\x70\x00\x00\x01", 4), COAP_OK);
}

static void no_truncation_of_a_message_reads_behind_its_end(void) {
  uint8_t bytes[128], exact[128];
  coap_writer_t writer;
  coap_message_t message;
  uint32_t length, cut;
  coap_begin(&writer, bytes, sizeof bytes, COAP_CON, 3, 1, (const uint8_t *)"tokn", 4);
  coap_put_parts(&writer, COAP_URI_PATH, "/3303/0/a-path-longer-than-13", '/');
  length = coap_finish(&writer, "1", 1);
  for (cut = 0; cut < length; cut += 1) {
    memcpy(exact, bytes, cut);
    coap_decode(exact, cut, &message);
    CHECK(message.payload_length == 0);
    CHECK(cut < 4 || message.option_count <= 3);
  }
}

static void what_does_not_fit_is_refused(void) {
  uint8_t bytes[16];
  coap_writer_t writer;
  coap_begin(&writer, bytes, sizeof bytes, COAP_CON, 1, 1, NULL, 0);
  coap_put_parts(&writer, COAP_URI_PATH, "sixteen-and-more", '/');
  CHECK_EQUAL(coap_finish(&writer, NULL, 0), 0);
  coap_begin(&writer, bytes, sizeof bytes, COAP_CON, 1, 1, NULL, 0);
  coap_put(&writer, COAP_URI_QUERY, "a", 1);
  coap_put(&writer, COAP_URI_PATH, "b", 1); /* out of order */
  CHECK_EQUAL(coap_finish(&writer, NULL, 0), 0);
}

static void codes_turn_into_decimals_and_back(void) {
  CHECK_EQUAL(coap_code_wire(403), 0x83);
  CHECK_EQUAL(coap_code_decimal(0x45), 205);
  CHECK_EQUAL(coap_code_decimal(coap_code_wire(504)), 504);
}

void codec_tests(void) {
  test("RFC 7252 A: the example exchange is written as printed there",
       the_rfc_example_is_written_as_in_the_rfc);
  test("a message comes back as it was written", a_message_comes_back_as_it_was_written);
  test("RFC 7252 3: malformed messages are told apart", malformed_messages_are_told_apart);
  test("no truncation of a message reads behind its end",
       no_truncation_of_a_message_reads_behind_its_end);
  test("what does not fit or is out of order is refused", what_does_not_fit_is_refused);
  test("codes turn into decimals and back", codes_turn_into_decimals_and_back);
}
