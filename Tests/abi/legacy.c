/* legacy.c - a program as it was written for the M5310 board, from the board's documents alone:
 * create the device, add the resources, log in, step, log out.
 *
 *     legacy [uri [endpoint_name [steps]]]
 *
 * It must build and run against this library without a change.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nbiot.h>

#define LIFE_TIME 300
#define CONNECT_TIMEOUT 60
#define CLOSE_TIMEOUT 10

static nbiot_value_t led;
static nbiot_value_t dimmer;
static nbiot_value_t temperature;
static nbiot_value_t unit;
static nbiot_value_t digital_input;
static nbiot_value_t reset_min_max;

static char unit_text[] = "Cel";
static char input_bytes[] = {(char)0xE3, 0x65, (char)0xAA, (char)0xE4, 0x47, (char)0xB0};

static int writes = 0;
static int reads = 0;
static int executes = 0;

static void write_callback(uint16_t objid, uint16_t instid, uint16_t resid, nbiot_value_t *data) {
  writes++;
  printf("write /%d/%d/%d: ", objid, instid, resid);
  switch (data->type) {
    case NBIOT_BOOLEAN: printf("%s\n", data->value.as_bool ? "true" : "false"); break;
    case NBIOT_INTEGER: printf("%d\n", (int)data->value.as_int); break;
    case NBIOT_FLOAT: printf("%.2f\n", data->value.as_float); break;
    case NBIOT_STRING: printf("%.*s\n", (int)data->value.as_buf.len, data->value.as_buf.val); break;
    default: printf("%d bytes\n", (int)data->value.as_buf.len); break;
  }
}

static void read_callback(uint16_t objid, uint16_t instid, uint16_t resid, nbiot_value_t *data) {
  reads++;
  if (objid == 3303 && resid == 5700) {
    printf("read /%d/%d/%d: %.2f\n", objid, instid, resid, data->value.as_float);
  }
}

static void execute_callback(uint16_t objid, uint16_t instid, uint16_t resid, nbiot_value_t *data,
                             const void *buff, size_t size) {
  (void)data;
  executes++;
  printf("execute /%d/%d/%d: %.*s\n", objid, instid, resid, (int)size,
         size > 0 ? (const char *)buff : "");
}

static void init_values(void) {
  led.value.as_bool = false;
  led.type = NBIOT_BOOLEAN;
  led.flag = NBIOT_READABLE | NBIOT_WRITABLE;

  dimmer.value.as_int = 50;
  dimmer.type = NBIOT_INTEGER;
  dimmer.flag = NBIOT_READABLE | NBIOT_WRITABLE;

  temperature.value.as_float = 22.5;
  temperature.type = NBIOT_FLOAT;
  temperature.flag = NBIOT_READABLE | NBIOT_WRITABLE;

  unit.value.as_buf.val = unit_text;
  unit.value.as_buf.len = strlen(unit_text);
  unit.type = NBIOT_STRING;
  unit.flag = NBIOT_READABLE;

  digital_input.value.as_buf.val = input_bytes;
  digital_input.value.as_buf.len = sizeof(input_bytes);
  digital_input.type = NBIOT_BINARY;
  digital_input.flag = NBIOT_READABLE;

  reset_min_max.type = NBIOT_INTEGER;
  reset_min_max.flag = NBIOT_EXECUTABLE;
}

static int add_resources(nbiot_device_t *dev) {
  int ret;

  ret = nbiot_resource_add(dev, 3311, 0, 5850, &led);
  if (ret) return ret;
  ret = nbiot_resource_add(dev, 3311, 0, 5851, &dimmer);
  if (ret) return ret;
  ret = nbiot_resource_add(dev, 3303, 0, 5700, &temperature);
  if (ret) return ret;
  ret = nbiot_resource_add(dev, 3303, 0, 5701, &unit);
  if (ret) return ret;
  ret = nbiot_resource_add(dev, 3303, 0, 5605, &reset_min_max);
  if (ret) return ret;
  ret = nbiot_resource_add(dev, 3200, 0, 5505, &digital_input);
  return ret;
}

static int run(nbiot_device_t *dev, int steps) {
  int ret = NBIOT_ERR_OK;
  int i;

  for (i = 0; i < steps; i++) {
    temperature.value.as_float += 0.5;
    temperature.flag |= NBIOT_UPDATED;

    ret = nbiot_device_step(dev, 1);
    if (ret) {
      printf("device step error, code = %d.\n", ret);
      break;
    }
  }
  return ret;
}

int main(int argc, char *argv[]) {
  const char *uri = "coap://183.230.40.40:5683";
  const char *endpoint_name = "865820030013978;460040101500001"; /* imei;imsi */
  int steps = 10;
  int life_time = LIFE_TIME;
  nbiot_device_t *dev = NULL;
  int ret;

  if (argc > 1) uri = argv[1];
  if (argc > 2) endpoint_name = argv[2];
  if (argc > 3) steps = atoi(argv[3]);

  nbiot_init_environment(argc, argv);
  init_values();

  ret = nbiot_device_create(&dev, endpoint_name, uri, life_time, write_callback, read_callback,
                            execute_callback);
  if (ret) {
    printf("device create failed, code = %d.\n", ret);
    nbiot_clear_environment();
    return 1;
  }

  ret = add_resources(dev);
  if (ret) {
    printf("add resource failed, code = %d.\n", ret);
  } else {
    ret = nbiot_device_connect(dev, CONNECT_TIMEOUT);
    if (ret) {
      printf("connect OneNET failed, code = %d.\n", ret);
    } else {
      printf("connect OneNET success.\n");
      ret = run(dev, steps);
      nbiot_device_close(dev, CLOSE_TIMEOUT);
      printf("device closed: %d writes, %d reads, %d executes.\n", writes, reads, executes);
    }
  }

  nbiot_device_destroy(dev);
  nbiot_clear_environment();
  return ret ? 1 : 0;
}
