/* broken_udp.c - mistakes in the UDP hooks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "broken_hooks.h"
#include "nbiot_posix.h"

/* ---- Opening and closing --------------------------------------------------------------------- */

static int32_t first_socket(void *context, uint8_t family, uint16_t port) {
  static int32_t first = -1;
  if (first < 0) first = nbiot_posix_udp_open(context, family, port);
  return first;
}

static int32_t any_port(void *context, uint8_t family, uint16_t port) {
  (void)port;
  return nbiot_posix_udp_open(context, family, 0);
}

static int32_t no_given_port(void *context, uint8_t family, uint16_t port) {
  return port == 0 ? nbiot_posix_udp_open(context, family, 0) : NBIOT_PORT_UNSUPPORTED;
}

static int32_t no_any_port(void *context, uint8_t family, uint16_t port) {
  return port == 0 ? NBIOT_PORT_UNSUPPORTED : nbiot_posix_udp_open(context, family, port);
}

static void leak(void *context, int32_t socket) {
  (void)context;
  (void)socket;
}

static void keep_bound(void *context, int32_t socket) {
  struct sockaddr_in name = {0};
  socklen_t length = sizeof name;
  (void)getsockname(socket, (struct sockaddr *)(void *)&name, &length);
  if (name.sin_port == 0) nbiot_posix_udp_close(context, socket);
}

static void open_shares_a_socket(nbiot_platform_t *platform) { platform->udp_open = first_socket; }
static void open_ignores_the_port(nbiot_platform_t *platform) { platform->udp_open = any_port; }
static void open_refuses_a_port(nbiot_platform_t *platform) { platform->udp_open = no_given_port; }
static void open_needs_a_port(nbiot_platform_t *platform) { platform->udp_open = no_any_port; }
static void close_leaks(nbiot_platform_t *platform) { platform->udp_close = leak; }
static void close_keeps_the_port(nbiot_platform_t *platform) { platform->udp_close = keep_bound; }

/* ---- Receiving ------------------------------------------------------------------------------- */

static int32_t none_is_an_error(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                                nbiot_address_t *from) {
  const int32_t got = nbiot_posix_udp_receive(context, socket, buffer, size, from);
  return got == 0 ? -EAGAIN : got;
}

static int32_t cut(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                   nbiot_address_t *from) {
  const int32_t got = nbiot_posix_udp_receive(context, socket, buffer, size, from);
  return got == NBIOT_PORT_TRUNCATED ? (int32_t)size : got;
}

static int32_t overrun(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                       nbiot_address_t *from) {
  const int32_t got = nbiot_posix_udp_receive(context, socket, buffer, size + 16u, from);
  return got > (int32_t)size ? NBIOT_PORT_TRUNCATED : got;
}

/* Reads what did not fit over what did. */
static int32_t over_itself(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                           nbiot_address_t *from) {
  uint8_t whole[2048];
  const int32_t got = nbiot_posix_udp_receive(context, socket, whole, sizeof whole, from);
  if (got <= 0) return got;
  for (uint32_t i = 0; i < (uint32_t)got; i++) buffer[i % size] = whole[i];
  return got > (int32_t)size ? NBIOT_PORT_TRUNCATED : got;
}

/* Like a byte stream: what did not fit comes with the next call. */
static int32_t stream(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                      nbiot_address_t *from) {
  static uint8_t kept[2048];
  static uint32_t length;
  if (length == 0) {
    const int32_t got = nbiot_posix_udp_receive(context, socket, kept, sizeof kept, from);
    if (got <= 0) return got;
    length = (uint32_t)got;
    if (length > size) {
      memcpy(buffer, kept, size);
      length -= size;
      memmove(kept, kept + size, length);
      return NBIOT_PORT_TRUNCATED;
    }
  }
  const uint32_t taken = length < size ? length : size;
  memcpy(buffer, kept, taken);
  length -= taken;
  memmove(kept, kept + taken, length);
  return (int32_t)taken;
}

static int32_t stale(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                     nbiot_address_t *from) {
  static int32_t last;
  const int32_t got = nbiot_posix_udp_receive(context, socket, buffer, size, from);
  if (got > 0) last = got;
  return got == 0 ? last : got;
}

static int32_t terminator(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                          nbiot_address_t *from) {
  const int32_t got = nbiot_posix_udp_receive(context, socket, buffer, size, from);
  if (got > 0) buffer[got] = 0;
  return got;
}

static int32_t swapped_port(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                            nbiot_address_t *from) {
  const int32_t got = nbiot_posix_udp_receive(context, socket, buffer, size, from);
  if (got > 0) from->port = (uint16_t)(from->port << 8 | from->port >> 8);
  return got;
}

static int32_t dirty_sender(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                            nbiot_address_t *from) {
  const int32_t got = nbiot_posix_udp_receive(context, socket, buffer, size, from);
  if (got > 0) from->reserved = 0xEE;
  return got;
}

static int32_t one_bit_wrong(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                             nbiot_address_t *from) {
  const int32_t got = nbiot_posix_udp_receive(context, socket, buffer, size, from);
  if (got > 64) buffer[got - 1] ^= 1u;
  return got;
}

static int32_t newest_first(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                            nbiot_address_t *from) {
  static uint8_t queue[8][2048];
  static int32_t lengths[8];
  static int count;
  while (count < 8) {
    lengths[count] = nbiot_posix_udp_receive(context, socket, queue[count], sizeof queue[0], from);
    if (lengths[count] <= 0) break;
    count++;
  }
  if (count == 0) return 0;
  count--;
  if (lengths[count] > (int32_t)size) return NBIOT_PORT_TRUNCATED;
  memcpy(buffer, queue[count], (size_t)lengths[count]);
  return lengths[count];
}

static int32_t empty_is_none(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                             nbiot_address_t *from) {
  uint8_t byte;
  if (recv(socket, &byte, 1, MSG_PEEK | MSG_TRUNC) == 0) {
    (void)recv(socket, &byte, 1, 0);
    return 0;
  }
  return nbiot_posix_udp_receive(context, socket, buffer, size, from);
}

static int32_t full_is_truncated(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                                 nbiot_address_t *from) {
  const int32_t got = nbiot_posix_udp_receive(context, socket, buffer, size, from);
  return got == (int32_t)size ? NBIOT_PORT_TRUNCATED : got;
}

static int32_t at_most_1024(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                            nbiot_address_t *from) {
  return nbiot_posix_udp_receive(context, socket, buffer, size < 1024u ? size : 1024u, from);
}

static int32_t at_least(uint32_t least, int32_t got) {
  return got > 0 && got < (int32_t)least ? 0 : got;
}

static int32_t not_one_byte(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                            nbiot_address_t *from) {
  return at_least(2u, nbiot_posix_udp_receive(context, socket, buffer, size, from));
}

static int32_t refused_is_fatal(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                                nbiot_address_t *from) {
  const int on = 1;
  uint8_t byte;
  (void)setsockopt(socket, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
  if (recv(socket, &byte, 1, MSG_PEEK) < 0 && errno == ECONNREFUSED) return NBIOT_PORT_BROKEN;
  return nbiot_posix_udp_receive(context, socket, buffer, size, from);
}

static void receive_none_is_an_error(nbiot_platform_t *platform) {
  platform->udp_receive = none_is_an_error;
}
static void receive_cuts(nbiot_platform_t *platform) { platform->udp_receive = cut; }
static void receive_overruns(nbiot_platform_t *platform) { platform->udp_receive = overrun; }
static void receive_wraps(nbiot_platform_t *platform) { platform->udp_receive = over_itself; }
static void receive_is_a_stream(nbiot_platform_t *platform) { platform->udp_receive = stream; }
static void receive_repeats(nbiot_platform_t *platform) { platform->udp_receive = stale; }
static void receive_terminates(nbiot_platform_t *platform) { platform->udp_receive = terminator; }
static void receive_swaps_port(nbiot_platform_t *platform) { platform->udp_receive = swapped_port; }
static void receive_leaves_dirt(nbiot_platform_t *platform) {
  platform->udp_receive = dirty_sender;
}
static void receive_damages(nbiot_platform_t *platform) { platform->udp_receive = one_bit_wrong; }
static void receive_newest_first(nbiot_platform_t *platform) {
  platform->udp_receive = newest_first;
}
static void receive_stops_at_empty(nbiot_platform_t *platform) {
  platform->udp_receive = empty_is_none;
}
static void receive_full_is_truncated(nbiot_platform_t *platform) {
  platform->udp_receive = full_is_truncated;
}
static void receive_at_most_1024(nbiot_platform_t *platform) {
  platform->udp_receive = at_most_1024;
}
static void receive_not_one_byte(nbiot_platform_t *platform) {
  platform->udp_receive = not_one_byte;
}
static void receive_refused_is_fatal(nbiot_platform_t *platform) {
  platform->udp_receive = refused_is_fatal;
}

/* ---- Sending --------------------------------------------------------------------------------- */

static int32_t connected(void *context, int32_t socket, const uint8_t *data, uint32_t length,
                         const nbiot_address_t *to) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(to->port)};
  memcpy(&name.sin_addr, to->bytes, 4);
  (void)connect(socket, (const struct sockaddr *)(const void *)&name, sizeof name);
  return nbiot_posix_udp_send(context, socket, data, length, to);
}

static int32_t first_500(void *context, int32_t socket, const uint8_t *data, uint32_t length,
                         const nbiot_address_t *to) {
  (void)nbiot_posix_udp_send(context, socket, data, length < 500u ? length : 500u, to);
  return (int32_t)length;
}

static int32_t zero_is_success(void *context, int32_t socket, const uint8_t *data, uint32_t length,
                               const nbiot_address_t *to) {
  return nbiot_posix_udp_send(context, socket, data, length, to) > 0 ? 0 : -1;
}

static int32_t new_socket_each_time(void *context, int32_t socket, const uint8_t *data,
                                    uint32_t length, const nbiot_address_t *to) {
  const int32_t other = nbiot_posix_udp_open(context, to->family, 0);
  const int32_t sent = nbiot_posix_udp_send(context, other, data, length, to);
  (void)socket;
  nbiot_posix_udp_close(context, other);
  return sent;
}

static void send_connects(nbiot_platform_t *platform) { platform->udp_send = connected; }
static void send_cuts(nbiot_platform_t *platform) { platform->udp_send = first_500; }
static void send_answers_zero(nbiot_platform_t *platform) { platform->udp_send = zero_is_success; }
static void send_changes_port(nbiot_platform_t *platform) {
  platform->udp_send = new_socket_each_time;
}

const broken_hook_t broken_udp[] = {
    {"open gives one socket to all", "open.sockets_are_distinct", open_shares_a_socket},
    {"open ignores the local port", "open.sends_from_the_local_port", open_ignores_the_port},
    {"open refuses a local port", "open.takes_a_local_port", open_refuses_a_port},
    {"open refuses port 0", "open.gives_a_socket", open_needs_a_port},
    {"close leaks the socket", "close.hundred_times", close_leaks},
    {"close keeps the port", "close.frees_the_port", close_keeps_the_port},
    {"receive: none is an error", "receive.empty_socket_is_0", receive_none_is_an_error},
    {"receive cuts long datagrams", "receive.truncated_is_reported", receive_cuts},
    {"receive overruns the buffer", "receive.truncated_stays_inside", receive_overruns},
    {"receive wraps in the buffer", "receive.truncated_leaves_its_head_or_nothing", receive_wraps},
    {"receive keeps the rest for later", "receive.whole_after_truncated", receive_is_a_stream},
    {"receive leaves the rest queued", "receive.truncated_is_gone", receive_is_a_stream},
    {"receive repeats the last datagram", "receive.none_after_the_last", receive_repeats},
    {"receive adds a terminator", "receive.nothing_beyond", receive_terminates},
    {"receive: port in network order", "receive.sender", receive_swaps_port},
    {"receive leaves unused fields", "receive.sender_is_clean", receive_leaves_dirt},
    {"receive damages a byte", "receive.exact_bytes", receive_damages},
    {"receive: newest first", "receive.oldest_first", receive_newest_first},
    {"receive: empty looks like none", "receive.empty_datagram_hides_nothing",
     receive_stops_at_empty},
    {"receive: a full buffer is truncated", "receive.exact_fit", receive_full_is_truncated},
    {"receive: 1024 bytes at most", "receive.1152_bytes", receive_at_most_1024},
    {"receive drops one byte", "receive.1_byte", receive_not_one_byte},
    {"receive: ICMP is fatal", "send.closed_port_breaks_nothing", receive_refused_is_fatal},
    {"a connected socket", "receive.any_sender", send_connects},
    {"send cuts long datagrams", "send.exact_bytes", send_cuts},
    {"send answers 0 for success", "send.answers_the_length", send_answers_zero},
    {"send from a new port each time", "send.from_one_address", send_changes_port},
};
const unsigned broken_udp_count = sizeof broken_udp / sizeof broken_udp[0];
