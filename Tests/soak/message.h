/* message.h - what the watch has to know of a CoAP message.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdint.h>

#define NO_ID 0xFFFFu
#define TYPE_CON 0u
#define TYPE_NON 1u
#define TYPE_ACK 2u
#define TYPE_RST 3u
#define CODE_CREATED 0x41u
#define CODE_CHANGED 0x44u
#define CODE_CONTINUE 0x5Fu
#define CODE_TOO_LARGE 0x8Du

/* What a request of the device is, by its path. */
typedef enum { CALL_NONE, CALL_REGISTER, CALL_UPDATE, CALL_DEREGISTER, CALL_BOOTSTRAP } call_t;

typedef struct message {
  uint64_t token;
  const uint8_t *payload; /* Null = none. */
  uint32_t payload_length;
  uint32_t hash;          /* Of all bytes. */
  int32_t observe;        /* -1 = no option. */
  int32_t block1;         /* Likewise. */
  int32_t format;
  int32_t pmin;           /* Of the query. */
  int64_t life_time;
  uint16_t id;
  uint16_t path[3];       /* NO_ID where there is none. */
  uint8_t type;
  uint8_t code;
  uint8_t token_length;
  uint8_t segments;
  uint8_t is_message;     /* 0 = the bytes are none. */
  call_t call;
} message_t;

message_t message_read(const uint8_t *bytes, uint32_t length);

static inline int message_is_request(const message_t *message) {
  return message->code > 0 && message->code < 32;
}

/* The integer of a resource in a TLV of its object or instance (LwM2M 6.4.3), or in text. Returns whether it is there. */
int message_number(const message_t *message, uint16_t instance, uint16_t resource, int64_t *number);

#endif
