/* broken_basics.c - mistakes in the struct, the clock, randomness, names, memory and the lock.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "broken_hooks.h"
#include "nbiot_posix.h"

/* ---- The struct ------------------------------------------------------------------------------ */

static void no_abi(nbiot_platform_t *platform) { platform->abi = 0; }
static void no_random(nbiot_platform_t *platform) { platform->random = NULL; }
static void half_a_lock(nbiot_platform_t *platform) { platform->unlock = NULL; }
static void half_an_allocator(nbiot_platform_t *platform) { platform->release = NULL; }

/* ---- The clock ------------------------------------------------------------------------------- */

static uint32_t seconds(void *context) { return nbiot_posix_now_ms(context) / 1000u; }

static uint32_t microseconds(void *context) { return nbiot_posix_now_ms(context) * 1000u; }

static uint32_t stopped(void *context) {
  (void)context;
  return 42u;
}

static uint32_t stepping_back(void *context) {
  static uint32_t calls;
  return nbiot_posix_now_ms(context) - (++calls % 7u == 0 ? 50u : 0u);
}

static void clock_in_seconds(nbiot_platform_t *platform) { platform->now_ms = seconds; }
static void clock_in_microseconds(nbiot_platform_t *platform) { platform->now_ms = microseconds; }
static void clock_stopped(nbiot_platform_t *platform) { platform->now_ms = stopped; }
static void clock_steps_back(nbiot_platform_t *platform) { platform->now_ms = stepping_back; }

/* ---- Randomness ------------------------------------------------------------------------------ */

static int32_t constant_bytes(void *context, uint8_t *buffer, uint32_t size) {
  (void)context;
  for (uint32_t i = 0; i < size; i++) buffer[i] = (uint8_t)(i * 37u + 4u);
  return 0;
}

static int32_t first_half(void *context, uint8_t *buffer, uint32_t size) {
  return nbiot_posix_random(context, buffer, (size + 1u) / 2u);
}

static int32_t one_byte_repeated(void *context, uint8_t *buffer, uint32_t size) {
  const int32_t answer = nbiot_posix_random(context, buffer, 1);
  memset(buffer, buffer[0], size);
  return answer;
}

static int32_t whole_words(void *context, uint8_t *buffer, uint32_t size) {
  return nbiot_posix_random(context, buffer, (size + 3u) / 4u * 4u);
}

static int32_t answers_size(void *context, uint8_t *buffer, uint32_t size) {
  (void)nbiot_posix_random(context, buffer, size);
  return (int32_t)size;
}

static void random_is_constant(nbiot_platform_t *platform) { platform->random = constant_bytes; }
static void random_fills_half(nbiot_platform_t *platform) { platform->random = first_half; }
static void random_repeats_a_byte(nbiot_platform_t *platform) {
  platform->random = one_byte_repeated;
}
static void random_writes_words(nbiot_platform_t *platform) { platform->random = whole_words; }
static void random_answers_size(nbiot_platform_t *platform) { platform->random = answers_size; }

/* ---- Names ----------------------------------------------------------------------------------- */

static int32_t answer_2(void *context, const char *host, uint32_t length,
                        nbiot_address_t *address) {
  return nbiot_posix_resolve(context, host, length, address) * 2;
}

static int32_t terminated(void *context, const char *host, uint32_t length,
                          nbiot_address_t *address) {
  (void)length;
  return nbiot_posix_resolve(context, host, (uint32_t)strlen(host), address);
}

static int32_t reversed(void *context, const char *host, uint32_t length,
                        nbiot_address_t *address) {
  const int32_t answer = nbiot_posix_resolve(context, host, length, address);
  const uint8_t first = address->bytes[0];
  address->bytes[0] = address->bytes[3];
  address->bytes[3] = first;
  return answer;
}

static int32_t dirty(void *context, const char *host, uint32_t length, nbiot_address_t *address) {
  const int32_t answer = nbiot_posix_resolve(context, host, length, address);
  address->reserved = 1;
  return answer;
}

static int32_t pending_forever(void *context, const char *host, uint32_t length,
                               nbiot_address_t *address) {
  const int32_t answer = nbiot_posix_resolve(context, host, length, address);
  return answer < 0 ? 0 : answer;
}

static int32_t slow(void *context, const char *host, uint32_t length, nbiot_address_t *address) {
  const struct timespec delay = {0, 700000000L};
  nanosleep(&delay, NULL);
  return nbiot_posix_resolve(context, host, length, address);
}

static int32_t asked_twice(void *context, const char *host, uint32_t length,
                           nbiot_address_t *address) {
  static int calls;
  return ++calls % 2 == 1 ? 0 : nbiot_posix_resolve(context, host, length, address);
}

static int32_t mangled_ipv6(void *context, const char *host, uint32_t length,
                            nbiot_address_t *address) {
  const int32_t answer = nbiot_posix_resolve(context, host, length, address);
  if (address->family == NBIOT_FAMILY_IPV6) memset(address->bytes + 4, 0, 12);
  return answer;
}

static int32_t literals_only(void *context, const char *host, uint32_t length,
                             nbiot_address_t *address) {
  const int32_t answer = nbiot_posix_resolve(context, host, length, address);
  return host[0] == 'l' ? NBIOT_PORT_UNSUPPORTED : answer;
}

static int32_t no_family(void *context, const char *host, uint32_t length,
                         nbiot_address_t *address) {
  const int32_t answer = nbiot_posix_resolve(context, host, length, address);
  if (host[0] == 'l') address->family = NBIOT_FAMILY_NONE;
  return answer;
}

static void resolve_answers_2(nbiot_platform_t *platform) { platform->resolve = answer_2; }
static void resolve_wants_terminator(nbiot_platform_t *platform) { platform->resolve = terminated; }
static void resolve_in_host_order(nbiot_platform_t *platform) { platform->resolve = reversed; }
static void resolve_leaves_dirt(nbiot_platform_t *platform) { platform->resolve = dirty; }
static void resolve_never_fails(nbiot_platform_t *platform) { platform->resolve = pending_forever; }
static void resolve_waits(nbiot_platform_t *platform) { platform->resolve = slow; }
static void resolve_defers_literals(nbiot_platform_t *platform) { platform->resolve = asked_twice; }
static void resolve_mangles_ipv6(nbiot_platform_t *platform) { platform->resolve = mangled_ipv6; }
static void resolve_has_no_names(nbiot_platform_t *platform) { platform->resolve = literals_only; }
static void resolve_forgets_family(nbiot_platform_t *platform) { platform->resolve = no_family; }

/* ---- Memory and the lock --------------------------------------------------------------------- */

static uint64_t arena[1024];

static void *at_4(void *context, uint32_t size) {
  (void)context;
  (void)size;
  return (uint8_t *)arena + 4;
}

static void *always_the_same(void *context, uint32_t size) {
  (void)context;
  (void)size;
  return arena;
}

static void *small_only(void *context, uint32_t size) {
  (void)context;
  return size > 1024u ? NULL : always_the_same(context, size);
}

static void keep(void *context, void *memory) {
  (void)context;
  (void)memory;
}

static void no_lock(void *context) { (void)context; }

static void memory_unaligned(nbiot_platform_t *platform) {
  platform->allocate = at_4;
  platform->release = keep;
}

static void memory_shared(nbiot_platform_t *platform) {
  platform->allocate = always_the_same;
  platform->release = keep;
}

static void memory_short(nbiot_platform_t *platform) {
  platform->allocate = small_only;
  platform->release = keep;
}

static void lock_is_empty(nbiot_platform_t *platform) {
  platform->lock = no_lock;
  platform->unlock = no_lock;
}

const broken_hook_t broken_basics[] = {
    {"abi left zero", "platform.abi", no_abi},
    {"a mandatory hook missing", "platform.mandatory_hooks", no_random},
    {"lock without unlock", "platform.pairs", half_a_lock},
    {"allocate without release", "platform.pairs", half_an_allocator},
    {"clock in seconds", "clock.counts_milliseconds", clock_in_seconds},
    {"clock in microseconds", "clock.counts_milliseconds", clock_in_microseconds},
    {"clock stopped in sleep", "clock.moves_across_wait", clock_stopped},
    {"clock steps back", "clock.never_steps_back", clock_steps_back},
    {"random returns constants", "random.differs_between_calls", random_is_constant},
    {"random fills half the buffer", "random.fills_the_buffer", random_fills_half},
    {"random repeats one byte", "random.bytes_differ", random_repeats_a_byte},
    {"random writes whole words", "random.writes_only_the_buffer", random_writes_words},
    {"random answers the size", "random.answers_0", random_answers_size},
    {"resolve answers 2", "resolve.literal_at_once", resolve_answers_2},
    {"resolve looks for a terminator", "resolve.heeds_the_length", resolve_wants_terminator},
    {"resolve in host byte order", "resolve.literal_bytes", resolve_in_host_order},
    {"resolve leaves unused fields", "resolve.literal_is_clean", resolve_leaves_dirt},
    {"resolve never fails", "resolve.bad_host_fails", resolve_never_fails},
    {"resolve waits for the answer", "resolve.never_waits", resolve_waits},
    {"resolve defers literals", "resolve.literal_at_once", resolve_defers_literals},
    {"resolve cuts IPv6 addresses", "resolve.ipv6_literal", resolve_mangles_ipv6},
    {"resolve knows no names", "resolve.good_host", resolve_has_no_names},
    {"resolve forgets the family", "resolve.good_host_is_clean", resolve_forgets_family},
    {"memory aligned to 4", "memory.aligned_to_8", memory_unaligned},
    {"memory handed out twice", "memory.blocks_are_apart", memory_shared},
    {"memory too small", "memory.allocates", memory_short},
    {"lock that does nothing", "lock.excludes", lock_is_empty},
};
const unsigned broken_basics_count = sizeof broken_basics / sizeof broken_basics[0];
