/* classic.c - nbiot_device_create(), the call of the customer's documents, over the full form.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "nbiot.h"

int32_t nbiot_device_create(nbiot_device_t **dev, const char *endpoint_name, const char *uri, int32_t life_time,
                            nbiot_write_callback_t write_cb, nbiot_read_callback_t read_cb,
                            nbiot_execute_callback_t execute_cb) {
  nbiot_config_t config = NBIOT_CONFIG_INIT;
  if (life_time < 0) {
    return NBIOT_ERR_BADPARAM;
  }
  config.profile = NBIOT_PROFILE_ONENET;
  config.platform = nbiot_platform_default();
  config.endpoint_name = endpoint_name;
  config.uri = uri;
  config.life_time = (uint32_t)life_time;
  config.write_callback = write_cb;
  config.read_callback = read_cb;
  config.execute_callback = execute_cb;
  return nbiot_device_create_with(dev, &config);
}
