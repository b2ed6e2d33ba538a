/* broken_storage.c - mistakes in store and load.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "broken_hooks.h"
#include "nbiot_posix.h"

#define ROOM 1024u

static int32_t one_slot_store(void *context, uint32_t slot, const uint8_t *data, uint32_t length) {
  (void)slot;
  return nbiot_posix_store(context, 0, data, length);
}

static int32_t one_slot_load(void *context, uint32_t slot, uint8_t *buffer, uint32_t size) {
  (void)slot;
  return nbiot_posix_load(context, 0, buffer, size);
}

static int32_t store_answers_0(void *context, uint32_t slot, const uint8_t *data, uint32_t length) {
  return nbiot_posix_store(context, slot, data, length) == (int32_t)length ? 0 : -1;
}

static int32_t store_over(void *context, uint32_t slot, const uint8_t *data, uint32_t length) {
  uint8_t all[ROOM];
  const int32_t before = nbiot_posix_load(context, slot, all, ROOM);
  const uint32_t whole = before > (int32_t)length ? (uint32_t)before : length;
  memcpy(all, data, length);
  return nbiot_posix_store(context, slot, all, whole) < 0 ? -1 : (int32_t)length;
}

static int32_t load_answers_size(void *context, uint32_t slot, uint8_t *buffer, uint32_t size) {
  return nbiot_posix_load(context, slot, buffer, size) < 0 ? -1 : (int32_t)size;
}

static int32_t load_cuts(void *context, uint32_t slot, uint8_t *buffer, uint32_t size) {
  const int32_t length = nbiot_posix_load(context, slot, buffer, size);
  return length > (int32_t)size ? (int32_t)size : length;
}

static int32_t load_words(void *context, uint32_t slot, uint8_t *buffer, uint32_t size) {
  return nbiot_posix_load(context, slot, buffer, (size + 3u) / 4u * 4u);
}

static int32_t store_word(void *context, uint32_t slot, const uint8_t *data, uint32_t length) {
  if (length < 4u) return (int32_t)length;
  return nbiot_posix_store(context, slot, data, length);
}

static int32_t store_erases_both(void *context, uint32_t slot, const uint8_t *data,
                                 uint32_t length) {
  (void)nbiot_posix_store(context, 1u - slot, (const uint8_t *)"\xFF", 1u);
  return nbiot_posix_store(context, slot, data, length);
}

static void half_a_storage(nbiot_platform_t *platform) { platform->load = NULL; }

static void slots_are_one(nbiot_platform_t *platform) {
  platform->store = one_slot_store;
  platform->load = one_slot_load;
}

static void store_says_0(nbiot_platform_t *platform) { platform->store = store_answers_0; }
static void store_keeps_the_rest(nbiot_platform_t *platform) { platform->store = store_over; }
static void store_wants_words(nbiot_platform_t *platform) { platform->store = store_word; }
static void store_erases_the_page(nbiot_platform_t *platform) {
  platform->store = store_erases_both;
}
static void load_says_the_size(nbiot_platform_t *platform) { platform->load = load_answers_size; }
static void load_tells_what_fits(nbiot_platform_t *platform) { platform->load = load_cuts; }
static void load_fills_words(nbiot_platform_t *platform) { platform->load = load_words; }

const broken_hook_t broken_storage[] = {
    {"store without load", "platform.pairs", half_a_storage},
    {"both slots are one", "store.keeps_the_other_slot", slots_are_one},
    {"store erases the page of both slots", "store.keeps_the_other_slot", store_erases_the_page},
    {"store answers 0", "store.answers_the_length", store_says_0},
    {"store leaves the end of the old record", "store.replaces_the_slot", store_keeps_the_rest},
    {"store takes whole words only", "store.takes_one_byte", store_wants_words},
    {"load answers the buffer's size", "load.answers_the_length", load_says_the_size},
    {"load answers what fits", "load.tells_the_length_to_a_small_buffer", load_tells_what_fits},
    {"load writes whole words", "load.writes_only_the_buffer", load_fills_words},
};
const unsigned broken_storage_count = sizeof broken_storage / sizeof broken_storage[0];
