/* sensor.c - a thermometer with a dimmable light, through the full form of the interface.
 *
 *     sensor URI ENDPOINT [SECONDS [ACK_TIMEOUT_MS]]
 *
 * A URI that ends in "?bs" is a bootstrap server's, which tells the device where to register.
 * With SECONDS 0, or without, it runs until SIGTERM or SIGINT; either way it de-registers before it ends.
 *
 * Every measurement has a number and is told to the server by a notification with that number as ack id:
 * it is stored until the server has acknowledged it, however long the server is away. The server may
 * write a package of any length to /5/0/0; it comes in pieces and is kept nowhere, only its CRC-32 is.
 * ACK_TIMEOUT_MS, for demonstrations: a server that is away is given up after seven to eleven times that long.
 * An endpoint of the form "imei;imsi" selects the onenet profile, any other the standard one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nbiot.h"

#define FIRMWARE 5
#define PACKAGE 0
#define STATE 3
#define TEMPERATURE 3303
#define LIGHT 3311
#define MIN_MEASURED 5601
#define MAX_MEASURED 5602
#define RESET 5605
#define SENSOR_VALUE 5700
#define SENSOR_UNITS 5701
#define ON_OFF 5850
#define DIMMER 5851

#define PERIOD_S 2u
#define PROGRESS_BYTES 1024u

/* What /5/0/3 says. */
enum { IDLE, DOWNLOADING, DOWNLOADED };

typedef struct {
  nbiot_device_t *device;
  uint32_t number; /* Of the last measurement: its ack id. */
  uint32_t crc;    /* Of the package, as far as it has come. */
  nbiot_value_t package;
  nbiot_value_t state;
  nbiot_value_t current;
  nbiot_value_t lowest;
  nbiot_value_t highest;
  nbiot_value_t units;
  nbiot_value_t reset;
  nbiot_value_t is_on;
  nbiot_value_t dimmer;
} sensor_t;

static volatile sig_atomic_t is_ending;

static void end(int signal_number) {
  (void)signal_number;
  is_ending = 1;
}

/* ---- What the server asks for ---------------------------------------------------------------- */

/* Runs before the value is stored: the place to refuse one. */
static int32_t on_write(void *context, nbiot_request_t request, const nbiot_path_t *path,
                        const nbiot_value_t *value) {
  (void)context;
  (void)request;
  if (path->resource_id == DIMMER && (value->value.as_int < 0 || value->value.as_int > 100)) {
    printf("write    /%d/%d/%d = %lld refused, 0...100 only\n", path->object_id, path->instance_id,
           path->resource_id, (long long)value->value.as_int);
    return 400;
  }
  printf("write    /%d/%d/%d = %lld\n", path->object_id, path->instance_id, path->resource_id,
         value->type == NBIOT_BOOLEAN ? (long long)value->value.as_bool
                                      : (long long)value->value.as_int);
  return 0;
}

/* CRC-32 of Ethernet and ZIP; `crc` begins as 0. */
static uint32_t crc_32(uint32_t crc, const uint8_t *bytes, uint32_t length) {
  crc = ~crc;
  for (uint32_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc & 1u) != 0u ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
  }
  return ~crc;
}

static void enter(sensor_t *sensor, int64_t state) {
  sensor->state.value.as_int = state;
  nbiot_resource_notify(sensor->device, FIRMWARE, 0, STATE, 0);
}

/* Runs for each piece, in order. Firmware would write it to its flash here. */
static int32_t on_write_block(void *context, nbiot_request_t request, const nbiot_path_t *path,
                              const nbiot_block_t *block) {
  sensor_t *sensor = context;
  const uint32_t end = block->offset + block->length;
  (void)request;
  (void)path;
  if (block->offset == 0) {
    sensor->crc = 0;
    enter(sensor, DOWNLOADING);
  }
  sensor->crc = crc_32(sensor->crc, block->data, block->length);
  if (block->is_last) {
    printf("package  %lu bytes, CRC-32 %08lx\n", (unsigned long)end, (unsigned long)sensor->crc);
    enter(sensor, DOWNLOADED);
  } else if (end % PROGRESS_BYTES == 0) {
    printf("package  %lu of %lu bytes\n", (unsigned long)end, (unsigned long)block->total);
  }
  return 0;
}

static void report_extremes(sensor_t *sensor) {
  nbiot_resource_notify(sensor->device, TEMPERATURE, 0, MIN_MEASURED, 0);
  nbiot_resource_notify(sensor->device, TEMPERATURE, 0, MAX_MEASURED, 0);
}

static int32_t on_execute(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const uint8_t *arguments, uint32_t length) {
  sensor_t *sensor = context;
  (void)request;
  printf("execute  /%d/%d/%d \"%.*s\"\n", path->object_id, path->instance_id, path->resource_id,
         (int)length, length > 0 ? (const char *)arguments : "");
  sensor->lowest.value.as_float = sensor->current.value.as_float;
  sensor->highest.value.as_float = sensor->current.value.as_float;
  report_extremes(sensor);
  return 0;
}

static const char *event_text(uint32_t id) {
  switch (id) {
    case NBIOT_EVENT_BOOTSTRAP_START: return "asking the bootstrap server";
    case NBIOT_EVENT_BOOTSTRAP_SUCCESS: return "bootstrapped, going to the server it named";
    case NBIOT_EVENT_BOOTSTRAP_FAILED: return "bootstrap failed, trying again";
    case NBIOT_EVENT_CONNECT_SUCCESS: return "socket open";
    case NBIOT_EVENT_CONNECT_FAILED: return "no address or no socket, trying again";
    case NBIOT_EVENT_REG_SUCCESS: return "registered";
    case NBIOT_EVENT_REG_FAILED: return "registration refused";
    case NBIOT_EVENT_REG_TIMEOUT: return "registration not answered";
    case NBIOT_EVENT_LIFETIME_TIMEOUT: return "lifetime over, registering anew";
    case NBIOT_EVENT_UPDATE_SUCCESS: return "registration updated";
    case NBIOT_EVENT_UPDATE_FAILED: return "update refused";
    case NBIOT_EVENT_UPDATE_TIMEOUT: return "update not answered";
    case NBIOT_EVENT_UNREG_DONE: return "de-registered";
    case NBIOT_EVENT_NOTIFY_FAILED: return "refused: measurement";
    case NBIOT_EVENT_NOTIFY_SUCCESS: return "delivered: measurement";
    case NBIOT_EVENT_NOTIFY_REPLACED: return "replaced by a later one: measurement";
    case NBIOT_EVENT_NOTIFY_DROPPED: return "dropped: measurement";
    default: return "happened";
  }
}

static void on_event(void *context, const nbiot_event_t *event) {
  (void)context;
  printf("event    %u, %s", (unsigned)event->id, event_text(event->id));
  if (event->code != 0) {
    printf(" (%d.%02d)", (int)(event->code / 100), (int)(event->code % 100));
  }
  /* Only notifications have one here: no answer is deferred. */
  if (event->detail != 0) printf(" %u", (unsigned)event->detail);
  printf("\n");
}

/* ---- The sensor ------------------------------------------------------------------------------ */

static void measure(sensor_t *sensor) {
  /* No thermometer at hand: up and down between 20 and 24 degrees in steps of a quarter. */
  const unsigned phase = sensor->number % 32u;
  const double degrees = 20.0 + 0.25 * (phase < 16u ? phase : 32u - phase);
  sensor->current.value.as_float = degrees;
  if (degrees < sensor->lowest.value.as_float) sensor->lowest.value.as_float = degrees;
  if (degrees > sensor->highest.value.as_float) sensor->highest.value.as_float = degrees;
  sensor->number = sensor->number % 65535u + 1u;
  printf("measured %.2f Cel, measurement %u\n", degrees, (unsigned)sensor->number);
  if (nbiot_resource_notify(sensor->device, TEMPERATURE, 0, SENSOR_VALUE, sensor->number) !=
      NBIOT_ERR_OK) {
    printf("no room for measurement %u\n", (unsigned)sensor->number);
  }
  report_extremes(sensor);
}

static nbiot_value_t number(double value) {
  nbiot_value_t result = {.type = NBIOT_FLOAT, .flag = NBIOT_READABLE};
  result.value.as_float = value;
  return result;
}

static int32_t add_resources(sensor_t *sensor) {
  static char units[] = "Cel";
  const struct {
    uint16_t object_id;
    uint16_t resource_id;
    nbiot_value_t *value;
  } entries[] = {
      {TEMPERATURE, SENSOR_VALUE, &sensor->current}, {TEMPERATURE, MIN_MEASURED, &sensor->lowest},
      {TEMPERATURE, MAX_MEASURED, &sensor->highest}, {TEMPERATURE, SENSOR_UNITS, &sensor->units},
      {TEMPERATURE, RESET, &sensor->reset},          {LIGHT, ON_OFF, &sensor->is_on},
      {LIGHT, DIMMER, &sensor->dimmer},              {FIRMWARE, PACKAGE, &sensor->package},
      {FIRMWARE, STATE, &sensor->state},
  };
  int32_t status = NBIOT_ERR_OK;
  sensor->current = number(20.0);
  sensor->lowest = number(20.0);
  sensor->highest = number(20.0);
  sensor->units = (nbiot_value_t){.type = NBIOT_STRING, .flag = NBIOT_READABLE};
  sensor->units.value.as_buf.val = units;
  sensor->units.value.as_buf.len = sizeof units - 1u;
  sensor->reset = (nbiot_value_t){.type = NBIOT_INTEGER, .flag = NBIOT_EXECUTABLE};
  sensor->is_on = (nbiot_value_t){.type = NBIOT_BOOLEAN, .flag = NBIOT_READABLE | NBIOT_WRITABLE};
  sensor->dimmer = (nbiot_value_t){.type = NBIOT_INTEGER, .flag = NBIOT_READABLE | NBIOT_WRITABLE};
  sensor->package = (nbiot_value_t){.type = NBIOT_BINARY, .flag = NBIOT_WRITABLE | NBIOT_STREAMED};
  sensor->state = (nbiot_value_t){.type = NBIOT_INTEGER, .flag = NBIOT_READABLE};

  for (size_t i = 0; i < sizeof entries / sizeof entries[0] && status == NBIOT_ERR_OK; i++) {
    status = nbiot_resource_add(sensor->device, entries[i].object_id, 0, entries[i].resource_id,
                                entries[i].value);
  }
  return status;
}

static int32_t create_device(sensor_t *sensor, const char *uri, const char *endpoint,
                             uint32_t ack_timeout_ms) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  uint32_t field = NBIOT_FIELD_NONE;
  int32_t status;
  config.platform = nbiot_platform_default();
  config.profile = strchr(endpoint, ';') != NULL ? NBIOT_PROFILE_ONENET : NBIOT_PROFILE_STANDARD;
  config.endpoint_name = endpoint;
  config.uri = uri;
  config.life_time = 300;
  config.receive_capacity = 640; /* A block of 512 bytes, and what stands before it. */
  config.stored_capacity = 1024;
  if (ack_timeout_ms != 0) {
    config.ack_timeout_ms = ack_timeout_ms;
    config.max_retransmit = 2;
  }
  config.device_info.manufacturer = "nbiot";
  config.device_info.model = "sensor";
  config.device_info.firmware_version = "1.0";
  config.callback_context = sensor;
  config.write = on_write;
  config.write_block = on_write_block;
  config.execute = on_execute;
  config.event = on_event;

  status = nbiot_config_check(&config, &field);
  if (status != NBIOT_ERR_OK) {
    fprintf(stderr, "sensor: configuration field %u: status %d\n", (unsigned)field, (int)status);
    return status;
  }
  status = nbiot_device_create_with(&sensor->device, &config);
  return status == NBIOT_ERR_OK ? add_resources(sensor) : status;
}

/* A second per turn, and a measurement every other one, whether the server is there or not. */
static int32_t serve(sensor_t *sensor, unsigned long seconds) {
  int32_t status = nbiot_device_connect(sensor->device, 60);
  for (unsigned second = 0; !is_ending && (seconds == 0 || second < seconds); second++) {
    if (second % PERIOD_S == 0) measure(sensor);
    status = nbiot_device_step(sensor->device, 1);
  }
  return status;
}

int main(int argc, char *argv[]) {
  static sensor_t sensor;
  struct sigaction action = {.sa_handler = end};
  int32_t status;
  if (argc < 3) {
    fprintf(stderr, "usage: %s URI ENDPOINT [SECONDS [ACK_TIMEOUT_MS]]\n", argv[0]);
    return 2;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);

  status = create_device(&sensor, argv[1], argv[2],
                         argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : 0);
  if (status == NBIOT_ERR_OK) {
    status = serve(&sensor, argc > 3 ? strtoul(argv[3], NULL, 10) : 0);
    printf("closing  status %d\n", (int)nbiot_device_close(sensor.device, 10));
  } else {
    fprintf(stderr, "sensor: cannot start: status %d\n", (int)status);
  }
  if (sensor.device != NULL) nbiot_device_destroy(sensor.device);
  nbiot_clear_environment();
  return status == NBIOT_ERR_OK ? 0 : 1;
}
