/* reboot.c - a node loses what its RAM held.
 * SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

static void drop_sockets(nbiot_mock_node_t *node) {
  mock_socket_t *socket = node->sockets;
  while (socket != NULL) {
    mock_socket_t *next = socket->next;
    if (socket->receiver == NULL) {
      mock_socket_close(node, socket);
    }
    socket = next;
  }
  node->first_socket = node->next_socket;
}

/* The memory stays until the world ends: a test may still destroy the device in it. */
static void drop_blocks(nbiot_mock_node_t *node) {
  mock_block_t **place = &node->former_blocks;
  while (*place != NULL) {
    place = &(*place)->next;
  }
  *place = node->blocks;
  node->blocks = NULL;
}

void nbiot_mock_reboot(nbiot_mock_node_t *node, uint32_t start_ms) {
  if (node == NULL) {
    return;
  }
  mock_journal_add(node->world, node, "reboot: its clock shows %lu", (unsigned long)start_ms);
  drop_sockets(node);
  drop_blocks(node);
  nbiot_mock_power_up(node);
  node->clock_offset = start_ms - (uint32_t)node->world->now;
  node->locked = 0;
  node->woken = 0;
  node->reason = 0;
  node->expectation = 0;
}
