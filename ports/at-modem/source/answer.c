/* answer.c - what a line of the module says.
 * SPDX-License-Identifier: Apache-2.0 */
#include "modem.h"

static int is_at_end(const at_modem_cursor_t *cursor) { return cursor->left == 0; }

/* A module answers a command that it has heard to its end: a result before that is a late one. */
static void end_command(nbiot_at_modem_t *modem, int32_t code) {
  if (modem->command.kind == COMMAND_NONE || at_modem_is_written(modem)) at_modem_result(modem, code);
}

/* Blanks are gone by now. */
static int is_final(nbiot_at_modem_t *modem, at_modem_cursor_t line) {
  uint32_t number;
  at_modem_cursor_t cursor = line;
  if (at_modem_read_text(&cursor, "OK") && is_at_end(&cursor)) {
    end_command(modem, 0);
    return 1;
  }
  cursor = line;
  if (at_modem_read_text(&cursor, "ERROR") && is_at_end(&cursor)) {
    end_command(modem, PLAIN_ERROR);
    return 1;
  }
  cursor = line;
  if (at_modem_read_text(&cursor, "+CMEERROR:")) {
    const int known = at_modem_read_number(&cursor, 0xFFFFu, &number) && number > 0;
    end_command(modem, known ? (int32_t)number : PLAIN_ERROR);
    return 1;
  }
  return 0;
}

static int is_restart(nbiot_at_modem_t *modem, at_modem_cursor_t line) {
  /* The first of its boot messages, on HiSilicon platforms. */
  const int boots = at_modem_read_text(&line, "REBOOT_CAUSE");
  /* What +CGMR answers may begin like it. */
  const int banner = modem->command.kind != COMMAND_OWN && modem->config.banner != NULL && modem->config.banner[0] != '\0' &&
                     at_modem_read_text(&line, modem->config.banner);
  if (boots || banner) at_modem_restarted(modem);
  return boots || banner;
}

static int is_announcement(nbiot_at_modem_t *modem, at_modem_cursor_t line) {
  nbiot_at_modem_socket_t *socket;
  uint32_t id;
  if (!at_modem_read_text(&line, "+NSONMI:")) return 0;
  if (!at_modem_read_number(&line, 255u, &id)) return 1;
  socket = at_modem_by_id(modem, id);
  if (socket == NULL) return 1;
  socket->looks = 1;
  socket->look_ms = at_modem_now(modem);
  return 1;
}

static uint32_t fields_of(const at_modem_cursor_t *line) {
  uint32_t fields = 1;
  for (uint32_t i = 0; i < line->left; i += 1) fields += line->text[i] == ',';
  return fields;
}

/* Reports are <stat> or <stat>,<tac>,<ci>,<AcT>; what is read has <n> in front. */
static int is_registration(nbiot_at_modem_t *modem, at_modem_cursor_t line) {
  uint32_t stat;
  uint32_t fields;
  if (!at_modem_read_text(&line, "+CEREG:")) return 0;
  fields = fields_of(&line);
  if (fields == 2u || fields == 5u) {
    (void)at_modem_read_number(&line, 9u, &stat);
    if (!at_modem_read_character(&line, ',')) return 1;
  }
  if (at_modem_read_number(&line, 9u, &stat)) at_modem_registration(modem, (uint8_t)stat);
  return 1;
}

static int is_radio(nbiot_at_modem_t *modem, at_modem_cursor_t line) {
  uint32_t mode;
  if (!at_modem_read_text(&line, "+CSCON:")) return 0;
  if (at_modem_read_number(&line, 1u, &mode) && is_at_end(&line)) {
    at_modem_tell(modem, NBIOT_AT_MODEM_RADIO, (int32_t)mode);
  }
  return 1;
}

static int is_lookup(nbiot_at_modem_t *modem, at_modem_cursor_t line) {
  if (modem->config.resolver == NULL || !at_modem_read_character(&line, '+') ||
      !at_modem_read_text(&line, modem->config.resolver) || !at_modem_read_character(&line, ':')) {
    return 0;
  }
  at_modem_lookup_answer(modem, &line);
  return 1;
}

/* A socket number after AT+NSOCR; <socket>,<length> after AT+NSOST says nothing that OK does not. After AT+NSORF it is a
 * datagram that lost too much. */
static int is_number(nbiot_at_modem_t *modem, at_modem_cursor_t line) {
  uint32_t number;
  if (modem->command.kind == COMMAND_OWN) return 0; /* +CIMI answers digits. */
  if (line.text[0] != ',' && (line.text[0] < '0' || line.text[0] > '9')) return 0;
  at_modem_arrival_unclear(modem);
  if (modem->command.kind == COMMAND_CREATE && at_modem_read_number(&line, 255u, &number) &&
      is_at_end(&line) && at_modem_by_id(modem, number) == NULL) {
    modem->sockets[modem->command.socket].id = (uint8_t)number;
    modem->command.told = 1;
  }
  return 1;
}

void at_modem_answer(nbiot_at_modem_t *modem, const char *text, uint32_t length) {
  at_modem_cursor_t line;
  line.text = text;
  line.left = length;
  if (is_final(modem, line) || is_restart(modem, line) || is_announcement(modem, line) ||
      is_registration(modem, line) || is_radio(modem, line) || is_lookup(modem, line) ||
      is_number(modem, line)) {
    return;
  }
  if (modem->command.kind != COMMAND_OWN) at_modem_look_everywhere(modem);
  if (modem->config.line != NULL) modem->config.line(modem->config.context, text, length);
}
