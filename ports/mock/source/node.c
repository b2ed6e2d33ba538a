/* node.c - hosts, addresses and names.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "network.h"

enum { ROLE_UP, ROLE_DOWN, ROLE_RANDOM };

static int parse_octet(const char **text, uint8_t *octet) {
  unsigned value = 0;
  int digits = 0;
  while (**text >= '0' && **text <= '9' && digits < 4) {
    value = value * 10 + (unsigned)(**text - '0');
    *text += 1;
    digits += 1;
  }
  *octet = (uint8_t)value;
  return digits > 0 && digits < 4 && value < 256;
}

nbiot_address_t nbiot_mock_address(const char *ipv4, uint16_t port) {
  nbiot_address_t address, none;
  int i;
  memset(&address, 0, sizeof address);
  memset(&none, 0, sizeof none);
  if (ipv4 == NULL) {
    return none;
  }
  address.family = NBIOT_FAMILY_IPV4;
  address.port = port;
  for (i = 0; i < 4; i += 1) {
    if ((i > 0 && *ipv4++ != '.') || !parse_octet(&ipv4, &address.bytes[i])) {
      return none;
    }
  }
  return *ipv4 == '\0' ? address : none;
}

int mock_same_host(const nbiot_address_t *a, const nbiot_address_t *b) {
  return a->family == b->family && memcmp(a->bytes, b->bytes, 4) == 0;
}

nbiot_mock_node_t *mock_node_find(nbiot_mock_world_t *world, const nbiot_address_t *address) {
  nbiot_mock_node_t *node = world->nodes;
  while (node != NULL && !mock_same_host(&node->address, address)) {
    node = node->next;
  }
  return node;
}

nbiot_mock_node_t *nbiot_mock_node_add(nbiot_mock_world_t *world, const char *ipv4,
                                       uint32_t start_ms) {
  nbiot_address_t address = nbiot_mock_address(ipv4, 0);
  nbiot_mock_node_t *node;
  uint32_t owner;
  if (world == NULL || address.family == NBIOT_FAMILY_NONE || mock_node_find(world, &address)) {
    return NULL;
  }
  node = mock_allocate(sizeof *node);
  owner = world->node_count++;
  node->world = world;
  node->address = address;
  node->clock_offset = start_ms - (uint32_t)world->now;
  node->next_socket = 0;
  node->cut_kind = MOCK_NO_CUT;
  node->next_port = 49152;
  node->paths[NBIOT_MOCK_UP].chance = mock_chance_stream(world->seed, owner, ROLE_UP);
  node->paths[NBIOT_MOCK_DOWN].chance = mock_chance_stream(world->seed, owner, ROLE_DOWN);
  node->chance = mock_chance_stream(world->seed, owner, ROLE_RANDOM);
  node->next = world->nodes;
  world->nodes = node;
  return node;
}

int32_t nbiot_mock_name(nbiot_mock_world_t *world, const char *host, nbiot_address_t address) {
  mock_name_t *name;
  if (world == NULL || host == NULL || host[0] == '\0' || strlen(host) > 255 ||
      address.family != NBIOT_FAMILY_IPV4) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  name = mock_allocate(sizeof *name);
  name->host = mock_copy(host, strlen(host));
  name->address = address;
  name->next = world->names;
  world->names = name;
  return NBIOT_MOCK_OK;
}

static void journal_link(const nbiot_mock_node_t *node, uint8_t direction,
                         const nbiot_mock_link_t *link) {
  mock_journal_add(node->world, node,
                   "link %s: per mille lost %u, doubled %u, corrupted %u, held back %u; "
                   "delay %lu ... %lu ms",
                   direction == NBIOT_MOCK_UP ? "up" : "down", link->loss, link->duplication,
                   link->corruption, link->reordering, (unsigned long)link->delay_min_ms,
                   (unsigned long)link->delay_max_ms);
}

int32_t nbiot_mock_link(nbiot_mock_node_t *node, uint8_t direction, const nbiot_mock_link_t *link) {
  if (node == NULL || link == NULL || direction > NBIOT_MOCK_DOWN || link->loss > 1000 ||
      link->duplication > 1000 || link->corruption > 1000 || link->reordering > 1000 ||
      link->delay_max_ms < link->delay_min_ms) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  node->paths[direction].link = *link;
  journal_link(node, direction, link);
  return NBIOT_MOCK_OK;
}

int32_t nbiot_mock_bursts(nbiot_mock_node_t *node, uint8_t direction, uint32_t mean) {
  if (node == NULL || direction > NBIOT_MOCK_DOWN || mean > 1000) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  node->paths[direction].burst = mean;
  mock_journal_add(node->world, node, "link %s: losses in bursts of %lu",
                   direction == NBIOT_MOCK_UP ? "up" : "down", (unsigned long)mean);
  return NBIOT_MOCK_OK;
}

void nbiot_mock_radio(nbiot_mock_node_t *node, int32_t on) {
  if (node != NULL) {
    if (node->radio_off != !on) {
      mock_journal_add(node->world, node, "radio %s", on ? "on" : "off");
    }
    node->radio_off = !on;
  }
}

void nbiot_mock_nat_rebind(nbiot_mock_node_t *node) {
  mock_socket_t *socket = node == NULL ? NULL : node->sockets;
  if (node != NULL) {
    mock_journal_add(node->world, node, "NAT rebind: its mappings are forgotten");
  }
  for (; socket != NULL; socket = socket->next) {
    socket->visible_port = 0;
  }
}

int32_t nbiot_mock_visible_address(const nbiot_mock_node_t *node, nbiot_address_t *address) {
  if (node == NULL || address == NULL) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  if (node->sockets == NULL || node->sockets->visible_port == 0) {
    return NBIOT_MOCK_ERR_NOT_FOUND;
  }
  *address = node->address;
  address->port = node->sockets->visible_port;
  return NBIOT_MOCK_OK;
}

static void release_blocks(mock_block_t *block) {
  while (block != NULL) {
    mock_block_t *next = block->next;
    free(block->memory);
    free(block);
    block = next;
  }
}

static void release_node(nbiot_mock_node_t *node) {
  if (node->on_release != NULL) {
    node->on_release(node);
  }
  while (node->sockets != NULL) {
    mock_socket_close(node, node->sockets);
  }
  release_blocks(node->blocks);
  release_blocks(node->former_blocks);
  mock_storage_release(node);
  mock_battery_release(node);
  free(node);
}

void mock_network_release(nbiot_mock_world_t *world) {
  while (world->nodes != NULL) {
    nbiot_mock_node_t *node = world->nodes;
    world->nodes = node->next;
    release_node(node);
  }
  while (world->names != NULL) {
    mock_name_t *name = world->names;
    world->names = name->next;
    free(name->host);
    free(name);
  }
}
