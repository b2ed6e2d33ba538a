/* posix_udp.c - UDP sockets, wait and wake. A socket number is a file descriptor.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "posix_context.h"

/* A flood of empty datagrams must not keep receive() from returning; wait() returns at once for the
 * rest. */
#define EMPTY_DATAGRAMS_PER_CALL 16

typedef union {
  struct sockaddr any;
  struct sockaddr_in ipv4;
  struct sockaddr_in6 ipv6;
} posix_sockaddr_t;

static socklen_t encode_address(const nbiot_address_t *address, posix_sockaddr_t *out) {
  if (address->family == NBIOT_FAMILY_IPV4) {
    memset(&out->ipv4, 0, sizeof out->ipv4);
    out->ipv4.sin_family = AF_INET;
    out->ipv4.sin_port = htons(address->port);
    memcpy(&out->ipv4.sin_addr, address->bytes, 4);
    return sizeof out->ipv4;
  }
  memset(&out->ipv6, 0, sizeof out->ipv6);
  out->ipv6.sin6_family = AF_INET6;
  out->ipv6.sin6_port = htons(address->port);
  memcpy(&out->ipv6.sin6_addr, address->bytes, 16);
  return sizeof out->ipv6;
}

static void decode_address(const posix_sockaddr_t *in, nbiot_address_t *address) {
  address->reserved = 0;
  if (in->any.sa_family == AF_INET) {
    address->family = NBIOT_FAMILY_IPV4;
    address->port = ntohs(in->ipv4.sin_port);
    memset(address->bytes + 4, 0, 12);
    memcpy(address->bytes, &in->ipv4.sin_addr, 4);
  } else {
    address->family = NBIOT_FAMILY_IPV6;
    address->port = ntohs(in->ipv6.sin6_port);
    memcpy(address->bytes, &in->ipv6.sin6_addr, 16);
  }
}

/* What the network says about one datagram (ICMP, routing) says nothing about the socket
 * (RFC 7252 4.2 answers loss with retransmission). EPERM is how a packet filter drops one. */
static int is_network_report(int error) {
  switch (error) {
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
    case ENONET:
    case ENOPROTOOPT:
    case EPROTO:
    case ETIMEDOUT:
    case ECONNRESET:
    case EPERM: return 1;
    default: return 0;
  }
}

static int is_out_of_room(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == ENOMEM;
}

/* ---- The table of wake descriptors ----------------------------------------------------------- */

static int32_t *wake_slot(posix_context_t *context, int32_t socket) {
  int32_t *page;
  if (socket < 0 || socket >= POSIX_PAGE_COUNT * POSIX_PAGE_SIZE) return NULL;
  page = __atomic_load_n(&context->pages[socket / POSIX_PAGE_SIZE], __ATOMIC_ACQUIRE);
  return page == NULL ? NULL : &page[socket % POSIX_PAGE_SIZE];
}

static int wake_descriptor(posix_context_t *context, int32_t socket) {
  int32_t *slot = wake_slot(context, socket);
  return slot == NULL ? -1 : __atomic_load_n(slot, __ATOMIC_RELAXED) - 1;
}

static int store_wake_descriptor(posix_context_t *context, int32_t socket, int descriptor) {
  int32_t *slot;
  if (socket >= POSIX_PAGE_COUNT * POSIX_PAGE_SIZE) return -1;
  pthread_mutex_lock(&context->table);
  slot = wake_slot(context, socket);
  if (slot == NULL) {
    int32_t *page = calloc(POSIX_PAGE_SIZE, sizeof *page);
    __atomic_store_n(&context->pages[socket / POSIX_PAGE_SIZE], page, __ATOMIC_RELEASE);
    slot = wake_slot(context, socket);
  }
  if (slot != NULL) __atomic_store_n(slot, descriptor + 1, __ATOMIC_RELAXED);
  pthread_mutex_unlock(&context->table);
  return slot == NULL ? -1 : 0;
}

/* ---- Sockets --------------------------------------------------------------------------------- */

static int bind_local(int socket, const nbiot_address_t *local, uint8_t family, uint16_t port) {
  nbiot_address_t address = *local;
  posix_sockaddr_t name;
  socklen_t length;
  if (address.family == NBIOT_FAMILY_NONE && port == 0) return 0;
  address.family = family;
  address.port = port;
  length = encode_address(&address, &name);
  return bind(socket, &name.any, length);
}

static int prepare_socket(posix_context_t *context, int fd, uint8_t family, uint16_t local_port) {
  const int only = 1;
  int event;
  if (family == NBIOT_FAMILY_IPV6 &&
      setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) != 0) {
    return -1;
  }
  if (bind_local(fd, &context->local, family, local_port) != 0) return -1;
  event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (event < 0) return -1;
  if (store_wake_descriptor(context, fd, event) == 0) return 0;
  close(event);
  return -1;
}

int32_t nbiot_posix_udp_open(void *context, uint8_t family, uint16_t local_port) {
  posix_context_t *port = context;
  int fd;
  if (family != NBIOT_FAMILY_IPV4 && family != NBIOT_FAMILY_IPV6) return NBIOT_PORT_UNSUPPORTED;
  if (port->local.family != NBIOT_FAMILY_NONE && port->local.family != family) {
    return NBIOT_PORT_UNSUPPORTED;
  }
  fd = socket(family == NBIOT_FAMILY_IPV4 ? AF_INET : AF_INET6,
              SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return NBIOT_PORT_BROKEN;
  if (prepare_socket(port, fd, family, local_port) == 0) return fd;
  close(fd);
  return NBIOT_PORT_BROKEN;
}

/* Kept out of line, so that the datagram that just goes through pays for none of it. */
__attribute__((noinline, cold)) static int32_t send_failed(int32_t socket, const uint8_t *data,
                                                           uint32_t length,
                                                           const nbiot_address_t *to) {
  if (errno == EINTR) return nbiot_posix_udp_send(NULL, socket, data, length, to);
  if (is_out_of_room(errno)) return 0;
  return is_network_report(errno) ? (int32_t)length : NBIOT_PORT_BROKEN;
}

int32_t nbiot_posix_udp_send(void *context, int32_t socket, const uint8_t *data, uint32_t length,
                             const nbiot_address_t *to) {
  posix_sockaddr_t name;
  const socklen_t name_length = encode_address(to, &name);
  const ssize_t sent = sendto(socket, data, length, MSG_NOSIGNAL, &name.any, name_length);
  (void)context;
  return sent >= 0 ? (int32_t)sent : send_failed(socket, data, length, to);
}

/* As an input flag MSG_TRUNC makes Linux return the datagram's real length: cheaper than recvmsg.
 */
static ssize_t receive_once(int32_t socket, uint8_t *buffer, uint32_t size,
                            posix_sockaddr_t *name) {
  socklen_t name_length = sizeof *name;
  return recvfrom(socket, buffer, size, MSG_TRUNC, &name->any, &name_length);
}

/* Of one that is too long the head stays in the buffer. */
static int32_t taken(ssize_t got, uint32_t size, const posix_sockaddr_t *name,
                     nbiot_address_t *from) {
  decode_address(name, from);
  return got <= (ssize_t)size ? (int32_t)got : NBIOT_PORT_TRUNCATED;
}

/* Read on past what is no datagram: an empty one, a signal, a report of the network. */
__attribute__((noinline, cold)) static int32_t receive_past(int32_t socket, uint8_t *buffer,
                                                            uint32_t size, nbiot_address_t *from,
                                                            ssize_t got) {
  posix_sockaddr_t name;
  for (int left = EMPTY_DATAGRAMS_PER_CALL; left > 0; left--) {
    if (got < 0 && is_out_of_room(errno)) return 0;
    if (got < 0 && errno != EINTR && !is_network_report(errno)) return NBIOT_PORT_BROKEN;
    got = receive_once(socket, buffer, size, &name);
    if (got > 0) return taken(got, size, &name, from);
  }
  return 0;
}

int32_t nbiot_posix_udp_receive(void *context, int32_t socket, uint8_t *buffer, uint32_t size,
                                nbiot_address_t *from) {
  posix_sockaddr_t name;
  const ssize_t got = receive_once(socket, buffer, size, &name);
  (void)context;
  if (got > 0) return taken(got, size, &name, from);
  if (got < 0 && errno == EAGAIN) return 0;
  return receive_past(socket, buffer, size, from, got);
}

void nbiot_posix_udp_close(void *context, int32_t socket) {
  posix_context_t *port = context;
  int32_t *slot;
  /* Under the lock: a wake() from another thread must not write to a descriptor that is already
   * another file. */
  pthread_mutex_lock(&port->table);
  slot = wake_slot(port, socket);
  if (slot != NULL && *slot != 0) {
    close(*slot - 1);
    __atomic_store_n(slot, 0, __ATOMIC_RELAXED);
    close(socket);
  }
  pthread_mutex_unlock(&port->table);
}

/* ---- Wait and wake --------------------------------------------------------------------------- */

/* Several devices may be without a socket at once, and -1 does not tell them apart. So a wake of -1
 * is a ticket that every thread sees once: the only wake that matters to a device falls between its
 * last look at its work and its wait, and both happen in the same thread. */
static uint64_t last_ticket;
static __thread uint64_t seen_ticket;

static void wait_without_socket(posix_context_t *context, uint32_t timeout_ms) {
  struct timespec end;
  int result = 0;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += (time_t)(timeout_ms / 1000u);
  end.tv_nsec += (long)(timeout_ms % 1000u) * 1000000L;
  if (end.tv_nsec >= 1000000000L) {
    end.tv_sec += 1;
    end.tv_nsec -= 1000000000L;
  }
  pthread_mutex_lock(&context->idle);
  while (context->idle_ticket <= seen_ticket && result == 0) {
    result = pthread_cond_timedwait(&context->idle_changed, &context->idle, &end);
  }
  if (context->idle_ticket > seen_ticket) seen_ticket = context->idle_ticket;
  pthread_mutex_unlock(&context->idle);
}

void nbiot_posix_wait(void *context, int32_t socket, uint32_t timeout_ms) {
  struct pollfd set[2] = {{.fd = socket, .events = POLLIN}, {.events = POLLIN}};
  if (socket < 0) {
    wait_without_socket(context, timeout_ms);
    return;
  }
  set[1].fd = wake_descriptor(context, socket);
  /* A signal ends the wait early, which lets a program look at what its handler noted. */
  if (poll(set, 2, timeout_ms > INT_MAX ? INT_MAX : (int)timeout_ms) > 0 && set[1].revents != 0) {
    eventfd_t count;
    (void)eventfd_read(set[1].fd, &count);
  }
}

void nbiot_posix_wake(void *context, int32_t socket) {
  posix_context_t *port = context;
  if (socket < 0) {
    pthread_mutex_lock(&port->idle);
    port->idle_ticket = __atomic_add_fetch(&last_ticket, 1, __ATOMIC_RELAXED);
    pthread_cond_broadcast(&port->idle_changed);
    pthread_mutex_unlock(&port->idle);
    return;
  }
  pthread_mutex_lock(&port->table);
  int event = wake_descriptor(port, socket);
  if (event >= 0) (void)eventfd_write(event, 1);
  pthread_mutex_unlock(&port->table);
}
