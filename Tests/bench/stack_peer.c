/* stack_peer.c - the platform and the server of stack.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "stack_peer.h"

#include <string.h>

#include "nbiot.h"

/* ---- The platform ---------------------------------------------------------------------------- */

uint32_t clock_ms, inbox_length, outbox_length;
uint8_t inbox[512], outbox[1024];

static uint32_t now_ms(void *context) {
  (void)context;
  return clock_ms;
}

static int32_t fill_random(void *context, uint8_t *buffer, uint32_t size) {
  static uint8_t next = 1;
  (void)context;
  for (uint32_t i = 0; i < size; i++) buffer[i] = next++;
  return 0;
}

static int32_t resolve(void *context, const char *host, uint32_t length, nbiot_address_t *address) {
  (void)context;
  (void)host;
  (void)length;
  address->family = NBIOT_FAMILY_IPV4;
  return 1;
}

static int32_t udp_open(void *context, uint8_t family, uint16_t port) {
  (void)context;
  (void)family;
  (void)port;
  return 1;
}

static int32_t udp_send(void *context, int32_t socket, const uint8_t *data, uint32_t length,
                        const nbiot_address_t *to) {
  (void)context;
  (void)socket;
  (void)to;
  memcpy(outbox, data, length);
  outbox_length = length;
  return (int32_t)length;
}

static int32_t udp_receive(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                           nbiot_address_t *from) {
  const uint32_t length = inbox_length;
  (void)context;
  (void)socket;
  (void)size;
  memset(from, 0, sizeof *from);
  from->family = NBIOT_FAMILY_IPV4;
  from->port = 5683;
  memcpy(buffer, inbox, length);
  inbox_length = 0;
  return (int32_t)length;
}

static void udp_close(void *context, int32_t socket) {
  (void)context;
  (void)socket;
}

/* The classic create takes it from here. */
const nbiot_platform_t *nbiot_platform_default(void) {
  static nbiot_platform_t platform = NBIOT_PLATFORM_INIT;
  platform.now_ms = now_ms;
  platform.random = fill_random;
  platform.resolve = resolve;
  platform.udp_open = udp_open;
  platform.udp_send = udp_send;
  platform.udp_receive = udp_receive;
  platform.udp_close = udp_close;
  return &platform;
}

/* ---- The server's side ----------------------------------------------------------------------- */

static uint16_t request_id = 1;

void request(uint8_t method, const char *path, int accept, const char *query,
                    const char *payload, size_t length, int observe) {
  unsigned last = 0;
  inbox_length = 0;
  inbox[inbox_length++] = 0x41;
  inbox[inbox_length++] = method;
  inbox[inbox_length++] = (uint8_t)(request_id >> 8);
  inbox[inbox_length++] = (uint8_t)request_id++;
  inbox[inbox_length++] = (uint8_t)(0x70 + observe);
  if (observe) {
    inbox[inbox_length++] = 0x60;
    last = 6;
  }
  while (*path != '\0') {
    const size_t segment = strcspn(path, "/");
    inbox[inbox_length++] = (uint8_t)((11 - last) << 4 | segment);
    memcpy(inbox + inbox_length, path, segment);
    inbox_length += (uint32_t)segment;
    path += segment + (path[segment] == '/');
    last = 11;
  }
  if (payload != NULL && ((uint8_t)payload[0] & 0xc0) == 0xc0) {
    memcpy(inbox + inbox_length, "\x12\x2d\x16", 3);
    inbox_length += 3;
    last = 12;
  }
  if (query != NULL) {
    inbox[inbox_length++] = (uint8_t)((15 - last) << 4 | strlen(query));
    memcpy(inbox + inbox_length, query, strlen(query));
    inbox_length += (uint32_t)strlen(query);
    last = 15;
  }
  if (accept >= 0) {
    inbox[inbox_length++] = (uint8_t)((17 - last) << 4 | 1);
    inbox[inbox_length++] = (uint8_t)accept;
  }
  if (payload != NULL) {
    inbox[inbox_length++] = 0xff;
    memcpy(inbox + inbox_length, payload, length);
    inbox_length += (uint32_t)length;
  }
}

void respond(uint8_t code) {
  /* An empty acknowledgement has no token. */
  const uint8_t token_length = code == 0 ? 0 : outbox[0] & 15u;
  memcpy(inbox, outbox, 4u + token_length);
  inbox[0] = (uint8_t)(0x60 | token_length);
  inbox[1] = code;
  inbox_length = 4u + token_length;
  if (code != 0x41) return;
  memcpy(inbox + inbox_length, "\x82rd\x01" "1", 5);
  inbox_length += 5;
}
