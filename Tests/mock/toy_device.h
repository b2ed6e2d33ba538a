/* toy_device.h - the smallest CoAP device over the hooks, to exercise the scripted server.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TOY_DEVICE_H
#define TOY_DEVICE_H

#include "coap.h"
#include "nbiot_mock.h"

/* How it answers requests. */
typedef enum {
  TOY_PIGGYBACKED,
  TOY_SEPARATE,    /* an empty ACK, then a CON response */
  TOY_WRONG_TOKEN, /* in the ACK */
  TOY_RESET,
  TOY_DEAF
} toy_manner_t;

typedef struct toy {
  nbiot_mock_world_t *world;
  nbiot_mock_node_t *radio;
  nbiot_mock_node_t *host;
  nbiot_mock_server_t *server;
  nbiot_platform_t hooks;
  nbiot_address_t peer;
  int32_t socket;
  toy_manner_t manner;
  uint16_t next_id;
  /* the request under way */
  uint8_t sent[256];
  uint32_t sent_length;
  uint32_t deadline;
  uint32_t timeout;
  uint32_t tries;
  uint16_t answer; /* decimal code of the last response, 1 = Reset, 2 = given up */
  int waiting;
  char location[64];
  /* its one resource */
  char value[32];
  uint32_t value_length;
  uint8_t observer[8];
  uint8_t observer_length;
  int observed;
  uint32_t sequence;
  uint32_t requests; /* duplicates included */
  uint32_t resets;
  uint32_t acknowledgements;
} toy_t;

/* A world with the toy at 10.0.0.2 and a server at 10.0.0.1:5683. */
toy_t toy_create(uint64_t seed);
void toy_destroy(toy_t *toy);
void toy_link(toy_t *toy, const nbiot_mock_link_t *both);
/* Sends a CON request; toy->answer is 0 until it is over. */
void toy_request(toy_t *toy, uint8_t method, const char *path, const char *query,
                 const char *payload);
/* The same, driven to its end. Returns toy->answer. */
uint16_t toy_ask(toy_t *toy, uint8_t method, const char *path, const char *query,
                 const char *payload);
uint16_t toy_register(toy_t *toy);
/* Changes the resource and notifies its observer; code 205 as a rule. */
void toy_notify(toy_t *toy, const char *value, int confirmable, uint16_t code);
int32_t toy_step(void *toy, uint32_t *wait_ms);

#endif
