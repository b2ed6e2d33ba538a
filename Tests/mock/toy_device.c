/* toy_device.c - a device of a hundred lines: registers, answers, notifies.
 * SPDX-License-Identifier: Apache-2.0 */
#include "toy_device.h"

#include <string.h>

toy_t toy_create(uint64_t seed) {
  toy_t toy;
  memset(&toy, 0, sizeof toy);
  toy.world = nbiot_mock_world_create(seed);
  toy.host = nbiot_mock_node_add(toy.world, "10.0.0.1", 0);
  toy.server = nbiot_mock_server_add(toy.host, 5683);
  toy.radio = nbiot_mock_node_add(toy.world, "10.0.0.2", UINT32_MAX - 500);
  toy.hooks = nbiot_mock_platform(toy.world, toy.radio);
  toy.peer = nbiot_mock_address("10.0.0.1", 5683);
  toy.socket = toy.hooks.udp_open(toy.hooks.context, NBIOT_FAMILY_IPV4, 0);
  toy.next_id = 100;
  strcpy(toy.value, "20.5");
  toy.value_length = 4;
  return toy;
}

void toy_destroy(toy_t *toy) { nbiot_mock_world_destroy(toy->world); }

void toy_link(toy_t *toy, const nbiot_mock_link_t *both) {
  nbiot_mock_link(toy->radio, NBIOT_MOCK_UP, both);
  nbiot_mock_link(toy->radio, NBIOT_MOCK_DOWN, both);
}

static void emit(toy_t *toy, const uint8_t *bytes, uint32_t length) {
  toy->hooks.udp_send(toy->hooks.context, toy->socket, bytes, length, &toy->peer);
}

static void emit_empty(toy_t *toy, uint8_t type, uint16_t id) {
  uint8_t bytes[4];
  coap_writer_t writer;
  coap_begin(&writer, bytes, sizeof bytes, type, 0, id, NULL, 0);
  emit(toy, bytes, coap_finish(&writer, NULL, 0));
}

void toy_request(toy_t *toy, uint8_t method, const char *path, const char *query,
                 const char *payload) {
  coap_writer_t writer;
  coap_begin(&writer, toy->sent, sizeof toy->sent, COAP_CON, method, toy->next_id++,
             (const uint8_t *)"T", 1);
  coap_put_parts(&writer, COAP_URI_PATH, path, '/');
  if (payload != NULL) {
    coap_put_number(&writer, COAP_CONTENT_FORMAT, 40);
  }
  coap_put_parts(&writer, COAP_URI_QUERY, query, '&');
  toy->sent_length = coap_finish(&writer, payload, payload == NULL ? 0 : (uint32_t)strlen(payload));
  toy->answer = 0;
  toy->waiting = 1;
  toy->tries = 0;
  toy->timeout = 2000;
  toy->deadline = toy->hooks.now_ms(toy->hooks.context);
}

static int32_t is_answered(void *context) {
  const toy_t *toy = context;
  return toy->answer != 0;
}

uint16_t toy_ask(toy_t *toy, uint8_t method, const char *path, const char *query,
                 const char *payload) {
  toy_request(toy, method, path, query, payload);
  nbiot_mock_drive(toy->world, toy_step, toy, is_answered, toy, 10000);
  return toy->answer;
}

uint16_t toy_register(toy_t *toy) {
  return toy_ask(toy, NBIOT_MOCK_POST, "rd", "ep=toy&lt=300&lwm2m=1.0&b=U", "</3303/0>");
}

static void put_content(toy_t *toy, coap_writer_t *writer, int observe) {
  if (observe) {
    coap_put_number(writer, COAP_OBSERVE, toy->sequence++);
  }
  coap_put_number(writer, COAP_CONTENT_FORMAT, 0);
}

void toy_notify(toy_t *toy, const char *value, int confirmable, uint16_t code) {
  uint8_t bytes[64];
  coap_writer_t writer;
  uint8_t type = confirmable ? COAP_CON : COAP_NON;
  strcpy(toy->value, value);
  toy->value_length = (uint32_t)strlen(value);
  if (!toy->observed) {
    return;
  }
  coap_begin(&writer, bytes, sizeof bytes, type, coap_code_wire(code), toy->next_id++,
             toy->observer, toy->observer_length);
  if (code / 100 == 2) {
    put_content(toy, &writer, 1);
  }
  emit(toy, bytes, coap_finish(&writer, toy->value, toy->value_length));
}

static void respond(toy_t *toy, const coap_message_t *request, uint8_t code, int content,
                    int observe) {
  int separate = toy->manner == TOY_SEPARATE;
  uint8_t bytes[96];
  uint8_t type = request->type == COAP_NON ? COAP_NON : separate ? COAP_CON : COAP_ACK;
  uint16_t id = type == COAP_ACK ? request->message_id : toy->next_id++;
  const uint8_t *nonsense = (const uint8_t *)"nonsense";
  const uint8_t *token = toy->manner == TOY_WRONG_TOKEN ? nonsense : request->token;
  coap_writer_t writer;
  if (separate && request->type == COAP_CON) {
    emit_empty(toy, COAP_ACK, request->message_id);
  }
  coap_begin(&writer, bytes, sizeof bytes, type, code, id, token, request->token_length);
  if (content) {
    put_content(toy, &writer, observe);
  }
  emit(toy, bytes, coap_finish(&writer, toy->value, content ? toy->value_length : 0));
}

static void serve_get(toy_t *toy, const coap_message_t *request) {
  int64_t observe = coap_number(request, COAP_OBSERVE);
  if (observe == 0) {
    toy->observed = 1;
    toy->observer_length = request->token_length;
    memcpy(toy->observer, request->token, request->token_length);
  } else if (observe == 1) {
    toy->observed = 0;
  }
  respond(toy, request, coap_code_wire(205), 1, observe == 0);
}

static void serve(toy_t *toy, const coap_message_t *request) {
  toy->requests += 1;
  if (toy->manner == TOY_DEAF) {
    return;
  }
  if (toy->manner == TOY_RESET) {
    emit_empty(toy, COAP_RST, request->message_id);
    return;
  }
  if (request->code == NBIOT_MOCK_GET) {
    serve_get(toy, request);
    return;
  }
  if (request->code == NBIOT_MOCK_PUT && request->payload_length < sizeof toy->value) {
    memcpy(toy->value, request->payload, request->payload_length);
    toy->value_length = request->payload_length;
  }
  respond(toy, request, coap_code_wire(204), 0, 0);
}

static void note_location(toy_t *toy, const coap_message_t *message) {
  uint32_t index = 0;
  const coap_option_t *option;
  if (message->code != coap_code_wire(201)) {
    return;
  }
  toy->location[0] = '\0';
  while ((option = coap_find(message, COAP_LOCATION_PATH, &index)) != NULL) {
    strcat(toy->location, "/");
    strncat(toy->location, (const char *)option->value, option->length);
  }
}

static void hear(toy_t *toy, const uint8_t *data, uint32_t length) {
  coap_message_t message;
  if (coap_decode(data, length, &message) != COAP_OK) {
    return;
  }
  if (message.code > 0 && message.code < 32) {
    serve(toy, &message);
  } else if (message.code == 0) {
    toy->resets += message.type == COAP_RST;
    toy->acknowledgements += message.type == COAP_ACK;
    if (toy->waiting && message.message_id == (toy->sent[2] << 8 | toy->sent[3])) {
      toy->deadline += message.type == COAP_ACK ? 100000 : 0;
      toy->answer = message.type == COAP_RST ? 1 : 0;
      toy->waiting = message.type == COAP_ACK;
    }
  } else if (toy->waiting && message.token_length == 1 && message.token[0] == 'T') {
    toy->waiting = 0;
    toy->answer = coap_code_decimal(message.code);
    note_location(toy, &message);
    if (message.type == COAP_CON) {
      emit_empty(toy, COAP_ACK, message.message_id);
    }
  }
}

static void retransmit(toy_t *toy, uint32_t now) {
  if (toy->tries == 5) {
    toy->waiting = 0;
    toy->answer = 2;
    return;
  }
  emit(toy, toy->sent, toy->sent_length);
  toy->tries += 1;
  toy->deadline = now + toy->timeout;
  toy->timeout *= 2;
}

int32_t toy_step(void *context, uint32_t *wait_ms) {
  toy_t *toy = context;
  uint8_t buffer[1500];
  nbiot_address_t from;
  int32_t length;
  uint32_t now = toy->hooks.now_ms(toy->hooks.context);
  while ((length = toy->hooks.udp_receive(toy->hooks.context, toy->socket, buffer, sizeof buffer,
                                          &from)) > 0) {
    hear(toy, buffer, (uint32_t)length);
  }
  if (toy->waiting && (int32_t)(now - toy->deadline) >= 0) {
    retransmit(toy, now);
  }
  *wait_ms = toy->waiting ? toy->deadline - now : 0x7FFFFFFF;
  return 0;
}
