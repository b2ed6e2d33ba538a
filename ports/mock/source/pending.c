/* pending.c - what is still under way in a world.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "server.h"

static void add_server(nbiot_mock_pending_t *pending, const nbiot_mock_server_t *server) {
  const mock_exchange_t *exchange;
  const mock_transmission_t *sent;
  const mock_seen_t *seen;
  for (exchange = server->exchanges; exchange != NULL; exchange = exchange->next) {
    pending->exchanges += exchange->state == 0;
  }
  for (sent = server->transmissions; sent != NULL; sent = sent->next) {
    pending->confirmables += sent->waiting;
  }
  for (seen = server->seen; seen != NULL; seen = seen->next) {
    pending->answers += seen->pending;
  }
  pending->orders += server->bootstrap.pending;
}

static void add_node(nbiot_mock_pending_t *pending, const nbiot_mock_node_t *node) {
  const mock_socket_t *socket;
  for (socket = node->sockets; socket != NULL; socket = socket->next) {
    pending->unread += socket->waiting;
  }
}

nbiot_mock_pending_t nbiot_mock_pending(const nbiot_mock_world_t *world) {
  nbiot_mock_pending_t pending;
  const nbiot_mock_server_t *server;
  const nbiot_mock_node_t *node;
  const mock_happening_t *happening;
  memset(&pending, 0, sizeof pending);
  if (world == NULL) {
    return pending;
  }
  pending.datagrams = world->flights;
  for (node = world->nodes; node != NULL; node = node->next) {
    add_node(&pending, node);
  }
  for (server = world->servers; server != NULL; server = server->next) {
    add_server(&pending, server);
  }
  for (happening = world->happenings; happening != NULL; happening = happening->next) {
    pending.happenings += happening->kind == MOCK_SCRIPT;
  }
  return pending;
}

int mock_is_pending(const nbiot_mock_world_t *world) {
  static const nbiot_mock_pending_t none;
  nbiot_mock_pending_t pending = nbiot_mock_pending(world);
  return memcmp(&pending, &none, sizeof none) != 0;
}
