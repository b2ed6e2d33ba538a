/* nbiot_sockets.h - the hooks of nbiot_port.h over BSD-like sockets, with what lwIP has and no more: for an application on the
 * NB chip itself. IPv4. No heap, no thread; one task waits.
 *
 *     static nbiot_sockets_t sockets;
 *     nbiot_sockets_config_t config = {0};
 *     ... fill the functions and the buffer ...
 *     nbiot_sockets_begin(&sockets, &config);
 *     platform = nbiot_sockets_platform(&sockets);
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_SOCKETS_H
#define NBIOT_SOCKETS_H

#include "nbiot_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Most sockets at a time: one for each device, and one more that is being opened while the old one is closed. */
#define NBIOT_SOCKETS_COUNT 4

/** What the port needs. Zero everything first. */
typedef struct nbiot_sockets_config {
  void *context; /**< First argument of the functions below. */

  uint32_t (*now_ms)(void *context);                                  /**< As the hook. Required. */
  int32_t (*random)(void *context, uint8_t *buffer, uint32_t size); /**< As the hook. Required. */
  /** As the resolve hook, for what is no literal: begin a query of the chip's resolver and answer 0, 1 when a later
   *  call finds the result. Null: names are refused. */
  int32_t (*look_up)(void *context, const char *host, uint32_t host_length, nbiot_address_t *address);
  void (*lock)(void *context);   /**< As the hooks; both or neither. */
  void (*unlock)(void *context); /**< As the hooks; both or neither. */
  /**
   * The task begins (1) or ends (0) to sleep: vote for deep sleep and take the vote back, check in with the watchdog. May be null.
   */
  void (*sleeping)(void *context, uint8_t is_sleeping);
  uint32_t longest_sleep_ms; /**< What the watchdog allows; a longer wait is cut in pieces. 0 = no limit. */

  uint8_t *buffer;      /**< Where a datagram is received first: lwIP does not tell when it cuts one. Required. */
  uint32_t buffer_size; /**< receive_capacity + 1 or more. */
} nbiot_sockets_config_t;

/** The port's state; all of it is private. Lives as long as the devices on it. */
typedef struct nbiot_sockets {
  nbiot_sockets_config_t config;
  int descriptors[NBIOT_SOCKETS_COUNT]; /* -1 = free. */
  uint8_t woken[NBIOT_SOCKETS_COUNT + 1]; /* The last one is that of socket -1. */
  int bell; /* A socket that a wake sends to. */
} nbiot_sockets_t;

/**
 * Begin: opens the socket that ends a wait.
 * @retval 0                       ready.
 * @retval NBIOT_PORT_UNSUPPORTED  a required field is missing.
 * @retval NBIOT_PORT_BROKEN       no loopback; with lwIP: LWIP_NETIF_LOOPBACK.
 */
int32_t nbiot_sockets_begin(nbiot_sockets_t *sockets, const nbiot_sockets_config_t *config);

/** Return the hooks. Hooks of your own may be added (allocate, release, log, store, load): their context is `sockets`. */
nbiot_platform_t nbiot_sockets_platform(nbiot_sockets_t *sockets);

/** End; destroy the devices first. */
void nbiot_sockets_end(nbiot_sockets_t *sockets);

#ifdef __cplusplus
}
#endif

#endif /* NBIOT_SOCKETS_H */
