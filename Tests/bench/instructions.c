/* instructions.c - how many instructions a board executes for a request.
 *
 * The device is that of bench_client.c with default capacities; the requests are those of driver.c.
 * They come and go through the hooks of stack_peer.c, one datagram each way in memory. A figure is
 * the difference of two loops that differ by the call of nbiot_device_poll(), so it holds what the
 * library, its callback, the hooks and the C library's memcpy take. Before each request the clock
 * moves on until all duplicates are forgotten.
 *
 * Cycles of the board's clock become instructions by the pace of a loop of known length: right on
 * an emulator that executes them at a constant pace, and nowhere else.
 *
 * Prints a line `COUNT OPERATION` each; `hooks` is what they have in every figure but that of ping.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../board/spin.h"
#include "clock.h"
#include "nbiot.h"
#include "stack_peer.h"

#define OBJECT 3303
#define INSTANCES 2
#define RESOURCES 6
#define TEXT_CAPACITY 16
/* Less than half a day by the clock, in which all notifications are non-confirmable. */
#define ROUNDS 150u
#define EXCHANGE_LIFETIME_MS 247000u
#define SPINS 1000000u
#define LONGEST_LIFETIME_S 0x0fffffffu

enum { LOWEST, HIGHEST, VALUE, UNITS, KIND, RESET };
static const uint16_t resource_ids[RESOURCES] = {5601, 5602, 5700, 5701, 5750, 5605};

typedef struct {
  const char *name;
  uint8_t method; /* 0 = ping */
  uint8_t answer; /* code of the last datagram that follows */
  uint8_t length;
  const char *text; /* options and payload; `i` stands for the instance */
} operation_t;

#define OPERATION(name, method, answer, text) {name, method, answer, sizeof text - 1, text}
#define INSTANCE "\xb4" "3303" "\x01" "i"
static const operation_t operations[] = {
    OPERATION("read", 1, 0x45, INSTANCE "\x04" "5700" "\x60"),
    OPERATION("read-instance", 1, 0x45, INSTANCE),
    OPERATION("write", 3, 0x44, INSTANCE "\x04" "5601" "\x10" "\xff" "12.5"),
    OPERATION("execute", 2, 0x44, INSTANCE "\x04" "5605"),
    OPERATION("discover", 1, 0x45, "\xb4" "3303" "\x61\x28"),
    OPERATION("ping", 0, 0x00, ""),
};
static const operation_t observe = OPERATION(
    "observe", 1, 0x45, "\x60\x54" "3303" "\x01" "0" "\x04" "5700" "\x60");
static const operation_t notify = OPERATION(
    "notify", 2, 0x45, "\xb4" "3303" "\x01" "0" "\x04" "5605");

static uint64_t block[NBIOT_MEMORY_SIZE_DEFAULT / 8];
static nbiot_device_t *device;
static nbiot_value_t values[INSTANCES][RESOURCES];
static char texts[INSTANCES][TEXT_CAPACITY];

static void need(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "instructions: %s: answer %d.%02d\n", what, outbox[1] >> 5, outbox[1] & 31);
  exit(1);
}

/* ---- The device ------------------------------------------------------------------------------ */

static int32_t on_execute(void *context, nbiot_request_t handle, const nbiot_path_t *path,
                          const uint8_t *arguments, uint32_t length) {
  (void)context;
  (void)handle;
  (void)arguments;
  (void)length;
  values[path->instance_id][VALUE].value.as_float += 0.1;
  nbiot_resource_notify(device, OBJECT, path->instance_id, resource_ids[VALUE], 0);
  return 0;
}

static void fill_values(void) {
  static char units[] = "Cel";
  for (unsigned i = 0; i < INSTANCES; i++) {
    nbiot_value_t *of = values[i];
    for (int id = LOWEST; id <= VALUE; id++) {
      of[id].type = NBIOT_FLOAT;
      of[id].flag = NBIOT_READABLE | NBIOT_WRITABLE;
      of[id].value.as_float = 23.5;
    }
    memcpy(texts[i], units, sizeof units);
    of[UNITS].type = of[KIND].type = NBIOT_STRING;
    of[UNITS].flag = NBIOT_READABLE;
    of[UNITS].value.as_buf.val = units;
    of[KIND].flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE;
    of[KIND].capacity = TEXT_CAPACITY;
    of[KIND].value.as_buf.val = texts[i];
    of[UNITS].value.as_buf.len = of[KIND].value.as_buf.len = sizeof units - 1u;
    of[RESET].type = NBIOT_INTEGER;
    of[RESET].flag = NBIOT_EXECUTABLE;
  }
}

static void register_device(void) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  config.platform = nbiot_platform_default();
  config.memory = block;
  config.memory_size = sizeof block;
  config.endpoint_name = "bench";
  config.uri = "coap://server";
  config.life_time = LONGEST_LIFETIME_S;
  config.execute = on_execute;
  need(nbiot_device_create_with(&device, &config) == NBIOT_ERR_OK, "create");
  fill_values();
  for (uint16_t i = 0; i < INSTANCES; i++) {
    for (int id = 0; id < RESOURCES; id++) {
      need(nbiot_resource_add(device, OBJECT, i, resource_ids[id], &values[i][id]) == NBIOT_ERR_OK,
           "add");
    }
  }
  (void)nbiot_device_connect(device, 0);
  respond(0x41);
  (void)nbiot_device_poll(device, NULL);
  need(nbiot_device_state(device) == NBIOT_STATE_REGISTERED, "register");
}

/* ---- The loops ------------------------------------------------------------------------------- */

static void put_request(const operation_t *operation, unsigned instance) {
  static uint16_t id;
  id++;
  inbox[0] = operation->method == 0 ? 0x40 : 0x44;
  inbox[1] = operation->method;
  inbox[2] = (uint8_t)(id >> 8);
  inbox[3] = (uint8_t)id;
  inbox_length = 4;
  if (operation->method == 0) return;
  memcpy(inbox + inbox_length, operation == &observe ? "\x0b\0\0\0" : "\x51\0\0\0", 4);
  inbox_length += 4;
  for (unsigned i = 0; i < operation->length; i++) {
    const char byte = operation->text[i];
    inbox[inbox_length++] = (uint8_t)(byte == 'i' ? '0' + instance : byte);
  }
}

static void serve_by_poll(void) { (void)nbiot_device_poll(device, NULL); }

static void serve_by_nobody(void) {}

/* What a request makes the hooks do, without the library between them. */
static void serve_by_hooks(void) {
  static uint8_t buffer[512];
  const nbiot_platform_t *platform = nbiot_platform_default();
  nbiot_address_t from;
  (void)platform->now_ms(platform->context);
  const int32_t length = platform->udp_receive(platform->context, 1, buffer, sizeof buffer, &from);
  (void)platform->udp_send(platform->context, 1, buffer, (uint32_t)length, &from);
  (void)platform->udp_receive(platform->context, 1, buffer, sizeof buffer, &from);
}

static uint32_t cycles_of(const operation_t *operation, void (*serve)(void)) {
  const uint32_t start = clock_cycles();
  for (unsigned round = 0; round < ROUNDS; round++) {
    clock_ms += EXCHANGE_LIFETIME_MS;
    put_request(operation, round % INSTANCES);
    serve();
  }
  return clock_cycles() - start;
}

static uint32_t instructions_per_cycle(void) {
  const uint32_t start = clock_cycles();
  spin(SPINS);
  const uint32_t cycles = clock_cycles() - start;
  return (2u * SPINS + cycles / 2u) / cycles;
}

static uint32_t measure(const operation_t *operation, void (*serve)(void)) {
  const uint32_t now = clock_ms;
  const uint32_t idle = cycles_of(operation, serve_by_nobody);
  clock_ms = now;
  const uint32_t busy = cycles_of(operation, serve);
  return ((busy - idle) * instructions_per_cycle() + ROUNDS / 2u) / ROUNDS;
}

static uint32_t measure_request(const operation_t *operation) {
  /* Every operation starts with the same values; the first round is not like the others. */
  fill_values();
  put_request(operation, 0);
  serve_by_poll();
  const uint32_t count = measure(operation, serve_by_poll);
  need(outbox[1] == operation->answer, operation->name);
  return count;
}

int main(void) {
  uint32_t execute = 0;
  clock_start();
  register_device();
  for (unsigned i = 0; i < sizeof operations / sizeof operations[0]; i++) {
    const uint32_t count = measure_request(&operations[i]);
    if (strcmp(operations[i].name, "execute") == 0) execute = count;
    printf("%lu %s\n", (unsigned long)count, operations[i].name);
  }
  put_request(&observe, 0);
  serve_by_poll();
  need(outbox[1] == observe.answer, observe.name);
  /* The same Execute causes a notification now. */
  printf("%lu %s\n", (unsigned long)(measure_request(&notify) - execute), notify.name);
  printf("%lu hooks\n", (unsigned long)measure(&operations[0], serve_by_hooks));
  return 0;
}
