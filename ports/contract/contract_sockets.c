/* contract_sockets.c - clauses of udp_open and udp_close.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "contract_run.h"

#define REOPENINGS 100

static int32_t open_tested(contract_run_t *run, uint16_t port) {
  return run->tested->udp_open(run->tested->context, run->setup->address.family, port);
}

static void close_tested(contract_run_t *run, int32_t socket) {
  if (socket >= 0) run->tested->udp_close(run->tested->context, socket);
}

static void check_two_sockets(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  const int32_t first = open_tested(run, 0);
  const int32_t second = open_tested(run, 0);
  nbiot_address_t from;
  nbiot_contract_check(run, "open.gives_a_socket", first >= 0 && second >= 0,
                       "a negative number for port 0");
  nbiot_contract_check(run, "open.sockets_are_distinct", first != second,
                       "two open sockets have one number");
  if (first >= 0) {
    nbiot_contract_equal(
        run, "receive.empty_socket_is_0", "it answered", 0,
        tested->udp_receive(tested->context, first, run->in, CONTRACT_DATAGRAM, &from));
  }
  close_tested(run, first);
  if (second != first) close_tested(run, second);
}

static void check_reopening(contract_run_t *run) {
  int32_t opened = 0;
  for (int i = 0; i < REOPENINGS; i++) {
    const int32_t socket = open_tested(run, 0);
    opened += socket >= 0;
    close_tested(run, socket);
  }
  nbiot_contract_equal(run, "close.hundred_times", "sockets opened:", REOPENINGS, opened);
}

static void check_local_port(contract_run_t *run) {
  const uint16_t port = run->setup->local_port;
  int32_t first;
  int32_t again;
  if (port == 0) {
    nbiot_contract_skip(run, "close.frees_the_port", "no local_port in the setup");
    return;
  }
  first = open_tested(run, port);
  close_tested(run, first);
  again = open_tested(run, port);
  close_tested(run, again);
  nbiot_contract_check(run, "open.takes_a_local_port", first >= 0,
                       "a negative number for a free port");
  nbiot_contract_check(run, "close.frees_the_port", first < 0 || again >= 0,
                       "the port could not be opened again after close");
}

static void check_port_on_wire(contract_run_t *run) {
  const uint16_t port = run->setup->local_port;
  nbiot_address_t from = {0, 0, 0, {0}};
  if (port == 0 || run->setup->deliver != NULL) {
    nbiot_contract_skip(run, "open.sends_from_the_local_port", "needs local_port and a peer");
    return;
  }
  run->socket = open_tested(run, port);
  run->peer_socket =
      run->peer->udp_open(run->peer->context, run->peer_address.family, run->setup->peer_port);
  if (run->socket >= 0 && run->peer_socket >= 0) {
    nbiot_contract_pattern(run, 4u, 2u);
    (void)nbiot_contract_send(run, 4u, &run->peer_address);
    (void)nbiot_contract_peer_receive(run, &from);
  }
  nbiot_contract_equal(run, "open.sends_from_the_local_port", "the peer saw port", port, from.port);
  nbiot_contract_link_close(run);
}

void nbiot_contract_sockets(contract_run_t *run) {
  check_two_sockets(run);
  check_reopening(run);
  check_local_port(run);
  check_port_on_wire(run);
}
