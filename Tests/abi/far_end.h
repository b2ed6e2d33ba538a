/* far_end.h - the far end of the toy: it takes the records off and passes what is inside to a plain server.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef FAR_END_H
#define FAR_END_H

#include "nbiot_mock.h"

#include "toy_security.h"

#define FAR_END_PORT 5684u
#define FAR_END_INNER_PORT 7000u

typedef struct far_end {
  nbiot_platform_t hooks;
  nbiot_address_t device;
  int32_t outer;
  int32_t inner;
  uint8_t key;
  uint8_t sequence;
  uint8_t is_deaf;
  uint8_t pairs; /* 1 = what goes to the device is put twice into one datagram. */
} far_end_t;

/* At 10.0.0.4, for the server at 10.0.0.1. */
static inline void far_end_open(far_end_t *far_end, nbiot_mock_world_t *world, uint8_t key) {
  nbiot_mock_node_t *node = nbiot_mock_node_add(world, "10.0.0.4", 0);
  memset(far_end, 0, sizeof *far_end);
  far_end->key = key;
  far_end->hooks = nbiot_mock_platform(world, node);
  far_end->outer = far_end->hooks.udp_open(node, NBIOT_FAMILY_IPV4, FAR_END_PORT);
  far_end->inner = far_end->hooks.udp_open(node, NBIOT_FAMILY_IPV4, FAR_END_INNER_PORT);
}

static inline void far_end_close(far_end_t *far_end) {
  far_end->hooks.udp_close(far_end->hooks.context, far_end->outer);
  far_end->hooks.udp_close(far_end->hooks.context, far_end->inner);
}

static inline void far_end_send(far_end_t *far_end, const uint8_t *datagram, uint32_t length) {
  far_end->hooks.udp_send(far_end->hooks.context, far_end->outer, datagram, length,
                          &far_end->device);
}

static inline void far_end_reply(far_end_t *far_end, uint8_t type, const void *payload,
                                 uint32_t length) {
  uint8_t datagram[2 * (TOY_LARGEST + TOY_HEADER)];
  uint32_t size = toy_seal(datagram, type, far_end->key, far_end->sequence++, payload, length);
  if (far_end->pairs && type == TOY_DATA) {
    size += toy_seal(datagram + size, type, far_end->key, far_end->sequence++, payload, length);
  }
  far_end_send(far_end, datagram, size);
}

static inline void far_end_take(far_end_t *far_end, const uint8_t *datagram, uint32_t length) {
  nbiot_address_t server = nbiot_mock_address("10.0.0.1", 5683);
  uint8_t payload[TOY_LARGEST];
  uint32_t size = 0;
  if (toy_unseal(datagram, length, far_end->key, payload, &size) == 0) {
    return;
  }
  if (datagram[0] == TOY_DATA) {
    far_end->hooks.udp_send(far_end->hooks.context, far_end->inner, payload, size, &server);
  } else if (size == 5 && memcmp(payload, "hello", 5) == 0) {
    far_end_reply(far_end, TOY_HANDSHAKE, "who", 3);
  } else if (size == 2 && memcmp(payload, "me", 2) == 0) {
    far_end_reply(far_end, TOY_HANDSHAKE, "fine", 4);
  }
}

static inline void far_end_pump(far_end_t *far_end) {
  uint8_t datagram[TOY_LARGEST];
  nbiot_address_t from;
  int32_t length;
  while ((length = far_end->hooks.udp_receive(far_end->hooks.context, far_end->outer, datagram,
                                              sizeof datagram, &from)) > 0) {
    far_end->device = from;
    if (!far_end->is_deaf) {
      far_end_take(far_end, datagram, (uint32_t)length);
    }
  }
  while ((length = far_end->hooks.udp_receive(far_end->hooks.context, far_end->inner, datagram,
                                              sizeof datagram, &from)) > 0) {
    far_end_reply(far_end, TOY_DATA, datagram, (uint32_t)length);
  }
}

#endif
