/* main.c - runs the mock's own tests; the nbiot library is not needed.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "check.h"

static int passed, failed, failures;

void check(int holds, const char *text, const char *file, int line) {
  if (!holds) {
    printf("%s:%d: not so: %s\n", file, line, text);
    failures += 1;
  }
}

void check_equal(long long got, long long wanted, const char *text, const char *file, int line) {
  if (got != wanted) {
    printf("%s:%d: %s is %lld, not %lld\n", file, line, text, got, wanted);
    failures += 1;
  }
}

void test(const char *sentence, void (*function)(void)) {
  failures = 0;
  function();
  if (failures == 0) {
    passed += 1;
  } else {
    failed += 1;
    printf("FAILED  %s\n", sentence);
  }
}

int main(void) {
  world_tests();
  network_tests();
  platform_tests();
  fault_tests();
  storage_tests();
  codec_tests();
  trace_tests();
  air_tests();
  battery_tests();
  journal_tests();
  pcapng_tests();
  reboot_tests();
  idle_tests();
  check_tests();
  registration_tests();
  bootstrap_tests();
  react_tests();
  exchange_tests();
  observation_tests();
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
