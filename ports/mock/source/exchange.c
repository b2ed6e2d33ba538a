/* exchange.c - requests of the server and what came back.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "server.h"

#define ASK_STEPS 1000000u

mock_exchange_t *mock_exchange_find(const nbiot_mock_server_t *server, int32_t number) {
  mock_exchange_t *exchange = server == NULL ? NULL : server->exchanges;
  while (exchange != NULL && exchange->number != number) {
    exchange = exchange->next;
  }
  return exchange;
}

static int same_token(const mock_exchange_t *exchange, const uint8_t *token, uint8_t length) {
  return exchange->token_length == length && memcmp(exchange->token, token, length) == 0;
}

/* Something may come for it. What is over stays over. */
static int is_live(const mock_exchange_t *exchange) {
  return exchange->observing || exchange->state == 0;
}

/* The live one at this place of the list; those that are over leave it. */
static mock_exchange_t *live_at(mock_exchange_t **place) {
  while (*place != NULL && !is_live(*place)) {
    *place = (*place)->next_live;
  }
  return *place;
}

mock_exchange_t *mock_exchange_match(nbiot_mock_server_t *server, const nbiot_address_t *from,
                                     const mock_coap_message_t *message) {
  int notifies = mock_coap_number(message, COAP_OBSERVE) >= 0;
  mock_exchange_t **place = &server->live;
  mock_exchange_t *exchange;
  for (; (exchange = live_at(place)) != NULL; place = &exchange->next_live) {
    /* A notification that crosses a cancellation is not its answer: same token or not. */
    int open = exchange->observing ||
               !(notifies && exchange->observe == NBIOT_MOCK_OBSERVE_CANCEL);
    if (open && mock_same_host(&exchange->peer, from) &&
        same_token(exchange, message->token, message->token_length)) {
      return exchange;
    }
  }
  return NULL;
}

static nbiot_mock_response_t keep(const mock_exchange_t *exchange,
                                  const mock_coap_message_t *message, const uint8_t *data, uint32_t length) {
  nbiot_mock_response_t response;
  memset(&response, 0, sizeof response);
  response.datagram = mock_copy(data, length);
  response.datagram_length = length;
  response.payload_length = message->payload_length;
  response.payload = response.datagram + length - message->payload_length;
  response.arrived_ms = exchange->server->node->world->now;
  response.code = mock_coap_code_decimal(message->code);
  response.content_format = (int32_t)mock_coap_number(message, COAP_CONTENT_FORMAT);
  response.observe = (int32_t)mock_coap_number(message, COAP_OBSERVE);
  response.confirmable = message->type == COAP_CON;
  response.piggybacked = message->type == COAP_ACK;
  return response;
}

void mock_exchange_answer(mock_exchange_t *exchange, const mock_coap_message_t *message,
                          const uint8_t *data, uint32_t length) {
  nbiot_mock_response_t response = keep(exchange, message, data, length);
  if (exchange->state == 1) {
    exchange->server->counts.notifications += 1;
    mock_observation_note(exchange, &response);
    return;
  }
  mock_transmission_stop(exchange);
  exchange->state = 1;
  exchange->response = response;
  if (exchange->observe == NBIOT_MOCK_OBSERVE_START && response.code / 100 == 2 &&
      response.observe >= 0) {
    exchange->observing = 1;
    exchange->freshest = (uint32_t)response.observe;
    exchange->freshest_at = response.arrived_ms;
  }
  if (exchange->cancels != NULL) {
    exchange->cancels->observing = 0;
  }
  mock_bootstrap_note(exchange->server, exchange->number);
}

void mock_exchange_fail(mock_exchange_t *exchange, int32_t error) {
  if (exchange->state == 0) {
    mock_transmission_stop(exchange);
    exchange->state = error;
    mock_bootstrap_note(exchange->server, exchange->number);
  }
}

static void expire(void *context) { mock_exchange_fail(context, NBIOT_MOCK_ERR_TIMEOUT); }

/* Of a content format; -1 = none. */
static int is_number(int32_t format) { return format >= -1 && format <= 65535; }

static int acceptable(const nbiot_mock_server_t *server, const nbiot_mock_request_t *request) {
  return server != NULL && request != NULL && request->method >= NBIOT_MOCK_GET &&
         request->method <= NBIOT_MOCK_DELETE &&
         (request->token == NULL || request->token_length <= 8) &&
         (request->to.family == NBIOT_FAMILY_NONE || request->to.family == NBIOT_FAMILY_IPV4) &&
         request->observe <= NBIOT_MOCK_OBSERVE_CANCEL && is_number(request->accept) &&
         is_number(request->content_format) && request->payload_length <= MOCK_PAYLOAD_MAX &&
         (request->payload != NULL || request->payload_length == 0);
}

static uint32_t encode(const mock_exchange_t *exchange, const nbiot_mock_request_t *request,
                       uint8_t *bytes, uint32_t size) {
  mock_coap_writer_t writer;
  uint8_t type = request->non_confirmable ? COAP_NON : COAP_CON;
  mock_coap_begin(&writer, bytes, size, type, request->method, exchange->server->next_message_id++,
             exchange->token, exchange->token_length);
  if (request->observe != NBIOT_MOCK_OBSERVE_NONE) {
    mock_coap_put_number(&writer, COAP_OBSERVE, request->observe == NBIOT_MOCK_OBSERVE_CANCEL);
  }
  mock_coap_put_parts(&writer, COAP_URI_PATH, request->path, '/');
  if (request->content_format >= 0) {
    mock_coap_put_number(&writer, COAP_CONTENT_FORMAT, (uint32_t)request->content_format);
  }
  mock_coap_put_parts(&writer, COAP_URI_QUERY, request->query, '&');
  if (request->accept >= 0) {
    mock_coap_put_number(&writer, COAP_ACCEPT, (uint32_t)request->accept);
  }
  return mock_coap_finish(&writer, request->payload, request->payload_length);
}

static void choose_token(mock_exchange_t *exchange, const nbiot_mock_request_t *request) {
  uint64_t drawn = mock_chance_next(&exchange->server->chance);
  uint8_t i;
  if (request->token != NULL) {
    exchange->token_length = request->token_length;
    memcpy(exchange->token, request->token, request->token_length);
    return;
  }
  exchange->token_length = 4;
  for (i = 0; i < 4; i += 1) {
    exchange->token[i] = (uint8_t)(drawn >> (56 - 8 * i));
  }
}

static mock_exchange_t *begin(nbiot_mock_server_t *server, const nbiot_mock_request_t *request,
                              mock_device_t *device) {
  mock_exchange_t *exchange = mock_allocate(sizeof *exchange);
  mock_exchange_t *older = server->exchanges;
  exchange->server = server;
  exchange->device = device;
  exchange->peer = device == NULL ? request->to : device->registration.address;
  exchange->path = mock_copy(request->path == NULL ? "" : request->path,
                             request->path == NULL ? 0 : strlen(request->path));
  exchange->observe = request->observe;
  exchange->number = server->exchange_count++;
  choose_token(exchange, request);
  while (request->observe == NBIOT_MOCK_OBSERVE_CANCEL && older != NULL &&
         !(older->observing && same_token(older, exchange->token, exchange->token_length))) {
    older = older->next;
  }
  exchange->cancels = request->observe == NBIOT_MOCK_OBSERVE_CANCEL ? older : NULL;
  exchange->next = server->exchanges;
  server->exchanges = exchange;
  exchange->next_live = server->live;
  server->live = exchange;
  return exchange;
}

int32_t nbiot_mock_server_request(nbiot_mock_server_t *server,
                                  const nbiot_mock_request_t *request) {
  uint8_t bytes[MOCK_PAYLOAD_MAX + 1024];
  mock_device_t *device = NULL;
  mock_exchange_t *exchange;
  nbiot_mock_world_t *world;
  uint32_t length;
  if (!acceptable(server, request)) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  if (request->to.family == NBIOT_FAMILY_NONE) {
    device = mock_device_find(server, request->endpoint);
    if (device == NULL) {
      return NBIOT_MOCK_ERR_NOT_FOUND;
    }
  }
  exchange = begin(server, request, device);
  length = encode(exchange, request, bytes, sizeof bytes);
  if (length == 0) {
    exchange->state = NBIOT_MOCK_ERR_BADPARAM;
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  if (request->non_confirmable) {
    exchange->transmissions = 1;
    mock_server_send(server, &exchange->peer, bytes, length);
  } else {
    mock_transmit(server, &exchange->peer, bytes, length, exchange);
  }
  world = server->node->world;
  mock_schedule(world, world->now + MOCK_EXCHANGE_LIFETIME, MOCK_PLUMBING, expire, NULL, exchange);
  return exchange->number;
}

int32_t nbiot_mock_server_response(const nbiot_mock_server_t *server, int32_t exchange,
                                   nbiot_mock_response_t *response) {
  const mock_exchange_t *found = mock_exchange_find(server, exchange);
  if (found == NULL) {
    return NBIOT_MOCK_ERR_NOT_FOUND;
  }
  if (found->state == 1 && response != NULL) {
    *response = found->response;
  }
  return found->state;
}

static int32_t is_over(void *context) {
  const mock_exchange_t *exchange = context;
  return exchange->state != 0;
}

int32_t nbiot_mock_server_ask(nbiot_mock_server_t *server, const nbiot_mock_request_t *request,
                              nbiot_mock_step_t step, void *context,
                              nbiot_mock_response_t *response) {
  int32_t number = nbiot_mock_server_request(server, request);
  int32_t result;
  if (number < 0) {
    return number;
  }
  result = nbiot_mock_drive(server->node->world, step, context, is_over,
                            mock_exchange_find(server, number), ASK_STEPS);
  if (result >= 0) {
    result = nbiot_mock_server_response(server, number, response);
  }
  return result < 0 ? result : number;
}

uint32_t nbiot_mock_server_transmissions(const nbiot_mock_server_t *server, int32_t exchange) {
  const mock_exchange_t *found = mock_exchange_find(server, exchange);
  return found == NULL ? 0 : found->transmissions;
}

void mock_exchange_release(nbiot_mock_server_t *server) {
  while (server->exchanges != NULL) {
    mock_exchange_t *exchange = server->exchanges;
    uint32_t i;
    server->exchanges = exchange->next;
    for (i = 0; i < exchange->notification_count; i += 1) {
      free((void *)(uintptr_t)exchange->notifications[i].datagram);
    }
    free((void *)(uintptr_t)exchange->response.datagram);
    free(exchange->notifications);
    free(exchange->path);
    free(exchange);
  }
}
