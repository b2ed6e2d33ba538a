/* journal.c - the last of what happened, for who has to find out why a law was broken.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>

#include "soak.h"

static line_t *next_line(soak_t *soak, char kind) {
  line_t *line = &soak->wire.lines[soak->wire.line_count++ % WIRE_LINES];
  line->at = nbiot_mock_now(soak->world);
  line->kind = kind;
  return line;
}

void journal_datagram(soak_t *soak, char kind, const uint8_t *bytes, uint32_t length) {
  line_t *line = next_line(soak, kind);
  line->length = length;
  memcpy(line->bytes, bytes, length < WIRE_LINE_BYTES ? length : WIRE_LINE_BYTES);
}

void journal_text(soak_t *soak, const char *format, ...) {
  line_t *line = next_line(soak, ' ');
  va_list values;
  va_start(values, format);
  vsnprintf((char *)line->bytes, sizeof line->bytes, format, values);
  va_end(values);
}

void journal_print(const soak_t *soak) {
  const wire_t *wire = &soak->wire;
  uint32_t index = wire->line_count > WIRE_LINES ? wire->line_count - WIRE_LINES : 0;
  for (; index < wire->line_count; index++) {
    const line_t *line = &wire->lines[index % WIRE_LINES];
    char text[160];
    if (line->kind == ' ') {
      printf("  %10llu    %s\n", (unsigned long long)line->at, (const char *)line->bytes);
    } else {
      uint32_t kept = line->length < WIRE_LINE_BYTES ? line->length : WIRE_LINE_BYTES;
      nbiot_mock_coap_summary(line->bytes, kept, text, sizeof text);
      printf("  %10llu  %c %4u bytes  %s\n", (unsigned long long)line->at, line->kind, (unsigned)line->length, text);
    }
  }
}
