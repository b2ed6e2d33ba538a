/* text.c - reading numbers and addresses out of a line.
 * SPDX-License-Identifier: Apache-2.0 */
#include "modem.h"

int at_modem_read_number(at_modem_cursor_t *cursor, uint32_t limit, uint32_t *number) {
  uint32_t digits = 0;
  *number = 0;
  while (cursor->left > 0 && *cursor->text >= '0' && *cursor->text <= '9') {
    *number = *number * 10u + (uint32_t)(*cursor->text - '0');
    if (*number > limit) return 0;
    cursor->text += 1;
    cursor->left -= 1;
    digits += 1;
  }
  return digits > 0;
}

int at_modem_read_character(at_modem_cursor_t *cursor, char character) {
  if (cursor->left == 0 || *cursor->text != character) return 0;
  cursor->text += 1;
  cursor->left -= 1;
  return 1;
}

int at_modem_read_text(at_modem_cursor_t *cursor, const char *text) {
  at_modem_cursor_t ahead = *cursor;
  for (; *text != '\0'; text += 1) {
    if (!at_modem_read_character(&ahead, *text)) return 0;
  }
  *cursor = ahead;
  return 1;
}

/* Some firmware puts addresses in quotes. */
int at_modem_read_ipv4(at_modem_cursor_t *cursor, uint8_t bytes[4]) {
  const int quoted = at_modem_read_character(cursor, '"');
  for (uint32_t i = 0; i < 4u; i += 1) {
    uint32_t number;
    if (i > 0 && !at_modem_read_character(cursor, '.')) return 0;
    if (!at_modem_read_number(cursor, 255u, &number)) return 0;
    bytes[i] = (uint8_t)number;
  }
  return !quoted || at_modem_read_character(cursor, '"');
}
