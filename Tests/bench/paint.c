/* paint.c - the deepest use of the stack per call, by paint (see stack.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#if !defined(__arm__)
#define _XOPEN_SOURCE 700
#include <ucontext.h>
#endif

#include "paint.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STACK_SIZE (64u * 1024u)
#define PAINT 0xa5
#define MAXIMUM_ROWS 64

typedef struct {
  const char *name;
  size_t bytes;
} row_t;

/* The AAPCS wants 8, Linux on x86-64 takes what it needs. */
static union {
  uint64_t alignment;
  uint8_t bytes[STACK_SIZE];
} stack;
static row_t rows[MAXIMUM_ROWS];
static size_t row_count;

#if defined(__arm__)
/* Bare metal: nobody looks at the stack pointer while `call` runs. */
static void run_on_stack(call_t call) {
  __asm__ volatile(
      ".syntax unified\n"
      "mov r4, sp\n"
      "mov sp, %0\n"
      "blx %1\n"
      "mov sp, r4\n"
      :
      : "l"(stack.bytes + STACK_SIZE), "l"(call)
      : "r0", "r1", "r2", "r3", "r4", "r12", "lr", "cc", "memory");
}
#else
static void run_on_stack(call_t call) {
  static ucontext_t here, there;
  getcontext(&there);
  there.uc_stack.ss_sp = stack.bytes;
  there.uc_stack.ss_size = STACK_SIZE;
  there.uc_link = &here;
  makecontext(&there, call, 0);
  swapcontext(&here, &there);
}
#endif

static size_t use_of(call_t call) {
  size_t untouched = 0;
  memset(stack.bytes, PAINT, STACK_SIZE);
  run_on_stack(call);
  while (untouched < STACK_SIZE && stack.bytes[untouched] == PAINT) untouched++;
  return STACK_SIZE - untouched;
}

static void nothing(void) {}

void measure(const char *name, call_t call) {
  const size_t bytes = use_of(call) - use_of(nothing);
  size_t index = 0;
  while (index < row_count && strcmp(rows[index].name, name) != 0) index++;
  if (index == MAXIMUM_ROWS) abort();
  if (index == row_count) rows[row_count++].name = name;
  if (bytes > rows[index].bytes) rows[index].bytes = bytes;
}

static int compare(const void *a, const void *b) {
  const row_t *left = a, *right = b;
  if (left->bytes != right->bytes) return left->bytes < right->bytes ? 1 : -1;
  return strcmp(left->name, right->name);
}

void print_rows(void) {
  qsort(rows, row_count, sizeof rows[0], compare);
  for (size_t i = 0; i < row_count; i++) {
    printf("%lu %s\n", (unsigned long)rows[i].bytes, rows[i].name);
  }
}
