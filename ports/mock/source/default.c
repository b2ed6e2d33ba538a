/* default.c - the port library's own three functions: which node nbiot_device_create() uses.
 * SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

static nbiot_platform_t chosen;
static nbiot_mock_node_t *chosen_node;

static void withdraw(nbiot_mock_node_t *node) {
  if (chosen_node == node) {
    nbiot_mock_set_default(NULL);
  }
}

void nbiot_mock_set_default(nbiot_mock_node_t *node) {
  chosen = nbiot_mock_platform(node == NULL ? NULL : node->world, node);
  chosen_node = node;
  if (node != NULL) {
    node->on_release = withdraw;
  }
}

const nbiot_platform_t *nbiot_platform_default(void) {
  chosen.abi = NBIOT_ABI;
  return &chosen;
}

int32_t(nbiot_init_environment)(void) { return 0; }

void nbiot_clear_environment(void) { nbiot_mock_set_default(NULL); }
