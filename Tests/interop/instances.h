/* instances.h - object instances the server may make and end: /26242, at most four of them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef INTEROP_INSTANCES_H
#define INTEROP_INSTANCES_H

#include <stdio.h>
#include <string.h>

#include "nbiot.h"

#define INSTANCES 26242u
/* The application does not want this one. */
#define UNWANTED 9u

typedef struct {
  nbiot_value_t name;
  nbiot_value_t size;
  nbiot_value_t serial;
  char text[16];
  uint16_t instance_id;
  uint8_t is_used;
} made_t;

static nbiot_device_t *device;
static made_t made[4];

static made_t *made_as(uint16_t instance_id) {
  for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
    if (made[i].is_used && made[i].instance_id == instance_id) return &made[i];
  }
  return NULL;
}

static made_t *free_place(void) {
  for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
    if (!made[i].is_used) return &made[i];
  }
  return NULL;
}

static int32_t on_create(void *context, nbiot_request_t request, const nbiot_path_t *path) {
  made_t *place = free_place();
  (void)context;
  (void)request;
  printf("create /%u/%u\n", path->object_id, path->instance_id);
  if (path->object_id != INSTANCES) return 405;
  if (path->instance_id == UNWANTED) return 403;
  if (place == NULL) return 503;
  memset(place, 0, sizeof *place);
  place->name.type = NBIOT_STRING;
  place->name.flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE | NBIOT_MANDATORY;
  place->name.value.as_buf.val = place->text;
  place->name.capacity = sizeof place->text;
  place->size.type = NBIOT_INTEGER;
  place->size.flag = NBIOT_READABLE | NBIOT_WRITABLE;
  place->serial.type = NBIOT_INTEGER;
  place->serial.flag = NBIOT_READABLE;
  place->serial.value.as_int = 4711;
  place->instance_id = path->instance_id;
  place->is_used = 1;
  nbiot_resource_add(device, INSTANCES, path->instance_id, 0, &place->name);
  nbiot_resource_add(device, INSTANCES, path->instance_id, 1, &place->size);
  nbiot_resource_add(device, INSTANCES, path->instance_id, 2, &place->serial);
  return 0;
}

static int32_t on_remove(void *context, nbiot_request_t request, const nbiot_path_t *path) {
  made_t *place = path->object_id == INSTANCES ? made_as(path->instance_id) : NULL;
  (void)context;
  (void)request;
  printf("remove /%u/%u\n", path->object_id, path->instance_id);
  if (place == NULL) return 405;
  place->is_used = 0;
  return 0;
}

static void take_instances(nbiot_config_t *config) {
  config->create = on_create;
  config->remove = on_remove;
}

#endif
