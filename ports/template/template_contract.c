/* template_contract.c - the conformance test on this port. Its FAIL lines are the list of what is left.
 *
 * Runs on the board: replace print_line() by your UART, and the addresses by those of your network.
 * On a host: ports/template/README.md has the command.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "nbiot_contract.h"
#include "nbiot_template.h"

static void print_line(void *context, const char *text) {
  (void)context;
  puts(text);
}

int main(void) {
  const nbiot_platform_t platform = nbiot_template_platform(NULL);
  static nbiot_contract_t setup; /* Zeroed. */
  setup.platform = &platform;
  setup.print = print_line;
  /* Datagrams between two sockets of this platform. A module has no loopback: set `deliver`, a
   * function that puts a datagram where your driver would have found it, or `peer`. */
  setup.address.family = NBIOT_FAMILY_IPV4;
  setup.address.bytes[0] = 127;
  setup.address.bytes[3] = 1;
  setup.peer_port = 56831;
  setup.other_port = 56832;
  setup.closed_port = 56833;
  setup.local_port = 56830;
  /* setup.good_host, when names resolve; setup.later and setup.join, when there is a second task. */
  return nbiot_contract_run(&setup) == 0 ? 0 : 1;
}
