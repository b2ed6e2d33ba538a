/* toy_security.h - a security provider that protects nothing, but has flights, records and timers.
 *
 * A record is: 0x16 handshake or 0x17 data, sequence number (1 byte), length (2 bytes), payload
 * xor (key + sequence number). The client says "hello", hears "who", answers "me", hears "fine".
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TOY_SECURITY_H
#define TOY_SECURITY_H

#include <string.h>

#include "nbiot.h"

#define TOY_HANDSHAKE 0x16u
#define TOY_DATA 0x17u
#define TOY_HEADER 4u
#define TOY_LARGEST 1024u

typedef struct toy {
  nbiot_security_environment_t environment;
  const nbiot_credentials_t *credentials;
  const char *flight;   /* What the handshake repeats now; null = nothing. */
  uint32_t flight_at;   /* When it left. */
  uint32_t established; /* 1 = data may pass. */
  uint32_t next_ms;     /* What step asks for once established. */
  uint32_t opens;
  uint32_t closes;
  uint32_t is_open;
  uint32_t inputs; /* Datagrams it was given. */
  int32_t open_answer;  /* What open, step, input and send are to answer instead; 0 = nothing. */
  int32_t step_answer;
  int32_t input_answer;
  int32_t send_answer;
  uint32_t sends_later; /* How many sends answer 0 first. */
  uint8_t sequence;
  uint8_t key;
  uint8_t pending[TOY_LARGEST];
  uint32_t pending_length;
} toy_t;

/* Writes one record and returns its length. */
static inline uint32_t toy_seal(uint8_t *record, uint8_t type, uint8_t key, uint8_t sequence,
                                const void *payload, uint32_t length) {
  const uint8_t *bytes = payload;
  uint32_t index;
  record[0] = type;
  record[1] = sequence;
  record[2] = (uint8_t)(length >> 8);
  record[3] = (uint8_t)length;
  for (index = 0; index < length; index++) {
    record[TOY_HEADER + index] = (uint8_t)(bytes[index] ^ (uint8_t)(key + sequence));
  }
  return TOY_HEADER + length;
}

/* Opens the first record of `bytes`. Returns its whole length, 0 = it is none. */
static inline uint32_t toy_unseal(const uint8_t *bytes, uint32_t length, uint8_t key,
                                  uint8_t *payload, uint32_t *payload_length) {
  uint32_t index;
  uint32_t size;
  if (length < TOY_HEADER || (bytes[0] != TOY_HANDSHAKE && bytes[0] != TOY_DATA)) {
    return 0;
  }
  size = (uint32_t)bytes[2] << 8 | bytes[3];
  if (TOY_HEADER + size > length) {
    return 0;
  }
  for (index = 0; index < size; index++) {
    payload[index] = (uint8_t)(bytes[TOY_HEADER + index] ^ (uint8_t)(key + bytes[1]));
  }
  *payload_length = size;
  return TOY_HEADER + size;
}

static inline int32_t toy_emit(toy_t *toy, uint8_t type, const void *payload, uint32_t length) {
  uint8_t record[TOY_LARGEST + TOY_HEADER];
  int32_t answer;
  uint32_t size = toy_seal(record, type, toy->key, toy->sequence, payload, length);
  answer = toy->environment.emit(toy->environment.context, record, size);
  toy->sequence += answer > 0;
  return answer <= 0 ? answer : (int32_t)length;
}

static inline int32_t toy_open(void *context, const nbiot_security_environment_t *environment,
                               const nbiot_credentials_t *credentials, uint32_t now_ms) {
  toy_t *toy = context;
  uint8_t chance = 0;
  toy->opens += 1;
  toy->is_open = 1;
  toy->environment = *environment;
  toy->credentials = credentials;
  toy->key = credentials == NULL ? 0 : credentials->key[0];
  toy->established = 0;
  toy->pending_length = 0;
  toy->flight = "hello";
  toy->flight_at = now_ms - 1000;
  if (environment->random(environment->context, &chance, 1) < 0) {
    return NBIOT_SECURITY_PROTOCOL;
  }
  toy->sequence = chance;
  return toy->open_answer;
}

static inline int32_t toy_step(void *context, uint32_t now_ms, uint32_t *next_ms) {
  toy_t *toy = context;
  if (toy->step_answer < 0) {
    return toy->step_answer;
  }
  if (toy->established) {
    *next_ms = toy->next_ms;
    return NBIOT_SECURITY_ESTABLISHED;
  }
  if (now_ms - toy->flight_at >= 1000) {
    toy->flight_at = now_ms;
    toy_emit(toy, TOY_HANDSHAKE, toy->flight, (uint32_t)strlen(toy->flight));
  }
  *next_ms = 1000 - (now_ms - toy->flight_at);
  return NBIOT_SECURITY_PENDING;
}

static inline void toy_shake(toy_t *toy, const uint8_t *payload, uint32_t length, uint32_t now_ms) {
  if (length == 3 && memcmp(payload, "who", 3) == 0 && !toy->established) {
    toy->flight = "me";
    toy->flight_at = now_ms - 1000;
  }
  if (length == 4 && memcmp(payload, "fine", 4) == 0) {
    toy->established = 1;
  }
}

static inline int32_t toy_input(void *context, uint32_t now_ms, const uint8_t *data,
                                uint32_t length, uint8_t *out, uint32_t size) {
  toy_t *toy = context;
  uint8_t payload[TOY_LARGEST];
  toy->inputs += data != NULL;
  if (toy->input_answer < 0) {
    return toy->input_answer;
  }
  if (data != NULL && length <= TOY_LARGEST) {
    memcpy(toy->pending, data, length);
    toy->pending_length = length;
  }
  while (toy->pending_length > 0) {
    uint32_t payload_length = 0;
    uint8_t type = toy->pending[0];
    uint32_t used =
        toy_unseal(toy->pending, toy->pending_length, toy->key, payload, &payload_length);
    toy->pending_length = used == 0 ? 0 : toy->pending_length - used;
    memmove(toy->pending, toy->pending + used, toy->pending_length);
    if (used > 0 && type == TOY_HANDSHAKE) {
      toy_shake(toy, payload, payload_length, now_ms);
    } else if (used > 0 && toy->established && payload_length > 0 && payload_length <= size) {
      memcpy(out, payload, payload_length);
      return (int32_t)payload_length;
    }
  }
  return 0;
}

static inline int32_t toy_send(void *context, uint32_t now_ms, const uint8_t *data,
                               uint32_t length) {
  toy_t *toy = context;
  (void)now_ms;
  if (toy->send_answer < 0) {
    return toy->send_answer;
  }
  if (toy->sends_later > 0) {
    toy->sends_later -= 1;
    return 0;
  }
  return toy->established ? toy_emit(toy, TOY_DATA, data, length) : NBIOT_SECURITY_PROTOCOL;
}

static inline void toy_close(void *context, int32_t notify) {
  toy_t *toy = context;
  (void)notify;
  toy->closes += toy->is_open;
  toy->is_open = 0;
  toy->established = 0;
}

static const nbiot_security_t toy_provider = {
    NBIOT_ABI, 0, toy_open, toy_step, toy_input, toy_send, NULL, NULL, toy_close, NULL, NULL};

#endif
