/* bench_client.c - the client under test of the load driver: object 3303 with INSTANCES instances.
 *
 *     bench_client PORT INSTANCES
 *
 * Registers to coap://127.0.0.1:PORT and serves until SIGTERM. One thread: no lock, no wake. The
 * loop is what event-driven firmware has: nbiot_device_poll(), which drains the socket itself, then
 * a sleep until the socket or the deadline.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nbiot.h"

#define OBJECT 3303
#define RESOURCES 6
#define TEXT_CAPACITY 16
#define BUFFER_SIZE 2048u
#define BUFFER_LIMIT 65000u

typedef struct {
  nbiot_value_t values[RESOURCES];
  char text[TEXT_CAPACITY];
} instance_t;

typedef struct {
  nbiot_device_t *device;
  instance_t *instances;
} bench_t;

enum { LOWEST, HIGHEST, VALUE, UNITS, KIND, RESET };
static const uint16_t resource_ids[RESOURCES] = {5601, 5602, 5700, 5701, 5750, 5605};

static volatile sig_atomic_t is_ending;
static int32_t open_socket = -1;

static void end(int signal_number) {
  (void)signal_number;
  is_ending = 1;
}

/* The loop sleeps on the device's socket, and only the port knows which that is. */
static int32_t open_and_note(void *context, uint8_t family, uint16_t local_port) {
  open_socket = nbiot_platform_default()->udp_open(context, family, local_port);
  return open_socket;
}

static void close_and_note(void *context, int32_t socket) {
  open_socket = -1;
  nbiot_platform_default()->udp_close(context, socket);
}

static int32_t on_execute(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const uint8_t *arguments, uint32_t length) {
  bench_t *bench = context;
  (void)request;
  (void)arguments;
  (void)length;
  bench->instances[path->instance_id].values[VALUE].value.as_float += 0.1;
  nbiot_resource_notify(bench->device, OBJECT, path->instance_id, resource_ids[VALUE], 0);
  return 0;
}

static void fill_instance(instance_t *instance) {
  static char units[] = "Cel";
  nbiot_value_t *values = instance->values;
  for (int i = LOWEST; i <= VALUE; i++) {
    values[i].type = NBIOT_FLOAT;
    values[i].flag = NBIOT_READABLE | NBIOT_WRITABLE;
    values[i].value.as_float = 23.5;
  }
  values[UNITS].type = NBIOT_STRING;
  values[UNITS].flag = NBIOT_READABLE;
  values[UNITS].value.as_buf.val = units;
  values[UNITS].value.as_buf.len = sizeof units - 1u;
  memcpy(instance->text, units, sizeof units - 1u);
  values[KIND].type = NBIOT_STRING;
  values[KIND].flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE;
  values[KIND].capacity = TEXT_CAPACITY;
  values[KIND].value.as_buf.val = instance->text;
  values[KIND].value.as_buf.len = sizeof units - 1u;
  values[RESET].type = NBIOT_INTEGER;
  values[RESET].flag = NBIOT_EXECUTABLE;
}

static int32_t add_instances(bench_t *bench, uint16_t count) {
  for (uint16_t instance = 0; instance < count; instance++) {
    fill_instance(&bench->instances[instance]);
    for (int i = 0; i < RESOURCES; i++) {
      const int32_t status = nbiot_resource_add(bench->device, OBJECT, instance, resource_ids[i],
                                                &bench->instances[instance].values[i]);
      if (status != NBIOT_ERR_OK) return status;
    }
  }
  return NBIOT_ERR_OK;
}

static int32_t create_device(bench_t *bench, const char *uri, uint16_t count) {
  nbiot_platform_t platform = *nbiot_platform_default();
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  /* "</3303/65535>," per instance: one datagram has to hold the whole Register. */
  const uint32_t object_list = 128u + 14u * count;
  platform.udp_open = open_and_note;
  platform.udp_close = close_and_note;
  platform.lock = NULL;
  platform.unlock = NULL;
  platform.wake = NULL;
  platform.log = NULL;
  config.platform = &platform;
  config.endpoint_name = "bench";
  config.uri = uri;
  config.callback_context = bench;
  config.execute = on_execute;
  config.resource_capacity = (uint16_t)(count * RESOURCES);
  config.observation_capacity = (uint16_t)(count * RESOURCES);
  config.duplicate_capacity = 4096;
  config.receive_capacity = BUFFER_SIZE;
  config.send_capacity = BUFFER_SIZE;
  if (object_list > BUFFER_SIZE) {
    config.send_capacity = (uint16_t)(object_list < BUFFER_LIMIT ? object_list : BUFFER_LIMIT);
  }
  return nbiot_device_create_with(&bench->device, &config);
}

static void serve(bench_t *bench) {
  uint32_t wait_ms = 0;
  (void)nbiot_device_connect(bench->device, 0);
  while (!is_ending) {
    struct pollfd set = {.events = POLLIN};
    (void)nbiot_device_poll(bench->device, &wait_ms);
    set.fd = open_socket;
    (void)poll(&set, 1, wait_ms > INT_MAX ? INT_MAX : (int)wait_ms);
  }
}

int main(int argc, char *argv[]) {
  static bench_t bench;
  struct sigaction action = {.sa_handler = end};
  char uri[48];
  unsigned long count;
  int32_t status;
  if (argc != 3 || (count = strtoul(argv[2], NULL, 10)) < 1 || count > 10000) {
    fprintf(stderr, "usage: %s PORT INSTANCES\n", argv[0]);
    return 2;
  }
  snprintf(uri, sizeof uri, "coap://127.0.0.1:%s", argv[1]);
  sigaction(SIGTERM, &action, NULL);
  bench.instances = calloc(count, sizeof *bench.instances);
  if (bench.instances == NULL) return 1;

  status = create_device(&bench, uri, (uint16_t)count);
  if (status == NBIOT_ERR_OK) status = add_instances(&bench, (uint16_t)count);
  if (status == NBIOT_ERR_OK) {
    serve(&bench);
    (void)nbiot_device_close(bench.device, 5);
  } else {
    fprintf(stderr, "bench_client: status %d\n", (int)status);
  }
  if (bench.device != NULL) nbiot_device_destroy(bench.device);
  free(bench.instances);
  nbiot_clear_environment();
  return status == NBIOT_ERR_OK ? 0 : 1;
}
