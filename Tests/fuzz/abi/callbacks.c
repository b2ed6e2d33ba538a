/* callbacks.c - answers in turns, calls in turns, and a ledger of ack ids and requests.
 * SPDX-License-Identifier: Apache-2.0 */
#include "callbacks.h"

#include "calls.h"
#include "law.h"
#include "lent.h"
#include "line.h"
#include "things.h"

#define TURNS 8u
#define REQUESTS 16u

enum { UNUSED, OWED, PERHAPS };

static nbiot_device_t *device;
static int32_t answers[TURNS];
static uint8_t meddling[TURNS];
static uint32_t turn;
static uint32_t count;
static nbiot_request_t requests[REQUESTS];
static uint32_t request_count;
static uint8_t ids[65536];
static uint8_t is_lenient;

void callbacks_begin(void) {
  memset(answers, 0, sizeof answers);
  memset(meddling, 0, sizeof meddling);
  memset(requests, 0, sizeof requests);
  turn = count = request_count = 0;
  device = NULL;
}

void callbacks_serve(nbiot_device_t *served, int is_kept) {
  device = served;
  is_lenient = (uint8_t)is_kept;
  memset(ids, UNUSED, sizeof ids);
}

uint32_t callbacks_count(void) { return count; }

nbiot_request_t callbacks_request(uint32_t index) { return requests[(request_count - 1 - index) % REQUESTS]; }

void callbacks_change(script_t *script) {
  static const int32_t possible[] = {0, 0, 0, NBIOT_ERR_PENDING, NBIOT_ERR_PENDING, 404, 400, 599, 413,
                                     399, 600, 1, -1, INT32_MIN, INT32_MAX, 503};
  uint32_t index;
  turn = 0;
  for (index = 0; index < TURNS; index++) {
    uint8_t choice = take8(script);
    answers[index] = possible[choice & 15];
    meddling[index] = choice >> 4;
  }
}

void callbacks_notified(uint32_t ack_id, int32_t status) {
  if (ack_id == 0 || ack_id > 65535) return;
  law(status != NBIOT_ERR_EXISTS || ids[ack_id] == OWED || is_lenient, "nbiot_resource_notify: an id that exists is outstanding");
  law(status != NBIOT_ERR_OK || ids[ack_id] != OWED, "nbiot_resource_notify: NBIOT_ERR_EXISTS while an id is outstanding");
  if (status == NBIOT_ERR_OK) ids[ack_id] = OWED;
}

/* ---- What they do */

/* Each of them works inside a callback, or answers NBIOT_ERR_BUSY. */
static void meddle(uint32_t choice) {
  static const nbiot_path_t path = {1000, 0, 0, NBIOT_ID_NONE};
  static const nbiot_path_t other = {1002, 0, 0, NBIOT_ID_NONE};
  static nbiot_value_t number = {.type = NBIOT_INTEGER};
  uint32_t wait = 0;
  switch (choice) {
    case 1: callbacks_notified(turn + 1, call_notify(device, path, turn + 1)); break;
    case 2: call_notify(device, path, 0); break;
    case 3:
      number.value.as_int += 1;
      call_set(device, path, &number);
      break;
    case 4: call_respond(device, callbacks_request(0), 0, NULL); break;
    case 5: call_respond(device, callbacks_request(turn & 1), 404, NULL); break;
    case 6: call_error(device, (uint8_t)turn); break;
    case 7: call_statistics(device, sizeof(nbiot_statistics_t)); break;
    case 8: law(call_destroy(device) == NBIOT_ERR_BUSY, "nbiot_device_destroy: BUSY while a callback is inside"); break;
    case 9: call_step(device, 1); break;
    case 10: call_poll(device, &wait); break;
    case 11: call_remove(device, path); break;
    case 12: call_update(device, 0, 1); break;
    case 13: call_rebind(device); break;
    case 14: call_connect(device, -1); break;
    case 15:
      call_close(device, 0);
      call_sync(device);
      law(call_add(device, other, &number) != NBIOT_ERR_OK, "nbiot_resource_add: BUSY in a callback");
      break;
    default: break;
  }
}

/* Callbacks run one at a time, without the lock. */
static int32_t called(void *context, nbiot_request_t request) {
  int32_t answer = answers[turn % TURNS];
  law(context == &device, "callbacks get their context");
  law(!line.is_inside, "callbacks run one at a time");
  line_note_call(0);
  law_tell("callback", (uint32_t)answer, NULL, 0);
  things_flush();
  count += 1;
  line.is_inside = 1;
  call_state(device);
  call_socket(device);
  meddle(meddling[turn % TURNS]);
  line.is_inside = 0;
  turn += 1;
  if (answer == NBIOT_ERR_PENDING && request != NBIOT_REQUEST_NONE) requests[request_count++ % REQUESTS] = request;
  return answer;
}

static uint32_t sum_of(const void *bytes, uint32_t length) {
  const uint8_t *byte = bytes;
  uint32_t sum = 0;
  while (length > 0) sum = sum * 31u + byte[--length];
  return sum;
}

static void look_at(const nbiot_value_t *value) {
  if (value->type == NBIOT_STRING || value->type == NBIOT_BINARY || value->type == NBIOT_HEX_STRING) {
    count += sum_of(value->value.as_buf.val, value->value.as_buf.len) == 0xFFFFFFFFu;
  }
}

static void check_path(const nbiot_path_t *path) {
  law(path->object_id != NBIOT_ID_NONE && path->instance_id != NBIOT_ID_NONE && path->resource_id != NBIOT_ID_NONE,
      "callbacks get the path of a resource");
}

static int32_t on_read(void *context, nbiot_request_t request, const nbiot_path_t *path, nbiot_value_t *value) {
  check_path(path);
  look_at(value);
  return called(context, request);
}

static int32_t on_write(void *context, nbiot_request_t request, const nbiot_path_t *path, const nbiot_value_t *value) {
  check_path(path);
  look_at(value);
  law(value->type != NBIOT_BOOLEAN || value->value.as_bool <= 1, "nbiot_value_t: a boolean is 0 or 1");
  return called(context, request);
}

static int32_t on_execute(void *context, nbiot_request_t request, const nbiot_path_t *path, const uint8_t *arguments,
                          uint32_t length) {
  check_path(path);
  count += sum_of(arguments, length) == 0xFFFFFFFFu;
  return called(context, request);
}

static int32_t on_block(void *context, nbiot_request_t request, const nbiot_path_t *path, const nbiot_block_t *block) {
  check_path(path);
  count += sum_of(block->data, block->length) == 0xFFFFFFFFu;
  law(!block->is_last || block->total == block->offset + block->length, "nbiot_block_t: total is true in the last piece");
  law(sum_of(block->reserved, 3) == 0, "nbiot_block_t: reserved is zero");
  return called(context, request);
}

static int32_t on_create(void *context, nbiot_request_t request, const nbiot_path_t *path) {
  uint8_t choice = (uint8_t)(answers[turn % TURNS] == 0 ? 0x45 + turn : turn * 37u);
  int32_t answer;
  law(path->resource_id == NBIOT_ID_NONE && path->object_id != NBIOT_ID_NONE, "create gets the path of an instance");
  answer = called(context, request);
  line.is_inside = 1;
  things_create(device, path, choice);
  line.is_inside = 0;
  if (answer != 0) things_end_instance(path->object_id, path->instance_id);
  return answer;
}

static int32_t on_remove(void *context, nbiot_request_t request, const nbiot_path_t *path) {
  int32_t answer;
  law(path->resource_id == NBIOT_ID_NONE && path->object_id != NBIOT_ID_NONE, "remove gets the path of an instance");
  answer = called(context, request);
  if (answer == 0 || request == NBIOT_REQUEST_NONE) things_end_instance(path->object_id, path->instance_id);
  return answer;
}

static void settle_id(uint32_t id) {
  law(id >= 1 && id <= 65535, "nbiot_event_t: an ack id");
  law(ids[id] == OWED || is_lenient, "nbiot_resource_notify: one event for each call with an ack id");
  ids[id] = UNUSED;
}

static int was_deferred(nbiot_request_t request) {
  uint32_t index;
  for (index = 0; index < REQUESTS; index++) {
    if (requests[index] == request) return 1;
  }
  return request_count > REQUESTS;
}

static void on_event(void *context, const nbiot_event_t *event) {
  law_tell("event", event->id, NULL, 0);
  law(event->reserved == 0 && (event->code == 0 || (event->code >= 200 && event->code < 600)), "nbiot_event_t: a CoAP code");
  switch (event->id) {
    case NBIOT_EVENT_NOTIFY_SUCCESS:
    case NBIOT_EVENT_NOTIFY_FAILED:
    case NBIOT_EVENT_NOTIFY_REPLACED:
    case NBIOT_EVENT_NOTIFY_DROPPED: settle_id(event->detail); break;
    case NBIOT_EVENT_RESPONSE_FAILED:
    case NBIOT_EVENT_RESPONSE_SUCCESS:
      law(event->detail != NBIOT_REQUEST_NONE && was_deferred(event->detail), "nbiot_event_t: a request that was deferred");
      break;
    default:
      law((event->id >= 1 && event->id <= 13) || event->id == 15 || event->id == 100, "an event there is");
      law(event->detail == 0, "nbiot_event_t: no detail");
  }
  called(context, NBIOT_REQUEST_NONE);
}

static void on_plain(void *context) { called(context, NBIOT_REQUEST_NONE); }

/* ---- The classic ones have no context */

static void classic_value(uint16_t object, uint16_t instance, uint16_t resource, nbiot_value_t *data) {
  nbiot_path_t path = {object, instance, resource, NBIOT_ID_NONE};
  check_path(&path);
  look_at(data);
  called(&device, NBIOT_REQUEST_NONE);
}

static void classic_execute(uint16_t object, uint16_t instance, uint16_t resource, nbiot_value_t *data,
                            const void *arguments, size_t size) {
  nbiot_path_t path = {object, instance, resource, NBIOT_ID_NONE};
  check_path(&path);
  law(data != NULL, "nbiot_execute_callback_t: the value that was added");
  count += sum_of(arguments, (uint32_t)size) == 0xFFFFFFFFu;
  called(&device, NBIOT_REQUEST_NONE);
}

void callbacks_configure(nbiot_config_t *config, uint8_t choice) {
  config->callback_context = &device;
  config->event = on_event;
  config->reboot = choice & 1 ? on_plain : NULL;
  config->factory_reset = choice & 2 ? on_plain : NULL;
  config->write_block = choice & 4 ? NULL : on_block;
  config->create = choice & 8 ? NULL : on_create;
  config->remove = choice & 16 ? NULL : on_remove;
  config->write_callback = classic_value;
  config->read_callback = classic_value;
  config->execute_callback = classic_execute;
  if (choice & 32) return;
  config->read = on_read;
  config->write = choice & 64 ? NULL : on_write;
  config->execute = choice & 128 ? NULL : on_execute;
}
