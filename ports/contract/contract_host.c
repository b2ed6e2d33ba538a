/* contract_host.c - a contract setup for programs on a POSIX host.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _XOPEN_SOURCE 700
#include "contract_host.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PORTS 4
#define DESCRIPTOR_LIMIT 48

typedef struct {
  pthread_t thread;
  uint32_t delay_ms;
  void (*run)(void *argument);
  void *argument;
} later_t;

static void print_line(void *context, const char *text) {
  (void)context;
  puts(text);
}

static void *run_later(void *argument) {
  later_t *later = argument;
  struct timespec delay = {(time_t)(later->delay_ms / 1000u),
                           (long)(later->delay_ms % 1000u) * 1000000L};
  nanosleep(&delay, NULL);
  later->run(later->argument);
  return NULL;
}

static int32_t start_later(void *context, uint32_t delay_ms, void (*run)(void *), void *argument) {
  later_t *later = context;
  later->delay_ms = delay_ms;
  later->run = run;
  later->argument = argument;
  return pthread_create(&later->thread, NULL, run_later, later) == 0 ? 0 : -1;
}

static void join_later(void *context) { pthread_join(((later_t *)context)->thread, NULL); }

static int is_free(uint8_t family, uint16_t port) {
  struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(port)};
  struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  const int fd = socket(family == NBIOT_FAMILY_IPV4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
  int free;
  if (fd < 0) return 0;
  ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ipv6.sin6_addr.s6_addr[15] = 1;
  free = family == NBIOT_FAMILY_IPV4 ? bind(fd, (void *)&ipv4, sizeof ipv4) == 0
                                     : bind(fd, (void *)&ipv6, sizeof ipv6) == 0;
  close(fd);
  return free;
}

/* Below the range the kernel picks from, and apart for programs that run side by side. */
static int32_t find_free_ports(uint8_t family, uint16_t ports[PORTS]) {
  const uint32_t base = (uint32_t)getpid() * PORTS;
  int found = 0;
  for (uint32_t step = 0; step < 400u && found < PORTS; step++) {
    const uint16_t port = (uint16_t)(20000u + (base + step) % 12000u);
    if (is_free(family, port)) ports[found++] = port;
  }
  return found == PORTS ? 0 : -1;
}

int32_t contract_host_setup(nbiot_contract_t *setup, uint8_t family) {
  static later_t later;
  static const uint8_t ipv4[4] = {127, 0, 0, 1};
  uint16_t ports[PORTS];
  if (find_free_ports(family, ports) != 0) return -1;
  memset(setup, 0, sizeof *setup);
  setup->print = print_line;
  setup->address.family = family;
  if (family == NBIOT_FAMILY_IPV4) {
    memcpy(setup->address.bytes, ipv4, sizeof ipv4);
  } else {
    setup->address.bytes[15] = 1;
  }
  setup->peer_port = ports[0];
  setup->other_port = ports[1];
  setup->closed_port = ports[2];
  setup->local_port = ports[3];
  setup->good_host = "localhost";
  /* An empty label: refused by every resolver library before anything is sent (RFC 1035 3.1). */
  setup->bad_host = "no..host";
  setup->later_context = &later;
  setup->later = start_later;
  setup->join = join_later;
  setup->later_is_a_thread = 1;
  return 0;
}

void contract_host_limit_descriptors(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = DESCRIPTOR_LIMIT;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

int32_t contract_host_make(char *directory) { return mkdtemp(directory) == NULL ? -1 : 0; }

void contract_host_remove(const char *directory) {
  static const char *const names[] = {"slot-0", "slot-1", "slot-2", "slot-3"};
  char path[256];
  for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
    snprintf(path, sizeof path, "%s/%s", directory, names[i]);
    (void)unlink(path);
  }
  (void)rmdir(directory);
}
