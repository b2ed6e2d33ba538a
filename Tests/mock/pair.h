/* pair.h - two nodes with one open socket each.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PAIR_H
#define PAIR_H

#include "nbiot_mock.h"

typedef struct pair {
  nbiot_mock_world_t *world;
  nbiot_mock_node_t *a;
  nbiot_mock_node_t *b;
  nbiot_platform_t on_a;
  nbiot_platform_t on_b;
  int32_t from; /* a's socket, port 1000 */
  int32_t to;   /* b's socket, port 2000 */
} pair_t;

static inline pair_t pair_create(uint64_t seed) {
  pair_t pair;
  pair.world = nbiot_mock_world_create(seed);
  pair.a = nbiot_mock_node_add(pair.world, "10.0.0.1", 0);
  pair.b = nbiot_mock_node_add(pair.world, "10.0.0.2", 0);
  pair.on_a = nbiot_mock_platform(pair.world, pair.a);
  pair.on_b = nbiot_mock_platform(pair.world, pair.b);
  pair.from = pair.on_a.udp_open(pair.on_a.context, NBIOT_FAMILY_IPV4, 1000);
  pair.to = pair.on_b.udp_open(pair.on_b.context, NBIOT_FAMILY_IPV4, 2000);
  return pair;
}

static inline int32_t pair_send(pair_t *pair, const void *data, uint32_t length) {
  nbiot_address_t to = nbiot_mock_address("10.0.0.2", 2000);
  return pair->on_a.udp_send(pair->on_a.context, pair->from, data, length, &to);
}

static inline int32_t pair_receive(pair_t *pair, uint8_t *buffer, uint32_t size,
                                   nbiot_address_t *from) {
  return pair->on_b.udp_receive(pair->on_b.context, pair->to, buffer, size, from);
}

#endif
