/* module.h - a small module whose sockets are those of a node of the mock's network: AT commands in, answers out.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MODULE_H
#define MODULE_H

#include "nbiot_at_modem.h"
#include "nbiot_mock.h"

#define MODULE_SOCKETS 7u
#define MODULE_QUEUE 16u

/* A datagram that waits to be read; `start` bytes of it are gone. */
typedef struct module_datagram {
  nbiot_address_t from;
  uint32_t length;
  uint32_t start;
  uint8_t bytes[1600];
} module_datagram_t;

typedef struct module_socket {
  int32_t number; /* On the mock; -1 = free. */
  uint32_t count;
  uint8_t pushes;
  module_datagram_t queue[MODULE_QUEUE];
} module_socket_t;

typedef struct module {
  nbiot_mock_world_t *world;
  nbiot_mock_node_t *node;
  nbiot_platform_t network;
  nbiot_at_modem_t modem;
  nbiot_at_modem_config_t config;
  nbiot_platform_t hooks;
  module_socket_t sockets[MODULE_SOCKETS];
  void (*say)(void *context, const uint8_t *bytes, uint32_t count); /* To the MCU's UART. */
  void *say_context;
  char heard[4000];
  uint32_t heard_length;
  uint32_t longest;
  uint32_t released[2]; /* NSOSTF with 0x200, with 0x400. */
  int locked;
  int bad_locks;
  int roused;
  uint8_t uart[8192];
  uint8_t send[1358];
  uint8_t receive[MODULE_SOCKETS * 8000];
} module_t;

/* The module alone, on a UART that the caller has: module_hear() takes what the MCU writes, module_breathe() is due after
 * each millisecond of the world. */
void module_plug(module_t *module, nbiot_mock_world_t *world, nbiot_mock_node_t *node, uint16_t longest);
void module_hear(module_t *module, const uint8_t *bytes, uint32_t count);
void module_breathe(module_t *module);

/* The module and the MCU's side of its UART, `hooks`, in one thread. */
void module_begin(module_t *module, nbiot_mock_world_t *world, nbiot_mock_node_t *node,
                  uint16_t longest, uint8_t push);
/* The module restarts; its sockets are gone. */
void module_restart(module_t *module);
void module_say(module_t *module, const char *text);

#endif
