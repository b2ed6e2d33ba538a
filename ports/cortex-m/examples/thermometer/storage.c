/* storage.c - the store and load hooks (see storage.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "storage.h"

#include <string.h>

/* 0 and 1, for the account; 2 and 3 are used with stored_kept only. */
#define SLOTS 2u
#define ROOM 508u

static struct {
  uint32_t length;
  uint8_t data[ROOM];
} slots[SLOTS];

int32_t storage_store(void *context, uint32_t slot, const uint8_t *data, uint32_t length) {
  (void)context;
  if (slot >= SLOTS || length > ROOM) return -1;
  memcpy(slots[slot].data, data, length);
  slots[slot].length = length;
  return (int32_t)length;
}

int32_t storage_load(void *context, uint32_t slot, uint8_t *buffer, uint32_t size) {
  (void)context;
  if (slot >= SLOTS) return -1;
  memcpy(buffer, slots[slot].data, size < slots[slot].length ? size : slots[slot].length);
  return (int32_t)slots[slot].length;
}
