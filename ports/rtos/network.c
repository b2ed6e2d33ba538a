/* network.c - see network.h. The port is at-modem; the waits are a semaphore's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "network.h"

#include "nbiot_at_modem.h"
#include "rtos.h"

#define PRIORITY 3u
#define CLOSE_S 20
#define RING 256u

static network_config_t config;
static nbiot_device_t *device;
static uint64_t memory[NBIOT_MEMORY_SIZE_DEFAULT / 8];

static nbiot_at_modem_t modem;
static uint8_t uart[RING];
static uint8_t out[512];
static uint8_t in[2 * 1100];
static uint8_t received_storage[RING - 1u];
static int is_ready; /* Only the network task looks at it: the module's events come from its own steps. */

static rtos_mutex_t lock;
static rtos_semaphore_t work; /* Bytes from the module, or a call of another task. */
static rtos_queue_t received;
static rtos_semaphore_t ending;
static rtos_semaphore_t ended;

/* ---- What the port asks for ------------------------------------------------------------------- */

static uint32_t now_ms(void *context) {
  (void)context;
  return rtos_now_ms();
}

/* With tickless idle the CPU is in its deepest sleep here that the UART's receiver can end. */
static void sleep_ms(void *context, uint32_t timeout_ms) {
  uint8_t byte;
  (void)context;
  (void)rtos_semaphore_take(&work, timeout_ms);
  while (rtos_queue_receive(&received, &byte, 0)) nbiot_at_modem_feed(&modem, &byte, 1);
}

/* The library's wake hook ends here: another task called nbiot_resource_set(). */
static void rouse(void *context) {
  (void)context;
  rtos_semaphore_give(&work);
}

static void enter(void *context) {
  (void)context;
  rtos_mutex_enter(&lock);
}

static void leave(void *context) {
  (void)context;
  rtos_mutex_leave(&lock);
}

static void on_module(void *context, uint8_t event, int32_t value) {
  (void)context;
  (void)value;
  if (event == NBIOT_AT_MODEM_READY) is_ready = 1;
}

/* On a CPU with one core the interrupt may feed the port itself; through a queue it is right on any. */
void network_uart_isr(uint8_t byte) {
  (void)rtos_queue_send_from_isr(&received, &byte);
  rtos_semaphore_give_from_isr(&work);
}

/* ---- The task --------------------------------------------------------------------------------- */

static void pause_at_random(void) {
  uint32_t chance = 0;
  if (config.start_spread_ms == 0) return;
  if (config.random(NULL, (uint8_t *)&chance, sizeof chance) != 0) return;
  rtos_delay_ms(chance % config.start_spread_ms);
}

/* An idle device has nothing to wait for, so that step comes back at once. What the module's readiness begins is not slept on. */
static void bring_up(void) {
  const uint32_t rest = nbiot_at_modem_step(&modem);
  const uint32_t turn = NETWORK_TURN_S * 1000u;
  if (!is_ready) sleep_ms(NULL, rest < turn ? rest : turn);
}

static void network_task(void *argument) {
  (void)argument;
  pause_at_random();
  while (!rtos_semaphore_take(&ending, 0)) {
    if (is_ready) (void)nbiot_device_connect(device, 0);
    is_ready = 0;
    if (nbiot_device_step(device, NETWORK_TURN_S) == NBIOT_ERR_NOT_REGISTER) bring_up();
    config.check_in();
  }
  (void)nbiot_device_close(device, CLOSE_S);
  rtos_semaphore_give(&ended);
}

/* ---- Beginning and end ------------------------------------------------------------------------ */

static int32_t begin_modem(void) {
  nbiot_at_modem_config_t wanted = NBIOT_AT_MODEM_CONFIG_INIT;
  wanted.now_ms = now_ms;
  wanted.random = config.random;
  wanted.write = config.uart_write;
  wanted.sleep = sleep_ms;
  wanted.rouse = rouse;
  wanted.lock = enter;
  wanted.unlock = leave;
  wanted.event = on_module;
  wanted.uart = uart;
  wanted.uart_size = sizeof uart;
  wanted.send = out;
  wanted.send_size = sizeof out;
  wanted.receive = in;
  wanted.receive_size = sizeof in;
  return nbiot_at_modem_init(&modem, &wanted);
}

static int32_t create_device(void) {
  nbiot_platform_t platform = nbiot_at_modem_platform(&modem);
  nbiot_config_t wanted = NBIOT_CONFIG_INIT;
  wanted.platform = &platform;
  wanted.memory = memory;
  wanted.memory_size = sizeof memory;
  wanted.endpoint_name = config.endpoint;
  wanted.uri = config.uri;
  wanted.execute = config.execute;
  return nbiot_device_create_with(&device, &wanted);
}

nbiot_device_t *network_begin(const network_config_t *wanted) {
  config = *wanted;
  rtos_mutex_init(&lock);
  rtos_semaphore_init(&work);
  rtos_semaphore_init(&ending);
  rtos_semaphore_init(&ended);
  rtos_queue_init(&received, received_storage, 1, sizeof received_storage);
  if (begin_modem() != 0 || create_device() != NBIOT_ERR_OK) return NULL;
  return device;
}

void network_start(void) { rtos_task(network_task, NULL, NETWORK_STACK, PRIORITY); }

void network_stop(void) {
  rtos_semaphore_give(&ending);
  rouse(NULL);
  (void)rtos_semaphore_take(&ended, RTOS_FOREVER);
}
