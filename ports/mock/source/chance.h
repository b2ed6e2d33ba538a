/* chance.h - the seeded random numbers of a world: SplitMix64 (Steele, Lea, Flood 2014).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_CHANCE_H
#define MOCK_CHANCE_H

#include <stdint.h>

typedef struct mock_chance {
  uint64_t state;
} mock_chance_t;

/* A stream of its own for every (seed, owner, role): one that draws more never shifts another. */
mock_chance_t mock_chance_stream(uint64_t seed, uint32_t owner, uint32_t role);
uint64_t mock_chance_next(mock_chance_t *chance);
/* Evenly in 0 ... bound - 1; bound 0 gives 0. */
uint32_t mock_chance_below(mock_chance_t *chance, uint64_t bound);

#endif
