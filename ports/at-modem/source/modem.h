/* modem.h - what the files of the port share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef AT_MODEM_H
#define AT_MODEM_H

#include "nbiot_at_modem.h"

/* States of a socket. */
enum { SOCKET_FREE, SOCKET_WANTED, SOCKET_OPEN, SOCKET_CLOSING, SOCKET_BROKEN };

/* The one command under way. */
enum {
  COMMAND_NONE,
  COMMAND_ALIVE, /* AT */
  COMMAND_SETUP,
  COMMAND_CREATE,
  COMMAND_CLOSE,
  COMMAND_SEND,
  COMMAND_FETCH,
  COMMAND_RESOLVE,
  COMMAND_OWN /* Of the application. */
};

/* What follows the text of a command; what is in the send memory. */
enum { PAYLOAD_NONE, PAYLOAD_DATAGRAM, PAYLOAD_HOST };

/* AT until OK; then silence, so that a late OK is not taken for the answer to the next command. */
enum { PHASE_ALIVE, PHASE_QUIET, PHASE_SETUP, PHASE_READY };

enum { LOOKUP_NONE, LOOKUP_WANTED, LOOKUP_ASKED, LOOKUP_FOUND, LOOKUP_FAILED };

#define NO_SOCKET ((uint8_t)0xFF)
#define NOT_REGISTERED ((uint8_t)0xFF)
/* A final result without a number. */
#define PLAIN_ERROR (-1)
/* Longer than all that can be: a record with this length is a cut datagram. */
#define ENDLESS 0xFFFFu

/* The longest time-out or pause: 4.6 hours. */
#define FURTHEST_MS 0x1000000u

/* Whether @p now is at or after @p moment, on a clock that wraps. Nothing is planned further ahead, so what seems to be was
 * weeks ago. */
static inline int at_modem_is_past(uint32_t now, uint32_t moment) {
  return moment - now - 1u >= FURTHEST_MS;
}

static inline uint32_t at_modem_now(const nbiot_at_modem_t *modem) {
  return modem->config.now_ms(modem->config.context);
}

static inline void at_modem_lock(const nbiot_at_modem_t *modem) {
  if (modem->config.lock != NULL) modem->config.lock(modem->config.context);
}

static inline void at_modem_unlock(const nbiot_at_modem_t *modem) {
  if (modem->config.unlock != NULL) modem->config.unlock(modem->config.context);
}

/* modem.c: whether it has 1 ... @p most characters. */
int at_modem_fits(const char *text, uint32_t most);

/* text.c: decimal numbers and addresses. A reader moves its cursor and answers 0 on failure. */
typedef struct at_modem_cursor {
  const char *text;
  uint32_t left;
} at_modem_cursor_t;

int at_modem_read_number(at_modem_cursor_t *cursor, uint32_t limit, uint32_t *number);
int at_modem_read_ipv4(at_modem_cursor_t *cursor, uint8_t bytes[4]);
int at_modem_read_character(at_modem_cursor_t *cursor, char character);
/* Skips the text when the cursor is at it. */
int at_modem_read_text(at_modem_cursor_t *cursor, const char *text);

/* line.c */
void at_modem_take_byte(nbiot_at_modem_t *modem, uint8_t byte);

/* answer.c */
void at_modem_answer(nbiot_at_modem_t *modem, const char *text, uint32_t length);

/* arrival.c */
int at_modem_arrival_begin(nbiot_at_modem_t *modem, at_modem_cursor_t *header);
void at_modem_arrival_byte(nbiot_at_modem_t *modem, uint8_t byte);
int at_modem_arrival_end(nbiot_at_modem_t *modem, uint32_t remaining);
void at_modem_arrival_unclear(nbiot_at_modem_t *modem);
int32_t at_modem_ring_take(nbiot_at_modem_t *modem, nbiot_at_modem_socket_t *socket,
                           uint8_t *buffer, uint32_t size, nbiot_address_t *from);

/* command.c */
void at_modem_command(nbiot_at_modem_t *modem, uint8_t kind, uint8_t socket, uint32_t timeout_ms);
void at_modem_add(nbiot_at_modem_t *modem, const char *text);
void at_modem_add_number(nbiot_at_modem_t *modem, uint32_t number);
void at_modem_add_ipv4(nbiot_at_modem_t *modem, const uint8_t bytes[4]);
void at_modem_write(nbiot_at_modem_t *modem);
int at_modem_is_written(const nbiot_at_modem_t *modem);

/* result.c */
void at_modem_result(nbiot_at_modem_t *modem, int32_t code);
void at_modem_timeout(nbiot_at_modem_t *modem);
void at_modem_drop_outgoing(nbiot_at_modem_t *modem);

/* setup.c */
void at_modem_setup_next(nbiot_at_modem_t *modem, uint32_t now);
void at_modem_setup_result(nbiot_at_modem_t *modem, int32_t code, uint32_t now);
void at_modem_alive_result(nbiot_at_modem_t *modem, int32_t code, uint32_t now);
void at_modem_registration(nbiot_at_modem_t *modem, uint8_t stat);
void at_modem_be_quiet(nbiot_at_modem_t *modem, uint32_t now);
void at_modem_restarted(nbiot_at_modem_t *modem);
void at_modem_begin(nbiot_at_modem_t *modem);
void at_modem_tell(nbiot_at_modem_t *modem, uint8_t event, int32_t value);

/* socket.c */
nbiot_at_modem_socket_t *at_modem_by_id(nbiot_at_modem_t *modem, uint32_t id);
int at_modem_has_outgoing(const nbiot_at_modem_t *modem, uint8_t socket);
void at_modem_sockets_gone(nbiot_at_modem_t *modem);
void at_modem_next(nbiot_at_modem_t *modem, uint32_t now);
void at_modem_look_later(nbiot_at_modem_t *modem, nbiot_at_modem_socket_t *socket);
void at_modem_look_everywhere(nbiot_at_modem_t *modem);
uint32_t at_modem_look_rest(const nbiot_at_modem_t *modem, uint32_t now);

/* own.c */
void at_modem_own_begin(nbiot_at_modem_t *modem);
void at_modem_own_ended(nbiot_at_modem_t *modem, int32_t code);

/* step.c: nbiot_at_modem_step() without the lock. */
uint32_t at_modem_step(nbiot_at_modem_t *modem);

/* lookup.c */
int32_t at_modem_resolve(nbiot_at_modem_t *modem, const char *host, uint32_t length,
                         nbiot_address_t *address);
void at_modem_lookup_answer(nbiot_at_modem_t *modem, at_modem_cursor_t *cursor);
void at_modem_lookup_gone(nbiot_at_modem_t *modem);
void at_modem_lookup_ended(nbiot_at_modem_t *modem, int32_t code);

#endif
