/* coap.h - the scripted server's own CoAP messages (RFC 7252 3). Shares nothing with nbiot.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_COAP_H
#define MOCK_COAP_H

#include <stdint.h>

#define COAP_CON 0u
#define COAP_NON 1u
#define COAP_ACK 2u
#define COAP_RST 3u

#define COAP_OBSERVE 6u
#define COAP_LOCATION_PATH 8u
#define COAP_URI_PATH 11u
#define COAP_CONTENT_FORMAT 12u
#define COAP_MAX_AGE 14u
#define COAP_URI_QUERY 15u
#define COAP_ACCEPT 17u
#define COAP_BLOCK1 27u
#define COAP_AUTH_CODE 63u /* private, of the onenet profile */

#define COAP_OPTIONS_MAX 64u

typedef struct mock_coap_option {
  const uint8_t *value;
  uint16_t number;
  uint16_t length;
} mock_coap_option_t;

/* Borrows the datagram it was decoded from. */
typedef struct mock_coap_message {
  const uint8_t *payload;
  uint32_t payload_length;
  uint32_t option_count;
  uint16_t message_id;
  uint8_t type;
  uint8_t code; /* c.dd as on the wire */
  uint8_t token_length;
  uint8_t token[8];
  mock_coap_option_t options[COAP_OPTIONS_MAX];
} mock_coap_message_t;

typedef enum {
  COAP_OK = 0,
  COAP_SHORT = -1,      /* fewer bytes than a field needs */
  COAP_VERSION = -2,    /* not version 1 */
  COAP_TOKEN = -3,      /* TKL 9 ... 15 */
  COAP_EMPTY = -4,      /* an empty message with something behind its header */
  COAP_NIBBLE = -5,     /* option delta or length 15, or a number over 65535 */
  COAP_NO_PAYLOAD = -6, /* a payload marker and nothing behind */
  COAP_TOO_MANY = -7    /* more than COAP_OPTIONS_MAX options */
} mock_coap_error_t;

/* From COAP_VERSION on the four header bytes of *message are valid. */
mock_coap_error_t mock_coap_decode(const uint8_t *data, uint32_t length,
                                   mock_coap_message_t *message);
/* The first option of that number at or behind *index, which moves behind it; null = none left. */
const mock_coap_option_t *mock_coap_find(const mock_coap_message_t *message, uint16_t number,
                                         uint32_t *index);
/* Every option of that number, with the separator between; cut where the text is full. */
void mock_coap_join(const mock_coap_message_t *message, uint16_t number, char separator, char *text,
                    uint32_t size);
/* The option's value as an unsigned number, or -1 when it is absent or over four bytes. */
int64_t mock_coap_number(const mock_coap_message_t *message, uint16_t number);

/* Writes in order: begin, options by rising number, finish; that gives 0 when it did not fit. */
typedef struct mock_coap_writer {
  uint8_t *bytes;
  uint32_t size;
  uint32_t length;
  uint16_t last_option;
  uint8_t failed;
} mock_coap_writer_t;

void mock_coap_begin(mock_coap_writer_t *writer, uint8_t *bytes, uint32_t size, uint8_t type,
                     uint8_t code, uint16_t message_id, const uint8_t *token, uint8_t token_length);
void mock_coap_put(mock_coap_writer_t *writer, uint16_t number, const void *value, uint32_t length);
void mock_coap_put_number(mock_coap_writer_t *writer, uint16_t number, uint32_t value);
/* One option per part of "a/b/c" or "x=1&y=2"; a leading separator is skipped. */
void mock_coap_put_parts(mock_coap_writer_t *writer, uint16_t number, const char *text,
                         char separator);
uint32_t mock_coap_finish(mock_coap_writer_t *writer, const void *payload, uint32_t length);

/* 4.03 <-> 403 */
uint16_t mock_coap_code_decimal(uint8_t code);
uint8_t mock_coap_code_wire(uint16_t decimal);
/* 0, or a code of three digits that a response can have on the wire: 1.00 ... 7.31. */
int mock_coap_code_fits(uint16_t decimal);

#endif
