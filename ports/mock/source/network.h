/* network.h - hosts, their sockets and their links.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_NETWORK_H
#define MOCK_NETWORK_H

#include "air.h"
#include "world.h"

#define MOCK_LONGEST 65507u
#define MOCK_QUEUE 64u
#define MOCK_LOG 256u
#define MOCK_SLOTS 4u
#define MOCK_NO_CUT 0xFFu

typedef struct mock_datagram {
  struct mock_datagram *next;
  nbiot_address_t from;
  uint8_t *data;
  uint32_t length;
} mock_datagram_t;

typedef void (*mock_receiver_t)(void *context, const nbiot_address_t *from, const uint8_t *data,
                                uint32_t length);

typedef struct mock_socket {
  struct mock_socket *next;
  int32_t number;
  uint16_t local_port;
  uint16_t visible_port; /* 0 = the NAT has no mapping */
  uint8_t broken;
  uint8_t woken;
  uint32_t waiting;
  mock_datagram_t *queue;
  mock_receiver_t receiver; /* a server takes its datagrams at once; null = queue */
  void *receiver_context;
} mock_socket_t;

typedef struct mock_block {
  struct mock_block *next;
  void *memory;
} mock_block_t;

typedef struct mock_slot {
  uint8_t *data; /* null = nothing was ever stored */
  uint32_t length;
} mock_slot_t;

typedef struct mock_path {
  nbiot_mock_link_t link;
  mock_chance_t chance;
  uint32_t burst;   /* mean length of a burst of losses; 0 = no bursts */
  uint8_t in_burst; /* the last datagram was lost */
  uint64_t last; /* arrival of the latest datagram that keeps its place */
} mock_path_t;

struct nbiot_mock_node {
  struct nbiot_mock_node *next;
  nbiot_mock_world_t *world;
  nbiot_address_t address; /* port 0 */
  uint32_t clock_offset;
  uint8_t radio_off;
  uint8_t woken; /* wake(-1) */
  uint8_t locked;
  uint8_t unpowered;
  uint8_t reason; /* udp_hint, until the next udp_send */
  uint8_t expectation;
  nbiot_mock_air_t air;
  nbiot_mock_battery_t *batteries;
  uint8_t cut_kind; /* NBIOT_MOCK_TORN, NBIOT_MOCK_ERASED or MOCK_NO_CUT */
  uint32_t cut_bytes; /* still stored before the cut */
  mock_slot_t slots[MOCK_SLOTS];
  nbiot_mock_storage_t storage;
  mock_path_t paths[2];
  mock_chance_t chance;
  mock_socket_t *sockets; /* newest first */
  int32_t next_socket;
  int32_t first_socket; /* of this life: the lower ones went with a reboot */
  uint16_t next_port;
  uint32_t faults[NBIOT_MOCK_FAULT_COUNT];
  mock_block_t *blocks;
  mock_block_t *former_blocks; /* of lives before a reboot */
  nbiot_mock_misuse_t misuse;
  nbiot_mock_log_t log[MOCK_LOG];
  uint32_t log_count;
  void (*on_release)(struct nbiot_mock_node *node); /* set by default.c only, or null */
};

/* storage.c; as the hooks answer */
int32_t mock_store(nbiot_mock_node_t *node, uint32_t number, const uint8_t *data, uint32_t length);
int32_t mock_load(nbiot_mock_node_t *node, uint32_t number, uint8_t *buffer, uint32_t size);
void mock_storage_release(nbiot_mock_node_t *node);

nbiot_mock_node_t *mock_node_find(nbiot_mock_world_t *world, const nbiot_address_t *address);
int mock_same_host(const nbiot_address_t *a, const nbiot_address_t *b);
void mock_network_release(nbiot_mock_world_t *world);

/* Null when the port is taken. 0 = an ephemeral one. */
mock_socket_t *mock_socket_open(nbiot_mock_node_t *node, uint16_t local_port);
mock_socket_t *mock_socket_find(nbiot_mock_node_t *node, int32_t number);
void mock_socket_close(nbiot_mock_node_t *node, mock_socket_t *socket);
void mock_socket_send(nbiot_mock_node_t *node, mock_socket_t *socket, const nbiot_address_t *to,
                      const uint8_t *data, uint32_t length);
/* The oldest waiting datagram, now the caller's; null = none. */
mock_datagram_t *mock_socket_take(mock_socket_t *socket);
void mock_datagram_free(mock_datagram_t *datagram);

/* Puts a datagram on its way. origin null = injected: no link conditions on the way. */
void mock_network_carry(nbiot_mock_world_t *world, nbiot_mock_node_t *origin,
                        const nbiot_address_t *from, const nbiot_address_t *to,
                        const uint8_t *data, uint32_t length);
/* Hands a datagram to the socket it is for. Returns its fate. */
uint8_t mock_network_deliver(nbiot_mock_world_t *world, const nbiot_address_t *from,
                             const nbiot_address_t *to, const uint8_t *data, uint32_t length);

/* pending.c */
int mock_is_pending(const nbiot_mock_world_t *world);

#endif
