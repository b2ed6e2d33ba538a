/* random.h - the random hook.
 *
 * A PRODUCT MUST READ THE RANDOM GENERATOR OF ITS CHIP HERE: wait for its ready flag, and answer -1 when it fails. The
 * emulated board has none. What stands here has no entropy of its own: it stretches the seed in
 * the factory page (ChaCha20, RFC 8439), and is as unpredictable as that seed is new. The emulated board gets a new
 * one at each start. A chip without a generator may do likewise: a seed in flash from production on, and at each start,
 * before anything is sent, output of the generator in its place.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

void random_start(const uint8_t seed[32]);

/* Fills the buffer and returns 0. */
int32_t random_fill(void *context, uint8_t *buffer, uint32_t size);

#endif
