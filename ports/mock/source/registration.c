/* registration.c - the LwM2M registration interface of the server (LwM2M 5.3).
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "server.h"

static void copy_text(char *text, uint32_t size, const uint8_t *value, uint32_t length) {
  uint32_t copied = length < size ? length : size - 1;
  memcpy(text, value, copied);
  text[copied] = '\0';
}

/* The value of a query parameter; `text` stays as it is when there is none. */
static int find_query(const mock_coap_message_t *message, const char *name, char *text,
                      uint32_t size) {
  uint32_t index = 0;
  uint32_t length = (uint32_t)strlen(name);
  const mock_coap_option_t *option;
  while ((option = mock_coap_find(message, COAP_URI_QUERY, &index)) != NULL) {
    if (option->length > length && option->value[length] == '=' &&
        memcmp(option->value, name, length) == 0) {
      copy_text(text, size, option->value + length + 1, option->length - length - 1);
      return 1;
    }
  }
  return 0;
}

static int understands_options(const mock_coap_message_t *message) {
  static const uint16_t critical[] = {3, 7, COAP_URI_PATH, COAP_URI_QUERY, COAP_ACCEPT,
                                      COAP_BLOCK1, COAP_AUTH_CODE};
  uint32_t i, known;
  for (i = 0; i < message->option_count; i += 1) {
    uint16_t number = message->options[i].number;
    for (known = 0; known < sizeof critical / sizeof critical[0]; known += 1) {
      if (critical[known] == number) {
        break;
      }
    }
    if (number % 2 == 1 && known == sizeof critical / sizeof critical[0]) {
      return 0;
    }
  }
  return 1;
}

uint8_t mock_registration_kind(const mock_coap_message_t *message) {
  char path[64];
  mock_coap_join(message, COAP_URI_PATH, '/', path, sizeof path);
  if (strcmp(path, "rd") == 0) {
    return message->code == NBIOT_MOCK_POST ? NBIOT_MOCK_ON_REGISTER : NBIOT_MOCK_ON_OTHER;
  }
  if (strcmp(path, "bs") == 0) {
    return message->code == NBIOT_MOCK_POST ? NBIOT_MOCK_ON_BOOTSTRAP : NBIOT_MOCK_ON_OTHER;
  }
  if (strncmp(path, "rd/", 3) != 0) {
    return NBIOT_MOCK_ON_OTHER;
  }
  switch (message->code) {
    case NBIOT_MOCK_POST: return NBIOT_MOCK_ON_UPDATE;
    case NBIOT_MOCK_DELETE: return NBIOT_MOCK_ON_DEREGISTER;
    default: return NBIOT_MOCK_ON_OTHER;
  }
}

static int expired(const nbiot_mock_server_t *server, const nbiot_mock_registration_t *known) {
  return server->node->world->now - known->seen_ms > (uint64_t)known->life_time * 1000;
}

mock_device_t *mock_device_find(const nbiot_mock_server_t *server, const char *endpoint) {
  mock_device_t *device = server->devices;
  while (endpoint != NULL && device != NULL &&
         strcmp(device->registration.endpoint, endpoint) != 0) {
    device = device->next;
  }
  if (device != NULL && expired(server, &device->registration)) {
    device->registration.active = 0;
  }
  return device;
}

/* Takes what a Register or an Update carries. */
static void absorb(nbiot_mock_server_t *server, mock_device_t *device, const nbiot_address_t *from,
                   const mock_coap_message_t *message) {
  nbiot_mock_registration_t *known = &device->registration;
  char life_time[16];
  uint32_t index = 0;
  const mock_coap_option_t *code = mock_coap_find(message, COAP_AUTH_CODE, &index);
  known->address = *from;
  known->seen_ms = server->node->world->now;
  find_query(message, "b", known->binding, sizeof known->binding);
  find_query(message, "lwm2m", known->version, sizeof known->version);
  if (find_query(message, "lt", life_time, sizeof life_time)) {
    known->life_time = (uint32_t)strtoul(life_time, NULL, 10);
  }
  if (code != NULL) {
    copy_text(known->auth_code, sizeof known->auth_code, code->value, code->length);
  }
  if (message->payload_length > 0) {
    free(device->objects);
    device->objects = mock_copy(message->payload, message->payload_length);
    known->objects = device->objects;
    known->objects_length = message->payload_length;
    known->content_format = (int32_t)mock_coap_number(message, COAP_CONTENT_FORMAT);
  }
}

static mock_device_t *unlink_device(nbiot_mock_server_t *server, const char *endpoint) {
  mock_device_t **place = &server->devices;
  mock_device_t *device;
  while (*place != NULL && strcmp((*place)->registration.endpoint, endpoint) != 0) {
    place = &(*place)->next;
  }
  device = *place;
  if (device != NULL) {
    *place = device->next;
  }
  return device;
}

static uint8_t serve_register(nbiot_mock_server_t *server, const nbiot_address_t *from,
                              const mock_coap_message_t *message, mock_device_t **registered) {
  char endpoint[256] = "";
  mock_device_t *device;
  nbiot_mock_registration_t *known;
  if (!find_query(message, "ep", endpoint, sizeof endpoint) || endpoint[0] == '\0') {
    return mock_coap_code_wire(400);
  }
  device = unlink_device(server, endpoint);
  if (device == NULL) {
    device = mock_allocate(sizeof *device);
    device->registration.objects = "";
    device->registration.content_format = -1;
  }
  device->next = server->devices;
  server->devices = device;
  known = &device->registration;
  strcpy(known->endpoint, endpoint);
  known->version[0] = known->binding[0] = known->auth_code[0] = '\0';
  known->life_time = 86400;
  known->registered_ms = server->node->world->now;
  known->registers += 1;
  known->updates = 0;
  known->active = 1;
  snprintf(known->location, sizeof known->location, "rd/%08lx",
           (unsigned long)(mock_chance_next(&server->chance) >> 32));
  absorb(server, device, from, message);
  /* A new registration starts without observations (LwM2M 5.3.1). */
  mock_observation_end(server, device);
  *registered = device;
  return mock_coap_code_wire(201);
}

static mock_device_t *find_location(nbiot_mock_server_t *server,
                                    const mock_coap_message_t *message) {
  mock_device_t *device = server->devices;
  char path[64];
  mock_coap_join(message, COAP_URI_PATH, '/', path, sizeof path);
  while (device != NULL &&
         (!device->registration.active || expired(server, &device->registration) ||
          strcmp(device->registration.location, path) != 0)) {
    device = device->next;
  }
  return device;
}

static uint8_t serve_update(nbiot_mock_server_t *server, const nbiot_address_t *from,
                            const mock_coap_message_t *message) {
  mock_device_t *device = find_location(server, message);
  if (device == NULL) {
    return mock_coap_code_wire(404);
  }
  device->registration.updates += 1;
  absorb(server, device, from, message);
  return mock_coap_code_wire(204);
}

static uint8_t serve_deregister(nbiot_mock_server_t *server, const mock_coap_message_t *message) {
  mock_device_t *device = find_location(server, message);
  if (device == NULL) {
    return mock_coap_code_wire(404);
  }
  device->registration.active = 0;
  mock_observation_end(server, device);
  return mock_coap_code_wire(202);
}

static uint8_t serve_bootstrap(nbiot_mock_server_t *server, const mock_seen_t *seen,
                               const mock_coap_message_t *message) {
  char endpoint[256] = "";
  find_query(message, "ep", endpoint, sizeof endpoint);
  return mock_bootstrap_serve(server, &seen->from, endpoint, seen->answer.delay_ms);
}

static uint8_t serve(nbiot_mock_server_t *server, uint8_t on, const mock_seen_t *seen,
                     mock_coap_message_t *message, mock_device_t **registered) {
  const nbiot_address_t *from = &seen->from;
  uint16_t unfinished = mock_body_take(server, from, message);
  if (unfinished != 0) {
    return mock_coap_code_wire(unfinished);
  }
  switch (on) {
    case NBIOT_MOCK_ON_BOOTSTRAP: return serve_bootstrap(server, seen, message);
    case NBIOT_MOCK_ON_REGISTER: return serve_register(server, from, message, registered);
    case NBIOT_MOCK_ON_UPDATE: return serve_update(server, from, message);
    case NBIOT_MOCK_ON_DEREGISTER: return serve_deregister(server, message);
    default: return mock_coap_code_wire(404);
  }
}

void mock_registration_serve(nbiot_mock_server_t *server, mock_seen_t *seen,
                             const mock_coap_message_t *message) {
  mock_coap_message_t whole = *message;
  uint8_t on = mock_registration_kind(message);
  uint8_t scripted = mock_coap_code_wire(seen->answer.code);
  mock_device_t *registered = NULL;
  uint8_t code;
  server->counts.registers += on == NBIOT_MOCK_ON_REGISTER;
  server->counts.updates += on == NBIOT_MOCK_ON_UPDATE;
  server->counts.deregisters += on == NBIOT_MOCK_ON_DEREGISTER;
  server->counts.bootstraps += on == NBIOT_MOCK_ON_BOOTSTRAP;
  if (!understands_options(message)) {
    code = mock_coap_code_wire(402);
  } else if (seen->answer.kind == NBIOT_MOCK_RESET || (scripted != 0 && scripted >> 5 != 2)) {
    code = scripted;
  } else {
    code = serve(server, on, seen, &whole, &registered);
    code = code >> 5 == 2 && scripted != 0 ? scripted : code;
  }
  server->counts.refused += code >> 5 >= 4;
  mock_reply(server, seen, message, code,
             registered == NULL ? NULL : registered->registration.location);
}

void nbiot_mock_server_forget(nbiot_mock_server_t *server) {
  mock_device_t *device = server == NULL ? NULL : server->devices;
  if (server != NULL) {
    mock_journal_add(server->node->world, server->node, "server on port %u forgets every device",
                     server->socket->local_port);
    mock_body_release(server);
  }
  for (; device != NULL; device = device->next) {
    device->registration.active = 0;
  }
  if (server != NULL) {
    mock_observation_end(server, NULL);
  }
}

const nbiot_mock_registration_t *nbiot_mock_server_registration(const nbiot_mock_server_t *server,
                                                                const char *endpoint) {
  mock_device_t *device = server == NULL ? NULL : mock_device_find(server, endpoint);
  return device == NULL ? NULL : &device->registration;
}

int32_t nbiot_mock_server_has_device(void *server) {
  const nbiot_mock_server_t *self = server;
  const mock_device_t *device = self == NULL ? NULL : self->devices;
  while (device != NULL && (!device->registration.active || expired(self, &device->registration))) {
    device = device->next;
  }
  return device != NULL;
}

void mock_registration_release(nbiot_mock_server_t *server) {
  while (server->devices != NULL) {
    mock_device_t *device = server->devices;
    server->devices = device->next;
    free(device->objects);
    free(device);
  }
}
