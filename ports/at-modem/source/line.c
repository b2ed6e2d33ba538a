/* line.c - the module's byte stream, cut into lines. The payload of a datagram goes into its socket's
 * ring digit by digit: it is never held as text.
 * SPDX-License-Identifier: Apache-2.0 */
#include "modem.h"

enum { LINE_TEXT, LINE_HEX, LINE_TAIL, LINE_SKIPPED };

static void restart(nbiot_at_modem_t *modem) {
  modem->line.length = 0;
  modem->line.mode = LINE_TEXT;
  modem->line.commas = 0;
  modem->line.quoted = 0;
  modem->line.damaged = 0;
  modem->line.nibble = 0;
}

static at_modem_cursor_t cursor_of(const nbiot_at_modem_t *modem) {
  at_modem_cursor_t cursor;
  cursor.text = modem->line.text;
  cursor.left = modem->line.length;
  return cursor;
}

/* An echo of what was sent can be as long as a datagram: that is no fault. */
static int is_echo(const nbiot_at_modem_t *modem) {
  at_modem_cursor_t cursor = cursor_of(modem);
  return at_modem_read_text(&cursor, "AT");
}

static void skip_damaged(nbiot_at_modem_t *modem) {
  modem->line.mode = LINE_SKIPPED;
  modem->counters.lines_damaged += 1;
}

/* <socket>,<address>,<port>,<length>, with or without +NSORF: in front. */
static void end_header(nbiot_at_modem_t *modem) {
  at_modem_cursor_t cursor = cursor_of(modem);
  const int pushed = at_modem_read_text(&cursor, "+NSORF:");
  const int fetched = modem->command.kind == COMMAND_FETCH && modem->line.text[0] >= '0' &&
                      modem->line.text[0] <= '9';
  if (!pushed && !fetched) return;
  if (modem->line.damaged || !at_modem_arrival_begin(modem, &cursor)) {
    skip_damaged(modem);
    return;
  }
  modem->line.mode = LINE_HEX;
  modem->line.length = 0;
}

static void take_text(nbiot_at_modem_t *modem, char character) {
  if (character == '"') modem->line.quoted ^= 1u;
  if (character == ' ' && !modem->line.quoted) return;
  if (modem->line.length == NBIOT_AT_MODEM_LINE) {
    modem->counters.lines_long += !is_echo(modem);
    modem->line.mode = LINE_SKIPPED;
    return;
  }
  modem->line.text[modem->line.length++] = character;
  if (character == ',' && !modem->line.quoted && modem->line.commas < 4u) {
    modem->line.commas += 1;
    if (modem->line.commas == 4u) end_header(modem);
  }
}

static int digit_value(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  return -1;
}

static void take_hex(nbiot_at_modem_t *modem, char character) {
  const int digit = digit_value(character);
  if (character == ' ' || character == '"') return;
  if (character == ',' && modem->line.nibble == 0) {
    modem->line.mode = LINE_TAIL;
  } else if (digit < 0) {
    skip_damaged(modem);
  } else if (modem->line.nibble == 0) {
    modem->line.nibble = (uint8_t)(0x10 + digit);
  } else {
    at_modem_arrival_byte(modem, (uint8_t)((modem->line.nibble & 0x0Fu) << 4 | (uint32_t)digit));
    modem->line.nibble = 0;
  }
}

static void take_tail(nbiot_at_modem_t *modem, char character) {
  if (character != ' ' && modem->line.length < 8u) {
    modem->line.text[modem->line.length++] = character;
  }
}

/* Without its end the line lost something, even when its length is right. */
static void end_datagram(nbiot_at_modem_t *modem) {
  at_modem_cursor_t cursor = cursor_of(modem);
  uint32_t remaining;
  const int ended = modem->line.mode == LINE_TAIL && !modem->line.damaged &&
                    at_modem_read_number(&cursor, 0xFFFFu, &remaining) && cursor.left == 0;
  if (!ended) at_modem_arrival_unclear(modem);
  modem->counters.lines_damaged += !ended || !at_modem_arrival_end(modem, remaining);
}

/* It may have been an announcement, or a datagram behind which there is another one. */
static void end_unread(nbiot_at_modem_t *modem) {
  at_modem_arrival_unclear(modem);
  at_modem_look_everywhere(modem);
}

static void end_line(nbiot_at_modem_t *modem) {
  if (modem->line.mode == LINE_HEX || modem->line.mode == LINE_TAIL) {
    end_datagram(modem);
  } else if (modem->line.mode == LINE_TEXT && modem->line.damaged) {
    modem->counters.lines_damaged += 1;
    end_unread(modem);
  } else if (modem->line.mode == LINE_SKIPPED && !is_echo(modem)) {
    end_unread(modem);
  } else if (modem->line.mode == LINE_TEXT && modem->line.length > 0 && !is_echo(modem)) {
    at_modem_answer(modem, modem->line.text, modem->line.length);
  }
  restart(modem);
}

void at_modem_take_byte(nbiot_at_modem_t *modem, uint8_t byte) {
  if (byte == '\r' || byte == '\n') {
    end_line(modem);
  } else if (byte >= 0x7Fu) {
    modem->line.damaged = 1;
  } else if (byte >= ' ') {
    switch (modem->line.mode) {
      case LINE_TEXT: take_text(modem, (char)byte); break;
      case LINE_HEX: take_hex(modem, (char)byte); break;
      case LINE_TAIL: take_tail(modem, (char)byte); break;
      default: break;
    }
  }
}
