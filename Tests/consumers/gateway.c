/* gateway.c - a Linux program on the posix port. Ends with 0 when a device was made there and has begun to register.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "nbiot.h"
#include "nbiot_posix.h"

int main(int argc, char *argv[]) {
  nbiot_device_t *dev = NULL;

  nbiot_init_environment(argc, argv);
  int32_t status = nbiot_device_create(&dev, "gateway", "coap://127.0.0.1:9", 300, NULL, NULL, NULL);
  if (status == NBIOT_ERR_OK) status = nbiot_device_connect(dev, 0);
  int32_t state = nbiot_device_state(dev);
  printf("status %d, state %d; %s\n", (int)status, (int)state, nbiot_log_text(NBIOT_LOG_STATE));
  nbiot_device_destroy(dev);
  nbiot_clear_environment();
  return status == NBIOT_ERR_TIMEOUT && state == NBIOT_STATE_REGISTERING ? 0 : 1;
}
