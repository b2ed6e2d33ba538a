/* things.c - the table of what was added.
 * SPDX-License-Identifier: Apache-2.0 */
#include "things.h"

#include "calls.h"
#include "law.h"
#include "lent.h"

#define THINGS 40u
#define INSTANCES 4u

typedef struct thing {
  nbiot_path_t path;
  nbiot_value_t *value; /* Null = a free place, or `instances`. */
  nbiot_instance_t *instances;
  char *buffer;
  uint32_t count;
  uint8_t type;
  uint8_t is_dying;
} thing_t;

static thing_t things[THINGS];

static int is_free(const thing_t *thing) { return thing->value == NULL && thing->instances == NULL; }

static thing_t *free_place(void) {
  uint32_t index;
  for (index = 0; index < THINGS; index++) {
    if (is_free(&things[index])) return &things[index];
  }
  return NULL;
}

nbiot_path_t things_path(script_t *script) {
  static const uint16_t objects[] = {1000, 1000, 1000, 1000, 5, 1001, 3, 0, 1, 65535};
  nbiot_path_t path = {0, 0, 0, NBIOT_ID_NONE};
  uint32_t choice = take8(script);
  path.object_id = PICK(script, objects);
  path.instance_id = (uint16_t)(choice >> 5 == 7 ? 65535 : choice >> 5 & 1);
  path.resource_id = (uint16_t)(choice % 32 == 31 ? 65535 : choice % 16);
  return path;
}

static int is_buffer(const nbiot_value_t *value) {
  return value->type == NBIOT_STRING || value->type == NBIOT_BINARY || value->type == NBIOT_HEX_STRING;
}

static void fill(nbiot_value_t *value, script_t *script) {
  static const double numbers[] = {0, -0.0, 1.5, 1e300, -1e-300, 16777217};
  uint32_t index;
  if (is_buffer(value)) {
    for (index = 0; index < value->value.as_buf.len; index++) {
      value->value.as_buf.val[index] = (char)(value->type == NBIOT_BINARY ? take8(script) : "0a1b2c3d"[take8(script) % 8]);
    }
  } else if (value->type == NBIOT_FLOAT) {
    value->value.as_float = PICK(script, numbers);
    if (take_below(script, 16) == 15) value->value.as_float = value->value.as_float / (take8(script) & 1 ? 0.0 : 3.0);
  } else if (value->type == NBIOT_INTEGER) {
    value->value.as_int = (int64_t)((uint64_t)(int64_t)(int8_t)take8(script) << take_below(script, 57));
  } else {
    value->value.as_bool = (uint8_t)take_below(script, 3);
  }
}

/* Its buffer has room for `capacity` when it is storage, and for its length otherwise. */
static void shape(nbiot_value_t *value, script_t *script) {
  static const uint32_t lengths[] = {0, 1, 4, 8, 30, 200, 600};
  uint32_t length = PICK(script, lengths);
  memset(value, 0, sizeof *value);
  value->type = (uint8_t)take_below(script, 8);
  value->flag = take8(script);
  value->capacity = (uint16_t)length;
  if (is_buffer(value)) {
    value->value.as_buf.len = take_below(script, 2) ? length : length / 2;
    if (take_below(script, 16) != 15) {
      value->value.as_buf.val = lent_new(value->flag & NBIOT_STORAGE ? length : value->value.as_buf.len);
      fill(value, script);
    }
  } else {
    fill(value, script);
  }
}

nbiot_value_t *things_value(script_t *script) {
  nbiot_value_t *value = lent_new(sizeof *value);
  shape(value, script);
  return value;
}

static char *buffer_of(const nbiot_value_t *value) { return is_buffer(value) ? value->value.as_buf.val : NULL; }

void things_take_back(nbiot_value_t *value) {
  lent_free(buffer_of(value));
  lent_free(value);
}

static void give_back(thing_t *thing) {
  uint32_t index;
  for (index = 0; index < thing->count; index++) lent_free(buffer_of(&thing->instances[index].value));
  lent_free(thing->instances);
  lent_free(thing->buffer);
  lent_free(thing->value);
  memset(thing, 0, sizeof *thing);
}

void things_flush(void) {
  uint32_t index;
  for (index = 0; index < THINGS; index++) {
    if (things[index].is_dying) give_back(&things[index]);
  }
}

void things_end(void) {
  uint32_t index;
  for (index = 0; index < THINGS; index++) give_back(&things[index]);
}

static void enter(thing_t *thing, nbiot_path_t path, nbiot_value_t *value) {
  thing->path = path;
  thing->value = value;
  thing->type = value->type;
  thing->buffer = buffer_of(value);
}

static thing_t *find(nbiot_path_t path) {
  uint32_t index;
  for (index = 0; index < THINGS; index++) {
    thing_t *thing = &things[index];
    if (!is_free(thing) && !thing->is_dying && thing->path.object_id == path.object_id &&
        thing->path.instance_id == path.instance_id && thing->path.resource_id == path.resource_id) {
      return thing;
    }
  }
  return NULL;
}

static void add(nbiot_device_t *device, nbiot_path_t path, nbiot_value_t *value) {
  thing_t *place = free_place();
  int32_t status;
  if (place == NULL) {
    things_take_back(value);
    return;
  }
  status = call_add(device, path, value);
  if (status == NBIOT_ERR_OK) {
    law(find(path) == NULL, "nbiot_resource_add: NBIOT_ERR_EXISTS when the path is there already");
    enter(place, path, value);
  } else {
    law(status != NBIOT_ERR_EXISTS || find(path) != NULL || path.object_id == 3, "nbiot_resource_add: what exists was added");
    things_take_back(value);
  }
}

void things_add(nbiot_device_t *device, script_t *script) {
  nbiot_path_t path = things_path(script);
  add(device, path, things_value(script));
}

static void add_kind(nbiot_device_t *device, uint16_t object, uint16_t resource, uint8_t type, uint8_t flag) {
  nbiot_path_t path = {object, 0, resource, NBIOT_ID_NONE};
  nbiot_value_t *value = lent_new(sizeof *value);
  value->type = type;
  value->flag = flag;
  if (is_buffer(value)) {
    uint32_t length = flag & NBIOT_STORAGE ? 40 : 0;
    value->capacity = (uint16_t)length;
    value->value.as_buf.val = lent_new(length);
  }
  add(device, path, value);
}

void things_furnish(nbiot_device_t *device) {
  static const uint8_t both = NBIOT_READABLE | NBIOT_WRITABLE;
  script_t numbers = script_of((const uint8_t *)"\x06\x00\x02\x03\x03", 5);
  add_kind(device, 1000, 0, NBIOT_INTEGER, both);
  add_kind(device, 1000, 1, NBIOT_FLOAT, NBIOT_READABLE);
  add_kind(device, 1000, 2, NBIOT_STRING, both | NBIOT_STORAGE);
  add_kind(device, 1000, 3, NBIOT_BINARY, both | NBIOT_STORAGE);
  add_kind(device, 1000, 4, NBIOT_HEX_STRING, both | NBIOT_STORAGE);
  add_kind(device, 1000, 5, NBIOT_UNKNOWN, NBIOT_EXECUTABLE);
  add_kind(device, 1000, 7, NBIOT_BOOLEAN, both);
  add_kind(device, 5, 0, NBIOT_BINARY, NBIOT_WRITABLE | NBIOT_STREAMED);
  things_add_multiple(device, &numbers);
}

/* Mostly as they have to be: one type, IDs that ascend. */
void things_add_multiple(nbiot_device_t *device, script_t *script) {
  nbiot_path_t path = things_path(script);
  thing_t *place = free_place();
  thing_t made;
  uint32_t index, type, flag, odd;
  memset(&made, 0, sizeof made);
  made.path = path;
  made.count = 1 + take_below(script, INSTANCES);
  type = take8(script);
  flag = take8(script) & 0x0F;
  odd = take8(script);
  made.instances = lent_new(made.count * sizeof *made.instances);
  for (index = 0; index < made.count; index++) {
    nbiot_value_t *value = &made.instances[index].value;
    shape(value, script);
    if (odd != 255 && !is_buffer(value) && type % 8 >= NBIOT_INTEGER && type % 8 <= NBIOT_BOOLEAN) value->type = (uint8_t)(type % 8);
    if (odd != 254) value->flag = (uint8_t)flag;
    made.instances[index].id = (uint16_t)(odd == 253 ? 9 - index : index * 2);
  }
  made.type = made.instances[0].value.type;
  if (place != NULL && call_add_multiple(device, path, made.instances, made.count) == NBIOT_ERR_OK) {
    law(find(path) == NULL, "nbiot_resource_add_multiple: NBIOT_ERR_EXISTS when the path is there already");
    *place = made;
  } else {
    give_back(&made);
  }
}

void things_remove(nbiot_device_t *device, script_t *script) {
  nbiot_path_t path = things_path(script);
  thing_t *thing = find(path);
  int32_t status = call_remove(device, path);
  law(status != NBIOT_ERR_OK || thing != NULL, "nbiot_resource_del: what was removed was there");
  law(status != NBIOT_ERR_NOT_FOUND || thing == NULL, "nbiot_resource_del: what is there is found");
  if (status == NBIOT_ERR_OK) give_back(thing);
}

void things_create(nbiot_device_t *device, const nbiot_path_t *path, uint8_t choice) {
  static const uint8_t types[] = {NBIOT_INTEGER, NBIOT_STRING, NBIOT_FLOAT, NBIOT_BOOLEAN};
  uint32_t index;
  for (index = 0; index < (choice & 3u); index++) {
    nbiot_path_t resource = *path;
    uint8_t shape_bytes[4] = {4, types[(choice >> 2) % 4], NBIOT_READABLE | NBIOT_WRITABLE, 1};
    script_t script = script_of(shape_bytes, sizeof shape_bytes);
    resource.resource_id = (uint16_t)index;
    resource.instance_id = (uint16_t)(path->instance_id + (choice >> 7));
    if (shape_bytes[1] == NBIOT_STRING) shape_bytes[2] |= NBIOT_STORAGE;
    if (choice & 0x40) shape_bytes[2] |= NBIOT_MANDATORY;
    add(device, resource, things_value(&script));
  }
}

void things_end_instance(uint16_t object, uint16_t instance) {
  uint32_t index;
  for (index = 0; index < THINGS; index++) {
    thing_t *thing = &things[index];
    if (!is_free(thing) && thing->path.object_id == object && thing->path.instance_id == instance) thing->is_dying = 1;
  }
}

void things_touch(script_t *script) {
  thing_t *thing = &things[take_below(script, THINGS / 2)];
  nbiot_value_t *value = thing->value;
  if (thing->instances != NULL) value = &thing->instances[take_below(script, thing->count)].value;
  if (value == NULL || thing->is_dying) return;
  if (take_below(script, 2)) value->flag |= NBIOT_UPDATED;
  if (is_buffer(value) && value->value.as_buf.val != NULL) {
    uint32_t room = value->flag & NBIOT_STORAGE ? value->capacity : value->value.as_buf.len;
    value->value.as_buf.len = room == 0 ? 0 : take16(script) % (room + 1);
    if ((value->flag & NBIOT_STORAGE) == 0 && thing->instances == NULL) {
      char *shorter = lent_new(value->value.as_buf.len);
      lent_free(thing->buffer);
      thing->buffer = value->value.as_buf.val = shorter;
    }
  }
  if (!is_buffer(value) || value->value.as_buf.val != NULL) fill(value, script);
}

void things_set(nbiot_device_t *device, script_t *script) {
  nbiot_path_t path = things_path(script);
  nbiot_value_t *value = things_value(script);
  const thing_t *thing = find(path);
  int32_t status;
  if (take_below(script, 2) && thing != NULL && thing->value != NULL && is_buffer(thing->value) == is_buffer(value)) {
    value->type = thing->type;
  }
  status = call_set(device, path, value);
  law(status != NBIOT_ERR_OK || thing != NULL, "nbiot_resource_set: what was set is there");
  things_take_back(value);
}

void things_check(void) {
  uint32_t index;
  for (index = 0; index < THINGS; index++) {
    const nbiot_value_t *value = things[index].value;
    if (value == NULL) continue;
    law(value->type == things[index].type, "nbiot_value_t: a type is fixed once added");
    if (!is_buffer(value)) continue;
    law(value->value.as_buf.val == things[index].buffer, "nbiot_value_t: a buffer stays where it is");
    law((value->flag & NBIOT_STORAGE) == 0 || value->value.as_buf.len <= value->capacity,
        "nbiot_value_t: what is stored fits");
  }
}
