/* socket.c - the sockets, and which command comes next: what is wanted is kept as state, so there is no queue
 * that could run over.
 * SPDX-License-Identifier: Apache-2.0 */
#include "modem.h"

#define COMMAND_MS 5000u
/* The module answers when its stack took the datagram, which waits for the radio. */
#define SEND_MS 10000u
#define LOOK_MS 5000u

nbiot_at_modem_socket_t *at_modem_by_id(nbiot_at_modem_t *modem, uint32_t id) {
  for (uint32_t i = 0; i < modem->config.sockets; i += 1) {
    nbiot_at_modem_socket_t *socket = &modem->sockets[i];
    if (socket->has_id && socket->id == id) return socket;
  }
  return NULL;
}

int at_modem_has_outgoing(const nbiot_at_modem_t *modem, uint8_t socket) {
  return modem->outgoing.kind == PAYLOAD_DATAGRAM && modem->outgoing.socket == socket;
}

static uint8_t first_in(const nbiot_at_modem_t *modem, uint8_t state) {
  for (uint32_t i = 0; i < modem->config.sockets; i += 1) {
    if (modem->sockets[i].state == state) return (uint8_t)i;
  }
  return NO_SOCKET;
}

/* The module restarted: it knows no socket any more. One that it never had is created after bring-up. */
void at_modem_sockets_gone(nbiot_at_modem_t *modem) {
  for (uint32_t i = 0; i < modem->config.sockets; i += 1) {
    nbiot_at_modem_socket_t *socket = &modem->sockets[i];
    socket->has_id = 0;
    if (socket->state == SOCKET_CLOSING) socket->state = SOCKET_FREE;
    if (socket->state == SOCKET_OPEN) socket->state = SOCKET_BROKEN;
  }
  modem->sweep = NBIOT_AT_MODEM_SOCKETS;
}

static void create(nbiot_at_modem_t *modem, uint8_t socket) {
  at_modem_command(modem, COMMAND_CREATE, socket, COMMAND_MS);
  at_modem_add(modem, "+NSOCR=\"DGRAM\",17,");
  at_modem_add_number(modem, modem->sockets[socket].local_port);
  at_modem_add(modem, modem->config.push ? ",2" : ",1");
}

static void close_id(nbiot_at_modem_t *modem, uint8_t socket, uint32_t id) {
  at_modem_command(modem, COMMAND_CLOSE, socket, COMMAND_MS);
  at_modem_add(modem, "+NSOCL=");
  at_modem_add_number(modem, id);
}

/* 3GPP TS 24.301 release assistance: nothing follows, or one datagram does. */
static const char *release_of(const nbiot_at_modem_t *modem) {
  if (!modem->release) return NULL;
  switch (modem->outgoing.expectation) {
    case NBIOT_EXPECT_NOTHING: return ",0x200,";
    case NBIOT_EXPECT_REPLY: return ",0x400,";
    default: return NULL;
  }
}

static void send(nbiot_at_modem_t *modem) {
  const char *release = release_of(modem);
  at_modem_command(modem, COMMAND_SEND, modem->outgoing.socket, SEND_MS);
  at_modem_add(modem, release != NULL ? "+NSOSTF=" : "+NSOST=");
  at_modem_add_number(modem, modem->sockets[modem->outgoing.socket].id);
  at_modem_add(modem, ",");
  at_modem_add_ipv4(modem, modem->outgoing.to.bytes);
  at_modem_add(modem, ",");
  at_modem_add_number(modem, modem->outgoing.to.port);
  at_modem_add(modem, release != NULL ? release : ",");
  at_modem_add_number(modem, modem->outgoing.length);
  at_modem_add(modem, ",");
  modem->command.payload = PAYLOAD_DATAGRAM;
  modem->command.payload_length = modem->outgoing.length;
}

static int has_room(const nbiot_at_modem_t *modem, const nbiot_at_modem_socket_t *socket) {
  return socket->used == 0 || modem->ring_size - socket->used >=
                                  NBIOT_AT_MODEM_OVERHEAD + (uint32_t)modem->config.datagram;
}

/* As much as there can be: the announced length may be that of an earlier datagram, or have lost a digit. */
static void fetch(nbiot_at_modem_t *modem, uint8_t index) {
  nbiot_at_modem_socket_t *socket = &modem->sockets[index];
  at_modem_command(modem, COMMAND_FETCH, index, COMMAND_MS);
  modem->turn = (uint8_t)(index + 1u);
  socket->looks = 0;
  at_modem_add(modem, "+NSORF=");
  at_modem_add_number(modem, socket->id);
  at_modem_add(modem, ",");
  at_modem_add_number(modem, modem->config.datagram);
}

static void resolve(nbiot_at_modem_t *modem) {
  at_modem_command(modem, COMMAND_RESOLVE, NO_SOCKET, SEND_MS);
  at_modem_add(modem, "+");
  at_modem_add(modem, modem->config.resolver);
  at_modem_add(modem, "=\"");
  modem->command.payload = PAYLOAD_HOST;
  modem->command.payload_length = modem->outgoing.length;
  modem->lookup.state = LOOKUP_ASKED;
}

/* In turn, so that a flood at one socket does not keep the others from theirs. */
static uint8_t next_to_fetch(const nbiot_at_modem_t *modem, uint32_t now) {
  for (uint32_t i = 0; i < modem->config.sockets; i += 1) {
    const uint8_t index = (uint8_t)((modem->turn + i) % modem->config.sockets);
    const nbiot_at_modem_socket_t *socket = &modem->sockets[index];
    if (socket->state == SOCKET_OPEN && socket->looks && has_room(modem, socket) &&
        at_modem_is_past(now, socket->look_ms)) {
      return index;
    }
  }
  return NO_SOCKET;
}

/* Sockets that nobody here has are left over from before this MCU restarted, or from an answer that was lost. */
static int sweeps(nbiot_at_modem_t *modem) {
  while (modem->sweep < NBIOT_AT_MODEM_SOCKETS && at_modem_by_id(modem, modem->sweep) != NULL) {
    modem->sweep += 1;
  }
  if (modem->sweep >= NBIOT_AT_MODEM_SOCKETS) return 0;
  close_id(modem, NO_SOCKET, modem->sweep);
  modem->sweep += 1;
  return 1;
}

/* A close comes before a create, so that its port is free, and after the datagram that its socket still has: it was
 * taken. A datagram out and a name come before a datagram in, so that a flood does not keep the device from answering. */
void at_modem_next(nbiot_at_modem_t *modem, uint32_t now) {
  const uint8_t closing = first_in(modem, SOCKET_CLOSING);
  const uint8_t wanted = first_in(modem, SOCKET_WANTED);
  const uint8_t fetched = next_to_fetch(modem, now);
  if (modem->phase != PHASE_READY) {
    at_modem_setup_next(modem, now);
  } else if (modem->asked != NULL) {
    at_modem_own_begin(modem);
  } else if (closing != NO_SOCKET && at_modem_has_outgoing(modem, closing)) {
    send(modem);
  } else if (closing != NO_SOCKET) {
    close_id(modem, closing, modem->sockets[closing].id);
  } else if (sweeps(modem)) {
    return;
  } else if (wanted != NO_SOCKET) {
    create(modem, wanted);
  } else if (modem->outgoing.kind == PAYLOAD_DATAGRAM) {
    send(modem);
  } else if (modem->lookup.state == LOOKUP_WANTED) {
    resolve(modem);
  } else if (fetched != NO_SOCKET) {
    fetch(modem, fetched);
  }
}

/* +NSONMI comes once: when it got lost, the datagram is found by looking so long after one was sent. */
void at_modem_look_later(nbiot_at_modem_t *modem, nbiot_at_modem_socket_t *socket) {
  if (modem->config.push || socket->state != SOCKET_OPEN || socket->looks) return;
  socket->looks = 1;
  socket->look_ms = at_modem_now(modem) + LOOK_MS;
}

/* Or after a line that is not understood. Not at once: firmware that answers AT+NSORF by such a line would be asked
 * without end. */
void at_modem_look_everywhere(nbiot_at_modem_t *modem) {
  for (uint32_t i = 0; i < modem->config.sockets; i += 1) {
    at_modem_look_later(modem, &modem->sockets[i]);
  }
}

/* Milliseconds until a socket is to be looked at; UINT32_MAX = none. */
uint32_t at_modem_look_rest(const nbiot_at_modem_t *modem, uint32_t now) {
  uint32_t rest = UINT32_MAX;
  for (uint32_t i = 0; i < modem->config.sockets; i += 1) {
    const nbiot_at_modem_socket_t *socket = &modem->sockets[i];
    if (socket->state != SOCKET_OPEN || !socket->looks || !has_room(modem, socket)) continue;
    if (at_modem_is_past(now, socket->look_ms)) return 0;
    if (socket->look_ms - now < rest) rest = socket->look_ms - now;
  }
  return rest;
}
