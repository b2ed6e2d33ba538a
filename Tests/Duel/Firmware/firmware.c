/* firmware.c - see duel_firmware.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "duel_firmware.h"
#include "nbiot_at_modem.h"

struct duel_firmware {
  nbiot_at_modem_t modem;
  nbiot_at_modem_config_t config;
  nbiot_platform_t hooks;
  uint32_t now;
  uint32_t restarts;
  uint32_t readies;
  uint32_t written; /* What the module has not been given yet. */
  uint8_t out[4096];
  uint8_t uart[8192];
  uint8_t send[1358];
  uint8_t receive[7 * 4000];
};

static uint32_t now_ms(void *context) { return ((duel_firmware_t *)context)->now; }

static int32_t fill_random(void *context, uint8_t *buffer, uint32_t size) {
  (void)context;
  memset(buffer, 7, size);
  return 0;
}

static uint32_t write_bytes(void *context, const uint8_t *bytes, uint32_t count) {
  duel_firmware_t *firmware = context;
  const uint32_t room = (uint32_t)sizeof firmware->out - firmware->written;
  if (count > room) count = room;
  memcpy(firmware->out + firmware->written, bytes, count);
  firmware->written += count;
  return count;
}

static void note(void *context, uint8_t event, int32_t value) {
  duel_firmware_t *firmware = context;
  (void)value;
  firmware->restarts += event == NBIOT_AT_MODEM_RESTARTED;
  firmware->readies += event == NBIOT_AT_MODEM_READY;
}

duel_firmware_t *duel_firmware_create(duel_options_t options) {
  const nbiot_at_modem_config_t config = NBIOT_AT_MODEM_CONFIG_INIT;
  duel_firmware_t *firmware = calloc(1, sizeof *firmware);
  if (firmware == NULL || options.uart_size > sizeof firmware->uart ||
      options.receive_size > sizeof firmware->receive) {
    free(firmware);
    return NULL;
  }
  firmware->config = config;
  firmware->config.context = firmware;
  firmware->config.now_ms = now_ms;
  firmware->config.random = fill_random;
  firmware->config.write = write_bytes;
  firmware->config.event = note;
  firmware->config.uart = firmware->uart;
  firmware->config.uart_size = options.uart_size;
  firmware->config.send = firmware->send;
  firmware->config.send_size = sizeof firmware->send;
  firmware->config.receive = firmware->receive;
  firmware->config.receive_size = options.receive_size;
  firmware->config.sockets = options.sockets;
  firmware->config.push = options.push;
  firmware->config.release = options.release;
  firmware->config.datagram = options.datagram;
  firmware->config.gap_ms = options.gap_ms;
  if (nbiot_at_modem_init(&firmware->modem, &firmware->config) != 0) {
    free(firmware);
    return NULL;
  }
  firmware->hooks = nbiot_at_modem_platform(&firmware->modem);
  return firmware;
}

void duel_firmware_destroy(duel_firmware_t *firmware) { free(firmware); }

void duel_firmware_set_time(duel_firmware_t *firmware, uint32_t now) { firmware->now = now; }

void duel_firmware_feed(duel_firmware_t *firmware, const uint8_t *bytes, uint32_t count) {
  nbiot_at_modem_feed(&firmware->modem, bytes, count);
}

uint32_t duel_firmware_step(duel_firmware_t *firmware) { return nbiot_at_modem_step(&firmware->modem); }

uint32_t duel_firmware_take(duel_firmware_t *firmware, uint8_t *bytes, uint32_t size) {
  const uint32_t count = firmware->written < size ? firmware->written : size;
  memcpy(bytes, firmware->out, count);
  firmware->written -= count;
  memmove(firmware->out, firmware->out + count, firmware->written);
  return count;
}

int32_t duel_firmware_open(duel_firmware_t *firmware, uint16_t port) {
  return firmware->hooks.udp_open(&firmware->modem, NBIOT_FAMILY_IPV4, port);
}

void duel_firmware_close(duel_firmware_t *firmware, int32_t socket) {
  firmware->hooks.udp_close(&firmware->modem, socket);
}

int32_t duel_firmware_send(duel_firmware_t *firmware, int32_t socket, const uint8_t *bytes, uint32_t count,
                           duel_place_t to, uint8_t expectation) {
  nbiot_address_t address = {NBIOT_FAMILY_IPV4, 0, 0, {0}};
  for (uint32_t i = 0; i < 4u; i += 1) address.bytes[i] = (uint8_t)(to.address >> (24u - 8u * i));
  address.port = to.port;
  firmware->hooks.udp_hint(&firmware->modem, socket, 0, expectation);
  return firmware->hooks.udp_send(&firmware->modem, socket, bytes, count, &address);
}

int32_t duel_firmware_receive(duel_firmware_t *firmware, int32_t socket, uint8_t *bytes, uint32_t size,
                              duel_place_t *from) {
  nbiot_address_t address = {NBIOT_FAMILY_IPV4, 0, 0, {0}};
  const int32_t count = firmware->hooks.udp_receive(&firmware->modem, socket, bytes, size, &address);
  from->address = 0;
  for (uint32_t i = 0; i < 4u; i += 1) from->address = from->address << 8 | address.bytes[i];
  from->port = address.port;
  return count;
}

duel_counters_t duel_firmware_counters(const duel_firmware_t *firmware) {
  const nbiot_at_modem_counters_t counters = nbiot_at_modem_counters(&firmware->modem);
  duel_counters_t all = {counters.bytes_lost, counters.lines_long, counters.lines_damaged, counters.timeouts,
                         counters.unsent,     counters.unreceived, firmware->restarts,     firmware->readies};
  return all;
}
