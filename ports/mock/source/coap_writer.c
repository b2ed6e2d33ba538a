/* mock_coap_writer.c - writing CoAP messages.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "coap.h"

static void append(mock_coap_writer_t *writer, const void *bytes, uint32_t length) {
  if (writer->failed || writer->size - writer->length < length) {
    writer->failed = 1;
    return;
  }
  if (length > 0) {
    memcpy(writer->bytes + writer->length, bytes, length);
  }
  writer->length += length;
}

static void append_byte(mock_coap_writer_t *writer, uint32_t byte) {
  uint8_t value = (uint8_t)byte;
  append(writer, &value, 1);
}

void mock_coap_begin(mock_coap_writer_t *writer, uint8_t *bytes, uint32_t size, uint8_t type,
                     uint8_t code, uint16_t message_id, const uint8_t *token, uint8_t token_length) {
  memset(writer, 0, sizeof *writer);
  writer->bytes = bytes;
  writer->size = size;
  append_byte(writer, 0x40u | (uint32_t)type << 4 | token_length);
  append_byte(writer, code);
  append_byte(writer, message_id >> 8);
  append_byte(writer, message_id & 255u);
  append(writer, token, token_length);
}

static uint32_t nibble(uint32_t value) { return value < 13 ? value : value < 269 ? 13 : 14; }

static void append_extension(mock_coap_writer_t *writer, uint32_t value) {
  if (nibble(value) == 13) {
    append_byte(writer, value - 13);
  } else if (nibble(value) == 14) {
    append_byte(writer, (value - 269) >> 8);
    append_byte(writer, (value - 269) & 255u);
  }
}

void mock_coap_put(mock_coap_writer_t *writer, uint16_t number, const void *value,
                   uint32_t length) {
  uint32_t delta = (uint32_t)number - writer->last_option;
  if (number < writer->last_option || length > 65535) {
    writer->failed = 1;
    return;
  }
  append_byte(writer, nibble(delta) << 4 | nibble(length));
  append_extension(writer, delta);
  append_extension(writer, length);
  append(writer, value, length);
  writer->last_option = number;
}

void mock_coap_put_number(mock_coap_writer_t *writer, uint16_t number, uint32_t value) {
  uint8_t bytes[4];
  uint32_t length = 0;
  int shift;
  for (shift = 24; shift >= 0; shift -= 8) {
    if (length > 0 || value >> shift != 0) {
      bytes[length++] = (uint8_t)(value >> shift);
    }
  }
  mock_coap_put(writer, number, bytes, length);
}

void mock_coap_put_parts(mock_coap_writer_t *writer, uint16_t number, const char *text,
                         char separator) {
  if (text == NULL) {
    return;
  }
  if (*text == separator) {
    text += 1;
  }
  while (*text != '\0') {
    const char *end = strchr(text, separator);
    uint32_t length = end == NULL ? (uint32_t)strlen(text) : (uint32_t)(end - text);
    mock_coap_put(writer, number, text, length);
    text += length + (end != NULL);
  }
}

uint32_t mock_coap_finish(mock_coap_writer_t *writer, const void *payload, uint32_t length) {
  if (length > 0) {
    append_byte(writer, 0xFF);
    append(writer, payload, length);
  }
  return writer->failed ? 0 : writer->length;
}
