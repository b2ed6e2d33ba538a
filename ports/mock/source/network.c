/* network.c - the way of a datagram: up the sender's link, down the receiver's, into a socket.
 * SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

#include <stdlib.h>
#include <string.h>

typedef struct flight {
  nbiot_mock_world_t *world;
  nbiot_address_t from;
  nbiot_address_t to;
  uint8_t *data;
  uint32_t length;
  uint32_t serial; /* of its trace record */
  uint8_t marks;
  uint8_t reason;
  nbiot_mock_node_t *sender; /* whose radio sent it; null for a copy and for what was injected */
} flight_t;

static flight_t *depart(nbiot_mock_world_t *world, const nbiot_address_t *from,
                        const nbiot_address_t *to, const uint8_t *data, uint32_t length,
                        uint8_t marks) {
  flight_t *flight = mock_allocate(sizeof *flight);
  nbiot_mock_record_t record;
  memset(&record, 0, sizeof record);
  record.sent_ms = world->now;
  record.from = *from;
  record.to = *to;
  record.data = data;
  record.length = length;
  record.marks = marks;
  flight->world = world;
  flight->from = *from;
  flight->to = *to;
  flight->data = mock_copy(data, length);
  flight->length = length;
  flight->marks = marks;
  flight->serial = mock_trace_add(world, &record);
  world->flights += 1;
  return flight;
}

static void mark(flight_t *flight, uint8_t marks) {
  nbiot_mock_record_t *record = mock_trace_find(flight->world, flight->serial);
  flight->marks |= marks;
  if (record != NULL) {
    record->marks = flight->marks;
  }
}

static void count(const flight_t *flight, uint8_t fate) {
  nbiot_mock_node_t *receiver = mock_node_find(flight->world, &flight->to);
  /* What finds its socket full has come through the air all the same. */
  int arrived = fate == NBIOT_MOCK_DELIVERED || fate == NBIOT_MOCK_OVERFLOW;
  if (flight->sender != NULL && !arrived) {
    mock_air_lost(flight->sender, flight->reason, flight->length);
  }
  if (receiver != NULL) {
    mock_air_came(receiver, flight->length, arrived);
  }
}

static void finish(flight_t *flight, uint8_t fate) {
  nbiot_mock_record_t *record = mock_trace_find(flight->world, flight->serial);
  if (record != NULL) {
    record->arrived_ms = flight->world->now;
    record->fate = fate;
  }
  count(flight, fate);
  flight->world->flights -= 1;
  free(flight->data);
  free(flight);
}

static void arrive(void *context) {
  flight_t *flight = context;
  uint8_t fate = mock_network_deliver(flight->world, &flight->from, &flight->to, flight->data,
                                      flight->length);
  finish(flight, fate);
}

static void corrupt(flight_t *flight, uint32_t bit) {
  nbiot_mock_record_t *record = mock_trace_find(flight->world, flight->serial);
  flight->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
  mark(flight, NBIOT_MOCK_CORRUPTED);
  if (record != NULL) {
    free((void *)(uintptr_t)record->data);
    record->data = mock_copy(flight->data, flight->length);
  }
}

static void discard(void *context) {
  flight_t *flight = context;
  free(flight->data);
  free(flight);
}

/* With bursts: one goes on with the chance 1 - 1 / mean, and begins so often that `loss` per mille
 * are lost in the long run. */
static int is_lost(mock_path_t *path, uint64_t dice) {
  const uint64_t whole = UINT64_C(1) << 32;
  uint32_t loss = path->link.loss;
  uint64_t limit = (whole * loss + 999) / 1000;
  if (path->burst > 0 && loss < 1000) {
    limit = path->in_burst ? whole - whole / path->burst
                           : whole * loss / ((1000 - loss) * path->burst);
  }
  path->in_burst = dice < limit;
  return path->in_burst;
}

/* Every crossing draws the same numbers whatever the conditions, so that changing one condition
 * does not re-deal the others. */
static void cross(flight_t *flight, mock_path_t *path, nbiot_mock_happening_t next) {
  const nbiot_mock_link_t *link = &path->link;
  int lost = is_lost(path, mock_chance_next(&path->chance) >> 32);
  int corrupted = mock_chance_below(&path->chance, 1000) < link->corruption;
  int reordered = mock_chance_below(&path->chance, 1000) < link->reordering;
  uint32_t bit = mock_chance_below(&path->chance, (uint64_t)flight->length * 8);
  uint64_t spread = (uint64_t)link->delay_max_ms - link->delay_min_ms + 1;
  uint64_t at = flight->world->now + link->delay_min_ms + mock_chance_below(&path->chance, spread);
  if (lost) {
    finish(flight, NBIOT_MOCK_LOST);
    return;
  }
  if (corrupted && flight->length > 0) {
    corrupt(flight, bit);
  }
  if (reordered) {
    at += link->hold_ms == 0 ? 1000 : link->hold_ms;
    mark(flight, NBIOT_MOCK_REORDERED);
  } else {
    at = at < path->last ? path->last : at;
    path->last = at;
  }
  mock_schedule(flight->world, at, MOCK_PLUMBING, next, discard, flight);
}

static void enter(flight_t *flight, nbiot_mock_node_t *node, mock_path_t *path,
                  nbiot_mock_happening_t next) {
  uint32_t mtu = path->link.mtu == 0 ? MOCK_LONGEST : path->link.mtu;
  int doubled = mock_chance_below(&path->chance, 1000) < path->link.duplication;
  flight_t *copy = NULL;
  if (node->radio_off || node->unpowered) {
    finish(flight, NBIOT_MOCK_RADIO_OFF);
    return;
  }
  if (flight->length > mtu) {
    finish(flight, NBIOT_MOCK_TOO_BIG);
    return;
  }
  if (doubled) {
    copy = depart(flight->world, &flight->from, &flight->to, flight->data, flight->length,
                  (uint8_t)(flight->marks | NBIOT_MOCK_DUPLICATE));
  }
  cross(flight, path, next);
  if (copy != NULL) {
    cross(copy, path, next);
  }
}

static void descend(void *context) {
  flight_t *flight = context;
  nbiot_mock_node_t *receiver = mock_node_find(flight->world, &flight->to);
  if (receiver == NULL) {
    finish(flight, NBIOT_MOCK_NO_RECEIVER);
    return;
  }
  enter(flight, receiver, &receiver->paths[NBIOT_MOCK_DOWN], arrive);
}

static void leave(flight_t *flight, nbiot_mock_node_t *origin) {
  if (!origin->radio_off && !origin->unpowered) {
    flight->sender = origin;
    flight->reason = origin->reason;
    mock_air_sent(origin, flight->length);
  }
}

void mock_network_carry(nbiot_mock_world_t *world, nbiot_mock_node_t *origin,
                        const nbiot_address_t *from, const nbiot_address_t *to,
                        const uint8_t *data, uint32_t length) {
  uint8_t marks = origin == NULL ? NBIOT_MOCK_INJECTED : 0;
  flight_t *flight = depart(world, from, to, data, length, marks);
  if (origin == NULL) {
    mock_schedule(world, world->now, MOCK_PLUMBING, arrive, discard, flight);
  } else {
    nbiot_mock_record_t *record = mock_trace_find(world, flight->serial);
    if (record != NULL) {
      record->reason = origin->reason;
      record->expectation = origin->expectation;
    }
    leave(flight, origin);
    enter(flight, origin, &origin->paths[NBIOT_MOCK_UP], descend);
  }
}

int32_t nbiot_mock_inject(nbiot_mock_world_t *world, nbiot_address_t from, nbiot_address_t to,
                          const void *bytes, uint32_t length) {
  if (world == NULL || (bytes == NULL && length > 0) || length > MOCK_LONGEST ||
      from.family != NBIOT_FAMILY_IPV4 || to.family != NBIOT_FAMILY_IPV4) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  mock_network_carry(world, NULL, &from, &to, bytes, length);
  return NBIOT_MOCK_OK;
}
