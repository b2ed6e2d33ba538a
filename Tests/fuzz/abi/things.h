/* things.h - the resources of the application: each value, and each buffer in it, is a block of its own that is given back as
 * soon as it is the application's alone.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef THINGS_H
#define THINGS_H

#include "nbiot.h"
#include "script.h"

/* The device is gone: everything is given back. */
void things_end(void);
/* One of everything. */
void things_furnish(nbiot_device_t *device);
void things_add(nbiot_device_t *device, script_t *script);
void things_add_multiple(nbiot_device_t *device, script_t *script);
void things_remove(nbiot_device_t *device, script_t *script);
/* Changes a value as an application does between two calls, or in its callback. */
void things_touch(script_t *script);
void things_set(nbiot_device_t *device, script_t *script);
/* Inside `create`: a resource of this instance. */
void things_create(nbiot_device_t *device, const nbiot_path_t *path, uint8_t choice);
/* An instance is gone; its values are given back by things_flush. */
void things_end_instance(uint16_t object, uint16_t instance);
void things_flush(void);
/* What is stored in them stands where it may. */
void things_check(void);
/* A path of a resource there may be; object, instance and resource. */
nbiot_path_t things_path(script_t *script);
/* A value in memory of its own: things_take_back. */
nbiot_value_t *things_value(script_t *script);
void things_take_back(nbiot_value_t *value);

#endif
