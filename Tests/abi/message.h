/* message.h - a CoAP message put together piece by piece, good or not: nothing is checked.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdint.h>
#include <string.h>

#define MESSAGE_ROOM 1500u

typedef struct message {
  uint8_t bytes[MESSAGE_ROOM];
  uint32_t length;
  uint32_t number; /* Of the last option. */
} message_t;

static inline void message_add(message_t *message, const void *bytes, uint32_t length) {
  if (message->length + length <= MESSAGE_ROOM - 16) {
    memcpy(message->bytes + message->length, bytes, length);
    message->length += length;
  }
}

static inline void message_begin(message_t *message, uint32_t type, uint32_t code, uint32_t id,
                                 const uint8_t *token, uint32_t token_length) {
  uint8_t head[4] = {(uint8_t)(0x40u | type << 4 | token_length), (uint8_t)code,
                     (uint8_t)(id >> 8), (uint8_t)id};
  message->length = 0;
  message->number = 0;
  message_add(message, head, 4);
  message_add(message, token, token_length);
}

static inline uint32_t message_nibble(uint8_t *bytes, uint32_t *count, uint32_t value) {
  if (value < 13) {
    return value;
  }
  if (value < 269) {
    bytes[(*count)++] = (uint8_t)(value - 13);
    return 13;
  }
  bytes[(*count)++] = (uint8_t)((value - 269) >> 8);
  bytes[(*count)++] = (uint8_t)(value - 269);
  return 14;
}

/* Numbers below the last one count as the last one. */
static inline void message_option(message_t *message, uint32_t number, const void *value,
                                  uint32_t length) {
  uint8_t head[5];
  uint32_t count = 1;
  uint32_t delta = number < message->number ? 0 : number - message->number;
  uint32_t high = message_nibble(head, &count, delta);
  head[0] = (uint8_t)(high << 4 | message_nibble(head, &count, length));
  message->number += delta;
  message_add(message, head, count);
  message_add(message, value, length);
}

/* Options 11 of "/a/b/c". */
static inline void message_path(message_t *message, const char *path) {
  while (*path == '/') {
    uint32_t length = (uint32_t)strcspn(path + 1, "/");
    if (length > 0) {
      message_option(message, 11, path + 1, length);
    }
    path += 1 + length;
  }
}

static inline void message_payload(message_t *message, const void *bytes, uint32_t length) {
  if (length > 0) {
    message_add(message, "\xFF", 1);
    message_add(message, bytes, length);
  }
}

#endif
