/* libc.c - what picolibc asks of a system, for an application that uses stdio and malloc. nbiot uses
 * neither.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "semihosting.h"

/* From virt.ld. */
extern char heap_begin[], heap_end[];

void *sbrk(ptrdiff_t increment) {
  static char *end = heap_begin;
  char *begin = end;
  if (increment > heap_end - end) {
    errno = ENOMEM;
    return (void *)-1;
  }
  end += increment;
  return begin;
}

static int put(char character, FILE *file) {
  (void)file;
  semihosting_write(&character, 1);
  return character;
}

static FILE console = FDEV_SETUP_STREAM(put, NULL, NULL, _FDEV_SETUP_WRITE);
FILE *const stdout = &console;
FILE *const stderr = &console;

int getpid(void) { return 1; }

/* abort() ends here. */
int kill(int process, int signal) {
  (void)process;
  semihosting_exit(128 + signal);
}

void _exit(int status) { semihosting_exit(status); }
