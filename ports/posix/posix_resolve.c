/* posix_resolve.c - names to addresses without waiting: one thread per platform context calls
 * getaddrinfo().
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "posix_context.h"

#define HOST_SIZE 256
#define LOOKUP_COUNT 8
/* A lookup nobody asks about for this long is dropped, finished or not. */
#define INTEREST_MS 120000u
/* An answer serves every device that asks within this time of the first; then the name is looked up
 * anew. */
#define FRESH_MS 10000u

typedef enum {
  LOOKUP_FREE,
  LOOKUP_QUEUED,
  LOOKUP_RUNNING,
  LOOKUP_FOUND,
  LOOKUP_FAILED
} lookup_state_t;

typedef struct {
  lookup_state_t state;
  int delivered;
  uint64_t expires_ms;
  uint64_t order; /* Queued lookups run oldest first. */
  char host[HOST_SIZE];
  nbiot_address_t address;
} lookup_t;

struct posix_resolver {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  pthread_t thread;
  posix_context_t *context; /* Null once the context gave the resolver up: the thread frees it. */
  int is_running_lookup;
  uint64_t next_order;
  uint8_t family; /* The only one wanted, or NBIOT_FAMILY_NONE. */
  lookup_t lookups[LOOKUP_COUNT];
};

static uint64_t monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

static void set_address(nbiot_address_t *address, uint8_t family, const void *bytes) {
  address->family = family;
  address->reserved = 0;
  memset(address->bytes, 0, sizeof address->bytes);
  memcpy(address->bytes, bytes, family == NBIOT_FAMILY_IPV4 ? 4 : 16);
}

/* ---- The thread ------------------------------------------------------------------------------ */

static int32_t look_up(const char *host, uint8_t family, nbiot_address_t *address) {
  struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_ADDRCONFIG};
  struct addrinfo *list = NULL;
  int32_t found = -1;
  if (family == NBIOT_FAMILY_IPV4) hints.ai_family = AF_INET;
  if (family == NBIOT_FAMILY_IPV6) hints.ai_family = AF_INET6;
  if (getaddrinfo(host, NULL, &hints, &list) != 0) return -1;
  for (const struct addrinfo *entry = list; entry != NULL && found < 0; entry = entry->ai_next) {
    if (entry->ai_family == AF_INET) {
      set_address(address, NBIOT_FAMILY_IPV4,
                  &((const struct sockaddr_in *)(const void *)entry->ai_addr)->sin_addr);
      found = 1;
    } else if (entry->ai_family == AF_INET6) {
      set_address(address, NBIOT_FAMILY_IPV6,
                  &((const struct sockaddr_in6 *)(const void *)entry->ai_addr)->sin6_addr);
      found = 1;
    }
  }
  freeaddrinfo(list);
  return found;
}

static void drop_expired(posix_resolver_t *resolver) {
  const uint64_t now = monotonic_ms();
  for (int i = 0; i < LOOKUP_COUNT; i++) {
    lookup_t *lookup = &resolver->lookups[i];
    /* The thread owns a running entry until its answer is there. */
    if (lookup->state != LOOKUP_RUNNING && lookup->expires_ms <= now) lookup->state = LOOKUP_FREE;
  }
}

static lookup_t *oldest_queued(posix_resolver_t *resolver) {
  lookup_t *oldest = NULL;
  for (int i = 0; i < LOOKUP_COUNT; i++) {
    lookup_t *lookup = &resolver->lookups[i];
    if (lookup->state != LOOKUP_QUEUED) continue;
    if (oldest == NULL || lookup->order < oldest->order) oldest = lookup;
  }
  return oldest;
}

static void run_lookup(posix_resolver_t *resolver, lookup_t *lookup) {
  nbiot_address_t address = {0, 0, 0, {0}};
  char host[HOST_SIZE];
  int32_t found;
  memcpy(host, lookup->host, sizeof host);
  lookup->state = LOOKUP_RUNNING;
  resolver->is_running_lookup = 1;
  pthread_mutex_unlock(&resolver->lock);
  found = look_up(host, resolver->family, &address);
  pthread_mutex_lock(&resolver->lock);
  resolver->is_running_lookup = 0;
  lookup->address = address;
  lookup->state = found == 1 ? LOOKUP_FOUND : LOOKUP_FAILED;
  drop_expired(resolver);
  /* A device that has no address yet has no socket either. */
  if (resolver->context != NULL) nbiot_posix_wake(resolver->context, -1);
}

static void free_resolver(posix_resolver_t *resolver) {
  pthread_cond_destroy(&resolver->changed);
  pthread_mutex_destroy(&resolver->lock);
  free(resolver);
}

static void *serve_lookups(void *argument) {
  posix_resolver_t *resolver = argument;
  int was_running = 0;
  pthread_mutex_lock(&resolver->lock);
  while (resolver->context != NULL) {
    lookup_t *lookup;
    drop_expired(resolver);
    lookup = oldest_queued(resolver);
    was_running = lookup != NULL;
    if (lookup != NULL) {
      run_lookup(resolver, lookup);
    } else {
      pthread_cond_wait(&resolver->changed, &resolver->lock);
    }
  }
  pthread_mutex_unlock(&resolver->lock);
  /* nbiot_posix_forget_names() detaches a thread that is inside a lookup, and joins one that is
   * not. */
  if (was_running) free_resolver(resolver);
  return NULL;
}

/* ---- Starting and ending it ------------------------------------------------------------------ */

static posix_resolver_t *start_resolver(posix_context_t *context) {
  sigset_t all, before;
  int failed;
  posix_resolver_t *resolver = calloc(1, sizeof *resolver);
  if (resolver == NULL) return NULL;
  pthread_mutex_init(&resolver->lock, NULL);
  pthread_cond_init(&resolver->changed, NULL);
  resolver->context = context;
  resolver->family = context->local.family;
  /* Signals belong to the application's threads: a SIGTERM must end their wait. */
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  failed = pthread_create(&resolver->thread, NULL, serve_lookups, resolver);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (failed == 0) return resolver;
  free_resolver(resolver);
  return NULL;
}

static posix_resolver_t *resolver_of(posix_context_t *context) {
  posix_resolver_t *resolver;
  pthread_mutex_lock(&context->idle);
  if (context->resolver == NULL) context->resolver = start_resolver(context);
  resolver = context->resolver;
  pthread_mutex_unlock(&context->idle);
  return resolver;
}

void nbiot_posix_forget_names(void *context) {
  posix_context_t *port = context;
  posix_resolver_t *resolver;
  pthread_t thread;
  int is_running;
  pthread_mutex_lock(&port->idle);
  resolver = port->resolver;
  port->resolver = NULL;
  pthread_mutex_unlock(&port->idle);
  if (resolver == NULL) return;
  pthread_mutex_lock(&resolver->lock);
  thread = resolver->thread;
  is_running = resolver->is_running_lookup;
  resolver->context = NULL;
  pthread_cond_signal(&resolver->changed);
  if (is_running) pthread_detach(thread);
  pthread_mutex_unlock(&resolver->lock);
  if (is_running) return;
  pthread_join(thread, NULL);
  free_resolver(resolver);
}

/* ---- The hook -------------------------------------------------------------------------------- */

static int32_t parse_literal(const char *host, nbiot_address_t *address) {
  uint8_t bytes[16];
  if (inet_pton(AF_INET, host, bytes) == 1) {
    set_address(address, NBIOT_FAMILY_IPV4, bytes);
    return 1;
  }
  if (inet_pton(AF_INET6, host, bytes) == 1) {
    set_address(address, NBIOT_FAMILY_IPV6, bytes);
    return 1;
  }
  return 0;
}

static lookup_t *find_lookup(posix_resolver_t *resolver, const char *host) {
  lookup_t *room = NULL;
  for (int i = 0; i < LOOKUP_COUNT; i++) {
    lookup_t *lookup = &resolver->lookups[i];
    if (lookup->state != LOOKUP_FREE && strcmp(lookup->host, host) == 0) return lookup;
    if (lookup->state == LOOKUP_FREE) room = lookup;
    if (lookup->delivered && room == NULL) room = lookup;
  }
  if (room == NULL) return NULL;
  room->state = LOOKUP_QUEUED;
  room->delivered = 0;
  room->order = resolver->next_order++;
  memcpy(room->host, host, strlen(host) + 1);
  pthread_cond_signal(&resolver->changed);
  return room;
}

static int32_t ask(posix_resolver_t *resolver, const char *host, nbiot_address_t *address) {
  lookup_t *lookup;
  drop_expired(resolver);
  lookup = find_lookup(resolver, host);
  /* All entries are waited for by others: the caller asks again anyway. */
  if (lookup == NULL) return 0;
  if (!lookup->delivered) lookup->expires_ms = monotonic_ms() + INTEREST_MS;
  if (lookup->state == LOOKUP_FAILED) {
    lookup->state = LOOKUP_FREE;
    return NBIOT_PORT_BROKEN;
  }
  if (lookup->state != LOOKUP_FOUND) return 0;
  set_address(address, lookup->address.family, lookup->address.bytes);
  if (!lookup->delivered) lookup->expires_ms = monotonic_ms() + FRESH_MS;
  lookup->delivered = 1;
  return 1;
}

int32_t nbiot_posix_resolve(void *context, const char *host, uint32_t host_length,
                            nbiot_address_t *address) {
  posix_context_t *port = context;
  posix_resolver_t *resolver;
  char name[HOST_SIZE];
  int32_t answer;
  if (host_length == 0 || host_length >= HOST_SIZE || memchr(host, 0, host_length) != NULL) {
    return NBIOT_PORT_BROKEN;
  }
  memcpy(name, host, host_length);
  name[host_length] = '\0';
  /* A URI writes an IPv6 literal in brackets (RFC 3986 3.2.2); resolve takes it either way. */
  if (name[0] == '[' && name[host_length - 1] == ']') {
    name[host_length - 1] = '\0';
    return parse_literal(name + 1, address) == 1 ? 1 : NBIOT_PORT_BROKEN;
  }
  if (parse_literal(name, address) == 1) return 1;
  resolver = resolver_of(port);
  if (resolver == NULL) return NBIOT_PORT_BROKEN;
  pthread_mutex_lock(&resolver->lock);
  answer = ask(resolver, name, address);
  pthread_mutex_unlock(&resolver->lock);
  return answer;
}
