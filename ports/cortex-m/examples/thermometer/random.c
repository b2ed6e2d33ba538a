/* random.c - a stream of bytes out of a seed (see random.h): the key stream of ChaCha20, RFC 8439 2.3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "random.h"

#define BLOCK 64u

static uint32_t input[16] = {0x61707865u, 0x3320646eu, 0x79622d32u, 0x6b206574u};
static uint32_t block[16];
static uint32_t used = BLOCK;

void random_start(const uint8_t seed[32]) {
  for (uint32_t i = 0; i < 32; i++) input[4 + i / 4] |= (uint32_t)seed[i] << i % 4 * 8;
}

static uint32_t turned(uint32_t word, uint32_t bits) { return word << bits | word >> (32u - bits); }

static void quarter_round(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  block[a] += block[b], block[d] = turned(block[d] ^ block[a], 16);
  block[c] += block[d], block[b] = turned(block[b] ^ block[c], 12);
  block[a] += block[b], block[d] = turned(block[d] ^ block[a], 8);
  block[c] += block[d], block[b] = turned(block[b] ^ block[c], 7);
}

static void next_block(void) {
  for (uint32_t i = 0; i < 16; i++) block[i] = input[i];
  for (uint32_t turn = 0; turn < 10; turn++) {
    for (uint32_t i = 0; i < 4; i++) quarter_round(i, 4 + i, 8 + i, 12 + i);
    for (uint32_t i = 0; i < 4; i++) {
      quarter_round(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
    }
  }
  for (uint32_t i = 0; i < 16; i++) block[i] += input[i];
  input[12]++; /* Number of the block. */
  used = 0;
}

int32_t random_fill(void *context, uint8_t *buffer, uint32_t size) {
  (void)context;
  for (uint32_t i = 0; i < size; i++) {
    if (used == BLOCK) next_block();
    buffer[i] = (uint8_t)(block[used / 4] >> used % 4 * 8);
    used++;
  }
  return 0;
}
