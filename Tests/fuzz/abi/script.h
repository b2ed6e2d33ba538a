/* script.h - an input as a program: a row of parts, each `length, bytes`. What is read beyond the end of a part is 0, so
 * that every input means something, and a part that grows or shrinks leaves those behind it as they were.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct script {
  const uint8_t *next;
  const uint8_t *end;
} script_t;

static inline script_t script_of(const uint8_t *bytes, size_t length) {
  script_t script = {bytes, bytes + length};
  return script;
}

static inline uint32_t script_left(const script_t *script) { return (uint32_t)(script->end - script->next); }

static inline uint8_t take8(script_t *script) { return script->next < script->end ? *script->next++ : 0; }

static inline uint16_t take16(script_t *script) {
  uint16_t high = take8(script);
  return (uint16_t)(high << 8 | take8(script));
}

static inline uint32_t take32(script_t *script) {
  uint32_t high = take16(script);
  return high << 16 | take16(script);
}

static inline uint32_t take_below(script_t *script, uint32_t bound) { return take8(script) % bound; }

static inline script_t take_part(script_t *script) {
  uint32_t length = take8(script);
  script_t part;
  if (length > script_left(script)) length = script_left(script);
  part = script_of(script->next, length);
  script->next += length;
  return part;
}

/* One of a table's entries. */
#define PICK(script, table) ((table)[take_below(script, sizeof(table) / sizeof *(table))])

#endif
