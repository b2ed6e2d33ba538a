/* observation.c - what the server hears of the resources it observes (RFC 7641).
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "server.h"

/* RFC 7641 3.4 */
static int is_fresh(const mock_exchange_t *exchange, uint32_t value, uint64_t at) {
  uint32_t before = exchange->freshest;
  return (before < value && value - before < (1u << 23)) ||
         (before > value && before - value > (1u << 23)) || at > exchange->freshest_at + 128000;
}

static void append(mock_exchange_t *exchange, const nbiot_mock_response_t *notification) {
  if (exchange->notification_count == exchange->notification_capacity) {
    uint32_t capacity = exchange->notification_count * 2 + 8;
    nbiot_mock_response_t *larger = mock_allocate(capacity * sizeof *larger);
    if (exchange->notification_count > 0) {
      memcpy(larger, exchange->notifications, exchange->notification_count * sizeof *larger);
    }
    free(exchange->notifications);
    exchange->notifications = larger;
    exchange->notification_capacity = capacity;
  }
  exchange->notifications[exchange->notification_count++] = *notification;
}

void mock_observation_note(mock_exchange_t *exchange, const nbiot_mock_response_t *notification) {
  append(exchange, notification);
  /* RFC 7641 4.2: an error, or a response without Observe, is the last one. */
  if (notification->code / 100 != 2 || notification->observe < 0) {
    exchange->observing = 0;
    return;
  }
  if (is_fresh(exchange, (uint32_t)notification->observe, notification->arrived_ms)) {
    exchange->freshest = (uint32_t)notification->observe;
    exchange->freshest_at = notification->arrived_ms;
  } else {
    exchange->stale_count += 1;
  }
}

void mock_observation_end(nbiot_mock_server_t *server, const mock_device_t *device) {
  mock_exchange_t *exchange;
  for (exchange = server->exchanges; exchange != NULL; exchange = exchange->next) {
    if (device == NULL || exchange->device == device) {
      exchange->observing = 0;
    }
  }
}

int32_t nbiot_mock_server_observing(const nbiot_mock_server_t *server, int32_t exchange) {
  const mock_exchange_t *found = mock_exchange_find(server, exchange);
  return found != NULL && found->observing;
}

uint32_t nbiot_mock_server_notification_count(const nbiot_mock_server_t *server,
                                              int32_t exchange) {
  const mock_exchange_t *found = mock_exchange_find(server, exchange);
  return found == NULL ? 0 : found->notification_count;
}

uint32_t nbiot_mock_server_stale_count(const nbiot_mock_server_t *server, int32_t exchange) {
  const mock_exchange_t *found = mock_exchange_find(server, exchange);
  return found == NULL ? 0 : found->stale_count;
}

int32_t nbiot_mock_server_notification(const nbiot_mock_server_t *server, int32_t exchange,
                                       uint32_t index, nbiot_mock_response_t *notification) {
  const mock_exchange_t *found = mock_exchange_find(server, exchange);
  if (notification == NULL) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  if (found == NULL || index >= found->notification_count) {
    return NBIOT_MOCK_ERR_NOT_FOUND;
  }
  *notification = found->notifications[index];
  return NBIOT_MOCK_OK;
}

int32_t nbiot_mock_server_cancel(nbiot_mock_server_t *server, int32_t exchange) {
  mock_exchange_t *found = mock_exchange_find(server, exchange);
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  if (found == NULL || !found->observing) {
    return NBIOT_MOCK_ERR_NOT_FOUND;
  }
  request.path = found->path;
  request.token = found->token;
  request.token_length = found->token_length;
  request.observe = NBIOT_MOCK_OBSERVE_CANCEL;
  if (found->device == NULL) {
    request.to = found->peer;
  } else {
    request.endpoint = found->device->registration.endpoint;
  }
  return nbiot_mock_server_request(server, &request);
}

int32_t nbiot_mock_server_abandon(nbiot_mock_server_t *server, int32_t exchange) {
  mock_exchange_t *found = mock_exchange_find(server, exchange);
  if (found == NULL || !found->observing) {
    return NBIOT_MOCK_ERR_NOT_FOUND;
  }
  found->observing = 0;
  return NBIOT_MOCK_OK;
}
