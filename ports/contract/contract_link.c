/* contract_link.c - the two ends between which the contract test passes datagrams.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "contract_run.h"

#define SLICE_MS 10u
#define POLLS_WITHOUT_WAIT 1000000u
#define DRAIN_LIMIT 64

int32_t nbiot_contract_same_address(const nbiot_address_t *a, const nbiot_address_t *b) {
  const size_t length = a->family == NBIOT_FAMILY_IPV4 ? 4u : 16u;
  return a->family == b->family && a->port == b->port && memcmp(a->bytes, b->bytes, length) == 0;
}

/* Whether the unused fields are zero, as nbiot_address_t says. */
int32_t nbiot_contract_is_clean(const nbiot_address_t *address) {
  if (address->reserved != 0) return 0;
  if (address->family != NBIOT_FAMILY_IPV4) return address->family == NBIOT_FAMILY_IPV6;
  for (int i = 4; i < 16; i++) {
    if (address->bytes[i] != 0) return 0;
  }
  return 1;
}

void nbiot_contract_fill_in(contract_run_t *run) { memset(run->in, CONTRACT_FILL, sizeof run->in); }

void nbiot_contract_pattern(contract_run_t *run, uint32_t length, uint8_t seed) {
  for (uint32_t i = 0; i < length; i++) run->out[i] = (uint8_t)(seed + i * 7u);
}

static int32_t receive_patiently(contract_run_t *run, const nbiot_platform_t *platform,
                                 int32_t socket, uint8_t *buffer, uint32_t size,
                                 nbiot_address_t *from) {
  const uint32_t start = run->tested->now_ms(run->tested->context);
  /* Also bounded by count, for a clock that stands still. */
  uint32_t polls = platform->wait != NULL ? run->patience_ms / SLICE_MS * 4u : POLLS_WITHOUT_WAIT;
  for (; polls > 0; polls--) {
    const int32_t got = platform->udp_receive(platform->context, socket, buffer, size, from);
    if (got != 0 || nbiot_contract_elapsed(run, start) >= run->patience_ms) return got;
    if (platform->wait != NULL) platform->wait(platform->context, socket, SLICE_MS);
  }
  return 0;
}

int32_t nbiot_contract_receive(contract_run_t *run, uint32_t size, nbiot_address_t *from) {
  return receive_patiently(run, run->tested, run->socket, run->in, size, from);
}

int32_t nbiot_contract_peer_receive(contract_run_t *run, nbiot_address_t *from) {
  return receive_patiently(run, run->peer, run->peer_socket, run->peer_in, CONTRACT_DATAGRAM, from);
}

static int32_t send_patiently(const nbiot_platform_t *platform, int32_t socket, const uint8_t *data,
                              uint32_t length, const nbiot_address_t *to) {
  int32_t sent = 0;
  for (int i = 0; i < 20 && sent == 0; i++) {
    sent = platform->udp_send(platform->context, socket, data, length, to);
    if (length == 0) break; /* "sent" and "no room" look alike here. */
    if (sent == 0 && platform->wait != NULL) platform->wait(platform->context, socket, SLICE_MS);
  }
  return sent;
}

int32_t nbiot_contract_send(contract_run_t *run, uint32_t length, const nbiot_address_t *to) {
  return send_patiently(run->tested, run->socket, run->out, length, to);
}

int32_t nbiot_contract_deliver(contract_run_t *run, const uint8_t *data, uint32_t length) {
  const nbiot_contract_t *setup = run->setup;
  if (setup->deliver != NULL) {
    return setup->deliver(setup->deliver_context, run->socket, &run->peer_address, data, length);
  }
  return send_patiently(run->peer, run->peer_socket, data, length, &run->tested_address) ==
                 (int32_t)length
             ? 0
             : -1;
}

void nbiot_contract_settle(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  if (tested->wait == NULL) return;
  for (int i = 0; i < 5; i++) tested->wait(tested->context, -1, 20u);
}

void nbiot_contract_drain(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  nbiot_address_t from;
  nbiot_contract_settle(run);
  for (int i = 0; i < DRAIN_LIMIT; i++) {
    if (tested->udp_receive(tested->context, run->socket, run->in, CONTRACT_DATAGRAM, &from) == 0)
      return;
  }
}

/* The tested socket takes any free port; the peer learns which from its first datagram. */
static int32_t learn_tested_port(contract_run_t *run) {
  nbiot_address_t from;
  int32_t got;
  nbiot_contract_pattern(run, 4u, 1u);
  /* What it answers is the business of a clause. */
  (void)nbiot_contract_send(run, 4u, &run->peer_address);
  memset(&from, 0, sizeof from);
  got = nbiot_contract_peer_receive(run, &from);
  run->tested_address = run->setup->address;
  run->tested_address.port = from.port;
  return got == 4 && from.port != 0;
}

int32_t nbiot_contract_link_open(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  const nbiot_platform_t *peer = run->peer;
  run->socket = tested->udp_open(tested->context, run->setup->address.family, 0);
  if (run->socket < 0) return 0;
  if (run->setup->deliver != NULL) return 1;
  run->peer_socket = peer->udp_open(peer->context, run->peer_address.family, run->setup->peer_port);
  return run->peer_socket >= 0 && learn_tested_port(run);
}

void nbiot_contract_link_close(contract_run_t *run) {
  if (run->socket >= 0) run->tested->udp_close(run->tested->context, run->socket);
  if (run->peer_socket >= 0) run->peer->udp_close(run->peer->context, run->peer_socket);
  run->socket = -1;
  run->peer_socket = -1;
}
