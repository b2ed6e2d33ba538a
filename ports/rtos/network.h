/* network.h - one task owns the device and the NB module's UART; the others hand values to the library.
 *
 *     nbiot_device_t *device = network_begin(&config);
 *     nbiot_resource_add(device, ...);
 *     network_start();
 *
 * From then on other tasks call what nbiot.h allows while a thread serves the device: nbiot_resource_set,
 * nbiot_resource_notify, nbiot_request_respond, nbiot_device_state, _error, _statistics. Interrupts call nothing of nbiot.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NETWORK_H
#define NETWORK_H

#include "nbiot.h"

typedef struct {
  const char *endpoint;
  const char *uri;
  uint32_t start_spread_ms; /* A random pause before the first command, at most this long: after a power cut a whole town
                               boots in the same second. 0 = none. */
  nbiot_execute_function_t execute; /* Runs in the network task, as all callbacks do. May be null. */
  void (*check_in)(void);           /* For the watchdog: once in NETWORK_TURN_S seconds and a little. */
  /* As in nbiot_at_modem_config_t, with a null context. */
  uint32_t (*uart_write)(void *context, const uint8_t *bytes, uint32_t count);
  int32_t (*random)(void *context, uint8_t *buffer, uint32_t size);
} network_config_t;

/* How long the task sleeps at most. A battery device takes as long as its watchdog allows. */
#define NETWORK_TURN_S 1

/* The stack of the task: the deepest call of the library, the port's hooks under it, your callbacks, what the kernel puts there. */
#define NETWORK_STACK 2048u

/* Null when the configuration is refused. `config` is copied, its texts too. */
nbiot_device_t *network_begin(const network_config_t *config);
void network_start(void);
/* The UART's interrupt, for each byte. */
void network_uart_isr(uint8_t byte);
/* De-register and end the task; returns when that is done. Before a planned restart or power-down. */
void network_stop(void);

#endif /* NETWORK_H */
