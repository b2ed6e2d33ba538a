/* paint.c - the deepest use of the stack per call, by paint (see stack.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _XOPEN_SOURCE 700
#include "paint.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#define STACK_SIZE (64u * 1024u)
#define PAINT 0xa5
#define MAXIMUM_ROWS 64

typedef struct {
  const char *name;
  size_t bytes;
} row_t;

static uint8_t stack[STACK_SIZE];
static ucontext_t here, there;
static row_t rows[MAXIMUM_ROWS];
static size_t row_count;

static size_t use_of(call_t call) {
  size_t untouched = 0;
  memset(stack, PAINT, sizeof stack);
  getcontext(&there);
  there.uc_stack.ss_sp = stack;
  there.uc_stack.ss_size = sizeof stack;
  there.uc_link = &here;
  makecontext(&there, call, 0);
  swapcontext(&here, &there);
  while (untouched < sizeof stack && stack[untouched] == PAINT) untouched++;
  return sizeof stack - untouched;
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
  for (size_t i = 0; i < row_count; i++) printf("%zu %s\n", rows[i].bytes, rows[i].name);
}
