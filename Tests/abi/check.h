/* check.h - named expectations and their count. Programs are one file: so is this.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <string.h>

static unsigned check_passed;
static unsigned check_failed;

/* A sentence that begins with the id of a conformance row. `make conformance` reads which of them held. */
static inline int check_shows_row(const char *sentence) {
  static const char *const heads[] = {"int-", "4.1 RFC ", "4.2 RFC ", "4.3-", "C ", "D "};
  for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
    if (strncmp(sentence, heads[i], strlen(heads[i])) == 0) {
      return 1;
    }
  }
  return 0;
}

static inline int expect(int holds, const char *sentence) {
  check_passed += holds != 0;
  check_failed += holds == 0;
  if (!holds) {
    printf("FAIL %s\n", sentence);
  } else if (check_shows_row(sentence)) {
    printf("PASS %s\n", sentence);
  }
  return holds;
}

static inline int expect_equal(long long got, long long wanted, const char *sentence) {
  if (got != wanted) {
    printf("%lld instead of %lld: ", got, wanted);
  }
  return expect(got == wanted, sentence);
}

static inline int expect_text(const char *got, const char *wanted, const char *sentence) {
  int holds = got != NULL && strcmp(got, wanted) == 0;
  if (!holds) {
    printf("\"%s\" instead of \"%s\": ", got == NULL ? "nothing" : got, wanted);
  }
  return expect(holds, sentence);
}

static inline int check_summary(void) {
  printf("%u passed, %u failed\n", check_passed, check_failed);
  return check_failed != 0;
}

#endif
