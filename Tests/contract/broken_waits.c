/* broken_waits.c - mistakes in wait and wake.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include "broken_hooks.h"
#include "nbiot_posix.h"

static volatile int is_woken;

static void sleep_ms(uint32_t ms) {
  const struct timespec delay = {(time_t)(ms / 1000u), (long)(ms % 1000u) * 1000000L};
  nanosleep(&delay, NULL);
}

static void set_woken(void *context, int32_t socket) {
  (void)context;
  (void)socket;
  is_woken = 1;
}

static void socket_only(void *context, int32_t socket, uint32_t timeout_ms) {
  struct pollfd set = {.fd = socket, .events = POLLIN};
  (void)context;
  (void)poll(&set, 1, (int)timeout_ms);
}

static void at_once(void *context, int32_t socket, uint32_t timeout_ms) {
  (void)context;
  (void)socket;
  (void)timeout_ms;
}

static void at_once_without_socket(void *context, int32_t socket, uint32_t timeout_ms) {
  if (socket >= 0) nbiot_posix_wait(context, socket, timeout_ms);
}

static void whole_time(void *context, int32_t socket, uint32_t timeout_ms) {
  (void)context;
  (void)socket;
  sleep_ms(timeout_ms);
}

static void at_least_2_s(void *context, int32_t socket, uint32_t timeout_ms) {
  nbiot_posix_wait(context, socket, timeout_ms);
  if (timeout_ms == 0) sleep_ms(2000u);
}

static void reading(void *context, int32_t socket, uint32_t timeout_ms) {
  uint8_t byte;
  nbiot_posix_wait(context, socket, timeout_ms);
  if (socket >= 0) (void)recv(socket, &byte, 1, MSG_DONTWAIT);
}

static void forgetting(void *context, int32_t socket, uint32_t timeout_ms) {
  nbiot_posix_wait(context, socket, 0); /* Uses up a wake that came before. */
  nbiot_posix_wait(context, socket, timeout_ms);
}

static void sticking(void *context, int32_t socket, uint32_t timeout_ms) {
  if (!is_woken) nbiot_posix_wait(context, socket, timeout_ms);
}

static void sockets_only(void *context, int32_t socket) {
  if (socket >= 0) nbiot_posix_wake(context, socket);
}

static void shared(void *context, int32_t socket, uint32_t timeout_ms) {
  if (is_woken) {
    is_woken = 0;
    return;
  }
  nbiot_posix_wait(context, socket, timeout_ms);
}

static void wait_ignores_wake(nbiot_platform_t *platform) { platform->wait = socket_only; }
static void wait_never_sleeps(nbiot_platform_t *platform) { platform->wait = at_once; }
static void wait_spins_unopened(nbiot_platform_t *platform) {
  platform->wait = at_once_without_socket;
}
static void wait_is_sleep(nbiot_platform_t *platform) { platform->wait = whole_time; }
static void wait_zero_sleeps(nbiot_platform_t *platform) { platform->wait = at_least_2_s; }
static void wait_reads(nbiot_platform_t *platform) { platform->wait = reading; }
static void wait_forgets(nbiot_platform_t *platform) { platform->wait = forgetting; }
static void wake_needs_a_socket(nbiot_platform_t *platform) { platform->wake = sockets_only; }

static void wake_sticks(nbiot_platform_t *platform) {
  platform->wait = sticking;
  platform->wake = set_woken;
}

static void wake_is_shared(nbiot_platform_t *platform) {
  platform->wait = shared;
  platform->wake = set_woken;
}

const broken_hook_t broken_waits[] = {
    {"wait ignores wake", "wake.from_another_thread", wait_ignores_wake},
    {"wait ignores wake without a socket", "wake.without_a_socket_from_another_thread",
     wait_ignores_wake},
    {"wait returns at once", "wait.sleeps_on_a_socket", wait_never_sleeps},
    {"wait returns at once without a socket", "wait.sleeps_without_a_socket", wait_spins_unopened},
    {"wait is a sleep", "wait.ends_on_a_datagram", wait_is_sleep},
    {"wait ignores later datagrams", "wait.ends_on_a_later_datagram", wait_is_sleep},
    {"wait of 0 sleeps", "wait.zero_does_not_sleep", wait_zero_sleeps},
    {"wait reads the datagram", "wait.leaves_the_datagram", wait_reads},
    {"wait forgets an earlier wake", "wake.ends_the_next_wait", wait_forgets},
    {"wake only with a socket", "wake.without_a_socket", wake_needs_a_socket},
    {"wake ends every later wait", "wake.ends_one_wait_only", wake_sticks},
    {"wake without a socket ends every later wait", "wake.without_a_socket_ends_one_only",
     wake_sticks},
    {"wake is one flag for all", "wake.belongs_to_its_socket", wake_is_shared},
};
const unsigned broken_waits_count = sizeof broken_waits / sizeof broken_waits[0];
