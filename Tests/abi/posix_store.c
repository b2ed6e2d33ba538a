/* posix_store.c - the posix port's slots: where they are, and what becomes of them when the directory or a file is not as it
 * should be.
 * SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nbiot.h"
#include "nbiot_posix.h"

#include "check.h"

static const uint8_t record[] = "a record of a device";
#define LENGTH ((int32_t)sizeof record)
#define TEMPLATE "/tmp/nbiot-store-XXXXXX"

static const char *path_of(const char *directory, const char *name) {
  static char path[128];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  return path;
}

static int32_t store(const nbiot_platform_t *platform, uint32_t slot) {
  return platform->store(platform->context, slot, record, sizeof record);
}

/* How long the slot is, negative also when it begins with anything else. */
static int32_t load(const nbiot_platform_t *platform, uint32_t slot) {
  uint8_t bytes[64] = {0};
  int32_t length = platform->load(platform->context, slot, bytes, sizeof bytes);
  return length > 0 && memcmp(bytes, record, (size_t)length) != 0 ? -1000 : length;
}

static void write_file(const char *path, const void *bytes, size_t length) {
  FILE *file = fopen(path, "wb");
  if (!expect(file != NULL, "a file is made")) return;
  expect(fwrite(bytes, 1, length, file) == length, "and written");
  expect_equal(fclose(file), 0, "and closed");
}

static void clear(const char *directory) {
  static const char *const names[] = {"slot-0",     "slot-1",     "slot-2",     "slot-3",
                                      "slot-0.new", "slot-1.new", "slot-2.new", "slot-3.new"};
  size_t index;
  for (index = 0; index < sizeof names / sizeof names[0]; index++) {
    (void)remove(path_of(directory, names[index]));
  }
  expect_equal(rmdir(directory), 0, "nothing else was left in the directory");
}

static void test_the_environment_names_the_directory(void) {
  char directory[] = TEMPLATE;
  nbiot_platform_t platform = NBIOT_PLATFORM_INIT;
  struct stat about;
  expect(mkdtemp(directory) != NULL, "a directory");
  unsetenv("NBIOT_STORE");
  expect_equal(nbiot_posix_open(&platform, NULL), 0, "without NBIOT_STORE the port opens");
  expect(platform.store == NULL && platform.load == NULL, "and keeps nothing");
  nbiot_posix_close(&platform);
  setenv("NBIOT_STORE", directory, 1);
  expect_equal(nbiot_posix_open(&platform, NULL), 0, "with it the port opens too");
  if (expect(platform.store != NULL && platform.load != NULL, "and keeps an account")) {
    expect_equal(load(&platform, 0), 0, "nothing was ever stored");
    expect_equal(store(&platform, 0), LENGTH, "a record is stored");
    expect_equal(load(&platform, 0), LENGTH, "and is there");
    expect_equal(load(&platform, 1), 0, "in its slot");
    expect_equal(store(&platform, 3), LENGTH, "stored notifications have slots of their own");
    expect_equal(load(&platform, 3), LENGTH, "which hold them");
    expect_equal(load(&platform, 2), 0, "one at a time");
    expect_equal(stat(path_of(directory, "slot-0"), &about), 0, "which is a file");
    expect_equal(about.st_mode & 0777, 0600, "that nobody else may read");
    expect_equal(platform.store(platform.context, 4, record, 1), NBIOT_PORT_BROKEN,
                 "there is no fifth slot");
    expect_equal(platform.store(platform.context, 0, record, 0), NBIOT_PORT_BROKEN,
                 "and no empty record");
  }
  nbiot_posix_close(&platform);
  expect_equal(nbiot_posix_open(&platform, NULL), 0, "after a restart");
  expect_equal(load(&platform, 0), LENGTH, "the record is still there");
  nbiot_posix_close(&platform);
  unsetenv("NBIOT_STORE");
  clear(directory);
}

static void test_no_such_directory(void) {
  char directory[] = TEMPLATE;
  nbiot_platform_t platform = NBIOT_PLATFORM_INIT;
  nbiot_platform_t before = platform;
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  nbiot_device_t *device = NULL;
  expect(mkdtemp(directory) != NULL, "a directory");
  write_file(path_of(directory, "slot-0.new"), "x", 1);
  setenv("NBIOT_STORE", path_of(directory, "missing"), 1);
  expect_equal(nbiot_posix_open(&platform, NULL), NBIOT_PORT_BROKEN, "a missing one is an error");
  expect(memcmp(&platform, &before, sizeof platform) == 0, "and nothing was filled");
  config.endpoint_name = "device-1";
  config.uri = "coap://127.0.0.1";
  config.platform = nbiot_platform_default();
  expect_equal(nbiot_device_create_with(&device, &config), NBIOT_ERR_BADPARAM,
               "a device does not run without the storage it was promised");
  setenv("NBIOT_STORE", path_of(directory, "slot-0.new"), 1);
  expect_equal(nbiot_posix_open(&platform, NULL), NBIOT_PORT_BROKEN, "so is a file");
  unsetenv("NBIOT_STORE");
  expect_equal(nbiot_posix_open(&platform, NULL), 0, "without one");
  expect_equal(nbiot_posix_keep(&platform, path_of(directory, "missing")), NBIOT_PORT_BROKEN,
               "keep says so as well");
  expect(platform.store == NULL && platform.load == NULL, "and changes nothing");
  expect_equal(nbiot_posix_keep(&platform, directory), 0, "a directory is one");
  clear(directory);
  expect_equal(store(&platform, 0), NBIOT_PORT_BROKEN, "one that goes away later cannot store");
  expect_equal(load(&platform, 0), NBIOT_PORT_BROKEN, "nor tell what it held");
  expect_equal(mkdir(directory, 0700), 0, "one that comes back");
  expect_equal(store(&platform, 0), LENGTH, "can");
  nbiot_posix_close(&platform);
  before = platform;
  expect_equal(nbiot_posix_keep(&before, directory), NBIOT_PORT_BROKEN, "a closed platform cannot");
  clear(directory);
}

static void test_a_directory_that_may_not_be_written(void) {
  char directory[] = TEMPLATE;
  nbiot_platform_t platform = NBIOT_PLATFORM_INIT;
  int is_root = geteuid() == 0;
  expect(mkdtemp(directory) != NULL, "a directory");
  expect_equal(nbiot_posix_open(&platform, NULL), 0, "a platform");
  expect_equal(nbiot_posix_keep(&platform, directory), 0, "that keeps its account there");
  expect_equal(store(&platform, 0), LENGTH, "a record");
  expect_equal(chmod(path_of(directory, "slot-0"), 0644) | chmod(directory, 0555), 0,
               "the directory is read-only from now on");
  if (is_root) expect_equal(seteuid(65534), 0, "for somebody who is not root");
  expect_equal(platform.store(platform.context, 0, record, 3), NBIOT_PORT_BROKEN,
               "what cannot be stored is an error");
  expect_equal(store(&platform, 1), NBIOT_PORT_BROKEN, "in either slot");
  expect_equal(load(&platform, 0), LENGTH, "what was there still is");
  expect_equal(load(&platform, 1), 0, "and nothing else");
  if (is_root) expect_equal(seteuid(0), 0, "root again");
  expect_equal(chmod(directory, 0700), 0, "writable again");
  expect_equal(store(&platform, 1), LENGTH, "a store works again");
  nbiot_posix_close(&platform);
  clear(directory);
}

/* What a power cut, or somebody else, leaves. Whether it is a record is the library's to decide. */
static void test_torn_files(void) {
  char directory[] = TEMPLATE;
  nbiot_platform_t platform = NBIOT_PLATFORM_INIT;
  uint8_t four[4] = {0};
  expect(mkdtemp(directory) != NULL, "a directory");
  expect_equal(nbiot_posix_open(&platform, NULL), 0, "a platform");
  expect_equal(nbiot_posix_keep(&platform, directory), 0, "that keeps its account there");
  expect_equal(store(&platform, 0), LENGTH, "a record");
  write_file(path_of(directory, "slot-0.new"), "half", 4);
  expect_equal(load(&platform, 0), LENGTH, "a new record that was not finished is not seen");
  expect_equal(store(&platform, 0), LENGTH, "and in nobody's way");
  expect_equal(access(path_of(directory, "slot-0.new"), F_OK), -1, "it became the record");
  expect_equal(truncate(path_of(directory, "slot-0"), 7), 0, "the file is torn");
  expect_equal(load(&platform, 0), 7, "what is left is told");
  expect_equal(platform.load(platform.context, 0, four, sizeof four), 7, "also to a small buffer");
  expect(memcmp(four, record, sizeof four) == 0, "which gets its part");
  expect_equal(truncate(path_of(directory, "slot-0"), 0), 0, "the file is empty");
  expect_equal(load(&platform, 0), 0, "as if nothing was ever stored");
  expect_equal(store(&platform, 0), LENGTH, "the next store mends it");
  expect_equal(load(&platform, 0), LENGTH, "wholly");
  expect_equal(platform.store(platform.context, 0, record, 1), 1, "a byte takes its place");
  expect_equal(load(&platform, 0), 1, "as in a factory reset");
  expect_equal(mkdir(path_of(directory, "slot-1"), 0700), 0, "a slot that is no file");
  expect(load(&platform, 1) < 0, "cannot be read");
  expect_equal(store(&platform, 1), NBIOT_PORT_BROKEN, "nor stored");
  nbiot_posix_close(&platform);
  clear(directory);
}

static void test_two_devices(void) {
  char one[] = TEMPLATE;
  char two[] = TEMPLATE;
  nbiot_platform_t first = NBIOT_PLATFORM_INIT;
  nbiot_platform_t second = NBIOT_PLATFORM_INIT;
  expect(mkdtemp(one) != NULL && mkdtemp(two) != NULL, "a directory for each device");
  expect_equal(nbiot_posix_open(&first, NULL) | nbiot_posix_open(&second, NULL), 0,
               "and a platform");
  expect_equal(nbiot_posix_keep(&first, one) | nbiot_posix_keep(&second, two), 0, "of its own");
  expect_equal(store(&first, 0), LENGTH, "one stores");
  expect_equal(load(&second, 0), 0, "the other has nothing");
  expect_equal(store(&second, 1), LENGTH, "the other stores");
  expect_equal(load(&first, 1), 0, "the one has nothing of it");
  expect_equal(nbiot_posix_keep(&second, one), 0, "a platform may be told again");
  expect_equal(load(&second, 0), LENGTH, "and finds what is there");
  nbiot_posix_close(&first);
  expect_equal(load(&second, 0), LENGTH, "whoever else is gone");
  nbiot_posix_close(&second);
  clear(one);
  clear(two);
}

int main(void) {
  test_the_environment_names_the_directory();
  test_no_such_directory();
  test_a_directory_that_may_not_be_written();
  test_torn_files();
  test_two_devices();
  return check_summary();
}
