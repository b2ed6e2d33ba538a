/* result.c - what the end of a command means: OK, an error of the module, or nothing in time.
 * SPDX-License-Identifier: Apache-2.0 */
#include "modem.h"

/* +CME ERROR numbers of the M5310-A. */
#define CME_UNSUPPORTED 4
#define CME_NO_NETWORK 30
#define CME_PARAMETER 50
#define CME_BUSY 159
#define CME_NO_SUCH_SOCKET 530

#define BUSY_MS 1000u
#define BUSY_TRIES 5u
/* So many refusals in a row, and the socket is opened anew. */
#define REFUSALS 3u

void at_modem_drop_outgoing(nbiot_at_modem_t *modem) {
  modem->counters.unsent += modem->outgoing.kind == PAYLOAD_DATAGRAM;
  modem->outgoing.kind = PAYLOAD_NONE;
}

static void created(nbiot_at_modem_t *modem, nbiot_at_modem_socket_t *socket, int32_t code) {
  if (code == 0 && modem->command.told) {
    socket->has_id = 1;
    if (socket->state == SOCKET_WANTED) socket->state = SOCKET_OPEN;
    return;
  }
  if (socket->state == SOCKET_CLOSING) socket->state = SOCKET_FREE;
  /* Perhaps all numbers are taken by sockets of a former life: one more try when they are closed. */
  if (socket->state == SOCKET_WANTED && ++socket->refusals > 1u) socket->state = SOCKET_BROKEN;
  modem->sweep = 0;
}

static void closed(nbiot_at_modem_socket_t *socket) {
  socket->state = SOCKET_FREE;
  socket->has_id = 0;
}

static void sent(nbiot_at_modem_t *modem, nbiot_at_modem_socket_t *socket) {
  modem->outgoing.kind = PAYLOAD_NONE;
  socket->refusals = 0;
  at_modem_look_later(modem, socket);
}

static void mark_broken(nbiot_at_modem_socket_t *socket) {
  if (socket->state == SOCKET_OPEN) socket->state = SOCKET_BROKEN;
}

static void not_sent(nbiot_at_modem_t *modem, nbiot_at_modem_socket_t *socket, int32_t code,
                     uint32_t now) {
  const int flagged = modem->release && modem->outgoing.expectation != NBIOT_EXPECT_MORE;
  if (socket->state != SOCKET_OPEN && socket->state != SOCKET_CLOSING) {
    at_modem_drop_outgoing(modem);
    return;
  }
  if (code == CME_BUSY && modem->outgoing.tries < BUSY_TRIES) {
    modem->outgoing.tries += 1;
    modem->not_before = now + BUSY_MS;
    return;
  }
  /* Firmware without release assistance: the same datagram again by AT+NSOST. */
  if (flagged && (code == CME_UNSUPPORTED || code == CME_PARAMETER || code == PLAIN_ERROR)) {
    modem->release = 0;
    return;
  }
  at_modem_drop_outgoing(modem);
  if (code == CME_NO_NETWORK || code == CME_BUSY) return;
  if (code == CME_NO_SUCH_SOCKET) socket->has_id = 0;
  socket->refusals += 1;
  if (code == CME_NO_SUCH_SOCKET || socket->refusals >= REFUSALS) mark_broken(socket);
}

/* Refused, the module still has what it announced, and does not announce it again. */
static void fetched(nbiot_at_modem_t *modem, nbiot_at_modem_socket_t *socket, int32_t code) {
  if (code == 0) {
    socket->refusals = 0;
    if (!modem->command.told) socket->continued = 0;
    return;
  }
  if (code == CME_NO_SUCH_SOCKET) {
    socket->has_id = 0;
    /* The number may be another socket's before it leaves. */
    if (at_modem_has_outgoing(modem, modem->command.socket)) at_modem_drop_outgoing(modem);
  }
  socket->refusals += 1;
  if (code == CME_NO_SUCH_SOCKET || socket->refusals >= REFUSALS) mark_broken(socket);
  at_modem_look_later(modem, socket);
}

static void socket_result(nbiot_at_modem_t *modem, uint8_t kind, int32_t code, uint32_t now) {
  nbiot_at_modem_socket_t *socket = &modem->sockets[modem->command.socket];
  switch (kind) {
    case COMMAND_CREATE: created(modem, socket, code); break;
    case COMMAND_CLOSE: closed(socket); break;
    case COMMAND_FETCH: fetched(modem, socket, code); break;
    case COMMAND_SEND:
      if (code == 0) {
        sent(modem, socket);
      } else {
        not_sent(modem, socket, code, now);
      }
      break;
    default: break;
  }
}

void at_modem_result(nbiot_at_modem_t *modem, int32_t code) {
  const uint32_t now = at_modem_now(modem);
  const uint8_t kind = modem->command.kind;
  modem->command.kind = COMMAND_NONE;
  /* An answer to nothing is a late one: wait until none comes any more. */
  if (kind == COMMAND_NONE) {
    if (modem->phase == PHASE_QUIET) at_modem_be_quiet(modem, now);
    return;
  }
  modem->not_before = now + modem->config.gap_ms;
  switch (kind) {
    case COMMAND_ALIVE: at_modem_alive_result(modem, code, now); break;
    case COMMAND_SETUP: at_modem_setup_result(modem, code, now); break;
    case COMMAND_RESOLVE: at_modem_lookup_ended(modem, code); break;
    case COMMAND_OWN: at_modem_own_ended(modem, code); break;
    default:
      if (modem->command.socket != NO_SOCKET) socket_result(modem, kind, code, now);
      break;
  }
}

/* Without the line that was asked for, what comes next may be the rest of it. */
static void not_fetched(nbiot_at_modem_t *modem, nbiot_at_modem_socket_t *socket) {
  if (!modem->command.told) socket->continued = 1;
  at_modem_look_later(modem, socket);
}

/* What the module did is not known: a datagram may have left, a socket may exist. */
void at_modem_timeout(nbiot_at_modem_t *modem) {
  const uint8_t kind = modem->command.kind;
  modem->counters.timeouts += 1;
  if (kind == COMMAND_SEND) at_modem_drop_outgoing(modem);
  if (kind == COMMAND_SEND || kind == COMMAND_FETCH) {
    modem->command.kind = COMMAND_NONE;
  } else {
    at_modem_result(modem, PLAIN_ERROR);
  }
  if (kind == COMMAND_FETCH) not_fetched(modem, &modem->sockets[modem->command.socket]);
  if (kind == COMMAND_CLOSE && modem->command.socket != NO_SOCKET) modem->sweep = 0;
  if (kind != COMMAND_ALIVE) {
    modem->phase = PHASE_ALIVE;
    modem->tries = 0;
  }
}
