/* calls.c - before a call what a watch needs is set up, after it everything is looked at.
 * SPDX-License-Identifier: Apache-2.0 */
#include "calls.h"

#include <stdio.h>
#include <string.h>

#include "law.h"
#include "lent.h"
#include "line.h"
#include "things.h"

#define LAST INT32_MAX
#define TABLES 11u

static uint32_t tables;

static const int32_t serving[] = {NBIOT_ERR_OK, NBIOT_ERR_PENDING, NBIOT_ERR_BS_FAILED, NBIOT_ERR_REG_FAILED,
                                  NBIOT_ERR_NOT_REGISTER, NBIOT_ERR_SERVER_RESET, NBIOT_ERR_SOCKET, LAST};
/* With an argument that may be refused. */
static const int32_t refusing[] = {NBIOT_ERR_OK, NBIOT_ERR_PENDING, NBIOT_ERR_BS_FAILED, NBIOT_ERR_REG_FAILED,
                                   NBIOT_ERR_NOT_REGISTER, NBIOT_ERR_SERVER_RESET, NBIOT_ERR_SOCKET,
                                   NBIOT_ERR_BADPARAM, NBIOT_ERR_NOT_SUPPORT, LAST};

static void begin(void) {
  if (line.is_inside) return;
  line.calls = 0;
  line.waits = 0;
}

static int32_t end(const char *name, int32_t status, const int32_t *documented) {
  uint32_t index = 0;
  while (documented[index] != status && documented[index] != LAST) index += 1;
  if (documented[index] == LAST) fprintf(stderr, "%s answered %d\n", name, (int)status);
  law(documented[index] == status, "only documented statuses are answered");
  law_tell(name, (uint32_t)-status, NULL, 0);
  if (line.is_inside) return status;
  law(line.locked == 0, "nbiot_port.h, lock: released when a call returns");
  law(line.hinted == 0 || line.is_secure, "nbiot_port.h, udp_hint: udp_send follows");
  things_flush();
  things_check();
  lent_check();
  return status;
}

/* A call that callbacks may not make. */
static int32_t end_outer(const char *name, int32_t status, const int32_t *documented) {
  static const int32_t refused[] = {NBIOT_ERR_BUSY, NBIOT_ERR_BADPARAM, LAST};
  return end(name, status, line.is_inside ? refused : documented);
}

int32_t call_create(nbiot_device_t **device, const nbiot_config_t *config) {
  static const int32_t documented[] = {NBIOT_ERR_OK, NBIOT_ERR_BADPARAM, NBIOT_ERR_ABI, NBIOT_ERR_INVALID_URI,
                                       NBIOT_ERR_NOT_SUPPORT, NBIOT_ERR_NO_MEMORY, NBIOT_ERR_RANDOM, LAST};
  begin();
  return end("create_with", nbiot_device_create_with(device, config), documented);
}

int32_t call_destroy(nbiot_device_t *device) {
  static const int32_t documented[] = {NBIOT_ERR_OK, NBIOT_ERR_BADPARAM, LAST};
  begin();
  return end_outer("destroy", nbiot_device_destroy(device), documented);
}

static const int32_t adding[] = {NBIOT_ERR_OK, NBIOT_ERR_BADPARAM, NBIOT_ERR_NOT_SUPPORT, NBIOT_ERR_EXISTS,
                                 NBIOT_ERR_NO_MEMORY, LAST};
/* Inside `create` what add answers, and BUSY for another instance. */
static const int32_t adding_inside[] = {NBIOT_ERR_OK, NBIOT_ERR_BADPARAM, NBIOT_ERR_NOT_SUPPORT, NBIOT_ERR_EXISTS,
                                        NBIOT_ERR_NO_MEMORY, NBIOT_ERR_BUSY, LAST};

int32_t call_add(nbiot_device_t *device, nbiot_path_t path, nbiot_value_t *value) {
  begin();
  return end("resource_add", nbiot_resource_add(device, path.object_id, path.instance_id, path.resource_id, value),
             line.is_inside ? adding_inside : adding);
}

int32_t call_add_multiple(nbiot_device_t *device, nbiot_path_t path, nbiot_instance_t *instances, uint32_t count) {
  begin();
  return end("resource_add_multiple",
             nbiot_resource_add_multiple(device, path.object_id, path.instance_id, path.resource_id, instances, count),
             line.is_inside ? adding_inside : adding);
}

int32_t call_remove(nbiot_device_t *device, nbiot_path_t path) {
  static const int32_t documented[] = {NBIOT_ERR_OK, NBIOT_ERR_BADPARAM, NBIOT_ERR_NOT_FOUND, NBIOT_ERR_NOT_SUPPORT, LAST};
  begin();
  return end_outer("resource_del", nbiot_resource_del(device, path.object_id, path.instance_id, path.resource_id),
                   documented);
}

int32_t call_set(nbiot_device_t *device, nbiot_path_t path, const nbiot_value_t *value) {
  static const int32_t documented[] = {NBIOT_ERR_OK, NBIOT_ERR_BADPARAM, NBIOT_ERR_NOT_FOUND, NBIOT_ERR_NOT_SUPPORT,
                                       NBIOT_ERR_NO_MEMORY, LAST};
  begin();
  return end("resource_set", nbiot_resource_set(device, path.object_id, path.instance_id, path.resource_id, value),
             documented);
}

int32_t call_notify(nbiot_device_t *device, nbiot_path_t path, uint32_t ack_id) {
  static const int32_t documented[] = {NBIOT_ERR_OK, NBIOT_ERR_BADPARAM, NBIOT_ERR_NOT_FOUND, NBIOT_ERR_NO_MEMORY,
                                       NBIOT_ERR_EXISTS, NBIOT_ERR_NOT_SUPPORT, LAST};
  static const int32_t unconfirmed[] = {NBIOT_ERR_OK, NBIOT_ERR_BADPARAM, NBIOT_ERR_NOT_FOUND, LAST};
  begin();
  return end("resource_notify",
             nbiot_resource_notify(device, path.object_id, path.instance_id, path.resource_id, ack_id),
             ack_id == 0 ? unconfirmed : documented);
}

int32_t call_error(nbiot_device_t *device, uint8_t code) {
  static const int32_t documented[] = {NBIOT_ERR_OK, NBIOT_ERR_BADPARAM, NBIOT_ERR_NO_MEMORY, LAST};
  begin();
  return end("device_error", nbiot_device_error(device, code), documented);
}

int32_t call_connect(nbiot_device_t *device, int32_t timeout) {
  static const int32_t documented[] = {NBIOT_ERR_OK, NBIOT_ERR_TIMEOUT, NBIOT_ERR_REG_FAILED, NBIOT_ERR_BS_FAILED,
                                       NBIOT_ERR_SERVER_RESET, NBIOT_ERR_INVALID_URI, NBIOT_ERR_SOCKET,
                                       NBIOT_ERR_BADPARAM, NBIOT_ERR_NOT_SUPPORT, LAST};
  begin();
  return end_outer("connect", nbiot_device_connect(device, timeout), documented);
}

int32_t call_step(nbiot_device_t *device, int32_t timeout) {
  begin();
  return end_outer("step", nbiot_device_step(device, timeout), device == NULL || timeout != 0 ? refusing : serving);
}

int32_t call_poll(nbiot_device_t *device, uint32_t *wait_ms) {
  begin();
  return end_outer("poll", nbiot_device_poll(device, wait_ms), device == NULL ? refusing : serving);
}

int32_t call_sync(nbiot_device_t *device) {
  begin();
  return end_outer("sync", nbiot_device_sync(device), device == NULL ? refusing : serving);
}

int32_t call_update(nbiot_device_t *device, uint32_t life_time, int32_t with_objects) {
  static const int32_t documented[] = {NBIOT_ERR_OK, NBIOT_ERR_BADPARAM, NBIOT_ERR_NOT_REGISTER, LAST};
  begin();
  return end_outer("update", nbiot_device_update(device, life_time, with_objects), documented);
}

int32_t call_rebind(nbiot_device_t *device) {
  static const int32_t documented[] = {NBIOT_ERR_OK, NBIOT_ERR_BADPARAM, NBIOT_ERR_NOT_REGISTER, LAST};
  begin();
  return end_outer("rebind", nbiot_device_rebind(device), documented);
}

int32_t call_close(nbiot_device_t *device, int32_t timeout) {
  static const int32_t documented[] = {NBIOT_ERR_OK, NBIOT_ERR_TIMEOUT, NBIOT_ERR_NOT_REGISTER, NBIOT_ERR_BADPARAM,
                                       NBIOT_ERR_NOT_SUPPORT, LAST};
  begin();
  return end_outer("close", nbiot_device_close(device, timeout), documented);
}

int32_t call_respond(nbiot_device_t *device, nbiot_request_t request, int32_t code, const nbiot_value_t *value) {
  static const int32_t documented[] = {NBIOT_ERR_OK, NBIOT_ERR_BADPARAM, NBIOT_ERR_NOT_FOUND, NBIOT_ERR_NOT_SUPPORT,
                                       NBIOT_ERR_NO_MEMORY, LAST};
  begin();
  return end("respond", nbiot_request_respond(device, request, code, value), documented);
}

int32_t call_state(nbiot_device_t *device) {
  int32_t state;
  begin();
  state = nbiot_device_state(device);
  law(state == NBIOT_ERR_BADPARAM || (state >= NBIOT_STATE_IDLE && state <= NBIOT_STATE_DISABLED), "a state there is");
  return state;
}

int32_t call_socket(nbiot_device_t *device) {
  int32_t socket;
  begin();
  socket = nbiot_device_socket(device);
  law(device == NULL || socket == line.socket, "nbiot_device_socket: what udp_open returned, -1 while none is open");
  return socket;
}

uint32_t calls_tables(void) { return tables; }

static void check_usage(const nbiot_usage_t *usage) {
  law(usage->used <= usage->capacity, "nbiot_usage_t: no table holds more than it has room for");
  law(usage->peak <= usage->capacity, "nbiot_usage_t: nor ever has");
}

static void check_statistics(const nbiot_statistics_t *statistics) {
  uint32_t index, dropped = 0;
  const nbiot_usage_t *first = &statistics->resources;
  for (index = 0; index < TABLES; index++) {
    check_usage(first + index);
    if (first[index].peak > 0) tables |= 1u << index;
  }
  for (index = 0; index < NBIOT_DROP_COUNT; index++) dropped += statistics->dropped[index];
  law(dropped <= statistics->datagrams_in, "nbiot_statistics_t: what is dropped was received");
  law(statistics->requests + statistics->duplicates + dropped <= statistics->datagrams_in + statistics->duplicates,
      "nbiot_statistics_t: a datagram is one request at most");
}

void call_statistics(nbiot_device_t *device, uint32_t size) {
  nbiot_statistics_t *statistics = lent_new(size);
  int32_t status;
  uint32_t index;
  begin();
  memset(statistics, 0xEE, size);
  status = nbiot_device_statistics(device, statistics, size);
  law(status == (device == NULL || size == 0 ? NBIOT_ERR_BADPARAM : NBIOT_ERR_OK), "nbiot_device_statistics: its statuses");
  if (status == NBIOT_ERR_OK && size >= sizeof *statistics) {
    check_statistics(statistics);
    for (index = sizeof *statistics; index < size; index++) {
      law(((uint8_t *)statistics)[index] == 0, "nbiot_device_statistics: bytes beyond the struct are zeroed");
    }
  }
  lent_free(statistics);
}
