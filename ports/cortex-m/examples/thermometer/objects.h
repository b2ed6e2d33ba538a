/* objects.h - what the server sees of this device: a thermometer (3303) and a lamp (3311).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OBJECTS_H
#define OBJECTS_H

#include "nbiot.h"

/* Returns NBIOT_ERR_OK, or what nbiot_resource_add() says. */
int32_t objects_add(nbiot_device_t *device);

/* Reads the thermometer and reports what has changed. */
void objects_measure(nbiot_device_t *device);

/* Has the lamp show what its resource says. */
void objects_show(void);

/* The functions of nbiot_config_t; their context is the address of the device's pointer. */
int32_t objects_write(void *context, nbiot_request_t request, const nbiot_path_t *path, const nbiot_value_t *value);
int32_t objects_execute(void *context, nbiot_request_t request, const nbiot_path_t *path, const uint8_t *arguments,
                        uint32_t length);

#endif
