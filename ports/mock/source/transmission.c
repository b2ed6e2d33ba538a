/* transmission.c - the server's confirmable messages until they are acknowledged (RFC 7252 4.2).
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "server.h"

static void free_transmission(mock_transmission_t *sent) {
  free(sent->bytes);
  free(sent);
}

static void unlink_transmission(mock_transmission_t *sent) {
  mock_transmission_t **place = &sent->server->transmissions;
  while (*place != sent) {
    place = &(*place)->next;
  }
  *place = sent->next;
}

static void tick(void *context);

static void send_once(mock_transmission_t *sent) {
  nbiot_mock_world_t *world = sent->server->node->world;
  mock_server_send(sent->server, &sent->to, sent->bytes, sent->length);
  sent->attempts += 1;
  if (sent->exchange != NULL) {
    sent->exchange->transmissions += 1;
  }
  mock_schedule(world, world->now + sent->timeout_ms, MOCK_PLUMBING, tick, NULL, sent);
  sent->timeout_ms *= 2;
}

static void tick(void *context) {
  mock_transmission_t *sent = context;
  if (sent->waiting && sent->attempts <= MOCK_MAX_RETRANSMIT) {
    send_once(sent);
    return;
  }
  if (sent->waiting && sent->exchange != NULL) {
    mock_exchange_fail(sent->exchange, NBIOT_MOCK_ERR_TIMEOUT);
  }
  unlink_transmission(sent);
  free_transmission(sent);
}

void mock_transmit(nbiot_mock_server_t *server, const nbiot_address_t *to, const uint8_t *bytes,
                   uint32_t length, mock_exchange_t *exchange) {
  mock_transmission_t *sent = mock_allocate(sizeof *sent);
  sent->server = server;
  sent->exchange = exchange;
  sent->to = *to;
  sent->bytes = mock_copy(bytes, length);
  sent->length = length;
  sent->message_id = (uint16_t)(bytes[2] << 8 | bytes[3]);
  sent->waiting = 1;
  sent->timeout_ms = MOCK_ACK_TIMEOUT;
  sent->timeout_ms += mock_chance_below(&server->chance, MOCK_ACK_TIMEOUT / 2 + 1);
  sent->next = server->transmissions;
  server->transmissions = sent;
  send_once(sent);
}

mock_transmission_t *mock_transmission_end(nbiot_mock_server_t *server, const nbiot_address_t *from,
                                           uint16_t message_id) {
  mock_transmission_t *sent;
  for (sent = server->transmissions; sent != NULL; sent = sent->next) {
    if (sent->waiting && sent->message_id == message_id && mock_same_host(&sent->to, from)) {
      sent->waiting = 0;
      return sent;
    }
  }
  return NULL;
}

void mock_transmission_stop(mock_exchange_t *exchange) {
  mock_transmission_t *sent;
  for (sent = exchange->server->transmissions; sent != NULL; sent = sent->next) {
    if (sent->exchange == exchange) {
      sent->waiting = 0;
    }
  }
}

void mock_transmission_release(nbiot_mock_server_t *server) {
  while (server->transmissions != NULL) {
    mock_transmission_t *sent = server->transmissions;
    server->transmissions = sent->next;
    free_transmission(sent);
  }
}
