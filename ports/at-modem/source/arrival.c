/* arrival.c - a datagram on its way into the ring of its socket, and out of it.
 * A record is: address, port, length, stored length, then the stored bytes. What is stored is less than the
 * length when the ring cannot hold it, or when the module cuts what is longer than its dialect.
 * SPDX-License-Identifier: Apache-2.0 */
#include "modem.h"

static uint8_t *place(const nbiot_at_modem_t *modem, nbiot_at_modem_socket_t *socket,
                      uint32_t offset) {
  uint32_t index = socket->first + offset;
  if (index >= modem->ring_size) index -= modem->ring_size;
  return &socket->ring[index];
}

static void put_16(nbiot_at_modem_t *modem, nbiot_at_modem_socket_t *socket, uint32_t offset,
                   uint32_t value) {
  *place(modem, socket, offset) = (uint8_t)(value >> 8);
  *place(modem, socket, offset + 1u) = (uint8_t)value;
}

static uint32_t get_16(const nbiot_at_modem_t *modem, nbiot_at_modem_socket_t *socket,
                       uint32_t offset) {
  return (uint32_t)*place(modem, socket, offset) << 8 | *place(modem, socket, offset + 1u);
}

int at_modem_arrival_begin(nbiot_at_modem_t *modem, at_modem_cursor_t *header) {
  uint32_t id;
  uint32_t port;
  uint32_t length;
  nbiot_at_modem_socket_t *socket;
  if (!at_modem_read_number(header, 255u, &id) || !at_modem_read_character(header, ',') ||
      !at_modem_read_ipv4(header, modem->arrival.bytes) || !at_modem_read_character(header, ',') ||
      !at_modem_read_number(header, 0xFFFFu, &port) || !at_modem_read_character(header, ',') ||
      !at_modem_read_number(header, 0xFFFEu, &length)) {
    return 0;
  }
  socket = at_modem_by_id(modem, id);
  modem->arrival.socket = socket == NULL ? NO_SOCKET : (uint8_t)(socket - modem->sockets);
  modem->arrival.port = (uint16_t)port;
  modem->arrival.length = (uint16_t)length;
  modem->arrival.count = 0;
  modem->arrival.stored = 0;
  return 1;
}

/* The socket may have been closed while the line came in. */
static nbiot_at_modem_socket_t *arrival_socket(nbiot_at_modem_t *modem) {
  nbiot_at_modem_socket_t *socket;
  if (modem->arrival.socket == NO_SOCKET) return NULL;
  socket = &modem->sockets[modem->arrival.socket];
  return socket->state == SOCKET_OPEN ? socket : NULL;
}

/* Behind the records, where the header will be: nothing is seen of it before its end is good. Reading moves
 * the records away from the front, so the place is counted from there. */
void at_modem_arrival_byte(nbiot_at_modem_t *modem, uint8_t byte) {
  nbiot_at_modem_socket_t *socket = arrival_socket(modem);
  const uint32_t count = modem->arrival.count;
  if (count < ENDLESS) modem->arrival.count += 1;
  if (socket == NULL || count != modem->arrival.stored) return;
  if (socket->used + NBIOT_AT_MODEM_OVERHEAD + count < modem->ring_size) {
    *place(modem, socket, socket->used + NBIOT_AT_MODEM_OVERHEAD + count) = byte;
    modem->arrival.stored += 1;
  }
}

static void commit(nbiot_at_modem_t *modem, nbiot_at_modem_socket_t *socket, uint32_t length) {
  const uint32_t at = socket->used;
  for (uint32_t i = 0; i < 4u; i += 1) *place(modem, socket, at + i) = modem->arrival.bytes[i];
  put_16(modem, socket, at + 4u, modem->arrival.port);
  put_16(modem, socket, at + 6u, length);
  put_16(modem, socket, at + 8u, modem->arrival.stored);
  socket->used += NBIOT_AT_MODEM_OVERHEAD + modem->arrival.stored;
}

/* Whether a number that lost some of its digits can be the other one. */
static int can_become(uint32_t number, uint32_t rest) {
  for (; number > 0; number /= 10u) {
    if (number % 10u == rest % 10u) rest /= 10u;
  }
  return rest == 0;
}

/* What is left may be of this datagram, or of all that wait: the modules' documents do not say. Asked for as much as
 * there can be, a module cuts only what is longer than a dialect; or the request lost a digit on its way. */
static int is_piece(const nbiot_at_modem_t *modem, uint32_t remaining) {
  const uint32_t length = modem->arrival.length;
  if (remaining == 0 || length == 0) return 0;
  if (length >= NBIOT_AT_MODEM_DATAGRAM_BC95) return 1;
  return modem->command.kind == COMMAND_FETCH && can_become(modem->config.datagram, length);
}

/* A piece is told as cut, and what follows of it is skipped, even when it was damaged. */
int at_modem_arrival_end(nbiot_at_modem_t *modem, uint32_t remaining) {
  nbiot_at_modem_socket_t *socket = arrival_socket(modem);
  const int piece = is_piece(modem, remaining);
  const int is_damaged = modem->arrival.count != modem->arrival.length;
  int continued;
  if (socket == NULL) return !is_damaged;
  continued = socket->continued;
  socket->continued = (uint8_t)piece;
  /* +NSONMI tells of the first of several only: it is asked until nothing is there. */
  if (modem->command.kind == COMMAND_FETCH) {
    modem->command.told = 1;
    socket->looks = 1;
    socket->look_ms = at_modem_now(modem);
  }
  if (is_damaged) return 0;
  if (continued || modem->arrival.length == 0) return 1;
  if (modem->arrival.stored < modem->arrival.length && socket->used > 0) {
    modem->counters.unreceived += 1;
    return 1;
  }
  if (modem->arrival.stored > 0) {
    commit(modem, socket, piece ? ENDLESS : modem->arrival.length);
  }
  return 1;
}

/* An answer to AT+NSORF that cannot be read may have been a part, so what comes next may be its rest, until the module has
 * nothing. */
void at_modem_arrival_unclear(nbiot_at_modem_t *modem) {
  nbiot_at_modem_socket_t *socket;
  if (modem->command.kind != COMMAND_FETCH) return;
  socket = &modem->sockets[modem->command.socket];
  modem->command.told = 1;
  socket->continued = 1;
  at_modem_look_later(modem, socket);
}

static void copy_head(nbiot_at_modem_t *modem, nbiot_at_modem_socket_t *socket, uint8_t *buffer,
                      uint32_t count, nbiot_address_t *from) {
  nbiot_address_t address = {NBIOT_FAMILY_IPV4, 0, 0, {0}};
  for (uint32_t i = 0; i < 4u; i += 1) address.bytes[i] = *place(modem, socket, i);
  address.port = (uint16_t)get_16(modem, socket, 4u);
  *from = address;
  for (uint32_t i = 0; i < count; i += 1) {
    buffer[i] = *place(modem, socket, NBIOT_AT_MODEM_OVERHEAD + i);
  }
}

int32_t at_modem_ring_take(nbiot_at_modem_t *modem, nbiot_at_modem_socket_t *socket,
                           uint8_t *buffer, uint32_t size, nbiot_address_t *from) {
  const uint32_t length = get_16(modem, socket, 6u);
  const uint32_t stored = get_16(modem, socket, 8u);
  const uint32_t taken = NBIOT_AT_MODEM_OVERHEAD + stored;
  const int whole = stored == length && length <= size;
  if (whole || stored >= size) copy_head(modem, socket, buffer, whole ? length : size, from);
  socket->first = (uint32_t)(place(modem, socket, taken) - socket->ring);
  socket->used -= taken;
  return whole ? (int32_t)length : NBIOT_PORT_TRUNCATED;
}
