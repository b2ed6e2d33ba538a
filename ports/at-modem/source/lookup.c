/* lookup.c - names: literals at once, others by the module, one at a time.
 * SPDX-License-Identifier: Apache-2.0 */
#include "modem.h"

#define LOOKUP_MS 60000u

static int is_literal(const char *host, uint32_t length, uint8_t bytes[4]) {
  at_modem_cursor_t cursor;
  cursor.text = host;
  cursor.left = length;
  return *host != '"' && at_modem_read_ipv4(&cursor, bytes) && cursor.left == 0;
}

/* Nothing that would end the name's quotes, or the command. */
static int is_name(const char *host, uint32_t length) {
  for (uint32_t i = 0; i < length; i += 1) {
    const char c = host[i];
    const int letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '_') return 0;
  }
  return length > 0;
}

/* FNV-1a: which name the answer is for; keeping the name would take 255 bytes. */
static uint32_t hash_of(const char *host, uint32_t length) {
  uint32_t hash = 2166136261u;
  for (uint32_t i = 0; i < length; i += 1) hash = (hash ^ (uint8_t)host[i]) * 16777619u;
  return hash;
}

static int32_t found(const uint8_t bytes[4], nbiot_address_t *address) {
  address->family = NBIOT_FAMILY_IPV4;
  address->reserved = 0;
  for (uint32_t i = 0; i < sizeof address->bytes; i += 1) {
    address->bytes[i] = i < 4u ? bytes[i] : 0;
  }
  return 1;
}

static void give_up(nbiot_at_modem_t *modem) {
  if (modem->lookup.state == LOOKUP_WANTED) modem->outgoing.kind = PAYLOAD_NONE;
  modem->lookup.state = LOOKUP_NONE;
}

static int is_pending(const nbiot_at_modem_t *modem) {
  return modem->lookup.state == LOOKUP_WANTED || modem->lookup.state == LOOKUP_ASKED;
}

/* The name waits where datagrams wait, so it waits for them. */
static int32_t begin(nbiot_at_modem_t *modem, const char *host, uint32_t length, uint32_t hash) {
  if (modem->outgoing.kind != PAYLOAD_NONE) return 0;
  for (uint32_t i = 0; i < length; i += 1) modem->config.send[i] = (uint8_t)host[i];
  modem->outgoing.kind = PAYLOAD_HOST;
  modem->outgoing.length = length;
  modem->lookup.hash = hash;
  modem->lookup.started = at_modem_now(modem);
  modem->lookup.state = LOOKUP_WANTED;
  return 0;
}

static int32_t look_up(nbiot_at_modem_t *modem, const char *host, uint32_t length,
                       nbiot_address_t *address) {
  const uint32_t hash = hash_of(host, length);
  const uint8_t state = modem->lookup.state;
  if (is_pending(modem) && at_modem_now(modem) - modem->lookup.started >= LOOKUP_MS) {
    give_up(modem);
    return NBIOT_PORT_BROKEN;
  }
  if (is_pending(modem)) return 0;
  modem->lookup.state = LOOKUP_NONE;
  if (state == LOOKUP_NONE || hash != modem->lookup.hash) return begin(modem, host, length, hash);
  return state == LOOKUP_FOUND ? found(modem->lookup.bytes, address) : NBIOT_PORT_BROKEN;
}

int32_t at_modem_resolve(nbiot_at_modem_t *modem, const char *host, uint32_t length,
                         nbiot_address_t *address) {
  uint8_t bytes[4];
  int32_t answer;
  if (is_literal(host, length, bytes)) return found(bytes, address);
  if (modem->config.resolver == NULL || !is_name(host, length) ||
      length > modem->config.send_size) {
    return NBIOT_PORT_UNSUPPORTED;
  }
  (void)at_modem_step(modem);
  answer = look_up(modem, host, length, address);
  (void)at_modem_step(modem);
  return answer;
}

/* Before or after its OK; an address of any other form is none. */
void at_modem_lookup_answer(nbiot_at_modem_t *modem, at_modem_cursor_t *cursor) {
  if (modem->lookup.state != LOOKUP_ASKED) return;
  modem->lookup.state = LOOKUP_FAILED;
  if (at_modem_read_ipv4(cursor, modem->lookup.bytes) && cursor->left == 0) {
    modem->lookup.state = LOOKUP_FOUND;
  }
}

void at_modem_lookup_gone(nbiot_at_modem_t *modem) {
  if (is_pending(modem)) modem->lookup.state = LOOKUP_FAILED;
}

void at_modem_lookup_ended(nbiot_at_modem_t *modem, int32_t code) {
  if (modem->outgoing.kind == PAYLOAD_HOST) modem->outgoing.kind = PAYLOAD_NONE;
  if (code != 0 && modem->lookup.state == LOOKUP_ASKED) modem->lookup.state = LOOKUP_FAILED;
}
