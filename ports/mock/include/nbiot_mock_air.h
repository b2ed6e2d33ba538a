/* nbiot_mock_air.h - bytes on air of a node, by direction and reason. Included by nbiot_mock.h.
 *
 * Counted from the node's creation on, whatever becomes of the trace: nbiot_mock_trace_clear() and
 * nbiot_mock_trace_limit() change nothing here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_MOCK_AIR_H
#define NBIOT_MOCK_AIR_H

#include "nbiot_mock.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of headers before the payload of each datagram: IPv4 20 (RFC 791), UDP 8 (RFC 768). */
#define NBIOT_MOCK_AIR_HEADER 28u
/** How many reasons there are: NBIOT_SEND_*, and 0 for a datagram without a hint. */
#define NBIOT_MOCK_AIR_REASONS 10u

/** Datagrams and the bytes of their UDP payloads. */
typedef struct nbiot_mock_traffic {
  uint64_t datagrams;      /**< All, the lost ones too. */
  uint64_t payload;        /**< Bytes in them. */
  uint64_t lost_datagrams; /**< Those of them that did not arrive. */
  uint64_t lost_payload;   /**< Bytes in these. */
} nbiot_mock_traffic_t;

/** What the radio of a node has sent and received. */
typedef struct nbiot_mock_air {
  /** Sent, by NBIOT_SEND_*; 0 = the udp_hint hook was not called for it. A lost datagram costs as much as any
   *  other. One sent while the radio was off is not counted, nor is a copy the network made. */
  nbiot_mock_traffic_t up[NBIOT_MOCK_AIR_REASONS];
  /** Addressed to the node, counted when its fate is known: injected ones and copies too. Only what was not lost
   *  came through its radio. Nobody tells the reasons of others. */
  nbiot_mock_traffic_t down;
} nbiot_mock_air_t;

/** Return the account of a node; all zero when node is null. */
nbiot_mock_air_t nbiot_mock_air(const nbiot_mock_node_t *node);

/** Return the sum over all reasons of what a node sent. */
nbiot_mock_traffic_t nbiot_mock_air_up(const nbiot_mock_air_t *air);

/** Return the bytes on air, headers included, of everything sent, the lost datagrams too: for `up`. */
uint64_t nbiot_mock_air_sent(const nbiot_mock_traffic_t *traffic);

/** Return the bytes on air, headers included, of what arrived: for `down`. */
uint64_t nbiot_mock_air_arrived(const nbiot_mock_traffic_t *traffic);

#ifdef __cplusplus
}
#endif

#endif /* NBIOT_MOCK_AIR_H */
