/* storage.c - four slots that outlive the device's memory, and what a power cut does to them.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "network.h"

#define ERASED 0xFFu

static mock_slot_t *find_slot(const nbiot_mock_node_t *node, uint32_t slot) {
  return node == NULL || slot >= MOCK_SLOTS ? NULL : (mock_slot_t *)(uintptr_t)&node->slots[slot];
}

static void put(mock_slot_t *slot, const uint8_t *data, uint32_t length) {
  uint8_t *copy = length == 0 ? NULL : mock_copy(data, length);
  free(slot->data);
  slot->data = copy;
  slot->length = length;
}

/* The first `written` bytes of the new content, and behind them what the medium is left with. */
static void tear(nbiot_mock_node_t *node, mock_slot_t *slot, const uint8_t *data, uint32_t length,
                 uint32_t written) {
  uint32_t rest = node->cut_kind == NBIOT_MOCK_TORN ? slot->length : length;
  uint32_t left_length = rest > written ? rest : written;
  uint8_t *left = mock_allocate(left_length + 1u);
  memset(left, ERASED, left_length);
  if (node->cut_kind == NBIOT_MOCK_TORN && slot->length > 0) {
    memcpy(left, slot->data, slot->length);
  }
  memcpy(left, data, written);
  put(slot, left, left_length);
  free(left);
  node->cut_kind = MOCK_NO_CUT;
  node->storage.cuts += 1;
  node->unpowered = 1;
}

int32_t mock_store(nbiot_mock_node_t *node, uint32_t number, const uint8_t *data, uint32_t length) {
  mock_slot_t *slot = find_slot(node, number);
  if (slot == NULL || length == 0 || node->unpowered) {
    return NBIOT_PORT_BROKEN;
  }
  node->storage.stores += 1;
  if (node->cut_kind != MOCK_NO_CUT && node->cut_bytes < length) {
    mock_journal_add(node->world, node, "power cut: %lu of %lu bytes of slot %lu are written",
                     (unsigned long)node->cut_bytes, (unsigned long)length, (unsigned long)number);
    tear(node, slot, data, length, node->cut_bytes);
    return NBIOT_PORT_BROKEN;
  }
  if (node->cut_kind != MOCK_NO_CUT) {
    node->cut_bytes -= length;
  }
  put(slot, data, length);
  node->storage.bytes += length;
  return (int32_t)length;
}

int32_t mock_load(nbiot_mock_node_t *node, uint32_t number, uint8_t *buffer, uint32_t size) {
  const mock_slot_t *slot = find_slot(node, number);
  if (slot == NULL || node->unpowered) {
    return NBIOT_PORT_BROKEN;
  }
  node->storage.loads += 1;
  if (slot->length > 0) {
    memcpy(buffer, slot->data, slot->length < size ? slot->length : size);
  }
  return (int32_t)slot->length;
}

int32_t nbiot_mock_power_cut(nbiot_mock_node_t *node, uint32_t bytes, uint8_t kind) {
  if (node == NULL || kind > NBIOT_MOCK_ERASED) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  node->cut_bytes = bytes;
  node->cut_kind = kind;
  return NBIOT_MOCK_OK;
}

int32_t nbiot_mock_power_up(nbiot_mock_node_t *node) {
  int32_t was_off = node != NULL && node->unpowered;
  if (was_off) {
    mock_journal_add(node->world, node, "power up");
  }
  if (node != NULL) {
    node->unpowered = 0;
    node->cut_kind = MOCK_NO_CUT;
  }
  return was_off;
}

nbiot_mock_storage_t nbiot_mock_storage(const nbiot_mock_node_t *node) {
  static const nbiot_mock_storage_t none;
  return node == NULL ? none : node->storage;
}

int32_t nbiot_mock_slot(const nbiot_mock_node_t *node, uint32_t slot, const uint8_t **data) {
  const mock_slot_t *found = find_slot(node, slot);
  if (found == NULL) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  if (data != NULL) {
    *data = found->data;
  }
  return (int32_t)found->length;
}

int32_t nbiot_mock_slot_set(nbiot_mock_node_t *node, uint32_t slot, const void *data,
                            uint32_t length) {
  mock_slot_t *found = find_slot(node, slot);
  if (found == NULL || (data == NULL && length > 0)) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  put(found, data, length);
  mock_journal_add(node->world, node, "slot %lu set to %lu bytes", (unsigned long)slot,
                   (unsigned long)length);
  return NBIOT_MOCK_OK;
}

void mock_storage_release(nbiot_mock_node_t *node) {
  uint32_t i;
  for (i = 0; i < MOCK_SLOTS; i += 1) {
    put(&node->slots[i], NULL, 0);
  }
}
