/* soak.c - runs so many random worlds of thirty simulated days each.
 *
 *     soak [SEEDS [FIRST_SEED]]      20 worlds from seed 1 by default
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "soak.h"

#define DAYS 30u
#define ROUND 100u

static int parse(const char *text, uint64_t *number) {
  *number = 0;
  if (*text == '\0') return 0;
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9' || *number > UINT64_MAX / 10 - 1) return 0;
    *number = *number * 10 + (uint64_t)(*text - '0');
  }
  return 1;
}

static void print_round(uint64_t done, uint64_t seeds, const tally_t *sum) {
  printf("%llu of %llu worlds: %llu datagrams, %llu requests, %llu outages, %llu reboots, %llu power cuts\n",
         (unsigned long long)done, (unsigned long long)seeds, (unsigned long long)sum->datagrams,
         (unsigned long long)sum->requests, (unsigned long long)sum->outages, (unsigned long long)sum->reboots,
         (unsigned long long)sum->power_cuts);
  fflush(stdout);
}

static void print_totals(const tally_t *sum) {
  printf("In all: %llu simulated days, %llu datagrams, %llu registrations\n", (unsigned long long)sum->days,
         (unsigned long long)sum->datagrams, (unsigned long long)sum->registers);
  printf("  %llu requests, %llu executes and %llu writes carried out\n", (unsigned long long)sum->requests,
         (unsigned long long)sum->executes, (unsigned long long)sum->writes);
  printf("  %llu bodies written in blocks\n", (unsigned long long)sum->uploads);
  printf("  %llu notifications with an ack id, %llu delivered\n", (unsigned long long)sum->reports,
         (unsigned long long)sum->delivered);
  printf("  %llu outages, %llu reboots, %llu power cuts, %llu times all well again: back after %llu s at most\n",
         (unsigned long long)sum->outages, (unsigned long long)sum->reboots, (unsigned long long)sum->power_cuts,
         (unsigned long long)sum->truces, (unsigned long long)(sum->longest_absence_ms / SECOND));
  printf("  %llu polls before their time\n", (unsigned long long)sum->idle_polls);
}

static int run(uint64_t seeds, uint64_t first) {
  static soak_t soak;
  tally_t sum;
  uint64_t done;
  uint64_t failed = 0;
  memset(&sum, 0, sizeof sum);
  for (done = 0; done < seeds; done++) {
    failed += !soak_run(&soak, first + done, DAYS, MUTANT_NONE, -1);
    tally_add(&sum, &soak.tally);
    if ((done + 1) % ROUND == 0) print_round(done + 1, seeds, &sum);
  }
  print_totals(&sum);
  printf("%llu passed, %llu failed\n", (unsigned long long)(seeds - failed), (unsigned long long)failed);
  return failed != 0;
}

int main(int count, char **arguments) {
  uint64_t seeds = 20;
  uint64_t first = 1;
  int is_good = count <= 3;
  if (is_good && count > 1) is_good = parse(arguments[1], &seeds) && seeds > 0;
  if (is_good && count > 2) is_good = parse(arguments[2], &first);
  if (!is_good) {
    fputs("usage: soak [SEEDS [FIRST_SEED]]\n"
          "Runs SEEDS (20) random worlds of thirty simulated days each, from FIRST_SEED (1).\n",
          stderr);
    return 2;
  }
  return run(seeds, first);
}
