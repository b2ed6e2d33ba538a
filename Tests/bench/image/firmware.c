/* firmware.c - a valve with a thermometer: what a small product has of an application. It is linked
 * for its size, not run.
 *
 * All memory is static. The device is driven through nbiot_device_poll(), so the core sleeps until
 * a datagram, the library's deadline or the next measurement.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "board.h"

#define TEMPERATURE 3303
#define ACTUATION 3306
#define LOWEST_MEASURED 5601
#define HIGHEST_MEASURED 5602
#define RESET_EXTREMES 5605
#define SENSOR_VALUE 5700
#define SENSOR_UNITS 5701
#define APPLICATION_TYPE 5750
#define ON_OFF 5850
#define ON_TIME 5852
#define PERIOD_MS 10000u

enum { CURRENT, LOWEST, HIGHEST, UNITS, RESET, IS_OPEN, OPEN_TIME, PLACE, VALUES };

static uint64_t memory[NBIOT_MEMORY_SIZE_DEFAULT / 8u];
static nbiot_device_t *device;
static char units[] = "Cel";
static char place[32] = "cellar";
static char serial_number[12];
static uint32_t opened_ms;

static nbiot_value_t values[VALUES] = {
    [CURRENT] = {.type = NBIOT_FLOAT, .flag = NBIOT_READABLE},
    [LOWEST] = {.value.as_float = 1000.0, .type = NBIOT_FLOAT, .flag = NBIOT_READABLE},
    [HIGHEST] = {.value.as_float = -1000.0, .type = NBIOT_FLOAT, .flag = NBIOT_READABLE},
    [UNITS] = {.value.as_buf = {.val = units, .len = sizeof units - 1u},
               .type = NBIOT_STRING,
               .flag = NBIOT_READABLE},
    [RESET] = {.type = NBIOT_INTEGER, .flag = NBIOT_EXECUTABLE},
    [IS_OPEN] = {.type = NBIOT_BOOLEAN, .flag = NBIOT_READABLE | NBIOT_WRITABLE},
    [OPEN_TIME] = {.type = NBIOT_INTEGER, .flag = NBIOT_READABLE | NBIOT_WRITABLE},
    [PLACE] = {.value.as_buf = {.val = place, .len = 6},
               .type = NBIOT_STRING,
               .flag = NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_STORAGE,
               .capacity = sizeof place},
};

static const struct {
  uint16_t object_id, resource_id;
} paths[VALUES] = {
    [CURRENT] = {TEMPERATURE, SENSOR_VALUE},     [LOWEST] = {TEMPERATURE, LOWEST_MEASURED},
    [HIGHEST] = {TEMPERATURE, HIGHEST_MEASURED}, [UNITS] = {TEMPERATURE, SENSOR_UNITS},
    [RESET] = {TEMPERATURE, RESET_EXTREMES},     [IS_OPEN] = {ACTUATION, ON_OFF},
    [OPEN_TIME] = {ACTUATION, ON_TIME},          [PLACE] = {ACTUATION, APPLICATION_TYPE},
};

/* ---- What the server asks for ---------------------------------------------------------------- */

static int32_t on_read(void *context, nbiot_request_t request, const nbiot_path_t *path,
                       nbiot_value_t *value) {
  (void)context;
  (void)request;
  if (path->resource_id == ON_TIME && values[IS_OPEN].value.as_bool) {
    value->value.as_int = (board_now_ms() - opened_ms) / 1000u;
  }
  return 0;
}

static int32_t on_write(void *context, nbiot_request_t request, const nbiot_path_t *path,
                        const nbiot_value_t *value) {
  (void)context;
  (void)request;
  if (path->resource_id == ON_TIME) return value->value.as_int == 0 ? 0 : 400;
  if (path->resource_id == ON_OFF) {
    opened_ms = board_now_ms();
    VALVE = value->value.as_bool;
  }
  return 0;
}

static int32_t on_execute(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const uint8_t *arguments, uint32_t length) {
  (void)context;
  (void)request;
  (void)arguments;
  (void)length;
  values[LOWEST].value.as_float = values[CURRENT].value.as_float;
  values[HIGHEST].value.as_float = values[CURRENT].value.as_float;
  (void)nbiot_resource_notify(device, TEMPERATURE, path->instance_id, LOWEST_MEASURED, 0);
  (void)nbiot_resource_notify(device, TEMPERATURE, path->instance_id, HIGHEST_MEASURED, 0);
  return 0;
}

static void on_event(void *context, const nbiot_event_t *event) {
  char line[40];
  (void)context;
  (void)snprintf(line, sizeof line, "event %u, code %d\r\n", (unsigned)event->id, (int)event->code);
  board_print(line);
}

/* ---- The application ------------------------------------------------------------------------- */

static void measure(void) {
  const int32_t sixteenths = THERMOMETER;
  const double degrees = sixteenths / 16.0;
  char line[40];
  (void)snprintf(line, sizeof line, "%ld.%02ld Cel\r\n", (long)(sixteenths / 16),
                 (long)(sixteenths & 15) * 100 / 16);
  board_print(line);
  values[CURRENT].value.as_float = degrees;
  (void)nbiot_resource_notify(device, TEMPERATURE, 0, SENSOR_VALUE, 0);
  if (degrees < values[LOWEST].value.as_float) {
    values[LOWEST].value.as_float = degrees;
    (void)nbiot_resource_notify(device, TEMPERATURE, 0, LOWEST_MEASURED, 0);
  }
  if (degrees > values[HIGHEST].value.as_float) {
    values[HIGHEST].value.as_float = degrees;
    (void)nbiot_resource_notify(device, TEMPERATURE, 0, HIGHEST_MEASURED, 0);
  }
}

static int32_t create_device(void) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  int32_t status;
  (void)snprintf(serial_number, sizeof serial_number, "%08lx", (unsigned long)SERIAL_NUMBER);
  config.platform = &board_platform;
  config.memory = memory;
  config.memory_size = sizeof memory;
  config.endpoint_name = serial_number;
  config.uri = "coap://lwm2m.example.com";
  config.life_time = 86400;
  config.device_info.manufacturer = "example";
  config.device_info.model = "valve";
  config.device_info.serial_number = serial_number;
  config.read = on_read;
  config.write = on_write;
  config.execute = on_execute;
  config.event = on_event;
  status = nbiot_device_create_with(&device, &config);
  for (unsigned i = 0; i < VALUES && status == NBIOT_ERR_OK; i++) {
    status = nbiot_resource_add(device, paths[i].object_id, 0, paths[i].resource_id, &values[i]);
  }
  return status;
}

static void serve(void) {
  uint32_t measured_ms = board_now_ms(), wait_ms = 0;
  (void)nbiot_device_connect(device, 0);
  for (;;) {
    uint32_t since_ms = board_now_ms() - measured_ms;
    if (since_ms >= PERIOD_MS) {
      measured_ms += PERIOD_MS;
      since_ms -= PERIOD_MS;
      measure();
    }
    (void)nbiot_device_poll(device, &wait_ms);
    board_sleep(wait_ms < PERIOD_MS - since_ms ? wait_ms : PERIOD_MS - since_ms);
  }
}

int main(void) {
  char line[40];
  int32_t status;
  board_start();
  status = create_device();
  if (status == NBIOT_ERR_OK) serve();
  (void)snprintf(line, sizeof line, "no device: %ld\r\n", (long)status);
  board_print(line);
  return 1;
}
