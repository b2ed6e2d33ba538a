/* calls.h - each function of nbiot.h, called with a watch on the status it answers: only those its comment names.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CALLS_H
#define CALLS_H

#include "nbiot.h"

int32_t call_create(nbiot_device_t **device, const nbiot_config_t *config);
int32_t call_destroy(nbiot_device_t *device);
int32_t call_add(nbiot_device_t *device, nbiot_path_t path, nbiot_value_t *value);
int32_t call_add_multiple(nbiot_device_t *device, nbiot_path_t path, nbiot_instance_t *instances, uint32_t count);
int32_t call_remove(nbiot_device_t *device, nbiot_path_t path);
int32_t call_set(nbiot_device_t *device, nbiot_path_t path, const nbiot_value_t *value);
int32_t call_notify(nbiot_device_t *device, nbiot_path_t path, uint32_t ack_id);
int32_t call_error(nbiot_device_t *device, uint8_t code);
int32_t call_connect(nbiot_device_t *device, int32_t timeout);
int32_t call_step(nbiot_device_t *device, int32_t timeout);
int32_t call_poll(nbiot_device_t *device, uint32_t *wait_ms);
int32_t call_sync(nbiot_device_t *device);
int32_t call_update(nbiot_device_t *device, uint32_t life_time, int32_t with_objects);
int32_t call_rebind(nbiot_device_t *device);
int32_t call_close(nbiot_device_t *device, int32_t timeout);
int32_t call_respond(nbiot_device_t *device, nbiot_request_t request, int32_t code, const nbiot_value_t *value);
int32_t call_state(nbiot_device_t *device);
int32_t call_socket(nbiot_device_t *device);
/* Copies and checks them: no table holds more than it has room for. */
void call_statistics(nbiot_device_t *device, uint32_t size);
/* The tables of nbiot_statistics_t that had anything in them, one bit for each, since the beginning. */
uint32_t calls_tables(void);

#endif
