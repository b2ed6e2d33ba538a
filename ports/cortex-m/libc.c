/* libc.c - what newlib asks of a system, for an application that uses stdio and malloc. nbiot uses
 * neither.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stddef.h>
#include <sys/stat.h>

#include "semihosting.h"

/* From sections.ld. */
extern char heap_begin[], heap_end[];

void *_sbrk(ptrdiff_t increment) {
  static char *end = heap_begin;
  char *begin = end;
  if (increment > heap_end - end) {
    errno = ENOMEM;
    return (void *)-1;
  }
  end += increment;
  return begin;
}

int _write(int file, const char *bytes, int length) {
  (void)file;
  semihosting_write(bytes, (size_t)length);
  return length;
}

int _read(int file, char *bytes, int length) {
  (void)file;
  (void)bytes;
  (void)length;
  return 0;
}

/* A terminal: stdout is written line by line. */
int _fstat(int file, struct stat *status) {
  (void)file;
  status->st_mode = S_IFCHR;
  return 0;
}

int _isatty(int file) {
  (void)file;
  return 1;
}

int _lseek(int file, int offset, int origin) {
  (void)file;
  (void)offset;
  (void)origin;
  return 0;
}

int _close(int file) {
  (void)file;
  return -1;
}

int _getpid(void) { return 1; }

/* abort() ends here. */
int _kill(int process, int signal) {
  (void)process;
  semihosting_exit(128 + signal);
}

void _exit(int status) { semihosting_exit(status); }
