/* bodies.h - values longer than a datagram of 640 bytes: /26243/0/0, which is written piece by piece, and
 * /26243/0/1, which is kept. Notifications with an ack id are stored, and a silent server is given up after some seconds.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef INTEROP_BODIES_H
#define INTEROP_BODIES_H

#include <stdio.h>

#include "nbiot.h"

#define BODIES 26243u

static char kept_bytes[4096];
static nbiot_value_t streamed = {.type = NBIOT_BINARY, .flag = NBIOT_WRITABLE | NBIOT_STREAMED};
static nbiot_value_t kept = {.value.as_buf = {.val = kept_bytes},
                             .type = NBIOT_BINARY,
                             .flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE,
                             .capacity = sizeof kept_bytes};

/* The CRC-32 of Ethernet and ZIP; begins as 0. */
static uint32_t crc_32(uint32_t crc, const uint8_t *bytes, uint32_t length) {
  crc = ~crc;
  for (uint32_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc & 1u) != 0u ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
  }
  return ~crc;
}

/* One line for each whole body: `body LENGTH CRC PIECES`. */
static int32_t on_write_block(void *context, nbiot_request_t request, const nbiot_path_t *path,
                              const nbiot_block_t *block) {
  static uint32_t crc;
  static uint32_t end;
  static unsigned pieces;
  (void)context;
  (void)request;
  (void)path;
  if (block->offset == 0) {
    crc = 0;
    end = 0;
    pieces = 0;
  }
  if (block->offset != end) printf("body with a gap at %lu\n", (unsigned long)end);
  crc = crc_32(crc, block->data, block->length);
  end = block->offset + block->length;
  pieces++;
  if (block->is_last) printf("body %lu %08lx %u\n", (unsigned long)end, (unsigned long)crc, pieces);
  return 0;
}

static void take_bodies(nbiot_config_t *config) {
  config->receive_capacity = 640;
  config->send_capacity = 640;
  config->body_capacity = sizeof kept_bytes;
  config->stored_capacity = 256;
  config->ack_timeout_ms = 500;
  config->max_retransmit = 2;
  config->write_block = on_write_block;
}

static int32_t add_bodies(nbiot_device_t *to) {
  int32_t status = nbiot_resource_add(to, BODIES, 0, 0, &streamed);
  if (status == NBIOT_ERR_OK) status = nbiot_resource_add(to, BODIES, 0, 1, &kept);
  return status;
}

#endif
