/* chance.h - the numbers a world is drawn from: SplitMix64 (Steele, Lea, Flood 2014).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANCE_H
#define CHANCE_H

#include <stdint.h>

typedef struct chance {
  uint64_t state;
} chance_t;

static inline uint64_t chance_next(chance_t *chance) {
  uint64_t mixed = chance->state += UINT64_C(0x9E3779B97F4A7C15);
  mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
  return mixed ^ (mixed >> 31);
}

/* 0 ... bound - 1. */
static inline uint32_t chance_below(chance_t *chance, uint32_t bound) {
  return bound == 0 ? 0 : (uint32_t)(((chance_next(chance) >> 32) * bound) >> 32);
}

/* least ... most. */
static inline uint32_t chance_between(chance_t *chance, uint32_t least, uint32_t most) {
  return least + chance_below(chance, most - least + 1);
}

static inline int chance_one_in(chance_t *chance, uint32_t count) {
  return chance_below(chance, count) == 0;
}

/* A waiting time around `mean`: often short, sometimes four times as long. */
static inline uint32_t chance_gap(chance_t *chance, uint32_t mean) {
  uint32_t size = 1u << chance_below(chance, 4);
  return 1 + chance_below(chance, mean / 2 * size);
}

#endif
