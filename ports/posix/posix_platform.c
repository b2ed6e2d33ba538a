/* posix_platform.c - contexts, the default platform, and the hooks that are one call each.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "posix_context.h"

static pthread_mutex_t default_lock = PTHREAD_MUTEX_INITIALIZER;
static nbiot_platform_t default_platform = NBIOT_PLATFORM_INIT;

uint32_t nbiot_posix_now_ms(void *context) {
  struct timespec now;
  (void)context;
  /* CLOCK_MONOTONIC stands still while the machine is suspended; lifetimes at the server do not. */
  if (clock_gettime(CLOCK_BOOTTIME, &now) != 0) clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)now.tv_sec * 1000u + (uint32_t)now.tv_nsec / 1000000u;
}

int32_t nbiot_posix_random(void *context, uint8_t *buffer, uint32_t size) {
  (void)context;
  while (size > 0) {
    /* Without GRND_NONBLOCK this hook could wait for minutes early after boot. */
    ssize_t got = getrandom(buffer, size, GRND_NONBLOCK);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return NBIOT_PORT_BROKEN;
    buffer += got;
    size -= (uint32_t)got;
  }
  return 0;
}

void nbiot_posix_lock(void *context) { pthread_mutex_lock(&((posix_context_t *)context)->device); }

void nbiot_posix_unlock(void *context) {
  pthread_mutex_unlock(&((posix_context_t *)context)->device);
}

void *nbiot_posix_allocate(void *context, uint32_t size) {
  (void)context;
  return malloc(size);
}

void nbiot_posix_release(void *context, void *memory) {
  (void)context;
  free(memory);
}

void nbiot_posix_log(void *context, uint8_t level, uint16_t event, uint32_t a, uint32_t b) {
  static const char *const names[] = {"?", "error", "warning", "info", "debug"};
  (void)context;
  fprintf(stderr, "nbiot %s: %s (%lu, %lu)\n",
          level < sizeof names / sizeof names[0] ? names[level] : names[0], nbiot_log_text(event),
          (unsigned long)a, (unsigned long)b);
}

static int32_t initialize_locks(posix_context_t *context) {
  pthread_condattr_t attributes;
  int failed;
  /* These calls cannot fail with default attributes on Linux; the condition's clock can be refused.
   */
  pthread_mutex_init(&context->device, NULL);
  pthread_mutex_init(&context->table, NULL);
  pthread_mutex_init(&context->idle, NULL);
  pthread_condattr_init(&attributes);
  failed = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  if (failed == 0) failed = pthread_cond_init(&context->idle_changed, &attributes);
  pthread_condattr_destroy(&attributes);
  return failed == 0 ? 0 : NBIOT_PORT_BROKEN;
}

int32_t nbiot_posix_open(nbiot_platform_t *platform, const nbiot_address_t *local_address) {
  nbiot_platform_t filled = NBIOT_PLATFORM_INIT;
  posix_context_t *context;
  if (local_address != NULL && local_address->family != NBIOT_FAMILY_IPV4 &&
      local_address->family != NBIOT_FAMILY_IPV6) {
    return NBIOT_PORT_BROKEN;
  }
  context = calloc(1, sizeof *context);
  if (context == NULL) return NBIOT_PORT_BROKEN;
  if (initialize_locks(context) != 0) {
    free(context);
    return NBIOT_PORT_BROKEN;
  }
  if (local_address != NULL) context->local = *local_address;

  filled.context = context;
  filled.now_ms = nbiot_posix_now_ms;
  filled.random = nbiot_posix_random;
  filled.resolve = nbiot_posix_resolve;
  filled.udp_open = nbiot_posix_udp_open;
  filled.udp_send = nbiot_posix_udp_send;
  filled.udp_receive = nbiot_posix_udp_receive;
  filled.udp_close = nbiot_posix_udp_close;
  filled.wait = nbiot_posix_wait;
  filled.wake = nbiot_posix_wake;
  filled.lock = nbiot_posix_lock;
  filled.unlock = nbiot_posix_unlock;
  filled.allocate = nbiot_posix_allocate;
  filled.release = nbiot_posix_release;
  filled.log = getenv("NBIOT_LOG") != NULL ? nbiot_posix_log : NULL;
  if (getenv("NBIOT_STORE") != NULL && nbiot_posix_keep(&filled, getenv("NBIOT_STORE")) != 0) {
    nbiot_posix_close(&filled);
    return NBIOT_PORT_BROKEN;
  }
  *platform = filled;
  return 0;
}

void nbiot_posix_close(nbiot_platform_t *platform) {
  static const nbiot_platform_t cleared = NBIOT_PLATFORM_INIT;
  posix_context_t *context = platform->context;
  if (context == NULL) return;
  nbiot_posix_forget_names(context);
  for (int page = 0; page < POSIX_PAGE_COUNT; page++) free(context->pages[page]);
  pthread_cond_destroy(&context->idle_changed);
  pthread_mutex_destroy(&context->idle);
  pthread_mutex_destroy(&context->table);
  pthread_mutex_destroy(&context->device);
  free(context->directory);
  free(context);
  *platform = cleared;
}

int32_t(nbiot_init_environment)(void) {
  int32_t status = 0;
  pthread_mutex_lock(&default_lock);
  if (default_platform.context == NULL) status = nbiot_posix_open(&default_platform, NULL);
  pthread_mutex_unlock(&default_lock);
  return status;
}

void nbiot_clear_environment(void) {
  pthread_mutex_lock(&default_lock);
  nbiot_posix_close(&default_platform);
  pthread_mutex_unlock(&default_lock);
}

const nbiot_platform_t *nbiot_platform_default(void) {
  /* A failure leaves a platform without hooks: nbiot_device_create() then names the platform as the
   * cause. */
  (void)(nbiot_init_environment)();
  return &default_platform;
}
