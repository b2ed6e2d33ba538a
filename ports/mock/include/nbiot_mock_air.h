/* nbiot_mock_air.h - bytes on air of a node, by direction and reason, and what they take from a
 * battery. Included by nbiot_mock.h.
 *
 * Bytes are counted from the node's creation on, whatever becomes of the trace:
 * nbiot_mock_trace_clear() and nbiot_mock_trace_limit() change nothing here.
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
  /** Sent, by NBIOT_SEND_*; 0 = the udp_hint hook was not called for it. A lost datagram costs as
   *  much as any other. One sent while the radio was off is not counted, nor is a copy the network
   *  made. */
  nbiot_mock_traffic_t up[NBIOT_MOCK_AIR_REASONS];
  /** Addressed to the node, counted when its fate is known: injected ones and copies too. Only
   *  what was not lost came through its radio. Nobody tells the reasons of others. */
  nbiot_mock_traffic_t down;
} nbiot_mock_air_t;

/** Return the account of a node; all zero when node is null. */
nbiot_mock_air_t nbiot_mock_air(const nbiot_mock_node_t *node);

/** Return the sum over all reasons of what a node sent; all zero when air is null. */
nbiot_mock_traffic_t nbiot_mock_air_up(const nbiot_mock_air_t *air);

/** Return the bytes on air, headers included, of everything sent, the lost datagrams too: for
 *  `up`. 0 when traffic is null. */
uint64_t nbiot_mock_air_sent(const nbiot_mock_traffic_t *traffic);

/** Return the bytes on air, headers included, of what arrived: for `down`. 0 when traffic is
 *  null. */
uint64_t nbiot_mock_air_arrived(const nbiot_mock_traffic_t *traffic);

/** Print one line per reason that occurred, and one for each direction: datagrams, bytes, and what
 *  of it was lost. Null is ignored. */
void nbiot_mock_air_print(const nbiot_mock_air_t *air, FILE *file);

/** @name Battery: what the datagrams of a node cost an NB-IoT radio
 *  A model of its states: asleep, it connects for the first datagram, is connected until the
 *  network has heard nothing for the inactivity time, listens for paging for the active time
 *  (T3324), and sleeps again. Release assistance ends a connection early, as far as the udp_hint
 *  hook was told what to expect. All in integers: the result is the same on every machine. It
 *  changes nothing in the world; the mock delivers to a radio that sleeps, too.
 *  @{ */
/** What a radio takes in which state. Fill it from NBIOT_MOCK_ENERGY_INIT, and put in what your
 *  module's data sheet and your network say. Currents are those of the whole module, in microampere
 *  at the battery. */
typedef struct nbiot_mock_energy {
  uint32_t connect_ms;    /**< To be connected: waking, random access, RRC and NAS set-up, and at
                               last the release. */
  uint32_t connect_ua;    /**< Mean during that. */
  uint32_t transmit_bps;  /**< Bits of IP per second up, */
  uint32_t transmit_ua;   /**< while they leave. */
  uint32_t receive_bps;   /**< Bits of IP per second down, */
  uint32_t receive_ua;    /**< while they come. */
  uint32_t connected_ua;  /**< Connected, and nothing happens. */
  uint32_t inactivity_ms; /**< The network releases this after the last datagram in either
                               direction. */
  uint32_t release_ms;    /**< The network releases this after the last datagram that is to be
                               expected; 0 = it takes no hints. */
  uint32_t active_ms;     /**< From the release on it can be paged for so long (T3324);
                               NBIOT_MOCK_ALWAYS = there is no PSM. */
  uint32_t idle_ua;       /**< Mean while it can be paged: DRX or eDRX. */
  uint32_t sleep_ua;      /**< PSM. */
  uint32_t battery_mah;   /**< What the battery gives, in milliampere hours. */
} nbiot_mock_energy_t;

/** Public figures; docs/RADIO.md says where each is from.
 *  `nbiot_mock_energy_t energy = NBIOT_MOCK_ENERGY_INIT;` */
#define NBIOT_MOCK_ENERGY_INIT                                                                    \
  { 2700, 57000, 12500, 139000, 19600, 25000, 25000, 20000, 1000, 120000, 1300, 4, 1389 }

/** A battery that is being emptied by a node's radio. Opaque. */
typedef struct nbiot_mock_battery nbiot_mock_battery_t;

/**
 * Put a battery behind a node, asleep. Several measure side by side, each with its own model.
 * @return the battery, belonging to the node; null when an argument is null, or a rate or the
 *         inactivity time is 0.
 */
nbiot_mock_battery_t *nbiot_mock_battery_add(nbiot_mock_node_t *node,
                                             const nbiot_mock_energy_t *energy);

/** What a battery had to give since it was added. */
typedef struct nbiot_mock_use {
  uint64_t charge_nc;    /**< Nanocoulomb: microampere times milliseconds. */
  uint64_t elapsed_ms;   /**< The sum of the next three. */
  uint64_t connected_ms; /**< Connected; what follows is in it. */
  uint64_t idle_ms;      /**< To be paged. */
  uint64_t sleep_ms;     /**< In PSM. */
  uint64_t transmit_ms;  /**< Transmitting. */
  uint64_t receive_ms;   /**< Receiving. */
  uint64_t connections;  /**< Times it had to connect. */
} nbiot_mock_use_t;

/** Return what it had to give up to now; all zero when battery is null. */
nbiot_mock_use_t nbiot_mock_battery_use(const nbiot_mock_battery_t *battery);

/**
 * Return the battery-days: for how many whole days a battery of energy->battery_mah lasts at a mean
 * current of charge_nc / elapsed_ms. UINT32_MAX when nothing was used, or it lasts longer than
 * that; 0 when energy is null.
 */
uint32_t nbiot_mock_energy_days(const nbiot_mock_energy_t *energy, uint64_t charge_nc,
                                uint64_t elapsed_ms);
/** @} */

#ifdef __cplusplus
}
#endif

#endif /* NBIOT_MOCK_AIR_H */
