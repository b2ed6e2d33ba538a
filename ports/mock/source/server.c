/* server.c - a scripted LwM2M server: its socket, and what a datagram means to it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "server.h"

#include <stdlib.h>

enum { ROLE_SERVER = 3 };

void mock_server_send(nbiot_mock_server_t *server, const nbiot_address_t *to, const uint8_t *bytes,
                      uint32_t length) {
  mock_socket_send(server->node, server->socket, to, bytes, length);
}

void mock_server_send_empty(nbiot_mock_server_t *server, const nbiot_address_t *to, uint8_t type,
                            uint16_t message_id) {
  uint8_t bytes[4];
  mock_coap_writer_t writer;
  mock_coap_begin(&writer, bytes, sizeof bytes, type, 0, message_id, NULL, 0);
  mock_server_send(server, to, bytes, mock_coap_finish(&writer, NULL, 0));
}

static void receive_malformed(nbiot_mock_server_t *server, const nbiot_address_t *from,
                              const mock_coap_message_t *message, mock_coap_error_t error,
                              uint32_t length) {
  server->counts.malformed += 1;
  /* RFC 7252 3 and 4.2: another version is ignored silently, another format error rejected. */
  if (length >= 4 && error != COAP_VERSION && message->type == COAP_CON) {
    mock_server_send_empty(server, from, COAP_RST, message->message_id);
  }
}

/* ACK and RST: they answer something of ours by its message ID. */
static void receive_answer(nbiot_mock_server_t *server, const nbiot_address_t *from,
                           const mock_coap_message_t *message, const uint8_t *data,
                           uint32_t length) {
  mock_transmission_t *sent = mock_transmission_end(server, from, message->message_id);
  mock_exchange_t *exchange = sent == NULL ? NULL : sent->exchange;
  if (exchange == NULL || exchange->state != 0) {
    return;
  }
  if (message->type == COAP_RST) {
    mock_exchange_fail(exchange, NBIOT_MOCK_ERR_RESET);
  } else if (message->code != 0) {
    if (mock_exchange_match(server, from, message) == exchange) {
      mock_exchange_answer(exchange, message, data, length);
    } else {
      mock_exchange_fail(exchange, NBIOT_MOCK_ERR_TOKEN);
    }
  }
}

/* A separate response or a notification. */
static void receive_response(nbiot_mock_server_t *server, mock_seen_t *seen,
                             const mock_coap_message_t *message, const uint8_t *data,
                             uint32_t length) {
  mock_exchange_t *exchange = mock_exchange_match(server, &seen->from, message);
  if (exchange == NULL) {
    server->counts.unmatched += 1;
    mock_reply_empty(server, seen, COAP_RST);
    return;
  }
  if (seen->answer.kind == NBIOT_MOCK_RESET) {
    exchange->observing = 0;
    mock_reply_empty(server, seen, COAP_RST);
    return;
  }
  if (message->type == COAP_CON) {
    mock_reply_empty(server, seen, COAP_ACK);
  }
  mock_exchange_answer(exchange, message, data, length);
}

static uint8_t kind_of(nbiot_mock_server_t *server, const nbiot_address_t *from,
                       const mock_coap_message_t *message) {
  mock_exchange_t *exchange;
  if (message->code >> 5 == 0) {
    return mock_registration_kind(message);
  }
  exchange = mock_exchange_match(server, from, message);
  return exchange != NULL && exchange->state == 1 ? NBIOT_MOCK_ON_NOTIFY : NBIOT_MOCK_ON_OTHER;
}

static void receive_new(nbiot_mock_server_t *server, const nbiot_address_t *from,
                        const mock_coap_message_t *message, const uint8_t *data, uint32_t length) {
  mock_seen_t *seen = mock_seen_find(server, from, message->message_id);
  if (seen == NULL) {
    uint8_t on = kind_of(server, from, message);
    seen = mock_seen_add(server, from, message->message_id, on);
    mock_react(server, seen, on, message);
    seen->ignore = seen->answer.ignore;
  } else {
    server->counts.duplicates += 1;
  }
  if (seen->answer.kind == NBIOT_MOCK_SILENT || seen->ignore > 0) {
    seen->ignore -= seen->ignore > 0;
    return;
  }
  if (seen->handled) {
    if (seen->reply_length > 0) {
      mock_server_send(server, from, seen->reply, seen->reply_length);
    }
    return;
  }
  seen->handled = 1;
  if (message->code >> 5 == 0) {
    mock_registration_serve(server, seen, message);
  } else {
    receive_response(server, seen, message, data, length);
  }
}

static void receive(void *context, const nbiot_address_t *from, const uint8_t *data,
                    uint32_t length) {
  nbiot_mock_server_t *server = context;
  mock_coap_message_t message;
  mock_coap_error_t error = mock_coap_decode(data, length, &message);
  if (error != COAP_OK) {
    receive_malformed(server, from, &message, error, length);
  } else if (message.type == COAP_ACK || message.type == COAP_RST) {
    receive_answer(server, from, &message, data, length);
  } else if (message.code == 0) {
    server->counts.pings += message.type == COAP_CON;
    if (message.type == COAP_CON) {
      mock_server_send_empty(server, from, COAP_RST, message.message_id);
    }
  } else {
    receive_new(server, from, &message, data, length);
  }
}

static void release(void *thing) {
  nbiot_mock_server_t *server = thing;
  mock_transmission_release(server);
  mock_exchange_release(server);
  mock_registration_release(server);
  mock_body_release(server);
  mock_bootstrap_release(server);
  mock_seen_release(server);
  free(server);
}

nbiot_mock_server_t *nbiot_mock_server_add(nbiot_mock_node_t *node, uint16_t port) {
  nbiot_mock_server_t *server;
  mock_socket_t *socket = node == NULL || port == 0 ? NULL : mock_socket_open(node, port);
  if (socket == NULL) {
    return NULL;
  }
  server = mock_allocate(sizeof *server);
  server->node = node;
  server->socket = socket;
  server->chance = mock_chance_stream(node->world->seed, node->world->server_count, ROLE_SERVER);
  node->world->server_count += 1;
  server->next_message_id = (uint16_t)mock_chance_next(&server->chance);
  socket->receiver = receive;
  socket->receiver_context = server;
  server->next = node->world->servers;
  node->world->servers = server;
  mock_bequeath(node->world, release, server);
  return server;
}

int32_t nbiot_mock_server_answer(nbiot_mock_server_t *server, uint8_t on,
                                 const nbiot_mock_answer_t *answer, uint32_t count) {
  if (server == NULL || answer == NULL || on >= MOCK_ANSWERS ||
      answer->kind > NBIOT_MOCK_SILENT || !mock_coap_code_fits(answer->code)) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  server->answers[on] = *answer;
  server->answer_counts[on] = count;
  return NBIOT_MOCK_OK;
}

nbiot_mock_counts_t nbiot_mock_server_counts(const nbiot_mock_server_t *server) {
  static const nbiot_mock_counts_t none;
  return server == NULL ? none : server->counts;
}
