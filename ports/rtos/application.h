/* application.h - three tasks beside the network task: a thermometer, a button, the watchdog.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef APPLICATION_H
#define APPLICATION_H

#include "network.h"

#define APPLICATION_PERIOD_MS 200u    /* Of measuring. */
#define APPLICATION_WATCHDOG_MS 2500u /* Longer than any task goes without a check-in. */

typedef struct {
  uint32_t (*uart_write)(void *context, const uint8_t *bytes, uint32_t count);
  int32_t (*random)(void *context, uint8_t *buffer, uint32_t size);
  double (*thermometer)(void);
  void (*kick_watchdog)(void);
} application_board_t;

/* Null when the device is refused; otherwise everything runs. */
nbiot_device_t *application_start(const application_board_t *board, const char *endpoint,
                                  const char *uri);
/* The button's interrupt. */
void application_button_isr(uint8_t is_down);

#endif /* APPLICATION_H */
