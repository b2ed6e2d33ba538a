/* module.c - see module.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "module.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void module_say(module_t *module, const char *text) {
  module->say(module->say_context, (const uint8_t *)text, (uint32_t)strlen(text));
}

static module_socket_t *socket_of(module_t *module, long id) {
  if (id < 0 || id >= (long)MODULE_SOCKETS || module->sockets[id].number < 0) return NULL;
  return &module->sockets[id];
}

static void create(module_t *module, const char *arguments) {
  unsigned port = 0;
  unsigned mode = 0;
  char answer[32];
  uint32_t id = 0;
  if (sscanf(arguments, "\"DGRAM\",17,%u,%u", &port, &mode) != 2) abort();
  while (id < MODULE_SOCKETS && module->sockets[id].number >= 0) id += 1;
  if (id == MODULE_SOCKETS) {
    module_say(module, "\r\n+CME ERROR:23\r\n");
    return;
  }
  module->sockets[id].number =
      module->network.udp_open(module->network.context, NBIOT_FAMILY_IPV4, (uint16_t)port);
  module->sockets[id].count = 0;
  module->sockets[id].pushes = mode == 2u;
  snprintf(answer, sizeof answer, "\r\n%u\r\n\r\nOK\r\n", (unsigned)id);
  module_say(module, module->sockets[id].number < 0 ? "\r\n+CME ERROR:50\r\n" : answer);
}

static uint32_t bytes_of(const char *hex, uint8_t *bytes, uint32_t size) {
  uint32_t length = 0;
  unsigned byte;
  for (; length < size && sscanf(hex, "%2X", &byte) == 1; hex += 2) bytes[length++] = (uint8_t)byte;
  return length;
}

static void send(module_t *module, const char *arguments, int flagged) {
  char address[16];
  char answer[64];
  uint8_t bytes[1600];
  unsigned id = 0, port = 0, flag = 0, length = 0;
  int at = 0;
  module_socket_t *socket;
  nbiot_address_t to;
  if (flagged) {
    (void)sscanf(arguments, "%u,%15[0-9.],%u,0x%x,%u,%n", &id, address, &port, &flag, &length, &at);
  } else {
    (void)sscanf(arguments, "%u,%15[0-9.],%u,%u,%n", &id, address, &port, &length, &at);
  }
  if (at == 0) abort();
  socket = socket_of(module, (long)id);
  if (socket == NULL || length > module->longest ||
      bytes_of(arguments + at, bytes, sizeof bytes) != length) {
    module_say(module, socket == NULL ? "\r\n+CME ERROR:530\r\n" : "\r\n+CME ERROR:50\r\n");
    return;
  }
  module->released[0] += flag == 0x200u;
  module->released[1] += flag == 0x400u;
  to = nbiot_mock_address(address, (uint16_t)port);
  (void)module->network.udp_send(module->network.context, socket->number, bytes, length, &to);
  snprintf(answer, sizeof answer, "\r\n%u,%u\r\n\r\nOK\r\n", id, length);
  module_say(module, answer);
}

/* The oldest datagram, or as much of it as is asked for. */
static void hand_out(module_t *module, uint32_t id, const char *head, uint32_t most) {
  module_socket_t *socket = &module->sockets[id];
  module_datagram_t *oldest = &socket->queue[0];
  const uint32_t left = oldest->length - oldest->start;
  const uint32_t count = left < most ? left : most;
  char text[4000];
  int length = snprintf(text, sizeof text, "\r\n%s%u,%u.%u.%u.%u,%u,%u,", head, (unsigned)id,
                        oldest->from.bytes[0], oldest->from.bytes[1], oldest->from.bytes[2],
                        oldest->from.bytes[3], oldest->from.port, (unsigned)count);
  for (uint32_t i = 0; i < count; i += 1) {
    length += snprintf(text + length, sizeof text - (size_t)length, "%02X", oldest->bytes[oldest->start + i]);
  }
  snprintf(text + length, sizeof text - (size_t)length, ",%u\r\n", (unsigned)(left - count));
  module_say(module, text);
  oldest->start += count;
  if (oldest->start < oldest->length) return;
  socket->count -= 1;
  memmove(&socket->queue[0], &socket->queue[1], socket->count * sizeof socket->queue[0]);
}

static void fetch(module_t *module, const char *arguments) {
  unsigned id = 0, most = 0;
  if (sscanf(arguments, "%u,%u", &id, &most) != 2) abort();
  if (socket_of(module, (long)id) == NULL || most > module->longest) {
    module_say(module, "\r\n+CME ERROR:530\r\n");
    return;
  }
  if (module->sockets[id].count > 0) hand_out(module, id, "", most);
  module_say(module, "\r\nOK\r\n");
}

static void close_socket(module_t *module, const char *arguments) {
  module_socket_t *socket = socket_of(module, atol(arguments));
  if (socket != NULL) {
    module->network.udp_close(module->network.context, socket->number);
    socket->number = -1;
  }
  module_say(module, socket == NULL ? "\r\n+CME ERROR:530\r\n" : "\r\nOK\r\n");
}

static void look_up(module_t *module, const char *arguments) {
  char host[64];
  char answer[64];
  nbiot_address_t address;
  if (sscanf(arguments, "\"%63[^\"]", host) != 1) abort();
  if (module->network.resolve(module->network.context, host, (uint32_t)strlen(host), &address) != 1) {
    module_say(module, "\r\nERROR\r\n");
    return;
  }
  snprintf(answer, sizeof answer, "\r\nOK\r\n\r\n+CMDNS:%u.%u.%u.%u\r\n", address.bytes[0], address.bytes[1],
           address.bytes[2], address.bytes[3]);
  module_say(module, answer);
}

static void obey(module_t *module) {
  const char *command = module->heard;
  if (strncmp(command, "AT+NSOCR=", 9) == 0) create(module, command + 9);
  else if (strncmp(command, "AT+NSOSTF=", 10) == 0) send(module, command + 10, 1);
  else if (strncmp(command, "AT+NSOST=", 9) == 0) send(module, command + 9, 0);
  else if (strncmp(command, "AT+NSORF=", 9) == 0) fetch(module, command + 9);
  else if (strncmp(command, "AT+NSOCL=", 9) == 0) close_socket(module, command + 9);
  else if (strncmp(command, "AT+CMDNS=", 9) == 0) look_up(module, command + 9);
  else module_say(module, strcmp(command, "AT+CEREG=1") == 0 ? "\r\nOK\r\n\r\n+CEREG:1\r\n" : "\r\nOK\r\n");
}

void module_hear(module_t *module, const uint8_t *bytes, uint32_t count) {
  for (uint32_t i = 0; i < count; i += 1) {
    if (bytes[i] != '\r') {
      if (module->heard_length + 1u < sizeof module->heard) {
        module->heard[module->heard_length++] = (char)bytes[i];
      }
      continue;
    }
    module->heard[module->heard_length] = '\0';
    module->heard_length = 0;
    obey(module);
  }
}

static void receive_all(module_t *module, uint32_t id) {
  module_socket_t *socket = &module->sockets[id];
  char line[32];
  while (socket->count < MODULE_QUEUE) {
    module_datagram_t *last = &socket->queue[socket->count];
    const int32_t length = module->network.udp_receive(module->network.context, socket->number,
                                                       last->bytes, sizeof last->bytes, &last->from);
    if (length <= 0) return;
    last->length = (uint32_t)length;
    last->start = 0;
    socket->count += 1;
    if (socket->pushes) {
      hand_out(module, id, "+NSORF:", module->longest);
    } else if (socket->count == 1u) {
      snprintf(line, sizeof line, "\r\n+NSONMI:%u,%u\r\n", (unsigned)id, (unsigned)last->length);
      module_say(module, line);
    }
  }
}

void module_breathe(module_t *module) {
  for (uint32_t id = 0; id < MODULE_SOCKETS; id += 1) {
    if (module->sockets[id].number >= 0) receive_all(module, id);
  }
}

/* ---- The MCU's side, in the same thread ------------------------------------------------------- */

static void feed(void *context, const uint8_t *bytes, uint32_t count) {
  nbiot_at_modem_feed(context, bytes, count);
}

static uint32_t write_bytes(void *context, const uint8_t *bytes, uint32_t count) {
  module_hear(context, bytes, count);
  return count;
}

static uint32_t now_ms(void *context) {
  module_t *module = context;
  return module->network.now_ms(module->network.context);
}

static void sleep_ms(void *context, uint32_t timeout_ms) {
  module_t *module = context;
  const uint32_t before = module->modem.uart_in;
  if (module->locked) module->bad_locks += 1;
  for (uint32_t i = 0; i < timeout_ms && !module->roused && module->modem.uart_in == before; i += 1) {
    nbiot_mock_advance(module->world, 1);
    module_breathe(module);
  }
  module->roused = 0;
}

static int32_t fill_random(void *context, uint8_t *buffer, uint32_t size) {
  module_t *module = context;
  return module->network.random(module->network.context, buffer, size);
}

static void rouse(void *context) { ((module_t *)context)->roused = 1; }

static void lock(void *context) {
  module_t *module = context;
  module->bad_locks += module->locked;
  module->locked = 1;
}

static void unlock(void *context) {
  module_t *module = context;
  module->bad_locks += !module->locked;
  module->locked = 0;
}

void module_plug(module_t *module, nbiot_mock_world_t *world, nbiot_mock_node_t *node, uint16_t longest) {
  memset(module, 0, sizeof *module);
  module->world = world;
  module->node = node;
  module->network = nbiot_mock_platform(world, node);
  module->longest = longest;
  module->say = feed;
  module->say_context = &module->modem;
  for (uint32_t id = 0; id < MODULE_SOCKETS; id += 1) module->sockets[id].number = -1;
}

void module_begin(module_t *module, nbiot_mock_world_t *world, nbiot_mock_node_t *node,
                  uint16_t longest, uint8_t push) {
  const nbiot_at_modem_config_t config = NBIOT_AT_MODEM_CONFIG_INIT;
  module_plug(module, world, node, longest);
  module->config = config;
  module->config.context = module;
  module->config.now_ms = now_ms;
  module->config.random = fill_random;
  module->config.write = write_bytes;
  module->config.sleep = sleep_ms;
  module->config.rouse = rouse;
  module->config.lock = lock;
  module->config.unlock = unlock;
  module->config.uart = module->uart;
  module->config.uart_size = sizeof module->uart;
  module->config.send = module->send;
  module->config.send_size = sizeof module->send;
  module->config.receive = module->receive;
  module->config.receive_size = sizeof module->receive;
  module->config.sockets = MODULE_SOCKETS;
  module->config.datagram = longest;
  module->config.push = push;
  module->config.gap_ms = 0; /* The contract looks at the far end without letting this one work. */
  module->config.resolver = "CMDNS";
  if (nbiot_at_modem_init(&module->modem, &module->config) != 0) abort();
  module->hooks = nbiot_at_modem_platform(&module->modem);
  for (int i = 0; i < 1000 && !nbiot_at_modem_is_ready(&module->modem); i += 1) {
    module->hooks.wait(&module->modem, -1, 10);
  }
}

void module_restart(module_t *module) {
  for (uint32_t id = 0; id < MODULE_SOCKETS; id += 1) {
    if (module->sockets[id].number >= 0) {
      module->network.udp_close(module->network.context, module->sockets[id].number);
    }
    module->sockets[id].number = -1;
  }
  module->heard_length = 0;
  module_say(module, "\r\nM5310\r\n\r\nOK\r\n");
}
