/* broken.c - the contract test, tested: each broken hook must fail the clause that is about it.
 *
 * A child process per mistake, several at a time, since a mistake may leave descriptors or threads
 * behind.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broken_hooks.h"
#include "contract_host.h"
#include "nbiot_contract.h"
#include "nbiot_posix.h"

#define BATCH 16
#define CHILD_SECONDS 120

enum { CAUGHT = 0, NOT_CAUGHT = 1, NOT_RUN = 2 };

typedef struct {
  const char *clause;
  int failed_it;
} watch_t;

static void watch_line(void *context, const char *text) {
  watch_t *watch = context;
  const size_t length = strlen(watch->clause);
  if (strncmp(text, "FAIL ", 5) != 0) return;
  if (strncmp(text + 5, watch->clause, length) == 0 && text[5 + length] == ':')
    watch->failed_it = 1;
}

static int run_broken(const broken_hook_t *broken) {
  nbiot_platform_t platform = *nbiot_platform_default();
  char directory[] = "/tmp/nbiot-broken-XXXXXX";
  nbiot_contract_t setup = {0};
  watch_t watch = {broken->clause, 0};
  int32_t failed;
  alarm(CHILD_SECONDS);
  contract_host_limit_descriptors();
  if (contract_host_setup(&setup, NBIOT_FAMILY_IPV4) != 0) return NOT_RUN;
  if (contract_host_make(directory) != 0) return NOT_RUN;
  if (nbiot_posix_keep(&platform, directory) != 0) return NOT_RUN;
  broken->apply(&platform);
  setup.platform = &platform;
  /* The peer has whole hooks, so that the mistake can only show on the tested side. */
  setup.peer = nbiot_platform_default();
  setup.print = watch_line;
  setup.print_context = &watch;
  setup.patience_ms = 1000u;
  setup.resolve_patience_ms = 1500u;
  failed = nbiot_contract_run(&setup);
  contract_host_remove(directory);
  return failed > 0 && watch.failed_it ? CAUGHT : NOT_CAUGHT;
}

static int report(const broken_hook_t *broken, pid_t child) {
  int status = 0;
  int caught;
  if (waitpid(child, &status, 0) != child) return 1;
  caught = WIFEXITED(status) && WEXITSTATUS(status) == CAUGHT;
  printf("%s  %s -> %s\n", caught ? "ok" : "FAIL", broken->mistake, broken->clause);
  return caught ? 0 : 1;
}

static int run_all(const broken_hook_t *list, unsigned count) {
  int missed = 0;
  for (unsigned first = 0; first < count; first += BATCH) {
    const unsigned end = first + BATCH < count ? first + BATCH : count;
    pid_t children[BATCH];
    fflush(stdout);
    for (unsigned i = first; i < end; i++) {
      children[i - first] = fork();
      if (children[i - first] == 0) _exit(run_broken(&list[i]));
    }
    for (unsigned i = first; i < end; i++) missed += report(&list[i], children[i - first]);
  }
  return missed;
}

int main(void) {
  const unsigned count =
      broken_basics_count + broken_storage_count + broken_udp_count + broken_waits_count;
  int missed = run_all(broken_basics, broken_basics_count);
  missed += run_all(broken_storage, broken_storage_count);
  missed += run_all(broken_udp, broken_udp_count);
  missed += run_all(broken_waits, broken_waits_count);
  printf("%u mistakes, %d not caught\n", count, missed);
  return missed == 0 ? 0 : 1;
}
