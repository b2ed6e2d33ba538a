/* bootstrap.c - the server's bootstrap role (LwM2M 5.2): a request comes, orders go out.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "server.h"

static nbiot_mock_request_t request_of(const mock_bootstrap_t *bootstrap,
                                       const nbiot_mock_order_t *order) {
  nbiot_mock_request_t request = NBIOT_MOCK_REQUEST_INIT;
  request.to = bootstrap->device;
  request.method = order->method;
  request.path = order->path;
  request.payload = order->payload;
  request.payload_length = order->payload_length;
  request.content_format = order->content_format;
  return request;
}

static void send_next(void *context) {
  nbiot_mock_server_t *server = context;
  mock_bootstrap_t *bootstrap = &server->bootstrap;
  nbiot_mock_request_t request;
  if (bootstrap->pending > 0) {
    bootstrap->pending -= 1;
  }
  /* A later request has begun the script anew and has sent the first order itself. */
  if (bootstrap->pending > 0 || bootstrap->next >= bootstrap->count) {
    return;
  }
  request = request_of(bootstrap, &bootstrap->orders[bootstrap->next]);
  bootstrap->exchanges[bootstrap->next] = nbiot_mock_server_request(server, &request);
  bootstrap->next += 1;
}

static void schedule(nbiot_mock_server_t *server, uint32_t delay_ms) {
  nbiot_mock_world_t *world = server->node->world;
  server->bootstrap.pending += 1;
  mock_schedule(world, world->now + delay_ms, MOCK_PLUMBING, send_next, NULL, server);
}

uint8_t mock_bootstrap_serve(nbiot_mock_server_t *server, const nbiot_address_t *from,
                             const char *endpoint, uint32_t answer_delay_ms) {
  mock_bootstrap_t *bootstrap = &server->bootstrap;
  if (bootstrap->orders == NULL) {
    return mock_coap_code_wire(404);
  }
  if (endpoint[0] == '\0') {
    return mock_coap_code_wire(400);
  }
  bootstrap->device = *from;
  bootstrap->next = 0;
  schedule(server, answer_delay_ms + bootstrap->pause_ms);
  return mock_coap_code_wire(204);
}

void mock_bootstrap_note(nbiot_mock_server_t *server, int32_t exchange) {
  const mock_bootstrap_t *bootstrap = &server->bootstrap;
  if (bootstrap->next > 0 && bootstrap->exchanges[bootstrap->next - 1] == exchange) {
    schedule(server, bootstrap->pause_ms);
  }
}

static void forget(mock_bootstrap_t *bootstrap) {
  uint32_t i;
  for (i = 0; i < bootstrap->count; i += 1) {
    free((void *)(uintptr_t)bootstrap->orders[i].path);
    free((void *)(uintptr_t)bootstrap->orders[i].payload);
  }
  free(bootstrap->orders);
  free(bootstrap->exchanges);
  bootstrap->orders = NULL;
  bootstrap->exchanges = NULL;
  bootstrap->count = 0;
  bootstrap->next = 0;
}

static int acceptable(const nbiot_mock_order_t *orders, uint32_t count) {
  uint32_t i;
  for (i = 0; orders != NULL && i < count; i += 1) {
    if (orders[i].method < NBIOT_MOCK_GET || orders[i].method > NBIOT_MOCK_DELETE ||
        orders[i].content_format < -1 || orders[i].content_format > 65535 ||
        orders[i].payload_length > MOCK_PAYLOAD_MAX ||
        (orders[i].payload == NULL && orders[i].payload_length > 0)) {
      return 0;
    }
  }
  return count == 0 || orders != NULL;
}

int32_t nbiot_mock_server_bootstrap(nbiot_mock_server_t *server, const nbiot_mock_order_t *orders,
                                    uint32_t count, uint32_t pause_ms) {
  mock_bootstrap_t *bootstrap;
  uint32_t i;
  if (server == NULL || !acceptable(orders, count)) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  bootstrap = &server->bootstrap;
  forget(bootstrap);
  bootstrap->orders = mock_allocate((count + 1u) * sizeof *orders);
  bootstrap->exchanges = mock_allocate((count + 1u) * sizeof *bootstrap->exchanges);
  bootstrap->count = count;
  bootstrap->pause_ms = pause_ms;
  for (i = 0; i < count; i += 1) {
    const char *path = orders[i].path == NULL ? "/" : orders[i].path;
    bootstrap->orders[i] = orders[i];
    bootstrap->orders[i].path = mock_copy(path, strlen(path));
    bootstrap->orders[i].payload = mock_copy(orders[i].payload, orders[i].payload_length);
    bootstrap->exchanges[i] = NBIOT_MOCK_ERR_NOT_FOUND;
  }
  return NBIOT_MOCK_OK;
}

int32_t nbiot_mock_server_order(const nbiot_mock_server_t *server, uint32_t index,
                                nbiot_mock_response_t *response) {
  if (server == NULL || index >= server->bootstrap.next) {
    return NBIOT_MOCK_ERR_NOT_FOUND;
  }
  return nbiot_mock_server_response(server, server->bootstrap.exchanges[index], response);
}

void mock_bootstrap_release(nbiot_mock_server_t *server) { forget(&server->bootstrap); }
