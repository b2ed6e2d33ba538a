/* account.c - faults a test asks for, and what a node noticed about the code above the hooks.
 * SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

int32_t nbiot_mock_fault(nbiot_mock_node_t *node, uint8_t fault, uint32_t count) {
  if (node == NULL || fault >= NBIOT_MOCK_FAULT_COUNT) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  node->faults[fault] = count;
  return NBIOT_MOCK_OK;
}

void nbiot_mock_clock_step(nbiot_mock_node_t *node, int32_t delta_ms) {
  if (node != NULL) {
    node->clock_offset += (uint32_t)delta_ms;
    mock_journal_add(node->world, node, "clock stepped by %ld ms", (long)delta_ms);
  }
}

nbiot_mock_misuse_t nbiot_mock_misuse(const nbiot_mock_node_t *node) {
  static const nbiot_mock_misuse_t none;
  nbiot_mock_misuse_t misuse = node == NULL ? none : node->misuse;
  const mock_socket_t *socket;
  const mock_block_t *block;
  if (node == NULL) {
    return misuse;
  }
  for (socket = node->sockets; socket != NULL; socket = socket->next) {
    misuse.open_sockets += socket->receiver == NULL;
  }
  for (block = node->blocks; block != NULL; block = block->next) {
    misuse.leaked_blocks += 1;
  }
  return misuse;
}

uint32_t nbiot_mock_log_count(const nbiot_mock_node_t *node) {
  return node == NULL ? 0 : node->log_count;
}

int32_t nbiot_mock_log_at(const nbiot_mock_node_t *node, uint32_t index, nbiot_mock_log_t *entry) {
  if (node == NULL || entry == NULL) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  if (index >= node->log_count || node->log_count - index > MOCK_LOG) {
    return NBIOT_MOCK_ERR_NOT_FOUND;
  }
  *entry = node->log[index % MOCK_LOG];
  return NBIOT_MOCK_OK;
}
