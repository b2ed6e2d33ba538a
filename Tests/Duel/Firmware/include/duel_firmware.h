/* duel_firmware.h - an MCU with the AT-modem port in it, made of plain functions: characters and a time in, characters and
 * datagrams out. It counts the events.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef DUEL_FIRMWARE_H
#define DUEL_FIRMWARE_H

#include <stdint.h>

typedef struct duel_firmware duel_firmware_t;

typedef struct duel_options {
  uint32_t uart_size;
  uint32_t receive_size; /* Of all sockets. */
  uint16_t datagram;
  uint16_t gap_ms;
  uint8_t sockets;
  uint8_t push;
  uint8_t release;
} duel_options_t;

/* Where a datagram comes from or goes to. */
typedef struct duel_place {
  uint32_t address;
  uint16_t port;
} duel_place_t;

typedef struct duel_counters {
  uint32_t bytes_lost;
  uint32_t lines_long;
  uint32_t lines_damaged;
  uint32_t timeouts;
  uint32_t unsent;
  uint32_t unreceived;
  uint32_t restarts;
  uint32_t readies;
} duel_counters_t;

/* Null when the options are out of range. */
duel_firmware_t *duel_firmware_create(duel_options_t options);
void duel_firmware_destroy(duel_firmware_t *firmware);

void duel_firmware_set_time(duel_firmware_t *firmware, uint32_t now_ms);
/* Characters from the module. */
void duel_firmware_feed(duel_firmware_t *firmware, const uint8_t *bytes, uint32_t count);
/* As nbiot_at_modem_step(). */
uint32_t duel_firmware_step(duel_firmware_t *firmware);
/* Characters to the module; how many. */
uint32_t duel_firmware_take(duel_firmware_t *firmware, uint8_t *bytes, uint32_t size);

/* As the hooks. */
int32_t duel_firmware_open(duel_firmware_t *firmware, uint16_t port);
void duel_firmware_close(duel_firmware_t *firmware, int32_t socket);
int32_t duel_firmware_send(duel_firmware_t *firmware, int32_t socket, const uint8_t *bytes, uint32_t count,
                           duel_place_t to, uint8_t expectation);
int32_t duel_firmware_receive(duel_firmware_t *firmware, int32_t socket, uint8_t *bytes, uint32_t size,
                              duel_place_t *from);

duel_counters_t duel_firmware_counters(const duel_firmware_t *firmware);

#endif
