/* step.c - the bytes from the UART, and one step of the port.
 * SPDX-License-Identifier: Apache-2.0 */
#include "modem.h"

/* While the UART does not take what is to be written. */
#define WRITE_REST_MS 5u

/* In the place of bytes that were lost: it damages its line, for two halves may look whole together. */
#define GAP 0xFFu

static int put(nbiot_at_modem_t *modem, uint8_t byte) {
  const uint32_t in = modem->uart_in;
  const uint32_t next = in + 1u == modem->config.uart_size ? 0 : in + 1u;
  if (next == modem->uart_out) return 0;
  modem->config.uart[in] = byte;
  modem->uart_in = next; /* Last: from here on the byte may be read. */
  return 1;
}

void nbiot_at_modem_feed(nbiot_at_modem_t *modem, const uint8_t *bytes, uint32_t count) {
  for (uint32_t i = 0; i < count; i += 1) {
    if (modem->uart_cut && put(modem, GAP)) modem->uart_cut = 0;
    if (modem->uart_cut || !put(modem, bytes[i])) {
      modem->uart_lost += count - i;
      modem->uart_cut = 1;
      return;
    }
  }
}

/* At most one ring full, so that a babbling module does not hold up the caller. */
static void take_bytes(nbiot_at_modem_t *modem) {
  const uint32_t size = modem->config.uart_size;
  if (modem->uart_out != modem->uart_in) modem->heard = at_modem_now(modem);
  for (uint32_t i = 0; i < size && modem->uart_out != modem->uart_in; i += 1) {
    const uint32_t out = modem->uart_out;
    const uint8_t byte = modem->config.uart[out];
    modem->uart_out = out + 1u == size ? 0 : out + 1u;
    at_modem_take_byte(modem, byte);
  }
}

static uint32_t until(uint32_t now, uint32_t moment) {
  return at_modem_is_past(now, moment) ? 0 : moment - now;
}

static uint32_t rest_of_command(const nbiot_at_modem_t *modem, uint32_t now) {
  const uint32_t rest = until(now, modem->command.deadline);
  return !at_modem_is_written(modem) && rest > WRITE_REST_MS ? WRITE_REST_MS : rest;
}

static int has_work(const nbiot_at_modem_t *modem) {
  if (modem->phase != PHASE_READY || modem->asked != NULL ||
      modem->sweep < NBIOT_AT_MODEM_SOCKETS || modem->outgoing.kind == PAYLOAD_DATAGRAM || modem->lookup.state == LOOKUP_WANTED) {
    return 1;
  }
  for (uint32_t i = 0; i < modem->config.sockets; i += 1) {
    const uint8_t state = modem->sockets[i].state;
    if (state == SOCKET_WANTED || state == SOCKET_CLOSING) return 1;
  }
  return 0;
}

/* AT comes first, as after a command without an answer. */
static void rouse(nbiot_at_modem_t *modem, uint32_t now) {
  const uint32_t doze_ms = modem->config.doze_ms;
  if (doze_ms == 0 || modem->phase != PHASE_READY || now - modem->heard < doze_ms) return;
  if (!has_work(modem) && at_modem_look_rest(modem, now) > 0) return;
  modem->phase = PHASE_ALIVE;
  modem->tries = 0;
}

static uint32_t rest(const nbiot_at_modem_t *modem, uint32_t now) {
  uint32_t pause;
  uint32_t look;
  if (modem->uart_in != modem->uart_out) return 0;
  if (modem->command.kind != COMMAND_NONE) return rest_of_command(modem, now);
  pause = until(now, modem->not_before);
  if (has_work(modem)) return pause;
  look = at_modem_look_rest(modem, now);
  return look > pause ? look : pause;
}

uint32_t at_modem_step(nbiot_at_modem_t *modem) {
  uint32_t now;
  take_bytes(modem);
  now = at_modem_now(modem);
  if (modem->command.kind != COMMAND_NONE && at_modem_is_past(now, modem->command.deadline)) {
    at_modem_timeout(modem);
  }
  if (modem->command.kind == COMMAND_NONE && at_modem_is_past(now, modem->not_before)) {
    rouse(modem, now);
    at_modem_next(modem, now);
  }
  if (modem->command.kind != COMMAND_NONE) at_modem_write(modem);
  return rest(modem, at_modem_now(modem));
}
