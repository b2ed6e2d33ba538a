/* objects.c - a thermometer and a lamp (see objects.h).
 *
 * The values live here; the library borrows them and reads them when they are sent.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "objects.h"

#include "chip.h"
#include "console.h"

#define THERMOMETER 3303
#define LIGHT 3311
#define MIN_MEASURED 5601
#define MAX_MEASURED 5602
#define RESET 5605
#define SENSOR_VALUE 5700
#define SENSOR_UNITS 5701
#define ON_OFF 5850

#define NUMBER {.type = NBIOT_FLOAT, .flag = NBIOT_READABLE}

static nbiot_value_t current = NUMBER;
static nbiot_value_t lowest = NUMBER;
static nbiot_value_t highest = NUMBER;
static char celsius[] = "Cel";
static nbiot_value_t units = {.value.as_buf = {celsius, sizeof celsius - 1u}, .type = NBIOT_STRING};
static nbiot_value_t reset = {.type = NBIOT_INTEGER, .flag = NBIOT_EXECUTABLE};
static nbiot_value_t is_on = {.type = NBIOT_BOOLEAN, .flag = NBIOT_READABLE | NBIOT_WRITABLE};

/* Of the last measurement; its report carries it as ack id, and the event that tells of the delivery. */
static uint32_t measurement;

/* In hundredths of a degree. No sensor on the board: up and down between 20 and 24 degrees. A product reads its sensor. */
static int32_t read_sensor(void) {
  const int32_t phase = (int32_t)(measurement % 32u);
  return 2000 + 25 * (phase < 16 ? phase : 32 - phase);
}

static void set_extremes(double low, double high) {
  lowest.value.as_float = low;
  highest.value.as_float = high;
}

int32_t objects_add(nbiot_device_t *device) {
  static const struct {
    uint16_t object_id;
    uint16_t resource_id;
    nbiot_value_t *value;
  } entries[] = {
      {THERMOMETER, SENSOR_VALUE, &current}, {THERMOMETER, MIN_MEASURED, &lowest}, {THERMOMETER, MAX_MEASURED, &highest},
      {THERMOMETER, SENSOR_UNITS, &units},   {THERMOMETER, RESET, &reset},         {LIGHT, ON_OFF, &is_on},
  };
  int32_t status = NBIOT_ERR_OK;
  current.value.as_float = read_sensor() / 100.0;
  set_extremes(current.value.as_float, current.value.as_float);
  for (uint32_t i = 0; i < sizeof entries / sizeof entries[0] && status == NBIOT_ERR_OK; i++) {
    status = nbiot_resource_add(device, entries[i].object_id, 0, entries[i].resource_id, entries[i].value);
  }
  return status;
}

static void report_extremes(nbiot_device_t *device) {
  (void)nbiot_resource_notify(device, THERMOMETER, 0, MIN_MEASURED, 0);
  (void)nbiot_resource_notify(device, THERMOMETER, 0, MAX_MEASURED, 0);
}

void objects_measure(nbiot_device_t *device) {
  const int32_t hundredths = read_sensor();
  const double degrees = hundredths / 100.0;
  current.value.as_float = degrees;
  if (degrees < lowest.value.as_float) lowest.value.as_float = degrees;
  if (degrees > highest.value.as_float) highest.value.as_float = degrees;
  measurement = measurement % 65535u + 1u;
  console_text("measured ");
  console_hundredths(hundredths);
  console_text(" Cel, measurement ");
  console_number((int32_t)measurement);
  console_end_line();
  if (nbiot_resource_notify(device, THERMOMETER, 0, SENSOR_VALUE, measurement) != NBIOT_ERR_OK) {
    console_text("no room for this measurement");
    console_end_line();
  }
}

void objects_show(void) { LEDS = is_on.value.as_bool; }

static void tell(const char *what, const nbiot_path_t *path) {
  console_text(what);
  console_text(" /");
  console_number(path->object_id);
  console_text("/");
  console_number(path->instance_id);
  console_text("/");
  console_number(path->resource_id);
}

/* The place to refuse a value, by 400; the library stores it when this agrees. Only the lamp can be written. */
int32_t objects_write(void *context, nbiot_request_t request, const nbiot_path_t *path, const nbiot_value_t *value) {
  (void)context;
  (void)request;
  tell("write   ", path);
  console_text(value->value.as_bool ? ": the lamp is on" : ": the lamp is off");
  console_end_line();
  return 0;
}

int32_t objects_execute(void *context, nbiot_request_t request, const nbiot_path_t *path, const uint8_t *arguments,
                        uint32_t length) {
  nbiot_device_t **device = context;
  (void)request;
  (void)arguments;
  (void)length;
  tell("execute ", path);
  console_text(": lowest and highest begin anew");
  console_end_line();
  set_extremes(current.value.as_float, current.value.as_float);
  report_extremes(*device);
  return 0;
}
