/* stack.c - how much stack each call of nbiot.h takes.
 *
 * Every call runs on a stack of its own that was painted before; what is no longer paint afterwards
 * was used. The hooks below keep one datagram each way in memory and need a few bytes of it
 * themselves, a callback of the application returns at once: what a port and an application use
 * comes on top. What an empty function takes is subtracted.
 *
 * Prints a line `BYTES CALL` per call, the most of it over all situations, largest first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nbiot.h"
#include "paint.h"
#include "stack_bootstrap.h"
#include "stack_peer.h"

#define OBJECT 3303

enum { NUMBER, TINY, TEXT, ACTION, IMAGE, VALUES };
static uint64_t block[(NBIOT_MEMORY_SIZE_DEFAULT + NBIOT_MEMORY_BODY(0, 64)) / 8];
static nbiot_device_t *device;
static nbiot_config_t config = NBIOT_CONFIG_INIT;
static nbiot_value_t values[VALUES];
static nbiot_instance_t instances[2];
static char text[2000];
static const uint16_t ids[VALUES] = {5700, 5601, 5750, 5605, 5522};
static int32_t status;
static uint32_t acknowledgement;
static int must_defer;
static nbiot_request_t deferred;

static int32_t on_execute(void *context, nbiot_request_t handle, const nbiot_path_t *path,
                          const uint8_t *arguments, uint32_t length) {
  (void)context;
  (void)path;
  (void)arguments;
  (void)length;
  deferred = handle;
  return must_defer ? NBIOT_ERR_PENDING : 0;
}

static int32_t on_write(void *context, nbiot_request_t handle, const nbiot_path_t *path,
                        const nbiot_value_t *value) {
  (void)context;
  (void)handle;
  (void)path;
  (void)value;
  return 0;
}

static int32_t on_block(void *context, nbiot_request_t handle, const nbiot_path_t *path,
                        const nbiot_block_t *piece) {
  (void)context;
  (void)path;
  (void)piece;
  deferred = handle;
  return must_defer ? NBIOT_ERR_PENDING : 0;
}

static int32_t on_read(void *context, nbiot_request_t handle, const nbiot_path_t *path,
                       nbiot_value_t *value) {
  (void)context;
  (void)handle;
  (void)path;
  (void)value;
  return 0;
}

static int32_t on_create(void *context, nbiot_request_t handle, const nbiot_path_t *path) {
  static nbiot_value_t made;
  (void)context;
  (void)handle;
  made.type = NBIOT_FLOAT;
  made.flag = NBIOT_READABLE | NBIOT_WRITABLE;
  return nbiot_resource_add(device, path->object_id, path->instance_id, ids[NUMBER], &made);
}

static int32_t on_remove(void *context, nbiot_request_t handle, const nbiot_path_t *path) {
  (void)context;
  (void)handle;
  (void)path;
  return 0;
}

static void on_event(void *context, const nbiot_event_t *event) {
  (void)context;
  (void)event;
}

static void version(void) { (void)nbiot_version(); }
static void check(void) { status = nbiot_config_check(&config, NULL); }
static void memory_size(void) { (void)nbiot_device_memory_size(&config); }
static void create_with(void) { status = nbiot_device_create_with(&device, &config); }
static void create(void) {
  /* Without an allocate hook this ends in NOT_SUPPORT, after all checks. */
  nbiot_device_t *other = NULL;
  (void)nbiot_device_create(&other, "e", "coap://h", 0, NULL, NULL, NULL);
}
static void add(void) {
  status = nbiot_resource_add(device, OBJECT, 0, ids[NUMBER], &values[NUMBER]);
}
static void add_multiple(void) {
  status = nbiot_resource_add_multiple(device, OBJECT, 1, ids[NUMBER], instances, 2);
}
static void delete_resource(void) { status = nbiot_resource_del(device, OBJECT, 1, ids[NUMBER]); }
static void set(void) {
  status = nbiot_resource_set(device, OBJECT, 0, ids[NUMBER], &values[TINY]);
}
static void notify(void) {
  status = nbiot_resource_notify(device, OBJECT, 0, ids[NUMBER], acknowledgement);
}
static void notify_text(void) { status = nbiot_resource_notify(device, OBJECT, 0, ids[TEXT], 0); }
static void connect_once(void) { status = nbiot_device_connect(device, 0); }
static void step(void) { status = nbiot_device_step(device, 0); }
static void sync(void) { status = nbiot_device_sync(device); }
static void poll_once(void) { status = nbiot_device_poll(device, NULL); }
static void update(void) { status = nbiot_device_update(device, 0, 1); }
static void respond_later(void) { status = nbiot_request_respond(device, deferred, 0, NULL); }
static void state(void) { (void)nbiot_device_state(device); }
static void statistics(void) {
  static nbiot_statistics_t counters;
  (void)nbiot_device_statistics(device, &counters, sizeof counters);
}
static void close_device(void) { status = nbiot_device_close(device, 0); }
static void destroy(void) { status = nbiot_device_destroy(device); }

/* ---- The situations -------------------------------------------------------------------------- */

static void need(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "stack: %s: status %d, answer %d.%02d\n", what, (int)status, outbox[1] >> 5,
          outbox[1] & 31);
  exit(1);
}

/* Polls a request to its answer of this code. */
static void serve(const char *name, uint8_t code) {
  outbox_length = 0;
  measure(name, poll_once);
  need(outbox_length >= 4 && outbox[1] == code, name);
}

static void fill_values(void) {
  for (int i = 0; i < VALUES; i++) {
    values[i].type = NBIOT_FLOAT;
    values[i].flag = NBIOT_READABLE | NBIOT_WRITABLE;
  }
  /* Numbers at the ends of the range are the most work to print. */
  values[NUMBER].value.as_float = 1.7976931348623157e308;
  values[TINY].value.as_float = 2.2250738585072014e-308;
  values[TEXT].type = NBIOT_STRING;
  values[TEXT].flag |= NBIOT_STORAGE;
  values[TEXT].capacity = sizeof text;
  values[TEXT].value.as_buf.val = text;
  values[ACTION].type = NBIOT_INTEGER;
  values[ACTION].flag = NBIOT_EXECUTABLE;
  values[IMAGE].type = NBIOT_BINARY;
  values[IMAGE].flag = NBIOT_WRITABLE | NBIOT_STREAMED;
  values[IMAGE].value.as_buf.val = NULL;
  values[IMAGE].value.as_buf.len = 0;
  for (uint16_t i = 0; i < 2; i++) {
    instances[i].id = i;
    instances[i].value = values[NUMBER];
  }
}

static void prepare(void) {
  config.platform = nbiot_platform_default();
  config.memory = block;
  config.memory_size = sizeof block;
  config.endpoint_name = "stack";
  config.uri = "coap://server";
  config.execute = on_execute;
  config.write = on_write;
  config.write_block = on_block;
  config.body_capacity = 64;
  config.read = on_read;
  config.event = on_event;
  config.create = on_create;
  config.remove = on_remove;
  fill_values();
  measure("nbiot_version", version);
  measure("nbiot_config_check", check);
  measure("nbiot_device_memory_size", memory_size);
  measure("nbiot_device_create_with", create_with);
  need(status == NBIOT_ERR_OK, "create");
  measure("nbiot_device_create", create);
  measure("nbiot_resource_add", add);
  for (int i = TINY; i < VALUES; i++) {
    status = nbiot_resource_add(device, OBJECT, 0, ids[i], &values[i]);
    need(status == NBIOT_ERR_OK, "add");
  }
  measure("nbiot_resource_add_multiple", add_multiple);
  need(status == NBIOT_ERR_OK, "add_multiple");
}

static void register_device(void) {
  measure("nbiot_device_connect", connect_once);
  need(status == NBIOT_ERR_TIMEOUT && outbox_length > 0, "connect");
  clock_ms += 60000;
  measure("nbiot_device_poll: retransmission", poll_once);
  respond(0x41);
  measure("nbiot_device_poll: registered", poll_once);
  need(nbiot_device_state(device) == NBIOT_STATE_REGISTERED, "register");
}

/* An Update with a list of 24 more instances, which the server wants in blocks of 256 bytes. */
static void update_in_blocks(void) {
  static nbiot_value_t more[24];
  for (uint16_t i = 0; i < 24; i++) {
    more[i] = values[NUMBER];
    status = nbiot_resource_add(device, 65000, (uint16_t)(60000 + i), ids[NUMBER], &more[i]);
    need(status == NBIOT_ERR_OK, "add");
  }
  serve("nbiot_device_poll: Update", 0x02);
  respond(0x8d);
  memcpy(inbox + inbox_length, "\xd1\x0e\x04", 3);
  inbox_length += 3;
  serve("nbiot_device_poll: block of a list", 0x02);
  respond(0x5f);
  serve("nbiot_device_poll: block of a list", 0x02);
  respond(0x44);
  measure("nbiot_device_poll: updated", poll_once);
  for (uint16_t i = 0; i < 24; i++) {
    status = nbiot_resource_del(device, 65000, (uint16_t)(60000 + i), ids[NUMBER]);
    need(status == NBIOT_ERR_OK, "del");
  }
  serve("nbiot_device_poll: Update", 0x02);
  respond(0x44);
  measure("nbiot_device_poll: updated", poll_once);
}

static void answer_requests(void) {
  request(1, "3303/0/5700", -1, NULL, NULL, 0, 0);
  serve("nbiot_device_poll: Read of a resource", 0x45);
  request(1, "3303/0/5601", -1, NULL, NULL, 0, 0);
  serve("nbiot_device_poll: Read of a resource", 0x45);
  request(1, "3303", -1, NULL, NULL, 0, 0);
  serve("nbiot_device_poll: Read of an object", 0x45);
  request(1, "3303", 40, NULL, NULL, 0, 0);
  serve("nbiot_device_poll: Discover", 0x45);
  request(3, "3303/0/5601", -1, NULL, "2.2250738585072011e-308", 23, 0);
  serve("nbiot_device_poll: Write of a resource", 0x44);
  request(3, "3303/0/5750", -1, NULL, "kitchen", 7, 0);
  serve("nbiot_device_poll: Write of a resource", 0x44);
  request(2, "3303/0", -1, NULL, "\xe4\x16\x44\x41\xbc\x00\x00", 7, 0);
  serve("nbiot_device_poll: Write of an instance", 0x44);
  request(3, "3303/0/5700", -1, "pmax=60", NULL, 0, 0);
  serve("nbiot_device_poll: Write-Attributes", 0x44);
  request(2, "3303/0/5605", -1, NULL, "0='on'", 6, 0);
  serve("nbiot_device_poll: Execute", 0x44);
  must_defer = 1;
  request(2, "3303/0/5605", -1, NULL, NULL, 0, 0);
  measure("nbiot_device_poll: Execute", poll_once);
  measure("nbiot_request_respond", respond_later);
  need(status == NBIOT_ERR_OK, "respond");
  serve("nbiot_device_poll: deferred answer", 0x44);
  memcpy(inbox, "\x40\x00\x12\x34", inbox_length = 4);
  serve("nbiot_device_poll: ping", 0x00);
}

/* A request with `format`, a Content-Format option, and a Block1 of one byte. */
static void request_block(uint8_t method, const char *path, const char *format, uint8_t option,
                          const char *payload, size_t length) {
  request(method, path, -1, NULL, NULL, 0, 0);
  memcpy(inbox + inbox_length, format, strlen(format));
  inbox_length += (uint32_t)strlen(format);
  inbox[inbox_length++] = 0xd1;
  inbox[inbox_length++] = format[0] == 0 ? 3 : 2;
  inbox[inbox_length++] = option;
  inbox[inbox_length++] = 0xff;
  memcpy(inbox + inbox_length, payload, length);
  inbox_length += (uint32_t)length;
}

static void write_in_blocks(void) {
  static const char values_of_instance[] = "\xe8\x16\x76\x0c" "in the house"
                                           "\xe4\x16\x44\x41\xbc\x00\x00";
  /* Until the requests so far are forgotten. */
  clock_ms += 300000;
  must_defer = 0;
  request_block(3, "3303/0/5522", "\x11\x2a", 0x08, "0123456789abcdef", 16);
  serve("nbiot_device_poll: streamed block", 0x5f);
  request_block(3, "3303/0/5522", "\x11\x2a", 0x10, "0123456789", 10);
  serve("nbiot_device_poll: streamed block", 0x44);
  request_block(2, "3303/0", "\x12\x2d\x16", 0x08, values_of_instance, 16);
  serve("nbiot_device_poll: block put to others", 0x5f);
  request_block(2, "3303/0", "\x12\x2d\x16", 0x10, values_of_instance + 16, 7);
  serve("nbiot_device_poll: last block put to others", 0x44);
  request_block(3, "3303/0/5601", "", 0x08, "2.2250738585072011e-308", 16);
  serve("nbiot_device_poll: block put to others", 0x5f);
  request_block(3, "3303/0/5601", "", 0x10, "11e-308", 7);
  serve("nbiot_device_poll: last block put to others", 0x44);
  must_defer = 1;
  request_block(3, "3303/0/5522", "\x11\x2a", 0x08, "0123456789abcdef", 16);
  measure("nbiot_device_poll: streamed block", poll_once);
  measure("nbiot_request_respond", respond_later);
  need(status == NBIOT_ERR_OK, "respond");
  serve("nbiot_device_poll: deferred answer", 0x5f);
  must_defer = 0;
}

/* Block2 behind the last option of the request, which has this number. */
static void in_blocks(unsigned last, uint8_t block) {
  inbox[inbox_length++] = (uint8_t)((23 - last) << 4 | 1);
  inbox[inbox_length++] = block;
}

static void answer_in_blocks(void) {
  values[TEXT].value.as_buf.len = sizeof text;
  request(1, "3303/0/5750", -1, NULL, NULL, 0, 0);
  serve("nbiot_device_poll: Read in blocks", 0x45);
  request(1, "3303/0/5601", -1, NULL, NULL, 0, 0);
  in_blocks(11, 0x06);
  serve("nbiot_device_poll: Read in blocks", 0x45);
  request(3, "3303/0/5700", -1, "gt=2.25e-308", NULL, 0, 0);
  serve("nbiot_device_poll: Write-Attributes", 0x44);
  request(1, "3303", 40, NULL, NULL, 0, 0);
  in_blocks(17, 0x10);
  serve("nbiot_device_poll: Discover in blocks", 0x45);
  request(3, "3303/0/5700", -1, "gt", NULL, 0, 0);
  serve("nbiot_device_poll: Write-Attributes", 0x44);
  request(1, "3303/0/5750", -1, NULL, NULL, 0, 1);
  serve("nbiot_device_poll: Observe in blocks", 0x45);
  clock_ms += 5000;
  measure("nbiot_resource_notify", notify_text);
  serve("nbiot_device_poll: notification in blocks", 0x45);
  values[TEXT].value.as_buf.len = 7;
}

static void report(void) {
  clock_ms += 5000;
  request(1, "3303/0/5700", -1, NULL, NULL, 0, 1);
  serve("nbiot_device_poll: Observe", 0x45);
  measure("nbiot_resource_set", set);
  need(status == NBIOT_ERR_OK, "set");
  measure("nbiot_resource_notify", notify);
  need(status == NBIOT_ERR_OK, "notify");
  serve("nbiot_device_poll: notification", 0x45);
  acknowledgement = 7;
  measure("nbiot_resource_notify", notify);
  need(status == NBIOT_ERR_OK, "notify with an ack id");
  serve("nbiot_device_poll: notification", 0x45);
  respond(0);
  measure("nbiot_device_poll: acknowledgement", poll_once);
  values[NUMBER].flag |= NBIOT_UPDATED;
  measure("nbiot_device_step", step);
  values[NUMBER].flag |= NBIOT_UPDATED;
  measure("nbiot_device_sync", sync);
}

/* An Update with the object list follows each answer. */
static void change_instances(void) {
  /* Until the requests so far are forgotten; what is due by then leaves. */
  clock_ms += 300000;
  measure("nbiot_device_poll: notification", poll_once);
  request(2, "3303", -1, NULL, "\xe4\x16\x44\x41\xbc\x00\x00", 7, 0);
  serve("nbiot_device_poll: Create", 0x02);
  respond(0x44);
  measure("nbiot_device_poll: updated", poll_once);
  request(4, "3303/2", -1, NULL, NULL, 0, 0);
  serve("nbiot_device_poll: Delete", 0x02);
  respond(0x44);
  measure("nbiot_device_poll: updated", poll_once);
}

static void leave(void) {
  measure("nbiot_device_state", state);
  measure("nbiot_device_statistics", statistics);
  measure("nbiot_resource_del", delete_resource);
  need(status == NBIOT_ERR_OK, "del");
  measure("nbiot_device_update", update);
  need(status == NBIOT_ERR_OK, "update");
  serve("nbiot_device_poll: Update", 0x02);
  respond(0x44);
  measure("nbiot_device_poll: updated", poll_once);
  measure("nbiot_device_close", close_device);
  measure("nbiot_device_destroy", destroy);
  need(status == NBIOT_ERR_OK, "destroy");
}

int main(void) {
  prepare();
  register_device();
  update_in_blocks();
  answer_requests();
  write_in_blocks();
  answer_in_blocks();
  report();
  change_instances();
  leave();
  bootstrap();
  print_rows();
  return 0;
}
