/* command.c - the one command under way: its text, its payload made into digits as the UART takes them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "modem.h"

/* What is given to the UART at a time. */
#define CHUNK 32u

void at_modem_command(nbiot_at_modem_t *modem, uint8_t kind, uint8_t socket, uint32_t timeout_ms) {
  modem->command.kind = kind;
  modem->command.socket = socket;
  modem->command.payload = PAYLOAD_NONE;
  modem->command.payload_length = 0;
  modem->command.length = 0;
  modem->command.written = 0;
  modem->command.told = 0;
  modem->command.deadline = at_modem_now(modem) + timeout_ms;
  at_modem_add(modem, "AT");
}

void at_modem_add(nbiot_at_modem_t *modem, const char *text) {
  while (*text != '\0' && modem->command.length < sizeof modem->command.text) {
    modem->command.text[modem->command.length++] = *text++;
  }
}

void at_modem_add_number(nbiot_at_modem_t *modem, uint32_t number) {
  char digits[11];
  uint32_t start = sizeof digits - 1u;
  digits[start] = '\0';
  do {
    digits[--start] = (char)('0' + number % 10u);
    number /= 10u;
  } while (number > 0);
  at_modem_add(modem, digits + start);
}

void at_modem_add_ipv4(nbiot_at_modem_t *modem, const uint8_t bytes[4]) {
  for (uint32_t i = 0; i < 4u; i += 1) {
    if (i > 0) at_modem_add(modem, ".");
    at_modem_add_number(modem, bytes[i]);
  }
}

static const char *end_of(const nbiot_at_modem_t *modem) {
  return modem->command.payload == PAYLOAD_HOST ? "\"\r" : "\r";
}

static uint32_t digits_of(const nbiot_at_modem_t *modem) {
  return modem->command.payload == PAYLOAD_DATAGRAM ? modem->command.payload_length * 2u
                                                    : modem->command.payload_length;
}

static uint32_t total_of(const nbiot_at_modem_t *modem) {
  const uint32_t end = modem->command.payload == PAYLOAD_HOST ? 2u : 1u;
  return modem->command.length + digits_of(modem) + end;
}

static uint8_t character_at(const nbiot_at_modem_t *modem, uint32_t index) {
  static const char digits[] = "0123456789ABCDEF";
  if (index < modem->command.length) return (uint8_t)modem->command.text[index];
  index -= modem->command.length;
  if (index >= digits_of(modem)) return (uint8_t)end_of(modem)[index - digits_of(modem)];
  if (modem->command.payload == PAYLOAD_HOST) return modem->config.send[index];
  return (uint8_t)digits[modem->config.send[index / 2u] >> (index % 2u == 0 ? 4u : 0u) & 0x0Fu];
}

int at_modem_is_written(const nbiot_at_modem_t *modem) {
  return modem->command.written == total_of(modem);
}

void at_modem_write(nbiot_at_modem_t *modem) {
  uint8_t chunk[CHUNK];
  const uint32_t total = total_of(modem);
  while (modem->command.kind != COMMAND_NONE && modem->command.written < total) {
    uint32_t count = total - modem->command.written;
    uint32_t taken;
    if (count > CHUNK) count = CHUNK;
    for (uint32_t i = 0; i < count; i += 1) {
      chunk[i] = character_at(modem, modem->command.written + i);
    }
    taken = modem->config.write(modem->config.context, chunk, count);
    modem->command.written += taken < count ? taken : count;
    if (taken < count) return;
  }
}
