/* replay.c - runs programs that were kept, each in a world of its own: `replay [--tell] FILE...`. Each is a test, and so is
 * each state and each table that they have to reach together.
 * SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "law.h"
#include "program.h"

#define ROOM 65536u
#define STATES 9u
#define TABLES 11u
#define STEP_BOUND 60u /* Seconds: a program that takes longer hangs. */

static uint8_t bytes[ROOM];
static const char *current;
static unsigned passed, failed;

/* A law was broken, or an address was bad: nothing can be relied on any more. */
static void stop(int signal_number) {
  printf("FAIL %s: signal %d\n%u passed, 1 failed\n", current, signal_number, passed);
  fflush(stdout);
  _exit(1);
}

static void replay(const char *path) {
  FILE *file = fopen(path, "rb");
  size_t length = 0;
  current = path;
  if (file != NULL) {
    length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
  }
  if (length == 0) printf("FAIL cannot read %s\n", path);
  if (law_tells) printf("%s\n", path);
  alarm(STEP_BOUND);
  program_run(bytes, length);
  passed += length > 0;
  failed += length == 0;
}

static void expect_all(const char *what, uint32_t reached, uint32_t count) {
  uint32_t index;
  for (index = 0; index < count; index++) {
    int is_reached = reached >> index & 1;
    passed += is_reached != 0;
    failed += is_reached == 0;
    if (!is_reached) printf("FAIL no program reaches %s %u\n", what, (unsigned)index);
  }
}

int main(int argc, char **argv) {
  static const int fatal[] = {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGALRM};
  uint32_t index;
  int first = 1;
  if (argc > 1 && strcmp(argv[1], "--tell") == 0) law_tells = first++;
  if (first >= argc) {
    fprintf(stderr, "usage: abi-replay [--tell] FILE...\n");
    return 2;
  }
  for (index = 0; index < sizeof fatal / sizeof *fatal; index++) signal(fatal[index], stop);
  for (; first < argc; first++) replay(argv[first]);
  if (!law_tells) expect_all("NBIOT_STATE", program_states(), STATES);
  if (!law_tells) expect_all("table of nbiot_statistics_t", calls_tables(), TABLES);
  printf("%u passed, %u failed\n", passed, failed);
  return failed != 0;
}
