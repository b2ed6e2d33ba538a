/* lent.c - blocks of exact size; those that were given back are kept until the end, to see that nobody writes there.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lent.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "law.h"

#define BLOCKS 512u
#define GUARD (LENT_IS_SANITIZED ? 0u : 64u)
#define GUARD_BYTE 0xA5
#define GONE_BYTE 0xDD

typedef struct block {
  uint8_t *start; /* Of the guard in front. */
  size_t size;
  uint8_t is_gone;
} block_t;

static block_t blocks[BLOCKS];
static uint32_t count;

static int is_all(const uint8_t *bytes, size_t length, uint8_t byte) {
  while (length > 0) {
    if (bytes[--length] != byte) return 0;
  }
  return 1;
}

/* Lets go of what was given back. */
static void make_room(void) {
  uint32_t index, kept = 0;
  for (index = 0; index < count; index++) {
    if (!blocks[index].is_gone) blocks[kept++] = blocks[index];
    else free(blocks[index].start);
  }
  count = kept;
}

void *lent_new(size_t size) {
  block_t *block;
  if (count == BLOCKS) make_room();
  block = &blocks[count];
  law(count < BLOCKS, "the harness lends no more blocks than it can watch");
  count += 1;
  block->size = size;
  block->is_gone = 0;
  block->start = malloc(size + 2 * GUARD);
  law(block->start != NULL, "the harness has memory");
  memset(block->start, GUARD_BYTE, size + 2 * GUARD);
  memset(block->start + GUARD, 0, size);
  return block->start + GUARD;
}

void *lent_copy(const void *source, size_t size) {
  void *copy = lent_new(size);
  if (size > 0) memcpy(copy, source, size);
  return copy;
}

static void check_block(const block_t *block) {
  law(is_all(block->start, GUARD, GUARD_BYTE), "nobody writes in front of what was lent");
  law(is_all(block->start + GUARD + block->size, GUARD, GUARD_BYTE), "nobody writes behind what was lent");
  law(!block->is_gone || is_all(block->start + GUARD, block->size, GONE_BYTE), "nobody writes to what was given back");
}

void lent_free(void *memory) {
  uint32_t index = 0;
  if (memory == NULL) return;
  while (index < count && blocks[index].start + GUARD != memory) index += 1;
  law(index < count && !blocks[index].is_gone, "the harness takes back what it has lent");
  check_block(&blocks[index]);
  if (LENT_IS_SANITIZED) {
    free(blocks[index].start);
    blocks[index] = blocks[--count];
    return;
  }
  blocks[index].is_gone = 1;
  memset(memory, GONE_BYTE, blocks[index].size);
}

void lent_check(void) {
  uint32_t index;
  if (LENT_IS_SANITIZED) return;
  for (index = 0; index < count; index++) check_block(&blocks[index]);
}

void lent_end(void) {
  lent_check();
  while (count > 0) free(blocks[--count].start);
}
