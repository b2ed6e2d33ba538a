/* platform.c - the hooks of nbiot_port.h on a node. The context is the node.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "network.h"

static int faulty(nbiot_mock_node_t *node, uint8_t fault) {
  if (node->faults[fault] == 0) {
    return 0;
  }
  if (node->faults[fault] != NBIOT_MOCK_ALWAYS) {
    node->faults[fault] -= 1;
  }
  mock_journal_add(node->world, node, "fault: %s", mock_fault_name(fault));
  return 1;
}

static mock_socket_t *find_socket(nbiot_mock_node_t *node, int32_t number) {
  mock_socket_t *socket = mock_socket_find(node, number);
  /* A device of a life before the last reboot may still be destroyed: its sockets are known. */
  node->misuse.bad_sockets += socket == NULL && (number < 0 || number >= node->first_socket);
  return socket;
}

static uint32_t now_ms(void *context) {
  nbiot_mock_node_t *node = context;
  return (uint32_t)node->world->now + node->clock_offset;
}

static int32_t fill_random(void *context, uint8_t *buffer, uint32_t size) {
  nbiot_mock_node_t *node = context;
  uint32_t i;
  if (faulty(node, NBIOT_MOCK_FAULT_RANDOM)) {
    return NBIOT_PORT_BROKEN;
  }
  for (i = 0; i < size; i += 1) {
    buffer[i] = (uint8_t)(mock_chance_next(&node->chance) >> 56);
  }
  return 0;
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c; }

static int same_name(const char *name, const char *host, uint32_t length) {
  uint32_t i;
  for (i = 0; i < length; i += 1) {
    if (name[i] == '\0' || lower(name[i]) != lower(host[i])) {
      return 0;
    }
  }
  return name[length] == '\0';
}

static nbiot_address_t look_up(const nbiot_mock_world_t *world, const char *host,
                               uint32_t length) {
  const mock_name_t *name = world->names;
  char literal[16];
  while (name != NULL && !same_name(name->host, host, length)) {
    name = name->next;
  }
  if (name != NULL) {
    return name->address;
  }
  if (length >= sizeof literal) {
    return nbiot_mock_address(NULL, 0);
  }
  memcpy(literal, host, length);
  literal[length] = '\0';
  return nbiot_mock_address(literal, 0);
}

static int32_t resolve(void *context, const char *host, uint32_t host_length,
                       nbiot_address_t *address) {
  nbiot_mock_node_t *node = context;
  nbiot_address_t found;
  node->misuse.locked_resolves += node->locked;
  if (host_length == 0 || host_length > 255 || faulty(node, NBIOT_MOCK_FAULT_RESOLVE)) {
    return NBIOT_PORT_BROKEN;
  }
  if (faulty(node, NBIOT_MOCK_FAULT_RESOLVE_PENDING)) {
    return 0;
  }
  found = look_up(node->world, host, host_length);
  if (found.family == NBIOT_FAMILY_NONE) {
    return NBIOT_PORT_BROKEN;
  }
  found.port = address->port; /* the library's business */
  *address = found;
  return 1;
}

static int32_t udp_open(void *context, uint8_t family, uint16_t local_port) {
  nbiot_mock_node_t *node = context;
  mock_socket_t *socket;
  if (family != NBIOT_FAMILY_IPV4) {
    return NBIOT_PORT_UNSUPPORTED;
  }
  if (faulty(node, NBIOT_MOCK_FAULT_OPEN)) {
    return NBIOT_PORT_BROKEN;
  }
  socket = mock_socket_open(node, local_port);
  return socket == NULL ? NBIOT_PORT_BROKEN : socket->number;
}

static int32_t udp_send(void *context, int32_t number, const uint8_t *data, uint32_t length,
                        const nbiot_address_t *to) {
  nbiot_mock_node_t *node = context;
  mock_socket_t *socket = find_socket(node, number);
  if (socket == NULL || socket->broken) {
    return NBIOT_PORT_BROKEN;
  }
  if (faulty(node, NBIOT_MOCK_FAULT_SEND_BROKEN)) {
    socket->broken = 1;
    return NBIOT_PORT_BROKEN;
  }
  if (faulty(node, NBIOT_MOCK_FAULT_SEND_LATER)) {
    return 0;
  }
  mock_socket_send(node, socket, to, data, length);
  node->reason = 0;
  node->expectation = 0;
  return (int32_t)length;
}

static void udp_hint(void *context, int32_t number, uint8_t reason, uint8_t expectation) {
  nbiot_mock_node_t *node = context;
  (void)find_socket(node, number);
  node->reason = reason;
  node->expectation = expectation;
}

static int32_t udp_receive(void *context, int32_t number, uint8_t *buffer, uint32_t size,
                           nbiot_address_t *from) {
  nbiot_mock_node_t *node = context;
  mock_socket_t *socket = find_socket(node, number);
  mock_datagram_t *datagram;
  int32_t length;
  if (socket == NULL || socket->broken) {
    return NBIOT_PORT_BROKEN;
  }
  if (faulty(node, NBIOT_MOCK_FAULT_RECEIVE_BROKEN)) {
    socket->broken = 1;
    return NBIOT_PORT_BROKEN;
  }
  /* What arrives without delay is there at once, as on loopback. Scripts wait: they may call nbiot,
   * which may hold its lock here. */
  mock_run_due(node->world, 1);
  datagram = mock_socket_take(socket);
  while (datagram != NULL && datagram->length == 0) { /* 0 would mean: none */
    mock_datagram_free(datagram);
    datagram = mock_socket_take(socket);
  }
  if (datagram == NULL) {
    return 0;
  }
  *from = datagram->from;
  length = datagram->length > size ? NBIOT_PORT_TRUNCATED : (int32_t)datagram->length;
  memcpy(buffer, datagram->data, length > 0 ? datagram->length : size);
  mock_datagram_free(datagram);
  return length;
}

static void udp_close(void *context, int32_t number) {
  nbiot_mock_node_t *node = context;
  mock_socket_t *socket = find_socket(node, number);
  if (socket != NULL) {
    mock_socket_close(node, socket);
  }
}

/* The socket is looked up anew each time: a script may close it. */
static int wait_is_over(nbiot_mock_node_t *node, int32_t number) {
  mock_socket_t *socket = mock_socket_find(node, number);
  uint8_t *woken = socket == NULL ? &node->woken : &socket->woken;
  int over = *woken || (socket != NULL && socket->waiting > 0);
  *woken = 0;
  return over;
}

static void wait_for_datagram(void *context, int32_t number, uint32_t timeout_ms) {
  nbiot_mock_node_t *node = context;
  nbiot_mock_world_t *world = node->world;
  uint64_t limit = world->now + timeout_ms;
  node->misuse.locked_waits += node->locked;
  if (number != -1) {
    find_socket(node, number);
  }
  for (;;) {
    uint32_t scripts = mock_run_due(world, 0);
    uint64_t next = mock_next_time(world);
    if (wait_is_over(node, number) || scripts > 0 || world->now >= limit) {
      return;
    }
    world->now = next < limit ? next : limit;
  }
}

static void wake(void *context, int32_t number) {
  nbiot_mock_node_t *node = context;
  mock_socket_t *socket = mock_socket_find(node, number);
  if (socket == NULL) {
    node->woken = 1;
  } else {
    socket->woken = 1;
  }
}

static void lock(void *context) {
  nbiot_mock_node_t *node = context;
  node->misuse.lock_recursions += node->locked;
  node->locked = 1;
}

static void unlock(void *context) {
  nbiot_mock_node_t *node = context;
  node->misuse.bad_unlocks += !node->locked;
  node->locked = 0;
}

static void *allocate(void *context, uint32_t size) {
  nbiot_mock_node_t *node = context;
  mock_block_t *block;
  if (faulty(node, NBIOT_MOCK_FAULT_ALLOCATE)) {
    return NULL;
  }
  block = mock_allocate(sizeof *block);
  block->memory = malloc(size == 0 ? 1 : size);
  if (block->memory == NULL) {
    free(block);
    return NULL;
  }
  memset(block->memory, 0xA5, size); /* nobody may count on zeros */
  block->next = node->blocks;
  node->blocks = block;
  return block->memory;
}

static int release_from(mock_block_t **place, const void *memory) {
  mock_block_t *block;
  while (*place != NULL && (*place)->memory != memory) {
    place = &(*place)->next;
  }
  block = *place;
  if (block == NULL) {
    return 0;
  }
  *place = block->next;
  free(block->memory);
  free(block);
  return 1;
}

static void release(void *context, void *memory) {
  nbiot_mock_node_t *node = context;
  node->misuse.bad_releases +=
      !release_from(&node->blocks, memory) && !release_from(&node->former_blocks, memory);
}

static void take_note(void *context, uint8_t level, uint16_t event, uint32_t a, uint32_t b) {
  nbiot_mock_node_t *node = context;
  nbiot_mock_log_t *entry = &node->log[node->log_count % MOCK_LOG];
  node->misuse.locked_logs += node->locked;
  entry->at_ms = node->world->now;
  entry->level = level;
  entry->event = event;
  entry->a = a;
  entry->b = b;
  node->log_count += 1;
  mock_journal_log(node->world, node, event, a, b);
}

static int32_t store(void *context, uint32_t slot, const uint8_t *data, uint32_t length) {
  nbiot_mock_node_t *node = context;
  node->misuse.locked_stores += node->locked;
  return faulty(node, NBIOT_MOCK_FAULT_STORE) ? NBIOT_PORT_BROKEN
                                              : mock_store(node, slot, data, length);
}

static int32_t load(void *context, uint32_t slot, uint8_t *buffer, uint32_t size) {
  nbiot_mock_node_t *node = context;
  node->misuse.locked_stores += node->locked;
  return faulty(node, NBIOT_MOCK_FAULT_LOAD) ? NBIOT_PORT_BROKEN
                                             : mock_load(node, slot, buffer, size);
}

nbiot_platform_t nbiot_mock_platform(nbiot_mock_world_t *world, nbiot_mock_node_t *node) {
  nbiot_platform_t platform = NBIOT_PLATFORM_INIT;
  if (world == NULL || node == NULL || node->world != world) {
    return platform;
  }
  platform.context = node;
  platform.now_ms = now_ms;
  platform.random = fill_random;
  platform.resolve = resolve;
  platform.udp_open = udp_open;
  platform.udp_send = udp_send;
  platform.udp_receive = udp_receive;
  platform.udp_close = udp_close;
  platform.wait = wait_for_datagram;
  platform.wake = wake;
  platform.lock = lock;
  platform.unlock = unlock;
  platform.allocate = allocate;
  platform.release = release;
  platform.log = take_note;
  platform.store = store;
  platform.load = load;
  platform.udp_hint = udp_hint;
  return platform;
}
