/* nbiot_contract.c - running the clauses and printing the lines.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "contract_run.h"

#define LINE_SIZE 160u

typedef struct {
  char text[LINE_SIZE];
  uint32_t length;
} contract_line_t;

static void append(contract_line_t *line, const char *text) {
  while (*text != '\0' && line->length + 1u < LINE_SIZE) line->text[line->length++] = *text++;
  line->text[line->length] = '\0';
}

static void append_number(contract_line_t *line, int32_t number) {
  char digits[12];
  uint32_t start = sizeof digits - 1u;
  uint32_t rest = number < 0 ? 0u - (uint32_t)number : (uint32_t)number;
  digits[start] = '\0';
  do {
    digits[--start] = (char)('0' + rest % 10u);
    rest /= 10u;
  } while (rest > 0);
  if (number < 0) digits[--start] = '-';
  append(line, digits + start);
}

static void print(contract_run_t *run, const contract_line_t *line) {
  run->setup->print(run->setup->print_context, line->text);
}

static void begin_failure(contract_run_t *run, contract_line_t *line, const char *clause) {
  run->failed++;
  append(line, "FAIL ");
  append(line, clause);
  append(line, ": ");
}

static int32_t pass(contract_run_t *run, const char *clause) {
  contract_line_t line = {"", 0};
  run->passed++;
  append(&line, "ok  ");
  append(&line, clause);
  print(run, &line);
  return 1;
}

int32_t nbiot_contract_check(contract_run_t *run, const char *clause, int32_t ok, const char *why) {
  contract_line_t line = {"", 0};
  if (ok) return pass(run, clause);
  begin_failure(run, &line, clause);
  append(&line, why);
  print(run, &line);
  return 0;
}

int32_t nbiot_contract_equal(contract_run_t *run, const char *clause, const char *what,
                             int32_t expected, int32_t got) {
  contract_line_t line = {"", 0};
  if (expected == got) return pass(run, clause);
  begin_failure(run, &line, clause);
  append(&line, what);
  append(&line, " ");
  append_number(&line, got);
  append(&line, ", expected ");
  append_number(&line, expected);
  print(run, &line);
  return 0;
}

void nbiot_contract_skip(contract_run_t *run, const char *clause, const char *why) {
  contract_line_t line = {"", 0};
  append(&line, "skip ");
  append(&line, clause);
  append(&line, ": ");
  append(&line, why);
  print(run, &line);
}

static int32_t has_mandatory_hooks(const nbiot_platform_t *platform) {
  return platform->now_ms != NULL && platform->random != NULL && platform->resolve != NULL &&
         platform->udp_open != NULL && platform->udp_send != NULL &&
         platform->udp_receive != NULL && platform->udp_close != NULL;
}

static int32_t has_whole_pairs(const nbiot_platform_t *platform) {
  return (platform->lock == NULL) == (platform->unlock == NULL) &&
         (platform->allocate == NULL) == (platform->release == NULL) &&
         (platform->store == NULL) == (platform->load == NULL);
}

static int32_t is_usable(const nbiot_contract_t *setup) {
  return setup != NULL && setup->platform != NULL && setup->print != NULL &&
         setup->peer_port != 0 && setup->other_port != 0 && setup->closed_port != 0 &&
         setup->address.family != NBIOT_FAMILY_NONE &&
         (setup->later == NULL) == (setup->join == NULL);
}

static int32_t check_struct(contract_run_t *run) {
  const nbiot_platform_t *platform = run->tested;
  int32_t ok = nbiot_contract_equal(run, "platform.abi", "abi is", (int32_t)NBIOT_ABI,
                                    (int32_t)platform->abi);
  ok &= nbiot_contract_check(
      run, "platform.mandatory_hooks", has_mandatory_hooks(platform),
      "now_ms, random, resolve, udp_open, udp_send, udp_receive and udp_close must be set");
  ok &= nbiot_contract_check(run, "platform.pairs", has_whole_pairs(platform),
                             "lock and unlock, allocate and release, store and load: both or neither");
  return ok;
}

static void print_sum(contract_run_t *run) {
  contract_line_t line = {"", 0};
  append_number(&line, run->passed);
  append(&line, " passed, ");
  append_number(&line, run->failed);
  append(&line, " failed");
  print(run, &line);
}

int32_t nbiot_contract_run(const nbiot_contract_t *setup) {
  static contract_run_t the_run;
  contract_run_t *run = &the_run;
  if (!is_usable(setup)) return -1;
  memset(run, 0, sizeof *run);
  run->setup = setup;
  run->tested = setup->platform;
  run->peer = setup->peer != NULL ? setup->peer : setup->platform;
  run->peer_address =
      setup->peer_address.family != NBIOT_FAMILY_NONE ? setup->peer_address : setup->address;
  run->peer_address.port = setup->peer_port;
  run->patience_ms = setup->patience_ms != 0 ? setup->patience_ms : 5000u;
  run->socket = -1;
  run->peer_socket = -1;
  /* With hooks missing nothing else can be asked. */
  if (check_struct(run)) {
    nbiot_contract_clock(run);
    nbiot_contract_random(run);
    nbiot_contract_resolve(run);
    nbiot_contract_sockets(run);
    nbiot_contract_datagrams(run);
    nbiot_contract_wait(run);
    nbiot_contract_memory(run);
    nbiot_contract_storage(run);
    nbiot_contract_lock(run);
  }
  print_sum(run);
  return run->failed;
}
