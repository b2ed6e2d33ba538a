/* chance.c - SplitMix64 and streams made from it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "chance.h"

static uint64_t scramble(uint64_t z) {
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

uint64_t mock_chance_next(mock_chance_t *chance) {
  chance->state += UINT64_C(0x9E3779B97F4A7C15);
  return scramble(chance->state);
}

mock_chance_t mock_chance_stream(uint64_t seed, uint32_t owner, uint32_t role) {
  mock_chance_t chance = {scramble(seed + 1) ^ scramble(((uint64_t)owner << 8 | role) + 1)};
  return chance;
}

uint32_t mock_chance_below(mock_chance_t *chance, uint64_t bound) {
  uint64_t drawn = mock_chance_next(chance) >> 32;
  /* Multiply and shift: the bias is below 2^-32 * bound, nothing a test can see. */
  return bound == 0 ? 0 : (uint32_t)((drawn * bound) >> 32);
}
