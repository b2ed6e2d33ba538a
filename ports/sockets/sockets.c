/* sockets.c - see nbiot_sockets.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include "nbiot_sockets.h"

#include <string.h>

#include "sockets_system.h"

#define EMPTY_DATAGRAMS_PER_CALL 16
#define LITERAL 16u

typedef struct sockaddr_in name_t;

/* ---- Addresses and names ---------------------------------------------------------------------- */

static name_t name_of(const uint8_t bytes[4], uint16_t port) {
  name_t name;
  memset(&name, 0, sizeof name);
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  memcpy(&name.sin_addr, bytes, 4);
  return name;
}

static void set_address(nbiot_address_t *address, const void *bytes, uint16_t port) {
  memset(address, 0, sizeof *address);
  address->family = NBIOT_FAMILY_IPV4;
  address->port = port;
  memcpy(address->bytes, bytes, 4);
}

static int32_t resolve(void *context, const char *host, uint32_t host_length, nbiot_address_t *address) {
  nbiot_sockets_t *sockets = context;
  char text[LITERAL] = {0};
  struct in_addr found;
  if (host_length < LITERAL) {
    memcpy(text, host, host_length);
    if (inet_pton(AF_INET, text, &found) == 1) {
      set_address(address, &found, 0);
      return 1;
    }
  }
  if (sockets->config.look_up == NULL) return NBIOT_PORT_UNSUPPORTED;
  return sockets->config.look_up(sockets->config.context, host, host_length, address);
}

/* ---- Sockets ---------------------------------------------------------------------------------- */

static int open_bound(const uint8_t bytes[4], uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  const name_t name = name_of(bytes, port);
  if (descriptor < 0) return -1;
  if (SOCKETS_CAN_SELECT(descriptor) && fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 &&
      bind(descriptor, (const struct sockaddr *)&name, sizeof name) == 0) {
    return descriptor;
  }
  close(descriptor);
  return -1;
}

static int32_t udp_open(void *context, uint8_t family, uint16_t local_port) {
  static const uint8_t any[4];
  nbiot_sockets_t *sockets = context;
  int32_t place = 0;
  if (family != NBIOT_FAMILY_IPV4) return NBIOT_PORT_UNSUPPORTED;
  while (place < NBIOT_SOCKETS_COUNT && sockets->descriptors[place] >= 0) place += 1;
  if (place == NBIOT_SOCKETS_COUNT) return NBIOT_PORT_BROKEN;
  sockets->descriptors[place] = open_bound(any, local_port);
  sockets->woken[place] = 0;
  return sockets->descriptors[place] < 0 ? NBIOT_PORT_BROKEN : place;
}

/* No room now: the library offers the datagram again. */
static int is_full(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == ENOMEM || error == ENOBUFS || error == EINTR;
}

/* No route, the radio is not attached: one datagram is lost, and the library sends it again in its time. */
static int is_lost(int error) {
  return error == EHOSTUNREACH || error == ENETUNREACH || error == ENETDOWN || error == EACCES ||
         error == EPERM || error == ECONNREFUSED;
}

static int32_t udp_send(void *context, int32_t place, const uint8_t *data, uint32_t length,
                        const nbiot_address_t *to) {
  nbiot_sockets_t *sockets = context;
  const name_t name = name_of(to->bytes, to->port);
  const ssize_t sent = sendto(sockets->descriptors[place], data, length, 0,
                              (const struct sockaddr *)&name, sizeof name);
  if (sent >= 0) return (int32_t)sent;
  if (is_full(errno)) return 0;
  return is_lost(errno) ? (int32_t)length : NBIOT_PORT_BROKEN;
}

/* The buffer has one byte more than the library's: a datagram that fills that byte would have been cut. */
static int32_t handed_over(const nbiot_sockets_t *sockets, uint32_t got, uint8_t *buffer, uint32_t size) {
  memcpy(buffer, sockets->config.buffer, got < size ? got : size);
  return got > size || got == sockets->config.buffer_size ? NBIOT_PORT_TRUNCATED : (int32_t)got;
}

static int32_t udp_receive(void *context, int32_t place, uint8_t *buffer, uint32_t size, nbiot_address_t *from) {
  nbiot_sockets_t *sockets = context;
  for (int left = EMPTY_DATAGRAMS_PER_CALL; left > 0; left -= 1) {
    name_t name;
    socklen_t name_size = sizeof name;
    const ssize_t got = recvfrom(sockets->descriptors[place], sockets->config.buffer, sockets->config.buffer_size,
                                 0, (struct sockaddr *)&name, &name_size);
    if (got > 0) {
      set_address(from, &name.sin_addr, ntohs(name.sin_port));
      return handed_over(sockets, (uint32_t)got, buffer, size);
    }
    if (got < 0 && is_full(errno)) return 0;
    if (got < 0 && !is_lost(errno)) return NBIOT_PORT_BROKEN;
  }
  return 0;
}

static void udp_close(void *context, int32_t place) {
  nbiot_sockets_t *sockets = context;
  close(sockets->descriptors[place]);
  sockets->descriptors[place] = -1;
}

/* ---- Wait and wake ---------------------------------------------------------------------------- */

static uint8_t *flag_of(nbiot_sockets_t *sockets, int32_t place) {
  return &sockets->woken[place < 0 ? NBIOT_SOCKETS_COUNT : place];
}

/* The library holds the lock in wake, and not in wait. */
static int take_flag(nbiot_sockets_t *sockets, int32_t place) {
  uint8_t *flag = flag_of(sockets, place);
  int was;
  if (sockets->config.lock != NULL) sockets->config.lock(sockets->config.context);
  was = *flag;
  *flag = 0;
  if (sockets->config.unlock != NULL) sockets->config.unlock(sockets->config.context);
  return was;
}

/* 1 when a datagram waits at the socket. A bell for another socket only ends the select. */
static int sleep_once(nbiot_sockets_t *sockets, int descriptor, uint32_t timeout_ms) {
  struct timeval time;
  uint8_t ring;
  fd_set set;
  int most = descriptor > sockets->bell ? descriptor : sockets->bell;
  time.tv_sec = (long)(timeout_ms / 1000u);
  time.tv_usec = (long)(timeout_ms % 1000u) * 1000L;
  FD_ZERO(&set);
  FD_SET(sockets->bell, &set);
  if (descriptor >= 0) FD_SET(descriptor, &set);
  if (sockets->config.sleeping != NULL) sockets->config.sleeping(sockets->config.context, 1);
  if (select(most + 1, &set, NULL, NULL, &time) <= 0) FD_ZERO(&set);
  if (sockets->config.sleeping != NULL) sockets->config.sleeping(sockets->config.context, 0);
  while (recv(sockets->bell, &ring, sizeof ring, 0) > 0) {
  }
  return descriptor >= 0 && FD_ISSET(descriptor, &set);
}

static uint32_t piece_of(const nbiot_sockets_t *sockets, uint32_t time_ms) {
  const uint32_t longest = sockets->config.longest_sleep_ms;
  return longest != 0 && time_ms > longest ? longest : time_ms;
}

static void wait(void *context, int32_t place, uint32_t timeout_ms) {
  nbiot_sockets_t *sockets = context;
  const int descriptor = place < 0 ? -1 : sockets->descriptors[place];
  const uint32_t start = sockets->config.now_ms(sockets->config.context);
  uint32_t elapsed = 0;
  do {
    if (take_flag(sockets, place)) return;
    if (sleep_once(sockets, descriptor, piece_of(sockets, timeout_ms - elapsed))) return;
    elapsed = sockets->config.now_ms(sockets->config.context) - start;
  } while (elapsed < timeout_ms && !take_flag(sockets, place));
}

static void wake(void *context, int32_t place) {
  nbiot_sockets_t *sockets = context;
  const uint8_t ring = 1;
  name_t name;
  socklen_t size = sizeof name;
  *flag_of(sockets, place) = 1;
  if (getsockname(sockets->bell, (struct sockaddr *)&name, &size) != 0) return;
  (void)sendto(sockets->bell, &ring, sizeof ring, 0, (const struct sockaddr *)&name, size);
}

/* ---- Hooks that are the application's --------------------------------------------------------- */

static uint32_t now_ms(void *context) {
  nbiot_sockets_t *sockets = context;
  return sockets->config.now_ms(sockets->config.context);
}

static int32_t fill_random(void *context, uint8_t *buffer, uint32_t size) {
  nbiot_sockets_t *sockets = context;
  return sockets->config.random(sockets->config.context, buffer, size);
}

static void lock(void *context) {
  nbiot_sockets_t *sockets = context;
  sockets->config.lock(sockets->config.context);
}

static void unlock(void *context) {
  nbiot_sockets_t *sockets = context;
  sockets->config.unlock(sockets->config.context);
}

nbiot_platform_t nbiot_sockets_platform(nbiot_sockets_t *sockets) {
  nbiot_platform_t platform = NBIOT_PLATFORM_INIT;
  platform.context = sockets;
  platform.now_ms = now_ms;
  platform.random = fill_random;
  platform.resolve = resolve;
  platform.udp_open = udp_open;
  platform.udp_send = udp_send;
  platform.udp_receive = udp_receive;
  platform.udp_close = udp_close;
  platform.wait = wait;
  platform.wake = wake;
  if (sockets->config.lock != NULL) platform.lock = lock;
  if (sockets->config.unlock != NULL) platform.unlock = unlock;
  return platform;
}

int32_t nbiot_sockets_begin(nbiot_sockets_t *sockets, const nbiot_sockets_config_t *config) {
  static const uint8_t loopback[4] = {127, 0, 0, 1};
  if (config->now_ms == NULL || config->random == NULL || config->buffer == NULL || config->buffer_size < 2u ||
      (config->lock == NULL) != (config->unlock == NULL)) {
    return NBIOT_PORT_UNSUPPORTED;
  }
  memset(sockets, 0, sizeof *sockets);
  sockets->config = *config;
  for (int i = 0; i < NBIOT_SOCKETS_COUNT; i += 1) sockets->descriptors[i] = -1;
  sockets->bell = open_bound(loopback, 0);
  return sockets->bell < 0 ? NBIOT_PORT_BROKEN : 0;
}

void nbiot_sockets_end(nbiot_sockets_t *sockets) { close(sockets->bell); }
