/* hooks.c - the platform over the modem's mailbox: the seven mandatory hooks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "board.h"

#define RANDOM_PATIENCE 1000u

static uint32_t now_ms(void *context) {
  (void)context;
  return board_now_ms();
}

static int32_t fill_random(void *context, uint8_t *buffer, uint32_t size) {
  (void)context;
  for (uint32_t i = 0; i < size; i++) {
    uint32_t patience = RANDOM_PATIENCE;
    while ((RANDOM_STATUS & 1u) == 0) {
      if (--patience == 0) return NBIOT_PORT_BROKEN;
    }
    buffer[i] = (uint8_t)RANDOM_DATA;
  }
  return 0;
}

static void read_address(nbiot_address_t *address) {
  memset(address, 0, sizeof *address);
  address->family = NBIOT_FAMILY_IPV4;
  for (unsigned i = 0; i < 4; i++) address->bytes[i] = (uint8_t)MODEM->address[i];
}

static int32_t resolve(void *context, const char *host, uint32_t host_length,
                       nbiot_address_t *address) {
  modem_t *modem = context;
  static uint8_t is_asking;
  const uint32_t status = modem->status;
  if ((status & MODEM_READY) == 0) return 0;
  if (!is_asking) {
    modem->length = host_length;
    for (uint32_t i = 0; i < host_length; i++) modem->data = (uint8_t)host[i];
    modem->command = MODEM_RESOLVE;
    is_asking = 1;
    return 0;
  }
  if ((status & (MODEM_HAS_ADDRESS | MODEM_NO_ADDRESS)) == 0) return 0;
  is_asking = 0;
  if ((status & MODEM_NO_ADDRESS) != 0) return -1;
  read_address(address);
  return 1;
}

static int32_t udp_open(void *context, uint8_t family, uint16_t local_port) {
  modem_t *modem = context;
  if (family != NBIOT_FAMILY_IPV4) return NBIOT_PORT_UNSUPPORTED;
  if ((modem->status & MODEM_READY) == 0) return NBIOT_PORT_BROKEN;
  modem->port = local_port;
  modem->command = MODEM_OPEN;
  return 0;
}

static int32_t udp_send(void *context, int32_t socket, const uint8_t *data, uint32_t length,
                        const nbiot_address_t *to) {
  modem_t *modem = context;
  const uint32_t status = modem->status;
  (void)socket;
  if ((status & MODEM_BROKEN) != 0) return NBIOT_PORT_BROKEN;
  if ((status & MODEM_HAS_ROOM) == 0) return 0;
  for (unsigned i = 0; i < 4; i++) modem->address[i] = to->bytes[i];
  modem->port = to->port;
  modem->length = length;
  for (uint32_t i = 0; i < length; i++) modem->data = data[i];
  modem->command = MODEM_SEND;
  return (int32_t)length;
}

static int32_t udp_receive(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                           nbiot_address_t *from) {
  modem_t *modem = context;
  const uint32_t status = modem->status;
  uint32_t length;
  (void)socket;
  if ((status & MODEM_BROKEN) != 0) return NBIOT_PORT_BROKEN;
  if ((status & MODEM_HAS_DATAGRAM) == 0) return 0;
  length = modem->length;
  if (length > size) {
    modem->command = MODEM_DROP;
    return NBIOT_PORT_TRUNCATED;
  }
  read_address(from);
  from->port = (uint16_t)modem->port;
  for (uint32_t i = 0; i < length; i++) buffer[i] = (uint8_t)modem->data;
  modem->command = MODEM_TAKE;
  return (int32_t)length;
}

static void udp_close(void *context, int32_t socket) {
  modem_t *modem = context;
  (void)socket;
  modem->command = MODEM_CLOSE;
}

const nbiot_platform_t board_platform = {
    .abi = NBIOT_ABI,
    .context = MODEM,
    .now_ms = now_ms,
    .random = fill_random,
    .resolve = resolve,
    .udp_open = udp_open,
    .udp_send = udp_send,
    .udp_receive = udp_receive,
    .udp_close = udp_close,
};
