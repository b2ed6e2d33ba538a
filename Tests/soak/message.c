/* message.c - reading as much of a CoAP message as the watch has to know (RFC 7252 3).
 * SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include <stdlib.h>
#include <string.h>

#define TLV 11542

static uint32_t number_of(const uint8_t *bytes, uint32_t length) {
  uint32_t number = 0;
  while (length-- > 0) number = number << 8 | *bytes++;
  return number;
}

/* The number behind `name` in a text that begins with it; -1 otherwise. */
static int64_t named(const uint8_t *text, uint32_t length, const char *name) {
  uint32_t at = (uint32_t)strlen(name);
  int64_t number = 0;
  if (length <= at || memcmp(text, name, at) != 0) return -1;
  for (; at < length && text[at] >= '0' && text[at] <= '9'; at++) number = number * 10 + (text[at] - '0');
  return number;
}

static void take_segment(message_t *message, const uint8_t *text, uint32_t length) {
  int64_t number = length > 0 ? named(text, length, "") : -1;
  if (message->segments < 3 && length > 0 && text[0] >= '0' && text[0] <= '9') {
    message->path[message->segments] = (uint16_t)number;
  }
  if (message->segments == 0 && length == 2 && memcmp(text, "rd", 2) == 0) message->call = CALL_REGISTER;
  if (message->segments == 0 && length == 2 && memcmp(text, "bs", 2) == 0) message->call = CALL_BOOTSTRAP;
  if (message->segments == 1 && message->call == CALL_REGISTER) message->call = CALL_UPDATE;
  message->segments += 1;
}

static void take_option(message_t *message, uint32_t number, const uint8_t *value, uint32_t length) {
  int64_t found;
  switch (number) {
    case 6: message->observe = (int32_t)number_of(value, length); break;
    case 11: take_segment(message, value, length); break;
    case 12: message->format = (int32_t)number_of(value, length); break;
    case 15:
      found = named(value, length, "pmin=");
      if (found >= 0) message->pmin = (int32_t)found;
      found = named(value, length, "lt=");
      if (found >= 0) message->life_time = found;
      break;
    case 27: message->block1 = (int32_t)number_of(value, length); break;
    default: break;
  }
}

/* RFC 7252 3.1: 13 and 14 announce one and two more bytes. Returns where the rest begins. */
static uint32_t extend(const uint8_t *bytes, uint32_t length, uint32_t at, uint32_t *value) {
  if (*value == 13 && at < length) {
    *value = 13u + bytes[at];
    return at + 1;
  }
  if (*value == 14 && at + 1 < length) {
    *value = 269u + number_of(bytes + at, 2);
    return at + 2;
  }
  return at;
}

static void read_options(message_t *message, const uint8_t *bytes, uint32_t length, uint32_t at) {
  uint32_t number = 0;
  while (at < length && bytes[at] != 0xFF) {
    uint32_t delta = bytes[at] >> 4;
    uint32_t size = bytes[at] & 15u;
    at = extend(bytes, length, at + 1, &delta);
    at = extend(bytes, length, at, &size);
    number += delta;
    if (size > length || at > length - size) return;
    take_option(message, number, bytes + at, size);
    at += size;
  }
  if (at + 1 < length) {
    message->payload = bytes + at + 1;
    message->payload_length = length - at - 1;
  }
}

message_t message_read(const uint8_t *bytes, uint32_t length) {
  message_t message;
  uint32_t i;
  memset(&message, 0, sizeof message);
  message.observe = message.block1 = message.format = message.pmin = -1;
  message.life_time = -1;
  message.path[0] = message.path[1] = message.path[2] = NO_ID;
  if (length < 4 || bytes[0] >> 6 != 1 || (bytes[0] & 15) > 8 || length < 4u + (bytes[0] & 15u)) {
    return message;
  }
  message.is_message = 1;
  message.type = bytes[0] >> 4 & 3;
  message.code = bytes[1];
  message.id = (uint16_t)number_of(bytes + 2, 2);
  message.token_length = bytes[0] & 15;
  for (i = 0; i < message.token_length; i++) message.token = message.token << 8 | bytes[4 + i];
  message.hash = 2166136261u;
  for (i = 0; i < length; i++) message.hash = (message.hash ^ bytes[i]) * 16777619u;
  read_options(&message, bytes, length, 4u + message.token_length);
  if (message.call == CALL_UPDATE && message.code == 4) message.call = CALL_DEREGISTER;
  if (!message_is_request(&message)) message.call = CALL_NONE;
  return message;
}

/* ---- Values in TLV */

typedef struct entry {
  const uint8_t *value;
  uint32_t length;
  uint16_t id;
  uint8_t kind; /* 0 = object instance, 3 = resource. */
} entry_t;

/* The entry at `*at`, which moves behind it. Returns 0 when there is none. */
static int next_entry(const uint8_t *bytes, uint32_t length, uint32_t *at, entry_t *entry) {
  uint32_t id_size, length_size;
  if (*at >= length) return 0;
  entry->kind = bytes[*at] >> 6;
  id_size = bytes[*at] & 0x20 ? 2 : 1;
  length_size = bytes[*at] >> 3 & 3;
  if (*at + 1 + id_size + length_size > length) return 0;
  entry->id = (uint16_t)number_of(bytes + *at + 1, id_size);
  entry->length = length_size == 0 ? bytes[*at] & 7u : number_of(bytes + *at + 1 + id_size, length_size);
  *at += 1 + id_size + length_size;
  if (entry->length > length - *at) return 0;
  entry->value = bytes + *at;
  *at += entry->length;
  return 1;
}

static int find_in(const uint8_t *bytes, uint32_t length, uint16_t instance, uint16_t resource, int64_t *number) {
  uint32_t at = 0;
  entry_t entry;
  while (next_entry(bytes, length, &at, &entry)) {
    if (entry.kind == 0 && entry.id == instance) return find_in(entry.value, entry.length, instance, resource, number);
    if (entry.kind == 3 && entry.id == resource && entry.length > 0 && entry.length <= 8) {
      int64_t value = (int8_t)entry.value[0];
      for (uint32_t i = 1; i < entry.length; i++) value = value * 256 + entry.value[i];
      *number = value;
      return 1;
    }
  }
  return 0;
}

int message_number(const message_t *message, uint16_t instance, uint16_t resource, int64_t *number) {
  if (message->payload == NULL) return 0;
  if (message->format == TLV) {
    return find_in(message->payload, message->payload_length, instance, resource, number);
  }
  *number = named(message->payload, message->payload_length, "");
  return *number >= 0;
}
