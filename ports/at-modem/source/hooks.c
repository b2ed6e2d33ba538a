/* hooks.c - the hooks of nbiot_port.h. Their context is the modem.
 * SPDX-License-Identifier: Apache-2.0 */
#include "modem.h"

static void lock(void *context) { at_modem_lock(context); }

static void unlock(void *context) { at_modem_unlock(context); }

static uint32_t now_ms(void *context) { return at_modem_now(context); }

static int32_t fill_random(void *context, uint8_t *buffer, uint32_t size) {
  nbiot_at_modem_t *modem = context;
  return modem->config.random(modem->config.context, buffer, size);
}

/* The library does not hold the lock here. */
static int32_t resolve(void *context, const char *host, uint32_t host_length,
                       nbiot_address_t *address) {
  int32_t answer;
  lock(context);
  answer = at_modem_resolve(context, host, host_length, address);
  unlock(context);
  return answer;
}

static nbiot_at_modem_socket_t *find(nbiot_at_modem_t *modem, int32_t number) {
  nbiot_at_modem_socket_t *socket;
  if (number < 0 || (uint32_t)number >= modem->config.sockets) return NULL;
  socket = &modem->sockets[number];
  return socket->state == SOCKET_WANTED || socket->state == SOCKET_OPEN ||
                 socket->state == SOCKET_BROKEN
             ? socket
             : NULL;
}

static void clear(nbiot_at_modem_socket_t *socket, uint16_t local_port) {
  uint8_t *ring = socket->ring;
  const nbiot_at_modem_socket_t empty = {0};
  *socket = empty;
  socket->ring = ring;
  socket->local_port = local_port;
  socket->state = SOCKET_WANTED;
}

/* The number is given at once; the module creates its socket when it can. */
static int32_t udp_open(void *context, uint8_t family, uint16_t local_port) {
  nbiot_at_modem_t *modem = context;
  if (family != NBIOT_FAMILY_IPV4) return NBIOT_PORT_UNSUPPORTED;
  (void)at_modem_step(modem);
  for (uint32_t i = 0; i < modem->config.sockets; i += 1) {
    if (modem->sockets[i].state != SOCKET_FREE) continue;
    clear(&modem->sockets[i], local_port);
    (void)at_modem_step(modem);
    return (int32_t)i;
  }
  return NBIOT_PORT_BROKEN;
}

static void udp_hint(void *context, int32_t socket, uint8_t reason, uint8_t expectation) {
  nbiot_at_modem_t *modem = context;
  (void)reason;
  modem->hinted = expectation;
  modem->hinted_socket = (uint8_t)socket;
}

static uint8_t hint_for(nbiot_at_modem_t *modem, int32_t socket) {
  const uint8_t hinted = modem->hinted_socket == (uint8_t)socket ? modem->hinted : 0;
  modem->hinted = NBIOT_EXPECT_MORE;
  return hinted;
}

static void keep(nbiot_at_modem_t *modem, int32_t socket, const uint8_t *data, uint32_t length,
                 const nbiot_address_t *to) {
  for (uint32_t i = 0; i < length; i += 1) modem->config.send[i] = data[i];
  modem->outgoing.to = *to;
  modem->outgoing.length = length;
  modem->outgoing.kind = PAYLOAD_DATAGRAM;
  modem->outgoing.socket = (uint8_t)socket;
  modem->outgoing.expectation = hint_for(modem, socket);
  modem->outgoing.tries = 0;
}

/* No network, or longer than the module can take: one datagram is lost, and retransmission is made for that.
 * "Later" would have the device ask fifty times a second until a network is there. */
static int cannot_leave(const nbiot_at_modem_t *modem, uint32_t length, const nbiot_address_t *to) {
  return !modem->set_up || length > modem->config.datagram || length > modem->config.send_size ||
         to->family != NBIOT_FAMILY_IPV4;
}

static int32_t udp_send(void *context, int32_t number, const uint8_t *data, uint32_t length,
                        const nbiot_address_t *to) {
  nbiot_at_modem_t *modem = context;
  nbiot_at_modem_socket_t *socket;
  (void)at_modem_step(modem);
  socket = find(modem, number);
  if (socket == NULL || socket->state == SOCKET_BROKEN) return NBIOT_PORT_BROKEN;
  if (cannot_leave(modem, length, to)) {
    modem->counters.unsent += 1;
    return (int32_t)length;
  }
  if (length == 0 || socket->state != SOCKET_OPEN || modem->outgoing.kind != PAYLOAD_NONE) return 0;
  keep(modem, number, data, length, to);
  (void)at_modem_step(modem);
  return (int32_t)length;
}

static int32_t udp_receive(void *context, int32_t number, uint8_t *buffer, uint32_t size,
                           nbiot_address_t *from) {
  nbiot_at_modem_t *modem = context;
  nbiot_at_modem_socket_t *socket;
  (void)at_modem_step(modem);
  socket = find(modem, number);
  if (socket == NULL || socket->state == SOCKET_BROKEN) return NBIOT_PORT_BROKEN;
  return socket->used == 0 ? 0 : at_modem_ring_take(modem, socket, buffer, size, from);
}

static int is_being_created(const nbiot_at_modem_t *modem, int32_t number) {
  return modem->command.kind == COMMAND_CREATE && modem->command.socket == number;
}

static void udp_close(void *context, int32_t number) {
  nbiot_at_modem_t *modem = context;
  nbiot_at_modem_socket_t *socket = find(modem, number);
  if (socket == NULL) return;
  if (at_modem_has_outgoing(modem, (uint8_t)number) && !socket->has_id) at_modem_drop_outgoing(modem);
  socket->state =
      socket->has_id || is_being_created(modem, number) ? SOCKET_CLOSING : SOCKET_FREE;
  socket->used = 0;
  (void)at_modem_step(modem);
}

static int is_over(nbiot_at_modem_t *modem, int32_t number) {
  nbiot_at_modem_socket_t *socket = find(modem, number);
  uint8_t *woken = socket == NULL ? &modem->woken : &socket->woken;
  const int over =
      *woken || (socket != NULL && (socket->used > 0 || socket->state == SOCKET_BROKEN));
  *woken = 0;
  return over;
}

static void wait(void *context, int32_t number, uint32_t timeout_ms) {
  nbiot_at_modem_t *modem = context;
  const uint32_t start = at_modem_now(modem);
  for (;;) {
    uint32_t rest;
    uint32_t elapsed;
    int over;
    lock(modem);
    rest = at_modem_step(modem);
    over = is_over(modem, number);
    unlock(modem);
    elapsed = at_modem_now(modem) - start;
    if (over || elapsed >= timeout_ms) return;
    if (rest > timeout_ms - elapsed) rest = timeout_ms - elapsed;
    if (rest > 0) modem->config.sleep(modem->config.context, rest);
  }
}

static void wake(void *context, int32_t number) {
  nbiot_at_modem_t *modem = context;
  nbiot_at_modem_socket_t *socket = find(modem, number);
  if (socket == NULL) {
    modem->woken = 1;
  } else {
    socket->woken = 1;
  }
  modem->config.rouse(modem->config.context);
}

nbiot_platform_t nbiot_at_modem_platform(nbiot_at_modem_t *modem) {
  nbiot_platform_t platform = NBIOT_PLATFORM_INIT;
  platform.context = modem;
  platform.now_ms = now_ms;
  platform.random = fill_random;
  platform.resolve = resolve;
  platform.udp_open = udp_open;
  platform.udp_send = udp_send;
  platform.udp_receive = udp_receive;
  platform.udp_close = udp_close;
  platform.udp_hint = udp_hint;
  if (modem->config.sleep != NULL) platform.wait = wait;
  if (modem->config.rouse != NULL) platform.wake = wake;
  if (modem->config.lock != NULL) platform.lock = lock;
  if (modem->config.unlock != NULL) platform.unlock = unlock;
  return platform;
}

uint32_t nbiot_at_modem_step(nbiot_at_modem_t *modem) {
  uint32_t rest;
  lock(modem);
  rest = at_modem_step(modem);
  unlock(modem);
  return rest;
}
