/* contract_wait.c - clauses of wait and wake. Early returns are allowed, so a clause that needs
 * sleep asks for it many times, and a clause that needs an early end asks for a long sleep once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "contract_run.h"

#define LATER_MS 50u

static int32_t sleeps(contract_run_t *run, int32_t socket) {
  const nbiot_platform_t *tested = run->tested;
  const uint32_t start = tested->now_ms(tested->context);
  for (int i = 0; i < 50 && nbiot_contract_elapsed(run, start) < 200u; i++) {
    tested->wait(tested->context, socket, 20u);
  }
  return nbiot_contract_elapsed(run, start) >= 200u;
}

/* One long wait; whether it ended before its time. */
static int32_t ends_early(contract_run_t *run, int32_t socket) {
  const nbiot_platform_t *tested = run->tested;
  const uint32_t start = tested->now_ms(tested->context);
  tested->wait(tested->context, socket, run->patience_ms);
  return nbiot_contract_elapsed(run, start) < run->patience_ms;
}

static void check_timeouts(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  const uint32_t start = tested->now_ms(tested->context);
  tested->wait(tested->context, run->socket, 0);
  tested->wait(tested->context, -1, 0);
  nbiot_contract_check(run, "wait.zero_does_not_sleep",
                       nbiot_contract_elapsed(run, start) < run->patience_ms,
                       "waits of 0 ms took longer than the patience");
  nbiot_contract_check(run, "wait.sleeps_on_a_socket", sleeps(run, run->socket),
                       "50 waits of 20 ms took less than 200 ms: the caller would spin");
  nbiot_contract_check(
      run, "wait.sleeps_without_a_socket", sleeps(run, -1),
      "50 waits of 20 ms on socket -1 took less than 200 ms: the caller would spin");
}

static void check_waiting_datagram(contract_run_t *run) {
  nbiot_address_t from;
  int32_t early;
  nbiot_contract_pattern(run, 12u, 111u);
  (void)nbiot_contract_deliver(run, run->out, 12u);
  early = ends_early(run, run->socket);
  nbiot_contract_check(run, "wait.ends_on_a_datagram", early,
                       "it slept on although a datagram was there");
  nbiot_contract_equal(run, "wait.leaves_the_datagram", "receive after it answered", 12,
                       nbiot_contract_receive(run, CONTRACT_DATAGRAM, &from));
  nbiot_contract_drain(run);
}

static void wake_socket(void *argument) {
  contract_run_t *run = argument;
  run->tested->wake(run->tested->context, run->socket);
}

static void wake_nothing(void *argument) {
  contract_run_t *run = argument;
  run->tested->wake(run->tested->context, -1);
}

static void deliver_one(void *argument) {
  contract_run_t *run = argument;
  (void)nbiot_contract_deliver(run, run->out, 12u);
}

static void check_later(contract_run_t *run, const char *clause, void (*action)(void *),
                        int32_t socket) {
  const nbiot_contract_t *setup = run->setup;
  int32_t early;
  if (setup->later == NULL || setup->later(setup->later_context, LATER_MS, action, run) != 0) {
    nbiot_contract_skip(run, clause, "needs `later`");
    return;
  }
  early = ends_early(run, socket);
  setup->join(setup->later_context);
  nbiot_contract_check(run, clause, early, "the wait slept its whole time");
}

static void check_wake(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  if (tested->wake == NULL) {
    nbiot_contract_skip(run, "wake.ends_the_next_wait", "no wake hook: waits are cut into 500 ms");
    return;
  }
  wake_socket(run);
  nbiot_contract_check(run, "wake.ends_the_next_wait", ends_early(run, run->socket),
                       "a wake before the wait was forgotten");
  nbiot_contract_check(run, "wake.ends_one_wait_only", sleeps(run, run->socket),
                       "after one wake every wait ends at once: the caller would spin");
  wake_nothing(run);
  nbiot_contract_check(run, "wake.without_a_socket", ends_early(run, -1),
                       "a wake of socket -1 was forgotten");
  nbiot_contract_check(
      run, "wake.without_a_socket_ends_one_only", sleeps(run, -1),
      "after one wake of socket -1 every wait ends at once: the caller would spin");
  check_later(run, "wake.from_another_thread", wake_socket, run->socket);
  check_later(run, "wake.without_a_socket_from_another_thread", wake_nothing, -1);
}

static void check_wake_per_socket(contract_run_t *run) {
  const nbiot_platform_t *tested = run->tested;
  int32_t other;
  if (tested->wake == NULL) return;
  other = tested->udp_open(tested->context, run->setup->address.family, 0);
  if (other < 0) {
    nbiot_contract_skip(run, "wake.belongs_to_its_socket", "only one socket at a time");
    return;
  }
  wake_socket(run);
  tested->wait(tested->context, other, 1u);
  nbiot_contract_check(
      run, "wake.belongs_to_its_socket", ends_early(run, run->socket),
      "a wait on another socket used the wake up: two devices would steal each other's");
  tested->udp_close(tested->context, other);
}

void nbiot_contract_wait(contract_run_t *run) {
  if (run->tested->wait == NULL) {
    nbiot_contract_skip(run, "wait.sleeps",
                        "no wait hook: the blocking calls need one, nbiot_device_poll() does not");
    return;
  }
  if (nbiot_contract_link_open(run)) {
    check_timeouts(run);
    check_waiting_datagram(run);
    check_wake(run);
    check_wake_per_socket(run);
    nbiot_contract_pattern(run, 12u, 121u);
    check_later(run, "wait.ends_on_a_later_datagram", deliver_one, run->socket);
    nbiot_contract_drain(run);
  } else {
    nbiot_contract_check(run, "wait.link_opens", 0,
                         "the link that opened before does not open again");
  }
  nbiot_contract_link_close(run);
}
