/* noise_application.h - the application of a walk by chance: values of every kind, callbacks that agree, refuse, wait
 * and meddle, and a watch on the pieces and events it gets.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOISE_APPLICATION_H
#define NOISE_APPLICATION_H

#include "noise.h"

#define WAITING 8u
#define STORAGE 200u

typedef struct piece_watch {
  uint32_t next; /* The offset that is expected; UINT32_MAX = only 0 is. */
  uint32_t seen;
  uint32_t ends;
  uint32_t mistakes;
  uint32_t differs;
} piece_watch_t;

static piece_watch_t pieces;

static uint8_t pattern(uint32_t offset) { return (uint8_t)(offset * 7u + (offset >> 8) + 1u); }

/* What became of an ack id. */
enum { UNUSED, OWED, TOLD, PERHAPS };

static scene_t scene;
static noise_t noise;
static nbiot_value_t number, letters, digits, action, package, stored;
static char long_text[600];
static char room[STORAGE + 16];
static nbiot_request_t waiting[WAITING];
static uint8_t ids[65536];
static uint32_t next_id, events_wrong;
static uint32_t told[4];
static uint8_t is_lenient; /* Records were forged: there may be events for any ID. */

static void meddle(void) {
  nbiot_device_t *device = scene.device;
  switch (chance(24)) {
    case 0:
      if (nbiot_resource_notify(device, 3200, 0, 5700, next_id + 1) == NBIOT_ERR_OK) ids[++next_id] = OWED;
      break;
    case 1: nbiot_device_rebind(device); break;
    case 2: nbiot_device_update(device, 0, (int32_t)chance(2)); break;
    case 3: nbiot_request_respond(device, waiting[chance(WAITING)], 0, NULL); break;
    case 4: nbiot_resource_notify(device, 3200, 0, 5750, 0); break;
    case 5: nbiot_resource_del(device, 5, 0, 0); break; /* Busy. */
    default: break;
  }
}

static int32_t decide(nbiot_request_t request) {
  meddle();
  if (request == NBIOT_REQUEST_NONE) return 0;
  switch (chance(8)) {
    case 0: return chance(2) ? 403 : 413;
    case 1: waiting[chance(WAITING)] = request; return NBIOT_ERR_PENDING;
    default: return 0;
  }
}

static int32_t about_value(void *context, nbiot_request_t request, const nbiot_path_t *path, nbiot_value_t *value) {
  (void)context;
  (void)path;
  (void)value;
  return noise.is_sane ? 0 : decide(request);
}

static int32_t about_write(void *context, nbiot_request_t request, const nbiot_path_t *path,
                           const nbiot_value_t *value) {
  uint32_t sum = 0;
  (void)context;
  (void)path;
  if (value->type == NBIOT_STRING || value->type == NBIOT_BINARY) {
    for (uint32_t i = 0; i < value->value.as_buf.len; i++) sum += (uint8_t)value->value.as_buf.val[i];
  }
  return noise.is_sane || sum == UINT32_MAX ? 0 : decide(request);
}

static int32_t about_execute(void *context, nbiot_request_t request, const nbiot_path_t *path, const uint8_t *arguments,
                             uint32_t length) {
  uint32_t sum = 0;
  (void)context;
  (void)path;
  while (length > 0) sum += arguments[--length];
  return noise.is_sane || sum == UINT32_MAX ? 0 : decide(request);
}

static int32_t about_instance(void *context, nbiot_request_t request, const nbiot_path_t *path) {
  (void)context;
  (void)request;
  if (path->object_id == 3200 && path->instance_id > 0) {
    nbiot_resource_add(scene.device, 3200, path->instance_id, 5700, &number);
    return chance(3) == 0 ? 400 : 0;
  }
  return 405;
}

static int32_t take_piece(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const nbiot_block_t *piece) {
  int32_t answer;
  (void)context;
  (void)path;
  pieces.seen += 1;
  pieces.mistakes += (piece->offset != 0 && piece->offset != pieces.next) ||
                     (piece->is_last && piece->total != piece->offset + piece->length);
  for (uint32_t i = 0; i < piece->length; i++) pieces.differs += piece->data[i] != pattern(piece->offset + i);
  pieces.next = piece->is_last ? UINT32_MAX : piece->offset + piece->length;
  answer = noise.is_sane ? 0 : decide(request);
  if (answer > 0) pieces.next = UINT32_MAX;
  pieces.ends += piece->is_last && answer == 0;
  return answer;
}

static void about_event(void *context, const nbiot_event_t *event) {
  static const uint32_t kinds[4] = {NBIOT_EVENT_NOTIFY_SUCCESS, NBIOT_EVENT_NOTIFY_FAILED, NBIOT_EVENT_NOTIFY_REPLACED,
                                    NBIOT_EVENT_NOTIFY_DROPPED};
  uint32_t kind = 0;
  (void)context;
  while (kind < 4 && kinds[kind] != event->id) kind += 1;
  if (kind < 4 && event->detail < 65536) {
    told[kind] += 1;
    events_wrong += ids[event->detail] != OWED && ids[event->detail] != PERHAPS && !is_lenient;
    if (ids[event->detail] == OWED) ids[event->detail] = TOLD;
  } else if (kind < 4) {
    events_wrong += 1;
  }
  if (!noise.is_sane) meddle();
}

static void add_values(void) {
  nbiot_device_t *device = scene.device;
  nbiot_resource_add(device, 3200, 0, 5700, &number);
  nbiot_resource_add(device, 3200, 0, 5701, &digits);
  nbiot_resource_add(device, 3200, 0, 5750, &letters);
  nbiot_resource_add(device, 3200, 0, 5605, &action);
  nbiot_resource_add(device, 3200, 0, 5505, &stored);
  nbiot_resource_add(device, 5, 0, 0, &package);
}

static void fill_values(void) {
  memset(room, '#', sizeof room);
  for (uint32_t i = 0; i < sizeof long_text; i++) long_text[i] = (char)('a' + i % 26);
  number = (nbiot_value_t){.type = NBIOT_INTEGER, .flag = NBIOT_READABLE | NBIOT_WRITABLE};
  digits = (nbiot_value_t){.type = NBIOT_FLOAT, .flag = NBIOT_READABLE};
  letters = (nbiot_value_t){.type = NBIOT_STRING, .flag = NBIOT_READABLE};
  letters.value.as_buf.val = long_text;
  letters.value.as_buf.len = 300;
  action = (nbiot_value_t){.flag = NBIOT_EXECUTABLE};
  package = (nbiot_value_t){.type = NBIOT_BINARY, .flag = NBIOT_WRITABLE | NBIOT_STREAMED};
  stored = (nbiot_value_t){.type = NBIOT_BINARY, .flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE};
  stored.capacity = STORAGE;
  stored.value.as_buf.val = room;
}

#endif
