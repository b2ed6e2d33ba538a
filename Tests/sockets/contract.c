/* contract.c - the porter's contract over the sockets port, on loopback; what it asks of its application beside.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _XOPEN_SOURCE 700
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "contract_host.h"
#include "nbiot_sockets.h"

#define LONGEST_SLEEP_MS 100u

static nbiot_sockets_t sockets;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static uint8_t buffer[1153];
static unsigned votes[2]; /* For being awake, for sleep. */

static uint32_t now_ms(void *context) {
  struct timespec now;
  (void)context;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)now.tv_sec * 1000u + (uint32_t)now.tv_nsec / 1000000u;
}

static int32_t fill_random(void *context, uint8_t *bytes, uint32_t size) {
  static FILE *source;
  (void)context;
  if (source == NULL) source = fopen("/dev/urandom", "rb");
  return source != NULL && fread(bytes, 1, size, source) == size ? 0 : -1;
}

/* A resolver that takes a while. */
static int32_t look_up(void *context, const char *host, uint32_t host_length, nbiot_address_t *address) {
  static const nbiot_address_t local = {NBIOT_FAMILY_IPV4, 0, 0, {127, 0, 0, 1}};
  static int calls;
  (void)context;
  if (host_length != 9 || memcmp(host, "localhost", 9) != 0) return -1;
  calls += 1;
  if (calls < 3) return 0;
  *address = local;
  return 1;
}

static void enter(void *context) {
  (void)context;
  pthread_mutex_lock(&mutex);
}

static void leave(void *context) {
  (void)context;
  pthread_mutex_unlock(&mutex);
}

static void vote(void *context, uint8_t is_sleeping) {
  (void)context;
  votes[is_sleeping] += 1;
}

static int32_t begin(void) {
  nbiot_sockets_config_t config;
  memset(&config, 0, sizeof config);
  if (nbiot_sockets_begin(&sockets, &config) != NBIOT_PORT_UNSUPPORTED) return -1;
  config.now_ms = now_ms;
  config.random = fill_random;
  config.look_up = look_up;
  config.lock = enter;
  config.unlock = leave;
  config.sleeping = vote;
  config.longest_sleep_ms = LONGEST_SLEEP_MS;
  config.buffer = buffer;
  config.buffer_size = sizeof buffer;
  return nbiot_sockets_begin(&sockets, &config);
}

/* Ten on an idle machine; fewer where sleeps are long. Each with both votes. */
static int32_t sleeps_in_pieces(const nbiot_platform_t *platform) {
  votes[0] = votes[1] = 0;
  platform->wait(platform->context, -1, 1000u);
  return votes[0] == votes[1] && votes[1] > 1u;
}

/* FD_SET writes beside the set, with a descriptor that is too high for it. */
static int32_t refuses_what_select_cannot_take(const nbiot_platform_t *platform) {
  struct rlimit limit;
  int first = dup(0);
  int last = first;
  int32_t opened = 0;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = FD_SETSIZE + 16u;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  while (last >= 0 && last < FD_SETSIZE) last = dup(0);
  if (last >= 0) opened = platform->udp_open(platform->context, NBIOT_FAMILY_IPV4, 0);
  for (int descriptor = first; descriptor <= last; descriptor += 1) close(descriptor);
  return opened == NBIOT_PORT_BROKEN;
}

int main(void) {
  nbiot_platform_t platform;
  nbiot_contract_t setup;
  int32_t failed;
  if (begin() != 0) return 1;
  platform = nbiot_sockets_platform(&sockets);
  failed = refuses_what_select_cannot_take(&platform)
               ? 0
               : printf("FAIL sockets: a descriptor that select cannot take is refused\n");
  contract_host_limit_descriptors();
  if (contract_host_setup(&setup, NBIOT_FAMILY_IPV4) != 0) return 1;
  setup.platform = &platform;
  failed += nbiot_contract_run(&setup);
  if (!sleeps_in_pieces(&platform)) failed += printf("FAIL sockets: a long wait is slept in pieces\n");
  nbiot_sockets_end(&sockets);
  return failed == 0 ? 0 : 1;
}
