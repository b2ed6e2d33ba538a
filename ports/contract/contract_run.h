/* contract_run.h - what the files of the conformance test share. Private to ports/contract.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_CONTRACT_RUN_H
#define NBIOT_CONTRACT_RUN_H

#include "nbiot_contract.h"

/* The largest datagram LwM2M needs unfragmented (RFC 7252 4.6), and room to see writes beyond it.
 */
#define CONTRACT_DATAGRAM 1152u
#define CONTRACT_GUARD 64u
#define CONTRACT_FILL 0xA5u

typedef struct contract_run {
  const nbiot_contract_t *setup;
  const nbiot_platform_t *tested;
  const nbiot_platform_t *peer;
  nbiot_address_t tested_address; /* With the tested socket's port, once the peer has seen it. */
  nbiot_address_t peer_address;
  int32_t socket;
  int32_t peer_socket;
  int32_t passed;
  int32_t failed;
  uint32_t patience_ms;
  volatile int32_t turn; /* Of the clause with two threads: 1 = the other has the lock, 2 = had. */
  uint8_t out[CONTRACT_DATAGRAM + CONTRACT_GUARD];
  uint8_t in[CONTRACT_DATAGRAM + CONTRACT_GUARD];
  uint8_t peer_in[CONTRACT_DATAGRAM + CONTRACT_GUARD];
} contract_run_t;

/* Report one clause; return ok. The second form prints both numbers when they differ. */
int32_t nbiot_contract_check(contract_run_t *run, const char *clause, int32_t ok, const char *why);
int32_t nbiot_contract_equal(contract_run_t *run, const char *clause, const char *what,
                             int32_t expected, int32_t got);
void nbiot_contract_skip(contract_run_t *run, const char *clause, const char *why);

/* The groups of clauses, in the order they run. */
void nbiot_contract_clock(contract_run_t *run);
void nbiot_contract_random(contract_run_t *run);
void nbiot_contract_resolve(contract_run_t *run);
void nbiot_contract_sockets(contract_run_t *run);
void nbiot_contract_datagrams(contract_run_t *run);
void nbiot_contract_wait(contract_run_t *run);
void nbiot_contract_memory(contract_run_t *run);
void nbiot_contract_storage(contract_run_t *run);
void nbiot_contract_lock(contract_run_t *run);

/* The link between the tested socket and the peer. */
int32_t nbiot_contract_link_open(contract_run_t *run);
void nbiot_contract_link_close(contract_run_t *run);
/* Send to the tested socket from the peer; 0 = on its way. */
int32_t nbiot_contract_deliver(contract_run_t *run, const uint8_t *data, uint32_t length);
int32_t nbiot_contract_send(contract_run_t *run, uint32_t length, const nbiot_address_t *to);
/* Receive, waiting up to the patience; what udp_receive answered, 0 = nothing came. */
int32_t nbiot_contract_receive(contract_run_t *run, uint32_t size, nbiot_address_t *from);
int32_t nbiot_contract_peer_receive(contract_run_t *run, nbiot_address_t *from);
/* Let queued datagrams arrive, without receiving. */
void nbiot_contract_settle(contract_run_t *run);
void nbiot_contract_drain(contract_run_t *run);
void nbiot_contract_fill_in(contract_run_t *run);
/* A recognisable datagram in run->out. */
void nbiot_contract_pattern(contract_run_t *run, uint32_t length, uint8_t seed);

uint32_t nbiot_contract_elapsed(const contract_run_t *run, uint32_t since);
int32_t nbiot_contract_same_address(const nbiot_address_t *a, const nbiot_address_t *b);
int32_t nbiot_contract_is_clean(const nbiot_address_t *address);

#endif /* NBIOT_CONTRACT_RUN_H */
