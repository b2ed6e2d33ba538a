/* react.c - a test decides what the server does with a message of a device.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "server.h"

#define TEXT_MAX 512u

static int acceptable(const nbiot_mock_reaction_t *reaction) {
  return reaction->answer.kind <= NBIOT_MOCK_SILENT && mock_coap_code_fits(reaction->answer.code) &&
         reaction->payload_length <= MOCK_PAYLOAD_MAX && reaction->content_format <= 65535 &&
         (reaction->payload != NULL || reaction->payload_length == 0);
}

static void keep(mock_seen_t *seen, const nbiot_mock_reaction_t *reaction) {
  seen->answer = reaction->answer;
  seen->payload = mock_copy(reaction->payload, reaction->payload_length);
  seen->payload_length = reaction->payload_length;
  seen->content_format = reaction->content_format;
}

static void refuse(mock_seen_t *seen) {
  memset(&seen->answer, 0, sizeof seen->answer);
  seen->answer.code = 500;
}

static void ask(nbiot_mock_server_t *server, mock_seen_t *seen,
                const nbiot_mock_message_t *message) {
  nbiot_mock_reaction_t reaction;
  memset(&reaction, 0, sizeof reaction);
  reaction.answer = seen->answer;
  reaction.content_format = -1;
  server->react(server->react_context, server, message, &reaction);
  if (acceptable(&reaction)) {
    keep(seen, &reaction);
  } else {
    refuse(seen);
  }
}

void mock_react(nbiot_mock_server_t *server, mock_seen_t *seen, uint8_t on,
                const mock_coap_message_t *message) {
  const mock_exchange_t *exchange;
  int is_request = message->code >> 5 == 0;
  char path[TEXT_MAX] = "/", query[TEXT_MAX];
  nbiot_mock_message_t told;
  if (server->react == NULL) {
    return;
  }
  exchange = mock_exchange_match(server, &seen->from, message);
  memset(&told, 0, sizeof told);
  mock_coap_join(message, COAP_URI_PATH, '/', path + 1, sizeof path - 1);
  mock_coap_join(message, COAP_URI_QUERY, '&', query, sizeof query);
  told.from = seen->from;
  told.path = path;
  told.query = query;
  told.payload = message->payload;
  told.payload_length = message->payload_length;
  told.content_format = (int32_t)mock_coap_number(message, COAP_CONTENT_FORMAT);
  told.exchange = is_request || exchange == NULL ? -1 : exchange->number;
  told.code = is_request ? message->code : mock_coap_code_decimal(message->code);
  told.on = on;
  told.confirmable = message->type == COAP_CON;
  ask(server, seen, &told);
}

int32_t nbiot_mock_server_react(nbiot_mock_server_t *server, nbiot_mock_react_t react,
                                void *context) {
  if (server == NULL) {
    return NBIOT_MOCK_ERR_BADPARAM;
  }
  server->react = react;
  server->react_context = context;
  return NBIOT_MOCK_OK;
}
