/* contract_host.c - a contract setup for programs on a POSIX host.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include "contract_host.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
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
  struct timespec delay = {(time_t)(later->delay_ms / 1000u), (long)(later->delay_ms % 1000u) * 1000000L};
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

static int open_on_loopback(uint8_t family, uint16_t *port) {
  struct sockaddr_in ipv4 = {.sin_family = AF_INET};
  struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  struct sockaddr *name = family == NBIOT_FAMILY_IPV4 ? (void *)&ipv4 : (void *)&ipv6;
  socklen_t length = family == NBIOT_FAMILY_IPV4 ? sizeof ipv4 : sizeof ipv6;
  const int fd = socket(family == NBIOT_FAMILY_IPV4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
  ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0) return -1;
  if (bind(fd, name, length) != 0 || getsockname(fd, name, &length) != 0) {
    close(fd);
    return -1;
  }
  *port = ntohs(family == NBIOT_FAMILY_IPV4 ? ipv4.sin_port : ipv6.sin6_port);
  return fd;
}

/* All four are held at once so that they differ, and released for the test to open. */
static int32_t find_free_ports(uint8_t family, uint16_t ports[PORTS]) {
  int fds[PORTS];
  int32_t found = 0;
  for (int i = 0; i < PORTS; i++) {
    fds[i] = open_on_loopback(family, &ports[i]);
    found += fds[i] >= 0;
  }
  for (int i = 0; i < PORTS; i++) {
    if (fds[i] >= 0) close(fds[i]);
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
  return 0;
}

void contract_host_limit_descriptors(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = DESCRIPTOR_LIMIT;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}
