/* socket.c - UDP sockets of a node, and the NAT in front of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "network.h"

static int port_in_use(const nbiot_mock_node_t *node, uint16_t port) {
  const mock_socket_t *socket = node->sockets;
  while (socket != NULL && socket->local_port != port && socket->visible_port != port) {
    socket = socket->next;
  }
  return socket != NULL;
}

static uint16_t ephemeral_port(nbiot_mock_node_t *node) {
  uint32_t tries;
  for (tries = 0; tries < 16384; tries += 1) {
    uint16_t port = node->next_port;
    node->next_port = port == 65535 ? 49152 : (uint16_t)(port + 1);
    if (!port_in_use(node, port)) {
      return port;
    }
  }
  return 0;
}

mock_socket_t *mock_socket_open(nbiot_mock_node_t *node, uint16_t local_port) {
  mock_socket_t *socket;
  uint16_t port = local_port == 0 ? ephemeral_port(node) : local_port;
  if (port == 0 || port_in_use(node, port)) {
    return NULL;
  }
  socket = mock_allocate(sizeof *socket);
  socket->number = node->next_socket++;
  socket->local_port = port;
  socket->visible_port = port;
  socket->next = node->sockets;
  node->sockets = socket;
  return socket;
}

mock_socket_t *mock_socket_find(nbiot_mock_node_t *node, int32_t number) {
  mock_socket_t *socket = node->sockets;
  while (socket != NULL && socket->number != number) {
    socket = socket->next;
  }
  return socket;
}

void mock_datagram_free(mock_datagram_t *datagram) {
  free(datagram->data);
  free(datagram);
}

void mock_socket_close(nbiot_mock_node_t *node, mock_socket_t *socket) {
  mock_socket_t **place = &node->sockets;
  while (*place != socket) {
    place = &(*place)->next;
  }
  *place = socket->next;
  while (socket->queue != NULL) {
    mock_datagram_free(mock_socket_take(socket));
  }
  free(socket);
}

static uint16_t nat_port(nbiot_mock_node_t *node) {
  nbiot_mock_world_t *world = node->world;
  uint16_t port;
  do {
    port = world->next_nat_port;
    world->next_nat_port = port == 40000 ? 20000 : (uint16_t)(port + 1);
  } while (port_in_use(node, port));
  return port;
}

void mock_socket_send(nbiot_mock_node_t *node, mock_socket_t *socket, const nbiot_address_t *to,
                      const uint8_t *data, uint32_t length) {
  nbiot_address_t from = node->address;
  if (socket->visible_port == 0) {
    socket->visible_port = nat_port(node);
  }
  from.port = socket->visible_port;
  mock_network_carry(node->world, node, &from, to, data, length);
}

mock_datagram_t *mock_socket_take(mock_socket_t *socket) {
  mock_datagram_t *datagram = socket->queue;
  if (datagram != NULL) {
    socket->queue = datagram->next;
    socket->waiting -= 1;
  }
  return datagram;
}

static uint8_t enqueue(nbiot_mock_world_t *world, mock_socket_t *socket,
                       const nbiot_address_t *from, const uint8_t *data, uint32_t length) {
  mock_datagram_t **place = &socket->queue;
  mock_datagram_t *datagram;
  if (socket->waiting == MOCK_QUEUE) {
    return NBIOT_MOCK_OVERFLOW;
  }
  while (*place != NULL) {
    place = &(*place)->next;
  }
  datagram = mock_allocate(sizeof *datagram);
  datagram->from = *from;
  datagram->data = mock_copy(data, length);
  datagram->length = length;
  *place = datagram;
  socket->waiting += 1;
  world->arrivals += 1;
  return NBIOT_MOCK_DELIVERED;
}

uint8_t mock_network_deliver(nbiot_mock_world_t *world, const nbiot_address_t *from,
                             const nbiot_address_t *to, const uint8_t *data, uint32_t length) {
  nbiot_mock_node_t *node = mock_node_find(world, to);
  mock_socket_t *socket = node == NULL ? NULL : node->sockets;
  while (socket != NULL && (to->port == 0 || socket->visible_port != to->port)) {
    socket = socket->next;
  }
  if (socket == NULL) {
    return NBIOT_MOCK_NO_RECEIVER;
  }
  if (node->radio_off || node->unpowered) {
    return NBIOT_MOCK_RADIO_OFF;
  }
  if (socket->receiver != NULL) {
    socket->receiver(socket->receiver_context, from, data, length);
    return NBIOT_MOCK_DELIVERED;
  }
  return enqueue(world, socket, from, data, length);
}
