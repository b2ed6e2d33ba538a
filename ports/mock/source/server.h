/* server.h - the scripted server's parts: what it has seen, sends, knows and waits for.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_SERVER_H
#define MOCK_SERVER_H

#include "coap.h"
#include "network.h"

#define MOCK_ANSWERS 6u
#define MOCK_PAYLOAD_MAX 1024u

/* RFC 7252 4.8 */
#define MOCK_ACK_TIMEOUT 2000u
#define MOCK_MAX_RETRANSMIT 4u
#define MOCK_EXCHANGE_LIFETIME 247000u

/* A CON or NON of a device, remembered to recognise its duplicates (RFC 7252 4.5). */
typedef struct mock_seen {
  struct mock_seen *next;
  uint64_t at;
  nbiot_address_t from;
  nbiot_mock_answer_t answer;
  uint8_t *payload; /* of the answer */
  uint32_t payload_length;
  int32_t content_format; /* -1 = none */
  uint8_t *reply;
  uint32_t reply_length;
  uint16_t message_id;
  uint8_t ignore; /* transmissions still to be left unanswered */
  uint8_t handled;
  uint8_t pending; /* a delayed reply refers to it */
} mock_seen_t;

typedef struct mock_device {
  struct mock_device *next; /* latest registration first */
  nbiot_mock_registration_t registration;
  char *objects;
} mock_device_t;

/* What has come of a list in blocks from one address. */
typedef struct mock_body {
  struct mock_body *next;
  nbiot_address_t from;
  uint8_t *bytes;
  uint32_t length;
} mock_body_t;

typedef struct mock_exchange {
  struct mock_exchange *next; /* newest first */
  struct mock_exchange *next_live;
  struct mock_exchange *cancels;
  nbiot_mock_server_t *server;
  mock_device_t *device; /* null when the test named an address */
  nbiot_address_t peer;
  char *path;
  int32_t number;
  int32_t state; /* as nbiot_mock_server_response() returns */
  uint32_t transmissions;
  nbiot_mock_response_t response;
  nbiot_mock_response_t *notifications;
  uint32_t notification_count;
  uint32_t notification_capacity;
  uint32_t stale_count;
  uint32_t freshest; /* Observe value of the freshest notification, and when it came */
  uint64_t freshest_at;
  uint8_t observe; /* NBIOT_MOCK_OBSERVE_* as requested */
  uint8_t observing;
  uint8_t token_length;
  uint8_t token[8];
} mock_exchange_t;

/* A CON of ours until it is acknowledged. Its one timer frees it. */
typedef struct mock_transmission {
  struct mock_transmission *next;
  nbiot_mock_server_t *server;
  mock_exchange_t *exchange; /* null for a separate response */
  nbiot_address_t to;
  uint8_t *bytes;
  uint32_t length;
  uint32_t timeout_ms;
  uint32_t attempts;
  uint16_t message_id;
  uint8_t waiting;
} mock_transmission_t;

/* What is sent to a device that asks for a bootstrap; orders null = this is no bootstrap server. */
typedef struct mock_bootstrap {
  nbiot_mock_order_t *orders;
  int32_t *exchanges; /* by order; valid below `next` */
  uint32_t count;
  uint32_t next;
  uint32_t pause_ms;
  uint32_t pending; /* scheduled sendings; only the last one counts */
  nbiot_address_t device;
} mock_bootstrap_t;

struct nbiot_mock_server {
  struct nbiot_mock_server *next; /* of the world */
  nbiot_mock_node_t *node;
  mock_socket_t *socket;
  mock_chance_t chance;
  uint16_t next_message_id;
  nbiot_mock_answer_t answers[MOCK_ANSWERS];
  uint32_t answer_counts[MOCK_ANSWERS];
  nbiot_mock_react_t react; /* or null */
  void *react_context;
  nbiot_mock_counts_t counts;
  mock_seen_t *seen;
  mock_device_t *devices;
  mock_body_t *bodies;
  uint8_t block_exponent; /* of the blocks it wants, plus 1; 0 = as they come */
  mock_exchange_t *exchanges;
  mock_exchange_t *live; /* those that something may come for, and some that are over */
  int32_t exchange_count;
  mock_transmission_t *transmissions;
  mock_bootstrap_t bootstrap;
};

/* server.c */
void mock_server_send(nbiot_mock_server_t *server, const nbiot_address_t *to, const uint8_t *bytes,
                      uint32_t length);
void mock_server_send_empty(nbiot_mock_server_t *server, const nbiot_address_t *to, uint8_t type,
                            uint16_t message_id);

/* seen.c */
/* The entry of a message seen before, or null. */
mock_seen_t *mock_seen_find(nbiot_mock_server_t *server, const nbiot_address_t *from,
                            uint16_t message_id);
mock_seen_t *mock_seen_add(nbiot_mock_server_t *server, const nbiot_address_t *from,
                           uint16_t message_id, uint8_t on);
void mock_seen_store(mock_seen_t *seen, const uint8_t *reply, uint32_t length);
void mock_seen_release(nbiot_mock_server_t *server);

/* react.c */
/* Lets the test decide about a message that is new. */
void mock_react(nbiot_mock_server_t *server, mock_seen_t *seen, uint8_t on,
                const mock_coap_message_t *message);

/* reply.c */
void mock_reply(nbiot_mock_server_t *server, mock_seen_t *seen, const mock_coap_message_t *message,
                uint8_t code, const char *location);
void mock_reply_empty(nbiot_mock_server_t *server, mock_seen_t *seen, uint8_t type);

/* registration.c */
/* Which interface call a request is: NBIOT_MOCK_ON_*. */
uint8_t mock_registration_kind(const mock_coap_message_t *message);
void mock_registration_serve(nbiot_mock_server_t *server, mock_seen_t *seen,
                             const mock_coap_message_t *message);
mock_device_t *mock_device_find(const nbiot_mock_server_t *server, const char *endpoint);
void mock_registration_release(nbiot_mock_server_t *server);

/* body.c */
/* Puts a block to those before it. 0 = the message has the whole payload now, that of a message
 * without Block1 as well; otherwise the code to answer with, 231 while more is to come. */
uint16_t mock_body_take(nbiot_mock_server_t *server, const nbiot_address_t *from,
                        mock_coap_message_t *message);
/* The Block1 of the answer; -1 = none. */
int64_t mock_body_answer(const nbiot_mock_server_t *server, const mock_coap_message_t *message);
void mock_body_release(nbiot_mock_server_t *server);

/* bootstrap.c */
/* A Bootstrap-Request came; the code to answer it with. */
uint8_t mock_bootstrap_serve(nbiot_mock_server_t *server, const nbiot_address_t *from,
                             const char *endpoint, uint32_t answer_delay_ms);
/* An exchange is over. */
void mock_bootstrap_note(nbiot_mock_server_t *server, int32_t exchange);
void mock_bootstrap_release(nbiot_mock_server_t *server);

/* transmission.c */
void mock_transmit(nbiot_mock_server_t *server, const nbiot_address_t *to, const uint8_t *bytes,
                   uint32_t length, mock_exchange_t *exchange);
/* Ends the transmission that a message ID of `from` answers; null = none was waiting. */
mock_transmission_t *mock_transmission_end(nbiot_mock_server_t *server, const nbiot_address_t *from,
                                           uint16_t message_id);
void mock_transmission_stop(mock_exchange_t *exchange);
void mock_transmission_release(nbiot_mock_server_t *server);

/* exchange.c */
mock_exchange_t *mock_exchange_find(const nbiot_mock_server_t *server, int32_t number);
/* The exchange or observation that a response or notification belongs to, or null. */
mock_exchange_t *mock_exchange_match(nbiot_mock_server_t *server, const nbiot_address_t *from,
                                     const mock_coap_message_t *message);
void mock_exchange_answer(mock_exchange_t *exchange, const mock_coap_message_t *message,
                          const uint8_t *data, uint32_t length);
void mock_exchange_fail(mock_exchange_t *exchange, int32_t error);
void mock_exchange_release(nbiot_mock_server_t *server);

/* observation.c */
void mock_observation_note(mock_exchange_t *exchange, const nbiot_mock_response_t *notification);
/* Every observation on a device ends; null = on all. */
void mock_observation_end(nbiot_mock_server_t *server, const mock_device_t *device);

#endif
