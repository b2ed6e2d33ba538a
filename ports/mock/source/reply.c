/* reply.c - how the server answers: in the ACK, separately, late, or with a Reset.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "server.h"

#define LATE_ROOM (MOCK_PAYLOAD_MAX + 96u)

typedef struct late {
  nbiot_mock_server_t *server;
  mock_seen_t *seen;
  uint32_t length;
  uint8_t confirmable;
  uint8_t bytes[LATE_ROOM];
} late_t;

static void send_late(void *context) {
  late_t *late = context;
  late->seen->pending = 0;
  if (late->confirmable) {
    mock_transmit(late->server, &late->seen->from, late->bytes, late->length, NULL);
  } else {
    mock_seen_store(late->seen, late->bytes, late->length);
    mock_server_send(late->server, &late->seen->from, late->bytes, late->length);
  }
  free(late);
}

static uint32_t encode(nbiot_mock_server_t *server, const mock_seen_t *seen,
                       const mock_coap_message_t *message, uint8_t code, const char *location,
                       uint8_t type, late_t *late) {
  uint16_t id = type == COAP_ACK ? message->message_id : server->next_message_id++;
  int64_t block = mock_body_answer(server, message);
  mock_coap_writer_t writer;
  mock_coap_begin(&writer, late->bytes, sizeof late->bytes, type, code, id, message->token,
             message->token_length);
  mock_coap_put_parts(&writer, COAP_LOCATION_PATH, location, '/');
  if (seen->content_format >= 0) {
    mock_coap_put_number(&writer, COAP_CONTENT_FORMAT, (uint32_t)seen->content_format);
  }
  if (seen->answer.max_age_s > 0) {
    mock_coap_put_number(&writer, COAP_MAX_AGE, seen->answer.max_age_s);
  }
  if (block >= 0) {
    mock_coap_put_number(&writer, COAP_BLOCK1, (uint32_t)block);
  }
  return mock_coap_finish(&writer, seen->payload, seen->payload_length);
}

void mock_reply_empty(nbiot_mock_server_t *server, mock_seen_t *seen, uint8_t type) {
  uint8_t bytes[4];
  mock_coap_writer_t writer;
  mock_coap_begin(&writer, bytes, sizeof bytes, type, 0, seen->message_id, NULL, 0);
  mock_seen_store(seen, bytes, mock_coap_finish(&writer, NULL, 0));
  mock_server_send(server, &seen->from, bytes, sizeof bytes);
}

void mock_reply(nbiot_mock_server_t *server, mock_seen_t *seen, const mock_coap_message_t *message,
                uint8_t code, const char *location) {
  int separate = seen->answer.kind == NBIOT_MOCK_SEPARATE && message->type == COAP_CON;
  uint8_t type = message->type == COAP_NON ? COAP_NON : separate ? COAP_CON : COAP_ACK;
  late_t *late;
  if (seen->answer.kind == NBIOT_MOCK_RESET) {
    mock_reply_empty(server, seen, COAP_RST);
    return;
  }
  if (separate) {
    mock_reply_empty(server, seen, COAP_ACK);
  }
  late = mock_allocate(sizeof *late);
  late->server = server;
  late->seen = seen;
  late->confirmable = type == COAP_CON;
  late->length = encode(server, seen, message, code, location, type, late);
  seen->pending = 1;
  if (seen->answer.delay_ms == 0) {
    send_late(late);
  } else {
    nbiot_mock_world_t *world = server->node->world;
    mock_schedule(world, world->now + seen->answer.delay_ms, MOCK_PLUMBING, send_late, free, late);
  }
}
