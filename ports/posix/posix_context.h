/* posix_context.h - what the hooks of the posix port share. Private to ports/posix.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NBIOT_POSIX_CONTEXT_H
#define NBIOT_POSIX_CONTEXT_H

#include <pthread.h>
#include <stdint.h>

#include "nbiot_posix.h"

/* Sockets are file descriptors; the table that finds a socket's wake descriptor grows by pages and
 * its pages never move, so that wait() reads it without a lock. */
#define POSIX_PAGE_COUNT 256
#define POSIX_PAGE_SIZE 256

typedef struct posix_resolver posix_resolver_t;

typedef struct posix_context {
  pthread_mutex_t device; /* The lock and unlock hooks. */
  pthread_mutex_t table;  /* Writers of pages, and every use of a wake descriptor but wait()'s. */
  pthread_mutex_t idle;   /* idle_ticket, and the resolver's creation. */
  pthread_cond_t idle_changed;
  uint64_t idle_ticket;             /* Newest wake of socket -1; 0 = none ever. */
  int32_t *pages[POSIX_PAGE_COUNT]; /* Wake descriptor + 1 by socket; 0 = not ours. */
  posix_resolver_t *resolver;       /* Null until the first name. */
  nbiot_address_t local;            /* Family NBIOT_FAMILY_NONE = any address. */
  char *directory;                  /* Of store and load; null = they are not set. */
} posix_context_t;

#endif /* NBIOT_POSIX_CONTEXT_H */
