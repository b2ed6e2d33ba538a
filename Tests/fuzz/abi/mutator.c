/* mutator.c - changes a program by its parts: an action more, one less, twice, elsewhere, with other bytes, or from another
 * program. So what was reached by the actions before stays reached.
 * SPDX-License-Identifier: Apache-2.0 */
#include "script.h"

#define PARTS 200u
#define ROOM 4096u

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t limit);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t limit, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *two, size_t two_size, uint8_t *out,
                                 size_t limit, unsigned seed);

typedef struct parts {
  struct {
    uint8_t length;
    uint8_t bytes[255];
  } part[PARTS];
  uint32_t count;
} parts_t;

static uint64_t state;

static uint32_t chance(uint32_t below) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 33) % below;
}

static void append(parts_t *parts, const uint8_t *bytes, uint32_t length) {
  if (parts->count == PARTS) return;
  parts->part[parts->count].length = (uint8_t)length;
  memcpy(parts->part[parts->count].bytes, bytes, length);
  parts->count += 1;
}

static void split(parts_t *parts, const uint8_t *data, size_t size, uint32_t from, uint32_t to) {
  script_t script = script_of(data, size);
  uint32_t index;
  for (index = 0; index < to && script_left(&script) > 0; index++) {
    script_t part = take_part(&script);
    if (index >= from) append(parts, part.next, script_left(&part));
  }
}

static size_t join(const parts_t *parts, uint8_t *out, size_t limit) {
  size_t size = 0;
  uint32_t index;
  for (index = 0; index < parts->count && size + 1 + parts->part[index].length <= limit; index++) {
    out[size++] = parts->part[index].length;
    memcpy(out + size, parts->part[index].bytes, parts->part[index].length);
    size += parts->part[index].length;
  }
  return size;
}

static void insert(parts_t *parts, uint32_t at, const uint8_t *bytes, uint32_t length) {
  if (parts->count == PARTS) return;
  memmove(&parts->part[at + 1], &parts->part[at], (parts->count - at) * sizeof parts->part[0]);
  parts->count += 1;
  parts->part[at].length = (uint8_t)length;
  memcpy(parts->part[at].bytes, bytes, length);
}

static void remove_some(parts_t *parts, uint32_t at) {
  uint32_t left = parts->count - at;
  uint32_t some = chance(4) ? 1 : 1 + chance(left);
  memmove(&parts->part[at], &parts->part[at + some], (left - some) * sizeof parts->part[0]);
  parts->count -= some;
}

static void insert_new(parts_t *parts, uint32_t at) {
  uint8_t bytes[16];
  uint32_t length = 1 + chance(sizeof bytes), index;
  for (index = 0; index < length; index++) bytes[index] = (uint8_t)chance(256);
  insert(parts, at, bytes, length);
}

static void insert_copy(parts_t *parts, uint32_t at) {
  uint8_t bytes[255];
  uint32_t from = chance(parts->count);
  uint32_t length = parts->part[from].length;
  memcpy(bytes, parts->part[from].bytes, length);
  insert(parts, at, bytes, length);
}

static void change(parts_t *parts, uint32_t at) {
  uint8_t *bytes = parts->part[at].bytes;
  uint32_t length = parts->part[at].length;
  if (length == 0 || chance(3) == 0) {
    parts->part[at].length = (uint8_t)LLVMFuzzerMutate(bytes, length, 255);
  } else {
    bytes[chance(length)] = (uint8_t)(chance(3) ? chance(256) : bytes[chance(length)] + 1u);
  }
}

static void mutate(parts_t *parts) {
  uint32_t at = chance(parts->count);
  switch (chance(8)) {
    case 0: insert_new(parts, at + 1); break;
    case 1: insert_copy(parts, at + 1); break;
    case 2:
      if (parts->count > 1) remove_some(parts, at == 0 ? 1 : at);
      break;
    default: change(parts, at);
  }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t limit, unsigned seed) {
  static parts_t parts;
  uint32_t turns;
  state = seed;
  if (limit > ROOM) limit = ROOM;
  if (size < 2 || chance(50) == 0) return LLVMFuzzerMutate(data, size, limit);
  parts.count = 0;
  split(&parts, data, size, 0, PARTS);
  for (turns = 1 + chance(4); turns > 0; turns--) mutate(&parts);
  return join(&parts, data, limit);
}

/* The beginning of one, and the end of another. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *two, size_t two_size, uint8_t *out,
                                 size_t limit, unsigned seed) {
  static parts_t parts;
  state = seed;
  parts.count = 0;
  split(&parts, one, one_size, 0, 1 + chance(30));
  split(&parts, two, two_size, 1 + chance(30), PARTS);
  return join(&parts, out, limit < ROOM ? limit : ROOM);
}
