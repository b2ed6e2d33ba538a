/* nbiot_contract.h - the conformance test for the hooks of an nbiot_platform_t.
 *
 * Link nbiot_contract.c and contract_{clock,datagrams,link,resolve,sockets,storage,wait}.c with your
 * hooks, fill an nbiot_contract_t, call nbiot_contract_run(), read the lines. No heap, no stdio, no libc
 * beyond memcpy, memset, memcmp and strlen; about 5 KB of static memory, so one run at a time.
 * Nothing of libnbiot.a is needed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_CONTRACT_H
#define NBIOT_CONTRACT_H

#include "nbiot_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What the test needs to know. Zero everything first; a zeroed field means what its comment says.
 *
 * Datagrams have to come from somewhere. One of three: sockets of the tested platform that reach
 * each other (the default: loopback), sockets of a second platform (`peer`), or a function that
 * puts a datagram into the tested socket's queue (`deliver`; what the tested side sends is then not
 * looked at).
 */
typedef struct nbiot_contract {
  const nbiot_platform_t *platform; /**< Under test. Required. */
  void *print_context;
  void (*print)(void *context, const char *text); /**< Gets one line without its end. Required. */

  const nbiot_platform_t *peer; /**< The other end of the link; null = `platform`. */
  void *deliver_context;
  /** Queue one datagram at @p socket as if @p from had sent it; 0 = done. Null = use `peer`. */
  int32_t (*deliver)(void *context, int32_t socket, const nbiot_address_t *from,
                     const uint8_t *data, uint32_t length);

  /** Where datagrams reach the tested platform. Port ignored. Required. */
  nbiot_address_t address;
  /** Where they reach the peer; family 0 = `address`. Port ignored. */
  nbiot_address_t peer_address;
  uint16_t peer_port;   /**< A free UDP port at the peer. Required. */
  uint16_t other_port;  /**< Another one. Required. */
  uint16_t closed_port; /**< A port at the peer where nobody listens. Required. */
  uint16_t local_port;  /**< A free UDP port at the tested platform; 0 = leave those clauses out. */

  const char *good_host; /**< A name that resolves; null = leave the clause out. */
  const char *bad_host;  /**< A name that never resolves; null = "host.invalid" (RFC 6761 6.4). */

  void *later_context;
  /**
   * Call run(argument) after @p delay_ms: on another thread, or from inside the wait hook where
   * time is virtual. 0 = arranged. Null: the clauses that need it are left out.
   */
  int32_t (*later)(void *context, uint32_t delay_ms, void (*run)(void *argument), void *argument);
  void (*join)(void *context); /**< Return when the function given to `later` has returned. */
  uint32_t later_is_a_thread;  /**< 1 = `later` uses another thread, so that lock can be tested. */

  uint32_t patience_ms;         /**< Longest a datagram or an early-ending wait takes; 0 = 5000. */
  uint32_t resolve_patience_ms; /**< Longest a lookup takes; 0 = 60000. */
} nbiot_contract_t;

/**
 * Check every hook, printing `ok  clause`, `FAIL clause: why` or `skip clause: why` per clause and
 * `N passed, N failed` at the end. All sockets it opened are closed when it returns. All slots of
 * the store hook are overwritten: the device it runs on forgets its account and what it stored.
 * @return the number of failed clauses; -1 when `setup` itself is not usable.
 */
int32_t nbiot_contract_run(const nbiot_contract_t *setup);

#ifdef __cplusplus
}
#endif

#endif /* NBIOT_CONTRACT_H */
