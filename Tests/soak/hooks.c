/* hooks.c - the mock's hooks, watched: what goes through them is what the laws are about.
 * SPDX-License-Identifier: Apache-2.0 */
#include "soak.h"

/* The context of the hooks is the mock's. */
static soak_t *active;

static uint32_t now_ms(void *context) {
  soak_t *soak = active;
  uint32_t now = soak->inner.now_ms(context);
  return soak->mutant == MUTANT_FAST_CLOCK ? now * 2 : now;
}

static int32_t fill_random(void *context, uint8_t *buffer, uint32_t size) {
  soak_t *soak = active;
  int32_t status = soak->inner.random(context, buffer, size);
  if (status < 0) soak->is_stirred = 1;
  return status;
}

static int32_t resolve(void *context, const char *host, uint32_t length, nbiot_address_t *address) {
  soak_t *soak = active;
  int32_t status = soak->inner.resolve(context, host, length, address);
  if (status == 0) soak->is_stirred = 1;
  return status;
}

static void udp_close(void *context, int32_t socket) {
  soak_t *soak = active;
  soak->wire.open.is_open = 0;
  soak->wire.causes += 1; /* The next socket has another address. */
  soak->inner.udp_close(context, socket);
}

static void damage(soak_t *soak, uint8_t *bytes, uint32_t length) {
  uint32_t bit = chance_below(&soak->hook_chance, length * 8);
  if (chance_below(&soak->hook_chance, 1000) < soak->plan.corruption && !soak->is_truce) {
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
}

static void add_another(soak_t *soak, const uint8_t *data, uint32_t length) {
  uint8_t bytes[2048];
  if (length < 5 || length > sizeof bytes || (data[0] & 0x30) != 0) return;
  memcpy(bytes, data, length);
  bytes[2] ^= 0x80;
  bytes[4] ^= 0x80;
  wire_sent(soak, bytes, length);
}

static int32_t udp_send(void *context, int32_t socket, const uint8_t *data, uint32_t length,
                        const nbiot_address_t *to) {
  soak_t *soak = active;
  message_t message = message_read(data, length);
  uint8_t bytes[2048];
  int32_t sent;
  trouble_wake(soak);
  if (soak->mutant == MUTANT_FORGED_ACK && message.type == TYPE_CON && message.observe >= 0) {
    soak->forged_id = message.id;
    soak->is_forged = 1;
    return (int32_t)length;
  }
  if (upload_takes(soak, &message)) {
    wire_sent(soak, data, length);
    return (int32_t)length;
  }
  memcpy(bytes, data, length < sizeof bytes ? length : sizeof bytes);
  damage(soak, bytes, length);
  sent = soak->inner.udp_send(context, socket, bytes, length, to);
  if (sent > 0) {
    wire_sent(soak, data, length);
    if (soak->mutant == MUTANT_TWO_AT_A_TIME) add_another(soak, data, length);
  } else {
    soak->is_stirred = 1;
    if (soak->wire.tried_at == 0) soak->wire.tried_at = nbiot_mock_now(soak->world);
  }
  return sent;
}

static int32_t forge(soak_t *soak, uint8_t *buffer, nbiot_address_t *from) {
  soak->is_forged = 0;
  buffer[0] = 0x60;
  buffer[1] = 0;
  buffer[2] = (uint8_t)(soak->forged_id >> 8);
  buffer[3] = (uint8_t)soak->forged_id;
  *from = nbiot_mock_address("10.0.0.1", 5683);
  return 4;
}

static int32_t udp_receive(void *context, int32_t socket, uint8_t *buffer, uint32_t size, nbiot_address_t *from) {
  soak_t *soak = active;
  int32_t length = soak->is_forged ? forge(soak, buffer, from)
                                   : soak->inner.udp_receive(context, socket, buffer, size, from);
  if (length > 0) {
    damage(soak, buffer, (uint32_t)length);
    if (soak->mutant == MUTANT_NEW_IDS && (buffer[0] & 0x30) == 0) {
      buffer[2] = (uint8_t)chance_below(&soak->hook_chance, 256);
    }
    wire_received(soak, buffer, (uint32_t)length);
  } else if (length < 0) {
    soak->is_stirred = 1;
    soak->wire.received += 1;
  }
  return length;
}

void hooks_set(soak_t *soak) {
  soak->inner = nbiot_mock_platform(soak->world, soak->radio);
  soak->platform = soak->inner;
  soak->platform.now_ms = now_ms;
  soak->platform.random = fill_random;
  soak->platform.resolve = resolve;
  soak->platform.udp_send = udp_send;
  soak->platform.udp_receive = udp_receive;
  soak->platform.udp_close = udp_close;
  active = soak;
}

/* What nbiot_device_create() is linked with, in the place of the mock's. */
const nbiot_platform_t *nbiot_platform_default(void) { return &active->platform; }
