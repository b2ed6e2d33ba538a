/* coap.c - reading CoAP messages.
 * SPDX-License-Identifier: Apache-2.0 */
#include "coap.h"

#include <stddef.h>
#include <string.h>

typedef struct reader {
  const uint8_t *data;
  uint32_t at;
  uint32_t end;
} reader_t;

/* RFC 7252 3.1: 13 and 14 announce one and two more bytes. */
static mock_coap_error_t extend(reader_t *reader, uint32_t *value) {
  if (*value == 13) {
    if (reader->end - reader->at < 1) {
      return COAP_SHORT;
    }
    *value = 13u + reader->data[reader->at];
    reader->at += 1;
  } else if (*value == 14) {
    if (reader->end - reader->at < 2) {
      return COAP_SHORT;
    }
    *value = 269u + ((uint32_t)reader->data[reader->at] << 8 | reader->data[reader->at + 1]);
    reader->at += 2;
  } else if (*value == 15) {
    return COAP_NIBBLE;
  }
  return COAP_OK;
}

static mock_coap_error_t read_option(reader_t *reader, mock_coap_message_t *message,
                                     uint32_t *number) {
  uint32_t delta = reader->data[reader->at] >> 4;
  uint32_t length = reader->data[reader->at] & 15u;
  mock_coap_error_t error;
  mock_coap_option_t *option;
  reader->at += 1;
  error = extend(reader, &delta);
  if (error == COAP_OK) {
    error = extend(reader, &length);
  }
  if (error != COAP_OK) {
    return error;
  }
  *number += delta;
  if (*number > 65535) {
    return COAP_NIBBLE;
  }
  if (reader->end - reader->at < length) {
    return COAP_SHORT;
  }
  if (message->option_count == COAP_OPTIONS_MAX) {
    return COAP_TOO_MANY;
  }
  option = &message->options[message->option_count++];
  option->number = (uint16_t)*number;
  option->value = reader->data + reader->at;
  option->length = (uint16_t)length;
  reader->at += length;
  return COAP_OK;
}

static mock_coap_error_t read_body(reader_t *reader, mock_coap_message_t *message) {
  uint32_t number = 0;
  while (reader->at < reader->end) {
    mock_coap_error_t error;
    if (reader->data[reader->at] == 0xFF) {
      reader->at += 1;
      message->payload = reader->data + reader->at;
      message->payload_length = reader->end - reader->at;
      return message->payload_length == 0 ? COAP_NO_PAYLOAD : COAP_OK;
    }
    error = read_option(reader, message, &number);
    if (error != COAP_OK) {
      return error;
    }
  }
  return COAP_OK;
}

mock_coap_error_t mock_coap_decode(const uint8_t *data, uint32_t length,
                                   mock_coap_message_t *message) {
  reader_t reader = {data, 4, length};
  memset(message, 0, sizeof *message);
  if (length < 4) {
    return COAP_SHORT;
  }
  message->type = data[0] >> 4 & 3;
  message->code = data[1];
  message->message_id = (uint16_t)(data[2] << 8 | data[3]);
  if (data[0] >> 6 != 1) {
    return COAP_VERSION;
  }
  if ((data[0] & 15) > 8) {
    return COAP_TOKEN;
  }
  if (message->code == 0 && (length > 4 || (data[0] & 15) != 0)) {
    return COAP_EMPTY;
  }
  message->token_length = data[0] & 15;
  if (length - 4 < message->token_length) {
    return COAP_SHORT;
  }
  memcpy(message->token, data + 4, message->token_length);
  reader.at += message->token_length;
  return read_body(&reader, message);
}

const mock_coap_option_t *mock_coap_find(const mock_coap_message_t *message, uint16_t number,
                                         uint32_t *index) {
  while (*index < message->option_count) {
    const mock_coap_option_t *option = &message->options[(*index)++];
    if (option->number == number) {
      return option;
    }
  }
  return NULL;
}

void mock_coap_join(const mock_coap_message_t *message, uint16_t number, char separator, char *text,
                    uint32_t size) {
  uint32_t index = 0, length = 0;
  const mock_coap_option_t *option;
  while ((option = mock_coap_find(message, number, &index)) != NULL) {
    if (length + option->length + 2u > size) {
      break;
    }
    if (length > 0) {
      text[length++] = separator;
    }
    memcpy(text + length, option->value, option->length);
    length += option->length;
  }
  text[length] = '\0';
}

int64_t mock_coap_number(const mock_coap_message_t *message, uint16_t number) {
  uint32_t index = 0;
  const mock_coap_option_t *option = mock_coap_find(message, number, &index);
  int64_t value = 0;
  uint32_t i;
  if (option == NULL || option->length > 4) {
    return -1;
  }
  for (i = 0; i < option->length; i += 1) {
    value = value << 8 | option->value[i];
  }
  return value;
}

uint16_t mock_coap_code_decimal(uint8_t code) {
  return (uint16_t)((code >> 5) * 100 + (code & 31));
}

uint8_t mock_coap_code_wire(uint16_t decimal) {
  return (uint8_t)(decimal / 100 << 5 | (decimal % 100 & 31));
}

int mock_coap_code_fits(uint16_t decimal) {
  return decimal == 0 || (decimal >= 100 && decimal <= 731 && decimal % 100 <= 31);
}
