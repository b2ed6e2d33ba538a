/* contract_datagrams.c - clauses of udp_send and udp_receive.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "contract_run.h"

#define PENDING 5

static int32_t is_untouched(const contract_run_t *run, uint32_t from, uint32_t to) {
  for (uint32_t i = from; i < to; i++) {
    if (run->in[i] != CONTRACT_FILL) return 0;
  }
  return 1;
}

static nbiot_address_t dirty_address(void) {
  nbiot_address_t address;
  memset(&address, 0xFF, sizeof address);
  return address;
}

static int32_t arrives(contract_run_t *run, uint32_t length, uint32_t size, nbiot_address_t *from) {
  nbiot_contract_fill_in(run);
  *from = dirty_address();
  if (nbiot_contract_deliver(run, run->out, length) != 0) return -1;
  return nbiot_contract_receive(run, size, from);
}

static void check_sizes(contract_run_t *run) {
  static const uint32_t sizes[] = {1, 64, 512, CONTRACT_DATAGRAM};
  static const char *const clauses[] = {"receive.1_byte", "receive.64_bytes", "receive.512_bytes",
                                        "receive.1152_bytes"};
  int32_t whole = 1;
  int32_t beyond = 1;
  nbiot_address_t from;
  for (uint32_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    nbiot_contract_pattern(run, sizes[i], (uint8_t)(11u + i));
    nbiot_contract_equal(run, clauses[i], "it answered", (int32_t)sizes[i],
                         arrives(run, sizes[i], CONTRACT_DATAGRAM, &from));
    whole &= memcmp(run->in, run->out, sizes[i]) == 0;
    beyond &= is_untouched(run, sizes[i], sizeof run->in);
  }
  nbiot_contract_check(run, "receive.exact_bytes", whole,
                       "a datagram's bytes differ from what was sent");
  nbiot_contract_check(run, "receive.nothing_beyond", beyond,
                       "bytes after the datagram were written");
  nbiot_contract_check(run, "receive.sender",
                       nbiot_contract_same_address(&from, &run->peer_address),
                       "family, port (host order) or bytes are not the sender's");
  nbiot_contract_check(run, "receive.sender_is_clean", nbiot_contract_is_clean(&from),
                       "reserved, or the bytes IPv4 does not use, are not zero");
}

static void check_none_after(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  nbiot_address_t from;
  int32_t got;
  nbiot_contract_settle(run);
  nbiot_contract_fill_in(run);
  got = tested->udp_receive(tested->context, run->socket, run->in, CONTRACT_DATAGRAM, &from);
  nbiot_contract_equal(run, "receive.none_after_the_last", "it answered", 0, got);
  nbiot_contract_drain(run);
}

static void check_exact_fit(contract_run_t *run) {
  nbiot_address_t from;
  nbiot_contract_pattern(run, 128u, 31u);
  nbiot_contract_equal(run, "receive.exact_fit", "128 bytes into 128: it answered", 128,
                       arrives(run, 128u, 128u, &from));
}

static void check_truncation(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  nbiot_address_t from;
  int32_t got;
  nbiot_contract_pattern(run, 512u, 41u);
  got = arrives(run, 512u, 128u, &from);
  nbiot_contract_equal(run, "receive.truncated_is_reported", "512 bytes into 128: it answered",
                       NBIOT_PORT_TRUNCATED, got);
  nbiot_contract_check(run, "receive.truncated_stays_inside",
                       is_untouched(run, 128u, sizeof run->in), "it wrote beyond the buffer");
  nbiot_contract_check(run, "receive.truncated_leaves_its_head_or_nothing",
                       is_untouched(run, 0, 128u) ||
                           (memcmp(run->in, run->out, 128u) == 0 &&
                            nbiot_contract_same_address(&from, &run->peer_address)),
                       "the buffer holds neither the first 128 bytes, with their sender, nor "
                       "what it held before");
  nbiot_contract_pattern(run, 64u, 43u);
  got = arrives(run, 64u, 128u, &from);
  nbiot_contract_check(
      run, "receive.whole_after_truncated", got == 64 && memcmp(run->in, run->out, 64u) == 0,
      "the next datagram did not arrive whole: the rest of the long one is still there");
  nbiot_contract_settle(run);
  got = tested->udp_receive(tested->context, run->socket, run->in, CONTRACT_DATAGRAM, &from);
  nbiot_contract_equal(run, "receive.truncated_is_gone", "after it the socket answered", 0, got);
  nbiot_contract_drain(run);
}

static void check_order(contract_run_t *run) {
  nbiot_address_t from;
  int32_t in_order = 1;
  for (uint8_t i = 0; i < PENDING; i++) {
    nbiot_contract_pattern(run, 16u + i, (uint8_t)(60u + i));
    in_order &= nbiot_contract_deliver(run, run->out, 16u + i) == 0;
  }
  nbiot_contract_settle(run);
  for (uint8_t i = 0; i < PENDING && in_order; i++) {
    in_order &= nbiot_contract_receive(run, CONTRACT_DATAGRAM, &from) == 16 + i;
    in_order &= run->in[0] == 60u + i;
  }
  nbiot_contract_check(run, "receive.oldest_first", in_order,
                       "5 waiting datagrams did not come one by one in order");
  nbiot_contract_drain(run);
}

static void check_empty_datagram(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  nbiot_address_t from;
  int32_t got;
  nbiot_contract_pattern(run, 1u, 71u);
  (void)nbiot_contract_deliver(run, run->out, 0);
  (void)nbiot_contract_deliver(run, run->out, 1u);
  nbiot_contract_settle(run);
  got = tested->udp_receive(tested->context, run->socket, run->in, CONTRACT_DATAGRAM, &from);
  nbiot_contract_equal(run, "receive.empty_datagram_hides_nothing",
                       "with an empty and a 1-byte datagram waiting: ", 1, got);
  nbiot_contract_drain(run);
}

static void check_any_sender(contract_run_t *run) {
  const nbiot_address_t usual = run->peer_address;
  const int32_t usual_socket = run->peer_socket;
  nbiot_address_t from;
  int32_t got;
  run->peer_address.port = run->setup->other_port;
  if (run->setup->deliver == NULL) {
    run->peer_socket =
        run->peer->udp_open(run->peer->context, usual.family, run->setup->other_port);
  }
  nbiot_contract_pattern(run, 20u, 81u);
  got = arrives(run, 20u, CONTRACT_DATAGRAM, &from);
  nbiot_contract_check(
      run, "receive.any_sender", got == 20 && from.port == run->setup->other_port,
      "a datagram from another port did not come with that port: is the socket connected?");
  if (run->peer_socket != usual_socket && run->peer_socket >= 0) {
    run->peer->udp_close(run->peer->context, run->peer_socket);
  }
  run->peer_socket = usual_socket;
  run->peer_address = usual;
}

static void check_send(contract_run_t *run) {
  static const uint32_t sizes[] = {1, 64, 512, CONTRACT_DATAGRAM};
  nbiot_address_t from = {0, 0, 0, {0}};
  int32_t answers = 1;
  int32_t whole = 1;
  for (uint32_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    nbiot_contract_pattern(run, sizes[i], (uint8_t)(91u + i));
    answers &= nbiot_contract_send(run, sizes[i], &run->peer_address) == (int32_t)sizes[i];
    if (run->setup->deliver != NULL) continue;
    whole &= nbiot_contract_peer_receive(run, &from) == (int32_t)sizes[i] &&
             memcmp(run->peer_in, run->out, sizes[i]) == 0;
  }
  nbiot_contract_check(run, "send.answers_the_length", answers,
                       "1, 64, 512 or 1152 bytes: another number came back");
  if (run->setup->deliver != NULL) {
    nbiot_contract_skip(run, "send.exact_bytes", "no peer to look at them");
    return;
  }
  nbiot_contract_check(run, "send.exact_bytes", whole, "the peer did not get the same bytes");
  nbiot_contract_check(run, "send.from_one_address",
                       nbiot_contract_same_address(&from, &run->tested_address),
                       "the peer saw another address or port than before");
}

static void check_unreachable(contract_run_t *run) {
  nbiot_address_t closed = run->peer_address;
  nbiot_address_t from;
  int32_t survived = 1;
  closed.port = run->setup->closed_port;
  nbiot_contract_pattern(run, 8u, 101u);
  for (int i = 0; i < 3; i++) {
    survived &=
        run->tested->udp_send(run->tested->context, run->socket, run->out, 8u, &closed) >= 0;
    nbiot_contract_settle(run);
    survived &= run->tested->udp_receive(run->tested->context, run->socket, run->in,
                                         CONTRACT_DATAGRAM, &from) >= 0;
  }
  nbiot_contract_check(run, "send.closed_port_breaks_nothing", survived,
                       "the socket answered negative after an unreachable report (ICMP)");
  nbiot_contract_pattern(run, 24u, 103u);
  nbiot_contract_equal(run, "receive.after_closed_port", "it answered", 24,
                       arrives(run, 24u, CONTRACT_DATAGRAM, &from));
}

void nbiot_contract_datagrams(contract_run_t *run) {
  const int32_t open = nbiot_contract_link_open(run);
  nbiot_contract_check(
      run, "link.opens", open,
      "no datagram came from the tested socket to the peer: addresses and ports of the setup?");
  if (open) {
    check_send(run);
    check_sizes(run);
    check_none_after(run);
    check_exact_fit(run);
    check_truncation(run);
    check_order(run);
    check_empty_datagram(run);
    check_any_sender(run);
    check_unreachable(run);
  }
  nbiot_contract_link_close(run);
}
