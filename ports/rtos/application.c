/* application.c - see application.h. No task but the network's ever waits for the network.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "application.h"

#include <stddef.h>

#include "rtos.h"

#define STACK 1024u
#define PRIORITY 2u

enum { NETWORK = 1, THERMOMETER = 2, BUTTON = 4, ALL = 7 };

static application_board_t board;
static nbiot_device_t *device;
static nbiot_value_t temperature = {.type = NBIOT_FLOAT};                      /* /3303/0/5700 */
static nbiot_value_t reset = {.type = NBIOT_STRING, .flag = NBIOT_EXECUTABLE}; /* /3303/0/5605 */
static nbiot_value_t button = {.type = NBIOT_BOOLEAN};                         /* /3342/0/5500 */

static uint8_t press_storage[4];
static rtos_queue_t presses;
static nbiot_request_t reset_storage[2];
static rtos_queue_t resets;

/* ---- Watchdog: kicked when every task has been seen, and only then ---------------------------- */

static rtos_mutex_t check_in_mutex;
static uint32_t checked_in;

static void check_in(uint32_t task) {
  rtos_mutex_enter(&check_in_mutex);
  checked_in |= task;
  if (checked_in == ALL) {
    checked_in = 0;
    board.kick_watchdog();
  }
  rtos_mutex_leave(&check_in_mutex);
}

static void network_checks_in(void) { check_in(NETWORK); }

/* ---- Thermometer ------------------------------------------------------------------------------ */

/* In the network task, which must not wait for the thermometer: its task answers. */
static int32_t on_execute(void *context, nbiot_request_t request, const nbiot_path_t *path,
                          const uint8_t *arguments, uint32_t length) {
  (void)context;
  (void)path;
  (void)arguments;
  (void)length;
  return rtos_queue_send(&resets, &request) ? NBIOT_ERR_PENDING : 503;
}

static void thermometer_task(void *argument) {
  (void)argument;
  for (;;) {
    nbiot_value_t now = {.type = NBIOT_FLOAT};
    nbiot_request_t request;
    if (rtos_queue_receive(&resets, &request, APPLICATION_PERIOD_MS)) {
      (void)nbiot_request_respond(device, request, 0, NULL);
    }
    now.value.as_float = board.thermometer();
    /* Copies under the lock and wakes the network task. Never through `temperature`: that is read there. */
    (void)nbiot_resource_set(device, 3303, 0, 5700, &now);
    check_in(THERMOMETER);
  }
}

/* ---- Button ----------------------------------------------------------------------------------- */

/* Nothing of nbiot may be called from an interrupt. */
void application_button_isr(uint8_t is_down) { (void)rtos_queue_send_from_isr(&presses, &is_down); }

static void button_task(void *argument) {
  (void)argument;
  for (;;) {
    nbiot_value_t now = {.type = NBIOT_BOOLEAN};
    if (rtos_queue_receive(&presses, &now.value.as_bool, 1000u)) {
      (void)nbiot_resource_set(device, 3342, 0, 5500, &now);
    }
    check_in(BUTTON);
  }
}

/* ---- Beginning -------------------------------------------------------------------------------- */

static int32_t add_resources(void) {
  int32_t status = nbiot_resource_add(device, 3303, 0, 5700, &temperature);
  if (status == NBIOT_ERR_OK) status = nbiot_resource_add(device, 3303, 0, 5605, &reset);
  if (status == NBIOT_ERR_OK) status = nbiot_resource_add(device, 3342, 0, 5500, &button);
  return status;
}

nbiot_device_t *application_start(const application_board_t *wanted, const char *endpoint,
                                  const char *uri) {
  network_config_t config = {.endpoint = endpoint, .uri = uri, .start_spread_ms = 50};
  board = *wanted;
  config.execute = on_execute;
  config.check_in = network_checks_in;
  config.uart_write = board.uart_write;
  config.random = board.random;
  rtos_mutex_init(&check_in_mutex);
  rtos_queue_init(&presses, press_storage, sizeof press_storage[0], 4);
  rtos_queue_init(&resets, reset_storage, sizeof reset_storage[0], 2);
  device = network_begin(&config);
  if (device == NULL || add_resources() != NBIOT_ERR_OK) return NULL;
  network_start();
  rtos_task(thermometer_task, NULL, STACK, PRIORITY);
  rtos_task(button_task, NULL, STACK, PRIORITY);
  return device;
}
