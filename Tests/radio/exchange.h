/* exchange.h - one thing a device does, and what it takes.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "scene.h"

/* In the half hour after it, on a link that is quick and loses nothing. */
typedef struct cost {
  uint64_t datagrams; /* up */
  uint64_t bytes_up;
  uint64_t bytes_down;
  uint64_t connected_ms[RADIOS];
  uint64_t charge_nc[RADIOS]; /* more than doing nothing */
} cost_t;

typedef struct exchange {
  const char *name;
  void (*act)(scene_t *scene); /* an hour after the device began; null = just the beginning */
} exchange_t;

extern const exchange_t exchanges[];
extern const unsigned exchange_count;

cost_t exchange_cost(const exchange_t *exchange, uint8_t queue_mode);

#endif
