/* contract.c - the porter's contract over a module that is bridged to the mock's network, once with +NSONMI and
 * once with the module pushing.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "module.h"
#include "nbiot_contract.h"

static module_t module;

static void print_line(void *context, const char *text) {
  (void)context;
  puts(text);
}

static int32_t script_later(void *context, uint32_t delay_ms, void (*run)(void *), void *argument) {
  return nbiot_mock_at(context, delay_ms, run, argument);
}

/* What was scripted runs inside the wait that the test is in. */
static void nothing_to_join(void *context) { (void)context; }

static int32_t run(uint8_t push) {
  /* The clock of the tested host wraps during the test. */
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  nbiot_mock_node_t *device = nbiot_mock_node_add(world, "10.0.0.2", 0xFFFFFF00u);
  nbiot_mock_node_t *server = nbiot_mock_node_add(world, "10.0.0.1", 0);
  const nbiot_platform_t peer = nbiot_mock_platform(world, server);
  nbiot_contract_t setup = {0};
  int32_t failed;
  (void)nbiot_mock_name(world, "server.example", nbiot_mock_address("10.0.0.1", 0));
  module_begin(&module, world, device, NBIOT_AT_MODEM_DATAGRAM_M5310, push);
  setup.platform = &module.hooks;
  setup.peer = &peer;
  setup.print = print_line;
  setup.address = nbiot_mock_address("10.0.0.2", 0);
  setup.peer_address = nbiot_mock_address("10.0.0.1", 0);
  setup.peer_port = 5683;
  setup.other_port = 5685;
  setup.closed_port = 5687;
  setup.local_port = 56830;
  setup.good_host = "server.example";
  setup.later_context = world;
  setup.later = script_later;
  setup.join = nothing_to_join;
  failed = nbiot_contract_run(&setup);
  if (module.bad_locks > 0) failed += 1;
  nbiot_mock_world_destroy(world);
  return failed;
}

int main(void) { return run(0) + run(1) == 0 ? 0 : 1; }
