/* seen.c - messages of the devices, remembered to recognise duplicates.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "server.h"

mock_seen_t *mock_seen_find(nbiot_mock_server_t *server, const nbiot_address_t *from,
                            uint16_t message_id) {
  uint64_t now = server->node->world->now;
  mock_seen_t *seen;
  for (seen = server->seen; seen != NULL; seen = seen->next) {
    if (seen->message_id == message_id && seen->from.port == from->port &&
        mock_same_host(&seen->from, from) && now - seen->at < MOCK_EXCHANGE_LIFETIME) {
      return seen;
    }
  }
  return NULL;
}

static void free_seen(mock_seen_t *seen) {
  free(seen->payload);
  free(seen->reply);
  free(seen);
}

static void forget_old(nbiot_mock_server_t *server) {
  uint64_t now = server->node->world->now;
  mock_seen_t **place = &server->seen;
  while (*place != NULL) {
    mock_seen_t *seen = *place;
    if (now - seen->at > MOCK_EXCHANGE_LIFETIME && !seen->pending) {
      *place = seen->next;
      free_seen(seen);
    } else {
      place = &seen->next;
    }
  }
}

static void take_answer(nbiot_mock_server_t *server, uint8_t on, nbiot_mock_answer_t *answer) {
  if (server->answer_counts[on] == 0) {
    return;
  }
  *answer = server->answers[on];
  if (server->answer_counts[on] != NBIOT_MOCK_ALWAYS) {
    server->answer_counts[on] -= 1;
  }
}

mock_seen_t *mock_seen_add(nbiot_mock_server_t *server, const nbiot_address_t *from,
                           uint16_t message_id, uint8_t on) {
  mock_seen_t *seen = mock_allocate(sizeof *seen);
  forget_old(server);
  seen->at = server->node->world->now;
  seen->from = *from;
  seen->message_id = message_id;
  take_answer(server, on, &seen->answer);
  seen->content_format = -1;
  seen->next = server->seen;
  server->seen = seen;
  return seen;
}

void mock_seen_store(mock_seen_t *seen, const uint8_t *reply, uint32_t length) {
  free(seen->reply);
  seen->reply = mock_copy(reply, length);
  seen->reply_length = length;
}

void mock_seen_release(nbiot_mock_server_t *server) {
  while (server->seen != NULL) {
    mock_seen_t *seen = server->seen;
    server->seen = seen->next;
    free_seen(seen);
  }
}
