/* secure.c - the provider's five functions.
 * SPDX-License-Identifier: Apache-2.0 */
#include "secure.h"

#include "law.h"
#include "line.h"

#define HELLO 0x16u
#define DATA 0x17u
#define HEAD 3u

enum { OPEN, STEP, INPUT, SEND, FUNCTIONS };

static nbiot_security_environment_t environment;
static uint8_t is_open, is_established;
static uint8_t pending[MESSAGE_ROOM];
static uint32_t pending_length;
static struct {
  uint32_t count;
  int32_t answer;
} wrong[FUNCTIONS];

void secure_begin(void) {
  memset(wrong, 0, sizeof wrong);
  is_open = 0;
}

void secure_change(script_t *script) {
  static const int32_t answers[] = {0, -1, -2, -3, -4, -5, NBIOT_PORT_BROKEN, INT32_MIN};
  uint32_t function = take_below(script, FUNCTIONS);
  wrong[function].answer = PICK(script, answers);
  wrong[function].count = take_below(script, 8);
}

static int is_wrong(uint32_t function, int32_t *answer) {
  line_note_call(1);
  if (wrong[function].count == 0) return 0;
  wrong[function].count -= 1;
  line.failed += 1;
  *answer = wrong[function].answer;
  return 1;
}

uint32_t secure_seal(uint8_t *record, const message_t *message) {
  uint32_t length = message->length < MESSAGE_ROOM - HEAD ? message->length : MESSAGE_ROOM - HEAD;
  record[0] = DATA;
  record[1] = (uint8_t)(length >> 8);
  record[2] = (uint8_t)length;
  memcpy(record + HEAD, message->bytes, length);
  return HEAD + length;
}

static uint32_t touch(const uint8_t *bytes, uint32_t length) {
  uint32_t sum = 0;
  while (length > 0) sum += bytes[--length];
  return sum;
}

static int32_t open_session(void *context, const nbiot_security_environment_t *lent,
                            const nbiot_credentials_t *credentials, uint32_t now_ms) {
  int32_t answer;
  (void)now_ms;
  law(context == &environment && !is_open, "nbiot_security.h, open: not while a session is open");
  line.is_secure = 1;
  is_open = 1;
  is_established = 0;
  pending_length = 0;
  environment = *lent;
  if (credentials != NULL) {
    law(touch(credentials->identity, credentials->identity_length) + touch(credentials->key, credentials->key_length) <
            UINT32_MAX, "credentials can be read");
  }
  return is_wrong(OPEN, &answer) ? answer : 0;
}

static int32_t step(void *context, uint32_t now_ms, uint32_t *next_ms) {
  static const uint8_t hello[HEAD] = {HELLO, 0, 0};
  int32_t answer;
  (void)now_ms;
  law(context == &environment && is_open, "nbiot_security.h, step: of an open session");
  *next_ms = 1000;
  if (is_wrong(STEP, &answer)) return answer;
  if (is_established) {
    *next_ms = UINT32_MAX;
    return NBIOT_SECURITY_ESTABLISHED;
  }
  environment.emit(environment.context, hello, HEAD);
  line_arrive(hello, HEAD, 20, 0);
  return NBIOT_SECURITY_PENDING;
}

static void take_record(const uint8_t *data, uint32_t length) {
  if (length >= HEAD && data[0] == HELLO) is_established = 1;
  pending_length = length <= sizeof pending ? length : 0;
  memcpy(pending, data, pending_length);
}

/* The next message of what is pending. */
static int32_t take_message(uint8_t *out, uint32_t size) {
  while (pending_length >= HEAD) {
    uint32_t length = (uint32_t)pending[1] << 8 | pending[2];
    uint8_t kind = pending[0];
    if (length > pending_length - HEAD) length = pending_length - HEAD;
    if (kind == DATA && is_established && length > 0 && length <= size) {
      memcpy(out, pending + HEAD, length);
      law_received(out, length);
    }
    pending_length -= HEAD + length;
    memmove(pending, pending + HEAD + length, pending_length);
    if (kind == DATA && is_established && length > 0 && length <= size) return (int32_t)length;
  }
  return 0;
}

static int32_t input(void *context, uint32_t now_ms, const uint8_t *data, uint32_t length, uint8_t *out, uint32_t size) {
  int32_t answer;
  (void)now_ms;
  law(context == &environment && is_open && size == line.receive_capacity, "nbiot_security.h, input: of an open session");
  if (data != NULL) take_record(data, length);
  if (is_wrong(INPUT, &answer)) return answer;
  return take_message(out, size);
}

static int32_t send_protected(void *context, uint32_t now_ms, const uint8_t *data, uint32_t length) {
  uint8_t record[HEAD + MESSAGE_ROOM] = {DATA, (uint8_t)(length >> 8), (uint8_t)length};
  int32_t answer;
  (void)now_ms;
  law(context == &environment && is_open && is_established, "nbiot_security.h, send: once the session stands");
  if (is_wrong(SEND, &answer)) return answer;
  law(length <= MESSAGE_ROOM, "nothing longer than a message is offered");
  memcpy(record + HEAD, data, length);
  answer = environment.emit(environment.context, record, HEAD + length);
  if (answer <= 0) return answer;
  line_leaves(data, length);
  return (int32_t)length;
}

static void close_session(void *context, int32_t notify) {
  static const uint8_t farewell[HEAD] = {0x15, 0, 0};
  law(context == &environment, "the provider gets its context");
  line_note_call(1);
  if (is_open && notify) environment.emit(environment.context, farewell, HEAD);
  is_open = 0;
}

const nbiot_security_t secure_provider = {NBIOT_ABI, 0, open_session, step, input, send_protected, NULL, NULL,
                                          close_session, NULL, NULL};

void *const secure_context = &environment;
