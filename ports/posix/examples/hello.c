/* hello.c - report a temperature, obey a switch. SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "nbiot.h"

static void on_write(uint16_t objid, uint16_t instid, uint16_t resid, nbiot_value_t *data) {
  printf("server wrote /%d/%d/%d: light is %s\n", objid, instid, resid,
         data->value.as_bool ? "on" : "off");
}

int main(int argc, char *argv[]) {
  const char *uri = argc > 1 ? argv[1] : "coap://127.0.0.1:5683";
  const char *endpoint = argc > 2 ? argv[2] : "865820030013978;460040101500001"; /* imei;imsi */
  nbiot_value_t temperature = {.type = NBIOT_FLOAT, .flag = NBIOT_READABLE};
  nbiot_value_t light = {.type = NBIOT_BOOLEAN, .flag = NBIOT_READABLE | NBIOT_WRITABLE};
  nbiot_device_t *dev = NULL;

  nbiot_init_environment(argc, argv);
  int32_t status = nbiot_device_create(&dev, endpoint, uri, 300, on_write, NULL, NULL);
  if (status == NBIOT_ERR_OK) status = nbiot_resource_add(dev, 3303, 0, 5700, &temperature);
  if (status == NBIOT_ERR_OK) status = nbiot_resource_add(dev, 3311, 0, 5850, &light);
  if (status == NBIOT_ERR_OK) status = nbiot_device_connect(dev, 60);

  for (int second = 0; second < 60 && status == NBIOT_ERR_OK; second++) {
    temperature.value.as_float = 20.0 + 0.25 * second;
    temperature.flag |= NBIOT_UPDATED; /* Whoever observes it gets it with the next step. */
    status = nbiot_device_step(dev, 1);
  }

  printf("finished with status %d\n", (int)status);
  nbiot_device_close(dev, 10);
  nbiot_device_destroy(dev);
  nbiot_clear_environment();
  return status == NBIOT_ERR_OK ? 0 : 1;
}
