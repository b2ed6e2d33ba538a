/* contract_mock.c - the conformance test of ports/contract on the mock platform: two nodes, once
 * with perfect links and once with slow ones. Exit status 0 = every clause holds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "nbiot_contract.h"
#include "nbiot_mock.h"

typedef struct later {
  nbiot_mock_world_t *world;
  void (*run)(void *argument);
  void *argument;
  int done;
} later_t;

static void print_line(void *context, const char *text) {
  (void)context;
  puts(text);
}

static void run_later(void *context) {
  later_t *later = context;
  later->run(later->argument);
  later->done = 1;
}

static int32_t arrange(void *context, uint32_t delay_ms, void (*run)(void *), void *argument) {
  later_t *later = context;
  later->run = run;
  later->argument = argument;
  later->done = 0;
  return nbiot_mock_at(later->world, delay_ms, run_later, later);
}

static void join(void *context) {
  later_t *later = context;
  while (!later->done) {
    nbiot_mock_advance(later->world, 1);
  }
}

static int32_t run(const nbiot_mock_link_t *link) {
  nbiot_mock_world_t *world = nbiot_mock_world_create(1);
  nbiot_mock_node_t *tested = nbiot_mock_node_add(world, "10.0.0.1", 0xFFFFFF00u);
  nbiot_mock_node_t *peer = nbiot_mock_node_add(world, "10.0.0.2", 0);
  nbiot_platform_t on_tested = nbiot_mock_platform(world, tested);
  nbiot_platform_t on_peer = nbiot_mock_platform(world, peer);
  later_t later = {world, NULL, NULL, 0};
  nbiot_contract_t setup = {0};
  int32_t failed;
  nbiot_mock_link(tested, NBIOT_MOCK_UP, link);
  nbiot_mock_link(tested, NBIOT_MOCK_DOWN, link);
  nbiot_mock_name(world, "host.example", nbiot_mock_address("10.0.0.2", 0));
  setup.platform = &on_tested;
  setup.peer = &on_peer;
  setup.print = print_line;
  setup.address = nbiot_mock_address("10.0.0.1", 0);
  setup.peer_address = nbiot_mock_address("10.0.0.2", 0);
  setup.peer_port = 20001;
  setup.other_port = 20002;
  setup.closed_port = 20003;
  setup.local_port = 20004;
  setup.good_host = "host.example";
  setup.bad_host = "no..host";
  setup.later_context = &later;
  setup.later = arrange;
  setup.join = join;
  failed = nbiot_contract_run(&setup);
  nbiot_mock_world_destroy(world);
  return failed;
}

int main(void) {
  nbiot_mock_link_t perfect = {0}, slow = {0};
  int32_t failed;
  slow.delay_min_ms = 5;
  slow.delay_max_ms = 40;
  puts("# perfect links");
  failed = run(&perfect) != 0;
  puts("# links of 5 to 40 ms");
  failed += run(&slow) != 0;
  return failed != 0;
}
