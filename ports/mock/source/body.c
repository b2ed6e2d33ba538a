/* body.c - object lists that come in blocks, put together (RFC 7959 2.5).
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "server.h"

static mock_body_t *find_body(nbiot_mock_server_t *server, const nbiot_address_t *from) {
  mock_body_t *body = server->bodies;
  while (body != NULL && (body->from.port != from->port || !mock_same_host(&body->from, from))) {
    body = body->next;
  }
  return body;
}

static mock_body_t *add_body(nbiot_mock_server_t *server, const nbiot_address_t *from) {
  mock_body_t *body = mock_allocate(sizeof *body);
  body->from = *from;
  body->next = server->bodies;
  server->bodies = body;
  return body;
}

static void append(mock_body_t *body, const mock_coap_message_t *message) {
  uint8_t *bytes = mock_allocate(body->length + message->payload_length + 1u);
  if (body->length > 0) {
    memcpy(bytes, body->bytes, body->length);
  }
  memcpy(bytes + body->length, message->payload, message->payload_length);
  free(body->bytes);
  body->bytes = bytes;
  body->length += message->payload_length;
}

uint16_t mock_body_take(nbiot_mock_server_t *server, const nbiot_address_t *from,
                        mock_coap_message_t *message) {
  int64_t block = mock_coap_number(message, COAP_BLOCK1);
  uint32_t offset = (uint32_t)(block >> 4) << (4 + (block & 7));
  mock_body_t *body = find_body(server, from);
  if (block < 0) {
    return 0;
  }
  if ((block & 7) == 7 || message->payload_length == 0) {
    return 400;
  }
  if (body == NULL) {
    body = add_body(server, from);
  }
  if (offset == 0) {
    body->length = 0;
  }
  if (offset != body->length) {
    return 408;
  }
  append(body, message);
  if ((block & 8) != 0) {
    return 231;
  }
  message->payload = body->bytes;
  message->payload_length = body->length;
  return 0;
}

int64_t mock_body_answer(const nbiot_mock_server_t *server, const mock_coap_message_t *message) {
  int64_t block = mock_coap_number(message, COAP_BLOCK1);
  if (block < 0 || server->block_exponent == 0 || (block & 7) < server->block_exponent) {
    return block;
  }
  return (block & ~(int64_t)7) | (server->block_exponent - 1);
}

void mock_body_release(nbiot_mock_server_t *server) {
  while (server->bodies != NULL) {
    mock_body_t *body = server->bodies;
    server->bodies = body->next;
    free(body->bytes);
    free(body);
  }
}

int32_t nbiot_mock_server_blocks(nbiot_mock_server_t *server, uint32_t size) {
  uint8_t exponent = 0;
  if (server == NULL) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  if (size == 0) {
    server->block_exponent = 0;
    return NBIOT_MOCK_OK;
  }
  while (exponent < 6 && 16u << exponent < size) {
    exponent += 1;
  }
  if (16u << exponent != size) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  server->block_exponent = (uint8_t)(exponent + 1);
  return NBIOT_MOCK_OK;
}
