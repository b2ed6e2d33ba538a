/* check.c - see check.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <stdio.h>

static unsigned passed;
static unsigned failed;

void expect(int holds, const char *sentence) {
  passed += holds != 0;
  failed += holds == 0;
  if (!holds) printf("FAIL %s\n", sentence);
}

void expect_equal(long long got, long long wanted, const char *sentence) {
  if (got != wanted) printf("%lld instead of %lld: ", got, wanted);
  expect(got == wanted, sentence);
}

int check_end(void) {
  printf("%u passed, %u failed\n", passed, failed);
  return failed != 0;
}
