/* summary.c - a CoAP message in one line.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "coap.h"
#include "nbiot_mock.h"

typedef struct line {
  char *text;
  uint32_t size;
  uint32_t length;
} line_t;

static void add(line_t *line, const char *format, ...) {
  va_list arguments;
  int written;
  if (line->length + 1 >= line->size) {
    return;
  }
  va_start(arguments, format);
  written = vsnprintf(line->text + line->length, line->size - line->length, format, arguments);
  va_end(arguments);
  if (written > 0) {
    uint32_t room = line->size - 1 - line->length;
    line->length += (uint32_t)written < room ? (uint32_t)written : room;
  }
}

static void add_value(line_t *line, const coap_option_t *option) {
  uint32_t i;
  for (i = 0; i < option->length; i += 1) {
    uint8_t byte = option->value[i];
    add(line, byte >= 32 && byte < 127 ? "%c" : "\\x%02x", byte);
  }
}

static void add_all(line_t *line, const coap_message_t *message, uint16_t number,
                    const char *first, const char *next) {
  uint32_t index = 0;
  const coap_option_t *option;
  const char *before = first;
  while ((option = coap_find(message, number, &index)) != NULL) {
    add(line, "%s", before);
    add_value(line, option);
    before = next;
  }
}

static void add_number(line_t *line, const coap_message_t *message, uint16_t number,
                       const char *name) {
  int64_t value = coap_number(message, number);
  if (value >= 0) {
    add(line, " %s=%ld", name, (long)value);
  }
}

static void add_code(line_t *line, const coap_message_t *message) {
  static const char *const types[] = {"CON", "NON", "ACK", "RST"};
  static const char *const methods[] = {"empty", "GET", "POST", "PUT", "DELETE"};
  if (message->code <= 4) {
    add(line, "%s %s", types[message->type], methods[message->code]);
  } else {
    add(line, "%s %u.%02u", types[message->type], message->code >> 5, message->code & 31u);
  }
  add(line, " %04x", message->message_id);
}

void nbiot_mock_coap_summary(const uint8_t *data, uint32_t length, char *text, uint32_t size) {
  static const char *const faults[] = {"",      "too short", "version",   "token length",
                                       "empty", "option",    "no payload", "options"};
  line_t line = {text, size, 0};
  coap_message_t message;
  coap_error_t error;
  uint32_t i;
  if (text == NULL || size == 0) {
    return;
  }
  text[0] = '\0';
  error = data == NULL ? COAP_SHORT : coap_decode(data, length, &message);
  if (error != COAP_OK) {
    add(&line, "not CoAP: %s (%lu bytes)", faults[-error], (unsigned long)length);
    return;
  }
  add_code(&line, &message);
  if (message.token_length > 0) {
    add(&line, " [");
    for (i = 0; i < message.token_length; i += 1) {
      add(&line, "%02x", message.token[i]);
    }
    add(&line, "]");
  }
  add_all(&line, &message, COAP_LOCATION_PATH, " Location: /", "/");
  add_all(&line, &message, COAP_URI_PATH, " /", "/");
  add_all(&line, &message, COAP_URI_QUERY, "?", "&");
  add_number(&line, &message, COAP_OBSERVE, "observe");
  add_number(&line, &message, COAP_CONTENT_FORMAT, "format");
  add_number(&line, &message, COAP_ACCEPT, "accept");
  if (message.payload_length > 0) {
    add(&line, " (%lu bytes)", (unsigned long)message.payload_length);
  }
}
