/* device.c - a device for the peers to talk to: driven by lines on standard input, telling on
 * standard output what happens to it.
 *
 *     device URI ENDPOINT [queue | large | bodies | blocks]
 *
 * A URI with `?bs` at its end is the bootstrap server's; an ENDPOINT with a semicolon selects the
 * onenet profile; `queue` is queue mode, listening for a second; `large` has instances 100 ... 199 of
 * /3303 as well, and a send buffer of 512 bytes; `bodies` has what bodies.h has, and `blocks`
 * blocks.h. /3/0/4, Reboot, makes the device anew and connects it, as a power cycle would.
 *
 *     connect                        nbiot_device_connect, without waiting
 *     set OBJECT INSTANCE RESOURCE TEXT   nbiot_resource_set
 *     notify OBJECT INSTANCE RESOURCE [ACK-ID]
 *     update [LIFETIME], error CODE  nbiot_device_update, nbiot_device_error
 *     add INSTANCE, remove INSTANCE  another thermometer, /3303/INSTANCE/5700
 *     port, statistics               the UDP port of the socket; what the SDK has counted
 *     close, quit                    de-register; and end
 *
 * Each command is answered by a line `COMMAND STATUS`. Standard input closed: it ends with its test.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "blocks.h"
#include "bodies.h"
#include "instances.h"
#include "nbiot.h"
#include "nbiot_posix.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define ANSWER_DELAY_MS 300u
#define SLOW 3300
#define READ_WRITE (NBIOT_READABLE | NBIOT_WRITABLE)
#define STORED (READ_WRITE | NBIOT_STORAGE)

typedef struct {
  uint16_t object_id;
  uint16_t instance_id;
  uint16_t resource_id;
  nbiot_value_t value;
} entry_t;

typedef struct {
  nbiot_request_t request;
  uint32_t since;
} waiting_t;

static nbiot_platform_t platform;
static int device_socket = -1, is_ending, is_rebooting;
static const char *mode = "";
static waiting_t waiting[4];
static char name[32] = "lab";
static char blob[32] = {0x00, 0x01, (char)0xFE, (char)0xFF};
static char digits[16] = "313233";
static char long_text[400];

#define TEXT(buffer, length_, type_, flag_)                                                  \
  {.value.as_buf = {.val = (buffer), .len = (length_)}, .type = (type_), .flag = (flag_),     \
   .capacity = (uint16_t)(((flag_) & NBIOT_STORAGE) != 0 ? sizeof(buffer) : 0)}
#define FLOAT(number) {.value.as_float = (number), .type = NBIOT_FLOAT, .flag = NBIOT_READABLE}
#define ACTION {.type = NBIOT_INTEGER, .flag = NBIOT_EXECUTABLE}

static entry_t entries[] = {
    {3303, 0, 5700, FLOAT(20.5)},
    {3303, 0, 5701, TEXT("Cel", 3, NBIOT_STRING, NBIOT_READABLE)},
    {3303, 0, 5605, ACTION},
    {3303, 0, 5750, TEXT(name, 3, NBIOT_STRING, STORED)},
    {3303, 1, 5700, FLOAT(-7.25)},
    {3303, 1, 5701, TEXT("Cel", 3, NBIOT_STRING, NBIOT_READABLE)},
    {3311, 0, 5850, {.value.as_bool = 0, .type = NBIOT_BOOLEAN, .flag = READ_WRITE}},
    {3311, 0, 5851, {.value.as_int = 50, .type = NBIOT_INTEGER, .flag = READ_WRITE}},
    {SLOW, 0, 5700, FLOAT(1.5)},
    {SLOW, 0, 5605, ACTION},
    {26241, 0, 0, TEXT(blob, 4, NBIOT_BINARY, STORED)},
    {26241, 0, 2, TEXT(digits, 6, NBIOT_HEX_STRING, STORED)},
    {26241, 0, 3, TEXT(long_text, sizeof long_text, NBIOT_STRING, NBIOT_READABLE)},
    {26241, 0, 4, {.value.as_int = 4, .type = NBIOT_INTEGER, .flag = NBIOT_WRITABLE}},
};

#define NUMBER(id_, number) \
  {.id = (id_), .value = {.value.as_int = (number), .type = NBIOT_INTEGER, .flag = READ_WRITE}}
static nbiot_instance_t numbers[] = {NUMBER(0, 10), NUMBER(1, -300), NUMBER(7, 70000)};
static nbiot_value_t added = FLOAT(1.0);

/* ---- Values as text -------------------------------------------------------------------------- */

static void print_bytes(const char *bytes, uint32_t length) {
  for (uint32_t i = 0; i < length; i++) printf("%02x", (unsigned)(unsigned char)bytes[i]);
}

static void print_value(const nbiot_value_t *value) {
  switch (value->type) {
    case NBIOT_BOOLEAN: printf("%u", (unsigned)value->value.as_bool); break;
    case NBIOT_INTEGER: printf("%lld", (long long)value->value.as_int); break;
    case NBIOT_FLOAT: printf("%.17g", value->value.as_float); break;
    case NBIOT_BINARY: print_bytes(value->value.as_buf.val, value->value.as_buf.len); break;
    default: printf("%.*s", (int)value->value.as_buf.len, value->value.as_buf.val); break;
  }
}

static void parse_value(nbiot_value_t *value, char *text) {
  switch (value->type) {
    case NBIOT_BOOLEAN: value->value.as_bool = (uint8_t)(text[0] == '1'); break;
    case NBIOT_INTEGER: value->value.as_int = strtoll(text, NULL, 10); break;
    case NBIOT_FLOAT: value->value.as_float = strtod(text, NULL); break;
    default:
      value->value.as_buf.val = text;
      value->value.as_buf.len = (uint32_t)strlen(text);
  }
}

static entry_t *find_entry(unsigned object_id, unsigned instance_id, unsigned resource_id) {
  for (size_t i = 0; i < COUNT(entries); i++) {
    if (entries[i].object_id == object_id && entries[i].instance_id == instance_id &&
        entries[i].resource_id == resource_id) {
      return &entries[i];
    }
  }
  return NULL;
}

/* ---- What the server asks for ---------------------------------------------------------------- */

static void tell(const char *what, const nbiot_path_t *path) {
  printf("%s /%u/%u/%u", what, path->object_id, path->instance_id, path->resource_id);
  if (path->resource_instance_id != NBIOT_ID_NONE) printf("/%u", path->resource_instance_id);
}

static int32_t answer_later(nbiot_request_t request) {
  for (size_t i = 0; i < COUNT(waiting); i++) {
    if (waiting[i].request != NBIOT_REQUEST_NONE) continue;
    waiting[i].request = request;
    waiting[i].since = platform.now_ms(platform.context);
    return NBIOT_ERR_PENDING;
  }
  return 503;
}

static int32_t on_read(void *context, nbiot_request_t request, const nbiot_path_t *path,
                       nbiot_value_t *value) {
  (void)context;
  (void)value;
  tell("read", path);
  printf("\n");
  return path->object_id == SLOW && request != NBIOT_REQUEST_NONE ? answer_later(request) : 0;
}

static int32_t on_write(void *context, nbiot_request_t request, const nbiot_path_t *path,
                        const nbiot_value_t *value) {
  (void)context;
  (void)request;
  tell("write", path);
  printf(" ");
  print_value(value);
  printf("\n");
  return path->resource_id == 5851 && value->value.as_int > 100 ? 400 : 0;
}

static int32_t on_execute(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const uint8_t *arguments, uint32_t length) {
  (void)context;
  tell("execute", path);
  printf(" %.*s\n", (int)length, length > 0 ? (const char *)arguments : "");
  return path->object_id == SLOW ? answer_later(request) : 0;
}

static void on_event(void *context, const nbiot_event_t *event) {
  (void)context;
  printf("event %u %d %u\n", (unsigned)event->id, (int)event->code, (unsigned)event->detail);
}

static void on_reboot(void *context) {
  (void)context;
  is_rebooting = 1;
  printf("reboot\n");
}

/* A read gets a new value with its answer; for an Execute there is none to give. Returns the
 * milliseconds until there is more to do: 0 when the answer has yet to leave. */
static uint32_t answer_waiting(void) {
  static nbiot_value_t fresh = FLOAT(1.5);
  const uint32_t now = platform.now_ms(platform.context);
  uint32_t next = UINT32_MAX;
  for (size_t i = 0; i < COUNT(waiting); i++) {
    const uint32_t age = now - waiting[i].since;
    if (waiting[i].request == NBIOT_REQUEST_NONE) continue;
    if (age < ANSWER_DELAY_MS) {
      if (ANSWER_DELAY_MS - age < next) next = ANSWER_DELAY_MS - age;
      continue;
    }
    fresh.value.as_float += 1.0;
    if (nbiot_request_respond(device, waiting[i].request, 0, &fresh) == NBIOT_ERR_BADPARAM) {
      nbiot_request_respond(device, waiting[i].request, 0, NULL);
    }
    waiting[i].request = NBIOT_REQUEST_NONE;
    next = 0;
  }
  return next;
}

/* ---- Commands -------------------------------------------------------------------------------- */

static unsigned next_number(void) {
  const char *word = strtok(NULL, " ");
  return word != NULL ? (unsigned)strtoul(word, NULL, 10) : 0u;
}

static int32_t set(void) {
  const unsigned object_id = next_number();
  const unsigned instance_id = next_number();
  const unsigned resource_id = next_number();
  char *text = strtok(NULL, "");
  const entry_t *entry = find_entry(object_id, instance_id, resource_id);
  nbiot_value_t value = {.type = entry != NULL ? entry->value.type : NBIOT_UNKNOWN};
  parse_value(&value, text != NULL ? text : (char[]){""});
  return nbiot_resource_set(device, (uint16_t)object_id, (uint16_t)instance_id,
                            (uint16_t)resource_id, &value);
}

static int32_t notify(void) {
  const unsigned object_id = next_number();
  const unsigned instance_id = next_number();
  const unsigned resource_id = next_number();
  return nbiot_resource_notify(device, (uint16_t)object_id, (uint16_t)instance_id,
                               (uint16_t)resource_id, next_number());
}

static int32_t local_port(void) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (device_socket < 0 || getsockname(device_socket, (struct sockaddr *)&address, &length) != 0) {
    return -1;
  }
  return address.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&address)->sin6_port)
                                       : ntohs(((struct sockaddr_in *)&address)->sin_port);
}

static int32_t statistics(void) {
  nbiot_statistics_t counted;
  const int32_t status = nbiot_device_statistics(device, &counted, sizeof counted);
  printf("counted observations=%u duplicates=%u retransmissions=%u dropped=",
         (unsigned)counted.observations.used, (unsigned)counted.duplicates,
         (unsigned)counted.retransmissions);
  for (unsigned i = 0; i < NBIOT_DROP_COUNT; i++) {
    printf("%s%u", i > 0 ? "," : "", (unsigned)counted.dropped[i]);
  }
  printf("\n");
  return status;
}

static int32_t run(const char *command) {
  if (strcmp(command, "connect") == 0) return nbiot_device_connect(device, 0);
  if (strcmp(command, "set") == 0) return set();
  if (strcmp(command, "notify") == 0) return notify();
  if (strcmp(command, "update") == 0) return nbiot_device_update(device, next_number(), 0);
  if (strcmp(command, "add") == 0) {
    return nbiot_resource_add(device, 3303, (uint16_t)next_number(), 5700, &added);
  }
  if (strcmp(command, "remove") == 0) {
    return nbiot_resource_del(device, 3303, (uint16_t)next_number(), 5700);
  }
  if (strcmp(command, "error") == 0) return nbiot_device_error(device, (uint8_t)next_number());
  if (strcmp(command, "port") == 0) return local_port();
  if (strcmp(command, "statistics") == 0) return statistics();
  is_ending = strcmp(command, "quit") == 0;
  if (is_ending || strcmp(command, "close") == 0) return nbiot_device_close(device, 5);
  return NBIOT_ERR_NOT_SUPPORT;
}

/* Every whole line that has come; the rest waits for its end. */
static void take_commands(void) {
  static char input[1024];
  static size_t filled;
  const ssize_t got = read(STDIN_FILENO, input + filled, sizeof input - 1u - filled);
  char *end;
  if (got <= 0) {
    is_ending = 1;
    return;
  }
  filled += (size_t)got;
  input[filled] = '\0';
  while (!is_ending && (end = strchr(input, '\n')) != NULL) {
    const size_t length = (size_t)(end - input) + 1u;
    const char *command;
    *end = '\0';
    command = strtok(input, " ");
    if (command != NULL) {
      const int32_t status = run(command);
      printf("%s %d\n", command, (int)status);
    }
    filled -= length;
    memmove(input, input + length, filled + 1u);
  }
}

/* ---- The device ------------------------------------------------------------------------------ */

static int32_t open_socket(void *context, uint8_t family, uint16_t port) {
  device_socket = nbiot_posix_udp_open(context, family, port);
  return device_socket;
}

static void close_socket(void *context, int32_t socket_number) {
  device_socket = -1;
  nbiot_posix_udp_close(context, socket_number);
}

static int32_t create_device(char *arguments[]) {
  const int is_large = strcmp(mode, "large") == 0;
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  int32_t status;
  memset(long_text, 'x', sizeof long_text);
  platform = *nbiot_platform_default();
  platform.udp_open = open_socket;
  platform.udp_close = close_socket;
  config.platform = &platform;
  config.uri = arguments[1];
  config.endpoint_name = arguments[2];
  config.queue_mode = strcmp(mode, "queue") == 0;
  config.awake_time_s = 1;
  config.profile = strchr(arguments[2], ';') != NULL ? NBIOT_PROFILE_ONENET : NBIOT_PROFILE_STANDARD;
  config.life_time = 300;
  config.ack_delay_ms = 100;
  config.duplicate_capacity = 64;
  config.receive_capacity = 1280;
  config.send_capacity = is_large ? 512 : 1280;
  config.resource_capacity = is_large ? 160 : 0;
  config.device_info.manufacturer = "nbiot";
  config.device_info.model = "interop";
  config.device_info.firmware_version = "1.2.3";
  config.read = on_read;
  config.write = on_write;
  config.execute = on_execute;
  config.event = on_event;
  config.reboot = on_reboot;
  take_instances(&config);
  if (strcmp(mode, "bodies") == 0) take_bodies(&config);
  if (strcmp(mode, "blocks") == 0) configure_blocks(&config);
  status = nbiot_device_create_with(&device, &config);
  for (size_t i = 0; i < COUNT(entries) && status == NBIOT_ERR_OK; i++) {
    status = nbiot_resource_add(device, entries[i].object_id, entries[i].instance_id,
                                entries[i].resource_id, &entries[i].value);
  }
  for (uint16_t i = 100; is_large && i < 200 && status == NBIOT_ERR_OK; i++) {
    status = nbiot_resource_add(device, 3303, i, 5700, &added);
  }
  if (status == NBIOT_ERR_OK && strcmp(mode, "bodies") == 0) status = add_bodies(device);
  if (status == NBIOT_ERR_OK && strcmp(mode, "blocks") == 0) status = add_blocks(device);
  if (status != NBIOT_ERR_OK) return status;
  return nbiot_resource_add_multiple(device, 26241, 0, 1, numbers, COUNT(numbers));
}

static void reboot(char *arguments[]) {
  is_rebooting = 0;
  nbiot_device_destroy(device);
  device = NULL;
  is_ending = create_device(arguments) != NBIOT_ERR_OK;
  if (!is_ending) nbiot_device_connect(device, 0);
}

static void serve(char *arguments[]) {
  while (!is_ending) {
    uint32_t answer_ms;
    uint32_t wait_ms = 0;
    nbiot_device_poll(device, &wait_ms);
    if (is_rebooting) reboot(arguments);
    answer_ms = answer_waiting();
    if (answer_ms < wait_ms) wait_ms = answer_ms;
    if (wait_ms > 60000u) wait_ms = 60000u;
    struct pollfd ready[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
                              {.fd = device_socket, .events = POLLIN}};
    poll(ready, COUNT(ready), (int)wait_ms);
    if (ready[0].revents != 0) take_commands();
  }
}

int main(int argc, char *argv[]) {
  int32_t status;
  if (argc < 3 || argc > 4) {
    fprintf(stderr, "usage: %s URI ENDPOINT [queue | large | bodies | blocks]\n", argv[0]);
    return 2;
  }
  if (argc == 4) mode = argv[3];
  setvbuf(stdout, NULL, _IOLBF, 0);
  status = create_device(argv);
  printf("created %d\n", (int)status);
  if (status == NBIOT_ERR_OK) serve(argv);
  if (device != NULL) nbiot_device_destroy(device);
  nbiot_clear_environment();
  return status == NBIOT_ERR_OK ? 0 : 1;
}
