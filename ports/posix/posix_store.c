/* posix_store.c - store and load: a file per slot, replaced as a whole.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix_context.h"

#define SLOTS 4u
#define NAME_SIZE 16u

/* Opens the directory for each call: it may be on a medium that comes and goes. */
static int open_directory(const posix_context_t *context) {
  if (context->directory == NULL) return -1;
  return open(context->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int write_whole(int file, const uint8_t *data, uint32_t length) {
  while (length > 0) {
    const ssize_t written = write(file, data, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return -1;
    data += written;
    length -= (uint32_t)written;
  }
  return fsync(file);
}

static int write_file(int directory, const char *name, const uint8_t *data, uint32_t length) {
  /* It holds a key: nobody else may read it. */
  const int file = openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  int status;
  if (file < 0) return -1;
  status = write_whole(file, data, length);
  return close(file) != 0 ? -1 : status;
}

int32_t nbiot_posix_store(void *context, uint32_t slot, const uint8_t *data, uint32_t length) {
  char name[NAME_SIZE];
  char fresh[NAME_SIZE];
  int directory;
  int status = -1;
  if (slot >= SLOTS || length == 0 || length > INT32_MAX) return NBIOT_PORT_BROKEN;
  directory = open_directory(context);
  if (directory < 0) return NBIOT_PORT_BROKEN;
  snprintf(name, sizeof name, "slot-%u", (unsigned)slot);
  snprintf(fresh, sizeof fresh, "slot-%u.new", (unsigned)slot);
  if (write_file(directory, fresh, data, length) == 0) {
    status = renameat(directory, fresh, directory, name);
    /* The new name is on the medium only when the directory is. */
    if (status == 0) status = fsync(directory);
  }
  close(directory);
  return status == 0 ? (int32_t)length : NBIOT_PORT_BROKEN;
}

static int32_t read_file(int file, uint8_t *buffer, uint32_t size) {
  struct stat about;
  uint32_t got = 0;
  if (fstat(file, &about) != 0 || about.st_size > INT32_MAX) return NBIOT_PORT_BROKEN;
  while (got < size && got < (uint32_t)about.st_size) {
    const ssize_t part = read(file, buffer + got, size - got);
    if (part < 0 && errno == EINTR) continue;
    if (part <= 0) return NBIOT_PORT_BROKEN;
    got += (uint32_t)part;
  }
  return (int32_t)about.st_size;
}

int32_t nbiot_posix_load(void *context, uint32_t slot, uint8_t *buffer, uint32_t size) {
  char name[NAME_SIZE];
  int32_t length;
  int directory;
  int file;
  if (slot >= SLOTS) return NBIOT_PORT_BROKEN;
  directory = open_directory(context);
  if (directory < 0) return NBIOT_PORT_BROKEN;
  snprintf(name, sizeof name, "slot-%u", (unsigned)slot);
  file = openat(directory, name, O_RDONLY | O_CLOEXEC);
  length = file < 0 && errno == ENOENT ? 0 : NBIOT_PORT_BROKEN;
  if (file >= 0) {
    length = read_file(file, buffer, size);
    close(file);
  }
  close(directory);
  return length;
}

int32_t nbiot_posix_keep(nbiot_platform_t *platform, const char *directory) {
  posix_context_t *context = platform->context;
  struct stat about;
  char *copy;
  if (context == NULL || stat(directory, &about) != 0 || !S_ISDIR(about.st_mode)) {
    return NBIOT_PORT_BROKEN;
  }
  copy = strdup(directory);
  if (copy == NULL) return NBIOT_PORT_BROKEN;
  free(context->directory);
  context->directory = copy;
  platform->store = nbiot_posix_store;
  platform->load = nbiot_posix_load;
  return 0;
}
